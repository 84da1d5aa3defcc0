"""Office files from before 2007 and OpenDocument workbooks and slides: LibreOffice writes their modern
form in the cage, which is then read as if it had come, so that nothing they hide is lost on the way."""

from __future__ import annotations

import functools
import io
import struct
import subprocess
import tempfile
from pathlib import Path

import pypdfium2
import pytest

from redaction import intake
from redaction.errors import Rejected
from redaction.intake import Limits, office, sniff
from redaction.intake.convert import Converted, convert
from tests.redaction import mail_papers
from tests.redaction import office_papers as files

SHEET = files.sheet_xml(
    [
        files.cell("A1", "Name") + files.cell("B1", "Unseen"),
        files.cell("A2", "Ana") + files.cell("B2", "hidden column"),
        f'<row hidden="1">{files.cell("A3", "hidden row")}</row>',
    ],
    '<col min="2" max="2" width="9" hidden="1"/>',
)
CHANGE = '<w:p><w:del w:id="1" w:author="A"><w:r><w:delText>struck out</w:delText></w:r></w:del></w:p>'
DOCX = files.docx("Bed list", raw=f"<w:p>{files.run('vanished', '<w:vanish/>')}</w:p>" + CHANGE)
XLSX = files.xlsx(
    {"Beds": SHEET, "Old": files.sheet_xml([files.cell("A1", "old sheet")])}, states={"Old": "hidden"}
)
PPTX = files.pptx("Bed list", "unseen slide", hidden=[2], notes={1: "spoken note"})


