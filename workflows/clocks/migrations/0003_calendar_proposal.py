"""A change of a calendar waits for a second administrator."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of proposals."""

    dependencies = [
        ('clocks', '0002_clock_policy_version'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calendar', models.CharField(choices=[('city', 'city'), ('court', 'court')], max_length=8)),
                ('base', models.PositiveIntegerField()),
                ('closed', models.JSONField(default=list)),
                ('opened', models.JSONField(default=list)),
                ('proposed_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('agreed', models.BooleanField(null=True)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('agreed', True), _negated=True), models.Q(('settled_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='calendar_proposal_two_people'), models.UniqueConstraint(condition=models.Q(('settled_at__isnull', True)), fields=('calendar',), name='calendar_proposal_one_open')],
            },
        ),
    ]
