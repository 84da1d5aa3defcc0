"""Date arithmetic of the city's clocks. Pure: closed days come in as a set of dates.

After 17:00 local time, or the hour that policy sets instead, an act counts as done on the next business
day (workflow.md 4.4). Calendar
days are counted as Fed. R. Civ. P. 6(a) counts them: the day of the event is left out, every day
counts, and a last day on which the court is closed moves on, or back when counting backwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Set
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

CUT_OFF = dt.time(17, 0)
END_OF_DAY = dt.time(23, 59, 59)
_DAY = dt.timedelta(days=1)


class Mode(StrEnum):
    """How a clock counts."""

    HOURS = "hours"
    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood still; `end` is None while it still does."""

    start: dt.datetime
    end: dt.datetime | None


def is_business_day(day: dt.date, holidays: Set[dt.date]) -> bool:
    """True from Monday to Friday, holidays aside."""
    return day.weekday() < 5 and day not in holidays


def next_business_day(day: dt.date, holidays: Set[dt.date]) -> dt.date:
    """The day itself when it is a business day, else the first one after it."""
    while not is_business_day(day, holidays):
        day += _DAY
    return day


def business_day_before(day: dt.date, holidays: Set[dt.date]) -> dt.date:
    """The day itself when it is a business day, else the last one before it."""
    while not is_business_day(day, holidays):
        day -= _DAY
    return day


def business_days_after(day: dt.date, count: int, holidays: Set[dt.date]) -> dt.date:
    """The business day that is `count` business days after `day`; `count` is not negative."""
    day = next_business_day(day, holidays)
    for _ in range(count):
        day = next_business_day(day + _DAY, holidays)
    return day


def counting_day(local: dt.datetime, holidays: Set[dt.date], cut_off: dt.time = CUT_OFF) -> dt.date:
    """The business day on which something that happened at this local time counts."""
    late = local.time() >= cut_off
    return next_business_day(local.date() + dt.timedelta(days=int(late)), holidays)


def due(
    start: dt.datetime,
    amount: int,
    mode: Mode,
    *,
    zone: ZoneInfo,
    holidays: Set[dt.date],
    pauses: Iterable[Pause] = (),
    now: dt.datetime,
    cut_off: dt.time = CUT_OFF,
) -> dt.datetime:
    """The moment at which a clock ends that began at `start` (aware), in UTC.

    `amount` is in the unit of the mode; a negative one counts backwards and knows no pauses. A pause
    that has not ended lasts until `now`: the end it gives is the earliest there can be. Hours are
    real hours, so that a night in which the wall clock is set back is an hour longer.
    """
    stops = sorted((pause.start, pause.end or max(now, pause.start)) for pause in pauses)
    if mode is Mode.HOURS:
        return _after_hours(start.astimezone(dt.UTC), dt.timedelta(hours=amount), stops)
    if amount < 0:
        day, time = _backwards(start.astimezone(zone).date(), amount, mode, holidays, cut_off)
    else:
        day, time = _forwards(start.astimezone(zone), amount, mode, holidays, stops, cut_off)
    return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)


def _after_hours(
    start: dt.datetime, left: dt.timedelta, stops: list[tuple[dt.datetime, dt.datetime]]
) -> dt.datetime:
    at = start
    for begins, ends in stops:
        if ends <= at:
            continue
        if begins - at >= left:
            break
        left -= max(begins - at, dt.timedelta())
        at = ends
    return (at + left).astimezone(dt.UTC)


def _backwards(
    day: dt.date, amount: int, mode: Mode, holidays: Set[dt.date], cut_off: dt.time
) -> tuple[dt.date, dt.time]:
    """The last moment at which an act is `-amount` days before `day`."""
    if mode is Mode.CALENDAR_DAYS:
        return business_day_before(day + dt.timedelta(days=amount), holidays), END_OF_DAY
    for _ in range(-amount):
        day = business_day_before(day - _DAY, holidays)
    return day, cut_off


def _forwards(
    local: dt.datetime,
    amount: int,
    mode: Mode,
    holidays: Set[dt.date],
    stops: list[tuple[dt.datetime, dt.datetime]],
    cut_off: dt.time,
) -> tuple[dt.date, dt.time]:
    business = mode is Mode.BUSINESS_DAYS
    closes = cut_off if business else END_OF_DAY
    day = counting_day(local, holidays, cut_off) if business else local.date()
    zone = local.tzinfo

    def stands(one: dt.date) -> bool:
        """A day counts if the clock runs at its end."""
        end = dt.datetime.combine(one, closes, zone)
        return any(begins <= end < ends for begins, ends in stops)

    while business and stands(day):  # an act made during a pause counts when the pause is over
        day = next_business_day(day + _DAY, holidays)
    left = amount
    while left:
        day = next_business_day(day + _DAY, holidays) if business else day + _DAY
        left -= not stands(day)
    while not is_business_day(day, holidays):
        day += _DAY
    return day, closes
