"""A waiting list of the housing office: a ruled table with a column of nationalities."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from reportlab.lib import colors

from gateway.demo import people
from gateway.demo.people import us_date
from gateway.demo.records.kinds import DemoRecord, Planted
from gateway.demo.sheet import GREY, HEIGHT, PALE, RULE, WIDTH, Sheet, build

_CLERK, _HER = people.EMPLOYEES["penn"], people.RESIDENTS["quintana"]
_COLUMNS = (
    ("No.", 24),
    ("Applicant", 138),
    ("Birth date", 56),
    ("Nationality", 74),
    ("SAVE result", 72),
    ("Rooms", 34),
    ("Applied", 56),
    ("Remarks", 86),
)
_ROW_PT = 17.5
_ROWS_PER_PAGE = 32

_GIVEN = (
    "Abelard",
    "Benita",
    "Corwin",
    "Delphine",
    "Eusebio",
    "Fenna",
    "Gideon",
    "Hortensia",
    "Isidra",
    "Jorunn",
    "Kasimir",
    "Leocadia",
    "Mirabel",
    "Nestor",
    "Ottilie",
    "Primitivo",
)
_FAMILY = (
    "Ashgrove",
    "Brambilla-Soto",
    "Cordwain",
    "Dumont-Reyes",
    "Espejo",
    "Farnaby",
    "Galindo-Roth",
    "Hollins",
    "Ibarrola",
    "Junker",
    "Kestrel",
    "Larkspur",
    "Montoya-Finch",
    "Nightingale",
    "Orozco-Hale",
    "Pemberley",
)
_ORIGINS = (
    ("U.S. citizen", "not run"),
    ("U.S. citizen", "not run"),
    ("Mexican", "verified LPR"),
    ("Guatemalan", "no match"),
    ("Honduran", "TPS verified"),
    ("Cuban", "parolee"),
    ("Afghan", "refugee"),
    ("Vietnamese", "naturalized"),
    ("Nigerian", "asylee"),
    ("not stated", "not run"),
)
_REMARKS = (
    "",
    "",
    "",
    "senior citizen unit",
    "over income",
    "ground floor",
    "out-of-state plates",
    "two dogs",
    "moved to Georgia St.",
    "needs ramp",
)

PLANTED = (
    Planted("U.S. citizen", "CITIZENSHIP", 1),
    Planted("Mexican", "CITIZENSHIP", 1),
    Planted("Guatemalan", "CITIZENSHIP", 1),
    Planted("Honduran", "CITIZENSHIP", 1),
    Planted("Cuban", "CITIZENSHIP", 1),
    Planted("Afghan", "CITIZENSHIP", 1),
    Planted("Vietnamese", "CITIZENSHIP", 1),
    Planted("Nigerian", "CITIZENSHIP", 1),
    Planted("LPR", "IMMIGRATION_STATUS", 1),
    Planted("TPS", "HUMANITARIAN_PROTECTION", 1),
    Planted("parolee", "HUMANITARIAN_PROTECTION", 1),
    Planted("refugee", "HUMANITARIAN_PROTECTION", 1),
    Planted("naturalized", "IMMIGRATION_STATUS", 1),
    Planted("asylee", "HUMANITARIAN_PROTECTION", 1),
    Planted("no eligible immigration status", "STATUS_ELIGIBILITY", 2),
)
STAYS = ("Waiting list, two and three rooms", "Applicant", "needs ramp", "ground floor", "Ivo Madrigal-Penn")
HARD_NEGATIVES = (
    "senior citizen unit",
    "over income",
    "out-of-state plates",
    "moved to Georgia St.",
    "New Mexico",
)


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    born: date
    nationality: str
    result: str
    rooms: int
    applied: date
    remark: str


def housing_list(today: date) -> DemoRecord:
    """Two pages of applicants; the subject is one of them, the others are nobody's business."""
    day = today - timedelta(days=47)
    data = build(
        partial(_draw, day=day),
        title="Waiting list",
        author="Housing Office",
        margin=36,
        every_page=partial(_head, day=day),
    )
    return DemoRecord(
        name="housing_list",
        file_name="housing-waiting-list.pdf",
        title="Waiting list, two and three rooms",
        layout="table",
        department=_CLERK.department,
        custodian=_CLERK.name,
        record_class="housing_file",
        subject=_HER.name,
        subject_born=_HER.born,
        day=day,
        pages=2,
        data=data,
        planted=PLANTED,
        stays=STAYS,
        hard_negatives=HARD_NEGATIVES,
        items={"sound_order": 3},
    )


