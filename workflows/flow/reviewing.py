"""The auditors' own acts: what becomes of a flag of the log (rule E16).

One proposes, a second one closes or declines; whoever is flagged does neither. Every step is an entry, its
words are kept encrypted beside it. The database refuses the same things itself.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from workflows.audit import flags, log
from workflows.audit.models import Flag, FlagStep
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.words import typed
from workflows.matters.acts import act
from workflows.policy.guard_text import refuse_status
from workflows.policy.review import DISPOSITIONS
from workflows.policy.roles import allowed


def propose_disposition(flag_id: int, outcome: str, words: str, *, actor: Any) -> FlagStep:
    """A disposition is proposed and waits for a second auditor; it takes the place of an earlier one.

    Raises NotVisible, Forbidden, WrongState, Invalid (words that are too few or state somebody's status).
    """
    with act("settle_flag", actor=actor, matter_id=None):
        flag = _open_flag(flag_id, actor)
        if outcome not in DISPOSITIONS:
            raise Invalid("Choose from the list what becomes of the flag.", code="unknown_choice")
        return _step(flag, flags.PROPOSED, "oversight.proposed", actor, outcome, _words(words))


def decline_disposition(flag_id: int, words: str, *, actor: Any) -> FlagStep:
    """What was proposed is not what becomes of the flag: it waits for another proposal.

    Raises NotVisible, Forbidden (also for whoever proposed it), WrongState, Invalid.
    """
    with act("settle_flag", actor=actor, matter_id=None):
        flag = _open_flag(flag_id, actor)
        proposal = _proposal_of_another(flag, actor)
        return _step(flag, flags.DECLINED, "oversight.declined", actor, proposal.outcome, _words(words))


def close_flag(flag_id: int, *, actor: Any) -> FlagStep:
    """The flag is closed as proposed. Raises NotVisible, Forbidden (also for the proposer), WrongState."""
    with act("settle_flag", actor=actor, matter_id=None):
        flag = _open_flag(flag_id, actor)
        proposal = _proposal_of_another(flag, actor)
        return _step(flag, flags.CLOSED, "oversight.closed", actor, proposal.outcome, None)


def _open_flag(flag_id: int, actor: Any) -> Flag:
    """The locked flag, for somebody who may settle it."""
    if not allowed(actor.role, "settle_flag"):
        raise Forbidden("Flags of the log are settled by auditors.")
    flag = Flag.objects.select_for_update().filter(pk=flag_id).first()
    if flag is None:
        raise NotVisible()
    if flag.code in flags.CLOSES_GATE:
        raise WrongState(
            "This flag ends only when two people begin the log anew, with `manage.py begin_incarnation`."
        )
    if flag.actor == actor.pseudonym:
        raise Forbidden("This flag is on your own act. Two other auditors settle it.", code="second_person")
    if flag.disposed_at is not None:
        raise WrongState("This flag has been closed already.")
    return flag


def _proposal_of_another(flag: Flag, actor: Any) -> FlagStep:
    proposal = flags.pending_proposal(flag)
    if proposal is None:
        raise WrongState("Nothing is proposed for this flag at the moment. Please look again.")
    if proposal.person == actor.pseudonym:
        raise Forbidden("You have proposed this yourself. Another auditor must agree.", code="second_person")
    return proposal


def _words(text: str) -> str:
    return refuse_status(typed(text, "what was found, and from whom or from what you know it"))


def _step(flag: Flag, kind: str, event: str, actor: Any, outcome: str, words: str | None) -> FlagStep:
    entry = log.record(
        event,
        actor=actor,
        reason=outcome,
        facts={"result": flag.code, "refs": {"flag": flag.pk, "entry": flag.entry}},
        detail=words,
    )
    return flags.add_step(flag, kind, person=actor.pseudonym, at=timezone.now(), entry=entry, outcome=outcome)
