"""What of the source's text lies outside every box: read again from the source's own bytes.

Done with PDFium's text page first; pdfplumber is asked only about words PDFium does not know.
Texts are returned without white space, since programs differ on where words end.
"""

from __future__ import annotations

import ctypes
import email
import email.policy
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium_c

from redaction.types import Box
from redaction.verify.claims import ClaimedPage
from redaction.verify.texts import ReaderFailed

SCALE = 100  # device units a point: PDFium maps to whole numbers
PDF_MARK_WITHIN = 1024
PDFIUM_HYPHEN = 2
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})  # controls, joiners, separators


@dataclass(frozen=True, slots=True)
class Source:
    """A source opened once: its size in pages and points, and readings by page."""

    sizes: tuple[tuple[float, float], ...]
    readings: Callable[[ClaimedPage], Iterator[str]]


def open_source(source: bytes) -> Source | None:
    """The source made readable page by page, or None when it is no PDF. Raises ReaderFailed."""
    if b"%PDF-" not in source[:PDF_MARK_WITHIN]:
        return None
    flat, sizes = flattened(source)

    def readings(page: ClaimedPage) -> Iterator[str]:
        boxes = [box.box for box in page.boxes]
        yield pdfium_survivors(flat, page.n, boxes)
        yield from pdfplumber_survivors(flat, page.n, boxes)

    return Source(sizes, readings)


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


def pdfium_survivors(flat: bytes, n: int, boxes: Sequence[Box]) -> str:
    """Characters of a page by PDFium whose middle is outside every box. Raises ReaderFailed."""
    try:
        with pypdfium2.PdfDocument(flat) as document:
            page = document[n - 1]
            width, height = (round(side * SCALE) for side in page.get_size())
            textpage = page.get_textpage()
            kept = []
            for index in range(textpage.count_chars()):
                sign = written(pdfium_c.FPDFText_GetUnicode(textpage, index))
                if sign and outside(middle(page, textpage, index, width, height), boxes):
                    kept.append(sign)
            return "".join(kept)
    except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
        raise ReaderFailed("PDFium, source page") from error


def written(code: int) -> str:
    """How a text layer writes a code of PDFium: nothing for spaces and controls, a hyphen for its
    mark of a word broken at a line's end, U+FFFD beyond the Basic Multilingual Plane."""
    if code == PDFIUM_HYPHEN:
        return "-"
    if code > 0xFFFF:
        return "\ufffd"
    sign = chr(code)
    return "" if unicodedata.category(sign) in UNSEEN else sign


def middle(page: Any, textpage: Any, index: int, width: int, height: int) -> tuple[float, float] | None:
    """Middle of a character in points from the top left as a reader sees the page; None when
    PDFium has no place for it."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not pdfium_c.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
        return None
    x, y = ctypes.c_int(), ctypes.c_int()
    across, up = (left.value + right.value) / 2, (bottom.value + top.value) / 2
    if not pdfium_c.FPDF_PageToDevice(page, 0, 0, width, height, 0, across, up, x, y):
        return None
    return x.value / SCALE, y.value / SCALE


def outside(place: tuple[float, float] | None, boxes: Sequence[Box]) -> bool:
    """True unless a place lies in a box; what has no place survives nothing if there is a box."""
    if place is None:
        return not boxes
    x, y = place
    return not any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for box in boxes)


def pdfplumber_survivors(flat: bytes, n: int, boxes: Sequence[Box]) -> Iterator[str]:
    """The same by pdfplumber: in the order of the stream, then line by line. Raises ReaderFailed."""
    try:
        with pdfplumber.open(io.BytesIO(flat), pages=[n]) as document:
            page = document.pages[0]
            left, top = page.bbox[:2]
            signs = [
                sign
                for sign in page.chars
                if outside(
                    ((sign["x0"] + sign["x1"]) / 2 - left, (sign["top"] + sign["bottom"]) / 2 - top), boxes
                )
            ]
            page.close()
    except Exception as error:  # pdfminer's errors have no common base; means withheld
        raise ReaderFailed("pdfplumber, source page") from error
    yield unspaced("".join(sign["text"] for sign in signs))
    signs.sort(key=lambda sign: (round(sign["bottom"] / 3), sign["x0"]))
    yield unspaced("".join(sign["text"] for sign in signs))


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
