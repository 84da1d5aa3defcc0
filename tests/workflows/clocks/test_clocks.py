"""Clocks of a real matter: they start with its events, warn once, stand still, and follow the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from tests import factories
from workflows.audit.models import Entry
from workflows.clocks import running
from workflows.clocks.models import CalendarVersion, Clock
from workflows.errors import Forbidden, Invalid, WrongState
from workflows.flow import duties, timing
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.calendars import propose_calendar
from workflows.matters.models import Matter, Task


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def start(matter: Matter, kind: str, now: dt.datetime) -> Clock:
    with transaction.atomic():
        return running.start(matter, kind, at=now, now=now)


def clock_of(matter: Matter, kind: str) -> Clock:
    return Clock.objects.get(matter=matter, kind=kind)


def confirm(city, matter, **fields):
    paper = factories.file_demo_paper(city, matter)
    values = {
        "type": "fed_production_order", "docket": "1:26-mc-00012", "court": "United States District Court",
        "signer": "Ada Quill", "signer_title": "United States Magistrate Judge",
    }  # fmt: skip
    paper_acts.confirm_fields(
        paper.pk, paper_acts.ConfirmedFields(**{**values, **fields}), actor=city.verifier
    )
    return paper


def test_the_agencys_return_date_runs_from_the_start_and_the_matter_shows_it(city):
    matter = factories.open_request(city, return_on=in_days(20))
    clock = clock_of(matter, "return")
    assert (clock.asserted_by, clock.of_court, matter.court_date) == ("agency", True, in_days(20))
    assert clock.ends.astimezone(timezone.get_default_timezone()).time() == dt.time(23, 59, 59)
    assert Entry.objects.filter(matter=matter.pk, event="clock.started").count() == 1


def test_of_a_papers_printed_date_and_the_reckoned_one_the_earlier_warns(city):
    matter = factories.open_request(city)
    paper = confirm(city, matter, type="fed_search_warrant", issued_on=in_days(-13), execute_by=in_days(40))
    clock = clock_of(matter, "execute_by")
    assert clock.reckoned < clock.asserted and clock.ends == clock.reckoned
    matter.refresh_from_db()
    assert matter.court_date == timezone.localdate(clock.reckoned)

    paper_acts.end_paper(paper.pk, "withdrawn", actor=city.counsel, reason="Taken back by the agency itself.")
    clock.refresh_from_db()
    matter.refresh_from_db()
    assert (clock.outcome, matter.court_date) == ("void", None)


def test_fields_confirmed_again_void_the_dates_of_the_first_reading(city):
    matter = factories.open_request(city)
    paper = confirm(city, matter, return_on=in_days(9))
    paper_acts.confirm_fields(
        paper.pk,
        paper_acts.ConfirmedFields(
            type="fed_production_order", docket="1:26-mc-00012", court="United States District Court",
            signer="Ada Quill", signer_title="United States Magistrate Judge", return_on=in_days(30),
        ),
        actor=city.verifier,
    )  # fmt: skip
    clocks = Clock.objects.filter(kind="return").order_by("pk")
    said = [(clock.outcome, timezone.localdate(clock.ends)) for clock in clocks]
    assert said == [("void", in_days(9)), ("", in_days(30))]


def test_an_objection_is_due_fourteen_days_after_service_or_on_the_return_date(city):
    matter = factories.open_request(city)
    confirm(city, matter, type="fed_civil_subpoena", return_on=in_days(5))
    clock = clock_of(matter, "objection")
    assert timezone.localdate(clock.ends) == in_days(5) and timezone.localdate(clock.reckoned) >= in_days(14)


def test_a_clock_near_its_end_opens_one_task_and_one_that_ran_out_tells_counsel(city):
    matter = factories.open_request(city, return_on=in_days(2))
    now = timezone.now()
    for _ in range(3):  # the sweep may run as often as it likes
        timing.sweep(now)
    tasks = Task.objects.filter(matter=matter, clock__isnull=False)
    assert [(task.kind, task.role) for task in tasks] == [("clock_near", "counsel")]

    late = now + dt.timedelta(days=4)
    timing.sweep(late)
    timing.sweep(late)
    assert [task.kind for task in tasks.order_by("pk")] == ["clock_near", "clock_over"]
    with transaction.atomic():
        running.stop(matter, "return", now=late)
    assert clock_of(matter, "return").outcome == "missed"


def test_a_return_date_that_has_passed_stops_nothing_by_itself(city):
    matter = factories.open_request(city, return_on=in_days(1))
    timing.sweep(timezone.now() + dt.timedelta(days=9))
    matter.refresh_from_db()
    assert matter.state == "acknowledged" and not matter.blocks.exists()


def test_a_clarification_stops_the_citys_clocks_and_never_the_courts(city):
    matter = factories.open_request(city, return_on=in_days(20))
    now = timezone.now()
    with pytest.raises(Invalid):  # nothing would stand still
        timing.ask_clarification(matter.pk, actor=city.counsel)
    own = start(matter, "notice_after", now)
    assert timing.ask_clarification(matter.pk, actor=city.counsel) == 1
    assert timing.ask_clarification(matter.pk, actor=city.counsel) == 0  # pressed twice
    timing.sweep(now + dt.timedelta(days=30))  # what stands still does not warn
    assert not own.tasks.exists() and clock_of(matter, "return").tasks.exists()

    pause = own.pauses.get()
    pause.started_at = now - dt.timedelta(days=14)
    pause.save()
    own.started_at = pause.started_at - dt.timedelta(days=1)
    own.save()
    timing.end_clarification(matter.pk, actor=city.counsel)
    court = clock_of(matter, "return")
    own.refresh_from_db()
    assert own.ends > now and not court.pauses.exists() and timezone.localdate(court.ends) == in_days(20)


def test_a_new_holiday_moves_the_clocks_that_count_by_its_calendar_and_says_by_how_much(city):
    matter = factories.open_request(city)
    now = timezone.now()
    own = start(matter, "recall", now)
    court = start(matter, "secrecy_review", now)
    day = timezone.localdate(own.ends)
    factories.change_calendar(city, "city", [day], [])
    before = (own.ends, court.ends)
    own.refresh_from_db()
    court.refresh_from_db()
    assert own.ends > before[0] and court.ends == before[1]
    assert (own.calendar_version, court.calendar_version) == (1, 0)
    assert Entry.objects.filter(matter=matter.pk, event="clock.changed").count() == 1

    factories.change_calendar(city, "city", [], [])  # a version that takes it back
    own.refresh_from_db()
    assert own.ends == before[0] and CalendarVersion.objects.count() == 2


def test_a_calendar_that_contradicts_itself_or_is_changed_by_the_desk_is_refused(city):
    day = in_days(3)
    with pytest.raises(Invalid):
        propose_calendar("city", closed=[day], opened=[day], actor=city.admin, stepped_up_at=timezone.now())
    with pytest.raises(Forbidden):
        propose_calendar("city", closed=[day], opened=[], actor=city.counsel, stepped_up_at=timezone.now())
    assert not CalendarVersion.objects.exists()


def test_counsels_task_has_a_clock_that_ends_when_it_is_done(city):
    matter = factories.open_request(city)
    paper_acts.open_block(matter.pk, "challenge", actor=city.officer)
    task = Task.objects.get(matter=matter, kind="block_challenge")
    with pytest.raises(Forbidden):
        duties.finish_task(task.pk, actor=city.officer, note="Looked at by the wrong desk.")
    duties.finish_task(task.pk, actor=city.counsel, note="Motion read, answer drafted.")
    assert clock_of(matter, "counsel_same_day").outcome == "met"
    with pytest.raises(WrongState):
        duties.finish_task(task.pk, actor=city.counsel, note="Motion read, answer drafted.")


def test_a_refusal_ends_the_clocks_of_the_answer_and_no_duty_that_outlives_it(city):
    matter = factories.open_request(city, return_on=in_days(5))
    start(matter, "secrecy_review", timezone.now())
    given = {"missing": ["no_instrument"], "reason": "No order was filed by anyone."}
    advance(matter.pk, "refuse", actor=city.counsel, stepped_up_at=timezone.now(), **given)
    matter.refresh_from_db()
    running_on = Clock.objects.filter(matter=matter, stopped_at__isnull=True)
    assert [clock.kind for clock in running_on] == ["secrecy_review"]
    assert clock_of(matter, "return").outcome == "met"


def test_a_date_that_a_court_sets_is_entered_by_counsel(city):
    matter = factories.open_request(city)
    timing.assert_date(matter.pk, "comply_by", in_days(6), actor=city.counsel, by="court")
    assert clock_of(matter, "comply_by").asserted_by == "court"
    paper = confirm(city, matter, return_on=in_days(9))
    timing.assert_date(matter.pk, "return", in_days(30), actor=city.counsel, by="court")  # an extension
    extended = Clock.objects.get(kind="return", stopped_at__isnull=True)
    assert (extended.about, timezone.localdate(extended.ends)) == (str(paper.pk), in_days(30))
    with pytest.raises(Invalid):
        timing.assert_date(matter.pk, "objection", in_days(6), actor=city.counsel, by="court")
    with pytest.raises(Forbidden):
        timing.assert_date(matter.pk, "comply_by", in_days(6), actor=city.officer, by="court")


def test_lifting_a_block_is_the_answer_to_its_task(city):
    matter = factories.open_request(city)
    block = paper_acts.open_block(matter.pk, "challenge", actor=city.officer)
    paper_acts.lift_block(
        block.pk, actor=city.counsel, reason="The motion was denied.", stepped_up_at=timezone.now()
    )
    assert not matter.tasks.filter(done_at__isnull=True).exists()
    assert clock_of(matter, "counsel_same_day").outcome == "met"
