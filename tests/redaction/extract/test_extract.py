"""Every reader's text comes with its places, hidden text is told apart, and doubt is never called clean."""

from __future__ import annotations

import io
import shutil

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from redaction import extract, intake
from redaction.errors import Quarantined
from redaction.extract import glyphs
from redaction.extract.cut_cells import with_cut_cells
from redaction.extract.glyphs import Frame, Glyph
from redaction.types import Box, Document, PageText, TextSource
from tests.redaction import papers

S = TextSource


def read(data: bytes) -> Document:
    return extract.read(data, intake.normalise(data))


def texts(document: Document, source: TextSource, page: int | None = 1) -> list[PageText]:
    return [t for t in document.texts if t.source is source and t.page == page]


def text(document: Document, source: TextSource, page: int | None = 1) -> str:
    return "\n".join(t.text for t in texts(document, source, page))


def place_of(found: PageText, word: str) -> Box:
    start = found.text.index(word)
    cells = [c for c in found.cells[start : start + len(word)] if c is not None]
    assert len(cells) == len(word)
    whole = cells[0]
    for cell in cells[1:]:
        whole = whole.union(cell)
    return whole


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("source", [S.PDFPLUMBER, S.PDFIUM])
def test_a_word_stands_where_a_reader_sees_it(rotation, source):
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.CropBox = Array([36, 72, 576, 756])
        pdf.pages[0].obj.Rotate = rotation

    document = read(papers.edited(papers.page("north Guatemala south"), turn))

    found = texts(document, source)[0]
    box = place_of(found, "Guatemala")
    # Drawn at x 72, baseline y 702, 12 pt, after "north "; crop takes 36 off the left, 36 off the top.
    left, right = 72 + 32.7 - 36, 72 + 32.7 + 60.7 - 36
    middle = 756 - 706
    expected = {
        0: ((left + right) / 2, middle),
        90: (684 - middle, (left + right) / 2),
        180: (540 - (left + right) / 2, 684 - middle),
        270: (middle, 540 - (left + right) / 2),
    }[rotation]
    assert (box.x0 + box.x1) / 2 == pytest.approx(expected[0], abs=4)
    assert (box.y0 + box.y1) / 2 == pytest.approx(expected[1], abs=4)
    size = (document.pages[0].width_pt, document.pages[0].height_pt)
    assert size == ((540, 684) if rotation % 180 == 0 else (684, 540))


def test_every_code_point_has_a_cell_and_a_size_entry():
    document = read(papers.page("office ﬁle", "second line"))

    for found in texts(document, S.PDFPLUMBER) + texts(document, S.PDFIUM):
        assert len(found.text) == len(found.cells) == len(found.sizes)
        assert all(abs(size - 12) < 3 for size in found.sizes if size is not None)


def test_lines_and_words_are_kept_apart():
    document = read(papers.page("First  line   here", "Second line"))

    assert text(document, S.PDFPLUMBER) == "First line here\nSecond line"
    assert text(document, S.PDFIUM) == "First line here\nSecond line"


