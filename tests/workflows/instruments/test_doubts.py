"""The sound order and the sound warrant open; with one doubtful word more, none of them does."""

from __future__ import annotations

import pytest

from tests.workflows.instruments.test_fields import NOW, WARRANT, order, read
from workflows.instruments.classify import classify

SEARCH = WARRANT.format("YOU ARE COMMANDED to execute this warrant on or before March 5, 2026")
GRANTED = """The motion filed January 9, 2026 is GRANTED. IT IS ORDERED that the City of Albuquerque shall
produce the lease file by March 20, 2026."""
HEADING = "IN THE UNITED STATES DISTRICT COURT\nFOR THE DISTRICT OF NEW MEXICO"
TITLE = "ORDER GRANTING MOTION TO COMPEL"
CAUSE = "I find that the affidavit establishes probable cause"


def swapped(text: str, old: str, new: str) -> str:
    """The gate of a text with one passage replaced, which must stand there."""
    assert old in text
    return str(read(text.replace(old, new))["gate"])


def test_the_sound_papers_open() -> None:
    assert (read(order())["gate"], read(SEARCH)["gate"]) == ("opens", "opens")


@pytest.mark.parametrize("hand", [
    "/s/ Pia Sand\nfor Rosa Lind\nUnited States District Judge",
    "/s/ Rosa Lind by Pia Sand, Law Clerk\nUnited States District Judge",
    "/s/ Rosa Lind\nFormer United States District Judge",
    "/s/ Rosa Lind\nUnited States District Judge (retired), arbitrator",
    "/s/ Rosa Lind\nUnited States Immigration Judge", "/s/ Rosa Lind\nAdministrative Law Judge",
    "/s/ Rosa Lind\nSpecial Master", "/s/ Rosa Lind\nLaw Clerk to the United States District Judge",
    "[signature to follow]\nRosa Lind\nUnited States District Judge",
    "/s/ Rosa Lind (electronic signature pending)\nUnited States District Judge",
    "/s/\n(not yet signed)\nRosa Lind\nUnited States District Judge",
])  # fmt: skip
def test_no_order_opens_by_another_hand_or_by_one_to_follow(hand: str) -> None:
    assert read(order(hand=hand))["gate"] != "opens"


@pytest.mark.parametrize("body", [
    "IT IS ORDERED that the City of Albuquerque shall produce the lease file. This order shall not take "
    "effect until the Court of Appeals rules.",
    "IT IS ORDERED that, if the Petitioner posts a bond, the City of Albuquerque shall produce the file.",
    "The parties agree that the City of Albuquerque shall produce the file. The Court takes no action.",
    "IT IS ORDERED that the City of Albuquerque may produce the lease file voluntarily.",
    "IT IS ORDERED that the Clerk issue a subpoena to the City of Albuquerque to produce the lease file.",
    "IT IS ORDERED that the City of Albuquerque shall produce the lease file, pending further order.",
    "EXAMPLE ONLY: IT IS ORDERED that the City of Albuquerque shall produce the lease file.",
    "IT IS ORDERED that the City of Albuquerque shall produce the file. THIS IS NOT A COURT ORDER.",
    "IT IS ORDERED that the City of Albuquerque shall produce the file when an original is filed.",
    "IT IS ORDERED that the City of Albuquerque shall produce the lease file unless it objects.",
    "IT IS ORDERED that the City of Albuquerque shall produce nothing.",
    "IT IS ORDERED that the jail shall produce the body of Juan Ruz and the City of Albuquerque shall "
    "provide transport.",
])  # fmt: skip
def test_an_order_that_hangs_on_something_or_orders_nothing_does_not_open(body: str) -> None:
    assert swapped(order(), GRANTED, body) != "opens"


@pytest.mark.parametrize("statute", [
    "Pursuant to 28 U.S.C. § 1782", "Pursuant to letters rogatory", "Pursuant to section 2703(d)",
    "Under Fed. R. Bankr. P. 2004", "Under the Foreign Intelligence Surveillance Act",
    "Under the All Writs Act", "Under 18 U.S.C. § 3123",
])  # fmt: skip
def test_an_order_under_a_statute_of_its_own_goes_to_counsel_or_stays_closed(statute: str) -> None:
    body = f"{statute} IT IS ORDERED that the City of Albuquerque shall produce the file by March 20, 2026."
    assert swapped(order(), GRANTED, body) != "opens"


