"""When the gateway's own copies may go: days after the close of a matter, by the policy in force."""

from __future__ import annotations

import datetime as dt

from workflows.lawbook import in_force


def is_due(kind: str, closed_at: dt.datetime, now: dt.datetime) -> bool:
    """True when the policy lets this kind of thing go now. What it does not list is kept."""
    days = in_force(now).retention(kind)
    return days is not None and now >= closed_at + dt.timedelta(days=days)
