"""V10: ink outside the boxes, the source drawn again by PDFium against the decoded page image.

Both are compared at 100 dpi in blocks of 8 x 8 pixels (5.76 pt). A block shows *ink* when
something in it is dark enough to be seen, and *detail* when dark and light meet in it, so that
white writing on a dark ground counts as well. It is lost when the source shows ink or detail and
the output, looked at a pixel further around, shows neither; new is the same the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from redaction.types import Box
from redaction.verify.image import Levels

DPI = 100
BLOCK_PX = 8
INK, PAPER = 200, 236  # levels: up to the first something is seen, above the second nothing
DETAIL, EVEN = 96, 32  # difference of levels in a block: detail from here on; nothing below this
BESIDE_PT = 6.0  # so far around a box a hidden letter's tail may have gone with it
LOST_OF_PAGE, LOST_OF_DOCUMENT, NEW = 0.02, 0.005, 0.002
FEW = 2  # blocks by which two renderers differ on a nearly empty page

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ink:
    """Blocks of one page outside its boxes: with ink in the source, lost, and new in the output."""

    seen: int
    lost: int
    new: int


def compare(source: Levels, output: Levels, boxes: Sequence[Box], width_pt: float, height_pt: float) -> Ink:
    """The ink of one page. `source` is grey at 100 dpi, `output` grey or colour at its own dpi."""
    given = shrunk(output, source.shape[1], source.shape[0])
    near = [around(box, BESIDE_PT) for box in boxes]
    seen, lost = missing(*(blanked(levels, near, width_pt, height_pt) for levels in (source, given)))
    at = [around(box, 72 / DPI) for box in boxes]
    _, new = missing(*(blanked(levels, at, width_pt, height_pt) for levels in (given, source)))
    return Ink(seen, lost, new)


def shrunk(output: Levels, columns: int, rows: int) -> Levels:
    """The page image in grey at another size, each pixel the mean of those it covers."""
    image = Image.fromarray(output)
    grey = image if image.mode == "L" else image.convert("L")
    return np.asarray(grey.resize((columns, rows), Image.Resampling.BOX), dtype=np.uint8)


def around(box: Box, margin_pt: float) -> Box:
    """The box and so much around it."""
    return Box(box.x0 - margin_pt, box.y0 - margin_pt, box.x1 + margin_pt, box.y1 + margin_pt)


def blanked(levels: Levels, boxes: Sequence[Box], width_pt: float, height_pt: float) -> Levels:
    """A copy with paper where the boxes are."""
    rows, columns = levels.shape
    page = levels.copy()
    for box in boxes:
        top, bottom = (side * rows / height_pt for side in (box.y0, box.y1))
        left, right = (side * columns / width_pt for side in (box.x0, box.x1))
        page[max(0, math.floor(top)) : max(0, math.ceil(bottom)),
             max(0, math.floor(left)) : max(0, math.ceil(right))] = 255  # fmt: skip
    return page


def missing(one: Levels, other: Levels) -> tuple[int, int]:
    """Blocks in which `one` shows ink or detail, and how many of them show neither in `other`."""
    darkest, lightest = blocks(one, np.minimum), blocks(one, np.maximum)
    wide_dark = blocks(spread(other, np.minimum), np.minimum)
    wide_light = blocks(spread(other, np.maximum), np.maximum)
    ink = darkest <= INK
    detail = lightest.astype(np.int16) - darkest >= DETAIL
    gone = ink & (wide_dark > PAPER)
    flat = detail & (wide_light.astype(np.int16) - wide_dark < EVEN)
    return int(ink.sum()), int((gone | flat).sum())


def spread(levels: Levels, choose: np.ufunc) -> Levels:
    """Every pixel as the darkest (or lightest) of itself and its neighbours."""
    padded = np.pad(levels, 1, mode="edge")
    rows = choose(choose(padded[:-2], padded[1:-1]), padded[2:])
    return np.asarray(choose(choose(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:]), dtype=np.uint8)


def blocks(levels: Levels, choose: np.ufunc) -> Levels:
    """The darkest (or lightest) level of every block; the edge is repeated to fill the last ones."""
    height, width = levels.shape
    padded = np.pad(levels, ((0, -height % BLOCK_PX), (0, -width % BLOCK_PX)), mode="edge")
    rows = choose.reduce(padded.reshape(-1, BLOCK_PX, padded.shape[1]), axis=1)
    return np.asarray(choose.reduce(rows.reshape(rows.shape[0], -1, BLOCK_PX), axis=2), dtype=np.uint8)


def faults(pages: Sequence[Ink]) -> list[str]:
    """Pages, and the document, on which more ink is lost or new than two renderers explain."""
    found = []
    for n, ink in enumerate(pages, 1):
        if ink.lost > max(FEW, LOST_OF_PAGE * ink.seen):
            found.append(f"page {n}: {ink.lost} of {ink.seen} blocks of ink are lost")
        if ink.new > max(FEW, NEW * ink.seen):
            found.append(f"page {n}: {ink.new} blocks of new ink beside {ink.seen}")
    seen, lost, new = (sum(getattr(ink, name) for ink in pages) for name in ("seen", "lost", "new"))
    few = FEW * len(pages)
    if lost > max(few, LOST_OF_DOCUMENT * seen):
        found.append(f"{lost} of {seen} blocks of ink are lost")
    if new > max(few, NEW * seen):
        found.append(f"{new} blocks of new ink beside {seen}")
    return found
