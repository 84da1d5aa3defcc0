"""Database triggers as data: registered by the rooms, installed by migrations, compared at start-up.

A room declares its triggers once with `register(Trigger(...))` (from its `AppConfig.ready`). They
are installed on SQLite and PostgreSQL by the migration that needs them (`install_operation`), again
after every `migrate` (SQLite rebuilds a table on most ALTERs and silently drops its triggers), and
compared with the catalogue by `manage.py check_triggers`, which refuses on any difference.

Triggers prevent accidents and side doors. They are not the evidence: who owns the database can
drop them. The Merkle log is what shows that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import router
from django.db.migrations.operations.base import Operation

EVENTS = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")

# Bits of pg_trigger.tgtype, from PostgreSQL's catalog/pg_trigger.h.
_PG_ROW, _PG_BEFORE = 1, 2
_PG_EVENT = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}

_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}\Z")


@dataclass(frozen=True)
class Trigger:
    """One rule on one table, in both dialects.

    `sqlite` holds the statements between BEGIN and END, each with its semicolon; `sqlite_when`
    an optional condition. SQLite takes one event per trigger, so the name gets the event as a
    suffix there. `postgres` is the whole PL/pgSQL text of the trigger function, from DECLARE or
    BEGIN to `END;`. TRUNCATE exists on PostgreSQL only and fires per statement: give such a
    trigger `level="STATEMENT"` and no other event. An empty dialect means: not there. `reads` names tables
    of rooms above that its text asks: where one of them is still to be made, the trigger waits for it.
    """

    name: str
    table: str
    timing: str
    events: tuple[str, ...]
    sqlite: str = ""
    postgres: str = ""
    sqlite_when: str = ""
    level: str = "ROW"
    reads: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.match(self.name) or not _NAME.match(self.table):
            raise ValueError(f"trigger or table name: {self.name} on {self.table}")
        if self.timing not in ("BEFORE", "AFTER") or self.level not in ("ROW", "STATEMENT"):
            raise ValueError(f"{self.name}: timing or level")
        if not self.events or any(event not in EVENTS for event in self.events):
            raise ValueError(f"{self.name}: events")
        if "TRUNCATE" in self.events and (self.level != "STATEMENT" or self.events != ("TRUNCATE",)):
            raise ValueError(f"{self.name}: TRUNCATE stands alone and fires per statement")
        if "$trigger$" in self.postgres:
            raise ValueError(f"{self.name}: the quoting mark may not occur in the text")

    def sqlite_statements(self) -> dict[str, str]:
        """Return the CREATE statements for SQLite by trigger name."""
        if not self.sqlite or self.level == "STATEMENT":
            return {}
        when = f"WHEN {self.sqlite_when}\n" if self.sqlite_when else ""
        return {
            f"{self.name}_{event.lower()}": (
                f"CREATE TRIGGER {self.name}_{event.lower()} {self.timing} {event} ON {self.table}\n"
                f"FOR EACH ROW {when}BEGIN\n{self.sqlite.strip()}\nEND"
            )
            for event in self.events
        }

    def postgres_type(self) -> int:
        """Return the value PostgreSQL keeps for timing, level and events of this trigger."""
        value = (_PG_ROW if self.level == "ROW" else 0) | (_PG_BEFORE if self.timing == "BEFORE" else 0)
        for event in self.events:
            value |= _PG_EVENT[event]
        return value

    def postgres_body(self) -> str:
        """Return the text of the trigger function as PostgreSQL stores it."""
        return f"\n{self.postgres.strip()}\n"

    def postgres_statements(self, schema: str) -> tuple[str, ...]:
        """Return the statements that create function and trigger in `schema`.

        The search path is fixed with pg_temp last, so that nobody shadows a table of the gate
        with a temporary one.
        """
        if not self.postgres:
            return ()
        return (
            f'CREATE OR REPLACE FUNCTION "{schema}".{self.name}() RETURNS trigger LANGUAGE plpgsql '
            f'SET search_path = pg_catalog, "{schema}", pg_temp AS $trigger${self.postgres_body()}$trigger$',
            f"CREATE OR REPLACE TRIGGER {self.name} {self.timing} {' OR '.join(self.events)} "
            f'ON "{schema}".{self.table} FOR EACH {self.level} EXECUTE FUNCTION "{schema}".{self.name}()',
        )


_registered: dict[str, Trigger] = {}


def register(*triggers: Trigger) -> None:
    """Add triggers to the closed list of this installation. A second, different one of a name is a bug."""
    for trigger in triggers:
        if _registered.setdefault(trigger.name, trigger) != trigger:
            raise ValueError(f"two different triggers are called {trigger.name}")


def registered() -> tuple[Trigger, ...]:
    """Return every registered trigger, by name."""
    return tuple(_registered[name] for name in sorted(_registered))


def refuse(
    name: str,
    table: str,
    events: tuple[str, ...],
    sentence: str,
    *,
    when: str = "",
    reads: tuple[str, ...] = (),
) -> Trigger:
    """Return a trigger that refuses the events on each row of the table.

    `when` is a condition over OLD and NEW that both dialects understand (empty: always); `reads` as above.
    """
    text = sentence.replace("'", "''")
    raising = f"RAISE EXCEPTION USING MESSAGE = '{text}', ERRCODE = 'integrity_constraint_violation';"
    guarded = f"IF {when} THEN\n{raising}\nEND IF;" if when else raising
    returned = "OLD" if events == ("DELETE",) else "NEW"
    return Trigger(
        name=name,
        table=table,
        timing="BEFORE",
        events=events,
        sqlite=f"SELECT RAISE(ABORT, '{text}');",
        sqlite_when=when,
        postgres=f"BEGIN\n{guarded}\nRETURN {returned};\nEND;",
        reads=reads,
    )


def refuse_truncate(name: str, table: str, sentence: str) -> Trigger:
    """Return a PostgreSQL trigger that refuses TRUNCATE of the table."""
    text = sentence.replace("'", "''")
    return Trigger(
        name=name,
        table=table,
        timing="BEFORE",
        events=("TRUNCATE",),
        level="STATEMENT",
        postgres=f"BEGIN\nRAISE EXCEPTION USING MESSAGE = '{text}', "
        "ERRCODE = 'integrity_constraint_violation';\nEND;",
    )


def append_only(table: str, sentence: str) -> tuple[Trigger, ...]:
    """Return the triggers that refuse every UPDATE, DELETE and TRUNCATE of the table."""
    return (
        refuse(f"{table}_no_update", table, ("UPDATE",), sentence),
        refuse(f"{table}_no_delete", table, ("DELETE",), sentence),
        refuse_truncate(f"{table}_no_truncate", table, sentence),
    )


def install(connection: Any, tables: Iterable[str] | None = None) -> None:
    """Create or replace every registered trigger whose table exists (or is among `tables`).

    A trigger on a table that a later migration makes is installed by that migration or by the
    `post_migrate` signal; `check` reports it as long as it is missing.
    """
    there = set(connection.introspection.table_names())
    wanted = there if tables is None else set(tables)
    with connection.cursor() as cursor:
        schema = _schema(cursor) if connection.vendor == "postgresql" else ""
        for trigger in registered():
            if trigger.table not in wanted or not there.issuperset(trigger.reads):
                continue
            if connection.vendor == "sqlite":
                for name, statement in trigger.sqlite_statements().items():
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(statement)
            elif connection.vendor == "postgresql":
                for statement in trigger.postgres_statements(schema):
                    cursor.execute(statement)
            else:
                raise ValueError(f"no triggers are written for the database {connection.vendor}")


def check(connection: Any) -> list[str]:
    """Return one sentence for each trigger that is missing, changed, switched off or strange.

    Empty means: the database holds exactly the registered triggers on the guarded tables.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return _check_sqlite(cursor)
        if connection.vendor == "postgresql":
            return _check_postgres(cursor)
    return [f"no triggers are written for the database {connection.vendor}"]