def cut_off(width: int):
    """A table as spreadsheets print it: each value is cut off where the next cell begins."""

    def draw(canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for row, values in enumerate((("Name", "Citizenship", "Bed"), ("Bea", "Honduras", "14"))):
            for x, value in zip((72, 132, 132 + width), values, strict=True):
                canvas.saveState()
                shown = canvas.beginPath()
                shown.rect(x, 490 - 16 * row, width, 16)
                canvas.clipPath(shown, stroke=0)
                canvas.drawString(x, 495 - 16 * row, value)
                canvas.restoreState()

    return draw


@pytest.mark.parametrize("width", [49, 46, 35])
def test_values_cut_off_at_the_next_cell_stay_words_of_their_own(width):
    document = read(papers.page(papers.PLAIN, draw=cut_off(width)))

    for source in (S.PDFPLUMBER, S.PDFIUM):
        found = texts(document, source)[0]
        assert found.text.splitlines()[1:] == ["Name Citizenship Bed", "Bea Honduras 14"]
        assert with_cut_cells(found, found.text).endswith("Honduras\t14")


TIGHT = (
    ("name", "citizenship", "bed"),
    ("maria lopez", "republic of guatemala", "12"),
    ("ana", "chile", "7"),
)


def tight(case, align: str, rows=(*TIGHT, ("jo", "peru", "3"))):
    """A table that leaves no room between its columns, each as wide as its widest value."""

    def draw(canvas) -> None:
        canvas.setFont("Helvetica", 11)
        widths = [max(canvas.stringWidth(case(row[n])) for row in rows) for n in range(3)]
        put = {"left": "drawString", "right": "drawRightString", "middle": "drawCentredString"}[align]
        share = {"left": 0.0, "right": 1.0, "middle": 0.5}[align]
        for number, row in enumerate(rows):
            for n, value in enumerate(row):
                x = 72 + sum(widths[:n]) + share * widths[n]
                getattr(canvas, put)(x, 495 - 16 * number, case(value))

    return draw


@pytest.mark.parametrize("align", ["left", "right", "middle"])
@pytest.mark.parametrize("case", [str.lower, str.title, str.upper], ids=["lower", "title", "upper"])
def test_values_that_touch_the_next_cell_exactly_stay_words_of_their_own(case, align):
    document = read(papers.page(papers.PLAIN, draw=tight(case, align)))

    found = texts(document, S.PDFIUM)[0]
    assert case("Maria Lopez Republic of Guatemala 12") in found.text.splitlines()
    assert case("lopez\trepublic") in with_cut_cells(found, found.text)


def test_a_word_that_is_drawn_in_parts_stays_a_word_where_no_column_says_otherwise():
    def draw(canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for line, (before, parts) in enumerate(
            [("He asked for ", ("immi", "gration", " papers")), ("The clerk gave ", ("him", "self", " one"))]
        ):
            x = 72.0
            for part in (before, *parts):
                canvas.drawString(x, 495 - 16 * line, part)
                x += canvas.stringWidth(part)

    document = read(papers.page(papers.PLAIN, draw=draw))

    for source in (S.PDFPLUMBER, S.PDFIUM):
        assert texts(document, source)[0].text.splitlines()[1:] == [
            "He asked for immigration papers",
            "The clerk gave himself one",
        ]


SENTENCES = (
    "The subject said that he came from Guatemala in nineteen ninety eight and asked",
    "for asylum; the immigration judge of the court in Arlington heard him on Monday",
    "and the deportation officer of the field office filed a detainer against him, as",
    "his visa had expired and a removal order was issued by the immigration court",
)


@pytest.mark.parametrize("font", ["Helvetica", "Courier"])
@pytest.mark.parametrize("length", [1, 5])
def test_words_drawn_in_parts_stay_words_wherever_other_words_begin(font, length):
    def draw(canvas) -> None:
        canvas.setFont(font, 9)
        for row, line in enumerate(SENTENCES):
            x = 72.0
            for part in (line[at : at + length] for at in range(0, len(line), length)):
                if part.strip():
                    canvas.drawString(x, 700 - 14 * row, part)
                x += canvas.stringWidth(part)

    document = read(papers.page(draw=draw))

    for source in (S.PDFPLUMBER, S.PDFIUM):
        assert texts(document, source)[0].text.splitlines() == list(SENTENCES)


def test_a_born_digital_page_is_trusted_and_needs_no_ocr():
    page = read(papers.page(papers.PLAIN)).pages[0]

    assert (page.scanned, page.trusted_text, page.ocr_used, page.signals) == (False, True, False, ())
    assert page.smallest_font_pt == pytest.approx(12, abs=1)


def test_a_form_value_is_read_with_its_field_for_a_place():
    data = papers.edited(
        papers.page("Name:"), papers.text_field("applicant", "Ximena Robles", (200, 680, 400, 700))
    )

    document = read(data)

    found = next(t for t in texts(document, S.FORM_VALUE) if t.text == "Ximena Robles")
    assert {tuple(round(v) for v in cell) for cell in found.cells} == {(200, 92, 400, 112)}
    field = next(r for r in document.pages[0].regions if r.kind == "field")
    assert (field.name, field.blank) == ("applicant", False)
    assert "Ximena Robles" in text(document, S.PDFIUM) and "Ximena Robles" in text(document, S.PDFPLUMBER)


def test_a_hidden_field_gives_its_value_and_no_place():
    data = papers.edited(
        papers.page("Name:"), papers.text_field("secret", "Oaxaca", (200, 680, 400, 700), flags=2)
    )

    document = read(data)

    assert [t.cells for t in texts(document, S.FORM_VALUE) if t.text == "Oaxaca"] == [()]
    assert "Oaxaca" not in text(document, S.PDFIUM)


def test_a_blank_field_is_a_region_all_the_same():
    data = papers.edited(papers.page("Born:"), papers.text_field("birthplace", "", (200, 680, 400, 700)))

    field = next(r for r in read(data).pages[0].regions if r.kind == "field")

    assert (field.name, field.blank) == ("birthplace", True)


def laden(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        xmp["dc:coverage"] = "xmp-Sucre"
    pdf.docinfo["/Title"] = "title-Tegucigalpa"
    pdf.docinfo["/Keywords"] = "keyword-Managua"
    pdf.attachments["attachment-Quito.txt"] = b"x"
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([300, 300, 320, 320]), Contents=String("note-Lima"),
        T=String("author-Bogota"), F=2,
    )  # fmt: skip
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("outline-Caracas", 0))
    pdf.Root.StructTreeRoot = pdf.make_indirect(
        Dictionary(Type=Name.StructTreeRoot, K=Dictionary(S=Name.Figure, Alt=String("alt-Asuncion")))
    )
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("layer-Santiago")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))
    pdf.Root.Names.JavaScript = Dictionary(
        Names=Array([String("s"), Dictionary(S=Name.JavaScript, JS=String("var script='Havana'"))])
    )


