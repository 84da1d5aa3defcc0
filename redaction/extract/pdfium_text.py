"""Glyphs of a page by PDFium, in the order of its own text. Runs inside the cage.

One call from Python to PDFium costs more than what it asks for, so whatever all characters of a
text object share (matrix, size, colour, mode) is asked for once.
"""

from __future__ import annotations

import ctypes
import functools
import math
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c
from pypdfium2 import PdfPage

from redaction.extract.glyphs import REPLACEMENT, Frame, Glyph, TextBuilder, is_mapped
from redaction.types import PageText, TextSource

INVISIBLE_MODES = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP})
LIGHT = 230  # of 255, the darkest of the three colours
_LINE_END_HYPHENS = frozenset({0x2, 0xFFFE})  # PDFium's marks for a hyphen it took out at a line end
_LINE_ENDS = frozenset({0x0D, 0x0A})
# As FPDFText_GetTextObject, giving the address as a number: the key of what its characters share.
_TEXT_OBJECT = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)


@dataclass(frozen=True, slots=True)
class PdfiumRead:
    """`text` in PDFium's order with cells; `glyphs` without the separators it invented."""

    text: PageText
    glyphs: list[Glyph]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all characters of one text object have."""

    size: float
    upright: bool
    hidden: bool
    light: bool


def read(page: PdfPage, number: int, frame: Frame) -> PdfiumRead:
    """Everything PDFium takes for text on the page, drawn visibly or not."""
    textpage = pdfium_c.FPDFText_LoadPage(page)
    if not textpage:
        raise ValueError("no text page")
    try:
        return _read(textpage, number, frame)
    finally:
        pdfium_c.FPDFText_ClosePage(textpage)


def _read(textpage: Any, number: int, frame: Frame) -> PdfiumRead:
    builder = TextBuilder()
    glyphs: list[Glyph] = []
    shared: dict[int | None, _Shared] = {}
    rect = pdfium_c.FS_RECTF()
    place = ctypes.byref(rect)
    index, count = 0, max(0, pdfium_c.FPDFText_CountChars(textpage))
    while index < count:
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        at, index = index, index + 1
        if 0xD800 <= code < 0xDC00 and index < count:  # two code units of one character
            low = pdfium_c.FPDFText_GetUnicode(textpage, index)
            if 0xDC00 <= low < 0xE000:
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
                index += 1
        if code <= 0x20 and pdfium_c.FPDFText_IsGenerated(textpage, at) == 1:
            if code in _LINE_ENDS:
                builder.separate("\n")
            elif code == 0x20:
                builder.separate(" ")
            continue
        owner = _TEXT_OBJECT(textpage, at)
        common = shared.get(owner) if owner else None
        if common is None:
            common = shared[owner] = _shared(textpage, at, frame)
        pdfium_c.FPDFText_GetLooseCharBox(textpage, at, place)
        text, readable = _letter(code)
        if readable and not text.isspace():
            readable = pdfium_c.FPDFText_HasUnicodeMapError(textpage, at) != 1
        glyph = Glyph(
            text if readable else REPLACEMENT,
            frame.box(rect.left, rect.bottom, rect.right, rect.top),
            common.size,
            upright=common.upright,
            mapped=readable,
            hidden=common.hidden,
            light=common.light,
        )
        builder.add(glyph.text, glyph.box, glyph.size)
        if not glyph.text.isspace():
            glyphs.append(glyph)
    return PdfiumRead(builder.build(TextSource.PDFIUM, number), glyphs)


@functools.lru_cache(maxsize=4096)
def _letter(code: int) -> tuple[str, bool]:
    """The character, and whether it stands for something."""
    text = "-" if code in _LINE_END_HYPHENS else chr(code)
    return text, text.isspace() or is_mapped(text)


def _shared(textpage: Any, at: int, frame: Frame) -> _Shared:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(textpage, at, matrix)
    turned = (frame.rotation % 180 == 90) != (abs(matrix.b) > abs(matrix.a))
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    known = bool(pdfium_c.FPDFText_GetFillColor(textpage, at, red, green, blue, alpha))
    drawn = pdfium_c.FPDFText_GetTextObject(textpage, at)
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) if drawn else None
    return _Shared(
        size=pdfium_c.FPDFText_GetFontSize(textpage, at) * math.hypot(matrix.c, matrix.d),
        upright=not turned,
        hidden=mode in INVISIBLE_MODES or (known and alpha.value == 0),
        light=known and min(red.value, green.value, blue.value) >= LIGHT,
    )
