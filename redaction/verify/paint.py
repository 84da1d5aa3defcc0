"""V9 and V15: what the boxes must look like, drawn again from the plan, and what lies under words."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from redaction.types import Box
from redaction.verify.claims import ClaimedBox, ClaimedPage
from redaction.verify.content import GRID_PT, Word
from redaction.verify.image import Levels, Raster

JPEG_TOLERANCE = 1
BLOCK = 8
DARK_LEVEL = 96
DARK_SHARE = 0.98

# docs/output-profile.md, section 7: seven rows, two hex digits each, bit 4 is the leftmost cell.
GLYPHS = {
    "-": "0000001F000000", "0": "0E11131519110E", "1": "040C040404040E", "2": "0E11010204081F",
    "3": "1F02040201110E", "4": "02060A121F0202", "5": "1F101E0101110E", "6": "0608101E11110E",
    "7": "1F010204080808", "8": "0E11110E11110E", "9": "0E11110F01020C", "A": "0E11111F111111",
    "B": "1E11111E11111E", "C": "0E11101010110E", "D": "1E11111111111E", "E": "1F10101E10101F",
    "F": "1F10101E101010", "G": "0E11101711110F", "H": "1111111F111111", "I": "0E04040404040E",
    "J": "0702020202120C", "K": "11121418141211", "L": "1010101010101F", "M": "111B1515111111",
    "N": "11191513111111", "O": "0E11111111110E", "P": "1E11111E101010", "Q": "0E11111115120D",
    "R": "1E11111E141211", "S": "0F10100E01011E", "T": "1F040404040404", "U": "1111111111110E",
    "V": "11111111110A04", "W": "11111115151B11", "X": "11110A040A1111", "Y": "11110A04040404",
    "Z": "1F01020408101F",
}  # fmt: skip


def label_cells(label: str) -> NDArray[np.bool_]:
    """The label's 7 rows of cells, True where white; one empty column between glyphs."""
    cells = np.zeros((7, 6 * len(label) - 1), dtype=bool)
    for place, sign in enumerate(label):
        rows = b"" if sign == " " else bytes.fromhex(GLYPHS[sign])
        for row, bits in enumerate(rows):
            for column in range(5):
                cells[row, 6 * place + column] = bool(bits >> (4 - column) & 1)
    return cells


@lru_cache(maxsize=64)
def drawn(label: str, unit: int) -> NDArray[np.bool_]:
    """The label's pixels, True where white; a cell is so many pixels wide and high."""
    return np.kron(label_cells(label), np.ones((unit, unit), bool))


def pixel_span(low: float, high: float, pixels: int, side_pt: float, *, blocks: bool) -> tuple[int, int]:
    """First pixel and the one behind the last that a box's side covers (section 3.1)."""
    first = max(0, math.floor(round(low * pixels / side_pt, 6)))
    behind = min(pixels, math.ceil(round(high * pixels / side_pt, 6)))
    if blocks:
        first, behind = first // BLOCK * BLOCK, min(pixels, -(-behind // BLOCK) * BLOCK)
    return first, behind


