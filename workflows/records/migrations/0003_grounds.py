"""A finding that stays in sight says on which ground. Those kept so far were found to be no status data,
by two people where it mattered."""

import django.db.models.deletion
from django.db import migrations, models

from workflows.audit.triggers import lift_operation


def give_grounds(apps, schema_editor):
    findings = apps.get_model("records", "Finding")
    findings.objects.filter(decision__in=("keep", "keep_proposed")).update(keep_ground="not_status")


class Migration(migrations.Migration):

    dependencies = [
        ("instruments", "0003_status_rulings"),
        ("records", "0002_enclosures"),
    ]

    operations = [
        lift_operation(),
        migrations.AddField(
            model_name='finding',
            name='authorisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='instruments.statusauthorisation'),
        ),
        migrations.AddField(
            model_name='finding',
            name='keep_ground',
            field=models.CharField(blank=True, choices=[('not_status', 'not_status'), ('authorised', 'authorised')], db_default='', default='', max_length=12),
        ),
        migrations.RunPython(give_grounds, migrations.RunPython.noop),
    ]
