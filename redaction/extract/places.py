"""Text that a PDF keeps outside its page content, read with pikepdf from the source, inside the
cage: form values, annotations, outline, metadata, scripts, structure, and every string nobody
names (docs/redaction.md lists the places).

Nothing here survives into a rebuilt file; it is read because it names what must be found on
the pages as well, and for the log of what was dropped.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pikepdf

from redaction.errors import Rejected
from redaction.extract.glyphs import Frame
from redaction.types import Box, PageText, Region, TextSource

MOST_CHARACTERS = 5_000_000


@dataclass(slots=True)
class Places:
    """Texts; form fields and earlier redactions as regions by page number; pages whose fonts may
    say other letters than they show; content by kind that a rebuilt file does not carry."""

    texts: list[PageText] = field(default_factory=list)
    regions: dict[int, list[Region]] = field(default_factory=dict)
    odd_fonts: set[int] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)
    said: set[str] = field(default_factory=set)
    _known: set[tuple[TextSource, int | None, str, Box | None]] = field(default_factory=set)
    characters: int = 0

    def add(self, source: TextSource, page: int | None, text: str, box: Box | None = None) -> None:
        """One text, once; where it has a place, every character has that place."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text or (source, page, text, box) in self._known:
            return
        self._known.add((source, page, text, box))
        self.said.add(text)
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise Rejected("over_limits")
        cells = () if box is None else tuple(None if c == "\n" else box for c in text)
        self.texts.append(PageText(source, page, text, cells))

    def add_region(self, page: int, region: Region) -> None:
        """One region of a page."""
        self.regions.setdefault(page, []).append(region)


def read(source_pdf: bytes, frames: Sequence[Frame]) -> Places:
    """Everything said outside the pages. `frames` are those of the normalised pages.

    Raises Rejected("over_limits"); errors of pikepdf rise, and the file is withheld.
    """
    from redaction.extract import file_places, page_places, revisions, sweep

    found = Places()
    with pikepdf.open(io.BytesIO(source_pdf)) as pdf:
        pages = page_places.Reader(found)
        for number, (page, frame) in enumerate(zip(pdf.pages, frames, strict=True), start=1):
            pages.read(page, number, frame)
        file_places.read(pdf, found)
        sweep.objects(pdf, pages.drawn, found)
    revisions.read(source_pdf, found)
    return found
