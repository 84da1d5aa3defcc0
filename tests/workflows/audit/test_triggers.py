"""The log's tables take insertions only, and a difference in the triggers is noticed."""

from __future__ import annotations

import uuid

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.workflows.audit.conftest import LogUnderTest, sql, without_triggers
from workflows.audit import triggers
from workflows.audit.models import Checkpoint, Detail, Entry, Flag, Incarnation, Leaf, Tile
from workflows.audit.triggers import Trigger


@pytest.fixture
def sealed_log(the_log: LogUnderTest) -> LogUnderTest:
    the_log.write(3, matter=uuid.uuid4(), detail="words")
    the_log.seal()
    Flag.objects.create(code="entry.time", at=the_log.clock())
    return the_log


REFUSED = [
    "UPDATE audit_entry SET role = 'counsel'",
    "UPDATE audit_entry SET body = body",
    "DELETE FROM audit_entry",
    "UPDATE audit_leaf SET idx = idx + 100",
    "DELETE FROM audit_leaf",
    "DELETE FROM audit_tile",
    "UPDATE audit_tile SET bytes = substr(bytes, 2)",
    "UPDATE audit_tile SET n = n + 1",
    "DELETE FROM audit_checkpoint",
    "UPDATE audit_checkpoint SET size = size + 1",
    "UPDATE audit_checkpoint SET note = note || 'x'",
    "UPDATE audit_incarnation SET origin = 'other'",
    "DELETE FROM audit_incarnation",
    "DELETE FROM audit_detail",
    "UPDATE audit_detail SET salt = ciphertext",
    "DELETE FROM audit_flag",
    "UPDATE audit_flag SET code = 'nothing'",
]
POSTGRES_ONLY = [f"TRUNCATE {table} CASCADE" for table in (
    "audit_entry", "audit_leaf", "audit_tile", "audit_checkpoint", "audit_incarnation",
    "audit_detail", "audit_flag",
)]  # fmt: skip
SQLITE_ONLY = [
    "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
    "INSERT OR REPLACE INTO audit_leaf SELECT * FROM audit_leaf",
    "INSERT OR REPLACE INTO audit_checkpoint SELECT * FROM audit_checkpoint",
    "INSERT OR REPLACE INTO audit_incarnation SELECT * FROM audit_incarnation",
    "UPDATE OR REPLACE audit_entry SET id = (SELECT MIN(id) FROM audit_entry)",
    "REPLACE INTO audit_entry (id, uuid, body, event, at, role, outcome) "
    "SELECT MIN(id), 'x', 'x', 'x', '2026-01-01', 'x', 'x' FROM audit_entry",
]


