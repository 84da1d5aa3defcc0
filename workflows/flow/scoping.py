"""Counsel turns a paper into clauses; every record is held against them again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from workflows.audit import log
from workflows.audit.models import Entry
from workflows.errors import Invalid, NotVisible
from workflows.flow.advance import step
from workflows.flow.moves import MOVES
from workflows.instruments.models import ClauseLimit, Instrument, PaperLimit, RequestReading, ScopeClause
from workflows.instruments.queries import basis_of, needs_basis
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.matters.models import Agency, Matter
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.guard_text import mask_numbers, refuse_status
from workflows.policy.instrument_types import EXIGENT
from workflows.policy.scope import name_key, number_key
from workflows.policy.scope_words import DATA_CATEGORIES, SUMS, USES
from workflows.records import people

MOST_PEOPLE = 300  # of one paper: all of them are named in one entry of the log


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """One clause as counsel typed it. Dates are inclusive; `page` counts from 1.

    Left empty, `departments`, `categories`, `documents`, `recipients` (ids of agencies) and `uses` are not
    limited by the paper. `places` has page and quote of a limit that stands elsewhere than the clause's own
    quote, by its name in `LIMITS`.
    """

    item: str
    page: int
    quote: str
    subject_name: str
    record_classes: tuple[str, ...]
    subject_birth_date: dt.date | None = None
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    names_status: bool = False
    subject_number: str = ""
    departments: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    places: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def named(self) -> dict[str, dict[str, str]]:
        """What the clause limits besides person, kind and dates: key and value by dimension."""
        return {
            "department": {name_key(one): one.strip() for one in self.departments},
            "category": {one: DATA_CATEGORIES[one] for one in self.categories},
            "document": {number_key(one): one.strip() for one in self.documents},
            "recipient": _agencies(self.recipients),
            "use": {one: USES[one] for one in self.uses},
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request asks for about each person it names, as counsel reads it. No kind means: all."""

    record_classes: tuple[str, ...] = ()
    date_from: dt.date | None = None
    date_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SumDraft:
    """How much the paper allows in sum, of one kind of `SUMS`, and where it says so."""

    kind: str
    most: int
    page: int
    quote: str


def _agencies(ids: Iterable[str]) -> dict[str, str]:
    wanted = set(ids)
    found = {row.pk.hex: row.name for row in Agency.objects.all() if {str(row.pk), row.pk.hex} & wanted}
    if len(found) != len(wanted):
        raise Invalid("Choose who may receive the records from the list of agencies.", code="recipients")
    return found


def set_scope(
    matter_id: UUID | str,
    instrument_id: UUID | str,
    clauses: Sequence[ClauseDraft],
    *,
    actor: Any,
    reason: str = "",
    asked: Asked | None = None,
    sums: Sequence[SumDraft] = (),
) -> Matter:
    """The paper has these clauses from now on, records are re-scoped, the matter moves to collecting.

    `asked` is what the request asks for; without it a request asks for everything about its people. `sums`
    is what the paper allows over all requests under it.
    Raises Invalid for a clause without page, quote, subject or class, and what `advance` raises.
    """
    with act("set_scope", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "set_scope", lock=True)
        paper = matter.instruments.filter(pk=instrument_id, state="in_force").first()
        if paper is None:
            raise NotVisible("There is no paper in force with this id on this matter.")
        entry = write_clauses(paper, clauses, actor=actor, now=now)
        _write_asked(matter, asked or Asked(), actor=actor, now=now, entry=entry)
        _write_sums(paper, sums, actor=actor, now=now, entry=entry)
        return step(
            matter, MOVES["set_scope"], actor=actor, now=now, instrument=paper, given={"reason": reason}
        )


def _write_asked(matter: Matter, asked: Asked, *, actor: Any, now: dt.datetime, entry: Entry) -> None:
    if any(one not in RECORD_CLASSES for one in asked.record_classes):
        raise Invalid("Say what the request asks for by the kinds of the list.", code="asked")
    if asked.date_from and asked.date_to and asked.date_from > asked.date_to:
        raise Invalid("The dates of the request run backwards.", code="asked")
    RequestReading.objects.create(
        matter=matter,
        record_classes=sorted(set(asked.record_classes) or RECORD_CLASSES),
        date_from=asked.date_from,
        date_to=asked.date_to,
        by=actor,
        at=now,
        entry=entry,
    )


