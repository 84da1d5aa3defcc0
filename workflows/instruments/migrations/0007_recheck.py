"""Answers about whether a paper is in force can become stale."""

from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('instruments', '0006_bases'),
    ]

    operations = [
        lift_operation(),
        migrations.AddField(
            model_name='instrument',
            name='recheck_from',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
