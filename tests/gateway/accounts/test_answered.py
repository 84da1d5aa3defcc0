"""A page that shows work in progress asks for itself every two seconds: one look is one entry a minute."""

from __future__ import annotations

import datetime as dt
from typing import Any

import time_machine
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.gateway.web.conftest import SignedIn, as_person  # noqa: F401
from workflows.audit.models import Entry
from workflows.matters.access import grant, withdraw_grant

AGAIN = {"HX-Request": "true"}


def looks(page: Any, client: Any, **given: Any) -> int:
    """How many entries this look leaves."""
    before = Entry.objects.count()
    assert client.get(page, **given).status_code == 200
    return Entry.objects.count() - before


def test_a_page_that_asks_for_itself_is_read_once_a_minute(
    city: factories.City,
    as_person: SignedIn,  # noqa: F811
) -> None:
    matter = factories.to_collecting(city)
    page, officer = reverse("web:records", args=[matter.pk]), as_person("officer")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert looks(page, officer, headers=AGAIN) >= 1  # who only says so has no entry to rest on
        assert looks(page, officer, headers=AGAIN) == 0
        assert looks(page, officer) >= 1  # a person's own look
        assert looks(page, as_person("counsel"), headers=AGAIN) >= 1  # somebody else's
        assert looks(f"{page}?page=1", officer, headers=AGAIN) >= 1  # another address
        withdraw_grant(city.officer, matter)
        refused = Entry.objects.filter(event="access.refused").count()
        assert officer.get(page, headers=AGAIN).status_code == 404
        assert Entry.objects.filter(event="access.refused").count() == refused + 1
        grant(city.officer, matter)
        clock.shift(dt.timedelta(seconds=61))
        assert looks(page, officer, headers=AGAIN) >= 1
