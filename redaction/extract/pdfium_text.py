"""Characters of a page by PDFium, in the order of its own text. Runs inside the cage.

A call from Python to PDFium costs more than what it answers. So four questions are asked for each
character, in bulk (code, place, text object, whether its font names it), and what all characters of
a text object share (matrix, size, colour, mode) is asked for once.
"""

from __future__ import annotations

import ctypes
import functools
import math
from collections import deque
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from pypdfium2 import PdfPage

from redaction.extract.cut_cells import cell_starts
from redaction.extract.glyphs import REPLACEMENT, Frame, Glyph, begins_cell, is_mapped
from redaction.types import Box, PageText, TextSource

INVISIBLE_MODES = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP})
LIGHT = 230  # of 255, the darkest of the three colours
_LINE_END_HYPHENS = frozenset({0x2, 0xFFFE})  # PDFium's marks for a hyphen it took out at a line end
_LINE_ENDS = frozenset({0x0D, 0x0A})
_AS_BOX = functools.partial(tuple.__new__, Box)  # as Box._make, without a step in Python
_CELL_BYTES = ctypes.sizeof(pdfium_c.FS_RECTF)


def _bare(function: Any, answer: Any, *more: Any) -> Callable[..., Any]:
    """The same function, taking and giving addresses as numbers: two thirds of the cost of a call.
    Python's lock is kept: to give it up and take it again would be a sixth of what is left."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(answer, ctypes.c_void_p, ctypes.c_int, *more)(address)


_CODE = _bare(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint)
_PLACE = _bare(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p)
_OWNER = _bare(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p)
_UNNAMED = _bare(pdfium_c.FPDFText_HasUnicodeMapError, ctypes.c_int)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all characters of one text object have."""

    size: float
    upright: bool
    hidden: bool
    light: bool
    forwards: bool = False  # from left to right as seen; `upright` is also true of text on its head


_OF_NONE = _Shared(0.0, upright=True, hidden=False, light=False)


@dataclass(frozen=True)
class PdfiumRead:
    """`text` in PDFium's order with cells. Then character by character, as PDFium lists them: the
    letter (empty for what it invented), the box, what it shares with its text object."""

    text: PageText
    letters: Sequence[str]
    boxes: Sequence[Box]
    shared: Sequence[_Shared]

    @functools.cached_property
    def glyphs(self) -> list[Glyph]:
        """Every character that was drawn, blanks left out."""
        return [
            Glyph(letter, box, one.size, one.upright, letter != REPLACEMENT, one.hidden, one.light)
            for letter, box, one in zip(self.letters, self.boxes, self.shared, strict=True)
            if letter and letter != " "
        ]


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
    count = max(0, pdfium_c.FPDFText_CountChars(textpage))
    address, every = ctypes.cast(textpage, ctypes.c_void_p).value, range(count)
    codes = list(map(_CODE, repeat(address), every))
    invented = {
        at
        for at, code in enumerate(codes)
        if code <= 0x20 and pdfium_c.FPDFText_IsGenerated(textpage, at) == 1
    }
    letters = list(map(_letter, codes, map(_UNNAMED, repeat(address), every)))
    _join_surrogates(codes, letters)
    order = _reading_order(codes, letters, invented)
    for at in invented:
        letters[at] = ""
    boxes = _boxes(address, count, frame)
    owners = list(map(_OWNER, repeat(address), every))
    shared = _shared(textpage, owners, invented, frame)
    sizes, level = [one.size for one in shared], [one.forwards for one in shared]
    starts = cell_starts(order, owners, letters, boxes, sizes, level)
    order = _cells_apart(order, letters, boxes, shared, starts)
    return PdfiumRead(_text(order, letters, boxes, shared, number), letters, boxes, shared)


@functools.lru_cache(maxsize=8192)
def _letter(code: int, error: int) -> str:
    """The character, one blank for every kind of blank, U+FFFD for what stands for nothing."""
    text = "-" if code in _LINE_END_HYPHENS else chr(code)
    if text.isspace():
        return " "
    return text if error != 1 and is_mapped(text) else REPLACEMENT


def _join_surrogates(codes: Sequence[int], letters: list[str]) -> None:
    """Two code units of one character become that character and an empty one."""
    for at in [at for at, code in enumerate(codes[:-1]) if 0xD800 <= code < 0xDC00]:
        if 0xDC00 <= codes[at + 1] < 0xE000:
            code = 0x10000 + ((codes[at] - 0xD800) << 10) + (codes[at + 1] - 0xDC00)
            letters[at], letters[at + 1] = _letter(code, 0), ""