@pytest.mark.parametrize(
    "source, number, value",
    [
        (S.METADATA, None, "title-Tegucigalpa"),
        (S.METADATA, None, "keyword-Managua"),
        (S.METADATA, None, "xmp-Sucre"),
        (S.METADATA, None, "layer-Santiago"),
        (S.SCRIPT, None, "Havana"),
        (S.ATTACHMENT_NAME, None, "attachment-Quito.txt"),
        (S.ANNOTATION, 1, "note-Lima"),
        (S.ANNOTATION, 1, "author-Bogota"),
        (S.OUTLINE, None, "outline-Caracas"),
        (S.ACTUAL_TEXT, None, "alt-Asuncion"),
    ],
)
def test_text_outside_the_page_content_is_read(source, number, value):
    document = read(papers.edited(papers.page(papers.PLAIN), laden))

    assert value in text(document, source, number)


def test_actual_text_in_the_content_is_read():
    def speak(pdf: pikepdf.Pdf) -> None:
        spoken = b"/Span << /ActualText (spoken-Belmopan) >> BDC EMC\n"
        pdf.pages[0].contents_add(spoken)

    assert "spoken-Belmopan" in text(read(papers.edited(papers.page("x"), speak)), S.ACTUAL_TEXT)


def white(canvas) -> None:
    canvas.setFillGray(1)
    canvas.drawString(72, 400, "hidden Guatemala")


def invisible(canvas) -> None:
    words = canvas.beginText(72, 400)
    words.setTextRenderMode(3)
    words.textLine("hidden Guatemala")
    canvas.drawText(words)


def tiny(canvas) -> None:
    canvas.setFont("Helvetica", 1)
    canvas.drawString(72, 400, "hidden Guatemala")


def off_the_page(canvas) -> None:
    canvas.drawString(72, -40, "hidden Guatemala")


def covered(canvas) -> None:
    canvas.drawString(72, 400, "hidden Guatemala")
    canvas.setFillGray(0)
    canvas.rect(60, 390, 200, 30, fill=1)


def under_a_picture(canvas) -> None:
    canvas.drawString(72, 400, "hidden Guatemala")
    canvas.drawImage(papers.picture(), 60, 380, 250, 60)


@pytest.mark.parametrize("hide", [white, invisible, tiny, off_the_page, covered, under_a_picture])
def test_hidden_text_is_told_apart_from_what_a_reader_sees(hide):
    document = read(papers.page(papers.PLAIN, draw=hide))

    hidden = text(document, S.HIDDEN)
    assert "hiddenGuatemala" in hidden.replace(" ", "").replace("\n", "")
    assert "meeting" not in hidden
    assert "hidden_text" in document.pages[0].signals


