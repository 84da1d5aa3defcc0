"""A decision of the gate names the version of the policy that is in force."""

from django.db import migrations

from workflows.audit.triggers import install_operation


class Migration(migrations.Migration):
    """The triggers as they stand in this version."""

    dependencies = [("flow", "0007_scope"), ("releases", "0001_initial")]
    operations = [install_operation("releases_gatedecision")]
