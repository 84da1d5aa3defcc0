"""Papers of a United States district court: an order to produce records and a search warrant."""

from __future__ import annotations

from datetime import date
from functools import partial

from reportlab.lib import colors

from gateway.demo import people
from gateway.demo.papers.catalog import PAPERS, Paper
from gateway.demo.papers.pen import sign
from gateway.demo.people import long_date
from gateway.demo.sheet import HEIGHT, INK, WIDTH, Sheet, build

_AGENT = people.HATHCOCK.name
_UNIT = people.AGENCIES["rfu"]


def sound_order(today: date) -> bytes:
    """An order of a district judge, signed, that compels six kinds of records."""
    return _order(PAPERS["sound_order"], today)


def unsigned_order(today: date) -> bytes:
    """The same kind of order with an empty line where the judge would sign."""
    return _order(PAPERS["unsigned_order"], today)


def sound_warrant(today: date) -> bytes:
    """A search warrant of a magistrate judge, signed in ink, still to be executed."""
    return _warrant(PAPERS["sound_warrant"], today)


def expired_warrant(today: date) -> bytes:
    """A search warrant whose last day has passed, its return never filled in."""
    return _warrant(PAPERS["expired_warrant"], today)


# --- the order -----------------------------------------------------------------------------------


def _order(paper: Paper, today: date) -> bytes:
    head = partial(_filing_line, paper=paper, today=today)
    return build(
        partial(_draw_order, paper=paper, today=today),
        title=paper.title.title(),
        author="District of New Mexico",
        every_page=head,
    )


def _filing_line(sheet: Sheet, *, paper: Paper, today: date) -> None:
    """The line that an electronic filing system prints over every page; drafts have none."""
    if paper.signature != "blank":
        words = (
            f"Case {paper.docket(today)}    Document 6    Filed {paper.issued(today):%m/%d/%y}"
            f"    Page {sheet.page} of {sheet.pages}"
        )
        sheet.put(
            WIDTH / 2, HEIGHT - 34, words, "Helvetica", 8.5, align="center", color=colors.HexColor("#1f3fbf")
        )
    sheet.put(WIDTH / 2, 40, str(sheet.page), "Times-Roman", 10, align="center")


