"""The owner of the database at work: edits rows and recomputes every hash the database holds."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import connection

from tests.workflows.audit.conftest import LogUnderTest, sql, without_triggers
from workflows.audit import triggers
from workflows.audit.canonical import canonical, parse
from workflows.audit.log import derived
from workflows.audit.models import Entry, Leaf, Tile
from workflows.audit.tlog import checkpoint, merkle, tiles
from workflows.audit.tlog.checkpoint import Checkpoint
from workflows.audit.tlog.note import Signer

TABLES = (
    "audit_entry", "audit_pending", "audit_leaf", "audit_tile", "audit_checkpoint",
    "audit_incarnation", "audit_flag",
)  # fmt: skip


class Attacker:
    """Has every right in the database; the memory file, the export folder and the signing key elsewhere."""

    def __init__(self, the_log: LogUnderTest) -> None:
        self.the_log = the_log
        without_triggers()

    def done(self) -> None:
        """Put the triggers back, so that nothing looks touched."""
        triggers.install(connection)

    def entry(self, leaf: int) -> Entry:
        return Entry.objects.get(pk=Leaf.objects.get(idx=leaf).entry)

    def edit(self, leaf: int, **fields: object) -> None:
        """Give the entry of a leaf another body, columns and all."""
        entry = self.entry(leaf)
        body = {**parse(bytes(entry.body)), **fields}
        Entry.objects.filter(pk=entry.pk).update(body=canonical(body), **derived(body))

    def delete(self, leaf: int) -> None:
        entry = self.entry(leaf)
        sql("DELETE FROM audit_leaf WHERE idx = %s", leaf)
        sql("DELETE FROM audit_entry WHERE id = %s", entry.pk)

    def swap(self, one: int, two: int) -> None:
        """Let two leaves name each other's entry."""
        first, second = self.entry(one).pk, self.entry(two).pk
        for index, entry in ((one, -1), (two, first), (one, second)):
            sql("UPDATE audit_leaf SET entry = %s WHERE idx = %s", entry, index)

    def cut(self, size: int, *, checkpoints: bool) -> None:
        sql("DELETE FROM audit_entry WHERE id IN (SELECT entry FROM audit_leaf WHERE idx >= %s)", size)
        sql("DELETE FROM audit_leaf WHERE idx >= %s", size)
        if checkpoints:
            sql("DELETE FROM audit_checkpoint WHERE size > %s", size)

    def insert(self, leaf: int, at: datetime) -> None:
        """Put a made-up entry at a leaf and move all later ones up."""
        model = self.entry(leaf)
        body = {**parse(bytes(model.body)), "id": "00000000-0000-4000-8000-000000000001"}
        body.pop("matter", None), body.pop("seq", None)
        body["at"] = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        made = Entry.objects.create(body=canonical(body), **derived(body))
        later = list(Leaf.objects.filter(idx__gte=leaf).order_by("-idx").values_list("idx", flat=True))
        for index in later:
            sql("UPDATE audit_leaf SET idx = %s WHERE idx = %s", index + 1, index)
        Leaf.objects.create(incarnation=1, idx=leaf, entry=made.pk, hash=b"")
        sql("DELETE FROM audit_pending")

    def renumber(self) -> None:
        """Close the gaps between leaves."""
        for wanted, index in enumerate(Leaf.objects.order_by("idx").values_list("idx", flat=True)):
            if wanted != index:
                sql("UPDATE audit_leaf SET idx = %s WHERE idx = %s", wanted, index)

    def recompute(self) -> None:
        """Make leaf rows and tiles fit the bodies again."""
        hashes = []
        for leaf in Leaf.objects.order_by("idx"):
            hashes.append(merkle.leaf_hash(bytes(Entry.objects.get(pk=leaf.entry).body)))
            Leaf.objects.filter(pk=leaf.pk).update(hash=hashes[-1])
        sql("DELETE FROM audit_tile")

        class Empty:
            def tile(self, level: int, n: int) -> None:
                return None

        grown = tiles.grow(0, hashes, Empty())
        Tile.objects.bulk_create([Tile(level=level, n=n, bytes=held) for (level, n), held in grown.items()])

    def sign(self, signer: Signer, at: datetime) -> None:
        """Replace every checkpoint by one signed with this key."""
        hashes = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("idx")]
        head = Checkpoint(self.the_log.settings.LOG_ORIGIN, len(hashes), merkle.root_of(hashes))
        note = checkpoint.sign(head, signer, int(at.timestamp()))
        sql("DELETE FROM audit_checkpoint")
        sql(
            "INSERT INTO audit_checkpoint (incarnation, size, note, at) VALUES (1, %s, %s, %s)",
            head.size, note, at.replace(microsecond=0),
        )  # fmt: skip

    def backup(self) -> dict[str, tuple[list[str], list[tuple]]]:
        """Copy every table of the log."""
        copy = {}
        for table in TABLES:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {table}")
                copy[table] = ([column[0] for column in cursor.description], cursor.fetchall())
        return copy

    def restore(self, copy: dict[str, tuple[list[str], list[tuple]]]) -> None:
        """Put the copy back in place of what is there."""
        sql("DELETE FROM audit_detail")
        for table in TABLES:
            sql(f"DELETE FROM {table}")
        for table, (columns, rows) in copy.items():
            marks = ", ".join(["%s"] * len(columns))
            quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
            for row in rows:
                sql(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", *row)


def readable(output: str) -> dict:
    return json.loads(output)
