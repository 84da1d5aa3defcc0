"""Entries of a role that has written few are found without walking all of the log."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_entries_take_their_number'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['role', 'id'], name='audit_entry_role'),
        ),
    ]
