"""Labelled values: same line, next line, column gap; both languages; blanks are values too."""

from __future__ import annotations

import pytest

from redaction.detect import Ruleset, detect_text


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("Place of birth: Parral, Chih.", "Parral, Chih", "COUNTRY_OF_BIRTH"),
        ("POB: Springfield", "Springfield", "COUNTRY_OF_BIRTH"),
        ("PLACE OF BIRTH\nSpringfield, Ohio\nDOB\n1990", "Springfield, Ohio", "COUNTRY_OF_BIRTH"),
        ("POB    Zacapa      DOB   01/02/1990", "Zacapa", "COUNTRY_OF_BIRTH"),
        ("Lugar de nacimiento: rancho El Zapote", "rancho El Zapote", "COUNTRY_OF_BIRTH"),
        ("L/Nac: desconocido", "desconocido", "COUNTRY_OF_BIRTH"),
        ("Citizenship: USA", "USA", "CITIZENSHIP"),
        ("CTZ: MX   SEX: F", "MX", "CITIZENSHIP"),
        ("Nacionalidad: hondureña", "hondureña", "CITIZENSHIP"),
        ("Citizenship: N/A", "N/A", "CITIZENSHIP"),
        ("Citizenship: refused", "refused", "CITIZENSHIP"),
        ("Citizenship: ______", "______", "CITIZENSHIP"),
        ("Immigration status = pending", "pending", "IMMIGRATION_STATUS"),
        ("Estatus migratorio: ninguno", "ninguno", "IMMIGRATION_STATUS"),
        ("Primary language: English", "English", "LANGUAGE_PROXY"),
        ("Idioma preferido - Mam", "Mam", "LANGUAGE_PROXY"),
        ("Class of admission: F1", "F1", "VISA_CLASS"),
        ("Consular notification: declined", "declined", "CONSULAR_CONTACT"),
        ("Tribal affiliation: none", "none", "TRIBAL_AFFILIATION"),
        ("Time in country: 8 months", "8 months", "ENTRY_HISTORY"),
        ("A-Number (if any): 087654321", "087654321", "A_NUMBER"),
    ],
)
def test_the_value_goes_and_the_label_stays(text: str, value: str, kind: str, ruleset: Ruleset) -> None:
    found = [f for f in detect_text(text, ruleset) if f.type == kind]
    assert [text[f.start : f.end] for f in found] == [value]
    assert found[0].explanation.endswith(("taken", "everyone")) or found[0].layer != "label"


def test_a_value_ends_where_the_next_label_begins(ruleset: Ruleset) -> None:
    text = "POB: Xela CTZ: GT Language: Mam"
    assert [text[f.start : f.end] for f in detect_text(text, ruleset)] == ["Xela", "GT", "Mam"]


def test_a_value_ends_before_a_label_that_is_not_ours(ruleset: Ruleset) -> None:
    text = "POB: Springfield Sex: F Hair: BRN"
    assert [text[f.start : f.end] for f in detect_text(text, ruleset)] == ["Springfield"]


def test_a_label_broken_over_two_lines_is_still_one(ruleset: Ruleset) -> None:
    text = "Country of\nbirth: Wakanda"
    assert [text[f.start : f.end] for f in detect_text(text, ruleset)] == ["Wakanda"]


def test_a_label_that_belongs_to_one_person_goes_too(ruleset: Ruleset) -> None:
    text = "her green card number: SRC2190012345"
    found = detect_text(text, ruleset)
    assert text[found[0].start : found[-1].end] == text


@pytest.mark.parametrize(
    "text", ["Language: see page 4 of the ordinance"[:9], "Status: Active", "Marital status: single"]
)
def test_labels_of_other_fields_are_left_alone(text: str, ruleset: Ruleset) -> None:
    assert detect_text(text, ruleset) == []


def test_a_header_governs_its_column(ruleset: Ruleset) -> None:
    text = "Name\tPOB\tDOB\nAna\tXela\t1990\nLuis\tMars\t1985\n\nend of list"
    assert [text[f.start : f.end] for f in detect_text(text, ruleset)] == ["Xela", "Mars"]


