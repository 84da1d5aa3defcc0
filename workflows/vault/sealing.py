"""The format of one encrypted file, as pure functions over streams.

A file is the mark `GWV1`, then parts of at most 1 MiB of plaintext, each followed by its
16-byte tag (AES-256-GCM). Every file has its own random data key, so the nonce is the
part's number (11 bytes) and one byte that is 1 on the last part only: parts cannot be
dropped, added, swapped or moved to another file (the STREAM construction). The label of
the file (digest, size, kind, record) is associated data of every part.

The data key is kept wrapped by a master key: `nonce (12) || AES-256-GCM(data key)`, with
ring, version and label as associated data.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from workflows.vault.errors import VaultError
from workflows.vault.keys import KEY_BYTES, MasterKey

MARK = b"GWV1"
PART = 1 << 20
TAG = 16
NONCE = 12


class Readable(Protocol):
    """A stream that can be read forward."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, fewer only at the end."""


@dataclass(frozen=True)
class Label:
    """What a file claims to be; a file opened under any other label is refused.

    `sha256` is lower-case hexadecimal of the plaintext, `size` its bytes.
    """

    sha256: str
    size: int
    kind: str
    record_id: str

    def to_bytes(self) -> bytes:
        """Return the one byte string of this label: digest, size, then the texts with their lengths."""
        texts = [text.encode() for text in (self.kind, self.record_id)]
        return b"".join(
            [b"gateway vault 1", bytes.fromhex(self.sha256), self.size.to_bytes(8, "big")]
            + [len(text).to_bytes(2, "big") + text for text in texts]
        )

    @property
    def parts(self) -> int:
        """How many parts the file has; an empty file has one."""
        return max(1, -(-self.size // PART))


def fresh_key() -> bytes:
    """Return a new random data key."""
    return os.urandom(KEY_BYTES)


def wrap(data_key: bytes, master: MasterKey, label: Label) -> bytes:
    """Return the data key encrypted for this label under the master key."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(master.secret).encrypt(nonce, data_key, _wrapping_label(master, label))


def unwrap(wrapped: bytes, master: MasterKey, label: Label) -> bytes:
    """Return the data key. Raises VaultError `vault.key_wrong` when key, label or bytes differ."""
    try:
        return AESGCM(master.secret).decrypt(wrapped[:NONCE], wrapped[NONCE:], _wrapping_label(master, label))
    except (InvalidTag, ValueError):
        raise VaultError("vault.key_wrong")


def sealed(source: Readable, data_key: bytes, label: Label) -> Iterator[bytes]:
    """Yield the encrypted file. `source` gives exactly `label.size` bytes from its position.

    Raises VaultError `vault.source_changed` when it gives another number. The digest is
    the caller's to check: it is known only after the last part.
    """
    cipher, associated = AESGCM(data_key), label.to_bytes()
    yield MARK
    for number in range(label.parts):
        expected = _part_size(label, number)
        part = source.read(expected)
        if len(part) != expected:
            raise VaultError("vault.source_changed")
        yield cipher.encrypt(_nonce(number, label), part, associated)
    if source.read(1):
        raise VaultError("vault.source_changed")


def opened(source: BinaryIO, data_key: bytes, label: Label, first: int = 0) -> Iterator[bytes]:
    """Yield the plaintext part by part from part `first` (counted from 0).

    Each part is authentic when it is yielded; that the file is complete is known after
    the last one. `source` must be seekable when `first` is not 0. Raises VaultError
    `vault.changed` for any other bytes than were sealed under this label.
    """
    cipher, associated = AESGCM(data_key), label.to_bytes()
    if source.read(len(MARK)) != MARK:
        raise VaultError("vault.changed")
    if first:
        source.seek(len(MARK) + first * (PART + TAG))
    for number in range(first, label.parts):
        part = source.read(_part_size(label, number) + TAG)
        try:
            yield cipher.decrypt(_nonce(number, label), part, associated)
        except (InvalidTag, ValueError):
            raise VaultError("vault.changed")
    if source.read(1):
        raise VaultError("vault.changed")


def _part_size(label: Label, number: int) -> int:
    return min(PART, label.size - number * PART)


def _nonce(number: int, label: Label) -> bytes:
    return number.to_bytes(NONCE - 1, "big") + bytes([number == label.parts - 1])


def _wrapping_label(master: MasterKey, label: Label) -> bytes:
    return f"gateway wrap 1 {master.ring.value} {master.version} ".encode() + label.to_bytes()
