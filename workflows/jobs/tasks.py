"""The one task that does work, and the sweep."""

from __future__ import annotations

from celery import shared_task

from workflows.jobs.leases import claim_next
from workflows.jobs.models import Job
from workflows.jobs.running import run
from workflows.jobs.sending import TASK
from workflows.jobs.sweeper import sweep as sweep_now


@shared_task(name=TASK, ignore_result=True)
def wake(job_id: int) -> None:
    """Run one job of the queue in which `job_id` stands: the most urgent that is free, lanes in turn.

    The database row is the truth, this message only a nudge worth one job. A lost message
    costs one sweep, a doubled one a query. The argument is an id: no text of a record may
    pass through the broker. Errors end in the row; when the worker dies the lease lapses.
    """
    queue = Job.objects.filter(pk=job_id).values_list("queue", flat=True).first()
    job = claim_next(queue) if queue else None
    if job is not None:
        run(job)


@shared_task(name="jobs.sweep", ignore_result=True)
def sweep() -> None:
    """Send again what is due, park what has failed too often."""
    sweep_now()
