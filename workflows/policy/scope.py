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


class Strength(enum.IntEnum):
    """How surely a print tells one person from another of the same name."""

    NAME = 1
    BIRTH_DATE = 2
    NUMBER = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as printed on a paper or a record. `number` is one of the city's own (of a tenant, of an
    employee). Each identifier that a paper prints must agree; one that a record lacks leaves Unknown."""

    name: str
    birth_date: dt.date | None = None
    number: str = ""

    @property
    def strength(self) -> Strength:
        """The strongest identifier printed."""
        if self.number:
            return Strength.NUMBER
        return Strength.BIRTH_DATE if self.birth_date else Strength.NAME


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
    # The last day of a record that spans some; and what else it holds besides data of `category`.
    last_day: dt.date | None = None
    more_categories: frozenset[str] = frozenset()


def folded_name(name: str) -> tuple[str, ...]:
    """Words of a name without case, accents, punctuation or order."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char)
    ).casefold()
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    return tuple(sorted(words))


def folded_words(text: str) -> str:
    """Words of a title or a number in their order, without case or surplus blanks; accents stay off."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    ).casefold()
    return " ".join(plain.split())


KEY = 200  # characters by which names and numbers are compared in the database


def name_key(name: str) -> str:
    """A name, of a person or a department, as the database compares it."""
    return " ".join(folded_name(name))[:KEY]


def number_key(text: str) -> str:
    """The number of a document or of a person as the database compares it."""
    return folded_words(text)[:KEY]


def same_subject(printed: Subject, other: Subject) -> Cover:
    """In when names agree (case, accents and order aside) and so does every identifier that is printed.

    An identifier on the instrument that the record lacks leaves Unknown: same-name people exist. One that
    both have and that differs is another person.
    """
    if not folded_name(printed.name) or folded_name(printed.name) != folded_name(other.name):
        return Cover.OUT
    pairs = (
        (printed.birth_date, other.birth_date),
        (number_key(printed.number) or None, number_key(other.number) or None),
    )
    return min(Cover.IN if ours is None else _agrees(ours, theirs) for ours, theirs in pairs)


def _agrees(printed: object, stated: object) -> Cover:
    if stated is None:
        return Cover.UNKNOWN
    return Cover.IN if printed == stated else Cover.OUT


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
    first, last = record.dated_on, max(record.last_day or record.dated_on, record.dated_on)
    if clause.date_from is not None and last < clause.date_from:
        return Cover.OUT
    if clause.date_to is not None and first > clause.date_to:
        return Cover.OUT
    within = (clause.date_from is None or first >= clause.date_from) and (
        clause.date_to is None or last <= clause.date_to
    )
    return Cover.IN if within else Cover.UNKNOWN


def _covers_category(clause: Clause, record: RecordFacts) -> Cover:
    """Of a record that holds several categories, of which some are allowed, a person must say which part."""
    answers = {clause.categories.has(one) for one in {record.category, *record.more_categories}}
    return answers.pop() if len(answers) == 1 else Cover.UNKNOWN


# Dimension -> what a clause says of a record in it.
DIMENSIONS: dict[str, Callable[[Clause, RecordFacts], Cover]] = {
    "subject": _covers_subject,
    "record_class": _covers_class,
    "dates": _covers_date,
    "department": lambda clause, record: clause.departments.has(record.department),
    "category": _covers_category,
    "document": lambda clause, record: clause.documents.has(record.document),
    "recipient": lambda clause, record: clause.recipients.has(record.recipient),
    "use": lambda clause, record: clause.uses.has(record.use),
}


def answers(clause: Clause, record: RecordFacts) -> dict[str, Cover]:
    """What the clause says of the record in each dimension."""
    return {name: answer(clause, record) for name, answer in DIMENSIONS.items()}


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
