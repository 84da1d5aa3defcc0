"""Cells that tell by themselves, and what stands in one column or line with them (lone.py, company.py)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from redaction.detect import Ruleset, detect_text
from redaction.types import Action


def _shown(text: str, ruleset: Ruleset) -> list[str]:
    return [text[f.start : f.end] for f in detect_text(text, ruleset)]


@pytest.mark.parametrize(
    "cell",
    ["Honduran", "EWI", "H-2A", "daca", "permiso vence 08/26", "no papers", "Tigrinya"],
)
def test_a_cell_of_a_row_about_a_person_tells_by_itself(cell: str, ruleset: Ruleset) -> None:
    text = f"12\tRuiz, A.\t{cell}\tblue jacket"
    assert any(cell.startswith(value) for value in _shown(text, ruleset))


@pytest.mark.parametrize(
    "text",
    ["who,what\nRigo,residente,4\nTavo,EWI,5", "Rigo / EWI\nTavo / NM DL", "Rigo - NM DL\nTavo - EWI"],
)
def test_rows_are_parted_by_commas_slashes_and_dashes_too(text: str, ruleset: Ruleset) -> None:
    told = "residente" if "residente" in text else "EWI"
    assert told in " ".join(_shown(text, ruleset))


def test_a_line_of_prose_with_a_dash_is_no_row(ruleset: Ruleset) -> None:
    found = detect_text("Lunch today - Mexican\nRoom 4 is cold", ruleset)
    assert not [f for f in found if f.rule == "cell.lone"]


def test_a_cell_in_a_text_of_one_line_longer_than_any_row_is_shown(ruleset: Ruleset) -> None:
    text = "Ruiz, A. | Honduran | " + "the clerk wrote on and on " * 200
    assert "Honduran" in _shown(text, ruleset)


def test_a_table_about_things_is_left_alone(ruleset: Ruleset) -> None:
    assert _shown("Item   Origin   Qty\nsoap   Turkey   200\nmats   Vietnam   75", ruleset) == []
    assert _shown("Fuse   Amps   Feeds\nF1   10   radio\nF2   15   horn", ruleset) == []


def test_a_column_is_told_by_half_of_its_cells(ruleset: Ruleset) -> None:
    text = "4\tRuiz Ana\tHonduran\n5\tVega Beto\tQuetzal\n6\tMora Celia\tsalvadoreña"
    found = {text[f.start : f.end]: f for f in detect_text(text, ruleset)}
    assert found["Quetzal"].rule == "company.column" and found["Quetzal"].action is Action.REVIEW
    assert not any("Ruiz" in value for value in found)


def test_what_stands_beside_a_labelled_value_in_its_line_is_shown(ruleset: Ruleset) -> None:
    text = "Naturalized? Y   Court D.N.M. 2011   Phone: 505-555-0101\nOfficer: Lee"
    shown = _shown(text, ruleset)
    assert any("D.N.M." in value for value in shown)
    assert not any("505" in value or "Lee" in value for value in shown)


def test_work_grows_with_the_rows(ruleset: Ruleset) -> None:
    """Lines of our own code that are run, not seconds: those tell of the machine too."""

    def lines_run(rows: int) -> int:
        text = "\n".join(f"{i}\tRuiz, A{i % 7}\t{('Honduran', 'NM', 'x')[i % 3]}\tblue" for i in range(rows))
        run = 0

        def count(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
            nonlocal run
            if "/redaction/detect/" not in frame.f_code.co_filename:
                return None
            run += event == "line"
            return count

        before = sys.gettrace()
        sys.settrace(count)
        try:
            detect_text(text, ruleset)
        finally:
            sys.settrace(before)
        return run

    lines_run(50)  # what is remembered from one text to the next
    assert lines_run(800) < 4.6 * lines_run(200)
