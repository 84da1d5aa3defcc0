"""The queue by stage and by who has a matter, and filters that a person keeps under a name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gateway.accounts.models import SavedFilter
from gateway.web.queue_filter import Wanted
from tests import factories
from tests.browser import shoot, watched
from tests.gateway.web.conftest import SignedIn, signed_in
from tests.gateway.web.test_browser import _look
from workflows.audit.models import Entry
from workflows.flow.assigning import assign, unassign

__all__ = ["shoot", "watched"]


def _listed(answer: Any) -> list[str]:
    return [matter.number for matter, _, _ in answer.context["rows"]]


@pytest.fixture
def three(city: factories.City) -> list[Any]:
    """One that officer alone has, one that a second officer has too, one without an officer who could act."""
    found = [factories.open_request(city) for _ in range(3)]
    assign(found[1].pk, city.officer2.pk, actor=city.officer)
    unassign(found[2].pk, city.officer.pk, actor=city.counsel)
    return found


def test_each_row_says_who_has_the_matter_and_the_queue_is_narrowed_to_them(
    city: factories.City, three: list[Any], as_person: SignedIn
) -> None:
    queue = reverse("web:queue")
    officer, counsel = as_person("officer"), as_person("counsel")
    alone, shared, lacking = (one.number for one in three)

    assert _listed(officer.get(queue, {"show": "open"})) == [alone, shared]
    assert _listed(officer.get(queue, {"show": "open", "owner": "mine"})) == [alone]
    assert _listed(officer.get(queue, {"show": "open", "owner": str(city.officer2.pk)})) == [shared]
    assert _listed(counsel.get(queue, {"show": "open", "owner": "nobody"})) == [lacking]
    assert _listed(counsel.get(queue, {"show": "open", "state": "closed"})) == []
    text = counsel.get(queue, {"show": "open"}).content.decode()
    assert "no records officer yet" in text and f"{city.officer.name}, {city.officer2.name}" in text
    everything = counsel.get(queue, {"show": "open", "owner": "' or 1=1", "state": "x"})
    assert len(_listed(everything)) == 3 and everything.context["wanted"] == Wanted("open")


def test_a_filter_is_kept_under_a_name_at_an_address_of_its_own_renamed_and_removed(
    city: factories.City, three: list[Any], as_person: SignedIn
) -> None:
    officer = as_person("officer")
    form = {"show": "open", "owner": "mine", "name": "Only with me"}
    at = officer.post(reverse("web:keep_filter"), form)["Location"]
    shown = officer.get(at)
    assert _listed(shown) == [three[0].number]
    ((kept, count, current),) = shown.context["kept"]
    assert (kept.name, count, current) == ("Only with me", 1, True) and kept.name not in at
    assert officer.get(reverse("web:queue")).context["kept"][0][1] == 1

    twice = officer.post(reverse("web:keep_filter"), form)
    assert twice.status_code == 422 and b"under this name already" in twice.content
    said = officer.post(reverse("web:keep_filter"), {**form, "name": "Overstayed visa, A123456789"})
    assert said.status_code == 422 and SavedFilter.objects.count() == 1
    for other in ("counsel", "auditor"):
        assert as_person(other).get(at).status_code == 404
        assert as_person(other).post(f"{at}remove/").status_code == 404

    officer.post(f"{at}rename/", {"name": "Mine"})
    assert officer.get(at).context["kept_here"].name == "Mine"
    officer.post(f"{at}remove/")
    assert officer.get(at).status_code == 404
    events = Entry.objects.filter(event__startswith="filter.", outcome="ok").order_by("pk")
    assert [one.event for one in events] == ["filter.saved", "filter.renamed", "filter.removed"]
    assert not any(b"Mine" in bytes(one.body) for one in events)


def test_more_people_and_matters_ask_the_database_no_more_often(
    city: factories.City, as_person: SignedIn
) -> None:
    browser, queue = as_person("counsel"), reverse("web:queue")

    def asked() -> int:
        browser.get(queue, {"show": "open"})
        with CaptureQueriesContext(connection) as queries:
            browser.get(queue, {"show": "open"})
        return len(queries)

    factories.open_request(city)
    few = asked()
    for _ in range(3):
        assign(factories.open_request(city).pk, city.officer2.pk, actor=city.officer)
    assert asked() == few


@pytest.mark.browser
@pytest.mark.slow
def test_the_narrowed_queue_is_accessible(
    city: factories.City, three: list[Any], watched: Any, shoot: Any
) -> None:
    found: dict[Any, Any] = {}
    for scheme in ("light", "dark"):
        cookies = {"sessionid": signed_in(city.counsel).cookies["sessionid"].value}
        page = watched.person(cookies, color_scheme=scheme)
        page.goto(reverse("web:queue") + "?show=open")
        page.click("text=Narrow by stage and owner")
        page.select_option("#id_owner", "nobody")
        page.click("text=/^Show$/")
        page.fill("#id_name", f"Without an officer, {scheme}")
        page.click("text=Keep what is shown now")
        assert page.locator("table.stack tbody tr").count() == 1
        shoot(page, f"queue-kept-{scheme}", full_page=True)
        _look(page, scheme, found)
        shoot(page, f"queue-kept-320-{scheme}", full_page=True)
    assert found == {} and watched.faults == []
