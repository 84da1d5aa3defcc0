"""The rows by which entries are found by person (`audit_about`), held against what the bodies say.

A row that points to an entry which is not about that person, and a row that was taken away, are both told.
Not told is that somebody was forgotten: the emptied row stays, and stands for one person of the entry. Of an
entry of version 1 a missing row is no fault, since the body itself names the person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from workflows.audit import concerned
from workflows.audit.verification.findings import COLUMN, Result
from workflows.audit.verification.rows import CHUNK

Row = tuple[str | None, bytes | None]  # reference and salt


class Checked:
    """Bodies in the order of the log; their rows are read for as many at a time as `rows` reads leaves."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._waiting: dict[int, tuple[int, Mapping[str, Any]]] = {}

    def add(self, entry: int, index: int, body: Mapping[str, Any]) -> None:
        """Hold one entry against its rows, now or with those that follow."""
        self._waiting[entry] = (index, body)
        if len(self._waiting) >= CHUNK:
            self.finish()

    def finish(self) -> None:
        """Hold what waits against its rows."""
        if not self._waiting:
            return
        found = _rows(min(self._waiting), max(self._waiting))
        for entry, (index, body) in self._waiting.items():
            if "people" in body or entry in found:
                self._judge(index, body, found.get(entry, []))
        self._waiting.clear()

    def _judge(self, index: int, body: Mapping[str, Any], rows: Sequence[Row]) -> None:
        for reference, salt in rows:
            if reference is not None and not concerned.opens(body, reference, salt):
                self._result.add(
                    COLUMN, "a row says that the entry is about somebody whom the body does not name",
                    leaf=index, entry=body["id"],
                )  # fmt: skip
        # Two rows for one person would leave another one out.
        told = {(reference, salt) for reference, salt in rows if reference is not None}
        emptied = sum(reference is None for reference, _ in rows)
        named = len(body.get("people", ()))
        if body["v"] > 1 and len(told) + emptied != named:
            self._result.add(
                COLUMN, f"the body names {named} people, the rows by which it is found {len(told) + emptied}",
                leaf=index, entry=body["id"],
            )  # fmt: skip


def _rows(first: int, last: int) -> dict[int, list[Row]]:
    """Reference and salt by entry, of the entries between these keys."""
    found: dict[int, list[Row]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry, subject, salt FROM audit_about WHERE entry >= %s AND entry <= %s", [first, last]
        )
        for entry, reference, salt in cursor.fetchall():
            found[int(entry)].append((reference, None if salt is None else bytes(salt)))
    return found
