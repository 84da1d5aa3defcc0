"""The scratch copy: the pages of a run that have boxes, without the glyphs under them.

It is made page by page from the normalised file, checked against what PDFium read before, and
only ever rendered. A run is a few pages, so that memory does not grow with the file.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2 as pdfium

from redaction.burn import drop
from redaction.burn.fonts import Unreadable
from redaction.burn.measure import Numbers
from redaction.burn.page import Style, frame_of, style_of
from redaction.burn.paint import Frame
from redaction.burn.walk import Fonts
from redaction.burn.words import Words, reading
from redaction.burn.zones import Zones
from redaction.types import Box, PlannedBox

MOVED_PT = 0.15  # a kept character may not have moved further than this by the drop
ROWS_AT_ONCE = 512
PAGES_BEFORE_RENEWAL = 256  # both libraries keep what they once read for as long as a file is open
Boxes = Mapping[int, Sequence[PlannedBox]]


class Original:
    """The normalised file, open in both libraries; opened anew now and then to forget old pages."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open = ExitStack()
        self._since_renewal = 0
        self.drawn: pdfium.PdfDocument
        self.parsed: pikepdf.Pdf | None
        self._renew()
        self.pages = len(self.drawn)

    def __enter__(self) -> Original:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _renew(self) -> None:
        self._open.close()
        self.drawn = self._open.enter_context(pdfium.PdfDocument(self._data))
        self.parsed = None
        self._since_renewal = 0

    def passed(self, pages: int) -> None:
        """So many pages are done with: nothing of them will be asked for again."""
        self._since_renewal += pages
        if self._since_renewal >= PAGES_BEFORE_RENEWAL:
            self._renew()

    def copy(self, numbers: Collection[int]) -> pikepdf.Pdf:
        """A new file of these pages in order, with what decides which layers are visible."""
        if self.parsed is None:
            self.parsed = self._open.enter_context(pikepdf.open(io.BytesIO(self._data)))
        made = pikepdf.new()
        for n in sorted(numbers):
            made.pages.append(self.parsed.pages[n - 1])
        layers = self.parsed.Root.get("/OCProperties")
        if layers is not None:
            if not layers.is_indirect:
                layers = self.parsed.make_indirect(layers)
                self.parsed.Root.OCProperties = layers
            made.Root.OCProperties = made.copy_foreign(layers)
        return made


class Seen(NamedTuple):
    """A page after the drop: its words with every character measured, how it will be stored, and
    its measures in points and pixels."""

    words: Words
    style: Style
    frame: Frame


@dataclass(frozen=True, slots=True)
class Scratch:
    """A copy of some pages: `numbers` says which, in order, `seen` what PDFium sees on each.
    `refused` are those that could not be dropped and look as they did."""

    pdf: bytes
    numbers: tuple[int, ...]
    seen: Mapping[int, Seen]
    refused: frozenset[int]


def dropped(original: Original, boxes: Boxes, refused: Collection[int] = ()) -> Scratch:
    """The pages of `boxes`, with every page dropped that can be; `refused` are not tried again."""
    given_up = set(refused)
    before = {n: _words(original.drawn, n - 1) for n in boxes if n not in given_up}
    zones = {n: _zones(boxes[n], words) for n, words in before.items()}
    numbers = tuple(sorted(boxes))
    while True:
        pdf = _drop_pages(original, numbers, before, zones, given_up)
        with pdfium.PdfDocument(pdf) as copy:
            seen = {n: _seen(copy, at, boxes[n]) for at, n in enumerate(numbers)}
        tried = [n for n in numbers if n not in given_up]
        failed = {n for n in tried if not _as_wanted(before[n], seen[n].words, zones[n])}
        if failed:
            failed = _still_failed(original, failed, seen, before, zones)
        if not failed:
            return Scratch(pdf, numbers, seen, frozenset(given_up))
        given_up |= failed


