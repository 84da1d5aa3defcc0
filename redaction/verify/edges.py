"""What explains where a box ends: for V11, read from the source by this package's own means.

An edge on the 36-pt grid or the page's edge tells nothing. Any other has to stand beside a word
that stays, where a column begins or ends, or at a drawn rule; an edge that only the hidden words
explain would tell how wide they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redaction.types import Box
from redaction.verify.image import Levels
from redaction.verify.survivors import Signs

GRID_PT = 36.0
SLACK_PT = 0.02
PAD_PT = 1.0  # between a box and the word that stays beside it
NEAR_PT = 0.6
COLUMN_PT = 3.0  # so near to an edge the words of a column begin or end
COLUMN_WORDS = 2  # so many on other lines make a column
RULE_PT = 3.0
RULE_DPI = 100
DARK, RULE_SHARE = 160, 0.7

Flags = NDArray[np.bool_]


def is_line(x: float) -> bool:
    """True on a line of the 36-pt grid."""
    return abs(x - round(x / GRID_PT) * GRID_PT) <= SLACK_PT


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a page: rows of x0, y0, x1, y1, which of them stay, which run up or down the
    page, and the page's sides. `drawn` draws the page at 100 dpi, for the rare edge at a rule."""

    places: NDArray[np.float64]
    stays: Flags
    stands: Flags
    width_pt: float
    height_pt: float
    drawn: Callable[[], Levels]

    @classmethod
    def of(
        cls,
        signs: Signs,
        order: NDArray[np.int64],
        first: NDArray[np.int64],
        hidden: Flags,
        drawn: Callable[[], Levels],
    ) -> Words:
        """The words of a page from their characters and the place where each begins among these (there is
        at least one word)."""
        cells = signs.places[order]
        low = np.minimum.reduceat(cells[:, :2], first)
        high = np.maximum.reduceat(cells[:, 2:], first)
        ends = cells[np.append(first[1:], order.size) - 1] - cells[first]
        across, down = np.abs(ends[:, 0] + ends[:, 2]), np.abs(ends[:, 1] + ends[:, 3])
        return cls(
            np.hstack((low, high)), ~np.logical_or.reduceat(hidden[order], first), down > 2 * across,
            signs.width_pt, signs.height_pt, drawn,
        )  # fmt: skip

    def beside(self, box: Box) -> Line:
        """The line of a box, turned as the words under it run."""
        middles = (self.places[:, :2] + self.places[:, 2:]) / 2
        under = (
            (box.x0 < middles[:, 0]) & (middles[:, 0] < box.x1)
            & (box.y0 < middles[:, 1]) & (middles[:, 1] < box.y1)
        )  # fmt: skip
        upright = bool(under.any()) and 2 * int(self.stands[under].sum()) > int(under.sum())
        if not upright:
            return Line(self.places, self.stays, box, self.width_pt, self.drawn)
        turned = Box(box.y0, box.x0, box.y1, box.x1)
        return Line(self.places[:, [1, 0, 3, 2]], self.stays, turned, self.height_pt, lambda: self.drawn().T)


@dataclass(frozen=True, slots=True)
class Line:
    """One box and the words of its page, as if all text ran to the right."""

    places: NDArray[np.float64]
    stays: Flags
    box: Box
    width_pt: float
    drawn: Callable[[], Levels]

    def explains(self, side: str) -> bool:
        """True when something visible stands where the box ends, or it ends on the grid."""
        edge = self.box.x0 if side == "left" else self.box.x1
        return is_line(edge) or self.word_beside(side) or self.column_ends(edge) or self.ruled(edge)

    def word_beside(self, side: str) -> bool:
        """True when a word that stays ends a point before the box, or begins a point after it."""
        x0, y0, x1, y1 = self.places.T
        on_line = self.stays & (y0 < self.box.y1) & (self.box.y0 < y1)
        gap = self.box.x0 - x1 if side == "left" else x0 - self.box.x1
        return bool((on_line & (np.abs(gap - PAD_PT) <= NEAR_PT)).any())

    def column_ends(self, edge: float) -> bool:
        """True when several words that stay begin or end there, or the page ends."""
        if edge <= SLACK_PT or edge >= self.width_pt - SLACK_PT:
            return True
        x0, _, x1, _ = self.places.T
        near = (np.abs(x0 - edge) <= COLUMN_PT) | (np.abs(x1 - edge) <= COLUMN_PT)
        return int((near & self.stays).sum()) >= COLUMN_WORDS

    def ruled(self, edge: float) -> bool:
        """True when a rule is drawn along the edge. Raises ReaderFailed."""
        scale = RULE_DPI / 72
        left, right = int((edge - RULE_PT) * scale), int((edge + RULE_PT) * scale) + 1
        top, bottom = int(max(0, self.box.y0) * scale), int(self.box.y1 * scale) + 1
        strip = self.drawn()[top:bottom, max(0, left) : right]
        return bool(strip.size) and bool(((strip < DARK).mean(axis=0) >= RULE_SHARE).any())
