"""One order, one warrant, one subpoena: numbers, days and signatures as many courts write them."""

from __future__ import annotations

import pytest

from tests.workflows.instruments.test_fields import SUBPOENA, WARRANT, order, read


@pytest.mark.parametrize("number, docket", [
    ("Case No.: 1:26-MC-00027-KWR-JHR", "1:26-MC-00027-KWR-JHR"),
    ("CIVIL ACTION NO. 26-cv-00112-WJM", "26-cv-00112-WJM"),
    ("Civil Action No. 1:26-cv-112", "1:26-cv-112"),
    ("Magistrate No. 26-0417M", "26-0417M"),
    ("Mag. No. 26-7041 (JAD)", "26-7041 (JAD)"),
    ("26 Mag. 1412", "26 Mag. 1412"),
    ("MJ No. 26-210", "26-210"),
    ("MJ26-5081", "MJ26-5081"),
    ("Case No. 26mj1207-BLM", "26mj1207-BLM"),
    ("Case No.: 2:26-mj-04411-DUTY", "2:26-mj-04411-DUTY"),
    ("No. 5:26-MJ-1120-RN", "5:26-MJ-1120-RN"),
    ("CASE NO. 26-20417-CR-ALTMAN", "26-20417-CR-ALTMAN"),
    ("Criminal No. 4:26-cr-118-SDJ-KPJ", "4:26-cr-118-SDJ-KPJ"),
    ("Cr. No. 26-cr-10017-FDS", "26-cr-10017-FDS"),
    ("M.B.D. No. 26-91044-IT", "26-91044-IT"),
    ("M.B.D. Case No. 26-mc-91044-IT", "26-mc-91044-IT"),
    ("Misc. Action No. 26-mc-17 (TJK)", "26-mc-17 (TJK)"),
    ("Misc. Case No. 26-17", "26-17"),
    ("SEALED CASE NO. 26-SC-1188", "26-SC-1188"),
    ("Case: 1:26-sc-01188", "1:26-sc-01188"),
    ("Grand Jury No. 26-GJ-0044", "26-GJ-0044"),
    ("In re Grand Jury Matter 2026R00217\nv.      ) Misc. No. 26-44", "26-44"),
    ("File No. 26-mc-3 (PJS/DTS)", "26-mc-3 (PJS/DTS)"),
    ("Docket No. 26-MC-118 (LDH) (RML)", "26-MC-118 (LDH) (RML)"),
    ("26-MC-118 (LDH)", "26-MC-118 (LDH)"),
    ("C.A. No. 26-cv-0044-LPS", "26-cv-0044-LPS"),
    ("C.A. 26-44-CFC", "26-44-CFC"),
    ("Civ. No. 26-0031 JB/KRS", "26-0031 JB/KRS"),
    ("CIV 26-31 JB/KK", "CIV 26-31 JB/KK"),
    ("No. CV-26-00117-PHX-DWL", "CV-26-00117-PHX-DWL"),
    ("No. MC-26-00017-TUC-RM", "MC-26-00017-TUC-RM"),
    ("CASE NO. C26-5081-BHS", "C26-5081-BHS"),
    ("Case No. 26-CV-0117-CVE-SH", "26-CV-0117-CVE-SH"),
    ("3:26CV117-RJC", "3:26CV117-RJC"),
    ("1:26MC14", "1:26MC14"),
    ("Action No. 2:26mc9", "2:26mc9"),
    ("Case 1:26-mc-00027-MIS   Document 14   Filed 02/20/26   Page 1 of 3", "1:26-mc-00027-MIS"),
    ("Case No. 1:26-mc-00027-MIS [Dkt. 14]", "1:26-mc-00027-MIS"),
    ("Case No. 1:26-mc-00027-MIS; ECF No. 22", "1:26-mc-00027-MIS"),
    (
        "No. 1:26-mc-00027-MIS\n                              )  Hearing: March "
        "30, 2026, Ctrm. 340",
        "1:26-mc-00027-MIS",
    ),
    ("No. 26-mc-27-MIS\n              )  [UNDER SEAL]", "26-mc-27-MIS"),
    ("Misc. No. 26-MC-27\n              )  DOJ File 2026V00413", "26-MC-27"),
    ("MISC. NO. 26MC27", "26MC27"),
    ("USAO No. 2026R01117\nv.                 ) No. 26-MC-88", "26-MC-88"),
    ("Case Number: 26 MC 88 JB", "26 MC 88 JB"),
    ("Number 26 MC 88", "26 MC 88"),
    ("No 1:26-mc-88", "1:26-mc-88"),
    ("Docket: 26-mc-00088", "26-mc-00088"),
    ("Docket Number 26-mc-00088-X", "26-mc-00088-X"),
    ("Cause No. 1:26-mc-00088-JPH-MKK", "1:26-mc-00088-JPH-MKK"),
    ("CASE NO.\n                              )  1:26-mc-00088-JPH", "1:26-mc-00088-JPH"),
    ("Case\n                              )  No. 1:26-mc-00088-JPH", "1:26-mc-00088-JPH"),
    ("No. 1: 26 - mc - 00088 - JPH", "1:26-mc-00088-JPH"),
    ("No. 1:26—mc—00088—JPH", "1:26-mc-00088-JPH"),
    ("Nos. 1:26-mc-00088 and 1:26-mc-00089 (consolidated)", "1:26-mc-00088"),
    ("Lead Case No. 1:26-mc-00088", "1:26-mc-00088"),
    ("No. 1:26-mc-00088\n                  )  Prior No. 1:25-mc-00071", "1:26-mc-00088"),
])  # fmt: skip
def test_the_number_with_all_that_its_court_puts_behind_it(number: str, docket: str) -> None:
    assert read(order(number=number))["docket"] == docket


