"""Dates of a matter: which clocks its events start and stop, what a person asserts, and who is warned.

The sweep runs every minute in a worker and does nothing twice: what is due is read from the rows.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.clocks.calendar import current_version
from workflows.clocks.kinds import CITY, COURT, clock_kinds
from workflows.clocks.models import Clock, ClockPause
from workflows.errors import Invalid
from workflows.instruments.models import Instrument
from workflows.matters import tasks
from workflows.matters.access import access_matter
from workflows.matters.acts import act, each_matter
from workflows.matters.models import Matter
from workflows.policy.roles import COUNSEL

CLARIFICATION = "clarification"
EXECUTE, RETURN, OBJECTION, SAME_DAY = "execute_by", "return", "objection", "counsel_same_day"
SEARCH = "search"
PRESERVATION, RECALL, HEARING = "preservation", "recall", "hearing"
# Fed. R. Civ. P. 45(d)(2)(B): objections are due before the earlier of compliance and 14 days of service.
_OBJECTED_TO = frozenset({"fed_civil_subpoena", "state_subpoena", "ice_admin_subpoena", "eoir_subpoena"})
PRESERVES = "preservation_request"  # the letter itself; its hold is that of every paper
ASSERTABLE = ("return", "comply_by", "secrecy_review", "preservation")


def settle_dates(matter: Matter) -> None:
    """The matter shows the nearest date of a court and of the city. Inside the caller's transaction."""
    matter.court_date = running.nearest(matter, of_court=True)
    matter.due_on = running.nearest(matter, of_court=False)
    matter.save(update_fields=["court_date", "due_on"])


def start_for_request(matter: Matter, return_on: dt.date | None, now: dt.datetime) -> None:
    """The agency's own return date runs from the day on which the request came in."""
    if return_on is not None:
        running.start(
            matter, RETURN, at=matter.received_at, now=now, asserted=return_on, asserted_by="agency"
        )
        settle_dates(matter)


def start_for_paper(matter: Matter, paper: Instrument, now: dt.datetime) -> None:
    """The dates a person has confirmed on a paper run as clocks; those of an earlier reading are void."""
    for kind in (RETURN, EXECUTE, OBJECTION, PRESERVATION):
        running.stop(matter, kind, now=now, about=paper.pk, void=True)
    if paper.type == PRESERVES:
        running.start(matter, PRESERVATION, at=paper.filed_at, now=now, about=paper.pk)
    if paper.return_on is not None:
        _from_paper(matter, paper, RETURN, now, paper.return_on, at=paper.filed_at)
    if paper.execute_by is not None:
        issued = dt.datetime.combine(
            paper.issued_on or paper.execute_by, dt.time(), timezone.get_default_timezone()
        )
        # Without a day of issue there is nothing to reckon from: the printed day alone holds.
        capped = None if paper.issued_on else 0
        _from_paper(matter, paper, EXECUTE, now, paper.execute_by, at=issued, amount=capped)
    if paper.type in _OBJECTED_TO:
        _from_paper(matter, paper, OBJECTION, now, paper.return_on, at=paper.filed_at)
    settle_dates(matter)


def _from_paper(
    matter: Matter,
    paper: Instrument,
    kind: str,
    now: dt.datetime,
    day: dt.date | None,
    *,
    at: dt.datetime,
    amount: int | None = None,
) -> None:
    running.start(
        matter, kind, at=at, now=now, about=paper.pk, asserted=day, asserted_by="paper" if day else "",
        amount=amount,
    )  # fmt: skip


def stop_for_paper(matter: Matter, paper: Instrument, now: dt.datetime) -> None:
    """A paper that is no longer in force sets no dates."""
    for kind in (RETURN, EXECUTE, OBJECTION):
        running.stop(matter, kind, now=now, about=paper.pk, void=True)
    settle_dates(matter)


def stop_all(matter: Matter, now: dt.datetime, *, void: bool) -> None:
    """The matter is answered, or over: the clocks that an answer ends stop; duties that outlive it run on."""
    for kind, about in list(
        Clock.objects.filter(matter=matter, stopped_at__isnull=True).values_list("kind", "about")
    ):
        if clock_kinds()[kind].answered:
            running.stop(matter, kind, now=now, about=about, void=void)
    settle_dates(matter)


