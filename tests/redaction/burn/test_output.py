"""The file that leaves: profile, text layer, pixels, and that hidden things are nowhere in it."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageCms
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from redaction.burn import Burned, apply
from redaction.burn.font import truetype
from redaction.decide import plan
from redaction.types import Box, Decisions, Document, DrawnBox, Extras, Finding
from tests.redaction.burn import papers

HIDDEN = ("A087-654-321", "Honduras")


@pytest.fixture
def burned(tmp_path: Path) -> tuple[Path, Burned, Document]:
    """Prose with an A-number and a birthplace, burned."""
    pdf = papers.lines([*papers.PROSE, "This line has nothing to hide and stays as it is."])
    document = papers.read(pdf)
    found = papers.findings(document, HIDDEN[0]) + papers.findings(document, HIDDEN[1], "COUNTRY_OF_BIRTH")
    out = tmp_path / "out.pdf"
    return out, apply(pdf, plan(document, found, Decisions()), document, out), document


def burn(pdf: bytes, tmp_path: Path, *values: str, decisions: Decisions | None = None) -> tuple[Path, Burned]:
    """Every place of these values hidden as A-numbers."""
    document = papers.read(pdf)
    found: list[Finding] = [one for value in values for one in papers.findings(document, value)]
    out = tmp_path / "burned.pdf"
    return out, apply(pdf, plan(document, found, decisions or Decisions()), document, out)


def readings(path: Path) -> dict[str, str]:
    """The output's text as each reader has it."""
    with pdfium.PdfDocument(path) as opened:
        by_pdfium = "\n".join(page.get_textpage().get_text_range() for page in opened)
    with pdfplumber.open(path) as opened:
        by_plumber = "\n".join(page.extract_text() for page in opened.pages)
    found = {"PDFium": by_pdfium, "pdfplumber": by_plumber}
    if shutil.which("pdftotext"):
        done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)
        assert done.stderr == ""
        found["pdftotext"] = done.stdout
    return found


def test_it_opens_without_a_warning_everywhere(burned: tuple[Path, Burned, Document]) -> None:
    path, _, _ = burned
    with pikepdf.open(path) as opened:
        assert opened.check_pdf_syntax() == []
        assert len(opened.pages) == 1
    if shutil.which("pdffonts"):
        done = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True)
        assert done.stderr == ""
        assert re.search(r"Glyphless +CID TrueType +Identity-H +yes no +yes", done.stdout)


def test_words_that_stay_are_found_by_every_reader_and_hidden_ones_by_none(
    burned: tuple[Path, Burned, Document],
) -> None:
    path, _, _ = burned
    for name, text in readings(path).items():
        words = text.split()
        for word in ["This", "line", "has", "nothing", "to", "hide", "and", "stays", "as", "it", "is."]:
            assert word in words, name
        if name != "pdftotext":  # it takes words that stand far apart for columns; each is found alone
            assert "This line has nothing to hide" in " ".join(words), name
        for value in HIDDEN:
            assert value not in text, name
            assert re.sub(r"\W", "", value) not in re.sub(r"\W", "", text), name
        assert words.count("[W-1]") == 2, name


def test_hidden_values_are_in_no_byte_and_no_stream(burned: tuple[Path, Burned, Document]) -> None:
    path, _, _ = burned
    data = path.read_bytes()
    parts = [data]
    with pikepdf.open(path) as opened:
        for one in opened.objects:
            if isinstance(one, pikepdf.Stream) and "/DecodeParms" not in one:
                parts.append(one.read_bytes())
    for part in parts:
        for value in HIDDEN:
            assert value.encode() not in part
            assert value.encode("utf-16-be") not in part
            assert value.encode("utf-16-be").hex().upper().encode() not in part


def test_hidden_values_are_not_in_the_picture(burned: tuple[Path, Burned, Document]) -> None:
    if not shutil.which("tesseract"):
        pytest.fail("tesseract is needed to read the picture")
    path, _, _ = burned
    with pdfium.PdfDocument(path) as opened:
        image = opened[0].render(scale=200 / 72).to_pil()
    picture = path.with_suffix(".png")
    image.save(picture)
    done = subprocess.run(
        ["tesseract", str(picture), "-", "--psm", "6"], capture_output=True, text=True, check=True
    )
    assert "nothing to hide" in done.stdout
    for value in HIDDEN:
        assert value not in done.stdout


