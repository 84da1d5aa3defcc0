"""Words that somebody tried to hide before us and left in the file: under a box, under a picture,
white on white. The officer is told where; what they say is read like everything else.

Pure functions over what the readers saw. Runs inside the cage.
"""

from __future__ import annotations

from collections.abc import Sequence

from redaction.extract.glyphs import Glyph, to_lines
from redaction.extract.ink import Ink
from redaction.types import Box, Region

LEAST_LETTERS = 2
SMALLEST_PT = 2.0
FAR_APART = 3.0  # of the font size: what stands farther apart was hidden by two boxes
MOST_REGIONS = 100


def regions(
    read: Sequence[Glyph], studied: Ink, first: int, width: float, height: float
) -> tuple[Region, ...]:
    """Regions of kind `earlier`. `first` is where the glyphs of `read` begin in what was studied."""
    by_code: dict[str, list[Glyph]] = {}
    for at, glyph in enumerate(read, start=first):
        if studied.unseen[at] and _was_meant_to_show(glyph, width, height):
            by_code.setdefault(_code(glyph, studied.dark[at]), []).append(glyph)
    found = [
        Region("earlier", box, name=code)
        for code, glyphs in sorted(by_code.items())
        for box in _boxes(glyphs)
    ]
    return tuple(found[:MOST_REGIONS])


def _was_meant_to_show(glyph: Glyph, width: float, height: float) -> bool:
    """Letters on the page, of a readable size, drawn in a visible way."""
    box = glyph.box
    on_page = min(box.x0, box.y0) >= 0 and box.x1 <= width and box.y1 <= height
    return on_page and not glyph.hidden and glyph.size >= SMALLEST_PT and glyph.text.isalnum()


def _code(glyph: Glyph, dark: bool) -> str:
    if dark:
        return "text_under_box"
    return "white_text" if glyph.light else "covered_text"


def _boxes(glyphs: Sequence[Glyph]) -> list[Box]:
    """One box for each run of letters on a line."""
    boxes = []
    for row in to_lines(glyphs):
        run: list[Glyph] = []
        for glyph in row:
            if run and _gap(run[-1], glyph) > FAR_APART * max(1.0, glyph.size):
                boxes += _box(run)
                run = []
            run.append(glyph)
        boxes += _box(run)
    return boxes


def _gap(left: Glyph, right: Glyph) -> float:
    return max(right.box.x0 - left.box.x1, right.box.y0 - left.box.y1, left.box.y0 - right.box.y1)


def _box(run: Sequence[Glyph]) -> list[Box]:
    if len(run) < LEAST_LETTERS:
        return []
    whole = run[0].box
    for glyph in run[1:]:
        whole = whole.union(glyph.box)
    return [whole]
