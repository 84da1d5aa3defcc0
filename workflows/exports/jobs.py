"""Making an export: first the files and their entry, then, once the log has sealed it, the signed bundle."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from workflows import jobs, vault
from workflows.audit import bundle, keys, log, proofs
from workflows.audit.canonical import canonical
from workflows.audit.models import Entry
from workflows.errors import Invalid
from workflows.exports import choosing, court, reportfiles, tables
from workflows.exports.actions import may_have
from workflows.exports.choosing import Choice, Placed
from workflows.exports.chronology import tell
from workflows.exports.models import COURT, ENTRIES, KINDS, Export, Prepared, Sealed
from workflows.exports.pdf import Paper
from workflows.exports.periods import Period
from workflows.releases.packaging import unzipped

LIST_NAME = "export.json"
SEAL_PAUSES_S = (1.0, 3.0, 10.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class _Prepared:
    blob: Any
    sha256: str
    entries: int


def _export(subject: str) -> Export:
    return Export.objects.select_related("matter", "by", "entry").get(pk=subject)


def _pause(ctx: Any) -> jobs.Retry:
    return jobs.Retry("not_sealed", SEAL_PAUSES_S[min(ctx.attempt, len(SEAL_PAUSES_S)) - 1])


class _Asked:
    """Both steps serve the person who asked, for as long as they may have the export."""

    def may(self, subject: str, actor: Any) -> bool:
        """The system may; a person by role and matter."""
        return actor is None or may_have(_export(subject), actor)


@jobs.handler("export.make", queue="pack", codes=frozenset({"not_sealed"}))
class MakeExport(_Asked):
    """Make the files of an export."""

    def work(self, subject: str, ctx: Any) -> _Prepared:
        """The files are in the vault, named by the digest of their list. Waits for entries to be sealed."""
        export = _export(subject)
        choice = choosing.choice_of(export)
        if choice is not None and choice.waits():
            raise _pause(ctx)
        rows = [] if choice is None else choice.placed()
        try:
            files = _files(export, rows)
        except (proofs.NotSealed, Invalid) as refusal:  # no checkpoint yet
            raise _pause(ctx) from refusal
        files[LIST_NAME] = canonical(_listed(export, choice, rows, files))
        blob = vault.put(bundle.zipped(files), kind="application/zip", record_id=str(export.pk))
        return _Prepared(blob, hashlib.sha256(files[LIST_NAME]).hexdigest(), len(rows))

    def save(self, subject: str, outcome: _Prepared, ctx: Any) -> None:
        """The entry of the export, with its digest; then it is to be sealed."""
        export = _export(subject)
        if Prepared.objects.filter(export=export).exists():
            return
        entry = log.record(
            "export.made",
            actor=None,
            matter=export.matter,
            obj=("export", outcome.sha256),
            reason=export.kind,
            facts={"refs": {"export": export.pk}, "counts": {"entries": outcome.entries}},
        )
        Prepared.objects.create(
            export=export, payload=outcome.blob, sha256=outcome.sha256, entries=outcome.entries,
            at=timezone.now(), entry=entry,
        )  # fmt: skip
        jobs.enqueue("export.seal", export.pk, f"export:{export.pk}", export.by, lane=export.matter_id or "")


@jobs.handler("export.seal", queue="pack", codes=frozenset({"not_sealed"}))
class SealExport(_Asked):
    """Put the files into a signed bundle with the proof of each entry, that of the export itself included."""

    def work(self, subject: str, ctx: Any) -> Any:
        """Waits for the proof by trying again; without it nothing is handed out."""
        export = _export(subject)
        prepared = Prepared.objects.select_related("payload", "entry").get(export=export)
        choice = choosing.choice_of(export)
        rows = [] if choice is None else choice.placed()
        if len(rows) != prepared.entries:  # a matter in it was sealed since: it is asked for anew
            raise jobs.Permanent("refused")
        entries: list[Entry] = [row.entry for row in rows if row.entry.pk != prepared.entry_id]
        try:
            made = bundle.contents(
                files=unzipped(vault.open(prepared.payload)),
                entries=[*entries, prepared.entry],
                meta={"export": str(export.pk), "kind": export.kind},
                package_key=keys.package_signer(),
            )
        except proofs.NotSealed as waits:
            raise _pause(ctx) from waits
        return vault.put(bundle.zipped(made), kind="application/zip", record_id=f"sealed-{export.pk}")

    def save(self, subject: str, outcome: Any, ctx: Any) -> None:
        """The seal is written once."""
        export = _export(subject)
        if Sealed.objects.filter(export=export).exists():
            return
        entry = log.record(
            "export.sealed",
            actor=None,
            matter=export.matter,
            obj=("bundle", outcome.sha256),
            facts={"refs": {"export": export.pk}, "counts": {"bytes": outcome.size}},
        )
        Sealed.objects.create(
            export=export, bundle=outcome, bundle_sha256=outcome.sha256, size=outcome.size,
            at=timezone.now(), entry=entry,
        )  # fmt: skip


def _files(export: Export, rows: list[Placed]) -> dict[str, bytes]:
    if export.kind == COURT and export.matter is not None:
        return court.files(export.matter, rows)
    if export.kind == ENTRIES:
        return _entries(export, rows)
    period = Period.named(export.asked["period"])
    if period is None:
        raise jobs.Permanent("bug")
    return reportfiles.files(period, export.asked["scope"], export.at)


def _entries(export: Export, rows: list[Placed]) -> dict[str, bytes]:
    makers = {
        "csv": lambda: tables.as_csv(rows),
        "jsonl": lambda: tables.as_jsonl(rows),
        "pdf": lambda: _paper(export, rows),
    }
    form = export.asked["form"]
    return {f"entries.{name}": make() for name, make in makers.items() if form in (name, "all")}


def _paper(export: Export, rows: list[Placed]) -> bytes:
    paper = Paper("Entries of the audit log", f"Export {export.pk}")
    paper.heading("Entries of the audit log")
    paper.text(
        f"{len(rows)} entries in the order of the log. Times are UTC. What this paper says is proved by the "
        "files beside it; the paper itself is for reading."
    )
    for name, value in sorted(export.asked["filter"].items()):
        paper.text(f"Filter, {name}: {value}", pale=True)
    paper.table(
        ("Entry", "Time", "Who", "What happened"),
        ((str(one.index), one.at, one.who, one.says) for one in tell(rows)),
        (0.09, 0.19, 0.19, 0.53),
    )
    return paper.done()


def _listed(
    export: Export, choice: Choice | None, rows: list[Placed], files: dict[str, bytes]
) -> dict[str, Any]:
    """What the digest in the log speaks of: what was asked, what is in it, and the digest of each file."""
    return {
        "v": 1,
        "export": str(export.pk),
        "kind": KINDS[export.kind],
        "asked": export.asked,
        "asked_at": export.at.isoformat(),
        "entries": len(rows),
        "first": rows[0].index if rows else None,
        "last": rows[-1].index if rows else None,
        "left_out_of_an_earlier_life": 0 if choice is None else choice.of_earlier_lives(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
