"""One job from claim to saved outcome.

The lease is renewed by a thread while the handler works outside any transaction (what
opens foreign files, it gives to a disposable child of its own). The outcome is saved in
one transaction that first takes the job's token off the row and asks again for the right
of the person who asked. Whatever goes wrong ends as a code in the row: no message of an
exception is kept or logged, because it may hold text of a record.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from workflows.errors import NotRecorded, Refused
from workflows.jobs import leases, registry
from workflows.jobs.models import Job
from workflows.jobs.registry import Handler, LeaseLost, Permanent, Retry
from workflows.vault.errors import SENTENCES as VAULT_CODES
from workflows.vault.errors import VaultError

log = structlog.get_logger(__name__)

PROGRESS_EVERY_S = 0.5
FIRST_PAUSE_S = 2.0  # then 4, 8, 16


@dataclass
class Context:
    """What a handler may ask and tell while it works."""

    job: Job
    lost: threading.Event = field(default_factory=threading.Event, repr=False)
    _told_at: float = 0.0

    @property
    def actor(self) -> Any:
        """The person who asked, or None for the system."""
        return self.job.actor

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self.job.attempts

    def effect_key(self, effect: str) -> str:
        """Return the key under which an effect outside the database (a mail) happens once per job."""
        return f"{self.job.pk}:{effect}"

    def progress(self, done: int, total: int) -> None:
        """Show done of total; written at most twice a second and at the end. Raises LeaseLost."""
        self.check()
        now = time.monotonic()
        if done < total and now - self._told_at < PROGRESS_EVERY_S:
            return
        self._told_at = now
        if not leases.progress(self.job, done, total):
            raise LeaseLost

    def renew(self) -> None:
        """Extend the lease now; the renewing thread does so anyway. Raises LeaseLost."""
        if not leases.renew(self.job):
            raise LeaseLost

    def check(self) -> None:
        """Raise LeaseLost when the job is known to be in other hands."""
        if self.lost.is_set():
            raise LeaseLost


def run(job: Job) -> bool:
    """Run a claimed job to its end; True when its outcome was saved.

    Never raises for what the handler did: the row tells. What stops the process
    (SystemExit, KeyboardInterrupt) rises, and the lease lapses.
    """
    handler = registry.find(job.kind)
    ctx = Context(job)
    try:
        if handler is None:
            raise Permanent("no_handler")
        with _renewing(ctx):
            outcome = handler.impl.work(job.subject, ctx)
        return _save(handler, outcome, ctx)
    except Exception as failure:  # noqa: BLE001  every branch means: not saved, withheld
        _set_aside(job, handler, failure)
        return False


def drain(limit: int = 10_000) -> int:
    """Run due jobs in this process until none is due; return how many ran. For commands and tests."""
    for count in range(limit):
        job = next(filter(None, map(leases.claim_next, registry.Queue)), None)
        if job is None:
            return count
        run(job)
    return limit


def _save(handler: Handler, outcome: Any, ctx: Context) -> bool:
    with transaction.atomic(durable=True):
        if not leases.finish(ctx.job):
            log.info("jobs.outcome_dropped", job=ctx.job.pk, kind=ctx.job.kind)
            return False
        actor = ctx.actor
        if actor is not None:
            actor.refresh_from_db()  # the right is that of now, not of when the work began
            if not actor.is_active:
                raise Permanent("right_removed")
        if not handler.impl.may(ctx.job.subject, actor):
            raise Permanent("right_removed")
        handler.impl.save(ctx.job.subject, outcome, ctx)
    return True


def _set_aside(job: Job, handler: Handler | None, failure: Exception) -> None:
    if isinstance(failure, LeaseLost):
        log.info("jobs.lease_lost", job=job.pk, kind=job.kind)
        return
    code, final, delay_s = _judge(failure)
    if delay_s is None:
        delay_s = FIRST_PAUSE_S * 2 ** (job.attempts - 1)
    allowed = registry.CODES.keys() | VAULT_CODES.keys() | (handler.codes if handler else frozenset())
    if code not in allowed:
        code = "bug"
    log.warning("jobs.failed", job=job.pk, kind=job.kind, code=code, attempt=job.attempts, at=_place(failure))
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    try:
        if final:
            leases.park(job, code)
        else:
            leases.put_back(job, code, delay_s)
    except DatabaseError:  # withheld: the lease lapses and the sweeper takes the job up again
        log.warning("jobs.not_set_aside", job=job.pk, code=code)


def _judge(failure: Exception) -> tuple[str, bool, float | None]:
    """Return the code, whether trying again is useless, and the pause if one was asked for."""
    match failure:
        case Permanent():
            return failure.code, True, None
        case Retry():
            return failure.code, False, failure.delay_s
        case SoftTimeLimitExceeded():
            return "time_limit", False, None
        case NotRecorded():
            return "log", False, None
        case VaultError():
            return failure.code, False, None
        case Refused():
            return "refused", True, None
        case DatabaseError():
            return "database", False, None
    return "bug", False, None


def _place(failure: Exception) -> str:
    """Return the type and the place of an exception, without its message."""
    frames = traceback.extract_tb(failure.__traceback__)
    last = frames[-1] if frames else None
    return type(failure).__name__ + (f" {last.filename.rsplit('/', 1)[-1]}:{last.lineno}" if last else "")


@contextmanager
def _renewing(ctx: Context) -> Iterator[None]:
    """Renew the lease from a thread until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_renew_until, args=(ctx, stop), name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _renew_until(ctx: Context, stop: threading.Event) -> None:
    while not stop.wait(settings.JOB_HEARTBEAT_S):
        try:
            if not leases.renew(ctx.job):
                ctx.lost.set()
                return
        except DatabaseError:  # the next beat tries again; whatever happens, the fence holds
            log.info("jobs.not_renewed", job=ctx.job.pk)
        finally:
            connection.close()  # this thread's own: held only while needed, fresh on the next beat
