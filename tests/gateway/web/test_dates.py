"""The page of dates: clocks reckoned and stated, tasks that can be done, and a calendar file."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.clocks.models import Clock
from workflows.flow import papers
from workflows.matters.models import Task


def test_counsel_enters_a_date_of_a_court_and_everybody_on_the_matter_sees_it(
    city: factories.City, as_person: SignedIn
) -> None:
    matter = factories.open_request(city)
    day = timezone.localdate() + dt.timedelta(days=8)
    page = reverse("web:dates", args=[matter.pk])
    answer = as_person("counsel").post(
        reverse("web:assert_date", args=[matter.pk]),
        {"kind": "comply_by", "day": day.isoformat(), "by": "court"},
    )
    assert answer["Location"].endswith(page)
    text = as_person("officer").get(page).content.decode()
    assert "Comply by" in text and "by the court" in text and "Enter a date" not in text


def test_a_date_that_is_no_date_keeps_what_was_typed(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    answer = as_person("counsel").post(
        reverse("web:assert_date", args=[matter.pk]),
        {"kind": "comply_by", "day": "2026-02-30", "by": "court"},
    )
    assert answer.status_code == 422 and "2026-02-30" in answer.content.decode()
    assert not Clock.objects.exists()


def test_a_task_is_done_by_its_role_and_leaves_the_page(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    papers.open_block(matter.pk, "challenge", actor=city.officer)
    task = Task.objects.get(kind="block_challenge")
    done = reverse("web:finish_task", args=[matter.pk, task.pk])
    note = {f"t{task.pk}-note": "Motion read, answer drafted."}
    assert as_person("officer").post(done, note).status_code == 403
    as_person("counsel").post(done, note)
    task.refresh_from_db()
    assert task.done_by_id == city.counsel.pk
    page = as_person("officer").get(reverse("web:dates", args=[matter.pk])).content.decode()
    assert "Nobody has a task" in page and "in time" in page


def test_the_calendar_file_holds_dates_and_numbers_of_ones_own_matters_and_nothing_else(
    city: factories.City, as_person: SignedIn
) -> None:
    day = timezone.localdate() + dt.timedelta(days=8)
    matter = factories.open_request(city, return_on=day)
    text = as_person("officer").get(reverse("web:calendar_file")).content.decode()
    assert f"SUMMARY:{matter.number}: return\r\n" in text and text.endswith("END:VCALENDAR\r\n")
    assert city.agency.name not in text and matter.parties.get().name not in text
    assert max(map(len, text.split("\r\n"))) <= 75
    assert matter.number not in as_person("officer2").get(reverse("web:calendar_file")).content.decode()
