"""Samples of releases with their outcomes, and the weekly sign-off."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from workflows.audit.triggers import install_operation, lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_review'),
    ]

    operations = [
        lift_operation(),
        migrations.CreateModel(
            name='Drawn',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('place', models.PositiveIntegerField()),
                ('release', models.OneToOneField(db_column='release', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
            ],
            options={
                'db_table': 'audit_drawn',
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('faults', models.JSONField(default=list)),
                ('person', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('drawn', models.ForeignKey(db_column='drawn', on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='audit.drawn')),
                ('entry', models.OneToOneField(db_column='entry', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
            ],
            options={
                'db_table': 'audit_outcome',
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(unique=True)),
                ('incarnation', models.PositiveIntegerField()),
                ('size', models.BigIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('seed', models.CharField(max_length=64)),
                ('releases', models.PositiveIntegerField()),
                ('person', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('entry', models.OneToOneField(db_column='entry', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
            ],
            options={
                'db_table': 'audit_sample',
            },
        ),
        migrations.AddField(
            model_name='drawn',
            name='sample',
            field=models.ForeignKey(db_column='sample', on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='audit.sample'),
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('week', models.DateField(primary_key=True, serialize=False)),
                ('open_flags', models.PositiveIntegerField()),
                ('closed_flags', models.PositiveIntegerField()),
                ('readings', models.PositiveIntegerField()),
                ('incarnation', models.PositiveIntegerField()),
                ('size', models.BigIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('person', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('entry', models.OneToOneField(db_column='entry', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
            ],
            options={
                'db_table': 'audit_sign_off',
            },
        ),
        migrations.AddConstraint(
            model_name='drawn',
            constraint=models.UniqueConstraint(fields=('sample', 'place'), name='audit_drawn_place'),
        ),
        install_operation('audit_sample', 'audit_drawn', 'audit_outcome', 'audit_sign_off'),
    ]
