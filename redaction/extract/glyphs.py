"""Characters as the engines give them, and how they become lines of text.

Pure functions. Boxes are in points from the top left of the page as seen.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from redaction.types import Box, PageText, TextSource

REPLACEMENT = "\ufffd"
SPACE_GAP = 0.22  # of the font size: a wider gap ends a word
ENTANGLED = 0.22  # of it: letters of two texts stand so far in one another, those of one do not
CUT_OFF = 0.4  # a character that begins so far inside the one before belongs to another cell
CUT_SHORT = 0.04  # the same where a capital or a digit follows a letter: no pair is moved together so far
NEXT_CELL = 0.1  # a gap between these two: a cell that is just wide enough for its word
OVERPRINT = 8  # of the same letters before it are looked at
SAME_LINE = 0.5  # of the smaller height: closer middles share a line


@dataclass(slots=True)
class Glyph:
    """One drawn character. `text` may be several code points (a ligature), U+FFFD if unmapped.
    `hidden` by the way it is drawn, whatever the page shows there."""

    text: str
    box: Box
    size: float
    upright: bool = True
    mapped: bool = True
    hidden: bool = False
    light: bool = False  # drawn in white or nearly so


@dataclass(frozen=True, slots=True)
class Frame:
    """Turns coordinates of a page's own space into points from the top left as seen."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        """(width, height) as seen."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """ISO 32000-1 table 30: /Rotate turns the page clockwise when shown."""
        u, v = x - self.left, y - self.bottom
        width, height = self.right - self.left, self.top - self.bottom
        if self.rotation == 90:
            return v, u
        if self.rotation == 180:
            return width - u, v
        if self.rotation == 270:
            return height - v, width - u
        return u, height - v

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The rectangle between two corners, whatever their order."""
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def boxes(self, corners: NDArray[np.float64]) -> NDArray[np.float64]:
        """As `box`, for many rectangles: one row x0, y0, x1, y1 each."""
        u, v = corners[:, ::2] - self.left, corners[:, 1::2] - self.bottom
        width, height = self.right - self.left, self.top - self.bottom
        x, y = {
            90: (v, u),
            180: (width - u, v),
            270: (height - v, width - u),
        }.get(self.rotation, (u, height - v))
        return np.column_stack([x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)])


@lru_cache(maxsize=8192)
def is_mapped(text: str) -> bool:
    """False for what stands for "no idea": U+FFFD, controls, private use, pdfminer's (cid:n)."""
    if not text or text.startswith("(cid:"):
        return False
    return not any(unicodedata.category(c) in ("Co", "Cc", "Cn", "Cs") or c == REPLACEMENT for c in text)


