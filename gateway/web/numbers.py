"""Pictures of the work: what waits and for how long, which dates come, what became of requests, how fast.

The desk sees numbers of its own matters alone; the auditor sees how the log grows. Nobody is compared with
anybody: decisions are counted for the desk as a whole.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import page, role_of
from gateway.web.ageing import OVER, ageing
from gateway.web.charts import Chart, lying
from workflows.audit import health, proofs
from workflows.audit.models import Entry
from workflows.clocks.kinds import clock_kinds
from workflows.clocks.models import Clock
from workflows.matters.access import visible_matters
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.roles import AUDITOR, DESK_ROLES
from workflows.records.models import Finding, Page

WEEKS = (
    ("over already", -3650, 0),
    ("within 7 days", 0, 7),
    ("8 to 14 days", 7, 14),
    ("15 to 30 days", 14, 30),
)
GROUPS = (
    ("open", ~Q(state__in=OVER)),
    ("delivered", Q(state="delivered") | Q(state="closed", releases__isnull=False)),
    ("refused", Q(state="refused")),
    (
        "taken back, or closed with nothing released",
        Q(state="withdrawn") | Q(state="closed", releases__isnull=True),
    ),
)
QUARTERS, PACE_DAYS, LOG_HOURS = 6, 14, 24


@page(roles=DESK_ROLES | {AUDITOR})
def numbers(request: HttpRequest) -> HttpResponseBase:
    """Show the pictures that are for this role."""
    now, context = timezone.now(), dict[str, Any](nav="numbers")
    if role_of(request) == AUDITOR:
        context |= {
            "charts": [proof_status(), log_growth(now)], "back": "web:log", "back_words": "Log",
            "lead": "What the log says of itself. What became of requests stands in the public register.",
        }  # fmt: skip
    else:
        seen = visible_matters(request.user)
        context |= {
            "charts": [
                ageing(seen, now), dates(seen, now), outcomes(seen, now), pages(seen), pace(seen, now),
            ],
            "back": "web:queue", "back_words": "Queue",
            "lead": "Of the matters that you see. A sealed matter of somebody else is in no number.",
        }  # fmt: skip
    return render(request, "staff/numbers.html", context)


def dates(seen: Any, now: dt.datetime) -> Chart:
    """Running clocks by when they end: a court's and the city's own on separate rows."""
    found: Counter[tuple[bool, int]] = Counter()
    last = now + dt.timedelta(days=WEEKS[-1][2])
    running = Clock.objects.filter(matter__in=seen, stopped_at__isnull=True, ends__lte=last)
    kinds = clock_kinds()
    for kind, ends in running.values_list("kind", "ends"):
        days = (ends - now).total_seconds() / 86400
        place = next(
            (n for n, (_, first, end) in enumerate(WEEKS) if first <= days < end), 0 if days < 0 else 3
        )
        found[kinds[kind].of_court, place] += 1
    rows = [
        (words, [found[court, place] for place in range(len(WEEKS))])
        for words, court in (("Dates of a court", True), ("The city's own dates", False))
    ]
    late, soon = found[True, 0] + found[False, 0], found[True, 1] + found[False, 1]
    reading = f"{soon} dates come within a week; {late} are over already."
    return lying("dates", "Dates of the next thirty days", reading, head="Whose",
                 series=[words for words, *_ in WEEKS], rows=rows)  # fmt: skip


def outcomes(seen: Any, now: dt.datetime) -> Chart:
    """Requests by the quarter they came in, and what has become of them."""
    rows = []
    for first, last, words in _quarters(timezone.localdate(now)):
        of_quarter = seen.filter(received_at__date__gte=first, received_at__date__lt=last)
        counts = of_quarter.aggregate(
            **{f"g{n}": Count("pk", filter=wanted, distinct=True) for n, (_, wanted) in enumerate(GROUPS)}
        )
        rows.append((words, [counts[f"g{n}"] for n in range(len(GROUPS))]))
    this = sum(rows[0][1])
    total = sum(sum(values) for _, values in rows)
    reading = f"{this} requests came this quarter, and {total} in {QUARTERS} quarters."
    return lying("outcomes", "What became of requests", reading, head="Quarter",
                 series=[words for words, _ in GROUPS], rows=rows)  # fmt: skip


def _quarters(today: dt.date) -> list[tuple[dt.date, dt.date, str]]:
    """First day, first day after, and name of the last quarters, this one first."""
    year, quarter, found = today.year, (today.month - 1) // 3, []
    for _ in range(QUARTERS):
        first = dt.date(year, quarter * 3 + 1, 1)
        last = dt.date(year + (quarter == 3), (quarter * 3 + 3) % 12 + 1, 1)
        found.append((first, last, f"{year}, quarter {quarter + 1}"))
        year, quarter = (year, quarter - 1) if quarter else (year - 1, 3)
    return found


def pages(seen: Any) -> Chart:
    """Pages of the records taken in, by kind of record, and how far a person has looked at them."""
    rows = []
    found = (
        Page.objects.filter(record__matter__in=seen)
        .values("record__record_class")
        .order_by()
        .annotate(all=Count("pk"), looked=Count("pk", filter=Q(seen_at__isnull=False)))
    )
    by_class = {row["record__record_class"]: row for row in found}
    for code, words in {**RECORD_CLASSES, "": "Kind not said"}.items():
        if code in by_class:
            row = by_class[code]
            rows.append((words, [row["looked"], row["all"] - row["looked"]]))
    total = sum(sum(values) for _, values in rows)
    reading = f"{total} pages were taken in; {sum(values[1] for _, values in rows)} were not looked at yet."
    return lying("pages", "Pages by kind of record", reading, head="Kind of record",
                 series=["looked at", "not yet"], rows=rows)  # fmt: skip


def pace(seen: Any, now: dt.datetime) -> Chart:
    """Decisions of the desk on each of the last days."""
    today = timezone.localdate(now)
    days = [today - dt.timedelta(days=back) for back in range(PACE_DAYS)]
    found = dict(
        Finding.objects.filter(record__matter__in=seen, decided_at__gte=now - dt.timedelta(days=PACE_DAYS))
        .annotate(day=TruncDate("decided_at"))
        .values_list("day")
        .order_by()
        .annotate(Count("pk"))
    )
    rows = [(f"{day:%b} {day.day}", [found.get(day, 0)]) for day in days]
    total, just = sum(found.values()), found.get(today, 0)
    reading = f"{total} findings were decided in {PACE_DAYS} days, {just} of them today."
    return lying("pace", "Decisions a day", reading, head="Day", series=["decided"], rows=rows)


def proof_status() -> Chart:
    """How far the entries of the log are proved: by a witness too, by the log's signature, not yet."""
    look = health.look()
    row = proofs.latest_checkpoint()
    witnessed = proofs.last_cosigned(row.incarnation) if row else None
    cosigned = min(witnessed.size, look.size) if witnessed else 0
    rows = [
        ("Sealed and cosigned", [cosigned]),
        ("Sealed by the log", [look.size - cosigned]),
        ("Waiting for a seal", [look.pending]),
    ]
    reading = (
        f"{look.size} entries are sealed, {cosigned} of them cosigned by a witness; {look.pending} wait."
    )
    return lying("proof", "Proof of the entries", reading, head="Proof", series=["entries"], rows=rows)


def log_growth(now: dt.datetime) -> Chart:
    """Entries of the log in each of the last hours."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    starts = [hour - dt.timedelta(hours=back) for back in range(LOG_HOURS)]
    counts = Entry.objects.filter(at__gte=starts[-1]).aggregate(
        **{
            f"h{n}": Count("pk", filter=Q(at__gte=start, at__lt=start + dt.timedelta(hours=1)))
            for n, start in enumerate(starts)
        }
    )
    rows = [(f"{timezone.localtime(start):%H:%M}", [counts[f"h{n}"]]) for n, start in enumerate(starts)]
    reading = f"{sum(counts.values())} entries in {LOG_HOURS} hours, {counts['h0']} since {rows[0][0]}."
    return lying("log", "Entries an hour", reading, head="From", series=["entries"], rows=rows)


urlpatterns = [path("numbers/", numbers, name="numbers")]