def test_gaps_between_words_on_the_page_part_cells(ruleset: Ruleset) -> None:
    from redaction.detect import detect
    from redaction.types import Box, Document, PageText, TextSource

    text = "POB Zacapa DOB 1990 clerk"
    cells: list[Box | None] = []
    x = 0.0
    for at, character in enumerate(text):
        if character == " ":
            cells.append(None)
            x += 40.0 if at < 15 else 3.0
        else:
            cells.append(Box(x, 100.0, x + 5.0, 110.0))
            x += 5.0
    page = PageText(TextSource.PDFPLUMBER, 1, text, tuple(cells))
    document = Document("0" * 64, "application/pdf", (), (page,))
    found = [f for f in detect(document, ruleset) if f.layer == "label"]
    assert [text[f.start : f.end] for f in found] == ["Zacapa"]
    assert detect_text("Birth state Springfield DOB 1990 clerk", ruleset) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Consular notification:\nDeclined", ["Declined"]),
        ("Citizenship:\nOffense\nTheft of a bicycle", []),
        ("Citizenship:\nOffense: theft of a bicycle", []),
        ("Place of birth:\nCity: Xela", ["City: Xela"]),
        ("Subject's place of birth\nXela", ["Xela"]),
        ("Offense/CAD EVENT NUMBER\nP250310012", []),
        ("Event number: P250310012", ["P250310012"]),
        ("Police ICE event number: P250310012", ["P250310012"]),
    ],
)
def test_the_name_of_another_field_is_no_value(text: str, values: list[str], ruleset: Ruleset) -> None:
    found = [f for f in detect_text(text, ruleset) if f.layer == "label"]
    assert [text[f.start : f.end] for f in found] == values


def test_a_label_at_the_end_of_a_line_of_prose_takes_nothing(ruleset: Ruleset) -> None:
    text = "Then the clerk read out her place of birth\nand the roof was mended."
    assert not [f for f in detect_text(text, ruleset) if f.layer == "label"]


def test_the_cell_below_is_the_value_where_a_reader_lost_a_cell_of_the_row(ruleset: Ruleset) -> None:
    text = "CITIZENSHIP\tPRIMARY LANGUAGE\tIDENTIFICATION SHOWN\nWakandan\tElvish\nLibrary card"
    assert [text[f.start : f.end] for f in detect_text(text, ruleset)] == ["Wakandan", "Elvish"]


def test_a_printed_label_of_the_next_line_is_no_part_of_a_phrase(ruleset: Ruleset) -> None:
    text = "PLACE OF BIRTH\nParral, Chihuahua\nCITIZENSHIP\nMexican national\nPRIMARY LANGUAGE\nMam"
    found = [text[f.start : f.end] for f in detect_text(text, ruleset)]
    assert found == ["Parral, Chihuahua", "Mexican national", "Mam"]


def test_a_year_and_a_telephone_number_are_no_visa_control_number(ruleset: Ruleset) -> None:
    text = "Her immigration lawyer. Born 04/12/1987 505-555-0151"
    assert not [f for f in detect_text(text, ruleset) if f.type == "VISA_NUMBER"]


def test_a_value_that_is_itself_a_label_governs_nothing_below_it(ruleset: Ruleset) -> None:
    text = "CITIZENSHIP\tPRIMARY LANGUAGE\tSEX\nU.S. citizen\tEnglish\tF\nCHECK ALL THAT APPLY"
    values, below = "U.S. citizen\tEnglish", text.index("\tF\n")
    found = detect_text(text, ruleset)
    assert all(any(f.start <= text.index(v) < f.end for f in found) for v in values.split("\t"))
    assert all(f.end <= below for f in found)


@pytest.mark.parametrize("before", ["es", "estatus", "status", "pais de", "country of"])
@pytest.mark.parametrize(
    ("label", "value"),
    [("Ciudadano de EE.UU.", "Daegu"), ("Legal Status in US", "Daegu"), ("Citizenship", "Daegu")],
)
def test_the_end_of_one_line_is_no_part_of_the_next_ones_label(
    before: str, label: str, value: str, ruleset: Ruleset
) -> None:
    text = f"Nota: {before}\n{label}: {value}\n"

    covered = {i for f in detect_text(text, ruleset) for i in range(f.start, f.end)}
    at = text.index(value)
    assert set(range(at, at + len(value))) <= covered
