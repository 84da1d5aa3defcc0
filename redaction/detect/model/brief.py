"""Cells and lines of few words near a finding, as reviews: a form and a table say most in those.

The sentence model is not asked about a cell of one or two words, nor about a short line with a label:
alone they say too little, and the label rules know what they are made for. Near something that is found
they say more: of a form that holds a birthplace the next cell is likelier to tell than of one that does
not. There a lower score suffices. Nothing is shown where nothing is found, and nothing is redacted.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence

from redaction.detect.model.sentences import ends_line
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.spans import Hit, Settled
from redaction.types import Action

RULE = "model.brief"
WHY = "A cell or line of few words near a finding, and the words read like those that tell"
SCORE = 0.2
REACH = 120  # characters to a finding
LONGEST, WORDS = 60, 8  # characters and words; what has more is read as a sentence
ROOM = 2 * LONGEST  # characters of a cell with the signs around its words
LEAST = 2  # letters and digits
_CELL = re.compile(rb"[^\t\n|]+")
_WORD = re.compile(rb"[a-zX]{2,}")
_SIGN = re.compile(rb"[a-z0-9X]")
_SAID = re.compile(rb"[a-z0-9X](?:.*[a-z0-9X])?", re.DOTALL)
_NAME = re.compile(r"(?:[^\W\d_a-z][^\W\d_]*['’.,-]* ?){1,4}")


def cells(
    shape: bytes, found: Sequence[tuple[int, int]], around: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Spans of `Views.shape`, in order, of the cells and lines of few words within REACH of the spans
    `around` that hold nothing `found`. Lines of wrapped prose are none."""
    free = _Apart(_joined(found))
    spans: list[tuple[int, int]] = []
    for low, high in _windows(shape, around):
        for match in _CELL.finditer(shape, low, high):
            start, end = match.span()
            if end - start > ROOM or free.meets(start, end) or _goes_on(shape, start):
                continue
            said = _SAID.search(match.group())
            if said and _is_brief(said.group()):
                spans.append((start + said.start(), start + said.end()))
    return spans


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in order, those that overlap as one."""
    last: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if last and start < last[1]:
            last = last[0], max(last[1], end)
            continue
        if last:
            yield last
        last = start, end
    if last:
        yield last


def _windows(shape: bytes, told: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Whole lines around the spans, apart from one another."""
    last = 0
    for start, end in sorted(told):
        low = max(last, shape.rfind(b"\n", 0, max(0, start - REACH)) + 1)
        stop = shape.find(b"\n", min(len(shape), end + REACH))
        high = stop if stop >= 0 else len(shape)
        if low < high:
            yield low, high
            last = high


def _is_brief(said: bytes) -> bool:
    few = len(said) <= LONGEST and len(_WORD.findall(said)) < WORDS
    return few and len(_SIGN.findall(said)) >= LEAST


def _goes_on(shape: bytes, start: int) -> bool:
    """True for what begins a line that goes on with the sentence of the line above."""
    if start == 0 or shape[start - 1] != 10:
        return False
    return not ends_line(shape, max(0, shape.rfind(b"\n", 0, start - 1)), start - 1)


def is_name(cell: str) -> bool:
    """True for a few words that all begin with a capital, without a digit."""
    return _NAME.fullmatch(cell) is not None


def hit(start: int, end: int) -> Hit:
    """A review of the cell."""
    return Hit(start, end, "STATUS_IMPLICIT", SCORE, RULE, 1, MODEL_LAYER, WHY, evidence=((start, end),))


def with_brief(settled: Sequence[Settled], brief: Sequence[Hit]) -> list[Settled]:
    """The findings, sorted and apart as they were, and a review of each brief cell that touches none of
    them and no named hard negative, and has a finding within REACH. Kept hits that name nothing give way."""
    firm = [s for s in settled if s.action is not Action.KEEP or s.hit.cancels]
    live = [s.hit for s in settled if s.action is not Action.KEEP]
    shown: list[Settled] = []
    free = _Apart((s.hit.start, s.hit.end) for s in firm)
    near = _Apart((one.start, one.end) for one in live)
    for one in sorted(brief, key=lambda h: (h.start, h.end)):
        alone = not free.meets(one.start, one.end) and (not shown or shown[-1].hit.end <= one.start)
        if alone and near.meets(one.start - REACH, one.end + REACH):
            shown.append(Settled(one, Action.REVIEW))
    if not shown:
        return list(settled)
    taken = _Apart((s.hit.start, s.hit.end) for s in shown)
    loose = [
        s
        for s in settled
        if s.action is Action.KEEP and not s.hit.cancels and not taken.meets(s.hit.start, s.hit.end)
    ]
    return sorted([*firm, *loose, *shown], key=lambda s: (s.hit.start, s.hit.end))


class _Apart:
    """Spans in order that do not overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = list(spans)
        self._starts = [start for start, _ in self._spans]

    def meets(self, start: int, end: int) -> bool:
        """True if one of them shares a character with this span."""
        at = bisect.bisect_left(self._starts, end) - 1
        return at >= 0 and self._spans[at][1] > start
