"""States of a matter. Pure data; the moves between them are in `flow.moves`."""

from __future__ import annotations

import enum


class State(enum.StrEnum):
    """Where a matter stands (workflow.md 3.2). The presumption in every state is withhold."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    AWAITING_PAPER = "awaiting_paper"
    PRESERVING = "preserving"
    EXIGENT = "exigent"
    INSTRUMENT_REVIEW = "instrument_review"
    SCOPE_REVIEW = "scope_review"
    CLARIFICATION = "clarification"
    COLLECTING = "collecting"
    REVIEW = "review"
    BURNING = "burning"
    SECOND_REVIEW = "second_review"
    COUNSEL_REVIEW = "counsel_review"
    APPROVED = "approved"
    RELEASING = "releasing"
    DELIVERED = "delivered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


TITLES = {
    State.RECEIVED: "Received",
    State.ACKNOWLEDGED: "Acknowledged",
    State.AWAITING_PAPER: "Waiting for paper",
    State.PRESERVING: "Preserved, nothing disclosed",
    State.EXIGENT: "Emergency claimed",
    State.INSTRUMENT_REVIEW: "Paper under review",
    State.SCOPE_REVIEW: "Scope with counsel",
    State.CLARIFICATION: "Question to the court",
    State.COLLECTING: "Collecting records",
    State.REVIEW: "Page review",
    State.BURNING: "Being redacted",
    State.SECOND_REVIEW: "Second review",
    State.COUNSEL_REVIEW: "With counsel",
    State.APPROVED: "Approved",
    State.RELEASING: "Ready for the agency",
    State.DELIVERED: "Delivered",
    State.REFUSED: "Refused",
    State.WITHDRAWN: "Withdrawn",
    State.CLOSED: "Closed",
}

BEFORE_APPROVAL = (
    State.RECEIVED,
    State.ACKNOWLEDGED,
    State.AWAITING_PAPER,
    State.PRESERVING,
    State.EXIGENT,
    State.INSTRUMENT_REVIEW,
    State.SCOPE_REVIEW,
    State.CLARIFICATION,
    State.COLLECTING,
    State.REVIEW,
    State.BURNING,
    State.SECOND_REVIEW,
    State.COUNSEL_REVIEW,
)

# What an agency may know: nothing of it tells whether records exist.
COARSE = {
    State.RECEIVED: "received",
    State.ACKNOWLEDGED: "received",
    State.AWAITING_PAPER: "needs_paper",
    State.PRESERVING: "needs_paper",
    State.RELEASING: "ready",
    State.DELIVERED: "answered",
    State.REFUSED: "answered",
    State.WITHDRAWN: "closed",
    State.CLOSED: "closed",
}


def coarse(state: str) -> str:
    """The state as an agency sees it; everything not listed is `under_review`."""
    return COARSE.get(State(state), "under_review")
