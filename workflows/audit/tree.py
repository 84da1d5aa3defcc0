"""The tree as it lies in the database: its size, its tiles, and the order of waiting entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from workflows.audit.models import Entry, Incarnation, Leaf, Pending, Tile
from workflows.audit.tlog import tiles
from workflows.audit.tlog.merkle import leaf_hash

BATCH = 4096
_ASKED = "SELECT idx, entry FROM audit_leaf WHERE incarnation = %s AND idx >= %s AND idx < %s"
_WAITING = "SELECT entry FROM audit_pending ORDER BY entry LIMIT %s"
# Says what the join says already. Without it the planner may walk all entries since the first one.
_NEAR = "e.id BETWEEN (SELECT MIN(entry) FROM asked) AND (SELECT MAX(entry) FROM asked)"


class EntryGone(Exception):
    """A waiting row names an entry that is not there."""


@dataclass(frozen=True)
class Placed:
    """One entry that just got its leaf."""

    index: int
    entry: int
    body: bytes


class StoredTiles:
    """The tile table of one incarnation as a store."""

    def __init__(self, incarnation: int) -> None:
        self.incarnation = incarnation
        self._ahead: dict[tuple[int, int], bytes] = {}

    @classmethod
    def for_path(cls, incarnation: int, index: int, size: int) -> StoredTiles:
        """Return the store with the tiles that the inclusion proof of a leaf needs, read in one go."""
        store, needed = cls(incarnation), tiles.tiles_of_path(index, size)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT level, n, bytes FROM audit_tile WHERE incarnation = %s AND (level, n) IN "  # noqa: S608 (constant)
                f"(VALUES {', '.join(['(%s, %s)'] * len(needed))})",
                [incarnation, *(part for place in needed for part in place)],
            )
            store._ahead = {(level, n): bytes(held) for level, n, held in cursor.fetchall()}
        return store

    def tile(self, level: int, n: int) -> bytes | None:
        """Return the hashes of a tile as far as they are stored."""
        if (level, n) in self._ahead:
            return self._ahead[level, n]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT bytes FROM audit_tile WHERE incarnation = %s AND level = %s AND n = %s",
                [self.incarnation, level, n],
            )
            found = cursor.fetchone()
        return None if found is None else bytes(found[0])


def current_incarnation() -> Incarnation | None:
    """Return the life of the log that is being written; None before the first start."""
    return Incarnation.objects.order_by("-number").first()


def size_of(incarnation: int) -> int:
    """Return the number of leaves: the highest index and one."""
    last = Leaf.objects.filter(incarnation=incarnation).aggregate(last=Max("idx"))["last"]
    return 0 if last is None else int(last) + 1


def place_pending(incarnation: int, limit: int = BATCH) -> tuple[Placed, ...]:
    """Give waiting entries their leaves, in id order, and make that order durable.

    One transaction: leaves, tiles and the emptied waiting list are there together or not at all.
    Raises EntryGone, TileError when the database contradicts itself; then nothing has changed.
    """
    with transaction.atomic(durable=True):
        waiting = _waiting(limit)
        if not waiting:
            return ()
        size = size_of(incarnation)
        placed = tuple(Placed(size + i, entry, body) for i, (entry, body) in enumerate(waiting))
        _place(incarnation, size, placed)
    return placed


def waits_since_before(moment: datetime) -> bool:
    """Say whether the first waiting entry was written before this moment."""
    first = Pending.objects.order_by("entry").first()
    return first is not None and Entry.objects.filter(pk=first.entry, at__lt=moment).exists()


def place_first(incarnation: int, entry: int, body: bytes) -> None:
    """Give this entry the first leaf of a new life of the log, before whatever waits longer.

    Belongs into the transaction that opens it.
    """
    _place(incarnation, 0, (Placed(0, entry, body),))


def _place(incarnation: int, size: int, placed: Sequence[Placed]) -> None:
    hashes = [leaf_hash(one.body) for one in placed]
    _store_leaves(
        [(incarnation, one.index, one.entry, hashed) for one, hashed in zip(placed, hashes, strict=True)]
    )
    _store_tiles(incarnation, tiles.grow(size, hashes, StoredTiles(incarnation)))
    _forget([one.entry for one in placed])


def bodies(incarnation: int, start: int, end: int) -> list[bytes]:
    """Return the exact bodies of leaves start..end. Raises EntryGone when one is missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH asked AS ({_ASKED}) SELECT e.body FROM asked JOIN audit_entry e ON e.id = asked.entry "  # noqa: S608 (constant)
            f"AND {_NEAR} ORDER BY asked.idx",
            [incarnation, start, end],
        )
        found = [bytes(row[0]) for row in cursor.fetchall()]
    if len(found) != end - start:
        raise EntryGone(f"leaves {start} to {end}")
    return found


class BodiesAhead:
    """`bodies` of one life of the log, read a batch ahead for whoever asks bundle by bundle.

    What was just placed is at hand already.
    """

    def __init__(self, incarnation: int, size: int, placed: Sequence[Placed] = ()) -> None:
        self.incarnation, self.size = incarnation, size
        self._start, self._held = placed[0].index if placed else 0, [one.body for one in placed]

    def __call__(self, start: int, end: int) -> list[bytes]:
        """Return the exact bodies of leaves start..end. Raises EntryGone when one is missing."""
        if start < self._start <= min(end, start + BATCH):
            self._held = [*bodies(self.incarnation, start, self._start), *self._held]
            self._start = start
        if not self._start <= start <= end <= self._start + len(self._held):
            self._start = start
            self._held = bodies(self.incarnation, start, max(end, min(start + BATCH, self.size)))
        return self._held[start - self._start : end - self._start]


def _waiting(limit: int) -> list[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH asked AS ({_WAITING}) SELECT asked.entry, e.body FROM asked "  # noqa: S608 (constant)
            f"LEFT JOIN audit_entry e ON e.id = asked.entry AND {_NEAR} ORDER BY asked.entry",
            [limit],
        )
        rows = cursor.fetchall()
    if gone := [entry for entry, body in rows if body is None]:
        raise EntryGone(f"entry {gone[0]}")
    return [(entry, bytes(body)) for entry, body in rows]


def _store_leaves(rows: Sequence[tuple[int, int, int, bytes]]) -> None:
    columns = "audit_leaf (incarnation, idx, entry, hash)"
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(f"INSERT INTO {columns} VALUES (%s, %s, %s, %s)", rows)  # noqa: S608 (constant)
            return
        with cursor.copy(f"COPY {columns} FROM STDIN") as copy:  # the same triggers and constraints hold
            for row in rows:
                copy.write_row(row)


def _store_tiles(incarnation: int, changed: dict[tuple[int, int], bytes]) -> None:
    Tile.objects.bulk_create(
        [Tile(incarnation=incarnation, level=level, n=n, bytes=held) for (level, n), held in changed.items()],
        update_conflicts=True,
        unique_fields=["incarnation", "level", "n"],
        update_fields=["bytes"],
    )


def _forget(entries: Sequence[int]) -> None:
    """Take exactly these rows off the waiting list: others may have been committed meanwhile."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(  # the bounds say nothing new, but keep the planner to the index
                "DELETE FROM audit_pending WHERE entry BETWEEN %s AND %s AND entry = ANY(%s::bigint[])",
                [min(entries), max(entries), f"{{{','.join(map(str, entries))}}}"],
            )
        return
    for part in _parts(entries, 500):
        Pending.objects.filter(entry__in=part).delete()


def _parts(values: Sequence[int], length: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), length):
        yield values[start : start + length]
