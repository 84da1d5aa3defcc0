"""Signing in: password, then a code; no second factor, no page; nothing else of the sign-in library."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gateway.process.codes import totp
from tests import factories
from tests.factories import PASSWORD
from tests.gateway.web.conftest import SignedIn
from workflows.audit.models import Entry


def _password(browser: Client, name: str, password: str = PASSWORD):
    return browser.post("/accounts/login/", {"login": f"{name}@city.test", "password": password}, follow=True)


def test_a_first_sign_in_sets_the_code_app_up_and_the_next_asks_for_its_code(city: factories.City) -> None:
    browser = Client()
    page = _password(browser, "officer")
    assert page.redirect_chain[-1][0] == "/accounts/code-app/"
    text = page.content.decode()
    assert (
        "<svg" in text and "data:" not in text
    )  # drawn in the page itself: the policy allows no data address
    secret = re.search(r"<dt>Secret</dt><dd><code>([A-Z2-7]+)</code>", text)[1]
    now = time.time()

    codes = browser.post("/accounts/code-app/", {"code": totp(secret, now)}, follow=True)
    assert "Your recovery codes" in codes.content.decode()
    assert browser.get(reverse("web:queue")).status_code == 200

    again = Client()
    assert _password(again, "officer").redirect_chain[-1][0] == "/accounts/code/"
    assert again.get(reverse("web:queue")).status_code == 302
    wrong = again.post("/accounts/code/", {"code": "000000"})
    assert wrong.status_code == 200
    landed = again.post("/accounts/code/", {"code": totp(secret, now + 30)}, follow=True)
    assert landed.redirect_chain[-1][0] == reverse("web:queue")
    assert Entry.objects.filter(event="person.signed_in", actor=city.officer.pseudonym).count() == 2


def test_a_session_without_a_second_factor_sees_no_page(as_person: SignedIn) -> None:
    browser = as_person("officer", factor_age_s=None)

    assert browser.get(reverse("web:queue"))["Location"] == "/accounts/code-app/"
    assert "Queue" not in browser.get("/accounts/code-app/").content.decode()


def test_five_wrong_passwords_lock_the_account_and_say_so_without_naming_it(city: factories.City) -> None:
    browser = Client()
    answers = [_password(browser, "officer", "wrong") for _ in range(5)]

    assert answers[-1].status_code == 429
    assert "locked for 15 minutes" in answers[-1].content.decode()
    assert "officer@city.test" not in answers[-1].content.decode()
    refused = _password(browser, "officer").content.decode()  # the right password, too late
    assert "Too many failed login attempts" in refused
    assert browser.get(reverse("web:queue"))["Location"].startswith("/accounts/login/")


def test_an_agency_signs_in_to_its_own_requests_only(city: factories.City) -> None:
    browser = Client()
    assert _password(browser, "client").redirect_chain[-1][0] == reverse("web:agency")


@pytest.mark.parametrize(
    "address",
    ["signup/", "email/", "confirm-email/", "password/reset/", "password/change/", "password/set/",
     "login/code/confirm/", "2fa/", "2fa/totp/deactivate/", "2fa/recovery-codes/generate/"],
)  # fmt: skip
def test_nothing_else_of_the_sign_in_library_can_be_reached(as_person: SignedIn, address: str) -> None:
    assert as_person("officer").get(f"/accounts/{address}").status_code == 404
    assert Client().get(f"/accounts/{address}").status_code == 404


def test_signing_out_ends_the_session_by_post_only(as_person: SignedIn) -> None:
    browser = as_person("officer")
    browser.get("/accounts/logout/")
    assert browser.get(reverse("web:queue")).status_code == 200

    browser.post("/accounts/logout/")
    assert browser.get(reverse("web:queue")).status_code == 302


def test_the_step_up_page_returns_to_the_place_it_came_from_and_nowhere_else(
    city: factories.City, as_person: SignedIn
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(city.counsel, secret)
    browser, now = as_person("counsel", factor_age_s=400.0), time.time()

    away = browser.post("/accounts/step-up/?next=https://elsewhere.example/", {"code": totp(secret, now)})
    assert away["Location"] == "/"
    home = browser.post(
        "/accounts/step-up/?next=/matters/", {"code": totp(secret, now + 30), "next": "/matters/"}
    )
    assert home["Location"] == "/matters/"
    assert Entry.objects.filter(event="person.stepped_up").count() == 2


def test_a_session_lives_on_by_what_a_person_does_and_not_by_what_a_page_fetches(as_person: SignedIn) -> None:
    browser = as_person("officer")
    key = browser.session.session_key

    def age_and_get(**headers: str) -> bool:
        session = browser.session
        session["renewed"] = int(time.time()) - 600
        session.save()
        Session.objects.filter(pk=key).update(expire_date=timezone.now() + dt.timedelta(minutes=5))
        browser.get(reverse("web:queue"), headers=headers)
        return Session.objects.get(pk=key).expire_date > timezone.now() + dt.timedelta(minutes=14)

    assert age_and_get()
    assert not age_and_get(**{"Sec-Fetch-Dest": "empty"})
    assert not age_and_get(**{"Sec-Fetch-Dest": "image"})
