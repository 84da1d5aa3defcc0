"""What the model sees of a sentence: its words, their neighbours, and the meanings of both.

A name of the gazetteer stands for its classes, a word for itself, its beginning and its concepts
(concepts.yaml: words of one meaning, English and Spanish under one name), so that what was learned
of one country, tongue or turn of phrase holds for others. Features are numbers below `2**BITS`.
"""

from __future__ import annotations

import itertools
import re
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from redaction.detect.gazetteer.tagger import TaggedView
from redaction.detect.lexicon import read_yaml
from redaction.detect.views import fold_text

BITS = 20
CONCEPTS = Path(__file__).resolve().parent / "concepts.yaml"
FORMS, MEANINGS = 3, 4  # kept of each token
PARTS = 1 << 15  # of words, for gist.py
LETTERS = 4  # in a row, of a word's parts
AT_HOME = frozenset({"city", "state", "not_abroad"})  # places nearby tell no more than their own words
KEPT = 16_384  # words whose numbers are at hand
SKIPS = (2, 3, 4)
REACHES = (1, 2, 3)
_TOKEN = re.compile(rb"[A-Y][^A-Z]*Z|[a-z]{2,}(?:'[a-z]+)?|[0-9]+|[$%?!\"#:X^~]")
_MASK = np.uint64((1 << BITS) - 1)
_LEFT, _RIGHT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)

Ids = NDArray[np.uint64]
Features = NDArray[np.int64]
Words = list[bytes]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text, and where in its joined view each one begins."""

    words: Words
    starts: NDArray[np.int32]

    def of(self, spans: Sequence[tuple[int, int]]) -> list[Words]:
        """The words of each span of the joined view; the spans are in order."""
        if not self.words or not spans:
            return [[] for _ in spans]
        edges = np.searchsorted(self.starts, np.array(spans).ravel()).tolist()
        return [self.words[low:high] for low, high in zip(edges[::2], edges[1::2], strict=True)]


class Reader:
    """Turns tagged text into features. `classes` names the classes behind each tag letter."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        self._classes = {letter: names.split(",") for letter, names in classes.items()}
        self._exact: dict[str, list[str]] = {}
        self._begins: dict[str, list[str]] = {}
        for concept, words in read_yaml(CONCEPTS).items():
            for word in words:
                folded = fold_text(str(word))
                table, key = (self._begins, folded[:-1]) if folded.endswith("*") else (self._exact, folded)
                table.setdefault(key, []).append(concept)
        self._longest_beginning = max(map(len, self._begins), default=0)
        self._known = lru_cache(maxsize=65_536)(self._look_up)
        self._rows = _Rows(self._known)
        self._made_of = lru_cache(maxsize=65_536)(self._take_apart)

    def tokens(self, tagged: TaggedView) -> Tokens:
        """The words of a text, names with their tags."""
        words, at = list[bytes](), list[int]()
        for match in _TOKEN.finditer(tagged.data):
            words.append(match.group())
            at.append(match.start())
        return Tokens(words, tagged.first[at])

    def features(self, sentences: Sequence[Words]) -> list[Features]:
        """Sorted distinct features of each sentence."""
        every, ends = self.all_features(sentences)
        return [every[a:b] for a, b in itertools.pairwise(ends)]

    def all_features(self, sentences: Sequence[Words]) -> tuple[Features, Features]:
        """The sorted distinct features of each sentence one after the other, and where those of the first
        begin and of each one end."""
        owner = np.repeat(np.arange(len(sentences)), [len(words) for words in sentences])
        numbered = self._features([word for words in sentences for word in words], owner)
        ends = np.searchsorted(numbered, np.arange(len(sentences) + 1, dtype=np.int64) << BITS)
        return numbered & ((1 << BITS) - 1), ends

    def parts(self, word: bytes) -> Features:
        """Sorted distinct numbers below PARTS of what a word is made of: itself, its classes and
        concepts, its beginning and every four letters of it. Never empty."""
        return self._made_of(word)

    def means_something(self, tagged: TaggedView, start: int, end: int) -> bool:
        """True when a word of the span has a meaning that the model knows: a class or a concept."""
        low, high = np.searchsorted(tagged.first, (start, end))
        tokens = _TOKEN.finditer(tagged.data, int(low), int(high))
        return any(any(self._known(token.group())[1]) for token in tokens)

    def _features(self, words: Sequence[bytes], owner: NDArray[np.int64]) -> Features:
        """Sorted distinct features of all sentences at once, the sentence's number in the high bits."""
        if not words:
            return np.zeros(0, np.int64)
        rows = self._rows.of(words)
        forms, meanings, last = rows[:, :FORMS], rows[:, FORMS:-1], rows[:, -1]
        found = [_plain(forms, owner, 1), _plain(meanings, owner, 2), _pairs(forms, owner, 1, 3)]
        found += [_skips(last, owner, k, 4) for k in SKIPS]
        found += [_pairs(meanings, owner, k, 5) for k in REACHES]
        found.append(_together(meanings, owner, 6))
        return np.unique(np.concatenate(found))

    def _look_up(self, word: bytes) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """Numbers of the word's forms and meanings (0 where there is none) and of its most general form."""
        text = word.decode("ascii")
        classes: list[str] = []
        if text[0].isupper() and len(text) > 1:
            classes = [f"<{name}>" for name in self._classes.get(text[0], ()) if name not in AT_HOME]
            text = text[1:-1]
        elif text.isdigit():
            text = f"#{min(len(text), 9)}"
        forms = [text, *classes[:2]]
        if not classes and len(text) > 5:
            forms.append(text[:5] + "*")
        concepts = self._concepts(text)
        meanings = [*classes, *concepts][:MEANINGS]
        return (
            tuple(_number(form) for form in forms) + (0,) * (FORMS - len(forms)),
            tuple(_number(one) for one in meanings) + (0,) * (MEANINGS - len(meanings)),
            _number(forms[-1]),
        )

    def _concepts(self, text: str) -> list[str]:
        """Names of a word's concepts, each once."""
        concepts = [*self._exact.get(text, ())]
        for length in range(2, min(len(text), self._longest_beginning) + 1):
            concepts += self._begins.get(text[:length], ())
        return [f"@{concept}" for concept in dict.fromkeys(concepts)]

    def _take_apart(self, word: bytes) -> Features:
        text = word.decode("ascii")
        if text[0].isupper() and len(text) > 1:
            classes = self._classes.get(text[0], [])
            names = [f"<{name}" for name in classes]
            names += [] if set(classes) - AT_HOME else [text[1:-1]]
        elif text.isdigit():
            names = [f"#{min(len(text), 9)}"]
        else:
            names = [text, *([text[:5] + "*"] if len(text) > 5 else ()), *self._concepts(text)]
            if len(text) > LETTERS:
                names += [f"~{text[at : at + LETTERS]}" for at in range(len(text) - LETTERS + 1)]
        return np.unique(np.array([zlib.crc32(name.encode()) % PARTS for name in names], dtype=np.int64))


