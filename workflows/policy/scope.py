"""Scope algebra: does an instrument cover a record? Pure and three-valued (workflow.md 4.2).

A clause is a product over dimensions; a clause's answer is the minimum over them and a
scope's answer the maximum over its clauses in force. `Unknown` never releases anything.
"""

from __future__ import annotations

import datetime as dt
import enum
import unicodedata
from collections.abc import Iterable
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
class Clause:
    """One numbered item of an instrument. Dates are inclusive; None leaves that side open.

    `record_classes` is a closed list of class ids; empty covers nothing, not everything.
    """

    subjects: tuple[Subject, ...]
    record_classes: frozenset[str]
    date_from: dt.date | None
    date_to: dt.date | None


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What a person stated about a record; None is Unknown."""

    subject: Subject | None
    record_class: str | None
    dated_on: dt.date | None


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
    if record.dated_on is None:
        return Cover.UNKNOWN
    if clause.date_from is not None and record.dated_on < clause.date_from:
        return Cover.OUT
    if clause.date_to is not None and record.dated_on > clause.date_to:
        return Cover.OUT
    return Cover.IN


def clause_covers(clause: Clause, record: RecordFacts) -> Cover:
    """The minimum over all dimensions of one clause."""
    return min(_covers_subject(clause, record), _covers_class(clause, record), _covers_date(clause, record))


def covers(clauses: Iterable[Clause], record: RecordFacts) -> Cover:
    """The maximum over clauses; no clause covers nothing."""
    return max((clause_covers(clause, record) for clause in clauses), default=Cover.OUT)
