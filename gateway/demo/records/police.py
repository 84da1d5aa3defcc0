"""A police report: a boxed form, a narrative and a supplement."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from gateway.demo import people
from gateway.demo.people import Resident, us_date
from gateway.demo.records.kinds import DemoRecord, Planted
from gateway.demo.sheet import GREY, HEIGHT, PALE, WIDTH, Sheet, build

_OFFICER, _SERGEANT = people.EMPLOYEES["verdugo"], people.EMPLOYEES["corbin"]
_HIM, _HER, _HUSBAND = people.RESIDENTS["aldous"], people.RESIDENTS["quintana"], people.RESIDENTS["tun"]
_KEYWORDS = "rental fraud; complainant undocumented"

PLANTED = (
    Planted("Parral, Chihuahua", "COUNTRY_OF_BIRTH", 1),
    Planted("Mexican national", "CITIZENSHIP", 1),
    Planted("Spanish", "LANGUAGE_PROXY", 1),
    Planted("Matricula consular", "CONSULAR_ID", 1),
    Planted(people.MATRICULA, "CONSULAR_ID", 1),
    Planted("Coban, Alta Verapaz", "COUNTRY_OF_BIRTH", 1),
    Planted("Guatemalan", "CITIZENSHIP", 1),
    Planted("A 987 654 318", "A_NUMBER", 1),
    Planted("Tulsa, Oklahoma", "COUNTRY_OF_BIRTH", 1),
    Planted("U.S. citizen", "CITIZENSHIP", 1),
    Planted("undocumented", "IMMIGRATION_STATUS", 2),
    Planted("because of immigration", "STATUS_IMPLICIT", 2),
    Planted("picked up by ICE", "IMMIGRATION_ENFORCEMENT", 2),
    Planted("work permit", "IMMIGRATION_DOCUMENT", 2),
    Planted("C09", "EAD_CATEGORY", 2),
    Planted("Parral", "COUNTRY_OF_BIRTH", 2),
    Planted("Mexican consulate", "CONSULAR_CONTACT", 3),
    Planted("crossed the border", "ENTRY_HISTORY", 3),
    Planted("immigration detainer", "IMMIGRATION_ENFORCEMENT", 3),
    Planted("A#987654301", "A_NUMBER", 3),
    Planted("ICE hold", "IMMIGRATION_ENFORCEMENT", 3, "outline"),
    Planted("undocumented", "IMMIGRATION_STATUS", None, "metadata"),
)
STAYS = (
    "Bluestem Property Group",
    "keys that fit no door",
    "a deposit of $1,850",
    "2218 Yarrow Street",
    "hand-written receipt",
    "Tomas Verdugo-Lusk",
    "black and white photographs",
)
HARD_NEGATIVES = (
    "Mexican restaurant",
    "Indian School Road",
    "ice on the sidewalk",
    "senior citizens lunch",
    "Cuba, New Mexico",
    "parole officer",
    "illegal dumping",
    "P250310012",
)


def police_report(today: date) -> DemoRecord:
    """Three pages about a rental fraud, with every person's birthplace and citizenship boxed."""
    day = today - timedelta(days=96)
    data = build(
        partial(_draw, day=day),
        title="Incident report",
        author="Cottonwood Mesa Police Department",
        keywords=_KEYWORDS,
        margin=36,
        every_page=partial(_frame, day=day),
    )
    return DemoRecord(
        name="police_report",
        file_name="incident-report.pdf",
        title="Incident report with supplement",
        layout="boxed form and narrative",
        department=_OFFICER.department,
        custodian=_OFFICER.name,
        record_class="police_report",
        subject=_HER.name,
        subject_born=_HER.born,
        day=day,
        pages=3,
        data=data,
        planted=PLANTED,
        stays=STAYS,
        hard_negatives=HARD_NEGATIVES,
        items={"sound_order": 1},
    )


def _number(day: date) -> str:
    return f"CM-{day:%y}-004417"


