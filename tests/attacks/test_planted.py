"""Status text planted in real documents does not survive, whatever carried it; other words do.

On copies of sample documents the test plants over twenty lines of status text in page text, form
fields, annotations and metadata, runs the pipeline as a person who looked at every page would,
and then searches the output with tools of its own. Two documents each time; all eight with
`GATEWAY_SCALE=full`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pypdfium2
import pytest

from redaction import pipeline
from redaction.types import Decisions
from tests.attacks.planting import CARRIERS, STAYS, Plant, plant
from tests.attacks.searching import blobs, bytes_found, found_in, ocr, readings

pytestmark = [pytest.mark.slow, pytest.mark.full]

DOCUMENTS = {  # words of the document itself that neither tell nor stand beside what is planted
    "2023-06-20-PV.pdf": ("conseiller", "municipal"),
    "cupertino_usd_4-6-16.pdf": ("Cupertino", "Administrative"),
    "la-precinct-bulletin-2014-p1.pdf": ("PRECINCT", "REGISTERED"),
    "multi_line_redaction_ok.pdf": ("marketing", "merchant"),
    "pr-88-example.pdf": ("Announcement", "Forensics"),
    "rect_ordering_5.2.pdf": ("BANKRUPTCY", "TRUSTEE"),
    "scotus-transcript-p1.pdf": ("SUPREME", "Petitioner"),
    "whitespace_redactions.pdf": ("Plaintiffs", "INTRODUCTION"),
}
KEY = bytes(32)
FULL = os.environ.get("GATEWAY_SCALE") == "full"
CHOSEN = list(DOCUMENTS) if FULL else ["la-precinct-bulletin-2014-p1.pdf", "rect_ordering_5.2.pdf"]


@pytest.fixture(params=CHOSEN, ids=lambda name: name.removesuffix(".pdf"))
def planted(request, samples: Path, tmp_path: Path):
    """The output of one document full of secrets: path, report, plants, words that stay."""
    name = request.param
    source, out = tmp_path / name, tmp_path / "out.pdf"
    entries = plant(samples / "pdfs" / name, source)
    pages = frozenset(range(1, len(pypdfium2.PdfDocument(source)) + 1))
    report = pipeline.redact(
        source,
        out,
        decisions=Decisions(pages_seen=pages),
        attended=True,
        requester="civil_immigration",
        index_key=KEY,
    )
    return out, report, entries, (*DOCUMENTS[name], *STAYS.split())


def test_nothing_planted_is_left_and_other_words_are_still_found(planted):
    out, report, entries, stays = planted
    data = out.read_bytes()
    texts = readings(data) | {"ocr": ocr(data)}

    assert report["status"] == "verified"
    hidden = secrets(entries)
    assert {where: left for where, text in texts.items() if (left := found_in(text, hidden))} == {}
    assert {where: left for where, blob in blobs(data).items() if (left := bytes_found(blob, hidden))} == {}
    for row in report["findings"]:
        del row["rule"]  # names what it looks for, as the type does
    assert bytes_found(json.dumps(report).encode(), hidden) == []
    for reader in ("pdfplumber", "PDFium", "pdftotext"):
        assert [word for word in stays if word not in texts[reader]] == []


def test_the_planting_itself_can_be_seen_so_that_the_search_proves_something(samples, tmp_path):
    source = tmp_path / "planted.pdf"
    entries = plant(samples / "pdfs" / "scotus-transcript-p1.pdf", source)
    data = source.read_bytes()
    by_carrier = {carrier: [entry for entry in entries if entry.carrier == carrier] for carrier in CARRIERS}
    everything = b"".join(blobs(data).values())

    assert all(len({entry.kind for entry in part}) >= 12 for part in by_carrier.values())
    on_page = secrets(by_carrier["page"])
    assert found_in(readings(data)["PDFium"], on_page) == on_page
    assert len(found_in(ocr(data), secrets(entries))) > len(entries) // 2
    for carrier in CARRIERS[1:]:
        beside = secrets(by_carrier[carrier])
        assert bytes_found(everything, beside) == beside


def secrets(entries: list[Plant]) -> list[str]:
    """Every string that must not survive."""
    return [secret for entry in entries for secret in entry.secrets]
