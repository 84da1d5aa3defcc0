"""When a clock ends: worked examples for the three ways of counting, pauses, summer time, and the laws."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.clocks.kinds import clock_kinds
from workflows.clocks.reckon import Mode, Pause, due

DENVER = ZoneInfo("America/Denver")
CLOSED = frozenset(
    map(dt.date.fromisoformat, ("2026-07-03", "2026-11-26", "2026-11-27", "2026-12-25", "2027-01-01"))
)
NOW = dt.datetime(2026, 12, 1, 18, tzinfo=dt.UTC)


def at(text: str) -> dt.datetime:
    """A time as the clock on the city hall shows it."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=DENVER)


def ends(start, amount, mode, pauses=(), now=NOW):
    """The end in city time, without the zone."""
    spans = [Pause(at(a), at(b) if b else None) for a, b in pauses]
    end = due(at(start), amount, Mode(mode), zone=DENVER, holidays=CLOSED, pauses=spans, now=now)
    assert end.tzinfo is dt.UTC
    return end.astimezone(DENVER).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    "start, amount, end",
    [
        ("2026-11-23T09:00", 0, "2026-11-23T17:00"),
        ("2026-11-23T09:00", 1, "2026-11-24T17:00"),
        ("2026-11-23T17:00", 1, "2026-11-25T17:00"),  # five o'clock is tomorrow
        ("2026-11-25T16:59", 1, "2026-11-30T17:00"),  # Thanksgiving, the Friday after it, a weekend
        ("2026-11-28T12:00", 0, "2026-11-30T17:00"),
        ("2026-07-02T18:00", 5, "2026-07-13T17:00"),  # the fourth is kept on the third
        ("2026-12-31T10:00", 2, "2027-01-05T17:00"),
        ("2028-02-28T10:00", 1, "2028-02-29T17:00"),
    ],
)  # fmt: skip
def test_business_days(start, amount, end):
    assert ends(start, amount, "business_days") == end


@pytest.mark.parametrize(
    "start, amount, end",
    [
        ("2026-11-02T09:00", 14, "2026-11-16T23:59"),
        ("2026-11-02T22:00", 14, "2026-11-16T23:59"),  # the day of the event is left out, whatever the hour
        ("2026-11-12T09:00", 14, "2026-11-30T23:59"),  # ends on Thanksgiving: moves on past the weekend
        ("2026-11-07T09:00", 14, "2026-11-23T23:59"),  # ends on a Saturday
        ("2026-10-03T09:00", 90, "2027-01-04T23:59"),  # ends on New Year's Day, a Friday
        ("2028-02-15T09:00", 14, "2028-02-29T23:59"),
        ("2027-02-15T09:00", 14, "2027-03-01T23:59"),
    ],
)  # fmt: skip
def test_calendar_days_as_rule_6_counts_them(start, amount, end):
    assert ends(start, amount, "calendar_days") == end


@pytest.mark.parametrize(
    "start, amount, end",
    [
        ("2026-11-02T09:30", 24, "2026-11-03T09:30"),
        ("2026-10-31T12:00", 24, "2026-11-01T11:00"),  # the night in which the wall clock is set back
        ("2027-03-13T12:00", 24, "2027-03-14T13:00"),  # and forward
        ("2026-11-25T20:00", 48, "2026-11-27T20:00"),  # hours know no holidays
    ],
)  # fmt: skip
def test_hours_pass_as_they_pass(start, amount, end):
    assert ends(start, amount, "hours") == end


@pytest.mark.parametrize(
    "start, amount, mode, end",
    [
        ("2026-12-14T09:00", -10, "business_days", "2026-11-30T17:00"),
        ("2026-12-07T09:00", -10, "business_days", "2026-11-19T17:00"),  # back over Thanksgiving
        ("2026-12-05T09:00", -1, "business_days", "2026-12-04T17:00"),
        ("2026-12-12T09:00", -14, "calendar_days", "2026-11-25T23:59"),  # a closed day moves back, not on
    ],
)  # fmt: skip
def test_counting_backwards(start, amount, mode, end):
    assert ends(start, amount, mode) == end


