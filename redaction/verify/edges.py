"""What explains where a box ends: for V11, read from the source by this package's own means.

An edge on the 36-pt grid or the page's edge tells nothing. Any other has to stand beside a word
that stays, where a column begins or ends, or at a drawn rule; an edge that only the hidden words
explain would tell how wide they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from redaction.types import Box
from redaction.verify.claims import ClaimedPage
from redaction.verify.survivors import Signs, Source

GRID_PT = 36.0
SLACK_PT = 0.02
PAD_PT = 1.0  # between a box and the word that stays beside it
NEAR_PT = 0.6
COLUMN_PT = 3.0  # so near to an edge the words of a column begin or end
COLUMN_WORDS = 2  # so many on other lines make a column
RULE_PT = 3.0
RULE_DPI = 100
DARK, RULE_SHARE = 160, 0.7


def is_line(x: float) -> bool:
    """True on a line of the 36-pt grid."""
    return abs(x - round(x / GRID_PT) * GRID_PT) <= SLACK_PT


@dataclass(frozen=True, slots=True)
class Lines:
    """The words of a page along one direction of text: rows of x0, y0, x1, y1 as if text ran to the
    right, those that stay marked; `upright` when the axes were swapped for that."""

    words: NDArray[np.float64]
    stays: NDArray[np.bool_]
    width_pt: float
    upright: bool
    source: Source = field(repr=False)
    page: ClaimedPage = field(repr=False)

    @classmethod
    def of(
        cls, signs: Signs, hidden: NDArray[np.bool_], under: NDArray[np.bool_], placed: NDArray[np.bool_],
        source: Source, page: ClaimedPage,
    ) -> Lines:  # fmt: skip
        """The words of a page, turned as those that lie `under` the box run."""
        runs = [run[placed[run]] for run in signs.words()]
        runs = [run for run in runs if run.size]
        upright = stands(signs, [run for run in runs if under[run].any()])
        words = np.array([extent(signs.places[run]) for run in runs]).reshape(-1, 4)
        if upright:
            words = words[:, [1, 0, 3, 2]]
        stays = np.array([not hidden[run].any() for run in runs], dtype=np.bool_)
        width = signs.height_pt if upright else signs.width_pt
        return cls(words, stays, width, upright, source, page)

    def turned(self, box: Box) -> Box:
        """A box with its axes swapped where the text stands."""
        return Box(box.y0, box.x0, box.y1, box.x1) if self.upright else box

    def explains(self, box: Box, side: str) -> bool:
        """True when something visible stands where the box ends, or it ends on the grid."""
        edge = box.x0 if side == "left" else box.x1
        if is_line(edge) or edge <= SLACK_PT or edge >= self.width_pt - SLACK_PT:
            return True
        return self.word_beside(box, side) or self.column_ends(edge) or self.ruled(edge, box)

    def word_beside(self, box: Box, side: str) -> bool:
        """True when a word that stays ends a point before the box, or begins a point after it."""
        x0, y0, x1, y1 = self.words.T
        on_line = self.stays & (y0 < box.y1) & (box.y0 < y1)
        gap = box.x0 - x1 if side == "left" else x0 - box.x1
        return bool((on_line & (np.abs(gap - PAD_PT) <= NEAR_PT)).any())

    def column_ends(self, edge: float) -> bool:
        """True when several words begin or end there, or the page does."""
        if edge <= SLACK_PT or edge >= self.width_pt - SLACK_PT:
            return True
        x0, _, x1, _ = self.words.T
        near = (np.abs(x0 - edge) <= COLUMN_PT) | (np.abs(x1 - edge) <= COLUMN_PT)
        return int((near & self.stays).sum()) >= COLUMN_WORDS

    def ruled(self, edge: float, box: Box) -> bool:
        """True when a rule is drawn along the edge, through the box or beyond it. Raises ReaderFailed."""
        levels = self.source.grey(self.page.n, RULE_DPI)
        if self.upright:
            levels = levels.T
        scale = RULE_DPI / 72
        left, right = int((edge - RULE_PT) * scale), int((edge + RULE_PT) * scale) + 1
        top, bottom = int(max(0, box.y0) * scale), int(box.y1 * scale) + 1
        strip = levels[top:bottom, max(0, left) : right]
        return bool(strip.size) and bool(((strip < DARK).mean(axis=0) >= RULE_SHARE).any())


def extent(places: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """The smallest rectangle around some cells."""
    low, high = places[:, :2].min(axis=0), places[:, 2:].max(axis=0)
    return low[0], low[1], high[0], high[1]


def stands(signs: Signs, runs: list[NDArray[np.int64]]) -> bool:
    """True when most of these words run up or down the page."""
    votes = 0
    for run in runs:
        if run.size > 1:
            first, last = signs.places[run[0]], signs.places[run[-1]]
            across, down = abs(last[:2] + last[2:] - first[:2] - first[2:])
            votes += 1 if down > 2 * across else -1
    return votes > 0
