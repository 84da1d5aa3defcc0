"""A judge's order opens with what stands in many orders beside the command; what takes it back closes it."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.workflows.instruments.test_doubts import GRANTED, HEADING, SEARCH, TITLE, swapped
from tests.workflows.instruments.test_fields import order, read
from workflows.instruments.classify import classify

PLACE = "the records office, City of Albuquerque   )"
RULE = "=" * 70


def beside(sentence: str) -> str:
    """The gate of the sound order with one sentence more."""
    return swapped(order(), "Dated:", f"{sentence}\n\nDated:")


def counted(*pages: str, heads: str = "") -> str:
    """The sound order on three pages whose running heads count them so."""
    command, end = order().split("Dated:")
    title, command = command.split("IT IS ORDERED")
    texts = (title, f"IT IS ORDERED{command}", f"Dated:{end}")
    head = "Case 1:26-mc-00027-MIS   Document 20   Filed 02/20/26   Page"
    return heads + "".join(f"{head} {page}\n\n{text}\n" for page, text in zip(pages, texts, strict=True))


@pytest.mark.parametrize("sentence", [
    "The remaining requests are not enforced.", "The balance of the subpoena is quashed.",
    "The motion for sanctions is withdrawn.", "The City's objection (Doc. 33) is withdrawn.",
    "The hearing set for March 2, 2026 is VACATED.", "Briefing on the motion for a stay is suspended.",
    "The subpoena is modified to reach leases signed in 2024 only.",
    "As modified, the subpoena is enforced.", "The motion for reconsideration (Doc. 44) is DENIED.",
    "The Order of February 2, 2026 (Doc. 20) is VACATED and replaced by this Order.",
    "Having reviewed the file in camera, the Court finds no privilege.",
    "The City argued that the subpoena was void. The Court disagrees.",
    "Nothing in this Order shall be construed as a waiver of any privilege.",
    "Production is subject to the protective order (Doc. 12).", "The Order to Show Cause is discharged.",
    "If the City fails to comply, it shall show cause why it should not be held in contempt.",
    "The City did not comply, since the subpoena was not signed by a judge.",
    "A subpoena must be quashed or modified if it subjects a person to undue burden.",
    "The City may move to modify this Order for good cause.", "The Court declines to stay it.",
])  # fmt: skip
def test_what_speaks_of_something_else_keeps_no_order_closed(sentence: str) -> None:
    assert beside(sentence) == "opens"


@pytest.mark.parametrize("sentence", [
    "The remaining obligations of the City are stayed.", "The rest of this Order is withdrawn.",
    "The motion to compel is withdrawn.", "The City's objection is withdrawn and so is this Order.",
    "The deadline for production is VACATED.", "The hearing is vacated and production is stayed.",
    "The subpoena is modified so that nothing need be produced.", "This Order is modified by Doc. 44.",
    "The subpoena is modified to require no documents.", "The motion to reconsider is GRANTED.",
    "As modified by the Tenth Circuit, this Order is of no effect.", "The stay is continued.",
    "This Order is vacated and replaced by the Order of February 24, 2026.",
    "After in camera review the Court will decide whether the file is produced.",
    "The subpoena was void.", "Nothing in this Order waives the City's right to withhold the file.",
    "Nothing in this Order requires the City to produce the lease file.",
    "Production is subject to the protective order to be entered.",
    "If the City fails to object, it shall produce the lease file.",
    "This Court STAYED its order on February 22, 2026.", "Item 1 is withdrawn.",
    "The stay will be lifted when a bond is posted.", "M O T I O N   D E N I E D",
    "This Order was not issued or signed by a judge.", "The Court declines to enforce the subpoena.",
    "The City may move to modify this Order and need not produce until then.",
])  # fmt: skip
def test_what_comes_close_to_it_and_takes_the_order_back_closes_it(sentence: str) -> None:
    assert beside(sentence) != "opens"


def test_an_order_that_lifts_its_own_stay_and_one_whose_title_compels_open() -> None:
    lifted = """On February 2, 2026 this Court STAYED its production order. IT IS ORDERED that the stay is
