"""The kinds of clock, read from data/clocks.yaml. How long each lasts is policy."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import yaml

from workflows.clocks.reckon import Mode
from workflows.policy.document import Policy, shipped

DATA = Path(__file__).parent / "data" / "clocks.yaml"
CITY, COURT = "city", "court"


@dataclass(frozen=True, slots=True)
class ClockKind:
    """One row. `amount` is in the unit of the mode, None for a clock whose end is only asserted;
    `warn` are hours before the end, earliest warning first."""

    id: str
    title: str
    mode: Mode
    amount: int | None
    calendar: str
    tolls: bool
    answered: bool
    role: str
    warn: tuple[int, ...]

    @property
    def of_court(self) -> bool:
        """True for a date that a court sets or reckons by; the others are the city's own."""
        return self.calendar == COURT


@functools.cache
def clock_kinds() -> Mapping[str, ClockKind]:
    """Every kind by id, as shipped. Raises ValueError for a row that contradicts itself."""
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))["clocks"]
    lasting = shipped()["clocks"]
    if lasting.keys() != {row["id"] for row in rows}:
        raise ValueError("clocks.yaml and policy.yaml name different kinds of clock")
    kinds = [
        ClockKind(
            **row | {"mode": Mode(row["mode"])},
            amount=lasting[row["id"]]["amount"],
            warn=tuple(lasting[row["id"]]["warn"]),
        )
        for row in rows
    ]
    for kind in kinds:
        if kind.calendar not in (CITY, COURT) or (kind.of_court and kind.tolls):
            raise ValueError(f"clock {kind.id}: a court's clock never stops, and calendars are city or court")
        if list(kind.warn) != sorted(kind.warn, reverse=True):
            raise ValueError(f"clock {kind.id}: warnings go from the earliest to the latest")
    return MappingProxyType({kind.id: kind for kind in kinds})


def clock_kind(kind_id: str, policy: Policy) -> ClockKind:
    """The kind as this version of the policy has it."""
    amount, warn = policy.clock(kind_id)
    return replace(clock_kinds()[kind_id], amount=amount, warn=warn)
