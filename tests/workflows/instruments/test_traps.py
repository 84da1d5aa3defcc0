"""One sound order and one sound warrant, spoiled one way at a time: none of the spoiled ones opens."""

from __future__ import annotations

import datetime as dt
from typing import Any

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
    "denied by its document number": (
        COMPELS,
        "If the Court were to grant the motion the City of Albuquerque shall produce, Plaintiff says, little."
        " The motion to compel (Doc. 31) is DENIED. Nobody is to send",
    ),
    "denied as moot": (COMPELS, "The motion to compel is DENIED as moot. The City of Albuquerque produced"),
    "printed name alone": ("/s/ Hollis M. Barrow\n", "\n"),
    "signed electronically one day": (
        f"{SIGNED}\n                              UNITED STATES DISTRICT JUDGE",
        "______________________\n                              UNITED STATES DISTRICT JUDGE\n"
        "                              (Electronically signed copy to follow when entered)",
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


def reading(text: str) -> dict[str, Any]:
    return classify(text, as_of=NOW, request_subjects=[], home_city="City of Albuquerque")


def test_figures_that_were_read_as_letters_are_the_same_dates() -> None:
    misread = WARRANT.replace("03/11/2026 9:40 a.m.", "O3/ll/2O26 9:4O a.rn.").replace("Thaddea", "Thadclea")

    assert reading(misread)["issued"] == "2026-03-11T09:40"
    assert reading(ORDER.replace("April 9", "April l"))["return_date"] == "2026-04-01"


def test_a_day_of_compliance_is_not_the_date_of_issue() -> None:
    undated = ORDER.replace("     DATED this 12th day of March, 2026.\n\n", "")
    stamped = "Case 1:26-cv-00417-HMB   Document 9   Filed 03/12/26   Page 1 of 1\n" + undated

    assert reading(stamped)["issued"] == "2026-03-12"
    assert reading(stamped)["return_date"] == "2026-04-09"


def test_a_broken_m_in_a_name_is_mended_and_a_name_with_rn_is_kept() -> None:
    assert (
        reading(ORDER.replace("Barrow", "Brockrneier").replace("BARROW", "BROCKRNEIER"))["signer"]
        == "Hollis M. Brockmeier"
    )
    assert (
        reading(ORDER.replace("Barrow", "Thornbury").replace("BARROW", "THORNBURY"))["signer"]
        == "Hollis M. Thornbury"
    )


def test_a_letter_that_withdraws_a_subpoena_takes_it_back() -> None:
    subpoena = """AO 110 (Rev. 06/09) Subpoena to Testify Before a Grand Jury
             UNITED STATES DISTRICT COURT for the District of New Mexico
      SUBPOENA TO TESTIFY BEFORE A GRAND JURY                         2026R00117-002
To: Custodian of Records, Parks, City of Albuquerque
YOU ARE COMMANDED to appear in this United States district court to testify before the court's grand jury.
Place: 333 Lomas Blvd NW                    Date and Time: April 8, 2026 9:00 am
You must also bring with you the following documents: gate counts of 2025.
Date: March 9, 2026                   CLERK OF COURT
                                      s/ T. Yarrow-Finch     Signature of Clerk or Deputy Clerk
"""
    letter = """United States Attorney, District of New Mexico                     March 16, 2026
Custodian of Records, Parks

   The grand jury subpoena dated March 9, 2026 (2026R00117-002) is hereby withdrawn.
                                   /s/ Fenna Aldous, Assistant United States Attorney
=========================================================================================
"""

    assert reading(subpoena)["gate"] == "counsel"
    assert "QUASHED_OR_STAYED" in reading(letter + subpoena)["flags"]


@pytest.mark.parametrize(
    ("printed", "named"),
    [
        ("the permit file of 0ttilie Brandt-Reyes.", "Ottilie Brandt-Reyes"),
        ("every claim form signed by Ottilie Brandt-Reyes.\n  The City may ask", "Ottilie Brandt-Reyes"),
        ("the leases in the name of OTTlLIE BRANDT-REYES, kept", "OTTILIE BRANDT-REYES"),
    ],
)
def test_the_people_whose_papers_are_named_are_subjects(printed: str, named: str) -> None:
    order = ORDER.replace("the permit file of Ottilie Brandt-Reyes, born February 11, 1990.", printed)

    assert named in reading(order)["subjects"]


def test_a_number_that_breaks_over_a_line_is_read_whole() -> None:
    text = """DEPARTMENT OF HOMELAND SECURITY
IMMIGRATION ENFORCEMENT SUBPOENA
Subpoena Number     ABQ-SUB-2O26-
                    OO1207
To: City of Albuquerque
"""

    assert reading(text)["docket"] == "ABQ-SUB-2026-001207"


def test_a_signature_in_its_field_is_read_where_an_empty_line_stands_above() -> None:
    consent = """CITY OF ALBUQUERQUE
AUTORIZACION PARA DIVULGAR INFORMACION

Yo, Ottilia Brandt Reyes, autorizo a la Ciudad de Albuquerque a entregar mi expediente.

Firma:  Ottilia Brandt Reyes          Fecha:  1 de octubre de 2025
"""

    assert (reading(consent)["signer"], reading(consent)["unsigned"]) == ("Ottilia Brandt Reyes", False)


def test_a_note_of_an_electronic_signature_below_the_title_is_one() -> None:
    noted = ORDER.replace("/s/ Hollis M. Barrow", "______________________").replace(
        "DISTRICT JUDGE\n",
        "DISTRICT JUDGE\n                              [electronically signed, see stamp]\n",
    )

    assert reading(noted)["unsigned"] is False


def test_a_printed_name_stands_for_the_hand_of_an_official_and_of_no_judge() -> None:
    printed = ORDER.replace("/s/ Hollis M. Barrow\n", "\n")

    assert reading(printed)["unsigned"] is None
    assert reading(printed.replace("UNITED STATES DISTRICT JUDGE", "IMMIGRATION JUDGE"))["unsigned"] is False


@pytest.mark.parametrize("name", sorted(SPOILED_ORDERS))
def test_a_spoiled_order_does_not_open(name: str) -> None:
    old, new = SPOILED_ORDERS[name]
    assert old in ORDER

    assert gate(ORDER.replace(old, new)) != "opens"


def test_an_agency_s_form_that_repeats_the_request_does_not_hide_another_birth_date() -> None:
    form = "REQUEST FOR RECORDS. Subject OTTILIE BRANDT-REYES, born 02/11/1990. Basis: attached order.\n\n"
    assert gate(form + ORDER) == "opens"
    assert gate(form + ORDER.replace("February 11, 1990", "February 11, 1961")) == "closed"


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
