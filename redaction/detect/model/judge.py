"""Sentences that the model thinks tell something, as hits to review, and what of them is left to review."""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from redaction.detect.gazetteer.tagger import TaggedView
from redaction.detect.model import brief
from redaction.detect.model.doubt import HIGHEST, Quiet
from redaction.detect.model.features import Reader, Tokens, Words
from redaction.detect.model.sentences import sentences
from redaction.detect.model.weights import Weights
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.spans import Hit, Settled
from redaction.detect.views import Views
from redaction.types import Action

RULE, BESIDE = "model.sentence", "model.beside"
WHY = "The sentence reads like others that tell someone's status, whether or not a single word does"
LOWEST = 0.2  # and up to HIGHEST: the model never reaches the score from which a finding is redacted
NEXT = 3  # characters between two sentences that stand next to each other
FAR = 40  # findings that may begin before a sentence and reach into it, as far as we look
LEAST = 2  # words; less is no sentence, and a name or a number alone is the rules' own
FEW, ENOUGH = 3, 5  # words; a shorter sentence is too short to doubt, or to overrule, a rule
LONG = 8  # words from which a line with a label may say more than its value
WORDY = 25  # words; a longer sentence gathers weight by its length alone,
WORDY_ASKS = 0.75  # so its score must be so much higher
HEARD = 2_048  # sentences whose scores are at hand
PROSE, CELL, FORM = range(3)  # what a span is: a cell says less than prose, a line with a label still less
_WORD = re.compile(rb"[a-zX]{2,}")
SHORTEST = 8  # letters and digits; less between two findings tells nothing of its own


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """Features and weights that belong together."""

    reader: Reader
    weights: Weights
    heard: dict[bytes, float] = field(default_factory=dict, compare=False, repr=False)

    def judge(
        self,
        views: Views,
        tagged: TaggedView,
        labels: Sequence[int],
        found: Sequence[tuple[int, int]],
        told: Sequence[tuple[int, int]],
    ) -> tuple[list[Hit], list[Quiet]]:
        """A hit for each sentence whose score reaches `beside` (its rule says whether it also reaches
        `threshold`) and each brief cell near those, what is `found` or `told` (see `_brief`), and the
        quiet sentences, in offsets of the joined view. Cells are read one by one. A
        line or cell with a label (they start at `labels`) is left to the label rules if it is short; in a
        longer one only `threshold` counts. Neither is ever quiet. A wordy sentence needs a higher score."""
        tokens = self.reader.tokens(tagged)
        spans = [span for whole in sentences(views.shape) for span in _cells(views.shape, whole)]
        forms = [_is_form(views.shape, span, labels) for span in spans]
        kept = [
            form < FORM or spoken(views.shape, *span) >= LONG for span, form in zip(spans, forms, strict=True)
        ]
        spans, forms = list(itertools.compress(spans, kept)), list(itertools.compress(forms, kept))
        scores = self._scores(tokens.of(spans))
        hits, quiet = [], []
        for (start, end), score, form in zip(spans, scores, forms, strict=True):
            words = spoken(views.shape, start, end)
            more = WORDY_ASKS if words > WORDY else 0.0
            least = self.weights.threshold if form == FORM else self.weights.beside
            if score >= least + more and self._speaks(tagged, start, end, words):
                tells = score >= self.weights.threshold + more
                hits.append(_hit(start, end, score, RULE if tells else BESIDE))
            if score <= self.weights.calm and words >= FEW and form == PROSE:
                enough = words >= ENOUGH
                faint, still = score <= self.weights.faint, score <= self.weights.still
                quiet.append(Quiet(start, end, words, enough and faint, enough and still))
        around = [*found, *told, *((hit.start, hit.end) for hit in hits)]
        return hits + self._brief(views, tagged, tokens, found, around), quiet

    def _brief(
        self,
        views: Views,
        tagged: TaggedView,
        tokens: Tokens,
        found: Sequence[tuple[int, int]],
        around: Sequence[tuple[int, int]],
    ) -> list[Hit]:
        """A hit for each brief cell (brief.py) near the spans `around` whose score reaches `brief`. A cell
        that holds what is `found`, or only names somebody, is none."""
        spans = brief.cells(views.shape, found, around)
        scores = self._scores(tokens.of(spans))
        least = self.weights.brief
        reached = [span for span, score in zip(spans, scores, strict=True) if score >= least]
        return [
            brief.hit(*span)
            for span in reached
            if self.reader.means_something(tagged, *span) or not brief.is_name(views.original(*span))
        ]

    def _scores(self, sentences: Sequence[Words]) -> list[float]:
        """The score of each sentence. What is printed on every page is weighed once: the last HEARD
        sentences and those of one text are remembered."""
        if len(self.heard) > HEARD:
            self.heard.clear()
        keys = [b"\n".join(words) for words in sentences]  # a view's words hold no line end
        said = {key: self.heard.get(key) for key in keys}
        new = {key: words for key, words in zip(keys, sentences, strict=True) if said[key] is None}
        scored = dict(zip(new, self.weights.scores(list(new.values()), self.reader), strict=True))
        self.heard.update(scored)
        known = {key: score for key, score in said.items() if score is not None} | scored
        return [known[key] for key in keys]

    def _speaks(self, tagged: TaggedView, start: int, end: int, words: int) -> bool:
        """True for a span that can tell something. What few words of no known meaning weigh is chance:
        their features share places with others."""
        return words >= ENOUGH or (words >= LEAST and self.reader.means_something(tagged, start, end))


