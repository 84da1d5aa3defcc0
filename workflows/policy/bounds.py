"""What a document of policy must look like, and what no version may cross. Pure.

`problems` names every fault by its place (a JSON pointer) in plain words. The bounds are code and not
data on purpose: nobody opens the gate without a judge or another recorded basis, nobody turns off the second
person, nothing that states somebody's status stays by default, and no judge's order is shut out.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from workflows.policy.bases import OVERRIDE_BASES
from workflows.policy.checks import NOT_WAIVABLE
from workflows.policy.codes import REQUESTER_CLASSES
from workflows.policy.document import FORMAT, REDACT, REVIEW, SOURCE_KINDS, WORDS, shipped
from workflows.policy.instrument_types import (
    COUNSEL,
    INFORMATIONAL,
    NEVER,
    SUFFICES,
    InstrumentType,
    instrument_types,
)

LARGEST = 200_000  # characters of a document
MOST_SHOWN = 20  # faults that are named at once
LONGEST = 400  # characters of one sentence
MOST_DAYS, MOST_WARNINGS, EARLIEST_WARNING_H = 366, 6, 2000
SHORTEST_TOLD = 1  # business days that people have before a release, where a court leaves the time
MOST_DAYS_KEPT = 3660
SMALLEST_CELL, LARGEST_CELL = 5, 50  # policy 11.2: cells of one to four are never printed
LEAST_CERTAIN = 20  # per cent: below that nothing is a finding
# Dates that a law or a court sets, or that a duty after an emergency does: a version may only shorten them.
ONLY_SHORTER = frozenset(
    {"execute_by", "objection", "exigent_review", "exigent_follow_up", "secrecy_review", "counsel_same_day"}
)
# Whoever signs for a court: what they sign is court process, which a city may contest but not pass over.
COURT_SIGNERS = frozenset(
    {
        "article_i_judge", "article_iii_judge", "us_magistrate_judge", "state_judge", "tribal_judge",
        "clerk_of_court", "grand_jury", "attorney_as_officer_of_court",
    }
)  # fmt: skip
# Who counts as immigration enforcement (policy 1.4): what implies status is always proposed for redaction.
ENFORCEMENT = frozenset({"civil_immigration", "unknown"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: `place` is a JSON pointer into the document."""

    place: str
    says: str

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.says}"


class NotADocument(ValueError):
    """Text that is no JSON object at all. The message says where reading stopped, never what stood there."""


_NO_SIGNS, _NO_CLASSES = "<>{}\\|`", ("C", "Zl", "Zp")

Rule = Callable[[Any, str], Iterable[Problem]]


