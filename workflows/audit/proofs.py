"""Whether an entry is sealed, and the file that shows it to a stranger.

"Sealed" is never read from a flag: the proof is made and checked, down to the log's signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from workflows.audit import keyring, keys, tree
from workflows.audit.models import Checkpoint as CheckpointRow
from workflows.audit.models import Entry, Leaf, Pending
from workflows.audit.tlog import merkle, proof, tiles
from workflows.audit.tlog.checkpoint import Opened, open_checkpoint
from workflows.audit.tlog.merkle import ProofError
from workflows.audit.tlog.note import NoteError
from workflows.errors import GateClosed


class NotSealed(GateClosed):
    """The entry has no proof under a signed checkpoint yet (or never will: then the log is damaged)."""

    code = "not_sealed"

    def __init__(
        self, sentence: str = "The log has not sealed this act yet. Please try again in a moment."
    ) -> None:
        super().__init__(sentence)


@dataclass(frozen=True)
class Sealed:
    """Where an entry stands in the log, its path, and the checkpoint (whole note) it leads to."""

    index: int
    path: tuple[bytes, ...]
    opened: Opened

    @property
    def checkpoint(self) -> str:
        """The whole signed note, cosignatures included."""
        return self.opened.whole

    def file(self) -> bytes:
        """Return the `.tlog-proof` file."""
        return proof.write(self.index, self.path, self.opened.whole)


def latest_checkpoint(incarnation: int | None = None) -> CheckpointRow | None:
    """Return the newest stored checkpoint of an incarnation (None: the current one)."""
    if incarnation is None:
        current = tree.current_incarnation()
        if current is None:
            return None
        incarnation = current.number
    return CheckpointRow.objects.filter(incarnation=incarnation).order_by("-id").first()


def last_cosigned(incarnation: int) -> CheckpointRow | None:
    """Return the newest checkpoint of an incarnation that bears a cosignature."""
    rows = CheckpointRow.objects.filter(incarnation=incarnation).exclude(cosignatures="")
    return rows.order_by("-id").first()


def open_latest(incarnation: int | None = None) -> Opened:
    """Return the newest checkpoint, its signature checked; where a witness is configured, the newest that
    it has cosigned. Raises NotSealed."""
    ring = keyring.parse_keys(keyring.keys_text())
    row = latest_checkpoint(incarnation)
    if row is not None and ring.witnesses:
        row = last_cosigned(row.incarnation)
    if row is None:
        raise NotSealed
    try:
        opened = open_checkpoint(row.note + row.cosignatures, ring.for_size(row.size), ring.witnesses)
    except NoteError as error:
        raise NotSealed("The last checkpoint of the log is not signed by its key.") from error
    if ring.witnesses and not opened.witnessed:
        raise NotSealed("The witness has not cosigned this act yet. Please try again in a moment.")
    if opened.checkpoint.size != row.size:
        raise NotSealed("The last checkpoint of the log does not say what its row says.")
    return opened


def seal_of(entry: Entry, opened: Opened | None = None) -> Sealed:
    """Return place and path of an entry under the newest (or the given) checkpoint, checked.

    Raises NotSealed, KeyMissing.
    """
    leaf = Leaf.objects.filter(entry=entry.pk).first()
    if leaf is None:
        raise NotSealed
    if opened is None:
        opened = open_latest(leaf.incarnation)
    if leaf.idx >= opened.checkpoint.size:
        raise NotSealed
    return _seal(entry, leaf, opened, reader(leaf.incarnation, leaf.idx, opened.checkpoint.size))


def reader(incarnation: int, index: int, size: int) -> merkle.ReadNode:
    """Return the reader of tree nodes for the proof of one leaf: its tiles are read in one go."""
    return tiles.node_reader(tree.StoredTiles.for_path(incarnation, index, size))


def seals_of(entries: Sequence[Entry], opened: Opened) -> list[Sealed]:
    """Return the seals of many entries under one checkpoint, in their order: each tile is read once.

    Raises NotSealed.
    """
    keys_of = [entry.pk for entry in entries]
    leaves = {
        leaf.entry: leaf
        for start in range(0, len(keys_of), 500)
        for leaf in Leaf.objects.filter(entry__in=keys_of[start : start + 500])
    }
    if len(leaves) < len(set(keys_of)):
        raise NotSealed
    readers = {
        number: tiles.node_reader(tree.StoredTiles(number))
        for number in {leaf.incarnation for leaf in leaves.values()}
    }
    return [
        _seal(entry, leaves[entry.pk], opened, readers[leaves[entry.pk].incarnation]) for entry in entries
    ]


def _seal(entry: Entry, leaf: Leaf, opened: Opened, read: merkle.ReadNode) -> Sealed:
    head = opened.checkpoint
    if leaf.idx >= head.size:
        raise NotSealed
    try:
        path = merkle.inclusion_proof(leaf.idx, head.size, read)
        merkle.verify_inclusion(leaf.idx, head.size, merkle.leaf_hash(bytes(entry.body)), path, head.root)
    except (ProofError, tiles.TileError) as error:
        raise NotSealed(
            "The log does not prove this act. Sealing must be looked at before anything goes on."
        ) from error
    return Sealed(leaf.idx, path, opened)


def sealed(entry: Entry) -> bool:
    """Say whether the entry is proved under a signed checkpoint. Any doubt is False."""
    try:
        seal_of(Entry.objects.get(pk=entry.pk))
    except (NotSealed, keys.KeyMissing, Entry.DoesNotExist):
        return False
    return True


def proof_for(entry: Entry) -> bytes:
    """Return the `.tlog-proof` file of an entry. Raises NotSealed, KeyMissing."""
    return seal_of(entry).file()


def unsealed_count() -> int:
    """Return how many entries wait for a leaf or for a checkpoint over theirs."""
    row, current = latest_checkpoint(), tree.current_incarnation()
    behind = 0
    if current is not None:
        covered = row.size if row is not None else 0
        behind = Leaf.objects.filter(Q(incarnation=current.number) & Q(idx__gte=covered)).count()
    return Pending.objects.count() + behind
