"""Tables of plain text: the names of columns govern the cells below them, in every way of writing."""

from __future__ import annotations

import re

import pytest

from redaction.detect import Ruleset, detect, detect_text
from redaction.detect.grid import lines_of
from redaction.types import Action, Box, Document, PageText, TextSource


def labelled(text: str, ruleset: Ruleset) -> list[str]:
    """What the label rules take of a text, in order."""
    return [text[f.start : f.end] for f in detect_text(text, ruleset) if f.layer == "label"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Name\tDept\tCTZ\nOrr, T\tParks\tZemblan\nPell, D\tPool\tUS", ["Zemblan", "US"]),
        ("| Name | Imm St | Due |\n| Orr | EWI | 5/1 |\n| Pell | N/A | 5/2 |", ["EWI", "N/A"]),
        ("Name;Cntry Birth;Age\nOrr;Zembla;41\nPell;Ruritania;20", ["Zembla", "Ruritania"]),
        ('last,birth_country,age\n"Orr, T",Zembla,41\n"Pell, D",,20', ["Zembla"]),
        ("Name / POB / Age\nOrr / Strelsau / 41\nPell / Hentzau / 20", ["Strelsau", "Hentzau"]),
        ("SURNAME.....PAROLE UNTIL.....RM\nOrr.........11/2031.........4", ["11/2031"]),
        (
            "Nombre   Lug. Nac.   Edad\nLuz      Strelsau    41\nAna      Hentzau     20",
            ["Strelsau", "Hentzau"],
        ),
    ],
)
def test_cells_are_parted_in_every_way(text: str, values: list[str], ruleset: Ruleset) -> None:
    assert labelled(text, ruleset) == values


@pytest.mark.parametrize("head", ["P0B", "P.O.B.", "Plc of Birth", "BIRTH CTRY", "Subject's POB", "b. place"])
def test_a_head_counts_however_it_is_written(head: str, ruleset: Ruleset) -> None:
    text = f"Name        {head:<16}Hair\nOrr, T      Strelsau        BRN"
    assert labelled(text, ruleset) == ["Strelsau"]


def test_columns_of_ragged_rows_go_by_their_place(ruleset: Ruleset) -> None:
    text = (
        "Name            Job            POB           Rm\n"
        "Orr, Tamsin     clerk          Strelsau      4\n"
        "Pell, D                        Hentzau       5\n"
        "Van der Hoogstraten Katelijne  Zenda         6"
    )
    assert labelled(text, ruleset) == ["Strelsau", "Hentzau", "Zenda"]


def test_two_header_lines_are_read_together(ruleset: Ruleset) -> None:
    text = "                PLACE OF\nNAME            BIRTH        CELL\nOrr, T          Strelsau     4"
    assert labelled(text, ruleset) == ["Strelsau"]


def test_a_header_governs_rows_far_below_and_over_notes(ruleset: Ruleset) -> None:
    rows = [f"Orr{i}\t{i}\tStrelsau" for i in range(2_000)]
    rows.insert(1_000, "(page 2)")
    text = "\n".join(["Name\tRoom\tPOB", *rows])
    assert len(labelled(text, ruleset)) == 2_000


def test_what_was_and_what_is_are_both_taken(ruleset: Ruleset) -> None:
    text = "FIELD      OLD        NEW\npob        unk        Strelsau\nphone      --         555-0100"
    assert labelled(text, ruleset) == ["unk", "Strelsau"]


def test_a_weak_head_counts_in_company_and_is_only_reviewed(ruleset: Ruleset) -> None:
    table = "{}   Country\nOrr      Zembla\nPell     Ruritania"
    found = [f for f in detect_text(table.format("Guest"), ruleset) if f.layer == "label"]
    assert [f.action for f in found] == [Action.REVIEW, Action.REVIEW]
    assert labelled(table.format("Crate"), ruleset) == []


@pytest.mark.parametrize(
    "text",
    [
        "POB    Zacapa      DOB   01/02/1990\nCTZ    GT          SEX   F",
        "Citizenship: Zemblan   Sex: F\nHeight: 5-4   Eyes: BRN",
    ],
)
def test_a_row_of_names_and_values_is_no_header(text: str, ruleset: Ruleset) -> None:
    assert ruleset.labels.tables(lines_of(text, ())).headers == ()
    assert {"Zacapa", "GT"} <= set(labelled(text, ruleset)) or "Zemblan" in labelled(text, ruleset)


def test_a_row_that_reads_like_a_header_is_still_a_row(ruleset: Ruleset) -> None:
    text = "Name\tRoom\tCTZ\tI-9 doc\nOrr\t4\tZE\tUS passport\nPell\t5\tRU\tI-94"
    tables = ruleset.labels.tables(lines_of(text, ()))
    assert [text[c.start : c.end] for c in tables.cells] == ["ZE", "US passport", "RU", "I-94"]


def test_tables_without_a_name_of_ours_are_left_alone(ruleset: Ruleset) -> None:
    text = "Route   Riders   On time\n66      4,410    81%\n777     2,004    77%"
    assert detect_text(text, ruleset) == []


