"""A matter may stand in the state `preserving`."""

from django.conf import settings
from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_the_log'),
        ('matters', '0003_secrecy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lift_operation(),
        migrations.RemoveConstraint(
            model_name='matter',
            name='matter_state_closed',
        ),
        migrations.AlterField(
            model_name='matter',
            name='state',
            field=models.CharField(choices=[('received', 'Received'), ('acknowledged', 'Acknowledged'), ('awaiting_paper', 'Waiting for paper'), ('preserving', 'Preserved, nothing disclosed'), ('instrument_review', 'Paper under review'), ('scope_review', 'Scope with counsel'), ('collecting', 'Collecting records'), ('review', 'Page review'), ('burning', 'Being redacted'), ('second_review', 'Second review'), ('counsel_review', 'With counsel'), ('approved', 'Approved'), ('releasing', 'Ready for the agency'), ('delivered', 'Delivered'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('closed', 'Closed')], max_length=24),
        ),
        migrations.AddConstraint(
            model_name='matter',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['received', 'acknowledged', 'awaiting_paper', 'preserving', 'instrument_review', 'scope_review', 'collecting', 'review', 'burning', 'second_review', 'counsel_review', 'approved', 'releasing', 'delivered', 'refused', 'withdrawn', 'closed'])), name='matter_state_closed'),
        ),
    ]