def rectangle(box: ClaimedBox, page: ClaimedPage, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Rows and columns a box covers: top, bottom, left, right, ends exclusive."""
    jpeg = page.codec == "jpeg"
    left, right = pixel_span(box.box.x0, box.box.x1, shape[1], page.width_pt, blocks=jpeg)
    top, bottom = pixel_span(box.box.y0, box.box.y1, shape[0], page.height_pt, blocks=jpeg)
    return top, bottom, left, right


def painted(page: ClaimedPage, shape: tuple[int, ...]) -> list[Box]:
    """What the boxes of a page cover in its pixels, in points from the top left."""
    across, down = page.width_pt / shape[1], page.height_pt / shape[0]
    rectangles = (rectangle(box, page, shape) for box in page.boxes)
    return [
        Box(left * across, top * down, right * across, bottom * down)
        for top, bottom, left, right in rectangles
    ]


def expected(page: ClaimedPage, shape: tuple[int, ...]) -> Levels:
    """What the boxes of a page must show, painted in the order of the plan on a black sheet."""
    unit = max(1, round(page.dpi / 100))
    levels = np.zeros(shape[:2], np.uint8)
    for box in page.boxes:
        top, bottom, left, right = rectangle(box, page, shape)
        area = levels[top:bottom, left:right]
        area[:] = 255
        area[unit:-unit, unit:-unit] = 0
        write_label(area, box.label, unit)
    return levels


def through_jpeg(levels: Levels, tables: dict[int, list[int]]) -> Levels:
    """The same levels after compression with the page's own quantisation tables.

    Boxes on JPEG pages fill whole 8-pixel blocks and nothing is subsampled, so what a box looks
    like after compression depends on the box alone.
    """
    out = io.BytesIO()
    Image.fromarray(levels).convert("RGB").save(out, "JPEG", qtables=tables, subsampling=0)
    with Image.open(io.BytesIO(out.getvalue()), formats=["JPEG"]) as opened:
        return np.asarray(opened.convert("RGB"))


def write_label(area: Levels, label: str, unit: int) -> None:
    """White label cells in a box's rectangle, or none where it does not fit."""
    height, width = area.shape
    if height < 11 * unit or width < (6 * len(label) - 1 + 8) * unit:
        return
    cells = drawn(label, unit)
    top, left = (height - 7 * unit) // 2, 3 * unit
    area[top : top + cells.shape[0], left : left + cells.shape[1]][cells] = 255


def box_faults(page: ClaimedPage, raster: Raster) -> list[str]:
    """Boxes of one page whose pixels differ from black, frame and label."""
    if not page.boxes:
        return []
    shape = raster.levels.shape
    wanted = expected(page, shape)
    if jpeg := bool(raster.tables):
        wanted = through_jpeg(wanted, raster.tables)
    found = []
    for box in page.boxes:
        top, bottom, left, right = rectangle(box, page, shape)
        if bottom <= top or right <= left:
            found.append(f"page {page.n}: box {box.id} covers no pixel")
        elif differs(raster.shown(top, bottom, left, right), wanted[top:bottom, left:right], jpeg):
            found.append(f"page {page.n}: box {box.id} shows something")
    return found


def differs(shown: Levels, wanted: Levels, jpeg: bool) -> bool:
    """True when two areas differ by more than a JPEG decoder may; grey and colour may meet."""
    if shown.ndim > wanted.ndim:
        wanted = wanted[:, :, None]
    if not jpeg:
        return bool((shown != wanted).any())
    return bool((np.abs(shown.astype(np.int16) - wanted) > JPEG_TOLERANCE).any())


def words_over_dark(page: ClaimedPage, raster: Raster, words: Iterable[Word]) -> int:
    """How many words lie over an area with no light pixel: text that a reader cannot see.

    The area is the word's cell and one point around it, 6 pt high, and at least a grid step wide:
    the layer sets a word on the grid point at or before the place where it is seen. Light text
    on a dark ground leaves light pixels there; text under an opaque bar of the source does not.
    """
    height, width = raster.levels.shape[:2]
    across, down = width / page.width_pt, height / page.height_pt
    x0, _, x1, y1 = np.fromiter(chain.from_iterable([word.cell for word in words]), float).reshape(-1, 4).T
    tops = np.maximum(0, (y1 - 5) * down).astype(int)
    bottoms = np.minimum(height, np.ceil((y1 + 1) * down)).astype(int)
    lefts = np.maximum(0, (x0 - 1) * across).astype(int)
    rights = np.minimum(width, np.ceil((np.maximum(x1, x0 + GRID_PT) + 1) * across)).astype(int)
    on_page = (tops < bottoms) & (lefts < rights)
    areas = np.stack((tops, bottoms, lefts, rights), axis=1)[on_page]
    rows, row_of = np.unique(areas[:, 0], return_inverse=True)
    light = np.zeros((len(rows), width + 1), np.int64)
    for at, top in enumerate(rows.tolist()):
        light[at, 1:] = np.cumsum(raster.brightest(top, top + 1, 0, width)[0] >= DARK_LEVEL)
    tops, bottoms, lefts, rights = areas.T
    seen = light[row_of, rights] - light[row_of, lefts]  # the first line alone mostly shows too much
    dim = seen <= (1 - DARK_SHARE) * (bottoms - tops) * (rights - lefts)
    return sum(
        bool((raster.brightest(*area) < DARK_LEVEL).mean() > DARK_SHARE) for area in areas[dim].tolist()
    )
