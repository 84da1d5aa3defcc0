"""The invisible text layer: surviving words on a 6-pt grid, one constant token per box (G8).

No glyph is placed by the width of another one, so the layer tells no more than the picture.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from redaction.burn.font import CELL_HEIGHT_PT, CHAR_ADVANCE_PT
from redaction.burn.words import Word
from redaction.burn.write import PlacedWord
from redaction.types import Box, PlannedBox

GRID_PT = 6
BESIDE_PT = 72.0  # a word further left than this belongs to another column
LONGEST_WORD = 100  # a longer run is written as several words
_REACH = 60  # grid steps to look around
_RIGHT, _LEFT, _ROW = 2, 3, 5  # what a step costs: a word stays on its line while that is near


def _offsets() -> list[tuple[int, int]]:
    """(rows, columns) around a place, nearest first."""
    across = range(-_REACH, _REACH + 1)
    down = range(-_REACH * _RIGHT // _ROW, _REACH * _RIGHT // _ROW + 1)
    steps = [(y, x) for y in down for x in across]
    return sorted(steps, key=lambda step: (_cost(*step), step))


def _cost(rows: int, columns: int) -> int:
    return _ROW * abs(rows) + (_RIGHT * columns if columns >= 0 else -_LEFT * columns)


_AROUND = _offsets()


class _Sheet:
    """What stands where on one page. Rows and columns count grid steps from the bottom left."""

    def __init__(self, width_pt: float, height_pt: float, boxes: Sequence[Box]) -> None:
        self._width, self._height = width_pt, height_pt
        self._boxes = [Box(b.x0, height_pt - b.y1, b.x1, height_pt - b.y0) for b in boxes]
        self._taken: dict[int, list[tuple[float, float]]] = defaultdict(list)

    def put(self, text: str, x_pt: float, y_pt: float, within: Box | None = None) -> PlacedWord | None:
        """The free place nearest to the point; inside `within` for a token. None when the page is full."""
        column, row = math.floor(x_pt / GRID_PT + 1e-6), round(y_pt / GRID_PT)
        length = CHAR_ADVANCE_PT * (len(text) + 1)
        for rows, columns in _AROUND:
            left, base = (column + columns) * GRID_PT, (row + rows) * GRID_PT
            if self._free(left, base, length, within):
                self._taken[row + rows].append((left, left + length))
                return PlacedWord(left, base, text)
        return None

    def _free(self, left: int, base: int, length: float, within: Box | None) -> bool:
        if left < 0 or base < 0 or left + length > self._width or base + CELL_HEIGHT_PT > self._height:
            return False
        if any(left < end and start < left + length for start, end in self._taken[base // GRID_PT]):
            return False
        if within is not None:
            low, high = self._height - within.y1, self._height - within.y0
            return within.x0 <= left <= within.x1 and low <= base <= high
        cell = Box(left, base, left + length, base + CELL_HEIGHT_PT)
        return not any(cell.meets(box) for box in self._boxes)


def lay_out(
    width_pt: float, height_pt: float, words: Sequence[Word], boxes: Sequence[PlannedBox]
) -> tuple[list[PlacedWord], int]:
    """The page's words in reading order, each box's token after the word before it; and the number of words.

    `words` must be the surviving ones: none meets a box. On a page too full for the grid a
    word is left out of the layer (it stays in the picture): overlapping cells would make
    readers swap letters.
    """
    sheet = _Sheet(width_pt, height_pt, [planned.box for planned in boxes])
    bounds = [word.box for word in words] if boxes else []
    behind: dict[int, list[PlacedWord]] = defaultdict(list)  # tokens by the word they follow, -1 at the start
    for planned in boxes:
        at, beside = _word_before(planned.box, bounds)
        base = height_pt - words[at].chars[0].origin[1] if beside else None
        behind[at].append(_token(sheet, planned, height_pt, base))
    placed = list(behind[-1])
    count = 0
    for number, word in enumerate(words):
        x, y = word.chars[0].origin
        for start in range(0, len(word.text), LONGEST_WORD):
            piece = sheet.put(word.text[start : start + LONGEST_WORD], x, height_pt - y)
            if piece is not None:
                placed.append(piece)
                count += 1
        placed += behind[number]
    return placed, count


def _word_before(box: Box, words: Sequence[Box]) -> tuple[int, bool]:
    """The word a reader comes from, and whether it stands on the same line: to the left of the
    box, else above it. (-1, False) when there is none."""
    left = [
        (word.x1, at)
        for at, word in enumerate(words)
        if box.y0 < (word.y0 + word.y1) / 2 < box.y1 and box.x0 - BESIDE_PT < word.x1 <= box.x0 + 1
    ]
    if left:
        return max(left)[1], True
    above = [
        (round(word.y1), word.x1, at)
        for at, word in enumerate(words)
        if (word.y0 + word.y1) / 2 <= box.y0 and word.x0 < box.x1 and box.x0 < word.x1
    ]
    return (max(above)[2], False) if above else (-1, False)


def _token(sheet: _Sheet, planned: PlannedBox, height_pt: float, base: float | None) -> PlacedWord:
    """The token in its box, on the baseline of the line it stands on where that is known."""
    text, box = f"[{planned.label}]", planned.box
    x = box.x0 + GRID_PT - 0.01
    y = height_pt - (box.y0 + box.y1) / 2 - CELL_HEIGHT_PT / 2 if base is None else base
    found = sheet.put(text, x, y, within=box)
    if found is None:  # smaller than a grid cell, or at the edge of the page
        column, row = round(box.x0 / GRID_PT), round((height_pt - (box.y0 + box.y1) / 2) / GRID_PT)
        found = PlacedWord(max(0, column) * GRID_PT, max(0, row) * GRID_PT, text)
    return found
