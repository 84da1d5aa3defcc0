"""The calendars of the city and of the court change by two administrators: one proposes, another one agrees.

A day that is wrongly closed moves the dates by which people are told and courts are answered, so nobody
changes a calendar alone. A version is never edited (`clocks/calendar.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.clocks.calendar import current_version
from workflows.clocks.kinds import CITY, COURT
from workflows.clocks.models import CalendarProposal
from workflows.errors import Forbidden, GuardFailed, Invalid, Stale, WrongState
from workflows.flow.advance import require_step_up
from workflows.flow.timing import sweep
from workflows.matters.access import is_active_in
from workflows.matters.acts import act
from workflows.policy.roles import ADMINISTRATOR, allowed
from workflows.proposals import open_one, settle


def propose_calendar(
    calendar: str,
    *,
    closed: Iterable[dt.date],
    opened: Iterable[dt.date],
    actor: Any,
    stepped_up_at: dt.datetime | None,
) -> CalendarProposal:
    """Another administrator is asked whether the calendar has exactly these changes to its table of holidays.
    No clock moves before.

    Raises Forbidden, StepUpNeeded, Invalid for days that contradict each other or change nothing, WrongState
    while a proposal for this calendar is open.
    """
    with act("change_calendar", actor=actor, matter_id=None):
        now = timezone.now()
        _may(actor, stepped_up_at, now)
        if calendar not in (CITY, COURT):
            raise Invalid("Unknown calendar.", code="unknown_choice")
        days = running.as_kept(closed, opened)
        base = current_version(calendar)
        if days == ((base.closed, base.opened) if base else ([], [])):
            raise Invalid("The calendar says this already.", code="nothing_changes")
        if CalendarProposal.objects.select_for_update().filter(calendar=calendar, settled_at=None).exists():
            raise WrongState(
                "A change of this calendar waits already. Agree to it, or decline it, first.",
                code="calendar_waits",
            )
        proposal = CalendarProposal.objects.create(
            calendar=calendar, base=base.version if base else 0, closed=days[0], opened=days[1],
            proposed_by=actor, proposed_at=now,
        )  # fmt: skip
        _record("calendar.proposed", proposal, actor)
        return proposal


def settle_calendar(
    proposal_id: int, agrees: bool, *, actor: Any, stepped_up_at: dt.datetime | None
) -> CalendarProposal:
    """The calendar has the version that was proposed, and every clock that counts by it is reckoned anew,
    matter by matter; or it never will. Whatever a lost process leaves over, the sweep takes up.

    The one who proposed can take it back, and only another one can agree. Raises Forbidden, StepUpNeeded,
    NotVisible for none that is open, GuardFailed for the one who proposed, Stale when the calendar is another
    one by now.
    """
    with act("change_calendar", actor=actor, matter_id=None):
        now = timezone.now()
        _may(actor, stepped_up_at, now)
        proposal = open_one(CalendarProposal.objects.all(), proposal_id)
        if agrees:
            _carry_out(proposal, actor, now)
        else:
            _record("calendar.declined", proposal, actor)
        settle(proposal, agrees, actor=actor, now=now)
    if agrees:
        sweep(timezone.now())
    return proposal


def _carry_out(proposal: CalendarProposal, actor: Any, now: dt.datetime) -> None:
    if actor.pk == proposal.proposed_by_id or not is_active_in(proposal.proposed_by, ADMINISTRATOR):
        raise GuardFailed(
            "Another administrator than the one who proposed it agrees, while both are administrators.",
            failed=[("calendar.second_person", "Two administrators stand behind a version of a calendar.")],
        )
    base = current_version(proposal.calendar)
    if proposal.base != (base.version if base else 0):
        raise Stale("The calendar has changed since this was proposed. Decline it, and propose it anew.")
    closed, opened = (map(dt.date.fromisoformat, days) for days in (proposal.closed, proposal.opened))
    running.change_calendar(proposal.calendar, closed, opened, actor=actor, now=now)


def _record(event: str, proposal: CalendarProposal, actor: Any) -> None:
    changes = len(proposal.closed) + len(proposal.opened)
    about = {"result": proposal.calendar, "counts": {"version": proposal.base + 1, "rows": changes}}
    log.record(event, actor=actor, facts=about)


def _may(actor: Any, stepped_up_at: dt.datetime | None, now: dt.datetime) -> None:
    if not allowed(actor.role, "change_calendar"):
        raise Forbidden("Calendars are kept by administrators.")
    require_step_up("change_calendar", stepped_up_at, now)