@pytest.mark.parametrize("dated, day", [
    ("DATED this 20 day of February 2026.", "2026-02-20"),
    ("Dated: Feb. 20, 2026", "2026-02-20"),
    ("Date: 2/20/26", "2026-02-20"),
    ("DATE: 02-20-2026", "2026-02-20"),
    ("Dated: 20 Feb 2026", "2026-02-20"),
    ("Dated this 20th day of the month of February in the year 2026.", "2026-02-20"),
    ("Dated at Albuquerque, New Mexico, this 20th of February, 2026.", "2026-02-20"),
    ("SO ORDERED on this, the 20th day of February, 2026.", "2026-02-20"),
    (
        "IT IS SO ORDERED, this twentieth (20th) day of February, two thousand "
        "and twenty-six (2026).",
        "2026-02-20",
    ),
    ("SIGNED and ENTERED this 20th day of February, A.D. 2026.", "2026-02-20"),
    ("DONE AND ORDERED in Chambers at Albuquerque, New Mexico on February 20, 2026.", "2026-02-20"),
    ("ENTER: February 20, 2026", "2026-02-20"),
    ("ENTERED: FEBRUARY 20TH, 2026", "2026-02-20"),
    ("Ordered February 20, 2026, nunc pro tunc to January 5, 2026.", "2026-02-20"),
    ("Signed February 20, 2026, nunc pro tunc January 5, 2026.", "2026-02-20"),
    ("Signed: February 20, 2026\nFiled: February 23, 2026", "2026-02-20"),
    ("Entered on the docket February 23, 2026\nSigned this 20th day of February 2026.", "2026-02-20"),
    ("Filed and entered this 20th day of February, 2026.", "2026-02-20"),
    ("Dated: 2026 February 20", "2026-02-20"),
    ("Dated: 20.02.2026", "2026-02-20"),
    ("Dated: February 20 2026", "2026-02-20"),
    ("Dated: February 20,2026", "2026-02-20"),
    ("Dated: Friday, February 20, 2026", "2026-02-20"),
    ("Dated:\n   February 20, 2026", "2026-02-20"),
    ("Dated                February 20, 2026", "2026-02-20"),
    ("Dated: February ____20___, 2026", "2026-02-20"),
    ("Dated: February _20_, 2026", "2026-02-20"),
    ("This ____20th____ day of ____February____, 2026.", "2026-02-20"),
    ("this _20_ day of Feb., 2026", "2026-02-20"),
    (
        "Given under my hand this 20th day of February, in the year of our "
        "Lord two thousand twenty-six.",
        "2026-02-20",
    ),
    ("SO ORDERED THIS FEBRUARY 20, 2026.", "2026-02-20"),
    ("Done this 20th of Feb. '26", "2026-02-20"),
    ("Dated: 2026-02-20T16:05", "2026-02-20"),
    ("Dated: Feb 20 2026 4:05PM", "2026-02-20"),
    ("Dated: Februarv 20, 2O26", "2026-02-20"),
    ("Datcd: Fehruary 20, 2026", "2026-02-20"),
    ("Hecho en Albuquerque, a 20 de febrero de 2026.", "2026-02-20"),
    (
        "En Albuquerque, Nuevo México, a los veinte días del mes de febrero de "
        "dos mil veintiséis.",
        "2026-02-20",
    ),
    ("Dictada el 20 de febrero de 2026.", "2026-02-20"),
    ("Dated: February 20, 2026      Hearing vacated: February 26, 2026", "2026-02-20"),
    ("SO ORDERED:  2/20/2026", "2026-02-20"),
    ("Dated and signed on February 20, 2026; effective upon service.", "2026-02-20"),
    ("Order signed on 02/20/2026 at 3:15 PM", "2026-02-20"),
    ("Dated this ___ day of ________, 2026.", None),
    ("Dated: ____________", None),
    ("February 20th, Two Thousand Twenty-Six", "2026-02-20"),
    ("Dated: Feby. 20, 2026", "2026-02-20"),
    ("Dated: 20-FEB-2026", "2026-02-20"),
    ("Dated: 20FEB2026", "2026-02-20"),
    ("Dated: 20FEB26", "2026-02-20"),
])  # fmt: skip
def test_the_day_on_which_an_order_was_made(dated: str, day: str | None) -> None:
    issued = read(order(dated=dated))["issued"]
    assert (issued and issued[:10]) == day


