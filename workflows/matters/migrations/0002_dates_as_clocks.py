"""Tasks know the clock that raised them, and dates of a court that stood on matters become clocks."""

import datetime as dt

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

OVER = ("delivered", "refused", "withdrawn", "closed")
LAST_SECOND = dt.time(23, 59, 59)


def start_clocks(apps, schema_editor):
    """Each open matter with a date of a court gets a running clock that asserts it."""
    matters = apps.get_model("matters", "Matter")
    clocks = apps.get_model("clocks", "Clock")
    for matter in matters.objects.filter(court_date__isnull=False).exclude(state__in=OVER).iterator():
        ends = dt.datetime.combine(matter.court_date, LAST_SECOND, timezone.get_default_timezone())
        clocks.objects.create(
            matter=matter,
            kind="return",
            started_at=matter.received_at,
            entry_id=matter.state_entry_id,
            asserted=ends,
            asserted_by="agency",
            ends=ends,
            warn_at=ends - dt.timedelta(days=7),
        )


class Migration(migrations.Migration):

    dependencies = [
        ("clocks", "0001_initial"),
        ("matters", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="clock",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="clocks.clock",
            ),
        ),
        migrations.RunPython(start_clocks, migrations.RunPython.noop),
    ]