def test_the_title_that_names_such_a_statute_is_the_kind() -> None:
    text = order().replace(TITLE, "ORDER GRANTING APPLICATION UNDER 28 U.S.C. § 1782")
    one = read(text.replace("motion filed January 9, 2026 is", "application of January 9, 2026 is"))
    assert (one["type"], one["gate"]) == ("foreign_assistance_order", "counsel")


@pytest.mark.parametrize("title", [
    "ORDER DENYING MOTION TO COMPEL", "[PROPOSED] ORDER GRANTING MOTION TO COMPEL", "MOTION TO COMPEL",
    "ORDER VACATING ORDER GRANTING MOTION TO COMPEL", "ORDER STAYING ORDER GRANTING MOTION TO COMPEL",
    "NOTICE OF ORDER GRANTING MOTION TO COMPEL", "FORM OF ORDER GRANTING MOTION TO COMPEL",
    "ORDER GRANTING MOTION TO COMPEL - NOT FOR SERVICE", "ORDER GRANTING MOTION TO COMPEL (WITHDRAWN)",
    "COURTESY TRANSLATION OF ORDER GRANTING MOTION TO COMPEL",
])  # fmt: skip
def test_a_title_that_denies_or_only_tells_of_an_order_closes_it(title: str) -> None:
    assert swapped(order(), TITLE, title) != "opens"


@pytest.mark.parametrize("heading", [
    "IN THE UNITED STATES DISTRICT COURT\nFOR THE DISTRICT OF ARIZONA",
    "UNITED STATES IMMIGRATION COURT\nDISTRICT OF NEW MEXICO",
    "IN THE UNITED STATES DISTRICT COURT\nFOR THE DISTRICT OF NEW MEXICO (MOCK TRIAL)",
    "SECOND JUDICIAL DISTRICT COURT\nSTATE OF NEW MEXICO",
])  # fmt: skip
def test_another_court_does_not_open(heading: str) -> None:
    assert swapped(order(), HEADING, heading) != "opens"


@pytest.mark.parametrize("note", [
    "[handwritten: cancelled by chambers 2/24]", "Note: rescinded.", "RETURNED UNEXECUTED",
    "[stamp: NOT ISSUED]", "THIS COPY IS NOT VALID FOR SERVICE", "Revoked 2/24/26 RL",
    "Do not serve. Chambers will reissue.", "[stamp: EXPIRED]", "*** TRAINING COPY ***",
    "This document is a simulation.", "REVERSED by the Tenth Circuit 2/26/2026",
    "[stamp: SUPERSEDED]", "VOID", "COPY - ORIGINAL NOT SIGNED",
])  # fmt: skip
@pytest.mark.parametrize("text", [order(), SEARCH], ids=["order", "warrant"])
def test_a_note_beside_the_text_takes_it_back(text: str, note: str) -> None:
    assert read(f"{text}\n\n{note}\n")["gate"] != "opens"


@pytest.mark.parametrize("old, new", [
    (CAUSE, "I find that the affidavit does not establish probable cause"),
    (CAUSE, "I do not find that the affidavit establishes probable cause"),
    (CAUSE, "I find that the affidavit fails to establish probable cause"),
    ("SEARCH AND SEIZURE WARRANT", "ADMINISTRATIVE SEARCH AND SEIZURE WARRANT"),
    ("SEARCH AND SEIZURE WARRANT", "APPLICATION FOR SEARCH AND SEIZURE WARRANT"),
    ("to search and seize the lease file", "to arrest the person below"),
    ("To: Any authorized law enforcement officer", "To: Any authorized immigration officer"),
    ("/s/ Rosa Lind\nJudge's signature", "Sworn to before me\n/s/ Rosa Lind\nJudge's signature"),
    ("City of Albuquerque", "City of Rio Rancho"),
])  # fmt: skip
def test_a_warrant_without_cause_or_for_something_else_does_not_open(old: str, new: str) -> None:
    assert swapped(SEARCH, old, new) != "opens"


@pytest.mark.parametrize("whose", [
    "Albuquerque Public Schools", "County of Bernalillo", "Village of Los Ranchos de Albuquerque",
    "New Mexico Department of Workforce Solutions, Albuquerque office",
    "City of Rio Rancho, near the City of Albuquerque", "Mesa Landlords LLC, of the City of Albuquerque",
    "contractor that runs parking for the City of Albuquerque",
])  # fmt: skip
def test_no_paper_opens_for_another_body(whose: str) -> None:
    assert swapped(order(), "the City of Albuquerque shall", f"the {whose} shall") != "opens"
    assert swapped(SEARCH, "the records office, City of Albuquerque", whose) != "opens"


