"""Counsel rules on status data that a paper compels: exactly these types under exactly this clause stay
in sight, or what is withheld is withheld knowingly (policy 4.2 and 4.3).

The gateway never decides that an order's words do not count: it asks counsel, keeps what counsel
says, and makes the release possible.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from workflows.audit import log
from workflows.audit.canonical import canonical
from workflows.errors import Invalid, NotVisible, WrongState
from workflows.flow.advance import require_step_up, step
from workflows.flow.moves import MOVES
from workflows.flow.words import typed
from workflows.instruments.models import (
    CHOICES,
    GROUNDS,
    ScopeClause,
    StatusAuthorisation,
    WithholdingChoice,
)
from workflows.instruments.queries import clauses_in_force, types_named
from workflows.instruments.words import seal_words
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.policy.instrument_types import EXIGENT
from workflows.policy.status_types import status_types
from workflows.records import people
from workflows.records.models import Finding
from workflows.records.stepping import REVIEWABLE


def authorise_status(
    matter_id: UUID | str,
    clause_id: int,
    *,
    actor: Any,
    types: Sequence[str],
    quote: str,
    reason: str,
    ground: str = "named",
    stepped_up_at: Any,
) -> StatusAuthorisation:
    """From now on findings of these types may stay in sight in records that this clause covers: those of
    the person whom the clause names. Somebody else applies it to each record (`keep_authorised`).

    `quote` are the words of the paper that compel the data, or with ground `general` the general phrase;
    quote and reason are kept encrypted. Raises NotVisible, Forbidden, StepUpNeeded, Invalid, WrongState.
    """
    with act("authorise_status", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "authorise_status", lock=True)
        require_step_up("authorise_status", stepped_up_at, now)
        clause = _clause(matter, clause_id)
        if ground not in GROUNDS or not types or not set(types) <= status_types().keys():
            raise Invalid("Choose at least one type of the list, and the ground.", code="unknown_choice")
        named = types_named(clause.instrument)
        if clause.instrument.verdict == EXIGENT:
            raise Invalid(
                "An emergency opens no status data (policy 8.1). What a court orders afterwards is another "
                "paper.",
                code="exigent_no_status",
            )
        if named is not None and not set(types) <= named:
            raise Invalid(
                "What this matter rests on instead of a court's order does not name this data. That needs "
                "counsel: a basis that names it, or a court's order.",
                code="beyond_basis",
            )
        words = seal_words(
            clause.instrument_id,
            quote=typed(quote, "the words of the paper"),
            reason=typed(reason, "your reason"),
        )
        chosen, key = sorted(set(types)), uuid4()
        entry = log.record(
            "status.authorised",
            actor=actor,
            matter=matter,
            obj=("instrument", clause.instrument.sha256),
            reason=ground,
            facts={
                "refs": {"instrument": clause.instrument_id, "clause": clause.pk, "authorisation": key},
                # Which types is nobody's to read in the log, but a changed list must not go unseen.
                "words": hashlib.sha256(
                    canonical({"clause": clause.pk, "types": chosen, "words": words.sha256})
                ).hexdigest(),
            },
            people=[people.reference(clause.subject_name, clause.subject_birth_date)],
        )
        return StatusAuthorisation.objects.create(
            id=key, clause=clause, ground=ground, types=chosen, words=words, by=actor, at=now, entry=entry
        )


def end_authorisation(authorisation_id: UUID | str, *, actor: Any) -> StatusAuthorisation:
    """Nothing leaves in sight under it any more: its findings are undecided again, and an approval that
    rests on them is void. What has left stays in the log; a recall is an act of its own."""
    found = (
        StatusAuthorisation.objects.filter(pk=authorisation_id).select_related("clause__instrument").first()
    )
    matter_id = found.clause.instrument.matter_id if found else None
    with act("end_authorisation", actor=actor, matter_id=matter_id):
        if found is None or matter_id is None:
            raise NotVisible()
        now = timezone.now()
        matter = access_matter(actor, matter_id, "authorise_status", lock=True)
        found.refresh_from_db()
        if found.ended_at is not None:
            raise WrongState("This authorisation has been ended already.")
        entry = log.record(
            "status.authorisation_ended",
            actor=actor,
            matter=matter,
            facts={"refs": {"authorisation": found.pk}},
        )
        found.ended_at, found.ended_entry = now, entry
        found.save(update_fields=["ended_at", "ended_entry"])
        kept = Finding.objects.filter(authorisation=found, record__state="frozen")
        if State(matter.state) in MOVES["void"].sources and kept.exists():
            step(matter, MOVES["void"], actor=None, now=now, given={"cause": "authorisation"})
        # In a frozen manifest they stay as they are, and the gate stays closed until it is sent back.
        for finding in Finding.objects.filter(authorisation=found) if matter.state in REVIEWABLE else ():
            finding.decision = finding.keep_ground = finding.reason = ""
            finding.authorisation = finding.decided_by = finding.decided_at = finding.confirmed_by = None
            finding.version += 1
            finding.save()
        return found


def choose_withholding(
    matter_id: UUID | str, clause_id: int, choice: str, *, actor: Any, reason: str
) -> WithholdingChoice:
    """Counsel knows that status data which this clause asks for is withheld, and says what is done about
    it. Without that, or an authorisation, a manifest that withholds it cannot be approved."""
    with act("choose_withholding", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "authorise_status", lock=True)
        clause = _clause(matter, clause_id)
        if choice not in CHOICES:
            raise Invalid("Choose what is done about the withholding.", code="unknown_choice")
        words = seal_words(clause.instrument_id, reason=typed(reason, "your reason"))
        entry = log.record(
            "status.withholding_chosen",
            actor=actor,
            matter=matter,
            obj=("instrument", clause.instrument.sha256),
            reason=choice,
            facts={"refs": {"instrument": clause.instrument_id, "clause": clause.pk}},
        )
        return WithholdingChoice.objects.create(
            clause=clause, choice=choice, words=words, by=actor, at=now, entry=entry
        )


def _clause(matter: Matter, clause_id: int) -> ScopeClause:
    clause = ScopeClause.objects.select_related("instrument").filter(
        pk=clause_id, instrument__matter=matter, instrument__state="in_force"
    ).first()  # fmt: skip
    if clause is None or clause not in clauses_in_force(clause.instrument):
        raise NotVisible("No clause in force has this number on this matter.")
    return clause
