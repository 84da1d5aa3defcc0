"""One disclosure from request to receipt through the product's own acts, with real redaction."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pypdfium2
from django.utils import timezone

from gateway.demo import records as demo_records
from tests import factories
from workflows import vault
from workflows.flow import delivering
from workflows.flow.advance import advance
from workflows.releases.models import Link


def test_a_verified_order_carries_a_record_to_the_agency_and_the_package_proves_itself(
    city: factories.City, tmp_path: Path
) -> None:
    report = demo_records.make("police_report", timezone.localdate())
    matter = factories.to_approved(city, report.data)
    assert matter.state == "approved"

    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    link = Link.objects.get()
    delivering.claim(link.pk, actor=city.client)
    _, size, parts = delivering.open_release(link.pk, actor=city.client)
    bundle = b"".join(parts)
    assert len(bundle) == size
    delivering.acknowledge(link.pk, link.release.package.seal.bundle_sha256, actor=city.client)

    matter.refresh_from_db()
    assert matter.state == "delivered"
    (tmp_path / "b.zip").write_bytes(bundle)
    zipfile.ZipFile(tmp_path / "b.zip").extractall(tmp_path / "bundle")
    checked = subprocess.run(
        [sys.executable, tmp_path / "bundle" / "verify_bundle.py", tmp_path / "bundle"],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for planted in report.planted:
        if planted.where == "text":
            assert planted.text.encode() not in bundle
    record = matter.records.get()
    cleaned = next((tmp_path / "bundle").rglob("record-*.pdf"))
    says_where_it_stands(cleaned, f"{matter.number}-R{record.number}")
    assert vault.open(record.blob) == report.data  # the original is untouched


def says_where_it_stands(released: Path, stamp: str) -> None:
    """Every page names matter, record and page, and readers that speak find paragraphs."""
    signs = stamp.replace("-", "")
    with pypdfium2.PdfDocument(released) as document:
        count = len(document)
        for n, page in enumerate(document, 1):
            assert f"{signs}PAGE{n}OF{count}" in page.get_textpage().get_text_range()
    assert b"/MarkInfo << /Marked true >>" in released.read_bytes()
