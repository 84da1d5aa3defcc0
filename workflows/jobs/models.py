"""The job row: the truth about work to be done."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from workflows.jobs.registry import Queue

PRIORITIES = range(10)  # 0 before all others


class JobState(models.TextChoices):
    """Where a job stands. Parked waits for a person; only done and cancelled are over."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"
    CANCELLED = "cancelled"


OPEN_STATES = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PARKED.value)


class Job(models.Model):
    """One piece of work. No text of a record may stand in any column.

    `lease_until` is in database time: while running, when others may take over; while
    queued, the moment before which nobody may begin (null: at once). `token` is the fence:
    whoever does not hold it can neither report progress nor finish.
    """

    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    key = models.CharField(max_length=160)
    lane = models.CharField(max_length=64, blank=True, default="")  # a matter; lanes take turns
    queue = models.CharField(max_length=8, choices=[(queue.value, queue.value) for queue in Queue])
    priority = models.PositiveSmallIntegerField(default=5)
    state = models.CharField(max_length=9, choices=JobState.choices, default=JobState.QUEUED.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # 0: not known yet
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )  # null: the system itself
    error_code = models.CharField(max_length=48, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # when a message last went out; null: one is due
    started_at = models.DateTimeField(null=True)  # last attempt
    ended_at = models.DateTimeField(null=True)  # done, parked or cancelled

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["queued", "running", "parked"]),
                name="jobs_job_key_once_while_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in JobState]), name="jobs_job_state_closed"
            ),
            models.CheckConstraint(
                condition=Q(queue__in=[queue.value for queue in Queue]), name="jobs_job_queue_closed"
            ),
            models.CheckConstraint(condition=Q(priority__lte=9), name="jobs_job_priority"),
            models.CheckConstraint(
                condition=Q(state="running", token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(token__isnull=True)),
                name="jobs_job_token_while_running",
            ),
        ]
        indexes = [
            # Whole, not partial: SQLite uses no partial index for a condition with parameters.
            models.Index(
                fields=["queue", "state", "priority", "lane", "id", "lease_until"], name="jobs_job_waiting"
            ),
            models.Index(fields=["state", "lease_until"], name="jobs_job_running"),
            models.Index(fields=["queue", "priority", "started_at"], name="jobs_job_turns"),
            models.Index(fields=["kind", "subject"], name="jobs_job_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
