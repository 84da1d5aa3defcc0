"""Blocks inside the transaction of another act: opened with counsel's same-day task, lifted with a reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workflows.audit import log
from workflows.flow.duties import close_tasks, open_task
from workflows.matters.models import Block, Matter
from workflows.policy.roles import COUNSEL


def write_block(
    matter: Matter, kind: str, *, actor: Any, now: dt.datetime, court_date: dt.date | None = None
) -> Block:
    """Write one block, with counsel's task and the nearest date of a court beside it.

    `court_date` is one that comes with what blocks. The matter is locked by the caller.
    """
    entry = log.record("block.opened", actor=actor, matter=matter, reason=kind)
    dates = [day for day in (court_date, matter.court_date) if day is not None]
    open_task(matter, f"block_{kind}", COUNSEL, now, court_date=min(dates, default=None))
    return Block.objects.create(matter=matter, kind=kind, opened_at=now, opened_by=actor, opened_entry=entry)


def write_lift(block: Block, matter: Matter, *, actor: Any, now: dt.datetime, reason: str) -> None:
    """The block no longer stands; counsel's task goes with the last block of its kind."""
    block.lifted_by, block.lifted_at = actor, now
    block.lifted_entry = log.record(
        "block.lifted", actor=actor, matter=matter, reason=block.kind, detail=reason
    )
    block.save(update_fields=["lifted_by", "lifted_at", "lifted_entry"])
    if not matter.blocks.filter(kind=block.kind, lifted_at__isnull=True).exists():
        close_tasks(matter, f"block_{block.kind}", actor=actor, now=now)
