"""Column gaps and line ends of a page, read from the places of its characters.

Readers of a PDF put one blank between words, however far apart they stand. Labels need the gaps:
"POB   Zacapa   DOB" is three cells. Each such blank is replaced one for one, so offsets hold.
"""

from __future__ import annotations

import bisect

from redaction.types import Box, PageText

GAP_IN_HEIGHTS = 1.2  # of a character's height; a blank between words is a third of it
GAP_MIN_PT = 8.0
NARROW = 0.6  # of a wide gap, before a word at which cells of other lines begin
EDGE_PT = 0.75
EDGES = 2  # so many cells that begin at one place make it a column


def with_gaps(page_text: PageText) -> str:
    """The text with a tab where two words of a line stand apart, a line end where the next word
    is on another line. Same length; unchanged where characters have no place."""
    text, cells = page_text.text, page_text.cells
    if len(cells) != len(text) or " " not in text:
        return text
    out = list(text)
    narrow: list[tuple[int, float]] = []
    edges: list[float] = []
    for at in range(1, len(text) - 1):
        left, right = cells[at - 1], cells[at + 1]
        if out[at] != " " or left is None or right is None:
            continue
        if right.y0 >= left.y1 or right.y1 <= left.y0:
            out[at] = "\n"
            continue
        gap, wide = right.x0 - left.x1, _wide(left, right)
        if gap > wide:
            out[at] = "\t"
            edges.append(right.x0)
        elif gap > NARROW * wide:
            narrow.append((at, right.x0))
    edges.sort()
    for at, x in narrow:
        if bisect.bisect(edges, x + EDGE_PT) - bisect.bisect_left(edges, x - EDGE_PT) >= EDGES:
            out[at] = "\t"
    return "".join(out)


def _wide(left: Box, right: Box) -> float:
    """From how many points on a gap between two characters parts two cells."""
    return max(GAP_MIN_PT, GAP_IN_HEIGHTS * min(left.height, right.height))
