"""Fields of papers in many layouts: courts of many states, days of compliance, hands, people."""

from __future__ import annotations

import pytest

from tests.workflows.instruments.test_fields import WARRANT, order, read

STATE = """{head}

{caption}

ORDER FOR PRODUCTION OF RECORDS

The Court ORDERS the City of Albuquerque to produce the lease file by March 20, 2026.

Dated: February 20, 2026

/s/ Rosa Lind
{title}
"""
COUNTY = "CIRCUIT COURT OF COOK COUNTY, ILLINOIS"


@pytest.mark.parametrize("head, caption, title, docket", [
    (COUNTY, "POE v. ACME LLC     No. 2024 L 007715", "Circuit Judge", "2024 L 007715"),
    (
        "DISTRICT COURT\nCLARK COUNTY, NEVADA", "POE v. ACME LLC   CASE NO: A-25-912345-C",
        "District Court Judge", "A-25-912345-C",
    ),
    (
        "SUPERIOR COURT OF THE DISTRICT OF COLUMBIA", "POE v. ACME LLC   Case No. 2025 CA 001122 B",
        "Associate Judge", "2025 CA 001122 B",
    ),
    (
        "IN THE DISTRICT COURT OF THE FOURTH JUDICIAL DISTRICT\nOF THE STATE OF IDAHO",
        "POE v. ACME LLC   Case No. CV01-25-04411", "District Judge", "CV01-25-04411",
    ),
    (
        "IN THE IOWA DISTRICT COURT FOR POLK COUNTY", "POE v. ACME LLC   Case No. LACL159123",
        "District Court Judge", "LACL159123",
    ),
    (
        "+------------------------------------------------+\n"
        "| DISTRICT COURT, ARAPAHOE COUNTY, STATE OF COLORADO |\n"
        "+------------------------------------------------+", "POE v. ACME LLC   Case Number: 2025DR31188",
        "District Court Judge", "2025DR31188",
    ),
])  # fmt: skip
def test_a_court_of_another_state_is_known_by_what_courts_are_called(
    head: str, caption: str, title: str, docket: str
) -> None:
    one = read(STATE.format(head=head, caption=caption, title=title))
    assert (one["type"], one["docket"], one["signer"]) == ("state_court_order", docket, "Rosa Lind")
    assert (one["flags"], one["gate"]) == (["FOREIGN_DISTRICT_OR_STATE"], "counsel")


@pytest.mark.parametrize("due", [
    "on the twenty-eighth day after the date of this Order", "within one month of the date of this order",
    "on the third Friday of March, 2026",
    "by delivering it to Agent P. Lind, at 500 Gold Ave. SW, on March 20, 2026 at 9:00 a.m.",
    ". Time for production: March 20, 2026, 4 p.m.", "b y Mar ch 20, 2026",
])  # fmt: skip
def test_the_day_of_an_order_counted_told_and_torn(due: str) -> None:
    assert (read(order(due=due))["return_date"] or "")[:10] == "2026-03-20"


@pytest.mark.parametrize("due", [
    "for the years ending on December 31, 2026", "within ten business days",
    "forthwith. A conference is set on March 20, 2026", "within 14 days of service of this Order",
])  # fmt: skip
def test_other_days_are_no_day_of_compliance(due: str) -> None:
    assert read(order(due=due))["return_date"] is None


@pytest.mark.parametrize("hand", [
    "/s/ R. L.\nROSA LIND\nUnited States District Judge", "/s/ LIND, Rosa\nUnited States District Judge",
    "/s/ Rosa Lind                 Attest: /s/ Pia Sand\nUnited States District Judge     Clerk of Court",
    "Rosa Lind (s/)\nRosa Lind\nUnited States District Judge",
])  # fmt: skip
def test_initials_a_surname_first_and_the_judges_own_column_are_her_hand(hand: str) -> None:
    one = read(order(hand=hand))
    assert (one["signer"], one["unsigned"], one["gate"]) == ("Rosa Lind", False, "opens")


