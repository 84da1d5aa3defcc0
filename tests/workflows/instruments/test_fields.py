"""Where fields stand on papers: one order, one warrant, one subpoena, spelled in many ways."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from workflows.instruments.classify import classify

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
ORDER = """{stamp}
IN THE UNITED STATES DISTRICT COURT
FOR THE DISTRICT OF NEW MEXICO

UNITED STATES OF AMERICA,      )
     Petitioner,               )
v.                             )    {number}
CITY OF ALBUQUERQUE,           )
     Respondent.               )

ORDER GRANTING MOTION TO COMPEL

The motion filed January 9, 2026 is GRANTED. IT IS ORDERED that the City of Albuquerque shall
produce the lease file {due}.

{dated}

{hand}
"""
WARRANT = """AO 93 (Rev. 11/13)
UNITED STATES DISTRICT COURT for the District of New Mexico
In the Matter of the Search of            )
the records office, City of Albuquerque   )    Case No. 26-MR-117

SEARCH AND SEIZURE WARRANT

To: Any authorized law enforcement officer
I find that the affidavit establishes probable cause to search and seize the lease file.
{}

Date and time issued: February 20, 2026 at 4:44 p.m.

/s/ Rosa Lind
Judge's signature
Rosa Lind, United States Magistrate Judge
"""
SUBPOENA = """U.S. DEPARTMENT OF HOMELAND SECURITY
IMMIGRATION ENFORCEMENT SUBPOENA
to Appear and/or Produce Records
8 U.S.C. 1225(d), 8 C.F.R. 287.4
{}
To: City of Albuquerque, Housing
In Reference To: PABLO RIVAS-LUNA
(B) PRODUCE the records indicated in Block 4. Title of Proceeding: removal
4. Records: lease file
5. /s/ Marta Quill
   Deportation Officer     Date: February 9, 2026
