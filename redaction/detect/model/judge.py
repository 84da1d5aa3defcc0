"""Sentences that the model thinks tell something, as hits to review, and what of them is left to review."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from redaction.detect.gazetteer.tagger import TaggedView
from redaction.detect.model.features import Reader
from redaction.detect.model.sentences import sentences
from redaction.detect.model.weights import Weights
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.spans import Hit, Settled
from redaction.detect.views import Views
from redaction.types import Action

RULE = "model.sentence"
WHY = "The sentence reads like others that tell someone's status, whether or not a single word does"
LOWEST, HIGHEST = 0.2, 0.64  # the model never reaches the score from which a finding is redacted
SHORTEST = 8  # letters and digits; less between two findings tells nothing of its own


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """Features and weights that belong together."""

    reader: Reader
    weights: Weights

    def judge(
        self, views: Views, tagged: TaggedView, labels: Sequence[int]
    ) -> tuple[list[Hit], list[tuple[int, int]]]:
        """A hit for each sentence whose score reaches the threshold, and the spans of the calm ones,
        in offsets of the joined view. Cells and lines with a label (they start at `labels`) are read
        by the label rules alone: their words are names of fields."""
        spans = [span for span in sentences(views.shape) if not _is_form(views.shape, span, labels)]
        every = self.reader.sentence_features(tagged, spans)
        hits, calm = [], []
        for (start, end), features in zip(spans, every, strict=True):
            score = self.weights.score(features)
            if score >= self.weights.threshold:
                hits.append(_hit(start, end, score))
            elif len(features) and score <= self.weights.calm:
                calm.append((start, end))
        return hits, calm


def _is_form(shape: bytes, span: tuple[int, int], labels: Sequence[int]) -> bool:
    at = bisect.bisect_left(labels, span[0])
    return (at < len(labels) and labels[at] < span[1]) or b"\t" in shape[span[0] : span[1]]


def _hit(start: int, end: int, score: float) -> Hit:
    share = LOWEST + (HIGHEST - LOWEST) / (1 + math.exp(-score))
    where = ((start, end),)
    return Hit(start, end, "STATUS_IMPLICIT", share, RULE, 1, MODEL_LAYER, WHY, evidence=where)


def doubted(hits: Iterable[Hit], calm: Sequence[tuple[int, int]]) -> list[Hit]:
    """The hits, those of the lexicon that lie in a calm sentence no surer than for a review: a
    person looks at "he seeks asylum from the meeting", and nothing is lost."""
    starts = [start for start, _ in calm]
    return [_doubted(hit, calm, starts) for hit in hits]


def _doubted(hit: Hit, calm: Sequence[tuple[int, int]], starts: Sequence[int]) -> Hit:
    at = bisect.bisect_right(starts, hit.start) - 1
    if at < 0 or hit.end > calm[at][1] or hit.layer != "lexicon" or hit.score <= HIGHEST:
        return hit
    return replace(hit, score=HIGHEST)


def with_reviews(settled: Sequence[Settled], sentences_hit: Sequence[Hit], text: str) -> list[Settled]:
    """The findings, and a review of what is left of each sentence between them.

    Findings and named hard negatives keep their bounds; kept hits that name nothing give way.
    """
    if not sentences_hit:
        return list(settled)
    firm = [s for s in settled if s.action is not Action.KEEP or s.hit.cancels]
    starts = [s.hit.start for s in firm]
    reviews: list[Settled] = []
    last = 0
    for hit in sorted(sentences_hit, key=lambda h: (h.start, h.end)):
        at = max(hit.start, last)
        last = max(last, hit.end)
        inside = firm[max(0, bisect.bisect_right(starts, at) - 1) : bisect.bisect_left(starts, hit.end)]
        for other in inside:
            reviews += _review(hit, at, other.hit.start, text)
            at = max(at, other.hit.end)
        reviews += _review(hit, at, hit.end, text)
    spans = [(r.hit.start, r.hit.end) for r in reviews]
    loose = [
        s
        for s in settled
        if s.action is Action.KEEP and not s.hit.cancels and not _meets(spans, s.hit.start, s.hit.end)
    ]
    return sorted([*firm, *loose, *reviews], key=lambda s: (s.hit.start, s.hit.end))


def _review(hit: Hit, start: int, end: int, text: str) -> list[Settled]:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if sum(map(str.isalnum, text[start:end])) < SHORTEST:
        return []
    return [Settled(replace(hit, start=start, end=end, evidence=((start, end),)), Action.REVIEW)]


def _meets(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect.bisect_left(spans, (end, end)) - 1
    return at >= 0 and spans[at][1] > start
