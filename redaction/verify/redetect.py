"""V7: the detector, run on the output's own text, finds nothing that the plan did not keep."""

from __future__ import annotations

import re

from redaction import detect
from redaction.types import Action
from redaction.verify.claims import LABEL
from redaction.verify.content import Content
from redaction.verify.examined import Examined
from redaction.verify.removal import keeps_of
from redaction.verify.windows import Search, letters_of, signs_of

TOKEN = re.compile(rf"\[(?:{LABEL.pattern})\]")


def faults(examined: Examined) -> list[str]:
    """Pages on which the detector still finds something. Raises DetectorError."""
    ruleset = detect.load()
    if ruleset.sha256 != examined.claims.ruleset:
        return ["the plan was made with another ruleset"]
    kept = Search.build(examined.key, examined.claims.keeps, len(examined.layers), examined.clear)
    found = []
    for n, layer in enumerate(examined.layers, 1):
        text = page_text(layer)
        spans = [
            (finding.start, finding.end, finding.type)
            for finding in detect.detect_text(text, ruleset)
            if finding.action != Action.KEEP
        ]
        left = [kind for start, end, kind in spans if not excused(examined, kept, n, text, start, end)]
        if left:
            found.append(
                f"page {n}: {len(left)} findings in the output's text ({', '.join(sorted(set(left)))})"
            )
    return found


def page_text(layer: Content) -> str:
    """The layer's words in order, a new line wherever the baseline changes."""
    parts: list[str] = []
    for before, word in zip((None, *layer.words), layer.words, strict=False):
        parts += ["" if before is None else " " if before.y == word.y else "\n", word.text]
    return "".join(parts)


def excused(examined: Examined, kept: Search, n: int, text: str, start: int, end: int) -> bool:
    """True for a span of nothing but box tokens, and for one inside a span the plan keeps here."""
    rest = signs_of(TOKEN.sub(" ", text[start:end]))
    if not rest:
        return True
    keeps = keeps_of(examined.claims.keeps, n)
    if not keeps:
        return False
    low, high = len(signs_of(text[:start])), len(signs_of(text[:end]))
    spans = kept.spans(letters_of(text))
    return any(digest in keeps and a <= low and high <= b for a, b, digest in spans)
