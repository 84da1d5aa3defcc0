"""The same words wherever they stand in a matter, decided in one step.

Words are the same where their hash under the matter's key is; nobody has to see them to compare them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet

from workflows.errors import Invalid
from workflows.records.models import Finding
from workflows.records.review import settle
from workflows.records.stepping import finding_of, reviewing

MOST = 500  # places in one step: as many as a person can look through


def in_review(matter_id: UUID) -> QuerySet[Finding]:
    """Findings with a place on a page, in the records of the matter that are under review."""
    return Finding.objects.filter(
        record__matter=matter_id, record__state__in=("readable", "reviewed"), page_n__isnull=False
    )


def alike(finding: Finding) -> Sequence[Finding]:
    """Undecided findings of the same type and the same words in all records of the matter that are under
    review, the given one first, then by record and page; at most MOST."""
    rows = (
        in_review(finding.record.matter_id)
        .filter(Q(decision="") | Q(pk=finding.pk), type=finding.type, value_hmac=finding.value_hmac)
        .select_related("record")
        .order_by("record__number", "page_n", "id")
    )
    return sorted(rows[:MOST], key=lambda row: row.pk != finding.pk)


def decide_alike(
    record_id: UUID | str,
    finding_id: int,
    decision: str,
    *,
    actor: Any,
    reason: str = "",
    places: Sequence[int],
    version: int | None = None,
) -> Sequence[Finding]:
    """This finding and those of `places` (keys of findings with the same words, as the person saw them
    listed) are decided alike, each with its entry; one undo takes all back.

    What was decided meanwhile is left as it is. Raises as `review.decide`, and Invalid for a place that
    does not hold the same words.
    """
    with reviewing("decide", "decide", record_id, actor) as record:
        finding = finding_of(record, finding_id, version)
        rows = {row.pk: row for row in alike(finding)}
        same = Finding.objects.filter(
            record__matter=record.matter_id, type=finding.type, value_hmac=finding.value_hmac
        )
        if set(places) - set(same.values_list("pk", flat=True)):
            raise Invalid("One of these places holds other words. Open the list again.", code="not_alike")
        chosen = [row for pk, row in rows.items() if pk == finding.pk or pk in set(places)]
        group = uuid4()
        for row in chosen:
            settle(row.record, row, decision, reason, actor=actor, group=group)
        return chosen
