"""A paper that a court has narrowed is read anew: its earlier clauses cover nothing."""

from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('instruments', '0007_recheck'),
    ]

    operations = [
        lift_operation(),
        migrations.AddField(
            model_name='instrument',
            name='scope_from',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