def digest() -> str:
    """Return one SHA-256 over all registered triggers in both dialects, for health pages and logs."""
    sha = hashlib.sha256()
    for trigger in registered():
        for statement in (*trigger.sqlite_statements().values(), *trigger.postgres_statements("public")):
            sha.update(statement.encode() + b"\x00")
    return sha.hexdigest()


class OnDatabase(Operation):
    """A step of a migration that speaks to the database alone and asks for no model.

    `RunPython` makes every model of that moment anew before its function is called, which is a third
    of the time that all migrations take; a trigger needs none. Going backwards nothing is done.
    """

    atomic = None  # type: ignore[assignment]  # as the migration says

    def __init__(self, act: Callable[[Any], None]) -> None:
        self.act = act

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Call the function with the connection if this database is to have the tables of the app."""
        if router.allow_migrate(schema_editor.connection.alias, app_label):
            self.act(schema_editor.connection)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The triggers stay as they are."""

    def describe(self) -> str:
        """What the command line shows of it."""
        return "Triggers of the database"


def install_operation(*tables: str) -> OnDatabase:
    """Return the migration operation that installs the registered triggers of these tables."""
    return OnDatabase(lambda connection: install(connection, tables))


def lift_operation() -> OnDatabase:
    """Return the operation with which a migration begins that rebuilds a table on SQLite.

    SQLite refuses to rename a table of which any trigger speaks, and a rebuild is a rename. Every
    trigger comes back with `post_migrate`; a run that ends before that starts no program, since
    `check` finds them missing. PostgreSQL alters in place and keeps its triggers.
    """
    return OnDatabase(_lift)


