"""A person reviews pages and findings: decide, confirm, draw, remove, see.

Officers and counsel work in layers of their own; nobody changes another layer's marks. Every
step is a `ReviewAct` with what was there before, so that it can be undone until the freeze (`undoing`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from workflows import vault
from workflows.audit import log
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.policy.codes import EXEMPTION_CODES
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import COUNSEL
from workflows.records import people
from workflows.records.models import Finding, Mark, Page, Record
from workflows.records.queries import authorisations_on, compelling_clauses
from workflows.records.stepping import finding_of, remember, reviewing, snapshot


def decide(
    record_id: UUID | str,
    finding_id: int,
    decision: str,
    *,
    actor: Any,
    reason: str = "",
    version: int | None = None,
) -> Finding:
    """The finding is decided. Keeping a tier-1 finding only proposes it: a second person confirms.

    To keep here is to say that the words are no status data of anybody; what a paper compels is kept
    by `keep_authorised`. `decision` is `redact` or `keep`; keeping needs a reason. Raises Invalid, Stale,
    WrongState.
    """
    with reviewing("decide", "decide", record_id, actor) as record:
        return settle(record, finding_of(record, finding_id, version), decision, reason, actor=actor)


def settle(
    record: Record, finding: Finding, decision: str, reason: str, *, actor: Any, group: UUID | None = None
) -> Finding:
    """The part of `decide` inside its frame; steps of one `group` are undone together."""
    if decision not in ("redact", "keep"):
        raise Invalid("A finding is either redacted or kept.", code="unknown_choice")
    if decision == "keep" and len(reason.strip()) < 3:
        raise Invalid("Say why this stays.", code="reason_needed")
    before = snapshot(finding)
    proposed = decision == "keep" and finding.tier == 1
    finding.decision = "keep_proposed" if proposed else decision
    finding.reason = refuse_status(reason.strip()[:400])
    finding.decided_by, finding.decided_at, finding.confirmed_by = actor, timezone.now(), None
    finding.keep_ground, finding.authorisation = "not_status" if decision == "keep" else "", None
    finding.version += 1
    finding.save()
    remember(record, actor, "decide", finding=finding, before=before, group=group)
    log.record(
        "finding.decided",
        actor=actor,
        matter=record.matter_id,
        obj=("record", record.sha256),
        reason=finding.decision,
        facts={"refs": {"record": record.pk, "finding": finding.pk}},
    )
    return finding


def keep_authorised(
    record_id: UUID | str,
    finding_id: int,
    authorisation_id: UUID | str,
    *,
    actor: Any,
    version: int | None = None,
) -> Finding:
    """This one finding stays in sight under counsel's authorisation, which names its type, for a record
    that the authorisation's clause covers. Whose data it is, the person looks: the page may name others.

    Two people, one a lawyer (policy 4.8): counsel who authorised, and somebody else who applies it.
    Raises NotVisible, Forbidden, Stale, WrongState for one that is kept so already.
    """
    with reviewing("keep_authorised", "decide", record_id, actor) as record:
        now = timezone.now()
        finding = finding_of(record, finding_id, version)
        holding = {str(row.pk): row for row in authorisations_on(record, timezone.localdate(now))}
        authorisation = holding.get(str(authorisation_id))
        if authorisation is None or finding.type not in authorisation.types:
            raise NotVisible("No authorisation in force covers this finding.")
        if authorisation.by_id == actor.pk:
            raise Forbidden(
                "Somebody else must apply the authorisation that you have written.", code="second_person"
            )
        if finding.authorisation_id == authorisation.pk:
            raise WrongState("This finding stays in sight under this authorisation already.")
        before = snapshot(finding)
        finding.decision, finding.keep_ground, finding.reason = "keep", "authorised", ""
        finding.authorisation, finding.decided_by, finding.decided_at = authorisation, actor, now
        finding.confirmed_by, finding.version = authorisation.by, finding.version + 1
        finding.save()
        remember(record, actor, "decide", finding=finding, before=before)
        log.record(
            "finding.authorised",
            actor=actor,
            matter=record.matter_id,
            obj=("record", record.sha256),
            facts={"refs": {"record": record.pk, "finding": finding.pk, "authorisation": authorisation.pk}},
        )
        return finding


def confirm_keep(
    record_id: UUID | str, finding_id: int, *, actor: Any, version: int | None = None
) -> Finding:
    """A second person confirms that a tier-1 finding stays; one of the two is a lawyer (policy 4.8)."""
    with reviewing("confirm_keep", "confirm_keep", record_id, actor) as record:
        finding = finding_of(record, finding_id, version)
        if finding.decision != "keep_proposed" or finding.decided_by is None:
            raise WrongState("Nothing waits for a second person here.")
        if finding.decided_by_id == actor.pk:
            raise Forbidden("The second person must be somebody else.", code="second_person")
        if COUNSEL not in (actor.role, finding.decided_by.role):
            raise Forbidden("One of the two people must be counsel.")
        before = snapshot(finding)
        finding.decision, finding.confirmed_by, finding.version = "keep", actor, finding.version + 1
        finding.save()
        remember(record, actor, "decide", finding=finding, before=before)
        log.record(
            "finding.confirmed",
            actor=actor,
            matter=record.matter_id,
            obj=("record", record.sha256),
            facts={"refs": {"record": record.pk, "finding": finding.pk}},
        )
        return finding


def draw(
    record_id: UUID | str,
    page: int,
    box: tuple[float, float, float, float],
    *,
    actor: Any,
    code: str = "W-1",
    whole_page: bool = False,
) -> Mark:
    """A box (points, origin top left) stands on the page in the layer of the person's role."""
    with reviewing("draw", "mark", record_id, actor) as record:
        row = _page_to_mark(record, page, box, code)
        corners = (0.0, 0.0, row.width_pt, row.height_pt) if whole_page else _on_page(row, box)
        return _set(record, row, corners, actor=actor, code=code, whole_page=whole_page)


