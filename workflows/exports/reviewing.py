"""How the log was looked after in a period: flags and what became of them, samples, signed weeks."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q
from django.utils import timezone

from workflows.audit import flags, sampling, weeks
from workflows.audit.models import Flag, Sample
from workflows.exports.parts import Picture, Table
from workflows.exports.periods import Period
from workflows.transparency import charts

PARTS = (("released", "Closed by two auditors"), ("refused", "Open"))


def tables(period: Period, now: dt.datetime) -> tuple[Table, ...]:
    """Flags by kind, the samples of its months, the weeks that ended in it."""
    return (_flags(period), _samples(period, now), _weeks(period, now))


def pictures(period: Period) -> tuple[Picture, ...]:
    """The flags raised in each month of the period: closed and open. None where none was raised."""
    months = [Period(period.year, period.month + n) for n in range(period.months)]
    raised = [(f"{dt.date(one.year, one.month, 1):%B}", *_counted(one)) for one in months]
    if not any(closed or still_open for _, closed, still_open in raised):
        return ()
    bars = [
        (name, [(part, number, "", f"{words}: {number}") for (part, words), number in zip(
            PARTS, numbers, strict=True)])
        for name, *numbers in raised
    ]  # fmt: skip
    said = "; ".join(f"{name}: {closed} closed, {still_open} open" for name, closed, still_open in raised)
    return (Picture("Flags raised, and what became of them", charts.stacked(bars), PARTS, said),)


def _counted(period: Period) -> tuple[int, int]:
    raised = Flag.objects.filter(at__gte=period.begins, at__lt=period.ends)
    closed = raised.filter(disposed_at__isnull=False).count()
    return closed, raised.count() - closed


def _flags(period: Period) -> Table:
    """Flags that were raised in the period, by kind, and how many of them are closed."""
    raised = Flag.objects.filter(at__gte=period.begins, at__lt=period.ends).order_by("code").values("code")
    rows = raised.annotate(
        number=Count("pk"), closed=Count("pk", filter=Q(disposed_at__isnull=False))
    ).values_list("code", "number", "closed")
    return Table(
        "Flags of the log", ("Kind", "Raised", "Closed", "Open"),
        tuple(
            (flags.SAYS.get(code, code), str(number), str(closed), str(number - closed))
            for code, number, closed in rows
        ),
        "What a person must look at. Raised while entries are sealed; closed by two auditors.",
    )  # fmt: skip


def _samples(period: Period, now: dt.datetime) -> Table:
    """The months of the period that are over: what was drawn of their releases, and what was found."""
    begins, ends = (timezone.localdate(one) for one in (period.begins, period.ends))
    months = sorted(one for one in sampling.months(timezone.localdate(now)) if begins <= one < ends)
    drawn = {row.month: row for row in Sample.objects.filter(month__in=months)}
    return Table(
        "Samples of releases",
        ("Month", "Releases", "Drawn", "Checked", "With a fault", "Share with a fault, at most"),
        tuple(_sample(month, drawn.get(month)) for month in months),
        "Drawn by a seed that nobody chooses. The last column is what the checked ones allow to be said of "
        "all releases of the month, by the bound of Clopper and Pearson.",
    )  # fmt: skip


def _sample(month: dt.date, row: Sample | None) -> tuple[str, ...]:
    name = f"{month:%B %Y}"
    if row is None:
        return (name, "", "not drawn", "", "", "")
    said, drawn = sampling.estimate([row]), row.drawn.count()
    bound = f"{said.share_percent} %, all checked" if said.complete else f"{said.upper_percent} %"
    numbers = map(str, (row.releases, drawn, said.checked, said.faulty))
    return (name, *numbers, bound if said.checked else "")


def _weeks(period: Period, now: dt.datetime) -> Table:
    """The weeks that ended in the period, with who missed what: a week that nobody signs stays visible."""
    found = weeks.ended_between(period.begins, period.ends, now)
    return Table(
        "Weeks reviewed", ("Week", "Reviewed", "Open flags then", "Entries signed then"),
        tuple(_week(one) for one in found),
        "Each week an auditor looks through flags, samples and the log, and signs.",
    )  # fmt: skip


def _week(one: weeks.Week) -> tuple[str, ...]:
    name = f"{one.monday:%B} {one.monday.day} to {one.sunday:%B} {one.sunday.day}"
    if one.signed is None:
        return (name, "missed" if one.late else "not yet", "", "")
    said = f"{timezone.localtime(one.signed.at):%Y-%m-%d}{', late' if one.late else ''}"
    return (name, said, str(one.signed.open_flags), str(one.signed.size))