def test_time_grows_with_length_only(ruleset: Ruleset) -> None:
    text = "Name\tPOB\n" + "a\t" * 200_000
    assert ruleset.labels.tables(lines_of(text, ())).cells == ()


FORM = (
    "ADDRESS\tPLACE OF BIRTH\n2218 Yarrow Street\tStrelsau\n"
    "CITIZENSHIP\tPRIMARY LANGUAGE\tTELEPHONE\nZemblan\tZemblan, some Norse\t505-555-0151\n"
    "WITNESS 1\n"
    "NAME (FIRST, LAST)\tDATE OF BIRTH\tSEX\tTELEPHONE\nTamsin Orr\t11/03/1984\tF\t505-555-0152\n"
    "ADDRESS\tPLACE OF BIRTH\n77 Granary Road\tHentzau\n"
    "PROPERTY\nQTY\tDESCRIPTION\tVALUE\tTAG\n1\tReceipt and two keys\t$1,850\tO-1"
)


def test_a_page_of_a_form_is_no_long_table(ruleset: Ruleset) -> None:
    """Each row of names governs the one row below it: not the next names, nor what stands under those."""
    assert labelled(FORM, ruleset) == ["Strelsau", "Zemblan", "Zemblan, some Norse", "Hentzau"]


@pytest.mark.parametrize(
    "text",
    [
        "Nationality  Zemblan\nReligion  none\nSmoker  N\nDiet  plain",
        "POB STRELSAU   LANG NORSE\nDoc: PP 44   Veh: none\nReason: asleep\nDispo: moved along",
        "Name\tPOB\nOrr",
    ],
)
def test_without_rows_there_is_no_table(text: str, ruleset: Ruleset) -> None:
    assert ruleset.labels.tables(lines_of(text, ())).cells == ()


def test_words_of_a_row_are_what_a_cell_says_and_no_labels(ruleset: Ruleset) -> None:
    text = (
        "No.\tGuest\tCitizenship\tSAVE result\tRooms\n"
        "1\tOrr\tU.S. citizen\tnot run\t3\n2\tPell\tasylee\tno\t2"
    )
    assert labelled(text, ruleset)[:2] == ["U.S. citizen", "not run"]
    found = {text[f.start : f.end] for f in detect_text(text, ruleset)}
    assert {"asylee", "no"} <= found
    assert not found & {"1", "2", "3", "Orr", "Pell"}


def test_what_stands_in_two_cells_is_two_findings(ruleset: Ruleset) -> None:
    text = "Guest\tNationality\tSAVE result\nOrr\tHonduran\tTPS verified\nPell\tCuban\tparolee"
    assert [text[f.start : f.end] for f in detect_text(text, ruleset)] == [
        "Honduran", "TPS verified", "Cuban", "parolee",
    ]  # fmt: skip


def _page(lines: list[str]) -> Document:
    """A page set in letters of one width, as a reader gives it: one blank wherever words stand apart."""
    text, cells = "", []
    for row, line in enumerate(lines):
        words = re.finditer(r"\S+", line)
        for word in words:
            cells += [None] if text else []
            text += " " if text else ""
            text += word.group()
            cells += [Box(6.0 * c, 14.0 * row, 6.0 * c + 6, 14.0 * row + 9) for c in range(*word.span())]
    page = PageText(TextSource.PDFPLUMBER, 1, text, tuple(cells))
    return Document("0" * 64, "application/pdf", (), (page,))


def test_on_a_page_cells_go_by_their_places(ruleset: Ruleset) -> None:
    """Readers lose blank cells, and two names may stand so near that only the rows tell them apart."""
    document = _page(
        [
            "No.   Guest        Nationality     Rooms  Applied       Remarks",
            "1     Tamsin Orr   Zemblan         3      02/20/2031    two dogs",
            "2     D. Pell                      2      08/02/2031    ground floor",
            "3     Zenda Quay   Ruritanian      2      02/12/2031",
            "                   (by marriage)",
            *[""] * 6,
            "For use in the office only                        Page 1 of 2",
        ]
    )
    text = document.texts[0].text
    found = [text[f.start : f.end] for f in detect(document, ruleset) if f.layer == "label"]
    assert found == ["Zemblan", "Ruritanian", "(by marriage)"]


def test_a_doubtful_column_of_codes_is_shown_to_a_person(ruleset: Ruleset) -> None:
    assert labelled("key  nac.\n0441  MEX\n0442  USA\n0443  (blank)\n0444  ESP", ruleset) == [
        "MEX", "USA", "(blank)", "ESP",
    ]  # fmt: skip
    assert labelled("Case|Prog|Lang|Atty\n24-18|rent|es|Rusk\n24-19|repair|en|Bly", ruleset) == ["es", "en"]


def test_codes_in_a_table_of_things_are_left_alone(ruleset: Ruleset) -> None:
    assert labelled("Part no  Country  Qty\n22-1  CHN  4\n22-2  USA  9\n22-7  MEX  1", ruleset) == []
