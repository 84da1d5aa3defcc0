"""Counsel takes the words of a clause off the paper's image: by dragging, by keys, or typed as before. A
verifier notes them with the check."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests import factories
from tests.browser import shoot, watched
from tests.gateway.web.conftest import SignedIn, signed_in
from tests.gateway.web.test_browser import _look
from workflows.audit.models import Entry
from workflows.flow import papers as paper_acts
from workflows.instruments.models import Instrument
from workflows.matters.models import Matter

__all__ = ["shoot", "watched"]


@pytest.fixture
def scoping(city: factories.City) -> Matter:
    """A matter whose paper was read by the machine, is in force, and waits for its scope."""
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.work()
    factories.verify_paper(city, paper)
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    matter.refresh_from_db()
    return matter


def test_the_words_of_a_page_stand_where_they_are_printed_and_their_reading_is_an_entry(
    city: factories.City, scoping: Matter, as_person: SignedIn
) -> None:
    paper = scoping.instruments.get()
    address = reverse("web:paper_words", args=[paper.pk, 1])
    before = Entry.objects.filter(event="instrument.viewed").count()
    page = as_person("counsel").get(address).json()
    assert Entry.objects.filter(event="instrument.viewed").count() == before + 1
    assert "UNITED STATES DISTRICT COURT" in " ".join(page["text"].split())
    assert len(page["words"]) > 50
    for start, end, x0, y0, x1, y1 in page["words"]:
        assert page["text"][start:end].strip() == page["text"][start:end] != ""
        assert 0 <= x0 < x1 <= page["width"] and 0 <= y0 < y1 <= page["height"]

    assert as_person("counsel").get(reverse("web:paper_words", args=[paper.pk, 99])).status_code == 404
    for who in ("officer2", "auditor", "client"):
        assert as_person(who).get(address).status_code == 404
    Instrument.objects.update(reading={**paper.reading, "words": ""})  # read before words were kept
    assert as_person("counsel").get(address).status_code == 404
    assert b"data-words" not in as_person("counsel").get(reverse("web:scope", args=[scoping.pk])).content


@pytest.mark.browser
@pytest.mark.slow
def test_words_are_dragged_over_on_the_image_or_selected_by_keys_into_a_clause(
    city: factories.City, scoping: Matter, watched: Any, shoot: Any
) -> None:
    found: dict[Any, Any] = {}
    for scheme in ("light", "dark"):
        cookies = {"sessionid": signed_in(city.counsel).cookies["sessionid"].value}
        page = watched.person(cookies, color_scheme=scheme)
        page.goto(reverse("web:scope", args=[scoping.pk]))
        rects = page.locator(".sheet-page rect")
        rects.nth(8).wait_for(state="attached")
        first, last = rects.nth(4).bounding_box(), rects.nth(8).bounding_box()
        page.mouse.move(first["x"] + 2, first["y"] + first["height"] / 2)
        page.mouse.down()
        page.mouse.move(last["x"] + last["width"] - 2, last["y"] + last["height"] / 2, steps=4)
        page.mouse.up()
        assert page.locator("rect.is-picked").count() == 5
        page.click("#pick-take")
        dragged = page.input_value("[name=form-0-quote]")
        assert len(dragged.split()) == 5 and page.input_value("[name=form-0-page]") == "1"
        assert page.evaluate("document.activeElement.name") == "form-0-quote"
        shoot(page, f"picking-{scheme}")

        page.click(".sheet-nav >> text=Next")  # what is typed stays
        page.locator('[data-page="2"] rect').first.wait_for(state="attached")
        assert page.input_value("[name=form-0-quote]") == dragged
        page.locator("#pick-text").focus()
        page.keyboard.press("Control+Home")
        for _ in range(12):
            page.keyboard.press("Shift+ArrowRight")
        picked = page.locator("rect.is-picked").count()
        page.keyboard.type("x")  # changes nothing
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        keyed = page.input_value("[name=form-0-quote]")
        assert picked and keyed and keyed != dragged
        assert page.input_value("[name=form-0-page]") == "2"
        _look(page, scheme, found)
        shoot(page, f"picking-320-{scheme}")
    assert found == {} and watched.faults == []


@pytest.mark.browser
@pytest.mark.slow
def test_words_that_the_verifier_takes_off_the_image_with_a_check_are_clauses_for_counsel_to_examine(
    city: factories.City, as_person: SignedIn, watched: Any, shoot: Any
) -> None:
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.work()
    factories.verify_paper(city, paper)
    page = watched.person({"sessionid": signed_in(city.verifier).cookies["sessionid"].value})
    page.goto(reverse("web:paper", args=[paper.pk]))
    rects = page.locator(".sheet-page rect")
    for first, last in ((4, 8), (12, 15)):
        rects.nth(last).wait_for(state="attached")
        begin, end = rects.nth(first).bounding_box(), rects.nth(last).bounding_box()
        page.mouse.move(begin["x"] + 2, begin["y"] + begin["height"] / 2)
        page.mouse.down()
        page.mouse.move(end["x"] + end["width"] - 2, end["y"] + end["height"] / 2, steps=4)
        page.mouse.up()
        page.click("#pick-take")
    shoot(page, "picking-desk")
    note = page.input_value("#note-V10")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("#pass-V10")
    page.wait_for_function("document.activeElement.id !== 'note-V10'")
    assert paper.checks.latest("id").note == note and note.count("page 1: “") == 2
    assert watched.faults == []

    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    answer = as_person("counsel").get(reverse("web:scope", args=[matter.pk]))
    clauses = [form.initial for form in answer.context["formset"]]
    assert [one["item"] for one in clauses] == ["1", "2"]
    assert " ".join(f"page {one['page']}: “{one['quote']}”" for one in clauses) == note
    assert f"{city.verifier.name} took words off the paper" in answer.content.decode()


# The words of the first page come when the test says so.
HELD = """const real = window.fetch;
window.fetch = (url) => (!url.endsWith("/pages/1/words/") ? real(url) : new Promise((go) => {
  window.late = async () => {
    const answer = await real(url);
    const page = await answer.json();
    answer.json = async () => page;
    go(answer);
    await new Promise((done) => { setTimeout(done); });
  };
}));"""


@pytest.mark.browser
@pytest.mark.slow
def test_words_that_come_after_the_page_was_turned_are_not_taken_for_those_of_the_next(
    city: factories.City, scoping: Matter, watched: Any
) -> None:
    page = watched.person({"sessionid": signed_in(city.counsel).cookies["sessionid"].value})
    page.add_init_script(HELD)
    page.goto(reverse("web:scope", args=[scoping.pk]))
    page.click(".sheet-nav >> text=Next")
    page.locator('[data-page="2"] rect').first.wait_for(state="attached")
    second = page.input_value("#pick-text")
    page.evaluate("window.late()")
    assert second and page.input_value("#pick-text") == second and watched.faults == []
