"""Where a finding stands on the pages: by its own cells, by a form field, or by looking for its value.

A value found in metadata, a file name or an annotation has no place of its own; it is looked
for in the page texts. A value found anywhere is also taken wherever else it stands (P7), save
inside a span that is kept.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from redaction.decide.lines import bounds
from redaction.types import Box, Document, Finding, PageText, TextSource

PAGE_SOURCES = (TextSource.PDFIUM, TextSource.PDFPLUMBER, TextSource.OCR)  # the words of a page
LONG_CHARS, LONG_DIGITS = 8, 5  # the verifier's V6: from here on parts of words count too
SPREAD_CHARS = 4

# Values that stand everywhere and identify nobody outside the field they were found in.
# They are hidden where they were found; elsewhere they are listed as kept spans.
COMMON = frozenset(
    {"none", "na", "no", "yes", "si", "unknown", "unk", "refused", "declined", "other", "blank"}
    | {"notapplicable", "ninguno", "ninguna", "desconocido", "estadosunidos"}
    | {"us", "usa", "unitedstates", "unitedstatesofamerica", "american"}
)


@dataclass(frozen=True, slots=True)
class Spot:
    """One occurrence: code points of one text, with their cells."""

    page: int
    text_index: int
    start: int
    end: int
    cells: tuple[Box, ...]
    size: float

    @property
    def span(self) -> tuple[int, int, int]:
        """Text, start and end: all that is needed to find the place again (`spot`), in a tenth of the
        memory."""
        return self.text_index, self.start, self.end


def normalised(text: str) -> tuple[str, array[int]]:
    """Letters and digits only, without case and accents, and the source offset of each."""
    out: list[str] = []
    offsets = array("i")  # four bytes each: those of a long file are all held
    for at, char in enumerate(text):
        if char.isascii():
            if char.isalnum():
                out.append(char.lower())
                offsets.append(at)
            continue
        for part in unicodedata.normalize("NFKD", char).casefold():
            if part.isalnum():
                out.append(part)
                offsets.append(at)
    return "".join(out), offsets


def spot(document: Document, index: int, start: int, end: int) -> Spot | None:
    """The place of a span, None where no character of it has one."""
    text = document.texts[index]
    if text.page is None:
        return None
    cells = tuple(cell for cell in text.cells[start:end] if cell is not None)
    if not cells:
        return None
    sizes = [size for size in text.sizes[start:end] if size]
    height = max(min(cell.height, cell.width * 4) for cell in cells)
    return Spot(text.page, index, start, end, cells, max(sizes) if sizes else height / 1.15)


def word_box(document: Document, index: int, start: int, end: int) -> Box | None:
    """The box around the words that a span belongs to: what stays visible there stays as words."""
    text = document.texts[index].text
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    whole = spot(document, index, start, end)
    return None if whole is None else bounds(whole.cells)


def value_of(document: Document, finding: Finding) -> str:
    """The text of a finding. Never to be written anywhere."""
    return document.texts[finding.text_index].text[finding.start : finding.end]


def spreads(value: str) -> bool:
    """True when a value is taken wherever it stands, not only where it was found."""
    key, _ = normalised(value)
    digits = sum(char.isdigit() for char in key)
    if not key or key in COMMON:
        return False
    if digits >= LONG_DIGITS or (len(key) >= SPREAD_CHARS and digits < len(key)):
        return True
    mixed = 0 < digits < len(key)  # F-1, C09
    code = 2 <= len(key) <= 3 and value.isupper() and value.isalpha()  # MX, GTM
    return mixed or code


class Occurrences:
    """Looks for values in every text of the document that has places on pages."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._texts = [
            (at, *normalised(text.text))
            for at, text in enumerate(document.texts)
            if text.page is not None and any(text.cells)
        ]

    def find(self, value: str) -> Iterator[Spot]:
        """Every occurrence. Long values also inside words and across spaces, short ones as whole words
        (and codes in capitals only as they are), as the verifier will look for them."""
        key, _ = normalised(value)
        if not key:
            return
        whole = len(key) < LONG_CHARS and sum(char.isdigit() for char in key) < LONG_DIGITS
        exact = value if value.isupper() and len(key) <= 3 and value.isalpha() else None
        for index, text, offsets in self._texts:
            at = text.find(key)
            while at >= 0:
                start, end = offsets[at], offsets[at + len(key) - 1] + 1
                source = self._document.texts[index]
                if (not whole or _stands_alone(source, start, end)) and (
                    exact is None or source.text[start:end] == exact
                ):
                    found = spot(self._document, index, start, end)
                    if found is not None:
                        yield found
                at = text.find(key, at + 1)


def _stands_alone(text: PageText, start: int, end: int) -> bool:
    before, after = text.text[start - 1 : start], text.text[end : end + 1]
    return not before.isalnum() and not after.isalnum()


def inside(spot_: Spot, finding: Finding) -> bool:
    """True when the spot lies in the span of the finding."""
    return (
        finding.text_index == spot_.text_index and finding.start <= spot_.start and spot_.end <= finding.end
    )
