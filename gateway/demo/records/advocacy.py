"""A letter in two columns from the department of family services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from gateway.demo import people
from gateway.demo.papers.pen import sign
from gateway.demo.people import long_date
from gateway.demo.records.kinds import DemoRecord, Planted
from gateway.demo.sheet import HEIGHT, WIDTH, Sheet, build

_AUTHOR, _HER = people.EMPLOYEES["strand"], people.RESIDENTS["quintana"]
_TEAL = colors.HexColor("#1d5c5c")
_NOTE = "Remind her: husband applied for asylum in 2019, hearing date to follow."
_GAP = 24.0

PLANTED = (
    Planted("U visa", "HUMANITARIAN_PROTECTION", 1),
    Planted("I-918", "IMMIGRATION_DOCUMENT", 1),
    Planted(people.RECEIPT_NUMBER, "USCIS_RECEIPT_NUMBER", 1),
    Planted("arrived in the United States", "ENTRY_HISTORY", 1),
    Planted("Chihuahua", "COUNTRY_OF_BIRTH", 1),
    Planted("not a qualified alien", "STATUS_ELIGIBILITY", 1),
    Planted("never had a social security number", "STATUS_ELIGIBILITY", 1),
    Planted("being sent back", "STATUS_IMPLICIT", 1),
    Planted("immigration lawyer", "STATUS_IMPLICIT", 1),
    Planted("lawful permanent resident", "IMMIGRATION_STATUS", 1),
    Planted("deported", "IMMIGRATION_ENFORCEMENT", 1),
    Planted("applied for asylum", "HUMANITARIAN_PROTECTION", 1, "annotation"),
)
STAYS = (
    "school lunches",
    "night shift at the bakery",
    "without a working lock",
    "Bluestem Property Group",
    "kitchen table",
)
HARD_NEGATIVES = (
    "old asylum building",
    "permanent resident of the memory-care wing",
    "naturalized plants",
    "green card of the fair-play league",
    "removal of graffiti",
)

_TEXT = (
    "I write on behalf of {name}, whom this department has advised since the spring. She works the "
    "night shift at the bakery on Granary Road and brings up two children in a flat without a working lock.",
    "<b>What happened.</b> In the winter she lost a rental deposit of $1,850 to a man who acts for "
    "Bluestem Property "
    "Group. She reported it to the police and has helped the investigation ever since: she named other "
    "tenants, kept "
    "the receipt and stood ready to testify. For this reason we ask the Police Department to sign the U "
    "visa "
    "certification (Form I-918 Supplement B) that her adviser sent in. The earlier filing has the receipt "
    "number {receipt}.",
    "<b>Her household.</b> Ms. Quintana grew up in Chihuahua and arrived in the United States at age 21. "
    "Her son goes to "
    "third grade, her daughter to kindergarten. Both children get school lunches. She herself was told at "
    "the counter "
    "that she is not a qualified alien and was refused rent help, although the rule that was quoted does "
    "not apply to "
    "emergency aid. She has never had a social security number and pays her taxes each year.",
    "<b>What she needs.</b> First, a lock. Second, a place on the transitional list. Our office is in the "
    "old asylum "
    "building on Third Street; the flat that could be free in May lies above it. The last tenant is now a "
    "permanent "
    "resident of the memory-care wing at Saint Brigid.",
    "<b>Why it is urgent.</b> Since the threats Ms. Quintana sleeps badly. She fears being sent back and "
    "leaves the flat "
    "only for work. She missed one meeting with an immigration lawyer because she did not dare to take "
    "the bus. Her "
    "brother, who was deported in 2011, cannot help. Her aunt, a lawful permanent resident, lives in "
    "another state and "
    "sends what she can.",
    "<b>What we have done.</b> We visited three times and talked at the kitchen table. The yard, full of "
    "naturalized "
    "plants and of rubbish, is being cleared, and removal of graffiti on the stairs is paid for. Her son "
    "plays again and "
    "was shown the green card of the fair-play league for his good manners, which made the whole family "
    "laugh.",
    "<b>What we ask.</b> Please put this household on the list for transitional flats with the priority "
    "that victims of "
    "crime have under the city's own rule, and let us know within ten days. I can come and explain the "
    "file at any hour.",
    "We will write again when the District Attorney has decided. Until then please send every letter "
    "through this office and "
    "not to the flat, where mail has gone missing.",
)


def advocacy_letter(today: date) -> DemoRecord:
    """One page in two columns, with a sticky note in the margin."""
    day = today - timedelta(days=61)
    data = build(
        partial(_draw, day=day),
        title="Letter on behalf of a client",
        author=_AUTHOR.department,
        margin=60,
        every_page=_letterhead,
    )
    return DemoRecord(
        name="advocacy_letter",
        file_name="letter-family-services.pdf",
        title="Letter on behalf of a client",
        layout="two columns",
        department=_AUTHOR.department,
        custodian=_AUTHOR.name,
        record_class="social_services",
        subject=_HER.name,
        subject_born=_HER.born,
        day=day,
        pages=1,
        data=data,
        planted=PLANTED,
        stays=STAYS,
        hard_negatives=HARD_NEGATIVES,
        items={"sound_order": 2},
    )


def _letterhead(sheet: Sheet) -> None:
    top = HEIGHT - 50
    sheet.put(sheet.margin, top, people.CITY, "Times-Bold", 15, color=_TEAL)
    sheet.put(sheet.margin, top - 14, _AUTHOR.department, "Times-Roman", 10.5, color=_TEAL)
    sheet.put(WIDTH - sheet.margin, top - 14, _AUTHOR.phone, "Times-Roman", 10.5, color=_TEAL, align="right")
    sheet.canvas.setStrokeColor(_TEAL)
    sheet.canvas.setLineWidth(1.2)
    sheet.canvas.line(sheet.margin, top - 21, WIDTH - sheet.margin, top - 21)
    sheet.put(
        WIDTH / 2, 34, f"Page {sheet.page} of {sheet.pages}", "Times-Roman", 8.5, color=_TEAL, align="center"
    )
    sheet.y = top - 44


def _columns(sheet: Sheet) -> Iterator[tuple[float, float, float]]:
    """Yield both columns as (x, top, bottom): the first ends with a paragraph, the second at the foot."""
    width = (sheet.inner - _GAP) / 2
    yield sheet.margin, sheet.y, sheet.y - 400
    yield sheet.margin + width + _GAP, sheet.y, sheet.margin + 90


def _draw(sheet: Sheet, *, day: date) -> None:
    for words in (long_date(day), "", "Housing Office, Attention: Transitional List", f"RE: {_HER.name}"):
        sheet.line(words, "Times-Bold" if words.startswith("RE") else "Times-Roman", 11, after=3)
    sheet.y -= 12
    style = ParagraphStyle("c", fontName="Times-Roman", fontSize=10.8, leading=15.2)
    width = (sheet.inner - _GAP) / 2
    texts = [words.format(name=_HER.name, receipt=people.RECEIPT_NUMBER) for words in _TEXT]
    rest = [Paragraph(words, style) for words in texts]
    for x, top, bottom in _columns(sheet):
        y = top
        while rest and y - rest[0].wrap(width, HEIGHT)[1] >= bottom:
            paragraph = rest.pop(0)
            y -= paragraph.height
            paragraph.drawOn(sheet.canvas, x, y)
            y -= 8
    if rest:
        raise ValueError("the letter has outgrown its page")
    _close(sheet, x, y)


def _close(sheet: Sheet, x: float, y: float) -> None:
    sheet.put(x, y - 16, "With respect,", "Times-Roman", 10.8)
    sign(sheet, _AUTHOR.name, x, y - 56, height=32)
    sheet.put(x, y - 72, f"{_AUTHOR.name}, {_AUTHOR.title}", "Times-Roman", 10.8)
    sheet.canvas.textAnnotation(_NOTE, Rect=(WIDTH - 54, HEIGHT - 120, WIDTH - 34, HEIGHT - 100), addtopage=1)
