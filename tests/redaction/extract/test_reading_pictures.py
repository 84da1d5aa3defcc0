"""What OCR reads is offered to detection with its usual slips mended, and held against the text layer."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Sequence

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from redaction import detect, extract, intake
from redaction.extract import agreement, lookalikes
from redaction.extract.ocr import Word
from redaction.types import Action, Box, Document, PageText, TextSource
from tests.attacks import hiding
from tests.redaction import papers


def read(data: bytes) -> Document:
    return extract.read(data, intake.normalise(data))


def words(*texts: str, y: float = 100) -> list[Word]:
    """Words of 40 pt side by side on one line."""
    return [Word(text, Box(50 * at, y, 50 * at + 40, y + 10), (0,), 95.0) for at, text in enumerate(texts)]


def layer(*texts: str, y: float = 100) -> PageText:
    """A text with its words where `words` puts them."""
    text = " ".join(texts)
    cells: list[Box | None] = []
    for at, word in enumerate(texts):
        step = 40 / len(word)
        cells += [Box(50 * at + step * n, y, 50 * at + step * (n + 1), y + 10) for n in range(len(word))]
        cells.append(None)
    return PageText(TextSource.PDFIUM, 1, text, tuple(cells[:-1]), (10.0,) * len(text))


@pytest.mark.parametrize(
    "slip, meant",
    [
        ("Place of birth H0NDURAS", "Place of birth HONDURAS"),
        ("MEX1CO", "MEXICO"),
        ("GUATEMA1A", "GUATEMALA"),
        ("8elize", "Belize"),
        ("5alvadoran", "Salvadoran"),
    ],
)
def test_look_alike_digits_in_words_are_letters_again(slip, meant):
    text = PageText(TextSource.OCR, 1, slip, (Box(0, 0, 5, 5),) * len(slip), (9.0,) * len(slip))

    mended = list(lookalikes.mended(text))

    assert meant in [one.text for one in mended]
    assert all(len(one.text) == len(one.cells) == len(one.sizes) for one in mended)


@pytest.mark.parametrize("text", ["A087654321", "EAC2190012345", "Room 108", "H-1B", "1850", "Guatemala"])
def test_numbers_codes_and_plain_words_stay_as_they_were_read(text):
    assert list(lookalikes.mended(PageText(TextSource.OCR, 1, text, (None,) * len(text), ()))) == []


@pytest.mark.parametrize("slip", ["A0B7654321", "AO87654321", "A08765432l", "A0876S4321", "A08765432I"])
def test_a_look_alike_letter_in_a_number_does_not_hide_it(slip):
    told = detect.detect_text(f"A-number {slip}", detect.load())

    assert [one.type for one in told if one.action == Action.REDACT] == ["A_NUMBER"]


def test_words_that_only_the_picture_has_are_counted():
    sure = words("Place", "birth", "Guatemala", "seen", "Tuesday", "morning")

    assert (
        agreement.unread_share(sure, [layer("place", "of", "birth", "seen", "tuesday", "morning")]) == 1 / 6
    )
    assert agreement.unread_share(sure[:3], [layer("nothing")]) == 0


def test_a_text_that_says_another_word_at_the_same_place_is_contradicted():
    sure = words("Guatemala", "meeting", "evening")

    assert agreement.contradicted(sure, layer("xxxxxxxxx", "meeting", "evenlng")) == 1
    assert agreement.contradicted(sure, layer("xxxxxxxxx", "xxxxxxx", "xxxxxxx", y=300)) == 0


def test_a_misreading_of_a_printed_word_gives_way_to_the_word():
    settled = agreement.corrected(words("Towa", "Ethanol", "signed"), layer("Iowa", "Ethanol"))

    assert [word.text for word in settled] == ["Iowa", "Ethanol", "signed"]


def test_a_font_that_lies_makes_the_page_untrusted_and_is_read_by_ocr():
    document = read(papers.edited(papers.page(papers.PLAIN), lying))

    page = document.pages[0]
    assert (page.trusted_text, page.ocr_why) == (False, "odd_font")
    assert {"text_layer_differs", "parsers_disagree"} <= set(page.signals)
    assert "087651234" in "".join(text.text for text in document.texts if text.source is TextSource.OCR)


def lying(pdf: pikepdf.Pdf) -> None:
    hiding.lying_font(pdf, "Citizenship Guatemala A087651234")


def embedded(lines: Sequence[str], letters: Callable[[str], str]) -> bytes:
    """A page in an embedded face, whose only table of meanings says other letters."""
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def show(canvas) -> None:
        canvas.setFont("Vera", 12)
        for row, line in enumerate(lines):
            canvas.drawString(72, 600 - 20 * row, line)

    def renamed(pdf: pikepdf.Pdf) -> None:
        for font in pdf.pages[0].obj.Resources.Font.values():
            if "/ToUnicode" in font:
                table = font.ToUnicode.read_bytes().decode()
                font.ToUnicode = pdf.make_stream(_MEANING.sub(said, table).encode())

    def said(found: re.Match[str]) -> str:
        return f"<{ord(letters(chr(int(found.group(1), 16)))):04X}>"

    return papers.edited(papers.page(papers.PLAIN, draw=show), renamed)


_MEANING = re.compile(r"<([0-9A-Fa-f]{4})>")
STORY = (
    "Citizenship Guatemala, born in Zacapa",
    "the quick brown fox jumps over my lazy dog",
    "we judged five kinds of boxing wizards",
)


def turned_by_13(letter: str) -> str:
    return codecs.encode(letter, "rot13")


def all_the_same(letter: str) -> str:
    return "e" if letter.isalpha() else letter


@pytest.mark.parametrize("letters", [turned_by_13, all_the_same])
def test_an_embedded_font_whose_widths_do_not_fit_its_letters_is_read_by_ocr(letters):
    document = read(embedded(STORY, letters))

    page = document.pages[0]
    assert (page.trusted_text, page.ocr_why) == (False, "odd_font")
    assert "Guatemala" in "".join(text.text for text in document.texts if text.source is TextSource.OCR)


def test_an_embedded_font_that_says_what_it_shows_needs_no_ocr():
    page = read(embedded(STORY, str)).pages[0]

    assert (page.trusted_text, page.ocr_why, page.signals) == (True, "", ())


def test_an_honest_font_of_drawn_letters_is_confirmed_by_ocr():
    def honest(pdf: pikepdf.Pdf) -> None:
        hiding.drawn_letters(pdf, "meeting")

    page = read(papers.edited(papers.page(papers.PLAIN), honest)).pages[0]

    assert (page.ocr_why, page.trusted_text, page.signals) == ("odd_font", True, ())


def test_writing_that_stands_upright_in_a_picture_is_read():
    picture = Image.new("L", (900, 120), 255)
    ImageDraw.Draw(picture).text((20, 20), "Born in Guatemala", fill=0, font=ImageFont.load_default(72))

    def show(canvas) -> None:
        canvas.drawImage(ImageReader(picture.rotate(90, expand=True)), 500, 300, 30, 225)

    document = read(papers.page(papers.PLAIN, draw=show))

    assert any("Guatemala" in t.text for t in document.texts if t.source is TextSource.OCR)


def test_a_scan_that_lies_on_its_side_is_read():
    sideways = papers.page(*[papers.PLAIN] * 12, "Born in Guatemala")
    scan = Image.frombytes(*pixels_of(sideways)).rotate(90, expand=True)

    def show(canvas) -> None:
        canvas.drawImage(ImageReader(scan), 0, 0, 792, 612)

    document = read(papers.page(draw=show, size=(792, 612)))

    assert any("Guatemala" in t.text for t in document.texts if t.source is TextSource.OCR)


def pixels_of(data: bytes) -> tuple[str, tuple[int, int], bytes]:
    """A page as a scanner would give it."""
    picture = pypdfium2.PdfDocument(data)[0].render(scale=200 / 72, grayscale=True).to_pil()
    return picture.mode, picture.size, picture.tobytes()


def test_the_words_a_scanner_stored_are_held_against_its_picture():
    scan = papers.picture_bytes("PNG", "\n".join([papers.PLAIN] * 6))

    def show(canvas) -> None:
        canvas.drawImage(ImageReader(Image.open(io.BytesIO(scan))), 0, 0, 612, 792)
        stored = canvas.beginText(72, 700)
        stored.setTextRenderMode(3)
        stored.textLine("quite other words than anybody sees upon this sheet of paper")
        canvas.drawText(stored)

    page = read(papers.page(draw=show)).pages[0]

    assert "text_layer_differs" in page.signals
    assert (page.scanned, page.trusted_text) == (True, False)
