"""On which days the city works and the court sits: tables of public holidays, and dated changes to them.

A change is a new version of a calendar and never an edit, so that each clock can say by which version
it was reckoned.
"""

from __future__ import annotations

import datetime as dt
import functools
from zoneinfo import ZoneInfo

import holidays as holiday_tables
from django.utils import timezone

from workflows.clocks import reckon
from workflows.clocks.kinds import CITY, COURT
from workflows.clocks.models import CalendarVersion
from workflows.lawbook import in_force

# The city keeps the state's holidays, a federal court those of the country.
_SUBDIVISION = {CITY: "NM", COURT: None}


@functools.cache
def _year(calendar: str, year: int) -> frozenset[dt.date]:
    return frozenset(holiday_tables.country_holidays("US", subdiv=_SUBDIVISION[calendar], years=year))


def current_version(calendar: str) -> CalendarVersion | None:
    """The newest version of the calendar; None while only the tables of holidays hold."""
    return CalendarVersion.objects.filter(calendar=calendar).order_by("version").last()


def closed_days(calendar: str, day: dt.date) -> frozenset[dt.date]:
    """Closed days, weekends aside, of the year of `day`, the one before and the one after, by the
    newest version of the calendar."""
    days = frozenset().union(*(_year(calendar, year) for year in (day.year - 1, day.year, day.year + 1)))
    version = current_version(calendar)
    if version is None:
        return days
    opened, closed = (
        frozenset(map(dt.date.fromisoformat, dates)) for dates in (version.opened, version.closed)
    )
    return (days - opened) | closed


def city_zone() -> ZoneInfo:
    """The time zone in which the city's days begin and end."""
    return ZoneInfo(timezone.get_default_timezone_name())


def same_day_due(now: dt.datetime) -> dt.date:
    """The date by which a same-day task is due: today before the cut-off, else the next business day."""
    local = timezone.localtime(now)
    return reckon.counting_day(local, closed_days(CITY, local.date()), in_force(now).cut_off)


def business_days_from(now: dt.datetime, count: int) -> dt.date:
    """The date `count` business days after `now`, in city time."""
    local = timezone.localtime(now)
    closed = closed_days(CITY, local.date())
    first = reckon.counting_day(local, closed, in_force(now).cut_off)
    return reckon.business_days_after(first, count, closed)
