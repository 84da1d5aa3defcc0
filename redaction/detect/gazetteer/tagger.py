"""Makes the tagged view: names of the gazetteer stand between a class letter and `Z`.

"He is from El Salvador" becomes `PheZ is from Cel_salvadorZ`. A frame asks for a class with
`{country}`; a plain word in a frame that is itself a name ("child", "ice") also matches its
tagged form, so frames can be written without thinking of tags (see `literal`).
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from redaction.detect.breaks import BREAK
from redaction.detect.engine import compile_pattern, spans_of
from redaction.detect.views import Positions, Views
from redaction.errors import DetectorError

_LETTERS = [letter for letter in string.ascii_uppercase if letter not in "XZ"]
_BODY = "[^A-Z]+"
_TAGS = [bytes((code,)) for code in range(256)]
_IN_NAMES = bytes.maketrans(b" -", b"__")
EXCUSE = "not_abroad"  # the class of names that only look like names of abroad


@dataclass(frozen=True, slots=True)
class TaggedView:
    """`data` is `joined` with tags; `first[i]` and `last[i]` are the range of `joined` behind
    tagged character i, end exclusive (for any character of a tag, the whole name). `parted` is
    `data` with the breaks that no hard negative reaches over (breaks.py)."""

    data: bytes
    parted: bytes
    first: Positions
    last: Positions

    def joined_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `joined` behind a span of this view."""
        return int(self.first[start]), int(self.last[end - 1])

    def joined_spans(self, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """The spans of `joined` behind many spans of this view."""
        if not spans:
            return []
        edges = np.array(spans, dtype=np.int64)
        return list(zip(self.first[edges[:, 0]].tolist(), self.last[edges[:, 1] - 1].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Term:
    """One name, its classes, and the case its original must have (`title`, `upper`, `lower` or none)."""

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
        self._pattern = compile_pattern(_alternation(self._tags))
        self._excuse = ord(self._letter.get(EXCUSE, "Z"))
        self._literals = _literals(self._tags)

    def macros(self) -> Mapping[str, str]:
        """For each class a pattern of a tag that includes it; `only_` for a class
        alone, and `people` for demonyms that are not the name of a country as well ("china" is both)."""
        letters: dict[str, str] = {}
        for combination, letter in self._letter.items():
            for name in combination.split(","):
                letters[name] = letters.get(name, "") + letter
            if "," not in combination:
                letters[f"only_{combination}"] = letter
            if "demonym" in combination.split(",") and "country" not in combination.split(","):
                letters["people"] = letters.get("people", "") + letter
        return {name: f"[{chosen}]{_BODY}Z" for name, chosen in letters.items()}

    def classes(self) -> Mapping[str, str]:
        """For each tag letter the names of its classes, by comma."""
        return {letter: combination for combination, letter in self._letter.items()}

    def literal(self, word: str) -> str | None:
        """A pattern for a plain word that may stand tagged, or None when it never does."""
        return self._literals.get(word)

    def tag(self, views: Views, parted: bytes) -> TaggedView:
        """The tagged view of `views.joined`; `parted` is the same with its breaks."""
        data = views.joined
        starts, ends, letters = [], [], []
        for start, end in self._names(data, parted):
            letter, case = self._tags[data[start:end].replace(b"-", b" ")]
            if case and not case_holds(views.original(start, end), case):
                continue
            starts.append(start)
            ends.append(end)
            letters.append(letter)
        return _with_tags(data, parted, starts, ends, letters)

    def _names(self, data: bytes, parted: bytes) -> Iterator[tuple[int, int]]:
        """Spans of the names. One that only excuses ("New Mexico") does not reach over a break:
        its words count for themselves."""
        at = 0
        while at >= 0:
            rest, at = at, -1
            for (start, end), *_ in spans_of(self._pattern, data, rest):
                cut = parted.find(BREAK, start, end)
                if cut >= 0 and self._tags[data[start:end].replace(b"-", b" ")][0] == self._excuse:
                    for (first, last), *_ in spans_of(self._pattern, data[start:cut]):
                        yield start + first, start + last
                    at = cut + 1
                    break
                yield start, end


def _literals(tags: Mapping[bytes, tuple[int, str]]) -> Mapping[str, str]:
    """For each word that ends names a pattern of it, plain or tagged: by the letters of these names, with
    words before it where they have any."""
    found: dict[str, set[tuple[str, bool]]] = {}
    for key, (letter, _) in tags.items():
        before, _, last = key.decode().rpartition(" ")
        found.setdefault(last, set()).add((chr(letter), bool(before)))
    patterns: dict[str, str] = {}
    for word, names in found.items():
        letters = "".join(sorted({letter for letter, _ in names}))
        lead = "[^A-Z ]*_" if any(long for _, long in names) else ""
        if lead and not all(long for _, long in names):
            lead = f"(?:{lead})?"
        patterns[word] = f"(?:{word}|[{letters}]{lead}{word}Z)"
    return patterns


def case_holds(original: str, case: str) -> bool:
    """True when the original's letters have the case asked for: all upper, first upper, all lower."""
    if case in ("upper", "lower") and original.isascii():
        return original.isupper() if case == "upper" else original == original.lower()
    letters = [c for c in original if c.isalpha()]
    if case == "upper":
        return bool(letters) and all(c.isupper() for c in letters)
    if case == "lower":
        return all(c.islower() for c in letters)
    return bool(letters) and letters[0].isupper()


def _with_tags(
    data: bytes, parted: bytes, starts: list[int], ends: list[int], letters: list[int]
) -> TaggedView:
    first = np.arange(len(data), dtype=np.int32)
    if not starts:
        return TaggedView(data, parted, first, first + 1)
    tagged = _put_in(data, starts, ends, letters)
    low, high = np.array(starts, dtype=np.int32), np.array(ends, dtype=np.int32)
    widths = high - low + 2
    at = low + 2 * np.arange(len(low), dtype=np.int32)
    inside = np.repeat(at - np.cumsum(widths) + widths, widths) + np.arange(int(widths.sum()), dtype=np.int32)
    shift = np.zeros(len(tagged), dtype=np.int32)
    shift[at] = 1
    shift[at + widths - 1] = 1
    first = np.arange(len(tagged), dtype=np.int32) - np.cumsum(shift, dtype=np.int32)
    last = first + 1
    first[inside] = np.repeat(low, widths)
    last[inside] = np.repeat(high, widths)
    return TaggedView(tagged, _put_in(parted, starts, ends, letters), first, last)


def _put_in(data: bytes, starts: list[int], ends: list[int], letters: list[int]) -> bytes:
    """The bytes with their tags, blanks and hyphens in the names as `_`; a break in a name stays one."""
    parts: list[bytes] = []
    at = 0
    for start, end, letter in zip(starts, ends, letters, strict=True):
        parts += (data[at:start], _TAGS[letter], data[start:end].translate(_IN_NAMES), b"Z")
        at = end
    parts.append(data[at:])
    return b"".join(parts)


def _alternation(terms: Mapping[bytes, object]) -> str:
    """Terms in falling order, so that of two with a common beginning the longer comes first."""
    parts = []
    for term in sorted((term.decode() for term in terms), reverse=True):
        body = re.escape(term).replace("\\ ", "[ -]")
        parts.append(body + (r"\b" if term[-1].isalnum() else ""))
    return r"\b(?:" + "|".join(parts) + ")"
