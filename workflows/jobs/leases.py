"""Claim, renew, finish, park: each is one conditional UPDATE, so that of two workers one wins.

Time is the database's, because two machines never agree. The order of the columns in a
condition does not matter; that state, token and lease are tested and changed in the same
statement does.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Now

from workflows.jobs.models import Job, JobState

DUE = Q(state=JobState.QUEUED.value) & (Q(lease_until=None) | Q(lease_until__lte=Now()))
LAPSED = Q(state=JobState.RUNNING.value, lease_until__lte=Now())


def in_seconds(seconds: float) -> ExpressionWrapper:
    """Return the database time so many seconds from now, as an expression."""
    return ExpressionWrapper(Now() + Value(timedelta(seconds=seconds)), output_field=DateTimeField())


def claim(job_id: int) -> Job | None:
    """Take one job if it is due or its lease has lapsed, and return it with a fresh token.

    Counts an attempt. None when it is over, parked, resting, or in somebody's hands.
    """
    token = uuid4()
    taken = Job.objects.filter(DUE | LAPSED, pk=job_id, attempts__lt=settings.JOB_ATTEMPTS).update(
        state=JobState.RUNNING.value, token=token, attempts=F("attempts") + 1,
        lease_until=in_seconds(settings.JOB_LEASE_S), started_at=Now(), sent_at=None,
    )  # fmt: skip
    return Job.objects.select_related("actor").get(pk=job_id) if taken else None


def claim_next(queue: str) -> Job | None:
    """Take the most urgent free job of a queue; lanes of equal priority take turns.

    None when nothing is due. A race lost to another worker is tried again with the next.
    """
    for _ in range(20):
        job_id = _next_due(queue)
        if job_id is None:
            return None
        job = claim(job_id)
        if job is not None:
            return job
    return None


def renew(job: Job) -> bool:
    """Extend the lease; False when the job is no longer ours."""
    return bool(_ours(job).update(lease_until=in_seconds(settings.JOB_LEASE_S)))


def progress(job: Job, done: int, total: int) -> bool:
    """Show how far the work is (pages, usually); False when the job is no longer ours."""
    return bool(_ours(job).update(done=done, total=total))


def finish(job: Job) -> bool:
    """Mark the job done; False when it is no longer ours, and then nothing may be saved.

    Must be called inside the transaction that saves the outcome.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("finish belongs into the transaction that saves")
    return bool(
        _ours(job).update(
            state=JobState.DONE.value, token=None, lease_until=None, error_code="", ended_at=Now()
        )
    )


def park(job: Job, code: str) -> bool:
    """Set the job aside until a person decides; its record stays withheld. False when not ours."""
    return bool(
        _ours(job).update(
            state=JobState.PARKED.value, token=None, lease_until=None, error_code=code, ended_at=Now()
        )
    )


def put_back(job: Job, code: str, delay_s: float) -> bool:
    """Queue the job again, not to be begun for `delay_s`, or park it after the last attempt."""
    if job.attempts >= settings.JOB_ATTEMPTS:
        return park(job, code)
    changed = _ours(job).update(
        state=JobState.QUEUED.value,
        token=None,
        lease_until=in_seconds(delay_s),
        error_code=code,
        sent_at=None,
    )
    return bool(changed)


def _ours(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING.value, token=job.token)


def _next_due(queue: str) -> int | None:
    """Name the job to take: one that lost its worker before others of its priority, then lanes in turn.

    The turn goes to the lane after the one that was served last, in the order of their
    names. Each query reads a few entries of an index, however long the queue is.
    """
    here = Job.objects.filter(queue=queue)
    due = here.filter(DUE).order_by("priority", "lane", "pk")
    first = due.first()
    orphan = here.filter(LAPSED, attempts__lt=settings.JOB_ATTEMPTS).order_by("priority", "pk").first()
    if orphan is not None and (first is None or orphan.priority <= first.priority):
        return orphan.pk
    if first is None:
        return None
    served = here.filter(priority=first.priority, started_at__isnull=False).order_by("-started_at").first()
    if served is None:
        return first.pk
    return (due.filter(priority=first.priority, lane__gt=served.lane).first() or first).pk
