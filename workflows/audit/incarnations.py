"""A new life of the log after a restore (rule E3): two people, a reason, and a gap that stays in sight.

A database that was restored contradicts the memory of the signer, and sealing stops by design. The memory
is never set back; instead the log goes on under a new origin, whose first leaf says at which size the old
one was last signed and how much of it the database still holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from workflows.audit import export, flags, log, tree
from workflows.audit.memory import MemoryDamaged, Remembered
from workflows.audit.models import Checkpoint as CheckpointRow
from workflows.audit.models import Flag, Incarnation
from workflows.audit.sequencer import Sequencer, Split
from workflows.audit.tlog import merkle
from workflows.audit.tlog.checkpoint import parse_unsigned
from workflows.audit.tlog.note import NoteError
from workflows.errors import Invalid, WrongState

DISPOSITION = "begun anew"


def begin(
    sequencer: Sequencer, *, first: log.Actor, second: log.Actor, detail: Mapping[str, str], now: datetime
) -> Incarnation:
    """The log goes on under a new origin; its first leaf is the entry that says so.

    The caller holds the memory (no sequencer runs) and has proved who the two people are. `detail` holds
    the reason and the ticket, kept encrypted beside the entry. Raises Invalid for one person twice,
    WrongState when log and memory agree or the memory file must be put aside first.
    """
    if first.pseudonym is None or first.pseudonym == second.pseudonym:
        raise Invalid("Two people begin a log anew, each with their own account.", code="two_people")
    old = tree.current_incarnation()
    if old is None or not _is_contradicted(sequencer):
        raise WrongState("The log and the memory of its signer agree. There is nothing to begin anew.")
    size = tree.size_of(old.number)
    prior = _last_signed(old, sequencer.export_dir)
    signed = 0 if prior is None else parse_unsigned(prior).size
    try:
        kept = sequencer.memory.read(old.origin)
        number = 1 + max([old.number, *sequencer.lives()])  # none is used twice
        origin = f"{sequencer.first_origin}/{number}"
        # Before the first leaf, as with the first life: a log whose memory is missing was robbed of it.
        sequencer.memory.write(origin, Remembered(0, merkle.EMPTY_ROOT, now))
    except (MemoryDamaged, Split) as error:
        raise WrongState(
            "The memory file of the signer cannot be read. Keep a copy of it as evidence, move it away, "
            "and begin again."
        ) from error
    signed = max(signed, 0 if kept is None else kept.size)
    with transaction.atomic(durable=True):
        incarnation = Incarnation.objects.create(
            number=number, origin=origin, opened_at=now, prior_note=prior, restored_size=size
        )
        entry = log.record(
            "log.incarnated",
            actor=first,
            obj=None if prior is None else ("checkpoint", hashlib.sha256(prior.encode()).hexdigest()),
            facts={
                "counts": {"version": number, "size": signed, "entries": size},
                "refs": {"person": second.pseudonym},
            },
            detail=dict(detail),
        )
        tree.place_first(number, entry.pk, bytes(entry.body))
        Flag.objects.filter(code__in=(flags.SPLIT, flags.WITNESS), disposed_at__isnull=True).update(
            disposition=DISPOSITION, disposed_by=second.pseudonym, disposed_at=now
        )
    return incarnation


def _is_contradicted(sequencer: Sequencer) -> bool:
    try:
        sequencer.start()
    except Split:
        return True
    return False


def _last_signed(old: Incarnation, export_dir: Path) -> str | None:
    """The checkpoint of the old life with the most leaves, from the export folder or the database."""
    rows = CheckpointRow.objects.filter(incarnation=old.number).order_by("-size", "-id")
    stored = rows.values_list("note", flat=True).first()
    exported = export.exported_checkpoint(export.folder_of(export_dir, old.number))
    return max((note for note in (stored, exported) if note is not None), key=_size, default=None)


def _size(whole: str) -> int:
    try:
        return parse_unsigned(whole).size
    except NoteError:
        return -1  # damaged; anything else is better
