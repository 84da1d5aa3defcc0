"""Column gaps and line ends of a page, read from the places of its characters.

Readers of a PDF put one blank between words, however far apart they stand. Labels need the gaps:
"POB   Zacapa   DOB" is three cells. Each such blank is replaced one for one, so offsets hold.
"""

from __future__ import annotations

from redaction.types import Box, PageText

GAP_IN_HEIGHTS = 1.2  # of a character's height; a blank between words is a third of it
GAP_MIN_PT = 8.0


def with_gaps(page_text: PageText) -> str:
    """The text with a tab where two words of a line stand apart, a line end where the next word
    is on another line. Same length; unchanged where characters have no place."""
    text, cells = page_text.text, page_text.cells
    if len(cells) != len(text) or " " not in text:
        return text
    out = list(text)
    for at in range(1, len(text) - 1):
        if out[at] == " " and (separator := _separator(cells[at - 1], cells[at + 1])):
            out[at] = separator
    return "".join(out)


def _separator(left: Box | None, right: Box | None) -> str:
    if left is None or right is None:
        return ""
    if right.y0 >= left.y1 or right.y1 <= left.y0:
        return "\n"
    if right.x0 - left.x1 > max(GAP_MIN_PT, GAP_IN_HEIGHTS * min(left.height, right.height)):
        return "\t"
    return ""
