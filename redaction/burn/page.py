"""Draw one page of the scratch copy and choose how it is stored (G9: after the drop, never before)."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from redaction.burn import encode
from redaction.burn.encode import Mask, Pixels, Raster
from redaction.burn.indexed import BLACK, WHITE, to_palette
from redaction.burn.measure import Numbers
from redaction.burn.paint import JPEG_BLOCK_PX, Frame, paint
from redaction.burn.words import Words
from redaction.types import PlannedBox

PREVIEW_DPI = 36
USUAL_DPI, FINE_DPI = 200, 300
SMALL_FONT_PT = 7.0
MAX_PIXELS = 40_000_000
DPI_STEP = 25
COLOUR_BYTES = 4  # of a pixel: blue, green, red, unused
MIN_CONTRAST = 24  # grey levels within a word's cell below which nothing can be read there


@dataclass(frozen=True, slots=True)
class Style:
    """How a page will be stored: `grey`, `colour` or `photo`, and its resolution."""

    kind: str
    dpi: int


def style_of(page: pdfium.PdfPage, words: Words, boxes: Sequence[PlannedBox] = ()) -> Style:
    """The style of a page after the drop; `words` are its remaining ones. What else stands under
    the boxes (ticks, pictures, lines) has no say (G9)."""
    width, height = page.get_size()
    x0, y0, x1, y1 = words.rows.cells.T
    on_sheet = (x0 < width) & (x1 > 0) & (y0 < height) & (y1 > 0)
    smallest = words.rows.sizes[on_sheet].min(initial=np.inf)
    dpi = FINE_DPI if smallest < SMALL_FONT_PT else USUAL_DPI
    while dpi > DPI_STEP and _pixels(width, dpi) * _pixels(height, dpi) > MAX_PIXELS:
        dpi -= DPI_STEP
    preview = Canvas().draw(page, PREVIEW_DPI, grey=False)
    _clear(preview, Frame(width, height, preview.shape[1], preview.shape[0], PREVIEW_DPI), boxes)
    return Style(encode.kind_of(preview), dpi)


def _clear(pixels: Pixels, frame: Frame, boxes: Sequence[PlannedBox]) -> None:
    """White wherever a box will stand."""
    for planned in boxes:
        left, top, right, bottom = frame.pixels(planned.box)
        pixels[top:bottom, left:right] = 255


def frame_of(page: pdfium.PdfPage, style: Style) -> Frame:
    """The page in points and pixels."""
    width, height = (round(side, 2) for side in page.get_size())  # as the file and the report state it
    block = JPEG_BLOCK_PX if style.kind == "photo" else 1
    return Frame(width, height, _pixels(width, style.dpi), _pixels(height, style.dpi), style.dpi, block)


def _pixels(length_pt: float, dpi: int) -> int:
    return max(1, int(np.ceil(round(length_pt * dpi / 72, 6))))


class Canvas:
    """Room for one drawing after another: a page's pixels are there until the next page is drawn.
    Fresh memory for each would cost as much as the drawing."""

    def __init__(self) -> None:
        self._room: Pixels = np.empty(0, np.uint8)

    def draw(self, page: pdfium.PdfPage, dpi: int, *, grey: bool) -> Pixels:
        """Annotations and form fields are not drawn: after flattening, what they showed is page
        content, and whatever was left outside has not been read by any detector. Colour comes in
        four bytes a pixel, blue first: PDFium's own order, a third faster than any other."""
        bitmap = page.render(
            scale=dpi / 72,
            grayscale=grey,
            prefer_bgrx=True,
            draw_annots=False,
            may_draw_forms=False,
            bitmap_maker=self._bitmap,
        )
        try:
            pixels: Pixels = bitmap.to_numpy()
        finally:
            bitmap.close()
        return pixels.reshape(pixels.shape[:2]) if grey else pixels

    def _bitmap(self, width: int, height: int, format: int, rev_byteorder: bool = False) -> pdfium.PdfBitmap:
        needed = width * height * (1 if format == raw.FPDFBitmap_Gray else COLOUR_BYTES)
        if len(self._room) < needed:
            self._room = np.empty(needed, np.uint8)
        room = (ctypes.c_ubyte * needed).from_buffer(self._room.data)
        return pdfium.PdfBitmap.new_native(width, height, format, rev_byteorder, buffer=room)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as drawn, white where boxes will be painted. `darkest` and `lightest` are the levels of each
    3 x 3 cell; in colour both are the green of its first pixel."""

    pixels: Pixels
    frame: Frame
    style: Style
    darkest: Pixels
    lightest: Pixels

    def shows(self, cells: Numbers) -> Mask:
        """For each cell (points, one row each) whether something can be seen there: whether levels
        in it differ by MIN_CONTRAST. White, clipped and covered text must not come back to life in
        the text layer."""
        rects = self._rects(cells)
        seen = self._plainly_seen(rects)
        for at in np.flatnonzero(~seen):
            seen[at] = self._contrast(*rects[at].tolist()) >= MIN_CONTRAST
        return seen

    def _rects(self, cells: Numbers) -> npt.NDArray[np.int64]:
        """Left, top, right, bottom in pixels of each cell without a tenth above and below, rounded
        outward as `Frame.pixels`."""
        frame = self.frame
        inset = (cells[:, 3] - cells[:, 1]) / 10
        scale = frame.width_px / frame.width_pt, frame.height_px / frame.height_pt
        size = frame.width_px, frame.height_px
        sides = []
        for low, high, axis in (
            (cells[:, 0], cells[:, 2], 0),
            (cells[:, 1] + inset, cells[:, 3] - inset, 1),
        ):
            first = np.floor(np.round(low * scale[axis], 6)) // frame.block * frame.block
            last = -(-np.ceil(np.round(high * scale[axis], 6)) // frame.block) * frame.block
            sides.append((np.clip(first, 0, size[axis]), np.clip(last, 0, size[axis])))
        (left, right), (top, bottom) = sides
        return np.stack([left, top, right, bottom], axis=1).astype(np.int64)

    def _plainly_seen(self, rects: npt.NDArray[np.int64]) -> Mask:
        """True where whole 3 x 3 cells inside hold ink as well as paper: no need to look closer."""
        left, top = -(-rects[:, 0] // 3), -(-rects[:, 1] // 3)
        right, bottom = np.maximum(rects[:, 2] // 3, left), np.maximum(rects[:, 3] // 3, top)
        high, wide = self.darkest.shape
        left, right = np.minimum(left, wide), np.minimum(right, wide)
        top, bottom = np.minimum(top, high), np.minimum(bottom, high)
        seen = np.ones(len(rects), np.bool_)
        ink = self.darkest < encode.THRESHOLD
        paper = self.lightest >= encode.THRESHOLD + MIN_CONTRAST
        for mask in (ink, paper):
            sums = cv2.integral(mask.view(np.uint8))
            inside = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
            seen &= inside > 0
        return seen

    def _contrast(self, left: int, top: int, right: int, bottom: int) -> int:
        area = self.pixels[top:bottom, left:right]
        if area.size == 0 or _even(area):
            return 0
        if area.ndim == 2:
            return int(area.max()) - int(area.min())
        low, high = area.min(axis=(0, 1)), area.max(axis=(0, 1))
        return int((high.astype(np.int16) - low).max())


def _even(area: Pixels) -> bool:
    """Whether all pixels are the same; far quicker than to look for the darkest."""
    data = area.tobytes()
    return data == data[: area[0, 0].nbytes] * (area.shape[0] * area.shape[1])


def draw(page: pdfium.PdfPage, style: Style, canvas: Canvas, boxes: Sequence[PlannedBox] = ()) -> Drawn:
    """The page at its resolution, grey or in colour, and white where the boxes will stand: codec and
    palette are chosen from it."""
    pixels = canvas.draw(page, style.dpi, grey=style.kind == "grey")
    frame = frame_of(page, style)
    if pixels.shape[:2] != (frame.height_px, frame.width_px):
        frame = frame._replace(width_px=pixels.shape[1], height_px=pixels.shape[0])
    _clear(pixels, frame, boxes)
    if pixels.ndim == 2:
        return Drawn(pixels, frame, style, *encode.cells(pixels))
    green = np.ascontiguousarray(pixels[:: encode.CELL_PX, :: encode.CELL_PX, 1])
    return Drawn(pixels, frame, style, green, green)


def finish(drawn: Drawn, boxes: Sequence[PlannedBox]) -> Raster:
    """The page with its boxes, encoded. Codec and palette are chosen without what stands under them."""
    pixels, frame = drawn.pixels, drawn.frame
    if drawn.style.kind == "grey":
        codec = encode.grey_codec(drawn.darkest, drawn.lightest)
        paint(pixels, frame, boxes, 0, 255)
        return encode.ccitt(pixels) if codec == "ccitt" else encode.grey4(pixels)
    if drawn.style.kind == "colour":
        indices, colours = to_palette(pixels)
        paint(indices, frame, boxes, BLACK, WHITE)
        return encode.palette(indices, colours)
    paint(pixels, frame, boxes, 0, 255)
    return encode.jpeg(pixels)
