"""Challenges of papers, recalls of releases, and what agencies say to them."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_the_log'),
        ('holding', '0001_initial'),
        ('instruments', '0007_recheck'),
        ('matters', '0004_preserving'),
        ('notices', '0002_letter_language'),
        ('releases', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lift_operation(),
        migrations.AlterField(
            model_name='hold',
            name='ground',
            field=models.CharField(choices=[('paper', 'paper'), ('preservation', 'preservation'), ('challenge', 'challenge'), ('recall', 'recall'), ('counsel', 'counsel')], max_length=12),
        ),
        migrations.CreateModel(
            name='Recall',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('stayed', 'stayed'), ('quashed', 'quashed'), ('narrowed', 'narrowed'), ('beyond_paper', 'beyond_paper'), ('wrong_person', 'wrong_person'), ('forged', 'forged'), ('incomplete', 'incomplete'), ('mistake', 'mistake')], max_length=16)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.letter')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recalls', to='matters.matter')),
                ('release', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recall', to='releases.release')),
                ('replaced_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='releases.release')),
            ],
            options={
                'ordering': ['at'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RecallReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('destroyed', 'destroyed'), ('returned', 'returned'), ('kept', 'kept')], max_length=12)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
                ('recall', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='holding.recall')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Challenge',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('objection', 'objection'), ('motion', 'motion'), ('stay', 'stay'), ('order', 'order')], max_length=12)),
                ('party', models.CharField(choices=[('city', 'city'), ('person', 'person'), ('agency', 'agency'), ('other', 'other')], max_length=12)),
                ('court_on', models.DateField(blank=True, null=True)),
                ('state', models.CharField(choices=[('filed', 'filed'), ('pending', 'pending'), ('stayed', 'stayed'), ('decided', 'decided'), ('withdrawn', 'withdrawn'), ('closed', 'closed')], max_length=12)),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'upheld'), ('narrowed', 'narrowed'), ('denied', 'denied')], max_length=12)),
                ('filed_at', models.DateTimeField()),
                ('block', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='challenge', to='matters.block')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
                ('filed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instrument', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='challenges', to='instruments.instrument')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='challenges', to='matters.matter')),
                ('state_entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
            ],
            options={
                'ordering': ['filed_at'],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ('upheld', 'narrowed', 'denied')), ('state', 'decided')), ('state', 'closed'), models.Q(models.Q(('state__in', ('decided', 'closed')), _negated=True), ('outcome', '')), _connector='OR'), name='challenge_decided_has_outcome')],
            },
        ),
        migrations.AddConstraint(
            model_name='recall',
            constraint=models.CheckConstraint(condition=models.Q(('replaced_by__isnull', True), models.Q(('replaced_by', models.F('release')), _negated=True), _connector='OR'), name='recall_replaced_by_another'),
        ),
    ]