def _write_sums(
    paper: Instrument, sums: Sequence[SumDraft], *, actor: Any, now: dt.datetime, entry: Entry
) -> None:
    if len({one.kind for one in sums}) < len(sums) or not {one.kind for one in sums} <= SUMS.keys():
        raise Invalid("Say each limit in sum once, of the kinds of the list.", code="sums")
    if not all(0 < one.most < 10**9 and in_paper(paper, one.page, one.quote) for one in sums):
        raise Invalid("A limit in sum needs its number, its page and the words of the paper.", code="sums")
    last = paper.clauses.order_by("-reading").first()
    reading = last.reading if last else 1
    for one in sums:
        PaperLimit.objects.create(
            instrument=paper, reading=reading, kind=one.kind, most=one.most, page=one.page,
            quote=mask_numbers(one.quote.strip())[:600], by=actor, at=now, entry=entry,
        )  # fmt: skip


def write_clauses(
    paper: Instrument, clauses: Sequence[ClauseDraft], *, actor: Any, now: dt.datetime
) -> Entry:
    """Add a new reading of the paper; the earlier one stays as history. Returns the entry of it."""
    if not clauses:
        raise Invalid("A scope needs at least one clause.", code="clauses_needed")
    for clause in clauses:
        _validate(clause, paper)
        _within_basis(clause, paper)
    about = {people.reference(clause.subject_name, clause.subject_birth_date) for clause in clauses}
    if len(about) > MOST_PEOPLE:
        raise Invalid(f"A paper's clauses name at most {MOST_PEOPLE} people.", code="too_many_people")
    entry = log.record(
        "scope.set",
        actor=actor,
        matter=paper.matter_id,
        obj=("instrument", paper.sha256),
        facts={
            "refs": {"instrument": paper.pk},
            "counts": {"clauses": len(clauses)},
        },
        people=about,
    )
    last = paper.clauses.order_by("-reading").first()
    reading = (last.reading if last else 0) + 1
    for clause in clauses:
        named = clause.named()
        row = ScopeClause.objects.create(
            instrument=paper,
            reading=reading,
            item=clause.item,
            page=clause.page,
            quote=mask_numbers(clause.quote.strip())[:600],
            subject_name=clause.subject_name.strip(),
            subject_key=name_key(clause.subject_name),
            subject_birth_date=clause.subject_birth_date,
            subject_number=number_key(clause.subject_number),
            limit_count=sum(len(values) for values in named.values()),
            record_classes=sorted(set(clause.record_classes)),
            date_from=clause.date_from,
            date_to=clause.date_to,
            names_status=clause.names_status,
            by=actor,
            at=now,
            entry=entry,
        )
        for dimension, values in named.items():
            page, quote = clause.places.get(dimension, (clause.page, clause.quote))
            for key, value in values.items():
                ClauseLimit.objects.create(
                    clause=row, dimension=dimension, key=key, value=value, page=page,
                    quote=mask_numbers(quote.strip())[:600],
                )  # fmt: skip
    return entry


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
    places = [(clause.page, clause.quote), *clause.places.values()]
    if not clause.item.strip() or not all(in_paper(paper, *place) for place in places):
        raise Invalid(
            "Each clause needs its item number, its page and the words of the paper. So does a limit that "
            "stands elsewhere in it.",
            code="clause_quote",
        )
    if not clause.subject_name.strip():
        raise Invalid("Each clause names the person whose records are compelled.", code="clause_subject")
    if clause.date_from and clause.date_to and clause.date_from > clause.date_to:
        raise Invalid("The dates of a clause run backwards.", code="clause_dates")
    if not set(clause.categories) <= DATA_CATEGORIES.keys() or not set(clause.uses) <= USES.keys():
        raise Invalid("Choose the data and the use from the lists.", code="clause_limits")
    if not clause.places.keys() <= {name for name, values in clause.named().items() if values}:
        raise Invalid("A place was given for what the clause does not limit.", code="clause_limits")
    typed = (*clause.departments, *clause.documents)
    if any(len(one) > 160 or not any(map(str.isalnum, one)) for one in typed):
        raise Invalid(
            "Write each department and each document on a line of its own, in at most 160 characters.",
            code="clause_limits",
        )
    refuse_status(" ".join((clause.item, clause.subject_name, clause.subject_number)))
    for one in typed:
        refuse_status(one)


def in_paper(paper: Instrument, page: int, quote: str) -> bool:
    """True when there are words, and the paper has such a page."""
    return bool(quote.strip()) and 1 <= page <= max(paper.pages, 1)
