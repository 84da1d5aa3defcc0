"""A paper leaves force, and comes back: whatever rests on it stops at once (DB6).

Every way out of force ends here: counsel's word, a court's, the last day on which a warrant could be served.
The block stands on every matter that rests on the paper, also where the same paper was filed a second time.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from workflows.audit import log
from workflows.errors import WrongState
from workflows.flow.advance import step
from workflows.flow.blocks import write_block
from workflows.flow.moves import MOVES
from workflows.flow.timing import start_for_paper, stop_for_paper
from workflows.instruments.models import Instrument
from workflows.instruments.states import AUTHENTICATING, ENDS, IN_FORCE, STAYED
from workflows.matters.acts import each_matter
from workflows.matters.models import Matter
from workflows.matters.states import State

BLOCK_OF = {STAYED: "stay", "quashed": "quash", "expired": "expiry", "forged": "forgery"}
# What a court has done to an order it has done to every copy of it; how one copy was used is its own affair.
_OF_THE_ORDER = (STAYED, "quashed", "withdrawn", "forged")
_NOTHING_RESTS = (State.WITHDRAWN, State.CLOSED)
_ANSWERED = (State.DELIVERED, State.REFUSED, *_NOTHING_RESTS)


def leave_force(
    matter: Matter,
    paper: Instrument,
    how: str,
    *,
    actor: Any,
    now: dt.datetime,
    reason: str | None = None,
    alone: bool = False,
) -> None:
    """The paper has left force in this way. Inside the caller's transaction, the matter locked.

    If it was in force: a block on every matter resting on it (`alone`: on this one only), and no approval or
    link of its own matter survives.
    """
    if paper.state in ENDS and (paper.state != STAYED or how == STAYED):
        raise WrongState("This paper is not in force any more.")
    was_in_force = paper.state == IN_FORCE
    entry = log.record(
        "instrument.left_force",
        actor=actor,
        matter=matter,
        reason=how,
        obj=("instrument", paper.sha256),
        facts={"refs": {"instrument": paper.pk}},
        detail=reason or None,
    )
    paper.state, paper.state_entry, paper.version = how, entry, paper.version + 1
    paper.save(update_fields=["state", "state_entry", "version"])
    stop_for_paper(matter, paper, now)
    if not was_in_force:
        return
    kind = BLOCK_OF.get(how, "quash")
    write_block(matter, kind, actor=actor, now=now)
    if State(matter.state) in MOVES["void"].sources:
        step(matter, MOVES["void"], actor=None, now=now, given={"cause": "paper"})
    for other in () if alone else _also_resting(matter, paper, how):
        write_block(other, kind, actor=None, now=now)


def _also_resting(matter: Matter, paper: Instrument, how: str) -> QuerySet[Matter]:
    """Other matters that rest on the same file, or on an order of the same court and docket that a court has
    stopped; after a forgery every matter of the agency that filed it. Locked, in one order for all."""
    same = Q(sha256=paper.sha256)
    if how in _OF_THE_ORDER and paper.docket.strip() and paper.court.strip():
        same |= Q(docket__iexact=paper.docket.strip(), court__iexact=paper.court.strip())
    resting = Q(pk__in=Instrument.objects.filter(same, state=IN_FORCE).values("matter"))
    if how == "forged":
        resting |= Q(agency=matter.agency_id)
    rows = Matter.objects.filter(resting).exclude(pk=matter.pk).exclude(state__in=_NOTHING_RESTS)
    return rows.order_by("pk").select_for_update(of=("self",))


def reinstate(matter: Matter, paper: Instrument, *, actor: Any, now: dt.datetime) -> None:
    """A stay has ended: the paper stands where it stood, but the gate stays closed until somebody has called
    the court again and found it in force. Inside the caller's transaction. A paper not stayed is left."""
    if paper.state != STAYED:
        return
    entry = log.record(
        "instrument.reinstated",
        actor=actor,
        matter=matter,
        obj=("instrument", paper.sha256),
        facts={"refs": {"instrument": paper.pk}},
    )
    paper.state = IN_FORCE if paper.accepted_at else AUTHENTICATING
    paper.state_entry, paper.version, paper.recheck_from = entry, paper.version + 1, now
    paper.save(update_fields=["state", "state_entry", "version", "recheck_from"])
    start_for_paper(matter, paper, now)


def expire_papers(now: dt.datetime) -> int:
    """Papers in force whose last day has passed leave force, matter by matter; returns on how many matters.

    A matter that has its answer no longer rests on its paper.
    """
    today = timezone.localdate(now)
    over = Q(execute_by__lt=today) | Q(ends_on__lt=today)
    papers = Instrument.objects.filter(over, state=IN_FORCE).exclude(matter__state__in=_ANSWERED)

    def expire(matter: Matter) -> None:
        for paper in papers.filter(matter=matter):
            leave_force(matter, paper, "expired", actor=None, now=now, alone=True)  # each copy has its day

    return each_matter("paper.expiry", sorted(set(papers.values_list("matter_id", flat=True))), expire)
