"""The words of a page as PDFium reads them, in the reader's space (points, origin top left)."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from redaction.burn.drop import Matrix, place
from redaction.types import Box

_HYPHEN = 0x02  # PDFium's sign for a hyphen at a line end
CORE_LOW, CORE_HIGH = 0.3, 0.7  # of the cell's height: the band that decides where a character stands
CORE_INSET = 0.1


@dataclass(frozen=True, slots=True)
class Char:
    """One visible character: its cell, its origin on the baseline, its size in points."""

    text: str
    cell: Box
    origin: tuple[float, float]
    size_pt: float

    @property
    def core(self) -> Box:
        """The middle of the cell: a character that only brushes a box does not meet it."""
        return core(self.cell)


@dataclass(frozen=True, slots=True)
class Word:
    """Characters between two separators, in reading order."""

    chars: tuple[Char, ...]

    @property
    def text(self) -> str:
        """The word as one string."""
        return "".join(char.text for char in self.chars)

    def meets(self, boxes: list[Box]) -> bool:
        """True when the core of any character meets any box."""
        return any(char.core.meets(box) for char in self.chars for box in boxes)


def core(cell: Box) -> Box:
    """The part of a cell that counts: its middle band, a tenth taken off each side."""
    across, height = CORE_INSET * cell.width, cell.height
    return Box(
        cell.x0 + across, cell.y0 + CORE_LOW * height, cell.x1 - across, cell.y0 + CORE_HIGH * height
    )


def reader_matrix(page: pdfium.PdfPage) -> Matrix:
    """User space of the page to the reader's points, exactly as PDFium crops and rotates it."""
    width, height = page.get_size()
    scale = 64  # device units are whole numbers
    far = 1000.0
    size = round(width * scale), round(height * scale)

    def at(x: float, y: float) -> tuple[float, float]:
        px, py = ctypes.c_int(), ctypes.c_int()
        if not raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, px, py):
            raise ValueError("page has no coordinate system")
        return px.value * width / size[0], py.value * height / size[1]

    (ox, oy), (ax, ay), (bx, by) = at(0, 0), at(far, 0), at(0, far)
    return (ax - ox) / far, (ay - oy) / far, (bx - ox) / far, (by - oy) / far, ox, oy


def read_words(page: pdfium.PdfPage) -> list[Word]:
    """Every word of the page in PDFium's reading order, invisible ones too."""
    to_reader = reader_matrix(page)
    textpage = page.get_textpage()
    try:
        words: list[Word] = []
        current: list[Char] = []
        for at in range(textpage.count_chars()):
            text = _text(raw.FPDFText_GetUnicode(textpage, at))
            if not text or raw.FPDFText_IsGenerated(textpage, at) == 1:
                if text != "-" and current:
                    words.append(Word(tuple(current)))
                    current = []
                continue
            current.append(_char(textpage, at, text, to_reader))
        if current:
            words.append(Word(tuple(current)))
        return words
    finally:
        textpage.close()


def _text(code: int) -> str:
    """The character to write, or nothing for separators and controls."""
    if code == _HYPHEN:
        return "-"
    if code > 0xFFFF:
        return "\ufffd"
    char = chr(code)
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp") else char


def _char(textpage: pdfium.PdfTextPage, at: int, text: str, to_reader: Matrix) -> Char:
    rect = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(textpage, at, rect):
        rect = raw.FS_RECTF(0, 0, 0, 0)
    corners = [place(to_reader, x, y) for x in (rect.left, rect.right) for y in (rect.bottom, rect.top)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(textpage, at, x, y)
    return Char(
        text, Box(min(xs), min(ys), max(xs), max(ys)), place(to_reader, x.value, y.value), _size(textpage, at)
    )


def _size(textpage: pdfium.PdfTextPage, at: int) -> float:
    matrix = raw.FS_MATRIX()
    size = float(raw.FPDFText_GetFontSize(textpage, at))
    if raw.FPDFText_GetMatrix(textpage, at, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    return size
