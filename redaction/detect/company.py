"""What stands in one column, or beside in one line, with words or numbers that tell, as reviews.

A list without a line of names, or below names that nobody has foreseen, is told by its own cells: where
half of a column tells of one thing, the rest of the column answers the same question. And a line of a
form that holds a value of ours often says more beside it ("Naturalized: yes   Court: D.N.M. 2011").
Both are shown to a person, never redacted by themselves, and nothing is shown where nothing is found.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from redaction.detect.grid import Line, parted, parts, split, trimmed
from redaction.detect.heads import DIGITS, HeadBook
from redaction.detect.lone import RULE as LONE
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.spans import Hit, Settled
from redaction.types import Action

COLUMN, BESIDE = "company.column", "company.line"
COLUMN_WHY = "In one column with cells that tell, and may answer the same question"
BESIDE_WHY = "In one line of a form or table with a value that tells, and may belong to it"
SCORE = 0.2
LONGEST_CELL = 48  # characters; what is longer is a remark, which is read as a sentence
LONGEST_LINE = 400
SHARE = 0.5  # of the cells of a column that tell, from which the others are shown
LEAST_ROWS = 2
TELLS = 0.6  # the score from which a finding shows what a table is about
_PERSON = re.compile(r"[A-ZÁÉÍÓÚÑ][\w'’-]+,? [A-ZÁÉÍÓÚÑ]|[A-Z]\. ?[A-Z][a-z]|[A-Z][a-z]+ [a-z]?[A-Z]\.")
COUNTED = {"semicolon": 2, "comma": 3, "slash": 2, "hyphen": 3}  # least cells of a row
_KINDS = ("bar", "tab", "dots", "gap", "semicolon", "slash", "hyphen", "comma")
_FIELD = re.compile(r"([^:=?]{1,40}?)\s*[:=?#]")
# What no value of ours is: a person's or a matter's own number, date or time, a sum, a size.
_PLAIN = re.compile(
    r"[$#]?[\d.,:/ -]{1,12}(?:am|pm|lbs?|hrs?|yrs?|min|%)?|[mfhxyn]|[WBHAIU]/[MF]|(?:19|20)?\d\d-\d{3,6}"
    r"|\(?\d{3}\)?[ -]\d{3}-?\d{4}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line cut into cells, and for each of them the types that tell in at least half of it."""

    line: Line
    kind: str
    cells: tuple[tuple[int, int], ...]
    told: tuple[frozenset[str], ...]

    @property
    def start(self) -> int:
        """Where the line begins in the text."""
        return self.line.start

    def cell(self, number: int) -> str:
        """The words of a cell."""
        return self.line.text[slice(*self.cells[number])]


class _Told:
    """Which types tell in a span: in at least half of its letters and digits."""

    def __init__(self, live: Sequence[Hit]) -> None:
        self._live = live
        self._starts = [hit.start for hit in live]

    def of(self, start: int, end: int, share: float = 0.5) -> frozenset[str]:
        """The types of the findings that take up such a share of a span."""
        at = max(0, bisect.bisect_right(self._starts, start) - 1)
        met = itertools.takewhile(lambda hit: hit.start < end, self._live[at:])
        return frozenset(
            hit.type
            for hit in met
            if min(end, hit.end) - max(start, hit.start) >= max(1, share * (end - start))
        )


def with_company(
    settled: Sequence[Settled], lines: Sequence[Line], is_other: Callable[[str], bool], text: str
) -> list[Settled]:
    """The findings, sorted and apart as they were, and the reviews of cells in their company.
    `is_other` tells that a text is the name of a field or column."""
    live = [s.hit for s in settled if s.action is not Action.KEEP]
    if not live:
        return list(settled)
    found = [*_of_columns(live, lines, is_other), *_beside(live, lines, is_other)]
    firm = [s for s in settled if s.action is not Action.KEEP or s.hit.cancels]
    shown = list(_apart(found, firm, text))
    starts = [s.hit.start for s in shown]
    loose = [
        s for s in settled if s.action is Action.KEEP and not s.hit.cancels and not _meets(shown, starts, s)
    ]
    return sorted([*firm, *loose, *shown], key=lambda s: (s.hit.start, s.hit.end))


def of_persons(hits: Iterable[Hit], lines: Sequence[Line], names: HeadBook) -> Iterator[Hit]:
    """The hits without those of lone cells in tables that are not about persons: nobody is the one "Cuba"
    in a table of streets."""
    starts = [line.start for line in lines]
    every = sorted(hits, key=lambda hit: hit.start)
    told = _Told([hit for hit in every if hit.rule != LONE and not hit.cancels and hit.score >= TELLS])
    about: dict[int, bool] = {}
    for hit in every:
        if hit.rule == LONE:
            at = bisect.bisect_right(starts, hit.start) - 1
            if at < 0:  # in a line too long for a row, with no other before it: nothing says whose it is
                yield hit
                continue
            if at not in about:
                run = _run(lines, at, told)
                verdict = bool(run) and _about_persons(run, names)
                about[at] = verdict
                about.update((bisect.bisect_right(starts, row.start) - 1, verdict) for row in run)
            if not about[at]:
                continue
        yield hit


def _about_persons(run: Sequence[_Row], names: HeadBook) -> bool:
    """True for rows below a line of names that speaks of persons, and for rows without one of which one
    at least names a person, or tells by a sure finding."""
    first = [run[0].cell(i) for i in range(len(run[0].cells))]
    if len(run) > 1 and not any(DIGITS.search(cell) for cell in first) and any(map(names.known, first)):
        heads = [names.cell(cell, "") for cell in first]
        return any(map(names.is_person, first)) or any(head and not head.weak for head in heads)
    return any(any(row.told) or any(_PERSON.match(row.cell(i)) for i in range(len(row.cells))) for row in run)


