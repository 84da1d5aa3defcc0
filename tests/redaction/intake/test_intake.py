"""What comes in is told by its bytes, counted by three parsers, and refused with a code when in doubt."""

from __future__ import annotations

import io
import time
import zlib

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from redaction import intake
from redaction.errors import Quarantined, Rejected
from redaction.intake import Limits, sniff
from redaction.intake.prepare import agreed_pages
from redaction.sandbox import ChildDied
from tests.redaction import papers


def taken_in(tmp_path, data: bytes, limits: Limits | None = None) -> intake.Prepared:
    path = tmp_path / "received"
    path.write_bytes(data)
    limits = limits or Limits()
    return intake.prepare(intake.admit(path, limits), limits)


@pytest.mark.parametrize(
    "head, kind",
    [
        (b"%PDF-1.4\n", sniff.PDF),
        (b"junk before it\n%PDF-1.4\n", sniff.PDF),
        (b"\x89PNG\r\n\x1a\n....", sniff.PNG),
        (b"\xff\xd8\xff\xe0....", sniff.JPEG),
        (b"II*\x00....", sniff.TIFF),
        (b"MM\x00*....", sniff.TIFF),
        (b"PK\x03\x04....[Content_Types].xml", sniff.OFFICE),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text", sniff.OPEN_DOCUMENT),
        (b"PK\x03\x04....anything", sniff.ZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", sniff.OLE),
        (b"{\\rtf1", sniff.RTF),
        (b"\x00\x00\x00\x18ftypheic", sniff.HEIC),
        (b"\x00\x00\x00\x18ftypavif", sniff.UNKNOWN),
        (b"\x89PNG\r\n\x1a\n %PDF-1.7", sniff.POLYGLOT),
        (b"<html><!-- %PDF-1.7 -->", sniff.POLYGLOT),
        (b"<!DOCTYPE html><p>", sniff.HTML),
        (b"From: a@city.example\r\nTo: b@city.example\r\nSubject: x\r\n\r\nHello", sniff.EML),
        (b"name,born\nMaria,1990\n", sniff.TEXT),
        (b"From: nowhere in particular we came\nand went", sniff.TEXT),
        ("ñandú".encode("utf-16"), sniff.TEXT),
        (b"\x00\x01\x02\x03", sniff.UNKNOWN),
        (b"MZ\x90\x00", sniff.UNKNOWN),
        (b"   ", sniff.UNKNOWN),
    ],
)
def test_the_type_is_told_by_the_first_bytes(head, kind):
    assert sniff.media_type(head) == kind


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "malformed"),
        (b"\x00\x01\x02", "unsupported_type"),
        (b"PK\x03\x04....x", "unsupported_type"),
        (b"\x89PNG\r\n\x1a\n %PDF-1.7", "malformed"),
        (b"Subject: x\nFrom: y\n\n%PDF-1.7", "malformed"),
        (b"ID3\x04\x00\x00", "unsupported_type"),
        (b"\x00\x00\x00\x20ftypisom", "unsupported_type"),
        (b"SQLite format 3\x00", "unsupported_type"),
        (b"%PDF-1.7" + b" " * 100, "over_limits"),
    ],
)
def test_what_cannot_be_processed_is_rejected_before_any_parser_sees_it(tmp_path, data, code):
    path = tmp_path / "x.pdf"
    path.write_bytes(data)

    with pytest.raises(Rejected) as refused:
        intake.admit(path, Limits(file_bytes=50))

    assert refused.value.code == code


