"""What a judge writes under somebody else's paper: "MEMO ENDORSED. Granted. SO ORDERED", and signs.

The lines from there on are an order; the letter, motion or petition above them only names court and number.
"""

from __future__ import annotations

import re
from dataclasses import replace

from workflows.instruments.reader.hands import WRITTEN
from workflows.instruments.reader.kinds import is_letter
from workflows.instruments.reader.layout import Title
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View
from workflows.instruments.signers import JUDGE_GROUPS, MARK, Block, blocks, is_mark

MOST_LINES = 18  # an endorsement is short: what is longer is an order of its own
_DECIDES = re.compile(
    r"\b(?:granted|denied|so ordered|is ordered|approved|application is|concedid[oa]|denegad[oa]|se ordena)\b"
)
_CLOSES = re.compile(
    r"^\W*(?:sincerely|respectfully(?: submitted)?|very truly yours|yours truly|regards|atentamente)\b"
    r"|^(?!\W*(?:to|dear|re|para|and)\b)(?:\W*\b[a-z]+\b){0,6}?\W*\b(?:attorney|counsel|ausa|abogad[oa])\b"
    r"(?:\W+[a-z]+){0,5}\W*$"
)
_CHAMBERS = re.compile(
    r"\bchambers of\b|\b(?:from the )?chambers\b(?= (?:united states )?(?:magistrate|district))"
)
_ASKS = ("motion", "petition", "application", "letter", "request", "stipulation")


def endorsement(view: View, part: Part) -> Part | None:
    """The lines of the endorsement as a part that is titled as an order, or None where there is none."""
    judge = next((b for b in reversed(blocks(view, part)) if _judges_hand(b)), None)
    if judge is None or from_chambers(view, part):
        return None
    low = max(part.first + 4, judge.line - MOST_LINES)
    signed = [n for n in range(low, judge.line) if _signs(view, n)]
    if not signed or not any(n + 1 < judge.line and _decides(view, n + 1, judge.line) for n in signed):
        return None
    first = next(n for n in signed if _decides(view, n + 1, judge.line)) + 1
    first = max(n for n in signed if n < first or not _decides(view, first, n)) + 1
    above = replace(part, last=first, body_last=min(first, part.body_last))
    asks = any(t.words.split()[0] in _ASKS for t in part.titles if t.line < first)
    if not (asks or is_letter(view, above)):
        return None
    at = view.lines[first].at
    title = Title(first, "order", at, view.lines[min(part.last - 1, first + 1)].at, "")
    return replace(part, first=first, titles=(title,), headings=(), attachments=())


def from_chambers(view: View, part: Part) -> bool:
    """A judge's own letterhead: court and chambers stand above everything else."""
    head = [n for n in range(part.first, part.last) if view.line_words(n)][:5]
    words = " ".join(view.line_words(n) for n in head)
    return bool(_CHAMBERS.search(words)) and any(h.line in head for h in part.headings)


def _judges_hand(block: Block) -> bool:
    return (
        block.group in JUDGE_GROUPS
        and not block.oath
        and not block.foreign
        and (block.mark is not None or block.hand == WRITTEN)
    )


def _signs(view: View, n: int) -> bool:
    """A line on which the one who asks closes or signs."""
    line = view.lines[n]
    text = view.line_text(n)
    return bool(_CLOSES.search(text)) or (
        any(is_mark(m, view) for m in MARK.finditer(view.text, line.at, line.end)) and "judge" not in text
    )


def _decides(view: View, first: int, last: int) -> bool:
    return any(_DECIDES.search(view.line_text(n)) for n in range(first, last))
