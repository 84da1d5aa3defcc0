"""Tree heads that somebody vouches for: stored and exported checkpoints, signer memory, reviewers' copies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from cryptography.x509 import Certificate

from workflows.audit import export, schema, timestamping
from workflows.audit.keyring import Keyring
from workflows.audit.memory import MemoryDamaged, SignerMemory
from workflows.audit.models import Checkpoint, Incarnation
from workflows.audit.tlog import cosignature, note
from workflows.audit.tlog.checkpoint import Opened, open_checkpoint, parse, parse_unsigned
from workflows.audit.tlog.note import NoteError
from workflows.audit.verification.findings import COLUMN, FORK, SIGNATURE, STAMP, WITNESS, Result

LAST_MOMENT = "9999-12-31T23:59:59.999999Z"  # that a body can name
STORED = "a stored checkpoint"
EXPORTED = "the exported checkpoint"
MEMORY = "the memory of the signer"
COSIGNED = "the witness"


@dataclass(frozen=True)
class VouchedHead:
    """Size and root of the tree at a time, and who says so."""

    size: int
    root: bytes
    at: datetime | None
    source: str
    witnessed: bool = False

    @property
    def fault(self) -> int:
        """The class of a finding that this head does not fit."""
        return WITNESS if self.source == COSIGNED else FORK

    @property
    def outside(self) -> bool:
        """True when it does not come from the database."""
        return self.source != STORED


def stored_heads(
    incarnation: Incarnation, ring: Keyring, result: Result, roots: Sequence[Certificate] = ()
) -> list[VouchedHead]:
    """Return the well-signed checkpoints of the database, by size; each other one is a finding.

    Timestamps must be of their checkpoint; who signed them is judged by `roots`, if any are given.
    """
    heads = []
    rows = Checkpoint.objects.filter(incarnation=incarnation.number).order_by("size", "id")
    for row in rows.iterator(chunk_size=2000):
        opened = _open(row.note + row.cosignatures, incarnation, ring)
        if opened is None:
            result.add(
                SIGNATURE, f"checkpoint {row.pk} (size {row.size}) is not signed by a trusted key of this log"
            )
            continue
        at = datetime.fromtimestamp(opened.at_s, UTC) if opened.at_s is not None else None
        if opened.checkpoint.size != row.size or at != row.at:
            result.add(COLUMN, f"checkpoint {row.pk}: size or time of the row differ from the signed note")
        if row.token is not None:
            _check_token(row, roots, result)
        witnessed = bool(opened.witnessed)
        heads.append(VouchedHead(opened.checkpoint.size, opened.checkpoint.root, at, STORED, witnessed))
    heads.sort(key=lambda head: head.size)
    for one, other in pairwise(heads):
        if one.size == other.size and one.root != other.root:
            result.add(FORK, f"two signed checkpoints of size {one.size} have different roots")
    return heads


def _check_token(row: Checkpoint, roots: Sequence[Certificate], result: Result) -> None:
    """Note a timestamp that is none of this checkpoint, or that is older than the checkpoint itself.

    Without roots nothing is said of who signed it.
    """
    try:
        if roots:
            at = timestamping.checked(bytes(row.token or b""), row.note.encode(), roots)
        else:
            at = timestamping.claimed(bytes(row.token or b""), row.note.encode())
    except timestamping.BadToken as bad:
        result.add(STAMP, f"the timestamp of checkpoint {row.pk} (size {row.size}): {bad}")
        return
    if at < row.at - timestamping.TOLERANCE:
        result.add(FORK, f"checkpoint {row.pk} was stamped {row.at - at} before the time that it claims")
        return
    if not roots:
        result.stamped.unchecked += 1
        return
    result.stamped.good += 1
    if result.stamped.size is None or row.size >= result.stamped.size:
        result.stamped.size, result.stamped.at = row.size, at


def exported_head(
    incarnation: Incarnation, ring: Keyring, folder: Path, result: Result
) -> VouchedHead | None:
    """Return the checkpoint of the export folder, None when nothing was exported."""
    whole = export.exported_checkpoint(folder)
    if whole is None:
        return None
    opened = _open(whole, incarnation, ring)
    if opened is None:
        result.add(SIGNATURE, "the exported checkpoint is not signed by a trusted key of this log")
        return None
    at = datetime.fromtimestamp(opened.at_s, UTC) if opened.at_s is not None else None
    return VouchedHead(opened.checkpoint.size, opened.checkpoint.root, at, EXPORTED)


def remembered_head(incarnation: Incarnation, memory: SignerMemory, result: Result) -> VouchedHead | None:
    """Return what the signer remembers; a missing or damaged memory is a finding."""
    try:
        kept = memory.read(incarnation.origin)
    except MemoryDamaged:
        result.add(FORK, "the memory of the signer is damaged")
        return None
    if kept is None:
        result.add(FORK, "the memory of the signer is missing, so a rollback could not be seen")
        return None
    return VouchedHead(kept.size, kept.root, kept.at if kept.size else None, MEMORY)


def cosigned_heads(path: Path, incarnation: Incarnation, ring: Keyring, result: Result) -> list[VouchedHead]:
    """Return what the witness has cosigned of this log: a file, or the folder that the witness exported.

    Its own key is enough: that the log's key signed as well is for `stored_heads` to say, and a stolen
    one signs anything. Raises NoteError, OSError.
    """
    if not ring.witnesses:
        raise NoteError("no key of a witness is trusted: name one in the trust file")
    files = sorted(path.glob("*.checkpoint")) if path.is_dir() else [path]
    if not files:
        raise NoteError(f"{path.name} holds no checkpoint")
    heads = []
    for one in files:
        signed = note.parse(one.read_text(encoding="utf-8"))
        head = parse(signed.text)
        if head.origin != incarnation.origin:
            continue
        cosigned = cosignature.verified(signed, ring.witnesses)
        if not cosigned:
            raise NoteError(f"{one.name} does not bear the cosignature of a trusted witness")
        at = datetime.fromtimestamp(cosigned[-1].at_s, UTC)
        heads.append(VouchedHead(head.size, head.root, at, COSIGNED, witnessed=True))
    if not heads:
        result.add(WITNESS, "the witness knows nothing of a log of this origin")
    for earlier, later in pairwise(sorted(heads, key=lambda head: head.size)):
        if earlier.size == later.size and earlier.root != later.root:
            raise NoteError("this witness has cosigned two trees of one size: it is none")
    return heads


def reviewers_head(
    path: Path, incarnation: Incarnation, source: str, ring: Keyring | None = None
) -> VouchedHead:
    """Return a reviewer's own checkpoint; with `ring` its signature is checked too.

    Raises NoteError, OSError.
    """
    whole = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    head = parse_unsigned(whole)
    if head.origin != incarnation.origin:
        raise NoteError(f"{path.name} is a checkpoint of another log")
    at = None
    if ring is not None:
        opened = _open(whole, incarnation, ring)
        if opened is None:
            raise NoteError(f"{path.name} is not signed by a trusted key of this log")
        at = datetime.fromtimestamp(opened.at_s, UTC) if opened.at_s is not None else None
    return VouchedHead(head.size, head.root, at, source)


_LAST = datetime.max.replace(tzinfo=UTC)


class Brackets:
    """The times between which an entry at a place can have been written (rule E2)."""

    def __init__(self, heads: Sequence[VouchedHead]) -> None:
        timed = sorted(
            ((head.size, head.at) for head in heads if head.at is not None), key=lambda pair: pair[0]
        )
        self._sizes = [size for size, _ in timed]
        self._earliest: list[datetime] = []
        self._latest: list[datetime] = []
        for _, at in timed:
            self._earliest.append(max(at, self._earliest[-1]) if self._earliest else at)
        for _, at in reversed(timed):
            self._latest.append(min(at, self._latest[-1]) if self._latest else at)
        self._latest.reverse()
        self._known = (0, 0, "", LAST_MOMENT)  # of the leaf asked for before: mostly the same heads

    def around(self, index: int) -> tuple[datetime | None, datetime | None]:
        """Return the time of the last head without this leaf and of the first head with it."""
        place = bisect_right(self._sizes, index)
        return (
            self._earliest[place - 1] if place else None,
            self._latest[place] if place < len(self._latest) else None,
        )

    def bounds(self, index: int, tolerance: timedelta) -> tuple[str, str]:
        """Return the first and the last moment that this leaf can claim, as bodies write moments."""
        first, end, earliest, latest = self._known
        if not first <= index < end:
            before, after = self.around(index)
            place = bisect_right(self._sizes, index)
            first = self._sizes[place - 1] if place else 0
            end = self._sizes[place] if place < len(self._sizes) else index + 1
            earliest = "" if before is None else schema.time_text(before - tolerance)
            latest = (
                LAST_MOMENT
                if after is None or after > _LAST - tolerance
                else schema.time_text(after + tolerance)
            )
            self._known = (first, end, earliest, latest)
        return earliest, latest


def _open(whole: str, incarnation: Incarnation, ring: Keyring) -> Opened | None:
    try:
        size = parse_unsigned(whole).size
        opened = open_checkpoint(whole, ring.for_size(size), ring.witnesses)
    except NoteError:
        return None
    return opened if opened.checkpoint.origin == incarnation.origin else None
