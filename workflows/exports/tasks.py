"""What workers do for reports without being asked."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.utils import timezone

from workflows.exports import actions, report
from workflows.exports.models import REPORT, Export
from workflows.exports.periods import INTERNAL, recent

MOST_AT_ONCE = 8  # of those that are over and have none, newest first


@shared_task(name="reports.make", ignore_result=True)
def make_reports() -> None:
    """Each month and quarter that is over has its report of the office."""
    make_finished(timezone.now())


def make_finished(now: dt.datetime) -> list[Export]:
    """The reports of what is over and has none are asked for; returns them. A few at each call."""
    made = []
    for period in recent(now, report.first_day()):
        asked = {"period": period.name, "scope": INTERNAL}
        if period.ends > now or Export.objects.filter(kind=REPORT, asked=asked, by__isnull=True).exists():
            continue
        made.append(actions.ask_report(period.name, INTERNAL, actor=None))
        if len(made) == MOST_AT_ONCE:
            break
    return made
