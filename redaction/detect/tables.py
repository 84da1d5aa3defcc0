"""Tables: a row of names whose cells govern the columns below them.

Read from the source itself, line by line, because only there do the columns of a page still stand
where they stood. Cells are parted by tabs, bars, wide gaps, semicolons, commas, slashes or rows of
dots. A page of a form is no table, so nothing counts as one without rows that show it: lines of as
many cells as the names, or with their cells below them, and no names among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from redaction.detect.grid import KINDS, Line, by_place, cut_between, parted, parts, split
from redaction.detect.heads import DIGITS, Head, HeadBook, head_key
from redaction.detect.views import fold_text

LINE_LIMIT = 400  # characters of a line of names; longer ones are prose or data
NAME_LIMIT = 44  # characters of one name
NAME_WORDS = 6
LEAST_ROWS = 2  # right below the names; a single one is read, but nothing below it
FAR_PITCHES = 3.0  # times the widest step from row to row so far: what is further off is no row
ASIDE = 1  # lines that are no rows and may stand between two rows
_LABELLED = re.compile(r"[A-Za-z#).?] ?[:=](?:\s|$)|[A-Za-z#]:[^\s/]")
_SENTENCE = re.compile(r"[a-z]{6}[.!?;] |,.*,|[\"@$%]|\w\] ")
_NUMBER = re.compile(r"[0-9]{3}|[0-9][/:.-][0-9]")
_CAPTION = re.compile(
    r"passport|pasaporte|immigra|inmigra|migrator|refuge|asyl|asilo|\bvisa|consul|foreign|extranjer|"
    r"citizen|ciudadan|birthplace|nacimiento|\bice\b|\bero\b|deport|uscis|naturaliz|resettle|newcomer|"
    r"migrant|h-?2a|h-?1b|j-?1\b|sevis|exchange student|tribal|interpret"
)
_CHANGES = frozenset(map(head_key, ("old", "new", "before", "after", "was", "now", "previous", "current")))
_CHANGES |= frozenset(map(head_key, ("antes", "despues", "anterior", "nuevo", "era", "ahora")))
_COUNTED = {"comma": 3, "slash": 3, "hyphen": 3, "semicolon": 2}  # least names; rows have as many cells
_SIGNS = {"comma": ",", "slash": " / ", "hyphen": " - ", "semicolon": ";"}  # one between two cells
_PLACES = frozenset(("label.birthplace",))  # never a mere number
_NUMERIC = re.compile(r"[-+$#]?[0-9.,]*[0-9][%°]?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A governed cell and the head over it, in code points of the source, end exclusive. Those of one
    `table` with a head that is in `doubt` count only where something in such a column tells."""

    start: int
    end: int
    head: Head
    head_start: int
    head_end: int
    table: int
    doubt: bool


@dataclass(frozen=True, slots=True)
class Tables:
    """The governed cells of a text, the lines of names over them and the rows below, in order."""

    cells: tuple[Cell, ...]
    headers: tuple[tuple[int, int], ...]
    rows: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Header:
    line: Line
    kind: str
    spans: list[tuple[int, int]]  # of each name, in characters of its line
    heads: dict[int, Head] = field(default_factory=dict)
    doubted: dict[int, Head] = field(default_factory=dict)
    by_rows: bool = False
    single: bool = False  # one row only