@pytest.mark.parametrize(
    "amount, mode, pauses, end",
    [
        (5, "business_days", [], "2026-11-09T17:00"),
        (5, "business_days", [("2026-11-03T09:00", "2026-11-05T09:00")], "2026-11-11T17:00"),
        (5, "business_days", [("2026-11-03T18:00", "2026-11-04T09:00")], "2026-11-09T17:00"),  # only a night
        (5, "business_days",
         [("2026-11-03T09:00", "2026-11-04T12:00"), ("2026-11-06T10:00", "2026-11-07T10:00")],
         "2026-11-11T17:00"),
        (5, "business_days",  # two stays that overlap do not count twice
         [("2026-11-03T09:00", "2026-11-05T09:00"), ("2026-11-04T09:00", "2026-11-06T09:00")],
         "2026-11-12T17:00"),
        (24, "hours", [("2026-11-02T12:00", "2026-11-02T18:00")], "2026-11-03T15:00"),
        (24, "hours", [("2026-11-02T12:00", "2026-11-02T18:00"), ("2026-11-02T15:00", "2026-11-02T20:00")],
         "2026-11-03T17:00"),
        (24, "hours", [("2026-11-01T12:00", "2026-11-02T10:00")], "2026-11-03T10:00"),  # began before it
        (24, "hours", [("2026-11-05T12:00", "2026-11-06T10:00")], "2026-11-03T09:00"),  # began after its end
        (10, "calendar_days", [("2026-11-03T09:00", "2026-11-05T09:00")], "2026-11-16T23:59"),
    ],
)  # fmt: skip
def test_a_pause_moves_the_end_by_the_days_it_took(amount, mode, pauses, end):
    assert ends("2026-11-02T09:00", amount, mode, pauses) == end


def test_a_pause_that_has_not_ended_gives_the_earliest_end_there_can_be():
    now = at("2026-11-05T09:00")
    assert (
        ends("2026-11-02T09:00", 5, "business_days", [("2026-11-03T09:00", None)], now) == "2026-11-11T17:00"
    )


STARTS = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2030, 1, 1)).map(
    lambda one: one.replace(tzinfo=DENVER)
)
SPANS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 200)), max_size=4)


@given(start=STARTS, amount=st.integers(0, 90), mode=st.sampled_from(Mode), spans=SPANS)
def test_a_pause_never_brings_an_end_forward_and_more_days_never_end_sooner(start, amount, mode, spans):
    hour = dt.timedelta(hours=1)
    pauses = [Pause(start + hour * a, start + hour * (a + b)) for a, b in spans]
    later = NOW + dt.timedelta(days=3650)

    def end(count, stops):
        return due(start, count, mode, zone=DENVER, holidays=CLOSED, pauses=stops, now=later)

    assert end(amount, ()) <= end(amount, pauses) <= end(amount + 1, pauses)
    assert end(amount, pauses) == end(amount, reversed(pauses))


@given(
    start=STARTS, amount=st.integers(1, 60), mode=st.sampled_from([Mode.BUSINESS_DAYS, Mode.CALENDAR_DAYS])
)
def test_no_clock_ends_on_a_closed_day(start, amount, mode):
    for count in (amount, -amount):
        day = due(start, count, mode, zone=DENVER, holidays=CLOSED, now=NOW).astimezone(DENVER).date()
        assert day.weekday() < 5 and day not in CLOSED


def test_the_kinds_of_the_design_are_there_and_no_clock_of_a_court_can_be_stopped():
    kinds = clock_kinds()
    assert set(kinds) >= {
        "acknowledgement", "counsel_same_day", "return", "execute_by", "comply_by", "objection",
        "notice_before", "notice_after", "exigent_review", "exigent_follow_up", "secrecy_review",
        "preservation", "recall",
    }  # fmt: skip
    assert not [kind.id for kind in kinds.values() if kind.of_court and kind.tolls]
    assert (kinds["exigent_review"].mode, kinds["exigent_review"].amount) == (Mode.HOURS, 24)
    assert (kinds["notice_before"].amount, kinds["notice_after"].amount) == (-10, 5)
