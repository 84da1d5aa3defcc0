"""What goes into a package: the burned records, the list of them, the withholding log, the letter.

Run by workers only. Nothing here names a type of data: the withholding log gives page, count and
a neutral ground (policy 4.5), and records outside the scope are not mentioned at all.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows import vault
from workflows.audit.canonical import canonical
from workflows.lawbook import in_force
from workflows.notices.models import Letter
from workflows.notices.pdf import letter_pdf
from workflows.releases.models import Approval, Manifest, ManifestRecord, VerifierReport

MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Payload:
    """Files by name, and the digest of the list of them: the name of the package in the log."""

    files: dict[str, bytes]
    sha256: str


def record_name(number: int) -> str:
    """The name of a record's file in a package. It says nothing about the record."""
    return f"record-{number:03d}.pdf"


def withholding_rows(report: VerifierReport, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """One row for each page and exemption code of a burned record: how many removals, on which ground.

    `words` are the exemption codes with their sentences, by the policy of the approval."""
    if report.report is None:
        raise vault.VaultError("vault.missing")
    pages = json.loads(vault.open(report.report))["pages"]
    rows = []
    for page in pages:
        for code, count in sorted(Counter(box["label"] for box in page["boxes"]).items()):
            rows.append(
                {
                    "record": report.record.number,
                    "page": page["n"],
                    "code": code,
                    "removals": count,
                    "ground": words[code],
                }
            )
    return rows


def collect(approval: Approval, letter: Letter) -> Payload:
    """Gather the payload of an approved manifest. Raises VaultError when a byte is missing or changed."""
    manifest = approval.manifest
    reports = list(
        manifest.reports.filter(passed=True).select_related("record", "output").order_by("record__number")
    )
    items = {row.record_id: row for row in manifest.records.select_related("clause__instrument")}
    policy = in_force(approval.at)
    cited, first = _cited(manifest), first_pages(manifest)
    files: dict[str, bytes] = {}
    listed, rows = [], []
    for report in reports:
        name = record_name(report.record.number)
        files[name] = vault.open(report.output_sha256)
        rows += withholding_rows(report, policy.words("exemption"))
        clause = items[report.record_id].clause
        listed.append(
            {
                "file": name,
                "sha256": report.output_sha256,
                "pages": items[report.record_id].pages,
                "first_page": first[report.record_id],
                "instrument_sha256": clause.instrument.sha256,
                "item": clause.item,
                "cited": cited[report.record_id],
            }
        )
    files["withholding-log.csv"] = _csv(rows)
    files["withholding-log.json"] = canonical(
        {"v": 1, "policy": policy.number, "source": policy.source.line(), "rows": rows}
    )
    files["letter.txt"] = (letter.body + "\n").encode()
    files["letter.pdf"] = letter_pdf(letter)
    files[MANIFEST_NAME] = canonical(
        {
            "v": 1,
            "matter": manifest.matter.number,
            "manifest_sha256": manifest.sha256,
            "outputs_sha256": approval.outputs_sha256,
            "records": listed,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
            "totals": {
                "records": len(listed),
                "pages": sum(one["pages"] for one in listed),
                "removals": _removals(rows),
            },
        }
    )
    return Payload(files, hashlib.sha256(files[MANIFEST_NAME]).hexdigest())


def first_pages(manifest: Manifest) -> dict[Any, int]:
    """For each record the number of its first page among all that the matter has released and releases now.

    What left before keeps its numbers, recalled or not; what is new goes on behind them (workflow.md 4.5).
    A record that has been read anew with another number of pages is new.
    """
    rows = ManifestRecord.objects.filter(manifest__matter=manifest.matter_id)
    gone = rows.filter(manifest__releases__isnull=False).exclude(manifest=manifest)
    in_order = [
        *gone.order_by("manifest__releases__at", "manifest__number", "record__number"),
        *rows.filter(manifest=manifest).order_by("record__number"),
    ]
    numbers: dict[tuple[Any, int], int] = {}
    following = 1
    for row in in_order:
        if (row.record_id, row.pages) not in numbers:
            numbers[row.record_id, row.pages] = following
            following += row.pages
    return {
        row.record_id: numbers[row.record_id, row.pages] for row in in_order if row.manifest_id == manifest.pk
    }


def _cited(manifest: Manifest) -> dict[Any, list[dict[str, Any]]]:
    """For each record, page by page, the numbers of the items that compel it; of a page without one nothing
    leaves."""
    found: dict[Any, dict[int, set[str]]] = {}
    for row in manifest.pages.select_related("clause"):
        items = found.setdefault(row.record_id, {}).setdefault(row.n, set())
        items |= {row.clause.item} if row.clause else set()
    return {
        record: [{"page": n, "items": sorted(items)} for n, items in sorted(pages.items())]
        for record, pages in found.items()
    }


def _removals(rows: list[dict[str, Any]]) -> int:
    return sum(row["removals"] for row in rows)


def _csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(
        out, fieldnames=["record", "page", "code", "removals", "ground"], lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a ZIP that `audit.bundle.zipped` made."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
