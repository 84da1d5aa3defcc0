"""Holds are placed by acts or by counsel, and lifted by two lawyers; a preservation can be extended once."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.clocks.models import Clock
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.advance import require_step_up
from workflows.flow.duties import close_tasks, open_task
from workflows.flow.timing import PRESERVATION, settle_dates
from workflows.holding import actions
from workflows.holding.models import Hold
from workflows.holding.queries import open_holds
from workflows.matters.access import access_matter, is_active_in, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import COUNSEL

LIFT_TASK = "hold_lift"
EXTENDED_DAYS = 180  # 18 U.S.C. 2703(f)(2): 90 days, and 90 more upon a renewed request


def place_hold(matter_id: UUID | str, *, actor: Any, reason: str) -> Hold:
    """Everything of the matter is kept, because a dispute or an investigation can be foreseen (12.1)."""
    with act("place_hold", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "place_hold", lock=True)
        typed = _typed(reason)
        if open_holds(matter).filter(ground="counsel").exists():
            raise WrongState("Such a hold stands already.", code="hold_stands")
        return actions.place(matter, "counsel", actor=actor, now=timezone.now(), reason=typed)


def ask_lift(hold_id: UUID | str, *, actor: Any, reason: str, stepped_up_at: dt.datetime | None) -> Hold:
    """A lawyer wants the hold lifted; it stands until another lawyer agrees, who has a task for it."""
    with act("lift_hold", actor=actor, matter_id=matter_of(Hold, hold_id)):
        matter, hold, now = _opened(hold_id, actor, stepped_up_at)
        typed = _typed(reason)
        if hold.asked_at is not None:
            raise WrongState("Somebody has asked for this already. Another lawyer agrees or declines.")
        hold.asked_at, hold.asked_by = now, actor
        log.record(
            "hold.lift_asked", actor=actor, matter=matter, reason=hold.ground,
            facts={"refs": {"hold": hold.pk}}, detail=typed,
        )  # fmt: skip
        hold.save(update_fields=["asked_at", "asked_by"])
        if not matter.tasks.filter(kind=LIFT_TASK, done_at__isnull=True).exists():
            open_task(matter, LIFT_TASK, COUNSEL, now, court_date=matter.court_date)
        return hold


def confirm_lift(hold_id: UUID | str, *, actor: Any, stepped_up_at: dt.datetime | None) -> Hold:
    """The hold is lifted: a second lawyer agrees. Raises Forbidden for the one who asked."""
    with act("lift_hold", actor=actor, matter_id=matter_of(Hold, hold_id)):
        matter, hold, now = _opened(hold_id, actor, stepped_up_at)
        if hold.asked_by_id is None:
            raise WrongState("Nobody has asked for this hold to be lifted.")
        if hold.asked_by_id == actor.pk:
            raise Forbidden(
                "You have asked for it yourself. Another lawyer has to agree.", code="second_person"
            )
        if not is_active_in(hold.asked_by, COUNSEL):
            raise WrongState(
                "Who asked for this is no longer counsel here. Decline it, then ask anew; another lawyer "
                "agrees."
            )
        hold.lifted_at, hold.lifted_by = now, actor
        hold.lifted_entry = log.record(
            "hold.lifted", actor=actor, matter=matter, reason=hold.ground, facts={"refs": {"hold": hold.pk}}
        )
        hold.save(update_fields=["lifted_at", "lifted_by", "lifted_entry"])
        if hold.ground in ("preservation", "paper"):
            running.stop(matter, PRESERVATION, now=now, about=hold.about)
            settle_dates(matter)
        _settle_task(matter, actor, now)
        return hold


def decline_lift(hold_id: UUID | str, *, actor: Any, reason: str, stepped_up_at: dt.datetime | None) -> Hold:
    """The hold stands: a lawyer, perhaps the one who asked, does not want it lifted after all."""
    with act("lift_hold", actor=actor, matter_id=matter_of(Hold, hold_id)):
        matter, hold, now = _opened(hold_id, actor, stepped_up_at)
        typed = _typed(reason)
        if hold.asked_by_id is None:
            raise WrongState("Nobody has asked for this hold to be lifted.")
        log.record(
            "hold.lift_declined", actor=actor, matter=matter, reason=hold.ground,
            facts={"refs": {"hold": hold.pk}}, detail=typed,
        )  # fmt: skip
        hold.asked_at = hold.asked_by = None
        hold.save(update_fields=["asked_at", "asked_by"])
        _settle_task(matter, actor, now)
        return hold


def extend_preservation(matter_id: UUID | str, *, actor: Any) -> Clock:
    """The agency has renewed its request: the preservation runs 180 days from its start, and no longer."""
    with act("extend_preservation", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "preserve", lock=True)
        clock = matter.clocks.filter(kind=PRESERVATION, stopped_at__isnull=True).first()
        if clock is None:
            raise WrongState("No preservation runs on this matter.")
        if clock.amount == EXTENDED_DAYS:
            raise WrongState(
                "A preservation is extended once. The hold itself stands until counsel lifts it."
            )
        log.record("preservation.extended", actor=actor, matter=matter)
        clock = running.start(
            matter, PRESERVATION, at=clock.started_at, now=now, about=clock.about, amount=EXTENDED_DAYS
        )
        settle_dates(matter)
        return clock


def _opened(
    hold_id: UUID | str, actor: Any, stepped_up_at: dt.datetime | None
) -> tuple[Matter, Hold, dt.datetime]:
    """The hold, still open, and its matter, locked. What `access_matter` raises, StepUpNeeded, WrongState."""
    found = matter_of(Hold, hold_id)
    if found is None:
        raise NotVisible()
    now = timezone.now()
    matter = access_matter(actor, found, "lift_hold", lock=True)
    require_step_up("lift_hold", stepped_up_at, now)
    hold = Hold.objects.get(pk=hold_id)
    if hold.lifted_at is not None:
        raise WrongState("This hold has been lifted already.")
    return matter, hold, now


def _settle_task(matter: Matter, actor: Any, now: dt.datetime) -> None:
    if not open_holds(matter).filter(asked_at__isnull=False).exists():
        close_tasks(matter, LIFT_TASK, actor=actor, now=now)


def _typed(reason: str) -> str:
    if len(reason.strip()) < 10:
        raise Invalid("Type your reason: at least ten characters.", code="reason_needed")
    return refuse_status(reason.strip())
