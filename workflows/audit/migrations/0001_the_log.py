"""The tables of the log and their triggers."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.db import migrations, models

from workflows.audit.triggers import install_operation

TABLES = (
    'audit_entry', 'audit_pending', 'audit_leaf', 'audit_tile', 'audit_checkpoint', 'audit_flag',
    'audit_incarnation', 'audit_detail',
)


def vacuum_pending_early(apps, schema_editor):
    """The pending table churns: on PostgreSQL it is vacuumed after 1,000 dead rows, not after a share."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute(
            'ALTER TABLE audit_pending SET (autovacuum_vacuum_scale_factor = 0, '
            'autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0, '
            'autovacuum_analyze_threshold = 1000)'
        )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Incarnation',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('origin', models.CharField(max_length=200, unique=True)),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('prior_note', models.TextField(null=True)),
                ('restored_size', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'audit_incarnation',
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('pk', models.CompositePrimaryKey('incarnation', 'idx', blank=True, editable=False, primary_key=True, serialize=False)),
                ('incarnation', models.PositiveIntegerField(db_default=1)),
                ('idx', models.BigIntegerField()),
                ('entry', models.BigIntegerField(unique=True)),
                ('hash', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_leaf',
            },
        ),
        migrations.CreateModel(
            name='Pending',
            fields=[
                ('entry', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                'db_table': 'audit_pending',
            },
        ),
        migrations.CreateModel(
            name='Tile',
            fields=[
                ('pk', models.CompositePrimaryKey('incarnation', 'level', 'n', blank=True, editable=False, primary_key=True, serialize=False)),
                ('incarnation', models.PositiveIntegerField(db_default=1)),
                ('level', models.PositiveSmallIntegerField()),
                ('n', models.BigIntegerField()),
                ('bytes', models.BinaryField()),
            ],
            options={
                'db_table': 'audit_tile',
            },
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('incarnation', models.PositiveIntegerField(db_default=1)),
                ('size', models.BigIntegerField()),
                ('note', models.TextField()),
                ('at', models.DateTimeField()),
                ('cosignatures', models.TextField(db_default='', default='')),
                ('token', models.BinaryField(null=True)),
            ],
            options={
                'db_table': 'audit_checkpoint',
                'indexes': [models.Index(fields=['incarnation', 'size', 'id'], name='audit_checkpoint_size')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('body', models.BinaryField()),
                ('event', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('actor', models.UUIDField(null=True)),
                ('role', models.CharField(max_length=16)),
                ('matter', models.UUIDField(null=True)),
                ('matter_seq', models.BigIntegerField(null=True)),
                ('digest', models.CharField(max_length=64, null=True)),
                ('outcome', models.CharField(max_length=8)),
            ],
            options={
                'db_table': 'audit_entry',
                'indexes': [models.Index(fields=['event', 'id'], name='audit_entry_event'), models.Index(fields=['actor', 'id'], name='audit_entry_actor'), models.Index(fields=['at'], name='audit_entry_at'), models.Index(condition=models.Q(('digest__isnull', False)), fields=['digest'], name='audit_entry_digest'), models.Index(condition=models.Q(('outcome', 'ok'), _negated=True), fields=['outcome', 'id'], name='audit_entry_not_ok')],
                'constraints': [models.UniqueConstraint(fields=('matter', 'matter_seq'), name='audit_entry_matter_seq'), models.CheckConstraint(condition=models.Q(models.Q(('matter__isnull', True), ('matter_seq__isnull', True)), models.Q(('matter__isnull', False), ('matter_seq__gte', 1)), _connector='OR'), name='audit_entry_matter_with_seq')],
            },
        ),
        migrations.CreateModel(
            name='Detail',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('salt', models.BinaryField(null=True)),
                ('wrapped_key', models.BinaryField(null=True)),
                ('ciphertext', models.BinaryField(null=True)),
                ('entry', models.OneToOneField(db_column='entry', on_delete=django.db.models.deletion.PROTECT, related_name='detail', to='audit.entry')),
            ],
            options={
                'db_table': 'audit_detail',
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('facts', models.TextField(default='{}')),
                ('disposition', models.CharField(db_default='', default='', max_length=40)),
                ('disposed_by', models.UUIDField(null=True)),
                ('disposed_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'audit_flag',
                'indexes': [models.Index(fields=['code', 'disposed_at'], name='audit_flag_open')],
            },
        ),
        install_operation(*TABLES),
        migrations.RunPython(vacuum_pending_early, migrations.RunPython.noop),
    ]