Form I-138
"""


def read(text: str) -> dict[str, Any]:
    return classify(text, as_of=NOW, request_subjects=[], home_city="City of Albuquerque")


def order(**parts: str) -> str:
    """The sound order with some of its places filled otherwise."""
    return ORDER.format(
        **{
            "stamp": "", "number": "No. 1:26-mc-00027-MIS", "due": "by March 20, 2026",
            "dated": "Dated: February 20, 2026",
            "hand": "/s/ Rosa Lind\nUnited States District Judge", **parts,
        }
    )  # fmt: skip


@pytest.mark.parametrize("hand", [
    "Rosa Lind\n____________________\nHON. ROSA LIND\nUnited States District Judge",
    "Rosa Lind\n------------------------------\nRosa Lind, United States District Judge",
    "Rosa Lind\n..........................\nJudge, United States District Court",
    "Rosa Lind\nTHE HONORABLE ROSA LIND\nUNITED STATES DISTRICT JUDGE",
    "R. Lind\n_____________________\nRosa Lind\nUnited States District Judge",
    "_____Rosa Lind_____\nUnited States District Judge",
    "ROSA LIND\nUNITED STATES DISTRICT JUDGE\n(Signed electronically February 20, 2026)",
    "Signature: Rosa Lind\nPrinted name: Rosa Lind\nTitle: United States District Judge",
])  # fmt: skip
def test_a_name_written_on_the_line_or_twice_is_a_signature(hand: str) -> None:
    one = read(order(hand=hand))
    assert (one["signer"], one["unsigned"], one["gate"]) == ("Rosa Lind", False, "opens")


@pytest.mark.parametrize("hand, unsigned", [
    ("_________________________\nRosa Lind\nUnited States District Judge", True),
    ("_________________________\nHON. ROSA LIND\nUNITED STATES DISTRICT JUDGE", True),
    ("Rosa Lind\nUnited States District Judge", None),
    ("HON. ROSA LIND\nUNITED STATES DISTRICT JUDGE", None),
    ("[faded stroke, not legible]\n_____________________\nRosa Lind\nUnited States District Judge", None),
    ("Pia Sand\n_____________________\nRosa Lind\nUnited States District Judge", None),
])  # fmt: skip
def test_a_printed_name_an_empty_line_and_another_hand_are_none(hand: str, unsigned: bool | None) -> None:
    one = read(order(hand=hand))
    assert (one["unsigned"], one["gate"]) == (unsigned, "closed")


@pytest.mark.parametrize("number, docket", [
    ("Misc. No. 26-0031 JB", "26-0031 JB"),
    ("Case No. 26-X-0009 (search warrant: 26 MR 00790)", "26-X-0009"),
    ("(related case no. 1:25-cr-00991)\nv.          ) Case No. 1:26-mc-00027", "1:26-mc-00027"),
    ("Subpoena No. 2026-88\nv.       )  Misc. No. 26-27", "26-27"),
    ("Case No. CR 25-1904-002 JCH", "CR 25-1904-002 JCH"),
    ("No. 26 M 0045", "26 M 0045"),
    ("Misc. Docket 2026/114", "2026/114"),
    ("3:26-xr-00004 (cf. D-202-CV-2025-03318, removed)", "3:26-xr-00004"),
    ("Case no. 1:26-mc-91 (transferred from 2:25-mc-13)", "1:26-mc-91"),
    ("M-26-77-D", "M-26-77-D"),
    ("Case No. 1:26-mc-______", None),
])  # fmt: skip
def test_the_caption_says_which_of_its_numbers_is_the_papers_own(number: str, docket: str | None) -> None:
    assert read(order(number=number))["docket"] == docket


@pytest.mark.parametrize("head, docket", [
    ("Subpoena: HSI-ABQ-26-00117", "HSI-ABQ-26-00117"),
    ("Event Number: ABQ2602000117   Subpoena No.: ERO-26-00117", "ERO-26-00117"),
    ("Subpoena Number     | In Reference To\nELP-2026-000117     | Rivas", "ELP-2026-000117"),
    (
        "Subpoena Number\n(Title of Proceeding)\nCity of Albuquerque\nHSI-ABQ-2025-010043",
        "HSI-ABQ-2025-010043",
    ),
    ("Número de citatorio: ABQ-26-117", "ABQ-26-117"),
])  # fmt: skip
def test_an_agencys_own_number_is_found_beside_or_below_its_label(head: str, docket: str) -> None:
    assert read(SUBPOENA.format(head))["docket"] == docket


@pytest.mark.parametrize("stamp", [
    "FILED  2026 FEB 20 PM  3: 41",
    "FILED\n26 FEB 20 AM 9:12",
    "E-FILED\n2026-Feb-20",
    "DOCKETED: Feb. 20, 2026",
    "FILED\nUnited States District Court\nAlbuquerque, New Mexico\nFeb 20, 2026\nClerk of Court",
    "Case 1:26-mc-00027-MIS  Document 9  Filed 02/20/26  Page 1 of 2",
])  # fmt: skip
def test_the_clerks_stamp_dates_an_order_and_another_filing_does_not(stamp: str) -> None:
    assert read(order(dated="IT IS SO ORDERED.", stamp=stamp))["issued"][:10] == "2026-02-20"
    assert read(order(dated="IT IS SO ORDERED."))["issued"] is None


@pytest.mark.parametrize("dated", [
    "SO ORDERED this twentieth day of February, two thousand twenty-six.", "So ordered, 20 Feb 26.",
    "SIGNED this Friday, February 20, A.D. 2026", "Done this 2Oth day of February, 2O26",
])  # fmt: skip
def test_dates_in_words_short_and_misread(dated: str) -> None:
    assert read(order(dated=dated))["issued"] == "2026-02-20"


def test_a_day_left_open_is_no_date() -> None:
    one = read(order(dated="Entered this ______ day of February, 2026."))
    assert (one["issued"], one["gate"]) == (None, "closed")


@pytest.mark.parametrize("due", [
    "within twenty-eight (28) days of the date on which this Order is filed",
    "not later than 28 days from the date hereof",
    "by the 20th day of the month of March 2026", "on or before Friday, March 20, 2026",
])  # fmt: skip
def test_the_day_of_production(due: str) -> None:
    assert read(order(due=due))["return_date"] == "2026-03-20"


def test_a_day_of_the_present_month() -> None:
    assert read(order(due="by the 27th inst."))["return_date"] == "2026-02-27"


@pytest.mark.parametrize("last", [
    "YOU ARE COMMANDED to execute this warrant on or before March 4, 2026",
    "This warrant shall be executed within twelve (12) days from the date of issuance.",
    "Officers may enter and search on any day up to and including March 4, 2026.",
    "This warrant must be served no later than March 4, 2026",
    "Not to be executed after March 4, 2026",
    "This warrant expires at 10:00 p.m. on March 4, 2026",
])  # fmt: skip
def test_the_last_day_of_a_warrant(last: str) -> None:
    assert read(WARRANT.format(last))["execute_by"][:10] == "2026-03-04"


def test_the_last_day_of_a_month_is_a_date() -> None:
    text = WARRANT.format(
        "YOU ARE COMMANDED to execute this warrant on or before the last day of February, 2026"
    )
    assert read(text)["execute_by"] == "2026-02-28"


@pytest.mark.parametrize("stamp", [
    "|   D E N I E D   |",
    "DENIED. The order will not issue.",
    "[stamp: DENIED 2/21/26]",
    "[ ] granted  [x] denied",
])  # fmt: skip
def test_a_stamp_that_refuses_outweighs_the_order_under_it(stamp: str) -> None:
    one = read(order(dated="Dated: February 20, 2026\n\n" + stamp))
    assert (one["type"], one["gate"]) == ("other_court_order", "closed")


def test_a_paper_of_the_bundle_that_may_take_the_order_back_closes_it() -> None:
    slip = "CLERK'S NOTE\nChambers called: the order of February 20 was recalled on February 27.\n"
    assert read(order())["gate"] == "opens"
    assert read(order() + "\n\f\nCITY OF ALBUQUERQUE\nDear counsel,\n" + slip)["gate"] == "closed"


COVER = """Department of Homeland Security, Office of the Chief Counsel
Records office: the enclosed paper of the court must be obeyed by your clerks today.
____________________________________________________________________________
"""
FAX = "02-05-2026  08:31  TASK FORCE  505 555 0160  p.1 of 2\nFAX COVER  TO: City Clerk\n"
NEXT = "02-05-2026  08:31  TASK FORCE  505 555 0160  p.2 of 2\n"


@pytest.mark.parametrize("head", [COVER, FAX + NEXT])
def test_a_note_of_two_lines_or_a_page_of_a_fax_is_no_part_of_the_paper_behind_it(head: str) -> None:
    reading = read(
        head + WARRANT.format("YOU ARE COMMANDED to execute this warrant on or before March 5, 2026")
    )
    assert (reading["type"], reading["docket"]) == ("fed_search_warrant", "26-MR-117")


def test_what_stands_beside_an_empty_box_is_not_ordered_and_opens_nothing() -> None:
    form = ORDER.replace("The motion filed", "[ ] the subpoena is vacated\n\n[X] The motion filed")
    reading = read(
        form.format(
            stamp="", number="1:26-mc-00017", due="by March 20, 2026", dated="Dated February 20, 2026",
            hand="[s] Rosa Lind\nUNITED STATES DISTRICT JUDGE",
        )
    )  # fmt: skip
    assert (reading["type"], reading["signer"]) == ("fed_production_order", "Rosa Lind")
    assert reading["gate"] == "closed"
