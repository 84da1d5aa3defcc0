"""Status text planted in real documents does not survive, whatever carried it; other words do.

On copies of sample documents the test plants over twenty lines of status text in page text, form
fields, annotations and metadata, runs the pipeline as a person who looked at every page would,
and then searches the output with tools of its own.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pdfplumber
import pikepdf
import pypdfium2
import pytest

from redaction import pipeline
from redaction.types import Decisions
from tests.attacks.planting import CARRIERS, STAYS, Plant, plant

pytestmark = pytest.mark.slow

DOCUMENTS = {  # words of the document itself that have nothing to do with status
    "2023-06-20-PV.pdf": ("conseiller", "municipal"),
    "cupertino_usd_4-6-16.pdf": ("Cupertino", "Administrative"),
    "la-precinct-bulletin-2014-p1.pdf": ("PRECINCT", "BULLETINS"),
    "multi_line_redaction_ok.pdf": ("marketing", "merchant"),
    "pr-88-example.pdf": ("Announcement", "Forensics"),
    "rect_ordering_5.2.pdf": ("BANKRUPTCY", "TRUSTEE"),
    "scotus-transcript-p1.pdf": ("SUPREME", "Petitioner"),
    "whitespace_redactions.pdf": ("Plaintiffs", "INTRODUCTION"),
}
KEY = bytes(32)


@pytest.fixture(params=DOCUMENTS, ids=lambda name: name.removesuffix(".pdf"))
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
    assert {where: left for where, text in texts.items() if (left := found_in(text, entries))} == {}
    assert {where: left for where, blob in blobs(data).items() if (left := bytes_found(blob, entries))} == {}
    for row in report["findings"]:
        del row["rule"]  # names what it looks for, as the type does
    assert bytes_found(json.dumps(report).encode(), entries) == []
    for reader in ("pdfplumber", "PDFium", "pdftotext"):
        assert [word for word in stays if word not in texts[reader]] == []


def test_the_planting_itself_can_be_seen_so_that_the_search_proves_something(samples, tmp_path):
    source = tmp_path / "planted.pdf"
    entries = plant(samples / "pdfs" / "scotus-transcript-p1.pdf", source)
    data = source.read_bytes()
    by_carrier = {carrier: [entry for entry in entries if entry.carrier == carrier] for carrier in CARRIERS}
    everything = b"".join(blobs(data).values())

    assert all(len({entry.kind for entry in part}) >= 12 for part in by_carrier.values())
    assert found_in(readings(data)["PDFium"], by_carrier["page"]) == secrets(by_carrier["page"])
    assert len(found_in(ocr(data), entries)) > len(entries) // 2
    for carrier in CARRIERS[1:]:
        assert bytes_found(everything, by_carrier[carrier]) == secrets(by_carrier[carrier])


def secrets(entries: list[Plant]) -> list[str]:
    """Every string that must not survive."""
    return [secret for entry in entries for secret in entry.secrets]


def squeezed(text: str) -> str:
    """Letters and digits only, case folded."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def found_in(text: str, entries: list[Plant]) -> list[str]:
    """The secrets that a text still shows, however they are spaced."""
    whole = squeezed(text)
    return [secret for secret in secrets(entries) if squeezed(secret) in whole]


def bytes_found(blob: bytes, entries: list[Plant]) -> list[str]:
    """The secrets that stand in bytes, plain, in UTF-16 or in hex, forwards or backwards."""
    low = blob.lower()
    left = []
    for secret in secrets(entries):
        plain = [secret.lower().encode(code) for code in ("utf-8", "utf-16-be", "utf-16-le")]
        forms = [*plain, *(form.hex().encode() for form in plain)]
        if any(form in low or form[::-1] in low for form in forms):
            left.append(secret)
    return left


def readings(data: bytes) -> dict[str, str]:
    """The text of all pages by three readers."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        plumber = "\n".join(page.extract_text() for page in document.pages)
    with pypdfium2.PdfDocument(data) as document:
        pdfium = "\n".join(page.get_textpage().get_text_range() for page in document)
    poppler = subprocess.run(
        [tool("pdftotext"), "-", "-"], input=data, capture_output=True, check=True
    ).stdout
    return {"pdfplumber": plumber, "PDFium": pdfium, "pdftotext": poppler.decode()}


def tool(name: str) -> str:
    """Path of an installed program; the test cannot do without it."""
    path = shutil.which(name)
    assert path is not None, f"{name} is needed"
    return path


def ocr(data: bytes) -> str:
    """What tesseract reads on the drawn pages."""
    texts = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            image = io.BytesIO()
            page.render(scale=200 / 72, grayscale=True).to_pil().save(image, "PNG")
            read = subprocess.run(
                [tool("tesseract"), "-", "-", "--psm", "6"], input=image.getvalue(),
                capture_output=True, check=True,
                env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"},
            )  # fmt: skip
            texts.append(read.stdout.decode())
    return "\n".join(texts)


def blobs(data: bytes) -> dict[str, bytes]:
    """The raw bytes, every stream inflated, and every string of every object."""
    found = {"raw": data}
    with pikepdf.open(io.BytesIO(data)) as document:
        for number, thing in enumerate(document.objects, 1):
            if isinstance(thing, pikepdf.Stream):
                filters = re.findall(r"/\w+", str(thing.get("/Filter", "")))
                found[f"stream {number}"] = thing.read_raw_bytes() if "/DCTDecode" in filters or (
                    "/CCITTFaxDecode" in filters) else thing.read_bytes()  # fmt: skip
            found[f"object {number}"] = b"\n".join(strings(thing, 0))
    return found


def strings(thing: object, depth: int) -> list[bytes]:
    """Every string and key inside an object, not following references."""
    if isinstance(thing, pikepdf.String):
        return [bytes(thing), str(thing).encode()]
    if depth > 6:
        return []
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        inner = [part for key, part in thing.items() if key not in ("/Parent", "/P", "/Next", "/Prev")]
    else:
        inner = list(thing) if isinstance(thing, pikepdf.Array) else []
    return [text for part in inner for text in strings(part, depth + 1)]
