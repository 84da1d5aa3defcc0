"""Cells and lines of few words are shown near a finding, never without one and never redacted."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detect import Ruleset, detect_text
from redaction.detect.model import brief
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.views import make_views
from redaction.types import Action, Finding

FOUND, ASIDE = "Nationality: Guatemalan", "Shoe size: 9"


@pytest.mark.parametrize("cell", ["Card seen", "examen reprobado 1 vez"])
def test_a_brief_line_is_shown_near_a_finding_and_only_there(ruleset: Ruleset, cell: str) -> None:
    beside = {f.rule: f.action for f in _on(cell, f"{FOUND}\n{cell}\n{ASIDE}", ruleset)}

    assert beside == {brief.RULE: Action.REVIEW}
    assert not _on(cell, f"{ASIDE}\n{cell}\n{ASIDE}", ruleset)
    assert not _on(cell, f"{FOUND}\n{'Shoe sizes on the shelf. ' * 6}\n{cell}", ruleset)


def test_what_tells_nothing_is_not_shown_near_a_finding(ruleset: Ruleset) -> None:
    assert not _on(ASIDE, f"{FOUND}\n{ASIDE}\n", ruleset)


def test_a_name_is_not_shown_for_the_column_beside_it(ruleset: Ruleset) -> None:
    assert not _on("Ruiz Ana", "4\tRuiz Ana\tHonduran\n5\tVega Beto\tcubana", ruleset)


def test_the_last_line_of_wrapped_prose_is_no_brief_line() -> None:
    shape = b"he told the clerk at the window that he had been asked\nfor his card\n\ncard seen"

    assert [shape[slice(*cell)] for cell in brief.cells(shape, [], [(0, 2)])] == [b"card seen"]


@given(st.text("ab1 |\t\n.", max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 9))))
def test_brief_cells_are_in_order_and_apart(text: str, told: list[tuple[int, int]]) -> None:
    shape = make_views(text).shape
    cells = brief.cells(shape, [], [(start, start + length) for start, length in told])

    assert all(a[1] <= b[0] for a, b in itertools.pairwise(cells))
    assert all(shape[start : start + 1].isalnum() and end - start <= brief.LONGEST for start, end in cells)


def _on(cell: str, text: str, ruleset: Ruleset) -> list[Finding]:
    start = text.index(cell)
    found = [f for f in detect_text(text, ruleset) if f.start < start + len(cell) and start < f.end]
    assert all(f.layer == MODEL_LAYER for f in found)
    return found
