"""What rules found in sentences that read like harmless ones: overruled, shown, never silently redacted."""

from __future__ import annotations

import pytest

from redaction.detect import Ruleset
from redaction.detect.lexicon import FOLDER, read_yaml
from redaction.detect.model import doubt
from redaction.detect.model.doubt import Quiet, doubted
from redaction.detect.spans import Hit
from redaction.errors import DetectorError

STILL = {"faint": True, "still": True}
FAINT = {"faint": True, "still": False}
CALM = {"faint": False, "still": False}


def kept(
    ruleset: Ruleset, text: str, claim: str, rule: str, score: float, words: int = 9, **how: bool
) -> bool:
    """Whether a claim of that rule is overruled in such a sentence; else it is shown, never redacted."""
    start = text.index(claim)
    hit = Hit(start, start + len(claim), "IMMIGRATION_DOCUMENT", score, rule)
    (after,) = doubted([hit], [Quiet(0, len(text), words, **how)], ruleset.everyday, text.encode())
    assert after.rule == (doubt.STILL if after.score == 0.0 else rule)
    assert after.score <= doubt.HIGHEST < ruleset.thresholds.redact
    return after.score == 0.0


def test_a_still_sentence_overrules_weak_rules_and_words_of_every_day_but_no_others(ruleset: Ruleset) -> None:
    text = "the green card of the golf club is in the hut"

    assert kept(ruleset, text, "green card", "doc.green_card", 0.85, **STILL)
    assert kept(ruleset, text, "green card", "some.rule", 0.6, **STILL)
    assert not kept(ruleset, text, "green card", "visa.class_sure", 0.85, **STILL)
    assert not kept(ruleset, text, "green card", "doc.green_card", 0.85, **FAINT)
    assert not kept(ruleset, text, "green card", "doc.green_card", 0.85, **CALM)


def test_what_is_somebodys_and_what_stands_in_a_long_sentence_is_shown(ruleset: Ruleset) -> None:
    text = "his green card lies in the hut of the golf club"

    assert not kept(ruleset, text, "green card", "doc.green_card", 0.85, **STILL)
    assert not kept(ruleset, text, "his green card", "doc.green_card", 0.85, **STILL)
    assert not kept(ruleset, text[4:], "green card", "doc.green_card", 0.85, words=doubt.LONG, **STILL)


@pytest.mark.parametrize(
    ("text", "name", "leans"),
    [
        ("row b: peruvian knits", "peruvian", True),
        ("hoy hay noche mexicana", "mexicana", True),
        ("don froilan, hondureno, come", "hondureno", False),
        ("the one who is thai and left", "thai", False),
    ],
)
def test_a_name_of_a_people_counts_less_where_it_leans_on_a_word(
    ruleset: Ruleset, text: str, name: str, leans: bool
) -> None:
    assert kept(ruleset, text, name, "citizenship.demonym_bare", 0.4, **FAINT) == leans
    assert kept(ruleset, text, name, "birth.from_bare", 0.45, **FAINT)
    assert not kept(ruleset, text, name, "birth.from_bare", 0.45, **CALM)


def test_a_rule_that_does_not_exist_stops_the_start(ruleset: Ruleset) -> None:
    data = read_yaml(FOLDER / "everyday.yaml")

    assert doubt.read_everyday(data, ruleset.everyday.rules()) == ruleset.everyday
    with pytest.raises(DetectorError):
        doubt.read_everyday(data, ruleset.everyday.rules() - {"doc.green_card"})