@pytest.mark.parametrize("hand", [
    "/s/ X. Y.\nUnited States District Judge", "/s/ P. S.\nROSA LIND\nUnited States District Judge",
    "/s/ SAND, Pia\nROSA LIND\nUnited States District Judge",
    "                              Attest: /s/ Pia Sand\nUnited States District Judge     Clerk of Court",
    "___________________           /s/ Pia Sand\nROSA LIND                     Pia Sand\n"
    "United States District Judge  Clerk of Court",
    "ROSA LIND                     /s/ Pia Sand\nUnited States District Judge\n"
    "                              Clerk of Court",
])  # fmt: skip
def test_strange_initials_and_the_clerks_column_are_not(hand: str) -> None:
    assert read(order(hand=hand))["gate"] != "opens"


RENEWED = """UNITED STATES DISTRICT COURT
DISTRICT OF NEW MEXICO

In re Search of the pawn files of          :
the City of Albuquerque, Pawn Detail       :     No. 1:26-sw-00077-RAL

SECOND (RENEWED) SEARCH WARRANT

The warrant of January 30 was to be executed by February 13, 2026. Probable cause {cause}.
Any authorized officer is COMMANDED to search{last} the Pawn Detail and to seize the tickets.

ISSUED this 19th day of February, 2026.
/s/ Rosa Lind
United States Magistrate Judge
"""


@pytest.mark.parametrize("cause, last, gate", [
    ("has not grown stale", ", on or before March 5, 2026,", "opens"),
    ("has never grown stale", ", on or before March 5, 2026,", "opens"),
    ("has grown stale", ", on or before March 5, 2026,", "closed"),
    ("is not merely stale but gone", ", on or before March 5, 2026,", "closed"),
    ("no longer exists", ", on or before March 5, 2026,", "closed"),
    ("has not grown stale", "", "closed"),
])  # fmt: skip
def test_a_renewed_warrant_has_a_last_day_and_a_cause_of_its_own(cause: str, last: str, gate: str) -> None:
    assert read(RENEWED.format(cause=cause, last=last))["gate"] == gate


FAX = "FEB-21-2026  08:1{}    FROM: 505 555 0144 USAO ABQ        TO: 505 555 0190        P. 0{}/04\n"


@pytest.mark.parametrize("pages, gate", [((2, 3, 4), "opens"), ((2, 4), "closed"), ((2, 3), "closed")])
def test_of_a_fax_only_the_cover_may_be_missing(pages: tuple[int, ...], gate: str) -> None:
    first, *rest = (FAX.format(page, page) for page in pages)
    warrant = RENEWED.format(cause="has not grown stale", last=", on or before March 5, 2026,")
    assert read(first + warrant + "".join(head + "Attachment\nfiles\n" for head in rest))["gate"] == gate


def test_the_count_of_a_fax_says_nothing_of_the_papers_own() -> None:
    warrant = RENEWED.format(cause="has not grown stale", last=", on or before March 5, 2026,")
    pages = [warrant, "Attachment A\nfiles\n", "Attachment B\nfiles\n"]
    whole = "".join(FAX.format(n, n) + one for n, one in enumerate(pages, 2))
    counted = "".join(FAX.format(n, n) + one + f"Page {n - 1} of 4\n" for n, one in enumerate(pages, 2))
    assert (read(whole)["gate"], read(counted)["gate"]) == ("opens", "closed")


@pytest.mark.parametrize("command", [
    "An application has been made and you are commanded to execute this warrant",
    "The affidavit has been sworn and YOU ARE COMMANDED to search",
])  # fmt: skip
def test_what_a_warrant_commands_is_its_own_last_day(command: str) -> None:
    days = " on or before February 24, 2026, and to return it by March 6, 2026."
    one = read(WARRANT.format(command + days))
    assert (one["execute_by"], one["gate"]) == ("2026-02-24", "closed")


def test_a_day_that_cannot_be_read_is_not_a_hand_that_cannot_be_read() -> None:
    hand = "/s/ Rosa Lind\nUnited States District Judge\n\nBy: [illegible], Deputy Clerk"
    assert read(order(hand=hand))["gate"] == "opens"
    assert read(order(due="by [illegible]"))["flags"] == ["ILLEGIBLE"]


