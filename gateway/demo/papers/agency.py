"""Papers that no court issued: a removal warrant, an immigration judge's order, a letter."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from reportlab.lib import colors

from gateway.demo import people
from gateway.demo.papers.catalog import PAPERS, Paper
from gateway.demo.papers.pen import sign
from gateway.demo.people import long_date
from gateway.demo.sheet import GREY, HEIGHT, INK, WIDTH, Sheet, build

_ERO = people.AGENCIES["ero"]
_NAVY = colors.HexColor("#15305b")


def i205(today: date) -> bytes:
    """An administrative removal warrant: the word, a form, an officer's signature, and no court."""
    return build(
        partial(_draw_i205, paper=PAPERS["i205"], today=today),
        title="Form I-205",
        author=_ERO.parent,
        margin=60,
        every_page=_i205_foot,
    )


def _i205_foot(sheet: Sheet) -> None:
    sheet.put(sheet.margin, 34, "ICE Form I-205 (8/07)", "Helvetica", 7.5)
    sheet.put(
        WIDTH - sheet.margin, 34, f"Page {sheet.page} of {sheet.pages}", "Helvetica", 7.5, align="right"
    )


def _draw_i205(sheet: Sheet, *, paper: Paper, today: date) -> None:
    issued, subject = paper.issued(today), people.RESIDENTS["tun"]
    sheet.line("DEPARTMENT OF HOMELAND SECURITY", "Helvetica-Bold", 11, align="center", after=3)
    sheet.line(_ERO.parent, "Helvetica", 10.5, align="center", after=18)
    sheet.line(paper.title, "Helvetica-Bold", 15, align="center", after=20)
    right = partial(sheet.line, font="Helvetica", size=10.5, align="right", after=5)
    right(f"File No: {paper.docket(today)}")
    right(f"Date: {long_date(issued)}")
    sheet.y -= 8
    words = partial(sheet.prose, font="Helvetica", size=10.5, leading=15, after=12)
    words("To any immigration officer of the United States Department of Homeland Security:")
    sheet.y -= 12
    _blank(sheet, subject.name, "(full name of the person)")
    words(
        "who entered the United States at or near&nbsp;&nbsp;<b>an unknown place</b>&nbsp;&nbsp;on or "
        "about&nbsp;&nbsp;"
        "<b>an unknown date</b>"
    )
    words("is subject to removal/deportation from the United States, based upon a final order by:")
    for label, on in (
        ("an immigration judge in exclusion, deportation, or removal proceedings", True),
        ("a designated official", False),
        ("the Board of Immigration Appeals", False),
        ("a United States District or Magistrate Court Judge", False),
    ):
        sheet.y -= 10
        sheet.tick(sheet.margin + 26, sheet.y, label, on=on, size=10)
        sheet.y -= 8
    sheet.y -= 8
    words("and on the strength of these provisions of the Immigration and Nationality Act:")
    sheet.y -= 12
    _blank(sheet, "Section 237(a)(1)(A)", "(sections of law)")
    words(
        "I, the undersigned officer of the United States, acting under the power vested in the "
        "Secretary of Homeland "
        "Security by the laws of the United States, and by direction, command you to take into custody "
        "and remove "
        "from the United States the person named above, according to law, at the expense of the "
        "appropriation of the "
        "Department of Homeland Security."
    )
    sheet.y -= 40
    for written, label in (
        ("", "(Signature of immigration officer)"),
        (f"{paper.signer.name}, {paper.signer.title}", "(Title of immigration officer)"),
        (f"{long_date(issued)}, Rio Seco, New Mexico", "(Date and office location)"),
    ):
        if not written:
            sign(sheet, paper.signer.name, WIDTH / 2 + 10, sheet.y, height=36)
        sheet.put(WIDTH / 2 - 34, sheet.y + 4, written, "Helvetica", 9.5)
        sheet.canvas.setLineWidth(0.5)
        sheet.canvas.line(WIDTH / 2 - 40, sheet.y, WIDTH - sheet.margin, sheet.y)
        sheet.put((WIDTH * 1.5 - 40 - sheet.margin) / 2, sheet.y - 10, label, "Helvetica", 8, align="center")
        sheet.y -= 34


def _blank(sheet: Sheet, written: str, label: str) -> None:
    sheet.put(WIDTH / 2, sheet.y + 3, written, "Helvetica-Bold", 11.5, align="center")
    sheet.rule(x0=sheet.margin + 60, x1=WIDTH - sheet.margin - 60, width=0.5, after=10)
    sheet.put(WIDTH / 2, sheet.y, label, "Helvetica", 8, align="center")
    sheet.y -= 14


def immigration_judge_order(today: date) -> bytes:
    """An order with a caption, a docket and a judge's title, from inside the Department of Justice."""
    return build(
        partial(_draw_judge_order, paper=PAPERS["immigration_judge_order"], today=today),
        title="Order of the Immigration Judge",
        author="Executive Office for Immigration Review",
    )