lifted and that the City of Albuquerque shall produce the lease file by March 20, 2026."""
    told = "WHEREFORE the City of Albuquerque SHALL PRODUCE the lease file by March 20, 2026."
    assert swapped(order(), GRANTED, lifted) == "opens"
    compelling = order().replace(TITLE, "ORDER COMPELLING THE CITY OF ALBUQUERQUE")
    assert swapped(compelling, GRANTED, told) == "opens"
    assert swapped(order().replace(TITLE, "STIPULATION"), GRANTED, told) != "opens"


@pytest.mark.parametrize("title, gate", [
    ("ORDER GRANTING PETITIONER'S\nMOTION TO COMPEL COMPLIANCE", "opens"),
    ("ORDER GRANTING\nMOTION TO STAY", "closed"), ("ORDER\nMOTION TO COMPEL", "closed"),
    ("ORDER GRANTING LEAVE TO FILE\nMOTION TO COMPEL", "closed"),
    ("PROPOSED ORDER GRANTING PETITIONER'S\nMOTION TO COMPEL", "closed"),
])  # fmt: skip
def test_a_title_of_two_lines_names_the_motion_that_was_granted(title: str, gate: str) -> None:
    assert swapped(order(), TITLE, title) == gate


def test_one_paragraph_of_several_may_be_given_up() -> None:
    parts = """IT IS ORDERED that the City of Albuquerque shall produce what paragraphs a and b name by
March 20, 2026. Paragraph {} is withdrawn and nothing need be produced under it."""
    assert swapped(order(), GRANTED, parts.format("c")) == "opens"
    assert swapped(order(), GRANTED, parts.format("a")) != "opens"


def test_a_judge_who_sits_by_designation_is_one_of_this_court() -> None:
    hand = "/s/ Rosa Lind\nUnited States District Judge\n(District of Nebraska{})"
    assert read(order(hand=hand.format(", sitting by designation")))["gate"] == "opens"
    assert read(order(hand=hand.format("")))["gate"] != "opens"


@pytest.mark.parametrize("heading", [
    "I N   T H E   U N I T E D   S T A T E S   D I S T R I C T   C O U R T\n"
    "F O R   T H E   D I S T R I C T   O F   N E W   M E X I C O",
    "UNITEDSTATES DISTRICTCOURT\nforthe DistrictofNewMexico",
])  # fmt: skip
def test_a_heading_with_its_letters_spaced_or_its_words_run_together_is_read(heading: str) -> None:
    assert swapped(order(), HEADING, heading) == "opens"
    away = heading.replace("N E W   M E X I C O", "A R I Z O N A").replace("NewMexico", "Arizona")
    assert swapped(order(), HEADING, away) != "opens"


def test_pages_counted_on_from_a_cover_are_all_there_and_a_page_between_is_missed() -> None:
    assert read(counted("1 of 3", "2 of 3", "3 of 3"))["gate"] == "opens"
    assert read(counted("2 of 4", "3 of 4", "4 of 4", heads="FAX\nTo: City Clerk\n\n"))["gate"] == "opens"
    for pages in (
        ("1 of 4", "3 of 4", "4 of 4"),
        ("2 of 5", "4 of 5", "5 of 5"),
        ("1 of 4", "2 of 4", "3 of 4"),
    ):
        assert read(counted(*pages))["gate"] != "opens"


@pytest.mark.parametrize("before, gate", [
    ("The file room of the Aquatics office of the City of Albuquerque.", "opens"),
    ("The files of Desert Motel LLC, 12 Gold SW, in the City of Albuquerque.", "closed"),
])  # fmt: skip
def test_attachment_a_counts_where_it_lies_before_its_warrant(before: str, gate: str) -> None:
    warrant = SEARCH.replace(PLACE, "Aquatics office, 12 Gold SW              )")
    assert warrant != SEARCH
    assert read(f"[sheet 2 of 2]     ATTACHMENT A\n{before}\n{RULE}\n{warrant}")["gate"] == gate
    two = f"ATTACHMENT A\n{before}\n{RULE}\n{warrant}\n{RULE}\nATTACHMENT A\nThe shop of Juan Ruz.\n"
    assert read(two)["gate"] != "opens"


def test_the_clerks_line_over_an_empty_return_executes_nothing() -> None:
    form = """\nCase 1:26-mr-00117   Document 2   Filed 02/22/26   Page 2 of 2
Return
Case No.:          Date and time warrant executed: {}         Copy left with:
Certification
Date:                  Executing officer's signature
"""
    assert read(SEARCH + form.format(" " * 10))["gate"] == "opens"
    assert "ALREADY_EXECUTED" in read(SEARCH + form.format("2/22/26 9:00"))["flags"]


def test_a_proof_of_mailing_that_nobody_can_read_leaves_the_order_legible() -> None:
    assert read(f"{order()}\n[certificate of mailing - illegible]\n")["flags"] == []
    assert read(f"{order()}\n[stamp illegible]\n")["flags"] == ["ILLEGIBLE"]


LETTER = """U.S. Department of Justice
United States Attorney's Office

February 24, 2026

Dear Clerk:

{}

