"""States of a paper and the changes between them. Pure data; the database enforces the pairs."""

from __future__ import annotations

OFFERED, FORMAT_CHECKED, AUTHENTICATING, IN_FORCE = "offered", "format_checked", "authenticating", "in_force"
STAYED = "stayed"
# How a paper leaves force; each opens a block on every matter that rests on it.
ENDS = (STAYED, "quashed", "expired", "executed", "superseded", "withdrawn", "forged")

TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        (OFFERED, FORMAT_CHECKED),
        (OFFERED, AUTHENTICATING),
        (FORMAT_CHECKED, AUTHENTICATING),
        (AUTHENTICATING, IN_FORCE),
    }
    | {(source, end) for source in (OFFERED, FORMAT_CHECKED, AUTHENTICATING, IN_FORCE) for end in ENDS}
    # A stay ends: the paper stands where it stood, or the court goes further.
    | {(STAYED, back) for back in (IN_FORCE, AUTHENTICATING, *(end for end in ENDS if end != STAYED))}
)
