"""Fields by name: dumps, joined and misread names, boxes, questions, and names that need company."""

from __future__ import annotations

import pytest

from redaction.detect import Ruleset, detect_text
from redaction.types import Action


def labelled(text: str, ruleset: Ruleset) -> list[str]:
    """What the label rules take of a text, in order."""
    return [text[f.start : f.end] for f in detect_text(text, ruleset) if f.layer == "label"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"citizenship":["ZE"],"room":"4"}', ["ZE"]),
        ("citizen_flag=N; room=4", ["N"]),
        ("<CitizenshipCode>ZE</CitizenshipCode>", ["ZE"]),
        ("(last, pob, room) VALUES ('Orr', 'Strelsau', '4')", ["Strelsau"]),
        ("NAM/ORR, T CTZ/ZE POB/SS HGT/509", ["ZE", "SS"]),
        ("Mother's POB: Strelsau   Room: 4", ["Strelsau"]),
        ("P1ace of Birth; Strelsau", ["Strelsau"]),
        ("Class of admission ___CR-6___", ["CR-6___"]),
        ("Country 0f Birth\n  Strelsau\nRoom\n4", ["Strelsau"]),
        ("Consul. notif.: waived   Booked in: room 4", ["waived"]),
        ("PT_LANG KAR  BIRTH_CTRY MMR  REL_CD 09", ["KAR", "MMR"]),
        (
            "1 Cough over three weeks\tN\n2 Born in a country other than Canada\tY - Ruritania",
            ["Y - Ruritania"],
        ),
        ("¿Es ciudadano de EE. UU.? Todavía no", ["Todavía no"]),
        ("Nació en: Cd. Strelsau\nCuarto: 4", ["Cd. Strelsau"]),
    ],
)
def test_a_field_is_known_by_its_name(text: str, values: list[str], ruleset: Ruleset) -> None:
    assert labelled(text, ruleset) == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Citizenship: [ ] US  [x] other  [ ] refused", "[ ] US  [x] other  [ ] refused"),
        ("Interpreter needed   ☒ Y   ☐ N", "☒ Y   ☐ N"),
        ("Immigration status:\n( ) A\n( ) B\n(x) C\nRoom: 4", "( ) A\n( ) B\n(x) C"),
        ("Are you a citizen of the United States?  ☑ Yes  ☐ No", "☑ Yes  ☐ No"),
    ],
)
def test_every_box_of_a_group_goes_whatever_is_ticked(text: str, value: str, ruleset: Ruleset) -> None:
    found = detect_text(text, ruleset)
    start = text.index(value)
    inside = {i for f in found for i in range(f.start, f.end)}
    assert set(range(start, start + len(value))) - {i for i, c in enumerate(text) if c.isspace()} <= inside


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Were you born in the U.S.?   N", "N"),
        ("Have you ever been deported or removed? No", "No"),
        ("¿Dónde nació usted?\nStrelsau", "Strelsau"),
        ("¿Necesita intérprete?   sí", "sí"),
    ],
)
def test_the_answer_to_a_question_goes(text: str, value: str, ruleset: Ruleset) -> None:
    assert value in labelled(text, ruleset)


@pytest.mark.parametrize(
    "text",
    [
        "Senior citizen discount?  Yes",
        "Lost Social Security card?  Yes",
        "Class: yoga   Room: 4",
        "Immigration by the numbers: a lecture series",
        "tender=VISA amt=41.18",
    ],
)
def test_names_of_other_matters_are_left_alone(text: str, ruleset: Ruleset) -> None:
    assert labelled(text, ruleset) == []


def test_a_weak_name_counts_beside_a_telling_one_and_is_reviewed(ruleset: Ruleset) -> None:
    text = "Passport no.: K1234567   Country: Zembla"
    found = [f for f in detect_text(text, ruleset) if text[f.start : f.end] == "Zembla"]
    assert [f.action for f in found] == [Action.REVIEW]
    assert "Zembla" not in labelled("Invoice no.: K1234567   Country: Zembla", ruleset)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Yes__ No_X_  Are you a citizen of the United States?", ["Yes__ No_X_"]),
        ("Native language(s)  1. Norse  2. Zemblan", ["1. Norse  2. Zemblan"]),
        ("\u00bfEs usted ciudadano de EE. UU.?   ( ) S\u00ed   (x) No", ["( ) S\u00ed   (x) No"]),
    ],
)
def test_every_option_and_every_answer_of_a_list_goes(text: str, values: list[str], ruleset: Ruleset) -> None:
    assert labelled(text, ruleset) == values


def test_a_name_without_a_mark_counts_beside_a_number_and_is_only_reviewed(ruleset: Ruleset) -> None:
    found = [f for f in detect_text("Passport no.: K51774208   Country Zembla", ruleset) if f.score < 0.5]
    assert [f.action for f in found] == [Action.REVIEW]
    assert labelled("Route 66   Country Zembla", ruleset) == []


def test_the_name_of_a_field_stays_and_its_value_goes(ruleset: Ruleset) -> None:
    text = "Naturalized? Y   Consular card? N"
    assert [text[f.start : f.end] for f in detect_text(text, ruleset)] == ["Y", "N"]


@pytest.mark.parametrize("name", ["Fecha de nacimiento", "Acta de nacimiento", "Hora de nacimiento"])
def test_the_last_word_of_another_name_is_no_name_of_a_birthplace(name: str, ruleset: Ruleset) -> None:
    text = f"Nombre: Marisol Quintana\t{name}: 12 de abril de 1987\nLugar de nacimiento: Parral, Chih."
    assert labelled(text, ruleset) == ["Parral, Chih"]