def _frame(sheet: Sheet, *, day: date) -> None:
    top = HEIGHT - 36
    sheet.box(36, top - 30, sheet.inner, 30, fill=PALE)
    sheet.put(44, top - 20, "COTTONWOOD MESA POLICE DEPARTMENT", "Helvetica-Bold", 12)
    head = ("INCIDENT REPORT", "NARRATIVE", "SUPPLEMENT")[min(sheet.page, 3) - 1]
    sheet.put(WIDTH - 44, top - 20, head, "Helvetica-Bold", 12, align="right")
    sheet.put(36, 24, f"Report {_number(day)}", "Helvetica", 7.5, color=GREY)
    sheet.put(
        WIDTH - 36, 24, f"Page {sheet.page} of {sheet.pages}", "Helvetica", 7.5, color=GREY, align="right"
    )
    sheet.y = top - 34


def _row(sheet: Sheet, *cells: tuple[float, str, str], height: float = 25) -> None:
    """One row of boxes across the page; widths are shares of the full width."""
    x = sheet.margin
    for share, label, value in cells:
        width = share * sheet.inner
        sheet.cell(x, sheet.y, width, height, label, value)
        x += width
    sheet.y -= height


def _band(sheet: Sheet, words: str) -> None:
    sheet.y -= 7
    sheet.box(sheet.margin, sheet.y - 14, sheet.inner, 14, fill=PALE, line=0.5)
    sheet.put(sheet.margin + 4, sheet.y - 10, words, "Helvetica-Bold", 8)
    sheet.y -= 14


def _party(
    sheet: Sheet, band: str, who: Resident, *, citizenship: str, language: str, shown: str, sex: str
) -> None:
    _band(sheet, band)
    _row(
        sheet,
        (0.5, "NAME (FIRST, MIDDLE, LAST)", who.name),
        (0.18, "DATE OF BIRTH", us_date(who.born)),
        (0.08, "SEX", sex),
        (0.24, "TELEPHONE", who.phone),
    )
    _row(sheet, (0.5, "ADDRESS", who.address), (0.5, "PLACE OF BIRTH", who.birthplace))
    _row(
        sheet,
        (0.27, "CITIZENSHIP", citizenship),
        (0.31, "PRIMARY LANGUAGE", language),
        (0.42, "IDENTIFICATION SHOWN", shown),
    )


def _draw(sheet: Sheet, *, day: date) -> None:
    _draw_form(sheet, day)
    sheet.new_page()
    sheet.canvas.bookmarkPage("narrative")
    sheet.canvas.addOutlineEntry("Narrative", "narrative")
    _draw_narrative(sheet, day)
    sheet.new_page()
    sheet.canvas.bookmarkPage("supplement")
    sheet.canvas.addOutlineEntry("Supplement: ICE hold inquiry", "supplement")
    _draw_supplement(sheet, day)