@pytest.mark.parametrize("due, day", [
    ("by March 20, 2026", "2026-03-20"),
    ("on or before the 20th day of March, 2026", "2026-03-20"),
    ("not later than 5:00 p.m. on March 20, 2026", "2026-03-20T17:00"),
    ("no later than noon on Friday, March 20, 2026", "2026-03-20T12:00"),
    ("within fourteen (14) days of the date of this Order", "2026-03-06"),
    ("within 14 days of entry of this order", "2026-03-06"),
    ("within 14 days after the date this Order is entered", "2026-03-06"),
    ("within two weeks of this Order", "2026-03-06"),
    ("within 14 days of service of this Order", None),
    ("within 14 days after receipt of this Order", None),
    ("within 14 days of today's date", "2026-03-06"),
    ("within 14 days of the date hereof", "2026-03-06"),
    ("within 14 days from the date of entry of this Order", "2026-03-06"),
    ("fourteen days from the date of this Order", "2026-03-06"),
    ("14 days hence", "2026-03-06"),
    ("by close of business March 20, 2026", "2026-03-20"),
    ("by C.O.B. on March 20, 2026", "2026-03-20"),
    ("by 17:00 on 20 March 2026", "2026-03-20T17:00"),
    ("prior to March 20, 2026", "2026-03-20"),
    ("before March 20, 2026", "2026-03-20"),
    ("on March 20, 2026, at 9:30 a.m.", "2026-03-20T09:30"),
    ("at 9:30 AM on the 20th of March 2026", "2026-03-20T09:30"),
    ("by 3/20/26", "2026-03-20"),
    ("no later than the twentieth day of March, two thousand twenty-six", "2026-03-20"),
    ("by March 20", "2026-03-20"),
    ("on or before March 20th", "2026-03-20"),
    ("by the 20th of next month", None),
    ("forthwith", None),
    ("within ten business days of this order", None),
    ("within seven (7) calendar days of the entry of this Order", "2026-02-27"),
    ("within 30 days of the date of this Memorandum Opinion and Order", "2026-03-22"),
    ("by 5 p.m. (Mountain Time) on March 20, 2026", "2026-03-20T17:00"),
    ("no later than Mar. 20, 2026 at 12:00 noon", "2026-03-20T12:00"),
    ("by 11:59 p.m. on March 20, 2026", "2026-03-20T23:59"),
])  # fmt: skip
def test_the_day_by_which_an_order_is_to_be_obeyed(due: str, day: str | None) -> None:
    assert read(order(due=due))["return_date"] == day


