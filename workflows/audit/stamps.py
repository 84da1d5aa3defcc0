"""Timestamps that go with a bundle: tokens of an outside authority, with the checkpoints that they stamp.

Under `timestamps/`, three files for each: SIZE.checkpoint (the bytes that were stamped), SIZE.tsr (what the
authority answered, RFC 3161) and SIZE.consistency (RFC 6962, one hash on a line: that tree is the beginning
of the bundle's own). Names and bytes of the first two are those in the exported log.
"""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Collection

from workflows.audit import tree
from workflows.audit.models import Checkpoint as CheckpointRow
from workflows.audit.timestamping import FOLDER
from workflows.audit.tlog import merkle, tiles
from workflows.audit.tlog.checkpoint import Opened

MOST = 20  # in one bundle; a token is a few thousand bytes


def files_for(indexes: Collection[int], opened: Opened) -> dict[str, bytes]:
    """Return the files by path: for each entry the oldest stamp over it, and that of the checkpoint itself.

    `indexes` are places in the present life of the log, whose checkpoint is `opened`. Where it would be more
    than MOST, those in the middle are left out. Raises TileError when the log is damaged.
    """
    incarnation, head = tree.current_incarnation(), opened.checkpoint
    if incarnation is None or not indexes:
        return {}
    rows = CheckpointRow.objects.filter(incarnation=incarnation.number, token__isnull=False)
    stamped: dict[int, CheckpointRow] = {}
    for row in rows.filter(size__gt=min(indexes), size__lte=head.size).order_by("size", "id").defer("token"):
        stamped.setdefault(row.size, row)
        if row.size == head.size and opened.whole.startswith(row.note):
            stamped[row.size] = row
    sizes = sorted(stamped)
    first_over = {place for place in (bisect_right(sizes, index) for index in indexes) if place < len(sizes)}
    wanted = sorted({sizes[place] for place in first_over} | ({head.size} & stamped.keys()))
    if len(wanted) > MOST:
        wanted = [*wanted[: MOST // 2], *wanted[-MOST // 2 :]]
    read = tiles.node_reader(tree.StoredTiles(incarnation.number))
    made: dict[str, bytes] = {}
    for size in wanted:
        proof = merkle.consistency_proof(size, head.size, read)
        made[f"{FOLDER}/{size}.checkpoint"] = stamped[size].note.encode()
        made[f"{FOLDER}/{size}.tsr"] = bytes(stamped[size].token or b"")
        made[f"{FOLDER}/{size}.consistency"] = b"".join(base64.b64encode(one) + b"\n" for one in proof)
    return made
