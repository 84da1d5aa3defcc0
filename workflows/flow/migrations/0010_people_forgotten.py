"""Nobody is forgotten while a hold stands, and by two lawyers only (DB7)."""

from django.db import migrations

from workflows.audit.triggers import install_operation


class Migration(migrations.Migration):
    """The triggers as they stand in this version."""

    dependencies = [
        ("flow", "0009_exports_kept"),
        ("holding", "0003_forgetting"),
        ("audit", "0007_days_and_heads"),
    ]
    operations = [install_operation("audit_about", "holding_forgetting")]