def assert_date(matter_id: UUID | str, kind: str, day: dt.date, *, actor: Any, by: str) -> Clock:
    """Counsel enters a date that a court or an agency has set; what we reckon is kept beside it."""
    with act("assert_date", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "assert_date", lock=True)
        if kind not in ASSERTABLE or by not in ("agency", "court", "counsel"):
            raise Invalid("Choose the date and who has set it from the lists.", code="unknown_choice")
        # An extension moves the date that a paper has set; there is no second clock beside it.
        known = Clock.objects.filter(matter=matter, kind=kind, stopped_at__isnull=True).first()
        at, about = (known.started_at, known.about) if known else (now, "")
        clock = running.start(
            matter, kind, at=at, now=now, about=about, asserted=day, asserted_by=by,
            amount=known.amount if known else None,
        )  # fmt: skip
        settle_dates(matter)
        return clock


def tolling(matter: Matter) -> bool:
    """True while a clock runs that a clarification would stop."""
    kinds = [kind.id for kind in clock_kinds().values() if kind.tolls]
    return Clock.objects.filter(matter=matter, kind__in=kinds, stopped_at__isnull=True).exists()


def ask_clarification(matter_id: UUID | str, *, actor: Any) -> int:
    """Counsel has asked the court or the agency: the city's own clocks stand still, a court's go on.

    Returns how many stand still. Raises Invalid where none of them runs.
    """
    with act("ask_clarification", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "ask_clarification", lock=True)
        if not tolling(matter):
            raise Invalid("No clock of the city runs on this matter that could stand still.", code="no_clock")
        return running.pause(matter, CLARIFICATION, now=timezone.now())


def end_clarification(matter_id: UUID | str, *, actor: Any) -> None:
    """The answer is there: the clocks go on, and their ends have moved by the time it took."""
    with act("ask_clarification", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "ask_clarification", lock=True)
        running.resume(matter, CLARIFICATION, now=timezone.now())
        settle_dates(matter)


def sweep(now: dt.datetime) -> int:
    """Reckon anew what counts by an old calendar, and warn of what is near its end or has run out.

    Each matter in a transaction of its own: one that fails stops none behind it. Returns how many were done.
    """
    old = Q(pk__in=[])
    for calendar in (CITY, COURT):
        version = current_version(calendar)
        kinds = [kind.id for kind in clock_kinds().values() if kind.calendar == calendar]
        if version is not None:
            old |= Q(kind__in=kinds, calendar_version__lt=version.version, reckoned__isnull=False)
    still = ClockPause.objects.filter(clock=OuterRef("pk"), ended_at__isnull=True)
    touched = Clock.objects.filter(old | (Q(warn_at__lte=now) & ~Exists(still)), stopped_at__isnull=True)
    matters = list(touched.order_by().values_list("matter_id", flat=True).distinct())

    def look(matter: Matter) -> None:
        running.reckon_again(matter, now=now)
        for clock in running.take_warnings(matter, now=now):
            _warn(matter, clock, now)
        settle_dates(matter)

    return each_matter("clocks", matters, look)


def _warn(matter: Matter, clock: Clock, now: dt.datetime) -> None:
    """The role of the clock has a task, counsel once it has run out; one open task for each clock."""
    over = now >= clock.ends
    role = COUNSEL if over else clock_kinds()[clock.kind].role
    log.record(
        "clock.warned", actor=None, matter=matter, reason="over" if over else "near",
        facts={"result": clock.kind},
    )  # fmt: skip
    kind = f"clock_{'over' if over else 'near'}"
    if clock.kind == SAME_DAY:  # its task is open, or the clock would not run
        return
    if not matter.tasks.filter(kind=kind, role=role, clock=clock, done_at__isnull=True).exists():
        day = timezone.localdate(clock.ends)
        tasks.write(
            matter, kind, role, now=now, due_on=day, court_date=day if clock.of_court else None, clock=clock
        )
