"""An edition is published for each quarter that is over, by the gateway itself, once its log is sealed.

No person chooses when or what: all that happened is counted by the same rule. A matter that is sealed
is counted in the first edition after its seal has ended (policy 11.2), and no edition is ever printed
anew: two printings of one quarter would give away what lies between them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from workflows.audit import log, proofs
from workflows.audit.canonical import canonical
from workflows.audit.models import Entry, Pending
from workflows.clocks.calendar import city_zone
from workflows.lawbook import in_force
from workflows.matters.access import unsealed_matters
from workflows.matters.models import Matter
from workflows.transparency import counting
from workflows.transparency.counting import Answered, Asked, Quarter
from workflows.transparency.models import Cell, Counted, Edition
from workflows.transparency.suppress import Shown, suppress

EVENTS = (counting.OPENED, *counting.OUTCOMES, *counting.OTHERS)


def publish_finished(now: dt.datetime) -> list[Edition]:
    """Every quarter that is over and sealed has its edition, from the first in which anything happened.

    Returns the new ones. What cannot be published yet is left for the next call.
    """
    first = Entry.objects.filter(event__in=EVENTS).order_by("at").values_list("at", flat=True).first()
    made: list[Edition] = []
    if first is None:
        return made
    last = Edition.objects.first()
    quarter = (
        Quarter.of(timezone.localdate(first)) if last is None else Quarter(last.year, last.quarter).next()
    )
    while ends(quarter) <= now and _sealed_since(ends(quarter)):
        made.append(_publish(quarter, now))
        quarter = quarter.next()
    return made


def ends(quarter: Quarter) -> dt.datetime:
    """The moment at which the next quarter begins in the city."""
    return dt.datetime.combine(quarter.next().first_day, dt.time(), city_zone()).astimezone(dt.UTC)


def _sealed_since(end: dt.datetime) -> bool:
    """The log has signed a checkpoint after this moment, and nothing from before it still waits."""
    last = proofs.latest_checkpoint()
    if last is None or last.at < end:
        return False
    return not Entry.objects.filter(pk__in=Pending.objects.values("entry"), at__lt=end).exists()


def _publish(quarter: Quarter, now: dt.datetime) -> Edition:
    with transaction.atomic(durable=True):
        entries = list(
            Entry.objects.filter(event__in=EVENTS, outcome="ok", at__lt=ends(quarter))
            .exclude(pk__in=Counted.objects.values("entry"))
            .order_by("pk")
        )
        in_sight = unsealed_matters(now).in_bulk({entry.matter for entry in entries if entry.matter})
        entries = [entry for entry in entries if entry.matter in in_sight]
        asked = [
            Asked(in_sight[_matter(entry)].requester_class)
            for entry in entries
            if entry.event == counting.OPENED
        ]
        answered = [
            answer_of(entry, in_sight[_matter(entry)])
            for entry in entries
            if entry.event in counting.OUTCOMES
        ]
        others = counting.alone(
            (entry.event for entry in entries if entry.event in counting.OTHERS),
            in_force(now).smallest_printed - 1,
        )
        edition, cells = _write(quarter, asked, answered, others, now)
        Cell.objects.bulk_create(cells)
        Counted.objects.bulk_create(Counted(edition=edition, entry=entry) for entry in entries)
        return edition


def _matter(entry: Entry) -> Any:
    return entry.matter


def answer_of(entry: Entry, matter: Matter) -> Answered:
    """What is counted of the answer that this entry tells of."""
    filed = matter.instruments.filter(filed_at__lte=entry.at)
    accepted = filed.filter(accepted_at__lte=entry.at).order_by("accepted_at")
    paper = accepted.last() or filed.order_by("filed_at").last()
    type_id = "" if paper is None else paper.type or (paper.reading or {}).get("type") or "unknown"
    outcome = counting.OUTCOMES[entry.event]
    return Answered(
        agency_class=matter.requester_class,
        outcome=outcome,
        paper=counting.paper_kind(type_id),
        reason=_reason(entry, matter) if outcome == "refused" else "",
        days=max(0, (timezone.localdate(entry.at) - timezone.localdate(matter.received_at)).days),
    )


def _reason(entry: Entry, matter: Matter) -> str:
    """The first element that the letter of this refusal names; the letter follows in the same act."""
    letters = matter.letters.filter(template="refusal", entry__gt=entry.pk)
    named = letters.order_by("entry_id").values_list("missing", flat=True).first()
    return named[0] if named else counting.UNNAMED


def _write(
    quarter: Quarter,
    asked: list[Asked],
    answered: list[Answered],
    others: dict[counting.Key, Shown],
    now: dt.datetime,
) -> tuple[Edition, list[Cell]]:
    policy = in_force(now)
    arcs = [
        replace(arc, largest_small=policy.smallest_printed - 1) for arc in counting.cells(asked, answered)
    ]
    shown = cast("dict[counting.Key, Any]", suppress(arcs))
    checkpoint = proofs.open_latest()
    edition = Edition(
        year=quarter.year,
        quarter=quarter.number,
        origin=checkpoint.checkpoint.origin,
        size=checkpoint.checkpoint.size,
        root=checkpoint.checkpoint.root.hex(),
        note=checkpoint.whole,
        policy_version=policy.number,
        published_at=now,
    )
    cells = [
        Cell(edition=edition, table=table, row=row, column=column, **_printed(shown[table, row, column]))
        for table, row, column in (cast("counting.Key", arc.key) for arc in arcs)
    ]
    cells += [
        Cell(edition=edition, table=table, row=row, column=column, **_printed(value))
        for (table, row, column), value in others.items()
    ]
    middle = counting.medians(answered, shown)
    cells += [
        Cell(edition=edition, table=counting.DAYS, row=outcome, **_days(middle.get(outcome)))
        for outcome in counting.OUTCOMES.values()
    ]
    edition.sha256 = hashlib.sha256(canonical(document(edition, cells))).hexdigest()
    edition.entry = log.record(
        "register.published",
        actor=None,
        obj=("export", edition.sha256),
        facts={"counts": {"size": edition.size, "rows": len(cells)}},
    )
    edition.save(force_insert=True)
    return edition, cells


def _printed(shown: Any) -> dict[str, Any]:
    return {"value": shown, "mark": ""} if type(shown) is int else {"value": None, "mark": shown.value}


def _days(value: int | None) -> dict[str, Any]:
    """A middle number of days is no count of anybody: one to four days are no small cell."""
    return {"value": None, "mark": "none"} if value is None else {"value": value, "mark": ""}


def document(edition: Edition, cells: Iterable[Cell]) -> dict[str, Any]:
    """An edition as published: what its digest speaks of."""
    return {
        "format": 1,
        "period": f"{edition.year}-Q{edition.quarter}",
        "policy_version": edition.policy_version,
        "checkpoint": {"origin": edition.origin, "size": edition.size, "root": edition.root},
        "cells": [
            {
                "table": cell.table,
                "row": cell.row,
                "column": cell.column,
                "value": cell.value,
                "mark": cell.mark,
            }
            for cell in cells
        ],
    }
