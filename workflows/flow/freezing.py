"""Freeze: the exact list of what is to leave, counted, hashed and written once."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.utils import timezone

from workflows.audit.canonical import canonical
from workflows.audit.models import Entry
from workflows.errors import Invalid
from workflows.instruments.models import ScopeClause
from workflows.instruments.queries import basis_names, is_legal_basis
from workflows.lawbook import in_force
from workflows.matters.models import Matter
from workflows.records import queries as records
from workflows.records.models import Record
from workflows.releases.models import Manifest, ManifestPage, ManifestRecord, MarkMaker

NEUTRAL, NOT_COVERED = "W-1", "W-2"  # exemption codes


def decisions_of(record: Record) -> dict[str, Any]:
    """What people decided about one record, in the form the redactor takes. Coordinates in 1/100 pt."""
    marks = record.marks.filter(removed_at__isnull=True).order_by("id")
    return {
        "keep": sorted(
            key
            for finding in record.findings.filter(decision="keep")
            for key in (finding.key, *finding.twins)
        ),
        "drawn": [
            {"page": m.page_n, "code": m.code, "box": [round(100 * v) for v in (m.x0, m.y0, m.x1, m.y1)]}
            | ({"narrow": True} if m.layer == "counsel" else {})  # only counsel goes below class width
            for m in marks
            if not m.whole_page or m.code != NEUTRAL  # a whole page keeps the ground it is hidden on
        ],
        "whole_pages": sorted({m.page_n for m in marks if m.whole_page}),
        "pages_seen": sorted(record.pages.filter(seen_at__isnull=False).values_list("n", flat=True)),
    }


def _clause(record: Record) -> ScopeClause:
    if record.clause is None:
        raise Invalid("A record in the manifest has no clause.")
    return record.clause


def not_covered_pages(record: Record) -> set[int]:
    """Pages that a person hid whole because no item of the paper covers them."""
    marks = record.marks.filter(removed_at__isnull=True, whole_page=True, code=NOT_COVERED)
    return set(marks.values_list("page_n", flat=True))


def citations(record: Record, today: dt.date) -> dict[int, list[ScopeClause]]:
    """For each page of the record the items that compel it, of papers that open the gate; none for a page
    of which nothing leaves.

    Raises Invalid where a page cites an item that does not cover the record any more, or none is left.
    """
    compelling = {
        clause.pk: clause
        for clause in records.compelling_clauses(record)
        if is_legal_basis(clause.instrument, today)
        and basis_names(clause, record.record_class, record.dated_on)
    }
    chosen = dict(record.pages.values_list("n", "cited"))
    hidden, cited = not_covered_pages(record), dict[int, list[ScopeClause]]()
    for n in range(1, record.page_count + 1):
        keys = chosen.get(n) or sorted(compelling)
        if n not in hidden and not (keys and set(keys) <= compelling.keys()):
            raise Invalid(
                f"Page {n} of record {record.number} cites an item that does not cover the record. Say again "
                "which item compels it.",
                code="page_uncited",
            )
        cited[n] = [] if n in hidden else [compelling[key] for key in keys]
    return cited


def _pages(cited: dict[int, list[ScopeClause]]) -> list[dict[str, Any]]:
    return [
        {"page": n, "clauses": [one.pk for one in rows], "items": sorted({one.item for one in rows})}
        for n, rows in cited.items()
    ]


def _line(record: Record, decisions: dict[str, Any], cited: dict[int, list[ScopeClause]]) -> dict[str, Any]:
    clause = _clause(record)
    return {
        "record": record.number,
        "source_sha256": record.sha256,
        "pages": record.page_count,
        "ruleset": record.ruleset,
        "instrument_sha256": clause.instrument.sha256,
        "item": clause.item,
        "clause": clause.pk,
        "decisions_sha256": hashlib.sha256(canonical(decisions)).hexdigest(),
        "redacted": record.findings.filter(decision="redact").count(),
        "kept": len(decisions["keep"]),
        "drawn": record.marks.filter(removed_at__isnull=True).count(),
        "cited": _pages(cited),
    }


def _withheld_lines(matter: Matter, included: set[int]) -> list[dict[str, Any]]:
    grounds = {"out": "out_of_scope", "unknown": "scope_unknown", "in": "unreadable"}
    return [
        {"record": record.number, "ground": grounds[record.scope], "pages": record.page_count}
        for record in matter.records.order_by("number")
        if record.number not in included
    ]


def freeze_manifest(matter: Matter, *, actor: Any, now: dt.datetime, entry: Entry) -> Manifest:
    """Write the next manifest of the matter with its records and the makers of its marks.

    Records in it are `frozen` from now on; the others carry why they are withheld.
    """
    chosen = list(records.in_scope(matter).select_related("clause__instrument").order_by("number"))
    decided = [
        (record, decisions_of(record), citations(record, timezone.localdate(now))) for record in chosen
    ]
    lines = [_line(record, decisions, cited) for record, decisions, cited in decided]
    withheld = _withheld_lines(matter, {record.number for record in chosen})
    number = matter.manifests.count() + 1
    policy = in_force(now)
    body = canonical(
        {
            "v": 1,
            "matter": matter.number,
            "manifest": number,
            "policy": policy.number,
            "policy_sha256": policy.sha256,
            "records": lines,
            "withheld": withheld,
            "totals": {
                "records": len(lines),
                "pages": sum(line["pages"] for line in lines),
                "withheld_records": len(withheld),
            },
        }
    )
    manifest = Manifest.objects.create(
        matter=matter,
        number=number,
        sha256=hashlib.sha256(body).hexdigest(),
        body=body.decode(),
        frozen_by=actor,
        frozen_at=now,
        entry=entry,
    )
    for record, decisions, cited in decided:
        ManifestRecord.objects.create(
            manifest=manifest,
            record=record,
            clause=_clause(record),
            source_sha256=record.sha256,
            decisions=decisions,
            ruleset=record.ruleset,
            pages=record.page_count,
        )
        ManifestPage.objects.bulk_create(
            ManifestPage(manifest=manifest, record=record, n=n, clause=clause)
            for n, rows in cited.items()
            for clause in (*rows, *([] if rows else [None]))
        )
    for person_id in sorted(_makers(chosen)):
        MarkMaker.objects.create(manifest=manifest, person_id=person_id)
    _freeze_records(matter, chosen)
    return manifest


def _makers(chosen: list[Record]) -> set[Any]:
    makers: set[Any] = set()
    for record in chosen:
        makers |= set(record.findings.exclude(decided_by=None).values_list("decided_by_id", flat=True))
        # Counsel who authorised has ruled on the paper; the mark was made by the one who applied it.
        confirmed = record.findings.exclude(confirmed_by=None).exclude(keep_ground="authorised")
        makers |= set(confirmed.values_list("confirmed_by_id", flat=True))
        makers |= set(record.marks.values_list("author_id", flat=True))
    return makers


def _freeze_records(matter: Matter, chosen: list[Record]) -> None:
    for record in chosen:
        marked = (
            record.findings.filter(decision="redact").exists()
            or record.marks.filter(removed_at=None).exists()
        )
        record.state, record.disposition = "frozen", "partial" if marked else "full"
        record.version += 1
        record.save(update_fields=["state", "disposition", "version"])
    for record in matter.records.exclude(pk__in=[record.pk for record in chosen]):
        record.disposition = "withheld_unreadable" if record.scope == "in" else "withheld_scope"
        record.save(update_fields=["disposition"])


def thaw_records(matter: Matter) -> None:
    """Frozen records may be reviewed again; the manifest stays as history."""
    matter.records.filter(state="frozen").update(state="readable", disposition="")
