"""Whether the parts of an installation are well. Codes and numbers only, never content."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from workflows.audit import health as log_health
from workflows.jobs.queries import health as queue_health


@dataclass(frozen=True)
class Part:
    """One part: `well`, a code that says why not, and a number that belongs to it."""

    name: str
    well: bool
    code: str = "ok"
    value: float | None = None


def database() -> Part:
    """Whether a query is answered."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Part("database", False, "no_answer")
    return Part("database", True)


def worker() -> Part:
    """Whether every queue proved within three minutes that somebody serves it; value: jobs that wait."""
    queues = queue_health()
    waiting = sum(queue.waiting for queue in queues)
    deaf = [queue.queue for queue in queues if not queue.served]
    return Part("worker", not deaf, f"deaf:{','.join(deaf)}" if deaf else "ok", waiting)


def parked() -> Part:
    """Whether jobs wait for a person; value: how many."""
    count = sum(queue.parked for queue in queue_health())
    return Part("parked", count == 0, "ok" if count == 0 else "jobs_parked", count)


def sequencer() -> Part:
    """Whether entries are sealed in time and may be; value: age in seconds of the oldest that is not."""
    log = log_health.look()
    if log.code is not None:
        return Part("sequencer", False, log.code)
    lag_s = round(log.lag.total_seconds(), 1)
    return Part("sequencer", not log.alarm, "lagging" if log.alarm else "ok", lag_s)


def disk() -> Part:
    """Whether writes are still allowed; value: free bytes in the data folder."""
    usage = shutil.disk_usage(Path(settings.DATA_DIR))
    reserve = max(usage.total * settings.VAULT_MIN_FREE_SHARE, settings.VAULT_MIN_FREE_BYTES)
    return Part("disk", usage.free > reserve, "ok" if usage.free > reserve else "full", float(usage.free))


def isolation() -> Part:
    """Whether foreign files are parsed in full isolation on this machine; a self-test has proved it."""
    from redaction import sandbox
    from redaction.errors import Failed

    try:
        level = sandbox.level()
    except Failed:
        return Part("isolation", False, "none")  # nothing is opened here, every file is withheld
    if sandbox.is_reduced(level):
        return Part("isolation", False, f"reduced:{level}")
    return Part("isolation", True, level)


PARTS = {
    "database": database,
    "worker": worker,
    "sequencer": sequencer,
    "parked": parked,
    "disk": disk,
    "isolation": isolation,
}


def report(names: tuple[str, ...] = tuple(PARTS)) -> list[dict[str, object]]:
    """Return the named parts as dicts; a part that cannot be asked is not well."""
    found = []
    for name in names:
        try:
            found.append(asdict(PARTS[name]()))
        except (DatabaseError, OSError):
            found.append(asdict(Part(name, False, "no_answer")))
    return found
