"""What every step of a review has in common: its frame, its memory, and what it goes back to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.utils import timezone

from workflows.errors import NotVisible, Stale, WrongState
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.records.models import Finding, Mark, Record, ReviewAct

REVIEWABLE = ("collecting", "review")


@contextmanager
def reviewing(name: str, action: str, record_id: UUID | str, actor: Any) -> Iterator[Record]:
    """Frame of every step: the matter locked, the record readable, the matter under review."""
    matter_id = Record.objects.filter(pk=record_id).values_list("matter_id", flat=True).first()
    with act(name, actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        matter = access_matter(actor, matter_id, action, lock=True)
        record = Record.objects.select_related("matter").get(pk=record_id)
        if matter.state not in REVIEWABLE or record.state not in ("readable", "reviewed"):
            raise WrongState(
                "This record cannot be reviewed now: it is still being read, or its manifest is frozen."
            )
        yield record


def remember(
    record: Record,
    actor: Any,
    kind: str,
    *,
    finding: Finding | None = None,
    mark: Mark | None = None,
    before: dict[str, Any] | None = None,
    group: UUID | None = None,
) -> None:
    """Note a step, with what was there before; steps of one `group` are undone together."""
    ReviewAct.objects.create(
        record=record, by=actor, at=timezone.now(), kind=kind, finding=finding, mark=mark,
        before=before or {}, group=group,
    )  # fmt: skip


def snapshot(finding: Finding) -> dict[str, Any]:
    """What a person decided of a finding, as undo and redo write it back."""
    return {
        "decision": finding.decision,
        "reason": finding.reason,
        "decided_by": str(finding.decided_by_id) if finding.decided_by_id else None,
        "confirmed_by": str(finding.confirmed_by_id) if finding.confirmed_by_id else None,
        "keep_ground": finding.keep_ground,
        "authorisation": str(finding.authorisation_id) if finding.authorisation_id else None,
    }


def finding_of(record: Record, finding_id: int, version: int | None) -> Finding:
    """A finding of the record. Raises NotVisible, and Stale where it has another version by now."""
    finding = record.findings.filter(pk=finding_id).first()
    if finding is None:
        raise NotVisible()
    if version is not None and version != finding.version:
        raise Stale("A colleague has decided this finding meanwhile. Please look again.")
    return finding