def _draw_form(sheet: Sheet, day: date) -> None:
    _row(
        sheet,
        (0.25, "REPORT NUMBER", _number(day)),
        (0.25, "CAD EVENT NUMBER", "P250310012"),
        (0.25, "DATE OCCURRED", us_date(day - timedelta(days=2))),
        (0.25, "DATE REPORTED", us_date(day)),
    )
    _row(
        sheet,
        (0.5, "OFFENSE", "Fraud, rental deposit (30-16-6)"),
        (0.15, "BEAT", "12"),
        (0.35, "STATUS", "Active"),
    )
    _row(sheet, (0.5, "LOCATION", _HER.address), (0.5, "WEATHER AND LIGHT", "Clear, cold; daylight"))
    _party(
        sheet,
        "COMPLAINANT",
        _HER,
        citizenship="Mexican national",
        language="Spanish (interpreter)",
        shown="Matricula consular 99000123",
        sex="F",
    )
    _party(
        sheet,
        "WITNESS 1",
        _HUSBAND,
        citizenship="Guatemalan",
        language="Q'eqchi', some Spanish",
        shown=f"{_HUSBAND.a_number_spaced} (card)",
        sex="M",
    )
    _party(
        sheet,
        "SUSPECT",
        _HIM,
        citizenship="U.S. citizen",
        language="English",
        shown="NM license, last four 8812",
        sex="M",
    )
    _band(sheet, "CHECK ALL THAT APPLY")
    sheet.box(sheet.margin, sheet.y - 38, sheet.inner, 38, line=0.5)
    labels = (
        ("Interpreter used", True),
        ("Victim services card given", True),
        ("Photographs taken", True),
        ("Consular notice offered", True),
        ("Weapon displayed", False),
        ("Body camera on", True),
    )
    for place, (label, on) in enumerate(labels):
        sheet.tick(sheet.margin + 10 + (place % 3) * 180, sheet.y - 14 - (place // 3) * 16, label, on=on)
    sheet.y -= 38
    _band(sheet, "PROPERTY")
    _row(
        sheet,
        (0.1, "QTY", "1"),
        (0.55, "DESCRIPTION", "Receipt, hand-written, and two keys"),
        (0.17, "VALUE", "$1,850"),
        (0.18, "TAG", "O-1"),
    )
    _band(sheet, "REPORTING OFFICER")
    _row(
        sheet,
        (0.4, "NAME", _OFFICER.name),
        (0.3, "TITLE AND BADGE", _OFFICER.title),
        (0.3, "APPROVED BY", _SERGEANT.name),
    )


def _draw_narrative(sheet: Sheet, day: date) -> None:
    sheet.y -= 14
    body = partial(sheet.prose, font="Courier", size=10, leading=14.5, x=48, width=WIDTH - 96, after=10)
    body(
        f"On {us_date(day)} at 1410 hours I was sent to 2218 Yarrow Street, behind the Mexican "
        f"restaurant on Indian "
        "School Road, on a report of rental fraud. There was ice on the sidewalk and on the outside "
        "stairs. I met the "
        "complainant, Marisol Quintana, at the door of Apartment 4. A neighbor, Georgia Whitcomb, was "
        "with her."
    )
    body(
        "Quintana said through a telephone interpreter that two days earlier she paid Wendell Aldous of "
        "Bluestem "
        "Property Group a deposit of $1,850 in cash for Apartment 9. Aldous gave her a hand-written "
        "receipt and two "
        "keys that fit no door in the building. When she asked for the money back, Aldous told her that "
        "he knew she "
        "was undocumented and that one call would be enough."
    )
    body(
        "I asked why she had waited two days. She answered that she was afraid to call the police "
        "because of "
        "immigration. She said that her husband, Rogelio Tun, was picked up by ICE in 2019 on his way to "
        "work, and "
        "that he now has a work permit (category C09). She was born in Parral and has rented in this "
        "city for nine "
        "years."
    )
    body(
        "Whitcomb, who runs the senior citizens lunch at the community center, told me that she heard "
        "the talk through "
        "the wall and that Aldous used the same words with the tenant of Apartment 6. She keeps a list "
        "of broken locks "
        "and has called the city about illegal dumping behind the building, which she says Aldous ordered."
    )
    body(
        "I took black and white photographs of the receipt, collected both keys as evidence O-1, and "
        "gave Quintana a "
        "victim services card. Aldous was not at his office at 77 Granary Road."
    )
    sheet.y -= 24
    sheet.put(48, sheet.y, f"{_OFFICER.name}, {_OFFICER.title}", "Courier-Bold", 10)


def _draw_supplement(sheet: Sheet, day: date) -> None:
    later = day + timedelta(days=9)
    _row(
        sheet,
        (0.3, "SUPPLEMENT DATE", us_date(later)),
        (0.4, "WRITTEN BY", _SERGEANT.name),
        (0.3, "TITLE AND BADGE", "Sergeant, 2093"),
    )
    sheet.y -= 14
    body = partial(sheet.prose, font="Courier", size=10, leading=14.5, x=48, width=WIDTH - 96, after=10)
    body(
        "I reviewed the report of Officer Verdugo-Lusk and called the complainant. She repeated her "
        "account in every "
        "detail. She added that Aldous asked her when she crossed the border near Santa Teresa, wrote "
        "the answer on "
        "the back of her application, and took a picture of her old card, A#987654301."
    )
    body(
        "Dispatch found a note of an immigration detainer for the husband in the jail system from 2019. "
        "It was "
        "withdrawn and plays no part in this investigation. On the complainant's wish the Mexican "
        "consulate was "
        "notified."
    )
    body(
        "Aldous is on supervision for an earlier fraud. His parole officer told me that Aldous now stays "
        "with a cousin "
        "in Cuba, New Mexico, and drives back on weekdays. I left word for him there. He has not called."
    )
    body(
        "Bank records show that the deposit was paid into an account of Bluestem Property Group on the "
        "day of the "
        "receipt. I have asked the District Attorney to look at the three other complaints together with "
        "this one."
    )
    sheet.y -= 24
    sheet.put(48, sheet.y, f"{_SERGEANT.name}, {_SERGEANT.title}", "Courier-Bold", 10)
