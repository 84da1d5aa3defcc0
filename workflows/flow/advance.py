"""The one way in which the state of a matter changes.

The row is locked first, so of two people who press at once one gets WrongState. Guards, change,
effects and entry are one transaction; a refusal is recorded after it has been rolled back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from workflows.audit import log
from workflows.errors import GuardFailed, Stale, StepUpNeeded, WrongState
from workflows.flow.effects import EFFECTS, choose_target
from workflows.flow.facts import Situation, facts_about
from workflows.flow.moves import MOVES, Move
from workflows.flow.words import about_paper
from workflows.instruments.models import Instrument
from workflows.instruments.queries import seconds_left
from workflows.lawbook import in_force
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.matters.states import TITLES, State
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import STEP_UP_ACTIONS
from workflows.releases import queries as releases

STEP_UP_S = 300  # a sign-in younger than this counts as step-up


def require_step_up(action: str, stepped_up_at: dt.datetime | None, now: dt.datetime) -> None:
    """Raise StepUpNeeded when the action is of weight and the last sign-in is too old."""
    if action not in STEP_UP_ACTIONS:
        return
    if stepped_up_at is None or not dt.timedelta(0) <= now - stepped_up_at <= dt.timedelta(seconds=STEP_UP_S):
        raise StepUpNeeded(
            "Please confirm with your code: this act needs a sign-in younger than five minutes."
        )


def advance(
    matter_id: UUID | str,
    move_name: str,
    *,
    actor: Any,
    stepped_up_at: dt.datetime | None = None,
    version: int | None = None,
    instrument: Instrument | None = None,
    **given: Any,
) -> Matter:
    """Take one move of the table for one matter, or record the refusal and change nothing.

    `given` goes to the effects of the move (reason, clauses, cause...); a reason passes the intake guard.
    `version` is the row version the person saw, if known. Raises NotVisible, Forbidden, StepUpNeeded,
    WrongState, Stale, GuardFailed, Invalid.
    """
    move = MOVES[move_name]
    with act(move_name, actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, move.action, lock=True)
        require_step_up(move.action, stepped_up_at, now)
        if version is not None and version != matter.version:
            raise Stale("Somebody has changed this matter since you opened the page. Please look again.")
        if given.get("reason"):
            guard = about_paper if move_name == "refuse" else refuse_status
            given["reason"] = guard(given["reason"])
        return step(matter, move, actor=actor, now=now, instrument=instrument, given=given)


def _left_of_the_paper(matter: Matter, move: Move, now: dt.datetime) -> dict[str, int] | None:
    """How long the paper of a release still runs: auditors look at those that leave in the last hours."""
    left = seconds_left(matter, now) if move.name == "release" else None
    return None if left is None else {"seconds": left}


def _people_of_the_release(situation: Situation, move: Move) -> Iterable[str]:
    """Whose records leave: each finds the approval and the release in their own timeline."""
    if move.name not in ("approve", "release") or situation.manifest is None:
        return ()
    return releases.people_of(situation.manifest)


def step(
    matter: Matter,
    move: Move,
    *,
    actor: Any,
    now: dt.datetime,
    instrument: Instrument | None = None,
    given: Mapping[str, Any] | None = None,
) -> Matter:
    """Take the move for a matter that the caller has locked, inside the caller's transaction.

    For acts that are more than a move, and for moves of the system. Raises WrongState, GuardFailed.
    """
    if State(matter.state) not in move.sources:
        raise WrongState(
            f"“{move.title}” is not possible while the matter is: {TITLES[State(matter.state)]}."
        )
    situation = Situation(matter, actor, now, instrument)
    facts = facts_about(situation, move.guards)
    failed = [(guard.id, guard.sentence) for guard in move.guards if not guard.holds(facts)]
    if failed:
        raise GuardFailed(" ".join(sentence for _, sentence in failed), failed=failed)
    target = choose_target(move, situation, given or {})
    entry = log.record(
        move.event,
        actor=actor,
        matter=matter,
        facts={
            "move": move.name,
            "from": matter.state,
            "to": target.value,
            "policy": in_force(now).label,
            "guards": {guard.id: True for guard in move.guards},
            "counts": _left_of_the_paper(matter, move, now),
        },
        detail=(given or {}).get("reason") or None,
        people=_people_of_the_release(situation, move),
    )
    matter.state, matter.state_entry, matter.version = target.value, entry, matter.version + 1
    matter.save(update_fields=["state", "state_entry", "version"])
    for effect in EFFECTS.get(move.name, ()):
        effect(situation, given or {}, entry)
    return matter
