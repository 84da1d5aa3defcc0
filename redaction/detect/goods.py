"""Records of things: animals, plants, goods, machines and firms have birthplaces, countries of origin,
ports of entry and statuses too. What is found in such a record is shown to a person, not redacted by
itself, unless a field of the record is about a person.

A record is a run of lines without an empty one between them, seen a few lines around the finding.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache

from redaction.detect.grid import Line
from redaction.detect.lexicon import FOLDER, read_yaml
from redaction.detect.spans import SHOWN, Hit
from redaction.detect.views import fold_text

AROUND = 8  # lines before and after a finding that may belong to its record
LONGEST = 120  # characters; a longer line is prose and names no field
READ = 2_048  # lines of which is known what they say
ENOUGH = 2  # points from which a record is about a thing
_NAMES = re.compile(r"(?:^|[\t|;/,]|\s{2,})\s*([^\W\d_][^\n\t|;:=/]{0,27}?)\s*(?:[:=#]|\t|\s{2,}|(?=/))")
_LETTERS = re.compile(r"[a-z]+")
# Numbers known by letter and length alone, which things have as well.
_OF_LENGTH = frozenset({"anum.lettered", "visa.control", "visa.foil"})

_OF_THINGS_TOO = frozenset(
    {"COUNTRY_OF_BIRTH", "CITIZENSHIP", "VISA_CLASS", "IMMIGRATION_DOCUMENT", "LANGUAGE_PROXY", "A_NUMBER"}
)


def of_things(hits: Iterable[Hit], text: str, lines: Sequence[Line]) -> Iterator[Hit]:
    """The hits, those in records of things with a score from which they are shown to a person only."""
    starts = [line.start for line in lines]
    records = _Records(text, lines)
    for hit in hits:
        if hit.score > SHOWN and not hit.cancels and _said_of_things_too(hit):
            at = bisect.bisect_right(starts, hit.start) - 1
            if at >= 0 and records.about_thing(at):
                hit = replace(hit, score=SHOWN)
        yield hit


class _Records:
    """The records of a text; each line is read once."""

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        self._text, self._lines = text, lines
        self._signs: dict[int, _Signs] = {}
        self._judged: dict[int, bool] = {}

    def about_thing(self, at: int) -> bool:
        """Whether the record around a line is about a thing: its title or the names of its fields say so,
        and none of them is about a person."""
        if at not in self._judged:
            self._judged[at] = len(self._lines[at].text) <= LONGEST and self._judge(at)
        return self._judged[at]

    def _judge(self, at: int) -> bool:
        begin, end = self._records[at]
        first, last = max(at - AROUND, begin), min(at + AROUND, end)
        titled = last > first and self._of(first).title
        said, known = [], self._signs
        for n in range(first, last + 1):
            one = known.get(n) or self._of(n)
            if one.person:
                return False
            if one is not _NO_SIGNS:
                said.append(one)
        if not said:
            return titled
        only = frozenset[str]().union(*(one.only for one in said))
        too = frozenset[str]().union(*(one.too for one in said))
        return titled or ENOUGH * len(only) + len(too) >= ENOUGH

    @cached_property
    def _records(self) -> list[tuple[int, int]]:
        """For each line the first and last line of its record: no empty one stands between them."""
        out: list[tuple[int, int]] = []
        for at, line in enumerate(self._lines):
            after = self._lines[at + 1].start if at + 1 < len(self._lines) else None
            if after is None or self._text.count("\n", line.span[1], after) > 1:
                out += [(len(out), at)] * (at + 1 - len(out))
        return out

    def _of(self, at: int) -> _Signs:
        if at not in self._signs:
            line = self._lines[at].text
            self._signs[at] = _signs_of(line) if len(line) <= LONGEST else _NO_SIGNS
        return self._signs[at]


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a line says about its record: names of fields that only things have, and those that people
    have too; whether it names a field about a person; whether it reads as the title of a thing's record."""

    only: frozenset[str]
    too: frozenset[str]
    person: bool
    title: bool


_NO_SIGNS = _Signs(frozenset(), frozenset(), person=False, title=False)


@lru_cache(maxsize=READ)
def _signs_of(text: str) -> _Signs:
    """What a line says. Two parsers read every page, and forms repeat: most lines are known already."""
    line = fold_text(text)
    if _openings().isdisjoint(_LETTERS.findall(line)):
        return _NO_SIGNS
    known = _known()
    names = {name.strip(" .#*-") for name in _NAMES.findall(line)}
    signs = _Signs(
        known["only_things"] & names,
        known["things_too"] & names,
        bool(known["people"] & names),
        ":" not in line and bool(_title().search(line)),
    )
    return _NO_SIGNS if signs == _NO_SIGNS else signs


def _said_of_things_too(hit: Hit) -> bool:
    """True for values of fields, for numbers known by their length, and for words of origin and papers;
    what was done to somebody is done to nobody else."""
    if hit.layer == "identifier":
        return hit.rule in _OF_LENGTH
    return hit.layer == "label" or hit.type in _OF_THINGS_TOO


@cache
def _known() -> dict[str, frozenset[str]]:
    return {name: frozenset(map(str, terms)) for name, terms in read_yaml(FOLDER / "things.yaml").items()}


@cache
def _openings() -> frozenset[str]:
    """The first word of each name and title: one of these stands in every line that has any."""
    return frozenset(_LETTERS.findall(term)[0] for terms in _known().values() for term in terms)


@cache
def _title() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_known()['titles'])))})\b")
