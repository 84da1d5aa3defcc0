"""Burn one record of a frozen manifest: a verified file in the vault, or the reasons why not."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from workflows import vault

INDEX_PURPOSE = "index:{matter}"


@dataclass(frozen=True, slots=True)
class Burned:
    """What came of one burn. `reasons` are codes of `redaction.errors`; empty when it passed."""

    passed: bool
    reasons: list[str]
    assertions: list[dict[str, Any]]
    output: Any
    output_sha256: str
    report: Any
    plan_sha256: str
    ruleset: str
    page_images: list[str]
    boxes: int

    def columns(self) -> dict[str, Any]:
        """The values of the row that keeps this."""
        return {name: getattr(self, name) for name in self.__slots__}


def index_key(matter_id: Any) -> bytes:
    """The key under which values found in a matter are hashed; derived, never stored."""
    return vault.keys.derive(INDEX_PURPOSE.format(matter=matter_id))


def limits() -> Any:
    """The limits of this installation on what is taken in."""
    from redaction.intake import Limits

    return Limits.changed(settings.INTAKE_LIMITS)


def converted(record: Any) -> bytes | None:
    """What LibreOffice made of the record when it was read, None for other kinds of file."""
    if record.converted is None:
        return None
    return vault.open(record.converted)


def decisions_from(stored: dict[str, Any]) -> Any:
    """The stored decisions of a manifest as the redactor takes them; coordinates are 1/100 pt."""
    from redaction.types import Box, Decisions, DrawnBox

    return Decisions(
        keep=frozenset(stored["keep"]),
        drawn=tuple(
            DrawnBox(
                page=one["page"],
                box=Box(*(value / 100 for value in one["box"])),
                code=one["code"],
                narrow=one.get("narrow") is True,
            )
            for one in stored["drawn"]
        ),
        whole_pages=frozenset(stored["whole_pages"]),
        pages_seen=frozenset(stored["pages_seen"]),
    )


def extras(row: Any) -> Any:
    """What the burned file of a `ManifestRecord` carries besides the page: a band under every page that
    names matter, record and page, the same whenever it is burned, and marks for readers that speak,
    to whom a box says that something is withheld. PDF/A is not claimed: no validator has confirmed it.
    """
    from redaction.types import Extras

    return Extras(footer=f"{row.manifest.matter.number}-R{row.record.number}", tagged=True)


def burn(row: Any, *, progress: Callable[[int, int], None]) -> Burned:
    """Rebuild and verify the record of a `ManifestRecord`, outside any transaction.

    The stored source must have the digest that was frozen. Progress counts pages, twice: once
    burned, once drawn for the reviewers. Raises VaultError; every other outcome is in the result.
    """
    from redaction import pipeline
    from redaction.errors import Withheld

    matter = row.manifest.matter
    total = 2 * row.pages
    progress(0, total)
    with tempfile.TemporaryDirectory(prefix="burn-") as folder:
        source, output = Path(folder) / "source", Path(folder) / "output.pdf"
        vault.open_to(row.record.blob, source)
        try:
            report = pipeline.redact(
                source,
                output,
                decisions=decisions_from(row.decisions),
                attended=True,
                requester=matter.requester_class,
                index_key=index_key(matter.pk),
                expected_ruleset=row.ruleset,
                limits=limits(),
                apart=True,
                office_pdf=converted(row.record),
                extras=extras(row),
            )
        except Withheld as withheld:
            return _withheld(row, withheld)
        if report["source"]["sha256"] != row.source_sha256:
            return _nothing(["source_changed"], report, row)
        progress(row.pages, total)
        images = []
        for n, png in zip(range(1, row.pages + 1), pipeline.output_images(output), strict=True):
            images.append(vault.put(png, kind="image/png", record_id=str(row.record_id)).sha256)
            progress(row.pages + n, total)
        blob = vault.put(output, kind="application/pdf", record_id=str(row.record_id))
    return Burned(
        passed=True,
        reasons=[],
        assertions=report["assertions"],
        output=blob,
        output_sha256=blob.sha256,
        report=_keep_report(report, row),
        plan_sha256=report["plan_sha256"],
        ruleset=report["ruleset"],
        page_images=images,
        boxes=sum(len(page["boxes"]) for page in report["pages"]),
    )


def _keep_report(report: dict[str, Any], row: Any) -> Any:
    data = json.dumps(report, sort_keys=True, separators=(",", ":")).encode()
    return vault.put(data, kind="application/json", record_id=str(row.pk))


def _withheld(row: Any, withheld: Any) -> Burned:
    report = getattr(withheld, "report", None)
    reasons = [*(report or {}).get("reasons", [])] or [withheld.code]
    return _nothing(reasons, report, row)


def _nothing(reasons: list[str], report: dict[str, Any] | None, row: Any) -> Burned:
    return Burned(
        passed=False,
        reasons=reasons,
        assertions=(report or {}).get("assertions", []),
        output=None,
        output_sha256="",
        report=_keep_report(report, row) if report else None,
        plan_sha256="",
        ruleset="",
        page_images=[],
        boxes=0,
    )
