"""Words, lines and columns of a page, from the character cells of its texts.

All coordinates are points from the top left. Upright text running down the page is handled by
swapping the axes: `flip` turns a box, and every rule of geometry.py holds unchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from redaction.types import Box, PageText

CORE_LOW, CORE_HIGH = 0.3, 0.7  # the band of a cell that decides on which line a character stands
CORE_INSET = 0.1
SEGMENT_GAP_EMS = 1.8  # a wider gap may be a gutter
ALIGNED_PT = 2.0
STRETCH_EMS = 0.03  # of the size: word spaces this much wider than usual are justified ones
COLUMN_LINES = 3  # so many segments must share an edge to make a column of it


def core(cell: Box) -> Box:
    """The part of a cell that counts when it is asked whether a box touches it."""
    across, height = CORE_INSET * cell.width, cell.height
    return Box(cell.x0 + across, cell.y0 + CORE_LOW * height, cell.x1 - across, cell.y0 + CORE_HIGH * height)


def flip(box: Box) -> Box:
    """The box with its axes swapped."""
    return Box(box.y0, box.x0, box.y1, box.x1)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a space, with the cell of each."""

    cells: tuple[Box, ...]
    size: float
    box: Box

    def touches(self, box: Box) -> bool:
        """True when the core of any character meets the box."""
        return self.box.meets(box) and any(core(cell).meets(box) for cell in self.cells)

    @property
    def upright(self) -> bool:
        """True for text that runs down or up the page."""
        return stands(self.cells)

    def flipped(self) -> Word:
        """The word with its axes swapped."""
        return Word(tuple(flip(cell) for cell in self.cells), self.size, flip(self.box))


def stands(cells: Sequence[Box]) -> bool:
    """True when characters stand over one another. One character never does, narrow words do not."""
    first, last = cells[0], cells[-1]
    across = abs((first.x0 - last.x0) + (first.x1 - last.x1))  # exactly 0 for a cell and itself
    return abs((first.y0 - last.y0) + (first.y1 - last.y1)) > 2 * across


def bounds(cells: Iterable[Box]) -> Box:
    """The smallest box around all cells; there must be one."""
    first, *rest = cells
    for cell in rest:
        first = first.union(cell)
    return first


def words_of(text: PageText) -> list[Word]:
    """The words of one reading that have a place on the page."""
    words: list[Word] = []
    run: list[int] = []
    for at, char in enumerate(text.text[: len(text.cells)] + " "):
        cell = text.cells[at] if at < len(text.cells) else None
        if not char.isspace() and cell is not None:
            run.append(at)
        elif run:
            words.append(_word(text, run))
            run = []
    return words


def _word(text: PageText, run: Sequence[int]) -> Word:
    cells = tuple(cell for at in run if (cell := text.cells[at]) is not None)
    box = bounds(cells)
    sizes = [size for at in run if at < len(text.sizes) and (size := text.sizes[at])]
    return Word(cells, max(sizes) if sizes else box.height / 1.15, box)


@dataclass(slots=True)
class Segment:
    """Words of one line without a gutter between them."""

    words: list[Word]
    box: Box
    line: int

    @property
    def size(self) -> float:
        """Font size most of it has."""
        return Counter(round(word.size, 1) for word in self.words).most_common(1)[0][0]


@dataclass(slots=True)
class Layout:
    """Lines of one page and one direction, top to bottom; each a list of segments, left to right."""

    width: float
    height: float
    lines: list[list[Segment]] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)  # of all readings: what a box may touch

    @property
    def segments(self) -> list[Segment]:
        """All segments of the page."""
        return [segment for line in self.lines for segment in line]

    def margins(self) -> tuple[float, float]:
        """Left and right margin. The right one mirrors the left: it may not depend on hidden words."""
        left = min((segment.box.x0 for segment in self.segments), default=0.0)
        return max(0.0, left), min(self.width, max(self.width - left, left))

    def line_at(self, box: Box) -> int | None:
        """The line whose band holds the middle of the box."""
        middle = (box.y0 + box.y1) / 2
        near = [
            (abs(middle - (band.y0 + band.y1) / 2), at)
            for at, line in enumerate(self.lines)
            if (band := bounds(segment.box for segment in line)).y0 <= middle <= band.y1
        ]
        return min(near)[1] if near else None


def lay_out(width: float, height: float, main: Sequence[Word], others: Iterable[Word]) -> Layout:
    """Lines from the words of the main reading; the other readings only add words to touch."""
    layout = Layout(width, height, words=[*main, *others])
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


