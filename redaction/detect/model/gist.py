"""What a sentence says on the whole, word order aside: a few numbers for each word, summed.

The weights of features.py know what they have seen. Here words that stand in like sentences get like
numbers, so that what was learned of some holds for a sentence made of others. A word's numbers are
the sum of those of its parts; a sentence's, through one layer that knows of no number below zero,
become its score. Sums are taken row by row: a sentence's score is the same whatever stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redaction.detect.model.features import PARTS, Features, Words

WIDTH, HIDDEN = 24, 32
LONG = 16  # words; a sentence of more is no surer for it: prose of other kinds has longer ones
OUTER = HIDDEN * (WIDTH + 2) + 1  # numbers behind the table of parts

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gist:
    """`table` holds `WIDTH` numbers for each part of words, in steps of `step`; `layer` and `bias` make
    `HIDDEN` numbers of a sentence's, `outward` and `last` its score of those above zero."""

    table: NDArray[np.int8]
    step: float
    layer: Numbers
    bias: Numbers
    outward: Numbers
    last: float

    def scores(self, sentences: Sequence[Words], parts: Callable[[bytes], Features]) -> Numbers:
        """The score of each sentence; 0 for one without words."""
        out = np.zeros(len(sentences))
        filled = [at for at, words in enumerate(sentences) if words]
        if not filled:
            return out
        known: dict[bytes, int] = {}
        order = [known.setdefault(word, len(known)) for at in filled for word in sentences[at]]
        made_of = [parts(word) for word in known]
        rows = self.table[np.concatenate(made_of)].astype(np.float64) * self.step
        words = summed(rows, np.array([len(numbers) for numbers in made_of]))
        counts = np.array([len(sentences[at]) for at in filled])
        whole = summed(words[order], counts) * np.sqrt(np.minimum(1, LONG / counts))[:, None]
        hidden = np.maximum(np.einsum("sw,hw->sh", whole, self.layer) + self.bias, 0)
        out[filled] = np.einsum("sh,h->s", hidden, self.outward) + self.last
        return out

    def to_bytes(self) -> bytes:
        """The table, then the other numbers as four bytes each."""
        others = np.concatenate([self.layer.ravel(), self.bias, self.outward, [self.last]])
        return self.table.tobytes() + others.astype("<f4").tobytes()


def summed(rows: Numbers, counts: NDArray[np.int64]) -> Numbers:
    """The sum of each group of rows by the root of their count; `counts` are above zero and in order."""
    ends = np.cumsum(counts)
    sums: Numbers = np.add.reduceat(rows, ends - counts, axis=0)
    return sums / np.sqrt(counts)[:, None]


def from_bytes(data: bytes, step: float) -> Gist:
    """What `to_bytes` wrote. Raises ValueError for data of another length."""
    table = np.frombuffer(data, dtype=np.int8, count=PARTS * WIDTH).reshape(PARTS, WIDTH)
    others = np.frombuffer(data, dtype="<f4", offset=table.size).astype(np.float64)
    if len(others) != OUTER:
        raise ValueError("another shape")
    layer, bias, outward, last = np.split(others, np.cumsum([HIDDEN * WIDTH, HIDDEN, HIDDEN]))
    return Gist(table, step, layer.reshape(HIDDEN, WIDTH), bias, outward, float(last[0]))
