"""Attachments that a paper rests on: which it cites, which are there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workflows.instruments.reader.layout import is_attachment
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View
from workflows.policy.instrument_types import InstrumentType

# Kinds that mention other people's attachments, or compel nothing by them.
_FREE = frozenset(
    {
        "unknown",
        "agency_request_letter",
        "application_or_proposed_paper",
        "court_notice",
        "public_records_request",
        "consent_waiver",
        "other_court_order",
        "quash_or_stay_order",
    }
)
_KIND = r"(?:attachment|exhibit|schedule|rider|appendix|anexo|addendum|annex)"
LEAST_WORDS = 6  # "attachment a items to be produced follows"
_CITED = re.compile(rf"\b{_KIND}s?\s+(?P<a>[a-z]|[0-9]{{1,2}})\b(?:\s*(?:,|and|&|y)\s*(?P<b>[a-z])\b(?!\w))?")
_POINTS = re.compile(
    r"\b(?:see|described|listed|identified|set forth|in|attached|annexed|as|specified|incorporated"
    r"|continued|part of|"
    r"ver|descrit[oa]s?|el|del|en|detallad[oa]s?|hereto|on|to|indicad[oa]s?|of|per|under|with)\b"
)
_PLAIN = re.compile(
    rf"\bsee (?:the )?attach(?:ed|ment)s?\b(?! [a-d0-9]\b)|\bver anexo\b(?! [a-d0-9]\b)"
    rf"|\b(?:in|on|by|per) the (?:attached|annexed|enclosed|accompanying) "
    rf"(?:list|sheets?|pages?|rider|schedule|exhibit|addendum|attachment)\b"
    rf"|\b(?:in|on|per|by|see) (?:the |its )?{_KIND}\b(?!\s*(?:[a-z]|[0-9]{{1,2}})\b)(?! of hearings)"
    r"|\b(?:list|pages?|sheets?|documents) attached\b|(?<!affidavit )\battached hereto\b|\bappended hereto\b"
    rf"|\b(?:attached|annexed) {_KIND}\b|\b{_KIND} (?:attached|annexed)(?: hereto)?\b"
)
_GONE = re.compile(
    rf"\b{_KIND}s?\s+(?:[a-d]|[0-9])?\b[^\n]{{0,60}}\b(?:not (?:attached|included|enclosed|provided"
    rf"|transmitted|served|"
    r"received|sent|in the file)|filed under seal|omitted|to follow|intentionally|withheld|missing|lost|"
    r"no adjunt[oa]|sin adjuntar|bajo sello|redacted in full|page missing)\b"
)
_LISTS = re.compile(
    rf"(?m)^[^\w\n]*(?:{_KIND}|list of|items? to be|documents? to be|records to be|definitions"
    rf"|property to be)\b"
)


def attached(view: View, parts: Sequence[Part]) -> frozenset[str]:
    """Marks of the attachments in the bundle: "a", "b", "1"; "" for one without a mark or a plain list."""
    marks = set()
    for part in parts:
        heads = _heads(view, part)
        for at, (head, mark) in enumerate(heads):
            end = heads[at + 1][0] if at + 1 < len(heads) else part.last
            if at + 1 == len(heads) and not any(view.line_words(n) for n in range(head + 1, end)):
                # The slip "EXHIBIT 1" is the last line, what it is put on has a heading of its own.
                end = next((later.last for later in parts if later.first == part.last), end)
            if _says_something(view, head, max(head + 1, end)):
                marks.add(mark)
    if _LISTS.search(view.text):
        marks.add("")
    return frozenset(marks)


def _heads(view: View, part: Part) -> list[tuple[int, str]]:
    """The heads of attachments in a part, one that begins it included."""
    first = next((n for n in range(part.first, part.last) if view.line_words(n)), part.first)
    found = is_attachment(view, first)
    begins = [(first, found["mark"])] if found and found["mark"] else []
    return [*begins, *(head for head in part.attachments if head[0] != first)]


def with_attachment(view: View, parts: Sequence[Part], part: Part) -> Part:
    """A paper with the Attachment A of its bundle, where its pages lie before it: the only one there is."""
    if any(mark == "a" for _, mark in part.attachments):
        return part
    others = [head for other in parts if other is not part for head in _heads(view, other) if head[1] == "a"]
    return replace(part, attachments=(*part.attachments, *others)) if len(others) == 1 else part


def _says_something(view: View, head: int, end: int) -> bool:
    """True when there is more than the name of the attachment: a slip that says it follows is none."""
    words = [word for n in range(head, end) for word in re.findall(r"[^\W\d_]{2,}", view.line_text(n))]
    return len(words) > LEAST_WORDS


def missing(view: View, part: Part, law: InstrumentType, present: frozenset[str]) -> bool:
    """True when the paper cites an attachment that is not in the bundle, or a slip says it is not."""
    if law.id in _FREE or not law.compels_records:
        return False
    low, high = view.lines[part.first].at, view.lines[max(part.first, part.body_last - 1)].end
    if _GONE.search(view.text, low, view.lines[part.last - 1].end):
        return True
    heads = {n for n, _ in part.attachments}
    for match in _CITED.finditer(view.joined, low, high):
        if view.line_of(match.start()) in heads:
            continue
        around = view.joined[max(low, match.start() - 50) : match.end() + 70]
        marks = [mark for mark in (match["a"], match["b"]) if mark]
        if _POINTS.search(around) and any(mark not in present for mark in marks):
            return True
    return bool(_PLAIN.search(view.joined, low, high)) and not present
