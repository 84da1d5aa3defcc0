"""The invisible text layer: surviving words on a 6-pt grid, one constant token per box (G8).

No glyph is placed by the width of another one, so the layer tells no more than the picture.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from redaction.burn.content import PlacedWord
from redaction.burn.font import CELL_HEIGHT_PT, CHAR_ADVANCE_PT
from redaction.types import Box, PlannedBox

GRID_PT = 6
BESIDE_PT = 72.0  # a word further left than this belongs to another column
LONGEST_WORD = 100  # a longer run is written as several words
_REACH = 60  # grid steps to look around
_RIGHT, _LEFT, _ROW = 2, 3, 5  # what a step costs: a word stays on its line while that is near


@cache
def _around() -> list[tuple[int, int]]:
    """(rows, columns) around a place, nearest first."""
    across = range(-_REACH, _REACH + 1)
    down = range(-_REACH * _RIGHT // _ROW, _REACH * _RIGHT // _ROW + 1)
    steps = [(y, x) for y in down for x in across]
    return sorted(steps, key=lambda step: (_cost(*step), step))


def _cost(rows: int, columns: int) -> int:
    return _ROW * abs(rows) + (_RIGHT * columns if columns >= 0 else -_LEFT * columns)


class _Sheet:
    """What stands where on one page. Rows and columns count grid steps from the bottom left."""

    def __init__(self, width_pt: float, height_pt: float, boxes: Sequence[Box]) -> None:
        self._width, self._height = width_pt, height_pt
        self._taken: dict[int, list[tuple[float, float]]] = defaultdict(list)
        self._end: dict[int, float] = {}  # of what is taken in a row
        self._hidden: dict[int, list[tuple[float, float]]] = defaultdict(list)  # by the row of a cell
        for box in boxes:
            low, high = height_pt - box.y1, height_pt - box.y0
            for row in range(math.floor(low / GRID_PT) - 1, math.ceil(high / GRID_PT) + 1):
                if row * GRID_PT < high and low < row * GRID_PT + CELL_HEIGHT_PT:
                    self._hidden[row].append((box.x0, box.x1))

    def put(self, text: str, x_pt: float, y_pt: float, within: Box | None = None) -> PlacedWord | None:
        """The free place nearest to the point; inside `within` for a token. None when the page is full."""
        column, row = math.floor(x_pt / GRID_PT + 1e-6), round(y_pt / GRID_PT)
        length = CHAR_ADVANCE_PT * (len(text) + 1)
        for rows, columns in _around():
            left, base = (column + columns) * GRID_PT, (row + rows) * GRID_PT
            if self._free(left, base, length, within):
                self._taken[row + rows].append((left, left + length))
                self._end[row + rows] = max(self._end.get(row + rows, 0.0), left + length)
                return PlacedWord(left, base, text)
        return None

    def _free(self, left: int, base: int, length: float, within: Box | None) -> bool:
        right = left + length
        if left < 0 or base < 0 or right > self._width or base + CELL_HEIGHT_PT > self._height:
            return False
        row = base // GRID_PT
        if left < self._end.get(row, 0.0) and any(
            left < end and start < right for start, end in self._taken[row]
        ):
            return False
        if within is not None:
            low, high = self._height - within.y1, self._height - within.y0
            return within.x0 <= left <= within.x1 and low <= base <= high
        return row not in self._hidden or not any(
            left < end and start < right for start, end in self._hidden[row]
        )


class Kept(NamedTuple):
    """A surviving word and where it begins on its baseline, in points from the top left."""

    text: str
    x: float
    y: float


def lay_out(
    width_pt: float,
    height_pt: float,
    words: Sequence[Kept],
    bounds: Sequence[Box],
    boxes: Sequence[PlannedBox],
) -> tuple[list[PlacedWord], int]:
    """The page's words in reading order, each box's token after the word before it; and the number of words.

    `words` must be the surviving ones: none meets a box; `bounds` are their boxes, needed only
    where there are `boxes`. On a page too full for the grid a word is left out of the layer (it
    stays in the picture): overlapping cells would make readers swap letters.
    """
    sheet = _Sheet(width_pt, height_pt, [planned.box for planned in boxes])
    before = _Before(bounds)
    behind: dict[int, list[PlacedWord]] = defaultdict(list)  # tokens by the word they follow, -1 at the start
    for planned in boxes:
        at, beside = before.of(planned.box)
        base = height_pt - words[at].y if beside else None
        behind[at].append(_token(sheet, planned, height_pt, base))
    placed = list(behind[-1])
    count = 0
    for number, (text, x, y) in enumerate(words):
        for start in range(0, len(text), LONGEST_WORD):
            piece = sheet.put(text[start : start + LONGEST_WORD], x, height_pt - y)
            if piece is not None:
                placed.append(piece)
                count += 1
        if number in behind:
            placed += behind[number]
    return placed, count


class _Before:
    """Finds the word a reader comes from to a box; words by height, so that asking costs a line."""

    def __init__(self, words: Sequence[Box]) -> None:
        self._words = words
        self._by_middle = sorted(((word.y0 + word.y1) / 2, at) for at, word in enumerate(words))
        self._from_below = sorted(
            ((round(word.y1), word.x1, at) for at, word in enumerate(words)), reverse=True
        )

    def of(self, box: Box) -> tuple[int, bool]:
        """The word, and whether it stands on the same line: to the left of the box, else the last one of
        the line above it. (-1, False) when there is none."""
        first = bisect_right(self._by_middle, (box.y0, math.inf))
        last = bisect_left(self._by_middle, (box.y1, -1))
        line = (at for _, at in self._by_middle[first:last])
        left = [(x1, at) for at in line if box.x0 - BESIDE_PT < (x1 := self._words[at].x1) <= box.x0 + 1]
        if left:
            return max(left)[1], True
        for _, _, at in self._from_below:
            word = self._words[at]
            if (word.y0 + word.y1) / 2 <= box.y0 and word.x0 < box.x1 and box.x0 < word.x1:
                return self._end_of_line(at), False
        return -1, False

    def _end_of_line(self, at: int) -> int:
        """The last of the words that follow this one in reading order on its line: a token between them
        would cut a value that stays in two."""
        for follower in range(at + 1, len(self._words)):
            word, next_word = self._words[at], self._words[follower]
            middle = (next_word.y0 + next_word.y1) / 2
            if next_word.x0 < word.x0 or not word.y0 < middle < word.y1:
                break
            at = follower
        return at


def _token(sheet: _Sheet, planned: PlannedBox, height_pt: float, base: float | None) -> PlacedWord:
    """The token in its box, on the baseline of the line it stands on where that is known."""
    text, box = f"[{planned.label}]", planned.box
    x = box.x0 + GRID_PT - 0.01
    y = height_pt - (box.y0 + box.y1) / 2 - CELL_HEIGHT_PT / 2 if base is None else base
    found = sheet.put(text, x, y, within=box)
    if found is None:  # smaller than a grid cell, or at the edge of the page
        column, row = round(box.x0 / GRID_PT), round((height_pt - (box.y0 + box.y1) / 2) / GRID_PT)
        found = PlacedWord(max(0, column) * GRID_PT, max(0, row) * GRID_PT, text)
    return found._replace(label=planned.label)
