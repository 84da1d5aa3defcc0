"""Trains the sentence model from the marked sentences of this repository.

    python -m redaction.detect.harness.train corpus --out redaction/detect/model/sentences.bin
    python -m redaction.detect.harness.train corpus --folds      # what to expect of unseen authors

Logistic regression over features.py, each feature first weighed by how unevenly the labels
share it; full gradients with AdaGrad, no randomness. Beside it the gist of gists.py; the scores of
both are added. The same sentences give the same bytes.
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
from redaction.detect.harness import gists, marked
from redaction.detect.lexicon import FOLDER, read_yaml
from redaction.detect.model.features import BITS, Features, Reader, Words
from redaction.detect.model.gist import Gist
from redaction.detect.model.sentences import sentences
from redaction.detect.model.weights import BOUNDS, FILE, STEPS, Weights
from redaction.detect.policy import read_law
from redaction.detect.views import make_views

SIZE = 1 << BITS
RIDGE = 0.02
ROUNDS = 30
PACE = 0.5
FALSE_ALARMS = 0.06  # share of sentences without status data that may be reviewed
FOLDS = 4
DOUBTED = 0.08  # share of sentences with status data in which a rule's words may be doubted
AT_ONCE = 500  # sentences whose features are taken in one go; what a sentence has does not hang on it


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence: its words and features, whether it tells, and where it comes from."""

    words: Words
    features: Features
    tells: bool
    register: str
    author: str


_Read = tuple[Words, bool, str, str]


def examples(folder: Path) -> list[Example]:
    """Every sentence of the folder that is not held out, in the order of file and line."""
    kinds, _ = read_law(read_yaml(FOLDER / "law.yaml"))
    tiers = {name: kind.tier for name, kind in kinds.items()}
    split = read_yaml(folder / "split.yaml")
    held = {(row.get("author"), row.get("register")) for row in split["held_out"]}
    tagger, reader = readers()
    found: list[_Read] = []
    for item in marked.read_folder(folder, tiers):
        place = {(item["author"], item["register"]), (item["author"], None), (None, item["register"])}
        if not place & held:
            found.extend(_of_item(item, tagger, reader))
    features = [
        one
        for at in range(0, len(found), AT_ONCE)
        for one in reader.features([words for words, *_ in found[at : at + AT_ONCE]])
    ]
    return [
        Example(words, its, tells, register, author)
        for (words, tells, register, author), its in zip(found, features, strict=True)
    ]


def readers() -> tuple[Tagger, Reader]:
    """What turns text into the model's words."""
    tagger = Tagger(read_terms(FOLDER.parent / "gazetteer" / "terms.tsv"))
    return tagger, Reader(tagger.classes())


def _of_item(item: dict[str, Any], tagger: Tagger, reader: Reader) -> list[_Read]:
    """Each sentence's words, whether it tells, its register and its author."""
    views = make_views(item["text"])
    tagged = tagger.tag(views, parted(views))
    spans = sentences(views.shape)
    out = []
    for (start, end), words in zip(spans, reader.tokens(tagged).of(spans), strict=True):
        first, last = views.source_span(start, end)
        tells = any(mark["start"] < last and first < mark["end"] for mark in item["spans"])
        out.append((words, tells, item["register"], item["author"]))
    return out


def fit(rows: Sequence[Example], reader: Reader) -> Weights:
    """The weights of these examples, thresholds left at 0."""
    gist = gists.fit([row.words for row in rows], [row.tells for row in rows], reader.parts)
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
    return _rounded(weights * uneven, bias, gist)


def _unevenness(indices: NDArray[np.int64], tells: NDArray[np.float64]) -> NDArray[np.float64]:
    """How unevenly sentences that tell and sentences that do not share each feature (log ratio)."""
    telling = np.bincount(indices, weights=tells, minlength=SIZE) + 1
    other = np.bincount(indices, weights=1 - tells, minlength=SIZE) + 1
    seen = (telling + other) > 2
    ratio = np.abs(np.log((telling / telling.sum()) / (other / other.sum())))
    return np.where(seen, ratio, 0.0)


def _rounded(weights: NDArray[np.float64], bias: float, gist: Gist) -> Weights:
    """Weights as steps of one byte. The few that stand far out are cut off at the largest step."""
    used = np.abs(weights[weights != 0])
    scale = float(np.quantile(used, 0.999)) / STEPS if len(used) else 1.0
    steps = np.clip(np.rint(weights / scale), -STEPS, STEPS).astype(np.int8)
    return Weights(bias, scale, **dict.fromkeys(BOUNDS, 0.0), values=steps, gist=gist)


def threshold(scores: NDArray[np.float64], tells: NDArray[np.bool_]) -> float:
    """The score that only FALSE_ALARMS of the sentences that do not tell reach."""
    return float(np.quantile(scores[~tells], 1 - FALSE_ALARMS))


def calm(scores: NDArray[np.float64], tells: NDArray[np.bool_]) -> float:
    """The score that all but DOUBTED of the sentences that tell are above."""
    heard = scores[tells & np.isfinite(scores)]
    return float(np.quantile(heard, DOUBTED))


def folds(rows: Sequence[Example]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores of every example by a model that has seen nothing of its author, and the labels."""
    reader = readers()[1]
    scores = np.zeros(len(rows))
    authors = sorted({row.author for row in rows})
    for at in range(FOLDS):
        unseen = set(authors[at::FOLDS])
        model = fit([row for row in rows if row.author not in unseen], reader)
        asked = [n for n, row in enumerate(rows) if row.author in unseen]
        scores[asked] = model.scores([rows[n].words for n in asked], reader)
    return scores, np.array([row.tells for row in rows])


def main(argv: Sequence[str]) -> int:
    """Writes the weights, or prints what to expect of unseen authors."""
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
    fitted = fit(rows, readers()[1])
    split = read_yaml(chosen.corpus / "split.yaml")
    bounds: dict[str, Any] = {name: float(split[name]) for name in BOUNDS}
    made = replace(fitted, **bounds)
    chosen.out.write_bytes(made.to_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
