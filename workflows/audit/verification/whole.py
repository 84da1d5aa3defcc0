"""The whole log against everything that vouches for it.

1. Heads: stored and exported checkpoints (signatures), signer memory, the reviewer's own copies.
2. Leaves, one after the other: body, schema, columns, people, time bracket; the root at every head's size.
3. Where a root is not reproduced, the leaves that were signed are looked for (exported tiles, stored
   tiles, leaf rows: whichever gives a signed root), and each place that differs is named.
4. What has no place: waiting entries, entries without a leaf, gaps in a matter's sequence.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from cryptography.x509 import Certificate

from workflows.audit import export, flags, health, reconcile, schema, tree
from workflows.audit.keyring import Keyring
from workflows.audit.memory import SignerMemory
from workflows.audit.models import Incarnation
from workflows.audit.tlog import merkle, tiles
from workflows.audit.tlog.merkle import HASH_SIZE, Frontier, leaf_hash
from workflows.audit.tlog.tiles import WIDTH
from workflows.audit.verification import about, heads, rows
from workflows.audit.verification.findings import (
    BODY,
    BRACKET,
    COLUMN,
    FORK,
    MISSING,
    ORDER,
    RECONCILIATION,
    STALE,
    UNWITNESSED,
    Result,
)
from workflows.audit.verification.heads import Brackets, VouchedHead

TOLERANCE = timedelta(seconds=120)
ABSENT = b"\x00" * HASH_SIZE

Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What a verification rests on. `memory` None: not compared, and the result cannot exclude a rollback."""

    ring: Keyring
    memory: SignerMemory | None
    export_dir: Path
    now: datetime
    start: Path | None = None
    seen: Path | None = None
    witness: Path | None = None  # what the witness exported; None: only what the database holds of it
    reconcile: bool = False
    roots: Sequence[Certificate] = ()  # of the authority that stamps checkpoints


@dataclass
class Walk:
    """What one pass over the leaves leaves behind."""

    start: int
    size: int
    hashes: bytearray  # of the bodies, from `start` on; ABSENT where there is none
    rows_differ: list[int]  # places where the leaf row holds another hash than its body gives
    roots: dict[int, bytes]  # root over the bodies at each size asked for, as far as unbroken
    unbroken: bool = True  # no leaf and no entry was missing

    def at(self, index: int) -> bytes:
        """Return the hash of the body at a leaf."""
        offset = (index - self.start) * HASH_SIZE
        return bytes(self.hashes[offset : offset + HASH_SIZE])


def verify(asked: Asked, progress: Progress = lambda done, total: None) -> Result:
    """Return everything that is wrong with the log.

    Raises NoteError, OSError for unusable files of the reviewer.
    """
    result = Result()
    incarnation = tree.current_incarnation()
    if incarnation is None:
        _without_incarnation(asked, result)
        return result
    result.origin = incarnation.origin
    size = tree.size_of(incarnation.number)
    folder = export.folder_of(asked.export_dir, incarnation.number)
    stored = heads.stored_heads(incarnation, asked.ring, result, asked.roots)
    outside = _outside(asked, incarnation, folder, result)
    first = (
        heads.reviewers_head(asked.start, incarnation, "your checkpoint", asked.ring) if asked.start else None
    )
    if first is not None:
        outside.append(first)

    everyone = [*stored, *outside]
    walk = _walk(incarnation, size, first, everyone, result, progress)
    result.size, result.checked_from = size, walk.start
    _judge_heads(everyone, walk, size, result)
    _name_leaves(incarnation, stored, folder, walk, result)
    _check_waiting(result)
    _check_age(stored, asked.now, result)
    _check_witness(everyone, asked, result)
    for earlier in Incarnation.objects.filter(number__lt=incarnation.number).order_by("number"):
        result.take(_earlier(earlier, asked, result), f"in the life of {earlier.origin}")
    if flags.is_open(flags.SPLIT):
        result.add(FORK, "the sequencer has stopped because the log contradicted its memory")
    if asked.reconcile:
        for fault in reconcile.faults():
            result.add(RECONCILIATION, fault.detail, entry=fault.entry)
    return result