def parse(text: str) -> dict[str, Any]:
    """The document that the text holds. Raises NotADocument for another format, doubled names, fractions."""
    if len(text) > LARGEST:
        raise NotADocument(f"The document is longer than {LARGEST} characters.")
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_float=_no_fraction, parse_constant=_no_fraction
        )
    except NotADocument:
        raise
    except json.JSONDecodeError as error:
        raise NotADocument(f"This is no JSON: line {error.lineno}, column {error.colno}.") from error
    except (ValueError, RecursionError) as error:  # numbers without end, brackets without end
        raise NotADocument("This is no JSON that can be read.") from error
    if not isinstance(found, dict):
        raise NotADocument("A policy is one JSON object.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise NotADocument("A name stands twice in the same object.")
    return dict(pairs)


def _no_fraction(_: str) -> NoReturn:
    raise NotADocument("Numbers are whole numbers.")


def problems(document: Mapping[str, Any]) -> list[Problem]:
    """Every fault, in the order of the document; empty for one that may be proposed."""
    return list(_fields(_DOCUMENT)(document, ""))


def texts(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every sentence that somebody typed, with its place: for the intake guard."""
    source = document["source"]
    found = [(f"/source/title/{language}", words) for language, words in source["title"].items()]
    found.append(("/source/citation", source["citation"]))
    for listed, words in document["words"].items():
        found += [(f"/words/{listed}/{code}", sentence) for code, sentence in words.items()]
    return found


def _fields(rules: Mapping[str, Rule]) -> Rule:
    """An object with exactly these names."""

    def check(value: Any, place: str) -> Iterable[Problem]:
        if not isinstance(value, Mapping):
            yield Problem(place, "must be an object")
            return
        for name in value.keys() - rules.keys():
            # An unknown name is text of somebody: it is shown only where it has the form of one of ours.
            shown = name if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name) else "…"
            yield Problem(f"{place}/{shown}", "is not known here")
        for name, rule in rules.items():
            if name not in value:
                yield Problem(f"{place}/{name}", "is missing")
            else:
                yield from rule(value[name], f"{place}/{name}")

    return check


def _among(*allowed: str) -> Rule:
    def check(value: Any, place: str) -> Iterable[Problem]:
        if not (isinstance(value, str) and value in allowed):
            yield Problem(place, f"must be {' or '.join(allowed)}")

    return check


def _number(low: int, high: int) -> Rule:
    def check(value: Any, place: str) -> Iterable[Problem]:
        if type(value) is not int or not low <= value <= high:
            yield Problem(place, f"must be a whole number from {low} to {high}")

    return check


def _yes_no(value: Any, place: str) -> Iterable[Problem]:
    if type(value) is not bool:
        yield Problem(place, "must be true or false")


def _some_of(allowed: Iterable[str], why: str = "") -> Rule:
    known = frozenset(allowed)

    def check(value: Any, place: str) -> Iterable[Problem]:
        if not isinstance(value, list):
            yield Problem(place, "must be a list")
            return
        for index, one in enumerate(value):
            if not isinstance(one, str) or one not in known:
                yield Problem(f"{place}/{index}", why or f"must be one of {', '.join(sorted(known))}")
            elif one in value[:index]:
                yield Problem(f"{place}/{index}", "stands in the list already")

    return check


def _sentence(value: Any, place: str) -> Iterable[Problem]:
    """One line of plain words: nothing that a page, a letter or a spreadsheet could read as its own signs."""
    if not isinstance(value, str) or not 3 <= len(value.strip()) <= LONGEST or value != value.strip():
        yield Problem(place, f"must be one line of 3 to {LONGEST} characters")
    elif any(sign in _NO_SIGNS or unicodedata.category(sign).startswith(_NO_CLASSES) for sign in value):
        yield Problem(place, "holds a sign that no sentence needs")
    elif value[0] in "=+-@":
        yield Problem(place, "begins like a formula")


def _time(value: Any, place: str) -> Iterable[Problem]:
    if not isinstance(value, str) or not re.fullmatch(r"(?:1[2-9]|2[0-3]):[0-5]\d", value, re.ASCII):
        yield Problem(place, "must be a time of day from 12:00 to 23:59, like 17:00")


def permitted_verdicts(kind: InstrumentType) -> tuple[str, ...]:
    """What a version may say of this kind of paper.

    A judge's order for records, and what a court's clerk, grand jury or officer issues, is never shut out: at
    most it waits for counsel's finding. What no judge signs never suffices by itself. What is closed as
    shipped is opened by no version: another basis than a court's order is a row of its own, written by two
    lawyers for one matter (workflow.md 4.3).
    """
    if kind.verdict == INFORMATIONAL:
        return (INFORMATIONAL,)
    if kind.verdict == NEVER:
        return (NEVER,)
    judges = kind.judicial is True and kind.compels_records
    if kind.verdict == SUFFICES:
        return (SUFFICES, COUNSEL)
    if judges:
        return (SUFFICES, COUNSEL)
    return (COUNSEL,) if COURT_SIGNERS & set(kind.signers) else (COUNSEL, NEVER)


def _paper(kind: InstrumentType) -> Rule:
    allowed = permitted_verdicts(kind)

    def verdict(value: Any, place: str) -> Iterable[Problem]:
        if not (isinstance(value, str) and value in allowed):
            yield Problem(place, f"must be {' or '.join(allowed)} for this kind of paper")

    def task(value: Any, place: str) -> Iterable[Problem]:
        yield from _yes_no(value, place)
        if value is False and kind.counsel_deadline:
            yield Problem(place, "must stay true: counsel answers such a paper the same day")

    return _fields({"verdict": verdict, "counsel_task": task})


def _warnings(value: Any, place: str) -> Iterable[Problem]:
    hours = _number(0, EARLIEST_WARNING_H)
    if not isinstance(value, list) or len(value) > MOST_WARNINGS:
        yield Problem(place, f"must be a list of at most {MOST_WARNINGS} hours")
        return
    wrong = [found for index, one in enumerate(value) for found in hours(one, f"{place}/{index}")]
    yield from wrong
    if not wrong and value != sorted(set(value), reverse=True):
        yield Problem(place, "must go from the earliest warning to the latest")


def _clock(kind: str, amount: int | None) -> Rule:
    def lasts(value: Any, place: str) -> Iterable[Problem]:
        if amount is None:
            if value is not None:
                yield Problem(place, "must be null: a court or a paper sets this date")
        elif kind == "notice_before":
            yield from _number(-MOST_DAYS, -SHORTEST_TOLD)(value, place)
        else:
            yield from _number(0, amount if kind in ONLY_SHORTER else MOST_DAYS)(value, place)

    return _fields({"amount": lasts, "warn": _warnings})


def _days_kept(days: int | None) -> Rule:
    def check(value: Any, place: str) -> Iterable[Problem]:
        if days is None:
            if value is not None:
                yield Problem(place, "must be null: this program never destroys it")
        elif value is not None:
            yield from _number(1, MOST_DAYS_KEPT)(value, place)

    return check


def _same(expected: int) -> Rule:
    def check(value: Any, place: str) -> Iterable[Problem]:
        if type(value) is not int or value != expected:
            yield Problem(place, f"must be {expected}")

    return check


_PAPERS = {kind.id: _paper(kind) for kind in instrument_types().values()}
_DOCUMENT: dict[str, Rule] = {
    "v": _same(FORMAT),
    "source": _fields(
        {
            "kind": _among(*SOURCE_KINDS),
            "title": _fields({"en": _sentence, "es": _sentence}),
            "citation": _sentence,
        }
    ),
    "papers": _fields(_PAPERS),
    "waivable": _some_of(
        (f"V{n:02}" for n in range(1, 14) if f"V{n:02}" not in NOT_WAIVABLE),
        "is no check that may ever be waived: signature, force and effect are what makes it a judge's order",
    ),
    "bases": _some_of(OVERRIDE_BASES),
    # `never` would turn off the second person where something stays in sight or a page is not trusted.
    "second_review": _among("always", "risk"),
    "cut_off": _time,
    "clocks": _fields({kind: _clock(kind, row["amount"]) for kind, row in shipped()["clocks"].items()}),
    "retention": _fields({kind: _days_kept(days) for kind, days in shipped()["retention"].items()}),
    "register": _fields({"smallest_printed": _number(SMALLEST_CELL, LARGEST_CELL)}),
    "status": _fields(
        {
            "redact_from_percent": _number(LEAST_CERTAIN, shipped()["status"]["redact_from_percent"]),
            "tier_2": _fields(
                {
                    name: _among(REDACT) if name in ENFORCEMENT else _among(REVIEW, REDACT)
                    for name in REQUESTER_CLASSES
                }
            ),
        }
    ),
    "words": _fields({name: _fields(dict.fromkeys(words, _sentence)) for name, words in WORDS.items()}),
}