@pytest.mark.parametrize("last, day", [
    (
        "YOU ARE COMMANDED to execute this warrant on or before March 6, 2026 "
        "(not to exceed 14 days)",
        "2026-03-06",
    ),
    (
        "YOU ARE HEREBY COMMANDED to search on or before 3/6/2026 [x] in the "
        "daytime 6:00 a.m. to 10 p.m.",
        "2026-03-06",
    ),
    ("This warrant must be executed by March 6, 2026.", "2026-03-06"),
    ("This warrant shall be executed within 14 days of issuance.", "2026-03-06"),
    ("This warrant expires March 6, 2026 if not executed.", "2026-03-06"),
    ("This warrant expires fourteen days after the date it was issued.", "2026-03-06"),
    ("Execute within fourteen (14) days from the date of this warrant.", "2026-03-06"),
    ("You must execute this warrant not later than 14 days after its issuance.", "2026-03-06"),
    ("YOU ARE COMMANDED to execute this warrant within 10 days.", None),
    ("Execution deadline: March 6, 2026", "2026-03-06"),
    ("Execute no later than: 03/06/2026", "2026-03-06"),
    ("Serve this warrant not after March 6, 2026", "2026-03-06"),
    ("The search shall be completed by March 6, 2026.", "2026-03-06"),
    ("Search must be made by the 6th day of March, 2026.", "2026-03-06"),
    ("Good through March 6, 2026", "2026-03-06"),
    ("This warrant may be executed at any time through March 6, 2026.", "2026-03-06"),
    ("Time to execute extended to March 6, 2026.", "2026-03-06"),
    ("Last date to execute: March 6, 2026", "2026-03-06"),
    ("Execute this warrant on or before ____________", None),
    ("This warrant is valid until midnight March 6, 2026", "2026-03-06"),
    (
        "You are to execute this warrant by March 6, 2026, and return it by "
        "March 10, 2026.",
        "2026-03-06",
    ),
    (
        "Return this warrant by March 10, 2026. The search shall be made on or "
        "before March 6, 2026.",
        "2026-03-06",
    ),
    ("no execution after March 6, 2026", "2026-03-06"),
    ("Latest date of execution    March 6, 2026", "2026-03-06"),
])  # fmt: skip
def test_the_last_day_on_which_a_warrant_may_be_executed(last: str, day: str | None) -> None:
    by = read(WARRANT.format(last))["execute_by"]
    assert (by and by[:10]) == day


@pytest.mark.parametrize("when, day", [
    ("(C) Place: 500 Gold Ave   (D) Date: 03/20/2026  Time: 10:00 AM", "2026-03-20T10:00"),
    ("YOU ARE HEREBY COMMANDED TO appear on March 20, 2026 at 10:00 a.m.", "2026-03-20T10:00"),
    ("Appear before: Officer Quill\nDate: March 20, 2026\nTime: 10:00 a.m.", "2026-03-20T10:00"),
    ("Compliance is required by March 20, 2026.", "2026-03-20"),
    ("Deadline: 3/20/26, 10:00 hrs", "2026-03-20T10:00"),
    ("Produce no later than 20 March 2026", "2026-03-20"),
    ("Return Date: March 20, 2026", "2026-03-20"),
    ("Date and Time of Appearance: March 20, 2026, 10:00 AM", "2026-03-20T10:00"),
    ("Records are due March 20, 2026.", "2026-03-20"),
    ("Response due date: 03/20/2026", "2026-03-20"),
    ("to be delivered by 10:00 a.m., March 20, 2026", "2026-03-20T10:00"),
    ("on the 20th day of March, 2026, at 10 o'clock in the forenoon", "2026-03-20T10:00"),
    ("on the 20th day of March, 2026, at 2 o'clock in the afternoon", "2026-03-20T14:00"),
    ("on or before Friday the 20th of March 2026 at ten a.m.", "2026-03-20T10:00"),
    ("Date Required: March 20, 2026", "2026-03-20"),
    ("within 14 days of the date of this subpoena", "2026-02-23"),
    ("within 14 days of receipt", None),
    ("by 5PM MST 3/20/2026", "2026-03-20T17:00"),
    ("RETURNABLE: March 20, 2026 at 1000 hrs", "2026-03-20T10:00"),
])  # fmt: skip
def test_the_day_and_hour_to_which_a_subpoena_calls(when: str, day: str | None) -> None:
    assert read(SUBPOENA.format(when))["return_date"] == day


