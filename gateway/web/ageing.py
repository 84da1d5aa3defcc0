"""How long open matters have waited, by the stage in which they are: the picture of queue and numbers.

Their age is that of the queue's last column, read without another table, so that a long queue stays quick.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet

from gateway.web.charts import Chart, lying
from workflows.matters.models import Matter, Task
from workflows.matters.states import TITLES, State

BANDS = (("up to 7 days", 0, 7), ("8 to 30", 7, 30), ("31 to 90", 30, 90), ("over 90", 90, 100_000))
OVER = (State.DELIVERED.value, State.REFUSED.value, State.WITHDRAWN.value, State.CLOSED.value)


def is_open() -> Q:
    """What the queue calls open. A task that is not done keeps its matter in sight whatever its state: an
    order that is filed after the answer would be missed otherwise."""
    return ~Q(state__in=OVER) | Q(pk__in=Task.objects.filter(done_at__isnull=True).values("matter"))


def ageing(seen: QuerySet[Matter], now: dt.datetime) -> Chart:
    """Open matters by stage, in four bands of age since their receipt."""
    counts = {
        f"b{place}": Count(
            "pk",
            filter=Q(
                received_at__lte=now - dt.timedelta(days=young),
                received_at__gt=now - dt.timedelta(days=old),
            ),
        )
        for place, (_, young, old) in enumerate(BANDS)
    }
    found: dict[str, Any] = {
        row["state"]: row for row in seen.filter(is_open()).values("state").order_by().annotate(**counts)
    }
    rows = [
        (TITLES[state], [found[state.value][f"b{place}"] for place in range(len(BANDS))])
        for state in State
        if state.value in found
    ]
    return lying("ageing", "What waits, and for how long", _reading(rows), head="Stage",
                 series=[words for words, *_ in BANDS], rows=rows)  # fmt: skip


def _reading(rows: list[tuple[str, list[int]]]) -> str:
    every = sum(sum(values) for _, values in rows)
    if not every:
        return "No open matters."
    old = sum(values[-1] for _, values in rows)
    most, values = max(rows, key=lambda row: (sum(row[1][2:]), sum(row[1])))
    said = f"{every} {'matter is' if every == 1 else 'matters are'} open; "
    said += f"{old} of them came more than 90 days ago."
    if sum(values[2:]):
        said += f" Of those that have waited for more than 30 days, most stand in: {most}."
    return said