def _boxes(address: int | None, count: int, frame: Frame) -> list[Box]:
    """The place of every character; PDFium writes them side by side into one array."""
    cells = (pdfium_c.FS_RECTF * count)()
    start = ctypes.addressof(cells)
    answers = map(
        _PLACE, repeat(address), range(count), range(start, start + count * _CELL_BYTES, _CELL_BYTES)
    )
    deque(answers, maxlen=0)
    sides = np.frombuffer(cells, np.float32).reshape(count, 4).astype(np.float64)  # left, top, right, bottom
    return list(map(_AS_BOX, frame.boxes(sides[:, [0, 3, 2, 1]]).tolist()))


def _shared(
    textpage: Any, owners: Sequence[int | None], invented: Container[int], frame: Frame
) -> list[_Shared]:
    """One for each character; PDFium is asked once for a text object, and each time for a character
    that it drew without one."""
    first = dict(zip(reversed(owners), range(len(owners) - 1, -1, -1), strict=True))
    known = {owner: _asked(textpage, at, frame) for owner, at in first.items() if owner}
    return [
        known[owner] if owner else _OF_NONE if at in invented else _asked(textpage, at, frame)
        for at, owner in enumerate(owners)
    ]


def _asked(textpage: Any, at: int, frame: Frame) -> _Shared:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(textpage, at, matrix)
    turned = (frame.rotation % 180 == 90) != (abs(matrix.b) > abs(matrix.a))
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    known = bool(pdfium_c.FPDFText_GetFillColor(textpage, at, red, green, blue, alpha))
    drawn = pdfium_c.FPDFText_GetTextObject(textpage, at)
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) if drawn else None
    along = {0: matrix.a, 90: matrix.b, 180: -matrix.a, 270: -matrix.b}[frame.rotation]
    return _Shared(
        size=pdfium_c.FPDFText_GetFontSize(textpage, at) * math.hypot(matrix.c, matrix.d),
        upright=not turned,
        hidden=mode in INVISIBLE_MODES or (known and alpha.value == 0),
        light=known and min(red.value, green.value, blue.value) >= LIGHT,
        forwards=not turned and along > 0,
    )


def _reading_order(codes: Sequence[int], letters: Sequence[str], invented: Container[int]) -> list[int]:
    """Indices of the characters of the text; -2 stands for a space of ours, -1 for a line end. One
    blank between words, one line end between lines (which takes the place of a blank), none at the
    edges."""
    order: list[int] = []
    last = "\n"
    for at, letter in enumerate(letters):
        if letter != " " and letter and at not in invented:
            order.append(at)
            last = ""
            continue
        mark, index = " ", at
        if at in invented:
            mark, index = ("\n", -1) if codes[at] in _LINE_ENDS else (" ", -2)
        if not letter or not order or (last and not (mark == "\n" and last == " ")):
            continue
        if last:
            order.pop()
        order.append(index)
        last = mark
    if last and order:
        order.pop()
    return order


def _cells_apart(
    order: Sequence[int],
    letters: Sequence[str],
    boxes: Sequence[Box],
    shared: Sequence[_Shared],
    starts: Container[int],
) -> list[int]:
    """The order with a space of ours where a cell begins inside the one before it, or touches it."""
    apart: list[int] = []
    last = -1
    for at in order:
        if at >= 0 and last >= 0:
            before, box = boxes[last], boxes[at]
            if (
                (at in starts or begins_cell(letters[last], before, letters[at], box, shared[at].size))
                and (before.y0 < box.y1 and box.y0 < before.y1)
                and shared[at].forwards
                and shared[last].forwards
            ):
                apart.append(-2)
        apart.append(at)
        last = at
    return apart


def _text(
    order: Iterable[int],
    letters: Sequence[str],
    boxes: Sequence[Box],
    shared: Sequence[_Shared],
    number: int,
) -> PageText:
    signs = [*letters, " ", "\n"]
    cells = [*boxes, None, None]
    sizes = [*(one.size for one in shared), None, None]
    at = list(order)
    return PageText(
        TextSource.PDFIUM,
        number,
        "".join([signs[i] for i in at]),
        tuple([cells[i] for i in at]),
        tuple([sizes[i] for i in at]),
    )
