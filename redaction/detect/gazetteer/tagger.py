"""Makes the tagged view: names of the gazetteer become one letter each."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from redaction.detect.engine import compile_pattern
from redaction.detect.views import Positions, Views
from redaction.errors import DetectorError

_LETTERS = [letter for letter in string.ascii_uppercase if letter != "X"]


@dataclass(frozen=True, slots=True)
class TaggedView:
    """`data` is `joined` with names replaced by letters; `first[i]` and `last[i]` are the range
    of `joined` behind tagged character i, end exclusive."""

    data: bytes
    first: Positions
    last: Positions

    def joined_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `joined` behind a span of this view."""
        return int(self.first[start]), int(self.last[end - 1])


@dataclass(frozen=True, slots=True)
class Term:
    """One name, its classes, and the case its original must have (`title`, `upper` or none)."""

    text: str
    classes: frozenset[str]
    case: str


def read_terms(path: Path) -> list[Term]:
    """The names of a term file: text, classes by comma, case; tab-separated, `#` comments."""
    terms = []
    for line in path.read_text("ascii").splitlines():
        if line and not line.startswith("#"):
            text, classes, case = line.split("\t")
            terms.append(Term(text, frozenset(classes.split(",")), case))
    return terms


class Tagger:
    """Finds names and gives each the letter of its class combination."""

    def __init__(self, terms: list[Term]) -> None:
        combinations = sorted({",".join(sorted(term.classes)) for term in terms})
        if len(combinations) > len(_LETTERS):
            raise DetectorError("gazetteer_invalid", "more class combinations than letters")
        self._letter = dict(zip(combinations, _LETTERS, strict=False))
        self._tags: dict[bytes, tuple[int, str]] = {}
        for term in terms:
            key = term.text.replace("-", " ").encode("ascii")
            self._tags[key] = (ord(self._letter[",".join(sorted(term.classes))]), term.case)
        self._pattern = compile_pattern(_alternation(sorted(self._tags)))

    def macros(self) -> Mapping[str, str]:
        """For each class a character class of the letters that include it."""
        letters: dict[str, str] = {}
        for combination, letter in self._letter.items():
            for name in combination.split(","):
                letters[name] = letters.get(name, "") + letter
        return {name: f"[{chosen}]" for name, chosen in letters.items()}

    def tag(self, views: Views) -> TaggedView:
        """The tagged view of `views.joined`."""
        data = views.joined
        out = np.frombuffer(data, dtype=np.uint8).copy()
        keep = np.ones(len(data), dtype=bool)
        last = np.arange(1, len(data) + 1, dtype=np.int32)
        for match in self._pattern.finditer(data):
            start, end = match.span()
            letter, case = self._tags[data[start:end].replace(b"-", b" ")]
            if case and not _case_holds(views.original(start, end), case):
                continue
            out[start] = letter
            keep[start + 1 : end] = False
            last[start] = end
        first = np.flatnonzero(keep).astype(np.int32)
        return TaggedView(out[keep].tobytes(), first, last[keep])


def _case_holds(original: str, case: str) -> bool:
    letters = [c for c in original if c.isalpha()]
    return all(c.isupper() for c in letters) if case == "upper" else bool(letters) and letters[0].isupper()


def _alternation(terms: list[bytes]) -> str:
    """Longest name first, so that leftmost-first picks it."""
    import re

    parts = []
    for term in sorted((t.decode() for t in terms), key=lambda t: (-len(t), t)):
        body = re.escape(term).replace("\\ ", "[ -]")
        parts.append(body + (r"\b" if term[-1].isalnum() else ""))
    return r"\b(?:" + "|".join(parts) + ")"