def test_text_in_a_layer_that_is_switched_off_counts_as_hidden():
    def switch_off(pdf: pikepdf.Pdf) -> None:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("x")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))
        pdf.pages[0].obj.Resources.Properties = Dictionary(L=group)
        pdf.pages[0].contents_add(b"/OC /L BDC BT /F1 12 Tf 72 400 Td (layer Guatemala) Tj ET EMC")

    document = read(papers.edited(papers.page(papers.PLAIN), switch_off))

    assert "Guatemala" in text(document, S.HIDDEN)


def test_a_picture_of_writing_is_a_region_and_is_read_by_ocr():
    def show(canvas) -> None:
        canvas.drawImage(papers.picture("Born in Guatemala"), 72, 300, 300, 100)

    document = read(papers.page(papers.PLAIN, draw=show))

    page = document.pages[0]
    assert [r.kind for r in page.regions] == ["image"]
    assert (page.scanned, page.trusted_text, page.ocr_used, page.ocr_why) == (
        False,
        True,
        True,
        "image_or_ink",
    )
    found = texts(document, S.OCR)[0]
    box = place_of(found, "Guatemala")
    assert page.regions[0].box.meets(box)
    assert "meeting" not in found.text


def test_writing_without_characters_is_a_region_of_ink():
    def outlines(canvas) -> None:
        for x in range(0, 140, 7):
            canvas.bezier(100 + x, 400, 104 + x, 412, 98 + x, 412, 106 + x, 401)

    document = read(papers.page(papers.PLAIN, draw=outlines))

    blocks = [r.box for r in document.pages[0].regions if r.kind == "ink"]
    assert any(b.x0 < 110 and b.x1 > 230 and b.y0 < 385 < b.y1 for b in blocks)


def test_rules_and_shaded_rows_are_not_writing():
    def table(canvas) -> None:
        canvas.setFillGray(0.85)
        canvas.rect(72, 500, 400, 20, fill=1, stroke=0)
        for row in range(6):
            canvas.line(72, 500 - 20 * row, 472, 500 - 20 * row)
        for column in range(5):
            canvas.line(72 + 100 * column, 500, 72 + 100 * column, 400)

    page = read(papers.page(papers.PLAIN, draw=table)).pages[0]

    assert page.regions == ()
    assert not page.ocr_used


def test_a_page_without_ink_holds_nothing_and_is_no_scan():
    page = read(papers.page()).pages[0]

    assert page.regions == ()
    assert page.trusted_text
    assert not (page.scanned or page.ocr_used)


def check_boxes(canvas) -> None:
    for row in range(8):
        canvas.rect(72, 500 - 16 * row, 9, 9, fill=row % 2)
        canvas.line(74, 500 - 16 * row, 79, 507 - 16 * row)
        canvas.drawString(90, 500 - 16 * row, "Warning")


def scattered_letters(canvas) -> None:
    """Drawn rings, too small and too far apart for a block."""
    for row in range(8):
        for column in range(6):
            canvas.circle(100 + 30 * column, 500 - 30 * row, 5)


@pytest.mark.parametrize("draw, why", [(check_boxes, ""), (scattered_letters, "untexted_ink")])
def test_ink_that_could_be_letters_is_read_by_ocr_and_check_boxes_are_not(draw, why):
    assert read(papers.page(papers.PLAIN, draw=draw)).pages[0].ocr_why == why


def in_large_type(canvas) -> None:
    canvas.setFont("Helvetica", 28)
    canvas.drawString(72, 500, "Nationality: see page 2.")


def test_the_square_dots_of_stops_in_large_type_are_no_check_boxes():
    document = read(papers.page("Sizes.", draw=in_large_type))

    assert document.pages[0].regions == ()


def test_a_page_that_is_a_picture_is_scanned_and_never_trusted():
    data = papers.picture_bytes("PNG", "Born in Guatemala")

    document = read(papers.scanned(Image.open(io.BytesIO(data))))

    page = document.pages[0]
    assert (page.scanned, page.trusted_text) == (True, False)
    assert "scanned_page" in page.signals
    assert "Guatemala" in text(document, S.OCR)


