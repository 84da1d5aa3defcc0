"""What the signer remembers outside the database: size, root and time of the last tree it signed.

This file, not the tree, detects whoever rewrites the database and lets it be signed again. It is
never reset in place (rule E3); it belongs on another volume than the database.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workflows.audit import schema
from workflows.audit.tlog.merkle import HASH_SIZE


class MemoryDamaged(Exception):
    """The file is there but says nothing that can be believed."""


class MemoryInUse(Exception):
    """Another sequencer holds the memory."""


@dataclass(frozen=True)
class Remembered:
    """The last tree that was signed (or was about to be signed) under one origin."""

    size: int
    root: bytes
    at: datetime


class SignerMemory:
    """The memory file at one path, for all incarnations of the log."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def read(self, origin: str) -> Remembered | None:
        """Return what is remembered of an origin; None when nothing ever was. Raises MemoryDamaged."""
        kept = self._load().get(origin)
        if kept is None:
            return None
        try:
            root = base64.b64decode(kept["root"], validate=True)
            found = Remembered(int(kept["size"]), root, schema.time_of(kept["at"]))
        except (KeyError, TypeError, ValueError) as error:
            raise MemoryDamaged(str(self.path)) from error
        if found.size < 0 or len(root) != HASH_SIZE or found.at.tzinfo is None:
            raise MemoryDamaged(str(self.path))
        return found

    def origins(self) -> frozenset[str]:
        """Return the origins of which a leaf was signed. Raises MemoryDamaged."""
        return frozenset(origin for origin in self._load() if (kept := self.read(origin)) and kept.size)

    def write(self, origin: str, remembered: Remembered) -> None:
        """Make the memory durable: written aside, synced, renamed, folder synced."""
        logs = self._load()
        logs[origin] = {
            "size": remembered.size,
            "root": base64.b64encode(remembered.root).decode(),
            "at": schema.time_text(remembered.at),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.path.with_name(self.path.name + ".new")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump({"v": 2, "logs": logs, "sha256": _digest(logs)}, file, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.path)
        sync_folder(self.path.parent)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the memory for this process alone. Raises MemoryInUse when another sequencer runs."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise MemoryInUse(str(self.path)) from error
            yield
        finally:
            os.close(descriptor)

    def _load(self) -> dict[str, dict[str, Any]]:
        try:
            kept = json.loads(self.path.read_text(encoding="ascii"))
            logs = kept["logs"]
            # Version 1 had no digest: it was written before a flipped bit in a time had to be noticed.
            wanted = (
                {"v": 2, "logs": logs, "sha256": _digest(logs)} if kept["v"] != 1 else {"v": 1, "logs": logs}
            )
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MemoryDamaged(str(self.path)) from error
        if not isinstance(logs, dict) or kept != wanted:
            raise MemoryDamaged(str(self.path))
        return logs


def _digest(logs: Any) -> str:
    """Return the SHA-256 of what is remembered: the file's own guard against a flipped bit, nothing more."""
    return hashlib.sha256(json.dumps(logs, sort_keys=True).encode()).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make renames in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
