"""What a page shows that no parser calls text: images, and blocks of ink without characters.

Runs inside the cage. Works on edges (local contrast), so that flat fills count for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from pypdfium2 import PdfPage

from redaction.extract.glyphs import Glyph
from redaction.types import Box

DPI = 100
MOST_PX = 8_000_000
CONTRAST = 40  # levels within 3 x 3 pixels that make an edge of ink
FAINT = 12  # levels that a reader could still see: below it a character is hidden
BLOCK_PT = (24.0, 5.0)  # smaller untexted blocks are left alone (redaction.md 2.4)
RULE_ACROSS_PT, RULE_DOWN_PT = 21.0, 14.0
MOST_BLOCKS = 200

Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Ink:
    """`untexted_share` of the page's ink (0 to 1), blocks of it, whether there is ink at all,
    and for each glyph asked about whether nothing of it can be seen."""

    untexted_share: float
    blocks: tuple[Box, ...]
    any: bool
    unseen: tuple[bool, ...]


def study(page: PdfPage, glyphs: Sequence[Glyph], images: Sequence[Box]) -> Ink:
    """Renders the page once and takes everything explained away from its ink."""
    width, height = page.get_size()
    scale = DPI / 72
    while width * height * scale * scale > MOST_PX:
        scale *= 0.8
    grey = page.render(scale=scale, grayscale=True).to_numpy()
    grey = np.ascontiguousarray(grey.reshape(grey.shape[0], -1))
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    gradient: Mask = edges.astype(np.uint8, copy=False)
    unseen = _unseen(gradient, glyphs, scale)
    ink: Mask = (gradient > CONTRAST).astype(np.uint8)
    total = int(ink.sum())
    ink = _without_rules(ink, scale)
    ruled = int(ink.sum())
    for box in images:
        _clear(ink, box, scale, 1.0)
    for glyph, hidden in zip(glyphs, unseen, strict=True):
        if glyph.mapped and not glyph.hidden and not hidden:
            _clear(ink, glyph.box, scale, 1.5)
    share = float(ink.sum()) / ruled if ruled else 0.0
    return Ink(share, _blocks(ink, scale), total > 20, unseen)


def coverage(boxes: Sequence[Box], width: float, height: float) -> float:
    """Share of the page under the boxes together, on a grid of 1 % steps."""
    grid = np.zeros((100, 100), np.uint8)
    for box in boxes:
        x0, x1 = (int(np.clip(v / width * 100, 0, 100)) for v in (box.x0, box.x1))
        y0, y1 = (int(np.clip(v / height * 100, 0, 100)) for v in (box.y0, box.y1))
        grid[y0 : max(y1, y0), x0 : max(x1, x0)] = 1
    return float(grid.mean())


def _pixels(box: Box, scale: float, pad_pt: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    x0, y0 = int((box.x0 - pad_pt) * scale), int((box.y0 - pad_pt) * scale)
    x1, y1 = int((box.x1 + pad_pt) * scale) + 1, int((box.y1 + pad_pt) * scale) + 1
    height, width = shape[:2]
    return max(0, min(x0, width)), max(0, min(y0, height)), max(0, min(x1, width)), max(0, min(y1, height))


def _clear(mask: Mask, box: Box, scale: float, pad_pt: float) -> None:
    x0, y0, x1, y1 = _pixels(box, scale, pad_pt, mask.shape)
    mask[y0:y1, x0:x1] = 0


def _unseen(gradient: NDArray[np.uint8], glyphs: Sequence[Glyph], scale: float) -> tuple[bool, ...]:
    """True for a character whose whole cell is flat: white on white, covered, clipped, layer off,
    off the page."""
    seen = cv2.integral((gradient > FAINT).astype(np.uint8))
    answer = []
    for glyph in glyphs:
        x0, y0, x1, y1 = _pixels(glyph.box, scale, 0.5, gradient.shape)
        if x1 <= x0 or y1 <= y0:
            answer.append(True)
            continue
        answer.append(bool(seen[y1, x1] - seen[y0, x1] - seen[y1, x0] + seen[y0, x0] == 0))
    return tuple(answer)


def _without_rules(ink: Mask, scale: float) -> Mask:
    """The ink without long straight lines, level or upright."""
    left = ink.copy()
    for kernel in (
        np.ones((1, max(3, int(RULE_ACROSS_PT * scale))), np.uint8),
        np.ones((max(3, int(RULE_DOWN_PT * scale)), 1), np.uint8),
    ):
        rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        left[cv2.dilate(rules, np.ones((3, 3), np.uint8)) > 0] = 0
    return left


def _blocks(ink: Mask, scale: float) -> tuple[Box, ...]:
    """Boxes around what hangs together, letters of a word included."""
    joined = cv2.dilate(ink, np.ones((max(1, int(2 * scale)), max(1, int(5 * scale))), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = []
    for x, y, width, height, _area in stats[1:]:
        box = Box(x / scale, y / scale, (x + width) / scale, (y + height) / scale)
        if box.width - 5 >= BLOCK_PT[0] - 1 and box.height - 2 >= BLOCK_PT[1] - 1:
            boxes.append(box)
    if len(boxes) > MOST_BLOCKS:
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.union(box)
        return (whole,)
    return tuple(boxes)
