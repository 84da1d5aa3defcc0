"""Date arithmetic of the city's clocks. Pure: holidays come in as a set of dates.

After 17:00 local time an act counts as done on the next business day (workflow.md 4.4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Set

CUT_OFF = dt.time(17, 0)


def is_business_day(day: dt.date, holidays: Set[dt.date]) -> bool:
    """True from Monday to Friday, holidays aside."""
    return day.weekday() < 5 and day not in holidays


def next_business_day(day: dt.date, holidays: Set[dt.date]) -> dt.date:
    """The day itself when it is a business day, else the first one after it."""
    while not is_business_day(day, holidays):
        day += dt.timedelta(days=1)
    return day


def business_days_after(day: dt.date, count: int, holidays: Set[dt.date]) -> dt.date:
    """The business day that is `count` business days after `day`; `count` is not negative."""
    day = next_business_day(day, holidays)
    for _ in range(count):
        day = next_business_day(day + dt.timedelta(days=1), holidays)
    return day


def counting_day(local: dt.datetime, holidays: Set[dt.date]) -> dt.date:
    """The business day on which something that happened at this local time counts."""
    late = local.time() >= CUT_OFF
    return next_business_day(local.date() + dt.timedelta(days=int(late)), holidays)
