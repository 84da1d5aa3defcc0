"""What a version of the policy says never changes; two lawyers stand behind it."""

from django.db import migrations

from workflows.audit.triggers import install_operation


class Migration(migrations.Migration):
    """The triggers as they stand in this version."""

    dependencies = [("flow", "0005_notices_kept"), ("lawbook", "0001_initial")]
    operations = [install_operation("lawbook_policyversion")]
