"""What leaves, as pages show it: the manifest line by line, what the verifier said, counts. Reads only."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count
from django.utils import timezone

from gateway.web.release_words import ASSERTIONS, GROUNDS, HOLDS, RESULTS
from workflows.flow import gate
from workflows.jobs.models import OPEN_STATES, Job
from workflows.lawbook import in_force
from workflows.matters.models import Matter
from workflows.records.models import Finding, Mark, Record
from workflows.releases.models import Manifest, ManifestRecord, VerifierReport


@dataclass(frozen=True, slots=True)
class Said:
    """One assertion of the verifier in words."""

    id: str
    words: str
    result: str
    result_words: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """One record of the manifest. `report` is None until it has been burned, `job` while it is."""

    record: Record
    row: ManifestRecord
    marked: int
    kept: int
    report: VerifierReport | None
    job: Job | None
    assertions: tuple[Said, ...]
    cited: tuple[str, ...] = ()  # which items compel which pages, in words

    @property
    def tally(self) -> str:
        """How many assertions pass and fail, in words."""
        counts = Counter(said.result for said in self.assertions)
        parts = [f"{counts[key]} {words}" for key, words in _TALLY if counts[key]]
        return ", ".join(parts)


_TALLY = (("pass", "pass"), ("fail", "fail"))


@dataclass(frozen=True, slots=True)
class Withheld:
    """One record that does not leave, and on which ground."""

    number: int
    ground: str
    pages: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Pages and records by what becomes of them; a record is whole when nothing of it is removed."""

    records: int
    pages: int
    whole_pages: int
    redacted_pages: int
    boxes: int
    withheld_records: int
    withheld_pages: int

    @property
    def bar(self) -> list[tuple[str, str, int, str, str]]:
        """Parts of the picture: class, words, pages, start and width in percent."""
        parts = [
            ("leaves-full", "pages of records that leave whole", self.whole_pages),
            ("leaves-part", "pages of records that leave redacted", self.redacted_pages),
            ("leaves-out", "pages withheld", self.withheld_pages),
        ]
        total, start, bar = sum(part[2] for part in parts) or 1, 0.0, []
        for look, words, pages in parts:
            share = 100 * pages / total
            if pages:
                bar.append((look, words, pages, f"{start:.2f}%", f"{share:.2f}%"))
            start += share
        return bar


def body_of(manifest: Manifest) -> dict[str, Any]:
    """The manifest as frozen."""
    body: dict[str, Any] = json.loads(manifest.body)
    return body


def leaving(manifest: Manifest) -> list[Leaving]:
    """The records of the manifest in order."""
    reports = {report.record_id: report for report in manifest.reports.all()}
    rows = list(manifest.records.select_related("record", "clause__instrument").order_by("record__number"))
    jobs = _burning([row.pk for row in rows])
    lines = {line["record"]: line for line in body_of(manifest)["records"]}
    kept = _per_record(Finding.objects.filter(record__in=[row.record_id for row in rows], decision="keep"))
    found = []
    for row in rows:
        line, report = lines[row.record.number], reports.get(row.record_id)
        found.append(
            Leaving(
                record=row.record,
                row=row,
                marked=line["redacted"] + line["drawn"],
                kept=kept.get(row.record_id, 0),
                report=report,
                job=jobs.get(str(row.pk)),
                assertions=_said(report),
                cited=_cited(line.get("cited", [])),
            )
        )
    return found


def _per_record(rows: Any) -> dict[Any, int]:
    """How many of these rows each record has, in one query."""
    return dict(rows.order_by().values_list("record").annotate(Count("pk")))


def _cited(pages: list[dict[str, Any]]) -> tuple[str, ...]:
    """Runs of pages with the items that compel them."""
    said = []
    for items, run in groupby(pages, key=lambda page: page["items"]):
        numbers = [page["page"] for page in run]
        where = f"page {numbers[0]}" if len(numbers) == 1 else f"pages {numbers[0]} to {numbers[-1]}"
        words = f"item {', '.join(items)}" if items else "not covered, hidden whole"
        said.append(f"{where}: {words}")
    return tuple(said)


def _burning(rows: list[int]) -> dict[str, Job]:
    subjects = [str(row) for row in rows]
    found = Job.objects.filter(kind="record.burn", subject__in=subjects, state__in=OPEN_STATES)
    return {job.subject: job for job in found}


def _said(report: VerifierReport | None) -> tuple[Said, ...]:
    """Each assertion of the report; an id without words keeps its id."""
    rows = report.assertions if report else []
    return tuple(
        Said(row["id"], ASSERTIONS.get(row["id"], row["id"]), row["result"], _result_words(row["result"]))
        for row in rows
    )


def _result_words(result: str) -> str:
    return RESULTS.get(result, "fails")  # an unknown result is no pass


def withheld(manifest: Manifest) -> list[Withheld]:
    """Records that do not leave, as frozen."""
    return [
        Withheld(line["record"], GROUNDS.get(line["ground"], "Withheld"), line["pages"])
        for line in body_of(manifest)["withheld"]
    ]


def counts(records: list[Leaving], out: list[Withheld]) -> Counts:
    """Counts of exactly these two lists."""
    whole = sum(one.row.pages for one in records if not one.marked)
    pages = sum(one.row.pages for one in records)
    return Counts(
        records=len(records),
        pages=pages,
        whole_pages=whole,
        redacted_pages=pages - whole,
        boxes=sum(one.report.boxes for one in records if one.report),
        withheld_records=len(out),
        withheld_pages=sum(one.pages for one in out),
    )


def removed_by_code(records: list[Leaving]) -> list[tuple[str, str, int]]:
    """Removals by exemption code: findings fall under W-1, boxes that people drew under their own code."""
    ids = [one.record.pk for one in records]
    numbers = Counter(
        Mark.objects.filter(record__in=ids, removed_at__isnull=True).values_list("code", flat=True)
    )
    numbers["W-1"] += Finding.objects.filter(record__in=ids, decision="redact", page_n__isnull=False).count()
    known = in_force(timezone.now()).words("exemption")
    return [(code, words, numbers[code]) for code, words in known.items() if numbers[code]]


def packing(matter: Matter) -> list[Job]:
    """Building and sealing that are not over."""
    kinds = ("package.build", "package.seal")
    return list(Job.objects.filter(lane=str(matter.pk), kind__in=kinds, state__in=OPEN_STATES).order_by("pk"))


def answered(moment: str, answers: dict[str, bool]) -> list[tuple[str, str, bool]]:
    """Each predicate of the gate: its id, a sentence that is true now, whether it holds."""
    return [
        (guard.id, HOLDS.get(guard.id, guard.id) if answers[guard.id] else guard.sentence, answers[guard.id])
        for guard in gate.PREDICATES[moment]
    ]
