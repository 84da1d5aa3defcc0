"""Operators on scopes: union, narrow, minus, excess. Pure (workflow.md 4.2).

A scope is a tuple of clauses. Where two people or dates cannot be told apart with certainty, what is
taken away is taken away: an operator may leave less than it could, never more than it should.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from workflows.policy.scope import Clause, Cover, Subject, same_subject

Scope = tuple[Clause, ...]
_CHOICES = ("departments", "categories", "documents", "recipients", "uses")
_DAY = dt.timedelta(days=1)


def empty(clause: Clause) -> bool:
    """True when the clause can cover nothing at all."""
    backwards = clause.date_from and clause.date_to and clause.date_from > clause.date_to
    return bool(
        not clause.subjects
        or not clause.record_classes
        or backwards
        or any(getattr(clause, name).nothing for name in _CHOICES)
    )


def union(*scopes: Iterable[Clause]) -> Scope:
    """Every clause of all scopes once, in the order in which they came; empty ones are dropped."""
    return tuple(dict.fromkeys(clause for scope in scopes for clause in scope if not empty(clause)))


def narrow(scope: Iterable[Clause], by: Clause) -> Scope:
    """The scope as far as `by` allows it too."""
    return union(_both(clause, by) for clause in scope)


def minus(scope: Iterable[Clause], taken: Clause) -> Scope:
    """The scope without anything that `taken` covers or may cover: an order that was modified."""
    return union(*(_without(clause, taken) for clause in scope))


def excess(asked: Iterable[Clause], scope: Iterable[Clause]) -> Scope:
    """What is asked for and not compelled; empty when the scope answers all of it."""
    left = union(asked)
    for clause in scope:
        left = minus(left, clause)
    return left


def _both(one: Clause, other: Clause) -> Clause:
    subjects = tuple(
        dict.fromkeys(same for a in one.subjects for b in other.subjects if (same := _same(a, b)) is not None)
    )
    choices = {name: getattr(one, name).both(getattr(other, name)) for name in _CHOICES}
    return Clause(
        subjects,
        one.record_classes & other.record_classes,
        max(filter(None, (one.date_from, other.date_from)), default=None),
        min(filter(None, (one.date_to, other.date_to)), default=None),
        **choices,
    )


def _same(one: Subject, other: Subject) -> Subject | None:
    """Two prints of one person, with every identifier of both; None for two people."""
    if Cover.OUT in (same_subject(one, other), same_subject(other, one)):
        return None
    return Subject(one.name, one.birth_date or other.birth_date, one.number or other.number)


def _without(clause: Clause, taken: Clause) -> list[Clause]:
    """The clause cut along each dimension in turn: a piece lies outside `taken` in that one dimension
    and inside it in all before, so that no two pieces overlap."""
    both = _both(clause, taken)
    if empty(both):
        return [clause] if not _may_meet(clause, taken) else []
    pieces, inside = [], clause
    for outside, within in _CUTS:
        pieces += outside(inside, taken)
        inside = within(inside, both)
    return pieces


def _may_meet(one: Clause, other: Clause) -> bool:
    """True when the clauses cannot be told apart although nothing certain is common to both."""
    people = any(
        same_subject(a, b) is not Cover.OUT or same_subject(b, a) is not Cover.OUT
        for a in one.subjects
        for b in other.subjects
    )
    rest = replace(_both(one, other), subjects=(Subject("somebody"),))
    return people and not empty(rest)


def _other_people(clause: Clause, taken: Clause) -> list[Clause]:
    left = tuple(
        person
        for person in clause.subjects
        if all(
            same_subject(person, gone) is Cover.OUT and same_subject(gone, person) is Cover.OUT
            for gone in taken.subjects
        )
    )
    return [replace(clause, subjects=left)]


def _other_classes(clause: Clause, taken: Clause) -> list[Clause]:
    return [replace(clause, record_classes=clause.record_classes - taken.record_classes)]


def _other_dates(clause: Clause, taken: Clause) -> list[Clause]:
    before = taken.date_from - _DAY if taken.date_from else None
    after = taken.date_to + _DAY if taken.date_to else None
    return [
        replace(clause, date_to=min(filter(None, (clause.date_to, before)))) if before else _NOTHING,
        replace(clause, date_from=max(filter(None, (clause.date_from, after)))) if after else _NOTHING,
    ]


def _other_values(name: str) -> Callable[[Clause, Clause], list[Clause]]:
    def outside(clause: Clause, taken: Clause) -> list[Clause]:
        return [replace(clause, **{name: getattr(clause, name).without(getattr(taken, name))})]

    return outside


def _keep(*names: str) -> Callable[[Clause, Clause], Clause]:
    def within(clause: Clause, both: Clause) -> Clause:
        return replace(clause, **{name: getattr(both, name) for name in names})

    return within


_NOTHING = Clause((), frozenset(), None, None)
_CUTS: tuple[tuple[Callable[[Clause, Clause], list[Clause]], Callable[[Clause, Clause], Clause]], ...] = (
    (_other_people, _keep("subjects")),
    (_other_classes, _keep("record_classes")),
    (_other_dates, _keep("date_from", "date_to")),
    *((_other_values(name), _keep(name)) for name in _CHOICES),
)
