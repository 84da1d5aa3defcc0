"""Fields printed in shapes that life has: numbers, days, hands, people in rows and pairs."""

from __future__ import annotations

import pytest

from tests.workflows.instruments.test_fields import order, read
from tests.workflows.instruments.test_layouts import LETTER, STATE
from workflows.instruments.reader.view import make_view

COURT = "CIRCUIT COURT OF COOK COUNTY, ILLINOIS"


@pytest.mark.parametrize("number", ["26CV-3310-7", "CV-2026-900214.00", "MAG. 26-7714", "GJ-26-2-047"])
def test_a_number_ends_where_its_court_ends_it(number: str) -> None:
    caption = f"POE v. ACME LLC        {number}"
    one = read(STATE.format(head=COURT, caption=caption, title="Circuit Judge"))
    assert (one["type"], one["docket"]) == ("state_court_order", number)


def test_the_number_of_a_warrant_is_its_own_and_the_polices_case_is_not() -> None:
    caption = "SEARCH WARRANT   Warrant No. 2026SWS0419   Agency case: GO 26-551817"
    warrant = STATE.format(head=COURT, caption=caption, title="Circuit Judge")
    assert read(warrant.replace("ORDER FOR PRODUCTION OF RECORDS", ""))["docket"] == "2026SWS0419"


@pytest.mark.parametrize("dated", [
    "It is on this 20th day of February 2026 so ordered.\n\n/s/ Rosa Lind\n{}",
    "ENTER this 20th day of February, 2026.\n\n/s/ Rosa Lind\n{}",
    "/s/ Rosa Lind\n{}\nElectronically signed on 2026-02-20 16:45:31  page 1 of 2",
    "Dated: this 20th day of February, 2026\n/s/ Rosa Lind\n{}\nENTERED IN THE OFFICE OF THE CLERK 2/23/2026",
])  # fmt: skip
def test_the_day_that_the_judge_signed_is_told_in_many_ways(dated: str) -> None:
    hand = dated.format("United States District Judge")
    paper = order(hand=hand).replace("Dated: February 20, 2026\n", "")
    assert (read(paper)["issued"] or "")[:10] == "2026-02-20"


@pytest.mark.parametrize("due", ["by 5:00 p.m. (MST) on Friday, March 20, 2026", "by March 20, 2026"])
def test_a_last_day_near_the_hand_is_not_the_day_of_the_order(due: str) -> None:
    paper = order(due=due, hand="/s/ Rosa Lind\nUnited States District Judge\n\nFiled February 21, 2026")
    one = read(paper.replace("Dated: February 20, 2026\n", ""))
    assert ((one["issued"] or "")[:10], (one["return_date"] or "")[:10]) == ("2026-02-21", "2026-03-20")


@pytest.mark.parametrize("below, signed", [
    ("/s/ Rosa Lind", True), ("/s/ Rosa Lind   February 20, 2026", True), ("/s/ Ana Poe", False),
    ("/s/ Rosa Lind by Ana Poe", False),
    ("/s/ Rosa Lind to be affixed", False),
])  # fmt: skip
def test_the_judges_own_name_signed_below_her_title_is_her_hand(below: str, signed: bool) -> None:
    hand = f"________________________\nROSA LIND\nUnited States District Judge\n{below}"
    one = read(order(hand=hand))
    assert (one["unsigned"] is False, one["gate"] == "opens") == (signed, signed)


@pytest.mark.parametrize("whom, names", [
    ("the files of Tobias Hale and Ines Hale-Ruiz held by you", {"Tobias Hale", "Ines Hale-Ruiz"}),
    ("what you hold:\n   Hale, Tobias     02/11/79    88-1202\n   Ruiz, Ana Ines    12/30/02    88-1203\n",
     {"Hale, Tobias", "Ruiz, Ana Ines"}),
    ("the ACCOUNT RECORDS OF TOBIAS HALE, CITY PARKING DIVISION", {"TOBIAS HALE"}),
    ("records.\nTOBIAS HALE, Petitioner, v. ACME LLC, Respondent.\nThey are needed", {"TOBIAS HALE"}),
])  # fmt: skip
def test_people_stand_in_pairs_rows_and_captions(whom: str, names: set[str]) -> None:
    found = read(LETTER.format(whom=whom, hand="Ana Poe\nDeportation Officer"))["subjects"]
    assert set(found) == names


def test_a_city_and_its_state_in_a_row_are_nobody() -> None:
    whom = "what you hold:\n   Boise, Idaho     83702\n"
    assert read(LETTER.format(whom=whom, hand="Ana Poe\nDeportation Officer"))["subjects"] == []


@pytest.mark.parametrize("words, gate", [
    ("The Court GRANTS the motion. The City of Albuquerque must deliver it by March 20, 2026.", "opens"),
    ("THE COURT, being advised, ORDERS that the City of Albuquerque produce it by March 20, 2026.", "opens"),
    ("Earlier orders that the City produce it by March 20, 2026 were entered. No more is ordered.", "closed"),
    ("Movant says that the City of Albuquerque must produce it by March 20, 2026. So noted.", "closed"),
])  # fmt: skip
def test_what_must_be_produced_is_ordered_only_where_the_court_says_so(words: str, gate: str) -> None:
    paper = order()
    start, end = paper.index("The motion filed"), paper.index("Dated:")
    assert read(paper[:start] + words + "\n\n" + paper[end:])["gate"] == gate


def test_a_whole_word_is_not_cut_into_words_of_the_forms() -> None:
    words = "tendered declare forth often today courthouse thereof withhold understand decreto nacionalidad"
    assert make_view(words).text.strip() == words
    assert make_view("itisordered").text.strip() == "it is ordered"
