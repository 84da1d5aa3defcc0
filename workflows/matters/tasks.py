"""Tasks are written here, whoever opens them. Called by `flow`, inside its transactions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workflows.audit import log
from workflows.matters.models import Matter, Task


def write(
    matter: Matter, kind: str, role: str, *, now: dt.datetime, due_on: dt.date,
    court_date: dt.date | None = None, clock: Any = None,
) -> Task:  # fmt: skip
    """The role has this task on the matter until `due_on`, with its entry."""
    task = Task.objects.create(
        matter=matter, kind=kind, role=role, due_on=due_on, court_date=court_date, opened_at=now, clock=clock
    )
    log.record("task.opened", actor=None, matter=matter, reason=kind, facts={"refs": {"task": task.pk}})
    return task
