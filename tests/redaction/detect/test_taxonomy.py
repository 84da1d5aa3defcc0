"""D7: what the taxonomy gives as examples is found; what it calls harmless is never redacted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from redaction.detect import Ruleset, detect_text
from redaction.types import Finding

# The context that an example's own `validation` or definition asks for. Empty: the words are in
# the example already, or it is a description of a thing rather than the thing.
CONTEXT = {
    "RFC": "RFC: GOLM800101AB5",
    "CPF": "CPF 529.982.247-25",
    "INE clave de elector": "INE clave de elector GMLPMR80010109M100",
    "V<...": "V<MEXGARCIA<<LUZ<MARIA<<<<<<<<<<<<<<<<<<<<<<<<",
    "ilegal": "El testigo es ilegal.",
    "J1": "admitted as J1",
    "TN": "here on a TN visa",
    "O-1": "O-1 visa petition",
    "IR1": "IR1 immigrant visa",
    "C09": "EAD category C09",
    "(c)(33)": "work permit category (c)(33)",
    "C8": "EAD category: C8",
    "A12": "I-766 category A12",
    "(a)(5)": "employment authorization under (a)(5)",
    "(c)(09)P": "EAD (c)(09)P",
    "reinstatement": "reinstatement of removal",
    "travel document": "refugee travel document",
    "mica": "ya le llegó su mica",
}


@pytest.fixture(scope="module")
def taxonomy(samples: Path) -> dict[str, Any]:
    loaded = yaml.safe_load((samples.parent / "domain" / "status_taxonomy.yaml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_the_rules_know_every_type_with_its_tier_and_treatment(
    taxonomy: dict[str, Any], ruleset: Ruleset
) -> None:
    theirs = {e["id"]: (e["tier"], e["treatment"]) for e in taxonomy["entities"]}
    ours = {kind.id: (kind.tier, str(kind.treatment)) for kind in ruleset.kinds.values()}
    assert ours == theirs
    assert len(ours) == 25


def covered(text: str, found: list[Finding]) -> bool:
    inside = {i for f in found for i in range(f.start, f.end)}
    return all(i in inside for i, c in enumerate(text) if c.isalnum())


def test_every_example_is_found_as_its_type_or_covered_whole(
    taxonomy: dict[str, Any], ruleset: Ruleset
) -> None:
    missed = []
    for entity in taxonomy["entities"]:
        for example in [*entity.get("examples", ()), *entity.get("implicit", ())]:
            text = CONTEXT.get(example, example)
            found = detect_text(text, ruleset)
            if not covered(text, found) and entity["id"] not in {f.type for f in found}:
                missed.append((entity["id"], text, [f.type for f in found]))
    assert missed == []


def test_no_hard_negative_is_redacted(taxonomy: dict[str, Any], ruleset: Ruleset) -> None:
    wrong = []
    for entity in taxonomy["entities"]:
        for harmless in entity.get("hard_negatives", ()):
            wrong += [(harmless, f.rule) for f in detect_text(harmless, ruleset) if f.action == "redact"]
    assert wrong == []


def test_few_hard_negatives_reach_a_person(taxonomy: dict[str, Any], ruleset: Ruleset) -> None:
    all_of_them = [text for e in taxonomy["entities"] for text in e.get("hard_negatives", ())]
    touched = [text for text in all_of_them if detect_text(text, ruleset)]
    assert len(touched) <= 0.05 * len(all_of_them), touched
