"""What counsel decides of the scope where rows cannot: a clause that cannot tell, a sum that goes beyond."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone

from workflows.audit import log
from workflows.errors import Invalid, NotVisible, Stale, WrongState
from workflows.flow.advance import require_step_up
from workflows.flow.duties import UNKNOWN_TASK, close_tasks
from workflows.flow.scoping import in_paper
from workflows.flow.sums import exceeded, watch
from workflows.instruments.models import ScopeClause, SumRuling
from workflows.instruments.queries import clauses_of
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.policy.guard_text import mask_numbers, refuse_status
from workflows.policy.scope import Cover
from workflows.records.actions import COLLECTING
from workflows.records.models import Record, ScopeRuling
from workflows.records.queries import cover_of
from workflows.records.scoping import rescope_record


def rule_scope(
    record_id: UUID | str,
    clause_id: int,
    inside: bool,
    *,
    actor: Any,
    page: int,
    quote: str,
    reason: str,
    version: int | None = None,
) -> Record:
    """Counsel has decided of a record whether a clause covers it, where the clause itself cannot tell, and
    says by which words of the paper. What is certainly outside is not put in scope by this.

    Raises NotVisible, Forbidden, WrongState, Stale, Invalid.
    """
    matter_id = matter_of(Record, record_id)
    with act("rule_scope", actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        now = timezone.now()
        matter = access_matter(actor, matter_id, "set_scope", lock=True)
        record = Record.objects.get(pk=record_id)
        if matter.state not in COLLECTING:
            raise WrongState("The scope of a record is decided before its manifest is frozen.")
        if version is not None and version != record.version:
            raise Stale("Somebody has changed this record since you opened it. Please look again.")
        clause = next((row for row in clauses_of(matter) if row.pk == clause_id), None)
        if clause is None:
            raise NotVisible()
        _may_rule(record, clause, page, quote, reason)
        entry = log.record(
            "scope.ruled",
            actor=actor,
            matter=matter,
            obj=("record", record.sha256),
            facts={
                "result": "inside" if inside else "outside",
                "refs": {"record": record.pk, "clause": clause.pk, "instrument": clause.instrument_id},
            },
            detail=reason.strip(),
        )
        ScopeRuling.objects.create(
            record=record, clause=clause, inside=inside, described=record.described, page=page,
            quote=mask_numbers(quote.strip())[:600], by=actor, at=now, entry=entry,
        )  # fmt: skip
        record.version += 1
        record.save(update_fields=["version"])
        rescope_record(record, clauses_of(matter))
        if not matter.records.filter(scope="unknown").exists():
            close_tasks(matter, UNKNOWN_TASK, actor=actor, now=now)
        return record


def _may_rule(record: Record, clause: ScopeClause, page: int, quote: str, reason: str) -> None:
    said = cover_of(record, clause, ruled=False)
    if said is Cover.OUT:
        raise Invalid(
            "The clause certainly leaves this record out, so no ruling puts it in scope. If the record is "
            "described wrongly an officer describes it anew; if the clause is, set the scope anew.",
            code="out_of_scope",
        )
    if said is Cover.IN:
        raise Invalid("The clause covers this record; there is nothing to decide.", code="in_scope")
    if not in_paper(clause.instrument, page, quote):
        raise Invalid("Say on which page the paper decides this, and in which words.", code="clause_quote")
    if len(reason.strip()) < 10:
        raise Invalid("Say why: at least ten characters.", code="reason_needed")
    refuse_status(reason)


def decide_sum(
    matter_id: UUID | str,
    paper_id: UUID | str,
    kind: str,
    *,
    actor: Any,
    page: int,
    quote: str,
    reason: str,
    stepped_up_at: dt.datetime | None,
) -> SumRuling:
    """Counsel has decided that what all requests under the paper come to now stays inside it, and by which
    words; more than that is asked about anew. Raises NotVisible, Forbidden, StepUpNeeded, Invalid."""
    with act("decide_sum", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "lift_block", lock=True)
        require_step_up("lift_block", stepped_up_at, now)
        found = [one for one in exceeded(matter) if (str(one.paper.pk), one.kind) == (str(paper_id), kind)]
        if not found:
            raise NotVisible("Nothing of this kind goes beyond this paper.")
        if not in_paper(found[0].paper, page, quote) or len(reason.strip()) < 10:
            raise Invalid(
                "Say on which page and in which words the paper allows this, and why it does.",
                code="reason_needed",
            )
        refuse_status(reason)
        used = max(one.used for one in found)
        entry = log.record(
            "sum.ruled", actor=actor, matter=matter, obj=("instrument", found[0].paper.sha256),
            facts={"result": kind, "refs": {"instrument": found[0].paper.pk}}, detail=reason.strip(),
        )  # fmt: skip
        ruling = SumRuling.objects.create(
            instrument=found[0].paper, kind=kind, upto=used, page=page,
            quote=mask_numbers(quote.strip())[:600], by=actor, at=now, entry=entry,
        )  # fmt: skip
        watch(matter, actor=actor, now=now)
        return ruling
