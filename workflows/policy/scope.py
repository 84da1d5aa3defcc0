"""Scope algebra: does an instrument cover a record? Pure and three-valued (workflow.md 4.2).

A clause is a product over dimensions; a clause's answer is the minimum over them and a
scope's answer the maximum over its clauses in force. `Unknown` never releases anything.
"""

from __future__ import annotations

import datetime as dt
import enum
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass


class Cover(enum.IntEnum):
    """Out < Unknown < In, so that minimum and maximum do what the algebra says."""

    OUT = 0
    UNKNOWN = 1
    IN = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as printed on a paper or a record. A birth date, where both have one, must agree."""

    name: str
    birth_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which values of one dimension a clause allows: these, or with `all_but` every one but these.

    The complement of a Choice is a Choice, so a scope can be cut without losing what is left.
    """

    values: frozenset[str] = frozenset()
    all_but: bool = True

    def has(self, value: str | None) -> Cover:
        """In or out; Unknown where the record does not say and the answer would depend on it."""
        if value is None:
            return Cover.UNKNOWN if self.values else Cover.IN if self.all_but else Cover.OUT
        return Cover.IN if (value in self.values) != self.all_but else Cover.OUT

    def both(self, other: Choice) -> Choice:
        """What both allow."""
        if self.all_but and other.all_but:
            return Choice(self.values | other.values)
        if self.all_but:
            return Choice(other.values - self.values, False)
        kept = self.values - other.values if other.all_but else self.values & other.values
        return Choice(kept, False)

    def without(self, other: Choice) -> Choice:
        """What this allows and the other does not."""
        return self.both(Choice(other.values, not other.all_but))

    @property
    def nothing(self) -> bool:
        """True when no value is allowed."""
        return not self.all_but and not self.values


ANY = Choice()


def only(*values: str) -> Choice:
    """Exactly these values."""
    return Choice(frozenset(values), False)


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered item of an instrument. Dates are inclusive; None leaves that side open.

    `record_classes` is a closed list of class ids; empty covers nothing, not everything. The other
    choices allow any value unless the paper names some: departments that hold the record, categories
    of data, documents by their own number, who receives them and for what use.
    """

    subjects: tuple[Subject, ...]
    record_classes: frozenset[str]
    date_from: dt.date | None
    date_to: dt.date | None
    departments: Choice = ANY
    categories: Choice = ANY
    documents: Choice = ANY
    recipients: Choice = ANY
    uses: Choice = ANY


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a person stated about a record and where it would go; None is Unknown."""

    subject: Subject | None
    record_class: str | None
    dated_on: dt.date | None
    department: str | None = None
    category: str | None = None
    document: str | None = None
    recipient: str | None = None
    use: str | None = None


def folded_name(name: str) -> tuple[str, ...]:
    """Words of a name without case, accents, punctuation or order."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char)
    ).casefold()
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    return tuple(sorted(words))


def same_subject(printed: Subject, other: Subject) -> Cover:
    """In when names agree (case, accents and order aside) and birth dates do not contradict.

    A birth date on the instrument that the record lacks leaves Unknown: same-name people exist.
    """
    if not folded_name(printed.name) or folded_name(printed.name) != folded_name(other.name):
        return Cover.OUT
    if printed.birth_date is None:
        return Cover.IN
    if other.birth_date is None:
        return Cover.UNKNOWN
    return Cover.IN if printed.birth_date == other.birth_date else Cover.OUT


def _covers_subject(clause: Clause, record: RecordFacts) -> Cover:
    if not clause.subjects:
        return Cover.OUT
    if record.subject is None:
        return Cover.UNKNOWN
    return max(same_subject(subject, record.subject) for subject in clause.subjects)


def _covers_class(clause: Clause, record: RecordFacts) -> Cover:
    if record.record_class is None:
        return Cover.UNKNOWN if clause.record_classes else Cover.OUT
    return Cover.IN if record.record_class in clause.record_classes else Cover.OUT


def _covers_date(clause: Clause, record: RecordFacts) -> Cover:
    if clause.date_from is None and clause.date_to is None:
        return Cover.IN
    if clause.date_from and clause.date_to and clause.date_from > clause.date_to:
        return Cover.OUT
    if record.dated_on is None:
        return Cover.UNKNOWN
    if clause.date_from is not None and record.dated_on < clause.date_from:
        return Cover.OUT
    if clause.date_to is not None and record.dated_on > clause.date_to:
        return Cover.OUT
    return Cover.IN


# Dimension -> what a clause says of a record in it.
DIMENSIONS: dict[str, Callable[[Clause, RecordFacts], Cover]] = {
    "subject": _covers_subject,
    "record_class": _covers_class,
    "dates": _covers_date,
    "department": lambda clause, record: clause.departments.has(record.department),
    "category": lambda clause, record: clause.categories.has(record.category),
    "document": lambda clause, record: clause.documents.has(record.document),
    "recipient": lambda clause, record: clause.recipients.has(record.recipient),
    "use": lambda clause, record: clause.uses.has(record.use),
}


def clause_covers(clause: Clause, record: RecordFacts) -> Cover:
    """The minimum over all dimensions of one clause."""
    return min(answer(clause, record) for answer in DIMENSIONS.values())


def covers(clauses: Iterable[Clause], record: RecordFacts) -> Cover:
    """The maximum over clauses; no clause covers nothing."""
    return max((clause_covers(clause, record) for clause in clauses), default=Cover.OUT)


def slack(record: RecordFacts, clauses: Iterable[Clause]) -> tuple[str, ...]:
    """The dimensions in which the nearest clause does not say In, by name: why a record, or a part of
    one, is not compelled. Empty when it is; every dimension when there is no clause."""
    found = [
        tuple(name for name, answer in DIMENSIONS.items() if answer(clause, record) is not Cover.IN)
        for clause in clauses
    ]
    return min(found, key=len, default=tuple(DIMENSIONS))
