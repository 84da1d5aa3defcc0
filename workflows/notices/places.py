"""What a letter may say besides its own words: a closed set of types, each with its check.

None of them can hold text of a record. A value of another type, or a place that the template does not
name, is a bug and no letter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.errors import Invalid
from workflows.policy.document import WORDS, Policy

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
LONGEST_LINE = 160
MOST_LINES, LONGEST_ROW = 40, 420
MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a person confirmed it: court (or issuing office) and docket."""

    court: str
    docket: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.court, self.docket) if part)


@dataclass(frozen=True, slots=True)
class Searched:
    """A department, and the day on which it attested its search."""

    department: str
    on: dt.date


def one_line(value: Any, longest: int = LONGEST_LINE) -> str:
    """A name on one line, without signs that could pass for another line of the letter."""
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise ValueError(f"a name in a letter is one line of at most {longest} characters")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())


def _day(value: Any) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise ValueError("a day is a date")
    return value


def _optional_day(value: Any) -> dt.date | None:
    return None if value is None else _day(value)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a count is a whole number")
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not _SHA256.match(value):
        raise ValueError("a digest is 64 hexadecimal digits")
    return value


def _yes_no(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("yes or no")
    return value


def _paper(value: Any) -> Paper:
    if not isinstance(value, Paper):
        raise ValueError("a paper is its court and docket")
    return Paper(*(one_line(part) if part else "" for part in (value.court, value.docket)))


def _papers(value: Any) -> list[Paper]:
    papers = sorted({_paper(one) for one in value}, key=str)
    if not papers:
        raise ValueError("at least one paper")
    return papers


def _departments(value: Any) -> list[Searched]:
    if not value or not all(isinstance(one, Searched) for one in value):
        raise ValueError("departments with the day of their attestation")
    return [Searched(one_line(one.department), _day(one.on)) for one in value]


def sentences(codes: Sequence[str], known: Mapping[str, str], what: str) -> list[str]:
    """The sentences of a closed list for these codes. Raises Invalid for any other code, or none."""
    if not codes or isinstance(codes, str) or any(code not in known for code in codes):
        raise Invalid(f"Say {what}, with codes of the closed list.", code="missing_codes")
    return [known[code] for code in codes]


def known_codes(codes: Sequence[str]) -> None:
    """Do nothing when these codes say why a request or a paper does not do (policy 13.1). Raises Invalid."""
    sentences(codes, WORDS["missing"], "what is missing")


def _missing(value: Any, policy: Policy) -> list[str]:
    return sentences(value, policy.words("missing"), "what is missing")


def _grounds(value: Any, policy: Policy) -> list[str]:
    return sentences(value, policy.words("grounds"), "on which grounds the city answers")


def _recall_reason(value: Any, policy: Policy) -> str:
    return sentences([value], policy.words("recall"), "why the production is recalled")[0]


def _counsel_words(value: Any) -> list[str]:
    """Paragraphs that counsel has typed, after the intake guard; empty: none."""
    if not isinstance(value, str) or len(value) > MOST_WORDS:
        raise ValueError("counsel's own words are a short text")
    return [" ".join(one.split()) for one in value.split("\n\n") if one.strip()]


def _lines(value: Any) -> list[str]:
    """Lines of the city's own words: kinds of record, who helps. Never words of a record."""
    if isinstance(value, str) or not 0 < len(value) <= MOST_LINES:
        raise ValueError("between one line and forty")
    return [one_line(one, LONGEST_ROW) for one in value]


TYPES: Mapping[str, Callable[[Any], Any]] = {
    "line": one_line,
    "lines": _lines,
    "day": _day,
    "optional_day": _optional_day,
    "count": _count,
    "digest": _digest,
    "yes_no": _yes_no,
    "paper": _paper,
    "papers": _papers,
    "departments": _departments,
    "counsel_words": _counsel_words,
}
# Codes of closed lists, whose sentences are policy.
WORDED: Mapping[str, Callable[[Any, Policy], Any]] = {
    "reasons": _missing,
    "grounds": _grounds,
    "recall_reason": _recall_reason,
}


def filled(places: Mapping[str, str], given: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The values for the places of a template, each checked by its type; sentences as the policy has them.

    Raises ValueError for a place that is missing, unknown or of another type, Invalid for a code
    outside its closed list.
    """
    if places.keys() != given.keys():
        wrong = sorted(places.keys() ^ given.keys())
        raise ValueError(f"places of the letter that are missing or unknown: {', '.join(wrong)}")
    return {
        name: WORDED[kind](given[name], policy) if kind in WORDED else TYPES[kind](given[name])
        for name, kind in places.items()
    }