class TableBook:
    """Finds tables by the names of their columns."""

    def __init__(self, heads: HeadBook) -> None:
        self._heads = heads

    def find(self, lines: Sequence[Line]) -> Tables:
        """Every governed cell of the lines of a text (`grid.lines_of`). Time grows with length only."""
        found: list[Cell] = []
        headers: list[tuple[int, int]] = []
        rows: list[tuple[int, int]] = []
        at = 0
        while at < len(lines):
            header = self._header(lines, at)
            at += 1
            if header is None:
                continue
            headers.append(header.line.span)
            at = self._read(header, lines, at, len(headers), found, rows)
        return Tables(tuple(found), tuple(headers), tuple(rows))

    def _read(
        self, header: _Header, lines: Sequence[Line], at: int, number: int, found: list[Cell],
        rows: list[tuple[int, int]],
    ) -> int:  # fmt: skip
        """The rows from line `at` on; returns the first line that is none of the table's."""
        last, above, pitch = at, header.line, 0.0
        stop = min(len(lines), at + 1 + ASIDE) if header.single else len(lines)
        while at < stop and at - last <= ASIDE:
            line = lines[at]
            down = above.down_to(line)
            if self._is_names(header.kind, line) or (pitch and not 0 <= down <= FAR_PITCHES * pitch):
                break  # a form's next row of names, or the next table's, or the foot of the page
            at += 1
            if _fits(header, line) or _goes_on(header, line):
                found += self._governed(header, line, number)
                rows.append(line.span)
                last, above, pitch = at, line, max(pitch, down)
                if header.single:
                    break
        return last

    def _header(self, lines: Sequence[Line], at: int) -> _Header | None:
        """The table that begins with a line of names, or None where no rows show one."""
        line = lines[at]
        if not 5 <= len(line.text) <= LINE_LIMIT or not parted(line.text):
            return None
        for kind in KINDS:
            if (
                not parts(kind, line.text)
                or line.text.count(_SIGNS.get(kind, "")) < _COUNTED.get(kind, 2) - 1
            ):
                continue
            spans = split(kind, line.text)
            if len(spans) < _COUNTED.get(kind, 2):
                continue
            header = self._named(kind, lines, at, spans)
            if header and self._shown(header, lines[at + 1 : at + 1 + LEAST_ROWS + ASIDE]):
                return header
        return None

    def _named(
        self, kind: str, lines: Sequence[Line], at: int, spans: list[tuple[int, int]]
    ) -> _Header | None:
        """The header that a line with these cells may be, or None."""
        line, before = lines[at], lines[at - 1] if at else None
        keys = [line.text[start:end] for start, end in spans]
        if any(not _is_name(key) for key in keys) or sum(map(bool, keys)) < 2:
            return None
        above = _above(kind, spans, line, before)
        made = not any(map(DIGITS.search, keys))
        every = {
            i: head for i, key in enumerate(keys) if (head := self._heads.cell(key, above.get(i, ""), made))
        }
        if any(_NUMBER.search(key) and i not in every for i, key in enumerate(keys)):
            return None
        changes = len({head_key(key) for key in keys} & _CHANGES) >= 2
        if not every and not changes:
            return None
        governing = self._heads.in_company(every, keys, _is_caption(before))
        known = sum(i in every or self._heads.known(key) for i, key in enumerate(keys))
        sure = any(not head.weak and not head.by_word for head in every.values())
        if not changes and not (2 * known >= len(keys) and known >= 2) and not sure:
            return None
        if known == 1 and 0 in every:
            return None  # the name of a field and its value
        doubted = {i: head for i, head in every.items() if i not in governing}
        return _Header(line, kind, spans, governing, doubted, changes)

    def _shown(self, header: _Header, below: Sequence[Line]) -> bool:
        """True when rows follow at once: two of them, or a single one below names that are all known."""
        rows: list[Line] = []
        for line in below:
            if self._is_names(header.kind, line):
                break
            if not _fits(header, line):
                if rows or parts(header.kind, line.text):
                    break
                continue
            rows.append(line)
        if not rows or (not header.by_rows and any(self._begins_with_name(header.kind, row) for row in rows)):
            return False
        if len(rows) >= LEAST_ROWS:
            return True
        header.single = True
        keys = [header.line.text[start:end] for start, end in header.spans]
        known = sum(self._heads.known(key) or self._heads.cell(key, "") is not None for key in keys)
        alike = len(split(header.kind, rows[0].text)) == len(keys)
        return alike and known >= 2 and known >= len(keys) - (len(keys) > 2)

    def _begins_with_name(self, kind: str, line: Line) -> bool:
        """True for a line of a form: it begins with the name of a field, not of a person's part."""
        spans = split(kind, line.text)
        first = line.text[slice(*spans[0])] if spans else ""
        named = self._heads.cell(first, "")
        if named is not None and not named.weak and not named.by_word:
            return True
        return self._heads.is_other(first) and not self._heads.is_person(first)

    def _is_names(self, kind: str, line: Line) -> bool:
        """True for a line of which most cells, and two at least, are names of columns; half of them are
        enough where the first is one."""
        keys = [line.text[start:end] for start, end in split(kind, line.text)]
        known = [
            self._heads.known(key) or (self._heads.cell(key, "") is not None and not DIGITS.search(key))
            for key in keys
        ]
        least = 2 * len(keys) if not known[0] else 1.5 * len(keys)
        return sum(known) >= 2 and 3 * sum(known) >= least

    def _governed(self, header: _Header, line: Line, number: int) -> Iterator[Cell]:
        spans = split(header.kind, line.text)
        if header.by_rows:
            head = self._heads.cell(line.text[slice(*spans[0])], "") if spans else None
            for span in spans[1:] if head else ():
                if span[0] < span[1] and head:
                    yield _cell(
                        line, span, head, (line.start + spans[0][0], line.start + spans[0][1]), number
                    )
            return
        for doubt, heads in enumerate((header.heads, header.doubted)):
            for at, head in heads.items():
                place = header.spans[at]
                named = (header.line.start + place[0], header.line.start + place[1])
                for span in _below(header, at, line, spans):
                    bare = line.text[slice(*span)]
                    if not bare or (head.label in _PLACES and _NUMERIC.fullmatch(bare)):
                        continue
                    yield _cell(line, span, head, named, number, bool(doubt))


