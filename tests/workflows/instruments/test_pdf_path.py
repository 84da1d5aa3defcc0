"""A paper reads the same from its PDF as from its text: columns and empty lines come back from the page."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from redaction.extract.page_reader import read_pages
from redaction.types import TextSource
from tests.workflows.instruments.score import DATES, PAPERS, papers, same
from tests.workflows.instruments.test_fields import NOW
from workflows.instruments.lines import read_line
from workflows.instruments.reader.pages import laid_out
from workflows.instruments.reading import read_text

KEYS = ("type", "gate", "docket", "signer", "unsigned", *DATES)
EVERY = 16  # one paper in sixteen


def printed(text: str) -> bytes:
    """The text on pages, in a fixed width as most of these papers are set."""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=letter)
    for page in text.split("\f"):
        lines = page.split("\n")
        for start in range(0, max(1, len(lines)), 72):
            canvas.setFont("Courier", 8)
            for n, line in enumerate(lines[start : start + 72]):
                canvas.drawString(36, 760 - 10 * n, line.expandtabs())
            canvas.showPage()
    canvas.save()
    return made.getvalue()


def text_of(pdf: bytes) -> str:
    """The text of the pages as extraction gives it, laid out."""
    pages = read_pages(pdf, range(1, pdf.count(b"/Type /Page\n") + 1))
    return "\n\f\n".join(
        laid_out(one.text, one.cells) for p in pages for one in p.texts if one.source is TextSource.PDFPLUMBER
    )


def reading(text: str, label: dict[str, Any]) -> dict[str, Any]:
    row = {"id": 1, "text": text, "as_of": label["as_of"], "request_subject": label.get("request_subject")}
    return read_line(json.dumps(row), now=NOW)


def some() -> Iterator[Any]:
    for name, text, label in list(papers(PAPERS / "p"))[::EVERY]:
        yield pytest.param(text, label, id=name)


@pytest.mark.parametrize("text, label", list(some()))
def test_a_printed_paper_reads_as_its_text(text: str, label: dict[str, Any]) -> None:
    plain, paged = reading(text, label), reading(text_of(printed(text)), label)
    assert {key: plain[key] for key in KEYS if not same(key, plain[key], paged[key])} == {}


def test_the_cage_gives_the_columns_of_a_form(tmp_path: Path) -> None:
    paper = tmp_path / "form.pdf"
    paper.write_bytes(
        printed("Date and time issued: 1/19/2026      /s/ Ana Lind\n" + " " * 37 + "Judge's signature\n")
    )
    first, second = read_text(paper).splitlines()[:2]
    assert first.index("/s/") == second.index("Judge") > 25


def test_a_text_without_places_stays_as_it_is() -> None:
    assert laid_out("one two\nthree", ()) == "one two\nthree"