def _still_failed(
    original: Original,
    failed: Collection[int],
    seen: Mapping[int, Seen],
    before: Mapping[int, Words],
    zones: Mapping[int, Zones],
) -> set[int]:
    """The pages that fail also against what PDFium reads once spoken texts (ActualText) are off:
    the drop takes those off everywhere, which is no harm."""
    given_up: set[int] = set()
    numbers = tuple(sorted(failed))
    plain = _drop_pages(original, numbers, before, dict.fromkeys(failed, Zones(())), given_up)
    with pdfium.PdfDocument(plain) as undropped:
        read = {n: _words(undropped, at) for at, n in enumerate(numbers)}
    return given_up | {n for n in failed if not _as_wanted(read[n], seen[n].words, zones[n])}


def _drop_pages(
    original: Original,
    numbers: Sequence[int],
    before: Mapping[int, Words],
    zones: Mapping[int, Zones],
    given_up: set[int],
) -> bytes:
    """A copy of these pages, dropped; pages that cannot be followed are added to `given_up`."""
    known: Fonts = {}
    with original.copy(numbers) as pdf:
        for at, n in enumerate(numbers):
            if n in given_up:
                continue
            try:
                drop.drop_page(pdf, pdf.pages[at], before[n].to_reader, zones[n], known)
            except Unreadable:
                given_up.add(n)
        out = io.BytesIO()
        pdf.save(out, static_id=True, compress_streams=False)
    return out.getvalue()


def _words(pdf: pdfium.PdfDocument, at: int) -> Words:
    page = pdf[at]
    try:
        with reading(page) as read:
            return read.every_char()
    finally:
        page.close()


def _seen(pdf: pdfium.PdfDocument, at: int, boxes: Sequence[PlannedBox]) -> Seen:
    page = pdf[at]
    try:
        with reading(page) as read:
            words = read.every_char()
        style = style_of(page, words, boxes)
        return Seen(words, style, frame_of(page, style))
    finally:
        page.close()


def _zones(boxes: Sequence[PlannedBox], words: Words) -> Zones:
    """The boxes, and every word that one of them touches: words go whole (G3). What lies in a box whole
    needs no zone of its own."""
    hidden = [planned.box for planned in boxes]
    gone = words.meeting(Zones(hidden))
    gone[gone] = ~_inside(words.cores()[gone], np.array(hidden))
    return Zones(hidden + [Box(*core) for core in words.rows.cores[words.rows_of(gone)].tolist()])


def _inside(rows: Numbers, boxes: Numbers) -> npt.NDArray[np.bool_]:
    """For each row (x0, y0, x1, y1) whether it lies in one of the boxes; so many rows at a time that it
    takes little memory."""
    inside = np.zeros(len(rows), np.bool_)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        x0, y0, x1, y1 = rows[first : first + ROWS_AT_ONCE].T[:, :, None]
        left, top, right, bottom = boxes.T[:, None, :]
        held = (left <= x0) & (top <= y0) & (x1 <= right) & (y1 <= bottom)
        inside[first : first + ROWS_AT_ONCE] = np.any(held, axis=1)
    return inside


def _as_wanted(before: Words, after: Words, zones: Zones) -> bool:
    """True when PDFium sees no hidden character any more, and every other where it was."""
    if zones.meeting(after.rows.cores).any():
        return False
    kept = np.flatnonzero(~zones.meeting(before.rows.cores))
    letters = before.letters
    return _same([letters[at] for at in kept], before.rows.origins[kept], after)


def _same(letters: Sequence[str], origins: Numbers, after: Words) -> bool:
    """The same characters at the same places, in whatever order."""
    others = after.letters
    if len(letters) != len(others):
        return False
    if "".join(letters) == others and (np.abs(origins - after.rows.origins) <= MOVED_PT).all():
        return True
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for letter, (x, y) in zip(others, after.rows.origins.tolist(), strict=True):
        places[letter].append((x, y))
    for letter, (x, y) in zip(letters, origins.tolist(), strict=True):
        near = places[letter]
        for at, (other_x, other_y) in enumerate(near):
            if abs(x - other_x) <= MOVED_PT and abs(y - other_y) <= MOVED_PT:
                del near[at]
                break
        else:
            return False
    return True