def _number(name: str) -> int:
    data = name.encode()
    return (zlib.crc32(data) << 32 | zlib.crc32(data[::-1])) or 1


def _numbered(ids: Ids, owner: NDArray[np.int64]) -> Features:
    return (ids & _MASK).astype(np.int64) | owner << BITS


def _plain(ids: Ids, owner: NDArray[np.int64], kind: int) -> Features:
    there = ids != 0
    flat = ids[there]
    whose = np.repeat(owner, ids.shape[1])[there.ravel()]
    return _numbered(_mixed(flat, np.full_like(flat, kind), 0), whose)


def _pairs(ids: Ids, owner: NDArray[np.int64], apart: int, kind: int) -> Features:
    """Every form of a token with every form of the one `apart` tokens on in its sentence."""
    same = np.flatnonzero(owner[:-apart] == owner[apart:])
    width = ids.shape[1]
    a = np.repeat(ids[same][:, :, None], width, axis=2).ravel()
    b = np.repeat(ids[same + apart][:, None, :], width, axis=1).ravel()
    both = np.flatnonzero((a != 0) & (b != 0))
    return _numbered(_mixed(a[both], b[both], kind), owner[same][both // (width * width)])


def _skips(last: Ids, owner: NDArray[np.int64], apart: int, kind: int) -> Features:
    same = np.flatnonzero(owner[:-apart] == owner[apart:])
    return _numbered(_mixed(last[same], last[same + apart], kind), owner[same])


def _together(meanings: Ids, owner: NDArray[np.int64], kind: int) -> Features:
    """Every two meanings that stand in one sentence, the smaller number first."""
    at, kind_of = np.nonzero(meanings)
    known, rank = np.unique(meanings[at, kind_of], return_inverse=True)
    # Each sentence's meanings once, in order; then each with those behind it in its sentence.
    whose, present = np.divmod(np.unique(owner[at] * (len(known) + 1) + rank), len(known) + 1)
    place = np.arange(len(whose))
    behind = np.searchsorted(whose, whose, "right") - place - 1
    first = np.repeat(place, behind)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(behind) - behind, behind)
    return _numbered(_mixed(known[present[first]], known[present[second]], kind), whose[first])


class _Rows:
    """What `look_up` says of words as rows of one table: each word's forms, meanings and last form."""

    def __init__(self, look_up: Callable[[bytes], tuple[tuple[int, ...], tuple[int, ...], int]]) -> None:
        self._look_up = look_up
        self._lock = threading.Lock()
        self._places: dict[bytes, int] = {}
        self._table = np.zeros((KEPT, FORMS + MEANINGS + 1), np.uint64)

    def of(self, words: Sequence[bytes]) -> Ids:
        """A row for each word. The table is begun anew when there is no room for more."""
        with self._lock:
            new = [word for word in dict.fromkeys(words) if word not in self._places]
            if len(self._places) + len(new) > len(self._table):
                self._places, new = {}, list(dict.fromkeys(words))
            if len(new) > len(self._table):
                return self._made(words)
            if new:
                at = len(self._places)
                self._table[at : at + len(new)] = self._made(new)
                self._places.update(zip(new, range(at, at + len(new)), strict=True))
            return self._table[[self._places[word] for word in words]]

    def _made(self, words: Sequence[bytes]) -> Ids:
        rows = [(*forms, *meanings, last) for forms, meanings, last in map(self._look_up, words)]
        return np.array(rows, np.uint64)


def _mixed(a: Ids, b: Ids, kind: int) -> Ids:
    with np.errstate(over="ignore"):
        mixed = (a * _LEFT) ^ (b * _RIGHT + np.uint64(kind))
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _LEFT
    return mixed ^ (mixed >> np.uint64(32))
