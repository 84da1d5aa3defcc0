"""The retention schedule, read from data/retention.yaml."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import yaml

DATA = Path(__file__).parent / "data" / "retention.yaml"


@functools.cache
def schedule() -> Mapping[str, int | None]:
    """Days after the close of a matter by kind of thing; None is never. Raises ValueError for the rest."""
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))["schedule"]
    days = {row["id"]: row["days"] for row in rows}
    if len(days) != len(rows) or not all(_is_number_of_days(value) for value in days.values()):
        raise ValueError("retention.yaml: each thing once, with a number of days above zero or null")
    return MappingProxyType(days)


def is_due(kind: str, closed_at: dt.datetime, now: dt.datetime) -> bool:
    """True when the schedule lets this kind of thing go now. What it does not list is kept."""
    days = schedule().get(kind)
    return days is not None and now >= closed_at + dt.timedelta(days=days)


def _is_number_of_days(value: object) -> bool:
    return value is None or (type(value) is int and value > 0)
