"""One flipped bit anywhere in the log or beside it is found: bodies, columns, leaves, tiles, checkpoints,
signer memory, keys and every exported file. 100 random flips here, 1,000 with `GATEWAY_SCALE=full`.

What the database holds is judged by `verify_audit`'s own function, exported files by the stand-alone
checker; a flip that both leave unfound, or that makes one of them fall over, fails the test.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.workflows.audit.conftest import LogUnderTest, without_triggers
from workflows.audit import keyring, triggers, verify_bundle
from workflows.audit.models import Checkpoint, Entry, Leaf, Tile
from workflows.audit.verification.whole import Asked, verify

COUNT = 1_000 if os.environ.get("GATEWAY_SCALE") == "full" else 100
ENTRIES = 300  # more than one tile

pytestmark = pytest.mark.full

# What is flipped in the database: table, column, and whether its value is text.
COLUMNS = (
    (Entry, "body"), (Leaf, "hash"), (Tile, "bytes"), (Checkpoint, "note"), (Entry, "event"), (Entry, "role"),
    (Entry, "outcome"),
)  # fmt: skip


class Undo(Exception):
    """Takes a flip back: the whole of it is a transaction that never ends well."""


@pytest.fixture
def sealed(the_log: LogUnderTest) -> Iterator[LogUnderTest]:
    """A good log in two seals, with every trigger out of the way, as its owner can have it."""
    the_log.write(ENTRIES // 2, facts={"counts": {"page": 3}})
    the_log.seal()
    the_log.write(ENTRIES - ENTRIES // 2)
    the_log.seal()
    assert faults(the_log) == set()
    without_triggers()
    yield the_log
    triggers.install(connection)


def faults(the_log: LogUnderTest) -> set[int]:
    """The exit classes of everything that is found in the database and what is compared with it."""
    ring = keyring.parse_keys(keyring.keys_text())
    asked = Asked(ring=ring, memory=the_log.memory, export_dir=the_log.export_dir, now=timezone.now())
    return {finding.code for finding in verify(asked).findings}


def exported_fault(folder: Path) -> int:
    """The exit code of the stand-alone checker over an exported log."""
    try:
        return verify_bundle.check(folder).exit
    except verify_bundle.Unreadable:
        return verify_bundle.UNREADABLE


def flipped(value: bytes, draw: random.Random) -> bytes:
    changed = bytearray(value)
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def flip_column(the_log: LogUnderTest, draw: random.Random) -> tuple[str, bool]:
    """Flip a bit of one value in one row; say what it was and whether it is found."""
    model, column = draw.choice(COLUMNS)
    row = draw.choice(list(model.objects.values_list("pk", column)))
    value = row[1].encode() if isinstance(row[1], str) else bytes(row[1])
    changed: bytes | str = flipped(value, draw)
    if isinstance(row[1], str):
        changed = changed.decode("latin-1") if not _is_text(changed) else changed.decode()
        if "\x00" in changed:  # PostgreSQL takes none; the other bits of this byte are drawn as well
            changed = changed.replace("\x00", "\x01")
    found = False
    try:
        with transaction.atomic():
            model.objects.filter(pk=row[0]).update(**{column: changed})
            found = bool(faults(the_log))
            raise Undo
    except Undo:
        pass
    return f"{model._meta.db_table}.{column}", found


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def flip_file(the_log: LogUnderTest, draw: random.Random) -> tuple[str, bool]:
    """Flip a bit of one exported file."""
    path = draw.choice(sorted(path for path in the_log.export_dir.rglob("*") if path.is_file()))
    with changed_file(path, draw):
        found = exported_fault(the_log.export_dir) != 0
    return f"export/{path.relative_to(the_log.export_dir).parts[0]}", found


def flip_memory(the_log: LogUnderTest, draw: random.Random) -> tuple[str, bool]:
    """Flip a bit of what the signer remembers."""
    with changed_file(the_log.memory.path, draw):
        return "memory", bool(faults(the_log))


class changed_file:
    """A file with one bit flipped, inside the block."""

    def __init__(self, path: Path, draw: random.Random) -> None:
        self.path, self.kept = path, path.read_bytes()
        path.write_bytes(flipped(self.kept, draw))

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        self.path.write_bytes(self.kept)


FLIPS: tuple[tuple[Callable[[LogUnderTest, random.Random], tuple[str, bool]], int], ...] = (
    (flip_column, 6), (flip_file, 3), (flip_memory, 1),
)  # fmt: skip


def test_every_random_bit_flip_is_found(sealed: LogUnderTest) -> None:
    draw = random.Random(20_261_126)
    acts, weights = zip(*FLIPS, strict=True)
    seen: Counter[str] = Counter()
    unfound: Counter[str] = Counter()
    for act in draw.choices(acts, weights, k=COUNT):
        where, found = act(sealed, draw)
        seen[where] += 1
        unfound[where] += not found

    assert +unfound == Counter()
    assert sum(seen.values()) == COUNT and len(seen) >= 8
    assert faults(sealed) == set() and exported_fault(sealed.export_dir) == 0  # each was taken back
