"""Which text a letter is written from: the program's file, or the newest text that two people agreed to.

A later program does not change the city's own text; it says that there is a newer one to look at.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.template.loader import get_template

from workflows.notices.letter_markup import bare
from workflows.notices.models import LetterText


@dataclass(frozen=True, slots=True)
class Source:
    """A text with its number (0: the program's own), since when it holds, and its digest."""

    text: str
    number: int
    since: dt.datetime | dt.date
    sha256: str


def digest_of(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def shipped(template: str, language: str, since: dt.date) -> Source:
    """The program's own text."""
    file = get_template(f"letters/{template}.{language}.txt")
    text = bare(file.template.source)  # type: ignore[attr-defined]
    return Source(text, 0, since, digest_of(text))


def agreed(template: str, language: str) -> LetterText | None:
    """The city's own text that holds now; None while the program's does."""
    rows = LetterText.objects.filter(template=template, language=language, agreed=True)
    return rows.order_by("-number").first()


def of_number(template: str, language: str, number: int) -> Source | None:
    """The city's text of this number; None for the program's, and for none."""
    row = LetterText.objects.filter(template=template, language=language, number=number).first()
    return as_source(row) if row else None


def as_source(row: LetterText) -> Source:
    """One of the city's own texts as what a letter is written from: since it was settled, else proposed."""
    return Source(row.text, row.number, row.settled_at or row.proposed_at, row.sha256)
