"""Undo and redo of a person's own steps on a record, until the manifest is frozen.

A step stays in the list of steps when it is undone, with what it had made, so that it can be done again
as long as the person has taken no other step on the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from workflows.audit import log
from workflows.errors import Invalid, Stale
from workflows.records.models import Finding, Record, ReviewAct
from workflows.records.queries import authorisations_on
from workflows.records.stepping import reviewing, snapshot


def undo(record_id: UUID | str, *, actor: Any) -> ReviewAct:
    """The person's own last step on this record is taken back; a step taken in many places at once, in
    all of them but those where a colleague has decided since. Raises Invalid when there is none, Stale."""
    with reviewing("undo", "decide", record_id, actor) as record:
        last = record.acts.filter(by=actor, undone_at__isnull=True).order_by("-id").first()
        if last is None:
            raise Invalid("There is nothing of yours to undo on this record.", code="nothing_to_undo")
        now = timezone.now()
        steps = _together(last)
        for step in steps:
            if step.kind == "decide" and step.finding is not None:
                if step.group is not None and _decided_since(step):
                    continue
                step.after = snapshot(step.finding)
                _restore(step, step.before)
            elif step.kind in ("draw", "remove") and step.mark is not None:
                _set_mark(step, gone=step.kind == "draw", actor=actor)
            else:
                record.pages.filter(n=step.before["page"]).update(seen_by=None, seen_at=None)
            step.undone_at = now
            step.save(update_fields=["undone_at", "after"])
        _note("mark.undone", steps, actor)
        return last


def redo(record_id: UUID | str, *, actor: Any) -> ReviewAct:
    """The step that the person has undone last on this record is done again, where nothing has happened
    in between. Raises Invalid when there is none, Stale where a colleague has changed the place since."""
    with reviewing("redo", "decide", record_id, actor) as record:
        step = _undone(record, actor)
        if step is None:
            raise Invalid("There is nothing of yours to do again on this record.", code="nothing_to_redo")
        steps = _together(step)
        for one in steps:
            if one.kind == "decide" and one.finding is not None:
                if snapshot(one.finding) != one.before:
                    raise Stale("A colleague has decided this finding meanwhile. It cannot be done again.")
                _restore(one, one.after)
            elif one.kind in ("draw", "remove") and one.mark is not None:
                _set_mark(one, gone=one.kind == "remove", actor=actor)
            else:
                record.pages.filter(n=one.before["page"], seen_at__isnull=True).update(
                    seen_by=actor, seen_at=timezone.now()
                )
            one.undone_at = None
            one.save(update_fields=["undone_at"])
        _note("mark.redone", steps, actor)
        return step


def can_redo(record: Record, actor: Any) -> bool:
    """True when this person has an undone step that can be done again."""
    return _undone(record, actor) is not None


def _undone(record: Record, actor: Any) -> ReviewAct | None:
    """The step undone last, unless the person has taken another since: then the undone ones are past."""
    own = record.acts.filter(by=actor)
    standing = own.filter(undone_at__isnull=True).aggregate(at=Max("id"))["at"] or 0
    undone = own.filter(undone_at__isnull=False, id__gt=standing)
    return undone.exclude(kind="decide", after={}).order_by("-undone_at", "id").first()


def _together(step: ReviewAct) -> Sequence[ReviewAct]:
    """The step, or all of those taken with it that stand as it does."""
    if step.group is None:
        return [step]
    same = ReviewAct.objects.filter(group=step.group, by=step.by, undone_at=step.undone_at)
    return list(same.select_related("finding", "mark", "record").order_by("-id"))


def _decided_since(step: ReviewAct) -> bool:
    later = ReviewAct.objects.filter(finding=step.finding, undone_at__isnull=True, id__gt=step.pk)
    return later.exclude(by=step.by).exists()


def _restore(step: ReviewAct, wanted: dict[str, Any]) -> None:
    finding: Finding | None = step.finding
    if finding is None or _decided_since(step):
        raise Stale("A colleague has decided this finding after you. It cannot be undone from here.")
    finding.decision, finding.reason = wanted["decision"], wanted["reason"]
    finding.decided_by_id, finding.confirmed_by_id = wanted["decided_by"], wanted["confirmed_by"]
    # A step made before there were grounds kept what was no status data.
    finding.keep_ground = wanted.get("keep_ground", "not_status" if "keep" in wanted["decision"] else "")
    ruling = wanted.get("authorisation")
    in_force = {str(row.pk) for row in authorisations_on(step.record, timezone.localdate())}
    if ruling is not None and ruling not in in_force:
        raise Stale("The authorisation that this was kept under is no longer in force.")
    finding.authorisation_id = ruling
    finding.version += 1
    finding.save()


def _set_mark(step: ReviewAct, *, gone: bool, actor: Any) -> None:
    mark = step.mark
    if mark is None:
        return
    mark.removed_at, mark.removed_by = (timezone.now(), actor) if gone else (None, None)
    mark.save(update_fields=["removed_at", "removed_by"])


def _note(event: str, steps: Sequence[ReviewAct], actor: Any) -> None:
    """An entry for each record that the steps were taken on."""
    for step in {step.record_id: step for step in steps}.values():
        log.record(
            event, actor=actor, matter=step.record.matter_id, obj=("record", step.record.sha256),
            reason=step.kind, facts={"refs": {"record": step.record.pk}},
        )  # fmt: skip
