"""What a witness keeps: the logs it watches, the largest tree of each, and everything it has cosigned.

One SQLite file. A check and the row that follows from it are one transaction under the write lock, so
that of two checkpoints that arrive at once only one can be the next.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from workflows.audit.tlog.note import ED25519, NoteError, VerifierKey, parse_vkey

BUSY_S = 10.0
_TABLES = """
CREATE TABLE IF NOT EXISTS watched (origin TEXT NOT NULL, vkey TEXT NOT NULL, PRIMARY KEY (origin, vkey));
CREATE TABLE IF NOT EXISTS cosigned (
    id INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL, size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32), note TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS cosigned_latest ON cosigned (origin, id);
CREATE TRIGGER IF NOT EXISTS cosigned_stays BEFORE UPDATE ON cosigned
    BEGIN SELECT RAISE(ABORT, 'what was cosigned stays'); END;
CREATE TRIGGER IF NOT EXISTS cosigned_is_kept BEFORE DELETE ON cosigned
    BEGIN SELECT RAISE(ABORT, 'what was cosigned stays'); END;
CREATE TRIGGER IF NOT EXISTS cosigned_grows BEFORE INSERT ON cosigned
    WHEN NEW.size < (SELECT max(size) FROM cosigned WHERE origin = NEW.origin)
    BEGIN SELECT RAISE(ABORT, 'a tree does not shrink'); END;
"""


@dataclass(frozen=True)
class Seen:
    """The largest tree of a log that was cosigned; size 0 before the first."""

    size: int
    root: bytes


class Store:
    """The file of one witness."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        with self._open() as file:
            file.executescript(_TABLES)

    def watch(self, origin: str, key: VerifierKey) -> None:
        """Watch the log of this origin, signed by this key; a second key of an origin is its next one.

        Raises NoteError for a key of another kind.
        """
        if key.kind != ED25519:
            raise NoteError("a log signs with an Ed25519 key of type 1")
        with self._open() as file:
            file.execute("INSERT OR IGNORE INTO watched VALUES (?, ?)", (origin, str(key)))

    def keys(self, origin: str) -> tuple[VerifierKey, ...]:
        """The keys of the log of this origin; none for a log that is not watched."""
        with self._open() as file:
            rows = file.execute("SELECT vkey FROM watched WHERE origin = ?", (origin,)).fetchall()
        return tuple(parse_vkey(vkey) for (vkey,) in rows)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """A look and what follows from it, alone. Left by an exception, nothing was kept."""
        with self._open() as file:
            file.execute("BEGIN IMMEDIATE")
            yield Turn(file)
            file.commit()

    def cosigned(self) -> Iterator[tuple[int, str]]:
        """(number, cosigned checkpoint) of everything ever cosigned, oldest first."""
        with self._open() as file:
            yield from file.execute("SELECT id, note FROM cosigned ORDER BY id").fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)) as file:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = FULL")  # durable before the answer goes out
            yield file


class Turn:
    """The store while nobody else may write."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def latest(self, origin: str, empty_root: bytes) -> Seen:
        """The largest tree cosigned for this origin."""
        row = self._file.execute(
            "SELECT size, root FROM cosigned WHERE origin = ? ORDER BY id DESC LIMIT 1", (origin,)
        ).fetchone()
        return Seen(0, empty_root) if row is None else Seen(row[0], bytes(row[1]))

    def keep(self, origin: str, seen: Seen, note: str, at_s: int) -> None:
        """This checkpoint, with the cosignature, is the largest from now on."""
        self._file.execute(
            "INSERT INTO cosigned (origin, size, root, note, at) VALUES (?, ?, ?, ?, ?)",
            (origin, seen.size, seen.root, note, at_s),
        )