def _earlier(incarnation: Incarnation, asked: Asked, whole: Result) -> Result:
    """Check what a restore has left of an earlier life, and that the next one tells the truth about it.

    What was signed after the backup is gone; that is said, and is no fault: two people opened the next life.
    """
    result = Result()
    size = tree.size_of(incarnation.number)
    folder = export.folder_of(asked.export_dir, incarnation.number)
    stored = heads.stored_heads(incarnation, asked.ring, result, asked.roots)
    walk = _walk(incarnation, size, None, stored, result, lambda done, total: None)
    _judge_heads(stored, walk, size, result)
    _name_leaves(incarnation, stored, folder, walk, result)
    following = Incarnation.objects.filter(number__gt=incarnation.number).order_by("number").first()
    first = None if following is None else rows.first_body(following.number)
    if following is None or first is None:
        result.add(MISSING, "the entry that opened the next life is missing")
        return result
    told = first.get("counts", {})
    note = following.prior_note or ""
    if first.get("event") != "log.incarnated" or following.restored_size != told.get("entries"):
        result.add(FORK, "the next life does not begin with the entry that opens it")
    elif size != told["entries"]:
        result.add(MISSING, f"the next life was opened over {told['entries']} leaves, {size} are there")
    elif note and first.get("obj", {}).get("sha256") != hashlib.sha256(note.encode()).hexdigest():
        result.add(FORK, "the checkpoint kept of this life is not the one that the next life names")
    whole.lives.append({"origin": incarnation.origin, "size": size, "signed": told.get("size", 0)})
    return result


def _without_incarnation(asked: Asked, result: Result) -> None:
    """Nothing was ever sealed here; then nobody may remember anything."""
    if asked.memory is not None and asked.memory.path.exists():
        result.add(FORK, "the signer remembers a log, and the database holds none")
    if export.exported_checkpoint(Path(asked.export_dir)) is not None:
        result.add(FORK, "an exported log exists, and the database holds none")
    _check_waiting(result)


def _outside(asked: Asked, incarnation: Incarnation, folder: Path, result: Result) -> list[VouchedHead]:
    found = [heads.exported_head(incarnation, asked.ring, folder, result)]
    if asked.memory is not None:
        found.append(heads.remembered_head(incarnation, asked.memory, result))
    if asked.seen is not None:
        found.append(heads.reviewers_head(asked.seen, incarnation, "the checkpoint you copied"))
    if asked.witness is not None:
        found += heads.cosigned_heads(asked.witness, incarnation, asked.ring, result)
    return [head for head in found if head is not None]


def _walk(
    incarnation: Incarnation,
    size: int,
    first: VouchedHead | None,
    everyone: Sequence[VouchedHead],
    result: Result,
    progress: Progress,
) -> Walk:
    """Go through the leaves from the reviewer's own checkpoint (or the beginning) to the end."""
    start, frontier = _beginning(incarnation, size, first, result)
    walk = Walk(start, size, bytearray(), [], {start: frontier.root()})
    brackets, asked_sizes = Brackets(everyone), {head.size for head in everyone} | {size}
    expected = start
    people = about.Checked(result)
    for index, entry, stored_hash, row in _uncollected(rows.leaves(incarnation.number, start)):
        if index > expected:
            result.add(MISSING, f"leaves {expected} to {index - 1} are missing", leaf=expected)
            walk.hashes += ABSENT * (index - expected)
            walk.unbroken = False
        expected = index + 1
        if row is None:
            result.add(MISSING, "the entry of this leaf is missing", leaf=index)
            walk.hashes += ABSENT
            walk.unbroken = False
            continue
        hashed = leaf_hash(bytes(row[0]))
        walk.hashes += hashed
        if hashed != stored_hash:
            walk.rows_differ.append(index)
        body = rows.read_body(row, result, index)
        if body is not None:
            at = body["at"]
            earliest, latest = brackets.bounds(index, TOLERANCE)
            if not earliest <= at <= latest:
                _tell_bracket(at, body["id"], index, brackets, result)
            people.add(entry, index, body)
        if walk.unbroken:
            frontier.append(hashed)
            if expected in asked_sizes:
                walk.roots[expected] = frontier.root()
        if index % rows.CHUNK == 0:
            progress(index, size)
    people.finish()
    result.entries = size - start
    result.root = walk.roots.get(size, b"")
    return walk


