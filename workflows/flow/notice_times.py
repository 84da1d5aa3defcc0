"""Who is concerned by a matter, until when they must be told, and whether a release has to wait for that.

Reads only: the guard of the release asks here.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from workflows.clocks.calendar import business_days_from
from workflows.clocks.models import Clock
from workflows.flow.timing import EXECUTE, RETURN
from workflows.instruments.queries import clauses_of
from workflows.instruments.secrecy import is_notice_forbidden
from workflows.lawbook import in_force
from workflows.matters.models import Matter
from workflows.notices import machine
from workflows.notices.models import Notice, ToldAfter
from workflows.policy.scope import folded_name

BEFORE, AFTER, COMPLY = "notice_before", "notice_after", "comply_by"

Who = tuple[tuple[str, ...], dt.date | None]


def people_concerned(matter: Matter) -> dict[Who, tuple[str, dt.date | None]]:
    """Each person whom a clause in force names, once: name as printed, and birth date."""
    return {
        (folded_name(clause.subject_name), clause.subject_birth_date): (
            clause.subject_name,
            clause.subject_birth_date,
        )
        for clause in clauses_of(matter)
        if clause.subject_name
    }


def who_is(notice: Notice) -> Who:
    return folded_name(notice.person_name), notice.person_birth_date


def last_day(matter: Matter) -> dt.date | None:
    """The day by which a court, or a paper, wants the release, or after which a paper in force opens nothing
    any more (an emergency's within days); None where none is known.

    A day that an agency names in its request is its own wish: it takes nobody's time to go to a judge."""
    kinds = (RETURN, EXECUTE, COMPLY)
    running = Clock.objects.filter(matter=matter, kind__in=kinds, stopped_at__isnull=True)
    running = running.exclude(about="", asserted_by="agency")
    days = [timezone.localdate(end) for end in running.values_list("ends", flat=True)]
    for paper in matter.instruments.filter(state="in_force"):
        days += [day for day in (paper.execute_by, paper.ends_on) if day is not None]
    return min(days, default=None)


def wait_ends(told_at: dt.datetime) -> dt.date:
    """The first day on which somebody who was told then has had the days that policy gave them."""
    amount, _ = in_force(told_at).clock(BEFORE)
    return business_days_from(told_at, abs(amount or 0))


def no_time(matter: Matter, told_at: dt.datetime) -> bool:
    """True when a date of a court comes before those days are over, or counsel has recorded that."""
    day = last_day(matter)
    return (day is not None and day < wait_ends(told_at)) or ToldAfter.objects.filter(matter=matter).exists()


def is_settled(matter: Matter, now: dt.datetime) -> bool:
    """What the release asks: everybody has been told in time, or telling is forbidden, not required, or
    due after the release because a court's date leaves no time."""
    if is_notice_forbidden(matter, now) is not None:
        return True
    known = {who_is(notice): notice.latest for notice in matter.notices.all()}
    for who in people_concerned(matter):
        step = known.get(who)
        if step is not None and step.state == machine.NOT_REQUIRED and step.reason != machine.NOTHING_LEFT:
            continue
        told_at = step.at if step is not None and step.state == machine.SENT else now
        waited = told_at is not now and timezone.localdate(now) >= wait_ends(told_at)
        if not waited and not no_time(matter, told_at):
            return False
    return True
