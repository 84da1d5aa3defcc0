"""Which action a finding calls for (detection.md, "Policy mapping")."""

from __future__ import annotations

import pytest

from redaction.decide import settle
from redaction.decide.policy import REQUESTER_CLASSES
from redaction.types import Action, Finding, TextSource

KEEP, REVIEW, REDACT = Action.KEEP, Action.REVIEW, Action.REDACT


def made(type_: str, tier: int, score: float, layer: str = "lexicon", action: Action = KEEP) -> Finding:
    """A finding that the detector itself would keep, unless told otherwise."""
    return Finding(
        "k", 0, TextSource.PDFIUM, 1, 0, 4, type_, tier, score, layer, "rule", 1, "rules", action, ""
    )


@pytest.mark.parametrize(
    ("finding", "civil", "criminal"),
    [
        (made("A_NUMBER", 1, 0.95, "identifier"), REDACT, REDACT),
        (made("CITIZENSHIP", 1, 0.65), REDACT, REDACT),
        (made("CITIZENSHIP", 1, 0.64), REVIEW, REVIEW),
        (made("CITIZENSHIP", 1, 0.20), REVIEW, REVIEW),
        (made("CITIZENSHIP", 1, 0.19), KEEP, KEEP),
        (made("COUNTRY_OF_BIRTH", 1, 0.10, "label"), REDACT, REDACT),
        (made("LANGUAGE_PROXY", 2, 0.90), REDACT, REVIEW),
        (made("TRIBAL_AFFILIATION", 2, 0.30), REDACT, REVIEW),
        (made("STATUS_IMPLICIT", 2, 0.99, "model"), REVIEW, REVIEW),
        (made("CITIZENSHIP", 1, 0.99, "model"), REVIEW, REVIEW),
        (made("CITIZENSHIP", 1, 0.99, "hard_negative"), KEEP, KEEP),
        (made("CITIZENSHIP", 1, 0.99, "signal"), REVIEW, REVIEW),
        (made("SOMETHING_NEW", 3, 0.90), REVIEW, REVIEW),
        (made("A_NUMBER", 1, float("nan"), "identifier"), REVIEW, REVIEW),
        (made("LANGUAGE_PROXY", 2, 0.90, action=REDACT), REDACT, REDACT),
        (made("CITIZENSHIP", 1, 0.30, action=REDACT), REDACT, REDACT),
    ],
)
def test_the_table_of_actions(finding: Finding, civil: Action, criminal: Action) -> None:
    expected = {
        "civil_immigration": civil,
        "unknown": civil,
        "federal_criminal": criminal,
        "federal_other": criminal,
    }
    assert set(expected) == set(REQUESTER_CLASSES)
    for requester, action in expected.items():
        assert [one.action for one in settle([finding], requester)] == [action], requester


def test_an_unknown_class_of_requester_is_an_error_not_a_lighter_rule() -> None:
    with pytest.raises(ValueError, match="class of requester"):
        settle([made("A_NUMBER", 1, 0.9)], "friendly")
