"""One sound order and one sound warrant, spoiled one way at a time: none of the spoiled ones opens."""

from __future__ import annotations

import datetime as dt

import pytest

from workflows.instruments.classify import classify

NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
ASKED = "Ottilie Brandt-Reyes, 1990-02-11"
ORDER = """IN THE UNITED STATES DISTRICT COURT
FOR THE DISTRICT OF NEW MEXICO

UNITED STATES OF AMERICA,
     Plaintiff,
v.                                   No. 1:26-cv-00417-HMB-RT
JUNIPER HAULING, LLC,
     Defendant.

          ORDER COMPELLING PRODUCTION

     THIS MATTER is before the Court on the motion to compel (Doc. 31).
     IT IS THEREFORE ORDERED that the City of Albuquerque shall produce, no later than
April 9, 2026, the permit file of Ottilie Brandt-Reyes, born February 11, 1990.
     IT IS SO ORDERED.

     DATED this 12th day of March, 2026.

                              /s/ Hollis M. Barrow
                              HOLLIS M. BARROW
                              UNITED STATES DISTRICT JUDGE
"""
WARRANT = """AO 93 (Rev. 11/13) Search and Seizure Warrant
                 UNITED STATES DISTRICT COURT
                            for the
                    District of New Mexico

In the Matter of the Search of             )
Permit files of the City Clerk, City of    )   Case No. 1:26-mj-00233-TR
Albuquerque, on OTTILIE BRANDT-REYES       )

                 SEARCH AND SEIZURE WARRANT

To: Any authorized law enforcement officer
     I find that the affidavit(s) establish probable cause to search and seize the property
described in Attachment B.
     YOU ARE COMMANDED to execute this warrant on or before March 24, 2026 (not to exceed 14 days)

Date and time issued: 03/11/2026 9:40 a.m.        /s/ Thaddea Ruiz
                                                  Judge's signature
City and state: Albuquerque, New Mexico           Thaddea Ruiz, United States Magistrate Judge
                                                  Printed name and title
ATTACHMENT B
1. Permit applications of OTTILIE BRANDT-REYES, born February 11, 1990.
"""


def gate(text: str, asked: str = ASKED) -> str:
    reading = classify(text, as_of=NOW, request_subjects=[asked], home_city="City of Albuquerque")
    return str(reading["gate"])


def test_the_sound_ones_open() -> None:
    assert (gate(ORDER), gate(WARRANT)) == ("opens", "opens")


SIGNED = "/s/ Hollis M. Barrow\n                              HOLLIS M. BARROW"
COMPELS = "IT IS THEREFORE ORDERED that the City of Albuquerque shall produce"
SPOILED_ORDERS = {
    "no signature": ("/s/ Hollis M. Barrow", "______________________"),
    "mark without name": ("/s/ Hollis M. Barrow", "/s/ ______________________"),
    "somebody else's mark": ("/s/ Hollis M. Barrow", "/s/ Corwin Tate"),
    "label for a mark": ("/s/ Hollis M. Barrow", "(Signature)"),
    "placeholder": ("/s/ Hollis M. Barrow", "[signature block]"),
    "illegible": ("/s/ Hollis M. Barrow", "[signature illegible]"),
    "unsigned note": ("/s/ Hollis M. Barrow", "[unsigned]"),
    "proposed": ("ORDER COMPELLING", "[PROPOSED] ORDER COMPELLING"),
    "draft": ("ORDER COMPELLING", "DRAFT\n ORDER COMPELLING"),
    "immigration judge": ("UNITED STATES DISTRICT JUDGE", "IMMIGRATION JUDGE"),
    "assistant chief immigration judge": (
        "UNITED STATES DISTRICT JUDGE",
        "Assistant Chief Immigration Judge",
    ),
    "administrative law judge": ("UNITED STATES DISTRICT JUDGE", "ADMINISTRATIVE LAW JUDGE"),
    "deportation officer": ("UNITED STATES DISTRICT JUDGE", "SUPERVISORY DETENTION AND DEPORTATION OFFICER"),
    "attorney": ("UNITED STATES DISTRICT JUDGE", "ASSISTANT UNITED STATES ATTORNEY"),
    "clerk": ("UNITED STATES DISTRICT JUDGE", "CLERK OF COURT"),
    "deputy clerk for the judge": (SIGNED, "/s/ Nell Quist\n                              Deputy Clerk"),
    "agency letterhead": ("IN THE UNITED STATES DISTRICT COURT", "U.S. DEPARTMENT OF HOMELAND SECURITY"),
    "immigration court": ("IN THE UNITED STATES DISTRICT COURT", "UNITED STATES IMMIGRATION COURT"),
    "another district": ("DISTRICT OF NEW MEXICO", "DISTRICT OF COLORADO"),
    "district unread": ("FOR THE DISTRICT OF NEW MEXICO", ""),
    "denied": (
        COMPELS,
        "IT IS THEREFORE ORDERED that the motion to compel is DENIED. The City need not produce",
    ),
    "show cause": (
        COMPELS,
        "IT IS ORDERED that the City show cause on April 2, 2026 why it should not produce",
    ),
    "stayed": ("IT IS SO ORDERED.", "This Order is STAYED pending appeal. IT IS SO ORDERED."),
    "quashed": ("IT IS SO ORDERED.", "The subpoena is hereby QUASHED. IT IS SO ORDERED."),
    "recommended": (COMPELS, "I RECOMMEND that the City of Albuquerque be ordered to produce"),
    "under advisement": (
        COMPELS,
        "The motion is TAKEN UNDER ADVISEMENT. Plaintiff asks that the City of Albuquerque shall produce",
    ),
    "conditional": (
        "IT IS SO ORDERED.",
        "Production is conditional on the posting of a bond. IT IS SO ORDERED.",
    ),
    "a company": ("the City of Albuquerque shall", "Juniper Hauling, LLC shall"),
    "another city": ("the City of Albuquerque shall", "the City of Santa Fe shall"),
    "another city's police": ("the City of Albuquerque shall", "the Rio Rancho Police Department shall"),
    "the county": ("the City of Albuquerque shall", "the Bernalillo County Sheriff shall"),
    "the schools": (
        "the City of Albuquerque shall",
        "the Board of Education of the Albuquerque Public Schools shall",
    ),
    "a party": ("the City of Albuquerque shall", "Defendant shall"),
    "another person": ("Ottilie Brandt-Reyes", "Ferris Oakhollow"),
    "another birth date": ("February 11, 1990", "May 2, 1971"),
    "no such day": ("12th day of March", "31st day of February"),
    "issued tomorrow": ("12th day of March", "29th day of March"),
    "not yet effective": ("IT IS SO ORDERED.", "This Order takes effect on May 1, 2026."),
    "its own end": ("IT IS SO ORDERED.", "This Order expires on March 15, 2026."),
    "missing schedule": ("the permit file", "the records listed in Schedule A, being the permit file"),
    "stamped": ("          ORDER COMPELLING", "VACATED\n          ORDER COMPELLING"),
    "two numbers": (
        "     IT IS SO ORDERED.",
        "\fCase 1:26-cv-00999-HMB  Document 4  Filed 03/12/26  Page 2 of 2\nIT IS SO ORDERED.",
    ),
    "sample": ("          ORDER COMPELLING", "SPECIMEN\n          ORDER COMPELLING"),
}


