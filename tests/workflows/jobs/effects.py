"""Work that a worker process loads in tests: it shows when it began and leaves one row for each save.

The subject names a folder under EFFECTS_ROOT: there `began` gets a line for each
beginning, and the work goes on only when `go` appears.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from django.db import connection

from workflows import jobs

KIND = "test.effect"
TABLE = "test_effect"


@jobs.handler(KIND, queue="read")
class Effect:
    """Waits for a sign, then inserts one row."""

    def may(self, subject: str, actor: Any) -> bool:
        return True

    def work(self, subject: str, ctx: Any) -> str:
        folder = Path(os.environ["EFFECTS_ROOT"]) / subject
        with (folder / "began").open("a") as began:
            began.write(f"{os.getpid()}\n")
        for tick in range(3000):
            ctx.progress(tick, 3000)
            if (folder / "go").exists():
                return folder.name
            threading.Event().wait(0.02)
        raise jobs.Retry("bug")

    def save(self, subject: str, outcome: str, ctx: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} (name) VALUES (%s)", [outcome])
