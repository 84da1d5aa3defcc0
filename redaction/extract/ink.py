"""What a page shows that no parser calls text: images, and blocks of ink without characters.

Runs inside the cage. Works on edges (local contrast), so that flat fills count for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

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
CHECK_BOX_PT = (5.0, 20.0)  # side of the frames that are check boxes
UNEVEN = 0.2  # of its side by which such a frame may be no square
STOPS = frozenset(".:;,!?\u2026")  # their dots are squares as large as that in the type of slides
FRAMED = 0.85  # of each side of such a frame is drawn; a round letter has less
MOST_BLOCKS = 200

DARK = 110  # level of 255
COVERED = 0.92  # of the middle of a character: so much of it is dark under a box only
ROUGH = 0.2  # of it may be the edge of that box; strokes of a letter take more
MIDDLE = (0.3, 0.75)  # of a character's cell, from its top

Mask = NDArray[np.uint8]
Cells = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ink:
    """`untexted_share` of the page's ink (0 to 1), the part of it outside blocks, blocks of it,
    whether there is ink at all; for each glyph asked about whether nothing of it can be seen, and
    whether that is because its place is dark; frames of check boxes that are drawn, not typed."""

    untexted_share: float
    loose_share: float
    blocks: tuple[Box, ...]
    any: bool
    unseen: tuple[bool, ...]
    dark: tuple[bool, ...]
    frames: tuple[Box, ...] = ()


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
    sides = chain.from_iterable(glyph.box for glyph in glyphs)
    boxes = np.fromiter(sides, np.float64, 4 * len(glyphs)).reshape(-1, 4)
    visible = (gradient > FAINT).astype(np.uint8)
    letters = np.array([glyph.text.isalnum() for glyph in glyphs], bool)
    written = np.array([glyph.text in STOPS or glyph.text.isalnum() for glyph in glyphs], bool)
    crosses = np.array([glyph.text in "xX" for glyph in glyphs], bool)
    dark = _covered(grey, visible, boxes, scale) & letters
    unseen = (_sums(visible, _cells(boxes, scale, 0.5, gradient.shape)) == 0) | dark
    ink: Mask = (gradient > CONTRAST).astype(np.uint8)
    total = int(ink.sum())
    ink = _without_rules(ink, scale)
    ruled = max(1, int(ink.sum()))
    frames = _clear_check_boxes(ink, scale)
    for box in images:
        _clear(ink, box, scale, 1.0)
    explains = np.array([g.mapped and not g.hidden for g in glyphs], bool) & ~unseen
    _clear_all(ink, _cells(boxes[explains], scale, 1.5, ink.shape))
    untexted = int(ink.sum()) / ruled
    blocks = _blocks(ink, scale)
    for box in blocks:
        _clear(ink, box, scale, 1.0)
    return Ink(
        untexted_share=untexted,
        loose_share=int(ink.sum()) / ruled,
        blocks=blocks,
        any=total > 20,
        unseen=tuple(map(bool, unseen)),
        dark=tuple(map(bool, dark)),
        frames=tuple(frame for frame in frames if _is_tick_frame(frame, boxes[written & ~crosses], images)),
    )


def holds_writing(width_pt: float, height_pt: float) -> bool:
    """True from the size on at which a word can be read, level or upright."""
    long, short = BLOCK_PT
    return (width_pt >= long and height_pt >= short) or (height_pt >= long and width_pt >= short)


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


def _cells(boxes: NDArray[np.float64], scale: float, pad_pt: float, shape: tuple[int, ...]) -> Cells:
    """Pixels x0, y0, x1, y1 (end exclusive) of every box, clipped to the picture."""
    far = 1e6
    near = np.clip((boxes[:, :2] - pad_pt) * scale, -far, far).astype(np.int64)
    end = np.clip((boxes[:, 2:] + pad_pt) * scale, -far, far).astype(np.int64) + 1
    return np.clip(np.hstack([near, end]), 0, [shape[1], shape[0]] * 2)


def _sums(picture: Mask, cells: Cells) -> NDArray[np.int64]:
    """Sum of the picture's values in every cell; 0 for a cell off the page."""
    table = cv2.integral(picture)
    x0, y0, x1, y1 = cells.T
    sums: NDArray[np.int64] = (table[y1, x1] - table[y0, x1] - table[y1, x0] + table[y0, x0]).astype(np.int64)
    return np.where(_areas(cells) > 0, sums, 0)


