"""The words of a page as PDFium reads them, in the reader's space (points, origin top left)."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from redaction.burn.measure import Measured, Numbers, measure
from redaction.burn.zones import Matrix, Zones
from redaction.types import Box

_HYPHENS = (0x02, 0xFFFE)  # PDFium's signs for a hyphen at a line end
_RUN = re.compile("[^ ]+")


class Char(NamedTuple):
    """One character: see `measure.Measured`."""

    text: str
    cell: Box
    core: Box
    origin: tuple[float, float]
    size_pt: float


class Word(NamedTuple):
    """Characters between two separators, in reading order."""

    text: str
    chars: tuple[Char, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a page in PDFium's reading order, invisible ones too.

    `rows` measures either every character, word after word (`starts` says where each begins), or
    the first one of each word. `to_reader` maps the page's own space to that of the rows.
    """

    texts: Sequence[str]
    starts: npt.NDArray[np.int64]
    rows: Measured
    to_reader: Matrix

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def letters(self) -> str:
        """Every character of every word."""
        return "".join(self.texts)

    def origins(self) -> list[list[float]]:
        """Where each word begins on its baseline, [x, y]."""
        origins: list[list[float]] = self.rows.origins[self.starts].tolist()
        return origins

    def boxes(self) -> list[Box]:
        """The smallest box around the measured cells of each word."""
        return [Box(*row) for row in self._around(self.rows.cells).tolist()]

    def cores(self) -> Numbers:
        """The smallest rectangle around the measured cores of each word, one row each."""
        return self._around(self.rows.cores)

    def _around(self, rects: Numbers) -> Numbers:
        if not len(self):
            return np.zeros((0, 4))
        low = np.minimum.reduceat(rects[:, :2], self.starts, axis=0)
        high = np.maximum.reduceat(rects[:, 2:], self.starts, axis=0)
        return np.hstack([low, high])

    def meeting(self, zones: Zones) -> npt.NDArray[np.bool_]:
        """For each word whether the core of any measured character meets any zone."""
        if not len(self):
            return np.zeros(0, np.bool_)
        met = zones.meeting(self.rows.cores)
        return np.asarray(np.logical_or.reduceat(met, self.starts), np.bool_)

    def rows_of(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """For each measured character whether its word is chosen."""
        lengths = np.diff(np.append(self.starts, len(self.rows.sizes)))
        return np.repeat(chosen, lengths)


class Reading:
    """A page whose text PDFium has read; see `reading`."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> None:
        self._textpage = textpage
        self._to_reader = reader_matrix(page)
        self.runs = list(_runs(textpage))  # indices of the characters of each word
        self.texts: list[str] = [text for text, _ in self.runs]

    def every_char(self) -> Words:
        """The words with every character measured."""
        at = [index for _, run in self.runs for index in run]
        lengths = [len(run) for _, run in self.runs]
        starts = np.cumsum([0, *lengths])[:-1].astype(np.int64)
        rows = measure(self._textpage, at, self._to_reader)
        return Words(self.texts, starts, rows, self._to_reader)

    def first_chars(self) -> Words:
        """The words with their first characters measured: enough where there is no box."""
        at = [run[0] for _, run in self.runs]
        rows = measure(self._textpage, at, self._to_reader)
        return Words(self.texts, np.arange(len(at)), rows, self._to_reader)

    def last_chars(self, words: Sequence[int]) -> Measured:
        """The last characters of the words at these places."""
        return measure(self._textpage, [self.runs[word][1][-1] for word in words], self._to_reader)


@contextmanager
def reading(page: pdfium.PdfPage) -> Iterator[Reading]:
    """The text of a page, for as long as it is looked at."""
    textpage = page.get_textpage()
    try:
        yield Reading(page, textpage)
    finally:
        textpage.close()


def read_words(page: pdfium.PdfPage) -> list[Word]:
    """Every word of the page with its characters, one by one."""
    with reading(page) as read:
        words = read.every_char()
    rows = words.rows
    chars = [
        Char(text, Box(*cell), Box(*core), (origin[0], origin[1]), size)
        for text, cell, core, origin, size in zip(
            words.letters,
            rows.cells.tolist(),
            rows.cores.tolist(),
            rows.origins.tolist(),
            rows.sizes.tolist(),
            strict=True,
        )
    ]
    starts = words.starts.tolist()
    return [
        Word(text, tuple(chars[start : start + len(text)]), box)
        for text, start, box in zip(words.texts, starts, words.boxes(), strict=True)
    ]


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


def _runs(textpage: pdfium.PdfTextPage) -> Iterator[tuple[str, Sequence[int]]]:
    """Text of each word and the indices of its characters."""
    text = _codes(textpage).translate(_WRITTEN)
    made_up = {at for at in _places(text, "-") if _is_made_up(textpage, at)}
    for found in _RUN.finditer(text):
        run: Sequence[int] = range(found.start(), found.end())
        if made_up and not made_up.isdisjoint(run):  # a hyphen PDFium made up does not end the word
            run = [at for at in run if at not in made_up]
        if run:
            yield "".join([text[at] for at in run]) if made_up else found.group(), run


def _places(text: str, char: str) -> Iterator[int]:
    at = text.find(char)
    while at >= 0:
        yield at
        at = text.find(char, at + 1)


def _is_made_up(textpage: pdfium.PdfTextPage, at: int) -> bool:
    """PDFium makes up separators, which are none of ours, and hyphens."""
    return bool(raw.FPDFText_IsGenerated(textpage, at) == 1)


def _codes(textpage: pdfium.PdfTextPage) -> str:
    """One character for each that PDFium counts. It gives them all at once where each is one code
    unit; where it leaves one out or needs two, each is asked for."""
    count = textpage.count_chars()
    room = (ctypes.c_ushort * (count + 1))()
    if raw.FPDFText_GetText(textpage, 0, count, room) == count + 1:
        units = bytes(room)[: 2 * count].decode("utf-16-le", "surrogatepass")
        if len(units) == count:
            return units
    handle, unicode_of = textpage.raw, raw.FPDFText_GetUnicode
    return "".join([chr(min(unicode_of(handle, at), 0x10FFFF)) for at in range(count)])


class _Written(dict[int, str]):
    """Code to the character to write: a space for separators and controls."""

    def __missing__(self, code: int) -> str:
        if code in _HYPHENS:
            char = "-"
        elif code > 0xFFFF:
            char = "\ufffd"
        else:
            unwritten = unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
            char = " " if unwritten else chr(code)
        self[code] = char
        return char


_WRITTEN = _Written()