def to_lines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Rows from top to bottom, each from left to right; turned text follows, as it was drawn."""
    rows: list[list[Glyph]] = []
    upright = [g for g in glyphs if g.upright]
    for glyph in sorted(upright, key=lambda g: (g.box.y0 + g.box.y1, g.box.x0)):
        if rows and _on_line(rows[-1], glyph):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    order: dict[int, int] = {}
    for at, row in enumerate(rows):
        row.sort(key=lambda g: g.box.x0)
        if any(_overlap(one, other) > ENTANGLED for one, other in pairwise(row)):
            order = order or {id(glyph): n for n, glyph in enumerate(glyphs)}
            rows[at] = _cell_by_cell(sorted(row, key=lambda g: order[id(g)]))
    return rows + _turned_runs([g for g in glyphs if not g.upright])


def _on_line(row: list[Glyph], glyph: Glyph) -> bool:
    _, first_y0, _, first_y1 = row[0].box
    _, y0, _, y1 = glyph.box
    room = SAME_LINE * max(1.0, min(first_y1 - first_y0, y1 - y0))
    return abs((y0 + y1) / 2 - (first_y0 + first_y1) / 2) < room


def _overlap(before: Glyph, glyph: Glyph) -> float:
    """How far a character begins inside the one before it, counted in its size; below 0 for a gap."""
    return (before.box.x1 - glyph.box.x0) / max(1.0, glyph.size)


def _cell_by_cell(row: Sequence[Glyph]) -> list[Glyph]:
    """A row whose texts run into each other (a cell's end is cut off on the page, not in the file):
    what was drawn in one go stays together, instead of letter by letter between the others."""
    runs: list[list[Glyph]] = []
    for glyph in row:
        if runs and abs(_overlap(runs[-1][-1], glyph)) <= ENTANGLED:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return [glyph for run in sorted(runs, key=lambda run: run[0].box.x0) for glyph in run]


def begins_cell(before: str, its_box: Box, letter: str, box: Box, size: float) -> bool:
    """True for two letters or digits of level text, drawn one after the other on a line, that touch
    and stand in two cells of a table all the same."""
    overlap = (its_box.x1 - box.x0) / max(1.0, size)
    if -NEXT_CELL <= overlap <= CUT_SHORT or not (before.isalnum() and letter.isalnum()):
        return False
    if _runs_left(before) or _runs_left(letter):
        return False
    if overlap > CUT_OFF:
        return box.x0 != its_box.x0  # the letters of a ligature share one place
    return before[-1].islower() and (letter[0].isupper() or letter[0].isdigit())


def _runs_left(letter: str) -> bool:
    return unicodedata.bidirectional(letter[0]) in ("R", "AL")


def _turned_runs(glyphs: list[Glyph]) -> list[list[Glyph]]:
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if runs and _distance(runs[-1][-1].box, glyph.box) < 1.5 * max(1.0, glyph.size):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def _distance(a: Box, b: Box) -> float:
    """Gap between two boxes, 0 when they touch."""
    ax0, ay0, ax1, ay1 = a
    bx0, by0, bx1, by1 = b
    return max(0.0, bx0 - ax1, ax0 - bx1, by0 - ay1, ay0 - by1)


class TextBuilder:
    """Collects characters with their boxes; keeps one space between words, one line end
    between lines, none at the edges."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._cells: list[Box | None] = []
        self._sizes: list[float | None] = []

    def add(self, text: str, box: Box | None, size: float | None) -> None:
        """One glyph; the box of a ligature is shared out evenly among its code points."""
        if text.isspace():
            self.separate(" ", box, size)
            return
        if len(text) == 1:
            self._put(text, box, size)
            return
        width = 0.0 if box is None else box.width / len(text)
        for i, character in enumerate(text):
            part = None
            if box is not None:
                part = Box(box.x0 + i * width, box.y0, box.x0 + (i + 1) * width, box.y1)
            self._put(character, part, size)

    def separate(self, mark: str, box: Box | None = None, size: float | None = None) -> None:
        """A space or a line end; a line end replaces a space before it."""
        if not self._text:
            return
        if self._text[-1] in " \n":
            if mark == "\n" and self._text[-1] == " ":
                self._text[-1], self._cells[-1], self._sizes[-1] = "\n", None, None
            return
        self._put(mark, box if mark == " " else None, size if mark == " " else None)

    def build(self, source: TextSource, page: int | None) -> PageText:
        """The text so far."""
        end = len(self._text)
        while end and self._text[end - 1] in " \n":
            end -= 1
        return PageText(
            source, page, "".join(self._text[:end]), tuple(self._cells[:end]), tuple(self._sizes[:end])
        )

    def _put(self, character: str, box: Box | None, size: float | None) -> None:
        self._text.append(character)
        self._cells.append(box)
        self._sizes.append(size)


def lines_to_text(rows: Iterable[Sequence[Glyph]], source: TextSource, page: int) -> PageText:
    """Reading-order text of rows of glyphs, with a box and a font size per code point."""
    builder = TextBuilder()
    for row in rows:
        before: Glyph | None = None
        for glyph in row:
            if before is not None and (
                _distance(before.box, glyph.box) > SPACE_GAP * max(1.0, glyph.size)
                or (
                    before.upright
                    and glyph.upright
                    and begins_cell(before.text, before.box, glyph.text, glyph.box, glyph.size)
                )
            ):
                builder.separate(" ")
            text = glyph.text if glyph.mapped else REPLACEMENT
            builder.add(text, glyph.box, glyph.size)
            before = glyph
        builder.separate("\n")
    return builder.build(source, page)


def without_overprint(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs without those drawn again within a point of the same place (fake bold)."""
    seen: dict[str, deque[tuple[float, float]]] = defaultdict(lambda: deque(maxlen=OVERPRINT))
    kept = []
    for glyph in glyphs:
        same = seen[glyph.text]
        x, y = glyph.box[0], glyph.box[1]
        for left, top in same:
            if -1 < left - x < 1 and -1 < top - y < 1:
                break
        else:
            same.append((x, y))
            kept.append(glyph)
    return kept


def disagreement(a: Iterable[str], b: Iterable[str]) -> float:
    """Share of characters that only one of two readings has, whatever their order: 0 to 1.

    Compared after NFKC and case folding, without spaces and soft hyphens.
    """
    counts = [_countable(texts) for texts in (a, b)]
    largest = max(counts[0].total(), counts[1].total())
    if largest == 0:
        return 0.0
    extra = max((counts[0] - counts[1]).total(), (counts[1] - counts[0]).total())
    return extra / largest


def _countable(texts: Iterable[str]) -> Counter[str]:
    joined = unicodedata.normalize("NFKC", "".join(texts)).casefold()
    return Counter(c for c in joined if not c.isspace() and c not in "\u00ad\u2010\u2011-")
