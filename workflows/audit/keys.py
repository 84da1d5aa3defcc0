"""Key files of the log: the signer's, the package's, and the one that wraps details.

Files only, mode 0600, never in the database. In the demo, dev and test profiles a missing file is
made on first use; in production `manage.py audit_keys --make` makes it, once, on the machine that
needs it. The web process needs the detail key and the public halves, never a signing key (rule E4).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from pathlib import Path

from django.conf import settings

from workflows.audit.tlog.note import (
    COSIGNATURE_V1,
    NoteError,
    Signer,
    VerifierKey,
    new_signer,
    parse_secret,
    parse_vkey,
)
from workflows.errors import GateClosed

OWN_KEYS_PROFILES = frozenset({"demo", "dev", "test"})


class KeyMissing(GateClosed):
    """A key file is missing, unreadable, or open to other accounts."""

    code = "key_missing"


def ensure() -> None:
    """Make every missing key file in the demo, dev and test profiles; in production change nothing."""
    if settings.PROFILE in OWN_KEYS_PROFILES:
        make_missing()


def make_missing() -> tuple[Path, ...]:
    """Make every missing key file with its public half and return the paths made."""
    made = []
    for path, name in ((_log_key(), settings.LOG_ORIGIN), (_package_key(), settings.PACKAGE_KEY_NAME)):
        if not path.exists() and write_once(path, new_signer(name).secret_line() + "\n"):
            made.append(path)
        public = public_half(path)
        if not public.exists():
            write_once(public, f"{_signer(path).verifier}\n", mode=0o644)
    path = detail_key_file()
    first = {"current": 1, "keys": {"1": base64.b64encode(secrets.token_bytes(32)).decode()}}
    if not path.exists() and write_once(path, json.dumps(first)):
        made.append(path)
    return tuple(made)


def log_signer() -> Signer:
    """Return the log's signing key. Only the sequencer may call this. Raises KeyMissing."""
    ensure()
    return _signer(_log_key())


def package_signer() -> Signer:
    """Return the key that signs `bundle.json`. Only the pack worker may call this. Raises KeyMissing."""
    ensure()
    return _signer(_package_key())


def log_verifier() -> VerifierKey:
    """Return the public half of the log key. Raises KeyMissing."""
    ensure()
    return _verifier(public_half(_log_key()))


def package_verifier() -> VerifierKey:
    """Return the public half of the package key. Raises KeyMissing."""
    ensure()
    return _verifier(public_half(_package_key()))


def witness_verifier() -> VerifierKey | None:
    """Return the key of the configured witness, None where there is none. Raises KeyMissing."""
    if not settings.WITNESS_VKEY:
        return None
    try:
        key = parse_vkey(settings.WITNESS_VKEY)
    except NoteError as error:
        raise KeyMissing("GATEWAY_WITNESS_VKEY is no key.") from error
    if key.kind != COSIGNATURE_V1:
        raise KeyMissing("GATEWAY_WITNESS_VKEY is not the key of a witness, which is of type 4.")
    return key


def public_half(path: Path) -> Path:
    """Return where the vkey of a key file lies: beside it, readable to all."""
    return path.with_name(path.name + ".vkey")


def detail_key_file() -> Path:
    """Return the path of the key that wraps the keys of details."""
    return Path(settings.KEY_DIR) / "audit-detail.json"


def current_detail_key() -> tuple[int, bytes]:
    """Return version and 32 bytes of the newest detail key. Raises KeyMissing."""
    ensure()
    held = _detail_keys()
    newest = max(held)
    return newest, held[newest]


def detail_key(version: int) -> bytes:
    """Return one detail key. Raises KeyError for an unknown version, KeyMissing without the file."""
    return _detail_keys()[version]


def _detail_keys() -> dict[int, bytes]:
    try:
        held = json.loads(private_text(detail_key_file()))["keys"]
        found = {int(version): base64.b64decode(key, validate=True) for version, key in held.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyMissing("The key for details of log entries is damaged.") from error
    if not found or any(len(key) != 32 for key in found.values()):
        raise KeyMissing("The key for details of log entries is damaged.")
    return found


def _signer(path: Path) -> Signer:
    try:
        return parse_secret(private_text(path))
    except NoteError as error:
        raise KeyMissing(f"The key file {path.name} is damaged.") from error


def _verifier(path: Path) -> VerifierKey:
    try:
        return parse_vkey(path.read_text(encoding="ascii").split("\n")[0])  # others: keys before it
    except (OSError, ValueError) as error:
        raise KeyMissing(f"The public key {path.name} is missing or damaged.") from error


def earlier_lines() -> str:
    """Return lines of `keys.txt` for keys that were used before those of now (see `rotation`)."""
    found = []
    for path in (_log_key(), _package_key()):
        _, *lines = public_half(path).read_text(encoding="ascii").splitlines()
        found += [f"{line}\n" for line in lines if not line.startswith("#")]
    return "".join(found)


def private_text(path: Path) -> str:
    """Return the text of a key file. Raises KeyMissing when it is not there or open to others."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyMissing(f"The key file {path.name} is missing or cannot be read.") from error
    if mode & 0o077:
        raise KeyMissing(f"The key file {path.name} is open to other accounts; set its mode to 0600.")
    return text


def write_once(path: Path, text: str, mode: int = 0o600) -> bool:
    """Put a whole file in place unless one is there; True when this call made it.

    Written aside and linked, so that of two processes at once one wins and neither reads half a key.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    except FileExistsError:
        return False
    finally:
        aside.unlink()
    return True


def _log_key() -> Path:
    return Path(settings.LOG_KEY_FILE)


def _package_key() -> Path:
    return Path(settings.PACKAGE_KEY_FILE)
