"""What somebody has to do by a date: tasks are opened by acts and clocks, and done by people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.clocks.calendar import same_day_due
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.timing import SAME_DAY, settle_dates
from workflows.instruments.models import Instrument
from workflows.matters import tasks
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Matter, Task
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import COUNSEL

UNKNOWN_TASK = "scope_unknown"  # of a record it is not certain whether the paper covers it


def open_task(
    matter: Matter, kind: str, role: str, now: dt.datetime, *, court_date: dt.date | None = None
) -> Task:
    """The role has a task on this matter, due the same business day; counsel's have a clock of their
    own. Inside the caller's transaction, the matter locked."""
    task = tasks.write(matter, kind, role, now=now, due_on=same_day_due(now), court_date=court_date)
    if role == COUNSEL:
        running.start(matter, SAME_DAY, at=now, now=now, about=task.pk)
        settle_dates(matter)
    return task


def open_counsel_task(paper: Instrument, kind: str, now: dt.datetime) -> Task:
    """Counsel has a task about this paper due the same business day (policy 2.3)."""
    return open_task(paper.matter, kind, COUNSEL, now, court_date=paper.return_on)


def ask_about_unknown(matter: Matter, now: dt.datetime) -> None:
    """Counsel has a task as long as it is not certain of some record whether the paper covers it."""
    if not matter.records.filter(scope="unknown").exists():
        return
    if not matter.tasks.filter(kind=UNKNOWN_TASK, done_at__isnull=True).exists():
        open_task(matter, UNKNOWN_TASK, COUNSEL, now, court_date=matter.court_date)


def finish_task(task_id: int, *, actor: Any, note: str) -> Task:
    """The task is done, by somebody of its role or by counsel, who says in a few words what was done.

    Raises NotVisible, Forbidden, Invalid, WrongState for one that is done already.
    """
    matter_id = matter_of(Task, task_id)
    with act("finish_task", actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        now = timezone.now()
        matter = access_matter(actor, matter_id, "finish_task", lock=True)
        task = Task.objects.get(pk=task_id)
        if actor.role not in (task.role, COUNSEL):
            raise Forbidden(f"This task is for the role {task.role}.")
        if task.done_at is not None:
            raise WrongState("This task is done already.")
        if len(note.strip()) < 10:
            raise Invalid("Say in a few words what was done: at least ten characters.", code="reason_needed")
        refuse_status(note)
        _close(matter, task, actor=actor, now=now, note=note.strip())
        return task


def close_tasks(matter: Matter, kind: str, *, actor: Any, now: dt.datetime) -> None:
    """What these tasks of the matter asked for has been done by another act, in the caller's transaction."""
    for task in matter.tasks.filter(kind=kind, done_at__isnull=True):
        _close(matter, task, actor=actor, now=now, note=None)


def _close(matter: Matter, task: Task, *, actor: Any, now: dt.datetime, note: str | None) -> None:
    log.record(
        "task.done", actor=actor, matter=matter, reason=task.kind, facts={"refs": {"task": task.pk}},
        detail=note,
    )  # fmt: skip
    task.done_at, task.done_by = now, actor
    task.save(update_fields=["done_at", "done_by"])
    running.stop(matter, SAME_DAY, now=now, about=task.pk)
    settle_dates(matter)
