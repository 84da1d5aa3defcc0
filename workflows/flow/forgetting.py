"""The log forgets one person: which entries are about them is destroyed for good, every proof stays valid.

One lawyer asks; another one, who types the same name and date of birth, agrees. So nobody agrees to a person
whom they have not been told of, and the gateway keeps no name. Nothing is forgotten while anything about the
person is open, held, sealed or in doubt, as with everything else that is destroyed (`retention.standing`).
What the matters themselves hold (papers, clauses, records, letters) is not touched here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.utils import timezone

from workflows.audit import concerned, log
from workflows.audit.models import Entry
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.advance import require_step_up
from workflows.flow.retention import standing
from workflows.flow.words import typed
from workflows.holding.models import FORGET_GROUNDS, Forgetting
from workflows.matters.access import is_active_in, unsealed_matters
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import COUNSEL, allowed
from workflows.records import people

ACTION = "forget_person"
MOST_SHOWN = 50


def forgettings(*, actor: Any) -> QuerySet[Forgetting]:
    """What waits and what was settled, newest first. Raises Forbidden."""
    if not allowed(actor.role, ACTION):
        raise Forbidden("Whom the log is to forget is counsel's to say.")
    return Forgetting.objects.select_related("asked_by", "settled_by", "settled_entry")


def ask_forgetting(
    name: str,
    birth_date: dt.date | None,
    *,
    ground: str,
    reason: str,
    actor: Any,
    stepped_up_at: dt.datetime | None,
) -> Forgetting:
    """A lawyer wants this person forgotten; nothing goes until another lawyer agrees.

    `reason` is kept encrypted and must not name the person. Raises Forbidden, StepUpNeeded, Invalid,
    WrongState (`person_kept`; nobody of that name in the log; asked for already).
    """
    with act(ACTION, actor=actor, matter_id=None):
        now = _may(actor, stepped_up_at)
        if ground not in FORGET_GROUNDS:
            raise Invalid("Choose from the list why the person is to be forgotten.", code="unknown_choice")
        reference = _reference(name, birth_date)
        words = refuse_status(typed(reason, "why the person is to be forgotten, without naming them"))
        _looked_through(reference, now)
        if Forgetting.objects.filter(subject=reference).exists():
            raise WrongState("Somebody has asked for this already. Another lawyer agrees or declines.")
        key = uuid4()
        entry = log.record(
            "person.forget_asked", actor=actor, reason=ground, facts={"refs": {"forgetting": key}},
            detail=words, people=[reference],
        )  # fmt: skip
        return Forgetting.objects.create(
            id=key, subject=reference, ground=ground, asked_at=now, asked_by=actor, entry=entry
        )


def confirm_forgetting(
    forgetting_id: UUID | str,
    name: str,
    birth_date: dt.date | None,
    *,
    actor: Any,
    stepped_up_at: dt.datetime | None,
) -> Forgetting:
    """The person is forgotten: a second lawyer names them too and agrees.

    Raises NotVisible, Forbidden, StepUpNeeded, Invalid (`another_person`), WrongState (`person_kept`).
    """
    with act(ACTION, actor=actor, matter_id=None):
        now = _may(actor, stepped_up_at)
        row = _open(forgetting_id)
        if row.asked_by_id == actor.pk:
            raise Forbidden(
                "You have asked for it yourself. Another lawyer has to agree.", code="second_person"
            )
        if not is_active_in(row.asked_by, COUNSEL):
            raise WrongState(
                "Who asked for this is no longer counsel here. Decline it, then ask anew; another lawyer "
                "agrees."
            )
        reference = _reference(name, birth_date)
        if reference != row.subject:
            raise Invalid(
                "This is not the person for whom it was asked. Take name and date of birth from the order or "
                "the letter that it rests on.",
                code="another_person",
            )
        rows = _looked_through(reference, now)
        entry = concerned.forget(
            reference, actor=actor, reason=row.ground, rows=rows, refs={"forgetting": row.pk}
        )
        return _settle(row, "forgotten", actor, now, entry)


def decline_forgetting(
    forgetting_id: UUID | str, reason: str, *, actor: Any, stepped_up_at: dt.datetime | None
) -> Forgetting:
    """The person stays in the log: a lawyer, perhaps the one who asked, does not want it after all.

    Raises NotVisible, Forbidden, StepUpNeeded, Invalid, WrongState.
    """
    with act(ACTION, actor=actor, matter_id=None):
        now = _may(actor, stepped_up_at)
        row = _open(forgetting_id)
        words = refuse_status(typed(reason, "why the person stays in the log, without naming them"))
        entry = log.record(
            "person.forget_declined", actor=actor, reason=row.ground, facts={"refs": {"forgetting": row.pk}},
            detail=words, people=[row.subject],
        )  # fmt: skip
        return _settle(row, "declined", actor, now, entry)


def _may(actor: Any, stepped_up_at: dt.datetime | None) -> dt.datetime:
    """The time of the act, for a lawyer with a fresh code."""
    if not allowed(actor.role, ACTION):
        raise Forbidden("Whom the log is to forget is counsel's to say.")
    now = timezone.now()
    require_step_up(ACTION, stepped_up_at, now)
    return now


def _reference(name: str, birth_date: dt.date | None) -> str:
    found = people.reference(name, birth_date)
    if found is None:
        raise Invalid("Give the name of the person.", code="name_needed")
    return found


def _open(forgetting_id: UUID | str) -> Forgetting:
    row = Forgetting.objects.select_for_update(of=("self",)).filter(pk=forgetting_id).first()
    if row is None:
        raise NotVisible()
    if row.settled_at is not None:
        raise WrongState("This has been settled already.")
    return row


def _looked_through(reference: str, now: dt.datetime) -> list[int]:
    """The rows that say which entries are about the person, once nothing keeps them; their matters locked.

    One answer for open, held and sealed: it tells no lawyer of a matter not theirs. Raises WrongState.
    """
    rows = concerned.rows_about(reference)
    if not rows:
        raise WrongState("No entry of the log is about a person with this name and date of birth.")
    about = Entry.objects.filter(pk__in=list(rows.values())).values_list("matter", flat=True)
    matters = {matter for matter in about if matter is not None}
    locked = list(Matter.objects.select_for_update(of=("self",)).filter(pk__in=matters).order_by("pk"))
    unsealed = set(unsealed_matters(now).filter(pk__in=matters).values_list("pk", flat=True))
    if any(one.pk not in unsealed or standing(one) for one in locked):
        raise WrongState(
            "A matter about this person is open, under a hold, sealed or not settled, so the log keeps the "
            "person. Ask again once that has ended.",
            code="person_kept",
        )
    return list(rows)


def _settle(row: Forgetting, outcome: str, actor: Any, now: dt.datetime, entry: Entry) -> Forgetting:
    row.subject, row.outcome = None, outcome
    row.settled_at, row.settled_by, row.settled_entry = now, actor, entry
    row.save(update_fields=["subject", "outcome", "settled_at", "settled_by", "settled_entry"])
    return row
