"""Check boxes (G6): whoever hides one answer hides every box of the question, ticked or not.

A box is a small form field, a small square frame that is drawn, or a sign that is typed or printed: a
square, a tick, `[ ]`, `[x]`.
Boxes belong together when their fields name one group, or when they stand in one row or column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from redaction.types import Box, Region

T = TypeVar("T")

CHECK_BOX_PT = 30.0  # a field larger than this is no check box
IN_LINE_PT = 3.0  # how far boxes of one row or column may stand out of line
APART_PT = 160.0  # further apart in a row they answer different questions
PITCHES = 3.5  # box heights from one box of a column to the next
NEAR_PT = 36.0  # a finding this near to a check box speaks of the check box

_PRINTED = frozenset("☐☑☒□■▢▣◻◼❏❑○●◯✓✔✗✘✕")
_TYPED = frozenset({"[", "]", "(", ")", "[]", "()", "[x]", "(x)", "x", "_x_", "__", "___", "_"})


def is_sign(text: str) -> bool:
    """True for a word that is a check box, or a part of one."""
    return bool(text) and (text.casefold() in _TYPED or all(char in _PRINTED for char in text))


def is_small(region: Region) -> bool:
    """True for a field of the size of a check box, and for one that is drawn."""
    return region.kind in ("field", "tick") and max(region.box.width, region.box.height) <= CHECK_BOX_PT


def same_question(first: Region, second: Region) -> bool:
    """True for two check boxes of one group; not for larger fields with a common parent."""
    if not (is_small(first) and is_small(second)):
        return False
    if first.group and second.group:
        return first.group == second.group
    return in_line(first.box, second.box)


def in_line(first: Box, second: Box) -> bool:
    """True for neighbours in one row or one column."""
    across = max(first.x0, second.x0) - min(first.x1, second.x1)
    down = max(first.y0, second.y0) - min(first.y1, second.y1)
    row = abs(first.y0 + first.y1 - second.y0 - second.y1) / 2 <= IN_LINE_PT and across <= APART_PT
    tall = max(first.height, second.height)
    return row or (abs(first.x0 - second.x0) <= IN_LINE_PT and down <= (PITCHES - 1) * tall)


def together(start: Iterable[T], everything: Sequence[T], tied: Callable[[T, T], bool]) -> list[T]:
    """All that hang together with the first ones, link by link, in the order of `everything`."""
    found = [one for one in everything if any(one is other for other in start)]
    fresh = found
    while fresh:
        fresh = [
            one
            for one in everything
            if not any(one is known for known in found) and any(tied(one, other) for other in fresh)
        ]
        found = found + fresh
    return [one for one in everything if any(one is known for known in found)]