@pytest.mark.parametrize("whom", [
    "of Juan Ruz", "Re: Juan Ruz", "for tenant Juan Ruz", "concerning Mr. Ruz", "belonging to RUZ, Juan",
])  # fmt: skip
def test_no_paper_opens_for_a_person_whom_it_does_not_name(whom: str) -> None:
    for text in (order(), SEARCH):
        named = text.replace("the lease file", f"the lease file {whom}")
        reading = classify(
            named, as_of=NOW, request_subjects=["Pablo Rivas"], home_city="City of Albuquerque"
        )
        assert reading["gate"] != "opens"


@pytest.mark.parametrize("above", [
    "Exhibit C to Petition", "ATTACHMENT TO LETTER OF MARCH 1, 2026", "[quoted below is the order]",
    "From: agent\nTo: city\nSubject: fw\n", "Excerpt from the record", "NOT AN ORIGINAL", "Unofficial",
    "The following is the text of an order entered in another matter:",
])  # fmt: skip
def test_no_paper_opens_as_somebody_tells_or_sends_it_on(above: str) -> None:
    assert {read(f"{above}\n{text}")["gate"] for text in (order(), SEARCH)} <= {"closed", "counsel"}


@pytest.mark.parametrize("heading", [
    f"{HEADING}\nOFFICE OF THE UNITED STATES ATTORNEY", f"{HEADING}\nEnforcement and Removal Operations",
    "UNITED STATES DISTRICT COURT FOR THE DISTRICT OF NEW MEXICO ICE DIVISION",
])  # fmt: skip
def test_no_paper_opens_under_an_agencys_heading(heading: str) -> None:
    assert swapped(order(), HEADING, heading) != "opens"


def test_a_judge_of_another_district_and_a_search_already_made_do_not_open() -> None:
    hand = "/s/ Rosa Lind\nUnited States District Judge of the Southern District of Texas"
    assert read(order(hand=hand))["gate"] != "opens"
    assert read(f"{SEARCH}\n[handwritten] served & searched 2/22/26 UB\n")["gate"] != "opens"


def test_what_grants_time_or_leave_produces_nothing() -> None:
    text = (
        order()
        .replace(TITLE, "ORDER GRANTING MOTION FOR EXTENSION OF TIME")
        .replace("shall\nproduce the lease file", "shall\nfile its response")
    )
    assert read(text)["type"] == "other_court_order"


@pytest.mark.parametrize("brought", [
    "Sgt. Lou Marsh for deposition", "a Rule 30(b)(6) witness", "a conference room for the parties",
    "Juan Ruz", "the detainee Juan Ruz to ICE custody",
])  # fmt: skip
def test_an_order_to_bring_somebody_is_no_order_for_records(brought: str) -> None:
    assert swapped(order(), "the lease file", brought) != "opens"


@pytest.mark.parametrize("sentence", [
    "Production shall await the ruling on the City's objections.",
    "The Court will hold this order for ten days before entry.",
    "This order is without force until a bond is posted.", "This order has been superseded by Doc. 44.",
    "Nothing in this order requires the City to act before the hearing.",
    "This order applies to Sandoval County only.", "The City of Albuquerque is dismissed from this action.",
])  # fmt: skip
def test_a_sentence_that_takes_the_command_back_closes_the_order(sentence: str) -> None:
    assert swapped(order(), "Dated:", f"{sentence}\n\nDated:") != "opens"


@pytest.mark.parametrize("sentence", [
    "Execution is stayed until further order.", "This warrant is conditioned on a second affidavit.",
    "This warrant may be executed only after approval of the District Judge.",
    "The application is denied as to the records.", "This warrant authorizes tracking of a vehicle.",
])  # fmt: skip
def test_a_sentence_that_takes_the_command_back_closes_the_warrant(sentence: str) -> None:
    assert swapped(SEARCH, "Date and time issued:", f"{sentence}\nDate and time issued:") != "opens"


@pytest.mark.parametrize("place", [
    "the residence at 12 Gold SW in the City of Albuquerque", "the person of Juan Ruz, City of Albuquerque",
    "one iPhone held by the Albuquerque Police Department", "room 12, Desert Motel, City of Albuquerque",
    "warehouse leased from the City of Albuquerque",
])  # fmt: skip
def test_a_warrant_for_a_home_a_thing_or_a_person_does_not_open(place: str) -> None:
    assert swapped(SEARCH, "the records office, City of Albuquerque", place) != "opens"
