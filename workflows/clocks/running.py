"""Clocks start, stop, stand still and are reckoned anew. Each function belongs into the transaction
of the act that it follows from, and writes its entry there.

`matter` is a row of the matter, locked by the caller. A clock's end is never kept as a truth of its
own: it is reckoned again from its start, its pauses and the calendar whenever one of them changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from workflows.audit import log
from workflows.clocks import reckon
from workflows.clocks.calendar import city_zone, closed_days, current_version
from workflows.clocks.kinds import ClockKind, clock_kind, clock_kinds
from workflows.clocks.models import CalendarVersion, Clock, ClockPause
from workflows.errors import Invalid
from workflows.lawbook import in_force, numbered

MOST_CHANGES = 400  # dates in one version of a calendar


def start(
    matter: Any,
    kind_id: str,
    *,
    at: dt.datetime,
    now: dt.datetime,
    about: Any = "",
    asserted: dt.date | dt.datetime | None = None,
    asserted_by: str = "",
    amount: int | None = None,
) -> Clock:
    """A clock of this kind runs for the matter. One that runs already is set to what is said now.

    `at` is the moment from which it counts; `asserted` the end that a paper, an agency or a court
    states; `amount` stands in for the amount of the kind. Raises Invalid when there is no end at all.
    """
    policy = in_force(now)
    kind = clock_kind(kind_id, policy)
    about = str(about or "")
    clock = Clock.objects.filter(matter=matter, kind=kind_id, about=about, stopped_at__isnull=True).first()
    fresh = clock is None
    clock = clock or Clock(matter=matter, kind=kind_id, about=about)
    clock.started_at, clock.policy_version = at, policy.number
    if asserted is not None:
        clock.asserted, clock.asserted_by = _moment(asserted), asserted_by
    _reckon(clock, kind, now, amount=kind.amount if amount is None else amount)
    clock.warned, clock.warn_at = 0, _next_warning(kind, clock.ends, 0)
    clock.entry = log.record(
        "clock.started" if fresh else "clock.changed", actor=None, matter=matter, facts={"result": kind_id}
    )
    clock.save()
    return clock


def stop(matter: Any, kind_id: str, *, now: dt.datetime, about: Any = "", void: bool = False) -> None:
    """The clock, if it runs, has done its work: met, or missed when it ran out before."""
    clock = Clock.objects.filter(
        matter=matter, kind=kind_id, about=str(about or ""), stopped_at__isnull=True
    ).first()
    if clock is None:
        return
    clock.outcome = "void" if void else "met" if now <= clock.ends else "missed"
    clock.stopped_at, clock.warn_at = now, None
    log.record("clock.stopped", actor=None, matter=matter, reason=clock.outcome, facts={"result": kind_id})
    clock.pauses.filter(ended_at__isnull=True).update(ended_at=now)
    clock.save(update_fields=["outcome", "stopped_at", "warn_at"])


def pause(matter: Any, cause: str, *, now: dt.datetime) -> int:
    """The city's own clocks of the matter stand still for this cause; a court's never do.

    Returns how many stand still because of it. One that does already for this cause is left alone.
    """
    stopped = 0
    for clock in _open(matter):
        if not clock_kinds()[clock.kind].tolls or clock.pauses.filter(ended_at=None, cause=cause).exists():
            continue
        ClockPause.objects.create(clock=clock, cause=cause, started_at=now)
        stopped += 1
    if stopped:
        log.record("clock.paused", actor=None, matter=matter, reason=cause)
    return stopped


def resume(matter: Any, cause: str, *, now: dt.datetime) -> None:
    """The clocks that stood still for this cause go on, and their ends move by as much."""
    pauses = ClockPause.objects.filter(clock__matter=matter, cause=cause, ended_at__isnull=True)
    clocks = list(Clock.objects.filter(pauses__in=pauses).distinct())
    if not pauses.update(ended_at=now):
        return
    log.record("clock.resumed", actor=None, matter=matter, reason=cause)
    for clock in clocks:
        _again(clock, now)


def change_calendar(
    calendar: str, closed: Iterable[dt.date], opened: Iterable[dt.date], *, actor: Any, now: dt.datetime
) -> CalendarVersion:
    """The calendar has a new version with exactly these changes to its table of holidays. The clocks
    that count by it are reckoned anew by the caller (`reckon_again`), matter by matter."""
    days = as_kept(closed, opened)
    last = current_version(calendar)
    number = 1 + (last.version if last else 0)
    entry = log.record(
        "calendar.changed", actor=actor, facts={"result": calendar, "counts": {"version": number}}
    )
    return CalendarVersion.objects.create(
        calendar=calendar, version=number, closed=days[0], opened=days[1], made_at=now, entry=entry
    )


def as_kept(closed: Iterable[dt.date], opened: Iterable[dt.date]) -> tuple[list[str], list[str]]:
    """The changes of a calendar as a version keeps them, each day once and in order. Raises Invalid for a
    day that is both, and for more than a calendar takes."""
    shut, worked = (sorted({day.isoformat() for day in dates}) for dates in (closed, opened))
    if set(shut) & set(worked):
        raise Invalid("A day is either closed or open, not both.", code="calendar_contradicts")
    if len(shut) + len(worked) > MOST_CHANGES:
        raise Invalid(f"A calendar takes at most {MOST_CHANGES} changes.", code="calendar_too_long")
    return shut, worked


def reckon_again(matter: Any, *, now: dt.datetime) -> int:
    """Every running clock of the matter says what it would say if it were started today by the
    calendar in force. Returns how many ends have moved; each has an entry."""
    return sum(_again(clock, now) for clock in _open(matter))


def take_warnings(matter: Any, *, now: dt.datetime) -> list[Clock]:
    """The running clocks whose time for a warning has come, each taken once: the next call returns
    them again only when their next warning is due. A clock that stands still does not warn."""
    due = []
    for clock in _open(matter):
        if clock.warn_at is None or clock.warn_at > now or clock.pauses.filter(ended_at=None).exists():
            continue
        kind = _kind(clock)
        while clock.warn_at is not None and clock.warn_at <= now:
            clock.warned += 1
            clock.warn_at = _next_warning(kind, clock.ends, clock.warned)
        clock.save(update_fields=["warned", "warn_at"])
        due.append(clock)
    return due


def nearest(matter: Any, *, of_court: bool) -> dt.date | None:
    """The city's date on which the first running clock of a court, or of the city, ends."""
    ends = [clock.ends for clock in _open(matter) if clock.of_court == of_court]
    return min(ends).astimezone(city_zone()).date() if ends else None