def _caption(sheet: Sheet, paper: Paper, today: date) -> None:
    sheet.line("IN THE UNITED STATES DISTRICT COURT", "Times-Bold", 12.5, align="center", after=3)
    sheet.line("FOR THE DISTRICT OF NEW MEXICO", "Times-Bold", 12.5, align="center", after=22)
    top = sheet.y
    sheet.prose(
        "IN THE MATTER OF THE APPLICATION OF THE UNITED STATES OF AMERICA FOR AN ORDER "
        "DIRECTING PRODUCTION OF RECORDS OF A MUNICIPALITY,",
        width=222,
        after=12,
    )
    sheet.line("CITY OF COTTONWOOD MESA,", "Times-Roman", 11, after=12)
    sheet.line("Respondent.", "Times-Roman", 11, x=sheet.margin + 108, after=2)
    bottom = sheet.y
    for mark in range(int((top - bottom) // 14)):
        sheet.put(WIDTH / 2, top - 11 - 14 * mark, ")", "Times-Roman", 11, align="center")
    sheet.put(WIDTH / 2 + 30, (top + bottom) / 2 - 2, f"No. {paper.docket(today)}", "Times-Bold", 12)
    sheet.y = bottom - 20


def _draw_order(sheet: Sheet, *, paper: Paper, today: date) -> None:
    issued = paper.issued(today)
    start, end = paper.covers(today) or (issued, issued)
    subject = people.RESIDENTS["quintana"]
    _caption(sheet, paper, today)
    sheet.line(paper.title, "Times-Bold", 13, align="center", after=16)
    body = partial(sheet.prose, size=12, leading=19, first=36, after=7)
    body(
        f"This matter is before the Court on the application of the United States, through the "
        f"{_UNIT.name}, "
        "for an order that the Respondent produce certain records that it keeps. The application rests on "
        "the "
        f"sworn declaration of Special Agent {_AGENT}."
    )
    body(
        "The Court has read the application and the declaration. It finds that the records described "
        "below are "
        "relevant to a criminal investigation into the taking of rental deposits by false pretenses "
        "(18 U.S.C. 1343), that they are in the custody of the Respondent, and that the burden of "
        "producing them "
        "is small."
    )
    body(
        f"<b>IT IS THEREFORE ORDERED</b> that the {people.CITY}, through its {people.RECORDS_OFFICE}, "
        f"{people.RECORDS_ADDRESS}, {people.CITY_LINE}, shall produce to the {_UNIT.name}, within "
        f"fourteen (14) "
        f"days of service of this Order, the following records concerning <b>{subject.name}</b>, born "
        f"{long_date(subject.born)}, made or received from {long_date(start)} through {long_date(end)}:"
    )
    for number, item in enumerate(paper.items, start=1):
        sheet.need(40)
        sheet.put(sheet.margin + 42, sheet.y - 12, f"{number}.", "Times-Roman", 12)
        sheet.prose(item, size=12, leading=17, x=sheet.margin + 64, width=sheet.inner - 64, after=6)
    sheet.y -= 4
    sheet.need(215)  # a judge's signature never stands alone on a page
    body(
        "<b>IT IS FURTHER ORDERED</b> that production is limited to the records, the person and the dates "
        "named "
        "above. Nothing in this Order requires the Respondent to make a record that it does not have."
    )
    body("<b>IT IS SO ORDERED.</b>")
    sheet.line(f"Dated: {long_date(issued)}", "Times-Roman", 12, x=sheet.margin + 36, after=30)
    _judge_block(sheet, paper)


def _judge_block(sheet: Sheet, paper: Paper) -> None:
    x = WIDTH / 2 + 4
    if paper.signature == "conformed":
        sheet.put(x + 6, sheet.y + 4, f"/s/ {paper.signer.name}", "Times-Italic", 14, color=INK)
    sheet.rule(x0=x, after=4)
    sheet.line(paper.signer.name.upper(), "Times-Roman", 11.5, x=x, after=3)
    sheet.line(paper.signer.title.upper(), "Times-Roman", 11.5, x=x, after=3)


# --- the warrant ---------------------------------------------------------------------------------


def _warrant(paper: Paper, today: date) -> bytes:
    return build(
        partial(_draw_warrant, paper=paper, today=today),
        title="Search and Seizure Warrant",
        author="District of New Mexico",
        margin=54,
        every_page=_form_number,
    )


def _form_number(sheet: Sheet) -> None:
    if sheet.page <= 2:
        part = " (Page 2)" if sheet.page == 2 else ""
        sheet.put(
            sheet.margin, HEIGHT - 42, f"AO 93 (Rev. 11/13) Search and Seizure Warrant{part}", "Helvetica", 7
        )
    sheet.put(WIDTH / 2, 30, f"Page {sheet.page} of {sheet.pages}", "Times-Roman", 8.5, align="center")


def _draw_warrant(sheet: Sheet, *, paper: Paper, today: date) -> None:
    _warrant_face(sheet, paper, today)
    sheet.new_page()
    _warrant_return(sheet, paper, today)
    sheet.new_page()
    _attachments(sheet, paper, today)


def _warrant_caption(sheet: Sheet, paper: Paper, today: date) -> None:
    sheet.rule(width=1.2, after=10)
    sheet.line("UNITED STATES DISTRICT COURT", "Times-Bold", 17, align="center", after=4)
    sheet.line("for the", "Times-Roman", 11, align="center", after=3)
    sheet.line("District of New Mexico", "Times-Roman", 13, align="center", after=16)
    top, middle = sheet.y, WIDTH / 2
    left = [
        ("In the Matter of the Search of", "Times-Roman", 11),
        ("(Briefly describe the property to be searched", "Times-Italic", 8.5),
        ("or identify the person by name and address)", "Times-Italic", 8.5),
        (f"Files of the {people.CITY},", "Times-Bold", 10),
        (f"Records Office, {people.RECORDS_ADDRESS},", "Times-Bold", 10),
        (f"{people.CITY_LINE}", "Times-Bold", 10),
    ]
    for words, font, size in left:
        sheet.line(words, font, size, align="left", after=3.5, x=sheet.margin + 6)
    for mark in range(int((top - sheet.y) // 13)):
        sheet.put(middle, top - 10 - 13 * mark, ")", "Times-Roman", 11, align="center")
    sheet.put(middle + 24, (top + sheet.y) / 2, "Case No.", "Times-Roman", 11)
    sheet.put(middle + 74, (top + sheet.y) / 2, paper.docket(today), "Times-Bold", 11.5)
    sheet.canvas.setLineWidth(0.5)
    sheet.canvas.line(middle + 70, (top + sheet.y) / 2 - 3, WIDTH - sheet.margin, (top + sheet.y) / 2 - 3)
    sheet.y -= 14


def _warrant_face(sheet: Sheet, paper: Paper, today: date) -> None:
    issued, until = paper.issued(today), paper.execute_by(today)
    if until is None:
        raise ValueError("a warrant needs its last day")
    _warrant_caption(sheet, paper, today)
    sheet.line(paper.title, "Times-Bold", 16, align="center", after=12)
    words = partial(sheet.prose, size=10.5, leading=14, after=6)
    words("To:&nbsp;&nbsp;&nbsp;Any authorized law enforcement officer")
    words(
        "An officer of the federal government asks leave to search the property described below, which "
        "lies in the "
        "District of New Mexico <i>(identify the person or describe the property)</i>:",
        first=18,
    )
    words("<b>See Attachment A</b>, which is part of this warrant.", x=sheet.margin + 18)
    words(
        "I find that the affidavit, or recorded testimony, establish probable cause to search and seize "
        "the property "
        "described, and that the search will reveal <i>(identify the property to be seized)</i>:",
        first=18,
    )
    words(
        "<b>See Attachment B</b>, which is part of this warrant. Offense: 18 U.S.C. 1343 (wire fraud).",
        x=sheet.margin + 18,
    )
    words(
        f"<b>YOU ARE COMMANDED to execute this warrant on or "
        f"before</b>&nbsp;&nbsp;<b>{long_date(until)}</b>"
        "&nbsp;&nbsp;<i>(not to exceed 14 days)</i>",
        first=18,
        size=11,
    )
    sheet.y -= 8
    sheet.tick(
        sheet.margin + 18,
        sheet.y,
        "in the daytime 6:00 a.m. to 10:00 p.m.",
        on=True,
        font="Times-Roman",
        size=10,
    )
    sheet.tick(
        sheet.margin + 190,
        sheet.y,
        "at any time in the day or night because good cause has been established.",
        on=False,
        font="Times-Roman",
        size=10,
    )
    sheet.y -= 14
    words(
        "Unless delayed notice is authorized below, leave a copy of the warrant and a receipt for what "
        "was taken with "
        "the person from whom, or at the place where, it was taken.",
        first=18,
    )
    words(
        "The officer who executes the warrant must be there when the inventory is made, and must promptly "
        f"return this warrant and inventory to <b>{paper.signer.title} {paper.signer.name}</b>.",
        first=18,
    )
    sheet.y -= 6
    sheet.tick(
        sheet.margin + 18,
        sheet.y,
        "Notice may be delayed under 18 U.S.C. 3103a(b) for ____ days.",
        on=False,
        font="Times-Roman",
        size=10,
    )
    sheet.y -= 44
    x, line = WIDTH / 2 + 6, sheet.y
    _under(sheet, sheet.margin, 210, f"{long_date(issued)}, 10:42 a.m.", "Date and time issued")
    if paper.signature == "image":
        sign(sheet, paper.signer.name, x + 20, line, height=40)
    _under(
        sheet,
        x,
        246,
        f"/s/ {paper.signer.name}" if paper.signature == "conformed" else "",
        "Judge\u2019s signature",
    )
    sheet.y = line - 44
    _under(sheet, sheet.margin, 210, "Cottonwood Mesa, New Mexico", "City and state")
    _under(sheet, x, 246, f"{paper.signer.name}, {paper.signer.title}", "Printed name and title")


def _under(sheet: Sheet, x: float, width: float, words: str, label: str) -> None:
    """A ruled line with something written on it and its printed label beneath; the cursor stays."""
    sheet.put(x + 6, sheet.y + 4, words, "Times-Italic" if words.startswith("/s/") else "Times-Roman", 10.5)
    sheet.canvas.setLineWidth(0.5)
    sheet.canvas.line(x, sheet.y, x + width, sheet.y)
    sheet.put(x + width / 2, sheet.y - 10, label, "Times-Italic", 8.5, align="center")


def _warrant_return(sheet: Sheet, paper: Paper, today: date) -> None:
    """The second page as the court hands it out: empty until officers have executed the warrant."""
    sheet.rule(width=1.2, after=0)
    top, inner = sheet.y, sheet.inner
    sheet.box(sheet.margin, top - 26, inner, 26)
    sheet.put(WIDTH / 2, top - 18, "Return", "Times-Bold", 13, align="center")
    third = inner / 3
    labels = (
        f"Case No.: {paper.docket(today)}",
        "Date and time warrant executed:",
        "Copy of warrant and inventory left with:",
    )
    for place, label in enumerate(labels):
        sheet.box(sheet.margin + place * third, top - 66, third, 40)
        sheet.put(sheet.margin + place * third + 4, top - 37, label, "Times-Roman", 8.5)
    for label, start, height in (
        ("Inventory made in the presence of:", 66, 40),
        ("Inventory of the property taken and name of any person(s) seized:", 106, 300),
    ):
        sheet.box(sheet.margin, top - start - height, inner, height)
        sheet.put(sheet.margin + 4, top - start - 11, label, "Times-Roman", 8.5)
    sheet.box(sheet.margin, top - 430, inner, 24)
    sheet.put(WIDTH / 2, top - 423, "Certification", "Times-Bold", 12, align="center")
    sheet.y = top - 440
    sheet.prose(
        "I declare under penalty of perjury that this inventory is correct and was returned, with "
        "the original "
        "warrant, to the designated judge.",
        size=10.5,
        first=18,
        after=44,
    )
    _under(sheet, sheet.margin, 170, "", "Date")
    _under(sheet, WIDTH / 2 + 6, 240, "", "Executing officer\u2019s signature")
    sheet.y -= 44
    _under(sheet, WIDTH / 2 + 6, 240, "", "Printed name and title")


def _attachments(sheet: Sheet, paper: Paper, today: date) -> None:
    start, end = paper.covers(today) or (today, today)
    subject = people.RESIDENTS["aldous"]
    sheet.margin = 72
    sheet.y = HEIGHT - 80
    body = partial(sheet.prose, size=11.5, leading=16, after=9)
    sheet.line("ATTACHMENT A", "Times-Bold", 13, align="center", after=3)
    sheet.line("Property to be searched", "Times-Italic", 11.5, align="center", after=14)
    body(
        f"Files kept on paper and in electronic form by the {people.CITY}, {people.RECORDS_OFFICE}, "
        f"{people.RECORDS_ADDRESS}, {people.CITY_LINE}, so far as they concern:",
        first=24,
    )
    body(
        f"<b>{subject.name}</b>, born {long_date(subject.born)}, {subject.address}, {people.CITY_SHORT}.",
        x=108,
        width=sheet.inner - 36,
    )
    sheet.y -= 22
    sheet.line("ATTACHMENT B", "Times-Bold", 13, align="center", after=3)
    sheet.line("Items to be seized", "Times-Italic", 11.5, align="center", after=14)
    body(
        "Records, in whatever form they are kept, that are evidence of a violation of 18 U.S.C. 1343 and "
        "that were made "
        f"or received from {long_date(start)} through {long_date(end)}, namely:",
        first=24,
    )
    for number, item in enumerate(paper.items, start=1):
        sheet.put(sheet.margin + 18, sheet.y - 11.5, f"{number}.", "Times-Roman", 11.5)
        sheet.prose(item, size=11.5, leading=16, x=sheet.margin + 38, width=sheet.inner - 38, after=7)
    sheet.y -= 4
    body(
        "The custodian may satisfy this warrant by handing copies to the executing officer. The officer "
        "need not be "
        "present while the custodian searches.",
        first=24,
    )