def test_the_bytes_follow_the_profile(burned: tuple[Path, Burned, Document]) -> None:
    path, done, _ = burned
    data = path.read_bytes()
    assert data.startswith(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
    assert data.endswith(b"%%EOF\n")
    for mark in (b"%%EOF", b"startxref", b"trailer"):
        assert data.count(mark) == 1
    start = int(data.split(b"startxref\n")[1].split()[0])
    assert data[start : start + 5] == b"xref\n"
    assert hashlib.sha256(data[:start]).hexdigest()[:32].encode() in data[start:]
    assert hashlib.sha256(data).hexdigest() == done.output_sha256
    assert len(data) == done.size
    for forbidden in (b"/Info", b"/Prev", b"CreationDate", b"reportlab", b"/Annots", b"/AcroForm"):
        assert forbidden not in data
    with pikepdf.open(path) as opened:
        assert set(opened.Root.keys()) == {"/Type", "/Pages", "/Metadata"}
        page = opened.pages[0]
        assert set(page.obj.keys()) == {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
        assert len(list(opened.objects)) == 9 + 3
        lines = page.Contents.read_bytes().decode("ascii").splitlines()
        assert hashlib.sha256(page.Contents.read_bytes()).hexdigest() == done.pages[0].text_sha256
        image = page.Resources.XObject.Im0.read_raw_bytes()
        assert hashlib.sha256(image).hexdigest() == done.pages[0].raster_sha256
    assert lines[:7] == ["q", "612 0 0 792 0 0 cm", "/Im0 Do", "Q", "BT", "3 Tr", "/F0 6 Tf"]
    assert lines[-1] == "ET"
    moves, shows = lines[7:-1:2], lines[8:-1:2]
    for move in moves:
        dx, dy = re.fullmatch(r"(-?\d+) (-?\d+) Td", move).groups()  # type: ignore[union-attr]
        assert int(dx) % 6 == int(dy) % 6 == 0
    texts = [
        bytes.fromhex(re.fullmatch(r"<([0-9A-F]+)> Tj", one).group(1)).decode("utf-16-be") for one in shows
    ]  # type: ignore[union-attr]
    assert all(text.endswith(" ") and text.count(" ") == 1 for text in texts)
    assert texts.count("[W-1] ") == 2
    assert texts[texts.index("[W-1] ") - 1] == "is "  # "whose number is [W-1]", in reading order
    assert len(texts) - 2 == done.pages[0].words


def test_the_font_is_sound() -> None:
    """The checksum of the whole file with its adjustment is the number TrueType asks for."""
    data = truetype()
    padded = data + b"\0" * (-len(data) % 4)
    total = int(np.frombuffer(padded, dtype=">u4").astype(np.uint64).sum()) & 0xFFFFFFFF
    assert total == 0xB1B0AFBA
    assert data == truetype()


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    pdf = papers.lines(papers.PROSE)
    first, _ = burn(pdf, tmp_path, "A087-654-321")
    data = first.read_bytes()
    second, _ = burn(pdf, tmp_path, "A087-654-321")
    assert second.read_bytes() == data


VALUES = ("Fiji", "Honduras", "Bosnia and Herzegovina", "US", "Saint Vincent and the Grenadines", "Iran")


@pytest.mark.parametrize("font", ["Times-Roman", "Helvetica", "Courier"])
def test_in_line_mode_the_output_is_the_same_whatever_is_hidden(font: str, tmp_path: Path) -> None:
    """C2 for line mode, byte for byte: same boxes, same pixels left of them, same text layer."""
    outputs = set()
    for value in VALUES:
        pdf = papers.lines(
            ["A first line of the form stands here.", f"Place of birth: {value}", "And a last one."], font
        )
        document = papers.read(pdf)
        found = papers.findings(document, value, "COUNTRY_OF_BIRTH")
        out = tmp_path / "one.pdf"
        apply(pdf, plan(document, found, Decisions()), document, out)
        outputs.add(out.read_bytes())
    assert len(outputs) == 1


def _gradient(colour: bool) -> ImageReader:
    y, x = np.mgrid[0:256, 0:256].astype(np.uint8)
    channels = [x, y, (x.astype(int) * y // 256).astype(np.uint8)] if colour else [x, x, x]
    return ImageReader(Image.fromarray(np.stack(channels, axis=2)))


def _text(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 12)
    canvas.drawString(72, 700, "visible words SECRET and more")


def _grey(canvas: Canvas) -> None:
    canvas.setFillGray(0.8)
    canvas.rect(72, 500, 200, 100, fill=1, stroke=0)
    canvas.setFillGray(0)
    _text(canvas)


def _coloured(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.8, 0.1, 0.1)
    canvas.rect(72, 500, 200, 100, fill=1, stroke=0)
    canvas.setFillGray(0)
    _text(canvas)


def _photo(canvas: Canvas) -> None:
    canvas.drawImage(_gradient(True), 72, 300, 300, 300)
    _text(canvas)


def _poster(canvas: Canvas) -> None:
    """Letters in every colour: more colours than a drawing has, and still no photograph."""
    for line in range(24):
        canvas.setFont("Helvetica-Bold", 10)
        canvas.setFillColorRGB(line % 3 / 3, line // 3 % 3 / 3, line // 9 / 3)
        canvas.drawString(72, 110 + 20 * line, "many colours in many letters of many words on a line")
    canvas.setFillGray(0)
    _text(canvas)


@pytest.mark.parametrize(
    ("draw", "codec"),
    [
        (_text, "ccitt"),
        (_grey, "grey4"),
        (_coloured, "palette"),
        (_poster, "palette"),
        (_photo, "jpeg"),
    ],
)
def test_each_page_is_stored_by_its_content(draw: object, codec: str, tmp_path: Path) -> None:
    pdf = papers.paper(draw)  # type: ignore[arg-type]
    path, done = burn(pdf, tmp_path, "SECRET")
    assert done.pages[0].codec == codec
    with pikepdf.open(path) as opened:
        assert opened.check_pdf_syntax() == []
    with pdfium.PdfDocument(path) as opened, pdfium.PdfDocument(pdf) as source:
        after = opened[0].render(scale=1).to_numpy()[..., :3].astype(int)
        before = source[0].render(scale=1).to_numpy()[..., :3].astype(int)
    box = done.plan.boxes[0].box
    inside = after[int(box.y0) + 3 : int(box.y1) - 2, int(box.x1) - 40 : int(box.x1) - 3]
    assert inside.size
    assert inside.max() < 30
    after[int(box.y0) - 6 : int(box.y1) + 7] = before[int(box.y0) - 6 : int(box.y1) + 7] = 0
    assert np.abs(after - before).mean() < 2


def test_a_jpeg_carries_nothing_but_the_picture(tmp_path: Path) -> None:
    path, _ = burn(papers.paper(_photo), tmp_path, "SECRET")
    with pikepdf.open(path) as opened:
        data = opened.pages[0].Resources.XObject.Im0.read_raw_bytes()
    at, markers = 2, []
    while data[at + 1] != 0xDA:
        markers.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    assert not any(0xE0 <= marker <= 0xEF or marker == 0xFE for marker in markers)
    opened_image = Image.open(io.BytesIO(data))
    assert opened_image.size == (1700, 2200)
    assert opened_image.layer[0][1:3] == opened_image.layer[1][1:3] == (1, 1)  # type: ignore[attr-defined]


def test_boxes_have_a_frame_and_a_label_and_are_one_colour_else(tmp_path: Path) -> None:
    path, done = burn(papers.lines(papers.PROSE), tmp_path, "A087-654-321")
    assert done.pages[0].codec == "ccitt"
    with pikepdf.open(path) as opened:
        stored = pikepdf.PdfImage(opened.pages[0].Resources.XObject.Im0).as_pil_image()
    pixels = np.asarray(stored.convert("L"))
    box = done.plan.boxes[0].box
    scale = 200 / 72
    left, top = int(box.x0 * scale + 1e-6), int(box.y0 * scale + 1e-6)
    right, bottom = -int(-box.x1 * scale // 1), -int(-box.y1 * scale // 1)
    area = pixels[top:bottom, left:right]
    assert (area[:2] == 255).all()
    assert (area[:, :2] == 255).all()
    assert (area[-2:] == 255).all()
    inner = area[2:-2, 2:-2]
    assert set(np.unique(inner)) == {0, 255}
    label = inner[:, : (3 * 6 - 1) * 2 + 4]
    assert (inner[:, label.shape[1] :] == 0).all()
    assert (label == 255).sum() == 4 * (18 + 5 + 10)  # cells of W, - and 1, two pixels each way


def test_small_type_is_drawn_finer_and_huge_pages_coarser(tmp_path: Path) -> None:
    _, small = burn(papers.lines(["small type SECRET", "of a footnote"], size=6), tmp_path, "SECRET")
    assert small.pages[0].dpi == 300
    huge = papers.paper(lambda canvas: canvas.drawString(72, 700, "plan of a street"), size=(4000, 4000))
    _, large = burn(huge, tmp_path)
    assert large.pages[0].dpi == 100
    with pikepdf.open(tmp_path / "burned.pdf") as opened:
        image = opened.pages[0].Resources.XObject.Im0
        assert int(image.Width) * int(image.Height) <= 40_000_000


def test_text_nobody_can_see_does_not_come_back_in_the_text_layer(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 700, "visible")
        canvas.setFillGray(1)
        canvas.drawString(72, 600, "whitewords")
        canvas.setFillGray(0)
        canvas.drawString(72, 500, "covered")
        canvas.setFillGray(1)
        canvas.rect(60, 490, 200, 30, fill=1, stroke=0)
        canvas.setFillGray(0)
        canvas.drawString(900, 400, "offpage")
        text = canvas.beginText(72, 300)
        text.setTextRenderMode(3)
        text.textLine("invisible")
        canvas.drawText(text)

    path, _ = burn(papers.paper(draw), tmp_path)
    assert papers.words_of(path) == ["visible"]


def test_turned_and_cropped_pages_keep_their_words_where_a_reader_sees_them(tmp_path: Path) -> None:
    pdf = papers.lines(papers.PROSE)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.pages[0].Rotate = 90
        opened.pages[0].CropBox = pikepdf.Array([36, 300, 600, 760])
        out = io.BytesIO()
        opened.save(out, static_id=True)
    path, done = burn(out.getvalue(), tmp_path, "A087-654-321")
    assert (done.pages[0].width_pt, done.pages[0].height_pt) == (460.0, 564.0)
    left = papers.words_of(path)
    assert "A087-654-321," not in left
    assert "bakery" in left
    with pdfium.PdfDocument(path) as opened:
        assert (opened[0].get_width(), opened[0].get_height()) == (460.0, 564.0)


def test_many_pages_and_pages_without_anything(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for n in range(3):
            if n != 1:
                canvas.drawString(72, 700, f"page {n} SECRET")
            canvas.showPage()

    path, done = burn(papers.paper(draw), tmp_path, "SECRET")
    assert [one.n for one in done.pages] == [1, 2, 3]
    assert done.pages[1].words == 0
    with pikepdf.open(path) as opened:
        assert opened.check_pdf_syntax() == []
        assert len(opened.pages) == 3


def test_a_plan_for_a_page_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    pdf = papers.lines(papers.PROSE)
    document = papers.read(pdf)
    made = plan(document, papers.findings(document, "A087-654-321"), Decisions())
    elsewhere = type(made.boxes[0])("9.1", 9, made.boxes[0].box, made.boxes[0].mode, ())
    with pytest.raises(ValueError, match="page"):
        apply(pdf, type(made)(made.source_sha256, "", (elsewhere,), (), ""), document, tmp_path / "x.pdf")


def test_on_a_photographed_page_a_box_hides_whole_blocks(tmp_path: Path) -> None:
    """G10: no 8-pixel block mixes box and page, so the words it touches go whole."""
    pdf = papers.paper(_photo)
    drawn = DrawnBox(1, Box(200.0, 450.0, 301.3, 461.7))
    path, done = burn(pdf, tmp_path, decisions=Decisions(drawn=(drawn,)))
    assert done.pages[0].codec == "jpeg"
    with pikepdf.open(path) as opened:
        stored = np.asarray(pikepdf.PdfImage(opened.pages[0].Resources.XObject.Im0).as_pil_image()).astype(
            int
        )
    scale = 200 / 72
    left, top = int(200 * scale) // 8 * 8, int(450 * scale) // 8 * 8
    right, bottom = -(-int(301.3 * scale + 1) // 8) * 8, -(-int(461.7 * scale + 1) // 8) * 8
    area = stored[top:bottom, left:right]
    assert area[8:-8, 64:-8].max() <= 8
    assert area[:2, :].min() > 200
    assert stored[top - 2, left + 20].max() < 255


def test_samples_keep_their_words(samples: Path, tmp_path: Path) -> None:
    """At least 99.5 % of surviving words are found by PDFium and pdfplumber."""
    total = lost = 0
    for name in ("cupertino_usd_4-6-16.pdf", "la-precinct-bulletin-2014-p1.pdf", "scotus-transcript-p1.pdf"):
        pdf = (samples / "pdfs" / name).read_bytes()
        path, _ = burn(pdf, tmp_path)
        wanted = [word for word in papers.read(pdf).texts[0].text.split() if word.isalnum()]
        with pdfplumber.open(path) as opened:
            by_plumber = {word["text"] for word in opened.pages[0].extract_words()}
        by_pdfium = set(papers.words_of(path))
        total += len(wanted)
        lost += sum(word not in by_pdfium or word not in by_plumber for word in wanted)
    assert total > 500
    assert lost <= total * 0.005


def test_a_footer_stands_under_the_page_and_changes_nothing_on_it(tmp_path: Path) -> None:
    """Same picture, same words where a reader sees them, a band of 24 pt with the page's number."""
    pdf = papers.lines(papers.PROSE)
    document = papers.read(pdf)
    made = plan(document, papers.findings(document, HIDDEN[0]), Decisions())
    bare, banded = tmp_path / "bare.pdf", tmp_path / "banded.pdf"
    without = apply(pdf, made, document, bare)
    done = apply(pdf, made, document, banded, Extras(footer="R-17"))
    again = apply(pdf, made, document, tmp_path / "again.pdf", Extras(footer="R-17"))

    assert done.pages[0].raster_sha256 == without.pages[0].raster_sha256
    assert (done.pages[0].height_pt, done.pages[0].words) == (792.0, without.pages[0].words)
    assert done.output_sha256 == again.output_sha256
    assert done.size - without.size < 600
    for text in readings(banded).values():
        assert text.split().count("R17PAGE1OF1") == 1
    with pdfium.PdfDocument(bare) as one, pdfium.PdfDocument(banded) as other:
        assert other[0].get_size() == (612.0, 816.0)
        before, after = (opened[0].render(scale=2, grayscale=True).to_numpy() for opened in (one, other))
    assert (after[: before.shape[0]] == before).all()
    band = after[before.shape[0] :].reshape(-1, before.shape[1])
    assert (band[:, : 2 * 6] == 255).all()
    assert (band[:, 2 * (6 + 6 * 16 - 1) + 2 :] == 255).all()
    assert 0.1 < (band[18:32, 12:202] < 128).mean() < 0.6


@pytest.mark.parametrize("width", [20, 60, 300])
def test_a_footer_fits_a_page_of_any_width(width: float, tmp_path: Path) -> None:
    pdf = papers.paper(lambda canvas: canvas.drawString(2, 20, "a"), (width, 40))
    apply(
        pdf, plan(papers.read(pdf), [], Decisions()), papers.read(pdf), tmp_path / "x.pdf", Extras(footer="")
    )
    with pdfium.PdfDocument(tmp_path / "x.pdf") as opened:
        page = opened[0].render(scale=8, grayscale=True).to_numpy()
    ink = np.flatnonzero((page[8 * 41 :] < 200).any(axis=0))
    assert ink.min() >= 0
    assert ink.max() < 8 * width
    assert ink.max() - ink.min() > 8 * min(60, width - 14)


def test_an_archival_copy_names_a_colour_space_and_says_what_it_is(tmp_path: Path) -> None:
    """What PDF/A-2b (ISO 19005-2) asks for beyond the plain profile; the rest of its rules the plain
    profile keeps: embedded font, no encryption, no action, no transparency, identifier."""
    pdf = papers.paper(_coloured)
    bare, bare_done = burn(pdf, tmp_path, "SECRET")
    size, plain = bare_done.size, bare.read_bytes()
    document = papers.read(pdf)
    made = plan(document, papers.findings(document, "SECRET"), Decisions())
    path = tmp_path / "archival.pdf"
    done = apply(pdf, made, document, path, Extras(archival=True))

    assert done.pages == bare_done.pages
    assert 0 < done.size - size < 1200
    assert plain != path.read_bytes()
    with pikepdf.open(path) as opened:
        assert opened.check_pdf_syntax() == []
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        (intent,) = opened.Root.OutputIntents
        assert str(intent.S) == "/GTS_PDFA1"
        profile = intent.DestOutputProfile.read_bytes()
        assert int(intent.DestOutputProfile.N) == 3
    assert ImageCms.getOpenProfile(io.BytesIO(profile)).profile.xcolor_space.strip() == "RGB"
    assert profile[24:36] == bytes(12)  # no date
    colours = np.random.default_rng(7).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    through = ImageCms.profileToProfile(
        Image.fromarray(colours),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
    )
    assert np.abs(np.asarray(through).astype(int) - colours).max() <= 1  # it says what the pixels mean


def test_a_tagged_copy_is_read_aloud_paragraph_by_paragraph(tmp_path: Path) -> None:
    """Every word in its paragraph, in order; each box says that something is withheld, pictures and
    page numbers say nothing."""
    pdf = papers.lines([*papers.PROSE, "", "", "Another paragraph stands here."])
    document = papers.read(pdf)
    made = plan(document, papers.findings(document, HIDDEN[0]), Decisions())
    bare, path = tmp_path / "bare.pdf", tmp_path / "tagged.pdf"
    without = apply(pdf, made, document, bare)
    done = apply(pdf, made, document, path, Extras(footer="", archival=True, tagged=True))
    apply(pdf, made, document, tmp_path / "again.pdf", Extras(footer="", archival=True, tagged=True))

    assert path.read_bytes() == (tmp_path / "again.pdf").read_bytes()
    assert done.pages[0].raster_sha256 == without.pages[0].raster_sha256
    assert done.size - without.size < 2600
    with pikepdf.open(path) as opened:
        assert opened.check_pdf_syntax() == []
        assert bool(opened.Root.MarkInfo.Marked)
    with pdfplumber.open(path) as opened:
        (whole,) = opened.structure_tree
        said: dict[int | None, str] = {}
        for char in opened.pages[0].chars:
            said[char["mcid"]] = said.get(char["mcid"], "") + char["text"]
    assert whole["type"] == "Document"
    assert [one["type"] for one in whole["children"]] == ["P", "P"]
    first, second = ("".join(said[mark] for mark in one["mcids"]) for one in whole["children"])
    assert first.startswith("The officer spoke with Ana Lopez")
    assert "was born in Honduras" in first
    assert second == "Another paragraph stands here. "
    assert said[None] == "PAGE1OF1 "
    assert "whose number is withheld W-1" in readings(path)["PDFium"]
    if shutil.which("pdfinfo"):
        command = ["pdfinfo", "-struct-text", str(path)]
        tree = subprocess.run(command, capture_output=True, text=True, check=True)
        assert tree.stderr == ""
        assert tree.stdout.count("P (block)") == 2
        assert "PAGE1OF1" not in tree.stdout


@pytest.mark.parametrize("stamp", ["lower", "A B", "A" * 25, "1/2", "Ä"])
def test_a_stamp_that_cannot_be_drawn_is_an_error(stamp: str) -> None:
    with pytest.raises(ValueError, match="stamp"):
        Extras(footer=stamp)


def test_the_content_stream_is_compressed_plainly(burned: tuple[Path, Burned, Document]) -> None:
    path, _, _ = burned
    with pikepdf.open(path) as opened:
        raw = opened.pages[0].Contents.read_raw_bytes()
    assert zlib.decompress(raw).startswith(b"q\n612 0 0 792 0 0 cm\n")
