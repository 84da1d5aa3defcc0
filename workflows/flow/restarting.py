"""Work that failed too often waits for a person; this is what the person does."""

from __future__ import annotations

from typing import Any

from workflows import jobs
from workflows.audit import log
from workflows.errors import NotVisible
from workflows.jobs.models import Job
from workflows.matters.access import access_matter
from workflows.matters.acts import act


def restart_job(job_id: int, *, actor: Any) -> Job:
    """Parked work of a matter begins again with a fresh count of tries; it acts for whoever asked first.

    Raises NotVisible, Forbidden; WrongState for work that is not parked.
    """
    job = Job.objects.filter(pk=job_id).first()
    lane = job.lane if job is not None and job.lane else None
    with act("restart_job", actor=actor, matter_id=lane):
        if job is None or lane is None:
            raise NotVisible()
        matter = access_matter(actor, lane, "take_in", lock=True)
        jobs.retry(job)
        log.record("job.restarted", actor=actor, matter=matter, reason=job.kind)
        return job
