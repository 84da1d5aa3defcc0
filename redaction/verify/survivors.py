"""The source, read and drawn again from its own bytes: what of it lies outside every box.

Words are asked of PDFium's text page first; pdfplumber only about words PDFium does not know.
Readings are returned without white space, since programs differ on where words end.
"""

from __future__ import annotations

import ctypes
import email
import email.policy
import io
import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress, repeat
from typing import Any, TypeVar

import numpy as np
import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from redaction.types import Box
from redaction.verify.claims import ClaimedPage
from redaction.verify.structure import Unreadable
from redaction.verify.texts import PAGES_BEFORE_RENEWAL, ReaderFailed

T = TypeVar("T")

PDF_MARK_WITHIN = 1024
REMEMBERED = 64  # pages whose characters are kept at hand: one assertion after another asks for them
PDFIUM_HYPHEN = 2
LINE_END_HYPHENS = (PDFIUM_HYPHEN, 0xFFFE)
REMOVED = " [W-1] "  # stands where characters under boxes were left out: its letters keep values from joining
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})  # controls, joiners, separators


@dataclass(frozen=True)
class Signs:
    """Characters of one page in PDFium's order. `places` (n, 4) are their cells in points from the
    top left as seen, NaN where PDFium has none."""

    codes: tuple[int, ...]
    places: NDArray[np.float64]
    width_pt: float
    height_pt: float

    def under(self, boxes: Sequence[Box]) -> NDArray[np.bool_]:
        """True for each character whose middle lies in a box; for one without a place, when there is
        any box: what cannot be placed survives nothing."""
        across = (self.places[:, 0] + self.places[:, 2]) / 2
        down = (self.places[:, 1] + self.places[:, 3]) / 2
        hidden = np.full(len(self.codes), False)
        for box in boxes:
            hidden |= (box.x0 < across) & (across < box.x1) & (box.y0 < down) & (down < box.y1)
        return hidden | (np.isnan(across) if boxes else False)

    def on_page(self) -> NDArray[np.bool_]:
        """True for each character whose middle lies on the page."""
        across = (self.places[:, 0] + self.places[:, 2]) / 2
        down = (self.places[:, 1] + self.places[:, 3]) / 2
        return (across >= 0) & (across <= self.width_pt) & (down >= 0) & (down <= self.height_pt)

    @cached_property
    def written(self) -> NDArray[np.bool_]:
        """True for each character that is no white space."""
        several, which = np.unique(self.codes, return_inverse=True)
        return np.array([is_written(code) for code in several.tolist()], bool)[which]

    def solid(self) -> NDArray[np.bool_]:
        """True for each character that has a place and is no white space."""
        return ~np.isnan(self.places[:, 0]) & self.written

    def in_words(self, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Indices of the chosen characters that are in words, and where in these each word begins. Words
        are runs without white space; one that a hyphen parts at a line end is two: PDFium tells no other
        line end there."""
        if not self.codes:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        solid = self.written
        parts = np.isin(self.codes, LINE_END_HYPHENS)
        goes_on = solid[:-1] & solid[1:] & ~parts[:-1]  # from each character to the next
        number = np.cumsum(np.concatenate(([True], ~goes_on)))
        order = np.flatnonzero(solid & chosen)
        return order, np.flatnonzero(np.diff(number[order], prepend=0))

    def words(self, chosen: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
        """Indices of the chosen characters of each word."""
        order, first = self.in_words(chosen)
        return np.split(order, first[1:]) if order.size else []


class Source:
    """A source opened once. Sizes are those a reader sees, in points. Raises ReaderFailed."""

    def __init__(self, pdf: bytes) -> None:
        self.flat, self.sizes = flattened(pdf)
        self._open: tuple[int, pypdfium2.PdfPage] | None = None
        self._document: pypdfium2.PdfDocument | None = None
        self._loaded = 0
        self._signs: dict[int, Signs] = {}
        self._codes: dict[int, tuple[int, ...]] = {}

    def page(self, n: int) -> pypdfium2.PdfPage:
        """Page n from 1. It stays open until another one is asked for. Raises ReaderFailed."""
        if self._open is not None and self._open[0] == n:
            return self._open[1]
        try:
            if self._open is not None:
                self._open[1].close()
                self._open = None
            self._open = n, self._renewed()[n - 1]
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise ReaderFailed("PDFium, source page") from error
        return self._open[1]

    def _renewed(self) -> pypdfium2.PdfDocument:
        """The document, opened anew after so many pages: PDFium keeps something of each."""
        self._loaded += 1
        if self._document is not None and self._loaded > PAGES_BEFORE_RENEWAL:
            self._document.close()
            self._document = None
        if self._document is None:
            self._document, self._loaded = pypdfium2.PdfDocument(self.flat), 1
        return self._document

    def readings(self, page: ClaimedPage) -> Iterator[str]:
        """What lies outside the boxes, by PDFium, then by pdfplumber. Raises ReaderFailed."""
        boxes = [box.box for box in page.boxes]
        if boxes:
            signs = self.signs(page.n)
            yield "".join(map(written, compress(signs.codes, ~signs.under(boxes))))
        else:
            yield "".join(map(written, self.codes(page.n)))
        yield from pdfplumber_survivors(self.flat, page.n, boxes)

    def visible_text(self, page: ClaimedPage) -> str:
        """What PDFium reads on the page outside its boxes, with white space, and a token where
        something was left out. Raises ReaderFailed."""
        boxes = [box.box for box in page.boxes]
        if not boxes:
            return "".join(map(spelled, self.codes(page.n)))
        signs = self.signs(page.n)
        goes = signs.under(boxes) | ~signs.on_page()
        left_out = goes & signs.solid()
        first = left_out & ~np.concatenate(([False], left_out[:-1]))  # of those that go one after the other
        parts = list(map(spelled, signs.codes))
        for at in np.flatnonzero(goes).tolist():
            parts[at] = (REMOVED if first[at] else "") if left_out[at] else " "
        return "".join(parts)

    def codes(self, n: int) -> tuple[int, ...]:
        """The character codes of a page, without their places. Raises ReaderFailed."""
        if n in self._signs:
            return self._signs[n].codes
        if n not in self._codes:
            if len(self._codes) >= REMEMBERED:
                self._codes.clear()
            self._codes[n] = self.read(n, lambda page, textpage: tuple(read_codes(textpage)))
        return self._codes[n]

    def signs(self, n: int) -> Signs:
        """The characters of a page with their places. Raises ReaderFailed."""
        if n not in self._signs:
            if len(self._signs) >= REMEMBERED:
                self._signs.clear()
            self._signs[n] = self.read(n, read_signs)
        return self._signs[n]

    def font_size_pt(self, n: int, at: int) -> float:
        """The font size of one character of a page, in points. Raises ReaderFailed."""

        def size(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> float:
            matrix = pdfium_c.FS_MATRIX()
            pdfium_c.FPDFText_GetMatrix(textpage, at, matrix)
            return float(pdfium_c.FPDFText_GetFontSize(textpage, at) * math.hypot(matrix.c, matrix.d))

        return self.read(n, size)

    def read(self, n: int, ask: Callable[[pypdfium2.PdfPage, pypdfium2.PdfTextPage], T]) -> T:
        """What `ask` finds on a page and its text. Raises ReaderFailed."""
        page = self.page(n)
        try:
            textpage = page.get_textpage()
            found = ask(page, textpage)
            textpage.close()
            return found
        except (pypdfium2.PdfiumError, ValueError, ZeroDivisionError) as error:
            raise ReaderFailed("PDFium, source page") from error

    def grey(self, n: int, dpi: int) -> NDArray[np.uint8]:
        """The page as drawn, grey, rows from the top. Raises ReaderFailed."""
        page = self.page(n)
        try:
            bitmap = page.render(scale=dpi / 72, grayscale=True, draw_annots=False, may_draw_forms=False)
            pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
            bitmap.close()
            return pixels.reshape(pixels.shape[:2])
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise ReaderFailed("PDFium, source page") from error


def is_pdf(data: bytes) -> bool:
    """True when the bytes call themselves a PDF."""
    return b"%PDF-" in data[:PDF_MARK_WITHIN]


def flattened(source: bytes) -> tuple[bytes, tuple[tuple[float, float], ...]]:
    """The source with form values and annotations drawn in and each page cut to what a reader
    sees, and the pages' sizes as seen. Raises ReaderFailed."""
    try:
        with pypdfium2.PdfDocument(source) as document:
            document.init_forms()
            sizes = []
            for page in document:
                sizes.append(page.get_size())
                visible = page.get_bbox()
                if pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_FAIL:
                    raise ReaderFailed("PDFium, source page")
                page.set_mediabox(*visible)
                page.set_cropbox(*visible)
                page.close()
            out = io.BytesIO()
            document.save(out, flags=pdfium_c.FPDF_REMOVE_SECURITY)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise ReaderFailed("PDFium, source") from error
    return out.getvalue(), tuple(sizes)


def bare(function: Any, *more: Any) -> Callable[..., int]:
    """A function of PDFium's text pages that takes and gives plain numbers, in bulk calls much faster."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_void_p, ctypes.c_int, *more)(address)


CODE = bare(pdfium_c.FPDFText_GetUnicode)
CELL = bare(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_void_p)


def read_codes(textpage: pypdfium2.PdfTextPage) -> list[int]:
    """The code of every character."""
    address = ctypes.cast(textpage.raw, ctypes.c_void_p).value
    return list(map(CODE, repeat(address), range(textpage.count_chars())))


def read_signs(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> Signs:
    """Codes and cells of every character of an open page."""
    codes = read_codes(textpage)
    address = ctypes.cast(textpage.raw, ctypes.c_void_p).value
    cells = (pdfium_c.FS_RECTF * len(codes))()
    start, step = ctypes.addressof(cells), ctypes.sizeof(pdfium_c.FS_RECTF)
    every = range(len(codes))
    placed = list(map(CELL, repeat(address), every, range(start, start + step * len(codes), step)))
    sides = np.frombuffer(cells, np.float32).reshape(-1, 4).astype(np.float64)  # left, top, right, bottom
    raw = np.where(np.array(placed, bool).reshape(-1, 1), sides[:, [0, 3, 2, 1]], np.nan)
    width, height = page.get_size()
    return Signs(tuple(codes), as_seen(page, raw), width, height)


def as_seen(page: pypdfium2.PdfPage, raw: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rectangles (left, bottom, right, top) of a page's own space in points from the top left as a
    reader sees it: /Rotate turns the page clockwise (ISO 32000-1, table 30)."""
    left, bottom, right, top = page.get_bbox()
    x0, y0, x1, y1 = raw.T
    match page.get_rotation():
        case 90:
            places = (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        case 180:
            places = (right - x1, y0 - bottom, right - x0, y1 - bottom)
        case 270:
            places = (top - y1, right - x1, top - y0, right - x0)
        case _:
            places = (x0 - left, top - y1, x1 - left, top - y0)
    return np.stack(places, axis=1)


@lru_cache(maxsize=8192)
def written(code: int) -> str:
    """How a text layer writes a code of PDFium: nothing for spaces and controls, a hyphen for its
    mark of a word broken at a line's end, U+FFFD beyond the Basic Multilingual Plane."""
    if code == PDFIUM_HYPHEN:
        return "-"
    if code > 0xFFFF:
        return "\ufffd"
    sign = chr(code)
    return "" if unicodedata.category(sign) in UNSEEN else sign


def is_written(code: int) -> bool:
    """True when a text layer writes something for the code."""
    return written(code) != ""


def spelled(code: int) -> str:
    """The same, with a space for what is not written."""
    return written(code) or " "


def pdfplumber_survivors(flat: bytes, n: int, boxes: Sequence[Box]) -> Iterator[str]:
    """Characters of a page whose middle is outside every box by pdfplumber: in the order of the
    stream, then line by line. Raises ReaderFailed."""
    try:
        with pdfplumber.open(io.BytesIO(flat), pages=[n]) as document:
            page = document.pages[0]
            left, top = page.bbox[:2]
            signs = [
                sign
                for sign in page.chars
                if outside(
                    (sign["x0"] + sign["x1"]) / 2 - left, (sign["top"] + sign["bottom"]) / 2 - top, boxes
                )
            ]
            page.close()
    except Exception as error:  # pdfminer's errors have no common base; means withheld
        raise ReaderFailed("pdfplumber, source page") from error
    yield unspaced("".join(sign["text"] for sign in signs))
    signs.sort(key=lambda sign: (round(sign["bottom"] / 3), sign["x0"]))
    yield unspaced("".join(sign["text"] for sign in signs))


def outside(x: float, y: float, boxes: Sequence[Box]) -> bool:
    """True unless a place lies in a box."""
    return not any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for box in boxes)


def unspaced(text: str) -> str:
    """A text without white space and controls."""
    return "".join(written(ord(sign)) for sign in text)


def plain_text(source: bytes) -> str:
    """Text of a source that is no PDF: of a mail its headers and text parts, else the decoded
    bytes. An image gives nothing, so none of its words can be confirmed."""
    message = email.message_from_bytes(source, policy=email.policy.default)
    parts = [decoded(source)]
    if message.keys():
        parts += [f"{name}: {value}" for name, value in message.items()]
        parts += [part.get_content() for part in message.walk() if part.get_content_type() == "text/plain"]
    return unspaced("\n".join(parts))


def decoded(source: bytes) -> str:
    """Bytes as text: by byte-order mark, else UTF-8, else Latin-1; empty for binary files."""
    if source[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return source.decode("utf-16", errors="replace")
    if b"\0" in source[:8192]:
        return ""
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("latin-1")


def open_source(drawn: bytes | None) -> Source | None:
    """The source opened, or None when nothing that can be drawn is at hand. Raises ReaderFailed,
    Unreadable for something that is no PDF."""
    if drawn is None:
        return None
    if not is_pdf(drawn):
        raise Unreadable("what the source was converted to is no PDF")
    return Source(drawn)