def draw_around(
    record_id: UUID | str,
    page: int,
    box: tuple[float, float, float, float],
    *,
    actor: Any,
    code: str = "W-1",
) -> list[Mark]:
    """Everything of the page but this box is covered, by up to four boxes that are undone as one."""
    with reviewing("draw", "mark", record_id, actor) as record:
        row = _page_to_mark(record, page, box, code)
        x0, y0, x1, y1 = _on_page(row, box)
        width, height = row.width_pt, row.height_pt
        around = ((0.0, 0.0, width, y0), (0.0, y1, width, height), (0.0, y0, x0, y1), (x1, y0, width, y1))
        group = uuid4()
        return [
            _set(record, row, one, actor=actor, code=code, group=group)
            for one in around
            if one[2] - one[0] > 0 and one[3] - one[1] > 0
        ]


def set_box(
    record: Record,
    page: int,
    box: tuple[float, float, float, float],
    *,
    actor: Any,
    code: str,
    group: UUID | None = None,
) -> Mark:
    """The part of `draw` inside its frame, for words: a little wider than they are, so that no edge of a
    letter looks out. Steps of one `group` are undone together."""
    row = _page_to_mark(record, page, box, code)
    wider = (box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1)
    return _set(record, row, _on_page(row, wider), actor=actor, code=code, group=group)


def _page_to_mark(record: Record, page: int, box: tuple[float, ...], code: str) -> Page:
    row = record.pages.filter(n=page).first()
    if row is None:
        raise NotVisible()
    if code not in EXEMPTION_CODES:
        raise Invalid("Choose an exemption code from the list.", code="unknown_choice")
    if not all(map(math.isfinite, box)):
        raise Invalid("The corners of a box are numbers.", code="box_not_finite")
    return row


