"""Pages of days go by time and key; heads that a witness has cosigned or an authority stamped are found at once."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0006_several_people'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='entry',
            name='audit_entry_at',
        ),
        migrations.AddIndex(
            model_name='checkpoint',
            index=models.Index(condition=models.Q(('cosignatures', ''), _negated=True), fields=['incarnation', 'id'], name='audit_checkpoint_cosigned'),
        ),
        migrations.AddIndex(
            model_name='checkpoint',
            index=models.Index(condition=models.Q(('token__isnull', False)), fields=['id'], name='audit_checkpoint_stamped'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['at', 'id'], name='audit_entry_time'),
        ),
    ]
