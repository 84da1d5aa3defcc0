"""Addresses of notices and compliance notes are kept under a hold (DB7)."""

from django.db import migrations

from workflows.audit.triggers import install_operation


class Migration(migrations.Migration):
    """The triggers as they stand in this version."""

    dependencies = [
        ("flow", "0004_more_rows"),
        ("notices", "0003_people_are_told"),
        ("records", "0006_compliance_notes"),
    ]
    operations = [install_operation("vault_blob", "records_compliancenote")]