@pytest.mark.parametrize("hand, name", [
    ("s/ Rosa Lind\nRosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("/s/Rosa Lind\nRosa Lind\nSenior United States District Judge", "Rosa Lind"),
    (
        "BY THE COURT:\n\n/s/ Rosa Lind\n______________________\nROSA LIND, Chief "
        "Judge\nUnited States District Court",
        "Rosa Lind",
    ),
    ("/S/ ROSA M. LIND\nHONORABLE ROSA M. LIND\nU.S. DISTRICT COURT JUDGE", "Rosa M. Lind"),
    ("<signed electronically>\nRosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("[Electronic signature]\nRosa Lind\nUnited States Magistrate Judge", "Rosa Lind"),
    ("SIGNED ELECTRONICALLY: Rosa Lind, U.S. District Judge", "Rosa Lind"),
    ("Electronically signed by: Rosa Lind, USDJ", "Rosa Lind"),
    (
        "Digitally signed by Rosa Lind\nDate: 2026.02.20 16:01:02 -07'00'\nROSA "
        "LIND\nUNITED STATES DISTRICT JUDGE",
        "Rosa Lind",
    ),
    ("(Original signature on file)\nRosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("[signed]\nThe Hon. Rosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("Rosa Lind /s/\nUnited States District Judge", "Rosa Lind"),
    ("/s/ R. Lind, J.\nRosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("/s/ Rosa Lind\nRosa Lind\nUnited States District Judge\nSitting by designation", "Rosa Lind"),
    ("/s/ Rosa Lind\nHon. Rosa Lind (Ret.)\nSenior United States District Judge", "Rosa Lind"),
    ("/s/ Rosa Lind\nRosa Lind\nVisiting United States District Judge", "Rosa Lind"),
    ("/s/ Rosa Lind\nUnited States Bankruptcy Judge Rosa Lind", "Rosa Lind"),
    ("/s/ Rosa Lind\nU. S. DISTRICT JUDGE", "Rosa Lind"),
    ("/s/ Rosa Lind\nJUDGE OF THE U.S. DISTRICT COURT", "Rosa Lind"),
    ("/s/ Rosa Lind\nUNITED STATES DISTRICT JUDGE ROSA LIND", "Rosa Lind"),
    (
        "Submitted by:\n/s/ Pia Sand\nAssistant United States Attorney\n\n/s/ Rosa "
        "Lind\nUnited States District Judge",
        "Rosa Lind",
    ),
    (
        "/s/ Rosa Lind\nUnited States District Judge\n\nApproved:\n/s/ Pia Sand\n"
        "Assistant United States Attorney",
        "Rosa Lind",
    ),
    (
        "/s/ Rosa Lind\nUnited States District Judge\n\nSubmitted by:\nPia Sand\n"
        "Assistant United States Attorney",
        "Rosa Lind",
    ),
    ("X  Rosa Lind\n______________________\nRosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("SO ORDERED.\n(s) Rosa Lind\nROSA LIND, U.S.D.J.", "Rosa Lind"),
    ("/s/ Rosa Lind   2/20/26\nRosa Lind, U.S.D.J.", "Rosa Lind"),
    (
        "/s/ Rosa Lind de la Cruz\nROSA LIND DE LA CRUZ\nUNITED STATES DISTRICT "
        "JUDGE",
        "Rosa Lind de la Cruz",
    ),
    ("/s/ Rosa O'Lind\nRosa O'Lind\nUnited States District Judge", "Rosa O'Lind"),
    ("/s/ Rosa Lind, Jr.\nROSA LIND, JR.\nUnited States District Judge", "Rosa Lind, Jr."),
    ("/s/ Rosa Lind III\nROSA LIND III\nUnited States District Judge", "Rosa Lind III"),
    ("/s/ J. Rosa Lind\nJ. ROSA LIND\nUnited States District Judge", "J. Rosa Lind"),
    ("CONFORMED COPY\n/s/ Rosa Lind\nUnited States District Judge", "Rosa Lind"),
    (
        "/s/ Rosa Lind\nUnited States District Judge\n\nA TRUE COPY ATTEST:\nPia "
        "Sand, Clerk\nBy: /s/ Tom Reed, Deputy Clerk",
        "Rosa Lind",
    ),
    ("_____/s/ Rosa Lind______\nRosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("_____/s/______________\nRosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("____________/S/____________\nHON. ROSA LIND\nUNITED STATES DISTRICT JUDGE", "Rosa Lind"),
    ("(signature appears on original)\nRosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("[Signature]\n_______________________\nROSA LIND\nUNITED STATES DISTRICT JUDGE", "Rosa Lind"),
    ("~signed~ Rosa Lind\nUnited States District Judge", "Rosa Lind"),
    ("/s/ Rosa Lind\nUNlTED STATES DlSTRlCT JUDGE", "Rosa Lind"),
    ("/s/ Rosa L1nd\nROSA LIND\nUNITED STATES D1STRICT JUDGE", "Rosa Lind"),
])  # fmt: skip
def test_who_signed_and_that_it_was_signed(hand: str, name: str) -> None:
    one = read(order(hand=hand))
    assert (one["signer"], one["unsigned"]) == (name, False)


@pytest.mark.parametrize("head, docket", [
    ("Subpoena No: ABQ/26/0117", "ABQ/26/0117"),
    ("Subpoena # 26-0117", "26-0117"),
    ("Subpoena ID: HSI26ABQ0117", "HSI26ABQ0117"),
    ("Control No. 2026-ABQ-117", "2026-ABQ-117"),
    ("Case No.: AB07QS26AB0117", "AB07QS26AB0117"),
    ("ROI/Case Number: AB13QR26AB0003", "AB13QR26AB0003"),
    ("Subpoena Number ICE-HSI-AQ-2026-00117", "ICE-HSI-AQ-2026-00117"),
    ("Subpoena Number\nICE-HSI-AQ-2026-00117", "ICE-HSI-AQ-2026-00117"),
    ("SUBPOENA NO.   LESC-26-000117-S", "LESC-26-000117-S"),
    ("File Number: A099 551 118", "A099 551 118"),
    ("Alien No. A-099-551-118    Subpoena No. 26-ERO-9", "26-ERO-9"),
    ("Event No: ELP2602000117", "ELP2602000117"),
    ("Reference No.: FDNS-26-00117", "FDNS-26-00117"),
    ("Summons/Subpoena No. 2026CBP00117", "2026CBP00117"),
    ("Our Reference: 26ABQ117", "26ABQ117"),
    ("Docket: CBP-2026-117-S", "CBP-2026-117-S"),
    ("Subpoena No. ERO 26 00117", "ERO 26 00117"),
    ("Tel. No. 505-555-0117\nSubpoena No. 26-117-X", "26-117-X"),
    ("Badge No. 4471   Subpoena No. 26-117-X", "26-117-X"),
    ("FIN: 1288337711     Subpoena No. 26-117-X", "26-117-X"),
    ("Phone: (505) 555-0171", None),
    ("OMB No. 1653-0038", None),
    ("8 C.F.R. 287.4(a)(2)(ii)(A)", None),
    ("Form No. I-138 (6/09)", None),
])  # fmt: skip
def test_the_number_of_an_agency_and_what_is_none(head: str, docket: str | None) -> None:
    assert read(SUBPOENA.format(head))["docket"] == docket


@pytest.mark.parametrize("number, docket", [
    (
        "Case No. 1:26-mc-00027-MIS\n                              )  Subpoena "
        "No. ABQ-26-117",
        "1:26-mc-00027-MIS",
    ),
    ("Agency No. ABQ-26-117\n                              )  Civ. No. 26-27 MIS", "26-27 MIS"),
    ("Misc. Case No.\n                              )  1:26-mc-00027", "1:26-mc-00027"),
    (
        "1:26-mc-00027-MIS-JFR (LEAD)\n                              )  "
        "1:26-mc-00028-MIS-JFR (MEMBER)",
        "1:26-mc-00027-MIS-JFR",
    ),
    ("No. 1:26-mc-00027\n                              )  (10th Cir. No. 26-2011)", "1:26-mc-00027"),
    ("Case No. 26-27\n                              )  Judge: Lind   Ctrm: 14-440", "26-27"),
    ("CASE NUMBER: 1:26-MC-00027", "1:26-MC-00027"),
    ("DOCKET NO. 1:26-MC-27-FDW-DCK", "1:26-MC-27-FDW-DCK"),
    ("Case No. MC26-0027JLR", "MC26-0027JLR"),
    ("NO. 2:26-MC-00027-RAJ", "2:26-MC-00027-RAJ"),
    ("Civil Action No.\n                              )  26-CV-27-LTB-NRN", "26-CV-27-LTB-NRN"),
    ("C/A No. 3:26-mc-27-MGL", "3:26-mc-27-MGL"),
    ("Civil No. PX-26-27", "PX-26-27"),
    ("Civil Case No. 26-mc-00027-LTS-RP", "26-mc-00027-LTS-RP"),
    ("Case No. 26-MC-27-JPS-JPS", "26-MC-27-JPS-JPS"),
    ("4:26-MC-00027 KGB", "4:26-MC-00027 KGB"),
    ("CV 26-27-M-DWM", "CV 26-27-M-DWM"),
    ("MC 26-00027 SOM-KJM", "MC 26-00027 SOM-KJM"),
    ("SA-26-MC-00027-XR", "SA-26-MC-00027-XR"),
    ("EP-26-CV-00027-KC", "EP-26-CV-00027-KC"),
    ("A-26-CV-27-RP", "A-26-CV-27-RP"),
    ("MISC. CASE No. 26-mc-50027", "26-mc-50027"),
    ("No. 26 C 1188", "26 C 1188"),
    ("No. 26 CR 00117", "26 CR 00117"),
    ("Case No. 2:26-mc-27-SPC-NPM", "2:26-mc-27-SPC-NPM"),
    ("No. 26-cv-27-SM-AJ", "26-cv-27-SM-AJ"),
    ("2026 DNH 027\n                              )  Case No. 26-mc-27-SM", "26-mc-27-SM"),
    ("Civil No. 26-1027 (ADC)", "26-1027 (ADC)"),
    ("No. 2:26-mc-27 WBS AC", "2:26-mc-27 WBS AC"),
    ("Case No.: 3:26-mc-27-AGT", "3:26-mc-27-AGT"),
    ("Case No. 26-mc-80027-SVK", "26-mc-80027-SVK"),
    ("No. 1:26-mc-27-CL\n                              )  ECF 7", "1:26-mc-27-CL"),
])  # fmt: skip
def test_the_number_among_others(number: str, docket: str) -> None:
    assert read(order(number=number))["docket"] == docket


@pytest.mark.parametrize("due, day", [
    ("by March 20, 2026 (extended from March 6, 2026)", "2026-03-20"),
    ("no later than March 20, 2026, rather than March 6, 2026", "2026-03-20"),
    ("by the close of business on the 20th day of March 2026", "2026-03-20"),
    ("within four weeks of the date of this Order", "2026-03-20"),
    ("no later than 28 days after entry of this Order", "2026-03-20"),
    ("not more than 28 days after the entry of this Order", "2026-03-20"),
    ("on a rolling basis, to be completed by March 20, 2026", "2026-03-20"),
    ("with production complete no later than March 20, 2026", "2026-03-20"),
    ("for the period January 1, 2025 through December 31, 2025, by March 20, 2026", "2026-03-20"),
    ("dated on or after January 1, 2025, no later than March 20, 2026", "2026-03-20"),
    ("created before December 31, 2027, by March 20, 2026", "2026-03-20"),
    ("by March 20, 2026; any objection is due March 13, 2026", "2026-03-20"),
    ("by March 20, 2026. A status conference is set for April 2, 2026 at 9:00 a.m.", "2026-03-20"),
    ("to counsel's office at or before 3 p.m. March 20, 2026", "2026-03-20T15:00"),
    ("by March 20, 2026, 3 p.m. MDT", "2026-03-20T15:00"),
    ("not later than 1700 hrs on 20 Mar 2026", "2026-03-20T17:00"),
    ("at 10:00 o'clock a.m. on March 20, 2026", "2026-03-20T10:00"),
    ("to the Clerk by Friday, 3/20/2026", "2026-03-20"),
    ("by March 20, 2026 or as the parties may agree", "2026-03-20"),
    ("no later than seven days before the hearing of March 27, 2026", None),
    ("thirty days before trial", None),
    ("within 14 days after the Court rules on the privilege log", None),
    ("within fourteen (14) days of the filing of this Order", "2026-03-06"),
    ("within fourteen (14) days of its entry", "2026-03-06"),
    ("within fourteen (14) days of entry of a protective order", None),
    ("within fourteen (14) days of the date below", "2026-03-06"),
    ("fourteen (14) days after service of this Order upon it", None),
])  # fmt: skip
def test_the_day_among_days_of_other_things(due: str, day: str | None) -> None:
    assert read(order(due=due))["return_date"] == day


@pytest.mark.parametrize("dated, day", [
    ("SO ORDERED:\n\n\nFebruary 20, 2026", "2026-02-20"),
    ("Date of Order: February 20, 2026", "2026-02-20"),
    ("Order entered: February 20, 2026", "2026-02-20"),
    ("Entered this date, February 20, 2026.", "2026-02-20"),
    ("Signed at Santa Fe, New Mexico, in said District, February 20, 2026.", "2026-02-20"),
    ("DATED: This 20th day of February, 2026, at Albuquerque.", "2026-02-20"),
    ("The foregoing is so ordered on this date: 2-20-2026", "2026-02-20"),
    ("Ordered this date. 2/20/2026", "2026-02-20"),
    ("Date: _February 20, 2026_", "2026-02-20"),
    ("Dated: February [20], 2026", "2026-02-20"),
    ("Dated: 2/20/2026 3:41:07 PM", "2026-02-20"),
    ("Signed: Fri Feb 20 15:41:07 2026", "2026-02-20"),
    ("Signed 20 Feb 2026 15:41 MST", "2026-02-20"),
    ("On this day, Friday, the 20th of February, 2026, the Court so orders.", "2026-02-20"),
    ("It is so ordered this day of February 20, 2026.", "2026-02-20"),
    ("Albuquerque, New Mexico\nFebruary 20, 2026", "2026-02-20"),
    ("At Albuquerque, this 20th day of February, Two Thousand and Twenty-Six", "2026-02-20"),
    ("IT IS SO ORDERED. Hearing held February 12, 2026. Dated February 20, 2026.", "2026-02-20"),
    ("The hearing was held on February 12, 2026.\nDone February 20, 2026.", "2026-02-20"),
    ("Dated this 20th day of Febuary, 2026.", "2026-02-20"),
    ("Dated: Febr. 20, 2026", "2026-02-20"),
    ("Date: 02/20/2026   Time: 3:41 PM", "2026-02-20"),
    ("DATED 20th FEBRUARY 2026", "2026-02-20"),
    ("Dated: Feb. 20th '26", "2026-02-20"),
])  # fmt: skip
def test_the_day_of_issue_wherever_and_however_it_stands(dated: str, day: str) -> None:
    assert read(order(dated=dated))["issued"][:10] == day
