"""Box geometry, G1 to G6 of redaction.md 4.1: what a box may not tell by its shape (decision 0009).

A box on a line of text is an interval on that line (`Mark`) until the very end. Rules, in order:
1. what goes besides the hidden words: everything on the line whose place hangs on their width, up
   to the edge of a cell or column or the margin. Only a number whose form fixes its width lets the
   words behind its class width stand;
2. every word the box touches goes whole, in height as well (lines of two columns may stand between one
   another), and what that touches, without another step of the grid;
3. both ends move outward to the 36-pt grid, but stop beside the next word that stays;
4. boxes on one line less than 36 pt apart become one, then 2 and 3 again.
So where a box ends is told by the page's grid and margins and by words that everybody sees.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from redaction.decide import classes, ticks
from redaction.decide.columns import GRID_PT, alignment, column, grid_ceil, grid_floor, margins, pitch
from redaction.decide.lines import Layout, Segment, Shelf, bounds, core
from redaction.types import Box, MarkMode, Region

MERGE_PT = GRID_PT
PAD_PT = 1.0  # between a box and the word that stays beside it
LEAN_PT = 0.75  # a letter's cell may reach so far over the place where it is set
BELOW_PT = 40.0  # how far under its label a blank value may stand
FLAT_CELL_LINES = 3.0  # a table cell up to so many lines high is a value cell and goes whole


@dataclass(frozen=True, slots=True)
class Mark:
    """One box on one line. `left` and `right` are edges it may not pass unless a word it takes does."""

    x0: float
    x1: float
    y0: float
    y1: float
    mode: MarkMode
    keys: tuple[str, ...]
    left: float
    right: float

    @property
    def box(self) -> Box:
        """The rectangle."""
        return Box(self.x0, self.y0, self.x1, self.y1)


@dataclass(frozen=True, slots=True)
class Hit:
    """One piece of a finding that stands on one line. `fixed` is true when its form fixes its width;
    `labelled` when it stands behind a label, where a blank must look like a value."""

    cells: tuple[Box, ...]
    size: float
    type: str
    key: str
    fixed: bool = False
    labelled: bool = False


def mark(layout: Layout, hit: Hit, cell: Box | None = None) -> Mark:
    """The mark for one hit. `cell` is the table cell around it, if there is one too high to go whole."""
    box = bounds(hit.cells)
    segment = _segment(layout, box)
    left, right = column(layout, segment, box) if segment is not None else (0.0, layout.width)
    if cell is not None:
        left, right = max(left, min(cell.x0, box.x0)), min(right, max(cell.x1, box.x1))
    y0, y1 = _band(layout, segment, hit, (left, right))
    left, right = left + PAD_PT * (left > 0), right - PAD_PT * (right < layout.width)
    margin_left, margin_right = margins(layout)
    start, end, mode = box.x0, box.x1, MarkMode.LINE
    if hit.fixed:
        mode, least = MarkMode.CLASS, classes.class_width_pt(hit.type, hit.size) + LEAN_PT
        end = max(end, min(start + least, right))
        beside = [word.box for word in layout.between(y0, y1)]
        end = max([end, *(one.x1 for one in beside if one.x0 - PAD_PT < end < one.x1)])
    else:
        end = max(end, right if right < layout.width else margin_right)
        if segment is not None and alignment(layout, segment, box, (left, right)) != "left":
            start = min(start, left if left > 0 else min(margin_left, segment.box.x0))
    if hit.labelled:
        start = min(start, _behind_label(layout, segment, start))
    return settle(Mark(start, end, y0, y1, mode, (hit.key,), left, right), layout)


def around(box: Box, keys: tuple[str, ...], layout: Layout) -> Mark:
    """The mark for a word that hides nothing itself, but of which another mark would leave a part."""
    return settle(Mark(box.x0, box.x1, box.y0, box.y1, MarkMode.LINE, keys, 0.0, layout.width), layout)


def _segment(layout: Layout, box: Box) -> Segment | None:
    at = layout.line_at(box)
    line = layout.lines[at] if at is not None else ()
    return next((one for one in line if one.box.x0 < box.x1 and box.x0 < one.box.x1), None)


def _behind_label(layout: Layout, segment: Segment | None, start: float) -> float:
    """A blank after a label and a value further off begin at the same place."""
    if segment is None:
        return start
    words = [word for one in layout.lines[segment.line] for word in one.words]
    return max((word.box.x1 + PAD_PT for word in words if word.box.x1 <= start - PAD_PT), default=start)


def _band(
    layout: Layout, segment: Segment | None, hit: Hit, span: tuple[float, float]
) -> tuple[float, float]:
    """Top and bottom: the line's pitch (G5), told by words that stay where there are any."""
    box, band = bounds(hit.cells), bounds(map(core, hit.cells))
    middle = (box.y0 + box.y1) / 2
    up = down = 0.6 * hit.size
    if segment is not None:
        up, down = pitch(layout, segment, span)
        seen = [word.box for word in segment.words if word.box.x1 <= box.x0]
        if seen:
            middle = (seen[0].y0 + seen[0].y1) / 2
    return max(0.0, min(middle - up, band.y0)), min(layout.height, max(middle + down, band.y1))


