"""What differs between two texts, line by line, as `partials/diff.html` draws it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: in both texts, in the old one alone, or in the new one alone."""

    kind: str
    text: str


def lines_of(old: str, new: str) -> list[Line]:
    """Every line of both texts in order, what goes before what comes."""
    before, after, found = old.splitlines(), new.splitlines(), list[Line]()
    for what, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if what == "equal":
            found += [Line(SAME, line) for line in before[a:b]]
        else:
            found += [Line(GONE, line) for line in before[a:b]] + [Line(NEW, line) for line in after[c:d]]
    return found
