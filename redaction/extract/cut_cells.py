"""Cells of a table whose end is cut off on the page, or that are just wide enough for their words."""

from __future__ import annotations

from redaction.types import PageText

APART = 0.2  # of the font size: words stand further apart than what touches only by being cut off


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
