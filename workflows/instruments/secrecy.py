"""What a court's order, or a seal, keeps from the people concerned (policy 7): reads only.

`is_notice_forbidden` is the one question that whoever sends a notice asks; the acts are in
`flow.secrecy`, which also wakes what was held once the answer changes.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from workflows.instruments.models import SecrecyOrder
from workflows.matters.access import is_sealed
from workflows.matters.models import Matter

ORDERED, SEALED = "nondisclosure_order", "sealed"


def orders_in_force(matter: Matter, now: dt.datetime) -> QuerySet[SecrecyOrder]:
    """The orders that forbid telling anybody now. One that names its last day ends with that day by
    itself; one that names none stands until counsel ends it, however long its review is overdue."""
    today = timezone.localdate(now)
    return matter.secrecy_orders.filter(ended_at__isnull=True).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    )


def is_notice_forbidden(matter: Matter, now: dt.datetime) -> str | None:
    """Why the people concerned may not be told of this matter now, as a code, or None: they may.

    For every outlet that tells them anything: notice, accounting, letter to a resident. Ask in the
    transaction in which it is sent, with the matter locked. `nondisclosure_order`: a court's order forbids
    it (policy 9.2). `sealed`: the matter is sealed (policy 7.2). A mere request for secrecy is neither.
    What is held is sent once this is None; that happens by the passing of a day too, with no act and no
    event, so ask again. `flow.secrecy.wake` then opens an officer's task `held_notices`.
    """
    if orders_in_force(matter, now).exists():
        return ORDERED
    return SEALED if is_sealed(matter, now) else None
