"""Put, open and shred: the only way to stored bytes.

Order of `put`: the encrypted file is durable first, the row second. A crash between the two
leaves a file whose key was never kept anywhere, hence unreadable noise; never a row without
its file. Order of `shred`: the key goes with the caller's transaction, the file after it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone

from workflows.vault import keys, sealing, storage
from workflows.vault.errors import VaultError
from workflows.vault.files import require_room, write_whole
from workflows.vault.models import Blob
from workflows.vault.rings import Ring
from workflows.vault.sealing import Label

KIND = re.compile(r"[a-z0-9][a-z0-9./+_-]{0,79}")


def put(source: bytes | Path | BinaryIO, *, kind: str, record_id: str, ring: Ring = Ring.ORIGINALS) -> Blob:
    """Store the bytes, encrypted, and return their row; the same bytes for the same record give the same row.

    `source` is bytes, a path, or a seekable binary stream (read from its start). `kind` is
    a media kind such as `application/pdf`. The row belongs to the caller's transaction.
    Memory used does not grow with the size. Raises VaultError `vault.disk_full`,
    `vault.key_missing`, `vault.storage_down`, `vault.source_changed`.
    """
    if not KIND.fullmatch(kind) or not 0 < len(record_id) <= 64:
        raise ValueError("kind or record_id has not the form the vault takes")
    with _reading(source) as stream:
        sha256, size = _measure(stream)
        label = Label(sha256, size, kind, record_id)
        known = _live(label, ring)
        if known is not None:
            return known
        require_room(size)
        master, data_key, blob_id = keys.current(ring), sealing.fresh_key(), uuid.uuid4()
        blob = Blob(
            id=blob_id, sha256=sha256, size=size, kind=kind, record_id=record_id, ring=ring.value,
            key_version=master.version, wrapped_key=sealing.wrap(data_key, master, label),
            name=_file_name(sha256, blob_id), created_at=timezone.now(),
        )  # fmt: skip
        stream.seek(0)
        storage.current().write(blob.name, _sealed_and_checked(stream, data_key, label))
    return _keep(blob, label, ring)


def open(blob: Blob | str) -> bytes:
    """Return the plaintext of the blob, or of a live one with this SHA-256, whole and checked.

    Raises VaultError with nothing returned when row, file or key is missing, or when a
    single byte differs from what was put in.
    """
    whole = BytesIO()
    for part in chunks(blob):
        whole.write(part)
    return whole.getvalue()


def open_to(blob: Blob | str, path: Path) -> None:
    """Write the plaintext to `path` (mode 0600); the file appears only when all of it was checked.

    Raises VaultError as `open`, and `vault.disk_full` before writing when there is no room.
    """
    row = _row(blob)
    require_room(row.size)
    write_whole(path, chunks(row), replace=True)


def chunks(blob: Blob | str, start: int = 0) -> Iterator[bytes]:
    """Return the plaintext from byte `start` in parts of at most 1 MiB, each authentic when yielded.

    Row and key are checked at once, the bytes as they are read. Whoever passes parts on
    before the end must be able to break off: a missing tail is known only there. Raises
    VaultError as `open`.
    """
    row = _row(blob)
    if not 0 <= start <= row.size:
        raise ValueError("start lies outside the file")
    label = _label(row)
    data_key = sealing.unwrap(bytes(row.wrapped_key), keys.version(Ring(row.ring), row.key_version), label)
    return _chunks(row, label, data_key, start)


def _chunks(row: Blob, label: Label, data_key: bytes, start: int) -> Iterator[bytes]:
    first = min(start // sealing.PART, label.parts - 1)
    skip = start - first * sealing.PART
    digest = hashlib.sha256()
    with storage.current().read(row.name) as source:
        for part in sealing.opened(source, data_key, label, first):
            digest.update(part)
            yield part[skip:]
            skip = 0
    if first == 0 and digest.hexdigest() != row.sha256:
        raise VaultError("vault.changed")


def shred(blob: Blob) -> None:
    """Destroy the key and, once the transaction holds, the file; the row stays as a tombstone.

    A second call changes nothing. Whether the schedule and the holds allow it is the
    caller's to decide. A copy of the old row, in a backup say, still opens a copy of the
    old file: the backups' own expiry ends that.
    """
    with transaction.atomic():
        now = timezone.now()
        if Blob.objects.filter(pk=blob.pk, shredded_at=None).update(wrapped_key=b"", shredded_at=now):
            transaction.on_commit(lambda: storage.current().remove(blob.name))
    blob.refresh_from_db()


def rewrap(blob: Blob) -> None:
    """Wrap the data key under the current master key of its ring; the file itself is not touched.

    Raises VaultError when either version of the master key is missing.
    """
    row = _row(blob)
    ring, label = Ring(row.ring), _label(row)
    master = keys.current(ring)
    data_key = sealing.unwrap(bytes(row.wrapped_key), keys.version(ring, row.key_version), label)
    Blob.objects.filter(pk=row.pk, shredded_at=None, key_version=row.key_version).update(
        wrapped_key=sealing.wrap(data_key, master, label), key_version=master.version
    )
    blob.refresh_from_db()


def orphans() -> list[str]:
    """Name the files that no row speaks of: left by acts that were rolled back, or lost by a restore.

    Nobody can read them, because the key went with the row. They are reported, not removed.
    """
    known = set(Blob.objects.values_list("name", flat=True))
    return sorted(name for name in storage.current().names() if name not in known)


def _row(blob: Blob | str) -> Blob:
    """Return the row as the database has it now: an object in memory may have been shredded since."""
    if isinstance(blob, Blob):
        row = Blob.objects.filter(pk=blob.pk).first()
    else:
        same = Blob.objects.filter(sha256=blob).order_by("created_at")
        row = same.filter(shredded_at=None).first() or same.first()
    if row is None:
        raise VaultError("vault.not_stored")
    if row.shredded_at is not None:
        raise VaultError("vault.shredded")
    return row


def _label(row: Blob) -> Label:
    return Label(row.sha256, row.size, row.kind, row.record_id)


def _live(label: Label, ring: Ring) -> Blob | None:
    return Blob.objects.filter(
        sha256=label.sha256, record_id=label.record_id, ring=ring.value, shredded_at=None
    ).first()


def _keep(blob: Blob, label: Label, ring: Ring) -> Blob:
    """Insert the row, or give way to the one that somebody else inserted meanwhile."""
    try:
        with transaction.atomic():
            blob.save(force_insert=True)
    except IntegrityError:
        storage.current().remove(blob.name)
        winner = _live(label, ring)
        if winner is None:
            raise
        return winner
    return blob


def _file_name(sha256: str, blob_id: uuid.UUID) -> str:
    """Return the name of the file: without the key nobody can test whether a known file is held."""
    content = bytes.fromhex(sha256) + blob_id.bytes
    return hmac.new(keys.derive("vault/name"), content, hashlib.sha256).hexdigest()


def _measure(stream: BinaryIO) -> tuple[str, int]:
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while part := stream.read(sealing.PART):
        digest.update(part)
        size += len(part)
    return digest.hexdigest(), size


class Counted:
    """A stream that remembers the digest of what was read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int) -> bytes:
        part = self._stream.read(size)
        self.digest.update(part)
        return part


def _sealed_and_checked(stream: BinaryIO, data_key: bytes, label: Label) -> Iterator[bytes]:
    """Yield the encrypted file; raise before its end when the source is not what was measured."""
    counted = Counted(stream)
    yield from sealing.sealed(counted, data_key, label)
    if counted.digest.hexdigest() != label.sha256:
        raise VaultError("vault.source_changed")


@contextmanager
def _reading(source: bytes | Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield BytesIO(source)
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        yield source
