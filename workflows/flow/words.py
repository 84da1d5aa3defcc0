"""What counsel types at length: neither empty nor endless."""

from __future__ import annotations

from workflows.errors import Invalid

MOST_WORDS = 2000


def typed(text: str, what: str) -> str:
    """The text without the blanks around it. Raises Invalid `reason_needed` outside ten to MOST_WORDS
    characters; `what` says what was asked for."""
    text = text.strip()
    if not 10 <= len(text) <= MOST_WORDS:
        raise Invalid(f"Type {what}: ten to {MOST_WORDS} characters.", code="reason_needed")
    return text