def test_a_file_that_changes_after_admission_is_refused(tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(papers.page(papers.PLAIN))
    source = intake.admit(path, Limits())
    path.write_bytes(papers.page(papers.STATUS))

    with pytest.raises(Rejected, match="malformed"):
        source.read()


def test_a_sound_file_has_one_page_count(tmp_path):
    done = taken_in(tmp_path, papers.page(papers.PLAIN, pages=3))

    assert done.pages == 3
    assert dict(done.pages_by_parser) == {"pdfplumber": 3, "pdfium": 3, "pikepdf": 3}


@pytest.mark.parametrize(
    "counts, password, error, code",
    [
        ((None, None, None), False, Rejected, "malformed"),
        ((None, None, None), True, Rejected, "encrypted"),
        ((0, 0, 0), False, Rejected, "no_pages"),
        ((0, None, 0), False, Rejected, "no_pages"),
        ((0, 1, 1), False, Quarantined, "page_count_mismatch"),
        ((None, 1, 1), True, Quarantined, "page_count_mismatch"),
        ((2, 2, 3), False, Quarantined, "page_count_mismatch"),
    ],
)
def test_parsers_that_disagree_about_pages_stop_the_file(counts, password, error, code):
    with pytest.raises(error) as refused:
        agreed_pages(dict(zip(("pdfplumber", "pdfium", "pikepdf"), counts, strict=True)), password)

    assert refused.value.code == code


def no_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0]


def portfolio(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Collection = Dictionary(Type=Name.Collection)


def dynamic_xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pikepdf.String("<xdp/>"))


def giant_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox = Array([0, 0, 9000, 9000])


@pytest.mark.parametrize(
    "edit, save, error, code",
    [
        (no_page, {}, Rejected, "no_pages"),
        (dynamic_xfa, {}, Rejected, "xfa_dynamic"),
        (portfolio, {}, Quarantined, "portfolio"),
        (giant_page, {}, Rejected, "over_limits"),
        (lambda pdf: None, {"encryption": pikepdf.Encryption(user="u", owner="o")}, Rejected, "encrypted"),
    ],
)
def test_files_that_no_copy_can_be_made_of_have_a_code(tmp_path, edit, save, error, code):
    with pytest.raises(error) as refused:
        taken_in(tmp_path, papers.edited(papers.page(papers.PLAIN), edit, **save))

    assert refused.value.code == code


def test_an_owner_password_alone_does_not_stop_a_file(tmp_path):
    locked = papers.edited(
        papers.page(papers.PLAIN), lambda pdf: None, encryption=pikepdf.Encryption(user="", owner="o")
    )

    done = taken_in(tmp_path, locked)

    assert done.pages == 1
    assert not pikepdf.open(io.BytesIO(done.normalised)).is_encrypted


def test_more_pages_than_the_limit_are_rejected(tmp_path):
    with pytest.raises(Rejected, match="over_limits"):
        taken_in(tmp_path, papers.page(papers.PLAIN, pages=4), Limits(pages=3))


def test_flattening_draws_a_form_value_that_had_no_appearance(tmp_path):
    source = papers.edited(
        papers.page("Name:"), papers.text_field("name", "Ximena Robles", (200, 680, 400, 700))
    )
    before = pypdfium2.PdfDocument(source)[0].get_textpage().get_text_range()

    flat = taken_in(tmp_path, source).normalised

    assert "Ximena" not in before
    assert "Ximena Robles" in pypdfium2.PdfDocument(flat)[0].get_textpage().get_text_range()
    with pikepdf.open(io.BytesIO(flat)) as pdf:
        assert Name.Annots not in pdf.pages[0].obj


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_normalised_page_is_the_part_a_reader_sees(tmp_path, rotation):
    def crop(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.CropBox = Array([50, 100, 450, 700])
        pdf.pages[0].obj.Rotate = rotation

    flat = taken_in(tmp_path, papers.edited(papers.page(papers.PLAIN), crop)).normalised

    page = pypdfium2.PdfDocument(flat)[0]
    assert page.get_size() == ((400, 600) if rotation % 180 == 0 else (600, 400))
    assert page.get_rotation() == rotation
    assert tuple(page.get_mediabox()) == (50, 100, 450, 700)


def test_what_the_copy_will_not_carry_is_counted(tmp_path):
    def load(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["list.txt"] = b"names"
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.docinfo["/Author"] = "Clerk"
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([9, 9, 20, 20]), Contents="hm")
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])

    dropped = taken_in(tmp_path, papers.edited(papers.page(papers.PLAIN), load)).dropped

    assert dropped["attachments"] == dropped["annotations"] == dropped["scripts"] == 1
    assert dropped["metadata"] >= 1


