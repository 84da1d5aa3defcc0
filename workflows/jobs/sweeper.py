"""The sweep: whatever a lost message, a dead worker or a dead broker left lying is taken up again."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Now

from workflows.jobs import sending
from workflows.jobs.actions import enqueue
from workflows.jobs.leases import DUE, LAPSED, in_seconds
from workflows.jobs.models import Job, JobState
from workflows.jobs.registry import Queue

BATCH_IDLE = 500  # for a queue that is served and stands still: its messages must have been lost
BATCH_BUSY = 50  # somebody works: the messages are probably only waiting
BATCH_DEAF = 10  # nobody serves it at present: enough to begin with, and the broker does not fill up
LIVENESS = "jobs.liveness"
LIVENESS_EVERY_S = 60.0
DEAF_AFTER_S = 180.0
LIVENESS_KEPT_S = 86_400.0


@dataclass(frozen=True)
class Swept:
    """What one sweep did."""

    parked: int
    sent: int


def sweep() -> Swept:
    """Park what has used up its attempts, send a message for what is due, keep the liveness jobs going.

    Harmless when run twice at once or by several processes.
    """
    parked = Job.objects.filter(LAPSED, attempts__gte=settings.JOB_ATTEMPTS).update(
        state=JobState.PARKED.value, token=None, lease_until=None, ended_at=Now(),
        error_code=Case(When(error_code="", then=Value("worker_lost")), default=F("error_code")),
    )  # fmt: skip
    _keep_liveness()
    return Swept(parked, sum(_send_due(queue.value) for queue in Queue))


def _send_due(queue: str) -> int:
    """Send for what is due and has no message younger than a lease; the rest waits for the next sweep."""
    quiet = Q(sent_at=None) | Q(sent_at__lte=in_seconds(-settings.JOB_LEASE_S))
    waiting = Job.objects.filter(
        DUE | LAPSED, quiet, queue=queue
    )  # in no order: a message is for any of them
    batch = list(waiting.only("pk", "queue")[: _batch_size(queue)])
    sent = sending.send(batch) if batch else 0
    if sent:
        Job.objects.filter(pk__in=[job.pk for job in batch[:sent]]).filter(DUE | LAPSED).update(sent_at=Now())
    return sent


def _batch_size(queue: str) -> int:
    if Job.objects.filter(queue=queue, state=JobState.RUNNING.value, lease_until__gt=Now()).exists():
        return BATCH_BUSY
    return BATCH_IDLE if proofs_of_life().filter(queue=queue).exists() else BATCH_DEAF


def proofs_of_life() -> QuerySet[Job]:
    """Return the liveness jobs done within the last three minutes, one or more for each served queue."""
    return Job.objects.filter(
        kind=LIVENESS, state=JobState.DONE.value, ended_at__gt=in_seconds(-DEAF_AFTER_S)
    )


def _keep_liveness() -> None:
    """Queue one real job a minute for each queue, and drop yesterday's."""
    recent = set(
        Job.objects.filter(kind=LIVENESS, created_at__gt=in_seconds(-LIVENESS_EVERY_S)).values_list(
            "subject", flat=True
        )
    )
    for queue in Queue:
        if queue.value not in recent:
            enqueue(LIVENESS, queue.value, queue.value, None, queue=queue, priority=0)
    over = Job.objects.filter(kind=LIVENESS, state=JobState.DONE.value)
    over.filter(created_at__lt=in_seconds(-LIVENESS_KEPT_S)).delete()
