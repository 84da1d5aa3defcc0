"""A clock says by which version of the policy it lasts and warns."""

from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):
    """All clocks that run were started under version 1."""

    dependencies = [("clocks", "0001_initial")]
    operations = [
        lift_operation(),
        migrations.AddField("clock", "policy_version", models.PositiveIntegerField(default=1)),
    ]
