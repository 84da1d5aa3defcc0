"""Paint boxes on a page image: black, thin white frame, neutral label (docs/output-profile.md, 3.1)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from redaction.burn import labels
from redaction.burn.encode import Pixels
from redaction.types import Box, PlannedBox

JPEG_BLOCK_PX = 8


class PixelRect(NamedTuple):
    """Pixels `left <= x < right`, `top <= y < bottom`, rows from the top."""

    left: int
    top: int
    right: int
    bottom: int


class Frame(NamedTuple):
    """A page in points and in pixels; `block` is 8 on JPEG pages, else 1."""

    width_pt: float
    height_pt: float
    width_px: int
    height_px: int
    dpi: int
    block: int = 1

    def pixels(self, box: Box) -> PixelRect:
        """The pixels a box covers, rounded outward, then outward again to whole blocks."""
        left, right = self._span(box.x0, box.x1, self.width_px, self.width_pt)
        top, bottom = self._span(box.y0, box.y1, self.height_px, self.height_pt)
        return PixelRect(left, top, right, bottom)

    def points(self, box: Box) -> Box:
        """The same, back in points: what the box really hides."""
        rect = self.pixels(box)
        across, down = self.width_pt / self.width_px, self.height_pt / self.height_px
        return Box(rect.left * across, rect.top * down, rect.right * across, rect.bottom * down)

    def _span(self, low: float, high: float, size_px: int, size_pt: float) -> tuple[int, int]:
        first = math.floor(round(low * size_px / size_pt, 6)) // self.block * self.block
        last = -(-math.ceil(round(high * size_px / size_pt, 6)) // self.block) * self.block
        return min(max(first, 0), size_px), min(max(last, 0), size_px)


def paint(pixels: Pixels, frame: Frame, boxes: Iterable[PlannedBox], black: int, white: int) -> None:
    """Every box stands in `pixels`, in the order given; nothing else changes.

    `black` and `white` are the values to write (palette entries on palette pages).
    """
    unit = max(1, round(frame.dpi / 100))
    for planned in boxes:
        left, top, right, bottom = frame.pixels(planned.box)
        pixels[top:bottom, left:right] = white
        inner = pixels[
            top + unit : max(top + unit, bottom - unit), left + unit : max(left + unit, right - unit)
        ]
        inner[...] = black
        width_px, height_px = right - left, bottom - top
        if height_px < 11 * unit or width_px < (6 * len(planned.label) - 1 + 8) * unit:
            continue
        ink = labels.bitmap(planned.label, unit)
        label_top, label_left = top + (height_px - 7 * unit) // 2, left + 3 * unit
        area = pixels[label_top : label_top + ink.shape[0], label_left : label_left + ink.shape[1]]
        area[...] = np.where(ink[..., None] if area.ndim == 3 else ink, np.uint8(white), area)
