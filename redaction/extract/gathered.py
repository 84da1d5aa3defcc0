"""What the readers of places outside the page content gather."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from redaction.errors import Rejected
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