def _draw_judge_order(sheet: Sheet, *, paper: Paper, today: date) -> None:
    subject = people.RESIDENTS["tun"]
    head = partial(sheet.line, font="Times-Bold", size=12, align="center", after=3)
    for words in (
        "UNITED STATES DEPARTMENT OF JUSTICE",
        "EXECUTIVE OFFICE FOR IMMIGRATION REVIEW",
        "UNITED STATES IMMIGRATION COURT",
        "RIO SECO, NEW MEXICO",
    ):
        head(words)
    sheet.y -= 18
    top = sheet.y
    for words in ("IN THE MATTER OF", "", subject.name.upper(), "", "Respondent"):
        sheet.line(words, "Times-Roman", 11.5, after=3)
    for mark in range(5):
        sheet.put(WIDTH / 2, top - 12 - 14.5 * mark, ")", "Times-Roman", 11.5, align="center")
    sheet.put(WIDTH / 2 + 26, top - 26, "In Removal Proceedings", "Times-Roman", 11.5)
    sheet.put(WIDTH / 2 + 26, top - 48, f"File No. {paper.docket(today)}", "Times-Bold", 11.5)
    sheet.y -= 20
    sheet.line(paper.title, "Times-Bold", 14, align="center", after=16)
    body = partial(sheet.prose, size=12, leading=18, first=30, after=9)
    body(
        "On the motion of the Department of Homeland Security, and the respondent having been heard, it "
        "is ordered that:"
    )
    items = (
        "The respondent is ordered removed from the United States to Guatemala.",
        f"The {people.CITY} is directed to make available to the Department any address, employment or "
        f"family records "
        "of the respondent that it keeps.",
        "The application for relief is denied.",
    )
    for number, item in enumerate(items, start=1):
        sheet.put(sheet.margin + 34, sheet.y - 12, f"{number}.", "Times-Roman", 12)
        sheet.prose(item, size=12, leading=17, x=sheet.margin + 56, width=sheet.inner - 56, after=7)
    body(
        "Appeal: waived / <b>reserved</b> by the respondent. Appeal due: "
        f"{long_date(paper.issued(today) + timedelta(days=30))}."
    )
    sheet.y -= 44
    x = WIDTH / 2 + 4
    sheet.put(sheet.margin, sheet.y + 4, f"Date: {long_date(paper.issued(today))}", "Times-Roman", 12)
    sheet.put(x + 6, sheet.y + 4, f"/s/ {paper.signer.name}", "Times-Italic", 14, color=INK)
    sheet.rule(x0=x, after=4)
    sheet.line(paper.signer.name, "Times-Roman", 12, x=x, after=3)
    sheet.line(paper.signer.title, "Times-Roman", 12, x=x, after=26)
    sheet.rule(color=GREY, after=6)
    sheet.prose(
        "Certificate of service: this document was served by electronic service on the "
        "respondent\u2019s counsel "
        "and on the Department of Homeland Security.",
        size=9.5,
        color=GREY,
    )


def request_letter(today: date) -> bytes:
    """A letter of the removal agency that asks for records, quotes a statute and compels nothing."""
    return build(
        partial(_draw_letter, paper=PAPERS["request_letter"], today=today),
        title="Request for information",
        author=_ERO.parent,
        every_page=_letterhead,
    )


def _letterhead(sheet: Sheet) -> None:
    top = HEIGHT - 54
    sheet.put(sheet.margin, top, "U.S. Department of Homeland Security", "Times-Bold", 13, color=_NAVY)
    sheet.put(sheet.margin, top - 14, _ERO.parent, "Times-Roman", 10, color=_NAVY)
    sheet.put(
        sheet.margin,
        top - 26,
        "Enforcement and Removal Operations, Rio Seco Field Office",
        "Times-Roman",
        10,
        color=_NAVY,
    )
    sheet.canvas.setStrokeColor(_NAVY)
    sheet.canvas.setLineWidth(1.4)
    sheet.canvas.line(sheet.margin, top - 36, WIDTH - sheet.margin, top - 36)
    sheet.put(
        WIDTH / 2,
        38,
        f"{_ERO.address}  \u00b7  {_ERO.phone}",
        "Times-Roman",
        8.5,
        align="center",
        color=_NAVY,
    )
    sheet.y = top - 62


def _draw_letter(sheet: Sheet, *, paper: Paper, today: date) -> None:
    subject, husband = people.RESIDENTS["quintana"], people.RESIDENTS["tun"]
    plain = partial(sheet.line, font="Times-Roman", size=11.5, after=3)
    plain(long_date(paper.issued(today)), after=14)
    for words in (people.RECORDS_OFFICE, people.CITY, people.RECORDS_ADDRESS, people.CITY_LINE):
        plain(words)
    sheet.y -= 12
    sheet.line(paper.title, "Times-Bold", 12, after=5)
    plain(f"RE: {subject.name}, born {long_date(subject.born)}")
    plain(f"Our file: {paper.docket(today)}", after=16)
    body = partial(sheet.prose, size=11.5, leading=16, after=10)
    body("To the Custodian of Records:")
    body(
        "Pursuant to our ongoing investigation, this office respectfully requests that the City provide "
        "the current "
        "address, telephone number, employer and emergency contacts of the person named above, together "
        "with every "
        "incident report, housing file and service record in which she appears. We also ask for the same "
        "records of "
        f"{husband.name}, born {long_date(husband.born)}."
    )
    body(
        "We draw your attention to 8 U.S.C. 1373, under which information about immigration status may "
        "not be kept from "
        "this agency. A Warrant of Removal/Deportation (Form I-205) is already on file and a copy can be "
        "sent."
    )
    body(
        "Please send the records by e-mail within five business days. As this matter is sensitive, we ask "
        "that you do not "
        "tell the persons concerned of this request. The information is for official use only. Your "
        "cooperation is "
        "appreciated."
    )
    body("Sincerely,", after=42)
    sign(sheet, paper.signer.name, sheet.margin, sheet.y + 6, height=34)
    sheet.y -= 4
    plain(paper.signer.name)
    plain(paper.signer.title)
    plain(_ERO.email)
