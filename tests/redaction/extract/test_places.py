"""Text outside the pages: each kind under its own name, once, and what is only dropped is counted.

That every hiding place is read is shown by tests/attacks/test_hiding_places.py; here stand the
rules between the places.
"""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from redaction.errors import Rejected
from redaction.extract import fonts, picture_text, places
from redaction.extract.gathered import Places
from redaction.extract.glyphs import Frame
from redaction.types import TextSource
from tests.attacks import hiding
from tests.redaction import papers

S = TextSource
FRAME = Frame(0, 0, 612, 792, 0)


def read(data: bytes) -> Places:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return places.read(data, [FRAME] * len(pdf.pages))


def texts(found: Places, source: TextSource) -> list[str]:
    return [text.text for text in found.texts if text.source is source]


def test_a_text_that_stands_in_two_places_of_a_kind_is_read_once():
    def twice(pdf: pikepdf.Pdf) -> None:
        hiding.note_contents(pdf, "the same words")
        hiding.note_contents(pdf, "the same words")
        hiding.info_title(pdf, "the same title")
        hiding.private_data(pdf, "the same title")

    found = read(papers.edited(papers.page(papers.PLAIN), twice))

    assert texts(found, S.ANNOTATION) == ["the same words"]
    assert texts(found, S.METADATA).count("the same title") == 1
    assert "the same title" not in texts(found, S.LEFTOVER)


def test_what_nothing_points_at_is_a_leftover_whatever_its_key():
    orphan = b"99 0 obj\n<< /Title (a draft about Zacapa) /JS (var place='Jalapa') >>\nendobj\n"
    data = papers.edited(papers.page(papers.PLAIN), lambda pdf: None)
    at = len(data)
    table = f"xref\n99 1\n{at:010d} 00000 n \n".encode()
    before = data[data.rindex(b"startxref") :].split()[1].decode()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root.objgen[0]
    trailer = (
        f"trailer\n<< /Size 100 /Root {root} 0 R /Prev {before} >>\nstartxref\n{at + len(orphan)}\n%%EOF\n"
    )
    found = read(data + orphan + table + trailer.encode())

    assert {"a draft about Zacapa", "var place='Jalapa'"} <= set(texts(found, S.LEFTOVER))
    assert found.dropped["unused_objects"] >= 1


