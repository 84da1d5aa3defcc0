"""The room's own job: proof, once a minute, that a queue is really served.

A worker can stay connected and deaf (celery 8030), so neither a process list nor a ping will do.
"""

from __future__ import annotations

from typing import Any

from workflows.jobs.registry import Queue, handler
from workflows.jobs.sweeper import LIVENESS


@handler(LIVENESS, queue=Queue.MAIL)
class Liveness:
    """Does nothing; that its row becomes done is the proof."""

    def may(self, subject: str, actor: Any) -> bool:
        """Only the system asks for this."""
        return actor is None

    def work(self, subject: str, ctx: Any) -> None:
        """Nothing."""

    def save(self, subject: str, outcome: None, ctx: Any) -> None:
        """Nothing: the job's own row is the outcome."""
