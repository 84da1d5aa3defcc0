"""Reads about records: what the scope says of each, what is still open in the review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from workflows.instruments.models import ScopeClause, StatusAuthorisation
from workflows.instruments.queries import as_clause, authorisation_holds, clauses_of
from workflows.matters.models import Matter
from workflows.policy.scope import Cover, RecordFacts, Subject, clause_covers
from workflows.records.models import Finding, Page, Record

SCOPE_WORDS = {Cover.IN: "in", Cover.OUT: "out", Cover.UNKNOWN: "unknown"}


def record_facts(record: Record) -> RecordFacts:
    """The record as a value of the scope algebra; blank is unknown."""
    subject = Subject(record.subject_name, record.subject_birth_date) if record.subject_name else None
    return RecordFacts(subject, record.record_class or None, record.dated_on)


def covering_clause(record: Record, clauses: Iterable[ScopeClause]) -> tuple[Cover, ScopeClause | None]:
    """What the clauses say of the record, and the first clause that says it best."""
    best, clause = Cover.OUT, None
    for row in clauses:
        cover = clause_covers(as_clause(row), record_facts(record))
        if cover > best:
            best, clause = cover, row
    return best, clause


def in_scope(matter: Matter) -> QuerySet[Record]:
    """Records that a clause covers and that could be read."""
    return matter.records.filter(scope="in", state__in=("readable", "reviewed", "frozen"))


def undecided(record: Record) -> QuerySet[Finding]:
    """Findings a person has not settled: no decision, or a keep that waits for a second person."""
    return record.findings.filter(Q(decision="") | Q(decision="keep_proposed")).exclude(action="keep")


def compelling_clauses(record: Record) -> list[ScopeClause]:
    """Every clause in force that covers the record: an item may add to what another one compels."""
    facts = record_facts(record)
    return [row for row in clauses_of(record.matter) if clause_covers(as_clause(row), facts) is Cover.IN]


def authorisations_on(record: Record, today: dt.date) -> list[StatusAuthorisation]:
    """The authorisations that hold for the record, of any clause that covers it."""
    rows = StatusAuthorisation.objects.filter(clause__in=compelling_clauses(record), ended_at__isnull=True)
    return [row for row in rows.select_related("clause__instrument", "by") if authorisation_holds(row, today)]


def kept_without_authorisation(chosen: Iterable[Record], today: dt.date) -> int:
    """How many findings of these records stay in sight under an authorisation that does not hold, or not
    for their record, or for no ground at all. What two people, one a lawyer, found to be no status data
    is not counted."""
    records = {record.pk: record for record in chosen}
    kept = Finding.objects.filter(record__in=records, decision="keep").exclude(keep_ground="not_status")
    bad, holding = 0, dict[Any, dict[Any, set[str]]]()
    for record_id, authorisation_id, type_ in kept.values_list("record_id", "authorisation_id", "type"):
        if record_id not in holding:
            rows = authorisations_on(records[record_id], today)
            holding[record_id] = {row.pk: set(row.types) for row in rows}
        bad += type_ not in holding[record_id].get(authorisation_id, ())
    return bad


def unseen_pages(record: Record) -> QuerySet[Page]:
    """Pages that nobody has looked at whole."""
    return record.pages.filter(seen_at__isnull=True)


def holders(record: Record) -> QuerySet[Record]:
    """Records inside which this one was found."""
    return Record.objects.filter(enclosures__child=record).distinct().order_by("number")


def enclosed(record: Record) -> list[Record]:
    """Records that were found inside this one, in their order there, each once."""
    rows = record.enclosures.select_related("child")
    return list(dict.fromkeys(row.child for row in rows))


def same_words(record: Record) -> QuerySet[Record]:
    """Other records of the matter whose pages say the same words, whatever their format."""
    if not record.text_hmac:
        return Record.objects.none()
    return record.matter.records.filter(text_hmac=record.text_hmac).exclude(pk=record.pk)
