"""Every kind a city holds becomes pages that show its words, or ends in a code; nothing in it acts."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from redaction import cli, intake
from redaction.errors import Quarantined, Rejected
from redaction.intake import Limits, office, sniff
from redaction.intake.convert import Converted, convert
from redaction.intake.table import arranged
from tests.redaction import heic_paper, mail_papers, papers
from tests.redaction import office_papers as files


def opened(data: bytes) -> Converted:
    kind = sniff.media_type(data[: sniff.HEAD_BYTES], data[-sniff.TAIL_BYTES :])
    return convert(data, kind, Limits())


def words(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


# --- text ---------------------------------------------------------------------------------------------

HTML = """<!DOCTYPE html><html><head><title>Bed list</title><style>p {color: red}</style>
<script src="http://x.example/a.js">alert("Honduras")</script></head><body onload="x()">
<!-- kept aside --><p style="display:none">Hidden <b>by</b> style</p><h1>Beds &amp; rooms</h1>
<table><tr><td>Ana</td><td>=1+1</td></tr></table><img src="http://x.example/p.png" alt="Photo of Ana">
<a href="https://x.example/?who=ana">link</a><pre>two  blanks</pre></body></html>"""


def test_html_is_shown_as_text_and_loads_and_runs_nothing():
    done = opened(HTML.encode())

    assert done.media_type == sniff.HTML
    assert done.plain.split("\n") == [
        "Bed list", "", "Hidden by style", "", "Beds & rooms", "", "Ana\t=1+1", "", "link", "two blanks",
    ]  # fmt: skip
    said = {(one.kind, one.text) for one in done.found.found}
    assert {
        ("comments", "kept aside"),
        ("scripts", 'alert("Honduras")'),
        ("scripts", "p {color: red}"),
        ("alternative_texts", "Photo of Ana"),
        ("external_links", "https://x.example/?who=ana"),
        ("external_links", "http://x.example/p.png"),
        ("external_links", "http://x.example/a.js"),
    } <= said
    assert done.found.counts["remote_references"] == 1


def test_what_a_page_of_html_holds_in_itself_is_listed_a_script_without_end_too():
    inner = '<img src="data:image/png;base64,iVBORw0KGgo="><iframe srcdoc="Citizenship: Peru"></iframe>'
    done = opened(f"<html><body><p>Beds</p>{inner}<script>var x = 'Honduras';".encode())

    assert done.plain.strip() == "Beds"
    assert {(one.kind, one.text) for one in done.found.found} == {
        ("embedded_objects", "data:image/png;base64,iVBORw0KGgo="),
        ("alternative_texts", "Citizenship: Peru"),
        ("scripts", "var x = 'Honduras';"),
    }
    assert done.found.counts["remote_references"] == 0


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separated_values_stand_under_their_headings_as_they_are(delimiter):
    rows = [["name", "citizenship", "sum"], ["Ana", "Guatemala", "=1+1"], ["Rosa María", "Honduras", "@A1"]]

    shown = arranged("\n".join(delimiter.join(row) for row in rows))

    assert shown.split("\n") == [
        "name        citizenship  sum",
        "Ana         Guatemala    =1+1",
        "Rosa María  Honduras     @A1",
    ]


def test_rows_too_wide_for_the_page_are_blocks_of_heading_and_value():
    text = "name,remark,born in\n" + "\n".join(f"P{n},{'long ' * 20},Honduras" for n in (1, 2))

    blocks = arranged(text).split("\n\n")

    assert len(blocks) == 2
    assert blocks[0].split("\n")[::2] == ["name: P1", "born in: Honduras"]


@pytest.mark.parametrize("text", ["Dear all,\nthe beds are free.\nThanks, Ana", "one line", "a,b\n1,2,3", ""])
def test_text_that_is_no_table_stays_as_it_is(text):
    assert arranged(text) == text


def test_signs_without_a_glyph_are_named_and_letters_without_one_refused():
    assert opened("free bed \U0001f6cf\ufe0f today".encode()).pdf
    assert "[U+1F6CF]" in words(opened("free bed \U0001f6cf\ufe0f today".encode()).pdf)
    with pytest.raises(Rejected, match="no_converter"):
        opened("\U00013000".encode())


@pytest.mark.parametrize(
    "text",
    [
        "See below.\nbegin 644 list.txt\n#86UL\n`\nend\n",
        "See below.\n" + base64.encodebytes(bytes(range(256)) * 3).decode(),
    ],
    ids=["uuencode", "base64"],
)
def test_a_file_packed_into_lines_of_text_is_for_a_person(text):
    with pytest.raises(Quarantined, match="child_failed"):
        opened(text.encode())


def test_long_addresses_and_digests_in_a_text_are_no_packed_file():
    lines = [f"https://city.example/records/{n:040d}/Bed-List" for n in range(20)]
    lines += ["sha256 " + "0123456789abcdef" * 4] * 20
    assert opened("\n".join(lines).encode()).pdf


# --- images -------------------------------------------------------------------------------------------


def test_what_a_photo_says_besides_its_pixels_is_listed():
    image = Image.new("RGB", (300, 200), "white")
    exif = Image.Exif()
    exif[0x010E] = "Ana Maldonado at the desk"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"born in Honduras")

    said = [one.text for one in opened(out.getvalue()).found.found]

    assert "ImageDescription: Ana Maldonado at the desk" in said
    assert "comment: born in Honduras" in said


def test_every_picture_of_a_moving_png_is_a_page():
    frames = [Image.new("RGB", (200, 100), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])

    assert len(pypdfium2.PdfDocument(opened(out.getvalue()).pdf)) == 3


def test_a_photo_as_phones_write_it_is_a_page(tmp_path):
    path = tmp_path / "received"
    path.write_bytes(heic_paper.heic())

    done = intake.prepare(intake.admit(path, Limits()), Limits())

    page = pypdfium2.PdfDocument(done.pdf)[0]
    assert (done.source.media_type, done.pages) == (sniff.HEIC, 1)
    drawn = page.render(scale=320 / page.get_width(), grayscale=True).to_pil()
    assert 0.02 < sum(value < 100 for value in drawn.tobytes()) / (320 * 64) < 0.2
    with pytest.raises(Rejected, match="malformed"):
        opened(heic_paper.heic()[:900])


# --- office -------------------------------------------------------------------------------------------

BOOK = files.sheet_xml(
    [
        files.cell("A1", "Name") + files.cell("B1", "Unseen"),
        '<c r="A2"><f>1+1</f><v>7</v></c>' + files.cell("B2", "hidden column"),
        f'<row hidden="1">{files.cell("A3", "hidden row")}</row>',
        files.cell("A4", '=HYPERLINK("x")'),
    ],
    '<col min="2" max="2" width="9" hidden="1"/>',
)
OLD = files.sheet_xml([files.cell("A1", "old")])
# Cut off at the next cell, its words would read `CitizenshipBed`, and a number `###`.
NARROW = files.sheet_xml(
    [
        files.cell("A1", "Citizenship") + files.cell("B1", "Bed") + files.cell("C1", "Code"),
        files.cell("A2", "Guatemala") + files.cell("B2", "12") + '<c r="C2"><v>12345678</v></c>',
    ],
    '<col min="1" max="3" width="5" customWidth="1"/>',
)


@pytest.mark.parametrize(
    "data, shown",
    [
        (files.docx("Bed list", raw=f"<w:p>{files.run('unseen', '<w:vanish/>')}</w:p>"), "Bed list"),
        (files.xlsx({"Beds": BOOK, "Old": OLD}, states={"Old": "hidden"}), 'Name 7 =HYPERLINK("x")'),
        (files.xlsx({"Beds": NARROW}), "Citizenship Bed Code Guatemala 12 12345678"),
        (files.pptx("Bed list", "unseen", hidden=[2], notes={1: "note"}), "Bed list"),
        (files.odt("Bed list"), "Bed list"),
        (files.rtf(r"Bed {\v unseen }list\par"), "Bed list"),
    ],
    ids=["DOCX", "XLSX", "narrow columns", "PPTX", "ODT", "RTF"],
)  # fmt: skip
def test_libreoffice_in_the_cage_shows_what_a_reader_sees_and_no_more(data, shown):
    done = opened(data)

    assert words(office.convert(done.for_office, done.media_type, Limits())) == shown


def test_a_file_libreoffice_cannot_read_is_malformed():
    with pytest.raises(Rejected, match="malformed"):
        office.convert(b"no office file", sniff.DOCX, Limits())


def test_without_libreoffice_the_command_line_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.docx").write_bytes(files.docx("x"))

    left = cli.main(
        ["redact", str(tmp_path / "a.docx"), str(tmp_path / "out.pdf"), "--report", str(tmp_path / "r")]
    )

    assert left == 4
    assert capsys.readouterr().err.split("\n")[-3:-1] == [
        "rejected: no_converter", "cannot convert here, install LibreOffice or upload a PDF",
    ]  # fmt: skip
    assert json.loads((tmp_path / "r").read_text())["reasons"] == ["no_converter"]


# --- the whole way ------------------------------------------------------------------------------------

SEEN = "Citizenship: Guatemala"
PARTS = {
    "list.csv": b"name,citizenship,bed\nAna Maldonado,Honduras,12\n",
    "note.docx": files.docx(
        "Bed list", SEEN, raw=f"<w:p>{files.run('Nationality: Peru', '<w:vanish/>')}</w:p>"
    ),
    "page.pdf": papers.page(papers.STATUS),
}


def redacted(tmp_path: Path, data: bytes, *more: str) -> tuple[int, dict, Path]:
    (tmp_path / "in").write_bytes(data)
    out, report = tmp_path / "out.pdf", tmp_path / "r.json"
    line = [
        sys.executable,
        "-m",
        "redaction",
        "redact",
        str(tmp_path / "in"),
        str(out),
        "--report",
        str(report),
    ]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([*line, *more], cwd=root, capture_output=True, check=False, timeout=300)
    return done.returncode, json.loads(report.read_text()), out


def test_a_message_with_a_table_a_document_and_a_pdf_leaves_as_one_clean_file(tmp_path):
    mail = mail_papers.eml(
        f"Dear desk, {SEEN}", [(name, data, "application/octet-stream") for name, data in PARTS.items()]
    )

    code, report, out = redacted(tmp_path, mail)

    assert (code, report["status"]) == (0, "verified")
    assert [child["media_type"] for child in report["children"]] == [sniff.TEXT, sniff.DOCX, sniff.PDF]
    assert [len(page["boxes"]) > 0 for page in report["pages"]] == [True, True, True, True]
    assert report["dropped"]["attached_files"] == 3 and report["dropped"]["hidden_text"] == 1
    shown = words(out.read_bytes())
    for secret in ("Guatemala", "Honduras", "Peru", "Mexican", "087654321"):
        assert secret not in shown
    for kept in ("clerk@city.example", "Ana Maldonado", "Bed list"):
        assert kept in shown
    assert report["source"]["converted_sha256"] != report["source"]["sha256"]


def test_tracked_changes_are_for_a_person_and_are_searched_all_the_same(tmp_path):
    gone = "<w:r><w:delText>Nationality: Honduras</w:delText></w:r>"
    change = f'<w:p><w:del w:id="1" w:author="A">{gone}</w:del></w:p>'

    code, report, out = redacted(tmp_path, files.docx("Bed list", raw=change))

    assert (code, report["reasons"], out.exists()) == (3, ["tracked_changes"], False)
    assert report["dropped"] == {"tracked_changes": 1}
    assert "hidden" in {row["source"] for row in report["findings"]}


@pytest.mark.parametrize(
    "data, more, code, reason",
    [
        (files.zipped({"a.txt": "x"}), (), 4, "unsupported_type"),
        (
            mail_papers.eml("x", [("a.zip", files.zipped({"a.txt": "x"}), "application/zip")]),
            (),
            3,
            "child_failed",
        ),
        (b"some text", ("--limit", "file_bytes=5"), 4, "over_limits"),
    ],
    ids=["archive", "archive in a message", "own limit"],
)
def test_what_the_command_line_refuses_has_its_exit_code_and_reason(tmp_path, data, more, code, reason):
    left, report, out = redacted(tmp_path, data, *more)

    assert (left, report["reasons"][0], out.exists()) == (code, reason, False)
