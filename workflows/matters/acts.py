"""The frame around every act: one transaction, and a refusal that outlives its rollback.

    with act("accept_paper", actor=actor, matter_id=matter_id):
        ...guards, changes, log.record(...)

`durable=True` makes an outer transaction an error, so nothing can roll the refusal back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from workflows.audit import log
from workflows.errors import NotRecorded, Refused
from workflows.lawbook import in_force
from workflows.matters.models import Matter

logger = structlog.get_logger(__name__)


@contextmanager
def act(move: str, *, actor: Any, matter_id: UUID | str | None) -> Iterator[None]:
    """Run the block in one durable transaction; record a refusal after it has been rolled back.

    Raises what the block raises. A refusal that cannot be recorded becomes NotRecorded.
    """
    policy = in_force(timezone.now())
    try:
        with transaction.atomic(durable=True):
            yield
    except NotRecorded:
        raise
    except Refused as refusal:
        log.record_refusal(
            "move.refused",
            actor=actor,
            matter=matter_id,
            reason=refusal.code,
            facts={
                "move": move,
                "failed": [guard_id for guard_id, _ in refusal.failed],
                "policy": policy.label,
            },
        )
        refusal.recorded = True
        raise


def each_matter(what: str, matter_ids: Iterable[UUID], do: Callable[[Matter], None]) -> int:
    """Do one thing of the system's own for each of these matters; return for how many it was done.

    Each is locked and changed in a transaction of its own. One that fails is as it was before, is logged by
    id, type and place of the error, and keeps none of those behind it waiting.
    """
    done = 0
    for matter_id in matter_ids:
        try:
            with transaction.atomic(durable=True):
                do(Matter.objects.select_for_update(of=("self",)).get(pk=matter_id))
            done += 1
        except Exception:  # rolled back whole: nothing was opened, and the next run tries again
            logger.exception("matter.left_behind", what=what, matter=str(matter_id))
    return done
