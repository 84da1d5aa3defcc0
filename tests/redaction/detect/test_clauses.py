"""What stands in one clause with a finding is shown with it, and nothing beyond."""

from __future__ import annotations

import pytest

from redaction.detect import Ruleset, detect_text
from redaction.detect.clauses import RULE
from redaction.detect.growth import REACH
from redaction.types import Action
from tests.redaction.detect.test_rules import claimed


def shown(text: str, ruleset: Ruleset) -> list[str]:
    """What is shown around the findings of the rules, all of it to review."""
    found = [f for f in detect_text(text, ruleset) if f.rule == RULE]
    assert all(f.action is Action.REVIEW and f.layer == "model" for f in found)
    return [text[f.start : f.end] for f in found]


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        (
            "Meter 4 replaced. Form and his green card sat in a drawer. Gate shut.",
            ("Meter 4 replaced", "Gate shut"),
        ),
        (
            "Paid in full; keeps her work permit in the blue folder; no arrears.",
            ("Paid in full", "no arrears"),
        ),
        ("Llegó tarde. Perdió su pasaporte mexicano en la mudanza de abril. Pagó.", ("Llegó tarde", "Pagó")),
    ],
)
def test_a_clause_is_shown_to_its_end_and_no_further(
    text: str, beyond: tuple[str, str], ruleset: Ruleset
) -> None:
    found = detect_text(text, ruleset)
    inside = {i for f in found for i in range(f.start, f.end)}
    start, end = text.index(beyond[0]) + len(beyond[0]), text.index(beyond[1])
    said = [i for i in range(start, end) if text[i].isalnum()]
    assert claimed(text, ruleset) and all(i in inside for i in said)
    assert not [i for i in inside if i < start or i >= end]


def test_a_clause_without_end_is_shown_in_whole_words_and_no_further_than_forty_characters(
    ruleset: Ruleset,
) -> None:
    words = "gravel " * 30
    text = f"{words}a green card {words}"
    (core,) = claimed(text, ruleset)
    found = [f for f in detect_text(text, ruleset) if f.rule == RULE]
    assert len(found) == 2
    assert all(core.start - REACH <= f.start and f.end <= core.end + REACH for f in found)
    assert {word for f in found for word in text[f.start : f.end].split()} == {"gravel"}


def test_a_cell_or_line_beside_is_not_shown_and_a_wrapped_line_is(ruleset: Ruleset) -> None:
    assert shown("Smith\this green card\tPaid", ruleset) == []
    assert shown("Roof: tin\nhis green card\nRoof: tin", ruleset) == []
    text = "Roof, gate and meter are fixed; in the drawer his green card\nbelow the second desk."
    assert shown(text, ruleset) == ["in the drawer", "below the second desk"]


def test_the_rest_of_a_short_line_is_shown(ruleset: Ruleset) -> None:
    text = "WIC: yes\nTANF: 5 yr bar, blue folder\nBus: yes"

    assert shown(text, ruleset)[-1] == "blue folder"


def test_words_that_tell_nothing_alone_and_what_is_excused_are_not_shown(ruleset: Ruleset) -> None:
    assert shown("She is undocumented.", ruleset) == []
    assert "Mexican restaurant" not in " ".join(
        shown("The Cuban national sat at the Mexican restaurant.", ruleset)
    )


def test_nothing_is_shown_where_nothing_is_found(ruleset: Ruleset) -> None:
    assert detect_text("The clerk filed the invoice and closed the gate.", ruleset) == []
