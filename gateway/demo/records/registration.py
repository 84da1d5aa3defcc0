"""A registration form of a city program, filled in on a computer: the values are form fields."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from reportlab.lib import colors

from gateway.demo import people
from gateway.demo.people import us_date
from gateway.demo.records.kinds import DemoRecord, Planted
from gateway.demo.sheet import GREY, HEIGHT, PALE, RULE, WIDTH, Sheet, build

_HER, _CLERK = people.RESIDENTS["quintana"], people.EMPLOYEES["ferrer"]
_GREEN = colors.HexColor("#24523b")
_HALF = 264.0

PLANTED = (
    Planted("Parral, Chihuahua, Mexico", "COUNTRY_OF_BIRTH", 1, "field"),
    Planted("A987-654-301", "A_NUMBER", 1, "field"),
    Planted(people.ITIN, "US_ITIN", 1, "field"),
    Planted(people.PASSPORT_NUMBER, "PASSPORT_NUMBER", 1, "field"),
    Planted("Spanish, some English", "LANGUAGE_PROXY", 1, "field"),
    Planted("Santa Teresa, 2009", "ENTRY_HISTORY", 1, "field"),
    Planted(people.CURP, "FOREIGN_NATIONAL_ID", 2, "field"),
    Planted(people.PASSPORT_MRZ[0], "PASSPORT_MRZ", 2),
    Planted(people.PASSPORT_MRZ[1], "PASSPORT_MRZ", 2),
    Planted(people.I94_NUMBER, "I94_NUMBER", 2),
)
STAYS = (
    "Marisol Elena Quintana Arce",
    "Evening workshop",
    "Sewing and repair",
    "Registration for a city program",
    "Georgia Whitcomb",
)
HARD_NEGATIVES = (
    "ICE contact (in case of emergency)",
    "Membership status: Active",
    "Marital status",
    "Resident of the city since",
)


def registration_form(today: date) -> DemoRecord:
    """Two pages with 20 form fields, a group of check boxes and a group of radio buttons."""
    day = today - timedelta(days=140)
    data = build(
        partial(_draw, day=day),
        title="Registration for a city program",
        author=_CLERK.department,
        margin=42,
        every_page=_head,
    )
    return DemoRecord(
        name="registration_form",
        file_name="program-registration.pdf",
        title="Registration for an evening workshop",
        layout="fillable form",
        department=_CLERK.department,
        custodian=_CLERK.name,
        record_class="other",
        subject=_HER.name,
        subject_born=_HER.born,
        day=day,
        pages=2,
        data=data,
        planted=PLANTED,
        stays=STAYS,
        hard_negatives=HARD_NEGATIVES,
        items={"sound_order": 4},
    )


def _head(sheet: Sheet) -> None:
    sheet.box(0, HEIGHT - 62, WIDTH, 62, fill=_GREEN, stroke=None)
    sheet.put(42, HEIGHT - 30, people.CITY, "Helvetica", 10, color=colors.white)
    sheet.put(42, HEIGHT - 48, "Registration for a city program", "Helvetica-Bold", 15, color=colors.white)
    sheet.put(
        WIDTH - 42,
        HEIGHT - 48,
        f"Page {sheet.page} of {sheet.pages}",
        "Helvetica",
        9,
        color=colors.white,
        align="right",
    )
    sheet.put(
        42, 28, f"Help with this form: {_CLERK.department}, {_CLERK.phone}", "Helvetica", 7.5, color=GREY
    )
    sheet.y = HEIGHT - 84


def _section(sheet: Sheet, words: str) -> None:
    sheet.y -= 6
    sheet.put(42, sheet.y - 10, words, "Helvetica-Bold", 10.5, color=_GREEN)
    sheet.canvas.setStrokeColor(_GREEN)
    sheet.canvas.setLineWidth(0.8)
    sheet.canvas.line(42, sheet.y - 15, WIDTH - 42, sheet.y - 15)
    sheet.y -= 24


def _fields(sheet: Sheet, *fields: tuple[str, str, str]) -> None:
    """One row of labelled fields, (name, label, value), sharing the width."""
    width = (sheet.inner - 10 * (len(fields) - 1)) / len(fields)
    for place, (name, label, value) in enumerate(fields):
        x = sheet.margin + place * (width + 10)
        sheet.put(x, sheet.y - 8, label, "Helvetica", 8, color=GREY)
        sheet.canvas.acroForm.textfield(
            name=name,
            tooltip=label,
            value=value,
            x=x,
            y=sheet.y - 31,
            width=width,
            height=19,
            fontName="Helvetica",
            fontSize=10,
            borderWidth=0.5,
            borderColor=RULE,
            fillColor=PALE,
            forceBorder=True,
        )
    sheet.y -= 40


def _choices(sheet: Sheet, name: str, label: str, options: tuple[tuple[str, bool], ...]) -> None:
    """A group of check boxes named `name.1`, `name.2` ... under one printed question."""
    sheet.put(42, sheet.y - 8, label, "Helvetica", 8, color=GREY)
    x = 42.0
    for place, (words, on) in enumerate(options, start=1):
        sheet.canvas.acroForm.checkbox(
            name=f"{name}.{place}",
            tooltip=words,
            checked=on,
            x=x,
            y=sheet.y - 26,
            size=12,
            buttonStyle="cross",
            borderWidth=0.7,
            borderColor=RULE,
            fillColor=colors.white,
            textColor=colors.black,
            fieldFlags="",
        )
        sheet.put(x + 17, sheet.y - 23, words, "Helvetica", 9)
        x += sheet.inner / len(options)
    sheet.y -= 38


def _draw(sheet: Sheet, *, day: date) -> None:
    _section(sheet, "1. About you")
    _fields(sheet, ("name", "Full name", _HER.name), ("born", "Date of birth", us_date(_HER.born)))
    _fields(sheet, ("address", "Street and number", _HER.address), ("phone", "Telephone", _HER.phone))
    _fields(
        sheet,
        ("birthplace", "Place of birth (city, state, country)", "Parral, Chihuahua, Mexico"),
        ("language", "Language spoken at home", "Spanish, some English"),
    )
    _choices(
        sheet,
        "citizenship",
        "Citizenship (check one)",
        (("U.S. citizen", False), ("Permanent resident", False), ("Visa holder", False), ("Other", True)),
    )
    _choices(
        sheet,
        "marital",
        "Marital status",
        (("Single", False), ("Married", True), ("Widowed", False), ("Divorced", False)),
    )
    _section(sheet, "2. Numbers (only if you have them)")
    _fields(
        sheet,
        ("anumber", "Alien registration number", _HER.a_number_hyphened),
        ("itin", "ITIN", people.ITIN),
        ("passport", "Passport number", people.PASSPORT_NUMBER),
    )
    _fields(
        sheet,
        ("entry", "Place and year of entry to the United States", "Santa Teresa, 2009"),
        ("since", "Resident of the city since", "2016"),
    )
    _section(sheet, "3. Your program")
    _fields(sheet, ("program", "Program", "Evening workshop"), ("course", "Course", "Sewing and repair"))
    _choices(
        sheet,
        "evening",
        "Evenings that suit you",
        (("Monday", True), ("Tuesday", False), ("Wednesday", True), ("Thursday", False)),
    )
    sheet.new_page()
    _section(sheet, "4. Someone we may call")
    _fields(
        sheet,
        ("ice_name", "ICE contact (in case of emergency)", "Georgia Whitcomb"),
        ("ice_phone", "Telephone", people.RESIDENTS["whitcomb"].phone),
    )
    _section(sheet, "5. Your signature")
    _fields(sheet, ("signed", "Typed name counts as signature", _HER.name), ("dated", "Date", us_date(day)))
    _section(sheet, "6. Filled in by the front desk")
    _fields(
        sheet,
        ("curp", "Number on foreign identity card, if shown", people.CURP),
        ("desk", "Received by", _CLERK.name),
    )
    sheet.prose(
        "Membership status: Active. Document seen at the desk, lines at its foot copied by hand scanner:",
        font="Helvetica",
        size=9,
        after=6,
    )
    sheet.box(42, sheet.y - 40, sheet.inner, 40, fill=PALE, stroke=RULE)
    for place, line in enumerate(people.PASSPORT_MRZ):
        sheet.put(52, sheet.y - 16 - 15 * place, line, "Courier", 10.5)
    sheet.y -= 52
    sheet.prose(
        f"Paper in the passport: I-94 admission number {people.I94_NUMBER}.",
        font="Helvetica",
        size=9,
        after=10,
    )
    _section(sheet, "7. House rules")
    for rule in (
        "Tools stay in the workshop. Scissors are counted at the end of the evening.",
        "Children over ten may come along when a seat is free.",
        "The course is free of charge. Cloth is given out on the first evening.",
    ):
        sheet.prose(rule, font="Helvetica", size=9.5, after=4)
