"""Writes of this room. Called by `flow`, inside its transactions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workflows.audit import log
from workflows.holding.models import Hold
from workflows.matters.models import Matter


def place(
    matter: Matter, ground: str, *, actor: Any, now: dt.datetime, about: Any = "", reason: str = ""
) -> Hold:
    """Nothing of the matter is destroyed from now on. The same open hold is not placed twice.

    `reason` goes encrypted into the entry.
    """
    found = Hold.objects.filter(
        matter=matter, ground=ground, about=str(about), lifted_at__isnull=True
    ).first()
    if found is not None:
        return found
    hold = Hold(matter=matter, ground=ground, about=str(about), placed_at=now, placed_by=actor)
    hold.entry = log.record(
        "hold.placed", actor=actor, matter=matter, reason=ground, facts={"refs": {"hold": hold.pk}},
        detail=reason or None,
    )  # fmt: skip
    hold.save(force_insert=True)
    return hold
