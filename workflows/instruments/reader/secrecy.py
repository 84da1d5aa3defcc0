"""Secrecy: what a court orders, and what a paper merely asks for."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from workflows.instruments.reader.dates import moments, spoken_number
from workflows.instruments.reader.nearby import sentence_start
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View

_ORDERED = re.compile(
    r"\b(?:shall|must|may) not (?:disclose|notify|reveal|divulge|inform|advise)\b|\b(?:commanded|ordered"
    r"|directed|prohibited|precluded|forbidden|enjoined)[^.;]{0,60}\b(?:not to|from) (?:disclos|notif"
    r"|reveal|divulg|inform)\w*"
    r"|\bno (?:divulgara|revelara|notificara|informara|debera (?:divulgar|revelar|notificar))\w*"
    r"|\bdelay(?:ed|ing)? (?:of )?notice\b[^.;]{0,40}\b(?:authorized|ordered|granted)\b"
    r"|\bauthori[sz]es? (?:the )?[^.;]{0,80}\bto delay (?:giving |any |the )?(?:notice|notification)\b"
    r"|\bnot be disclosed\b|\bnotification (?:is|shall be|may be) delayed\b"
)
_REQUESTED = re.compile(
    r"\b(?:request(?:s|ed|ing)?|ask(?:s|ed)?|please|urge[sd]?|prefer|would appreciate|le (?:rogamos|pedimos"
    r"|solicitamos)|se solicita|solicita(?:mos)?|pedimos|direct(?:s|ed)?|advised"
    r"|should)\b[^.;]{0,120}\b(?:not (?:to )?(?:disclose|notify|reveal|tell|inform|discuss|share|advise"
    r"|alert)|no (?:divulg|revel|notifi|inform)\w*|refrain from|confidential(?:ly|ity)?"
    r"|not (?:be )?(?:disclosed|told|notified)|do not (?:disclose|notify|tell|inform|alert|advise))"
    r"|\b(?:do not|please do not|you are (?:requested|asked|directed) not to|should not"
    r"|must not) (?:disclose|notify|reveal|tell|inform|alert|advise|discuss)\b|\bnot (?:to )?(?:disclose"
    r"|tell|notify|alert) (?:the )?(?:existence|subject|person)|\bkeep (?:this"
    r"|the)[^.;]{0,40}(?:confidential|secret)\b|\bprohibits you\b"
)
_STATUTE = re.compile(
    r"\b(18|12|15|50|26)\s*usc\s*\W{0,4}\s*(2705\s?\(?b?\)?|3103a\s?(?:\(?b\)?)?|3123\s?\(?d?\)?"
    r"|2709\s?\(?c?\)?|3409|3511|1681u|3162|3414|3420)"
)
_FOR = re.compile(
    r"\b(?:for|during|por)\s+(?:a\s+|an\s+|the\s+|un\s+)?(?:period|periodo|plazo)?\s*(?:of|not to exceed"
    r"|de)?\s*(?:[a-z]+(?:-[a-z]+)?\s*)?\(?(?P<n>[0-9]{1,3}|one|two|six|ninety|thirty|sixty|un|noventa"
    r"|treinta|seis|eighteen|twelve|three)\)?\s+(?P<unit>year|years|days|months|ano|anos|dias|meses"
    r"|calendar days)\b"
)
_UNTIL = re.compile(
    r"\b(?:until|through|hasta(?: el)?|before|expires?(?: on)?|antes del?|till"
    r"|no later than)\b\s*(?:and including\s+|the\s+)?"
)


# "Unless delayed notice is authorized below", and what stands beside a box that is left empty.
_UNLESS = re.compile(r"\b(?:unless|if|where|salvo que)\W*$")
_BOX = re.compile(r"\[\s*(?P<tick>[x^*])?\s*\]")


def _orders(view: View, low: int, high: int) -> re.Match[str] | None:
    """The first words of secrecy that are meant: under no condition and beside no empty box."""
    for found in _ORDERED.finditer(view.joined, low, high):
        before = max(low, found.start() - 320)
        paragraph = max(before, view.text.rfind("\n\n", before, found.start()))
        boxes = [
            box
            for box in _BOX.finditer(view.text, paragraph, found.start())
            if not _other_sentence(view, box.end(), found.start())
        ]
        if not _UNLESS.search(view.joined, before, found.start()) and (not boxes or boxes[-1]["tick"]):
            return found
    return None


def _other_sentence(view: View, box: int, at: int) -> bool:
    """Behind the words of a box another sentence, or a line with a capital, begins before that place."""
    if sentence_start(view, at, box) > box:
        return True
    lines = (view.lines[n] for n in range(view.line_of(box) + 1, view.line_of(at) + 1))
    return any(view.printed(line.at, line.end).lstrip(" \t_")[:1].isupper() for line in lines)


@dataclass(frozen=True, slots=True)
class Secrecy:
    """Court-ordered or only requested, with its end and the statute printed with it."""

    ordered: bool
    requested: bool
    until: dt.date | None
    statute: str | None

    def as_json(self) -> dict[str, Any]:
        """The value of `nondisclosure` in a reading."""
        return {
            "ordered_by_court": self.ordered,
            "requested_only": self.requested and not self.ordered,
            "until": self.until.isoformat() if self.until else None,
            "statute": self.statute,
        }


def read_secrecy(view: View, part: Part, *, court: bool, issued: dt.date | None) -> Secrecy | None:
    """What the part says about telling others; None for nothing. `court` is a signed order or warrant."""
    low, high = view.lines[part.first].at, view.lines[max(part.first, part.body_last - 1)].end
    ordered = _orders(view, low, high) if court else None
    requested = _REQUESTED.search(view.joined, low, high) or (None if court else _orders(view, low, high))
    found = ordered or requested
    if found is None:
        return None
    start = max(view.text.rfind(".", low, found.start()) - 160, low)
    stop = min(high, found.end() + 420)
    return Secrecy(
        bool(ordered),
        bool(requested),
        _until(view, found.start(), stop, issued) if ordered or not court else None,
        _statute(view, start, stop, low, high),
    )


def _statute(view: View, start: int, stop: int, low: int, high: int) -> str | None:
    match = _STATUTE.search(view.joined, start, stop) or _STATUTE.search(view.joined, low, high)
    if match is None:
        return None
    section = re.sub(r"\s", "", match.group(2))
    section = re.sub(r"^(2705|3103a|3123|2709)\(?([bcd])\)?$", r"\1(\2)", section)
    return f"{match.group(1)} U.S.C. {section}"


def _until(view: View, start: int, stop: int, issued: dt.date | None) -> dt.date | None:
    for match in _UNTIL.finditer(view.joined, start, stop):
        for moment in moments(view, match.end(), min(stop, match.end() + 40)):
            if moment.at - match.end() <= 20:
                return moment.date
            break
    period = _FOR.search(view.joined, start, stop)
    if period and issued:
        count = spoken_number(period["n"]) or 0
        unit = period["unit"]
        if unit.startswith(("year", "ano")):
            return _months_after(issued, 12 * count)
        if unit.startswith("m"):
            return _months_after(issued, count)
        return issued + dt.timedelta(days=count)
    return None


def _months_after(date: dt.date, months: int) -> dt.date:
    year, month = divmod(date.month - 1 + months, 12)
    year += date.year
    for day in (date.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, day)
        except ValueError:
            continue  # a shorter month
    raise AssertionError(date)
