"""Flags: what a person must look at. Raised by machines, closed by people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflows.audit.canonical import canonical
from workflows.audit.models import Flag

SPLIT = "log.split"  # memory and database contradict each other: sealing stops, the gate closes
WITNESS = "log.witness"  # a witness has cosigned what this log does not extend: the gate closes
BRACKET = "entry.time"  # an entry claims a time that its place in the log excludes
MALFORMED = "entry.malformed"  # an entry that `log.record` cannot have written


def raise_flag(code: str, at: datetime, facts: Mapping[str, Any]) -> Flag:
    """Store a flag. `facts` are codes and integers only."""
    return Flag.objects.create(code=code, at=at, facts=canonical(dict(facts)).decode())


def is_open(code: str) -> bool:
    """Say whether a flag of this code waits for its disposition."""
    return Flag.objects.filter(code=code, disposed_at__isnull=True).exists()
