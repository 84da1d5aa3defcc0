"""Work that outlives a request: rows with a lease, which a message only wakes.

A room with slow work keeps it in its `jobs.py`:

    @jobs.handler("records.scan", queue="read", codes=frozenset({"malformed"}))
    class Scan:
        def may(self, subject, actor): ...           # has the person who asked still the right?
        def work(self, subject, ctx): ...            # slow, outside any transaction, writes no row
        def save(self, subject, outcome, ctx): ...   # in one transaction that checked lease and right

and asks for it inside the transaction that causes it:

    jobs.enqueue("records.scan", record.pk, f"scan:{record.pk}", actor, lane=matter.pk)

Names that need the table are loaded on first use, because it cannot be imported while Django
still reads the list of rooms.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from workflows.jobs.registry import LeaseLost, Permanent, Queue, Retry, handler

if TYPE_CHECKING:
    from workflows.jobs.actions import cancel, enqueue, priority_for, retry
    from workflows.jobs.leases import claim, finish, park, progress, renew
    from workflows.jobs.queries import health, open_jobs
    from workflows.jobs.running import Context, drain, run
    from workflows.jobs.sweeper import sweep

_WHERE = {
    "cancel": "actions", "enqueue": "actions", "priority_for": "actions", "retry": "actions",
    "claim": "leases", "finish": "leases", "park": "leases", "progress": "leases", "renew": "leases",
    "health": "queries", "open_jobs": "queries",
    "Context": "running", "drain": "running", "run": "running",
    "sweep": "sweeper",
}  # fmt: skip

__all__ = [
    "Context", "LeaseLost", "Permanent", "Queue", "Retry", "cancel", "claim", "drain", "enqueue", "finish",
    "handler", "health", "open_jobs", "park", "priority_for", "progress", "renew", "retry", "run", "sweep",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(import_module(f"workflows.jobs.{_WHERE[name]}"), name)