def column_edges(layout: Layout, segment: Segment) -> tuple[float | None, float | None]:
    """Where the column of a segment begins and ends, None where nothing stands beside it.

    An edge counts only when several lines share it: where a single neighbour stands may
    depend on the width of hidden words.
    """
    line = layout.lines[segment.line]
    at = line.index(segment)
    left = right = None
    if at > 0 and _sharing(layout, segment.box.x0, "x0") >= COLUMN_LINES:
        left = segment.box.x0 - 1
    for neighbour in line[at + 1 :]:
        if _sharing(layout, neighbour.box.x0, "x0") >= COLUMN_LINES:
            right = neighbour.box.x0 - 1
        elif _sharing(layout, neighbour.box.x1, "x1") >= COLUMN_LINES:
            shared = [
                other.box.x0
                for other in layout.segments
                if abs(other.box.x1 - neighbour.box.x1) <= ALIGNED_PT and other.box.x0 > segment.box.x1
            ]
            right = min(shared) - 1
        if right is not None:
            break
    return left, right


def _sharing(layout: Layout, value: float, side: str) -> int:
    lines = {
        segment.line
        for segment in layout.segments
        if abs(float(getattr(segment.box, side)) - value) <= ALIGNED_PT
    }
    return len(lines)


def neighbours(layout: Layout, segment: Segment, reach: int = 3) -> list[Segment]:
    """Segments above and below that share the column and stand within three lines' height."""
    near: list[Segment] = []
    for line in layout.lines[max(0, segment.line - reach) : segment.line + reach + 1]:
        for other in line:
            apart = abs(_middle(other.box) - _middle(segment.box))
            if (
                other.line != segment.line
                and other.box.x0 < segment.box.x1
                and segment.box.x0 < other.box.x1
                and apart < 3.2 * segment.size
            ):
                near.append(other)
    return near


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def alignment(layout: Layout, segment: Segment, hit: Box) -> str:
    """`left`, `justified`, `centred` or `right`, told as far as possible without the hidden words.

    Else the shape of the box would tell when a hidden word happens to end where another line does.
    """
    box = segment.box
    near = [other.box for other in neighbours(layout, segment)]
    same_left = [other for other in near if abs(other.x0 - box.x0) <= 1.5]
    if _stretched(layout, segment, hit) or any(
        abs(one.x1 - other.x1) <= 1.5 for at, one in enumerate(same_left) for other in same_left[:at]
    ):
        return "justified"
    if same_left or _sharing(layout, box.x0, "x0") >= COLUMN_LINES:
        return "left"
    if any(abs(other.x0 + other.x1 - box.x0 - box.x1) <= 3 for other in near):
        return "centred"
    if any(abs(other.x1 - box.x1) <= 1.5 for other in near):
        return "right"
    return _alone(layout, segment)


def _stretched(layout: Layout, segment: Segment, hit: Box) -> bool:
    """True when the visible words of the line stand further apart than words of this size do
    elsewhere: then their places tell how much room the hidden words took."""
    own = _gaps([word for word in segment.words if word.box.x1 <= hit.x0 or word.box.x0 >= hit.x1])
    usual = [
        min(gaps)
        for other in layout.segments
        if other is not segment
        and abs(other.size - segment.size) <= 0.5
        and len(gaps := _gaps(other.words)) > 1
    ]
    return bool(own and usual) and min(own) > min(usual) + STRETCH_EMS * segment.size


def _gaps(words: Sequence[Word]) -> list[float]:
    return [after.box.x0 - before.box.x1 for before, after in pairwise(words)]


def _alone(layout: Layout, segment: Segment) -> str:
    """A line without helpful neighbours is judged by the page."""
    box = segment.box
    if _sharing(layout, box.x0, "x0") >= 2:
        return "left"
    left, _ = layout.margins()
    if box.x0 > left + 18 and abs(box.x0 + box.x1 - layout.width) <= 4:
        return "centred"
    rightmost = max(other.box.x1 for other in layout.segments)
    if box.x0 > left + 18 and (box.x1 >= rightmost - ALIGNED_PT or _sharing(layout, box.x1, "x1") >= 2):
        return "right"
    return "left"


def pitch(layout: Layout, segment: Segment) -> tuple[float, float]:
    """How far a box on this line reaches above and below the line's middle, in points (G5)."""
    usual = 1.2 * segment.size
    middle = _middle(segment.box)
    gaps = [_middle(other.box) - middle for other in neighbours(layout, segment)]
    above = min((-gap for gap in gaps if gap < -0.3 * segment.size), default=usual)
    below = min((gap for gap in gaps if gap > 0.3 * segment.size), default=usual)
    line_pitch = min(above, below, 2 * usual) if gaps else usual
    return min(above, max(line_pitch, usual)) / 2, min(below, max(line_pitch, usual)) / 2
