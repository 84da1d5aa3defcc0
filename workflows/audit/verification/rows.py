"""Rows of `audit_entry` as they lie in the database, compared with the body they hold.

Raw SQL on purpose: the check must not go through code that could repair what it reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from workflows.audit import schema
from workflows.audit.canonical import NotCanonical, parse
from workflows.audit.reading import COLUMNS, columns, read
from workflows.audit.verification.findings import COLUMN, SCHEMA, Result

CHUNK = 5000

Row = Sequence[Any]


_UTC = "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
# Columns as the text of a body, which is faster compared than values are made. A year before the first is
# printed like one after it, hence the mark.
_POSTGRES = {
    "at": f"{_UTC} || CASE WHEN e.at < '0001-01-01' THEN ' BC' ELSE '' END",
    "uuid": "e.uuid::text",
    "actor": "e.actor::text",
    "matter": "e.matter::text",
    "matter_seq": "e.matter_seq::text",
}
_SQLITE = {"at": "e.at || ''"}  # the text that is stored


def _selected() -> str:
    """Return the column list."""
    said = _SQLITE if connection.vendor == "sqlite" else _POSTGRES
    return ", ".join(said.get(column, f"e.{column}") for column in COLUMNS)


def leaves(incarnation: int, start: int) -> Iterator[tuple[int, int, bytes, Row | None]]:
    """Yield index, entry key, stored hash, and body with columns (None: no such entry), by index."""
    position = start
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT l.idx, l.entry, l.hash, e.id, e.body, {_selected()} "  # noqa: S608 (constant column names)
                "FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry "
                "WHERE l.incarnation = %s AND l.idx >= %s ORDER BY l.idx LIMIT %s",
                [incarnation, position, CHUNK],
            )
            rows = cursor.fetchall()
        for row in rows:
            yield int(row[0]), int(row[1]), bytes(row[2]), None if row[3] is None else row[4:]
        if len(rows) < CHUNK:
            return
        position = int(rows[-1][0]) + 1


def first_body(incarnation: int) -> Mapping[str, Any] | None:
    """Return the fields of the first leaf's body, None when there is none that can be read."""
    for _, _, _, row in leaves(incarnation, 0):
        try:
            return None if row is None else parse(bytes(row[0]))
        except NotCanonical:
            return None
    return None


def waiting() -> Iterator[tuple[int, Row | None]]:
    """Yield entry key, and body with columns (None: no such entry), of every waiting entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.entry, e.id, e.body, {_selected()} "  # noqa: S608 (constant column names)
            "FROM audit_pending p LEFT JOIN audit_entry e ON e.id = p.entry ORDER BY p.entry"
        )
        for row in cursor.fetchall():
            yield int(row[0]), None if row[1] is None else row[2:]


def nowhere() -> list[tuple[int, str]]:
    """Return key and id of entries that have neither a leaf nor wait for one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.uuid FROM audit_entry e "
            "WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry = e.id) "
            "AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.entry = e.id) ORDER BY e.id"
        )
        return [(int(row[0]), _dashed(row[1])) for row in cursor.fetchall()]


def broken_sequences() -> list[tuple[str, int, int]]:
    """Return matter, number of entries and highest number where the two differ."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT matter, COUNT(*), MAX(matter_seq) FROM audit_entry WHERE matter IS NOT NULL "
            "GROUP BY matter HAVING COUNT(*) <> MAX(matter_seq) ORDER BY matter"
        )
        return [(_dashed(row[0]), int(row[1]), int(row[2])) for row in cursor.fetchall()]


def read_body(row: Row, result: Result, leaf: int | None) -> Mapping[str, Any] | None:
    """Return the fields of a body; schema faults and differing columns are findings."""
    try:
        body = read(bytes(row[0]))
    except (NotCanonical, schema.SchemaError) as error:
        result.add(SCHEMA, str(error), leaf=leaf, entry=_dashed(row[1]))
        return None
    wanted = columns(body)
    if row[1:] != wanted and (differing := _differing(row[1:], wanted)):
        result.add(
            COLUMN, f"column {', '.join(differing)} differs from the body", leaf=leaf, entry=body["id"]
        )
    return body


def _differing(held: Row, wanted: Row) -> list[str]:
    """Return the names of columns that hold something else, however the database writes it."""
    each = zip(COLUMNS, held, wanted, strict=True)
    return [column for column, value, told in each if _text(column, value) != told]


def _text(column: str, held: Any) -> Any:
    """Return a column's value as `columns` writes it, whichever way the database hands it over."""
    if column in _KEYS and held is not None:
        return _dashed(held)
    if type(held) is int:
        return str(held)
    if type(held) is str and held[10:11] == " ":  # SQLite's times: "2026-01-31 10:00:00[.123456]"
        return f"{held[:10]}T{held[11:]}Z" if len(held) == 26 else f"{held[:10]}T{held[11:]}.000000Z"
    if isinstance(held, datetime):
        return held.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return held


_KEYS = frozenset({"uuid", "actor", "matter"})


def _dashed(value: Any) -> str:
    text = getattr(value, "hex", value)
    text = str(text)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" if len(text) == 32 else text
