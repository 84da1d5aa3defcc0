"""The checkpoint that closes a month is found by an index of the times that checkpoints claim."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0007_days_and_heads'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='checkpoint',
            index=models.Index(fields=['at', 'id'], name='audit_checkpoint_time'),
        ),
    ]
