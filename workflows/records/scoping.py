"""Hold records against the clauses in force and write the answer to the record."""

from __future__ import annotations

from workflows.instruments.models import ScopeClause
from workflows.instruments.queries import clauses_of
from workflows.matters.models import Matter
from workflows.records.models import Record
from workflows.records.queries import SCOPE_WORDS, covering_clause


def rescope_record(record: Record, clauses: list[ScopeClause]) -> None:
    """Write what the clauses say of the record: in, out or unknown, and the clause that compels it."""
    cover, clause = covering_clause(record, clauses)
    record.scope = SCOPE_WORDS[cover]
    record.clause = clause if record.scope == "in" else None
    record.save(update_fields=["scope", "clause"])


def rescope_records(matter: Matter) -> None:
    """Do so for every record of the matter."""
    clauses = clauses_of(matter)
    for record in matter.records.all():
        rescope_record(record, clauses)
