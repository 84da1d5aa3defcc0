"""New signing keys (rule E5): the log says so under its old key, then both sign for thirty days.

The public half of a key is a file of lines. The first is the vkey in use; the others are as in `keys.txt`:
what was signed before keeps its key, up to the size at which it was retired. A key that was stolen is
retired at once, and the log begins anew (`incarnations`).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from workflows.audit import keys, log, schema
from workflows.audit.models import Entry
from workflows.audit.tlog.note import NoteError, Signer, VerifierKey, new_signer, parse_secret, parse_vkey
from workflows.errors import WrongState

BOTH = timedelta(days=30)
_UNTIL = re.compile(r"# both sign until (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class OldKey:
    """The key before this one, while it still signs beside it."""

    signer: Signer
    until: datetime


def begin_log_key(path: Path, seal: Callable[[], object], now: datetime) -> VerifierKey:
    """The log has a new key from now on; it is in the log, sealed by the old one.

    `seal` has the sequencer seal what waits under the old key. Run again after a crash, it goes on where it
    stood. Raises WrongState while an older key still signs, KeyMissing.
    """
    if _old(path).exists() and not _next(path).exists():
        raise WrongState("The key before this one still signs beside it. Retire it first.")
    new = _announced(path, seal)
    if not _old(path).exists():
        keys.write_once(_old(path), keys.private_text(path))
    # Both are trusted before the new one signs; the old file stays until the new one takes its place.
    lines = [str(new), f"log 0 * {parse_secret(keys.private_text(_old(path))).verifier}"]
    _publish(path, [*lines, f"# both sign until {schema.time_text(now + BOTH)}", *_retired(path, "log")])
    os.replace(_next(path), path)
    return new


def begin_package_key(path: Path, seal: Callable[[], object]) -> VerifierKey:
    """Packages are signed by a new key from now on; those signed before keep theirs."""
    old = parse_secret(keys.private_text(path)).verifier
    new = _announced(path, seal)
    _publish(path, [str(new), f"package {old}", *_retired(path, "package")])
    os.replace(_next(path), path)
    return new


def old_log_key(path: Path) -> OldKey | None:
    """The key that still signs beside the log's own, None when there is none. Raises KeyMissing."""
    if not _old(path).exists():
        return None
    until = _UNTIL.search(keys.public_half(path).read_text(encoding="ascii"))
    try:
        signer = parse_secret(keys.private_text(_old(path)))
        return None if until is None else OldKey(signer, schema.time_of(until[1]))
    except (NoteError, ValueError) as error:
        raise keys.KeyMissing("The key before the log's own is damaged.") from error


def retire_log_key(path: Path, size: int) -> None:
    """The old key has signed its last tree, of this size; it is believed no further and destroyed."""
    old = old_log_key(path)
    if old is None:
        return
    current, *rest = keys.public_half(path).read_text(encoding="ascii").splitlines()
    gone = f"log 0 * {old.signer.verifier}"
    kept = [line for line in rest if line != gone and not _UNTIL.match(line)]
    _publish(path, [current, f"log 0 {size} {old.signer.verifier}", *kept])
    _old(path).unlink()


def _announced(path: Path, seal: Callable[[], object]) -> VerifierKey:
    """The next key lies ready, and the log says which it is, under the old key."""
    current = parse_secret(keys.private_text(path))
    keys.write_once(_next(path), new_signer(current.name).secret_line() + "\n")
    new = parse_secret(keys.private_text(_next(path))).verifier
    digest = hashlib.sha256(str(new).encode()).hexdigest()
    if not Entry.objects.filter(event="key.rotated", digest=digest).exists():
        with transaction.atomic():
            log.record("key.rotated", actor=None, obj=("key", digest))
    seal()
    return new


def _retired(path: Path, word: str) -> list[str]:
    """Lines of keys before the last one."""
    lines = keys.public_half(path).read_text(encoding="ascii").splitlines()[1:]
    return [line for line in lines if line.startswith(f"{word} ") and " * " not in line]


def _publish(path: Path, lines: list[str]) -> None:
    parse_vkey(lines[0])
    public = keys.public_half(path)
    aside = public.with_name(f".{public.name}.new")
    aside.write_text("".join(f"{line}\n" for line in dict.fromkeys(lines)), encoding="ascii")
    aside.chmod(0o644)
    os.replace(aside, public)


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _old(path: Path) -> Path:
    return path.with_name(f"{path.name}.old")
