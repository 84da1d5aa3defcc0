"""Whose hand and which day a paper bears where several stand side by side, stamped or told."""

from __future__ import annotations

import pytest

from tests.workflows.instruments.test_fields import WARRANT, order, read

SIGNED = "/s/ Rosa Lind\nUnited States District Judge"
COLUMNS = """/s/ Rosa Lind                          Attest: MITCHELL R. RUE, Clerk
United States District Judge           By: /s/ Ana Prieto, Deputy Clerk
Dated: February 20, 2026               Date: February 24, 2026
"""
STAMP = """Digitally signed by {}
Date: 2026.02.20 10:12:55 -07'00'

_____________________________
{}
UNITED STATES DISTRICT JUDGE
"""


@pytest.mark.parametrize("dated, hand", [
    ("", COLUMNS),
    ("", STAMP.format("Rosa Lind", "ROSA LIND")),
    ("", "(sgd.) Rosa Lind, United States District Judge, 20 February 2026"),
    ("", "/s/ Rosa Lind on 02/20/2026\nUnited States District Judge"),
    ("SO ORDERED February 20th, 2026, nunc pro tunc to February 3, 2026.", SIGNED),
    ("A hearing was held on\nFebruary 3, 2026.\n\nGiven this 20th day of February, A.D. 2026.", SIGNED),
    ("Done this 20th day of February, in the year of our Lord two thousand and twenty-six.", SIGNED),
    ("", f"{SIGNED}\nFebruary 20, 2026\n\nApproved: telephonic approval 2/18/26   Ana Prieto, Attorney"),
])  # fmt: skip
def test_the_judge_and_the_day_of_the_order_stand_apart_from_others(dated: str, hand: str) -> None:
    reading = read(order(dated=dated, hand=hand))
    assert (reading["signer"], (reading["issued"] or "")[:10], reading["unsigned"]) == (
        "Rosa Lind", "2026-02-20", False,
    )  # fmt: skip


def test_a_lawyers_stamp_over_the_empty_line_of_a_judge_signs_nothing_for_her() -> None:
    reading = read(order(dated="", hand=STAMP.format("Corbin Ash, Attorney for Plaintiff", "ROSA LIND")))
    assert reading["unsigned"] is not False
    assert reading["gate"] == "closed"


def test_who_signs_the_exhibit_behind_an_order_does_not_sign_the_order() -> None:
    head = "Case 1:26-mc-00067-DHU   Document 19   Filed 02/20/26   Page {} of 2"
    behind = f"{head.format(2)}      EXHIBIT 1\nDEPARTMENT OF HOMELAND SECURITY     SUBPOENA\n"
    paper = order(stamp=head.format(1), hand=SIGNED) + behind + "[signed] R. Tolliver, Deportation Officer\n"
    assert read(paper)["signer"] == "Rosa Lind"


def test_of_two_names_below_a_letter_the_one_behind_by_signs() -> None:
    letter = "Office of the United States Attorney\nFebruary 20, 2026\n\nCity Attorney\nDear Counsel:\n"
    asks = "Please preserve all records of account 7712 for a period of 90 days.\nSincerely,\n"
    foot = "ALMA TRIPP\nActing United States Attorney\nBy: Ana Rivas\n    Assistant U.S. Attorney\n"
    assert read(letter + asks + foot)["signer"] == "Ana Rivas"


def test_the_pages_of_a_fax_run_through_its_whole_bundle() -> None:
    warrant = WARRANT.format("YOU ARE COMMANDED to execute this warrant on or before March 3, 2026")
    fax = "FAX   02/21/2026 16:02   FROM: 5053460001   TO: 5057684100   P. 0{}/0{}\n"
    note = "To: City Attorney\nMessage: the warrant follows with the list of what is sought.\n"
    files = "ATTACHMENT A\nThe lease files of the City of Albuquerque.\n"
    whole = fax.format(1, 3) + note + fax.format(2, 3) + warrant + fax.format(3, 3) + files
    torn = fax.format(1, 4) + note + fax.format(2, 4) + warrant + fax.format(4, 4) + files
    assert [read(paper)["gate"] for paper in (whole, torn)] == ["opens", "closed"]


@pytest.mark.parametrize("due, day", [
    ("within 14 days hereof", "2026-03-06"),
    ("within one week of this date", "2026-02-27"),
    ("up to and including March 9, 2026", "2026-03-09"),
    ("no laterthan March 9, 2026", "2026-03-09"),
    ("on orbefore March 9, 2026", "2026-03-09"),
])  # fmt: skip
def test_days_of_compliance_in_other_words(due: str, day: str) -> None:
    assert read(order(due=due, hand=SIGNED))["return_date"] == day


def test_spanish_days_and_orders() -> None:
    paper = """TRIBUNAL DE DISTRITO DE LOS ESTADOS UNIDOS
PARA EL DISTRITO DE NUEVO MÉXICO
ANA LUZ, Demandante, c. TRES PIEDRAS, Demandada.      Núm. 1:26-cv-00611

ORDEN QUE CONCEDE LA PETICIÓN DE EXHIBICIÓN

El Tribunal ORDENA a la Ciudad de Albuquerque entregar los informes a más tardar el 9 de marzo de 2026.

Expedida bajo mi firma el vigésimo día de febrero de 2026.
(firmado) Rosa Lind
Jueza de Distrito de los Estados Unidos
"""
    reading = read(paper)
    wanted = ("fed_production_order", "2026-02-20", "2026-03-09", "closed")
    assert (reading["type"], reading["issued"], reading["return_date"], reading["gate"]) == wanted
