"""Two administrators give power, one takes it away, and nobody changes their own account."""

from __future__ import annotations

import re
import time

import pytest
from django.urls import reverse

from gateway.accounts.models import AccountChange, Person
from gateway.accounts.people import create_client
from gateway.process.codes import totp
from tests import factories
from tests.gateway.web.conftest import SignedIn, signed_in
from workflows.audit.models import Entry

PAGE = "/house/accounts/"


@pytest.fixture
def admin2(city: factories.City) -> Person:
    return Person.objects.create_user("a2@city.test", factories.PASSWORD, name="A2", role="administrator")


def _row(address: str, person: Person) -> str:
    return reverse(f"web:{address}", args=[person.pk])


def _change(address: str) -> str:
    return reverse(f"web:{address}", args=[AccountChange.objects.get(settled_at__isnull=True).pk])


def test_an_invited_person_signs_in_once_another_administrator_has_agreed(
    city: factories.City, as_person: SignedIn, admin2: Person, client
) -> None:
    sent = {"name": "Rosa Tay", "email": "rosa@bureau.test", "role": "agency", "agency": city.agency.pk}
    admin = as_person("admin")
    handed = admin.post(reverse("web:invite"), sent)
    password, secret = re.findall(r"<code>(.+?)</code>", handed.content.decode())
    assert handed["Cache-Control"] == "no-store" and password not in admin.get(PAGE).content.decode()
    known = {"login": sent["email"], "password": password}
    assert client.post(reverse("account_login"), known)["Location"] == reverse("account_inactive")
    assert client.get(reverse("account_inactive")).status_code == 200
    assert Entry.objects.filter(event="person.sign_in_failed").count() == 1
    assert "_auth_user_id" not in client.session  # switched off
    assert admin.post(_change("agree_account")).status_code == 403  # the one who proposed
    signed_in(admin2).post(_change("agree_account"))

    assert client.post(reverse("account_login"), known)["Location"] == reverse("mfa_authenticate")
    client.post(reverse("mfa_authenticate"), {"code": totp(secret, time.time())})
    assert city.agency.name in client.get(reverse("web:agency")).content.decode()
    events = set(Entry.objects.values_list("event", flat=True))
    assert events >= {"person.created", "account.proposed", "account.agreed", "role.changed"}


def test_a_changed_role_holds_after_two_agree_and_ends_the_sessions(
    city: factories.City, as_person: SignedIn, admin2: Person
) -> None:
    person, theirs = city.auditor2, as_person("auditor2")
    assert theirs.get(reverse("web:flags")).status_code == 200
    sent = {f"p{person.pk}-role": "verifier"}
    as_person("admin").post(_row("change_role", person), sent)
    again = as_person("admin").post(_row("change_role", person), sent)
    assert again.status_code == 409 and b"waits for another administrator" in again.content
    person.refresh_from_db()
    assert person.role == "auditor"
    signed_in(admin2).post(_change("agree_account"))
    person.refresh_from_db()
    assert person.role == "verifier"
    assert theirs.get(reverse("web:queue"))["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("who", "role", "says"),
    [
        ("admin", "auditor", "own account"),
        ("officer", "counsel", "open matters"),
        ("officer2", "officer", "another role than the person has"),
    ],
)
def test_what_cannot_be_is_said_plainly(
    city: factories.City, as_person: SignedIn, who: str, role: str, says: str
) -> None:
    factories.open_request(city)
    person = city.people[who]
    answer = as_person("admin").post(_row("change_role", person), {f"p{person.pk}-role": role})
    assert answer.status_code in (403, 409, 422) and says in answer.content.decode()
    assert not AccountChange.objects.exists()


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"role": "agency"}, "names its agency"),
        ({"role": "counsel", "is_head": "on"}, "as an officer"),
        ({"role": "auditor", "at_desk": "on"}, "never see a matter"),
        ({"role": "officer", "email": "officer@city.test"}, "this address already"),
    ],
)
def test_combinations_that_are_forbidden_make_no_account(
    city: factories.City, as_person: SignedIn, sent: dict[str, str], says: str
) -> None:
    before = Person.objects.count()
    answer = as_person("admin").post(reverse("web:invite"), {"name": "N", "email": "n@city.test", **sent})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert Person.objects.count() == before


def test_switching_off_works_at_once_and_on_needs_another(
    city: factories.City, as_person: SignedIn, admin2: Person
) -> None:
    person, theirs, admin = city.officer2, as_person("officer2"), as_person("admin")
    stale = as_person("admin", factor_age_s=600)
    assert stale.post(_row("switch_off", person))["Location"].startswith("/accounts/step-up/")
    admin.post(_row("switch_off", person))
    assert theirs.get(reverse("web:queue"))["Location"].startswith("/accounts/login/")
    admin.post(_row("switch_on", person))
    person.refresh_from_db()
    assert not person.is_active
    signed_in(admin2).post(_change("decline_account"))
    person.refresh_from_db()
    assert not person.is_active and not AccountChange.objects.filter(agreed=True).exists()


def test_a_client_program_is_no_account_of_this_page(city: factories.City, as_person: SignedIn) -> None:
    create_client(city.agency, "Program", actor=None)
    program = Person.objects.get(name="Program")
    assert as_person("admin").post(_row("switch_off", program)).status_code == 404
    assert "client program" in as_person("admin").get(PAGE).content.decode()
    assert as_person("officer").post(_row("switch_off", city.counsel)).status_code == 404


def test_over_the_api_the_same_two_people_give_power_and_one_takes_it_away(
    city: factories.City, as_person: SignedIn, admin2: Person
) -> None:
    one, other, api = as_person("admin"), signed_in(admin2), "/api/v1/"
    sent = {"name": "Rosa Tay", "email": "rosa@city.test", "role": "auditor"}
    handed = one.post(f"{api}accounts/", sent, "application/json")
    account = handed.json()["account"]
    assert handed.status_code == 201 and "no-store" in handed["Cache-Control"]
    assert handed.json()["password"] and not account["is_active"] and account["waits"]
    (change,) = other.get(f"{api}account-changes/").json()
    agree = f"{api}account-changes/{change['id']}/agree/"
    refused = one.post(agree)
    assert refused.status_code == 403 and refused.json()["code"] == "second_person"
    assert other.post(agree).json()["agreed"] is True
    off = one.post(f"{api}accounts/{account['id']}/off/")
    assert off.json()["is_active"] is False and Entry.objects.filter(event="account.agreed").count() == 1
    late = signed_in(city.admin, factor_age_s=3600).post(f"{api}accounts/{account['id']}/on/")
    assert late.status_code == 403
    assert not Person.objects.get(pk=account["id"]).is_active
