"""Pages of the desk on matters of different sizes: how often a page asks the database does not grow with the
matter. How long the largest take is measured by `just desk-bench`."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.benchmarks.large_matter import Shape, addresses, grow
from tests.gateway.web.conftest import SignedIn
from workflows.flow.opening import Submission, open_matter
from workflows.matters.models import Matter
from workflows.records.models import Record

pytestmark = pytest.mark.slow
SMALL, LARGER = (
    Shape(records=2, pages=3, findings=2, crowd=4),
    Shape(records=9, pages=9, findings=4, crowd=70),
)
MOST_QUERIES = 60


def queries(browser: Client, address: str, **headers: str) -> int:
    """How often the page asks the database, the second time that it is asked for."""
    browser.get(address, headers=headers)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address, headers=headers)
    assert answer.status_code == 200, address
    return len(asked)


def counted(browsers: dict[str, Client], matter: Matter, record: Record) -> dict[Any, int]:
    """Queries of each page for each of these people; the parts that an act sends back are one more page."""
    found = {
        (who, name): queries(browser, address)
        for who, browser in browsers.items()
        for name, address in addresses(matter, record).items()
    }
    parts = addresses(matter, record)["review, crowded page"]
    found["parts"] = queries(browsers["officer"], parts, **{"HX-Request": "true", "X-Shown-Page": "2"})
    return found


@pytest.fixture
def growing(city: factories.City, collecting: Matter) -> tuple[Matter, Record]:
    """A matter with one record, about to grow."""
    return collecting, factories.take_in(city, collecting, b"%PDF one")


def test_no_page_of_the_desk_asks_more_often_of_a_larger_matter(
    city: factories.City, growing: tuple[Matter, Record], as_person: SignedIn
) -> None:
    matter, record = growing
    browsers = {who: as_person(who) for who in ("officer", "counsel")}
    grow(matter, record, SMALL)
    small = counted(browsers, matter, record)
    grow(matter, record, LARGER)
    for _ in range(4):
        open_matter(
            Submission("Minutes of the park committee.", requester_class="federal_other"), actor=city.client
        )
    larger = counted(browsers, matter, record)

    assert {page: (small[page], now) for page, now in larger.items() if now > small[page]} == {}
    assert max(larger.values()) <= MOST_QUERIES, larger


def test_a_crowded_page_shows_the_buttons_around_the_finding_that_is_current(
    growing: tuple[Matter, Record], as_person: SignedIn
) -> None:
    matter, record = growing
    grow(matter, record, LARGER)
    officer, page = as_person("officer"), addresses(matter, record)["review, crowded page"]
    shown = officer.get(page)
    keys = [claim.finding.pk for claim in shown.context["claims"]]
    assert len(keys) == 70
    for current in (keys[0], keys[40], keys[69]):
        text = officer.get(f"{page}&finding={current}").content.decode()
        at = keys.index(current)
        forms = {key for key in keys if f"findings/{key}/decide/" in text}
        assert forms == set(keys[max(at - 15, 0) : at + 16])
        assert all(f'id="f{key}"' in text for key in keys)


def test_a_long_record_lists_the_pages_around_the_one_that_is_shown(
    growing: tuple[Matter, Record], as_person: SignedIn
) -> None:
    matter, record = growing
    grow(matter, record, Shape(records=1, pages=120, findings=1, crowd=1))
    record.pages.filter(n__lt=60).update(seen_at=matter.received_at)
    record.findings.filter(page_n__lt=60).update(decision="redact")
    text = as_person("officer").get(f"{reverse('web:review', args=[record.pk])}?page=110").content.decode()

    numbers = {n for n in range(1, 121) if f'href="?page={n}" data-turn' in text}
    assert numbers == {1, 60, *range(101, 121)}
    assert "1–50" in text and "51–100" in text and "all seen" in text and "41 not seen" in text
