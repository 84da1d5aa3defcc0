"""Cells of a table whose end is cut off on the page, or that are just wide enough for their words."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from redaction.types import Box, PageText

LINE_END = -1  # in the order of characters
APART = 0.2  # of the font size: words stand further apart than what touches only by being cut off
TOUCHING = 0.22  # of the letter's height: neither a gap nor an overlap above it
CLEAR = 0.75  # of the font size: wider than between words, also of a typewriter's font or of a justified line
ALIGNED = 0.15  # points: cells of one column start at one place, written with different digits
OTHERS = 2  # cells that end, or have their middle, where this one has; to start there, one is enough


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters that one operator of the file draws: places in the order, their ends on the page."""

    first: int
    line: int
    touches: bool  # the character before it, of another run on the same line
    room: float | None  # room to what is before it, in its font size; None where the line begins
    left: float
    right: float
    middle: float  # of its height
    height: float


def cell_starts(
    order: Sequence[int],
    owners: Sequence[int | None],
    letters: Sequence[str],
    boxes: Sequence[Box],
    sizes: Sequence[float],
    level: Sequence[bool],
) -> frozenset[int]:
    """The characters that begin a cell of a table though they touch the letter or digit before them.

    `order` gives the characters as they are read, -1 for a line end of ours, -2 for a blank; of each
    character the text object that drew it, its letter, box, size, and whether it runs from left to right.
    A table that leaves no room between its columns writes its widest values without a gap, in any
    case, as one word. They are drawn one by one, though, and each begins (or ends, or has its middle)
    where other values of its column do, which stand clear of what is before them. All of it is asked
    for: some writers draw each letter or some letters of a word by themselves, and a page of sentences
    has words that begin at any place. A line most of whose pieces touch elsewhere is of such a writer.
    """
    runs = _runs(order, owners, letters, boxes, sizes, level)
    touching = [run for run in runs if run.touches]
    if not touching:
        return frozenset()
    inner = [run for run in runs if run.room is not None and run.room > CLEAR]
    leading = [run for run in runs if run.room is None]  # lines of a text end at one place as well
    lists = [
        (wanted, place, sorted((place(run), run.middle) for run in columns))
        for wanted, place, columns in (
            (1, lambda run: run.left, [*inner, *leading]),
            (OTHERS, lambda run: run.right, inner),
            (OTHERS, lambda run: (run.left + run.right) / 2, inner),
        )
    ]
    cells = [
        run
        for run in touching
        if any(_at(place(run), run, places) >= wanted for wanted, place, places in lists)
    ]
    of_lines, cells_of = Counter(run.line for run in touching), Counter(run.line for run in cells)
    return frozenset(run.first for run in cells if 2 * cells_of[run.line] >= of_lines[run.line])


def _runs(
    order: Sequence[int],
    owners: Sequence[int | None],
    letters: Sequence[str],
    boxes: Sequence[Box],
    sizes: Sequence[float],
    level: Sequence[bool],
) -> list[_Run]:
    edges = [
        n
        for n, at in enumerate(order)
        if at >= 0 and (n == 0 or order[n - 1] < 0 or owners[at] != owners[order[n - 1]])
    ]
    runs = []
    line = 0
    for n, end in pairwise([*edges, len(order)]):
        line += n > 0 and order[n - 1] == LINE_END
        last = end - 1
        while last > n and order[last] < 0:
            last -= 1
        first = order[n]
        if owners[first] is None or not level[first]:
            continue
        box, ends = boxes[first], boxes[order[last]]
        before = order[n - 1] if n else LINE_END
        runs.append(
            _Run(
                first,
                line,
                before >= 0 and level[before] and _touch(letters, boxes, before, first),
                _room(order, n, letters, boxes, sizes[first]),
                box.x0,
                ends.x1,
                (box.y0 + box.y1) / 2,
                box.height,
            )
        )
    return runs


def _room(
    order: Sequence[int], n: int, letters: Sequence[str], boxes: Sequence[Box], size: float
) -> float | None:
    """The room to the letter before it on the line, in the font size; None where a line begins."""
    at = n - 1
    while at >= 0 and order[at] != LINE_END and (order[at] < 0 or letters[order[at]] == " "):
        at -= 1
    if at < 0 or order[at] == LINE_END:
        return None
    left, right = boxes[order[at]], boxes[order[n]]
    same_line = left.y0 < right.y1 and right.y0 < left.y1
    return (right.x0 - left.x1) / max(size, 1.0) if same_line else None


def _touch(letters: Sequence[str], boxes: Sequence[Box], before: int, at: int) -> bool:
    left, right = boxes[before], boxes[at]
    return (
        letters[before].isalnum()
        and letters[at].isalnum()
        and abs(right.x0 - left.x1) <= TOUCHING * right.height
        and left.y0 < right.y1
        and right.y0 < left.y1
    )


def _at(place: float, run: _Run, places: Sequence[tuple[float, float]]) -> int:
    """How many runs of other lines stand there, as far as anybody wants to know."""
    found = 0
    for at in range(bisect_left(places, (place - ALIGNED, 0.0)), len(places)):
        other, middle = places[at]
        if other > place + ALIGNED or found == OTHERS:
            break
        found += abs(middle - run.middle) > run.height / 2
    return found


def with_cut_cells(page_text: PageText, laid_out: str) -> str:
    """`laid_out` (as long as the text) with a tab for each blank of ours between two characters that
    stand nearer than words do, or one in the other: that is how cells meet (`glyphs.begins_cell`)."""
    cells, sizes = page_text.cells, page_text.sizes
    if len(cells) != len(laid_out) or len(sizes) != len(laid_out) or " " not in laid_out:
        return laid_out
    out = list(laid_out)
    for at in range(1, len(out) - 1):
        left, right = cells[at - 1], cells[at + 1]
        if out[at] != " " or cells[at] is not None or left is None or right is None:
            continue
        if right.x0 - left.x1 < APART * (sizes[at - 1] or 0.0):
            out[at] = "\t"
    return "".join(out)
