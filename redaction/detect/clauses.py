"""The rest of the clause around what the rules found, as reviews.

A rule claims the words it knows; the phrase that tells is often longer ("the detainer form with his
brother's name on it"). What stands between a finding and the end of its clause, forty characters at
most on either side, is therefore shown to a person with it. It is never redacted by itself, and what
a named hard negative excuses is left out.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence

from redaction.detect.breaks import PROSE_CHARACTERS
from redaction.detect.growth import REACH
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.spans import Hit, Settled
from redaction.types import Action

RULE = "growth.clause"
WHY = "What stands in one clause with words or a number that tell, and may belong to them"
SCORE = 0.2
ALONE = frozenset({"label", "layout", "seed", MODEL_LAYER})  # their bounds are known
# The end of a sentence (not of an abbreviation), of a cell, of a line; words that tell nothing alone.
_END = re.compile(
    r"(?<=[^\W_]{4})\.(?=\s|$)|(?<=[)\"'”’])\.(?=\s|$)|[;?!](?=\s|$)|[\t|\n]|\s{3,}|,(?=[^\W\d])"
)
_WORD = re.compile(r"[^\W_]+")
SMALL = frozenset({"a", "an", "and", "he", "i", "it", "she", "that", "the", "they", "we", "who", "you"})
SMALL_ES = frozenset({"el", "ella", "la", "que", "y", "yo", "él"})


def with_clauses(settled: Sequence[Settled], text: str) -> list[Settled]:
    """The findings, sorted and apart as they were, and a review of what is left of the clause around
    each of them. Kept hits that name nothing give way."""
    growing = [s.hit for s in settled if _lets_grow(s)]
    wanted = [_clause(text, hit.start, hit.end) for hit in growing]
    if not wanted:
        return list(settled)
    firm = [s for s in settled if s.action is not Action.KEEP or s.hit.cancels]
    rests = [Settled(_hit(start, end), Action.REVIEW) for start, end in _rests(wanted, firm, text)]
    starts = [s.hit.start for s in rests]
    loose = [
        s for s in settled if s.action is Action.KEEP and not s.hit.cancels and not _meets(rests, starts, s)
    ]
    return sorted([*firm, *loose, *rests], key=lambda s: (s.hit.start, s.hit.end))


def _lets_grow(found: Settled) -> bool:
    whole = found.hit.layer in ALONE or found.hit.type == "PASSPORT_MRZ"
    return found.action is not Action.KEEP and not whole


def _hit(start: int, end: int) -> Hit:
    where = ((start, end),)
    return Hit(start, end, "STATUS_IMPLICIT", SCORE, RULE, 1, MODEL_LAYER, WHY, evidence=where)


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause around a span begins and ends, whole words, at most REACH characters away."""
    low, high = max(0, start - REACH), min(len(text), end + REACH)
    ends = (match for match in _END.finditer(text, low, start) if not _wraps(text, match.start()))
    first = max((match.end() for match in ends), default=low)
    if first == low > 0:
        first = text.find(" ", low, start) + 1 or start
    stop = next((m for m in _END.finditer(text, end, high) if not _wraps(text, m.start())), None)
    if stop:
        return first, stop.start()
    return first, high if high == len(text) else max(text.rfind(" ", end, high), end)


def _wraps(text: str, at: int) -> bool:
    """True for the end of a long line that goes on in the next with a small letter."""
    return (
        text[at] == "\n"
        and at >= PROSE_CHARACTERS
        and text[at + 1 : at + 2].islower()
        and text.find("\n", at - PROSE_CHARACTERS, at) < 0
    )


def _rests(
    wanted: Sequence[tuple[int, int]], firm: Sequence[Settled], text: str
) -> Iterator[tuple[int, int]]:
    """What of the wanted spans lies between the firm ones, trimmed to letters and digits."""
    starts = [s.hit.start for s in firm]
    last = 0
    for start, end in sorted(wanted):
        at = max(start, last)
        last = max(last, end)
        if at >= end:
            continue
        near = firm[max(0, bisect.bisect_right(starts, at) - 1) : bisect.bisect_left(starts, end)]
        after = False  # whether a finding, no excuse, ends where the rest begins
        for other in [*near, None]:
            begin, stop = (other.hit.start, other.hit.end) if other else (end, end)
            found = other is not None and other.action is not Action.KEEP
            if trimmed := _trimmed(text, at, min(begin, end), after and found):
                yield trimmed
            after = found if stop >= at else after
            at = max(at, stop)


def _trimmed(text: str, start: int, end: int, between: bool) -> tuple[int, int] | None:
    """What of a rest is shown: no small words alone, unless they join two findings ("Thai and Lao")."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start >= end or (not between and {*_WORD.findall(text[start:end].lower())} <= SMALL | SMALL_ES):
        return None
    return start, end


def _meets(rests: Sequence[Settled], starts: Sequence[int], kept: Settled) -> bool:
    at = bisect.bisect_left(starts, kept.hit.end) - 1
    return at >= 0 and rests[at].hit.end > kept.hit.start
