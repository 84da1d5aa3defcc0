"""What people and rooms do to jobs: ask for one, cancel one, have a parked one tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from workflows.errors import WrongState
from workflows.jobs import registry, sending
from workflows.jobs.models import OPEN_STATES, PRIORITIES, Job, JobState
from workflows.jobs.registry import Queue

DEFAULT_PRIORITY = 5


def enqueue(
    kind: str,
    subject: UUID | int | str,
    key: str,
    actor: Any,
    *,
    queue: str | Queue | None = None,
    priority: int = DEFAULT_PRIORITY,
    lane: UUID | int | str = "",
) -> Job:
    """Return the open job with this kind and key, made now when there was none.

    The row belongs to the caller's transaction; the message goes out when that commits,
    and a dead broker only delays the work until the next sweep. `actor` is the person who
    asks (None: the system) and whose right is checked again at save. `queue` is the
    handler's unless given, `priority` runs from 0 (first) to 9 (see `priority_for`),
    `lane` is usually the matter: lanes of equal priority take turns.

    A job that already runs is not started a second time: where its input may have
    changed meanwhile, put the input's version into the key. A parked job is returned as
    it is; only a person frees it. Raises ValueError for an unknown kind or queue, or ids that
    do not fit (SQLite would take them, PostgreSQL would not).
    """
    handler = registry.find(kind)
    if handler is None:
        raise ValueError(f"no room does work of the kind {kind}")
    if priority not in PRIORITIES:
        raise ValueError("priority runs from 0 to 9")
    if any(len(str(text)) > size for text, size in ((subject, 64), (lane, 64), (key, 160))):
        raise ValueError("subject, lane or key is too long for its column")
    known = _open(kind, key)
    if known is not None:
        return known
    job = Job(
        kind=kind, subject=str(subject), key=key, actor=actor, lane=str(lane), priority=priority,
        queue=Queue(queue or handler.queue).value, created_at=Now(), sent_at=Now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        known = _open(kind, key)
        if known is None:
            raise
        return known
    job.refresh_from_db()
    sending.send_on_commit(job)
    return job


def priority_for(due: datetime | None, now: datetime) -> int:
    """Return the priority that the nearest court clock gives: the closer, the smaller; 5 without a clock."""
    if due is None:
        return DEFAULT_PRIORITY
    steps = (timedelta(hours=4), timedelta(days=1), timedelta(days=3), timedelta(days=7))
    return next((level for level, step in enumerate(steps) if due - now <= step), 4)


def cancel(job: Job) -> None:
    """End an open job for good; a worker that has it notices and its outcome is dropped.

    Raises WrongState when the job is over. The right to cancel is the caller's to check.
    """
    changed = Job.objects.filter(pk=job.pk, state__in=OPEN_STATES).update(
        state=JobState.CANCELLED.value, token=None, lease_until=None, ended_at=Now()
    )
    job.refresh_from_db()
    if not changed:
        raise WrongState("This work is over and can no longer be cancelled.")


def retry(job: Job) -> None:
    """Queue a parked job again with a fresh count of attempts, because a person said so.

    It still acts for the person who asked first. Raises WrongState when it is not parked.
    """
    with transaction.atomic():
        changed = Job.objects.filter(pk=job.pk, state=JobState.PARKED.value).update(
            state=JobState.QUEUED.value, attempts=0, error_code="", lease_until=None,
            done=0, ended_at=None, sent_at=Now(),
        )  # fmt: skip
        job.refresh_from_db()
        if not changed:
            raise WrongState("Only parked work can be tried again.")
        sending.send_on_commit(job)


def _open(kind: str, key: str) -> Job | None:
    return Job.objects.filter(kind=kind, key=key, state__in=OPEN_STATES).first()
