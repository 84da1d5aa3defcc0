"""Tables in plain text: a header line whose cells govern the columns below them.

Read from the source itself, in one pass over its lines, because only there do the columns of a page
still stand where they stood; and over the whole text, because a header may govern rows that lie far
below it. Cells are parted by tabs, bars, wide gaps, semicolons, commas, slashes or rows of dots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from redaction.detect.heads import DIGITS, HEAD_LIMIT, Head, HeadBook, head_key
from redaction.detect.views import fold_text

LINE_LIMIT = 400  # characters of a header line; longer ones are prose or data
NOTES = 3  # lines without cells that may stand between rows before the table is over
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("bar", re.compile(r"[|¦│]")),
    ("tab", re.compile(r"\t")),
    ("dots", re.compile(r"[ ]*(?:\.{3,}|(?: \.){3,}|_{3,}|·{3,})[ ]*")),
    ("gap", re.compile(r"[\s\u00a0]{2,}|\t")),
    ("semicolon", re.compile(r";")),
    ("comma", re.compile(r",")),
    ("slash", re.compile(r" / ")),
    ("hyphen", re.compile(r" - ")),
)
_LABELLED = re.compile(r"[A-Za-z#).] ?[:=]|[:=]\s")
_CHANGES = frozenset(map(head_key, ("old", "new", "before", "after", "was", "now", "previous", "current")))
_CHANGES |= frozenset(map(head_key, ("antes", "despues", "anterior", "nuevo", "era", "ahora")))
_ROWS_AHEAD = 4  # lines below a header of which one must be a row
_PLACES = frozenset(("label.birthplace",))  # never a mere number
_NUMERIC = re.compile(r"[-+$#]?[0-9.,]*[0-9][%°]?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A governed cell and the head over it, in code points of the source, end exclusive."""

    start: int
    end: int
    head: Head
    head_start: int
    head_end: int


@dataclass(frozen=True, slots=True)
class Tables:
    """The governed cells of a text and the header lines, which hold no values themselves."""

    cells: tuple[Cell, ...]
    headers: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Line:
    start: int
    text: str


@dataclass(slots=True)
class _Header:
    kind: str
    spans: list[tuple[int, int]]  # of each head, in characters of its line
    heads: dict[int, Head]
    places: dict[int, tuple[int, int]]  # of each governing head, in the source
    by_rows: bool


