"""A code inspection: nobody's status, but many words that look like it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from gateway.demo import people
from gateway.demo.people import long_date
from gateway.demo.records.kinds import DemoRecord
from gateway.demo.sheet import GREY, HEIGHT, PALE, RULE, WIDTH, Sheet, build

_OWNER = people.RESIDENTS["aldous"]
_INSPECTOR = "Basil Underhill-Cato"

STAYS = ("Violation", "hand rail missing", "dead bolt does not close", "Granary Road", "Basil Underhill-Cato")
HARD_NEGATIVES = (
    "Mexican restaurant",
    "Indian School Road",
    "illegal dumping",
    "undocumented gas line",
    "ice machine",
    "senior citizens",
    "Spanish tile roof",
    "conditional use permit",
    "Green card",
    "Canadian geese",
    "port of entry",
    "New Mexico",
    "Georgia Whitcomb",
    "R-1 zoning",
)

_FINDINGS = (
    ("1", "Front stairs", "Ice from the overflow of an ice machine; hand rail missing on the left side."),
    ("2", "Apartment 4", "Lock broken, dead bolt does not close. Owner was told in writing on two dates."),
    ("3", "Basement", "An undocumented gas line runs to the Mexican restaurant next door. Shut off at once."),
    (
        "4",
        "Yard",
        "Illegal dumping of tires along the fence to Indian School Road. Canadian geese nest behind it.",
    ),
    (
        "5",
        "Roof",
        "Spanish tile roof, nine tiles loose above the door that senior citizens use for the lunch.",
    ),
    ("6", "Use", "Store room rented as an office without a conditional use permit; the lot is R-1 zoning."),
)


def code_inspection(today: date) -> DemoRecord:
    """One page without any status data: a careful detector takes nothing out of it."""
    day = today - timedelta(days=30)
    data = build(partial(_draw, day=day), title="Inspection report", author="Code Enforcement", margin=54)
    return DemoRecord(
        name="code_inspection",
        file_name="code-inspection.pdf",
        title="Inspection report, 2218 Yarrow Street",
        layout="form and short table",
        department="Code Enforcement",
        custodian=_INSPECTOR,
        record_class="other",
        subject=_OWNER.name,
        subject_born=_OWNER.born,
        day=day,
        pages=1,
        data=data,
        planted=(),
        stays=STAYS,
        hard_negatives=HARD_NEGATIVES,
        items={"sound_warrant": 1},
    )


def _draw(sheet: Sheet, *, day: date) -> None:
    sheet.put(54, HEIGHT - 58, "Code Enforcement", "Times-Bold", 17)
    sheet.put(54, HEIGHT - 74, f"{people.CITY}, {people.CITY_LINE}", "Times-Roman", 10, color=GREY)
    sheet.put(WIDTH - 54, HEIGHT - 58, "INSPECTION REPORT", "Times-Bold", 12, align="right")
    sheet.put(WIDTH - 54, HEIGHT - 74, f"CE-{day:%y}-0091", "Times-Roman", 10, align="right", color=GREY)
    sheet.y = HEIGHT - 92
    half = sheet.inner / 2
    for left, right in (
        (("PREMISES", "2218 Yarrow Street"), ("DATE", long_date(day))),
        (("OWNER OR MANAGER", f"{_OWNER.name}, Bluestem Property Group"), ("ADDRESS", _OWNER.address)),
        (("CALLED IN BY", "Georgia Whitcomb, Apt 2"), ("INSPECTOR", _INSPECTOR)),
    ):
        sheet.cell(54, sheet.y, half, 27, *left, font="Times-Roman", size=11)
        sheet.cell(54 + half, sheet.y, half, 27, *right, font="Times-Roman", size=11)
        sheet.y -= 27
    sheet.y -= 18
    _table(sheet)
    sheet.y -= 16
    body = partial(sheet.prose, size=11, leading=15.5, after=8)
    body(
        "The owner has ten days for items 1, 2 and 5 and thirty days for the rest. Status of the earlier "
        "notice: Active. "
        "He may ask for a hearing at the counter. A Green card posted at the door shows that the boiler "
        "was passed "
        "last year; it must stay there."
    )
    body(
        "A truck with out-of-state plates stood in the fire lane. Its driver had come from the port of "
        "entry scales and "
        "was waiting for a crane. He moved it when asked."
    )
    body(
        "The premises will be seen again under the housing code of the City and the building code of the "
        "State of "
        "New Mexico. Photographs 1 to 14 are kept with this report."
    )
    sheet.y -= 30
    sheet.rule(x1=280, after=4)
    sheet.line(f"{_INSPECTOR}, Inspector, 505-555-0127", "Times-Roman", 10)


def _table(sheet: Sheet) -> None:
    widths = (30.0, 84.0, sheet.inner - 114)
    for row, words in enumerate((("No.", "Where", "Violation"), *_FINDINGS)):
        x, height = 54.0, 22.0
        for place, (width, word) in enumerate(zip(widths, words, strict=True)):
            sheet.box(x, sheet.y - height, width, height, fill=None if row else PALE, stroke=RULE, line=0.5)
            bold = row == 0 or place == 1
            sheet.put(x + 5, sheet.y - 14.5, word, "Times-Bold" if bold else "Times-Roman", 9.6)
            x += width
        sheet.y -= height
