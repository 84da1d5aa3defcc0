"""The frame around every act: one transaction, and a refusal that outlives its rollback.

    with act("accept_paper", actor=actor, matter_id=matter_id):
        ...guards, changes, log.record(...)

`durable=True` makes an outer transaction an error, so nothing can roll the refusal back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows.audit import log
from workflows.errors import NotRecorded, Refused


@contextmanager
def act(move: str, *, actor: Any, matter_id: UUID | str | None) -> Iterator[None]:
    """Run the block in one durable transaction; record a refusal after it has been rolled back.

    Raises what the block raises. A refusal that cannot be recorded becomes NotRecorded.
    """
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
            facts={"move": move, "failed": [guard_id for guard_id, _ in refusal.failed]},
        )
        refusal.recorded = True
        raise