class TableBook:
    """Finds tables by the names of their columns."""

    def __init__(self, heads: HeadBook) -> None:
        self._heads = heads

    def find(self, text: str) -> Tables:
        """Every governed cell of `text`, line by line. Time grows with length only."""
        cells: list[Cell] = []
        headers: list[tuple[int, int]] = []
        open_header: _Header | None = None
        notes = 0
        before: _Line | None = None
        lines = _lines(text)
        for at, line in enumerate(lines):
            below = lines[at + 1 : at + 1 + _ROWS_AHEAD]
            upper = None if before and headers and headers[-1][0] == before.start else before
            if header := self._header(line, upper, below, open_header):
                open_header, notes = header, 0
                headers.append((line.start, line.start + len(line.text)))
            elif open_header is not None and self._is_names(open_header.kind, line):
                open_header = None  # a form's next row of names: what follows is none of the table's
            elif open_header is not None:
                row = list(self._row(open_header, line))
                cells += row
                notes = 0 if row or _is_row(open_header.kind, line.text) else notes + 1
                if notes > NOTES:
                    open_header = None
            before = line
        return Tables(tuple(cells), tuple(headers))

    def _is_names(self, kind: str, line: _Line) -> bool:
        """True for a line of which half the cells, and two at least, are names of columns."""
        cells = [line.text[start:end] for start, end in _split(kind, line.text)]
        known = sum(self._heads.known(cell) or self._heads.cell(cell, "") is not None for cell in cells)
        return known >= 2 and 2 * known >= len(cells)

    def _header(
        self, line: _Line, before: _Line | None, below: Sequence[_Line], open_header: _Header | None
    ) -> _Header | None:
        if not 5 <= len(line.text) <= LINE_LIMIT or not below:
            return None
        for kind, separator in _KINDS:
            if separator.search(line.text) is None:
                continue
            spans = _split(kind, line.text)
            if len(spans) < 2 or (kind in ("comma", "slash", "hyphen") and len(spans) < 3):
                continue
            if kind == "comma" and any(end - start > HEAD_LIMIT for start, end in spans):
                continue
            following = next((one for one in below if _is_row(kind, one.text)), None)
            if following is None:
                continue
            header = self._read(kind, line, spans, before, following)
            if header and not (open_header and self._goes_on(open_header, header, line)):
                return header
        return None

    def _goes_on(self, open_header: _Header, header: _Header, line: _Line) -> bool:
        """True when a line reads like a header but is one more row of the table above it."""
        keys = [line.text[start:end] for start, end in header.spans]
        known = sum(i in header.heads or self._heads.known(key) for i, key in enumerate(keys))
        kinds = {open_header.kind, header.kind}
        same = kinds <= {"gap", "tab"} or (len(kinds) == 1 and len(open_header.spans) == len(header.spans))
        return same and 4 * known < 3 * len(keys)

    def _read(
        self, kind: str, line: _Line, spans: list[tuple[int, int]], before: _Line | None, following: _Line
    ) -> _Header | None:
        """The header that a line with these cells is, or None."""
        keys = [line.text[start:end] for start, end in spans]
        above = _above(kind, spans, before)
        found = {i: head for i, key in enumerate(keys) if (head := self._heads.cell(key, above.get(i, "")))}
        changes = len({head_key(key) for key in keys} & _CHANGES) >= 2
        if not found and not changes:
            return None
        known = [i in found or self._heads.known(key) for i, key in enumerate(keys)]
        data = [
            (not known[i] and len(DIGITS.findall(key)) >= 3) or _LABELLED.search(key) is not None
            for i, key in enumerate(keys)
        ]
        if any(data):
            return None
        if not changes and self._form_row(kind, line, following, keys, found, known):
            return None
        governing = self._heads.in_company(found, {head_key(key) for key in keys}, _is_caption(before))
        if not governing and not changes:
            return None
        places = {i: (line.start + spans[i][0], line.start + spans[i][1]) for i in governing}
        return _Header(kind, spans, governing, places, changes)

    def _form_row(
        self,
        kind: str,
        line: _Line,
        following: _Line,
        keys: Sequence[str],
        found: Mapping[int, Head],
        known: Sequence[bool],
    ) -> bool:
        """True when names and values alternate in the line, as on a form."""
        below = [following.text[a:b] for a, b in _split(kind, following.text)]
        if below and (self._heads.cell(below[0], "") or self._heads.known(below[0])):
            return True
        if sum(known) >= 2 and (known[-1] or sum(known) * 2 >= len(known)):
            return False
        sure_last = any(i == len(keys) - 1 and not head.weak for i, head in found.items())
        return not (sure_last and len(below) >= 2)

    def _row(self, header: _Header, line: _Line) -> Iterator[Cell]:
        spans = _split(header.kind, line.text)
        if header.by_rows:
            head = self._heads.cell(line.text[slice(*spans[0])], "") if spans else None
            for start, end in spans[1:] if head else ():
                if start < end and head:
                    yield _cell(line, start, end, head, (line.start + spans[0][0], line.start + spans[0][1]))
            return
        for number, head in header.heads.items():
            for start, end in _governed(header, number, spans, line.text):
                if start < end and (
                    head.label not in _PLACES or not _NUMERIC.fullmatch(line.text, start, end)
                ):
                    yield _cell(line, start, end, head, header.places[number])


def _cell(line: _Line, start: int, end: int, head: Head, place: tuple[int, int]) -> Cell:
    return Cell(line.start + start, line.start + end, head, *place)


def _lines(text: str) -> list[_Line]:
    """Lines that hold anything, with where they start. A line longer than any row counts as none."""
    out = []
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) <= 4_000 and (bare := line.rstrip()):
            out.append(_Line(at, bare))
        at += len(line)
    return out