def _cell(
    line: Line, span: tuple[int, int], head: Head, named: tuple[int, int], table: int, doubt: bool = False
) -> Cell:
    return Cell(line.start + span[0], line.start + span[1], head, *named, table, doubt)


def _is_name(key: str) -> bool:
    """True for what may name a column: short, no sentence, no number, nothing with a value in it."""
    if len(key) > NAME_LIMIT or len(key.split()) > NAME_WORDS:
        return False
    return _LABELLED.search(key) is None and _SENTENCE.search(key) is None


def _fits(header: _Header, line: Line) -> bool:
    """True for a row: as many cells as names, or cells that stand below them one by one."""
    spans = split(header.kind, line.text)
    if len(spans) < 2 or any(_LABELLED.search(line.text[start:end]) for start, end in spans[:2]):
        return False
    if header.kind in _COUNTED:
        return len(spans) == len(header.spans) or (header.kind == "comma" and len(spans) > len(header.spans))
    if len(spans) == len(header.spans):
        return True
    places = by_place(header.line, header.spans, line, spans)
    if places is not None:
        return True
    return header.kind not in ("gap", "dots") and not line.places and len(spans) <= len(header.spans)


def _goes_on(header: _Header, line: Line) -> bool:
    """True for the second line of a cell: one cell alone, below a name that is not the first."""
    spans = split(header.kind, line.text)
    if len(spans) != 1 or not header.line.places or not line.places:
        return False
    first = header.line.place(header.spans[1])
    here = line.place(spans[0])
    return first is not None and here is not None and here[0] >= first[0] - 2


def _below(
    header: _Header, number: int, line: Line, spans: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The cells of a row below a name: by their places on a page, else by count, else by their places
    in the text. Of a cell that runs below two names, the words below this one. Where places and count
    may both be meant, what either says."""
    width = len(header.spans)
    on_page = bool(line.places and header.line.places)
    if len(spans) == width and not on_page:
        yield spans[number]
        return
    placed = by_place(header.line, header.spans, line, spans) if on_page or header.kind == "gap" else None
    for span, names in zip(spans, placed or (), strict=bool(placed)):
        if number in names:
            part = cut_between(header.line, header.spans, line, span, names, number)
            yield from [part] if part else []
    if on_page and placed:
        return
    if placed and len({names[0] for names in placed}) == len(placed):
        return
    if header.kind == "comma" and len(spans) > width:
        yield spans[number][0], spans[number + len(spans) - width][1]
    elif number < len(spans):
        yield spans[number]


def _is_caption(line: Line | None) -> bool:
    return line is not None and _CAPTION.search(fold_text(line.text[:LINE_LIMIT])) is not None


def _above(kind: str, spans: Sequence[tuple[int, int]], line: Line, before: Line | None) -> dict[int, str]:
    """The text over each name where the names have two lines."""
    if kind not in ("gap", "bar", "tab") or before is None or DIGITS.search(before.text):
        return {}
    upper = split(kind, before.text)
    if len(upper) == len(spans):
        return {i: before.text[start:end] for i, (start, end) in enumerate(upper)}
    places = by_place(line, list(spans), before, upper) if len(upper) > 1 else None
    if places is None:
        return {}
    return {names[0]: before.text[slice(*span)] for span, names in zip(upper, places, strict=True)}
