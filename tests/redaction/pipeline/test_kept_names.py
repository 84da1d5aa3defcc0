"""A value found once goes everywhere it stands, but not inside another name (P7)."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pypdfium2
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).resolve().parents[3]
PAGES = (
    ("Citizenship: Mexico", "Albuquerque, New Mexico", "He came back from Mexico."),
    ("The pump was repaired in Albuquerque, New Mexico.", "The clerk filed the invoice."),
)


def made() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for page in PAGES:
        canvas.setFont("Helvetica", 11)
        for at, line in enumerate(page):
            canvas.drawString(72, 700 - 24 * at, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_a_country_goes_and_the_state_of_its_name_stays_searchable(tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(made())
    command = [sys.executable, "-m", "redaction", "redact", "in.pdf", "out.pdf", "--report", "r.json"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True
    )
    said = json.loads((tmp_path / "r.json").read_text())
    assert (done.returncode, said["status"]) == (0, "verified"), said["reasons"]
    first, second = texts(tmp_path / "out.pdf")
    assert first.count("Mexico") == 1 and "Albuquerque, New Mexico" in first
    assert "Albuquerque, New Mexico." in second
    assert [keep["page"] for keep in said["keeps"] if keep["length"] == len("mexico")] == [1, 2]
    rules = {f["rule"] for f in said["findings"] if f["final"] == "keep"}
    assert rules and all(rule.startswith("not.") for rule in rules)
