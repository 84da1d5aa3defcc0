"""Box geometry, G1 to G6 of redaction.md 4.1: what a box may not tell by its shape.

A box on a line of text is an interval on that line (`Mark`) until the very end. Rules, in order:
1. class width from the start of the finding, or to the edge (line types, aligned lines);
2. both ends on the 36-pt grid, or at the edge of a cell or column that other lines share;
3. every word a box touches goes whole, then 2 again, until nothing changes;
4. boxes on one line less than 36 pt apart become one, then 2 and 3 again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from redaction.decide import classes
from redaction.decide.lines import (
    Layout,
    Segment,
    Word,
    alignment,
    bounds,
    column_edges,
    core,
    pitch,
)
from redaction.types import Box, MarkMode, Region

GRID_PT = 36.0
MERGE_PT = 36.0
PAD_PT = 1.0
CHECK_BOX_PT = 30.0  # a field larger than this is no check box
FLAT_CELL_LINES = 3.0  # a table cell up to so many lines high is a value cell and goes whole


@dataclass(frozen=True, slots=True)
class Mark:
    """One box on one line. `left` and `right` are edges it ends at instead of a grid line."""

    x0: float
    x1: float
    y0: float
    y1: float
    mode: MarkMode
    keys: tuple[str, ...]
    left: float | None = None
    right: float | None = None

    @property
    def box(self) -> Box:
        """The rectangle."""
        return Box(self.x0, self.y0, self.x1, self.y1)


def grid_floor(x: float) -> float:
    """The last grid line at or before x."""
    return math.floor(round(x / GRID_PT, 6)) * GRID_PT


def grid_ceil(x: float) -> float:
    """The first grid line at or after x."""
    return math.ceil(round(x / GRID_PT, 6)) * GRID_PT


def mark(
    layout: Layout, cells: Sequence[Box], size: float, type_: str, key: str, cell: Box | None = None
) -> Mark:
    """The mark for one piece of a finding that stands on one line.

    `size` is the font size in points, `cell` the table cell around it, if there is one that
    is too high to go whole.
    """
    hit = bounds(cells)
    segment = _segment(layout, hit, cells, size)
    up, down = pitch(layout, segment)
    middle = (hit.y0 + hit.y1) / 2
    band = bounds([core(one) for one in cells])
    y0, y1 = min(middle - up, band.y0), max(middle + down, band.y1)
    left, right = column_edges(layout, segment) if segment.line >= 0 else (None, None)
    if cell is not None:
        left, right = cell.x0, cell.x1
    margin_left, margin_right = layout.margins()
    width = classes.class_width_pt(type_, size)
    whole = segment.line >= 0 and alignment(layout, segment, hit) != "left"
    left = left if left is not None and left <= hit.x0 else None
    right = right if right is not None and right >= hit.x1 else None
    line_type = type_ in classes.LINE_TYPES
    start = _start(hit.x0 - PAD_PT, left)
    if whole:
        start = _start(min(start, margin_left, segment.box.x0), left)
    end = max(hit.x1 + (0 if whole else PAD_PT), start + width)
    if whole or line_type:
        end = max(end, margin_right, segment.box.x1)
    given = Mark(
        x0=start,
        x1=min(_end(end, right), layout.width),
        y0=max(0.0, y0),
        y1=min(layout.height, y1),
        mode=MarkMode.LINE if whole or line_type else MarkMode.CLASS,
        keys=(key,),
        left=left,
        right=right,
    )
    return settle(given, layout)


def _start(x: float, edge: float | None) -> float:
    return max(grid_floor(x), edge) if edge is not None else max(0.0, grid_floor(x))


def _end(x: float, edge: float | None) -> float:
    return min(grid_ceil(x), edge) if edge is not None else grid_ceil(x)


def _segment(layout: Layout, hit: Box, cells: Sequence[Box], size: float) -> Segment:
    at = layout.line_at(hit)
    if at is not None:
        meeting = [one for one in layout.lines[at] if one.box.x0 < hit.x1 and hit.x0 < one.box.x1]
        if meeting:
            return meeting[0]
    return Segment([Word(tuple(cells), size, hit)], hit, -1)


def settle(given: Mark, layout: Layout) -> Mark:
    """The mark after rules 2 and 3: stable, so that settling it again changes nothing."""
    words = [word for word in layout.words if _on_line(word, given)]
    while True:
        wider = _to_edges(_swallow(given, words), layout.width)
        if wider == given:
            return given
        given = wider


def _on_line(word: Word, given: Mark) -> bool:
    return any(one.y0 < given.y1 and given.y0 < one.y1 for one in map(core, word.cells))


def _to_edges(given: Mark, width: float) -> Mark:
    """Ends on the grid or at an edge. A word that reached over an edge shows that it was none."""
    left = given.left if given.left is not None and given.left <= given.x0 else None
    right = given.right if given.right is not None and given.right >= given.x1 else None
    x0, x1 = max(0.0, _start(given.x0, left)), min(_end(given.x1, right), width)
    at_edge = x0 % GRID_PT != 0 or (x1 % GRID_PT != 0 and x1 != width)
    mode = MarkMode.LINE if at_edge else given.mode
    return replace(given, x0=x0, x1=x1, left=left, right=right, mode=mode)


def _swallow(given: Mark, words: Iterable[Word]) -> Mark:
    """The mark around every word it touches."""
    x0, x1 = given.x0, given.x1
    for word in words:
        if word.touches(given.box):
            x0, x1 = min(x0, word.box.x0), max(x1, word.box.x1)
    return replace(given, x0=x0, x1=x1)


def merge(marks: Iterable[Mark], layout: Layout) -> list[Mark]:
    """No two marks on one line are less than 36 pt apart (rule 4)."""
    pending = sorted(marks, key=lambda one: (one.y0, one.x0))
    done: list[Mark] = []
    while pending:
        first = pending.pop(0)
        partner = next((other for other in done if _close(first, other)), None)
        if partner is None:
            done.append(first)
            continue
        done.remove(partner)
        pending.insert(0, settle(_union(partner, first), layout))
    return sorted(done, key=lambda one: (one.y0, one.x0))


def _close(first: Mark, second: Mark) -> bool:
    shared = min(first.y1, second.y1) - max(first.y0, second.y0)
    if shared < 0.5 * min(first.y1 - first.y0, second.y1 - second.y0):
        return False
    gap = max(first.x0, second.x0) - min(first.x1, second.x1)
    return gap < MERGE_PT


def _union(first: Mark, second: Mark) -> Mark:
    keys = first.keys + tuple(key for key in second.keys if key not in first.keys)
    mode = MarkMode.CLASS if first.mode == second.mode == MarkMode.CLASS else MarkMode.LINE
    leftmost = min(first, second, key=lambda one: one.x0)
    rightmost = max(first, second, key=lambda one: one.x1)
    return Mark(
        leftmost.x0,
        rightmost.x1,
        min(first.y0, second.y0),
        max(first.y1, second.y1),
        mode,
        keys,
        leftmost.left,
        rightmost.right,
    )


def least_width(size_pt: float) -> float:
    """The narrowest box that may hide words of this size, whatever they are (G1)."""
    return classes.MIN_EMS * size_pt


def grow(box: Box, words: Iterable[Word]) -> Box:
    """The box around every word it touches, until it touches no other: for boxes that are not on a line."""
    words = list(words)
    while True:
        wider = box
        for word in words:
            if word.touches(wider):
                wider = wider.union(word.box)
        if wider == box:
            return box
        box = wider


def value_cells(box: Box, regions: Iterable[Region], line_height: float) -> tuple[list[Box], Box | None]:
    """What a form finding takes (G6): the boxes to hide whole, and a high cell that only bounds.

    A field goes whole, and with a small one (a check box) its whole group. A table cell goes
    whole when it is at most three lines high; a higher one, such as a narrative, bounds the line.
    """
    regions = list(regions)
    whole: list[Box] = []
    for region in regions:
        if region.kind == "field" and region.box.meets(box):
            whole.append(region.box)
            whole += [other.box for other in regions if _same_group(region, other)]
    cells = [region.box for region in regions if region.kind == "cell" and _holds_middle(region.box, box)]
    smallest = min(cells, key=lambda cell: cell.width * cell.height, default=None)
    if smallest is not None and smallest.height <= FLAT_CELL_LINES * line_height:
        whole.append(smallest)
        smallest = None
    return list(dict.fromkeys(whole)), smallest


def _same_group(region: Region, other: Region) -> bool:
    """A group of check boxes, not the common parent of larger fields."""
    small = max(region.box.width, region.box.height, other.box.width, other.box.height) <= CHECK_BOX_PT
    return small and other.kind == "field" and bool(region.group) and region.group == other.group


def _holds_middle(cell: Box, box: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return cell.x0 <= x <= cell.x1 and cell.y0 <= y <= cell.y1
