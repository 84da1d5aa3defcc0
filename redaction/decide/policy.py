"""Policy mapping: which action a finding calls for, per class of requester (detection.md, "Policy mapping").

The table can only be entered from the strict side: a finding that fits no row is reviewed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from redaction.types import Action, Finding

REQUESTER_CLASSES = ("civil_immigration", "federal_criminal", "federal_other", "unknown")
REDACT_FROM = 0.65
REVIEW_FROM = 0.20
HARD_NEGATIVE_LAYERS = frozenset({"hard_negative"})
MODEL_LAYERS = frozenset({"model", "sentence_model"})
PAGE_LAYERS = frozenset({"signal"})  # the finding speaks of the whole page
LABELLED_LAYERS = frozenset({"label", "layout"})  # value of a label: taken whatever it says

# `treatment` of the tier-2 types in the taxonomy; a type that is not named here is reviewed.
TIER_2_TREATMENT = {
    "STATUS_IMPLICIT": Action.REVIEW,
    "LANGUAGE_PROXY": Action.REVIEW,
    "TRIBAL_AFFILIATION": Action.REVIEW,
}


def settle(findings: Iterable[Finding], requester_class: str) -> tuple[Finding, ...]:
    """The findings with the action the policy asks for, in the same order.

    `requester_class` is one of `REQUESTER_CLASSES`; `unknown` counts as civil_immigration
    (policy 1.4). Raises ValueError for any other. Never loosens what the detector itself said,
    save where a named hard negative excuses the words.
    """
    if requester_class not in REQUESTER_CLASSES:
        raise ValueError("unknown class of requester")
    civil = requester_class in ("civil_immigration", "unknown")
    return tuple(replace(finding, action=_action(finding, civil)) for finding in findings)


def _action(finding: Finding, civil: bool) -> Action:
    if finding.layer in HARD_NEGATIVE_LAYERS:
        return Action.KEEP
    if finding.layer in MODEL_LAYERS or finding.layer in PAGE_LAYERS:
        return Action.REVIEW
    return stricter(_by_table(finding, civil), finding.action)


def _by_table(finding: Finding, civil: bool) -> Action:
    if finding.layer in LABELLED_LAYERS and finding.tier == 1:
        return Action.REDACT
    if not finding.score >= REVIEW_FROM:  # written so that a score that is no number is not kept
        return Action.KEEP if finding.score < REVIEW_FROM else Action.REVIEW
    if finding.tier == 1:
        return Action.REDACT if finding.score >= REDACT_FROM else Action.REVIEW
    if finding.tier == 2:
        return Action.REDACT if civil else TIER_2_TREATMENT.get(finding.type, Action.REVIEW)
    return Action.REVIEW


def stricter(first: Action, second: Action) -> Action:
    """The one of two actions that hides more."""
    order = (Action.KEEP, Action.REVIEW, Action.REDACT)
    return max(first, second, key=order.index)
