"""A clause says in every dimension what the paper limits, each with its place; names get the form in which
the database compares them."""

import unicodedata

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.audit.triggers import install, lift_operation

TABLE = "instruments_scopeclause"


def key(name):
    """The name as the database compares it, as this version writes it."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return " ".join(sorted("".join(one if one.isalnum() else " " for one in plain.casefold()).split()))[:200]


def fill(apps, schema_editor):
    """Rows are written once, so the trigger steps aside for this one statement on PostgreSQL; on SQLite it
    has been lifted."""
    connection, rows = schema_editor.connection, apps.get_model("instruments", "ScopeClause").objects
    if not rows.exists():
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_update ON {TABLE}")
    for pk, name in rows.values_list("pk", "subject_name"):
        rows.filter(pk=pk).update(subject_key=key(name))
    if connection.vendor == "postgresql":
        install(connection, (TABLE,))


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_the_log'),
        ('instruments', '0010_clarifications'),
        ('matters', '0007_clarification'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lift_operation(),
        migrations.AddField(
            model_name='scopeclause',
            name='limit_count',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='scopeclause',
            name='subject_key',
            field=models.CharField(db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='scopeclause',
            name='subject_number',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.CreateModel(
            name='RequestReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_classes', models.JSONField(default=list)),
                ('date_from', models.DateField(blank=True, null=True)),
                ('date_to', models.DateField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='request_readings', to='matters.matter')),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ClauseLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dimension', models.CharField(choices=[('department', 'Departments'), ('category', 'Data'), ('document', 'Documents'), ('recipient', 'Recipient'), ('use', 'Use')], max_length=12)),
                ('value', models.CharField(max_length=160)),
                ('key', models.CharField(max_length=200)),
                ('page', models.PositiveIntegerField()),
                ('quote', models.CharField(max_length=600)),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='limits', to='instruments.scopeclause')),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('clause', 'dimension', 'key'), name='clause_limit_once'), models.CheckConstraint(condition=models.Q(('key__gt', ''), ('page__gt', 0)), name='clause_limit_says')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
