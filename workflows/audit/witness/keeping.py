"""The folder of a witness: its key (mode 0600), its public half, and its store."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from workflows.audit.tlog import cosignature
from workflows.audit.tlog.note import NoteError, Signer, VerifierKey, new_signer, parse_secret
from workflows.audit.witness.store import Store

KEY, PUBLIC, STORE = "witness.key", "witness.vkey", "witness.sqlite3"


class NotReady(Exception):
    """The folder holds no usable key. The text says why."""


def make(folder: Path, name: str) -> VerifierKey:
    """Make a witness of this name in the folder and return its public key.

    Raises NotReady when a key is there: it is never replaced, since its cosignatures could no longer be
    told from those of another witness. Raises NoteError for a name with spaces or a plus.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = new_signer(name)
    try:
        descriptor = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise NotReady(f"{folder / KEY} is there already; a witness keeps its key.") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(fresh.secret_line() + "\n")
        file.flush()
        os.fsync(file.fileno())
    public = cosignature.cosigner(fresh).verifier
    (folder / PUBLIC).write_text(f"{public}\n", encoding="ascii")
    Store(folder / STORE)
    return public


def signer(folder: Path) -> Signer:
    """The key of this witness; it writes cosignatures and nothing else (rule E6). Raises NotReady."""
    path = folder / KEY
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        found = parse_secret(path.read_text(encoding="ascii"))
    except (OSError, ValueError, NoteError) as error:
        raise NotReady(f"{path} is missing or damaged.") from error
    if mode & 0o077:
        raise NotReady(f"{path} is open to other accounts; set its mode to 0600.")
    return cosignature.cosigner(found)


def store(folder: Path) -> Store:
    """The store of this witness. Raises NotReady before it was made."""
    if not (folder / STORE).exists():
        # A new, empty one would cosign any past of a log that has been watched for years.
        raise NotReady(f"{folder / STORE} is missing. Bring it back from a copy; do not begin anew.")
    return Store(folder / STORE)
