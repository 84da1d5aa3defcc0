"""A matter as large as they come, written straight into the tables: no file is read for it.

One record is real; the others are its rows again, with pages and findings of their own, so that everything
that a page of the desk asks the database has as much to answer as in a matter of that size.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse

from workflows.matters.models import Matter
from workflows.records.models import Finding, Page, Record

# Pages of a matter that its own address names.
MATTER_PAGES = (
    "matter", "dates", "papers", "scope", "status", "bases", "exigent", "searches", "records", "letters",
    "notices", "secrecy", "challenges", "recalls", "holds", "people", "release",
)  # fmt: skip
ROWS_AT_ONCE = 2_000
A4 = (595.0, 842.0)
TYPES = (("A_NUMBER", 1, 0.95), ("STATUS_EXPLICIT", 1, 0.9), ("STATUS_IMPLICIT", 2, 0.6), ("COUNTRY", 2, 0.4))


@dataclass(frozen=True)
class Shape:
    """How large: so many records of so many pages with so many findings each, and one page that has many."""

    records: int = 40
    pages: int = 50
    findings: int = 10
    crowd: int = 500

    @property
    def all_pages(self) -> int:
        """Pages of the matter."""
        return self.records * self.pages

    @property
    def all_findings(self) -> int:
        """Findings of the matter."""
        return self.all_pages * self.findings + max(self.crowd - self.findings, 0)


def grow(matter: Matter, pattern: Record, shape: Shape) -> None:
    """The matter has this shape from now on, `pattern` as its first record, whose second page has the crowd.
    What it had before stays and is added to."""
    _add_records(matter, pattern, shape.records - matter.records.count())
    records = list(matter.records.all())
    pages, findings = [], []
    for record in records:
        had = dict(record.findings.order_by().values_list("page_n").annotate(number=Count("pk")))
        pages += [
            Page(record=record, n=n, width_pt=A4[0], height_pt=A4[1], trusted_text=True)
            for n in range(record.pages.count() + 1, shape.pages + 1)
        ]
        for n in range(1, shape.pages + 1):
            many = shape.crowd if record.pk == pattern.pk and n == 2 else shape.findings
            findings += [_finding(record, n, at) for at in range(had.get(n, 0), many)]
    _write(Page, pages)
    _write(Finding, findings)
    matter.records.update(
        state="readable", scope="in", page_count=shape.pages, clause=matter.instruments.get().clauses.first()
    )


def addresses(matter: Matter, record: Record) -> dict[str, str]:
    """The pages of the desk that have more to show in a larger matter; the record is one that has grown."""
    review = reverse("web:review", args=[record.pk])
    first = record.findings.filter(page_n=1).first()
    return {
        "queue": reverse("web:queue"),
        **{name: reverse(f"web:{name}", args=[matter.pk]) for name in MATTER_PAGES},
        "record": reverse("web:record", args=[record.pk]),
        "review": f"{review}?page=1",
        "review, crowded page": f"{review}?page=2",
        "same words": reverse("web:alike", args=[record.pk, first.pk if first else 0]),
    }


def _write(kind: Any, rows: list[Any]) -> None:
    kind._default_manager.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _add_records(matter: Matter, pattern: Record, count: int) -> None:
    rows, last = [], matter.records.count()
    for number in range(last + 1, last + count + 1):
        copy = Record.objects.get(pk=pattern.pk)
        copy.pk, copy._state.adding = uuid.uuid4(), True
        copy.number, copy.sha256 = number, hashlib.sha256(f"{matter.pk} {number}".encode()).hexdigest()
        rows.append(copy)
    _write(Record, rows)


def _finding(record: Record, n: int, at: int) -> Finding:
    """The `at`-th finding of a page, in two columns; the words of every seventh stand elsewhere too."""
    type_, tier, score = TYPES[at % len(TYPES)]
    x, y = 50.0 + 260.0 * (at % 2), 40.0 + (at * 7.5) % 760
    words = f"{at // 7}" if at % 7 == 0 else f"{record.number} {n} {at}"
    return Finding(
        record=record, key=hashlib.sha256(f"{record.pk} {n} {at}".encode()).hexdigest(), page_n=n,
        boxes=[[x, y, x + 120.0, y + 9.0]], source="plain", type=type_, tier=tier, score=score,
        layer="rules", rule="bench.rule", action="redact" if tier == 1 else "review",
        explanation="written by the benchmark", value_hmac=hashlib.sha256(words.encode()).hexdigest(),
    )  # fmt: skip
