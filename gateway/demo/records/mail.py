"""An exchange of e-mail between city employees, printed from a mail program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from gateway.demo import people
from gateway.demo.people import Employee, long_date, us_date
from gateway.demo.records.kinds import DemoRecord, Planted
from gateway.demo.sheet import GREY, HEIGHT, RULE, WIDTH, Sheet, build

_STRAND, _PENN, _HER = people.EMPLOYEES["strand"], people.EMPLOYEES["penn"], people.RESIDENTS["quintana"]
_SUBJECT = "Yarrow Street household, papers for the flat"

PLANTED = (
    Planted("H-2A", "VISA_CLASS", 1),
    Planted("DACA", "HUMANITARIAN_PROTECTION", 1),
    Planted("(c)(33)", "EAD_CATEGORY", 1),
    Planted("F-1 student", "VISA_CLASS", 1),
    Planted(people.SEVIS_ID, "SEVIS_ID", 1),
    Planted("I-485", "IMMIGRATION_DOCUMENT", 1),
    Planted("overstayed", "IMMIGRATION_STATUS", 1),
    Planted("Laguna Pueblo", "TRIBAL_AFFILIATION", 2),
    Planted("Honduran", "CITIZENSHIP", 2),
    Planted("came with a coyote", "ENTRY_HISTORY", 2),
    Planted("no legal status", "IMMIGRATION_STATUS", 2),
    Planted("immigration court", "IMMIGRATION_ENFORCEMENT", 2),
)
STAYS = (
    "Yarrow Street household",
    "two sets of keys",
    "the smaller flat",
    "pstrand@cottonwoodmesa.example",
    "Thursday at nine",
)
HARD_NEGATIVES = (
    "Visa ending 4111",
    "I-25",
    "TPS report",
    "New Mexican",
    "J1 bus",
    "F-1 key",
    "permanent resident parking",
)


@dataclass(frozen=True, slots=True)
class _Message:
    sender: Employee
    to: Employee
    days_later: int
    clock: str
    body: tuple[str, ...]


_MESSAGES = (
    _Message(
        sender=_PENN,
        to=_STRAND,
        days_later=3,
        clock="4:52 PM",
        body=(
            "Perpetua,",
            "thank you, that helps. One more thing. The cousin who sleeps in the kitchen is a Honduran "
            "national with "
            "no legal status; he came with a coyote last summer and has an immigration court hearing in the "
            "fall. He is "
            "not on the lease and I shall not put him on. The lady across the hall is an enrolled member of "
            "Laguna Pueblo "
            "and has first claim on the smaller flat under the old agreement.",
            "I reserved the van for Thursday at nine. The J1 bus does not run on that day, and I-25 is "
            "closed "
            "at the "
            "river. Permits for permanent resident parking are in the drawer, with two sets of keys and the "
            "F-1 key of "
            "the lift.",
            "Ivo",
        ),
    ),
    _Message(
        sender=_STRAND,
        to=_PENN,
        days_later=2,
        clock="11:07 AM",
        body=(
            "Ivo,",
            "here is what I could find out. The father picked chile on an H-2A for two seasons and "
            "overstayed "
            "when the "
            "farm closed. The eldest is a DACA recipient and works with an EAD under (c)(33). The niece "
            "is an "
            "F-1 student, "
            f"SEVIS {people.SEVIS_ID}. The mother has an I-485 pending. None of this should matter for a "
            f"lock "
            f"and a roof, "
            "and I write it down only because the form of the state still asks.",
            "The moving boxes went on the card of the department, Visa ending 4111. Please send me the TPS "
            "report for the "
            "lift (the one of the fire marshal), since the inspector wants it before anybody moves in.",
            "Perpetua",
        ),
    ),
    _Message(
        sender=_PENN,
        to=_STRAND,
        days_later=0,
        clock="9:15 AM",
        body=(
            "Dear Perpetua,",
            "the transitional flat on Third Street will be free next month. Before I can offer it to the "
            "Yarrow Street "
            "household I need a list of the people who will live there, with their ages, and the names of "
            "the "
            "school and "
            "the employer. As a born New Mexican I know how our winters are, so let us be quick.",
            "Ivo Madrigal-Penn",
        ),
    ),
)


def mail_printout(today: date) -> DemoRecord:
    """Two pages, oldest message first, in an embedded font."""
    day = today - timedelta(days=55)
    data = build(
        partial(_draw, day=day),
        title="Printed mail",
        author=_PENN.name,
        margin=50,
        every_page=partial(_head, day=day),
    )
    return DemoRecord(
        name="mail_printout",
        file_name="mail-yarrow-street.pdf",
        title=f"E-mail: {_SUBJECT}",
        layout="e-mail printout",
        department=_PENN.department,
        custodian=_PENN.name,
        record_class="correspondence",
        subject=_HER.name,
        subject_born=_HER.born,
        day=day + timedelta(days=3),
        pages=2,
        data=data,
        planted=PLANTED,
        stays=STAYS,
        hard_negatives=HARD_NEGATIVES,
        items={"sound_order": 5},
    )


def _head(sheet: Sheet, *, day: date) -> None:
    sheet.put(50, HEIGHT - 34, f"{us_date(day + timedelta(days=4))}, 8:03 AM", "Vera", 7, color=GREY)
    sheet.put(WIDTH / 2, HEIGHT - 34, f"City mail - {_SUBJECT}", "Vera", 7, color=GREY, align="center")
    sheet.put(WIDTH - 50, 30, f"{sheet.page}/{sheet.pages}", "Vera", 7, color=GREY, align="right")
    sheet.y = HEIGHT - 54


def _draw(sheet: Sheet, *, day: date) -> None:
    sheet.line(_PENN.name, "Vera-Bold", 11, after=6)
    sheet.rule(width=1.6, after=8)
    for depth, message in enumerate(reversed(_MESSAGES)):
        if depth == 2:
            sheet.new_page()
        _message(sheet, message, day)


def _message(sheet: Sheet, message: _Message, day: date) -> None:
    sent = day + timedelta(days=message.days_later)
    for label, value in (
        ("From:", f"{message.sender.name} <{message.sender.email}>"),
        ("Sent:", f"{long_date(sent)} {message.clock}"),
        ("To:", f"{message.to.name} <{message.to.email}>"),
        ("Subject:", ("RE: " if message.days_later else "") + _SUBJECT),
    ):
        sheet.y -= 9
        sheet.put(50, sheet.y, label, "Vera-Bold", 8.5)
        sheet.put(104, sheet.y, value, "Vera", 8.5)
        sheet.y -= 5
    sheet.y -= 8
    for words in message.body:
        sheet.prose(words, font="Vera", size=9, leading=13.5, after=7)
    sheet.y -= 6
    sheet.rule(color=RULE, after=12)
