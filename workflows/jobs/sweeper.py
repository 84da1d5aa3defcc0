"""The sweep: whatever a lost message, a dead worker or a dead broker left lying is taken up again."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now

from workflows.jobs import sending
from workflows.jobs.actions import enqueue
from workflows.jobs.leases import DUE, LAPSED, in_seconds
from workflows.jobs.models import Job, JobState
from workflows.jobs.registry import Queue

RESEND_S = 30.0
BATCH_IDLE = 500  # messages for a queue where nobody works: they must have been lost
BATCH_BUSY = 50  # where somebody works the messages are probably only waiting
LIVENESS = "jobs.liveness"
LIVENESS_EVERY_S = 60.0
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
    quiet = Q(sent_at=None) | Q(sent_at__lte=in_seconds(-RESEND_S))
    waiting = Job.objects.filter(DUE | LAPSED, quiet, queue=queue).order_by("priority", "pk")
    busy = Job.objects.filter(queue=queue, state=JobState.RUNNING.value, lease_until__gt=Now()).exists()
    batch = list(waiting.only("pk", "queue")[: BATCH_BUSY if busy else BATCH_IDLE])
    sent = sending.send(batch) if batch else 0
    if sent:
        Job.objects.filter(pk__in=[job.pk for job in batch[:sent]]).filter(DUE | LAPSED).update(sent_at=Now())
    return sent


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
