"""Numbers: check digits, labels, cues, masks, and what is not one."""

from __future__ import annotations

import pytest

from redaction.detect import Ruleset, detect_text
from redaction.detect.identifiers import checks
from redaction.types import Action


def actions(text: str, ruleset: Ruleset) -> dict[str, Action]:
    return {f.type: f.action for f in detect_text(text, ruleset)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Alien registration no. 87654321", "A_NUMBER"),
        ("A# 087654321", "A_NUMBER"),
        ("his A-file is A 087 654 321", "A_NUMBER"),
        ("AXXX-XXX-321", "A_NUMBER"),
        ("número de extranjero: 087654321", "A_NUMBER"),
        ("WAC2190012345", "USCIS_RECEIPT_NUMBER"),
        ("IOE 09 123 45678", "USCIS_RECEIPT_NUMBER"),
        ("Z receipt ZAR2190012345 from USCIS", "USCIS_RECEIPT_NUMBER"),
        ("123456789A1", "I94_NUMBER"),
        ("admission record 745612301 12", "I94_NUMBER"),
        ("N0012345678", "SEVIS_ID"),
        ("school code ALB214F00123000", "SEVIS_ID"),
        ("pasaporte número G12345678", "PASSPORT_NUMBER"),
        ("US passport 512345678", "PASSPORT_NUMBER"),
        ("visa foil K1234567", "VISA_NUMBER"),
        ("visa control no. 20193651234567", "VISA_NUMBER"),
        ("DS-160 AA00ABC123", "VISA_NUMBER"),
        ("matrícula consular 8123456", "CONSULAR_ID"),
        ("CURP BOXW310820HNERXN09", "FOREIGN_NATIONAL_ID"),
        ("DNI 0801-1990-12345", "FOREIGN_NATIONAL_ID"),
        ("DUI no. 04567890-3", "FOREIGN_NATIONAL_ID"),
        ("cédula 001-0000000-0", "FOREIGN_NATIONAL_ID"),
        ("cedula 8-765-4321 Colombia no. 1.020.345.678", "FOREIGN_NATIONAL_ID"),
        ("912-78-4321", "US_ITIN"),
        ("ITIN 9XX-70-1234", "US_ITIN"),
        ("Event No. ELP2501000123", "DHS_CASE_ID"),
        ("NVC case CDJ2015678901", "DHS_CASE_ID"),
        ("Certificate of Naturalization no. 28123456", "DHS_CASE_ID"),
    ],
)
def test_a_number_with_its_label_or_form_is_redacted_whole(text: str, kind: str, ruleset: Ruleset) -> None:
    found = [f for f in detect_text(text, ruleset) if f.action == "redact"]
    assert kind in {f.type for f in found}
    inside = {i for f in found for i in range(f.start, f.end)}
    assert {i for i, c in enumerate(text) if c.isdigit()} - inside <= set(range(8))  # "I-94", "DS-160"


@pytest.mark.parametrize(
    "text",
    [
        "Invoice A12345678 is overdue",
        "Call 505-555-0182 before noon",
        "SSN 512-34-5678 on the form",
        "ISBN 9780306406157",
        "Utility account 12345678901",
        "order 4471-2231-9987",
        "912-555-1234",
        "born 1990-02-15",
        "tail number N12345",
        "case A-1-CA-41023",
        "ATIN 912-93-4321",
    ],
)
def test_other_numbers_stay(text: str, ruleset: Ruleset) -> None:
    assert detect_text(text, ruleset) == []


def test_digits_beside_a_status_cue_go_to_a_person(ruleset: Ruleset) -> None:
    text = "her visa paperwork lists 4471223199"
    assert [f.action for f in detect_text(text, ruleset) if text[f.start] == "4"] == [Action.REVIEW]


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("curp_holds", "BOXW310820HNERXN09"),
        ("dui_holds", "000162975"),
        ("honduras_holds", "0801199012345"),
        ("nicaragua_holds", "0010101800001A"),
        ("itin_holds", "912784321"),
        ("luhn_holds", "00113918205"),
    ],
)
def test_check_digits(name: str, good: str) -> None:
    holds = getattr(checks, name)
    assert holds(good)
    assert not holds(good[:-1] if name != "luhn_holds" else good[:-1] + "4")


def test_a_wrong_check_digit_fails() -> None:
    assert not checks.curp_holds("BOXW310820HNERXN08")
    assert not checks.dui_holds("000162976")
    assert not any(checks.cui_holds(f"26300016{d}0101") for d in range(10) if not _cui(f"26300016{d}0101"))


def _cui(value: str) -> bool:
    return sum(int(c) * (i + 2) for i, c in enumerate(value[:8])) % 11 == int(value[8])


@pytest.mark.parametrize(
    ("field", "digit"),
    [("L898902C3", "6"), ("740812", "2"), ("120415", "9"), ("ZE184226B<<<<<", "1"), ("D23145890", "7")],
)
def test_mrz_check_digits_of_the_icao_examples(field: str, digit: str) -> None:
    assert checks.mrz_digit(field) == digit


TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "C1USA0876543217SRC9876543210<<\n8001014F3001012MEX<<<<<<<<<<<8\nGARCIA<<LUZ<MARIA<<<<<<<<<<<<<"


@pytest.mark.parametrize("zone", [TD3, TD2, TD1, TD3.replace("<<<<<<<", "<<K<< <", 1), TD3.replace("<", "«")])
def test_a_machine_readable_zone_goes_whole_even_when_damaged(zone: str, ruleset: Ruleset) -> None:
    text = f"copy of document:\n{zone}\nend of copy"
    start, end = text.index(zone), text.index(zone) + len(zone)
    found = detect_text(text, ruleset)
    assert any(f.type == "PASSPORT_MRZ" and f.start <= start and f.end >= end for f in found)
    assert all(f.end <= end + 1 for f in found)


@pytest.mark.parametrize(
    "text", ["if (a << 2) { b << 3; }", "cat <<EOF\nhello\nEOF", "<<<<< note >>>>>", "<p><b>text</b></p>"]
)
def test_angle_brackets_alone_are_no_zone(text: str, ruleset: Ruleset) -> None:
    assert "PASSPORT_MRZ" not in actions(text, ruleset)
