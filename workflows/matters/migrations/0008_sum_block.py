"""A block of its own for requests that together go beyond their paper."""

from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('matters', '0007_clarification'),
    ]

    operations = [
        lift_operation(),
        migrations.AlterField(
            model_name='block',
            name='kind',
            field=models.CharField(choices=[('challenge', 'challenge'), ('stay', 'stay'), ('quash', 'quash'), ('expiry', 'expiry'), ('recall', 'recall'), ('forgery', 'forgery'), ('clock', 'clock'), ('log_lag', 'log_lag'), ('counsel', 'counsel'), ('sum', 'sum')], max_length=16),
        ),
    ]
