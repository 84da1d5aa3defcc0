"""Counsel turns a paper into clauses; every record is held against them again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from workflows.audit import log
from workflows.errors import Invalid, NotVisible
from workflows.flow.advance import step
from workflows.flow.moves import MOVES
from workflows.instruments.models import Instrument, ScopeClause
from workflows.instruments.queries import basis_of, needs_basis
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.guard_text import mask_numbers, refuse_status
from workflows.policy.instrument_types import EXIGENT


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """One clause as counsel typed it. Dates are inclusive; `page` counts from 1."""

    item: str
    page: int
    quote: str
    subject_name: str
    record_classes: tuple[str, ...]
    subject_birth_date: dt.date | None = None
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    names_status: bool = False


def set_scope(
    matter_id: UUID | str,
    instrument_id: UUID | str,
    clauses: Sequence[ClauseDraft],
    *,
    actor: Any,
    reason: str = "",
) -> Matter:
    """The paper has these clauses from now on, records are re-scoped, the matter moves to collecting.

    Raises Invalid for a clause without page, quote, subject or class, and what `advance` raises.
    """
    with act("set_scope", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "set_scope", lock=True)
        paper = matter.instruments.filter(pk=instrument_id, state="in_force").first()
        if paper is None:
            raise NotVisible("There is no paper in force with this id on this matter.")
        write_clauses(paper, clauses, actor=actor, now=now)
        return step(
            matter, MOVES["set_scope"], actor=actor, now=now, instrument=paper, given={"reason": reason}
        )


def write_clauses(paper: Instrument, clauses: Sequence[ClauseDraft], *, actor: Any, now: dt.datetime) -> None:
    """Add a new reading of the paper; the earlier one stays as history."""
    if not clauses:
        raise Invalid("A scope needs at least one clause.", code="clauses_needed")
    for clause in clauses:
        _validate(clause, paper)
        _within_basis(clause, paper)
    entry = log.record(
        "scope.set",
        actor=actor,
        matter=paper.matter_id,
        obj=("instrument", paper.sha256),
        facts={"refs": {"instrument": paper.pk}, "counts": {"clauses": len(clauses)}},
    )
    last = paper.clauses.order_by("-reading").first()
    reading = (last.reading if last else 0) + 1
    for clause in clauses:
        ScopeClause.objects.create(
            instrument=paper,
            reading=reading,
            item=clause.item,
            page=clause.page,
            quote=mask_numbers(clause.quote.strip())[:600],
            subject_name=clause.subject_name.strip(),
            subject_birth_date=clause.subject_birth_date,
            record_classes=sorted(set(clause.record_classes)),
            date_from=clause.date_from,
            date_to=clause.date_to,
            names_status=clause.names_status,
            by=actor,
            at=now,
            entry=entry,
        )


def _beyond_days(basis: Any, clause: ClauseDraft) -> bool:
    """True when a clause reaches beyond the days that an emergency's determination names, on either side."""
    first, last = getattr(basis, "date_from", None), getattr(basis, "date_to", None)
    early = first is not None and (clause.date_from is None or clause.date_from < first)
    late = last is not None and (clause.date_to is None or clause.date_to > last)
    return early or late


def _within_basis(clause: ClauseDraft, paper: Instrument) -> None:
    """A basis that stands in for a court's order covers the person and the kinds of record that it names,
    and no other; the clause names them exactly so, since the database compares the words."""
    if not needs_basis(paper):
        return
    basis = basis_of(paper)
    same = basis is not None and (clause.subject_name.strip(), clause.subject_birth_date) == (
        basis.subject_name,
        basis.subject_birth_date,
    )
    fits = same and set(clause.record_classes) <= set(basis.record_classes if basis else ())
    if not fits or (clause.names_status and paper.type == EXIGENT) or _beyond_days(basis, clause):
        raise Invalid(
            "What this matter rests on names one person and certain kinds of record. A clause can name that "
            "person, as written there, and these kinds. More than that needs counsel: another basis, or a "
            "court's order.",
            code="beyond_basis",
        )


def _validate(clause: ClauseDraft, paper: Instrument) -> None:
    unknown = [value for value in clause.record_classes if value not in RECORD_CLASSES]
    if unknown or not clause.record_classes:
        raise Invalid("Each clause names at least one kind of record of the list.", code="clause_classes")
    if not clause.quote.strip() or not clause.item.strip() or not 1 <= clause.page <= max(paper.pages, 1):
        raise Invalid(
            "Each clause needs its item number, its page and the words of the paper.", code="clause_quote"
        )
    if not clause.subject_name.strip():
        raise Invalid("Each clause names the person whose records are compelled.", code="clause_subject")
    if clause.date_from and clause.date_to and clause.date_from > clause.date_to:
        raise Invalid("The dates of a clause run backwards.", code="clause_dates")
    refuse_status(f"{clause.item} {clause.subject_name}")