def unmapped_font(pdf: pikepdf.Pdf) -> None:
    """Type 3 letters whose names and codes say nothing."""
    shapes = Dictionary()
    for n in range(30):
        shapes[f"/g{n}"] = pdf.make_stream(b"500 0 0 0 400 600 d1 0 0 400 600 re f")
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 500, 700]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=shapes, FirstChar=0, LastChar=29, Widths=Array([500] * 30),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([0, *[Name(f"/g{n}") for n in range(30)]])),
    )  # fmt: skip
    pdf.pages[0].obj.Resources.Font.U = pdf.make_indirect(font)
    codes = bytes(range(1, 9)) + bytes(range(14, 30))
    pdf.pages[0].contents_add(b"BT /U 12 Tf 72 400 Td <" + codes.hex().encode() + b"> Tj ET")


def test_a_font_that_maps_to_nothing_makes_the_page_untrusted():
    page = read(papers.edited(papers.page("Short."), unmapped_font)).pages[0]

    assert not page.trusted_text
    assert {"unmapped_font", "parsers_disagree"} & set(page.signals)


def writing_in_a_picture(canvas) -> None:
    canvas.drawImage(papers.picture("Born in Guatemala"), 72, 300, 300, 100)


def test_without_tesseract_the_other_engine_reads(monkeypatch, tmp_path):
    if cage := shutil.which("bwrap"):
        (tmp_path / "bwrap").symlink_to(cage)
    monkeypatch.setenv("PATH", str(tmp_path))
    document = read(papers.page(papers.PLAIN, draw=writing_in_a_picture))

    page = document.pages[0]
    assert shutil.which("tesseract") is None
    assert (page.ocr_used, [r.readable for r in page.regions]) == (True, [True])
    assert page.regions[0].box.meets(place_of(texts(document, S.OCR)[0], "Guatemala"))


def test_with_ocr_switched_off_parts_stay_unread_and_scans_untrusted():
    data = papers.page(papers.PLAIN, draw=writing_in_a_picture)
    scan = papers.scanned(Image.open(io.BytesIO(papers.picture_bytes("PNG", "Born in Guatemala"))))

    page, scanned = (extract.read(pdf, intake.normalise(pdf), ocr_page_s=0).pages[0] for pdf in (data, scan))

    assert [r.readable for r in page.regions] == [False]
    assert "ocr_unavailable" in page.signals and "ocr_unavailable" in scanned.signals
    assert not scanned.trusted_text


def test_a_page_the_parsers_cannot_read_is_named():
    data = papers.page(papers.PLAIN, pages=3)

    with pytest.raises(Quarantined) as stopped:
        extract.page_png(intake.normalise(data), 4, 72)

    assert (stopped.value.code, stopped.value.page) == ("page_failed", 4)


# --- pure parts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "a, b, expected",
    [
        ("abcd", "dcba", 0.0),
        ("Ｆile", "ﬁle", 0.25),
        ("abcdefghij", "abcdefghi", 0.1),
        ("abc", "", 1.0),
        ("", "", 0.0),
        ("co-op\u00ad", "coop", 0.0),
    ],
)
def test_disagreement_counts_characters_in_any_order(a, b, expected):
    assert glyphs.disagreement([a], [b]) == pytest.approx(expected, abs=0.01 if "Ｆ" not in a else 0.3)


def test_overprinted_letters_count_once():
    drawn = [
        Glyph("a", Box(10, 10, 15, 20), 12),
        Glyph("a", Box(10.4, 10, 15.4, 20), 12),
        Glyph("a", Box(30, 10, 35, 20), 12),
    ]

    assert [g.box.x0 for g in glyphs.without_overprint(drawn)] == [10, 30]


@pytest.mark.parametrize("text", ["(cid:12)", "\uf0b7", "\ufffd", "", "\x01"])
def test_what_a_font_does_not_name_is_unmapped(text):
    assert not glyphs.is_mapped(text)
    assert glyphs.is_mapped("a") and glyphs.is_mapped("ñ")


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_frame_maps_the_page_onto_itself(rotation):
    frame = Frame(10, 20, 110, 220, rotation)
    width, height = frame.size

    assert frame.box(10, 20, 110, 220) == Box(0, 0, width, height)
