"""Where PDFium sees characters, many at a time: a call each, without Python in between.

ctypes calls PDFium through `map`, which writes the answers side by side into arrays; all
arithmetic is done on the arrays. One character costs about a microsecond.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from redaction.burn.zones import CORE_HIGH, CORE_INSET, CORE_LOW, Matrix

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """Characters in the reader's space, one row each: cell and core (x0, y0, x1, y1), origin on the
    baseline (x, y), size in points. The core is the middle of the cell: a character that only
    brushes a box does not meet it."""

    cells: Numbers
    cores: Numbers
    origins: Numbers
    sizes: Numbers


@cache
def _called(name: str, answers: type[Any], *more: type[Any]) -> Callable[..., Any]:
    """A function of PDFium that takes the text page and an index and `more`, all as plain numbers.
    Python's lock is kept: to give it up and take it again would be a sixth of a call."""
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    kind: Any = ctypes.PYFUNCTYPE(answers, ctypes.c_void_p, ctypes.c_int, *more)
    function: Callable[..., Any] = kind(address)
    return function


def measure(textpage: pdfium.PdfTextPage, at: Sequence[int], to_reader: Matrix) -> Measured:
    """The characters at these indices."""
    handle = repeat(ctypes.cast(textpage.raw, ctypes.c_void_p).value)
    count = len(at)
    rects, points = np.zeros((count, 4), np.float32), np.zeros((count, 2), np.float64)
    has_box = _each(_called("FPDFText_GetLooseCharBox", ctypes.c_int, ctypes.c_void_p), handle, at, rects)
    rects[~has_box] = 0
    xs = range(points.ctypes.data, points.ctypes.data + 16 * count, 16)
    ys = range(points.ctypes.data + 8, points.ctypes.data + 8 + 16 * count, 16)
    origin_of = _called("FPDFText_GetCharOrigin", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    deque(map(origin_of, handle, at, xs, ys), maxlen=0)
    up_x, up_y = _ems(handle, at)
    return _in_reader_space(rects.astype(np.float64), points, up_x, up_y, to_reader)


def _ems(handle: Any, at: Sequence[int]) -> tuple[Numbers, Numbers]:
    """One em from the baseline upward in the page's own space, for each character. All characters of
    one text object have the same: it is asked for once for each run of them."""
    object_of = _called("FPDFText_GetTextObject", ctypes.c_size_t)
    shown_by = np.fromiter(map(object_of, handle, at), np.uint64, len(at))
    begins = np.ones(len(at), np.bool_)
    np.not_equal(shown_by[1:], shown_by[:-1], out=begins[1:])
    group = np.cumsum(begins) - 1
    asked = [at[first] for first in np.flatnonzero(begins).tolist()]
    matrices = np.zeros((len(asked), 6), np.float32)
    has_matrix = _each(_called("FPDFText_GetMatrix", ctypes.c_int, ctypes.c_void_p), handle, asked, matrices)
    size_of = _called("FPDFText_GetFontSize", ctypes.c_double)
    sizes = np.fromiter(map(size_of, handle, asked), np.float64, len(asked))
    up_x = np.where(has_matrix, matrices[:, 2] * sizes, 0.0)
    up_y = np.where(has_matrix, matrices[:, 3] * sizes, sizes)
    return up_x[group], up_y[group]


def _each(function: Callable[..., Any], handle: Any, at: Sequence[int], rows: npt.NDArray[Any]) -> Any:
    """Every row written by its call; True where the call says it did."""
    start, stride = rows.ctypes.data, rows.itemsize * rows.shape[1]
    calls = map(function, handle, at, range(start, start + stride * len(at), stride))
    return np.fromiter(calls, np.int32, len(at)) != 0


def _in_reader_space(
    rects: Numbers, points: Numbers, up_x: Numbers, up_y: Numbers, to_reader: Matrix
) -> Measured:
    """PDFium's rectangles are left, top, right, bottom, y up."""
    a, b, c, d, e, f = to_reader
    left, top, right, bottom = rects.T
    ax, ay = a * left + c * bottom + e, b * left + d * bottom + f
    bx, by = a * right + c * top + e, b * right + d * top + f
    cells = np.stack([np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)], axis=1)
    x, y = points.T
    origins = np.stack([a * x + c * y + e, b * x + d * y + f], axis=1)
    em_x, em_y = up_x * a + up_y * c, up_x * b + up_y * d
    return Measured(cells, _cores(cells, origins, em_x, em_y), origins, np.hypot(em_x, em_y))


def _cores(cells: Numbers, origins: Numbers, em_x: Numbers, em_y: Numbers) -> Numbers:
    """The band of the em that the dropper judges by, where the text runs along an axis; else the
    middle of the cell."""
    x0, y0, x1, y1 = cells.T
    across, down = CORE_INSET * (x1 - x0), CORE_INSET * (y1 - y0)
    level = np.abs(em_x) < 0.1 * np.abs(em_y)
    near_y, far_y = origins[:, 1] + CORE_LOW * em_y, origins[:, 1] + CORE_HIGH * em_y
    cores = np.stack([x0 + across, np.minimum(near_y, far_y), x1 - across, np.maximum(near_y, far_y)], axis=1)
    if level.all():
        return cores
    upright = ~level & (np.abs(em_y) < 0.1 * np.abs(em_x))
    near_x, far_x = origins[:, 0] + CORE_LOW * em_x, origins[:, 0] + CORE_HIGH * em_x
    stood = np.stack([np.minimum(near_x, far_x), y0 + down, np.maximum(near_x, far_x), y1 - down], axis=1)
    middle = np.stack([x0 + 3 * across, y0 + 3 * down, x1 - 3 * across, y1 - 3 * down], axis=1)
    return np.where(level[:, None], cores, np.where(upright[:, None], stood, middle))
