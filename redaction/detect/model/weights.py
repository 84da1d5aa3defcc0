"""The model's numbers on disk: one line of JSON, one signed byte for each feature, then the gist."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from redaction.detect.model.features import BITS, Reader, Words
from redaction.detect.model.gist import Gist, from_bytes
from redaction.errors import DetectorError

FILE = Path(__file__).resolve().parent / "sentences.bin"
STEPS = 127
BOUNDS = ("threshold", "beside", "brief", "calm", "faint", "still")  # of split.yaml
_NUMBERS = ("bias", "scale", *BOUNDS)


@dataclass(frozen=True, slots=True)
class Weights:
    """`bias + scale * sum(values[features]) / sqrt(count)`, and what gist.py says, is the score of a
    sentence. From `threshold` on it is reviewed, from `beside` on if a rule found something in it, a
    cell of few words (brief.py) from `brief` on if something is found near it; up to `calm`
    what the lexicon found in it is no more than reviewed, up to `faint` bare names and up to `still`
    what weak rules and rules of everyday words found is no more than kept (doubt.py)."""

    bias: float
    scale: float
    threshold: float
    beside: float
    brief: float
    calm: float
    faint: float
    still: float
    values: NDArray[np.int8]
    gist: Gist

    def scores(self, sentences: Sequence[Words], reader: Reader) -> list[float]:
        """The score of each sentence; about 0 where it could be either, minus infinity where there are
        no words."""
        every, ends = reader.all_features(sentences)
        counts = np.diff(ends)
        said = np.flatnonzero(counts)
        weighed = np.full(len(sentences), -math.inf)
        if len(said):
            totals = np.add.reduceat(self.values[every], ends[said], dtype=np.int64)
            weighed[said] = self.bias + self.scale * totals / np.sqrt(counts[said])
        scores: list[float] = (weighed + self.gist.scores(sentences, reader.parts)).tolist()
        return scores

    def to_bytes(self) -> bytes:
        """The file's content: the same numbers give the same bytes."""
        head = {
            "v": 5,
            "bits": BITS,
            "bias": round(self.bias, 6),
            "scale": round(self.scale, 9),
            "step": round(self.gist.step, 9),
            **{name: round(getattr(self, name), 6) for name in BOUNDS},
        }
        first = json.dumps(head, sort_keys=True).encode()
        return b"\n".join((first, self.values.tobytes() + self.gist.to_bytes()))


def read(path: Path = FILE) -> Weights:
    """The weights of a file. Raises DetectorError('model_unreadable')."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        fields = json.loads(head)
        if fields["v"] != 5 or fields["bits"] != BITS:
            raise ValueError("another shape")
        values = np.frombuffer(body, dtype=np.int8, count=1 << BITS)
        gist = from_bytes(body[1 << BITS :], float(fields["step"]))
        numbers = {name: float(fields[name]) for name in _NUMBERS}
        return Weights(**numbers, values=values, gist=gist)
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise DetectorError("model_unreadable", "the sentence model cannot be read") from wrong
