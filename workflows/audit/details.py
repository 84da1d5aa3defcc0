"""Words that belong to an entry but not into the log: encrypted, committed to, shreddable.

The body of an entry holds HMAC-SHA256(salt, detail bytes) with a random 32-byte salt. Whoever holds
salt and detail can show that they belong to the entry; whoever holds the body alone learns nothing,
not even by guessing. Shredding forgets salt, key and ciphertext; every proof stays valid (rule E8).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from workflows.audit import keys
from workflows.audit.canonical import canonical, parse
from workflows.audit.models import Detail, Entry

_NONCE = 12


class DetailUnreadable(Exception):
    """The detail is shredded, its key is missing, or it is not the one the entry commits to."""


@dataclass(frozen=True)
class SealedDetail:
    """What is stored, and the commitment (hex) that goes into the body."""

    salt: bytes
    wrapped_key: bytes
    ciphertext: bytes
    commitment: str


def seal(entry_uuid: uuid.UUID, detail: Mapping[str, Any] | str) -> SealedDetail:
    """Encrypt a detail under a fresh key, wrapped by the installation's detail key."""
    plain = canonical({"text": detail} if isinstance(detail, str) else dict(detail))
    salt, data_key = secrets.token_bytes(32), secrets.token_bytes(32)
    version, master = keys.current_detail_key()
    return SealedDetail(
        salt=salt,
        wrapped_key=version.to_bytes(2, "big") + _encrypt(master, data_key, b"key" + entry_uuid.bytes),
        ciphertext=_encrypt(data_key, plain, b"detail" + entry_uuid.bytes),
        commitment=commitment(salt, plain),
    )


def read(entry: Entry) -> dict[str, Any] | None:
    """Return the detail of an entry, None when it never had one.

    Raises DetailUnreadable when it is shredded or does not fit the commitment in the body.
    """
    body = parse(bytes(entry.body))
    if "commit" not in body:
        return None
    row = Detail.objects.filter(entry=entry).first()
    if row is None or row.salt is None or row.wrapped_key is None or row.ciphertext is None:
        raise DetailUnreadable("the detail was shredded")
    wrapped = bytes(row.wrapped_key)
    try:
        master = keys.detail_key(int.from_bytes(wrapped[:2], "big"))
        data_key = _decrypt(master, wrapped[2:], b"key" + entry.uuid.bytes)
        plain = _decrypt(data_key, bytes(row.ciphertext), b"detail" + entry.uuid.bytes)
    except (InvalidTag, KeyError, ValueError) as error:
        raise DetailUnreadable("the detail cannot be decrypted") from error
    if not hmac.compare_digest(commitment(bytes(row.salt), plain), body["commit"]):
        raise DetailUnreadable("the detail is not the one the entry commits to")
    value: dict[str, Any] = parse(plain)
    return value


def typed(entry: Entry) -> str:
    """What somebody typed at an act; empty where nothing was, or where it was shredded."""
    try:
        found = read(entry)
    except DetailUnreadable:
        return ""
    return str(found["text"]) if found else ""


def shred(entry: Entry, *, actor: Any, reason: str) -> Entry:
    """Forget the detail of an entry for good, record that, and return the new entry."""
    from workflows.audit import log

    with transaction.atomic():
        Detail.objects.filter(entry=entry).update(salt=None, wrapped_key=None, ciphertext=None)
        return log.record(
            "detail.shredded",
            actor=actor,
            matter=entry.matter,
            reason=reason,
            facts={"refs": {"entry": entry.uuid}},
        )


def commitment(salt: bytes, plain: bytes) -> str:
    """Return the hex HMAC-SHA256 of the detail bytes under the salt."""
    return hmac.new(salt, plain, hashlib.sha256).hexdigest()


def _encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