def settle(given: Mark, layout: Layout) -> Mark:
    """The mark after rules 2 and 3: stable, so that settling it again changes nothing."""
    while True:
        words = layout.between(given.y0, given.y1)
        taken = [word for word in words if word.touches(given.box)]
        cores = [core for word in taken for core in word.cores]  # of a line between two of this one's, too
        wider = replace(
            given,
            x0=min([given.x0, *(word.box.x0 for word in taken)]),
            x1=max([given.x1, *(word.box.x1 for word in taken)]),
            y0=min([given.y0, *(core.y0 for core in cores)]),
            y1=max([given.y1, *(core.y1 for core in cores)]),
        )
        if wider == given:
            break
        given = wider
    kept = [word.box for word in words if not word.touches(given.box)]
    return replace(given, x0=_start(given, kept), x1=_end(given, kept, layout.width))


def _start(given: Mark, kept: Iterable[Box]) -> float:
    """Where the blank before the box ends: at a word that stays, at an edge or on the grid. Letters
    that lean out of their place by less than `LEAN_PT` do not move it."""
    before = max((box.x1 for box in kept if box.x0 < given.x0), default=0.0)
    edge = max(grid_floor(given.x0 + LEAN_PT), given.left, 0.0)
    for start in (max(edge, before + PAD_PT * (before > 0)), max(edge, before)):
        if start <= given.x0 + LEAN_PT:
            return start
    return given.x0


def _end(given: Mark, kept: Iterable[Box], width: float) -> float:
    behind = min((box.x0 for box in kept if box.x1 > given.x1), default=width)
    edge = min(grid_ceil(given.x1 - LEAN_PT), given.right, width)
    for end in (min(edge, behind - PAD_PT * (behind < width)), min(edge, behind)):
        if end >= given.x1 - LEAN_PT:
            return end
    return given.x1


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
    return Mark(
        min(first.x0, second.x0),
        max(first.x1, second.x1),
        min(first.y0, second.y0),
        max(first.y1, second.y1),
        mode,
        keys,
        min(first.left, second.left),
        max(first.right, second.right),
    )


def least_width(size_pt: float) -> float:
    """The narrowest box that may hide words of this size, whatever they are (G1)."""
    return classes.MIN_EMS * size_pt


def grow(box: Box, shelf: Shelf) -> Box:
    """The box around every word it touches, until it touches no other: for boxes that are not on a line."""
    while True:
        wider = box
        for word in shelf.touched(wider):
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
    whole += [region.box for region in check_boxes(box, regions)]
    cells = [region.box for region in regions if region.kind == "cell" and _holds_middle(region.box, box)]
    smallest = min(cells, key=lambda cell: cell.width * cell.height, default=None)
    if smallest is not None and smallest.height <= FLAT_CELL_LINES * line_height:
        whole.append(smallest)
        smallest = None
    return list(dict.fromkeys(whole)), smallest


def check_boxes(box: Box, regions: Iterable[Region]) -> list[Region]:
    """The check boxes that a box meets, with all others of their question."""
    small = [region for region in regions if ticks.is_small(region)]
    met = [region for region in small if region.box.meets(box)]
    return ticks.together(met, small, ticks.same_question) if met else []


def _holds_middle(cell: Box, box: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return cell.x0 <= x <= cell.x1 and cell.y0 <= y <= cell.y1


def value_place(regions: Iterable[Region], anchor: Box) -> Box | None:
    """The field or cell to the right of a label's end, else the one under it."""
    middle = (anchor.y0 + anchor.y1) / 2
    values = [region.box for region in regions if region.kind in ("field", "cell")]
    right = [box for box in values if box.x0 >= anchor.x1 - 2 and box.y0 <= middle <= box.y1]
    under = [
        box
        for box in values
        if anchor.y1 - 2 <= box.y0 <= anchor.y1 + BELOW_PT and box.x0 < anchor.x1 and anchor.x0 < box.x1
    ]
    if right:
        return min(right, key=lambda box: box.x0)
    return min(under, key=lambda box: box.y0) if under else None
