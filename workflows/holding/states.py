"""States and closed vocabularies of challenges and recalls. Pure data; the database enforces the pairs."""

from __future__ import annotations

FILED, PENDING, STAYED = "filed", "pending", "stayed"
DECIDED, WITHDRAWN, CLOSED = "decided", "withdrawn", "closed"
CHALLENGE_STATES = (FILED, PENDING, STAYED, DECIDED, WITHDRAWN, CLOSED)
# An objection served on the agency; a motion to quash or modify; a stay asked for; an order of a court.
CHALLENGE_KINDS = ("objection", "motion", "stay", "order")
PARTIES = ("city", "person", "agency", "other")
OUTCOMES = ("upheld", "narrowed", "denied")

CHALLENGE_STEPS: dict[str, tuple[str, ...]] = {
    FILED: (PENDING, STAYED, DECIDED, WITHDRAWN),
    PENDING: (STAYED, DECIDED, WITHDRAWN),
    STAYED: (PENDING, DECIDED, WITHDRAWN),
    DECIDED: (CLOSED,),
    WITHDRAWN: (CLOSED,),
    CLOSED: (),
}
CHALLENGE_TRANSITIONS = frozenset(
    (source, target) for source, targets in CHALLENGE_STEPS.items() for target in targets
)

# All copies destroyed; all returned; the agency keeps them and says that a law makes it.
REPLIES = ("destroyed", "returned", "kept")
