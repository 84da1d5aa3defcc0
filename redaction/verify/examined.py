"""One output under examination: everything the assertions look at, read once.

Each property raises when its part cannot be read; the assertion that asked then fails.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from redaction.verify import claims as said
from redaction.verify import content, ink, objects, structure, texts
from redaction.verify.draws import pages_for_pdfplumber
from redaction.verify.image import Raster, decode
from redaction.verify.ink import Ink
from redaction.verify.memory import EVERY_PAGES, give_back
from redaction.verify.paint import box_faults, painted, words_over_dark
from redaction.verify.pixels import portable, without_boxes
from redaction.verify.remains import in_bytes
from redaction.verify.survivors import REMEMBERED, Source, is_pdf, open_source, plain_text
from redaction.verify.texts import ReaderFailed
from redaction.verify.windows import Search

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """What one page's pixels gave: faults of the image, of its boxes, words nobody can see,
    removed values found in the decoded pixel bytes, and its ink beside the source's: None without
    the source, or what went wrong in drawing it."""

    image: tuple[str, ...]
    boxes: tuple[str, ...]
    unseen_words: int
    remains: int
    ink: Ink | ReaderFailed | None


class OnDemand(Sequence[T]):
    """Something for every page, made when asked for and remembered for a few pages, so that memory
    does not grow with the file."""

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count, self._make = count, make
        self._made: dict[int, T] = {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: Any) -> Any:
        if not 0 <= at < self._count:
            raise IndexError(at)
        if at not in self._made:
            if len(self._made) >= REMEMBERED:
                self._made.clear()
            self._made[at] = self._make(at)
        return self._made[at]


@dataclass(frozen=True)
class Examined:
    """An output's bytes with the report about it, the key of its hashes, and what else is at hand:
    its source, the PDF that a source of another kind was converted to, what pdftotext read, the
    tables that OCR made of pages, the pages burned again, and what the caller holds the values
    behind the report's hashes to be."""

    output: bytes
    report: Mapping[str, Any]
    key: bytes
    source: bytes | None = None
    converted: bytes | None = None
    poppler: Callable[[], str | None] | None = None
    tables: Mapping[int, str] | None = None
    again: Sequence[Mapping[str, Any]] | None = None
    clear: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The output's digest, in hex."""
        return hashlib.sha256(self.output).hexdigest()

    @cached_property
    def claims(self) -> said.Claims:
        """What the report says. Raises BadReport."""
        return said.read(self.report)

    @cached_property
    def structure(self) -> structure.Structure:
        """The file's objects. Raises Unreadable."""
        return structure.parse(self.output)

    @cached_property
    def contents(self) -> Sequence[bytes]:
        """Decoded content streams by page. Raises Unreadable, also when a page is asked for."""
        entries = objects.page_entries(self.structure, "Contents")
        return OnDemand(len(entries), lambda at: structure.inflate(entries[at].stream or b""))

    @cached_property
    def layers(self) -> Sequence[content.Content]:
        """The words of every page, by our own grammar. Raises as `contents`."""
        return OnDemand(len(self.contents), lambda at: content.parse(self.contents[at]))

    @cached_property
    def rows(self) -> frozenset[int]:
        """The rows of 256 codes that the pages' words use; the first has the space. Raises Unreadable."""
        return frozenset({0}).union(*map(content.rows, self.contents))

    @cached_property
    def search(self) -> Search:
        """The search for removed and kept values."""
        values = (*self.claims.removed, *self.claims.keeps)
        return Search.build(self.key, values, len(self.claims.pages), self.clear)

    @cached_property
    def removed(self) -> frozenset[bytes]:
        """Keyed hashes of every removed value."""
        return frozenset(bytes.fromhex(value.hmac) for value in self.claims.removed)

    @cached_property
    def looks(self) -> list[Look]:
        """What every page's pixels show, decoded one page at a time. Raises Unreadable."""
        images = objects.page_images(self.structure)
        if len(images) != len(self.claims.pages):
            raise structure.Unreadable("the report has another number of pages")
        found = []
        for page, image in zip(self.claims.pages, images, strict=True):
            found.append(self.look(page, *image))
            if page.n % EVERY_PAGES == 0:
                give_back()
        return found

    def look(self, page: said.ClaimedPage, image: Mapping[str, Any], data: bytes) -> Look:
        """One page's pixels judged. Raises Unreadable, TooMuch."""
        raster = decode(image, data, page)
        tokens = {f"[{box.label}]" for box in page.boxes}
        words = [word for word in self.layers[page.n - 1].words if word.text not in tokens]
        return Look(
            raster.faults,
            tuple(box_faults(page, raster)),
            words_over_dark(page, raster, words),
            in_bytes(self.search, raster.flat, self.removed),
            self.ink(page, raster),
        )

    def ink(self, page: said.ClaimedPage, raster: Raster) -> Ink | ReaderFailed | None:
        """One page's ink beside the source's, judged while its pixels are at hand."""
        try:
            if self.opened_source is None:
                return None
            drawn = self.opened_source.grey(page.n, ink.DPI)
            if page.boxes:
                self.opened_source.signs(page.n)  # asked for next, and dear to open the page again for
        except ReaderFailed as error:
            return error
        boxes = painted(page, raster.levels.shape)
        return ink.compare(drawn, raster.grey(), boxes, page.width_pt, page.height_pt)

    @cached_property
    def drawable(self) -> bytes | None:
        """The PDF that shows what the source shows, where it is at hand."""
        if self.converted is not None:
            return self.converted
        return self.source if self.source is not None and is_pdf(self.source) else None

    @cached_property
    def opened_source(self) -> Source | None:
        """The source as a PDF. Raises ReaderFailed."""
        return open_source(self.drawable)

    def survivors(self, page: said.ClaimedPage) -> Iterator[str]:
        """Readings of the source's text outside the boxes of one page. Raises ReaderFailed."""
        if self.opened_source is None:
            return iter([plain_text(self.source or b"")])
        return self.opened_source.readings(page)

    def table(self, n: int) -> str | None:
        """What OCR read on page n, as a table of words; None when nobody could read it.

        A caller whose cage forbids new processes has it read beforehand (`tables`).
        """
        if self.tables is not None:
            return self.tables.get(n)
        page = self.claims.pages[n - 1]
        image, data = objects.page_images(self.structure)[n - 1]
        return texts.tesseract(portable(without_boxes(image, data, page)), page.dpi)

    @cached_property
    def pdfplumber_texts(self) -> dict[int, str]:
        """Texts of a few pages by pdfplumber. Raises ReaderFailed."""
        return texts.pdfplumber_pages(self.output, pages_for_pdfplumber(self.sha256, len(self.claims.pages)))

    @cached_property
    def pdftotext_texts(self) -> list[str] | None:
        """Page texts by pdftotext, None where it is not installed. Raises ReaderFailed.

        `poppler` gives the text where it was begun beforehand.
        """
        text = texts.pdftotext(self.output) if self.poppler is None else self.poppler()
        return None if text is None else text.split("\f")[:-1]
