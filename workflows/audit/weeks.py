"""The weekly sign-off: which weeks of the log an auditor has reviewed, and which nobody has in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from workflows.audit.models import Entry, Flag, Incarnation, SignOff
from workflows.policy.review import bounds

WEEK = dt.timedelta(days=7)
SHOWN = 53


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the log from its Monday on. `late`: it was not signed in time, even if it was since."""

    monday: dt.date
    signed: SignOff | None
    late: bool

    @property
    def sunday(self) -> dt.date:
        """Its last day."""
        return self.monday + dt.timedelta(days=6)

    @property
    def until(self) -> dt.date:
        """The first day that is not in it."""
        return self.monday + WEEK


def monday_of(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def begins(monday: dt.date) -> dt.datetime:
    """When a week begins, in the city's time."""
    return timezone.make_aware(dt.datetime.combine(monday, dt.time()))


def first_week() -> dt.date | None:
    """The Monday of the week in which the log began; None before that."""
    opened = Incarnation.objects.order_by("number").values_list("opened_at", flat=True).first()
    return None if opened is None else monday_of(timezone.localdate(opened))


def ended(now: dt.datetime) -> list[Week]:
    """The weeks that have ended, newest first; at most SHOWN."""
    first, monday = first_week(), monday_of(timezone.localdate(now)) - WEEK
    mondays = [monday - WEEK * back for back in range(SHOWN)]
    return _reviewed([one for one in mondays if first is not None and one >= first], now)


def ended_between(since: dt.datetime, until: dt.datetime, now: dt.datetime) -> list[Week]:
    """The weeks of the log that ended behind `since` and by `until`, and are over; oldest first."""
    first, until = first_week(), min(until, now)
    found, monday = [], monday_of(timezone.localdate(since))
    while first is not None and begins(monday + WEEK) <= until:
        if monday >= first and begins(monday + WEEK) > since:
            found.append(monday)
        monday += WEEK
    return _reviewed(found, now)


def _reviewed(mondays: list[dt.date], now: dt.datetime) -> list[Week]:
    """These weeks with who signed them."""
    signed = SignOff.objects.select_related("entry").in_bulk(mondays)
    found: list[Week] = []
    for monday in mondays:
        row = signed.get(monday)
        due = begins(monday + WEEK) + bounds().sign_off_due
        found.append(Week(monday, row, (now if row is None else row.at) > due))
    return found


def missed(now: dt.datetime) -> int:
    """How many weeks are overdue and not signed, over the whole life of the log. Two small queries."""
    first = first_week()
    if first is None:
        return 0
    # A week is overdue once its end and the time allowed have passed.
    last = monday_of(timezone.localdate(now - bounds().sign_off_due)) - WEEK
    weeks = max(0, (last - first).days // 7 + 1)
    return weeks - SignOff.objects.filter(week__gte=first, week__lte=last).count()


def readings(monday: dt.date) -> int:
    """How often the log was read since the week began."""
    return Entry.objects.filter(event="audit.viewed", at__gte=begins(monday)).count()


def closed_flags(monday: dt.date) -> int:
    """How many flags were closed since the week began."""
    return Flag.objects.filter(disposed_at__gte=begins(monday)).count()