def _covered(grey: Mask, visible: Mask, boxes: NDArray[np.float64], scale: float) -> NDArray[np.bool_]:
    """True for a character whose middle is dark and flat from side to side, as no letter's is: a box
    over it, however tight, or writing as dark as its ground."""
    middles = boxes.copy()
    heights = boxes[:, 3] - boxes[:, 1]
    middles[:, 1] += MIDDLE[0] * heights
    middles[:, 3] = boxes[:, 1] + MIDDLE[1] * heights
    cells = _cells(middles, scale, 0.0, grey.shape)
    areas = _areas(cells)
    dark = _sums((grey < DARK).astype(np.uint8), cells) >= COVERED * areas
    flat = _sums(visible, cells) <= ROUGH * areas
    return dark & flat & (areas > 0)


def _areas(cells: Cells) -> NDArray[np.int64]:
    x0, y0, x1, y1 = cells.T
    return np.maximum(0, x1 - x0) * np.maximum(0, y1 - y0)


def _clear_all(mask: Mask, cells: Cells) -> None:
    """As `_clear`, for many cells at once: how many cells begin and end at each pixel, summed up."""
    height, width = mask.shape
    counts = np.zeros((height + 1, width + 1), np.float32)
    x0, y0, x1, y1 = cells[_areas(cells) > 0].T
    for ys, xs, step in ((y0, x0, 1), (y1, x1, 1), (y0, x1, -1), (y1, x0, -1)):
        np.add.at(counts, (ys, xs), np.float32(step))
    covering = cv2.integral(counts, sdepth=cv2.CV_64F)[1:-1, 1:-1]  # whole numbers, summed exactly
    np.multiply(mask, covering < 0.5, out=mask)


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


def _is_tick_frame(frame: Box, cells: NDArray[np.float64], images: Sequence[Box]) -> bool:
    """True for a frame that is nearly square and neither writing nor part of a picture. `cells` are the
    page's letters and stops but for x, which is what people type into a box."""
    if abs(frame.width - frame.height) > UNEVEN * max(frame.width, frame.height):
        return False
    x, y = (frame.x0 + frame.x1) / 2, (frame.y0 + frame.y1) / 2
    x0, y0, x1, y1 = cells.T
    on_letter = (x0 - 1 <= x) & (x <= x1 + 1) & (y0 <= y) & (y <= y1)
    return not on_letter.any() and not any(frame.meets(box) for box in images)


def _clear_check_boxes(ink: Mask, scale: float) -> list[Box]:
    """Takes small square frames out of the ink, with the tick inside: they are no writing. Returns
    where they stand, in points."""
    frames = []
    places = _components(ink)
    least, most = (int(side * scale) for side in CHECK_BOX_PT)
    widths, heights = places[:, 2:].T
    square = (np.minimum(widths, heights) >= least) & (np.maximum(widths, heights) <= most)
    square &= np.abs(widths - heights) <= 0.25 * most
    for x, y, width, height in places[square]:
        part = ink[y : y + height, x : x + width]
        sides = (part[1, :], part[-2, :], part[:, 1], part[:, -2])
        if all(side.mean() >= FRAMED for side in sides):
            part[:] = 0
            frames.append(Box(x / scale, y / scale, (x + width) / scale, (y + height) / scale))
    return frames


def _components(mask: Mask) -> NDArray[np.int32]:
    """Left, top, width and height of whatever hangs together, corners included; looked for where there
    is anything. Edges are even because OpenCV goes by 2 x 2 pixels: so the order is the whole page's."""
    left, top, wide, high = cv2.boundingRect(mask)
    if not wide:
        return np.zeros((0, 4), np.int32)
    part = mask[top // 2 * 2 : top + high, left // 2 * 2 : left + wide]
    _, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    return np.asarray(stats[1:, :4] + [left // 2 * 2, top // 2 * 2, 0, 0], np.int32)


def _blocks(ink: Mask, scale: float) -> tuple[Box, ...]:
    """Boxes around what hangs together, letters of a word included."""
    joined = cv2.dilate(ink, np.ones((max(1, int(2 * scale)), max(1, int(5 * scale))), np.uint8))
    boxes = []
    for x, y, width, height in _components(np.asarray(joined, np.uint8)):
        box = Box(x / scale, y / scale, (x + width) / scale, (y + height) / scale)
        if holds_writing(box.width - 5 + 1, box.height - 2 + 1):
            boxes.append(box)
    if len(boxes) > MOST_BLOCKS:
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.union(box)
        return (whole,)
    return tuple(boxes)