def _rows(day: date) -> list[_Row]:
    draw = random.Random("waiting list")  # noqa: S311  # a list that is the same every time
    rows = []
    for place in range(54):
        nationality, result = _ORIGINS[place % len(_ORIGINS)]
        rows.append(
            _Row(
                f"{_GIVEN[place % 16]} {_FAMILY[(place * 5 + place // 16) % 16]}",
                date(draw.randint(1948, 2001), draw.randint(1, 12), draw.randint(1, 28)),
                nationality,
                result,
                draw.randint(2, 3),
                day - timedelta(days=draw.randint(20, 300)),
                _REMARKS[(place * 3) % len(_REMARKS)],
            )
        )
    rows[16] = _Row(
        _HER.name, _HER.born, "Mexican", "no match", 3, day - timedelta(days=33), "priority: see letter"
    )
    return rows


def _head(sheet: Sheet, *, day: date) -> None:
    top = HEIGHT - 44
    sheet.put(36, top, "Housing Office", "Helvetica-Bold", 13)
    sheet.put(36, top - 15, f"Waiting list, two and three rooms, as of {us_date(day)}", "Helvetica", 10)
    sheet.put(WIDTH - 36, top, people.CITY_LINE, "Helvetica", 8, align="right", color=GREY)
    sheet.put(
        WIDTH - 36,
        top - 15,
        f"Kept by {_CLERK.name}, {_CLERK.phone}",
        "Helvetica",
        8,
        align="right",
        color=GREY,
    )
    sheet.put(36, 26, "For use in the Housing Office only", "Helvetica", 7.5, color=GREY)
    sheet.put(
        WIDTH - 36, 26, f"Page {sheet.page} of {sheet.pages}", "Helvetica", 7.5, align="right", color=GREY
    )
    sheet.y = top - 28
    _line(sheet, [title for title, _ in _COLUMNS], "Helvetica-Bold", fill=PALE)


def _line(sheet: Sheet, words: list[str], font: str, *, fill: colors.Color | None = None) -> None:
    x = sheet.margin
    for (_, width), word in zip(_COLUMNS, words, strict=True):
        sheet.box(x, sheet.y - _ROW_PT, width, _ROW_PT, fill=fill, stroke=RULE, line=0.4)
        sheet.put(x + 3.5, sheet.y - _ROW_PT + 5.5, word, font, 7.8)
        x += width
    sheet.y -= _ROW_PT


def _draw(sheet: Sheet, *, day: date) -> None:
    for place, row in enumerate(_rows(day)):
        if place == _ROWS_PER_PAGE:
            sheet.new_page()
        _line(
            sheet,
            [
                str(place + 1),
                row.name,
                us_date(row.born),
                row.nationality,
                row.result,
                str(row.rooms),
                us_date(row.applied),
                row.remark,
            ],
            "Helvetica",
        )
    sheet.y -= 16
    sheet.prose(
        "Households marked \u201cno match\u201d are kept on the list. Where a member has no eligible "
        "immigration "
        "status, rent is reckoned in proportion for the others; nobody is struck off for that reason. "
        "Income "
        "limits are those of the State of New Mexico for the current year.",
        font="Helvetica",
        size=8.5,
        leading=12,
    )
