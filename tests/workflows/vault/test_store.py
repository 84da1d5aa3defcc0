"""Bytes go in encrypted and come out whole, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from workflows import vault
from workflows.vault import Ring, VaultError, keys, sealing
from workflows.vault.models import Blob

pytestmark = pytest.mark.django_db

MEMO = b"The officer met Ysolde Quarrington at the shelter." * 40
PART = sealing.PART
FULL_DISK = """
import resource, signal, sys
import django
django.setup()
from pathlib import Path
from workflows.vault import files
from workflows.vault.errors import VaultError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    files.write_whole(Path(sys.argv[1]), (b"x" * (1 << 19) for _ in range(4)), replace=True)
except VaultError as error:
    print(error.code)
"""
BIG_FILE = """
import resource, sys
import django
django.setup()
from django.core.management import call_command
from pathlib import Path
from workflows import vault
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
call_command("migrate", "vault", verbosity=0)
vault.put(b"warm", kind="pdf", record_id="r")
before = peak()
blob = vault.put(Path(sys.argv[1]), kind="pdf", record_id="r1")
vault.open_to(blob, Path(sys.argv[1] + ".out"))
print((peak() - before) // 1024)
"""
SIZES = [0, 1, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 17]


def refused(code: str):
    """Expect a VaultError with this code."""
    return pytest.raises(VaultError, check=lambda error: error.code == code)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_back_as_it_went_in(size, tmp_path):
    data = os.urandom(size)
    blob = vault.put(data, kind="application/pdf", record_id="r1")
    vault.open_to(blob, tmp_path / "out")

    assert (blob.sha256, blob.size, blob.key_version) == (hashlib.sha256(data).hexdigest(), size, 1)
    assert vault.open(blob) == data == vault.open(blob.sha256) == (tmp_path / "out").read_bytes()
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("start", [0, 1, PART - 1, PART, PART + 5, 2 * PART + 1, 3 * PART])
def test_reading_may_begin_anywhere(start):
    data = os.urandom(3 * PART)
    blob = vault.put(data, kind="application/pdf", record_id="r1")

    assert b"".join(vault.chunks(blob, start)) == data[start:]


def test_bytes_path_and_stream_are_the_same_blob(tmp_path):
    (tmp_path / "memo").write_bytes(MEMO)
    by_bytes = vault.put(MEMO, kind="text/plain", record_id="r1")
    stream = BytesIO(MEMO)
    stream.seek(7)

    assert vault.put(tmp_path / "memo", kind="text/plain", record_id="r1") == by_bytes
    assert vault.put(stream, kind="text/plain", record_id="r1") == by_bytes
    assert Blob.objects.count() == 1


def test_neither_content_nor_digest_nor_record_shows_on_the_disk(own_vault, stored_file):
    blob = vault.put(MEMO, kind="text/plain", record_id="record-17")
    path = stored_file()

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == path.parent.parent.stat().st_mode & 0o777 == 0o700
    for secret in (b"Ysolde", b"record-17", blob.sha256.encode(), bytes.fromhex(blob.sha256)):
        assert secret not in path.read_bytes()
    assert blob.sha256[:8] not in blob.name and blob.sha256[2:10] not in str(path)
    assert list(own_vault.rglob(".*.tmp")) == []


def test_the_same_bytes_of_two_records_share_neither_file_nor_key(own_vault):
    first = vault.put(MEMO, kind="text/plain", record_id="r1")
    second = vault.put(MEMO, kind="text/plain", record_id="r2")
    one, two = (path.read_bytes() for path in (own_vault / "vault").glob("??/*"))
    vault.shred(first)

    assert first.name != second.name and one[4:36] != two[4:36]
    assert vault.open(second) == MEMO == vault.open(second.sha256)


@pytest.mark.parametrize("place", ["mark", "first", "middle", "tag", "last"])
def test_one_changed_byte_withholds_all(place, stored_file, tmp_path):
    data = os.urandom(2 * PART + 100)
    blob = vault.put(data, kind="application/pdf", record_id="r1")
    path, whole = stored_file(), bytearray(stored_file().read_bytes())
    at = {"mark": 0, "first": 4, "middle": len(whole) // 2, "tag": 4 + PART + 3, "last": len(whole) - 1}[
        place
    ]
    whole[at] ^= 1
    path.write_bytes(whole)

    with refused("vault.changed"):
        vault.open(blob)
    with refused("vault.changed"):
        vault.open_to(blob, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("cut", ["tail byte", "last part", "all", "grown", "swapped parts"])
def test_parts_cannot_be_dropped_added_or_swapped(cut, stored_file):
    blob = vault.put(os.urandom(3 * PART), kind="application/pdf", record_id="r1")
    path, whole = stored_file(), stored_file().read_bytes()
    step = PART + sealing.TAG
    mark, one, two, three = (
        whole[:4],
        whole[4 : 4 + step],
        whole[4 + step : 4 + 2 * step],
        whole[4 + 2 * step :],
    )
    path.write_bytes(
        {
            "tail byte": whole[:-1],
            "last part": mark + one + two,
            "all": b"",
            "grown": whole + b"\0",
            "swapped parts": mark + two + one + three,
        }[cut]
    )

    with refused("vault.changed"):
        vault.open(blob)


def test_a_file_put_in_place_of_another_is_refused(own_vault):
    first = vault.put(b"a" * 100, kind="text/plain", record_id="r1")
    second = vault.put(b"b" * 100, kind="text/plain", record_id="r1")
    root = own_vault / "vault"
    (root / first.name[:2] / first.name[2:]).write_bytes(
        (root / second.name[:2] / second.name[2:]).read_bytes()
    )

    with refused("vault.changed"):
        vault.open(first)


@pytest.mark.parametrize(
    "column, value",
    [
        ("record_id", "r2"),
        ("kind", "text/html"),
        ("size", 3),
        ("sha256", "0" * 64),
        ("wrapped_key", b"x" * 60),
    ],
)
def test_a_row_edited_behind_the_vaults_back_opens_nothing(column, value):
    blob = vault.put(MEMO, kind="text/plain", record_id="r1")
    Blob.objects.update(**{column: value})

    with refused("vault.key_wrong"):
        vault.open(blob)


def test_a_row_pointed_at_another_records_key_and_file_opens_nothing():
    mine = vault.put(MEMO, kind="text/plain", record_id="r1")
    theirs = vault.put(b"other", kind="text/plain", record_id="r2")
    name, wrapped = theirs.name, bytes(theirs.wrapped_key)
    Blob.objects.filter(pk=theirs.pk).update(name="moved")
    Blob.objects.filter(pk=mine.pk).update(name=name, wrapped_key=wrapped)

    with refused("vault.key_wrong"):
        vault.open(mine)


def test_without_the_key_file_nothing_is_opened_or_stored(settings, own_vault):
    blob = vault.put(MEMO, kind="text/plain", record_id="r1")
    settings.MASTER_KEYS_FILE.rename(own_vault / "elsewhere.json")

    with refused("vault.key_missing"):
        vault.open(blob)
    with refused("vault.key_missing"):
        vault.put(b"new", kind="text/plain", record_id="r1")
    assert Blob.objects.count() == 1

    (own_vault / "elsewhere.json").rename(settings.MASTER_KEYS_FILE)
    assert vault.open(blob) == MEMO


def test_with_other_master_keys_the_file_stays_shut(settings):
    blob = vault.put(MEMO, kind="text/plain", record_id="r1")
    settings.MASTER_KEYS_FILE.unlink()
    keys.ensure()

    with refused("vault.key_wrong"):
        vault.open(blob)


def test_a_process_without_the_ring_of_originals_opens_no_original(settings):
    original = vault.put(MEMO, kind="text/plain", record_id="r1")
    package = vault.put(b"zip", kind="application/zip", record_id="p1", ring=Ring.RELEASED)
    content = json.loads(settings.MASTER_KEYS_FILE.read_text())
    del content["rings"]["originals"]
    settings.MASTER_KEYS_FILE.write_text(json.dumps(content))

    assert vault.open(package) == b"zip"
    with refused("vault.key_missing"):
        vault.open(original)


def test_a_new_key_version_wraps_new_files_and_old_ones_still_open(settings):
    old = vault.put(MEMO, kind="text/plain", record_id="r1")
    keys.add_version(Ring.ORIGINALS)
    new = vault.put(b"later", kind="text/plain", record_id="r1")
    assert (old.key_version, new.key_version) == (1, 2)
    assert (vault.open(old), vault.open(new)) == (MEMO, b"later")

    vault.rewrap(old)
    content = json.loads(settings.MASTER_KEYS_FILE.read_text())
    del content["rings"]["originals"]["keys"]["1"]
    settings.MASTER_KEYS_FILE.write_text(json.dumps(content))

    assert old.key_version == 2
    assert (vault.open(old), vault.open(new)) == (MEMO, b"later")


@pytest.mark.django_db(transaction=True)
def test_shredding_leaves_a_tombstone_without_key_or_file(own_vault):
    blob = vault.put(MEMO, kind="text/plain", record_id="r1")
    vault.shred(blob)
    first_time = blob.shredded_at
    vault.shred(blob)

    row = Blob.objects.get()
    assert (bytes(row.wrapped_key), row.sha256, row.shredded_at) == (b"", blob.sha256, first_time)
    assert not any(path.is_file() for path in (own_vault / "vault").rglob("*"))
    for asked in (blob, blob.sha256):
        with refused("vault.shredded"):
            vault.open(asked)


@pytest.mark.django_db(transaction=True)
def test_shredding_that_is_rolled_back_destroys_nothing():
    blob = vault.put(MEMO, kind="text/plain", record_id="r1")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        vault.shred(blob)
        raise ZeroDivisionError

    assert vault.open(blob) == MEMO


def test_after_shredding_the_same_bytes_can_be_taken_in_anew():
    old = vault.put(MEMO, kind="text/plain", record_id="r1")
    vault.shred(old)
    new = vault.put(MEMO, kind="text/plain", record_id="r1")

    assert new.pk != old.pk
    assert vault.open(new) == MEMO == vault.open(new.sha256)


@pytest.mark.parametrize("change", [{"wrapped_key": b""}, {"ring": "open"}, {"size": -1}])
def test_the_database_refuses_rows_that_cannot_be(change):
    vault.put(MEMO, kind="text/plain", record_id="r1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Blob.objects.update(**change)


def test_what_was_never_stored_or_has_lost_its_file_is_said_so(stored_file):
    with refused("vault.not_stored"):
        vault.open("0" * 64)
    blob = vault.put(MEMO, kind="text/plain", record_id="r1")
    stored_file().unlink()
    with refused("vault.file_missing"):
        vault.open(blob)


def test_nothing_is_stored_that_would_use_up_the_reserve(settings, own_vault, tmp_path):
    blob = vault.put(MEMO, kind="text/plain", record_id="r1")
    before = sorted(own_vault.rglob("*"))
    for name, value in (("VAULT_MIN_FREE_SHARE", 1.0), ("VAULT_MIN_FREE_BYTES", 10**18)):
        usual = getattr(settings, name)
        setattr(settings, name, value)
        with refused("vault.disk_full"):
            vault.put(b"one more", kind="text/plain", record_id="r1")
        with refused("vault.disk_full"):
            vault.open_to(blob, tmp_path / "out")
        setattr(settings, name, usual)

    assert vault.open(blob) == MEMO
    assert sorted(own_vault.rglob("*")) == before and Blob.objects.count() == 1


def test_a_disk_that_fills_up_on_the_way_leaves_no_trace(own_vault):
    """A limit on the size of files stands in for the full disk: the write itself fails."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "gateway.settings.test"}
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(own_vault / "big")],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == "vault.storage_down"  # EFBIG; ENOSPC would be vault.disk_full
    assert sorted(path.name for path in own_vault.iterdir()) == ["keys"]


