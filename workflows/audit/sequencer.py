"""The sequencer: gives entries their order, proves that the log only grew, and signs that.

Order of steps (rules of design page "evidence", 2):

1. compare the tree with the memory outside the database; a contradiction stops everything;
2. place waiting entries in one transaction: their order is durable before anything is signed;
3. prove consistency from the remembered tree to the new one;
4. write the memory (size, root, time): temporary name, sync, rename;
5. sign and store the checkpoint;
6. export tiles and checkpoint;
7. have it cosigned by the witness, where there is one (`cosigning`), and export that too;
8. have each so-many-th stamped by an outside authority, where there is one (`timestamping`);
9. look at what was sealed and raise flags (`watch`).

Killed between any two steps, it goes on from the leaves: a tree that was remembered but not signed
is signed at the next start, and nothing is ever signed that is not remembered.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from workflows.audit import cosigning, export, flags, keyring, log, rotation, timestamping, tree
from workflows.audit.memory import MemoryDamaged, Remembered, SignerMemory
from workflows.audit.models import Checkpoint as CheckpointRow
from workflows.audit.models import Incarnation, Pending
from workflows.audit.tlog import checkpoint, merkle, tiles
from workflows.audit.tlog.checkpoint import Checkpoint
from workflows.audit.tlog.note import Signer
from workflows.audit.watch import Watch
from workflows.audit.watch_rules import BRACKET
from workflows.policy.review import bounds

POLL_S = 0.2
HEARTBEAT = timedelta(hours=1)
LONGEST_WAIT = BRACKET / 2  # of an entry that still waits when a checkpoint is signed
WATCHED_AT_ONCE = 8  # batches looked at in one step, so that a long backlog keeps no entry from its seal
WATCH_WAITS = timedelta(seconds=20)  # at most, while there is a backlog: flags are seen within a minute

logger = logging.getLogger(__name__)


class Split(Exception):
    """The database and the memory of the signer contradict each other. Sealing stops until people decide."""


def origin_number(first: str, origin: str) -> int | None:
    """Return which life of the log with this first origin another origin names; None for other logs."""
    if origin == first:
        return 1
    number = origin.removeprefix(f"{first}/")
    return int(number) if number.isdecimal() and number.isascii() and origin != number else None


class Sequencer:
    """One sequencer over the database, one memory file and one export folder."""

    def __init__(
        self,
        signer: Signer,
        memory: SignerMemory,
        export_dir: Path,
        *,
        origin: str,
        now: Callable[[], datetime] = timezone.now,
        witness: cosigning.Witness | None = None,
        key_file: Path | None = None,
        authority: timestamping.Authority | None = None,
        steady: Callable[[], float] | None = None,
    ) -> None:
        self.signer, self.memory, self.export_dir = signer, memory, Path(export_dir)
        self.first_origin, self.now, self.witness, self.key_file = origin, now, witness, key_file
        self.authority = authority
        self.incarnation: Incarnation | None = None
        self.watch, self.steady = Watch(), steady
        self._looked = now()
        self._ran: tuple[datetime, float] | None = None  # both clocks at the last step
        self._exported: str | None = None
        self._stored: tuple[int, datetime] | None = None  # size and time of the last stored checkpoint

    @property
    def sealed_size(self) -> int:
        """Leaves under the last stored checkpoint."""
        return 0 if self._stored is None else self._stored[0]

    def start(self) -> None:
        """Find the current incarnation, or open the first one of an empty log. Raises Split.

        A log that has leaves or checkpoints but no memory is a contradiction: the memory was
        created before the first leaf.
        """
        incarnation = tree.current_incarnation()
        if incarnation is None:
            incarnation = self._open_first()
        self.incarnation = incarnation
        if max(self.lives(), default=0) > incarnation.number:
            raise Split("the memory knows a later life of this log, which the database has lost")
        self._assure(self._remembered(), tree.size_of(incarnation.number))
        last = self._last_checkpoint()
        self._stored = None if last is None else (last.size, last.at)

    def lives(self) -> list[int]:
        """Return the numbers of the lives of which the memory knows signed leaves. Raises Split."""
        try:
            known = self.memory.origins()
        except MemoryDamaged as error:
            raise Split("the memory of the signer is damaged") from error
        numbers = (origin_number(self.first_origin, origin) for origin in known)
        return [number for number in numbers if number]

    def step(self) -> int:
        """Seal what waits and return how many entries got a leaf.

        Raises Split; and TileError, OSError, DatabaseError, after which the step can be tried again.
        """
        incarnation = self._started()
        self._compare_clocks()
        placed: tuple[tree.Placed, ...] = ()
        if Pending.objects.exists():
            remembered = self._remembered()
            self._assure(remembered, tree.size_of(incarnation.number))
            try:
                placed = self._place(incarnation.number)
            except (tree.EntryGone, tiles.TileError) as error:
                raise Split("the waiting list or the tiles do not fit the entries") from error
        size = placed[-1].index + 1 if placed else tree.size_of(incarnation.number)
        if self._stored is None or size != self._stored[0] or self._heartbeat_due():
            self.seal(size)
        self._export(placed)
        self._cosign()
        if self.authority is not None:
            self.authority.follow(incarnation.number)
        self._look(len(placed))
        return len(placed)

    def _look(self, placed: int) -> None:
        """Raise the flags of what was sealed; what still waits for its seal goes first, but not for long."""
        now = self.now()
        if placed < tree.BATCH or now - self._looked >= WATCH_WAITS:
            self.watch.catch_up(now, batches=WATCHED_AT_ONCE)
            self._looked = now

    def _place(self, incarnation: int) -> tuple[tree.Placed, ...]:
        """Place a batch, and the batches behind it for as long as what waits has waited a minute.

        A checkpoint says that nothing older is still to come (rule E2), so none is signed in the middle of
        a backlog: after an outage the honest entries of its second batch would be taken for back-dated.
        Raises EntryGone, TileError.
        """
        placed = batch = tree.place_pending(incarnation)
        while batch and tree.waits_since_before(self.now() - LONGEST_WAIT):
            batch = tree.place_pending(incarnation)
            placed += batch
        return placed

    def seal(self, size: int) -> None:
        """Steps 3 to 5 for a tree of `size` leaves."""
        incarnation = self._started()
        at = self.now().astimezone(UTC).replace(microsecond=0)
        remembered = self._remembered()
        root = self._prove_growth(remembered, size)
        self.memory.write(incarnation.origin, Remembered(size, root, at))
        head = Checkpoint(incarnation.origin, size, root)
        note = checkpoint.sign(head, self.signer, int(at.timestamp()), *self._old_key(at))
        CheckpointRow.objects.create(incarnation=incarnation.number, size=size, note=note, at=at)
        self._stored = (size, at)
        self._exported = None

    def _old_key(self, at: datetime) -> tuple[Signer, ...]:
        """The key before this one, for thirty days; then it is destroyed and believed no further."""
        old = None if self.key_file is None else rotation.old_log_key(self.key_file)
        if old is None or self.key_file is None:
            return ()
        if at < old.until:
            return (old.signer,)
        try:
            rotation.retire_log_key(self.key_file, self.sealed_size)
        except OSError as error:  # keys on a volume that this process may only read: people retire it
            logger.warning("the old key could not be retired: %s", type(error).__name__)
        return ()

    def stop_for(self, split: Split) -> None:
        """Raise the flag that closes the release gate, once."""
        if not flags.is_open(flags.SPLIT):
            size = tree.size_of(self.incarnation.number) if self.incarnation else 0
            flags.raise_flag(flags.SPLIT, self.now(), {"size": size})
        logger.critical("sealing stopped: %s", split)

    def _open_first(self) -> Incarnation:
        remembered = self._read_memory(self.first_origin)
        if remembered is not None and remembered.size:
            raise Split("the memory knows a log that the database has lost")
        if CheckpointRow.objects.exists() or tree.size_of(1):
            raise Split("leaves or checkpoints without an incarnation")
        self.memory.write(self.first_origin, Remembered(0, merkle.EMPTY_ROOT, self.now()))
        with transaction.atomic():
            incarnation = Incarnation.objects.create(number=1, origin=self.first_origin, opened_at=self.now())
            log.record("log.started", actor=None, facts={"counts": {"version": 1}})
        return incarnation

    def _started(self) -> Incarnation:
        if self.incarnation is None:
            raise RuntimeError("start the sequencer first")
        return self.incarnation

    def _read_memory(self, origin: str) -> Remembered | None:
        try:
            return self.memory.read(origin)
        except MemoryDamaged as error:
            raise Split("the memory of the signer is damaged") from error

    def _remembered(self) -> Remembered:
        remembered = self._read_memory(self._started().origin)
        if remembered is None:
            # The memory is written before the incarnation, so a missing one was lost or taken away.
            raise Split("the memory of the signer is missing")
        return remembered

    def _assure(self, remembered: Remembered, size: int) -> None:
        """Raise Split unless the tree still begins with the remembered one."""
        if size < remembered.size:
            raise Split(f"the database holds {size} leaves, {remembered.size} were signed")
        try:
            root = merkle.tree_root(remembered.size, self._reader())
        except tiles.TileError as error:
            raise Split("the tiles do not reach the remembered size") from error
        if root != remembered.root:
            raise Split(f"the first {remembered.size} leaves are not those that were signed")

    def _prove_growth(self, remembered: Remembered, size: int) -> bytes:
        """Return the root of `size` leaves once it is proved to extend the remembered tree. Raises Split."""
        read = self._reader()
        try:
            root = merkle.tree_root(size, read)
            if remembered.size == 0:
                return root
            proof = merkle.consistency_proof(remembered.size, size, read)
            merkle.verify_consistency(remembered.size, size, remembered.root, root, proof)
        except (merkle.ProofError, tiles.TileError, ValueError) as error:
            raise Split("the tree does not extend the one that was signed") from error
        return root

    def _reader(self) -> merkle.ReadNode:
        return tiles.node_reader(tree.StoredTiles(self._started().number))

    def _last_checkpoint(self) -> CheckpointRow | None:
        return CheckpointRow.objects.filter(incarnation=self._started().number).order_by("-id").first()

    def _heartbeat_due(self) -> bool:
        return self._stored is None or self.now() - self._stored[1] >= HEARTBEAT

    def _export(self, placed: Sequence[tree.Placed] = ()) -> None:
        """Bring the export folder up to the last stored checkpoint; a failure is retried at the next step.

        `placed` are bodies that are at hand since their order became durable.
        """
        if self._exported is not None:
            return
        incarnation, last = self._started(), self._last_checkpoint()
        if last is None:
            return
        number = incarnation.number
        export.export(
            export.folder_of(self.export_dir, number),
            tree.StoredTiles(number),
            tree.BodiesAhead(number, last.size, placed),
            last.size,
            last.note + last.cosignatures,
            keyring.keys_text(),
        )
        self._exported = last.note

    def _cosign(self) -> None:
        """Have the last checkpoint cosigned, unless it is; sealing never waits for that."""
        if self.witness is None:
            return
        last = self._last_checkpoint()
        if last is not None and not last.cosignatures and self.witness.try_(last):
            self._exported = None
            self._export()

    def _compare_clocks(self) -> None:
        """Flag a wall clock that moved otherwise than the steady one since the last step: it was set."""
        if self.steady is None:
            return
        now, ran = (self.now(), self.steady()), self._ran
        self._ran = now
        if ran is None:
            return
        step_s = (now[0] - ran[0]).total_seconds() - (now[1] - ran[1])
        if abs(step_s) > bounds().clock_step.total_seconds():
            flags.raise_flag(flags.CLOCK, now[0], {"seconds": int(abs(step_s))})


def from_settings() -> Sequencer:
    """Return the sequencer of this installation. Raises KeyMissing."""
    from workflows.audit import keys

    return Sequencer(
        keys.log_signer(), SignerMemory(settings.MEMORY_FILE), settings.EXPORT_DIR,
        origin=settings.LOG_ORIGIN, witness=cosigning.configured(timezone.now),
        key_file=Path(settings.LOG_KEY_FILE), steady=time.monotonic,
        authority=timestamping.configured(timezone.now),
    )  # fmt: skip
