"""Master keys by ring and version, and keys derived for other rooms.

The file (`settings.MASTER_KEYS_FILE`, mode 0600) is JSON: `{"format": 1, "root": B64,
"rings": {RING: {"current": N, "keys": {"N": B64}}}}`, each key 32 random bytes. A ring or
the root may be absent: the process then cannot do what needs it. The file is looked at on
each use, so taking it away closes the vault at once.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from workflows.vault.errors import VaultError
from workflows.vault.files import write_whole
from workflows.vault.rings import Ring

KEY_BYTES = 32
PROFILES_THAT_MAKE_KEYS = frozenset({"demo", "dev", "test"})


@dataclass(frozen=True)
class MasterKey:
    """One version of one ring's key; `secret` is 32 bytes and never printed."""

    ring: Ring
    version: int
    secret: bytes

    def __repr__(self) -> str:
        return f"MasterKey({self.ring.value}, {self.version})"


def current(ring: Ring) -> MasterKey:
    """Return the key that wraps new files of the ring. Raises VaultError `vault.key_missing`."""
    return version(ring, _integer(_ring(ring).get("current")))


def version(ring: Ring, number: int) -> MasterKey:
    """Return one version of the ring's key. Raises VaultError `vault.key_missing`."""
    return MasterKey(ring, number, _secret(_ring(ring).get("keys", {}).get(str(number))))


def derive(purpose: str, length: int = KEY_BYTES) -> bytes:
    """Return the key for one purpose: the same on every call, unrelated to that of any other purpose.

    HKDF-SHA256 (RFC 5869) over the root secret, which does not change when master keys
    are rotated. Name the purpose `room/what/id`. Raises VaultError `vault.key_missing`.
    """
    root = _secret(_content().get("root"))
    info = b"gateway derive 1 " + purpose.encode()
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info).derive(root)


def ensure() -> bool:
    """Make the key file when it is absent, under demo, dev and test only; True when it was made.

    Raises VaultError `vault.key_missing` under any other profile: there, keys come from
    the operator, and a new file would silently orphan everything stored before.
    """
    path = Path(settings.MASTER_KEYS_FILE)
    if path.exists():
        return False
    if settings.PROFILE not in PROFILES_THAT_MAKE_KEYS:
        raise VaultError("vault.key_missing")
    fresh = {
        "format": 1,
        "root": _fresh(),
        "rings": {ring.value: {"current": 1, "keys": {"1": _fresh()}} for ring in Ring},
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return write_whole(path, _dump(fresh), replace=False)


def add_version(ring: Ring) -> MasterKey:
    """Add a new current version to the ring; older versions still open what they wrapped.

    The file is replaced as a whole. Run by one operator at a time. Raises VaultError.
    """
    content = json.loads(json.dumps(_content()))
    entry = content.get("rings", {}).get(ring.value)
    if entry is None:
        raise VaultError("vault.key_missing")
    number = max(int(known) for known in entry["keys"]) + 1
    entry["keys"][str(number)] = _fresh()
    entry["current"] = number
    write_whole(Path(settings.MASTER_KEYS_FILE), _dump(content), replace=True)
    return version(ring, number)


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _dump(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=1).encode() + b"\n"


def _ring(ring: Ring) -> dict[str, Any]:
    rings = _content().get("rings")
    entry = rings.get(ring.value) if isinstance(rings, dict) else None
    if not isinstance(entry, dict):
        raise VaultError("vault.key_missing")
    return entry


def _content() -> dict[str, Any]:
    path = Path(settings.MASTER_KEYS_FILE)
    try:
        seen = os.stat(path)
    except OSError:
        raise VaultError("vault.key_missing")
    return _parsed(path, seen.st_ino, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=4)
def _parsed(path: Path, _inode: int, _mtime_ns: int, _size: int) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise VaultError("vault.key_missing")
    if not isinstance(content, dict) or content.get("format") != 1:
        raise VaultError("vault.key_missing")
    return content


def _integer(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise VaultError("vault.key_missing")


def _secret(value: object) -> bytes:
    try:
        secret = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise VaultError("vault.key_missing")
    return secret
