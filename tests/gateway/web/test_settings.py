"""A person's own keys of the review: switched off or other ones, never two acts on one key (WCAG 2.1.4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from gateway.accounts.own_keys import USUAL, keys_of
from tests import factories
from tests.browser import shoot, watched
from tests.gateway.web.conftest import SignedIn, signed_in
from tests.gateway.web.test_browser import _look
from tests.pdfs import pdf_of
from workflows.audit.models import Entry

__all__ = ["shoot", "watched"]


def _chosen(**changes: str) -> dict[str, str]:
    return {"on": "on", **USUAL, **changes}


def test_a_person_chooses_keys_for_themselves_alone(city: factories.City, as_person: SignedIn) -> None:
    officer = as_person("officer")
    officer.post(reverse("web:choose_keys"), _chosen(redact="x", keep="a", whole=""))
    mine = keys_of(city.officer).works()
    assert (mine["x"], mine["a"]) == ("redact", "keep") and "f" not in mine
    assert keys_of(city.counsel).of == USUAL
    assert Entry.objects.get(event="person.keys_set").actor == city.officer.pseudonym

    officer.post(reverse("web:choose_keys"), {**_chosen(), "on": ""})
    assert keys_of(city.officer).works() == {}
    officer.post(reverse("web:choose_keys"), {"usual": "1"})
    assert keys_of(city.officer).of == USUAL and keys_of(city.officer).on


@pytest.mark.parametrize(("key", "why"), [("j", "Taken by another act: next finding"), ("ñ", "One letter")])
def test_a_key_of_another_act_or_of_no_keyboard_is_refused_and_nothing_changes(
    city: factories.City, as_person: SignedIn, key: str, why: str
) -> None:
    answer = as_person("officer").post(reverse("web:choose_keys"), _chosen(redact=key))
    assert answer.status_code == 422 and why in answer.content.decode()
    assert keys_of(city.officer).of == USUAL
    assert not Entry.objects.filter(event="person.keys_set").exists()


@pytest.mark.browser
@pytest.mark.slow
def test_the_review_obeys_and_shows_the_persons_own_keys_and_none_when_they_are_off(
    city: factories.City, watched: Any, shoot: Any
) -> None:
    matter = factories.to_review(city, pdf_of("Citizenship: Guatemala", "Born in Guatemala, A123456789"))
    record = matter.records.get()
    open_ones = record.findings.filter(decision="")
    before = open_ones.count()
    assert before
    cookies = {"sessionid": signed_in(city.officer).cookies["sessionid"].value}
    page, found = watched.person(cookies, color_scheme="dark"), {}
    page.goto(reverse("web:settings"))
    shoot(page, "settings", full_page=True)
    _look(page, "settings", found)
    shoot(page, "settings-320", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.fill("#id_redact", "z")
    page.click("text=Keep these keys")
    page.goto(reverse("web:review", args=[record.pk]))
    page.keyboard.press("a")  # nobody's key now
    with page.expect_response(lambda answer: answer.url.endswith("/decide/")):
        page.keyboard.press("z")
    page.wait_for_selector("#review:not([aria-busy])")
    assert open_ones.count() == before - 1
    page.keyboard.press("?")
    assert page.locator("#rv-keys dt", has_text="z").count() == 1
    assert page.locator("#rv-keys dt >> text=/^a$/").count() == 0
    page.keyboard.press("b")
    assert page.locator("[data-set=around]").is_visible()
    shoot(page, "review-own-keys")
    page.keyboard.press("Escape")

    page.goto(reverse("web:settings"))
    page.uncheck("#id_on")
    page.click("text=Keep these keys")
    page.goto(reverse("web:review", args=[record.pk]))
    for key in ("z", "a", "m", "f", "?", "Space"):
        page.keyboard.press(key)
    assert page.locator("#rv-keys").get_attribute("open") is None
    assert page.locator("#rv-side kbd, #rv-bar kbd").count() == 0
    page.locator("#rv-undo button").focus()
    page.wait_for_load_state("networkidle")
    assert open_ones.count() == before - 1
    assert found == {} and watched.faults == []
