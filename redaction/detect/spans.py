"""Hits, and how they become findings: hard negatives and overlaps."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from redaction.detect.breaks import BREAK
from redaction.detect.policy import STRICTNESS, Kind
from redaction.types import Action


@dataclass(frozen=True, slots=True)
class Hit:
    """One claim. Offsets are of the joined view until `Hit` is mapped to the source.

    `layer` is `identifier`, `lexicon`, `label`, `seed`, `hard_negative`. `cancels` is set on hard
    negatives only. `fixed` spans (labelled values, whole identifiers) do not grow.
    """

    start: int
    end: int
    type: str
    score: float
    rule: str
    version: int = 1
    layer: str = "lexicon"
    why: str = ""
    grow: bool = False
    cancels: tuple[str, ...] = ()
    evidence: tuple[tuple[int, int], ...] = ()
    said: tuple[int, int] = (0, 0)

    def moved(self, start: int, end: int, evidence: tuple[tuple[int, int], ...]) -> Hit:
        """The same claim at another place. What dataclasses.replace does, at a third of its price:
        this is done for every hit."""
        return Hit(
            start,
            end,
            self.type,
            self.score,
            self.rule,
            self.version,
            self.layer,
            self.why,
            self.grow,
            self.cancels,
            evidence,
        )


SHOWN = 0.45  # the score of words beside those that tell: a person looks
SHORTEST = 4  # letters and digits of a review beside what is redacted; less goes with it
BESIDE = ".beside"  # ends the rule of such words
BESIDE_WHY = "Words beside those that tell, which may belong to them"
FIRM_LAYERS = frozenset({"label", "layout"})
FIRM_SCORE = 0.65  # of an identifier: its label stands beside it, or a check vouches for it


def as_beside(hit: Hit) -> Hit:
    """The hit as one on words beside those that tell: it does not grow, and is never redacted."""
    return replace(
        hit, rule=hit.rule + BESIDE, why=BESIDE_WHY, score=min(hit.score, SHOWN), grow=False, evidence=()
    )


def firm(hit: Hit) -> bool:
    """True for what no hard negative may cancel: the value of a label, whatever it says, and a
    number that a label or a check digit vouches for."""
    return hit.layer in FIRM_LAYERS or (hit.layer == "identifier" and hit.score >= FIRM_SCORE)


def cancel(hits: Iterable[Hit], negatives: Iterable[Hit]) -> list[Hit]:
    """Hits that lie, with the phrase that they are claimed from, wholly inside a hard negative that
    names their type become kept hits of that rule, unless they are firm; nothing else removes
    anything (D4)."""
    ordered = sorted(negatives, key=lambda n: (n.start, n.end, n.rule))
    starts = [n.start for n in ordered]
    reach = list(itertools.accumulate((n.end for n in ordered), max))
    return [_cancelled(hit, ordered, starts, reach) for hit in hits]


def _cancelled(hit: Hit, negatives: Sequence[Hit], starts: list[int], reach: list[int]) -> Hit:
    start, end = min(hit.start, hit.said[0]) if hit.said[1] else hit.start, max(hit.end, hit.said[1])
    at = -1 if firm(hit) else bisect.bisect_right(starts, start) - 1
    while at >= 0 and reach[at] >= end:
        negative = negatives[at]
        if negative.end >= end and ("*" in negative.cancels or hit.type in negative.cancels):
            return replace(
                hit,
                rule=negative.rule,
                version=negative.version,
                layer="hard_negative",
                why=negative.why,
                score=0.0,
                grow=False,
            )
        at -= 1
    return hit


def outside(spans: Iterable[tuple[int, int]], negatives: Iterable[Hit]) -> Iterator[tuple[int, int]]:
    """The spans that do not lie wholly inside one of the hard negatives."""
    ordered = sorted((n.start, n.end) for n in negatives)
    starts = [start for start, _ in ordered]
    reach = list(itertools.accumulate((end for _, end in ordered), max))
    for start, end in spans:
        at = bisect.bisect_right(starts, start) - 1
        if at < 0 or reach[at] < end:
            yield start, end


def trim(hits: Iterable[Hit], printed: Sequence[Hit], parted: bytes) -> list[Hit]:
    """The hits without a printed label at their rim that a break parts from the rest of them: what
    stands in the cell or line before or after a label may read as one phrase with it."""
    ordered = sorted(printed, key=lambda p: (p.start, p.end))
    starts = [p.start for p in ordered]
    return [_trimmed(hit, ordered, starts, parted) for hit in hits]


def _trimmed(hit: Hit, printed: Sequence[Hit], starts: list[int], parted: bytes) -> Hit:
    at = bisect.bisect_left(starts, hit.end) - 1
    if firm(hit) or at < 0:
        return hit
    last = printed[at]
    if hit.start < last.start and last.end >= hit.end and parted[last.start - 1] == BREAK:
        hit = replace(hit, end=last.start - 1)
    at = bisect.bisect_right(starts, hit.start) - 1
    first = printed[at] if at >= 0 else None
    if first and hit.start < first.end < hit.end and parted[first.end] == BREAK:
        hit = replace(hit, start=first.end + 1)
    return hit


def parted_by(hits: Iterable[Hit], cells: Sequence[Hit], text: str) -> Iterator[Hit]:
    """The hits, those that run over the edge of a governed cell in parts: what stands in two cells of a
    table is two findings. `cells` are in order and do not overlap. No character is lost."""
    starts = [cell.start for cell in cells]
    for hit in hits:
        at = max(0, bisect.bisect_right(starts, hit.start) - 1)
        edges = [hit.start]
        while at < len(cells) and cells[at].start < hit.end and not hit.cancels:
            edges += [edge for edge in (cells[at].start, cells[at].end) if edges[-1] < edge < hit.end]
            at += 1
        if len(edges) == 1:
            yield hit
            continue
        for start, end in itertools.pairwise([*edges, hit.end]):
            first = next((i for i in range(start, end) if text[i].isalnum()), end)
            last = next((i for i in range(end, first, -1) if text[i - 1].isalnum()), first)
            if first < last:
                yield hit.moved(first, last, hit.evidence)


def excuses(negatives: Iterable[Hit]) -> Iterator[Hit]:
    """The hard negatives themselves as kept hits, whether they cancelled anything or not: the same
    words found elsewhere do not take them (P7). Printed labels, which excuse everything, are not
    among them."""
    for negative in negatives:
        if "*" not in negative.cancels:
            yield replace(negative, type=negative.cancels[0], score=0.0, grow=False)


@dataclass(frozen=True, slots=True)
class Settled:
    """A hit with the action proposed for it, in source offsets."""

    hit: Hit
    action: Action


def settle(hits: Iterable[Settled], kinds: dict[str, Kind], text: str) -> list[Settled]:
    """Sorted findings of a text that do not overlap: overlapping ones of one action merge to the union
    of their spans and the type of the surer, wider, more specific one, in this order. Where one to
    redact and one to review overlap, what only the latter claims stays for review. Kept ones give way
    to any other."""
    ordered = sorted(
        hits, key=lambda s: (s.hit.start, s.hit.end, kinds[s.hit.type].rank, -s.hit.score, s.hit.rule)
    )
    redacted = _merge([s for s in ordered if s.action is Action.REDACT], kinds)
    reviewed = _merge([s for s in ordered if s.action is Action.REVIEW], kinds)
    live = _merge(sorted([*redacted, *_beside(reviewed, redacted, text)], key=_place), kinds)
    out = list(live)
    at = 0
    apart = []
    for keep in (s for s in ordered if s.action is Action.KEEP):
        while at < len(live) and live[at].hit.end <= keep.hit.start:
            at += 1
        if at == len(live) or live[at].hit.start >= keep.hit.end:
            apart.append(keep)
    out += _kept(apart)
    return sorted(out, key=lambda s: (s.hit.start, s.hit.end))


def _place(item: Settled) -> tuple[int, int]:
    return item.hit.start, item.hit.end


def _beside(reviewed: Iterable[Settled], redacted: Sequence[Settled], text: str) -> Iterator[Settled]:
    """The reviews, of each that meets what is redacted only what lies beside it. What tells too little
    by itself still touches what it meets, and becomes part of it."""
    starts = [s.hit.start for s in redacted]
    for item in reviewed:
        hit, at = item.hit, max(0, bisect.bisect_right(starts, item.hit.start) - 1)
        parts, first = [], hit.start
        while at < len(redacted) and redacted[at].hit.start < hit.end:
            if redacted[at].hit.end > first:
                parts.append((first, redacted[at].hit.start))
                first = redacted[at].hit.end
            at += 1
        if not parts:
            yield item
            continue
        for start, end in [*parts, (first, hit.end)]:
            letters = [i for i in range(start, end) if text[i].isalnum()]
            if len(letters) >= SHORTEST:
                yield Settled(replace(hit, start=letters[0], end=letters[-1] + 1), Action.REVIEW)
            elif letters:
                reached = max(hit.start, start - 1), min(hit.end, end + 1)
                yield Settled(replace(hit, start=reached[0], end=reached[1]), Action.REVIEW)


def _kept(apart: Iterable[Settled]) -> list[Settled]:
    """Kept ones without overlaps. An excuse takes in what it cancelled and keeps its own bounds: two
    that overlap never become one that excuses more than either (D4)."""
    out: list[Settled] = []
    for item in sorted(apart, key=lambda s: (s.hit.start, -s.hit.end, bool(s.hit.cancels))):
        if not out or item.hit.start >= out[-1].hit.end:
            out.append(item)
        elif out[-1].hit.cancels and not item.hit.cancels and item.hit.end <= out[-1].hit.end:
            wide = out[-1].hit
            whole = replace(item.hit, start=wide.start, end=wide.end, cancels=wide.cancels)
            out[-1] = Settled(whole, Action.KEEP)
    return out


def _merge(ordered: Sequence[Settled], kinds: dict[str, Kind]) -> list[Settled]:
    out: list[Settled] = []
    for item in ordered:
        if out and item.hit.start < out[-1].hit.end:
            out[-1] = _union(out[-1], item, kinds)
        else:
            out.append(item)
    return out


def _union(a: Settled, b: Settled, kinds: dict[str, Kind]) -> Settled:
    start, end = min(a.hit.start, b.hit.start), max(a.hit.end, b.hit.end)

    def weight(s: Settled) -> tuple[int, bool, bool, int, float]:
        whole = s.hit.start == start and s.hit.end == end
        return -STRICTNESS[s.action], s.hit.score < 0.5, not whole, kinds[s.hit.type].rank, -s.hit.score

    first = a if weight(a) <= weight(b) else b
    merged = replace(
        first.hit,
        start=start,
        end=end,
        evidence=tuple(sorted({*a.hit.evidence, *b.hit.evidence}))[:20],
    )
    return Settled(merged, first.action)