def _open(matter: Any) -> list[Clock]:
    return list(Clock.objects.filter(matter=matter, stopped_at__isnull=True).prefetch_related("pauses"))


def _kind(clock: Clock) -> ClockKind:
    """Its kind, by the version of the policy under which it was started."""
    return clock_kind(clock.kind, numbered(clock.policy_version))


def _moment(end: dt.date | dt.datetime) -> dt.datetime:
    """An asserted day lasts to its last second in the city."""
    if isinstance(end, dt.datetime):
        return end
    return dt.datetime.combine(end, reckon.END_OF_DAY, city_zone())


def _reckon(clock: Clock, kind: ClockKind, now: dt.datetime, *, amount: int | None) -> None:
    if amount is not None:
        version = current_version(kind.calendar)
        clock.calendar_version = version.version if version else 0
        pauses = clock.pauses.all() if clock.pk else ()
        clock.amount = amount
        clock.reckoned = reckon.due(
            clock.started_at,
            amount,
            kind.mode,
            zone=city_zone(),
            holidays=closed_days(kind.calendar, clock.started_at.astimezone(city_zone()).date()),
            pauses=[reckon.Pause(row.started_at, row.ended_at) for row in pauses],
            now=now,
            cut_off=numbered(clock.policy_version).cut_off,
        )
    ends = [one for one in (clock.reckoned, clock.asserted) if one is not None]
    if not ends:
        raise Invalid("Say when this ends.", code="clock_without_end")
    clock.ends = min(ends)


def _again(clock: Clock, now: dt.datetime) -> bool:
    kind, before = _kind(clock), clock.ends
    _reckon(clock, kind, now, amount=clock.amount)
    if clock.ends != before:
        seconds = int(abs((clock.ends - before).total_seconds()))
        clock.warned, clock.warn_at = 0, _next_warning(kind, clock.ends, 0)
        later = clock.ends > before  # then what was near is near no longer; an earlier end warns at once
        while later and clock.warn_at is not None and clock.warn_at <= now and clock.ends > now:
            clock.warned += 1
            clock.warn_at = _next_warning(kind, clock.ends, clock.warned)
        log.record(
            "clock.changed",
            actor=None,
            matter=clock.matter,
            reason="later" if clock.ends > before else "earlier",
            facts={"result": clock.kind, "counts": {"seconds": seconds}},
        )
    clock.save()
    return clock.ends != before


def _next_warning(kind: ClockKind, ends: dt.datetime, warned: int) -> dt.datetime | None:
    """When the next warning is due: the kind's hours before the end, then the end itself, then none."""
    if warned < len(kind.warn):
        return ends - dt.timedelta(hours=kind.warn[warned])
    return ends if warned == len(kind.warn) else None
