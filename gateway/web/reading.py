"""What the machine read on a paper, as suggestions: values with their quotes, tells, quotes per check.

Nothing here decides anything; a person confirms each value against the image.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from workflows.instruments.models import Instrument

# What a quote is, by its words: the first that fits. Then the check to which such a quote belongs.
_SORTS = (
    ("form number", re.compile(r"^(?:Form\s+)?[A-Z]{1,4}[- ]?\d+[A-Z]?(?:\s*\(.*\))?$")),
    ("caption", re.compile(r"\b(?:IN THE|BEFORE THE)\b.*\bCOURT\b|\bCOURT FOR THE\b", re.I | re.S)),
    ("operative words", re.compile(r"\bordered\b|\bproduce\b|\bcommand|\bdirected\b|\bshall\b", re.I)),
    ("time limit", re.compile(r"^(?:within|on or before|not later than|no later than)\b", re.I)),
    ("issuer", re.compile(r"^(?:U\.S\.|United States)?\s*(?:Department|Bureau|Immigration and Customs|"
                          r"Citizenship and|Customs and|Executive Office|Drug Enforcement|Internal Revenue|"
                          r"Office of)\b", re.I)),
    ("signature", re.compile(r"^/?s/|\bsigned\b|\bsignature\b|\bproposed\b|\bdraft\b", re.I)),
)  # fmt: skip
_CHECK_OF_SORT = {
    "title": "V02",
    "form number": "V02",
    "issuer": "V03",
    "signer's title": "V03",
    "signature": "V04",
    "time limit": "V05",
    "caption": "V07",
    "operative words": "V10",
}
_TELLS = ("issuer", "signer's title", "form number", "title")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the paper, and what they are: `title`, `issuer`, `signer's title`, ..."""

    sort: str
    quote: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The machine's reading; None is "not read". Empty when the paper has not been read yet."""

    type: str = "unknown"
    judicial: bool | None = None
    unsigned: bool | None = None
    expired: bool | None = None
    docket: str | None = None
    court: str | None = None
    signer: str | None = None
    signer_title: str | None = None
    issued: dt.date | None = None
    execute_by: dt.date | None = None
    return_date: dt.date | None = None
    subjects: tuple[str, ...] = ()
    gate: str = "closed"
    done: bool = False
    unreadable: str = ""
    evidence: tuple[Quote, ...] = field(default=())

    @property
    def tells(self) -> tuple[Quote, ...]:
        """The quotes that show who issued the paper: issuer block, signer's title, form number, title."""
        chosen = [quote for sort in _TELLS for quote in self.evidence if quote.sort == sort]
        return tuple(chosen or self.evidence)[:6]

    def quotes_for(self, check_id: str) -> tuple[Quote, ...]:
        """Quotes that bear on one check."""
        return tuple(q for q in self.evidence if _CHECK_OF_SORT.get(q.sort) == check_id)[:3]

    def quote_for_field(self, name: str) -> str:
        """The quote behind one suggested value, where the reading kept one."""
        sort = {"type": "title", "court": "caption", "signer_title": "signer's title"}.get(name)
        return next((q.quote for q in self.evidence if q.sort == sort), "")


def read(paper: Instrument) -> Reading:
    """The reading of a paper as values."""
    raw: dict[str, Any] | None = paper.reading
    if not raw:
        return Reading()
    return Reading(
        type=str(raw.get("type") or "unknown"),
        judicial=raw.get("judicial"),
        unsigned=raw.get("unsigned"),
        expired=raw.get("expired"),
        docket=raw.get("docket"),
        court=raw.get("court"),
        signer=raw.get("signer"),
        signer_title=raw.get("signer_title"),
        issued=_day(raw.get("issued")),
        execute_by=_day(raw.get("execute_by")),
        return_date=_day(raw.get("return_date")),
        subjects=tuple(raw.get("subjects") or ()),
        gate=str(raw.get("gate") or "closed"),
        done=True,
        unreadable=str(raw.get("unreadable") or ""),
        evidence=_quotes(raw),
    )


def _quotes(raw: dict[str, Any]) -> tuple[Quote, ...]:
    """The evidence once each, in its order, with what it is."""
    title = " ".join(str(raw.get("signer_title") or "").split()).casefold()
    found: dict[str, Quote] = {}
    for place, one in enumerate(raw.get("evidence") or ()):
        words = " ".join(str(one.get("quote") or "").split())[:240]
        if words and words.casefold() not in found:
            found[words.casefold()] = Quote(_sort(words, title, place), words)
    return tuple(found.values())


def _sort(words: str, signer_title: str, place: int) -> str:
    if signer_title and words.casefold() == signer_title:
        return "signer's title"
    for sort, pattern in _SORTS:
        if pattern.search(words):
            return sort
    return "title" if place == 0 or words.isupper() else "words"


def _day(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None  # a suggestion that is no date is no suggestion
