"""A page says which items of the paper compel it, where a person chose."""

from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0007_scope_facts'),
    ]

    operations = [
        lift_operation(),
        migrations.AddField(
            model_name='page',
            name='cited',
            field=models.JSONField(default=list),
        ),
    ]
