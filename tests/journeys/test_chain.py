"""One disclosure from request to receipt through the product's own acts, with real redaction, and with fifty
invented values of people in whatever is asked, filed, read and typed on the way."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas

from gateway.demo import records as demo_records
from tests import factories
from tests.canaries import (
    CANARIES,
    FILES,
    NAMES,
    STATUS,
    detected,
    found_in,
    in_the_log,
    tables,
    values_of_bodies,
)
from workflows import vault
from workflows.audit.models import Entry
from workflows.errors import Invalid
from workflows.exports import actions as exports
from workflows.exports.report import CLASSES
from workflows.flow import contacts, delivering
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.opening import Subject
from workflows.flow.scoping import set_scope
from workflows.flow.searching import attest_search, open_search
from workflows.matters.models import Matter
from workflows.releases.models import Link


def test_a_verified_order_carries_a_record_to_the_agency_and_nothing_tells_of_anybody(
    city: factories.City, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    report = demo_records.make("police_report", timezone.localdate())
    filed = with_canaries(report.data)
    matter = carried_to_approval(city, filed)
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
    folder = unpacked(bundle, tmp_path / "bundle")
    for planted in report.planted:
        if planted.where == "text":
            assert planted.text.encode() not in bundle
    record = matter.records.get()
    cleaned = next(folder.rglob("record-*.pdf"))
    says_where_it_stands(cleaned, f"{matter.number}-R{record.number}")
    assert vault.open(record.blob) == filed  # the original is untouched
    assert found_in({"what was filed": text_of(filed)}, STATUS)
    assert not found_in({"what was released": text_of(cleaned.read_bytes())}, STATUS)

    typed(city, CANARIES)
    nothing_is_told(city, matter, tmp_path)
    written = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert "jobs." in written
    assert found_in({"the program's own log": written.encode()}) == []


def carried_to_approval(city: factories.City, filed: bytes) -> Matter:
    """From the request to counsel's approval, with canaries in each thing that is asked or typed."""
    subject = factories.PAPERS["sound_order"].subject
    matter = factories.open_request(
        city,
        description="; ".join(CANARIES),
        authority=f"Order about {NAMES[1]}, see {FILES[0]}",
        subjects=(Subject(subject.name, subject.born), Subject(NAMES[0], subject.born)),
    )
    paper = factories.file_demo_paper(city, matter)
    factories.work()
    factories.verify_paper(city, paper)
    paper_acts.record_check(paper.pk, "V01", "passed", actor=city.verifier, note=f"As {NAMES[2]} said.")
    paper_acts.call_back(
        paper.pk, actor=city.officer, contact_id=city.court.pk, spoke_with=NAMES[3], outcome="passed",
        note=f"{NAMES[4]} will fax {FILES[1]}.",
    )  # fmt: skip
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    set_scope(matter.pk, paper.pk, factories.clauses(), actor=city.counsel)
    search = open_search(matter.pk, f"Archive of {NAMES[5]}", actor=city.officer)
    attest_search(search.pk, "found", f"Shelf of {NAMES[6]}", actor=city.officer)
    factories.take_in(city, matter, filed)
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    advance(
        matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(),
        reason=f"The order compels these pages, {NAMES[7]} agrees.",
    )  # fmt: skip
    factories.work()
    matter.refresh_from_db()
    return matter


def typed(city: factories.City, canaries: Iterable[str]) -> None:
    """Each canary is typed into a note; what is status data is refused, and the refusal is an entry too."""
    refused = set()
    for canary in canaries:
        noted = contacts.Approach(
            channel="in_person", happened_at=timezone.now(), place="Counter", wants="records", paper="none",
            told=False, agency_said=NAMES[8], official_said=NAMES[9], note=canary,
        )  # fmt: skip
        try:
            contacts.log_contact(noted, actor=city.officer)
        except Invalid:
            refused.add(canary)
    assert set(STATUS) <= refused
    assert len(refused) < len(CANARIES) / 2


def nothing_is_told(city: factories.City, matter: Matter, folder: Path) -> None:
    """Not by the log, its columns, its export, an archive of entries, a court's bundle or a report; and
    numbers of people stand in no table at all."""
    factories.seal_log()
    now, month = timezone.now(), f"{timezone.localdate():%Y-%m}"
    asked = [
        exports.ask_entries({}, "all", actor=city.auditor, stepped_up_at=now),
        exports.ask_court(matter.pk, actor=city.counsel, stepped_up_at=now),
        exports.ask_report(month, "internal", actor=city.auditor),
    ]
    factories.work()
    for export in asked:
        actor = city.counsel if export.kind == "court" else city.auditor
        _, parts = exports.open_export(export.pk, actor=actor)
        inside = unpacked(b"".join(parts), folder / export.kind)
        read = {path.name: path.read_bytes() for path in inside.rglob("*") if path.is_file()}
        read |= {f"{name}, read": text_of(data) for name, data in read.items() if name.endswith(".pdf")}
        assert found_in(read) == []
        said = "\n".join(read[name].decode() for name in read if name.endswith((".csv", ".jsonl")))
        assert detected(without_our_words(said)) == [], export.kind
    factories.seal_log()
    assert Entry.objects.count() > 100
    assert in_the_log() == []
    assert detected(values_of_bodies()) == []
    assert found_in(tables(), STATUS) == []


def without_our_words(text: str) -> str:
    """A table without the names that reports give to classes of agencies: "immigration" stands in one."""
    for words in CLASSES.values():
        text = text.replace(words, "")
    return text


def with_canaries(report: bytes) -> bytes:
    """The report with a page more, on which every canary stands."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for n, canary in enumerate(CANARIES):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, 740 - 13 * n, f"Noted by the desk: {canary}.")
    canvas.showPage()
    canvas.save()
    whole = io.BytesIO()
    with pikepdf.open(io.BytesIO(report)) as pdf, pikepdf.open(out) as more:
        pdf.pages.extend(more.pages)
        pdf.save(whole)
    return whole.getvalue()


def unpacked(archive: bytes, folder: Path) -> Path:
    """The folder with the files of a bundle, which its own checker has found good."""
    with zipfile.ZipFile(io.BytesIO(archive)) as held:
        held.extractall(folder)
    checked: Any = subprocess.run(
        [sys.executable, folder / "verify_bundle.py", folder], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    return folder


def text_of(paper: bytes) -> bytes:
    with pypdfium2.PdfDocument(paper) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split()).encode()


def says_where_it_stands(released: Path, stamp: str) -> None:
    """Every page names matter, record and page, and readers that speak find paragraphs."""
    signs = stamp.replace("-", "")
    with pypdfium2.PdfDocument(released) as document:
        count = len(document)
        for n, page in enumerate(document, 1):
            assert f"{signs}PAGE{n}OF{count}" in page.get_textpage().get_text_range()
    assert b"/MarkInfo << /Marked true >>" in released.read_bytes()
