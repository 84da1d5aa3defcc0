"""Archives are opened only as an honest writer makes them; files inside files come out one by one."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from redaction import intake
from redaction.errors import Rejected
from redaction.intake import Limits
from redaction.intake.archive import open_archive
from redaction.intake.family import members, taken
from redaction.intake.sniff import EML, OFFICE, PDF, ZIP
from tests.redaction import mail_papers, office_papers, papers

SMALL = Limits(members=5, path_depth=4, file_bytes=100_000, expansion_floor_bytes=1_000, family_bytes=150_000)


def with_info(name: str = "a.txt", data: bytes = b"x", **said: object) -> bytes:
    """A ZIP of one member whose directory entry says something particular."""
    out = io.BytesIO()
    info = zipfile.ZipInfo(name)
    for key, value in said.items():
        setattr(info, key, value)
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, data)
    return out.getvalue()


def with_flag(bit: int) -> bytes:
    """A ZIP whose member claims a flag, in both of its headers."""
    data = bytearray(office_papers.zipped({"a.txt": "x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data[at : at + 2] = struct.pack("<H", bit)
    return bytes(data)


def overlapping() -> bytes:
    """Two entries of the directory that are one and the same file: how small files claim to be huge."""
    data = office_papers.zipped({"a.txt": "x" * 50})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[start:end]
    again = entry.replace(b"a.txt", b"b.txt")
    tail = bytearray(data[end:])
    tail[8:12] = struct.pack("<HH", 2, 2)
    tail[12:16] = struct.pack("<I", 2 * len(entry))
    return data[:start] + entry + again + bytes(tail)


def doubled() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.txt", "one")
        archive.writestr("a.txt", "two")
    return out.getvalue()


@pytest.mark.parametrize(
    "make, code",
    [
        (lambda: with_info("../up.txt"), "malformed"),
        (lambda: with_info("/etc/passwd"), "malformed"),
        (lambda: with_info("C:/x.txt"), "malformed"),
        (lambda: with_info("a\\..\\x.txt"), "malformed"),
        (lambda: with_info("a/./x.txt"), "malformed"),
        (lambda: with_info("a.txt", b"/etc/passwd", external_attr=0o120777 << 16), "malformed"),
        (lambda: with_info("a/b/c/d/e.txt"), "over_limits"),
        (lambda: with_info("x" * 2_000), "over_limits"),
        (lambda: with_info(compress_type=zipfile.ZIP_LZMA), "unsupported_type"),
        (lambda: with_flag(0x1), "encrypted"),
        (doubled, "malformed"),
        (overlapping, "malformed"),
        (lambda: office_papers.zipped({f"{n}.txt": "x" for n in range(6)}), "over_limits"),
        (lambda: office_papers.zipped({"a": bytes(99_000)}), "over_limits"),
        (lambda: office_papers.zipped({"a": bytes(100_001)}), "over_limits"),
        (lambda: office_papers.zipped({"a.txt": "x"})[:-5], "malformed"),
        (lambda: b"PK\x03\x04 and nothing more", "malformed"),
    ],
    ids=["up", "absolute", "drive", "backslash", "dot", "link", "deep", "long name", "method", "locked",
         "doubled", "overlap", "many", "ratio", "large", "cut off", "no directory"],
)  # fmt: skip
def test_an_archive_no_honest_writer_makes_is_refused_before_it_is_inflated(make, code):
    with pytest.raises(Rejected) as refused:
        open_archive(make(), SMALL)

    assert refused.value.code == code


def test_a_member_that_is_damaged_or_longer_than_it_says_is_refused():
    data = office_papers.zipped({"a.txt": "hello " * 20})
    at = data.index(b"a.txt") + 8
    archive = open_archive(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :], Limits())

    with pytest.raises(Rejected, match="malformed"):
        archive.read("a.txt")


NOTE = papers.page(papers.PLAIN)


def pdf_with_files(portfolio: bool) -> bytes:
    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["one.txt"] = b"first"
        pdf.attachments["two.pdf"] = NOTE
        if portfolio:
            pdf.Root.Collection = Dictionary(Type=Name.Collection)

    return papers.edited(NOTE, edit)


@pytest.mark.parametrize(
    "data, told, held",
    [
        (office_papers.zipped({"a/b.txt": "x", "c.pdf": NOTE}), ZIP, [("b.txt", b"x"), ("c.pdf", NOTE)]),
        (office_papers.zipped({"word/b.txt": "x"}), OFFICE, [("b.txt", b"x")]),
        (pdf_with_files(False), PDF, [("one.txt", b"first"), ("two.pdf", NOTE)]),
        (pdf_with_files(True), PDF, [("one.txt", b"first"), ("two.pdf", NOTE)]),
        (NOTE, PDF, []),
        (mail_papers.eml("x", [("n.pdf", NOTE, "text/plain")]), EML, [("n.pdf", NOTE)]),
        (
            office_papers.docx("x", parts={"word/embeddings/b.xlsx": b"PK", "word/media/a.png": b"p"}),
            OFFICE,
            [("b.xlsx", b"PK")],
        ),
    ],
    ids=["archive", "archive like an office file", "PDF", "portfolio", "PDF alone", "message", "document"],
)
def test_files_inside_a_file_are_listed_and_taken_out_as_they_are(data, told, held):
    listed = members(data, told, Limits())

    assert listed == [(name, len(content)) for name, content in held]
    places = list(reversed(range(len(held))))
    assert taken(data, told, Limits(), places) == [held[place][1] for place in places]


def held(pdf: pikepdf.Pdf, data: bytes, name: str) -> Dictionary:
    """A file specification, as notes, links and associated files have one."""
    stream = pikepdf.Stream(pdf, data, Type=Name.EmbeddedFile)
    return Dictionary(Type=Name.Filespec, UF=pikepdf.String(name), EF=Dictionary(F=pdf.make_indirect(stream)))


def test_files_of_a_pdf_are_found_wherever_it_keeps_them():
    def edit(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[9, 9, 30, 30])
        note.FS = held(pdf, b"in a note", "a.txt")
        pdf.pages[0].obj.Annots = pikepdf.Array([note])
        pdf.Root.AF = pikepdf.Array([held(pdf, b"associated", "b.txt")])
        twice = [part for data in (b"one", b"other") for part in ("c", held(pdf, data, "c.txt"))]
        pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=pikepdf.Array(twice)))
        pdf.Root.Odd = Dictionary(Type=Name.Filespec, F=pikepdf.String("gone.txt"), EF=Dictionary())
        pdf.Root.Left = pdf.make_indirect(pikepdf.Stream(pdf, b"left over", Type=Name.EmbeddedFile))

    data = papers.edited(NOTE, edit)

    names = [name for name, _ in members(data, PDF, Limits())]
    found = taken(data, PDF, Limits(), range(len(names)))
    assert sorted(zip(names, found, strict=True), key=str) == [
        ("", b"left over"), ("a.txt", b"in a note"), ("b.txt", b"associated"),
        ("c.txt", b"one"), ("c.txt", b"other"), ("gone.txt", None),
    ]  # fmt: skip
    with pytest.raises(Rejected, match="over_limits"):
        members(data, PDF, Limits(members=5))


def test_children_come_through_the_cage_with_their_digests_and_no_deeper_than_the_limit(tmp_path):
    path = tmp_path / "received"
    path.write_bytes(office_papers.zipped({"a.txt": "x", "n.pdf": NOTE}))

    found = list(intake.children(path, Limits()))

    assert [(one.place, one.untrusted_name, one.data) for one in found] == [
        (1, "a.txt", b"x"),
        (2, "n.pdf", NOTE),
    ]
    assert found[1].sha256 == hashlib.sha256(NOTE).hexdigest()
    assert intake.is_folder_only(path, Limits())
    with pytest.raises(Rejected, match="over_limits"):
        list(intake.children(path, Limits(), depth=2))


def test_kinds_that_hold_no_files_start_no_child(tmp_path, caplog):
    path = tmp_path / "received"
    path.write_bytes(b"plain text")

    with caplog.at_level("DEBUG", logger="redaction.sandbox"):
        assert list(intake.children(path, Limits())) == []

    assert "step" not in caplog.text


def test_a_quine_cannot_go_deeper_than_the_limit(tmp_path):
    """An archive that holds itself is opened as often as the limit allows and no further."""
    data = b"end"
    for _ in range(4):
        data = office_papers.zipped({"again.zip": data})
    path = tmp_path / "received"
    depth = 0
    with pytest.raises(Rejected, match="over_limits"):
        while True:
            path.write_bytes(data)
            [child] = intake.children(path, Limits(), depth=depth)
            data, depth = child.data, depth + 1

    assert depth == Limits().nesting
