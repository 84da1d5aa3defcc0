"""Kinds of paper and what each can do, read from `data/instruments.yaml`.

Verdicts are defaults that city counsel can change; the gate reads the verdict that was
copied to the instrument when a person accepted it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data" / "instruments.yaml"

SUFFICES = "suffices"
COUNSEL = "suffices_after_counsel_review"
NEVER = "does_not_suffice"
INFORMATIONAL = "informational"


@dataclass(frozen=True, slots=True)
class InstrumentType:
    """One kind of paper. `judicial` is None where it depends on the signer."""

    id: str
    title: str
    verdict: str
    judicial: bool | None
    compels_records: bool
    counsel_deadline: bool
    signers: tuple[str, ...]


# Counsel's written decision stands in for a paper (workflow.md 4.3, 4.5): it is kept as one of these kinds,
# which nobody can choose for a paper that arrived, and whose verdict is their own.
DETERMINATION_1373, EXIGENT = "determination_1373", "exigent_determination"
OWN_KINDS = {
    kind: InstrumentType(kind, title, kind, False, False, False, ("counsel",))
    for kind, title in (
        (DETERMINATION_1373, "Counsel's determination under 8 U.S.C. 1373"),
        (EXIGENT, "Determination of an emergency"),
    )
}


@functools.cache
def instrument_types() -> dict[str, InstrumentType]:
    """All kinds by id, `unknown` included."""
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {
        row["id"]: InstrumentType(
            id=row["id"],
            title=row["title"],
            verdict=row["verdict"],
            judicial=row["judicial"],
            compels_records=row["compels_records"],
            counsel_deadline=row.get("counsel_deadline", False),
            signers=tuple(row.get("signers", ())),
        )
        for row in raw["instruments"]
    }


def instrument_type(type_id: str) -> InstrumentType:
    """The kind with this id, or of our own; anything not listed is `unknown`, which never suffices."""
    kinds = instrument_types()
    return OWN_KINDS.get(type_id) or kinds.get(type_id, kinds["unknown"])
