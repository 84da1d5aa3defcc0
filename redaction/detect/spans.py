"""Hits, and how they become findings: growth to the telling phrase, hard negatives, overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from redaction.detect.engine import compile_pattern
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


# Words before a telling phrase that belong to it: negation, hedge, verb of being (taxonomy,
# span_conventions). Applied to the 40 view characters before a span, anchored at their end.
_BEFORE = compile_pattern(
    r"(?:^|[^a-z])((?:(?:claim(?:s|ed|ing)?|admit(?:s|ted)?|stat(?:es|ed)|say(?:s|ing)?|said|alleg(?:es|ed)|"
    r"report(?:s|ed|edly)|appears?|appeared|seems?|believed|thought|suspected|possibl[ey]|probabl[ey]|likely|"
    r"allegedly|apparently|presumably|supposedly|currently|still|may|might|could|"
    r"dice|dijo|afirma|declara|alega|parece|posiblemente|probablemente|supuestamente|presunto|presunta|"
    r"not|never|no longer|isn't|wasn't|aren't|weren't|ain't|nor|non|ya no|no|nunca|tampoco|"
    r"to be|that|he is|she is|he was|she was|they are|is|was|are|were|be|been|being|ser|es|era|que es|que|"
    r"estar|esta|estaba|an?|una?|como) ?){1,6})$"
)
_STRONG_BEFORE = compile_pattern(
    r"(?:claim|admit|alleg|appear|seem|believ|suspect|possib|probab|likely|apparent|presum|suppos|may|might|could|"
    r"report|state|say|said|dice|dijo|afirma|declara|parece|posib|presunt|not|never|longer|n't|nor|non|ya no|\bno\b|"
    r"nunca|tampoco)"
)


def grow(hits: Iterable[Hit], data: bytes) -> list[Hit]:
    """Hits with the negation or hedge before them taken in; a bare verb or article stays out."""
    grown = []
    for hit in hits:
        if hit.grow and not hit.cancels:
            before = data[max(0, hit.start - 40) : hit.start]
            match = _BEFORE.search(before)
            if match and _STRONG_BEFORE.search(match.group(1)):
                strong = _STRONG_BEFORE.search(match.group(1))
                assert strong is not None
                at = match.start(1) + strong.start()
                while at > 0 and before[at - 1 : at].isalpha():
                    at -= 1
                hit = replace(hit, start=hit.start - len(before) + at)
        grown.append(hit)
    return grown


def cancel(hits: Sequence[Hit]) -> list[Hit]:
    """Hits wholly inside a hard negative that names their type become kept hits of that rule;
    nothing else removes anything (D4). The hard negatives themselves are dropped."""
    negatives = sorted((h for h in hits if h.cancels), key=lambda h: (h.start, h.end))
    positives = [h for h in hits if not h.cancels]
    if not negatives:
        return positives
    out = []
    for hit in positives:
        by = next(
            (
                n
                for n in negatives
                if n.start <= hit.start and hit.end <= n.end and ("*" in n.cancels or hit.type in n.cancels)
            ),
            None,
        )
        if by is None:
            out.append(hit)
        else:
            out.append(
                replace(hit, rule=by.rule, version=by.version, layer="hard_negative", why=by.why, score=0.0)
            )
    return out


@dataclass(frozen=True, slots=True)
class Settled:
    """A hit with the action proposed for it, in source offsets."""

    hit: Hit
    action: Action


def settle(hits: Iterable[Settled], kinds: dict[str, Kind]) -> list[Settled]:
    """Sorted findings that do not overlap: overlapping ones merge to the union of their spans,
    the stricter action, and the type of the surer, wider, more specific one in this order. Kept ones give way to any other."""
    ordered = sorted(
        hits, key=lambda s: (s.hit.start, s.hit.end, kinds[s.hit.type].rank, -s.hit.score, s.hit.rule)
    )
    live = _merge([s for s in ordered if s.action is not Action.KEEP], kinds)
    kept = _merge([s for s in ordered if s.action is Action.KEEP], kinds)
    out = list(live)
    at = 0
    for keep in kept:
        while at < len(live) and live[at].hit.end <= keep.hit.start:
            at += 1
        if at == len(live) or live[at].hit.start >= keep.hit.end:
            out.append(keep)
    return sorted(out, key=lambda s: (s.hit.start, s.hit.end))


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
