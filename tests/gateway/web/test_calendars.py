"""The administrator's page of calendars: a day that is closed moves every clock that counts by it."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.clocks.calendar import closed_days
from workflows.clocks.kinds import CITY, COURT
from workflows.clocks.models import CalendarVersion, Clock
from workflows.flow.searching import open_search

PAGE, CHANGE = "web:calendars", "web:change_calendar"


def typed(calendar: str, closed: str = "", opened: str = "") -> dict[str, str]:
    return {f"{calendar}-calendar": calendar, f"{calendar}-closed": closed, f"{calendar}-opened": opened}


def next_working_day() -> dt.date:
    day = timezone.localdate() + dt.timedelta(days=1)
    while day.weekday() > 4 or day in closed_days(CITY, day):
        day += dt.timedelta(days=1)
    return day


def test_a_closed_day_is_a_version_and_moves_the_clocks_of_the_city_alone(
    city: factories.City, as_person: SignedIn
) -> None:
    matter = factories.to_collecting(city)
    open_search(matter.pk, "Archive", actor=city.officer)
    clock = Clock.objects.get(matter=matter, kind="search")
    before, day = clock.ends, next_working_day()
    admin = as_person("admin")
    assert "nothing was changed yet" in admin.get(reverse(PAGE)).content.decode()

    answer = admin.post(reverse(CHANGE), typed(CITY, closed=f" {day.isoformat()} \n\n{day.isoformat()}"))

    assert answer["Location"] == reverse(PAGE)
    made = CalendarVersion.objects.get()
    assert (made.calendar, made.version, made.closed, made.opened) == (CITY, 1, [day.isoformat()], [])
    clock.refresh_from_db()
    assert clock.ends > before and clock.calendar_version == 1
    assert day in closed_days(CITY, day) and day not in closed_days(COURT, day)
    text = admin.get(reverse(PAGE)).content.decode()
    assert "Version 1, since" in text and day.isoformat() in text  # and the next change begins from it


def test_what_is_no_day_or_both_is_said_and_changes_nothing(
    city: factories.City, as_person: SignedIn
) -> None:
    admin = as_person("admin")
    for closed, opened, sentence in (
        ("2026-12-24\n24 December", "", "Line 2 is no day"),
        ("2026-02-30", "", "Line 1 is no day"),
        ("2026-12-24", "2026-12-24", "either closed or open"),
    ):
        answer = admin.post(reverse(CHANGE), typed(COURT, closed, opened))
        assert answer.status_code == 422 and sentence in answer.content.decode()
        assert closed.split("\n")[0] in answer.content.decode()  # what was typed is still there
    assert not CalendarVersion.objects.exists()


def test_only_an_administrator_changes_a_calendar(city: factories.City, as_person: SignedIn) -> None:
    for who in ("officer", "counsel", "auditor"):
        assert as_person(who).post(reverse(CHANGE), typed(CITY, "2026-12-24")).status_code == 404
    assert not CalendarVersion.objects.exists()
