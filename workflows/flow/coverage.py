"""The scope of a matter as its readers need it: what is asked beyond the paper, what the paper compels
beyond the request, and what each clause says of each record, with reasons. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workflows.instruments.models import ScopeClause
from workflows.instruments.queries import as_clause, clauses_of
from workflows.matters.models import Agency, Matter
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.scope import ANY, Clause, Subject, only
from workflows.policy.scope_algebra import Scope, excess, union
from workflows.policy.scope_words import USES, clause_words, why_not
from workflows.records.models import Record, ScopeRuling
from workflows.records.queries import SCOPE_WORDS, cover_of, record_facts, ruling_on

MOST_SENTENCES = 12
NOTHING = only()  # as no clause has it


@dataclass(frozen=True, slots=True)
class Cell:
    """What one clause says of one record. `why` are sentences; a ruling of counsel is named beside them."""

    clause: ScopeClause
    cover: str
    why: tuple[str, ...]
    ruling: ScopeRuling | None
    open: bool  # counsel can decide it


@dataclass(frozen=True, slots=True)
class Row:
    """One record and its cells, in the order of the clauses."""

    record: Record
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Request and paper held against each other, in sentences."""

    excess: tuple[str, ...]
    slack: tuple[str, ...]
    weak: tuple[str, ...]  # people whom a clause names by name alone


def matrix(matter: Matter, clauses: list[ScopeClause] | None = None) -> list[Row]:
    """Every record against every clause in force."""
    rows = clauses_of(matter) if clauses is None else clauses
    found = matter.records.select_related("matter").order_by("number")
    return [Row(record, tuple(_cell(record, row) for row in rows)) for record in found]


def cells(record: Record) -> tuple[Cell, ...]:
    """What every clause in force says of this record."""
    return tuple(_cell(record, row) for row in clauses_of(record.matter))


def _cell(record: Record, row: ScopeClause) -> Cell:
    plain = SCOPE_WORDS[cover_of(record, row, ruled=False)]
    why = why_not(as_clause(row), record_facts(record))
    if plain == "unknown" and not why:
        why = ["The clause names the person by name alone, and this matter knows two of that name."]
    ruling = ruling_on(record, row) if plain == "unknown" else None
    return Cell(row, SCOPE_WORDS[cover_of(record, row)], tuple(why), ruling, plain == "unknown")


def asked(matter: Matter, *, by_anyone: bool = False) -> Scope:
    """What the request asks for: about each person it names the kinds and days that counsel read in it,
    for this agency and the use of this request, or whoever asks. Without a reading: everything."""
    reading = matter.request_readings.last()
    kinds = frozenset(reading.record_classes if reading else RECORD_CLASSES)
    first, last = (reading.date_from, reading.date_to) if reading else (None, None)
    use = only(matter.requester_class) if matter.requester_class in USES and not by_anyone else ANY
    return union(
        Clause(
            (Subject(party.name, party.birth_date),), kinds, first, last,
            recipients=ANY if by_anyone else only(matter.agency_id.hex), uses=use,
        )
        for party in matter.parties.order_by("pk")
    )  # fmt: skip


def difference(matter: Matter, clauses: list[ScopeClause] | None = None) -> Difference:
    """What is asked and not compelled, what is compelled and not asked, and who is named weakly."""
    rows = clauses_of(matter) if clauses is None else clauses
    compelled = union(as_clause(row) for row in rows)
    titles = {row.pk.hex: row.name for row in Agency.objects.all()}
    titles |= {limit.key: limit.value for row in rows for limit in row.limits.all()}
    weak = {row.subject_name for row in rows if row.subject_birth_date is None and not row.subject_number}
    request = asked(matter)
    return Difference(
        _sentences(excess(request, compelled), titles, _known(request, compelled)),
        _sentences(excess(compelled, asked(matter, by_anyone=True)), titles),
        tuple(sorted(weak)),
    )


def _known(request: Scope, compelled: Scope) -> Clause | None:
    """What every sentence about this request would say again: its days, and its agency and use unless the
    paper limits them, for then they may be why."""
    if not request:
        return None
    recipients, uses = request[0].recipients, request[0].uses
    if any(clause.recipients != ANY for clause in compelled):
        recipients = NOTHING
    if any(clause.uses != ANY for clause in compelled):
        uses = NOTHING
    return replace(request[0], recipients=recipients, uses=uses)


def _sentences(scope: Scope, titles: dict[str, str], known: Clause | None = None) -> tuple[str, ...]:
    """One sentence for each clause, the same once; what all of a request have in common is not said again."""
    said = list(dict.fromkeys(clause_words(clause, titles, known) for clause in scope))
    more = len(said) - MOST_SENTENCES
    return (*said[:MOST_SENTENCES], *([f"and {more} more"] if more > 0 else []))