def test_keys_dates_and_digests_are_no_words():
    def quiet(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/CreationDate"] = "D:20240102030405Z"
        hiding.note(pdf, NM=String("1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"), M=String("D:20240102"))
        pdf.Root["/Spare"] = Dictionary(Bytes=String(bytes(range(1, 60)).decode("latin-1")))

    found = read(papers.edited(papers.page(papers.PLAIN), quiet))

    said = " ".join(text.text for text in found.texts if text.source is not S.METADATA)
    assert "1b9d6bcd" not in said and "D:2024" not in said
    assert texts(found, S.LEFTOVER) == []


def test_what_a_rebuilt_file_does_not_carry_is_counted_by_kind():
    kinds = {
        "article_threads": hiding.article,
        "private_data": hiding.private_data,
        "links": hiding.link,
        "scripts": hiding.opening_script,
        "page_labels": hiding.page_label,
        "destinations": hiding.destination,
        "picture_metadata": hiding.picture_comment,
        "xfa": None,
    }

    def laden(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = Dictionary(Fields=Array())
        hiding.xfa_data(pdf, "words")
        for put in filter(None, kinds.values()):
            put(pdf, "words")

    assert dict(read(papers.edited(papers.page(papers.PLAIN), laden)).dropped) == dict.fromkeys(kinds, 1)


def test_forms_that_draw_each_other_for_ever_are_read_once():
    def circle(pdf: pikepdf.Pdf) -> None:
        form = hiding.form(pdf, "/Span << /ActualText (round and round) >> BDC EMC /Again Do")
        form = pdf.make_indirect(form)
        form.Resources.XObject = Dictionary(Again=form)
        hiding.add_object(pdf, "/Again", form)
        hiding.draw(pdf, "/Again Do\n")

    assert texts(read(papers.edited(papers.page(papers.PLAIN), circle)), S.ACTUAL_TEXT) == ["round and round"]


def test_more_text_than_any_record_has_is_refused():
    def endless(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Subject"] = "words " * 900_000

    with pytest.raises(Rejected) as refused:
        read(papers.edited(papers.page(papers.PLAIN), endless))

    assert refused.value.code == "over_limits"


def test_an_earlier_state_of_the_file_is_read_and_the_first_page_of_a_quick_one_is_none():
    revised = hiding.revised(papers.page(papers.PLAIN), "born in Zacapa")
    quick = papers.edited(papers.page(papers.PLAIN), lambda pdf: None, linearize=True)

    assert quick.count(b"%%EOF") == 2
    assert texts(read(revised), S.LEFTOVER) == ["born in Zacapa"]
    assert texts(read(quick), S.LEFTOVER) == []


def test_words_beside_the_pixels_of_a_picture_are_read():
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "taken at the shelter", "Ximena Robles"
    out = io.BytesIO()
    Image.new("L", (16, 16)).save(out, "JPEG", exif=exif, comment=b"behind the gate")

    said = "\n".join(picture_text.of_file(out.getvalue()))

    assert all(words in said for words in ("taken at the shelter", "Ximena Robles", "behind the gate"))
    assert list(picture_text.of_file(out.getvalue()[:3])) == []
    assert list(picture_text.of_file(b"\x00\x01<x:xmpmeta><a>Zacapa</a></x:xmpmeta>")) == ["Zacapa"]


def test_a_table_of_meanings_that_contradicts_its_encoding_is_odd_and_an_honest_one_is_not():
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary())

        def font(letters: list[int], **more: object) -> Dictionary:
            return Dictionary(
                Type=Name.Font, Subtype=Name.TrueType, Encoding=Name.WinAnsiEncoding,
                ToUnicode=hiding.meanings(pdf, letters), **more,
            )  # fmt: skip

        honest, lying = font(list(range(97, 123))), font([120] * 26)
        renamed = font([120] * 26)
        renamed.Encoding = Dictionary(
            Differences=Array([97, *[Name.x] * 26])
        )  # the encoding itself says x for every code

        assert [fonts.is_odd(one) for one in (honest, lying, renamed)] == [False, True, False]
        assert fonts.is_odd(Dictionary(Type=Name.Font, Subtype=Name.Type3))


def test_a_lying_font_is_seen_in_a_form_in_a_note_and_in_a_graphics_state():
    def of_page(pdf: pikepdf.Pdf) -> pikepdf.Object:
        hiding.lying_font(pdf, "words")
        return pdf.pages[0].obj.Resources.Font["/Lying"]

    def in_form(pdf: pikepdf.Pdf) -> None:
        font = of_page(pdf)
        del pdf.pages[0].obj.Resources.Font["/Lying"]
        hiding.add_object(pdf, "/Inner", hiding.form(pdf, "", Font=Dictionary(Lying=font)))
        hiding.draw(pdf, "/Inner Do\n")

    def in_note(pdf: pikepdf.Pdf) -> None:
        font = of_page(pdf)
        del pdf.pages[0].obj.Resources.Font["/Lying"]
        shown = hiding.form(pdf, "", Font=Dictionary(Lying=font))
        hiding.note(pdf, Subtype=Name.FreeText, AP=Dictionary(N=shown))

    def in_state(pdf: pikepdf.Pdf) -> None:
        font = of_page(pdf)
        del pdf.pages[0].obj.Resources.Font["/Lying"]
        pdf.pages[0].obj.Resources.ExtGState = Dictionary(G0=Dictionary(Font=Array([font, 12])))

    for put in (in_form, in_note, in_state):
        assert read(papers.edited(papers.page(papers.PLAIN), put)).odd_fonts == {1}, put.__name__


def test_the_samples_are_read_without_an_error(samples):
    for path in sorted((samples / "pdfs").glob("*.pdf")):
        data = path.read_bytes()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            frames = [FRAME] * len(pdf.pages)

        found = places.read(data, frames)

        assert all(text.text.strip() for text in found.texts), path.name
