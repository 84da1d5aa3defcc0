"""Where a notice stands and where it can go from there. Pure data (workflow.md 3.3)."""

from __future__ import annotations

DUE, DRAFTED, SENT = "due", "drafted", "sent"
HELD, RETURNED, NOT_REQUIRED = "held", "returned", "not_required"
STATES = (DUE, DRAFTED, SENT, HELD, RETURNED, NOT_REQUIRED)
# What still has to be done by somebody, as soon as nothing forbids it.
OPEN = (DUE, DRAFTED, HELD, RETURNED)

STEPS: dict[str, tuple[str, ...]] = {
    DUE: (DRAFTED, HELD, NOT_REQUIRED),
    # Back to due by the gateway alone: once something has left, or is called back, earlier words are stale.
    DRAFTED: (DRAFTED, SENT, HELD, NOT_REQUIRED, DUE),
    SENT: (RETURNED, DUE),
    HELD: (DUE, NOT_REQUIRED),
    RETURNED: (DRAFTED, HELD, NOT_REQUIRED, DUE),
    NOT_REQUIRED: (),
}
# A step that was taken in error is taken back by a new one, which leads to where it came from.
TAKEN_BACK = {SENT: DRAFTED, NOT_REQUIRED: DUE}

LANGUAGES = ("en", "es")
# A sealed envelope without a word on it, into the person's own hands, through their lawyer. No postcard,
# no message that others in the house may read (policy 9.1).
CHANNELS = ("post", "hand", "lawyer")

# Why somebody need not be told; the last is the gateway's own.
REASONS = ("told_already", "cannot_reach", "has_died", "asked_not_to", "law_forbids", "nothing_left")
NOTHING_LEFT = "nothing_left"


def may_step(state: str, to: str) -> bool:
    """True when a notice can go from one state to the other other than by being taken back."""
    return to in STEPS[state]