def _split(kind: str, text: str) -> list[tuple[int, int]]:
    """The cells of a line, trimmed; empty ones have no width. Bars at the rim part nothing."""
    spans = _quoted(text) if kind == "comma" and '"' in text else _plain(kind, text)
    out = []
    for start, end in spans:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        out.append((start, end))
    if kind == "bar" or kind == "gap":
        if out and out[0][0] == out[0][1]:
            out = out[1:]
        if out and out[-1][0] == out[-1][1]:
            out = out[:-1]
    return out


def _plain(kind: str, text: str) -> list[tuple[int, int]]:
    separator = dict(_KINDS)[kind]
    spans = []
    at = 0
    for match in separator.finditer(text):
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


def _is_row(kind: str, text: str) -> bool:
    return dict(_KINDS)[kind].search(text.strip()) is not None


def _is_caption(line: _Line | None) -> bool:
    return line is not None and _CAPTION.search(fold_text(line.text[:LINE_LIMIT])) is not None


_CAPTION = re.compile(
    r"passport|pasaporte|immigra|inmigra|migrator|refuge|asyl|asilo|\bvisa|consul|foreign|extranjer|"
    r"citizen|ciudadan|birthplace|nacimiento|\bice\b|\bero\b|deport|uscis|naturaliz|resettle|newcomer|"
    r"migrant|h-?2a|h-?1b|j-?1\b|sevis|exchange student|tribal|interpret"
)


def _above(kind: str, spans: Sequence[tuple[int, int]], before: _Line | None) -> dict[int, str]:
    """The text over each head where the header has two lines."""
    if kind not in ("gap", "bar", "tab") or before is None or DIGITS.search(before.text):
        return {}
    upper = _split(kind, before.text)
    if kind != "gap":
        if len(upper) != len(spans):
            return {}
        return {i: before.text[start:end] for i, (start, end) in enumerate(upper)}
    out = {}
    for i, (start, end) in enumerate(spans):
        for first, last in upper:
            if first < end and start < last and last - first <= HEAD_LIMIT:
                out[i] = before.text[first:last]
                break
    return out


def _governed(
    header: _Header, number: int, spans: list[tuple[int, int]], text: str
) -> Iterator[tuple[int, int]]:
    """The cells of a row below a head. Rows with as many cells as the header go by count, others of a
    page with wide gaps by their place, the rest by count with room for what may have been lost."""
    width = len(header.spans)
    if len(spans) == width:
        yield spans[number]
    elif header.kind == "gap":
        yield from _below(header.spans, number, spans, text)
    elif len(spans) < 2:
        return
    elif len(spans) > width:
        extra = len(spans) - width
        yield spans[number][0], spans[number + extra][1]
    elif all(start < end for start, end in spans) and header.kind == "tab":
        for at in range(max(0, number - (width - len(spans))), min(number + 1, len(spans))):
            yield spans[at]
    elif number < len(spans):
        yield spans[number]


def _below(
    heads: Sequence[tuple[int, int]], number: int, spans: Sequence[tuple[int, int]], text: str
) -> Iterator[tuple[int, int]]:
    """The cells below a head by their place; of one that runs over two heads, the words below this one."""
    for start, end in spans:
        met = [i for i, (first, last) in enumerate(heads) if start < last and first < end]
        if not met:
            met = [
                min(range(len(heads)), key=lambda i: min(abs(heads[i][0] - start), abs(heads[i][1] - end)))
            ]
        if number not in met:
            continue
        if len(met) == 1:
            yield start, end
            continue
        cut = heads[number][0] - 1
        blank = text.rfind(" ", start, max(start, cut) + 1) if number != met[0] else start - 1
        first = blank + 1 if blank >= start else start
        stop = end
        if number != met[-1]:
            following = text.rfind(" ", first, heads[met[met.index(number) + 1]][0] + 1)
            stop = following if following > first else end
        yield first, stop