def _run(lines: Sequence[Line], at: int, told: _Told, above: int = -1) -> list[_Row]:
    """The rows around a line, below line `above`, that have as many cells, in order; none where the line
    is no row."""
    row = _row(lines[at], told)
    if row is None:
        return []
    rows = [row]
    for step, stop in ((-1, above), (1, len(lines))):
        near = at + step
        while near != stop and (other := _alike(lines[near], row, told)):
            rows.append(other)
            near += step
    return sorted(rows, key=lambda r: r.start)


def _of_columns(live: Sequence[Hit], lines: Sequence[Line], is_other: Callable[[str], bool]) -> Iterator[Hit]:
    """The cells without a finding of columns of which half tell of one thing."""
    told = _Told(live)
    starts = [line.start for line in lines]
    done = -1
    for hit in live:
        at = bisect.bisect_right(starts, hit.start) - 1
        if at <= done or at < 0:
            continue
        rows = _run(lines, at, told, done)
        if len(rows) >= LEAST_ROWS:
            done = bisect.bisect_right(starts, rows[-1].start) - 1
            for number in range(len(rows[0].cells)):
                yield from _of_column([(row, number) for row in rows], is_other)


def _of_column(column: Sequence[tuple[_Row, int]], is_other: Callable[[str], bool]) -> Iterator[Hit]:
    filled = [(row, i) for row, i in column if any(map(str.isalnum, row.cell(i)))]
    told = sum(bool(row.told[i]) for row, i in filled)
    if not told or told < SHARE * len(filled):
        return
    for row, i in filled:
        if not row.told[i] and len(row.cell(i)) <= LONGEST_CELL and not is_other(row.cell(i)):
            yield _hit(row.start + row.cells[i][0], row.start + row.cells[i][1], COLUMN, COLUMN_WHY)


def _beside(live: Sequence[Hit], lines: Sequence[Line], is_other: Callable[[str], bool]) -> Iterator[Hit]:
    """The cells right before and behind a labelled value in its line, unless they are another matter."""
    told = _Told(live)
    starts = [line.start for line in lines]
    for at in dict.fromkeys(bisect.bisect_right(starts, hit.start) - 1 for hit in live if _is_field(hit)):
        if at < 0 or (row := _row(lines[at], told, fields=True)) is None:
            continue
        for i in range(1, len(row.cells)):
            near = row.told[i - 1] or (i + 1 < len(row.cells) and row.told[i + 1])
            text = row.cell(i)
            if row.told[i] or not near or len(text) > LONGEST_CELL or not any(map(str.isalnum, text)):
                continue
            named = _FIELD.match(text)
            if _PLAIN.fullmatch(text) or is_other(text) or (named and is_other(named[1])):
                continue
            yield _hit(row.start + row.cells[i][0], row.start + row.cells[i][1], BESIDE, BESIDE_WHY)


def _is_field(hit: Hit) -> bool:
    return hit.layer in ("label", "identifier") and not hit.rule.endswith(".column")


def _row(line: Line, told: _Told, fields: bool = False) -> _Row | None:
    """The line as a row, cut by the first separator that parts it; None where nothing does. As a line of
    `fields` only gaps and bars part it."""
    if len(line.text) > LONGEST_LINE or not parted(line.text):
        return None
    for kind in ("bar", "gap") if fields else _KINDS:
        share = 0.0 if fields else 0.5
        if parts(kind, line.text) and (row := _cut(line, kind, told, COUNTED.get(kind, 2), share)):
            return row
    return None


def _cut(line: Line, kind: str, told: _Told, least: int, share: float = 0.5) -> _Row | None:
    cells = tuple(split(kind, line.text))
    if len(cells) < least:
        return None
    types = tuple(told.of(line.start + start, line.start + end, share) for start, end in cells)
    return _Row(line, kind, cells, types)


def _alike(line: Line, row: _Row, told: _Told) -> _Row | None:
    """The line as a row of as many cells, or None where it is none."""
    if len(line.text) > LONGEST_LINE or not parts(row.kind, line.text):
        return None
    other = _cut(line, row.kind, told, 2)
    return other if other and len(other.cells) == len(row.cells) else None


def _hit(start: int, end: int, rule: str, why: str) -> Hit:
    return Hit(start, end, "STATUS_IMPLICIT", SCORE, rule, 1, MODEL_LAYER, why, evidence=((start, end),))


def _apart(found: Sequence[Hit], firm: Sequence[Settled], text: str) -> Iterator[Settled]:
    """The hits as reviews, what of them no finding or named hard negative holds and says anything."""
    starts = [s.hit.start for s in firm]
    last = 0
    for hit in sorted(found, key=lambda h: (h.start, h.end)):
        at, last = max(hit.start, last), max(last, hit.end)
        near = firm[max(0, bisect.bisect_right(starts, at) - 1) : bisect.bisect_left(starts, hit.end)]
        for start, end in [*((s.hit.start, s.hit.end) for s in near), (hit.end, hit.end)]:
            piece = trimmed(text, at, min(start, hit.end))
            at = max(at, end)
            if any(map(str.isalnum, text[slice(*piece)])):
                yield Settled(_hit(*piece, hit.rule, hit.why), Action.REVIEW)


def _meets(shown: Sequence[Settled], starts: Sequence[int], kept: Settled) -> bool:
    at = bisect.bisect_left(starts, kept.hit.end) - 1
    return at >= 0 and shown[at].hit.end > kept.hit.start
