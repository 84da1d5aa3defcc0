"""V4: the content stream token by token, and the words it holds.

A content stream that this module accepts can draw one image over the whole page and
place invisible words on the 6-pt grid; it can do nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from redaction.types import Box
from redaction.verify.structure import Unreadable
from redaction.verify.tags import Mark, unmarked

GRID_PT = 6
ADVANCE_PT = 1.2
CELL_HEIGHT_PT = 3.0
BAND_PT = 24  # of a footer under the page (section 9)
NUMBER = rb"(?:0|[1-9]\d{0,4})(?:\.\d{1,2})?"
HEAD = re.compile(
    rb"(?P<tag>/Artifact << /Type /Page >> BDC\n)?"
    rb"q\n(?P<w>" + NUMBER + rb") 0 0 (?P<h>" + NUMBER + rb") 0 (?P<band>0|24) cm\n/Im0 Do\nQ\n(?(tag)EMC\n)"
    rb"(?P<foot>(?(tag)/Artifact << /Type /Pagination >> BDC\n)"
    rb"q\n(?P<fw>" + NUMBER + rb") 0 0 7 (?P<fx>[06]) 8 cm\n/Im1 Do\nQ\n(?(tag)EMC\n))?"
    rb"BT\n3 Tr\n/F0 6 Tf\n"
)
WORD = re.compile(rb"(0|-?[1-9]\d{0,4}) (0|-?[1-9]\d{0,4}) Td\n<((?:[0-9A-F]{4}){2,4096})> Tj\n")
AROUND_WORD = len(b"  Td\n<> Tj\n")
SHOWN = re.compile(rb"<((?:[0-9A-F]{4})+)> Tj")
NO_LETTER = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\U00010000-\U0010ffff]")  # controls, surrogates


class Word(NamedTuple):
    """One word of the invisible layer; `x`, `y` are its start and baseline in points from the
    bottom left, `cell` its place in points from the top left."""

    text: str
    x: int
    y: int
    cell: Box


@dataclass(frozen=True, slots=True)
class Footer:
    """The band under a page: left edge and width of its picture, its word and where that starts, in
    points from the bottom left of the sheet."""

    x: int
    width_pt: float
    word: str
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Content:
    """The words of one page in order, and what deviates from the grammar. Size and places are the
    page's own, without the band under it."""

    width_pt: float
    height_pt: float
    words: tuple[Word, ...]
    faults: tuple[str, ...]
    footer: Footer | None = None
    marks: tuple[Mark, ...] | None = None

    @property
    def sheet_height_pt(self) -> float:
        """The height with the band."""
        return round(self.height_pt + (BAND_PT if self.footer else 0), 2)


def parse(data: bytes) -> Content:
    """The words of one decoded content stream. Raises Unreadable where the grammar ends.

    Faults are deviations that still let the words be read (a word off the grid or off the
    page, an inner space).
    """
    head = HEAD.match(data)
    if head is None:
        raise Unreadable("the content stream does not begin as the profile says")
    width, height, band = float(head["w"]), float(head["h"]), int(head["band"])
    if (head["foot"] is not None) != (band == BAND_PT):
        raise Unreadable("a band without a footer, or a footer without a band")
    lines = data[head.end() :].split(b"\n")
    if lines[-2:] != [b"ET", b""]:
        raise Unreadable("the content stream does not end as the profile says")
    marks = None
    if head["tag"] is not None:
        lines[:-2], marks = unmarked(lines[:-2], head["foot"] is not None)
    words, faults = placed_words(shown_words(b"\n".join([*lines[:-2], b""])), width, height, band)
    if head["foot"] is None:
        return Content(width, height, tuple(words), tuple(faults), None, marks)
    if not words:
        raise Unreadable("a footer without its word")
    last = words.pop()
    footer = Footer(int(head["fx"]), float(head["fw"]), last.text, (last.x, last.y + band))
    return Content(width, height, tuple(words), tuple(faults), footer, marks)


def shown_words(lines: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Steps across and up, and the hex codes, of each word. Raises Unreadable where there is anything
    but words."""
    found = WORD.findall(lines)
    if sum(AROUND_WORD + len(dx) + len(dy) + len(codes) for dx, dy, codes in found) != len(lines):
        raise Unreadable("there is something else than words of one Td and one Tj")
    return found


def placed_words(
    shown: list[tuple[bytes, bytes, bytes]], width_pt: float, height_pt: float, band: int
) -> tuple[list[Word], list[str]]:
    """The words with their places, and what is wrong with them. All are looked at together first, which
    takes a third of the time; each by itself only where something is wrong somewhere."""
    if not shown:
        return [], []
    across, up, codes = zip(*shown, strict=True)
    xs, ys = list(accumulate(map(int, across))), list(accumulate(map(int, up), initial=-band))[1:]
    letters = bytes.fromhex(b"".join(codes).decode("ascii")).decode("utf-16-be", errors="surrogatepass")
    ends = list(accumulate(len(one) // 4 for one in codes))
    if len(letters) == ends[-1]:  # no surrogate met another: one letter for each code
        texts = [letters[start:end] for start, end in pairwise([0, *ends])]
    else:
        texts = [bytes.fromhex(one.decode("ascii")).decode("utf-16-be", "surrogatepass") for one in codes]
    words = [
        Word(text[:-1], x, y, cell_of(x, y, len(text) - 1, height_pt))
        for text, x, y in zip(texts, xs, ys, strict=True)
    ]
    if (
        not any(at % GRID_PT for at in {*xs, *ys})
        and 0 <= min(xs) <= max(xs) <= width_pt
        and 0 <= min(ys) <= max(ys) <= height_pt
        and letters.count(" ") == len(texts) == "".join([text[-1] for text in texts]).count(" ")
        and not NO_LETTER.search(letters)
    ):
        return words, []
    faults = []
    for at, (text, x, y) in enumerate(zip(texts, xs, ys, strict=True), 1):
        least = -band if at == len(texts) else 0  # the last word is the footer's, where there is one
        where = word_faults(text, x, y, width_pt, height_pt, least)
        faults += [f"word {at} {fault}" for fault in where]
    return words, faults


def rows(data: bytes) -> frozenset[int]:
    """The high bytes of every code that a decoded content stream shows."""
    return frozenset(bytes.fromhex(b"".join(SHOWN.findall(data)).decode("ascii"))[::2])


def cell_of(x: int, y: int, characters: int, height_pt: float) -> Box:
    """A word's cell from the top left: from its baseline 3 pt up, 1.2 pt a character."""
    return Box(x, height_pt - y - CELL_HEIGHT_PT, x + ADVANCE_PT * characters, height_pt - y)


def word_faults(text: str, x: int, y: int, width_pt: float, height_pt: float, least_y: int = 0) -> list[str]:
    """What is wrong with the place or the characters of one word."""
    faults = []
    if x % GRID_PT or y % GRID_PT:
        faults.append("is off the grid")
    if not (0 <= x <= width_pt and least_y <= y <= height_pt):
        faults.append("starts off the page")
    if not text.endswith(" ") or " " in text[:-1]:
        faults.append("does not end with its one space")
    if NO_LETTER.search(text):
        faults.append("holds a control or a surrogate")
    return faults
