"""Flags name their entry and whom they are on, and are closed in steps by two people; what the watch remembers."""

import django.db.models.deletion
from django.db import migrations, models

from workflows.audit.triggers import install_operation, lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_the_log'),
    ]

    operations = [
        lift_operation(),
        migrations.CreateModel(
            name='About',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=64)),
                ('entry', models.BigIntegerField(unique=True)),
            ],
            options={
                'db_table': 'audit_about',
                'indexes': [models.Index(fields=['subject', 'entry'], name='audit_about_subject')],
            },
        ),
        migrations.CreateModel(
            name='Watched',
            fields=[
                ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('value', models.TextField()),
            ],
            options={
                'db_table': 'audit_watched',
            },
        ),
        migrations.AddField(
            model_name='flag',
            name='actor',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='flag',
            name='entry',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('entry__isnull', False)), fields=('entry', 'code'), name='audit_flag_once'),
        ),
        migrations.CreateModel(
            name='FlagStep',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=8)),
                ('outcome', models.CharField(db_default='', default='', max_length=16)),
                ('person', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('entry', models.OneToOneField(db_column='entry', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
                ('flag', models.ForeignKey(db_column='flag', on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='audit.flag')),
            ],
            options={
                'db_table': 'audit_flag_step',
            },
        ),
        install_operation('audit_flag', 'audit_flag_step', 'audit_about'),
    ]