def _on_page(row: Page, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The part of the box that lies on the page. Raises Invalid where that is hardly anything."""
    x0, y0 = max(0.0, min(box[0], box[2])), max(0.0, min(box[1], box[3]))
    x1, y1 = min(row.width_pt, max(box[0], box[2])), min(row.height_pt, max(box[1], box[3]))
    if x1 - x0 < 2 or y1 - y0 < 2:
        raise Invalid("The box is too small.", code="box_too_small")
    return x0, y0, x1, y1


def _set(
    record: Record,
    row: Page,
    corners: tuple[float, float, float, float],
    *,
    actor: Any,
    code: str,
    whole_page: bool = False,
    group: UUID | None = None,
) -> Mark:
    x0, y0, x1, y1 = corners
    mark = Mark.objects.create(
        record=record, page_n=row.n, x0=x0, y0=y0, x1=x1, y1=y1, whole_page=whole_page, code=code,
        layer="counsel" if actor.role == COUNSEL else "officer", author=actor, made_at=timezone.now(),
    )  # fmt: skip
    remember(record, actor, "draw", mark=mark, group=group)
    log.record(
        "mark.drawn",
        actor=actor,
        matter=record.matter_id,
        obj=("record", record.sha256),
        facts={"refs": {"record": record.pk, "mark": mark.pk}, "counts": {"page": row.n}},
    )
    return mark


def cite_page(record_id: UUID | str, page: int, clause_ids: Iterable[int], *, actor: Any) -> Page:
    """These items of the paper compel this very page, and no other; with none of them, all that cover the
    record do. A page that no item compels is hidden whole, with the code for that. Raises Invalid for an
    item that does not cover the record."""
    with reviewing("cite_page", "mark", record_id, actor) as record:
        row = record.pages.filter(n=page).first()
        if row is None:
            raise NotVisible()
        chosen = sorted(set(clause_ids))
        if not set(chosen) <= {clause.pk for clause in compelling_clauses(record)}:
            raise Invalid("Choose among the items that cover this record.", code="unknown_choice")
        row.cited = chosen
        row.save(update_fields=["cited"])
        log.record(
            "page.cited",
            actor=actor,
            matter=record.matter_id,
            obj=("record", record.sha256),
            facts={"refs": {"record": record.pk}, "counts": {"page": page, "clauses": len(chosen)}},
        )
        return row


def remove_mark(record_id: UUID | str, mark_id: int, *, actor: Any) -> Mark:
    """The mark no longer counts; its row stays. Only the layer that drew it takes it away."""
    with reviewing("remove_mark", "mark", record_id, actor) as record:
        mark = record.marks.filter(pk=mark_id, removed_at__isnull=True).first()
        if mark is None:
            raise NotVisible()
        if mark.layer != ("counsel" if actor.role == COUNSEL else "officer"):
            raise Forbidden("Marks of another layer can be changed only there.")
        mark.removed_at, mark.removed_by = timezone.now(), actor
        mark.save(update_fields=["removed_at", "removed_by"])
        remember(record, actor, "remove", mark=mark)
        log.record(
            "mark.removed",
            actor=actor,
            matter=record.matter_id,
            obj=("record", record.sha256),
            facts={"refs": {"record": record.pk, "mark": mark.pk}},
        )
        return mark


def see_page(record_id: UUID | str, page: int, *, actor: Any) -> None:
    """The person has looked at the whole page. Without that no page leaves (policy 4.7)."""
    with reviewing("see_page", "decide", record_id, actor) as record:
        row = record.pages.filter(n=page).first()
        if row is None:
            raise NotVisible()
        if row.seen_at is not None:
            return
        row.seen_by, row.seen_at = actor, timezone.now()
        row.save(update_fields=["seen_by", "seen_at"])
        remember(record, actor, "seen", before={"page": page})
        log.record(
            "page.seen",
            actor=actor,
            matter=record.matter_id,
            obj=("record", record.sha256),
            facts={"refs": {"record": record.pk}, "counts": {"page": page}},
        )


def read_page_image(record_id: UUID | str, n: int, *, actor: Any) -> bytes:
    """PNG of page `n` (from 1) of the record as received; the view is an entry."""
    matter_id = Record.objects.filter(pk=record_id).values_list("matter_id", flat=True).first()
    with act("see_pages", actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        matter = access_matter(actor, matter_id, "see_pages")
        record = Record.objects.get(pk=record_id)
        page = record.pages.select_related("image").filter(n=n).first()
        if page is None or page.image is None:
            raise NotVisible()
        log.record(
            "page.viewed",
            actor=actor,
            matter=matter,
            obj=("record", record.sha256),
            facts={"refs": {"record": record.pk}, "counts": {"page": n}},
            people=people.of_record(record),
        )
        return vault.open(page.image)