def _lift(connection: Any) -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for trigger in registered():
            for name in trigger.sqlite_statements():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _schema(cursor: Any) -> str:
    cursor.execute("SELECT current_schema()")
    return str(cursor.fetchone()[0])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check_sqlite(cursor: Any) -> list[str]:
    cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {name: (table, sql) for name, table, sql in cursor.fetchall()}
    problems = []
    expected: set[str] = set()
    for trigger in registered():
        for name, statement in trigger.sqlite_statements().items():
            expected.add(name)
            if name not in found:
                problems.append(f"Trigger {name} on {trigger.table} is missing.")
            elif _one_line(found[name][1]) != _one_line(statement):
                problems.append(f"Trigger {name} on {trigger.table} is not the one this version installs.")
    guarded = {trigger.table for trigger in registered()}
    problems += [
        f"Trigger {name} on {table} is not known to this version."
        for name, (table, _) in sorted(found.items())
        if table in guarded and name not in expected
    ]
    return problems


def _check_postgres(cursor: Any) -> list[str]:
    schema = _schema(cursor)
    cursor.execute(
        "SELECT t.tgname, c.relname, t.tgtype, t.tgenabled, t.tgqual IS NULL, t.tgattr::text, p.prosrc, "
        "p.proconfig FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE n.nspname = %s AND NOT t.tgisinternal",
        [schema],
    )
    found = {(row[1], row[0]): row[2:] for row in cursor.fetchall()}
    path = f'search_path=pg_catalog, "{schema}", pg_temp'
    problems = []
    expected: set[tuple[str, str]] = set()
    for trigger in registered():
        if not trigger.postgres:
            continue
        key = (trigger.table, trigger.name)
        expected.add(key)
        if key not in found:
            problems.append(f"Trigger {trigger.name} on {trigger.table} is missing.")
            continue
        kind, enabled, unconditional, columns, source, config = found[key]
        if enabled not in ("O", "A"):
            problems.append(f"Trigger {trigger.name} on {trigger.table} is switched off.")
        same = kind == trigger.postgres_type() and unconditional and not columns
        same = same and source == trigger.postgres_body() and _same_path(config, path)
        if not same:
            problems.append(
                f"Trigger {trigger.name} on {trigger.table} is not the one this version installs."
            )
    guarded = {trigger.table for trigger in registered()}
    problems += [
        f"Trigger {name} on {table} is not known to this version."
        for table, name in sorted(found)
        if table in guarded and (table, name) not in expected
    ]
    return problems


def _same_path(config: list[str] | None, path: str) -> bool:
    """Compare a function's stored settings with the search path, whatever quotes PostgreSQL kept."""
    return [line.replace('"', "") for line in config or ()] == [path.replace('"', "")]