def _refused(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize("statement", REFUSED)
def test_no_row_of_the_log_is_changed_or_removed(sealed_log: LogUnderTest, statement: str) -> None:
    _refused(statement)


@pytest.mark.sqlite
@pytest.mark.parametrize("statement", SQLITE_ONLY)
def test_replacing_is_no_way_round_on_sqlite(sealed_log: LogUnderTest, statement: str) -> None:
    _refused(statement)


@pytest.mark.postgres
@pytest.mark.parametrize("statement", POSTGRES_ONLY)
def test_truncating_is_no_way_round_on_postgresql(sealed_log: LogUnderTest, statement: str) -> None:
    _refused(statement)


@pytest.mark.parametrize("model", [Entry, Leaf, Tile, Checkpoint, Incarnation, Detail, Flag])
def test_the_orm_is_no_way_round(sealed_log: LogUnderTest, model) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete("default")
    if model is Entry:
        with pytest.raises(DatabaseError), transaction.atomic():
            Entry.objects.update(outcome="failed")
        with pytest.raises(DatabaseError), transaction.atomic():
            rows = list(Entry.objects.all())
            for row in rows:
                row.role = "counsel"
            Entry.objects.bulk_update(rows, ["role"])


@pytest.mark.parametrize("body", [b"", b"x" * 65_536])
def test_a_body_that_no_entry_bundle_can_hold_is_refused(sealed_log: LogUnderTest, body: bytes) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.create(body=body, event="x", at=sealed_log.clock(), role="x", outcome="ok")


def test_what_may_grow_may_grow(sealed_log: LogUnderTest) -> None:
    Checkpoint.objects.update(cosignatures="one\n")
    Checkpoint.objects.update(cosignatures="one\ntwo\n")
    with pytest.raises(DatabaseError), transaction.atomic():
        Checkpoint.objects.update(cosignatures="two\n")
    Detail.objects.update(salt=None, wrapped_key=None, ciphertext=None)


def test_an_untouched_database_passes_the_check(db, capsys) -> None:
    assert triggers.check(connection) == []
    call_command("check_triggers")
    assert "triggers stand" in capsys.readouterr().out


def test_each_missing_trigger_is_named(db) -> None:
    without_triggers()
    missing = "\n".join(triggers.check(connection))
    for trigger in triggers.registered():
        if trigger.table.startswith("audit_") and (connection.vendor == "sqlite" or trigger.postgres):
            assert (trigger.name in missing) is bool(
                connection.vendor != "sqlite" or trigger.sqlite_statements()
            )
    with pytest.raises(SystemExit):
        call_command("check_triggers")
    triggers.install(connection)
    assert triggers.check(connection) == []


@pytest.mark.sqlite
def test_a_weakened_or_foreign_trigger_is_noticed_on_sqlite(db) -> None:
    sql("DROP TRIGGER audit_leaf_no_update_update")
    sql("CREATE TRIGGER audit_leaf_no_update_update BEFORE UPDATE ON audit_leaf BEGIN SELECT 1; END")
    sql("CREATE TRIGGER helpful AFTER INSERT ON audit_entry BEGIN DELETE FROM audit_pending; END")
    assert triggers.check(connection) == [
        "Trigger audit_leaf_no_update_update on audit_leaf is not the one this version installs.",
        "Trigger helpful on audit_entry is not known to this version.",
    ]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement, sentence",
    [
        ("ALTER TABLE audit_leaf DISABLE TRIGGER audit_leaf_no_update", "is switched off"),
        ("ALTER TABLE audit_leaf ENABLE REPLICA TRIGGER audit_leaf_no_update", "is switched off"),
        (
            "CREATE OR REPLACE FUNCTION audit_leaf_no_update() RETURNS trigger LANGUAGE plpgsql "
            "AS $$BEGIN RETURN NEW; END$$",
            "is not the one this version installs",
        ),
        (
            "CREATE OR REPLACE TRIGGER audit_leaf_no_update BEFORE UPDATE OF idx ON audit_leaf "
            "FOR EACH ROW EXECUTE FUNCTION audit_leaf_no_update()",
            "is not the one this version installs",
        ),
        (
            "CREATE OR REPLACE TRIGGER audit_leaf_no_update BEFORE UPDATE ON audit_leaf "
            "FOR EACH ROW WHEN (false) EXECUTE FUNCTION audit_leaf_no_update()",
            "is not the one this version installs",
        ),
    ],
)
def test_a_weakened_trigger_is_noticed_on_postgresql(db, statement: str, sentence: str) -> None:
    sql(statement)
    found = triggers.check(connection)
    assert len(found) == 1 and sentence in found[0] and "audit_leaf_no_update" in found[0]


@pytest.mark.postgres
def test_a_temporary_table_cannot_stand_in_for_the_waiting_list(the_log: LogUnderTest) -> None:
    sql("CREATE TEMPORARY TABLE audit_pending (entry bigint)")
    the_log.write(1)
    assert sql("SELECT count(*) FROM public.audit_pending") == [(1,)]
    assert sql("SELECT count(*) FROM pg_temp.audit_pending") == [(0,)]


@pytest.mark.sqlite
def test_a_rebuilt_table_gets_its_triggers_back_with_the_next_migrate(committed_db) -> None:
    """Django's `_remake_table` drops triggers silently; this does what it does."""
    with connection.schema_editor() as editor:
        editor._remake_table(Leaf)
    assert any("audit_leaf" in sentence for sentence in triggers.check(connection))
    call_command("migrate", verbosity=0)
    assert triggers.check(connection) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"timing": "INSTEAD OF"}, {"events": ()}, {"events": ("SELECT",)}, {"name": "x; DROP TABLE y"},
        {"events": ("TRUNCATE",)}, {"events": ("TRUNCATE", "DELETE"), "level": "STATEMENT"},
        {"postgres": "$trigger$"},
    ],
)  # fmt: skip
def test_a_trigger_that_says_nothing_sensible_cannot_be_declared(changes: dict) -> None:
    fine = {"name": "a", "table": "b", "timing": "BEFORE", "events": ("UPDATE",)}
    Trigger(**fine)
    with pytest.raises(ValueError):
        Trigger(**{**fine, **changes})


def test_two_different_triggers_cannot_share_a_name() -> None:
    known = triggers.registered()[0]
    triggers.register(known)
    with pytest.raises(ValueError):
        triggers.register(Trigger(known.name, known.table, "AFTER", ("INSERT",)))
