"""D3, D4, D5, D6: sameness under batch order, disguise and exchange of names."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from redaction.detect import Ruleset, Seed, detect_text, rules_alone, scan
from redaction.detect.policy import STRICTNESS
from redaction.errors import DetectorError
from redaction.types import Action
from tests.redaction.detect.test_rules import claimed, entries

EXAMPLES = [
    text
    for entry in entries()
    if not entry.get("cancels") and not entry.get("case")
    for text in entry["positive"]
]


def strictest(text: str, ruleset: Ruleset) -> int:
    return max((STRICTNESS[f.action] for f in detect_text(text, ruleset)), default=STRICTNESS[Action.KEEP])


def zero_width(text: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(text))
    return text[:at] + "\u200b" + text[at:]


def line_break(text: str, rng: random.Random) -> str:
    blanks = [i for i, c in enumerate(text) if c == " "]
    if not blanks:
        return text
    at = rng.choice(blanks)
    return text[:at] + "\n" + text[at + 1 :]


def double_blanks(text: str, rng: random.Random) -> str:
    return text.replace(" ", "  ")


def full_width(text: str, rng: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c.isalnum() else c for c in text)


def upper(text: str, rng: random.Random) -> str:
    return text.upper()


@pytest.mark.parametrize("disguise", [zero_width, line_break, double_blanks, full_width, upper])
def test_disguise_never_lowers_an_action_to_keep(disguise, ruleset: Ruleset) -> None:  # type: ignore[no-untyped-def]
    rng = random.Random(20)
    lost = []
    for text in EXAMPLES:
        if strictest(text, ruleset) and not strictest(disguise(text, rng), ruleset):
            lost.append(text)
    assert lost == []


IDENTIFIERS = [
    "A-number A087-654-321",
    "receipt EAC2190012345",
    "I-94: 12345678901",
    "SEVIS N0012345678",
    "passport no. G12345678",
    "USCIS# 087-654-321",
    "visa foil 12345678",
    "ITIN: 912-78-4321",
    "FINS #: 1234567890",
    "matricula consular 8123456",
]
SLIPS = {"0": "O", "1": "l", "5": "S", "8": "B", "2": "Z"}


@pytest.mark.parametrize("text", IDENTIFIERS)
def test_one_misread_character_never_frees_an_identifier(text: str, ruleset: Ruleset) -> None:
    for at in [i for i, c in enumerate(text) if (c in SLIPS and text[i - 1 : i] != "-") or c in SLIPS]:
        if "94" in text[at - 1 : at + 3] or text[:at].count(" ") == 0:
            continue
        damaged = text[:at] + SLIPS[text[at]] + text[at + 1 :]
        found = detect_text(damaged, ruleset)
        covered = any(f.start <= at < f.end for f in found)
        assert covered, damaged


def test_the_same_text_gives_the_same_findings_in_any_order(ruleset: Ruleset) -> None:
    alone = {text: detect_text(text, ruleset) for text in EXAMPLES}
    shuffled = list(EXAMPLES)
    random.Random(3).shuffle(shuffled)
    assert all(detect_text(text, ruleset) == alone[text] for text in shuffled)


def test_a_page_that_two_parsers_read_alike_is_searched_once(
    ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched, search = [], scan._scan_piece

    def noted(*asked: Any) -> Any:
        searched.append(asked)
        return search(*asked)

    monkeypatch.setattr(scan, "_scan_piece", noted)
    text = "She was born in Xela.\nThe zeppelin was late."
    found = detect_text(text, ruleset)

    assert found and detect_text(text, ruleset) == found and len(searched) == 1
    assert detect_text(text, ruleset, seeds=[Seed("CITIZENSHIP", "zeppelin")]) != found
    detect_text(text, rules_alone(ruleset))
    assert len(searched) == 3


def test_a_failure_is_not_remembered_as_an_answer(ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "He was born in Xela; the first search of this breaks."
    with monkeypatch.context() as broken:
        broken.setattr(scan, "read", None)
        for _ in range(2):
            with pytest.raises(DetectorError):
                detect_text(text, ruleset)

    assert detect_text(text, ruleset)


def test_long_texts_give_what_their_parts_give(ruleset: Ruleset) -> None:
    filler = "The clerk recorded the invoice and the date of payment for the roof. " * 400
    places = []
    text = ""
    for example in itertools.islice(itertools.cycle(IDENTIFIERS), 30):
        text += filler[: random.Random(len(text)).randrange(5_000, 20_000)] + ".\n"
        places.append((len(text), len(text) + len(example)))
        text += example + "\n"
    found = detect_text(text, ruleset)
    for start, end in places:
        assert any(start <= f.start and f.end <= end for f in found)
    assert all(any(s - 40 <= f.start <= e for s, e in places) for f in found)


def test_a_hard_negative_cancels_only_inside_its_own_span(ruleset: Ruleset) -> None:
    text = "The Cuban national sat at the Mexican restaurant in New Mexico."
    assert [text[f.start : f.end] for f in claimed(text, ruleset)] == ["Cuban national"]


FRAMES = ["He was born in {}.", "native of {}", "The tenant is originally from {}", "nació en {}", "POB: {}"]
COUNTRIES = [
    "Guatemala",
    "El Salvador",
    "Haiti",
    "Vietnam",
    "Afghanistan",
    "Ukraine",
    "Somalia",
    "Ecuador",
    "Togo",
]
PEOPLE = ["Guatemalan", "Salvadoran", "Haitian", "Vietnamese", "Afghan", "Ukrainian", "Somali", "Ecuadorian"]


def places(frame: str, name: str, ruleset: Ruleset) -> tuple[tuple[str, int, int], ...]:
    """What is found of the frame, as if the name put in had no length."""
    text, at = frame.format(name), frame.index("{}")
    spans = ((str(f.action), f.start, f.end) for f in claimed(text, ruleset))
    return tuple((act, start, end - len(name) if end > at else end) for act, start, end in spans)


@pytest.mark.parametrize("frame", FRAMES)
def test_one_country_is_as_good_as_another(frame: str, ruleset: Ruleset) -> None:
    seen = {places(frame, country, ruleset) for country in COUNTRIES}
    assert len(seen) == 1 and seen != {()}


@pytest.mark.parametrize("frame", ["a {} man", "she is {}", "{} national", "nationality: {}"])
def test_one_nationality_is_as_good_as_another(frame: str, ruleset: Ruleset) -> None:
    seen = {places(frame, people, ruleset) for people in PEOPLE}
    assert len(seen) == 1 and seen != {()}