class NoModel(SentenceModel):
    """Judges no sentence and no cell."""

    def judge(
        self,
        views: Views,
        tagged: TaggedView,
        labels: Sequence[int],
        found: Sequence[tuple[int, int]],
        told: Sequence[tuple[int, int]],
    ) -> tuple[list[Hit], list[Quiet]]:
        """None to review, none that is calm."""
        return [], []


def spoken(shape: bytes, start: int, end: int) -> int:
    """How many words of two letters or more there are."""
    return len(_WORD.findall(shape, start, end))


def _cells(shape: bytes, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The span itself, or the cells of a row that say something: remarks stand in tables too."""
    at = span[0]
    for cell in shape[slice(*span)].split(b"\t"):
        start = at + len(cell) - len(cell.lstrip())
        if b"\t" not in shape[slice(*span)] or spoken(shape, at, at + len(cell)) >= FEW:
            yield start, start + len(cell.strip())
        at += len(cell) + 1


def _is_form(shape: bytes, span: tuple[int, int], labels: Sequence[int]) -> int:
    """FORM for a line or cell that holds a labelled value, and for one that is the label of the value
    right below it, else CELL or PROSE."""
    start, end = span
    at = bisect.bisect_left(labels, start)
    if at < len(labels) and labels[at] <= end + 1:
        return FORM
    return CELL if b"\t" in (shape[end : end + 1], shape[max(0, start - 1) : start]) else PROSE


def _hit(start: int, end: int, score: float, rule: str) -> Hit:
    share = LOWEST + (HIGHEST - LOWEST) / (1 + math.exp(-score))
    where = ((start, end),)
    return Hit(start, end, "STATUS_IMPLICIT", share, rule, 1, MODEL_LAYER, WHY, evidence=where)


def with_reviews(settled: Sequence[Settled], sentences_hit: Sequence[Hit], text: str) -> list[Settled]:
    """The findings, and a review of what is left of each sentence between them; of one that only
    reaches `beside`, where it has a finding or stands next to one or to a sentence that tells, on
    the same line.

    Findings and named hard negatives keep their bounds; kept hits that name nothing give way.
    """
    if not sentences_hit:
        return list(settled)
    telling = [h for h in sentences_hit if h.rule == RULE]
    live = [s.hit for s in settled if s.action is not Action.KEEP]
    near = sorted(_with_next(hit, text) for hit in (*live, *telling))
    sentences_hit = [*telling, *(h for h in sentences_hit if h.rule == BESIDE and _touches(near, h))]
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


def _with_next(hit: Hit, text: str) -> tuple[int, int]:
    """The span and the little that may lie between it and the next sentence of its line."""
    before, after = text[max(0, hit.start - NEXT) : hit.start], text[hit.end : hit.end + NEXT]
    return hit.start - len(before.rpartition("\n")[2]), hit.end + len(after.partition("\n")[0])


def _touches(spans: Sequence[tuple[int, int]], hit: Hit) -> bool:
    """True if one of these spans, sorted by start and of any length, shares a character with the hit."""
    upto = bisect.bisect_left(spans, (hit.end, 0))
    return any(end > hit.start for _, end in spans[max(0, upto - FAR) : upto])


def _meets(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect.bisect_left(spans, (end, end)) - 1
    return at >= 0 and spans[at][1] > start