# --- conversions -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_an_image_becomes_a_page_of_its_own_size(tmp_path, kind):
    done = taken_in(tmp_path, papers.picture_bytes(kind, "one"))

    page = pypdfium2.PdfDocument(done.pdf)[0]
    assert [round(side) for side in page.get_size()] == [612, 792]


def test_every_frame_of_a_tiff_becomes_a_page(tmp_path):
    assert taken_in(tmp_path, papers.picture_bytes("TIFF", "one", "two", "three")).pages == 3


def test_text_becomes_pages_that_say_the_same(tmp_path):
    lines = [f"{n:03d} señora Añorve, {'x' * (n % 150)}" for n in range(1, 121)]

    done = taken_in(tmp_path, "\n".join(lines).encode())

    texts = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(done.normalised))
    assert done.plain.splitlines() == lines
    assert "".join(texts.split()) == "".join("".join(lines).split())


def test_text_in_letters_no_font_can_draw_is_refused_not_shown_with_gaps(tmp_path):
    with pytest.raises(Rejected, match="no_converter"):
        taken_in(tmp_path, "Nacionalidad: \U00013000\U00013001".encode())


def test_mail_shows_headers_and_text(tmp_path):
    head = b"From: clerk@city.example\r\nTo: desk@city.example\r\nSubject: =?utf-8?q?Ma=C3=B1ana?=\r\n"
    mail = head + b"\r\nSee you.\r\n"

    done = taken_in(tmp_path, mail)

    assert "Subject: Mañana" in done.plain
    assert "See you." in pypdfium2.PdfDocument(done.pdf)[0].get_textpage().get_text_range()


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\nnonsense", b"\xff\xd8\xffnonsense", b"II*\x00\x08\x00\x00\x00"]
)
def test_a_damaged_image_is_malformed(tmp_path, data):
    with pytest.raises(Rejected, match="malformed"):
        taken_in(tmp_path, data)


# --- bombs -----------------------------------------------------------------------------------


def flate_bomb(levels: int) -> bytes:
    squeezed = zlib.compress(bytes(300_000_000), 9)
    for _ in range(levels - 1):
        squeezed = zlib.compress(squeezed, 9)

    def edit(pdf: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(pdf, b"")
        filters = Array([Name.FlateDecode] * levels)
        stream.write(squeezed, filter=filters)
        pdf.pages[0].obj.Contents = stream

    return papers.edited(papers.page("x"), edit, compress_streams=False)


def bracket_bomb() -> bytes:
    page, deep = papers.page("x"), b"/Contents " + b"[" * 400_000 + b" "
    assert page.count(b"/Contents ") == 1
    return page.replace(b"/Contents ", deep)


def page_tree_loop() -> bytes:
    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        pdf.Root.Pages.Count = 2_000_000

    return papers.edited(papers.page("x"), edit)


def image_bomb() -> bytes:
    head = b"\x89PNG\r\n\x1a\n"
    size = (60_000).to_bytes(4, "big") * 2

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    pixels = zlib.compress(bytes(50_000_000), 9)
    return (
        head + chunk(b"IHDR", size + b"\x08\x02\x00\x00\x00") + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "bomb", [lambda: flate_bomb(1), lambda: flate_bomb(2), bracket_bomb, page_tree_loop, image_bomb],
    ids=["flate", "nested flate", "brackets", "page tree", "image"],
)  # fmt: skip
def test_a_bomb_ends_with_a_code_in_time_and_the_next_file_succeeds(tmp_path, bomb):
    data = bomb()
    started = time.monotonic()

    with pytest.raises((Rejected, Quarantined, ChildDied)):
        taken_in(tmp_path, data)

    assert time.monotonic() - started < 60
    assert taken_in(tmp_path, papers.page(papers.PLAIN)).pages == 1
