"""What the model sees of a sentence: its words, their neighbours, and the meanings of both.

A name of the gazetteer stands for its classes, a word for itself, its beginning and its concepts
(concepts.yaml: words of one meaning, English and Spanish under one name), so that what was learned
of one country, tongue or turn of phrase holds for others. Features are numbers below `2**BITS`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
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
LEAST = 3  # words; less is no sentence, and names and numbers alone are the rules' own
SKIPS = (2, 3, 4)
REACHES = (1, 2, 3)
_TOKEN = re.compile(rb"[A-Y][^A-Z]*Z|[a-z]{2,}(?:'[a-z]+)?|[0-9]+|[$%?!\"#:X^~]")
_MASK = np.uint64((1 << BITS) - 1)
_LEFT, _RIGHT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)

Ids = NDArray[np.uint64]
Features = NDArray[np.int64]


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
        self._known = lru_cache(maxsize=65_536)(self._look_up)

    def sentence_features(self, tagged: TaggedView, spans: Sequence[tuple[int, int]]) -> list[Features]:
        """Sorted distinct features of each span; spans are of the joined view, in order."""
        tokens = [match.span() for match in _TOKEN.finditer(tagged.data)]
        if not tokens:
            return [np.zeros(0, np.int64) for _ in spans]
        starts = tagged.first[[token[0] for token in tokens]]
        edges = np.searchsorted(starts, [edge for span in spans for edge in span])
        out = []
        for low, high in zip(edges[::2], edges[1::2], strict=True):
            words = [tagged.data[a:b] for a, b in tokens[low:high]]
            spoken = sum(len(word) > 3 and word[-1] > 57 for word in words)
            out.append(
                self._features(words) if max(LEAST, len(words) // 3) <= spoken else np.zeros(0, np.int64)
            )
        return out

    def _features(self, words: Sequence[bytes]) -> Features:
        if not words:
            return np.zeros(0, np.int64)
        rows = [self._known(word) for word in words]
        forms = np.array([row[0] for row in rows], dtype=np.uint64)
        meanings = np.array([row[1] for row in rows], dtype=np.uint64)
        last = np.array([row[2] for row in rows], dtype=np.uint64)
        found = [_plain(forms, 1), _plain(meanings, 2), _pairs(forms, forms, 1, 3)]
        found += [_mixed(last[:-k], last[k:], 4) for k in SKIPS if k < len(words)]
        found += [_pairs(meanings, meanings, k, 5) for k in REACHES]
        present = np.unique(meanings[meanings != 0])
        left, right = np.triu_indices(len(present), 1)
        found.append(_mixed(present[left], present[right], 6))
        return np.unique(np.concatenate(found) & _MASK).astype(np.int64)

    def _look_up(self, word: bytes) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """Numbers of the word's forms and meanings (0 where there is none) and of its most general form."""
        text = word.decode("ascii")
        classes: list[str] = []
        if text[0].isupper() and len(text) > 1:
            classes = [f"<{name}>" for name in self._classes.get(text[0], ())]
            text = text[1:-1]
        elif text.isdigit():
            text = f"#{min(len(text), 9)}"
        forms = [text, *classes[:2]]
        if not classes and len(text) > 5:
            forms.append(text[:5] + "*")
        concepts = [*self._exact.get(text, ())]
        for length in range(2, len(text) + 1):
            concepts += self._begins.get(text[:length], ())
        meanings = [*classes, *(f"@{concept}" for concept in dict.fromkeys(concepts))][:MEANINGS]
        return (
            tuple(_number(form) for form in forms) + (0,) * (FORMS - len(forms)),
            tuple(_number(one) for one in meanings) + (0,) * (MEANINGS - len(meanings)),
            _number(forms[-1]),
        )


def _number(name: str) -> int:
    data = name.encode()
    return (zlib.crc32(data) << 32 | zlib.crc32(data[::-1])) or 1


def _plain(ids: Ids, kind: int) -> Ids:
    flat = ids[ids != 0]
    return _mixed(flat, np.full_like(flat, kind), 0)


def _pairs(left: Ids, right: Ids, apart: int, kind: int) -> Ids:
    """Every form of a token with every form of the one `apart` tokens on."""
    if len(left) <= apart:
        return np.zeros(0, np.uint64)
    a = np.repeat(left[:-apart, :, None], right.shape[1], axis=2).ravel()
    b = np.repeat(right[apart:, None, :], left.shape[1], axis=1).ravel()
    both = (a != 0) & (b != 0)
    return _mixed(a[both], b[both], kind)


def _mixed(a: Ids, b: Ids, kind: int) -> Ids:
    with np.errstate(over="ignore"):
        mixed = (a * _LEFT) ^ (b * _RIGHT + np.uint64(kind))
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _LEFT
    return mixed ^ (mixed >> np.uint64(32))
