"""What is proposed for a finding: detection.md, "Policy mapping", as a pure function.

Tier 1 at or above the redact threshold is redacted, at or above the review threshold reviewed.
Tier 2 follows its treatment, or is redacted for an immigration-enforcement requester. A finding
of the sentence model is only ever reviewed. Unknown requesters count as immigration enforcement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from redaction.types import Action

REQUESTERS = frozenset({"civil_immigration", "federal_criminal", "federal_other", "unknown"})
ENFORCEMENT = frozenset({"civil_immigration", "unknown"})
MODEL_LAYER = "model"


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of the taxonomy: `tier` 1 or 2, `rank` low for specific, `closed` a small vocabulary."""

    id: str
    tier: int
    treatment: Action
    rank: int
    closed: bool
    name: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores (0 to 1) from which a finding is redacted or reviewed."""

    redact: float
    review: float


def action_for(kind: Kind, score: float, layer: str, requester: str | None, thresholds: Thresholds) -> Action:
    """The action proposed. Raises ValueError for a requester class that is not on the list."""
    if requester is not None and requester not in REQUESTERS:
        raise ValueError("unknown requester class")
    if layer == "hard_negative" or score < thresholds.review:
        return Action.KEEP
    if layer == MODEL_LAYER:
        return Action.REVIEW
    if kind.tier == 1:
        return Action.REDACT if score >= thresholds.redact else Action.REVIEW
    if requester in ENFORCEMENT:
        return Action.REDACT
    return kind.treatment


def read_law(law: Mapping[str, object]) -> tuple[dict[str, Kind], Thresholds]:
    """The types and thresholds of law.yaml."""
    types = law["types"]
    numbers = law["thresholds"]
    assert isinstance(types, dict) and isinstance(numbers, dict)
    kinds = {
        name: Kind(
            name,
            int(row["tier"]),
            Action(row["treatment"]),
            int(row["rank"]),
            bool(row["closed"]),
            row["name"],
        )
        for name, row in types.items()
    }
    return kinds, Thresholds(float(numbers["redact"]), float(numbers["review"]))


STRICTNESS = {Action.KEEP: 0, Action.REVIEW: 1, Action.REDACT: 2}
