"""Trains the sentence model from the marked sentences of this repository.

    python -m redaction.detect.harness.train corpus --out redaction/detect/model/sentences.bin
    python -m redaction.detect.harness.train corpus --folds      # what to expect on unseen registers

Logistic regression over features.py, each feature first weighed by how unevenly the labels
share it; full gradients with AdaGrad, no randomness: the same sentences give the same bytes.
Authors and registers of corpus/split.yaml's `held_out` are never read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from redaction.detect.breaks import parted
from redaction.detect.gazetteer.tagger import Tagger, read_terms
from redaction.detect.harness import marked
from redaction.detect.lexicon import FOLDER, read_yaml
from redaction.detect.model.features import BITS, Features, Reader
from redaction.detect.model.sentences import sentences
from redaction.detect.model.weights import BOUNDS, FILE, STEPS, Weights
from redaction.detect.policy import read_law
from redaction.detect.views import make_views

SIZE = 1 << BITS
RIDGE = 0.02
ROUNDS = 60
PACE = 0.5
FALSE_ALARMS = 0.06  # share of sentences without status data that may be reviewed
DOUBTED = 0.08  # share of sentences with status data in which a rule's words may be doubted


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence: its features, whether it tells, and where it comes from."""

    features: Features
    tells: bool
    register: str
    author: str


def examples(folder: Path) -> list[Example]:
    """Every sentence of the folder that is not held out, in the order of file and line."""
    kinds, _ = read_law(read_yaml(FOLDER / "law.yaml"))
    tiers = {name: kind.tier for name, kind in kinds.items()}
    split = read_yaml(folder / "split.yaml")
    held = {(row.get("author"), row.get("register")) for row in split["held_out"]}
    tagger = Tagger(read_terms(FOLDER.parent / "gazetteer" / "terms.tsv"))
    reader = Reader(tagger.classes())
    found: list[Example] = []
    for item in marked.read_folder(folder, tiers):
        place = {(item["author"], item["register"]), (item["author"], None), (None, item["register"])}
        if not place & held:
            found.extend(_of_item(item, tagger, reader))
    return found


def _of_item(item: dict[str, Any], tagger: Tagger, reader: Reader) -> list[Example]:
    views = make_views(item["text"])
    tagged = tagger.tag(views, parted(views))
    spans = sentences(views.shape)
    out = []
    for (start, end), features in zip(spans, reader.sentence_features(tagged, spans), strict=True):
        first, last = views.source_span(start, end)
        tells = any(mark["start"] < last and first < mark["end"] for mark in item["spans"])
        out.append(Example(features, tells, item["register"], item["author"]))
    return out


def fit(rows: Sequence[Example]) -> Weights:
    """The weights of these examples, thresholds left at 0."""
    indices = np.concatenate([row.features for row in rows])
    owners = np.repeat(np.arange(len(rows)), [len(row.features) for row in rows])
    tells = np.array([row.tells for row in rows], dtype=np.float64)
    uneven = _unevenness(indices, tells[owners])
    lengths = np.array([max(1, len(row.features)) for row in rows], dtype=np.float64)
    values = (1 / np.sqrt(lengths))[owners] * uneven[indices]
    weights, bias = np.zeros(SIZE), 0.0
    squares, bias_square = np.full(SIZE, 1e-6), 1e-6
    for _ in range(ROUNDS):
        raw = np.bincount(owners, weights=weights[indices] * values, minlength=len(rows)) + bias
        off = 1 / (1 + np.exp(-raw)) - tells
        slope = np.bincount(indices, weights=off[owners] * values, minlength=SIZE) + RIDGE * weights
        squares += slope**2
        weights -= PACE * slope / np.sqrt(squares)
        bias_square += off.sum() ** 2
        bias -= PACE * off.sum() / np.sqrt(bias_square)
    return _rounded(weights * uneven, bias)


def _unevenness(indices: NDArray[np.int64], tells: NDArray[np.float64]) -> NDArray[np.float64]:
    """How unevenly sentences that tell and sentences that do not share each feature (log ratio)."""
    telling = np.bincount(indices, weights=tells, minlength=SIZE) + 1
    other = np.bincount(indices, weights=1 - tells, minlength=SIZE) + 1
    seen = (telling + other) > 2
    ratio = np.abs(np.log((telling / telling.sum()) / (other / other.sum())))
    return np.where(seen, ratio, 0.0)


def _rounded(weights: NDArray[np.float64], bias: float) -> Weights:
    """Weights as steps of one byte. The few that stand far out are cut off at the largest step."""
    used = np.abs(weights[weights != 0])
    scale = float(np.quantile(used, 0.999)) / STEPS if len(used) else 1.0
    steps = np.clip(np.rint(weights / scale), -STEPS, STEPS).astype(np.int8)
    return Weights(bias, scale, 0.0, 0.0, 0.0, 0.0, steps)


def threshold(scores: NDArray[np.float64], tells: NDArray[np.bool_]) -> float:
    """The score that only FALSE_ALARMS of the sentences that do not tell reach."""
    return float(np.quantile(scores[~tells], 1 - FALSE_ALARMS))


def calm(scores: NDArray[np.float64], tells: NDArray[np.bool_]) -> float:
    """The score that all but DOUBTED of the sentences that tell are above."""
    heard = scores[tells & np.isfinite(scores)]
    return float(np.quantile(heard, DOUBTED))


def folds(rows: Sequence[Example]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores of every example by a model that has seen nothing of its register, and the labels."""
    scores = np.zeros(len(rows))
    tells = np.array([row.tells for row in rows])
    for register in sorted({row.register for row in rows}):
        model = fit([row for row in rows if row.register != register])
        for at, row in enumerate(rows):
            if row.register == register:
                scores[at] = model.score(row.features)
    return scores, tells


def main(argv: Sequence[str]) -> int:
    """Writes the weights, or prints what unseen registers may expect."""
    parser = argparse.ArgumentParser(prog="redaction.detect.harness.train")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--folds", action="store_true")
    chosen = parser.parse_args(list(argv))
    rows = examples(chosen.corpus)
    if chosen.folds:
        scores, tells = folds(rows)
        at, quiet = threshold(scores, tells), calm(scores, tells)
        print(  # noqa: T201 - a command's answer
            f"{len(rows)} sentences, {int(tells.sum())} tell; at threshold {at:.3f} "
            f"{np.mean(scores[tells] > at):.3f} of those are found, {FALSE_ALARMS:.0%} of the others; "
            f"calm {quiet:.3f} is above {np.mean(scores[~tells] < quiet):.3f} of them"
        )
        return 0
    fitted = fit(rows)
    split = read_yaml(chosen.corpus / "split.yaml")
    bounds = {name: float(split[name]) for name in BOUNDS}
    made = replace(
        fitted,
        threshold=bounds["threshold"],
        beside=bounds["beside"],
        calm=bounds["calm"],
        still=bounds["still"],
    )
    chosen.out.write_bytes(made.to_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
