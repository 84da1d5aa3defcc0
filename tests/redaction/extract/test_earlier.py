"""Where somebody tried to redact before and the words are still there, the officer is told the place;
where the words are gone, or a reader can see them, nobody is bothered.
"""

from __future__ import annotations

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfbase.pdfmetrics import stringWidth

from redaction import extract, intake
from redaction.extract.page_reader import read_pages
from redaction.types import EARLIER_CODES, PageFacts, Region
from tests.redaction import papers

WORDS = "Guatemala 1985"
AT = (72, 400)
WIDTH = stringWidth(WORDS, "Helvetica", 12)


def page_of(data: bytes) -> PageFacts:
    """The page as read, without the file's other places."""
    return read_pages(intake.normalise(data), [1])[0].facts


def earlier(page: PageFacts) -> list[Region]:
    return [region for region in page.regions if region.kind == "earlier"]


def box_over(canvas) -> None:
    canvas.drawString(*AT, WORDS)
    canvas.setFillGray(0)
    canvas.rect(66, 392, 120, 20, fill=1, stroke=0)


def tight_box_over(canvas) -> None:
    canvas.drawString(*AT, WORDS)
    canvas.rect(72, 399, 90, 10, fill=1, stroke=0)


def coloured_box_over(canvas) -> None:
    canvas.drawString(*AT, WORDS)
    canvas.setFillColorRGB(0, 0, 0.4)
    canvas.rect(66, 392, 120, 20, fill=1, stroke=0)


def white_patch_over(canvas) -> None:
    canvas.drawString(*AT, WORDS)
    canvas.setFillGray(1)
    canvas.rect(66, 392, 120, 20, fill=1, stroke=0)


def picture_over(canvas) -> None:
    canvas.drawString(*AT, WORDS)
    canvas.drawImage(papers.picture(), 66, 390, 130, 24)


def white_on_white(canvas) -> None:
    canvas.setFillGray(1)
    canvas.drawString(*AT, WORDS)


@pytest.mark.parametrize(
    "hide, code",
    [
        (box_over, "text_under_box"),
        (tight_box_over, "text_under_box"),
        (coloured_box_over, "text_under_box"),
        (white_patch_over, "covered_text"),
        (picture_over, "covered_text"),
        (white_on_white, "white_text"),
    ],
)
def test_words_that_were_only_covered_are_reported_with_their_place(hide, code):
    page = page_of(papers.page(papers.PLAIN, draw=hide))

    found = earlier(page)
    assert {region.name for region in found} == {code}
    assert min(region.box.x0 for region in found) == pytest.approx(72, abs=3)
    assert max(region.box.x1 for region in found) == pytest.approx(72 + WIDTH, abs=3)
    assert all(region.box.y0 < 388 < region.box.y1 for region in found)


def black_box_alone(canvas) -> None:
    canvas.rect(66, 392, 120, 20, fill=1, stroke=0)


def white_on_black(canvas) -> None:
    canvas.rect(66, 392, 120, 20, fill=1, stroke=0)
    canvas.setFillGray(1)
    canvas.drawString(*AT, WORDS)


def black_on_red(canvas) -> None:
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(66, 392, 120, 20, fill=1, stroke=0)
    canvas.setFillGray(0)
    canvas.drawString(*AT, WORDS)


def bold_and_large(canvas) -> None:
    canvas.setFont("Helvetica-Bold", 40)
    canvas.drawString(72, 400, "ILLINI HMIW 111")


def stored_by_a_scanner(canvas) -> None:
    words = canvas.beginText(*AT)
    words.setTextRenderMode(3)
    words.textLine(WORDS)
    canvas.drawText(words)


@pytest.mark.parametrize(
    "draw", [black_box_alone, white_on_black, black_on_red, bold_and_large, stored_by_a_scanner]
)
def test_what_shows_or_is_gone_is_not_reported(draw):
    page = page_of(papers.page(papers.PLAIN, draw=draw))

    assert earlier(page) == []
    assert not EARLIER_CODES & set(page.signals)


def mark(**more: object):
    """Adds a mark of an editor over the words, without an appearance."""

    def edit(pdf: pikepdf.Pdf) -> None:
        made = Dictionary(**{"Type": Name.Annot, "Rect": Array([66, 692, 250, 716]), "F": 4, **more})
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(made)])

    return edit


@pytest.mark.parametrize(
    "edit, code",
    [
        (mark(Subtype=Name.Redact, QuadPoints=Array([])), "unapplied_redaction"),
        (mark(Subtype=Name.Highlight, C=Array([0, 0, 0])), "dark_highlight"),
        (mark(Subtype=Name.Highlight, C=Array([0, 0, 0, 1])), "dark_highlight"),
        (mark(Subtype=Name.Highlight, C=Array([1, 1, 0])), None),
        (mark(Subtype=Name.Text, Contents=String("look at this")), None),
    ],
)
def test_marks_of_an_editor_that_were_never_applied_are_reported(edit, code):
    data = papers.edited(papers.page(WORDS), edit)

    page = extract.read(data, intake.normalise(data)).pages[0]

    assert [(region.name, tuple(region.box)) for region in earlier(page)] == (
        [(code, (66, 76, 250, 100))] if code else []
    )
    assert (code in page.signals) is bool(code)


@pytest.mark.parametrize(
    "name", ["rect_ordering_5.2.pdf", "multi_line_redaction_ok.pdf", "unfilled_rect.pdf", "pdffill-demo.pdf"]
)
def test_sound_redactions_and_coloured_buttons_of_real_records_are_not_reported(samples, name):
    flat = intake.normalise((samples / "pdfs" / name).read_bytes())
    pages = min(2, len(pypdfium2.PdfDocument(flat)))

    assert [earlier(read.facts) for read in read_pages(flat, range(1, pages + 1))] == [[]] * pages
