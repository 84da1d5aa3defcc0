"""What there is to count in a quarter, as the network of cells that `suppress` works on.

Two things are counted, each an entry of the log: a request that came in, and an answer that was given
(released, refused, withdrawn). A matter that is refused and later released has had two answers. All
that adds up to the same total is in one network, so that no table gives another one away.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from workflows.policy.codes import MISSING, REQUESTER_CLASSES
from workflows.policy.instrument_types import instrument_type
from workflows.transparency.suppress import Arc, Mark, Shown

OUTCOMES = {"release.made": "released", "matter.refused": "refused", "matter.withdrawn": "withdrawn"}
OPENED = "matter.opened"
ALL = "all"
REQUESTS, ANSWERS, PAPERS, REASONS, DAYS = "requests", "answers", "papers", "reasons", "days"
OTHER_ACTS = "others"
UNNAMED = "unnamed"
PAPER_KINDS = ("court_order", "subpoena", "administrative", "other_court", "other", "none")
ENOUGH_FOR_MEDIAN = 5
# What stands alone and adds up to nothing else: counted, and hidden only when small itself.
OTHERS = {
    "release.recalled": "recalls",
    "override.confirmed": "overrides",
    "determination_1373.confirmed": "determinations",
}

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in."""

    agency_class: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given. `days` are calendar days since the request arrived; `paper` is one of
    PAPER_KINDS, `reason` a code of the closed list for a refusal."""

    agency_class: str
    outcome: str
    paper: str
    reason: str
    days: int


def paper_kind(type_id: str) -> str:
    """The family of a kind of paper, as the register prints it."""
    if not type_id:
        return "none"
    kind = instrument_type(type_id)
    if kind.judicial and kind.compels_records:
        return "court_order"
    if kind.judicial:
        return "other_court"
    if kind.judicial is False and kind.verdict == "does_not_suffice":
        return "administrative"
    if kind.compels_records:
        return "subpoena"
    return "other"


def cells(asked: Sequence[Asked], answered: Sequence[Answered]) -> list[Arc]:
    """Every cell of an edition as an arc, zeros included, in the order in which they are printed."""
    return [*_requests(asked), *_answers(answered), *_papers(answered), *_reasons(answered)]


def _requests(asked: Sequence[Asked]) -> Iterable[Arc]:
    by_class = Counter(one.agency_class for one in asked)
    for name in REQUESTER_CLASSES:
        yield Arc((REQUESTS, name, ""), "asked", "parts of asked", by_class[name])
    yield Arc((REQUESTS, ALL, ""), "parts of asked", "asked", len(asked))


def _answers(answered: Sequence[Answered]) -> Iterable[Arc]:
    """Rows are classes, columns outcomes: grand total -> row -> column -> grand total, by way of the
    papers; the column of refusals goes by way of the reasons."""
    both = Counter((one.agency_class, one.outcome) for one in answered)
    outcomes = tuple(OUTCOMES.values())
    for name in REQUESTER_CLASSES:
        for outcome in outcomes:
            yield Arc((ANSWERS, name, outcome), f"class {name}", f"outcome {outcome}", both[name, outcome])
        total = sum(both[name, outcome] for outcome in outcomes)
        yield Arc((ANSWERS, name, ALL), "classes", f"class {name}", total)
    for outcome in outcomes:
        total = sum(both[name, outcome] for name in REQUESTER_CLASSES)
        end = "refusals" if outcome == "refused" else "answers"
        yield Arc((ANSWERS, ALL, outcome), f"outcome {outcome}", end, total)
    yield Arc((ANSWERS, ALL, ALL), "papers", "classes", len(answered))


def _papers(answered: Sequence[Answered]) -> Iterable[Arc]:
    by_kind = Counter(one.paper for one in answered)
    for name in PAPER_KINDS:
        yield Arc((PAPERS, name, ""), "answers", "papers", by_kind[name])


def _reasons(answered: Sequence[Answered]) -> Iterable[Arc]:
    by_reason = Counter(one.reason for one in answered if one.outcome == "refused")
    for name in (*MISSING, UNNAMED):
        yield Arc((REASONS, name, ""), "refusals", "answers", by_reason[name])


def alone(events: Iterable[str], largest_small: int) -> dict[Key, Shown]:
    """What is printed for each act that is in no sum."""
    counted = Counter(OTHERS[event] for event in events)
    return {
        (OTHER_ACTS, name, ""): Mark.SMALL if 1 <= counted[name] <= largest_small else counted[name]
        for name in OTHERS.values()
    }


def medians(answered: Sequence[Answered], shown: dict[Key, Shown]) -> dict[str, int]:
    """Whole days from request to answer, the middle one, for each outcome whose count is printed and is
    no small one; nothing for the others."""
    found = {}
    for outcome in OUTCOMES.values():
        days = [one.days for one in answered if one.outcome == outcome]
        printed = type(shown[ANSWERS, ALL, outcome]) is int
        if printed and len(days) >= ENOUGH_FOR_MEDIAN:
            found[outcome] = round(median(days))
    return found


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of the city's calendar; `number` from 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Quarter:
        """The quarter in which a day lies."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def first_day(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, 3 * self.number - 2, 1)

    def next(self) -> Quarter:
        """The one after it; its first day is the end of this one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
