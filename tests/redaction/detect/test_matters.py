"""Numbers and values of another matter are shown to a person; those of people are redacted as ever."""

from __future__ import annotations

import pytest

from redaction import detect
from redaction.detect import Ruleset
from redaction.detect.labels import FIELD
from redaction.detect.lexicon import FOLDER, read_yaml
from redaction.detect.matters import MatterBook
from redaction.detect.seeds import Seed
from redaction.detect.spans import Hit
from redaction.errors import DetectorError
from redaction.types import Action

WORDS = {"immigration": ["visa"], "meaning": ["status"], "someone": ["she"]}


def actions(ruleset: Ruleset, text: str, *seeds: Seed) -> set[Action]:
    """What is done with the findings of a text."""
    return {one.action for one in detect.detect_text(text, ruleset, seeds=seeds)} - {Action.KEEP}


@pytest.mark.parametrize(
    "text",
    [
        "Pump serial A215007834, replaced in May",
        "Gas account 20450077186 is closed; the crew leaves I-94 at exit 12",
        "Fee paid by Visa, conf. 40118827, locker J1",
        "A 2020 Honda Passport, silver, temp tag 8841207",
        "TPS = tank pressure sensor, see page 4",
        "Vendor: Kettle Works\nCOB (cert. of business): renewing",
        "REPORT CARD\nCitizenship: Satisfactory\nEffort: 3",
        "Residency status: [x] in-district [ ] out-of-district",
        "JOB SITE\nWork permit posted: Y\nFire watch: Sal",
        "Consult notified: Y  Service: cardiology",
        "Deliver to: POB 88",
        "Puppy's birthplace: garage",
        "Helpdesk event ABC2501000417 was closed as user error",
        "USCIS? No, the caller meant the football team",
        "Fill in the specimen with A 000 000 000",
    ],
)
def test_what_is_of_another_matter_is_shown_and_not_redacted(ruleset: Ruleset, text: str) -> None:
    assert actions(ruleset, text) <= {Action.REVIEW}


@pytest.mark.parametrize(
    "text",
    [
        "The wristband of the detention centre reads A215007834, with a tag on it",
        "Account of her entry: I-94 number 20450077186",
        "He pays with a card; his visa foil 40118827 says H-2B",
        "Stolen from the Honda: her Nigerian passport no. B50447182",
        "TPS: pending since 2021",
        "TPS = temporary protected status",
        "Name: Omar Haddad\nCitizenship: Syria",
        "Immigration status: permanent resident\nDistrict: El Paso",
        "Immigration document: green card\nBuilding: 4",
        "POB: Oaxaca",
    ],
)
def test_what_is_somebodys_is_redacted_though_such_words_stand_by(ruleset: Ruleset, text: str) -> None:
    assert Action.REDACT in actions(ruleset, text)


def test_a_value_that_was_confirmed_is_redacted_whatever_stands_around_it(ruleset: Ruleset) -> None:
    text = "Pump serial A215007834, replaced in May"
    assert Action.REDACT in actions(ruleset, text, Seed("A_NUMBER", "A215007834"))


def test_every_rule_that_an_entry_names_exists(ruleset: Ruleset) -> None:
    known = {rule.id for rule in ruleset.rules} | {shape.id for shape in ruleset.numbers.shapes}
    known |= {entry["id"] for entry in read_yaml(FOLDER / "labels.yaml")}
    known |= {"mrz.zone", "mrz.line", "mrz.lone"}
    for name in ruleset.matters.named():
        plain = name.removesuffix("*").removesuffix(".column").removesuffix(FIELD)
        assert any(rule.startswith(plain) if name.endswith("*") else rule == plain for rule in known), name


@pytest.mark.parametrize(
    "data",
    [
        {"words": {}, "matters": []},
        {"words": WORDS, "matters": [{"id": "x", "rules": ["y"], "sad": ["z"]}]},
        {"words": WORDS, "matters": [{"id": "x", "rules": ["y"], "unless": ["z"]}]},
        {"words": WORDS | {"more": ["("]}, "matters": []},
    ],
)
def test_what_is_not_well_formed_stops_the_detector(data: dict[str, object]) -> None:
    with pytest.raises(DetectorError):
        MatterBook(data)


def test_nothing_is_kept_for_it_and_what_is_shown_already_stays(ruleset: Ruleset) -> None:
    text = "Pump serial A215007834"
    hits = [Hit(12, 22, "A_NUMBER", score, "anum.lettered", layer="identifier") for score in (0.75, 0.3)]
    after = list(ruleset.matters.shown(hits, text))
    assert [hit.score for hit in after] == [0.45, 0.3]
    assert all((hit.start, hit.end, hit.rule) == (12, 22, "anum.lettered") for hit in after)
