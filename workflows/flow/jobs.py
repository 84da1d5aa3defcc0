"""Slow work that ends in a move of a matter: reading a paper, burning, packing, sealing."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from workflows import jobs, vault
from workflows.audit import bundle, keys, log, proofs
from workflows.flow import gate
from workflows.flow.advance import step
from workflows.flow.answering import register_subpoena
from workflows.flow.moves import MOVES
from workflows.flow.papers import write_flag
from workflows.instruments.models import Instrument
from workflows.instruments.reading import read_paper
from workflows.instruments.states import FORMAT_CHECKED, OFFERED
from workflows.lawbook import in_force
from workflows.matters import letters
from workflows.matters.access import visible_matters
from workflows.matters.models import Matter
from workflows.policy.checks import FLAGS
from workflows.records.burning import Burned, burn
from workflows.releases import packaging
from workflows.releases import queries as releases
from workflows.releases.models import Approval, ManifestRecord, Package, PackageSeal, VerifierReport

SEAL_PAUSES_S = (1.0, 3.0, 10.0, 30.0, 60.0)


def _sees(actor: Any, matter_id: Any) -> bool:
    """The person who asked still has the matter; the system always may."""
    return actor is None or visible_matters(actor).filter(pk=matter_id).exists()


def _locked(matter_id: Any) -> Matter:
    return Matter.objects.select_for_update().get(pk=matter_id)


@jobs.handler("instrument.read", queue="read")
class ReadPaper:
    """Suggest what a filed paper is; answer at once when it can never open the gate."""

    def may(self, subject: str, actor: Any) -> bool:
        """The person still sees the matter."""
        return _sees(actor, Instrument.objects.values_list("matter_id", flat=True).get(pk=subject))

    def work(self, subject: str, ctx: Any) -> dict[str, Any]:
        """Read text and page images in the cage. What cannot be read is said, never guessed."""
        paper = Instrument.objects.get(pk=subject)
        with tempfile.TemporaryDirectory(prefix="paper-") as folder:
            path = Path(folder) / "paper"
            vault.open_to(paper.blob, path)
            return read_paper(
                path,
                record_id=str(paper.pk),
                as_of=timezone.now(),
                subjects=list(paper.matter.parties.values_list("name", flat=True)),
            )

    def save(self, subject: str, outcome: dict[str, Any], ctx: Any) -> None:
        """Keep the suggestions; flags stand until counsel clears them; a letter says what is missing."""
        now = timezone.now()
        matter = _locked(Instrument.objects.values_list("matter_id", flat=True).get(pk=subject))
        # Read under the lock: a person may have confirmed its fields while the machine was reading.
        paper = Instrument.objects.select_related("matter").get(pk=subject)
        entry = log.record(
            "instrument.read",
            actor=None,
            matter=matter,
            obj=("instrument", paper.sha256),
            facts={"refs": {"instrument": paper.pk}, "result": outcome["reading"]["type"]},
        )
        paper.reading, paper.pages = outcome["reading"], outcome["pages"]
        paper.page_images = outcome["page_images"]
        paper.version += 1
        if paper.state == OFFERED:
            paper.state, paper.state_entry = FORMAT_CHECKED, entry
        paper.save(update_fields=["reading", "pages", "page_images", "version", "state", "state_entry"])
        for flag in outcome["reading"].get("flags", ()):
            if flag in FLAGS:
                write_flag(paper, flag, actor=None, now=now)
        missing = outcome["reading"].get("missing", [])
        if missing and matter.state in ("instrument_review", "acknowledged", "awaiting_paper"):
            letters.issue("needs_paper", matter, actor=None, now=now, missing=missing)
        if in_force(now).kind(outcome["reading"]["type"]).counsel_deadline:
            register_subpoena(paper, now)


@jobs.handler("record.burn", queue="burn")
class BurnRecord:
    """Burn one record of a frozen manifest and have the result verified."""

    def may(self, subject: str, actor: Any) -> bool:
        """The person still sees the matter."""
        return _sees(
            actor, ManifestRecord.objects.values_list("manifest__matter_id", flat=True).get(pk=subject)
        )

    def work(self, subject: str, ctx: Any) -> Burned:
        """Rebuild and verify outside any transaction; what is withheld comes back as reasons."""
        row = ManifestRecord.objects.select_related("record", "manifest__matter").get(pk=subject)
        return burn(row, progress=ctx.progress)

    def save(self, subject: str, outcome: Burned, ctx: Any) -> None:
        """Write the report once; after the last record the matter moves on, or back to review."""
        now = timezone.now()
        row = ManifestRecord.objects.select_related("record", "manifest").get(pk=subject)
        matter = _locked(row.manifest.matter_id)
        if VerifierReport.objects.filter(manifest=row.manifest, record=row.record).exists():
            return
        obj = ("rendition", outcome.output_sha256) if outcome.passed else ("record", row.source_sha256)
        entry = log.record(
            "record.burned" if outcome.passed else "burn.failed",
            actor=None,
            matter=matter,
            obj=obj,
            outcome="ok" if outcome.passed else "failed",
            reason=outcome.reasons[0].lower() if outcome.reasons else None,
            facts={
                "refs": {"record": row.record_id, "manifest": row.manifest_id},
                "counts": {"pages": row.pages},
                "manifest": row.manifest.sha256,
            },
        )
        VerifierReport.objects.create(
            manifest=row.manifest, record=row.record, at=now, entry=entry, **outcome.columns()
        )
        current = releases.current_manifest(matter) == row.manifest  # an earlier one moves nothing any more
        if current and releases.reports_complete(row.manifest) and matter.state == "burning":
            move = "burned" if releases.reports_passed(row.manifest) else "burn_failed"
            step(matter, MOVES[move], actor=None, now=now)


def _gate_or_park(matter: Matter) -> None:
    """Do nothing while a package may be built; else write the refusal and park: a person tries again.

    The wall is `gate.decide` when the package is saved; a refusal there leaves no entry, because it
    is rolled back with its transaction.
    """
    failed = gate.failures("build", gate.ask("build", matter, None, timezone.now()))
    if failed and matter.state == "approved":
        log.record_refusal(
            "move.refused",
            actor=None,
            matter=matter,
            reason="guard_failed",
            facts={"move": "build", "failed": [guard_id for guard_id, _ in failed]},
        )
        raise jobs.Permanent("refused")


@dataclass(frozen=True, slots=True)
class _Packed:
    blob: Any
    sha256: str


@jobs.handler("package.build", queue="pack")
class BuildPackage:
    """Put the approved files, the list, the withholding log and the letter together."""

    def may(self, subject: str, actor: Any) -> bool:
        """The person still sees the matter."""
        return _sees(actor, Approval.objects.values_list("matter_id", flat=True).get(pk=subject))

    def work(self, subject: str, ctx: Any) -> _Packed:
        """The payload is in the vault, named by the digest of its list."""
        approval = Approval.objects.select_related("manifest__matter").get(pk=subject)
        _gate_or_park(approval.manifest.matter)
        letter = approval.matter.letters.filter(template="production").order_by("issued_at").last()
        if letter is None:
            raise jobs.Permanent("bug")
        payload = packaging.collect(approval, letter)
        blob = vault.put(
            bundle.zipped(payload.files),
            kind="application/zip",
            record_id=str(approval.manifest_id),
            ring=vault.Ring.RELEASED,
        )
        return _Packed(blob, payload.sha256)

    def save(self, subject: str, outcome: _Packed, ctx: Any) -> None:
        """Ask the gate, write the package and its entry, and have it sealed."""
        now = timezone.now()
        approval = Approval.objects.select_related("manifest__matter").get(pk=subject)
        matter = _locked(approval.matter_id)
        if approval.packages.exists() or matter.state != "approved":
            return
        gate.decide("build", approval.manifest, actor=None, now=now)
        entry = log.record(
            "package.built",
            actor=None,
            matter=matter,
            obj=("package", outcome.sha256),
            facts={"manifest": approval.manifest.sha256, "refs": {"approval": approval.entry_id}},
            people=releases.people_of(approval.manifest),
        )
        package = Package.objects.create(
            matter=matter,
            manifest=approval.manifest,
            approval=approval,
            payload=outcome.blob,
            sha256=outcome.sha256,
            built_at=now,
            entry=entry,
        )
        jobs.enqueue("package.seal", package.pk, f"seal:{package.pk}", None, lane=matter.pk)


@jobs.handler("package.seal", queue="pack", codes=frozenset({"not_sealed"}))
class SealPackage:
    """Wrap the package into a signed bundle with the log's proof that it was built."""

    def may(self, subject: str, actor: Any) -> bool:
        """The system asks for this itself."""
        return actor is None

    def work(self, subject: str, ctx: Any) -> Any:
        """Wait for the proof by trying again; without proof there is no release."""
        package = Package.objects.select_related("approval__entry", "manifest__entry", "entry", "matter").get(
            pk=subject
        )
        entries = [package.manifest.entry, package.approval.entry, package.entry]
        if not all(proofs.sealed(entry) for entry in entries):
            raise jobs.Retry("not_sealed", SEAL_PAUSES_S[min(ctx.attempt, len(SEAL_PAUSES_S)) - 1])
        files = packaging.unzipped(vault.open(package.payload))
        made = bundle.contents(
            files=files,
            entries=entries,
            meta={"matter": package.matter.number},
            package_key=keys.package_signer(),
        )
        return vault.put(
            bundle.zipped(made), kind="application/zip", record_id=str(package.pk), ring=vault.Ring.RELEASED
        )

    def save(self, subject: str, outcome: Any, ctx: Any) -> None:
        """The seal is written once."""
        package = Package.objects.get(pk=subject)
        matter = _locked(package.matter_id)
        if PackageSeal.objects.filter(package=package).exists():
            return
        entry = log.record(
            "package.sealed",
            actor=None,
            matter=matter,
            obj=("bundle", outcome.sha256),
            facts={"refs": {"package": package.pk}, "counts": {"bytes": outcome.size}},
        )
        PackageSeal.objects.create(
            package=package,
            bundle=outcome,
            bundle_sha256=outcome.sha256,
            size=outcome.size,
            at=timezone.now(),
            entry=entry,
        )
