"""Lines, their cells, and where those stand beside one another: what a table is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from redaction.types import Box

LONGEST = 4_000  # characters; a longer line is no row
KINDS = {
    "bar": re.compile(r"[|¦│]"),
    "tab": re.compile(r"\t"),
    "dots": re.compile(r"[ ]*(?:\.{3,}|(?: \.){3,}|_{3,}|·{3,})[ ]*"),
    "gap": re.compile(r"[\s\u00a0]{2,}|\t"),
    "semicolon": re.compile(r";"),
    "comma": re.compile(r","),
    "slash": re.compile(r" / "),
    "hyphen": re.compile(r" - "),
}
# One of these stands in every line that the pattern parts; to look for them is much quicker.
_NEEDED = {
    "bar": ("|", "¦", "│"),
    "tab": ("\t",),
    "dots": ("...", " . .", "___", "···"),
    "gap": ("  ",),
    "semicolon": (";",),
    "comma": (",",),
    "slash": (" / ",),
    "hyphen": (" - ",),
}


_SIGNS = tuple(sign for signs in _NEEDED.values() for sign in signs)


@dataclass(slots=True)
class Line:
    """A line with where it starts in its text. `places` are those of its characters on a page."""

    start: int
    text: str
    places: Sequence[Box | None]

    @property
    def span(self) -> tuple[int, int]:
        """The line in code points of the text."""
        return self.start, self.start + len(self.text)

    def place(self, span: tuple[int, int]) -> tuple[float, float] | None:
        """From where to where a part of the line reaches: in points, or in characters of plain text."""
        if not self.places:
            return float(span[0]), float(span[1])
        seen = [box for box in self.places[span[0] : span[1]] if box is not None]
        return (min(box.x0 for box in seen), max(box.x1 for box in seen)) if seen else None

    def down_to(self, other: Line) -> float:
        """How far a line stands below this one on a page, in points; 0 where that is not known."""
        tops = [next((box.y0 for box in line.places if box is not None), None) for line in (self, other)]
        return tops[1] - tops[0] if tops[0] is not None and tops[1] is not None else 0.0


def lines_of(text: str, cells: Sequence[Box | None]) -> list[Line]:
    """Lines that say anything: neither rules nor empty ones. One longer than any row counts as none."""
    out = []
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) <= LONGEST and (bare := line.rstrip()) and _says(bare):
            out.append(Line(at, bare, cells[at : at + len(bare)] if cells else ()))
        at += len(line)
    return out


def _says(line: str) -> bool:
    """True for a line with a letter or digit, which mostly stands at its beginning."""
    return line[0].isalnum() or any(map(str.isalnum, line))


def parted(text: str) -> bool:
    """True for every line that `parts` is true of for one kind or another, and for some more."""
    for sign in _SIGNS:
        if sign in text:
            return True
    return not (text.isascii() and text.isprintable())


def parts(kind: str, text: str) -> bool:
    """True for every line that has a separator of this kind, and for some with a part of one."""
    for sign in _NEEDED[kind]:
        if sign in text:
            return True
    odd = kind == "gap" and not (text.isascii() and text.isprintable())  # other blanks than the usual one
    return odd and KINDS[kind].search(text) is not None


def split(kind: str, text: str) -> list[tuple[int, int]]:
    """The cells of a line, trimmed; empty ones have no width. Bars at the rim part nothing."""
    spans = _quoted(text) if kind == "comma" and '"' in text else _plain(kind, text)
    out = [trimmed(text, *span) for span in spans]
    if kind in ("bar", "gap"):
        if out and out[0][0] == out[0][1]:
            out = out[1:]
        if out and out[-1][0] == out[-1][1]:
            out = out[:-1]
    return out


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _plain(kind: str, text: str) -> list[tuple[int, int]]:
    spans = []
    at = 0
    for match in KINDS[kind].finditer(text):
        spans.append((at, match.start()))
        at = match.end()
    return [*spans, (at, len(text))]


def _quoted(text: str) -> list[tuple[int, int]]:
    """Cells of a comma-separated line in which quotation marks may hold commas."""
    spans = []
    at, inside = 0, False
    for i, character in enumerate(text):
        if character == '"':
            inside = not inside
        elif character == "," and not inside:
            spans.append((at, i))
            at = i + 1
    return [*spans, (at, len(text))]


def by_place(
    names: Line, heads: list[tuple[int, int]], line: Line, spans: list[tuple[int, int]]
) -> list[list[int]] | None:
    """For each cell of a row the names it stands below, or None where the cells do not stand below the
    names one after the other."""
    columns = [names.place(head) for head in heads]
    if None in columns or bool(names.places) != bool(line.places):
        return None
    whole = [column for column in columns if column is not None]
    out: list[list[int]] = []
    for span in spans:
        here = line.place(span)
        if here is None:
            return None
        met = [i for i, (low, high) in enumerate(whole) if here[0] < high and low < here[1]]
        if not met:
            met = [min(range(len(whole)), key=lambda i: _apart(whole[i], here))]
        if out and met[0] < out[-1][-1]:
            met = [i for i in met if i >= out[-1][-1]]
            if not met:
                return None
        out.append(met)
    return out if len({met[0] for met in out}) > 1 or len(out) == 1 else None


def _apart(column: tuple[float, float], here: tuple[float, float]) -> float:
    left, right = abs(column[0] - here[0]), abs(column[1] - here[1])
    return min(left, right, abs(sum(column) - sum(here)) / 2)


def cut_between(
    names: Line, heads: list[tuple[int, int]], line: Line, span: tuple[int, int], met: list[int], number: int
) -> tuple[int, int] | None:
    """The words of a cell below one of the names it runs below: from the first that begins there to
    the last before the next name. Whole where no word begins at either."""
    if len(met) == 1:
        return span
    text = line.text
    starts = [at for at in range(*span) if at == span[0] or (text[at - 1].isspace() > text[at].isspace())]
    edge = 2.0 if line.places else 1.0
    first, last = span
    if number != met[0]:
        low = names.place(heads[number])
        first = next((at for at in starts if low and _begins(line, at, low[0] - edge)), span[0])
    if number != met[-1]:
        high = names.place(heads[met[met.index(number) + 1]])
        later = (at for at in starts if at > first and high and _begins(line, at, high[0] - edge))
        last = next(later, span[1])
    while last > first and text[last - 1].isspace():
        last -= 1
    return (first, last) if last > first else None


def _begins(line: Line, at: int, edge: float) -> bool:
    place = line.place((at, at + 1))
    return place is not None and place[0] >= edge
