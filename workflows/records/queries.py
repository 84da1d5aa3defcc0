"""Reads about records: what the scope says of each, what is still open in the review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from workflows.instruments.models import ScopeClause, StatusAuthorisation
from workflows.instruments.queries import as_clause, authorisation_holds, clauses_of
from workflows.matters.models import Matter
from workflows.policy.scope import Cover, RecordFacts, Subject, clause_covers, name_key, number_key
from workflows.policy.scope_words import USES
from workflows.records.models import Finding, Page, Record, ScopeRuling

# What a person has not settled: no decision, or a keep that waits for a second person.
UNDECIDED = Q(decision__in=("", "keep_proposed")) & ~Q(action="keep")
SCOPE_WORDS = {Cover.IN: "in", Cover.OUT: "out", Cover.UNKNOWN: "unknown"}


def record_facts(record: Record) -> RecordFacts:
    """The record, and where it would go, as a value of the scope algebra; blank is unknown."""
    subject = Subject(record.subject_name, record.subject_birth_date, record.subject_number)
    held = [code for code in record.categories.split(",") if code]
    matter = record.matter
    return RecordFacts(
        subject if record.subject_name else None,
        record.record_class or None,
        record.dated_on,
        department=name_key(record.custodian) or None,
        category=held[0] if held else None,
        document=number_key(record.document_number) or None,
        recipient=matter.agency_id.hex,
        use=matter.requester_class if matter.requester_class in USES else None,
        last_day=record.dated_to,
        more_categories=frozenset(held[1:]),
    )


def cover_of(record: Record, row: ScopeClause, *, ruled: bool = True) -> Cover:
    """What one clause says of the record; where it cannot tell, what counsel ruled of the record as it is
    described now, unless `ruled` is False. A ruling never reaches what is certainly outside."""
    said = clause_covers(as_clause(row), record_facts(record))
    if said is Cover.IN and _has_namesake(record, row):
        said = Cover.UNKNOWN
    ruling = ruling_on(record, row) if ruled and said is Cover.UNKNOWN else None
    return said if ruling is None else Cover.IN if ruling.inside else Cover.OUT


def ruling_on(record: Record, row: ScopeClause) -> ScopeRuling | None:
    """Counsel's last ruling on this record and clause, if the record has not been described anew since."""
    last = record.rulings.filter(clause=row).last()
    return last if last is not None and last.described == record.described else None


def _has_namesake(record: Record, row: ScopeClause) -> bool:
    """True where a clause names somebody by name alone and the matter knows two birth dates under it."""
    if row.subject_birth_date is not None or row.subject_number:
        return False
    matter, key = record.matter, name_key(row.subject_name)
    births = set(matter.records.filter(subject_key=key).values_list("subject_birth_date", flat=True))
    births |= {party.birth_date for party in matter.parties.all() if name_key(party.name) == key}
    return len(births - {None}) > 1


def covering_clause(record: Record, clauses: Iterable[ScopeClause]) -> tuple[Cover, ScopeClause | None]:
    """What the clauses say of the record, and the first clause that says it best."""
    best, clause = Cover.OUT, None
    for row in clauses:
        cover = cover_of(record, row)
        if cover > best:
            best, clause = cover, row
    return best, clause


def in_scope(matter: Matter) -> QuerySet[Record]:
    """Records that a clause covers and that could be read."""
    return matter.records.filter(scope="in", state__in=("readable", "reviewed", "frozen"))


def undecided(record: Record) -> QuerySet[Finding]:
    """Findings a person has not settled: no decision, or a keep that waits for a second person."""
    return record.findings.filter(UNDECIDED)


def work_left(records: Iterable[Record]) -> dict[Any, tuple[int, int]]:
    """For each of these records how many pages nobody has looked at, and how many findings are undecided."""
    keys = [record.pk for record in records]
    pages = _by_record(Page.objects.filter(record__in=keys, seen_at__isnull=True))
    findings = _by_record(Finding.objects.filter(UNDECIDED, record__in=keys))
    return {key: (pages.get(key, 0), findings.get(key, 0)) for key in keys}


def _by_record(rows: QuerySet[Any]) -> dict[Any, int]:
    counted = rows.order_by().values_list("record").annotate(number=Count("pk"))
    return dict(counted)


def compelling_clauses(record: Record) -> list[ScopeClause]:
    """Every clause in force that covers the record: an item may add to what another one compels."""
    return [row for row in clauses_of(record.matter) if cover_of(record, row) is Cover.IN]


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