Sincerely,
/s/ Pia Sand
Assistant United States Attorney
"""


@pytest.mark.parametrize("says, gate", [
    ("Attached please find the order. Please do not disclose it to anyone.", "opens"),
    ("If you intend to appeal or to seek a stay, let me know by Friday.", "opens"),
    ("Our earlier letter is withdrawn.", "opens"), ("Please do not disclose the file.", "closed"),
    ("Do not disclose it yet.", "closed"), ("The City has asked for a stay.", "closed"),
    ("Our earlier letter is withdrawn and the order is recalled.", "closed"),
])  # fmt: skip
def test_a_letter_on_top_of_an_order_may_ask_for_silence_and_not_for_delay(says: str, gate: str) -> None:
    assert read(f"{LETTER.format(says)}\n{RULE}\n{order()}")["gate"] == gate


def test_a_letter_that_tells_of_the_execution_closes_the_warrant() -> None:
    assert read(f"{LETTER.format('The warrant was executed last week.')}\n\f\n{SEARCH}")["gate"] != "opens"


@pytest.mark.parametrize("says, gate", [
    ("NOTICE OF APPEAL\n\nThe City appeals from the order.", "opens"),
    ("MOTION TO STAY\n\nThe City moves that the order be stayed pending appeal.", "opens"),
    ("NOTICE OF APPEAL\n\nThe City appeals. The Tenth Circuit has stayed the order.", "closed"),
    ("MOTION TO STAY\n\nThe City moves for a stay. The motion was granted on Friday.", "closed"),
    ("MOTION TO STAY\n\nThe City moves. Do not produce until it is decided.", "closed"),
    ("NOTICE OF APPEAL\n\nThe order was vacated in part; the City appeals from the rest.", "closed"),
])  # fmt: skip
def test_a_party_that_appeals_stays_nothing_and_a_ruling_does(says: str, gate: str) -> None:
    parties = "UNITED STATES v. CITY OF ALBUQUERQUE    No. 1:26-mc-00027-MIS"
    filing = f"{HEADING}\n\n{parties}\n\n{says}\n/s/ Pia Sand\n"
    assert read(f"{order()}\n{RULE}\n{filing}")["gate"] == gate


def test_a_warrant_stands_where_the_one_before_is_stamped_with_its_number() -> None:
    older = SEARCH.replace("February 20", "February 18").replace("26-MR-117", "26-MR-116")
    for stamp, gate in (
        ("SUPERSEDED - SEE 26-MR-117", "opens"),
        ("SUPERSEDED - SEE 26-MR-118", "closed"),
        ("STAYED - SEE 26-MR-117", "closed"),
        ("SUPERSEDES 26-MR-117", "closed"),
    ):
        assert read(f"{older}\nstamp: {stamp}\n{RULE}\n{SEARCH}")["gate"] == gate


def test_an_affidavit_without_its_last_page_ends_where_the_form_of_the_warrant_begins() -> None:
    affidavit = """AFFIDAVIT IN SUPPORT OF AN APPLICATION FOR A SEARCH WARRANT
I, Lou Marsh, being first duly sworn, state that the lease was never recorded.
I ask that the proposed warrant be issued.
"""
    assert read(f"{affidavit}{RULE} 3\n{SEARCH}")["gate"] == "opens"
    assert read(affidavit)["gate"] != "opens"


def test_the_notice_that_the_form_speaks_of_is_no_condition_of_the_warrant() -> None:
    last = "on or before March 5, 2026"
    form = f"{last}\nUnless delayed notice is authorized below, you must give a copy of the warrant"
    assert swapped(SEARCH, last, form) == "opens"
    assert swapped(SEARCH, last, f"{last}\nunless the Court orders otherwise") != "opens"


@pytest.mark.parametrize("hour, gate", [(5, "opens"), (7, "closed"), (0, "closed")])
def test_the_last_evening_of_a_warrant_is_told_by_the_clocks_of_its_court(hour: int, gate: str) -> None:
    """05:00 UTC is ten in the evening there; midnight alone stands for the whole of a day."""
    moment = dt.datetime(2026, 3, 6, hour, tzinfo=dt.UTC)
    one = classify(SEARCH, as_of=moment, request_subjects=[], home_city="City of Albuquerque")
    assert one["gate"] == gate


def test_who_resists_in_vain_and_who_moves_with_success_are_told_apart() -> None:
    both = "The motion to quash is {} and the motion to compel is {}."
    assert beside(both.format("DENIED", "GRANTED")) == "opens"
    assert beside(both.format("GRANTED", "DENIED")) != "opens"
    assert beside("The motion to quash and the motion to stay are GRANTED.") != "opens"


def test_a_stop_misread_as_a_comma_and_a_title_torn_in_two_still_sign() -> None:
    ruled = "Rosa C, Lind\n____________________\nROSA C. LIND\nUnited States District Judge"
    assert read(order(hand=ruled))["unsigned"] is False
    assert read(order(hand="/s/ Rosa Lind\nU.S. Magi strate Judge"))["gate"] == "opens"
