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
    """The kind with this id; anything not listed is `unknown`, which never suffices."""
    kinds = instrument_types()
    return kinds.get(type_id, kinds["unknown"])
