"""The administrators' page of calendars: one proposes a day, another one agrees, and every clock that counts
by the calendar moves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from gateway.accounts.models import Person
from tests import factories
from tests.gateway.web.conftest import SignedIn, signed_in
from workflows.audit.models import Entry
from workflows.clocks.calendar import closed_days
from workflows.clocks.kinds import CITY, COURT
from workflows.clocks.models import CalendarProposal, CalendarVersion, Clock
from workflows.flow.searching import open_search

PAGE, PROPOSE = "web:calendars", "web:propose_calendar"


def typed(calendar: str, closed: str = "", opened: str = "") -> dict[str, str]:
    return {f"{calendar}-calendar": calendar, f"{calendar}-closed": closed, f"{calendar}-opened": opened}


def next_working_day() -> dt.date:
    day = timezone.localdate() + dt.timedelta(days=1)
    while day.weekday() > 4 or day in closed_days(CITY, day):
        day += dt.timedelta(days=1)
    return day


@pytest.fixture
def admin2(city: factories.City) -> Person:
    return Person.objects.create_user("a2@city.test", factories.PASSWORD, name="A2", role="administrator")


def answer_to(address: str) -> str:
    return reverse(f"web:{address}_calendar", args=[CalendarProposal.objects.get(settled_at=None).pk])


def test_a_closed_day_moves_the_clocks_of_the_city_alone_once_another_administrator_agrees(
    city: factories.City, as_person: SignedIn, admin2: Person
) -> None:
    matter = factories.to_collecting(city)
    open_search(matter.pk, "Archive", actor=city.officer)
    clock = Clock.objects.get(matter=matter, kind="search")
    before, day = clock.ends, next_working_day()
    admin = as_person("admin")
    assert "nothing was changed yet" in admin.get(reverse(PAGE)).content.decode()

    answer = admin.post(reverse(PROPOSE), typed(CITY, closed=f" {day.isoformat()} \n\n{day.isoformat()}"))

    assert answer["Location"] == reverse(PAGE)
    own = admin.get(reverse(PAGE)).content.decode()
    assert f"{day:%A}" in own and "Take it back" in own and answer_to("agree") not in own
    assert admin.post(answer_to("agree")).status_code == 409  # the one who proposed
    assert admin.post(reverse(PROPOSE), typed(CITY, opened="2027-01-01")).status_code == 409  # one at a time
    clock.refresh_from_db()
    assert clock.ends == before and not CalendarVersion.objects.exists()

    other = signed_in(admin2)
    assert answer_to("agree") in other.get(reverse(PAGE)).content.decode()
    assert other.post(answer_to("agree"))["Location"] == reverse(PAGE)

    made = CalendarVersion.objects.get()
    assert (made.calendar, made.version, made.closed, made.opened) == (CITY, 1, [day.isoformat()], [])
    clock.refresh_from_db()
    assert clock.ends > before and clock.calendar_version == 1
    assert day in closed_days(CITY, day) and day not in closed_days(COURT, day)
    text = admin.get(reverse(PAGE)).content.decode()
    assert "Version 1, since" in text and day.isoformat() in text  # and the next change begins from it
    same = admin.post(reverse(PROPOSE), typed(CITY, closed=day.isoformat()))
    assert same.status_code == 422 and b"says this already" in same.content


def test_a_declined_day_changes_nothing_and_neither_does_one_whose_proposer_has_gone(
    city: factories.City, as_person: SignedIn, admin2: Person
) -> None:
    admin, other = as_person("admin"), signed_in(admin2)
    for take in (admin, other):  # taken back, then declined
        admin.post(reverse(PROPOSE), typed(COURT, closed="2026-12-24"))
        assert take.post(answer_to("decline"))["Location"] == reverse(PAGE)
    admin.post(reverse(PROPOSE), typed(COURT, closed="2026-12-24"))
    Person.objects.filter(pk=city.admin.pk).update(is_active=False)
    assert other.post(answer_to("agree")).status_code == 409

    assert not CalendarVersion.objects.exists()
    events = list(Entry.objects.filter(event__startswith="calendar.").values_list("event", flat=True))
    assert sorted(events) == ["calendar.declined"] * 2 + ["calendar.proposed"] * 3
    with pytest.raises(IntegrityError), transaction.atomic():  # nor past the program
        CalendarProposal.objects.update(agreed=True, settled_by=F("proposed_by"))


def test_a_sign_in_that_is_too_old_proposes_nothing(city: factories.City, as_person: SignedIn) -> None:
    late = as_person("admin", factor_age_s=600.0)
    answer = late.post(reverse(PROPOSE), typed(CITY, closed="2026-12-24"))
    assert answer["Location"].startswith("/accounts/step-up/")
    assert not CalendarProposal.objects.exists()


def test_what_is_no_day_or_both_is_said_and_changes_nothing(
    city: factories.City, as_person: SignedIn
) -> None:
    admin = as_person("admin")
    for closed, opened, sentence in (
        ("2026-12-24\n24 December", "", "Line 2 is no day"),
        ("2026-02-30", "", "Line 1 is no day"),
        ("2026-12-24", "2026-12-24", "either closed or open"),
    ):
        answer = admin.post(reverse(PROPOSE), typed(COURT, closed, opened))
        assert answer.status_code == 422 and sentence in answer.content.decode()
        assert closed.split("\n")[0] in answer.content.decode()  # what was typed is still there
    assert not CalendarProposal.objects.exists()


def test_only_an_administrator_changes_a_calendar(city: factories.City, as_person: SignedIn) -> None:
    for who in ("officer", "counsel", "auditor"):
        assert as_person(who).post(reverse(PROPOSE), typed(CITY, "2026-12-24")).status_code == 404
    assert not CalendarProposal.objects.exists()
