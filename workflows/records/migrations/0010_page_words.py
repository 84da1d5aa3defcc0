"""A record knows the file with the words of its pages."""

import django.db.models.deletion
from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0009_undone_steps'),
        ('vault', '0001_initial'),
    ]

    operations = [
        lift_operation(),
        migrations.AddField(
            model_name='record',
            name='words',
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT,
                related_name='+', to='vault.blob',
            ),
        ),
    ]
