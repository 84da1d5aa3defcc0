"""The city's calendar: weekends and public holidays of the country and the state."""

from __future__ import annotations

import datetime as dt
import functools

import holidays as holiday_tables
from django.utils import timezone

from workflows.clocks import reckon


@functools.cache
def _year(year: int) -> frozenset[dt.date]:
    return frozenset(holiday_tables.country_holidays("US", subdiv="NM", years=year))


def city_holidays(day: dt.date) -> frozenset[dt.date]:
    """Holidays of the year of `day` and the one after."""
    return _year(day.year) | _year(day.year + 1)


def same_day_due(now: dt.datetime) -> dt.date:
    """The date by which a same-day task is due: today before 17:00, else the next business day."""
    local = timezone.localtime(now)
    return reckon.counting_day(local, city_holidays(local.date()))


def business_days_from(now: dt.datetime, count: int) -> dt.date:
    """The date `count` business days after `now`, in city time."""
    local = timezone.localtime(now)
    day = reckon.counting_day(local, city_holidays(local.date()))
    return reckon.business_days_after(day, count, city_holidays(day))
