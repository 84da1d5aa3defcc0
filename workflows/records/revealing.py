"""The value of one finding, shown to one person who may see the page; each showing is an entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from workflows.audit import log
from workflows.errors import NotVisible, WrongState
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.records import people
from workflows.records.models import Finding, Record
from workflows.records.page_words import page_of

NOT_KEPT = "The words of this record were not kept when it was read. Read it again to see them here."


@dataclass(frozen=True, slots=True)
class Revealed:
    """A value with some words around it, in which other findings stay masked. Never to be stored."""

    finding: int
    before: str
    value: str
    after: str


def reveal(record_id: UUID | str, finding_id: int, *, actor: Any) -> Revealed:
    """What a finding says; the entry names the finding and holds nothing of it.

    Raises NotVisible, Forbidden, and WrongState for a record whose words were not kept.
    """
    matter_id = matter_of(Record, record_id)
    with act("see_pages", actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        matter = access_matter(actor, matter_id, "see_pages")
        rows = Finding.objects.filter(record_id=record_id, page_n__isnull=False)
        finding = rows.select_related("record__words").filter(pk=finding_id).first()
        if finding is None:
            raise NotVisible()
        revealed = _revealed(finding)
        log.record(
            "finding.revealed",
            actor=actor,
            matter=matter,
            obj=("record", finding.record.sha256),
            facts={"refs": {"record": finding.record_id, "finding": finding.pk}},
            people=people.of_record(finding.record),
        )
        return revealed


def _revealed(finding: Finding) -> Revealed:
    words = finding.record.words
    page = page_of(words, finding.page_n or 0) if words is not None else None
    spans = page.claims.get(finding.key) if page is not None else None
    if page is None or not spans:
        raise WrongState(NOT_KEPT)
    return Revealed(finding.pk, *page.around(spans[0]))
