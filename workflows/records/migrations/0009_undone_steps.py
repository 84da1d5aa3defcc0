"""A step that was undone can be done again, and steps taken as one are undone as one."""

from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0008_page_items'),
    ]

    operations = [
        lift_operation(),
        migrations.AddField(
            model_name='reviewact',
            name='after',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='reviewact',
            name='group',
            field=models.UUIDField(blank=True, null=True),
        ),
    ]
