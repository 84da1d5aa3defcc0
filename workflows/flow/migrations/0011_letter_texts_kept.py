"""What a text of a letter says never changes (DB5)."""

from django.db import migrations

from workflows.audit.triggers import install_operation


class Migration(migrations.Migration):
    """The triggers as they stand in this version."""

    dependencies = [("flow", "0010_people_forgotten"), ("notices", "0004_letter_texts")]
    operations = [install_operation("notices_lettertext")]