@pytest.mark.parametrize("words, ordered", [
    ("[ ] originals\n[ ] copies\nThe custodian shall not disclose this order.", True),
    ("[ ] originals [ ] copies. The custodian shall not disclose this order.", True),
    ("[x] The custodian shall not disclose this order.", True),
    ("[ ] Delayed notice is\n    authorized for 30 days.", False),
    ("Unless delayed notice is authorized below, leave a copy.", False),
])  # fmt: skip
def test_secrecy_is_ordered_unless_its_own_box_is_empty(words: str, ordered: bool) -> None:
    said = read(order(due=f"by March 20, 2026.\n\n{words}"))["nondisclosure"]
    assert (said is not None and said["ordered_by_court"]) is ordered


def test_an_order_that_says_it_is_none_of_a_court_does_not_open() -> None:
    for court in ("Court", "United States District Court", "federal court"):
        due = f"by March 20, 2026. This is not an order of a {court}"
        assert read(order(due=due.replace("a Court", "the Court")))["gate"] == "closed"


@pytest.mark.parametrize("line", [
    "The motion is" + " and" * 60 + " so", "a b " * 400, "word" * 100, "\n" + " " * 9000, "/s/ " * 2500,
])  # fmt: skip
def test_a_line_is_read_in_one_way_and_to_its_end(line: str) -> None:
    """What could be read in many ways (each blank, each cut of a word) was tried in all: it took for ever."""
    assert read(order(due=f"by March 20, 2026. {line}"))["type"]


LETTER = """U.S. Department of Homeland Security
Immigration and Customs Enforcement

February 20, 2026

Dear Clerk: We request {whom} for an investigation.

Sincerely,

{hand}
"""


@pytest.mark.parametrize("hand", [
    "/s/ Ana Poe for\nJohn Q. Stone\nField Office Director",
    "Ana Poe\nfor John Q. Stone\nField Office Director", "POE, Ana\nDeportation Officer",
    "Ana Poe (A-71)\nDeportation Officer",
])  # fmt: skip
def test_an_official_who_signs_for_another_is_the_signer(hand: str) -> None:
    one = read(LETTER.format(whom="the lease file", hand=hand))
    assert (one["signer"], one["unsigned"]) == ("Ana Poe", False)


@pytest.mark.parametrize("whom, name", [
    ("whatever you have on Tobias Hale-Ruiz (food truck)", "Tobias Hale-Ruiz"),
    ("the permit of holder Tobias Hale-Ruiz", "Tobias Hale-Ruiz"),
    ("video showing Tobias Orrin Hale boarding", "Tobias Orrin Hale"),
    ("el turno de trabajo del señor Tobías Hale, empleado,", "Tobías Hale"),
    ("the file of\nName of Subject: HALE RUIZ, Tobias   (Tobias Hale Ruiz)\n", "Tobias Hale Ruiz"),
    ("the file of\nName of Subject: HALE RUIZ, Tobias\n", "HALE RUIZ, Tobias"),
])  # fmt: skip
def test_who_a_paper_is_about_stands_behind_many_words(whom: str, name: str) -> None:
    assert read(LETTER.format(whom=whom, hand="Ana Poe\nDeportation Officer"))["subjects"] == [name]


def test_bodies_of_a_city_and_who_signs_are_nobodys_file() -> None:
    whom = "the ledgers of the Department of Senior Affairs and of Rapid Transit"
    assert read(LETTER.format(whom=whom, hand="Ana Poe\nDeportation Officer"))["subjects"] == []


def test_a_notice_of_hearing_is_not_dated_by_the_hearing() -> None:
    notice = """STATE OF NEW MEXICO
SECOND JUDICIAL DISTRICT COURT

POE v. ACME LLC        No. D-202-CV-2026-00455

NOTICE OF HEARING

Date / Fecha:   April 14, 2026
Time / Hora:    10:45 a.m.

A copy was mailed to the parties and to the City of Albuquerque on February 20, 2026.
"""
    assert read(notice)["issued"] == "2026-02-20"
