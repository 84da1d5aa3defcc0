"""Thirty days of clocks as a picture, drawn by `partials/strip.html`: the courts' line and the city's own.

A mark stands where clocks end, with their number; days on which the city's clocks stood still are hatched.
Picture, sentence and table come from the same clocks. Days are those of the city's time zone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from workflows.clocks.models import Clock

DAYS, BEFORE = 30, 5  # of the strip; of them before today
AHEAD = DAYS - BEFORE - 1  # whole days after today
LEFT, DAY = 0.0, 100.0 / DAYS  # sideways in hundredths of the width that there is
TOP, ROW = 34.0, 48.0
LINES = ((True, "Courts"), (False, "Our own"))


@dataclass(frozen=True, slots=True)
class Tick:
    """A day that is named above the lines: where its middle lies, and its name."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Clocks of one line that end on one day: where, how many, whether their time is over."""

    x: float
    count: int
    run_out: bool
    says: str


@dataclass(frozen=True, slots=True)
class Still:
    """Days in which a clock stood still."""

    x: float
    width: float
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """One of the two lines: its name, its middle, what lies on it."""

    name: str
    y: float
    marks: tuple[Mark, ...]
    stills: tuple[Still, ...]

    @property
    def text_y(self) -> float:
        """The base line of its name, which stands above it."""
        return self.y - 16

    @property
    def still_y(self) -> float:
        """Where the hatched days begin."""
        return self.y - 7


@dataclass(frozen=True, slots=True)
class Strip:
    """A whole picture. `reading` says in a sentence what is seen; `clocks` are its table, the nearest first,
    each with whether it has run out."""

    reading: str
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    clocks: tuple[tuple[Clock, bool], ...]
    several: bool  # matters: then the table names them

    height: float = TOP + ROW * len(LINES)
    today_height: float = TOP + ROW * len(LINES) - 22.0
    today_x: float = LEFT + BEFORE * DAY
    day: float = DAY


def strip(clocks: Iterable[Clock], now: dt.datetime, *, several: bool = False) -> Strip | None:
    """The strip of running clocks, their pauses at hand; None where none of them has anything in it.
    `several` when they are of more than one matter."""
    today = timezone.localtime(now).date()
    last = today + dt.timedelta(days=AHEAD)
    shown = sorted((clock for clock in clocks if _day(clock.ends) <= last), key=lambda one: one.ends)
    if not shown:
        return None
    lines = tuple(
        Line(
            name,
            TOP + number * ROW + ROW - 14,
            tuple(_marks([clock for clock in shown if clock.of_court == of_court], today, now)),
            tuple(_stills([clock for clock in shown if clock.of_court == of_court], today, now)),
        )
        for number, (of_court, name) in enumerate(LINES)
    )
    days = [today + dt.timedelta(days=number - BEFORE) for number in range(2, DAYS - 2)]  # names have room
    named = [day for day in days if day == today or (day.weekday() == 0 and abs((day - today).days) > 4)]
    ticks = [Tick(_middle(day, today), "Today" if day == today else date_format(day, "M j")) for day in named]
    table = tuple((clock, clock.ends < now) for clock in shown)
    return Strip(_reading(table), tuple(ticks), lines, table, several)


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localtime(moment).date()


def _middle(day: dt.date, today: dt.date) -> float:
    """Where a day's middle lies; what was over before the strip begins stands on its first day."""
    return LEFT + DAY * (max(0, (day - today).days + BEFORE) + 0.5)


def _marks(clocks: Sequence[Clock], today: dt.date, now: dt.datetime) -> Iterable[Mark]:
    """A mark for each day of one line; on one day, what has run out and what has not are two."""
    ending: dict[tuple[float, bool], list[Clock]] = defaultdict(list)
    for clock in clocks:
        ending[_middle(_day(clock.ends), today), clock.ends < now].append(clock)
    for (x, run_out), several in sorted(ending.items()):
        names = "; ".join(f"{clock.title}, {date_format(_day(clock.ends), 'M j')}" for clock in several)
        yield Mark(x, len(several), run_out, f"{names}{': run out' if run_out else ''}")


def _stills(clocks: Sequence[Clock], today: dt.date, now: dt.datetime) -> Iterable[Still]:
    """The days of one line on which one of its clocks stood still, up to now."""
    first = today - dt.timedelta(days=BEFORE)
    days = {
        day
        for clock in clocks
        for pause in clock.pauses.all()
        for day in _days(max(first, _day(pause.started_at)), _day(pause.ended_at or now))
    }
    for day in sorted(days):
        x = LEFT + DAY * ((day - first).days)
        yield Still(x, DAY, f"{date_format(day, 'M j')}: stood still")


def _days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    return (first + dt.timedelta(days=number) for number in range((last - first).days + 1))


def _reading(clocks: Sequence[tuple[Clock, bool]]) -> str:
    """What the picture shows, in words."""
    over = sum(run_out for _, run_out in clocks)
    ahead = [clock for clock, run_out in clocks if not run_out]
    court = sum(clock.of_court for clock in ahead)
    said = [f"Ends in the next {AHEAD} days: {court} of courts, {len(ahead) - court} of our own."]
    if ahead:
        said.append(f"The nearest: {ahead[0].title}, {date_format(_day(ahead[0].ends), 'M j')}.")
    if over:
        said.append(f"Run out: {over}.")
    return " ".join(said)
