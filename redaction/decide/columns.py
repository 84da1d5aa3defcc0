"""What on a line stands where it stands whatever the hidden words are: columns, margins, alignment.

Nothing here may be decided by the width of a hidden word, else the shape of a box would tell it.
So evidence is taken from other lines and from what stands before the hidden words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from statistics import median

from redaction.decide.lines import Layout, Segment, Word
from redaction.types import Box

GRID_PT = 36.0
ALIGNED_PT = 0.75  # edges this near are one edge
REACH_LINES = 6  # how far up and down a column looks for its like
EQUAL_ENDS_PT, SAME_END_PT = 1.0, 0.25
STRETCH_EMS = 0.03  # of the size: word spaces this much wider than usual are justified ones
NEAR_PITCHES = 3.2  # font sizes: lines further apart than three such lines are no neighbours
NEAR_LINES, FAR_LINES = 3, 9
FULL_WORDS = 3  # a line of fewer words shows nothing about word spaces


def grid_floor(x: float) -> float:
    """The last grid line at or before x."""
    return math.floor(round(x / GRID_PT, 6)) * GRID_PT


def grid_ceil(x: float) -> float:
    """The first grid line at or after x."""
    return math.ceil(round(x / GRID_PT, 6)) * GRID_PT


def margins(layout: Layout) -> tuple[float, float]:
    """Left and right margin on the grid. The right one mirrors the left, since it may not depend on
    hidden words; where any line of the page reaches further, it is the edge of the page."""
    if not layout.segments:
        return 0.0, layout.width
    first, furthest = layout.extent
    left, right = max(0.0, grid_floor(first + 1)), grid_ceil(layout.width - first - 1)
    return left, layout.width if right < furthest or right > layout.width else right


def column(layout: Layout, segment: Segment, hit: Box) -> tuple[float, float]:
    """Where the column of a segment begins and ends: 0 and the page's width where nothing that is
    fixed stands beside it. A long value may have grown together with the next column; what stands in
    several columns ends with the last of them."""
    line = layout.lines[segment.line]
    at = next(n for n, one in enumerate(line) if one is segment)
    last = max((n for n, one in enumerate(line) if n > at and one.box.x0 < hit.x1), default=at)
    ends = [other.box.x0 for other in line[last + 1 :] if fixed(layout, other.box, other.line)]
    ends += [
        word.box.x0
        for word in line[last].words
        if word.box.x0 >= hit.x1 and fixed(layout, word.box, segment.line, kinds=1)
    ]
    left = line[at - 1].box.x1 if at > 0 and fixed(layout, segment.box, segment.line) else 0.0
    return left, min(ends, default=layout.width)


def fixed(layout: Layout, box: Box, number: int, kinds: int = 3) -> bool:
    """True when a place on a line does not hang on what stands before it there.

    Two other lines near by must have a segment with the same left edge (or, among three `kinds`,
    right edge or middle) after texts that differ from one another: the same name in every row
    would push what follows it to the same place as well.
    """
    asked = (box, number, kinds)
    if asked not in layout.fixed:
        layout.fixed[asked] = _is_fixed(layout, box, number, kinds)
    return layout.fixed[asked]


def _is_fixed(layout: Layout, box: Box, number: int, kinds: int) -> bool:
    before: list[list[object]] = [[] for _ in range(kinds)]
    low, high = max(0, number - REACH_LINES), number + REACH_LINES + 1
    for line in layout.lines[low:high]:
        for at, other in enumerate(line):
            if other.line == number:
                continue
            for kind, apart in enumerate(_apart(other.box, box)[:kinds]):
                if apart <= ALIGNED_PT and (at > 0 or kind == 0):
                    before[kind].append(line[at - 1].shape if at else None)
    return any(any(one != shapes[0] for one in shapes) for shapes in before)


def _apart(first: Box, second: Box) -> tuple[float, float, float]:
    """How far left edges, right edges and middles lie from each other."""
    left, right = first.x0 - second.x0, first.x1 - second.x1
    return abs(left), abs(right), abs(left + right) / 2


def neighbours(
    layout: Layout, segment: Segment, span: tuple[float, float], reach: int = NEAR_LINES
) -> list[Segment]:
    """Segments above and below within the span and within the height of so many lines."""
    near: list[Segment] = []
    low, high = max(0, segment.line - reach), segment.line + reach + 1
    for line in layout.lines[low:high]:
        for other in line:
            apart = abs(_middle(other.box) - _middle(segment.box))
            if (
                other.line != segment.line
                and other.box.x0 < span[1]
                and span[0] < other.box.x1
                and apart < NEAR_PITCHES / NEAR_LINES * reach * segment.size
            ):
                near.append(other)
    return near


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def alignment(layout: Layout, segment: Segment, hit: Box, span: tuple[float, float]) -> str:
    """`left`, `justified`, `centred` or `right`, told as far as possible without the hidden words.

    Else the shape of the box would tell when a hidden word happens to end where another line does.
    """
    box = segment.box
    near = neighbours(layout, segment, span)
    for reach in (NEAR_LINES, FAR_LINES):  # lines with something to hide speak only where no others do
        seen = neighbours(layout, segment, span, reach)
        seen = [other for other in seen if other.line not in layout.secret]
        if len(seen) > 1:
            near = seen
            break
    if _stretched(layout, segment, hit) or _justified(layout, near):
        return "justified"
    middles = [other.box.x0 + other.box.x1 for other in near]
    mutual = any(
        abs(first.box.x0 - other.box.x0) > 3 and abs(one - another) <= 3
        for (first, one), (other, another) in combinations(zip(near, middles, strict=True), 2)
    )
    if mutual and any(abs(one - box.x0 - box.x1) <= 3 for one in middles):
        return "centred"  # its neighbours are centred, whatever its own left edge happens to be
    if any(abs(other.box.x0 - box.x0) <= 1.5 for other in near) or _at_left_of_column(layout, segment):
        return "left"
    if any(abs(one - box.x0 - box.x1) <= 3 for one in middles):
        return "centred"
    if any(abs(other.box.x1 - box.x1) <= 1.5 for other in near):
        return "right"
    return _alone(layout, segment)


def _at_left_of_column(layout: Layout, segment: Segment) -> bool:
    return len(_sharing(layout, segment.box.x0, "x0")) > 2


def _sharing(layout: Layout, value: float, side: str) -> set[int]:
    return {
        segment.line
        for segment in layout.segments
        if abs(float(getattr(segment.box, side)) - value) <= ALIGNED_PT
    }


def _justified(layout: Layout, near: Sequence[Segment]) -> bool:
    """True when two of these lines begin and end alike at the column's right edge and do so either
    exactly or by wider word spaces than the page has elsewhere."""
    furthest = max((other.box.x1 for other in near), default=0.0)
    full = [other for other in near if other.box.x1 >= furthest - EQUAL_ENDS_PT]
    for one, other in combinations(full, 2):
        if one.line == other.line or abs(one.box.x0 - other.box.x0) > 1.5:
            continue
        if min(len(one.words), len(other.words)) < FULL_WORDS:
            continue  # a cell of a table
        usual = _usual_gap(layout, one.size, ())
        spread = any(
            usual is None or median(_gaps(line.words)) > usual + STRETCH_EMS * one.size
            for line in (one, other)
        )
        if spread or abs(one.box.x1 - other.box.x1) <= SAME_END_PT:
            return True
    return False


def _stretched(layout: Layout, segment: Segment, hit: Box) -> bool:
    """True when the visible words of the line stand further apart than words of this size do
    elsewhere: then their places tell how much room the hidden words took."""
    before = _gaps([word for word in segment.words if word.box.x1 <= hit.x0])
    after = _gaps([word for word in segment.words if word.box.x0 >= hit.x1])
    usual = _usual_gap(layout, segment.size, (segment,))
    return (
        bool(before or after)
        and usual is not None
        and (median(before + after) > usual + STRETCH_EMS * segment.size)
    )


def _usual_gap(layout: Layout, size: float, without: Iterable[Segment]) -> float | None:
    """The word space of the tightest line of this size."""
    gaps = [
        other.gap
        for other in layout.segments
        if other.gap is not None and abs(other.size - size) <= 0.5 and other not in without
    ]
    return min(gaps, default=None)


def _gaps(words: Sequence[Word]) -> list[float]:
    return [after.box.x0 - before.box.x1 for before, after in pairwise(words)]


def _alone(layout: Layout, segment: Segment) -> str:
    """A line without helpful neighbours is judged by the page."""
    box = segment.box
    if len(_sharing(layout, box.x0, "x0")) > 1:
        return "left"
    left = min(other.box.x0 for other in layout.segments)
    if box.x0 > left + 18 and abs(box.x0 + box.x1 - layout.width) <= 4:
        return "centred"
    furthest = max((other.box.x1 for other in layout.segments if other is not segment), default=0.0)
    ends = [furthest, layout.width - left]
    if box.x0 > left + 18 and (
        any(abs(box.x1 - end) <= 2 for end in ends) or len(_sharing(layout, box.x1, "x1")) > 1
    ):
        return "right"
    return "left"


def pitch(layout: Layout, segment: Segment, span: tuple[float, float]) -> tuple[float, float]:
    """How far a box on this line reaches above and below the line's middle, in points (G5)."""
    usual = 1.2 * segment.size
    middle = _middle(segment.box)
    gaps = [_middle(other.box) - middle for other in neighbours(layout, segment, span)]
    above = min((-gap for gap in gaps if gap < -0.3 * segment.size), default=usual)
    below = min((gap for gap in gaps if gap > 0.3 * segment.size), default=usual)
    line_pitch = min(above, below, 2 * usual) if gaps else usual
    return min(above, max(line_pitch, usual)) / 2, min(below, max(line_pitch, usual)) / 2
