"""Entries as files: CSV for spreadsheets, JSON Lines for programs. Neither says more than the bodies do."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from workflows.audit.events import EVENTS
from workflows.exports.choosing import Placed

PLAIN = ("id", "at", "event", "outcome", "reason", "role", "actor", "matter", "seq", "from", "to", "move",
         "check", "result", "policy", "detector", "manifest", "subject", "words", "seed", "auth", "session",
         "net", "commit")  # fmt: skip
NESTED = ("people", "counts", "refs", "guards", "failed")
COLUMNS = ("index", "says", "object", "sha256", *PLAIN, *NESTED)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_jsonl(rows: Iterable[Placed]) -> bytes:
    """The exact bytes of each body on a line of its own: hash a line as a leaf and the proof leads to it."""
    return b"".join(bytes(row.entry.body) + b"\n" for row in rows)


def as_csv(rows: Iterable[Placed]) -> bytes:
    """One line for each entry (RFC 4180), its columns those of the schema."""
    return sheet(COLUMNS, (_cells(row) for row in rows))


def sheet(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as CSV (RFC 4180): lines end with CR LF, and no cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def safe(cell: Any) -> str:
    """The cell as text that no spreadsheet reads as a formula: one that begins like it gets an apostrophe."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(row: Placed) -> list[Any]:
    body = row.body
    named = body.get("obj", {})
    return [
        row.index,
        EVENTS.get(body["event"], ""),
        named.get("kind"),
        named.get("sha256"),
        *(body.get(name) for name in PLAIN),
        *(json.dumps(body[name], sort_keys=True) if name in body else None for name in NESTED),
    ]
