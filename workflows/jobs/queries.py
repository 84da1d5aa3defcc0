"""What screens and health checks ask about jobs. Who may see a subject is the caller's to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from workflows.jobs.models import OPEN_STATES, Job, JobState
from workflows.jobs.registry import Queue
from workflows.jobs.sweeper import LIVENESS, proofs_of_life


@dataclass(frozen=True)
class QueueHealth:
    """One queue: how many jobs wait, run and are parked, and when a worker last proved to serve it."""

    queue: str
    waiting: int
    running: int
    parked: int
    last_served: datetime | None
    served: bool  # proved within the last three minutes


def open_jobs(subjects: Iterable[UUID | int | str], kinds: Iterable[str] = ()) -> QuerySet[Job]:
    """Return the jobs about these subjects that are not over: queued, running or parked."""
    found = Job.objects.filter(subject__in=[str(subject) for subject in subjects], state__in=OPEN_STATES)
    kinds = tuple(kinds)
    return found.filter(kind__in=kinds).order_by("pk") if kinds else found.order_by("pk")


def health() -> list[QueueHealth]:
    """Return the state of every queue, liveness jobs left out of the counts."""
    work = ~Q(kind=LIVENESS)
    counts = {
        row["queue"]: row
        for row in Job.objects.filter(state__in=OPEN_STATES)
        .values("queue")
        .annotate(
            waiting=Count("pk", filter=work & Q(state=JobState.QUEUED.value)),
            running=Count("pk", filter=work & Q(state=JobState.RUNNING.value)),
            parked=Count("pk", filter=work & Q(state=JobState.PARKED.value)),
        )
    }
    proofs = Job.objects.filter(kind=LIVENESS, state=JobState.DONE.value)
    last = dict(proofs.values_list("queue").annotate(Max("ended_at")))
    fresh = set(proofs_of_life().values_list("queue", flat=True))
    none = {"waiting": 0, "running": 0, "parked": 0}
    return [
        QueueHealth(
            queue.value,
            waiting=counts.get(queue.value, none)["waiting"],
            running=counts.get(queue.value, none)["running"],
            parked=counts.get(queue.value, none)["parked"],
            last_served=last.get(queue.value),
            served=queue.value in fresh,
        )
        for queue in Queue
    ]
