"""Where nothing may remain: rectangles found quickly by height, and the little matrix algebra around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from redaction.types import Box

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_BAND_PT = 16.0
_ROWS_AT_ONCE = 128
CORE_LOW, CORE_HIGH = 0.05, 0.45  # the band of an em, from the baseline, that decides where a glyph stands
CORE_INSET = 0.1  # of the advance, each side: a glyph that only brushes a box stays


def multiply(first: Matrix, then: Matrix) -> Matrix:
    """`first` applied before `then`, in PDF's row-vector convention."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def shifted(by: float, then: Matrix) -> Matrix:
    """`then` after a move of `by` along x: what showing a glyph does to the text matrix."""
    a, b, c, d, e, f = then
    return (a, b, c, d, by * a + e, by * b + f)


def place(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """The point `(x, y)` after `matrix`."""
    return matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]


class Zones:
    """Boxes of one page, in bands of 16 pt, so that asking costs what stands at that height."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._bands: dict[int, list[Box]] = defaultdict(list)
        for box in dict.fromkeys(boxes):
            if box.width > 0 and box.height > 0:
                for band in range(int(box.y0 // _BAND_PT), int(box.y1 // _BAND_PT) + 1):
                    self._bands[band].append(box)
        self.empty = not self._bands
        self._sides = np.array(sorted({box for band in self._bands.values() for box in band})).T
        self._top = min(self._bands, default=0) * _BAND_PT
        self._bottom = (max(self._bands, default=-1) + 1) * _BAND_PT

    def near(self, box: Box) -> list[Box]:
        """The zones that share more than an edge with the box."""
        x0, y0, x1, y1 = box
        if not (y0 < self._bottom and self._top < y1):
            return []
        bands = self._bands
        first, last = int(max(y0, self._top) // _BAND_PT), int(min(y1, self._bottom) // _BAND_PT)
        found = [
            other
            for band in range(first, last + 1)
            for other in bands.get(band, ())
            if x0 < other[2] and other[0] < x1 and y0 < other[3] and other[1] < y1
        ]
        return found if first == last else list(dict.fromkeys(found))

    def meeting(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """For each row (x0, y0, x1, y1) whether it meets a zone; the same answer as `near`, for many.
        A few rows of about the same height at a time, so that only the zones there are compared."""
        met = np.zeros(len(rows), np.bool_)
        if self.empty:
            return met
        left, top, right, bottom = self._sides
        order = np.argsort(rows[:, 1], kind="stable")
        for first in range(0, len(rows), _ROWS_AT_ONCE):
            at = order[first : first + _ROWS_AT_ONCE]
            x0, y0, x1, y1 = rows[at].T[:, :, None]
            near = (top < np.fmax.reduce(y1, axis=None)) & (np.fmin.reduce(y0, axis=None) < bottom)
            if near.any():
                across = (x0 < right[near]) & (left[near] < x1)
                met[at] = np.any(across & (y0 < bottom[near]) & (top[near] < y1), axis=1)
        return met
