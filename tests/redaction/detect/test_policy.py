"""The policy table, and how overlapping findings are settled."""

from __future__ import annotations

import itertools

import pytest

from redaction.detect import Ruleset, detect_text
from redaction.detect.policy import ENFORCEMENT, REQUESTERS, action_for
from redaction.detect.spans import Hit, Settled, cancel, settle
from redaction.types import Action
from tests.redaction.detect.test_rules import claimed

TEXT = "x" * 40
SCORES = (0.0, 0.19, 0.20, 0.64, 0.65, 1.0)


@pytest.mark.parametrize(("score", "requester"), list(itertools.product(SCORES, [None, *sorted(REQUESTERS)])))
def test_the_table(score: float, requester: str | None, ruleset: Ruleset) -> None:
    for kind in ruleset.kinds.values():
        action = action_for(kind, score, "lexicon", requester, ruleset.thresholds)
        if score < 0.20:
            assert action is Action.KEEP
        elif kind.tier == 1:
            assert action is (Action.REDACT if score >= 0.65 else Action.REVIEW)
        elif requester in ENFORCEMENT:
            assert action is Action.REDACT
        else:
            assert action is kind.treatment
        if score >= 0.20:
            assert action_for(kind, score, "model", requester, ruleset.thresholds) is Action.REVIEW
        assert action_for(kind, score, "hard_negative", requester, ruleset.thresholds) is Action.KEEP


def test_an_unknown_requester_class_is_an_error_and_counts_as_nothing(ruleset: Ruleset) -> None:
    with pytest.raises(ValueError):
        action_for(ruleset.kinds["A_NUMBER"], 0.9, "lexicon", "ice", ruleset.thresholds)
    with pytest.raises(ValueError):
        detect_text("nothing here", ruleset, "ice")


def hit(start: int, end: int, kind: str, score: float = 0.9, rule: str = "r", **more: object) -> Hit:
    return Hit(start, end, kind, score, rule, **more)  # type: ignore[arg-type]


def test_overlaps_of_one_action_merge_to_the_union_and_the_surer_type(ruleset: Ruleset) -> None:
    first = Settled(hit(0, 10, "LANGUAGE_PROXY", 0.7), Action.REDACT)
    second = Settled(hit(8, 20, "CITIZENSHIP"), Action.REDACT)
    kept = Settled(hit(15, 25, "A_NUMBER", 0.0), Action.KEEP)
    (merged,) = settle([kept, first, second], dict(ruleset.kinds), TEXT)
    assert (merged.hit.start, merged.hit.end, merged.hit.type) == (0, 20, "CITIZENSHIP")


def test_what_only_a_review_claims_stays_for_review(ruleset: Ruleset) -> None:
    review = Settled(hit(0, 30, "LANGUAGE_PROXY", 0.7), Action.REVIEW)
    redact = Settled(hit(8, 20, "CITIZENSHIP"), Action.REDACT)
    settled = settle([review, redact], dict(ruleset.kinds), TEXT)
    assert [(s.hit.start, s.hit.end, s.hit.type, s.action) for s in settled] == [
        (0, 8, "LANGUAGE_PROXY", Action.REVIEW),
        (8, 20, "CITIZENSHIP", Action.REDACT),
        (20, 30, "LANGUAGE_PROXY", Action.REVIEW),
    ]


def test_little_beside_what_is_redacted_goes_with_it(ruleset: Ruleset) -> None:
    review = Settled(hit(5, 22, "LANGUAGE_PROXY", 0.7), Action.REVIEW)
    redact = Settled(hit(8, 20, "CITIZENSHIP"), Action.REDACT)
    (merged,) = settle([review, redact], dict(ruleset.kinds), TEXT)
    assert (merged.hit.start, merged.hit.end, merged.action) == (5, 22, Action.REDACT)


def test_the_order_of_hits_does_not_matter(ruleset: Ruleset) -> None:
    hits = [
        Settled(hit(0, 4, "CITIZENSHIP"), Action.REDACT),
        Settled(hit(3, 9, "A_NUMBER"), Action.REDACT),
        Settled(hit(8, 12, "LANGUAGE_PROXY", 0.5), Action.REVIEW),
        Settled(hit(20, 22, "LANGUAGE_PROXY", 0.1), Action.KEEP),
    ]
    answers = {
        tuple(settle(list(order), dict(ruleset.kinds), TEXT)) for order in itertools.permutations(hits)
    }
    assert len(answers) == 1


def test_a_hard_negative_takes_only_hits_wholly_inside_it_and_only_its_types() -> None:
    inside, across = hit(2, 5, "CITIZENSHIP"), hit(4, 12, "CITIZENSHIP")
    other = hit(2, 5, "A_NUMBER")
    negative = hit(0, 8, "", 0.0, "not.it", cancels=("CITIZENSHIP",))
    kept = {(h.start, h.type): h.layer for h in cancel([inside, across, other], [negative])}
    assert kept == {
        (2, "CITIZENSHIP"): "hard_negative",
        (4, "CITIZENSHIP"): "lexicon",
        (2, "A_NUMBER"): "lexicon",
    }


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("He is not a US citizen.", "is not a US citizen"),
        ("She claims to be Honduran.", "claims to be Honduran"),
        ("The man may be undocumented.", "may be undocumented"),
        ("Ya no es residente permanente.", "Ya no es residente permanente"),
    ],
)
def test_a_span_takes_negation_and_hedge_with_it(text: str, span: str, ruleset: Ruleset) -> None:
    found = claimed(text, ruleset)
    assert [text[f.start : f.end] for f in found] == [span]
