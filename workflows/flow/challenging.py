"""A paper is contested: the matter stops at once, and counsel records what the court did with the contest.

Filing blocks; the block goes when counsel says that the court left the order in force. So no order is missed
by standing still: counsel's task is due the same day and shows the court's date.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.errors import Invalid, NotVisible, WrongState
from workflows.flow.advance import require_step_up, step
from workflows.flow.blocks import write_block, write_lift
from workflows.flow.leaving import leave_force, reinstate
from workflows.flow.moves import MOVES
from workflows.flow.timing import HEARING, settle_dates
from workflows.holding import states
from workflows.holding.actions import place
from workflows.holding.models import Challenge
from workflows.instruments.actions import ask_anew
from workflows.instruments.models import Instrument
from workflows.instruments.states import ENDS, IN_FORCE
from workflows.instruments.states import STAYED as PAPER_STAYED
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import AGENCY
from workflows.records.scoping import rescope_records


@dataclass(frozen=True, slots=True)
class Filing:
    """A challenge as it came in. `instrument_id` may be left out where one paper is in force."""

    kind: str
    party: str = "other"
    instrument_id: UUID | None = None
    court_on: dt.date | None = None


def file_challenge(matter_id: UUID | str, filing: Filing, *, actor: Any) -> Challenge:
    """The matter is blocked and held, and counsel has a task for the same day with the date of the court.

    Raises NotVisible, Forbidden, Invalid, WrongState for a matter that is closed.
    """
    with act("challenge", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "challenge", lock=True)
        party = "agency" if actor.role == AGENCY else filing.party
        if filing.kind not in states.CHALLENGE_KINDS or party not in states.PARTIES:
            raise Invalid("Choose what it is and who contests from the lists.", code="unknown_choice")
        if matter.state == State.CLOSED:
            raise WrongState("A closed matter is taken up again before its paper is contested.")
        paper, key = _contested(matter, filing.instrument_id), uuid4()
        entry = log.record(
            "challenge.filed",
            actor=actor,
            matter=matter,
            reason=filing.kind,
            obj=("instrument", paper.sha256) if paper else None,
            facts={"refs": {"challenge": key} | ({"instrument": paper.pk} if paper else {})},
        )
        if filing.court_on is not None:
            running.start(
                matter, HEARING, at=now, now=now, about=key, asserted=filing.court_on, asserted_by="court"
            )
            settle_dates(matter)
        block = write_block(matter, "challenge", actor=actor, now=now, court_date=filing.court_on)
        place(matter, "challenge", actor=actor, now=now, about=key)
        return Challenge.objects.create(
            id=key,
            matter=matter,
            instrument=paper,
            kind=filing.kind,
            party=party,
            court_on=filing.court_on,
            state=states.FILED,
            state_entry=entry,
            block=block,
            filed_by=actor,
            filed_at=now,
            entry=entry,
        )


def _contested(matter: Matter, instrument_id: UUID | None) -> Instrument | None:
    papers = matter.instruments.all()
    if instrument_id is not None:
        found = papers.filter(pk=instrument_id).first()
        if found is None:
            raise NotVisible("There is no such paper on this matter.")
        return found
    for likely in (papers.filter(state=IN_FORCE), papers):
        if likely.count() == 1:
            return likely.get()
    if papers.exists():
        raise Invalid("Say which paper is contested.", code="paper_needed")
    return None


def settle_challenge(
    challenge_id: UUID | str,
    to: str,
    *,
    actor: Any,
    reason: str,
    stepped_up_at: dt.datetime | None,
    outcome: str = "",
) -> Challenge:
    """Counsel records what became of a challenge, and everything that follows from it has happened.

    pending: the court has not stayed the order, or no longer does: the challenge's block is lifted.
    stayed: the order is stayed. decided, with `outcome` upheld: it is quashed; narrowed: it stands, and its
    scope must be set anew; denied: it stands. withdrawn: it stands. closed: nothing is left to do.
    An order that comes back into force is verified anew before anything leaves.
    """
    found = matter_of(Challenge, challenge_id)
    with act("settle_challenge", actor=actor, matter_id=found):
        if found is None:
            raise NotVisible()
        now = timezone.now()
        matter = access_matter(actor, found, "settle_challenge", lock=True)
        require_step_up("settle_challenge", stepped_up_at, now)
        challenge = Challenge.objects.select_related("instrument", "block").get(pk=challenge_id)
        if to not in states.CHALLENGE_STEPS[challenge.state]:
            raise WrongState("This does not follow from where the challenge stands. Please look again.")
        if (to == states.DECIDED) is not (outcome in states.OUTCOMES):
            raise Invalid("Say how it was decided: upheld, narrowed or denied.", code="outcome_needed")
        if len(reason.strip()) < 10:
            raise Invalid("Type your reason: at least ten characters.", code="reason_needed")
        reason = refuse_status(reason.strip())
        entry = log.record(
            "challenge.settled",
            actor=actor,
            matter=matter,
            reason=outcome or to,
            facts={"from": challenge.state, "to": to, "refs": {"challenge": challenge.pk}},
            detail=reason,
        )
        stayed = challenge.state == states.STAYED
        challenge.state, challenge.state_entry = to, entry
        challenge.outcome = outcome or challenge.outcome
        challenge.save(update_fields=["state", "state_entry", "outcome"])
        _follow(matter, challenge, stayed, actor=actor, now=now, reason=reason)
        return challenge


def _follow(
    matter: Matter, challenge: Challenge, stayed: bool, *, actor: Any, now: dt.datetime, reason: str
) -> None:
    """`stayed`: the order was stayed because of this challenge until now; no other stay ends with it."""
    paper = challenge.instrument
    if challenge.state == states.CLOSED:
        return
    if challenge.state == states.STAYED:
        if paper is not None and paper.state not in ENDS:
            leave_force(matter, paper, PAPER_STAYED, actor=actor, now=now)
        return
    if challenge.outcome == "upheld":
        if paper is not None and (paper.state not in ENDS or paper.state == PAPER_STAYED):
            leave_force(matter, paper, "quashed", actor=actor, now=now)
    elif paper is not None and stayed and not _stayed_otherwise(challenge, paper):
        reinstate(matter, paper, actor=actor, now=now)
    if challenge.outcome == "narrowed":
        _open_scope(matter, paper, now)
    if challenge.block.lifted_at is None:
        write_lift(challenge.block, matter, actor=actor, now=now, reason=reason)
    if challenge.state != states.PENDING:
        running.stop(matter, HEARING, now=now, about=challenge.pk)
        settle_dates(matter)


def _stayed_otherwise(challenge: Challenge, paper: Instrument) -> bool:
    """Two courts may have stayed one order: it comes back when neither does any more."""
    others = Challenge.objects.filter(instrument=paper, state=states.STAYED)
    return others.exclude(pk=challenge.pk).exists()


def _open_scope(matter: Matter, paper: Instrument | None, now: dt.datetime) -> None:
    """The order compels less than before: counsel reads it again before anything else happens with it. Until
    then its clauses cover nothing, wherever the matter stands."""
    ask_anew(matter, now)
    if paper is not None:
        paper.refresh_from_db()
        paper.scope_from, paper.version = now, paper.version + 1
        paper.save(update_fields=["scope_from", "version"])
    if State(matter.state) in MOVES["void"].sources:
        step(matter, MOVES["void"], actor=None, now=now, given={"cause": "paper"})
    elif State(matter.state) in MOVES["rescope"].sources:
        step(matter, MOVES["rescope"], actor=None, now=now)
    rescope_records(matter)
