"""What counsel types at length: neither empty nor endless."""

from __future__ import annotations

from workflows.errors import Invalid
from workflows.policy.guard_text import mask_numbers

MOST_WORDS = 2000


def typed(text: str, what: str) -> str:
    """The text without the blanks around it. Raises Invalid `reason_needed` outside ten to MOST_WORDS
    characters; `what` says what was asked for."""
    text = text.strip()
    if not 10 <= len(text) <= MOST_WORDS:
        raise Invalid(f"Type {what}: ten to {MOST_WORDS} characters.", code="reason_needed")
    return text


def about_paper(text: str) -> str:
    """Why a paper is refused, ends, or no longer stands in the way, as it is kept: it may name the kind of
    paper, whose name speaks of immigration by itself; somebody's number in it is masked."""
    return mask_numbers(text.strip())
