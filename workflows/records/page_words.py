"""The words of a record's pages as the readers read them: one encrypted file for each record.

A file of lines, one for each page in order, each a JSON object:

    {"n": 1,                                              the page, from 1
     "readings": [["pdfium", "text", "boxes"], ...],      who read it, what, and where the words stand
     "claims": {"key": [[reading, start, end], ...]}}     where the finding with this key was read

Offsets are code points of the reading's text, end exclusive. `boxes` is base64 of four little-endian floats
for each word (a run without white space) in order: its box in points from the top left, not-a-numbers for a
word without a place. It is made by the step that stores the findings and is opened by nobody but `revealing`
and `word_search`, which know who asks. Kept, held and destroyed like the page images (decision 0021).
"""

from __future__ import annotations

import base64
import json
import math
import re
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO

from workflows import vault
from workflows.vault.models import Blob

KIND = "application/x-page-words"
MASK = "••••"
AROUND_CHARS = 48
LONGEST_CHARS = 600  # of a value; a finding is seldom longer than a sentence
_WORD = re.compile(r"\S+")
NOWHERE = (math.nan,) * 4

Span = tuple[int, int, int]  # reading, start, end
Corners = tuple[float, float, float, float]


@dataclass(frozen=True)
class Reading:
    """What one reader saw on a page."""

    source: str
    text: str
    packed: str

    @cached_property
    def _words(self) -> tuple[list[int], list[int]]:
        """Where each word starts and ends."""
        spans = [match.span() for match in _WORD.finditer(self.text)]
        return [start for start, _ in spans], [end for _, end in spans]

    @cached_property
    def _boxes(self) -> array[float]:
        found = array("f", base64.b64decode(self.packed))
        if sys.byteorder == "big":
            found.byteswap()
        return found

    def lines(self, start: int, end: int) -> tuple[Corners, ...]:
        """Boxes of the words that the span touches, one for each line that it runs over."""
        starts, ends = self._words
        found: list[Corners] = []
        for at in range(bisect_right(ends, start), bisect_left(starts, end)):
            x0, y0, x1, y1 = self._boxes[4 * at : 4 * at + 4] or NOWHERE
            if math.isnan(x0):
                continue
            if found and _on_one_line(found[-1], (x0, y0, x1, y1)):
                a = found[-1]
                found[-1] = (min(a[0], x0), min(a[1], y0), max(a[2], x1), max(a[3], y1))
            else:
                found.append((x0, y0, x1, y1))
        return tuple((round(a, 2), round(b, 2), round(c, 2), round(d, 2)) for a, b, c, d in found)


def _on_one_line(a: Corners, b: Corners) -> bool:
    """True for two words side by side: a wide gap may be the gap between two columns."""
    low = min(a[3] - a[1], b[3] - b[1])
    return min(a[3], b[3]) - max(a[1], b[1]) > low / 2 and -low < b[0] - a[2] < 3 * max(low, 1)


@dataclass(frozen=True)
class PageWords:
    """One page: its readings, and where in them each finding of the page was read."""

    n: int
    readings: tuple[Reading, ...]
    claims: Mapping[str, tuple[Span, ...]]

    def around(self, span: Span) -> tuple[str, str, str]:
        """The words before the span, its own, and those behind it, as one line each that joins the next: with
        a blank at its end only where the page has one, so that part of a word stands inside its word. What
        other findings claim there is masked: to see one value is not to see its neighbour's."""
        reading, start, end = span
        text = self.readings[reading].text
        low, high = max(0, start - AROUND_CHARS), min(len(text), end + AROUND_CHARS)
        while low > 0 and not text[low - 1].isspace() and low > start - 2 * AROUND_CHARS:
            low -= 1
        while high < len(text) and not text[high].isspace() and high < end + 2 * AROUND_CHARS:
            high += 1
        hidden = sorted((a, b) for spans in self.claims.values() for index, a, b in spans if index == reading)
        value = text[start : min(end, start + LONGEST_CHARS)]
        before, after = _masked(text, low, start, hidden), _masked(text, end, high, hidden)
        if before and text[start - 1].isspace():
            before += " "
        if after and text[end].isspace():
            after = f" {after}"
        return before, " ".join(value.split()), after


def _masked(text: str, low: int, high: int, hidden: Iterable[tuple[int, int]]) -> str:
    """`text[low:high]` on one line, with a mask in place of each of the spans, which are sorted."""
    parts, at = [], low
    for start, end in hidden:
        if end <= at or start >= high:
            continue
        parts += [text[at : max(start, at)], MASK]
        at = min(end, high)
    return " ".join("".join([*parts, text[at:high]]).split())


def write(out: BinaryIO, document: Any, rows: Iterable[Mapping[str, Any]], findings: Iterable[Any]) -> None:
    """Write the words of a `redaction.types.Document` and the places of its findings.

    `rows` are the findings as they are stored (`key`, `twins`, `page_n`), `findings` the detector's.
    """
    spans = {one.key: (one.text_index, one.start, one.end) for one in findings}
    claims: dict[int, dict[str, list[tuple[int, int, int]]]] = defaultdict(dict)
    for row in rows:
        if row["page_n"] is not None:
            claims[row["page_n"]][row["key"]] = [spans[key] for key in (row["key"], *row["twins"])]
    texts: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    for index, text in enumerate(document.texts):
        if text.page is not None:
            texts[text.page].append((index, text))
    for page in document.pages:
        readings, places = _readings(texts[page.n])
        line = {
            "n": page.n,
            "readings": readings,
            "claims": {
                key: list(dict.fromkeys((places[index], start, end) for index, start, end in found))
                for key, found in claims[page.n].items()
            },
        }
        out.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")


def _readings(texts: Iterable[tuple[int, Any]]) -> tuple[list[list[str]], dict[int, int]]:
    """The texts of a page, and for each by its place in the document which reading it is: two readers who
    read the very same are kept once."""
    readings: list[list[str]] = []
    places: dict[int, int] = {}
    known: dict[tuple[str, bool], int] = {}
    for index, text in texts:
        same = (text.text, any(text.cells))
        if same not in known:
            known[same] = len(readings)
            readings.append([text.source.value, text.text, _packed(text)])
        places[index] = known[same]
    return readings, places


def _packed(text: Any) -> str:
    if not any(text.cells):
        return ""
    boxes = array("f")
    for match in _WORD.finditer(text.text):
        cells = [cell for cell in text.cells[match.start() : match.end()] if cell is not None]
        boxes.extend(
            (
                min(cell[0] for cell in cells), min(cell[1] for cell in cells),
                max(cell[2] for cell in cells), max(cell[3] for cell in cells),
            )
            if cells
            else NOWHERE
        )  # fmt: skip
    if sys.byteorder == "big":
        boxes.byteswap()
    return base64.b64encode(boxes.tobytes()).decode()


def pages_of(blob: Blob) -> Iterator[PageWords]:
    """The pages in order, each read when it is asked for. Raises VaultError."""
    for line in _lines(vault.chunks(blob)):
        said = json.loads(line)
        yield PageWords(
            said["n"],
            tuple(Reading(*reading) for reading in said["readings"]),
            {key: tuple((i, a, b) for i, a, b in spans) for key, spans in said["claims"].items()},
        )


def page_of(blob: Blob, n: int) -> PageWords | None:
    """One page, or None where the file has none of this number. Raises VaultError."""
    return next((page for page in pages_of(blob) if page.n == n), None)


def _lines(parts: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    for part in parts:
        *whole, rest = part.split(b"\n")
        for line in whole:
            yield b"".join([*held, line])
            held = []
        held.append(rest)
