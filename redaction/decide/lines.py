"""Words, lines and segments of a page, from the character cells of its texts.

All coordinates are points from the top left. Upright text running down the page is handled by
swapping the axes: `flip` turns a box, and every rule of geometry.py holds unchanged.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, zip_longest
from statistics import median

from redaction.types import Box, PageText

CORE_LOW, CORE_HIGH = 0.3, 0.7  # the band of a cell that decides on which line a character stands
CORE_INSET = 0.1
SEGMENT_GAP_EMS = 1.8  # a wider gap may be a gutter
BAND_PT = 16.0


def core(cell: Box) -> Box:
    """The part of a cell that counts when it is asked whether a box touches it."""
    across, height = CORE_INSET * (cell[2] - cell[0]), cell[3] - cell[1]
    return Box(cell[0] + across, cell[1] + CORE_LOW * height, cell[2] - across, cell[1] + CORE_HIGH * height)


def flip(box: Box) -> Box:
    """The box with its axes swapped."""
    return Box(box.y0, box.x0, box.y1, box.x1)


@dataclass(frozen=True)
class Word:
    """A run of characters without a space, with the cell of each."""

    cells: tuple[Box, ...]
    size: float
    box: Box
    text: str = ""

    @cached_property
    def cores(self) -> tuple[Box, ...]:
        """The core of each cell."""
        return tuple(map(core, self.cells))

    def touches(self, box: Box) -> bool:
        """True when the core of any character meets the box."""
        return self.box.meets(box) and any(one.meets(box) for one in self.cores)

    def on_line(self, y0: float, y1: float) -> bool:
        """True when the core of any character stands between two heights."""
        return (
            self.box.y0 < y1 and y0 < self.box.y1 and any(one.y0 < y1 and y0 < one.y1 for one in self.cores)
        )

    @property
    def upright(self) -> bool:
        """True for text that runs down or up the page."""
        return stands(self.cells)

    def flipped(self) -> Word:
        """The word with its axes swapped."""
        return Word(tuple(flip(cell) for cell in self.cells), self.size, flip(self.box), self.text)


def stands(cells: Sequence[Box]) -> bool:
    """True when characters stand over one another. One character never does, narrow words do not."""
    first, last = cells[0], cells[-1]
    across = abs((first.x0 - last.x0) + (first.x1 - last.x1))  # exactly 0 for a cell and itself
    return abs((first.y0 - last.y0) + (first.y1 - last.y1)) > 2 * across


def bounds(cells: Iterable[Box]) -> Box:
    """The smallest box around all cells; there must be one."""
    x0s, y0s, x1s, y1s = zip(*cells, strict=True)
    return Box(min(x0s), min(y0s), max(x1s), max(y1s))


def words_of(text: PageText) -> list[Word]:
    """The words of one reading that have a place on the page."""
    every, sizes = tuple(text.cells), tuple(text.sizes)  # asked for once: they may be kept packed
    words: list[Word] = []
    run: list[Box] = []
    for at, (char, cell) in enumerate(zip_longest(text.text[: len(every)] + " ", every)):
        if cell is not None and char is not None and not char.isspace():
            run.append(cell)
        elif run:
            words.append(_word(text.text[at - len(run) : at], tuple(run), sizes[at - len(run) : at]))
            run = []
    return words


def _word(text: str, cells: tuple[Box, ...], sizes: Sequence[float | None]) -> Word:
    box = bounds(cells)
    return Word(cells, max(filter(None, sizes), default=box.height / 1.15), box, text)


class Shelf:
    """Words by height, so that asking what stands at a height costs what stands there."""

    def __init__(self, words: Iterable[Word] = ()) -> None:
        self._words: list[Word] = []
        self._bands: dict[int, list[int]] = {}
        for word in words:
            self.add(word)

    def add(self, word: Word) -> None:
        """One word more."""
        for band in range(math.floor(word.box.y0 / BAND_PT), math.floor(word.box.y1 / BAND_PT) + 1):
            self._bands.setdefault(band, []).append(len(self._words))
        self._words.append(word)

    def between(self, y0: float, y1: float) -> list[Word]:
        """At least the words that stand between two heights, each once, in the order added."""
        found = {
            at
            for band in range(math.floor(y0 / BAND_PT), math.floor(y1 / BAND_PT) + 1)
            for at in self._bands.get(band, ())
        }
        return [self._words[at] for at in sorted(found)]

    def touched(self, box: Box) -> list[Word]:
        """The words with a character whose core meets the box."""
        return [word for word in self.between(box.y0, box.y1) if word.touches(box)]


@dataclass(eq=False)
class Segment:
    """Words of one line without a gutter between them."""

    words: list[Word]
    box: Box
    line: int

    @cached_property
    def size(self) -> float:
        """Font size most of it has; not asked before all its words are there."""
        return Counter(round(word.size, 1) for word in self.words).most_common(1)[0][0]

    @cached_property
    def gap(self) -> float | None:
        """The space between two of its words, as is usual in it; None for fewer than three words."""
        gaps = [after.box.x0 - before.box.x1 for before, after in pairwise(self.words)]
        return median(gaps) if len(gaps) > 1 else None

    @cached_property
    def shape(self) -> tuple[tuple[float, float], ...]:
        """Where each of its words begins and how wide it is, in whole points."""
        return tuple((round(word.box.x0), round(word.box.width)) for word in self.words)


@dataclass(eq=False)
class Layout:
    """Lines of one page and one direction, top to bottom; each a list of segments, left to right.

    `shelf` holds the words of all readings: what a box may touch. `secret` are the numbers of the
    lines on which something will be hidden: how long those are must not tell anything about others.
    """

    width: float
    height: float
    lines: list[list[Segment]] = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)
    secret: set[int] = field(default_factory=set)
    fixed: dict[tuple[Box, int, int], bool] = field(default_factory=dict)  # what `columns.fixed` has answered
    _between: dict[tuple[float, float], list[Word]] = field(default_factory=dict)

    @cached_property
    def extent(self) -> tuple[float, float]:
        """Where the first segment begins and the last one ends; there must be one."""
        box = bounds(segment.box for segment in self.segments)
        return box.x0, box.x1

    @cached_property
    def segments(self) -> list[Segment]:
        """All segments of the page."""
        return [segment for line in self.lines for segment in line]

    @cached_property
    def bands(self) -> list[Box]:
        """The box around each line."""
        return [bounds(segment.box for segment in line) for line in self.lines]

    def between(self, y0: float, y1: float) -> list[Word]:
        """The words of all readings that stand between two heights (`Word.on_line`); not to be changed."""
        known = self._between.get((y0, y1))
        if known is None:
            known = [word for word in self.shelf.between(y0, y1) if word.on_line(y0, y1)]
            self._between[y0, y1] = known
        return known

    def line_at(self, box: Box) -> int | None:
        """The line whose band holds the middle of the box."""
        middle = (box.y0 + box.y1) / 2
        near = [
            (abs(middle - (band.y0 + band.y1) / 2), at)
            for at, band in enumerate(self.bands)
            if band.y0 <= middle <= band.y1
        ]
        return min(near)[1] if near else None


def lay_out(width: float, height: float, main: Sequence[Word], others: Iterable[Word]) -> Layout:
    """Lines from the words of the main reading; the other readings only add words to touch."""
    layout = Layout(width, height, shelf=Shelf([*main, *others]))
    lines: list[list[Word]] = []
    for word in sorted(main, key=lambda word: (word.box.y0 + word.box.y1, word.box.x0)):
        home = next((line for line in reversed(lines[-6:]) if _same_line(line[-1], word)), None)
        if home is None:
            lines.append([word])
        else:
            home.append(word)
    lines.sort(key=lambda line: min(word.box.y0 for word in line))
    for at, line in enumerate(lines):
        line.sort(key=lambda word: word.box.x0)
        layout.lines.append(_segments(line, at))
    return layout


def _same_line(first: Word, second: Word) -> bool:
    top, bottom = max(first.box.y0, second.box.y0), min(first.box.y1, second.box.y1)
    return bottom - top >= 0.5 * min(first.box.height, second.box.height)


def _segments(line: Sequence[Word], at: int) -> list[Segment]:
    segments: list[Segment] = []
    for word in line:
        gap = SEGMENT_GAP_EMS * word.size
        if segments and word.box.x0 - segments[-1].box.x1 <= gap:
            segments[-1].words.append(word)
            segments[-1].box = segments[-1].box.union(word.box)
        else:
            segments.append(Segment([word], word.box, at))
    return segments