def test_a_source_that_changes_under_our_hands_is_not_stored(own_vault):
    class Restless(BytesIO):
        """Gives other bytes on the second reading."""

        readings = 0

        def seek(self, at: int, whence: int = 0) -> int:
            self.readings += at == 0
            if self.readings == 2:
                self.getbuffer()[10:11] = b"!"
            return super().seek(at, whence)

    with refused("vault.source_changed"):
        vault.put(Restless(MEMO), kind="text/plain", record_id="r1")
    assert not [path for path in (own_vault / "vault").rglob("*") if path.is_file()]
    assert not Blob.objects.exists()


def test_acts_that_were_rolled_back_leave_only_unreadable_orphans():
    kept = vault.put(MEMO, kind="text/plain", record_id="r1")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = vault.put(b"rolled back", kind="text/plain", record_id="r1")
        raise ZeroDivisionError

    assert vault.orphans() == [lost.name] != [kept.name]


@pytest.mark.parametrize(
    "kind, record_id", [("", "r1"), ("Text/HTML", "r1"), ("a b", "r1"), ("pdf", ""), ("pdf", "r" * 65)]
)
def test_labels_of_another_form_are_a_bug_of_the_caller(kind, record_id):
    with pytest.raises(ValueError):
        vault.put(b"", kind=kind, record_id=record_id)


@pytest.mark.slow
def test_a_file_of_250_mb_needs_no_memory_of_its_size(tmp_path, own_vault):
    """The limit of the intake (redaction.md 4.3), measured as the growth of a fresh process."""
    big = tmp_path / "big"
    with big.open("wb") as out:
        for _ in range(250):
            out.write(os.urandom(1 << 20))
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gateway.settings.test",
        "GATEWAY_DATA_DIR": str(own_vault),
        "DATABASE_URL": f"sqlite:///{own_vault / 'own.sqlite3'}",
    }
    run = subprocess.run([sys.executable, "-c", BIG_FILE, str(big)], env=env, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 40
    with big.open("rb") as put_in, Path(f"{big}.out").open("rb") as got_out:
        assert (
            hashlib.file_digest(put_in, "sha256").digest() == hashlib.file_digest(got_out, "sha256").digest()
        )
