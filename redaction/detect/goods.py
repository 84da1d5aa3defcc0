"""Records of things: animals, plants, goods, machines and firms have birthplaces, countries of origin,
ports of entry and statuses too. What is found in such a record is shown to a person, not redacted by
itself, unless a field of the record is about a person.

A record is a run of lines without an empty one between them, seen a few lines around the finding.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from redaction.detect.grid import Line
from redaction.detect.lexicon import FOLDER, read_yaml
from redaction.detect.spans import SHOWN, Hit
from redaction.detect.views import fold_text

AROUND = 8  # lines before and after a finding that may belong to its record
LONGEST = 120  # characters; a longer line is prose and names no field
ENOUGH = 2  # points from which a record is about a thing
_NAMES = re.compile(r"(?:^|[\t|;/,]|\s{2,})\s*([^\W\d_][^\n\t|;:=/]{0,27}?)\s*(?:[:=#]|\t|\s{2,}|(?=/))")
# Numbers known by letter and length alone, which things have as well.
_OF_LENGTH = frozenset({"anum.lettered", "visa.control", "visa.foil"})

_OF_THINGS_TOO = frozenset(
    {"COUNTRY_OF_BIRTH", "CITIZENSHIP", "VISA_CLASS", "IMMIGRATION_DOCUMENT", "LANGUAGE_PROXY", "A_NUMBER"}
)


def of_things(hits: Iterable[Hit], text: str, lines: Sequence[Line]) -> Iterator[Hit]:
    """The hits, those in records of things with a score from which they are shown to a person only."""
    starts = [line.start for line in lines]
    judged: dict[int, bool] = {}
    for hit in hits:
        if hit.score > SHOWN and not hit.cancels and _said_of_things_too(hit):
            at = bisect.bisect_right(starts, hit.start) - 1
            if at >= 0 and len(lines[at].text) <= LONGEST:
                if at not in judged:
                    judged[at] = _about_thing(_record(at, text, lines))
                if judged[at]:
                    hit = replace(hit, score=SHOWN)
        yield hit


def _said_of_things_too(hit: Hit) -> bool:
    """True for values of fields, for numbers known by their length, and for words of origin and papers;
    what was done to somebody is done to nobody else."""
    if hit.layer == "identifier":
        return hit.rule in _OF_LENGTH
    return hit.layer == "label" or hit.type in _OF_THINGS_TOO


def _record(at: int, text: str, lines: Sequence[Line]) -> list[str]:
    """The lines of the record around line `at`, folded; prose among them is left out."""
    first = _reach(at, -1, text, lines)
    last = _reach(at, 1, text, lines)
    return [fold_text(line.text) for line in lines[first : last + 1] if len(line.text) <= LONGEST]


def _reach(at: int, step: int, text: str, lines: Sequence[Line]) -> int:
    here = at
    while 0 <= here + step < len(lines) and abs(here + step - at) <= AROUND:
        upper, lower = sorted((here, here + step))
        if text.count("\n", lines[upper].span[1], lines[lower].start) > 1:
            break
        here += step
    return here


def _about_thing(record: Sequence[str]) -> bool:
    """Whether a record is about a thing: its title or the names of its fields say so, and none of them
    is about a person."""
    known = _known()
    names = {name.strip(" .#*-") for line in record for name in _NAMES.findall(line)}
    if names & known["people"]:
        return False
    titled = len(record) > 1 and ":" not in record[0] and bool(_title().search(record[0]))
    points = ENOUGH * len(names & known["only_things"]) + len(names & known["things_too"])
    return titled or points >= ENOUGH


@cache
def _known() -> dict[str, frozenset[str]]:
    return {name: frozenset(map(str, terms)) for name, terms in read_yaml(FOLDER / "things.yaml").items()}


@cache
def _title() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_known()['titles'])))})\b")
