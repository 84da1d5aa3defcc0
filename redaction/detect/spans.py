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


# Words before a telling phrase that belong to it: negation, hedge, verb, article (taxonomy,
# span_conventions). Looked for in the 40 view characters before a span, up to a clause boundary.
_BEFORE = compile_pattern(
    r"(?:^|[^a-z'])((?:(?:claim(?:s|ed|ing)?|admit(?:s|ted)?|alleg(?:es|ed)|reportedly|appears?|appeared|seems?|"
    r"believed|thought|suspected|possibly|probably|likely|allegedly|apparently|presumably|supposedly|currently|still|"
    r"may|might|could|also|already|both|all|only|just|"
    r"dice|dijo|afirma|declara|alega|parece|posiblemente|probablemente|supuestamente|tambien|todavia|solo|"
    r"not|never|no longer|isn't|wasn't|aren't|weren't|ain't|nor|non|doesn't|didn't|don't|does not|did not|do not|"
    r"ya no|ya|no|nunca|tampoco|to be|is|was|are|were|be|been|being|has|have|had|got|gets|having|holds|"
    r"ser|es|era|son|eran|fue|fueron|soy|estar|esta|estaba|estan|tiene|tienen|tenia|tuvo|tengo|ha sido|"
    r"an?|una?|como|as|of|with|con|her|his|their|su) ){1,5})$"
)
# What follows it and belongs to it: when, how often, lapsed.
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    r"noviembre|diciembre)"
)
_AFTER = compile_pattern(
    r"^((?:,? (?:(?:back |sometime |around |about |early |late )*(?:in|since|on|from|during|until|through|desde|en|el|"
    r"hasta|de) (?:el |the |late |early )?(?:" + _MONTH + r"(?: de| of|,)? ?)?(?:[0-9]{1,2},? ?)?"
    r"(?:(?:19|20)[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4})|(?:in|since|en|desde) " + _MONTH + r"|"
    r"(?:hace |about |over |for |por )*(?:[0-9]{1,3}|[a-z]{2,7}) (?:years?|months?|weeks?|days?|anos|meses|semanas|dias)"
    r"(?: ago| atras| now| before| earlier)?|(?:last|this) (?:year|month|week|spring|summer|fall|winter)|"
    r"(?:el )?(?:ano|mes) pasado|la semana pasada|(?:19|20)[0-9]{2}|twice|once|three times|dos veces|tres veces|una vez|"
    r"expired|pending|denied|approved|revoked|lodged|placed|issued|filed|on file|received|granted|verified|not verified|"
    r"in place|is pending|is expired|has expired|was denied|was approved|was granted|vencid[oa]|vencio|esta pendiente|"
    r"pendiente|aprobad[oa]|negad[oa]|"
    r"(?:when|cuando) (?:he|she|they|i|tenia|was)(?: was| were)?(?: about| only)? [a-z0-9]+(?: anos| years old| months old)?"
    r"|at (?:age )?[0-9]{1,2}|a los [a-z0-9]+ anos))+)(?:[^a-z0-9]|$)"
)


def grow(hits: Iterable[Hit], data: bytes) -> list[Hit]:
    """Hits with the words around them that tell the same thing; 40 characters each side at most."""
    grown = []
    for hit in hits:
        if hit.grow:
            start, end = hit.start, hit.end
            if match := _BEFORE.search(data[max(0, start - 40) : start]):
                start -= match.end(1) - match.start(1)
            if match := _AFTER.match(data[end : end + 41]):
                end += match.end(1)
            hit = replace(hit, start=start, end=end)
        grown.append(hit)
    return grown


_ARTICLE = compile_pattern(
    r"(?:^|[^a-z])((?:the|an?|his|her|their|our|some|any|no|el|la|los|las|una?|su|sus|valid|new|old) )$"
)


def _with_article(negative: Hit, data: bytes) -> Hit:
    """A hard negative with the article before it, which the hits inside it may have taken."""
    match = _ARTICLE.search(data[max(0, negative.start - 8) : negative.start])
    return replace(negative, start=negative.start - (match.end(1) - match.start(1))) if match else negative


def cancel(hits: Sequence[Hit], data: bytes) -> list[Hit]:
    """Hits wholly inside a hard negative that names their type become kept hits of that rule;
    nothing else removes anything (D4). The hard negatives themselves are dropped."""
    negatives = [_with_article(h, data) for h in hits if h.cancels]
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
