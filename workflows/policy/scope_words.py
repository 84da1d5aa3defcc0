"""Closed lists of the scope and its answers in plain words. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.scope import Choice, Clause, Cover, RecordFacts, Subject, answers

# What a record holds, as far as a paper may tell one part from another. None of these is status data.
DATA_CATEGORIES = {
    "identity": "Who somebody is",
    "contact": "Where somebody lives and how they are reached",
    "family": "Family and household",
    "work": "Work and school",
    "money": "Income, payments and benefits",
    "health": "Health",
    "incident": "What happened: incidents and statements",
    "location": "Where somebody was",
    "images": "Pictures, sound and video",
    "messages": "Letters and messages",
}
# For what the paper lets the data be used: the classes that policy 1.4 gives a request by its authority.
USES = {
    "civil_immigration": "Civil immigration enforcement",
    "federal_criminal": "A federal criminal proceeding",
    "federal_other": "Another federal purpose",
}
# Dimensions in which a clause may name values of its own, each with its place in the paper.
LIMITS = {
    "department": "Departments",
    "category": "Data",
    "document": "Documents",
    "recipient": "Recipient",
    "use": "Use",
}

# What a paper may allow in sum, over everything that is asked and produced under it.
SUMS = {
    "people": "people",
    "records": "records",
    "days": "days from the first to the last",
    "productions": "productions",
}

_WHY = {
    ("subject", Cover.OUT): "It is about another person.",
    ("subject", Cover.UNKNOWN): "It does not say enough to tell this person from another of the same name.",
    ("record_class", Cover.OUT): "It is of another kind.",
    ("record_class", Cover.UNKNOWN): "Its kind is not stated.",
    ("dates", Cover.OUT): "It is of another time.",
    ("dates", Cover.UNKNOWN): "Its date is not stated, or only part of its time is covered.",
    ("department", Cover.OUT): "Another department holds it.",
    ("department", Cover.UNKNOWN): "It is not stated who holds it.",
    ("category", Cover.OUT): "It holds other data.",
    ("category", Cover.UNKNOWN): "What it holds is not stated, or only part of that is covered.",
    ("document", Cover.OUT): "It is another document than those named.",
    ("document", Cover.UNKNOWN): "Its own number is not stated, and the clause names documents.",
    ("recipient", Cover.OUT): "The clause lets somebody else receive it.",
    ("recipient", Cover.UNKNOWN): "It is not stated who would receive it.",
    ("use", Cover.OUT): "The clause allows another use than that of this request.",
    ("use", Cover.UNKNOWN): "The use of this request is not known, and the clause allows only some.",
}


def why_not(clause: Clause, record: RecordFacts) -> list[str]:
    """Why the clause does not cover the record, one sentence for each dimension; what is certain first."""
    said = sorted(answers(clause, record).items(), key=lambda one: one[1])
    return [_WHY[name, answer] for name, answer in said if answer is not Cover.IN]


def person_words(person: Subject) -> str:
    """The name with what else identifies the person."""
    born = f", born {day_words(person.birth_date)}" if person.birth_date else ""
    return f"{person.name}{born}{f', number {person.number}' if person.number else ''}"


def day_words(day: dt.date) -> str:
    """A day as the pages write it."""
    return f"{day:%b} {day.day}, {day.year}"


def period_words(first: dt.date | None, last: dt.date | None) -> str:
    """Both ends included."""
    if first and last:
        return f"from {day_words(first)} to {day_words(last)}" if first != last else f"of {day_words(first)}"
    if first:
        return f"from {day_words(first)} on"
    return f"up to {day_words(last)}" if last else "of any date"


def clause_words(clause: Clause, names: Mapping[str, str], known: Clause | None = None) -> str:
    """A clause of the algebra as one sentence; `names` are the words for agencies, departments and
    documents by their keys. What is no other than in `known` is left out, people and kinds aside."""
    people = _listed(person_words(person) for person in clause.subjects)
    words = f"{_kinds(clause.record_classes)} about {people}"
    if known is None or (clause.date_from, clause.date_to) != (known.date_from, known.date_to):
        words += f", {period_words(clause.date_from, clause.date_to)}"
    for name, text, titles in (
        ("departments", "held by", names),
        ("categories", "data of the kinds", DATA_CATEGORIES),
        ("documents", "documents numbered", names),
        ("recipients", "for", names),
        ("uses", "to be used for", USES),
    ):
        choice = getattr(clause, name)
        if known is None or choice != getattr(known, name):
            words += _choice(choice, text, titles)
    return words


def _kinds(classes: Collection[str]) -> str:
    """The kinds of record, or those that are not meant where they are fewer."""
    others = RECORD_CLASSES.keys() - classes
    if not others:
        return "every kind of record"
    if len(others) < len(classes):
        return f"every kind of record but {_listed(RECORD_CLASSES[one] for one in others)}"
    return _listed(RECORD_CLASSES[one] for one in classes)


def _choice(choice: Choice, text: str, titles: Mapping[str, str]) -> str:
    if choice.all_but and not choice.values:
        return ""
    values = _listed(titles.get(one, one) for one in choice.values)
    return f"; not {text} {values}" if choice.all_but else f"; {text} {values}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
