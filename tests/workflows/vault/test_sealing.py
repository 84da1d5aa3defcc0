"""The format of one file, below the vault's own digest check."""

from __future__ import annotations

import hashlib
import os
from io import BytesIO

import pytest

from workflows.vault import VaultError, keys, sealing
from workflows.vault.rings import Ring
from workflows.vault.sealing import PART, TAG, Label

STEP = PART + TAG


def seal(data: bytes, key: bytes) -> tuple[bytes, Label]:
    """Return the encrypted file and its label."""
    label = Label(hashlib.sha256(data).hexdigest(), len(data), "application/pdf", "r1")
    return b"".join(sealing.sealed(BytesIO(data), key, label)), label


def test_equal_parts_are_encrypted_unequally():
    """No nonce is ever used twice under one key."""
    whole, _ = seal(bytes(3 * PART), os.urandom(32))
    parts = {whole[4 + n * STEP : 4 + n * STEP + PART] for n in range(3)}
    assert len(parts) == 3


def test_every_part_is_bound_to_its_place():
    key = os.urandom(32)
    whole, label = seal(bytes(3 * PART), key)
    mark, one, two, three = whole[:4], whole[4 : 4 + STEP], whole[4 + STEP : 4 + 2 * STEP], whole[-STEP:]
    for order in ([two, one, three], [one, one, three], [one, three, two]):
        with pytest.raises(VaultError):
            list(sealing.opened(BytesIO(mark + b"".join(order)), key, label))
    assert b"".join(sealing.opened(BytesIO(whole), key, label)) == bytes(3 * PART)


def test_no_two_labels_have_the_same_bytes():
    digest = "ab" * 32
    labels = {
        Label(digest, 5, kind, record).to_bytes() for kind, record in [("ab", "c"), ("a", "bc"), ("abc", "")]
    }
    assert len(labels) == 3


def test_a_key_wrapped_for_one_ring_or_version_opens_under_no_other():
    _, label = seal(b"x", os.urandom(32))
    master = keys.current(Ring.ORIGINALS)
    wrapped = sealing.wrap(bytes(32), master, label)
    for other in (
        keys.MasterKey(Ring.RELEASED, 1, master.secret),
        keys.MasterKey(Ring.ORIGINALS, 2, master.secret),
        keys.current(Ring.RECEIVED),
    ):
        with pytest.raises(VaultError):
            sealing.unwrap(wrapped, other, label)
    assert sealing.unwrap(wrapped, master, label) == bytes(32)
