"""The HTML companion says what the verified copy says, "withheld" for a box, and nothing else."""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from redaction import cli, companion, pipeline
from redaction.errors import Failed
from redaction.types import Decisions

LINES = (
    "Officers met Ana Quintana near the <b>market</b> & the bridge.",
    "She was born in Honduras and works on Fourth Street.",
    '"><script>alert(1)</script> was written on the wall.',
)
MEANINGS = {"W-1": "Withheld under the city's <rules>"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, dict[str, Any]]:
    """A verified copy of a page with a country of birth, and its report."""
    folder = tmp_path_factory.mktemp("copy")
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setFont("Times-Roman", 12)
    for at, line in enumerate(LINES):
        canvas.drawString(72, 720 - 15 * at, line)
    canvas.drawString(300, 400, "Set apart.")
    canvas.save()
    (folder / "in.pdf").write_bytes(out.getvalue())
    said = pipeline.redact(
        folder / "in.pdf",
        folder / "out.pdf",
        decisions=Decisions(),
        attended=False,
        requester="civil_immigration",
        index_key=b"k" * 32,
    )
    return (folder / "out.pdf").read_bytes(), said


class Heard(HTMLParser):
    """Tags with their attributes, and the text of each paragraph."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.paragraphs: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "p":
            self.paragraphs.append("")

    def handle_data(self, data: str) -> None:
        if self.paragraphs:
            self.paragraphs[-1] += data.replace("\n", "")


def test_a_reader_hears_the_surviving_words_and_withheld_for_a_box(
    copy: tuple[bytes, dict[str, Any]],
) -> None:
    output, said = copy
    with pdfium.PdfDocument(output) as opened:
        layer = opened[0].get_textpage().get_text_range().split()

    heard = Heard(companion.companion(output, said))

    assert " ".join(heard.paragraphs).split() == ["withheld" if word == "[W-1]" else word for word in layer]
    assert "withheld" in heard.paragraphs[0]
    assert "Honduras" not in "".join(heard.paragraphs)


def test_lines_that_belong_together_are_one_paragraph_under_a_heading_for_each_page(
    copy: tuple[bytes, dict[str, Any]],
) -> None:
    heard = Heard(companion.companion(*copy))

    assert [heard.tags.count(tag) for tag in ("main", "h1", "section", "h2")] == [1, 1, 1, 1]
    assert heard.paragraphs[0].startswith("Officers met")
    assert heard.paragraphs[0].endswith("on the wall.")
    assert heard.paragraphs[1].startswith("Set apart.")


def test_nothing_of_a_record_becomes_markup(copy: tuple[bytes, dict[str, Any]]) -> None:
    page = companion.companion(*copy)
    heard = Heard(page)

    assert {"script", "b", "style", "link", "img", "a"}.isdisjoint(heard.tags)
    assert heard.attributes <= {"lang", "charset", "http-equiv", "content", "name", "aria-labelledby", "id"}
    assert "default-src 'none'" in page
    assert "&lt;script&gt;" in page


def test_a_copy_that_is_not_the_verified_one_has_no_companion(copy: tuple[bytes, dict[str, Any]]) -> None:
    output, said = copy

    for other, report in ((output + b" ", said), (output, said | {"status": "quarantined"}), (output, {})):
        with pytest.raises(Failed, match="internal"):
            companion.companion(other, report)


def test_words_that_do_not_read_back_are_refused() -> None:
    words = [[companion.Word(0, 0, "one"), companion.Word(6, 0, "two")]]

    companion._refuse_other_words("<p>one two</p>", words, [set()])
    for made in ("<p>one</p>", "<p>one two three</p>", "<p>one two</p><script></script>", "<p>two one</p>"):
        with pytest.raises(Failed):
            companion._refuse_other_words(made, words, [set()])


def test_the_legend_says_what_each_code_means_and_needs_a_meaning_for_each(
    copy: tuple[bytes, dict[str, Any]],
) -> None:
    sheet = companion.legend(copy[1], MEANINGS)

    assert "<dt>W-1</dt><dd>Withheld under the city&#x27;s &lt;rules&gt;</dd>" in sheet
    with pytest.raises(Failed):
        companion.legend(copy[1], {"W-2": "something else"})


def test_the_command_writes_both_and_refuses_another_file(
    copy: tuple[bytes, dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, said = copy
    files = {"out.pdf": output, "other.pdf": output + b" ", "report.json": json.dumps(said).encode()}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    plan = ["--plan", str(tmp_path / "report.json")]
    page, sheet = tmp_path / "page.html", tmp_path / "sheet.html"

    assert cli.main(["companion", str(tmp_path / "out.pdf"), str(page), *plan]) == 0
    legend = ["--legend", "W-1=Withheld"]
    assert cli.main(["companion", str(tmp_path / "out.pdf"), str(sheet), *plan, *legend]) == 0
    assert page.read_text() == companion.companion(output, said)
    assert "<dd>Withheld</dd>" in sheet.read_text()
    assert cli.main(["companion", str(tmp_path / "other.pdf"), str(tmp_path / "no.html"), *plan]) == 5
    assert not (tmp_path / "no.html").exists()
