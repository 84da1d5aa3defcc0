"""What was put together for a court is kept under a hold (DB7)."""

from django.db import migrations

from workflows.audit.triggers import install_operation


class Migration(migrations.Migration):
    """The triggers as they stand in this version."""

    dependencies = [
        ("flow", "0008_decisions_name_their_policy"),
        ("exports", "0001_initial"),
    ]
    operations = [install_operation("vault_blob")]