def _uncollected(leaves: Iterator[T]) -> Iterator[T]:
    """The same, with the collector of cycles at rest: what is read has none, and it would look at all of it
    again and again, for a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield from leaves
    finally:
        if was_on:
            gc.enable()


def _beginning(
    incarnation: Incarnation, size: int, first: VouchedHead | None, result: Result
) -> tuple[int, Frontier]:
    """Return where to begin, and the tree up to there.

    The old part is rebuilt from stored tiles and must give the root the reviewer already trusts; the
    rest is hashed from the bodies, which together is a consistency proof.
    """
    if first is None or first.size == 0:
        return 0, Frontier()
    try:
        if first.size > size:
            raise tiles.TileError("fewer leaves than your checkpoint")
        frontier = Frontier.of_tree(first.size, tiles.node_reader(tree.StoredTiles(incarnation.number)))
        if frontier.root() == first.root:
            return first.size, frontier
    except tiles.TileError:
        pass  # told below; everything is read from the start instead
    result.add(FORK, f"the log does not extend your checkpoint of {first.size} leaves")
    return 0, Frontier()


def _tell_bracket(at: str, entry: str, index: int, brackets: Brackets, result: Result) -> None:
    before, after = brackets.around(index)
    claimed = schema.time_of(at)
    if before is not None and claimed < before - TOLERANCE:
        result.add(
            BRACKET, f"claims {at}, but was sealed after {before:%Y-%m-%d %H:%M:%S}", leaf=index, entry=entry
        )
    if after is not None and claimed > after + TOLERANCE:
        result.add(
            BRACKET, f"claims {at}, but was sealed before {after:%Y-%m-%d %H:%M:%S}", leaf=index, entry=entry
        )


def _judge_heads(everyone: Sequence[VouchedHead], walk: Walk, size: int, result: Result) -> None:
    """Compare each head with the root that the bodies give at its size."""
    good = [head.size for head in everyone if walk.roots.get(head.size) == head.root and not head.outside]
    result.last_good_size = max(good, default=walk.start)
    for head in everyone:
        if head.size > size and head.outside:
            result.add(head.fault, f"{head.source} names {head.size} leaves, the log has {size}", leaf=size)
        elif (
            head.size >= walk.start
            and head.size <= size
            and walk.roots.get(head.size) != head.root
            and head.outside
        ):
            result.add(head.fault, f"{head.source} of {head.size} leaves does not fit the log")


def _name_leaves(
    incarnation: Incarnation, stored: Sequence[VouchedHead], folder: Path, walk: Walk, result: Result
) -> None:
    """Name the leaves that are not those the stored checkpoints sign."""
    top = max(stored, key=lambda head: head.size, default=None)
    if top is not None and top.size > walk.size:
        result.add(MISSING, f"a checkpoint signs {top.size} leaves, the log has {walk.size}", leaf=walk.size)
    wrong = [head for head in stored if head.size >= walk.start and walk.roots.get(head.size) != head.root]
    if not wrong:
        for index in walk.rows_differ:
            result.add(COLUMN, "the leaf row holds another hash than its body gives", leaf=index)
        _check_tiles(incarnation, walk, result)
        return
    signed = _signed_leaves(incarnation, top, folder, walk) if top is not None else None
    if signed is not None:
        _compare(signed, walk, result)
        if walk.roots.get(len(signed)) == merkle.root_of(signed):
            for head in wrong:
                result.add(FORK, f"a signed checkpoint of {head.size} leaves does not fit the later ones")
        return
    for index in walk.rows_differ:
        result.add(BODY, "the body was changed: its hash is not that of the leaf", leaf=index)
    reachable = [head for head in wrong if head.size <= walk.size]
    if reachable and not walk.rows_differ:
        bad = reachable[0]
        first, last = result.last_good_size, bad.size - 1
        told = f"the root signed at {bad.size} leaves does not fit: a leaf of {first} to {last} was changed"
        result.add(FORK, told, leaf=first)


def _signed_leaves(
    incarnation: Incarnation, top: VouchedHead, folder: Path, walk: Walk
) -> list[bytes] | None:
    """Return the leaf hashes that give the largest signed root, from wherever they survived."""
    for store in (export.TileFolder(folder, top.size), tree.StoredTiles(incarnation.number)):
        hashes: list[bytes] = []
        for n in range(-(-top.size // WIDTH)):
            width = min(WIDTH, top.size - n * WIDTH)
            held = (store.tile(0, n) or b"")[: width * HASH_SIZE]
            if len(held) != width * HASH_SIZE:
                break
            hashes += tiles.split_hashes(held)
        if len(hashes) == top.size and merkle.root_of(hashes) == top.root:
            return hashes
    by_row = [hashed for _, _, hashed, _ in rows.leaves(incarnation.number, 0)][: top.size]
    return by_row if merkle.root_of(by_row) == top.root and len(by_row) == top.size else None


def _compare(signed: Sequence[bytes], walk: Walk, result: Result) -> None:
    places = {hashed: index for index, hashed in enumerate(signed)}
    for index in range(walk.start, min(len(signed), walk.size)):
        found = walk.at(index)
        if found == signed[index] or found == ABSENT:  # what is absent has been told already
            continue
        if found in places:
            result.add(ORDER, f"the body belongs to leaf {places[found]}", leaf=index)
        else:
            result.add(BODY, "the body was changed: its hash is no leaf of the signed tree", leaf=index)


def _check_tiles(incarnation: Incarnation, walk: Walk, result: Result) -> None:
    """Compare the stored tiles with what the bodies give; proofs are made from them."""
    if walk.start or not walk.unbroken:
        return  # an incremental check has not hashed the older leaves; a gap has been told already
    store = tree.StoredTiles(incarnation.number)
    level, below = 0, bytes(walk.hashes)
    while below:
        step = WIDTH * HASH_SIZE
        for n in range(-(-len(below) // step)):
            if store.tile(level, n) != below[n * step : (n + 1) * step]:
                place = n * WIDTH ** (level + 1)
                result.add(COLUMN, f"tile {level}/{n} differs from the leaves", leaf=place)
        whole = len(below) // step
        below = b"".join(tiles.subtree_root(below[n * step : (n + 1) * step]) for n in range(whole))
        level += 1


def _check_waiting(result: Result) -> None:
    """Check what waits for a leaf, and find what has no place at all."""
    for key, row in rows.waiting():
        result.pending += 1
        if row is None:
            result.add(MISSING, f"entry {key} waits for its leaf and is gone")
        else:
            rows.read_body(row, result, None)
    for key, entry in rows.nowhere():
        result.add(MISSING, f"entry {key} has neither a leaf nor a place on the waiting list", entry=entry)
    for matter, count, highest in rows.broken_sequences():
        result.add(MISSING, f"matter {matter} has {count} entries, the last is number {highest}")


def _check_witness(everyone: Sequence[VouchedHead], asked: Asked, result: Result) -> None:
    """Where a witness is configured, it has cosigned a tree of the last hours."""
    cosigned = [head for head in everyone if head.witnessed]
    result.witnessed_size = max((head.size for head in cosigned), default=None)
    if not asked.ring.witnesses:
        return
    newest = max((head.at for head in cosigned if head.at is not None), default=None)
    if newest is None:
        result.add(UNWITNESSED, "no configured witness has cosigned a checkpoint")
    elif asked.now - newest > health.STALE:
        result.add(UNWITNESSED, f"the last cosigned checkpoint is of {newest:%Y-%m-%d %H:%M} UTC")


def _check_age(stored: Sequence[VouchedHead], now: datetime, result: Result) -> None:
    newest = max((head.at for head in stored if head.at is not None), default=None)
    if newest is None:
        result.add(STALE, "the log has no signed checkpoint")
    elif now - newest > health.STALE:
        result.add(STALE, f"the last checkpoint was signed at {newest:%Y-%m-%d %H:%M} UTC")
