"""What a closed matter leaves behind goes by the schedule, unless a hold or any doubt keeps it (policy 12).

Destroyed are copies that the gateway made for its own work, and findings. The bytes of a record as they were
handed in, papers, packages and the log are not touched here. A matter is left alone whole as long as one
thing about it is open or unknown; `standing` says which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from workflows import vault
from workflows.audit import log
from workflows.holding.models import Hold
from workflows.holding.queries import open_holds
from workflows.holding.schedule import is_due
from workflows.jobs.models import OPEN_STATES, Job
from workflows.matters.access import unsealed_matters
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.records.models import Finding, Record, ReviewAct
from workflows.records.page_words import KIND
from workflows.releases.models import VerifierReport
from workflows.vault.models import Blob

DISPOSED = "disposed"  # why a record cannot be read until it is scanned again


@dataclass(frozen=True, slots=True)
class Disposal:
    """What went, or why nothing did (`kept`, a code; empty when the matter may go by the schedule)."""

    number: str
    kept: str = ""
    findings: int = 0
    copies: int = 0


def standing(matter: Matter) -> str:
    """Why nothing of this matter may be destroyed, as a code; empty when the schedule decides."""
    if matter.state != State.CLOSED:
        return "not_closed"
    if open_holds(matter).exists():
        return "held"
    if not _every_paper_was_held(matter):
        return "hold_unknown"
    if matter.blocks.filter(lifted_at__isnull=True).exists():
        return "blocked"
    if matter.tasks.filter(done_at__isnull=True).exists():
        return "task_open"
    if matter.clocks.filter(stopped_at__isnull=True).exists():
        return "clock_running"
    if Job.objects.filter(lane=str(matter.pk), state__in=OPEN_STATES).exists():
        return "work_open"
    return ""


def _every_paper_was_held(matter: Matter) -> bool:
    """Every paper places a hold; one without has come by a way that we do not know."""
    held = set(Hold.objects.filter(matter=matter, ground="paper").values_list("about", flat=True))
    return all(str(paper) in held for paper in matter.instruments.values_list("pk", flat=True))


def dispose(now: dt.datetime, *, dry_run: bool) -> Iterator[Disposal]:
    """Take one closed matter after the other, each in a transaction of its own, and say what was done.

    A sealed matter is neither touched nor named. With `dry_run` nothing is changed and what would go is
    counted. Whatever breaks rises: the matters before it are done, the one at hand is as it was, and the
    next run goes on there.
    """
    closed = unsealed_matters(now).filter(state=State.CLOSED).order_by("number").values_list("pk", flat=True)
    for matter_id in list(closed):
        with transaction.atomic(durable=True):
            rows = Matter.objects.select_for_update(of=("self",)).select_related("state_entry")
            done = _one(rows.get(pk=matter_id), now, dry_run)
        yield done


def _one(matter: Matter, now: dt.datetime, dry_run: bool) -> Disposal:
    kept = standing(matter)
    if kept:
        return Disposal(matter.number, kept)
    closed_at, findings, copies = matter.state_entry.at, 0, 0
    due = {kind: is_due(kind, closed_at, now) for kind in ("findings", "working_copies")}
    for record in matter.records.order_by("number"):
        gone = len(_findings(record)) if due["findings"] else 0
        files = _copies(record) if due["working_copies"] else []
        # The words hold every value that was found: they go as soon as the findings may.
        words = _words(record) if any(due.values()) else []
        findings, copies = findings + gone, copies + len(files) + len(words)
        if dry_run or not (gone or files or words):
            continue
        if gone:
            _drop_findings(matter, record, gone)
        for file in [*files, *words]:
            _shred(matter, record, file)
        record.words = None
        record.save(update_fields=["words"])
        if not (gone or files):
            continue
        # Without its findings or its pages nobody could review it: it is withheld until it is read again.
        record.state, record.reasons, record.version = "unreadable", [DISPOSED], record.version + 1
        record.converted = None if files else record.converted
        record.save(update_fields=["state", "reasons", "version", "converted"])
    return Disposal(matter.number, "", findings, copies)


def _findings(record: Record) -> list[int]:
    return list(Finding.objects.filter(record=record).values_list("pk", flat=True))


def _drop_findings(matter: Matter, record: Record, count: int) -> None:
    ReviewAct.objects.filter(record=record).delete()
    Finding.objects.filter(record=record).delete()
    log.record(
        "findings.disposed", actor=None, matter=matter, obj=("record", record.sha256), reason="schedule",
        facts={"refs": {"record": record.pk}, "counts": {"findings": count}},
    )  # fmt: skip


def _copies(record: Record) -> list[Blob]:
    """Files that the gateway made of the record for its own work. A file of any other origin is kept."""
    images = {digest for report in record.reports.all() for digest in report.page_images}
    burned = VerifierReport.objects.filter(record=record, output__isnull=False)
    made = (
        Q(pk__in=record.pages.exclude(image=None).values("image"))
        | Q(pk=record.converted_id)
        | Q(sha256__in=images, record_id=str(record.pk))
        | Q(pk__in=burned.values("output"))
    )
    # Equal bytes for one record are one file: what is the original, or went out, is no copy to destroy.
    sent = burned.filter(manifest__releases__isnull=False)
    files = Blob.objects.filter(made, shredded_at__isnull=True, record_id=str(record.pk))
    originals = Record.objects.filter(matter=record.matter_id).values("blob")
    return list(files.exclude(pk__in=originals).exclude(pk__in=sent.values("output")).order_by("created_at"))


def _words(record: Record) -> list[Blob]:
    """The words of its pages, of this reading and of earlier ones."""
    files = Blob.objects.filter(kind=KIND, record_id=str(record.pk), shredded_at=None)
    return list(files.order_by("created_at"))


def _shred(matter: Matter, record: Record, file: Blob) -> None:
    log.record(
        "copy.disposed", actor=None, matter=matter, obj=("rendition", file.sha256), reason="schedule",
        facts={"refs": {"record": record.pk}, "counts": {"bytes": file.size}},
    )  # fmt: skip
    vault.shred(file)
