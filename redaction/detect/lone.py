"""Cells of a row that tell by themselves, whatever stands above them.

A roster without a line of names, or below names that nobody has foreseen, still says "Honduran", "EWI"
or "H-2A" in cells of its own. What tells there is data (cells.yaml); that it fills a cell is read from
`shape`, where gaps, bars and rows of dots part cells. A person looks; hard negatives hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from redaction.detect.engine import RuleSet
from redaction.detect.gazetteer.tagger import TaggedView
from redaction.detect.spans import Hit
from redaction.detect.views import Views

RULE = "cell.lone"
WHY = "All that a cell of a row says, and telling of this by itself; a person should look"
SCORE = 0.45
_LEFT = re.compile(rb"(?:[\t\n|(;]|\.{3,}|^|(?P<listed>,| [/-] ))[ \"'*(-]*\Z")
_RIGHT = re.compile(rb"[ \"'*.?!)-]*(?:[\t\n|);]|\.{3,}|$|(?P<listed>,| [/-] ))")
_ROW = re.compile(rb"[^,\n]*(?:,[^ ,\n][^,\n]*){2,}")  # cells parted by commas alone
_LISTED = re.compile(rb"[^\n]{1,40} [/-] [^\n]{1,40}")  # "Rigo / H-2B"
ROW_LIMIT = 2000  # view characters of a row whose cells no gap or bar parts
_EDGE = 8  # view characters within which a cell must begin or end


def lone_cells(views: Views, tagged: TaggedView, cells: RuleSet) -> Iterator[Hit]:
    """A hit for each cell that one of the rules fills, of that rule's type, in joined offsets."""
    shape = views.shape
    if not any(mark in shape for mark in (b"\t", b"|", b"...", b",", b" / ", b" - ")):
        return
    for raw in cells.run(tagged.data):
        start, end = tagged.joined_span(raw.start, raw.end)
        if b"\n" in shape[start:end] or b"\t" in shape[start:end]:
            continue
        left = _LEFT.search(shape, max(0, start - _EDGE), start)
        right = _RIGHT.match(shape, end, end + _EDGE)
        if not left or not right:
            continue
        first, last = shape.rfind(b"\n", 0, start) + 1, shape.find(b"\n", end)
        last = last if last >= 0 else len(shape)
        line = shape[first:last]
        parted = any(mark in line for mark in (b"\t", b"|", b"...")) and not (
            left["listed"] or right["listed"]
        )
        if parted or _is_row(shape, first, last):
            yield Hit(start, end, raw.rule.type, SCORE, RULE, 1, "lexicon", WHY, evidence=((start, end),))


def _is_row(shape: bytes, first: int, last: int) -> bool:
    """True for a line of cells parted by commas, slashes or dashes, with another such line beside it."""
    if last - first > ROW_LIMIT:
        return False  # prose or a dump: it would be read again for each of its cells
    before, behind = max(0, first - 1), last + 1
    above = shape[max(shape.rfind(b"\n", 0, before) + 1, before - ROW_LIMIT) : before]
    below_end = shape.find(b"\n", behind, behind + ROW_LIMIT)
    below = shape[behind : below_end if below_end >= 0 else behind + ROW_LIMIT]
    line = shape[first:last]
    return any(
        form.fullmatch(line) and (form.fullmatch(above) or form.fullmatch(below)) for form in (_ROW, _LISTED)
    )
