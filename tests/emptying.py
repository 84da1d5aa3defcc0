"""How the database is emptied after a test that commits.

Django's flush ends with `post_migrate`, which looks at every model of every application to make the
same few hundred rows each time: more work than most tests. The rows of the first time are kept here
and written back; the guarding triggers are put back by the product's own function, as ever. On
PostgreSQL, whose owner can make them sleep, they stay where they are unless a test has changed them,
and only the tables that hold something are emptied: to truncate them all takes longer than most tests.
On SQLite the file itself is kept after the first flush and copied back, with tables and triggers; the
numbers that rows are counted by go on, as they do after a flush.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import sql
from django.core.management.commands import flush
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections, transaction

from workflows.audit import triggers

Rows = dict[str, list[tuple[Any, ...]]]

_kept: dict[str, Rows] = {}
_files: dict[str, sqlite3.Connection] = {}


def step_aside(connection: Any) -> bool:
    """The guarding triggers refuse nothing until the flush is over. False where somebody must drop them."""
    if connection.vendor != "postgresql":
        return _name(connection) in _files
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    return True


def keep_what_flush_makes() -> None:
    """From now on `post_migrate` is emitted by the first flush of a database only."""
    flush.emit_post_migrate_signal = after_flush
    flush.sql_flush = sql_flush


def sql_flush(style: Any, connection: Any, **more: Any) -> list[str]:
    """The statements that empty the database, in any order while its triggers sleep."""
    if _name(connection) in _files:
        return ["SELECT 1"]  # for no statement at all, Django would not come to `after_flush`
    if connection.vendor != "postgresql" or more.get("reset_sequences"):
        return list(sql.sql_flush(style, connection, **more))
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    quoted = {table: connection.ops.quote_name(table) for table in tables}
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})" for table, name in quoted.items())
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [f"DELETE FROM {quoted[table]}" for (table,) in cursor.fetchall()]


def after_flush(verbosity: int, interactive: bool, db: str, **more: Any) -> None:
    """The database holds what `post_migrate` makes in an empty one, and its triggers."""
    connection = connections[db]
    name = _name(connection)
    if name in _files:
        _copy_back(connection, _files[name])
        return
    if name not in _kept:
        emit_post_migrate_signal(verbosity, interactive, db, **more)
        if connection.vendor == "sqlite":
            _files[name] = sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(_files[name])
        else:
            _kept[name] = contents(connection)
        _wake(connection)
        return
    with transaction.atomic(using=db), connection.cursor() as cursor:
        for table, rows in _kept[name].items():
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {connection.ops.quote_name(table)} VALUES ({places})", rows)
    ContentType.objects.clear_cache()
    _wake(connection)
    if triggers.check(connection):
        triggers.install(connection)


def _copy_back(connection: Any, kept: sqlite3.Connection) -> None:
    """The file is as it was kept, but for the highest numbers. Raises OperationalError while somebody else
    writes to it: `backup` alone would wait for ever."""
    counted = "SELECT seq, name FROM sqlite_sequence"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        numbers = cursor.execute(counted).fetchall()
        cursor.execute("ROLLBACK")
        kept.backup(connection.connection)
        cursor.execute("DELETE FROM sqlite_sequence")
        cursor.executemany("INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)", numbers)
    ContentType.objects.clear_cache()


def _name(connection: Any) -> str:
    return str(connection.settings_dict["NAME"])


def _wake(connection: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")


def contents(connection: Any) -> Rows:
    """Every row of every table that a flush empties, by table; none for empty ones."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if rows := cursor.fetchall():
                found[table] = rows
    return found
