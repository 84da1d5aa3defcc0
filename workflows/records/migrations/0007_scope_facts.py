"""A record says in every dimension of the scope what it is; counsel's rulings where a clause cannot tell."""

import unicodedata

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.audit.triggers import lift_operation


def key(name):
    """The name as the database compares it, as this version writes it."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return " ".join(sorted("".join(one if one.isalnum() else " " for one in plain.casefold()).split()))[:200]


def fill(apps, schema_editor):
    """Names of people and departments in the form in which the database compares them."""
    rows = apps.get_model("records", "Record").objects
    for pk, name, custodian in rows.values_list("pk", "subject_name", "custodian"):
        rows.filter(pk=pk).update(subject_key=key(name), custodian_key=key(custodian))


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_the_log'),
        ('instruments', '0011_clause_limits'),
        ('records', '0006_compliance_notes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lift_operation(),
        migrations.AddField(
            model_name='record',
            name='categories',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='record',
            name='custodian_key',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='record',
            name='dated_to',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='record',
            name='described',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='record',
            name='document_key',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='record',
            name='document_number',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='record',
            name='subject_key',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='record',
            name='subject_number',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.CreateModel(
            name='ScopeRuling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inside', models.BooleanField()),
                ('described', models.PositiveIntegerField()),
                ('page', models.PositiveIntegerField()),
                ('quote', models.CharField(max_length=600)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='instruments.scopeclause')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='records.record')),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
