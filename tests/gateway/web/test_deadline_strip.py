"""The picture of the next weeks: what ends when, of courts and our own, what ran out and what stood still."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gateway.web.deadline_strip import AHEAD, BEFORE, DAY, LEFT, Strip, strip
from gateway.web.templatetags.words import court_clock
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.clocks import running
from workflows.clocks.models import Clock
from workflows.flow import timing
from workflows.flow.advance import advance
from workflows.flow.searching import open_search
from workflows.matters.models import Matter


def _asserted(city: factories.City, matter: Matter, days: int, kind: str = "comply_by") -> None:
    day = timezone.localdate() + dt.timedelta(days=days)
    timing.assert_date(matter.pk, kind, day, actor=city.counsel, by="court")


def _of(matter: Matter, now: dt.datetime | None = None) -> Strip | None:
    clocks = Clock.objects.filter(matter=matter, stopped_at__isnull=True).prefetch_related("pauses")
    return strip(clocks, now or timezone.now())


def test_a_date_of_a_court_stands_on_its_day_of_the_courts_line_and_in_the_table(
    city: factories.City,
) -> None:
    matter = factories.open_request(city)
    before = _of(matter)
    own = before.lines[1].marks if before else ()
    _asserted(city, matter, 8)

    picture = _of(matter)

    assert picture is not None
    courts, ours = picture.lines
    assert [(mark.x, mark.count, mark.run_out) for mark in courts.marks] == [
        (LEFT + DAY * (BEFORE + 8 + 0.5), 1, False)
    ]
    assert ours.marks == own
    assert "Comply by" in courts.marks[0].says and "Comply by" in {one.title for one, _ in picture.clocks}
    assert f"next {AHEAD} days: 1 of courts," in picture.reading


def test_what_ran_out_is_told_apart_by_form_and_word_and_what_ends_later_is_not_shown(
    city: factories.City,
) -> None:
    matter = factories.open_request(city)
    _asserted(city, matter, 3)
    later = timezone.now() + dt.timedelta(days=60)

    picture = _of(matter, later)

    assert picture is not None
    (mark,) = picture.lines[0].marks
    assert mark.run_out and mark.says.endswith("run out") and mark.x == LEFT + DAY / 2  # before the strip
    assert "Run out:" in picture.reading
    Clock.objects.filter(matter=matter, kind="comply_by").update(ends=later + dt.timedelta(days=AHEAD + 1))
    left = _of(matter, later)
    assert left is None or "comply_by" not in {clock.kind for clock, _ in left.clocks}


def test_days_on_which_our_own_clocks_stood_still_are_hatched_and_a_courts_never(
    city: factories.City,
) -> None:
    matter = factories.open_request(city)
    _asserted(city, matter, 8)
    with transaction.atomic():
        running.start(matter, "notice_after", at=timezone.now(), now=timezone.now())
    assert timing.ask_clarification(matter.pk, actor=city.counsel) == 1

    picture = _of(matter, timezone.now() + dt.timedelta(days=2))

    assert picture is not None
    courts, ours = picture.lines
    assert not courts.stills
    assert [still.x for still in ours.stills] == [LEFT + DAY * (BEFORE - ago) for ago in (2, 1, 0)]


@pytest.mark.parametrize("where", ["queue", "dates", "brief"])
def test_queue_matter_and_brief_show_it(where: str, city: factories.City, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    _asserted(city, matter, 8)
    page = (
        reverse("web:queue") + "?show=open" if where == "queue" else reverse(f"web:{where}", args=[matter.pk])
    )

    text = as_person("counsel").get(page).content.decode()

    assert "Thirty days of clocks" in text and "The same in a table" in text
    if where == "queue":
        other = factories.open_request(city)
        _asserted(city, other, 9)
        assert other.number in as_person("counsel").get(page).content.decode().split('id="strip"')[1]


def test_queue_dates_and_picture_name_the_same_next_date_and_none_where_no_clock_runs(
    city: factories.City, as_person: SignedIn
) -> None:
    opened, courts, over = (factories.open_request(city) for _ in range(3))
    ours = factories.to_collecting(city)
    open_search(ours.pk, "Police Department", actor=city.officer)
    for matter in (courts, over):
        _asserted(city, matter, 8)
    advance(over.pk, "withdraw", actor=city.client)
    counsel = as_person("counsel")

    shown = [counsel.get(reverse("web:queue"), {"show": name}).context for name in ("open", "over")]

    nearest: dict[object, dt.date] = {}
    for clock, _ in sorted(shown[0]["strip"].clocks, key=lambda row: (not row[0].of_court, row[0].ends)):
        nearest.setdefault(clock.matter_id, timezone.localtime(clock.ends).date())
    assert nearest.keys() == {ours.pk, courts.pk}
    for matter, *_ in (row for context in shown for row in context["rows"]):
        says = court_clock(matter)
        assert (says["day"] if says else None) == nearest.get(matter.pk), matter.number
        dates = counsel.get(reverse("web:dates", args=[matter.pk]))
        assert bool(dates.context["running"]) == bool(dates.context["strip"]) == (matter.pk in nearest)
    assert court_clock(opened) is None
