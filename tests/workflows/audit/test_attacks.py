"""Twelve ways to falsify the log from inside the database: each is found, with its code and its place."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.workflows.audit.attacker import Attacker
from tests.workflows.audit.conftest import LogUnderTest, Somebody
from workflows.audit import keyring, keys, log, reconcile
from workflows.audit.models import Checkpoint, Entry, Leaf, Pending
from workflows.audit.sequencer import Split
from workflows.audit.tlog import note
from workflows.audit.verification.findings import Result
from workflows.audit.verification.whole import Asked, verify

BATCHES, EACH = 4, 80
SIZE = BATCHES * EACH + 1
PLACE = 150


def check(the_log: LogUnderTest, **changed) -> Result:
    asked = {
        "ring": keyring.parse_keys(keyring.keys_text()), "memory": the_log.memory,
        "export_dir": the_log.export_dir,
        "now": timezone.now(), **changed,
    }  # fmt: skip
    return verify(Asked(**asked))


@pytest.fixture
def honest(the_log: LogUnderTest) -> LogUnderTest:
    for _ in range(BATCHES):
        the_log.write(EACH, matter=uuid.uuid4(), facts={"counts": {"page": 1}})
        the_log.seal()
    assert Leaf.objects.count() == SIZE
    return the_log


def test_an_honest_log_is_good(honest: LogUnderTest) -> None:
    result = check(honest)
    assert (result.exit, result.findings, result.first_bad_leaf) == (0, [], None)
    assert (result.size, result.entries, result.pending, result.last_good_size) == (SIZE, SIZE, 0, SIZE)


def test_waiting_entries_are_no_fault(honest: LogUnderTest) -> None:
    honest.write(3)
    result = check(honest)
    assert (result.exit, result.pending) == (0, 3)


def edited(evil: Attacker) -> None:
    evil.edit(PLACE, outcome="refused")


def edited_and_recomputed(evil: Attacker) -> None:
    edited(evil)
    evil.recompute()


def deleted(evil: Attacker) -> None:
    evil.delete(PLACE)


def deleted_and_recomputed(evil: Attacker) -> None:
    deleted(evil)
    evil.renumber()
    evil.recompute()


def entry_deleted(evil: Attacker) -> None:
    Entry.objects.filter(pk=evil.entry(PLACE).pk)._raw_delete("default")


def reordered(evil: Attacker) -> None:
    evil.swap(PLACE, PLACE + 7)


def reordered_and_recomputed(evil: Attacker) -> None:
    reordered(evil)
    evil.recompute()


def tail_cut(evil: Attacker) -> None:
    evil.cut(PLACE, checkpoints=False)


def tail_cut_and_recomputed(evil: Attacker) -> None:
    tail_cut(evil)
    evil.recompute()


def tail_cut_with_its_checkpoints(evil: Attacker) -> None:
    evil.cut(160, checkpoints=True)
    evil.recompute()


def inserted_in_the_past(evil: Attacker) -> None:
    evil.insert(PLACE, timezone.now() - timedelta(minutes=1))


def inserted_in_the_past_and_recomputed(evil: Attacker) -> None:
    inserted_in_the_past(evil)
    evil.recompute()


def inserted_without_a_leaf(evil: Attacker) -> None:
    evil.the_log.write(1)
    Pending.objects.all()._raw_delete("default")


def column_edited(evil: Attacker) -> None:
    Entry.objects.filter(pk=evil.entry(PLACE).pk).update(actor=uuid.uuid4())


def leaf_hash_edited(evil: Attacker) -> None:
    Leaf.objects.filter(idx=PLACE).update(hash=b"\x00" * 32)


def forked(evil: Attacker) -> None:
    """The signing key was stolen: another past, signed again."""
    edited_and_recomputed(evil)
    evil.sign(keys.log_signer(), timezone.now())


def replaced_with_another_key(evil: Attacker) -> None:
    edited_and_recomputed(evil)
    evil.sign(note.new_signer(evil.the_log.settings.LOG_ORIGIN), timezone.now())


def checkpoint_forged(evil: Attacker) -> None:
    last = Checkpoint.objects.order_by("-id")[0]
    Checkpoint.objects.filter(pk=last.pk).update(note=last.note.replace(f"\n{SIZE}\n", f"\n{SIZE - 1}\n"))


ATTACKS: list[tuple[Callable[[Attacker], None], int, int | None]] = [
    (edited, 10, PLACE),
    (edited_and_recomputed, 10, PLACE),
    (deleted, 11, PLACE),
    (deleted_and_recomputed, 11, PLACE),
    (entry_deleted, 11, PLACE),
    (reordered, 12, PLACE),
    (reordered_and_recomputed, 12, PLACE),
    (tail_cut, 11, PLACE),
    (tail_cut_and_recomputed, 11, PLACE),
    (tail_cut_with_its_checkpoints, 21, 160),
    (inserted_in_the_past, 10, PLACE),
    (inserted_in_the_past_and_recomputed, 10, PLACE),
    (inserted_without_a_leaf, 11, None),
    (column_edited, 14, PLACE),
    (leaf_hash_edited, 14, PLACE),
    (forked, 21, None),
    (replaced_with_another_key, 20, None),
    (checkpoint_forged, 20, None),
]


@pytest.mark.parametrize("attack, code, place", ATTACKS, ids=[attack.__name__ for attack, _, _ in ATTACKS])
def test_the_owner_of_the_database_is_found_out(
    honest: LogUnderTest, attack: Callable[[Attacker], None], code: int, place: int | None
) -> None:
    evil = Attacker(honest)
    attack(evil)
    evil.done()
    result = check(honest)
    assert result.exit == code, result.findings[:5]
    if place is not None:
        assert result.first_bad_leaf == place, result.findings[:5]
    if place is not None and code in (10, 12) and attack.__name__ != "edited":
        assert result.last_good_size <= PLACE


@pytest.mark.parametrize(
    "attack, code, place", ATTACKS[:9], ids=[attack.__name__ for attack, _, _ in ATTACKS[:9]]
)
def test_it_is_found_without_the_exported_tiles_too(
    honest: LogUnderTest, attack, code: int, place: int
) -> None:
    """Then the place of a recomputed change is told by the signed checkpoints around it."""
    for path in sorted(honest.export_dir.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    evil = Attacker(honest)
    attack(evil)
    evil.done()
    result = check(honest)
    found = {code, 21} if attack.__name__.endswith("recomputed") else {code}
    assert result.exit in found
    assert result.first_bad_leaf in ({place, EACH + 1} if 21 in found else {place})


def test_a_back_dated_entry_is_found_by_its_place(honest: LogUnderTest, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("django.utils.timezone.now", lambda: honest.clock() - timedelta(days=30))
        honest.write(1)
    honest.seal()
    result = check(honest)
    assert (result.exit, result.first_bad_leaf) == (13, SIZE)


def test_an_old_backup_that_goes_on_is_found(honest: LogUnderTest) -> None:
    evil = Attacker(honest)
    copy = evil.backup()
    evil.done()
    honest.write(20)
    honest.seal()
    evil = Attacker(honest)
    evil.restore(copy)
    evil.done()
    honest.write(30)
    with pytest.raises(Split):
        honest.seal()
    result = check(honest)
    assert result.exit == 21 and result.pending == 30


def test_an_old_backup_that_goes_on_is_found_even_when_the_key_signs_it(honest: LogUnderTest) -> None:
    evil = Attacker(honest)
    copy = evil.backup()
    evil.done()
    honest.write(20)
    honest.seal()
    evil = Attacker(honest)
    evil.restore(copy)
    evil.done()
    honest.write(30)
    from workflows.audit import tree

    tree.place_pending(1)
    evil = Attacker(honest)
    evil.sign(keys.log_signer(), timezone.now())
    evil.done()
    assert check(honest).exit == 21


def test_an_old_backup_that_stops_is_found(honest: LogUnderTest) -> None:
    evil = Attacker(honest)
    copy = evil.backup()
    evil.done()
    honest.write(20)
    honest.seal()
    evil = Attacker(honest)
    evil.restore(copy)
    evil.done()
    result = check(honest)
    assert (result.exit, result.first_bad_leaf) == (21, SIZE)
    assert any("341 leaves, the log has 321" in one.detail for one in result.findings)


def test_a_log_replaced_as_a_whole_is_found(honest: LogUnderTest) -> None:
    evil = Attacker(honest)
    for leaf in range(0, SIZE, 3):
        evil.edit(leaf, role="auditor")
    evil.recompute()
    evil.sign(keys.log_signer(), timezone.now())
    evil.done()
    assert check(honest).exit == 21


def test_an_emptied_database_is_found(honest: LogUnderTest) -> None:
    evil = Attacker(honest)
    evil.restore({})
    evil.done()
    assert check(honest).exit == 21


def test_a_swapped_file_is_found_by_reconciling(honest: LogUnderTest, monkeypatch) -> None:
    monkeypatch.setattr(reconcile, "_registered", {})
    kept = {"package": "cd" * 32}
    honest.write(1, "package.built", obj=("package", kept["package"]))
    honest.seal()

    def packages():
        for entry in Entry.objects.filter(event="package.built"):
            if entry.digest not in kept.values():
                yield reconcile.Fault("the package of this entry is another one", str(entry.uuid))

    reconcile.register("packages", packages)
    assert check(honest, reconcile=True).exit == 0
    kept["package"] = "ef" * 32
    assert check(honest).exit == 0
    assert check(honest, reconcile=True).exit == 40


@pytest.mark.parametrize("bit", range(0, 256, 37))
def test_each_bit_of_a_body_counts(honest: LogUnderTest, bit: int) -> None:
    evil = Attacker(honest)
    leaf = 37 + bit % 200
    body = bytearray(evil.entry(leaf).body)
    body[bit * 3 % len(body)] ^= 1 << bit % 8
    Entry.objects.filter(pk=evil.entry(leaf).pk).update(body=bytes(body))
    evil.done()
    result = check(honest)
    assert (result.exit, result.first_bad_leaf) == (10, leaf)


def test_a_waiting_entry_that_is_edited_or_taken_away_is_found(honest: LogUnderTest) -> None:
    matter = uuid.uuid4()
    one, two = honest.write(2, matter=matter)
    evil = Attacker(honest)
    Entry.objects.filter(pk=two.pk).update(role="auditor")
    assert check(honest).exit == 14
    Pending.objects.filter(entry=one.pk)._raw_delete("default")
    Entry.objects.filter(pk=one.pk)._raw_delete("default")
    evil.done()
    result = check(honest)
    assert result.exit == 11
    assert any(str(matter) in finding.detail for finding in result.findings)


def test_a_body_outside_the_schema_is_found(honest: LogUnderTest) -> None:
    Entry.objects.create(
        body=b'{"name":"x"}', event="page.viewed", at=timezone.now(), role="officer", outcome="ok"
    )  # fmt: skip
    honest.seal()
    result = check(honest)
    assert (result.exit, result.first_bad_leaf) == (50, SIZE)


def test_a_log_without_a_checkpoint_for_three_hours_is_stale(honest: LogUnderTest) -> None:
    now = timezone.now()
    assert check(honest, now=now + timedelta(hours=2, minutes=59)).exit == 0
    assert check(honest, now=now + timedelta(hours=3, minutes=1)).exit == 60


def test_a_missing_memory_is_said_and_never_passed_over(honest: LogUnderTest) -> None:
    honest.memory.path.unlink()
    assert check(honest).exit == 21
    assert check(honest, memory=None).exit == 0


def test_a_tile_that_differs_from_the_leaves_is_found(honest: LogUnderTest) -> None:
    from workflows.audit.models import Tile

    evil = Attacker(honest)
    Tile.objects.filter(level=1, n=0).update(bytes=b"\x07" * 32)
    evil.done()
    assert check(honest).exit == 14


def test_nobody_needs_to_attack_an_empty_log(the_log: LogUnderTest) -> None:
    result = check(the_log)
    assert (result.exit, result.size) == (0, 0)
    the_log.write(1)
    assert check(the_log).pending == 1


def test_refusals_are_part_of_what_is_checked(honest: LogUnderTest) -> None:
    log.record_refusal(actor=Somebody("verifier"), reason="forbidden", facts={"move": "approve"})
    honest.seal()
    assert check(honest).exit == 0
