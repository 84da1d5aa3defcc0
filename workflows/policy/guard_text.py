"""Typed text is scanned before it is stored: staff must not record status either (workflow.md 3.5).

Only the RE2 engine is used here, never the analysis framework; loading it is left to first use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflows.errors import Invalid

MASK = "▒▒▒▒▒"


def mask(text: str) -> str:
    """The text with every status-related span replaced; for words that come from outside.

    Whole sentences that only the sentence model doubts stay: a reader must still understand the rest.
    """
    return _masked(text, lambda finding: True)


def mask_numbers(text: str) -> str:
    """The text with every tier-1 identifier replaced, and its words left: for the name of an office or a
    person, and for what is quoted from a paper, whose words a reader must see."""
    if not any(sign.isdigit() for sign in text):
        return text
    return _masked(
        text,
        lambda finding: (
            finding.tier == 1 and any(sign.isdigit() for sign in text[finding.start : finding.end])
        ),
    )


def _masked(text: str, chosen: Callable[[Any], bool]) -> str:
    from redaction import detect

    pieces, position = [], 0
    for finding in detect.detect_text(text, detect.load()):
        if finding.action == "keep" or finding.layer == "model" or finding.start < position:
            continue
        if not chosen(finding):
            continue
        pieces += [text[position : finding.start], MASK]
        position = finding.end
    return "".join([*pieces, text[position:]])


def refuse_status(text: str, *, like: str = "") -> str:
    """Return the text unchanged, or raise Invalid `status_data` when it holds tier-1 status data. What `like`
    says too, a text of the program, is about nobody.

    The city does not record status; the typist is told so, and nothing is stored. What a rule is sure
    of counts also where the sentence model doubts it.
    """
    from redaction import detect

    found = detect.detect_text(text, detect.rules_alone(detect.load()))
    ours = like.casefold()
    if any(
        finding.tier == 1
        and finding.action == "redact"
        and (not ours or text[finding.start : finding.end].casefold() not in ours)
        for finding in found
    ):
        raise Invalid(
            "This text states somebody's immigration status, origin or an identifier of it. The city "
            "does not "
            "record that. Please say what you need to say without it; nothing has been stored.",
            code="status_data",
        )
    return text
