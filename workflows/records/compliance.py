"""Status data in records that the city made itself: how often, by department, form and quarter. No names.

Staff should not be recording status at all, so each such record raises a note (policy 4.9). Letters that
came in, and records of no known kind, are not the city's own words and raise none.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from workflows.matters.access import unsealed_matters
from workflows.policy.codes import RECORD_CLASSES
from workflows.records.models import ComplianceNote, Record

NOT_THE_CITYS = frozenset({"", "correspondence", "other"})


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One line of the report: `records` that hold status data, `findings` in all of them."""

    quarter: str
    department: str
    form: str
    records: int
    findings: int


def note(record: Record, now: dt.datetime) -> None:
    """The record has a note with the count of its findings as they are; inside the caller's transaction.

    What kind of record it is may be stated later, so that is asked when the notes are counted.
    """
    claimed = record.findings.exclude(action="keep").count()
    if claimed or ComplianceNote.objects.filter(record=record).exists():
        ComplianceNote.objects.update_or_create(record=record, defaults={"findings": claimed, "at": now})


def report(now: dt.datetime) -> list[Line]:
    """Every line from the newest quarter to the oldest. Sealed matters are not in it (policy 7.2)."""
    notes = ComplianceNote.objects.filter(record__matter__in=unsealed_matters(now), findings__gt=0)
    counted: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for one in notes.exclude(record__record_class__in=NOT_THE_CITYS).select_related("record"):
        day = timezone.localdate(one.at)
        quarter = f"{day.year}-Q{(day.month - 1) // 3 + 1}"
        counted[quarter, one.record.custodian, RECORD_CLASSES[one.record.record_class]].append(one.findings)
    lines = [Line(*key, len(found), sum(found)) for key, found in counted.items()]
    return sorted(lines, key=lambda line: (_newest_first(line.quarter), line.department, line.form))


def _newest_first(quarter: str) -> tuple[int, int]:
    return -int(quarter[:4]), -int(quarter[-1])