@pytest.mark.parametrize("name", sorted(SPOILED_ORDERS))
def test_a_spoiled_order_does_not_open(name: str) -> None:
    old, new = SPOILED_ORDERS[name]
    assert old in ORDER

    assert gate(ORDER.replace(old, new)) != "opens"


SPOILED_WARRANTS = {
    "no signature": ("/s/ Thaddea Ruiz", "________________"),
    "printed name only": ("/s/ Thaddea Ruiz", "                "),
    "agent's mark": ("/s/ Thaddea Ruiz", "/s/ Duane Marsh"),
    "past its day": ("on or before March 24, 2026", "on or before March 18, 2026"),
    "too long a life": ("on or before March 24, 2026", "on or before April 24, 2026"),
    "no last day": ("on or before March 24, 2026", "on or before ____________"),
    "no date of issue": ("03/11/2026 9:40 a.m.", "____________"),
    "attachment gone": ("ATTACHMENT B\n1.", "1."),
    "a house": (
        "Permit files of the City Clerk, City of    )   Case No. 1:26-mj-00233-TR\nAlbuquerque, on",
        "The residence at 12 Elm Street             )   Case No. 1:26-mj-00233-TR\nof",
    ),
    "field office director": ("United States Magistrate Judge", "Field Office Director"),
    "application": ("SEARCH AND SEIZURE WARRANT\n\nTo:", "APPLICATION FOR A SEARCH WARRANT\n\nTo:"),
    "under oath only": (
        "/s/ Thaddea Ruiz",
        "Sworn to before me and signed in my presence.\n     /s/ Thaddea Ruiz",
    ),
    "returned": (
        "ATTACHMENT B",
        "Return\nDate and time warrant executed: 03/13/2026 10:00   Copy left with: N. Quist\n"
        "Inventory made in the presence of: N. Quist\nATTACHMENT B",
    ),
    "withheld attachment": (
        "ATTACHMENT B\n1. Permit applications of OTTILIE BRANDT-REYES, born February 11, 1990.",
        "[ATTACHMENT B FILED UNDER SEAL - NOT ATTACHED]",
    ),
}


@pytest.mark.parametrize("name", sorted(SPOILED_WARRANTS))
def test_a_spoiled_warrant_does_not_open(name: str) -> None:
    old, new = SPOILED_WARRANTS[name]
    assert old in WARRANT

    assert gate(WARRANT.replace(old, new)) != "opens"


STAY = """
\fIN THE UNITED STATES DISTRICT COURT
FOR THE DISTRICT OF NEW MEXICO
UNITED STATES OF AMERICA v. JUNIPER HAULING, LLC
No. 1:26-cv-00417-HMB-RT
ORDER STAYING PRODUCTION
The Order of March 12, 2026 is STAYED pending appeal.
/s/ Hollis M. Barrow
United States District Judge
March 16, 2026
"""
LETTER = """U.S. Immigration and Customs Enforcement
Dear Custodian:
A judge has ordered the following. Please comply.

{order}

Sincerely,
Dana Whitlock
Special Agent
"""


def test_an_order_quoted_in_a_message_or_a_letter_does_not_open() -> None:
    quoted = "\n".join("> " + line for line in ORDER.splitlines())

    assert gate(LETTER.format(order=quoted)) != "opens"
    assert gate(LETTER.format(order=f'"{ORDER}"')) != "opens"


def test_a_stay_behind_an_order_is_what_is_reported() -> None:
    reading = classify(ORDER + STAY, as_of=NOW, request_subjects=[], home_city="City of Albuquerque")

    assert (reading["type"], reading["gate"], reading["issued"]) == (
        "quash_or_stay_order",
        "closed",
        "2026-03-16",
    )
