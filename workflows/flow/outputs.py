"""What a reviewer or counsel sees of a burned record: the exact output, page by page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from workflows import vault
from workflows.audit import log
from workflows.errors import NotVisible
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.records import people
from workflows.records.models import Record
from workflows.releases.models import VerifierReport


def read_output_image(record_id: UUID | str, n: int, *, actor: Any) -> bytes:
    """PNG of page `n` (from 1) of the record as burned for the latest manifest; the view is an entry."""
    matter_id = matter_of(Record, record_id)
    with act("see_pages", actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        matter = access_matter(actor, matter_id, "see_pages")
        report = (
            VerifierReport.objects.filter(record_id=record_id, passed=True)
            .order_by("-manifest__number")
            .first()
        )
        if report is None or not 1 <= n <= len(report.page_images):
            raise NotVisible()
        log.record(
            "page.viewed",
            actor=actor,
            matter=matter,
            obj=("rendition", report.output_sha256),
            facts={"refs": {"record": report.record_id}, "counts": {"page": n}},
            people=people.of_record(report.record),
        )
        return vault.open(report.page_images[n - 1])
