"""Pauses of clocks are kept under a hold as well, and files find their matter by more rows (DB7)."""

from django.db import migrations

from workflows.audit.triggers import install_operation


class Migration(migrations.Migration):
    """The triggers as they stand in this version."""

    dependencies = [
        ("flow", "0003_contests"),
        ("clocks", "0001_initial"),
        ("instruments", "0008_narrowed"),
    ]
    operations = [install_operation("clocks_clockpause", "vault_blob")]
