"""Business days: weekends and holidays do not count, and after 17:00 it is tomorrow."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.clocks import reckon
from workflows.clocks.calendar import business_days_from, closed_days, same_day_due
from workflows.clocks.kinds import CITY

DENVER = ZoneInfo("America/Denver")
THANKSGIVING = dt.date(2026, 11, 26)
JULY_4 = dt.date(2026, 7, 3)  # the fourth is a Saturday and is kept on the Friday
HOLIDAYS = frozenset({THANKSGIVING, JULY_4})
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))
FEW_HOLIDAYS = st.frozensets(DAYS, max_size=30)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    "asked, business",
    [
        ("2026-11-25", True), ("2026-11-26", False), ("2026-11-27", True), ("2026-11-28", False),
        ("2026-11-29", False), ("2026-11-30", True), ("2026-07-03", False),
    ],
)  # fmt: skip
def test_weekends_and_holidays_are_no_business_days(asked, business):
    assert reckon.is_business_day(day(asked), HOLIDAYS) is business


@pytest.mark.parametrize(
    "start, count, end",
    [
        ("2026-11-24", 0, "2026-11-24"), ("2026-11-24", 1, "2026-11-25"), ("2026-11-24", 2, "2026-11-27"),
        ("2026-11-24", 3, "2026-11-30"), ("2026-11-28", 0, "2026-11-30"), ("2026-11-28", 1, "2026-12-01"),
        ("2026-11-26", 1, "2026-11-30"),
    ],
)  # fmt: skip
def test_counting_skips_what_does_not_count(start, count, end):
    assert reckon.business_days_after(day(start), count, HOLIDAYS) == day(end)


@pytest.mark.parametrize(
    "at, counts",
    [
        ("2026-11-24T00:00", "2026-11-24"), ("2026-11-24T16:59:59", "2026-11-24"),
        ("2026-11-24T17:00:01", "2026-11-25"), ("2026-11-25T23:59", "2026-11-27"),
        ("2026-11-27T18:00", "2026-11-30"), ("2026-11-28T09:00", "2026-11-30"),
        ("2026-07-02T18:00", "2026-07-06"),
    ],
)  # fmt: skip
def test_after_five_in_the_city_it_is_the_next_business_day(at, counts):
    local = dt.datetime.fromisoformat(at).replace(tzinfo=DENVER)
    assert reckon.counting_day(local, HOLIDAYS) == day(counts)


@given(start=DAYS, count=st.integers(0, 60), holidays=FEW_HOLIDAYS)
def test_exactly_so_many_business_days_lie_between(start, count, holidays):
    first = reckon.next_business_day(start, holidays)
    end = reckon.business_days_after(start, count, holidays)
    between = (first + dt.timedelta(days=n) for n in range(1, (end - first).days + 1))

    assert reckon.is_business_day(end, holidays)
    assert sum(reckon.is_business_day(each, holidays) for each in between) == count


@given(start=DAYS, count=st.integers(0, 30), holidays=FEW_HOLIDAYS, more=DAYS)
def test_a_new_holiday_never_brings_a_date_forward(start, count, holidays, more):
    before = reckon.business_days_after(start, count, holidays)
    assert reckon.business_days_after(start, count, holidays | {more}) >= before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "at_utc, due",
    [
        ("2026-11-25T23:59:00", "2026-11-25"),  # 16:59 in Denver, the day before Thanksgiving
        # 17:01 the same day: nor does the Friday count, on which New Mexico keeps Presidents' Day
        ("2026-11-26T00:01:00", "2026-11-30"),
        ("2026-07-02T22:59:00", "2026-07-02"),  # 16:59 in summer time
        ("2026-07-02T23:01:00", "2026-07-06"),
        ("2026-12-31T20:00:00", "2026-12-31"),
        ("2027-01-01T20:00:00", "2027-01-04"),
    ],
)
def test_a_same_day_task_is_due_by_the_citys_clock_and_calendar(at_utc, due, settings):
    settings.TIME_ZONE = "America/Denver"
    assert same_day_due(dt.datetime.fromisoformat(at_utc).replace(tzinfo=dt.UTC)) == day(due)


@pytest.mark.django_db
def test_business_days_run_over_the_turn_of_the_year():
    now = dt.datetime(2026, 12, 30, 18, tzinfo=dt.UTC)
    assert business_days_from(now, 3) == day("2027-01-05")
    assert {day("2026-12-25"), day("2027-01-01")} <= closed_days(CITY, day("2026-12-30"))
