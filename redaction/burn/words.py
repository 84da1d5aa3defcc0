"""The words of a page as PDFium reads them, in the reader's space (points, origin top left)."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from redaction.burn.zones import CORE_HIGH, CORE_INSET, CORE_LOW, Matrix, Zones, place
from redaction.types import Box

_HYPHENS = (0x02, 0xFFFE)  # PDFium's signs for a hyphen at a line end


@dataclass(frozen=True, slots=True)
class Char:
    """One character: its cell, the core of the cell, its origin on the baseline, its size in points.

    The core is the middle of the cell: a character that only brushes a box does not meet it.
    """

    text: str
    cell: Box
    core: Box
    origin: tuple[float, float]
    size_pt: float


@dataclass(frozen=True, slots=True)
class Word:
    """Characters between two separators, in reading order. `chars` are those that were measured:
    all of them, or the first and the last one."""

    text: str
    chars: tuple[Char, ...]

    @property
    def box(self) -> Box:
        """The smallest box around all measured cells."""
        box = self.chars[0].cell
        for char in self.chars[1:]:
            box = box.union(char.cell)
        return box

    def meets(self, zones: Zones) -> bool:
        """True when the core of any measured character meets any zone."""
        return any(zones.meet(char.core) for char in self.chars)


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


def read_words(page: pdfium.PdfPage, *, every_char: bool = True) -> list[Word]:
    """Every word of the page in PDFium's reading order, invisible ones too.

    Without `every_char` only the first and last character of each word are measured: enough
    where there is no box, and three times as fast.
    """
    to_reader = reader_matrix(page)
    textpage = page.get_textpage()
    try:
        words = []
        for run in _runs(textpage):
            measured = run if every_char else [run[0], run[-1]] if len(run) > 1 else run
            chars = tuple(_char(textpage, at, text, to_reader) for at, text in measured)
            words.append(Word("".join(text for _, text in run), chars))
        return words
    finally:
        textpage.close()


def _runs(textpage: pdfium.PdfTextPage) -> Iterator[list[tuple[int, str]]]:
    """Index and text of the characters of each word."""
    run: list[tuple[int, str]] = []
    handle, unicode_of, is_generated = textpage.raw, raw.FPDFText_GetUnicode, raw.FPDFText_IsGenerated
    for at in range(textpage.count_chars()):
        text = _text(unicode_of(handle, at))
        if text and is_generated(handle, at) != 1:
            run.append((at, text))
        elif run and text != "-":  # a hyphen PDFium made up does not end the word
            yield run
            run = []
    if run:
        yield run


@cache
def _text(code: int) -> str:
    """The character to write, or nothing for separators and controls."""
    if code in _HYPHENS:
        return "-"
    if code > 0xFFFF:
        return "\ufffd"
    char = chr(code)
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp") else char


def _char(textpage: pdfium.PdfTextPage, at: int, text: str, to_reader: Matrix) -> Char:
    rect = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(textpage, at, rect):
        rect = raw.FS_RECTF(0, 0, 0, 0)
    ax, ay = place(to_reader, rect.left, rect.bottom)
    bx, by = place(to_reader, rect.right, rect.top)
    cell = Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(textpage, at, x, y)
    origin = place(to_reader, x.value, y.value)
    size = float(raw.FPDFText_GetFontSize(textpage, at))
    matrix = raw.FS_MATRIX()
    up = (0.0, size)
    if raw.FPDFText_GetMatrix(textpage, at, matrix):
        up = (matrix.c * size, matrix.d * size)
    up = (up[0] * to_reader[0] + up[1] * to_reader[2], up[0] * to_reader[1] + up[1] * to_reader[3])
    return Char(text, cell, _core(cell, origin, up), origin, math.hypot(*up))


def _core(cell: Box, origin: tuple[float, float], up: tuple[float, float]) -> Box:
    """The band of the em that the dropper judges by, where the text runs along an axis; else the
    middle of the cell. `up` is one em from the baseline upward, in the reader's space."""
    across, down = CORE_INSET * (cell.x1 - cell.x0), CORE_INSET * (cell.y1 - cell.y0)
    if abs(up[0]) < 0.1 * abs(up[1]):
        low, high = sorted((origin[1] + CORE_LOW * up[1], origin[1] + CORE_HIGH * up[1]))
        return Box(cell.x0 + across, low, cell.x1 - across, high)
    if abs(up[1]) < 0.1 * abs(up[0]):
        low, high = sorted((origin[0] + CORE_LOW * up[0], origin[0] + CORE_HIGH * up[0]))
        return Box(low, cell.y0 + down, high, cell.y1 - down)
    return Box(cell.x0 + 3 * across, cell.y0 + 3 * down, cell.x1 - 3 * across, cell.y1 - 3 * down)
