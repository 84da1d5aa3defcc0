"""The text of a page with its columns and empty lines, as the rules for printed papers read it.

Extraction joins words with one blank and lines with one line end. On a form the gap between two columns
and the empty line above a signature carry meaning, so they are put back from the places of the characters.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Protocol

COLUMN_GAP = 2.2  # a wider gap, in widths of a character, parts two columns
EMPTY_LINE = 1.75  # a deeper step, in heights of a character, leaves an empty line between two lines
MOST_BLANKS = 120


class Place(Protocol):
    """The box of a character on its page, in points."""

    x0: float
    y0: float
    x1: float
    y1: float


def laid_out(text: str, cells: Sequence[Place | None]) -> str:
    """The text with blanks for the gaps of its columns and a line end more where a line is left empty.

    Without places the text is returned as it is. No character but blanks and line ends is added.
    """
    placed = [
        cell for sign, cell in zip(text, cells, strict=False) if cell is not None and not sign.isspace()
    ]
    if len(cells) != len(text) or not placed:
        return text
    width = max(1.0, statistics.median(cell.x1 - cell.x0 for cell in placed))
    height = max(1.0, statistics.median(cell.y1 - cell.y0 for cell in placed))
    left = min(cell.x0 for cell in placed)
    out: list[str] = []
    column, before, gap = 0, None, ""
    for character, cell in zip(text, cells, strict=True):
        if character in " \n":
            gap += character
            continue
        added = _between(gap, before, cell, width, height)
        if "\n" in added:
            column = 0
        if cell is not None and (column == 0 or added.startswith("  ")):
            start = min(MOST_BLANKS, round((cell.x0 - left) / width))
            added = added.rstrip(" ") + " " * max(start - column, 0 if column == 0 else 3)
        out.append(added + character)
        column += len(added.rpartition("\n")[2]) + 1
        before, gap = cell or before, ""
    return "".join(out) + gap


def _between(gap: str, before: Place | None, cell: Place | None, width: float, height: float) -> str:
    """What stands between two characters: the separator as it is, a wider gap, or an empty line more."""
    if before is None or cell is None or not gap:
        return gap
    if "\n" in gap:
        return "\n\n" if abs(cell.y0 - before.y0) > EMPTY_LINE * height else gap
    return "   " if cell.x0 - before.x1 > COLUMN_GAP * width else gap
