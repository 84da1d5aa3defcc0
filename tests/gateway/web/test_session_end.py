"""The end of a session: the page knows when, a person may stay, and what is sent too late is not lost."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gateway.accounts import kept
from tests import factories
from tests.gateway.web.conftest import SignedIn, signed_in
from workflows.audit.models import Entry
from workflows.matters.models import Matter

TYPED = {
    "received_at": "2026-01-05T10:00",
    "channel": "letter",
    "requester_class": "unknown",
    "description": "Minutes of the park committee.",
}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def _run_out(browser: Client, ago: timedelta = timedelta(0)) -> None:
    """As after a quarter of an hour in which nobody did anything."""
    Session.objects.filter(pk=browser.session.session_key).update(expire_date=timezone.now() - ago)


def _signed_in_again(browser: Client, person: Any) -> None:
    """The same browser, with a new session: what else it keeps stays."""
    browser.cookies["sessionid"] = signed_in(person).cookies["sessionid"].value


def _to(act: str, browser: Client) -> str:
    """Where what this browser kept last is sent or thrown away."""
    key = browser.cookies[kept.COOKIE].value.partition(".")[0]
    return reverse(f"web:{act}", args=[kept._place(key.encode())])


def _hidden(text: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


@contextmanager
def _full_log() -> Iterator[None]:
    """No entry can be written meanwhile."""
    lite = connection.vendor == "sqlite"
    fill = (
        "CREATE TRIGGER disk_full BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END"
        if lite
        else "ALTER TABLE audit_entry ADD CONSTRAINT disk_full CHECK (false) NOT VALID"
    )
    empty = "DROP TRIGGER disk_full" if lite else "ALTER TABLE audit_entry DROP CONSTRAINT disk_full"
    connection.cursor().execute(fill)
    try:
        yield
    finally:
        connection.cursor().execute(empty)  # requests have closed the first one


def test_a_page_says_when_the_session_ends_and_a_person_may_stay(as_person: SignedIn) -> None:
    browser = as_person("officer")
    shown = browser.get(reverse("web:queue"))
    assert 880 <= int(shown["X-Session-Left"]) <= 900
    ends = timezone.localtime(shown.context["session_ends"]).strftime("%H:%M %Z")
    assert shown.content.decode().count(ends) >= 3 and ends == shown["X-Session-Until"]

    session = browser.session
    session["renewed"] -= 840
    session.save()
    fetched = browser.get(reverse("web:queue"), headers={"Sec-Fetch-Dest": "empty"})
    assert int(fetched["X-Session-Left"]) <= 60
    pressed = browser.get(reverse("web:queue"), headers={"Sec-Fetch-Dest": "empty", "X-By-Hand": "1"})
    assert int(pressed["X-Session-Left"]) > 840

    stayed = browser.post(reverse("web:stay"), headers={"HX-Request": "true"})
    assert stayed.status_code == 204 and int(stayed["X-Session-Left"]) > 890
    plain = browser.post(reverse("web:stay"), {"next": "//elsewhere.example/"})
    assert plain["Location"] == "/"


def test_what_is_sent_after_the_end_is_done_only_when_the_same_person_sends_it_again(
    city: factories.City, as_person: SignedIn
) -> None:
    browser = as_person("officer")
    browser.get(reverse("web:queue"))
    typed = {**TYPED, "agency": city.agency.pk, "code": "123456"}
    _run_out(browser)
    browser.get(reverse("web:queue"), headers={"HX-Request": "true"})  # the page's own progress, meanwhile

    late = browser.post(reverse("web:enter"), typed)
    assert late["Location"] == f"/accounts/login/?next={reverse('web:kept')}"
    assert "kept for an hour" in browser.get(late["Location"]).content.decode()
    refused = Entry.objects.filter(event="access.refused", actor=city.officer.pseudonym).get()
    assert b"session_ended" in bytes(refused.body) and b"park" not in bytes(refused.body)
    assert not Matter.objects.exists()

    _signed_in_again(browser, city.verifier)
    assert browser.get(reverse("web:kept")).status_code == 404
    _signed_in_again(browser, city.officer)
    text = browser.get(reverse("web:kept")).content.decode()
    assert "Minutes of the park committee." in text and "123456" not in text
    assert not Matter.objects.exists()  # nothing happens on GET

    sent = browser.post(_to("send_kept", browser), _hidden(text))
    assert (sent.status_code, sent["Location"]) == (307, reverse("web:enter"))
    browser.post(sent["Location"], _hidden(text))
    assert Matter.objects.get().channel == "letter"
    assert browser.get(reverse("web:kept")).status_code == 404  # and cannot be sent twice


def test_the_ground_of_a_late_box_is_kept_though_a_code_to_sign_in_never_is(
    city: factories.City, as_person: SignedIn
) -> None:
    browser = as_person("officer")
    browser.get(reverse("web:queue"))
    _run_out(browser)
    browser.post(reverse("web:draw", args=[uuid4()]), {"page": "1", "whole": "1", "code": "W-2"})
    _signed_in_again(browser, city.officer)
    text = browser.get(reverse("web:kept")).content.decode()
    assert _hidden(text) == {"page": "1", "whole": "1", "code": "W-2"}


def test_a_second_late_form_does_not_take_the_place_of_the_first(
    city: factories.City, as_person: SignedIn
) -> None:
    browser = as_person("officer")
    browser.get(reverse("web:queue"))
    _run_out(browser)
    for words in ("Minutes of the park committee.", "A permit.", "A permit."):  # the last one sent twice
        browser.post(reverse("web:enter"), {**TYPED, "description": words})
    _signed_in_again(browser, city.officer)
    said = [dict(one["typed"])["Description"] for one in browser.get(reverse("web:kept")).context["forms"]]
    assert said == ["A permit.", "Minutes of the park committee."]

    _run_out(browser)
    assert browser.post(_to("send_kept", browser))["Location"].endswith(reverse("web:kept"))
    _signed_in_again(browser, city.officer)
    dropped = browser.post(_to("drop_kept", browser))
    assert dropped["Location"] == reverse("web:kept")
    assert _hidden(browser.get(reverse("web:kept")).content.decode())["description"] == said[1]
    browser.post(_to("send_kept", browser))
    assert browser.get(reverse("web:kept")).status_code == 404


def test_an_act_of_weight_that_came_too_late_can_be_sent_with_a_new_code(city: factories.City) -> None:
    browser = signed_in(city.officer)
    browser.get(reverse("web:queue"))
    _run_out(browser)
    browser.post(reverse("web:enter"), TYPED)
    for age_s, asked in ((0.0, False), (400.0, True)):
        browser.cookies["sessionid"] = signed_in(city.officer, factor_age_s=age_s).cookies["sessionid"].value
        assert (b'name="code"' in browser.get(reverse("web:kept")).content) is asked


@pytest.mark.parametrize("act", ["send_kept", "drop_kept"])
def test_what_is_kept_is_not_destroyed_where_no_entry_can_be_written(
    city: factories.City, as_person: SignedIn, act: str
) -> None:
    browser = as_person("officer")
    browser.get(reverse("web:queue"))
    _run_out(browser)
    browser.post(reverse("web:enter"), TYPED)
    _signed_in_again(browser, city.officer)
    with _full_log():
        refused = browser.post(_to(act, browser))
    assert refused.status_code == 503
    assert "Minutes of the park committee." in browser.get(reverse("web:kept")).content.decode()


def test_neither_the_cache_nor_the_browser_alone_can_open_what_is_kept(
    city: factories.City, as_person: SignedIn
) -> None:
    browser = as_person("officer")
    browser.get(reverse("web:queue"))
    _run_out(browser)
    browser.post(reverse("web:enter"), TYPED)
    key = browser.cookies[kept.COOKIE].value
    sealed = cache.get(kept._place(key.encode()))
    assert b"park" not in sealed and key not in repr(sealed)
    assert "park" not in str(browser.cookies)

    assert browser.get(reverse("web:kept")).status_code == 302  # nobody is signed in
    _signed_in_again(browser, city.officer)
    other = Fernet.generate_key()
    cache.set(kept._place(other), sealed)
    for wrong in (other.decode(), key[::-1], "x.y", "é"):
        browser.cookies[kept.COOKIE] = wrong
        assert browser.get(reverse("web:kept")).status_code == 404
    browser.cookies[kept.COOKIE] = key
    assert browser.get(reverse("web:kept")).status_code == 200


def test_what_is_kept_is_not_crowded_out_by_what_else_is_remembered_for_a_minute(
    city: factories.City, as_person: SignedIn
) -> None:
    browser = as_person("officer")
    browser.get(reverse("web:queue"))
    _run_out(browser)
    browser.post(reverse("web:enter"), TYPED)
    cache.set_many({f"reading.{n}": True for n in range(320)}, 60)
    _signed_in_again(browser, city.officer)
    assert browser.get(reverse("web:kept")).status_code == 200


@pytest.mark.parametrize("ended", ["signed out", "never signed in"])
def test_of_whom_no_session_ran_out_nothing_is_kept(as_person: SignedIn, ended: str) -> None:
    browser = as_person("officer") if ended == "signed out" else Client()
    browser.post("/accounts/logout/")
    late = browser.post(reverse("web:enter"), TYPED)
    assert late.status_code == 302 and kept.COOKIE not in late.cookies
    assert "is not kept" in browser.get(late["Location"]).content.decode()


def test_a_session_that_ran_out_days_ago_says_of_nobody_that_they_were_here(as_person: SignedIn) -> None:
    browser = as_person("officer")
    browser.get(reverse("web:queue"))
    _run_out(browser, timedelta(days=1))

    late = browser.post(reverse("web:enter"), TYPED)

    assert kept.COOKIE not in late.cookies
    assert not Entry.objects.filter(event="access.refused").exists()


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(as_person: SignedIn) -> None:
    browser = as_person("officer")
    browser.get(reverse("web:queue"))
    _run_out(browser)
    late = browser.post(reverse("web:enter"), TYPED, headers={"HX-Request": "true"})
    assert late.status_code == 204 and late["HX-Redirect"].startswith("/accounts/login/")


@pytest.mark.parametrize(("site", "kept_it"), [("same-origin", True), ("cross-site", False), ("", False)])
def test_a_form_from_before_a_new_sign_in_is_shown_again_if_a_page_of_ours_sent_it(
    city: factories.City, site: str, kept_it: bool
) -> None:
    browser = signed_in(city.officer, csrf=True)
    browser.get(reverse("web:queue"))
    answer = browser.post(
        reverse("web:enter"),
        {**TYPED, "csrfmiddlewaretoken": "a" * 64},
        headers={"Sec-Fetch-Site": site} if site else {},
    )
    assert not Matter.objects.exists()
    if not kept_it:
        assert answer.status_code == 403 and b"out of date" in answer.content
        return
    assert answer["Location"] == reverse("web:kept")
    assert "Minutes of the park committee." in browser.get(reverse("web:kept")).content.decode()


def test_an_old_page_of_what_is_kept_does_not_put_itself_in_its_place(city: factories.City) -> None:
    browser = signed_in(city.officer, csrf=True)
    old = {"csrfmiddlewaretoken": "a" * 64}
    browser.get(reverse("web:queue"))
    browser.post(reverse("web:enter"), TYPED | old, headers=SAME_ORIGIN)
    for address in (reverse("web:stay"), _to("send_kept", browser), _to("drop_kept", browser)):
        again = browser.post(address, TYPED | old, headers=SAME_ORIGIN)
        assert again.status_code == 403
        (one,) = browser.get(reverse("web:kept")).context["forms"]
        assert one["sent"].path == reverse("web:enter")


def test_the_agency_reads_about_its_session_in_its_own_language(as_person: SignedIn) -> None:
    browser = as_person("client")
    browser.post(reverse("web:agency_language", args=["es"]))
    text = browser.get(reverse("web:agency")).content.decode()
    assert "Su sesión termina a las" in text and "Seguir en la sesión" in text
    _run_out(browser)
    typed = {"description": "Actas del comité de parques."}
    late = browser.post(reverse("web:agency_send"), typed)
    assert '<li class="message message-info" lang="es">Su sesión había terminado' in (
        browser.get(late["Location"]).content.decode()
    )
    with _full_log():
        refused = browser.post(reverse("web:agency_send"), typed)
    text = refused.content.decode()
    assert refused.status_code == 503 and '<html lang="es">' in text and "se guarda una hora" in text


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_sent_too_late_is_kept_though_the_log_is_down_and_the_answer_says_so(
    city: factories.City, as_person: SignedIn, htmx: bool
) -> None:
    browser = as_person("officer")
    browser.get(reverse("web:queue"))
    _run_out(browser)
    with _full_log():
        late = browser.post(reverse("web:enter"), TYPED, headers={"HX-Request": "true"} if htmx else {})
    assert late.status_code == 503 and not Matter.objects.exists()
    shown = browser.get(late["HX-Redirect"]) if htmx else late
    assert "kept for an hour" in shown.content.decode()
    _signed_in_again(browser, city.officer)
    assert "Minutes of the park committee." in browser.get(reverse("web:kept")).content.decode()
