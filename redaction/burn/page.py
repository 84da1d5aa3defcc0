"""Draw one page of the scratch copy and choose how it is stored (G9: after the drop, never before)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium

from redaction.burn import encode
from redaction.burn.encode import Pixels, Raster
from redaction.burn.paint import JPEG_BLOCK_PX, Frame, paint
from redaction.burn.words import Word
from redaction.types import Box, PlannedBox

PREVIEW_DPI = 36
USUAL_DPI, FINE_DPI = 200, 300
SMALL_FONT_PT = 7.0
MAX_PIXELS = 40_000_000
DPI_STEP = 25
MIN_CONTRAST = 24  # grey levels within a word's cell below which nothing can be read there


@dataclass(frozen=True, slots=True)
class Style:
    """How a page will be stored: `grey`, `colour` or `photo`, and its resolution."""

    kind: str
    dpi: int


def style_of(page: pdfium.PdfPage, words: Sequence[Word]) -> Style:
    """The style of a page after the drop; `words` are its remaining ones."""
    width, height = page.get_size()
    sheet = Box(0, 0, width, height)
    sizes = [char.size_pt for word in words for char in word.chars if char.cell.meets(sheet)]
    dpi = FINE_DPI if sizes and min(sizes) < SMALL_FONT_PT else USUAL_DPI
    while dpi > DPI_STEP and _pixels(width, dpi) * _pixels(height, dpi) > MAX_PIXELS:
        dpi -= DPI_STEP
    return Style(encode.kind_of(_draw(page, PREVIEW_DPI, grey=False)), dpi)


def frame_of(page: pdfium.PdfPage, style: Style) -> Frame:
    """The page in points and pixels."""
    width, height = (round(side, 2) for side in page.get_size())  # as the file and the report state it
    block = JPEG_BLOCK_PX if style.kind == "photo" else 1
    return Frame(width, height, _pixels(width, style.dpi), _pixels(height, style.dpi), style.dpi, block)


def _pixels(length_pt: float, dpi: int) -> int:
    return max(1, int(np.ceil(round(length_pt * dpi / 72, 6))))


def _draw(page: pdfium.PdfPage, dpi: int, *, grey: bool) -> Pixels:
    """Annotations and form fields are not drawn: after flattening, what they showed is page content,
    and whatever was left outside has not been read by any detector."""
    bitmap = page.render(
        scale=dpi / 72, grayscale=grey, rev_byteorder=True, draw_annots=False, may_draw_forms=False
    )
    try:
        pixels = bitmap.to_numpy().copy()
    finally:
        bitmap.close()
    if grey:
        return pixels.reshape(pixels.shape[:2])
    return pixels[..., :3]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as drawn, before any box is painted."""

    pixels: Pixels
    frame: Frame
    style: Style

    def shows(self, word: Word) -> bool:
        """True when something can be seen where the word stands. White, clipped and covered text
        must not come back to life in the text layer."""
        return any(self._contrast(char.cell) >= MIN_CONTRAST for char in word.chars)

    def _contrast(self, cell: Box) -> int:
        inset = cell.height / 10
        left, top, right, bottom = self.frame.pixels(Box(cell.x0, cell.y0 + inset, cell.x1, cell.y1 - inset))
        area = self.pixels[top:bottom, left:right]
        if area.size == 0:
            return 0
        if area.ndim == 2:
            return int(area.max()) - int(area.min())
        low, high = area.min(axis=(0, 1)), area.max(axis=(0, 1))
        return int((high.astype(np.int16) - low).max())


def draw(page: pdfium.PdfPage, style: Style) -> Drawn:
    """The page at its resolution, grey or in colour."""
    pixels = _draw(page, style.dpi, grey=style.kind == "grey")
    frame = frame_of(page, style)
    if pixels.shape[:2] != (frame.height_px, frame.width_px):
        frame = frame._replace(width_px=pixels.shape[1], height_px=pixels.shape[0])
    return Drawn(pixels, frame, style)


def finish(drawn: Drawn, boxes: Sequence[PlannedBox]) -> Raster:
    """The page with its boxes, encoded. Codec and palette are chosen before a box is painted."""
    pixels, frame = drawn.pixels, drawn.frame
    if drawn.style.kind == "grey":
        codec = encode.grey_codec(pixels)
        paint(pixels, frame, boxes, 0, 255)
        return encode.ccitt(pixels) if codec == "ccitt" else encode.grey4(pixels)
    if drawn.style.kind == "colour":
        indices, colours = encode.to_palette(pixels)
        paint(indices, frame, boxes, encode.BLACK, encode.WHITE)
        return encode.palette(indices, colours)
    paint(pixels, frame, boxes, 0, 255)
    return encode.jpeg(pixels)
