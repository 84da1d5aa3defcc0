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
    """The ink of one page. `source` is grey at 100 dpi, `output` grey at its own dpi; `boxes` are the
    rectangles painted, in points."""
    rows, columns = source.shape
    given = shrunk(output, columns, rows)
    across, down = columns / width_pt, rows / height_pt
    at = [pixels(box, 72 / DPI, across, down) for box in boxes]
    shown, kept = Blocks.of(blanked(source, at)), Blocks.of(blanked(given, at))
    far = np.full(shown.ink.shape, True)
    for top, bottom, left, right in (pixels(box, BESIDE_PT, across, down) for box in boxes):
        far[top // BLOCK_PX : -(-bottom // BLOCK_PX), left // BLOCK_PX : -(-right // BLOCK_PX)] = False
    lost, new = shown.missing_in(kept) & far, kept.missing_in(shown)
    return Ink(int((shown.ink & far).sum()), int(lost.sum()), int(new.sum()))


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of one picture: which show ink and detail, and their darkest and lightest levels
    with a pixel around them."""

    ink: Mask
    detail: Mask
    around_dark: Levels
    around_light: Levels

    @classmethod
    def of(cls, levels: Levels) -> Blocks:
        """The blocks of a grey picture."""
        dark, wide_dark = blocks(levels, np.minimum)
        light, wide_light = blocks(levels, np.maximum)
        return cls(dark <= INK, light.astype(np.int16) - dark >= DETAIL, wide_dark, wide_light)

    def missing_in(self, other: Blocks) -> Mask:
        """The blocks with ink or detail of which `other` shows nothing."""
        flat = other.around_light.astype(np.int16) - other.around_dark < EVEN
        return (self.ink & (other.around_dark > PAPER)) | (self.detail & flat)


def shrunk(output: Levels, columns: int, rows: int) -> Levels:
    """The page image at another size, each pixel the mean of those it covers."""
    grey = Image.fromarray(output)
    whole = max(1, round(grey.width / columns))
    small = grey.reduce(whole) if whole > 1 else grey
    if small.size != (columns, rows):  # renderers round page sides up, each in its own way
        small = grey.resize((columns, rows), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.uint8)


def pixels(box: Box, margin_pt: float, across: float, down: float) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of the pixels a box covers with so much around it."""
    return (
        max(0, math.floor((box.y0 - margin_pt) * down)), max(0, math.ceil((box.y1 + margin_pt) * down)),
        max(0, math.floor((box.x0 - margin_pt) * across)), max(0, math.ceil((box.x1 + margin_pt) * across)),
    )  # fmt: skip


def blanked(levels: Levels, boxes: Sequence[tuple[int, int, int, int]]) -> Levels:
    """A copy with paper where the boxes are, in whole blocks: the edge is repeated to fill the last."""
    height, width = levels.shape
    page = np.empty((height + -height % BLOCK_PX, width + -width % BLOCK_PX), np.uint8)
    page[:height, :width] = levels
    for top, bottom, left, right in boxes:
        page[top:bottom, left:right] = 255
    page[:, width:] = page[:, width - 1 : width]
    page[height:] = page[height - 1]
    return page


def blocks(levels: Levels, choose: np.ufunc) -> tuple[Levels, Levels]:
    """The darkest (or lightest) level of every block, and of every block with a pixel around it, of a
    picture in whole blocks."""
    rows, wide_rows = strips(levels, choose)
    inner, _ = strips(rows.T, choose)
    _, around = strips(wide_rows.T, choose)
    return inner.T, around.T


def strips(levels: Levels, choose: np.ufunc) -> tuple[Levels, Levels]:
    """The darkest (or lightest) of every eight rows, and of them with a row on either side."""
    found = levels
    for _ in range(BLOCK_PX.bit_length() - 1):  # by halves: much faster than along an axis of eight
        found = choose(found[0::2], found[1::2])
    wide = found.copy()
    choose(wide[1:], levels[BLOCK_PX - 1 : -1 : BLOCK_PX], out=wide[1:])
    choose(wide[:-1], levels[BLOCK_PX::BLOCK_PX], out=wide[:-1])
    return found, wide


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
