"""The sequencer: order first, memory second, signature last; killed anywhere it goes on, fooled nowhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.prepared import copy_tables
from tests.workflows.audit.conftest import LogUnderTest, sql, without_triggers
from workflows.audit import export, flags, health, keyring, keys, tree, triggers
from workflows.audit import sequencer as module
from workflows.audit.memory import MemoryDamaged, MemoryInUse, Remembered, SignerMemory
from workflows.audit.models import Checkpoint, Entry, Flag, Incarnation, Leaf, Pending, Tile
from workflows.audit.sequencer import Sequencer, Split
from workflows.audit.tlog import merkle
from workflows.audit.tlog.checkpoint import open_checkpoint
from workflows.audit.tlog.tiles import WIDTH
from workflows.audit.verification.whole import Asked, verify

ROOT = Path(__file__).resolve().parents[3]


class Killed(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


def newest() -> Checkpoint:
    return Checkpoint.objects.order_by("-id")[0]


def leaves() -> list[tuple[int, int]]:
    return list(Leaf.objects.order_by("idx").values_list("idx", "entry"))


def root_of_leaves() -> bytes:
    return merkle.root_of(
        bytes(hashed) for hashed in Leaf.objects.order_by("idx").values_list("hash", flat=True)
    )


def test_the_first_start_opens_the_log_and_says_so(the_log: LogUnderTest) -> None:
    the_log.seal()
    incarnation = Incarnation.objects.get()
    assert (incarnation.number, incarnation.origin) == (1, the_log.settings.LOG_ORIGIN)
    assert [entry.event for entry in Entry.objects.all()] == ["log.started"]
    assert newest().size == 1


def test_sealing_orders_remembers_signs_and_exports(the_log: LogUnderTest) -> None:
    entries = the_log.write(5)
    the_log.seal()
    assert [entry for _, entry in leaves()] == [
        *(entry.pk for entry in entries),
        Entry.objects.get(event="log.started").pk,
    ]
    assert [index for index, _ in leaves()] == list(range(6))
    assert not Pending.objects.exists()
    opened = open_checkpoint(newest().note, [keys.log_verifier()])
    kept = the_log.memory.read(the_log.settings.LOG_ORIGIN)
    assert kept is not None
    assert opened.checkpoint.size == newest().size == kept.size == 6
    assert opened.checkpoint.root == kept.root == root_of_leaves()
    assert opened.at_s == int(kept.at.timestamp()) == int(newest().at.timestamp())
    assert export.exported_checkpoint(the_log.export_dir) == newest().note


def test_every_leaf_is_the_hash_of_the_stored_bytes(the_log: LogUnderTest) -> None:
    the_log.write(300)
    the_log.seal()
    for leaf in Leaf.objects.all():
        assert bytes(leaf.hash) == merkle.leaf_hash(bytes(Entry.objects.get(pk=leaf.entry).body))


def test_an_entry_committed_later_under_a_lower_key_gets_the_next_leaf(the_log: LogUnderTest) -> None:
    late, early = the_log.write(2)
    Pending.objects.filter(entry=late.pk).delete()  # not committed yet
    the_log.seal()
    sealed = the_log.sequencer().incarnation
    Pending.objects.create(entry=late.pk)
    the_log.seal()
    assert sealed is not None
    places = {entry: index for index, entry in leaves()}
    assert places[early.pk] < places[late.pk]


def test_batches_follow_one_another_until_nothing_waits(the_log: LogUnderTest, monkeypatch) -> None:
    monkeypatch.setattr(tree.place_pending, "__defaults__", (100,))
    the_log.write(350)
    the_log.seal()
    assert list(Checkpoint.objects.order_by("id").values_list("size", flat=True)) == [100, 200, 300, 351]
    assert Tile.objects.get(level=0, n=1).bytes[-32:] == Leaf.objects.get(idx=350).hash


def test_no_checkpoint_is_signed_in_the_middle_of_what_piled_up_during_an_outage(
    the_log: LogUnderTest, monkeypatch
) -> None:
    """Else the second batch, written long before that checkpoint, would be taken for back-dated."""
    the_log.write(5)
    the_log.seal()
    monkeypatch.setattr(tree.place_pending, "__defaults__", (100,))
    the_log.write(350)
    the_log.clock.go(minutes=10)
    the_log.seal()
    assert list(Checkpoint.objects.order_by("id").values_list("size", flat=True)) == [6, 356]
    assert [flag.code for flag in Flag.objects.all()] == [flags.LATE]  # it was one outage
    asked = Asked(
        ring=keyring.parse_keys(keyring.keys_text()), memory=the_log.memory, export_dir=the_log.export_dir,
        now=the_log.clock(),
    )  # fmt: skip
    assert verify(asked).findings == []


STEPS = {
    "before the order": (module.tree, "place_pending", "before"),
    "after the order": (module.tree, "place_pending", "after"),
    "before the memory": (SignerMemory, "write", "before"),
    "after the memory": (SignerMemory, "write", "after"),
    "before the signature": (module.checkpoint, "sign", "before"),
    "after the signature": (module.checkpoint, "sign", "after"),
    "before the export": (module.export, "export", "before"),
    "within the export": (export, "_put", "after"),
    "after the export": (module.export, "export", "after"),
}


@pytest.mark.parametrize("where", STEPS)
@pytest.mark.parametrize("first", [True, False], ids=["first batch", "later batch"])
def test_killed_at_any_step_it_goes_on_without_a_false_alarm(
    the_log: LogUnderTest, monkeypatch, where: str, first: bool
) -> None:
    if not first:
        the_log.write(260)
        the_log.seal()
    the_log.write(7)
    place, name, when = STEPS[where]
    real = getattr(place, name)

    def killing(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(place, name, killing)
        with pytest.raises(Killed):
            the_log.seal()
    ordered = leaves()

    the_log.write(2)
    the_log.seal()
    assert leaves()[: len(ordered)] == ordered  # no second order
    assert not Pending.objects.exists() and Leaf.objects.count() == Entry.objects.count()
    assert newest().size == Leaf.objects.count()
    assert not Flag.objects.exists()
    assert export.exported_checkpoint(the_log.export_dir) == newest().note


def test_a_tree_that_was_remembered_but_not_signed_is_signed_at_the_next_start(
    the_log: LogUnderTest, monkeypatch
) -> None:
    the_log.write(3)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(module.checkpoint, "sign", lambda *_: (_ for _ in ()).throw(Killed()))
        the_log.seal()
    assert not Checkpoint.objects.exists()
    the_log.seal()
    assert newest().size == 4


def test_an_idle_log_signs_a_heartbeat_each_hour(the_log: LogUnderTest) -> None:
    the_log.write(1)
    one = the_log.sequencer()
    while one.step():
        pass
    for minutes, wanted in ((30, 1), (29, 1), (1, 2), (59, 2), (1, 3)):
        the_log.clock.go(minutes=minutes)
        one.step()
        assert Checkpoint.objects.count() == wanted
    assert {row.size for row in Checkpoint.objects.all()} == {2}
    assert open_checkpoint(newest().note, [keys.log_verifier()]).at_s == int(the_log.clock().timestamp())


def cut_database(size: int) -> None:
    """Put the database back to what it was at `size` leaves, as an old backup would."""
    without_triggers()
    sql("DELETE FROM audit_entry WHERE id IN (SELECT entry FROM audit_leaf WHERE idx >= %s)", size)
    sql("DELETE FROM audit_leaf WHERE idx >= %s", size)
    sql("DELETE FROM audit_checkpoint WHERE size > %s", size)
    for tile in Tile.objects.all():
        width = min(256, max(0, (size >> (8 * tile.level)) - tile.n * 256))
        Tile.objects.filter(pk=tile.pk).update(bytes=bytes(tile.bytes)[: 32 * width])
    triggers.install(connection)


def two_seals(the_log: LogUnderTest) -> None:
    the_log.write(9)
    the_log.seal()
    the_log.write(10)
    the_log.seal()


def test_a_restored_database_is_not_signed_and_keeps_its_size(the_log: LogUnderTest) -> None:
    two_seals(the_log)
    cut_database(10)
    the_log.write(30)
    with pytest.raises(Split):
        the_log.seal()
    assert Leaf.objects.count() == 10 and Pending.objects.count() == 30


def test_a_restore_under_a_running_sequencer_is_noticed_too(the_log: LogUnderTest) -> None:
    two_seals(the_log)
    running = the_log.sequencer()
    running.step()
    cut_database(10)
    the_log.write(3)
    with pytest.raises(Split):
        running.step()


def test_a_rewritten_past_is_not_signed(the_log: LogUnderTest) -> None:
    two_seals(the_log)
    without_triggers()
    changed = bytearray(Tile.objects.get(level=0, n=0).bytes)
    changed[5 * 32] ^= 1
    Tile.objects.filter(level=0, n=0).update(bytes=bytes(changed))
    the_log.write(1)
    before = Checkpoint.objects.count()
    with pytest.raises(Split):
        the_log.seal()
    assert Checkpoint.objects.count() == before


@pytest.mark.parametrize("damage", ["missing", "empty", "other root", "not json"])
def test_a_lost_or_damaged_memory_stops_sealing(the_log: LogUnderTest, damage: str) -> None:
    the_log.write(3)
    the_log.seal()
    path = the_log.memory.path
    if damage == "missing":
        path.unlink()
    elif damage == "other root":
        kept = the_log.memory.read(the_log.settings.LOG_ORIGIN)
        assert kept is not None
        the_log.memory.write(the_log.settings.LOG_ORIGIN, Remembered(kept.size, b"\x01" * 32, kept.at))
    else:
        path.write_text("" if damage == "empty" else "{'v': 1}")
    with pytest.raises(Split):
        the_log.seal()


def test_an_emptied_database_is_not_taken_for_a_first_start(the_log: LogUnderTest) -> None:
    the_log.write(3)
    the_log.seal()
    without_triggers()
    for table in (
        "audit_leaf",
        "audit_tile",
        "audit_checkpoint",
        "audit_pending",
        "audit_entry",
        "audit_incarnation",
    ):
        sql(f"DELETE FROM {table}")
    with pytest.raises(Split):
        the_log.seal()


def test_a_waiting_row_without_its_entry_stops_sealing(the_log: LogUnderTest) -> None:
    the_log.seal()
    without_triggers()
    sql("INSERT INTO audit_pending (entry) VALUES (999999)")
    with pytest.raises(Split):
        the_log.seal()


def test_a_split_raises_one_flag_and_closes_the_gate(the_log: LogUnderTest) -> None:
    two_seals(the_log)
    assert health.gate_closed_code(the_log.clock()) is None
    cut_database(10)
    one = Sequencer(keys.log_signer(), the_log.memory, the_log.export_dir, origin=the_log.settings.LOG_ORIGIN)
    for _ in range(2):
        with pytest.raises(Split) as split:
            one.start()
        one.stop_for(split.value)
    assert Flag.objects.filter(code=flags.SPLIT).count() == 1
    assert health.gate_closed_code(the_log.clock()) == "log.split"


@pytest.mark.parametrize("minutes, flagged", [(-60, True), (-1, False), (0, False), (60, True)])
def test_an_entry_whose_time_its_place_excludes_is_sealed_and_flagged(
    the_log: LogUnderTest, minutes: int, flagged: bool, monkeypatch
) -> None:
    the_log.write(2)
    the_log.seal()
    the_log.clock.go(minutes=minutes)
    monkeypatch.setattr("django.utils.timezone.now", the_log.clock)
    the_log.write(1)
    the_log.clock.go(minutes=-minutes)
    the_log.seal()
    assert Leaf.objects.count() == 4
    raised = {flag.code for flag in Flag.objects.all()}
    assert (flags.BRACKET in raised) is flagged and (flagged or not raised)


def test_an_entry_that_the_log_cannot_have_written_is_sealed_and_flagged(the_log: LogUnderTest) -> None:
    the_log.seal()
    Entry.objects.create(body=b'{"event": "x"}', event="x", at=the_log.clock(), role="x", outcome="ok")
    the_log.seal()
    assert [flag.code for flag in Flag.objects.all()] == [flags.MALFORMED]


def test_a_lost_export_is_written_again(the_log: LogUnderTest) -> None:
    two_seals(the_log)
    for path in sorted(the_log.export_dir.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    the_log.seal()
    assert export.exported_checkpoint(the_log.export_dir) == newest().note
    assert len((the_log.export_dir / "tile/0/000.p/20").read_bytes()) == 20 * 32


def test_partial_tiles_stay_until_the_full_one_is_there(the_log: LogUnderTest) -> None:
    the_log.write(99)
    the_log.seal()
    the_log.write(100)
    the_log.seal()
    partial = the_log.export_dir / "tile/0/000.p"
    assert {path.name for path in partial.iterdir()} == {"100", "200"}
    the_log.write(100)
    the_log.seal()
    assert not partial.exists() and (the_log.export_dir / "tile/0/000").stat().st_size == 8192
    assert not (the_log.export_dir / "tile/entries/000.p").exists()


def test_a_full_disk_under_the_export_loses_nothing(the_log: LogUnderTest, monkeypatch) -> None:
    the_log.write(3)
    one = the_log.sequencer()

    def full(*_):
        raise OSError(28, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(export, "_put", full)
        with pytest.raises(OSError):
            one.step()
    assert newest().size == 4
    one.step()
    assert export.exported_checkpoint(the_log.export_dir) == newest().note


def test_two_sequencers_cannot_hold_one_memory(tmp_path: Path) -> None:
    memory = SignerMemory(tmp_path / "a" / "signer.json")
    with memory.held(), pytest.raises(MemoryInUse), SignerMemory(memory.path).held():
        pass
    with SignerMemory(memory.path).held():
        pass


def test_the_memory_file_is_for_its_owner_alone_and_keeps_other_logs(
    tmp_path: Path, the_log: LogUnderTest
) -> None:
    memory = SignerMemory(tmp_path / "m" / "signer.json")
    at = the_log.clock()
    memory.write("one", Remembered(1, b"\x01" * 32, at))
    memory.write("two", Remembered(2, b"\x02" * 32, at))
    assert memory.read("one") == Remembered(1, b"\x01" * 32, at) and memory.read("three") is None
    assert memory.path.stat().st_mode & 0o777 == 0o600
    memory.path.write_text('{"logs": {"one": {"size": -1}}}')
    with pytest.raises(MemoryDamaged):
        memory.read("one")


def test_once_seals_everything_and_ends(the_log: LogUnderTest) -> None:
    the_log.write(3)
    call_command("sequencer", "--once")
    assert not Pending.objects.exists() and newest().size == 4


def test_once_ends_with_21_on_a_contradiction(the_log: LogUnderTest, capsys) -> None:
    two_seals(the_log)
    cut_database(10)
    with pytest.raises(SystemExit) as stopped:
        call_command("sequencer", "--once")
    assert stopped.value.code == 21
    assert "10 leaves, 20 were signed" in capsys.readouterr().err


def test_it_does_not_start_on_foreign_triggers(the_log: LogUnderTest, capsys) -> None:
    without_triggers()
    with pytest.raises(SystemExit) as stopped:
        call_command("sequencer", "--once")
    assert stopped.value.code == 3 and "is missing" in capsys.readouterr().err


@pytest.mark.sqlite
def test_the_process_seals_and_ends_cleanly_on_sigterm(tmp_path: Path, db: None) -> None:
    env = {**os.environ, "GATEWAY_DATA_DIR": str(tmp_path), "GATEWAY_PROFILE": "test"}
    env["DJANGO_SETTINGS_MODULE"] = "gateway.settings.test"
    env.pop("DATABASE_URL", None)
    manage = [sys.executable, str(ROOT / "manage.py")]
    copy_tables(tmp_path / "gateway.sqlite3")
    process = subprocess.Popen([*manage, "sequencer"], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None and process.stdout.readline().startswith("sequencer ready")
        second = subprocess.run(
            [*manage, "sequencer", "--once"], env=env, cwd=ROOT, capture_output=True, text=True
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert second.returncode == 3 and "Another sequencer" in second.stderr
    assert (tmp_path / "export" / "checkpoint").read_text().split("\n")[1] == "1"


def test_bodies_are_exported_across_the_batches_that_are_read_ahead(
    the_log: LogUnderTest, monkeypatch
) -> None:
    monkeypatch.setattr(tree, "BATCH", 300)
    the_log.write(700)
    ahead, size = tree.BodiesAhead(1, 701), 701
    the_log.seal()
    asked = [(n, min(n + WIDTH, size)) for n in range(0, size, WIDTH)]
    assert [ahead(*one) for one in asked] == [tree.bodies(1, *one) for one in asked]
    assert ahead(5, 7) == tree.bodies(1, 5, 7)
    with pytest.raises(tree.EntryGone):
        tree.BodiesAhead(1, 702)(512, 702)
