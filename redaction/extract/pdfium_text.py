"""Glyphs of a page by PDFium, in the order of its own text. Runs inside the cage."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass

import pypdfium2.raw as pdfium_c
from pypdfium2 import PdfPage

from redaction.extract.glyphs import REPLACEMENT, Frame, Glyph, TextBuilder, is_mapped
from redaction.types import PageText, TextSource

INVISIBLE_MODES = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP})
_LINE_END_HYPHENS = frozenset({0x2, 0xFFFE})  # PDFium's marks for a hyphen it took out at a line end


@dataclass(frozen=True, slots=True)
class PdfiumRead:
    """`text` in PDFium's order with cells; `glyphs` without the separators it invented."""

    text: PageText
    glyphs: list[Glyph]


def read(page: PdfPage, number: int, frame: Frame) -> PdfiumRead:
    """Everything PDFium takes for text on the page, drawn visibly or not."""
    textpage = pdfium_c.FPDFText_LoadPage(page)
    if not textpage:
        raise ValueError("no text page")
    try:
        return _read(textpage, number, frame)
    finally:
        pdfium_c.FPDFText_ClosePage(textpage)


def _read(textpage: object, number: int, frame: Frame) -> PdfiumRead:
    builder = TextBuilder()
    glyphs: list[Glyph] = []
    index, count = 0, max(0, pdfium_c.FPDFText_CountChars(textpage))
    while index < count:
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        at, index = index, index + 1
        if 0xD800 <= code < 0xDC00 and index < count:  # two code units of one character
            low = pdfium_c.FPDFText_GetUnicode(textpage, index)
            if 0xDC00 <= low < 0xE000:
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                index += 1
        if pdfium_c.FPDFText_IsGenerated(textpage, at) == 1:
            if code in (0x0D, 0x0A):
                builder.separate("\n")
            elif code == 0x20:
                builder.separate(" ")
            continue
        glyph = _glyph(textpage, at, code, frame)
        builder.add(glyph.text, glyph.box, glyph.size)
        if not glyph.text.isspace():
            glyphs.append(glyph)
    return PdfiumRead(builder.build(TextSource.PDFIUM, number), glyphs)


def _glyph(textpage: object, at: int, code: int, frame: Frame) -> Glyph:
    text = "-" if code in _LINE_END_HYPHENS else chr(code)
    mapped = text.isspace() or (is_mapped(text) and pdfium_c.FPDFText_HasUnicodeMapError(textpage, at) != 1)
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(textpage, at, rect)
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(textpage, at, matrix)
    size = pdfium_c.FPDFText_GetFontSize(textpage, at) * math.hypot(matrix.c, matrix.d)
    turned = (frame.rotation % 180 == 90) != (abs(matrix.b) > abs(matrix.a))
    return Glyph(
        text if mapped else REPLACEMENT,
        frame.box(rect.left, rect.bottom, rect.right, rect.top),
        size,
        upright=not turned,
        mapped=mapped,
        hidden=_is_invisible(textpage, at),
    )


def _is_invisible(textpage: object, at: int) -> bool:
    """Render mode 3 or 7, or a fill that lets everything through."""
    drawn = pdfium_c.FPDFText_GetTextObject(textpage, at)
    if drawn and pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) in INVISIBLE_MODES:
        return True
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    known = pdfium_c.FPDFText_GetFillColor(textpage, at, red, green, blue, alpha)
    return bool(known) and alpha.value == 0
