"""Trains the gist of the sentence model (model/gist.py): small steps over a few sentences at a time.

Most words of a sentence are left out of each step, others each time, so that no sentence is known by
heart. One generator of random numbers with a fixed seed, sums in a fixed order, no library of linear
algebra: the same sentences give the same bytes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from redaction.detect.model.features import PARTS, Features, Words
from redaction.detect.model.gist import HIDDEN, WIDTH, Gist, Numbers, summed
from redaction.detect.model.weights import STEPS

SEED = 1
ROUNDS = 10
TOGETHER = 128  # sentences in a step
LEFT_OUT = 0.6  # of the words, in each round
PACE = 0.1
SHARE = 0.5  # of the gist's score in that of the model

Places = NDArray[np.int64]


class _Learner:
    """The numbers as they are learned, and how far each has moved (AdaGrad)."""

    def __init__(self, random: np.random.Generator) -> None:
        self.table = random.standard_normal((PARTS, WIDTH)) * 0.1
        self.layer = random.standard_normal((HIDDEN, WIDTH)) * np.sqrt(2 / WIDTH)
        self.bias = np.zeros(HIDDEN)
        self.outward = random.standard_normal(HIDDEN) / np.sqrt(HIDDEN)
        self.last = np.zeros(1)
        self._moved = {
            name: np.full(getattr(self, name).shape, 1e-3) for name in ("layer", "bias", "outward", "last")
        }
        self._moved_rows = np.full(PARTS, 1e-3)

    def step(self, words: Places, counts: Places, tells: Numbers, made_of: _MadeOf) -> None:
        """Moves all numbers a little towards what these sentences say. `words` are those of all of them,
        `counts` of each."""
        known, order = np.unique(words, return_inverse=True)
        parts, sizes = made_of.of(known)
        whole = summed(summed(self.table[parts], sizes)[order], counts)
        before = np.einsum("sw,hw->sh", whole, self.layer) + self.bias
        hidden = np.maximum(before, 0)
        off = 1 / (1 + np.exp(-(hidden * self.outward).sum(1) - self.last)) - tells
        back = (off[:, None] * self.outward) * (before > 0)
        of_whole = np.einsum("sh,hw->sw", back, self.layer) / np.sqrt(counts)[:, None]
        of_words = _gathered(np.repeat(of_whole, counts, axis=0), order)[1] / np.sqrt(sizes)[:, None]
        rows, of_rows = _gathered(np.repeat(of_words, sizes, axis=0), parts)
        self._move("layer", np.einsum("sh,sw->hw", back, whole))
        self._move("bias", back.sum(0))
        self._move("outward", (off[:, None] * hidden).sum(0))
        self._move("last", off.sum(keepdims=True))
        self._moved_rows[rows] += (of_rows**2).mean(1)
        self.table[rows] -= PACE * of_rows / np.sqrt(self._moved_rows[rows])[:, None]

    def _move(self, name: str, slope: Numbers) -> None:
        self._moved[name] += slope**2
        setattr(self, name, getattr(self, name) - PACE * slope / np.sqrt(self._moved[name]))


class _MadeOf:
    """The parts of every word, by the word's number."""

    def __init__(self, parts: Sequence[Features]) -> None:
        self._sizes = np.array([len(one) for one in parts])
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._parts = np.concatenate(parts)

    def of(self, words: Places) -> tuple[Places, Places]:
        """The parts of these words, one after the other, and how many each has."""
        return self._parts[_ranges(self._starts[words], self._sizes[words])], self._sizes[words]


def fit(sentences: Sequence[Words], tells: Sequence[bool], parts: Callable[[bytes], Features]) -> Gist:
    """The gist learned from these sentences."""
    known: dict[bytes, int] = {}
    numbers = [np.array([known.setdefault(word, len(known)) for word in words]) for words in sentences]
    made_of = _MadeOf([parts(word) for word in known])
    random = np.random.Generator(np.random.PCG64(SEED))
    learner = _Learner(random)
    filled = [at for at, words in enumerate(sentences) if words]
    said = np.array(tells, dtype=np.float64)[filled]
    flat = np.concatenate([numbers[at] for at in filled])
    sizes = np.array([len(numbers[at]) for at in filled])
    for _ in range(ROUNDS):
        for words, counts, which in _steps(flat, sizes, random):
            learner.step(words, counts, said[which], made_of)
    return _rounded(learner)


def _steps(
    flat: Places, sizes: Places, random: np.random.Generator
) -> Iterator[tuple[Places, Places, Places]]:
    """One round over all sentences in another order: the words left in of TOGETHER of them at a time,
    how many each has, and which sentences they are."""
    order = random.permutation(len(sizes))
    words = flat[_ranges((np.cumsum(sizes) - sizes)[order], sizes[order])]
    owner = np.repeat(np.arange(len(sizes)), sizes[order])
    left = random.random(len(words)) >= LEFT_OUT
    words, owner = words[left], owner[left]
    edges = np.searchsorted(owner, np.arange(0, len(sizes) + TOGETHER, TOGETHER))
    for low, high in itertools.pairwise(edges.tolist()):
        if low < high:
            which, counts = np.unique(owner[low:high], return_counts=True)
            yield words[low:high], counts, order[which]


def _ranges(starts: Places, sizes: Places) -> Places:
    """Numbers from each start on, as many as its size."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1]) + np.repeat(starts - ends + sizes, sizes)


def _gathered(rows: Numbers, of: Places) -> tuple[Places, Numbers]:
    """The distinct places, sorted, and the sum of the rows of each."""
    order = np.argsort(of, kind="stable")
    places, firsts = np.unique(of[order], return_index=True)
    return places, np.add.reduceat(rows[order], firsts, axis=0)


def _rounded(learner: _Learner) -> Gist:
    """The table in steps of one byte, the few that stand far out cut off at the largest step."""
    step = float(np.quantile(np.abs(learner.table), 0.9995)) / STEPS
    table = np.clip(np.rint(learner.table / step), -STEPS, STEPS).astype(np.int8)
    outward, last = SHARE * learner.outward, SHARE * float(learner.last[0])
    return Gist(table, step, learner.layer.round(4), learner.bias.round(4), outward.round(4), round(last, 4))
