"""Papers that come out of a scan or a message torn: numbered lines, fields apart from labels, quotes."""

from __future__ import annotations

import pytest

from tests.workflows.instruments.test_fields import WARRANT, order, read
from workflows.instruments.reader.margins import FEWEST, without_line_numbers
from workflows.instruments.reader.mending import mended

SIGNED = "/s/ Rosa Lind\nUnited States District Judge"


def numbered(text: str) -> str:
    """The text as a pleading, a number before each line."""
    return "".join(f"{n:2}   {line}\n" for n, line in enumerate(text.splitlines(), 1))


def test_the_numbers_of_its_lines_are_no_part_of_a_pleading_and_quotes_are_as_printed() -> None:
    paper = numbered(order(due="by the fifteenth day of Decem-\nber, 2026", hand=SIGNED))
    reading = read(paper)
    assert (reading["issued"], reading["return_date"]) == ("2026-02-20", "2026-12-15")
    assert all(paper[one["start"] : one["end"]] == one["quote"] for one in reading["evidence"])


def test_a_short_list_keeps_its_numbers() -> None:
    items = "".join(f"{n}   item\n" for n in range(1, FEWEST))
    assert without_line_numbers(items) == items


def test_the_last_day_of_a_warrant_that_came_out_below_its_label() -> None:
    torn = "YOU ARE COMMANDED to execute this warrant on or before\n(not to exceed 14 days)\n{}\n"
    assert read(WARRANT.format(torn.format("March 3, 2026")))["execute_by"] == "2026-03-03"
    assert read(WARRANT.format(torn.format("March 3, 2026\nMarch 4, 2026")))["execute_by"] is None
    assert read(WARRANT.format(torn.format("March 3, 2027")))["execute_by"] is None


@pytest.mark.parametrize("dated, day", [
    ("Dated: FEB 2 1 2O26", "2026-02-21"),
    ("Dated: Noven1ber 20, 2025", "2025-11-20"),
    ("Done this 20th day of February, 2026\n\nA true copy. Attest: the clerk 2/24/2026", "2026-02-20"),
])  # fmt: skip
def test_days_with_a_gap_a_broken_letter_or_a_copy_made_later(dated: str, day: str) -> None:
    assert read(order(dated=dated))["issued"] == day


def test_a_day_on_which_records_were_made_is_no_day_of_issue() -> None:
    made = "\n\n/s/ Rosa Lind\nUnited States District Judge\nRoswell, New Mexico, February 20, 2026"
    paper = order(due="of the flights of\nNovember 9, 2021.", dated="", hand=made)
    assert read(paper)["issued"] == "2026-02-20"


def test_an_order_that_a_message_quotes_has_not_been_signed_by_its_sender() -> None:
    quoted = "".join(f"> {line}\n" for line in order(hand=SIGNED).splitlines())
    mail = f"From: Lark, Ida (USANM)\nSubject: records\n\nCounsel,\n{quoted}\nThanks,\nIda Lark\n"
    reading = read(mail + "Assistant United States Attorney\n")
    assert (reading["signer"], reading["gate"]) == ("Ida Lark", "closed")


@pytest.mark.parametrize("above", [
    "Digitally signed by Ida Lark\nAssistant United States Attorney\n\n____________________",
    "(conformed copy)\n\n____________________",
])  # fmt: skip
def test_another_hand_or_a_note_over_an_empty_line_signs_for_no_judge(above: str) -> None:
    assert read(order(hand=f"{above}\nUnited States District Judge"))["gate"] == "closed"


@pytest.mark.parametrize("word", ["earlier", "transmit", "plank", "excepted", "verity", "brock"])
def test_words_and_names_that_are_near_a_word_of_a_form_stay_what_they_are(word: str) -> None:
    assert mended(word) == word


def test_a_partys_subpoena_and_an_agencys_are_told_apart_by_whose_process_it_is() -> None:
    plain = order(due="and comply with the subpoena by March 20, 2026")
    assert read(plain)["type"] == "fed_production_order"
    agency = plain.replace("GRANTING MOTION TO COMPEL", "").replace("The motion", "The petition to enforce")
    assert read(agency)["type"] == "court_order_enforcing_admin_subpoena"


def test_the_deputy_signs_below_the_clerk_who_is_named() -> None:
    paper = (
        "UNITED STATES DISTRICT COURT\nfor the District of New Mexico\n\n"
        "SUBPOENA TO TESTIFY BEFORE A GRAND JURY\n\nTo: City of Albuquerque\n"
        "YOU ARE COMMANDED to appear before the court's grand jury.\n\n"
        "MITCHELL RUE, CLERK\nBy: Marta Quill, Deputy\nDate: 02/09/2026\n"
    )
    assert read(paper)["signer"] == "Marta Quill"
