"""Messages: an id and nothing else. That one was lost or never sent is no error, only a delay."""

from __future__ import annotations

import time
from collections.abc import Iterable

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from workflows.jobs.models import Job

log = structlog.get_logger(__name__)

TASK = "jobs.wake"
ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0.1}  # stale line
CONFIRM_S = 2.0
PAUSE_S = 5.0  # after a failure nothing is sent for so long: a dead broker must not slow every act

_silent_until = 0.0


def send_on_commit(job: Job) -> None:
    """Send the message for this job when the surrounding transaction has been committed."""
    transaction.on_commit(lambda: _send_new(job), robust=True)


def send(jobs: Iterable[Job]) -> int:
    """Send one message for each job; return how many went out before the broker failed, if it did."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return 0
    sent = 0
    try:
        app = import_string(settings.CELERY_APP)
        with app.producer_pool.acquire(block=True) as producer:
            for job in jobs:
                app.send_task(
                    TASK,
                    args=(job.pk,),
                    queue=job.queue,
                    producer=producer,
                    retry=True,
                    retry_policy=ONCE_MORE,
                    confirm_timeout=CONFIRM_S,
                    ignore_result=True,
                )
                sent += 1
    except Exception as failure:  # noqa: BLE001  not sent means: withheld until a sweep sends it
        _silent_until = time.monotonic() + PAUSE_S
        log.warning("jobs.not_sent", error=type(failure).__name__)
    return sent


def _send_new(job: Job) -> None:
    if not send([job]):
        Job.objects.filter(pk=job.pk).update(sent_at=None)