@functools.cache
def saved(data: bytes, ending: str, to: str) -> bytes:
    """The file as LibreOffice saves it in an older format."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "received").write_bytes(data)
        line = ["soffice", f"-env:UserInstallation={Path(folder, 'p').as_uri()}", "--headless"]
        line += ["--convert-to", f"{ending}:{to}", "--outdir", folder, str(Path(folder, "received"))]
        subprocess.run(line, check=False, capture_output=True, timeout=120)
        return Path(folder, f"received.{ending}").read_bytes()


def doc() -> bytes:
    return saved(DOCX, "doc", "MS Word 97")


def xls() -> bytes:
    return saved(XLSX, "xls", "MS Excel 97")


def ppt() -> bytes:
    return saved(PPTX, "ppt", "MS PowerPoint 97")


def odp() -> bytes:
    return saved(PPTX, "odp", "impress8")


def row(*cells: str, more: str = "") -> str:
    shown = "".join(
        cell
        if cell.startswith("<")
        else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row{more}>{shown}</table:table-row>"


COLUMNS = '<table:table-column/><table:table-column table:visibility="collapse"/>'
FORMULA = (
    '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="7"><text:p>7</text:p>'
    "</table:table-cell>"
)


def ods() -> bytes:
    rows = row("Name", "Unseen") + row("Ana", "hidden column") + row(FORMULA)
    return files.ods(
        COLUMNS + rows + row("hidden row", more=' table:visibility="collapse"'), hidden="old sheet"
    )


def opened(data: bytes) -> Converted:
    kind = sniff.media_type(data[: sniff.HEAD_BYTES], data[-sniff.TAIL_BYTES :])
    return convert(data, kind, Limits())


BOOK_SAYS = {
    ("hidden_columns", "Unseen: hidden column"),
    ("hidden_rows", "hidden row"),
    ("hidden_sheets", "old sheet"),
}
SLIDES_SAY = {("hidden_slides", "unseen slide"), ("notes", "spoken note")}


@pytest.mark.parametrize(
    "make, kind, said",
    [
        (doc, sniff.DOC, {("hidden_text", "vanished"), ("tracked_changes", "struck out")}),
        (xls, sniff.XLS, BOOK_SAYS),
        (ppt, sniff.PPT, SLIDES_SAY),
        (ods, sniff.ODS, BOOK_SAYS),
        (odp, sniff.ODP, SLIDES_SAY),
    ],
    ids=["DOC", "XLS", "PPT", "ODS", "ODP"],
)
def test_what_an_older_file_hides_is_told_by_its_modern_form(make, kind, said):
    first = opened(make())
    modern = opened(office.convert(first.for_office, first.media_type, Limits()))

    assert (first.media_type, modern.media_type) == (kind, sniff.MODERNISED[kind])
    found = {(one.kind, one.text) for one in modern.found.found if not one.doubtful}
    assert said <= found


def prepared(tmp_path: Path, data: bytes) -> tuple[intake.Prepared, str]:
    (tmp_path / "received").write_bytes(data)
    done = intake.prepare(intake.admit(tmp_path / "received", Limits()), Limits())
    pages = pypdfium2.PdfDocument(io.BytesIO(done.pdf))
    return done, " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_a_workbook_becomes_pages_of_what_it_stores_and_shows(tmp_path):
    """Nothing is calculated: the stored 7 stays, whatever its formula would give."""
    done, shown = prepared(tmp_path, ods())

    assert (done.source.media_type, shown) == (sniff.ODS, "Beds Page 1 Name Ana 7")
    unseen = ("hidden_columns", "hidden_rows", "hidden_sheets", "formulas")
    assert [done.dropped[kind] for kind in unseen] == [1, 1, 1, 1]
    assert ("formulas", "of:=1+1") in {(one.kind, one.text) for one in done.asides}
    assert done.office_pdf == done.pdf


def test_tracked_changes_of_an_old_text_are_for_a_person(tmp_path):
    done, shown = prepared(tmp_path, doc())

    assert (done.source.media_type, done.withheld) == (sniff.DOC, ("tracked_changes",))
    assert "Bed list" in shown and "vanished" not in shown
    assert "metadata" not in {one.kind for one in done.asides}  # LibreOffice's own is not the file's


def test_changes_recorded_in_an_open_workbook_are_for_a_person():
    """The modern form does not carry them, so they are read where they are."""
    change = (
        '<table:tracked-changes><table:cell-content-change table:id="ct1"><table:previous>'
        '<table:change-track-table-cell office:value-type="string"><text:p>Honduras</text:p>'
        "</table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>"
    )
    done = opened(files.ods(row("Name"), more=change))

    assert done.found.counts["tracked_changes"] == 1
    assert ("tracked_changes", "Honduras") in {(one.kind, one.text) for one in done.found.found}


WORD = struct.pack("<HH6xH", 0xA5EC, 0xC1, 0)
BOOK = struct.pack("<HHHH", 0x0809, 4, 0x0600, 5)
END = struct.pack("<HH", 0x000A, 0)
SLIDES = struct.pack("<12xI", 0xE391C05F)


@pytest.mark.parametrize(
    "root, code",
    [
        ({"WordDocument": struct.pack("<HH6xH", 0xA5EC, 0xC1, 0x0100)}, "encrypted"),
        ({"WordDocument": struct.pack("<HH6xH", 0xA5EC, 0x65, 0)}, "no_converter"),
        ({"WordDocument": struct.pack("<HH6xH", 0x1234, 0xC1, 0)}, "malformed"),
        ({"Workbook": BOOK + struct.pack("<HHH", 0x2F, 2, 0) + END}, "encrypted"),
        ({"Workbook": struct.pack("<HHHH", 0x0809, 4, 0x0500, 5) + END}, "no_converter"),
        ({"Workbook": BOOK}, "malformed"),
        ({"Book": BOOK + END}, "no_converter"),
        ({"Book": BOOK + END, "Workbook": BOOK + END}, "no_converter"),
        ({"PowerPoint Document": b"", "Current User": struct.pack("<12xI", 0xF3D1C4DF)}, "encrypted"),
        ({"PowerPoint Document": b"", "Current User": struct.pack("<12xI", 1)}, "malformed"),
        ({"WordDocument": WORD, "Workbook": BOOK + END}, "malformed"),
    ],
    ids=["locked text", "Word 95", "no text", "locked workbook", "Excel 95", "no end", "old book",
         "two books", "locked slides", "no slides", "two kinds"],
)  # fmt: skip
def test_locked_old_and_doubtful_files_end_in_a_code(root, code):
    with pytest.raises(Rejected) as refused:
        opened(mail_papers.compound(root))

    assert refused.value.code == code


def test_macros_revisions_and_embedded_files_are_counted():
    folders = {"Macros": {"VBA": {"dir": b"x"}}, "ObjectPool": {"_1": {"a": b"x"}, "_2": {"a": b"y"}}}
    text = opened(mail_papers.compound({"WordDocument": WORD, **folders}))
    book = opened(mail_papers.compound({"Workbook": BOOK + END, "Revision Log": b"x", "MBD00": {"a": b"x"}}))

    assert dict(text.found.counts) == {"macros": 1, "tracked_changes": 0, "embedded_objects": 2}
    assert dict(book.found.counts) == {"macros": 0, "tracked_changes": 1, "embedded_objects": 1}


def test_without_libreoffice_there_is_no_converter(tmp_path, monkeypatch):
    data = mail_papers.compound({"WordDocument": WORD})
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Rejected, match="no_converter"):
        prepared(tmp_path, data)
