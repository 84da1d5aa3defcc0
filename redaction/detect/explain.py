"""One plain sentence for each finding, from a template; never a word of the document (P10)."""

from __future__ import annotations

from collections.abc import Mapping

from redaction.detect.policy import Kind
from redaction.detect.spans import Hit

_LAYERS = {
    "identifier": "Number or code",
    "lexicon": "Words",
    "label": "Labelled field",
    "seed": "Value confirmed elsewhere in this matter",
    "hard_negative": "Looks like status-related data but is not",
}


def explain(hit: Hit, kinds: Mapping[str, Kind]) -> str:
    """The sentence a reviewer reads: the rule's own reason, or layer and type."""
    if hit.why:
        return hit.why
    name = kinds[hit.type].name
    if hit.layer == "hard_negative":
        return f"{_LAYERS[hit.layer]}: {name}"
    strength = "clearly" if hit.score >= 0.65 else "possibly"
    return f"{_LAYERS.get(hit.layer, 'Rule')} that {strength} tell: {name}"
