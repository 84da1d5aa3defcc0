"""States of a paper and the changes between them. Pure data; the database enforces the pairs."""

from __future__ import annotations

OFFERED, FORMAT_CHECKED, AUTHENTICATING, IN_FORCE = "offered", "format_checked", "authenticating", "in_force"
# How a paper leaves force; each opens a block on every matter that rests on it.
ENDS = ("stayed", "quashed", "expired", "executed", "superseded", "withdrawn", "forged")

TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        (OFFERED, FORMAT_CHECKED),
        (OFFERED, AUTHENTICATING),
        (FORMAT_CHECKED, AUTHENTICATING),
        (AUTHENTICATING, IN_FORCE),
    }
    | {(source, end) for source in (OFFERED, FORMAT_CHECKED, AUTHENTICATING, IN_FORCE) for end in ENDS}
)
