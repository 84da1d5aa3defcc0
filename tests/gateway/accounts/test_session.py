"""Staff sign in with both factors at once; every way to fail gives one answer, counts, and is an entry."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from tests.gateway import callers, sheets
from tests.gateway.callers import is_problem
from workflows.audit.models import Entry
from workflows.flow.advance import STEP_UP_S
from workflows.flow.assigning import unassign


def age_the_proofs(member: callers.Member, seconds: float) -> None:
    """The session's sign-in lies so many seconds further back."""
    session = member.http.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= seconds
    session.save()


def test_password_and_code_together_open_a_session_that_names_the_person(city: factories.City) -> None:
    officer = callers.member(city.officer, signed_in=False)
    assert is_problem(officer.get("session/"), 401, "not_authenticated")

    answer = officer.sign_in()

    assert answer.status_code == 200
    assert answer.json() == {"id": str(city.officer.pk), "name": "Officer", "role": "officer"}
    assert officer.get("session/").json()["role"] == "officer"
    assert Entry.objects.get(event="person.signed_in").actor == city.officer.pseudonym
    assert officer.send("DELETE", "session/").status_code == 204
    assert officer.get("matters/").status_code == 401
    assert Entry.objects.filter(event="person.signed_out").count() == 1


def test_unknown_address_wrong_password_and_wrong_code_are_one_answer(city: factories.City) -> None:
    officer = callers.member(city.officer, signed_in=False)
    wrong = [
        {"email": "nobody@city.test", "password": factories.PASSWORD, "code": officer.code()},
        {"email": city.officer.email, "password": "wrong", "code": "000000"},
        {"email": city.officer.email, "password": factories.PASSWORD, "code": "000000"},
        {"email": city.auditor.email, "password": factories.PASSWORD, "code": "000000"},  # no code app yet
    ]

    answers = [is_problem(officer.post("session/", body), 401, "credentials") for body in wrong]

    assert all(answer == answers[0] for answer in answers)
    assert Entry.objects.filter(event="person.sign_in_failed", actor=None).count() == len(wrong)
    assert officer.get("matters/").status_code == 401


def test_five_wrong_codes_lock_the_account_even_for_the_right_ones(city: factories.City) -> None:
    """Whoever knows a password must not be able to try codes for ever."""
    officer = callers.member(city.officer, signed_in=False)
    for _ in range(4):
        assert officer.sign_in(code="000000").status_code == 401
    is_problem(officer.sign_in(code="000000"), 429, "locked")

    is_problem(officer.sign_in(), 429, "locked")
    assert callers.member(city.counsel).get("session/").status_code == 200  # nobody else is locked


def test_a_code_works_once(city: factories.City) -> None:
    officer = callers.member(city.officer, signed_in=False)
    code = officer.code()
    assert officer.sign_in(code=code).status_code == 200
    again = callers.Member(person=city.officer, totp=officer.totp)
    assert again.sign_in(code=code).status_code == 401


def test_an_inactive_person_is_out_at_once(city: factories.City, staff: Any) -> None:
    officer = staff("officer")
    assert officer.get("matters/").status_code == 200
    type(city.officer).objects.filter(pk=city.officer.pk).update(is_active=False)
    assert officer.get("matters/").status_code == 401
    assert officer.sign_in().status_code == 401


def test_a_session_without_its_second_factor_is_no_session(city: factories.City) -> None:
    officer = callers.member(city.officer, signed_in=False)
    officer.http.force_login(city.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert is_problem(officer.get("matters/"), 401, "not_authenticated")


def test_a_page_elsewhere_cannot_act_with_the_cookie(city: factories.City, staff: Any) -> None:
    officer = staff("officer")
    officer.http.cookies["csrftoken"] = ""
    answer = officer.post("matters/", {"description": "All reports.", "agency": str(city.agency.pk)})
    is_problem(answer, 403, "forbidden")
    assert Entry.objects.filter(event="access.refused").count() == 1


def test_an_act_of_weight_needs_a_proof_younger_than_five_minutes(city: factories.City, staff: Any) -> None:
    matter, counsel = factories.open_request(city), staff("counsel")
    age_the_proofs(counsel, STEP_UP_S + 1)
    body = {"reason": "The order compels these pages."}
    is_problem(
        counsel.post(f"matters/{matter.pk}/approve/", body, seen=matter.version), 403, "step_up_needed"
    )

    is_problem(counsel.post("session/step-up/", {"code": "000000"}), 403, "credentials")
    assert counsel.post("session/step-up/", {"code": counsel.code()}).status_code == 204

    # The proof is taken; now the state of the matter speaks.
    is_problem(counsel.post(f"matters/{matter.pk}/approve/", body, seen=matter.version), 409, "wrong_state")
    refusals = Entry.objects.filter(outcome="refused").order_by("id").values_list("event", flat=True)
    assert list(refusals) == ["move.refused", "access.refused", "move.refused"]
    assert Entry.objects.filter(event="person.stepped_up").exists()


def test_codes_for_the_step_up_cannot_be_tried_for_ever(staff: Any) -> None:
    counsel = staff("counsel")
    for _ in range(4):
        is_problem(counsel.post("session/step-up/", {"code": "000000"}), 403, "credentials")
    is_problem(counsel.post("session/step-up/", {"code": "000000"}), 429, "locked")
    assert counsel.post("session/step-up/", {"code": counsel.code()}).status_code in (403, 429)
    assert Entry.objects.filter(event="access.refused", outcome="refused").count() == 6


@pytest.mark.t10
def test_a_right_taken_away_is_gone_with_the_next_request(city: factories.City, staff: Any) -> None:
    matter, officer = factories.open_request(city), staff("officer")
    paper = officer.post(
        f"matters/{matter.pk}/instruments/", file=io.BytesIO(sheets.sheet("An order."))
    ).json()
    own = (f"matters/{matter.pk}/", f"instruments/{paper['id']}/", f"jobs/{paper['job']}/")
    assert [officer.get(path).status_code for path in own] == [200, 200, 200]

    unassign(matter.pk, city.officer.pk, actor=city.counsel)

    for path in own:  # what the person asked for themselves, too
        is_problem(officer.get(path), 404, "not_found")
    assert officer.get("matters/").json()["results"] == []
    assert timezone.now() - matter.opened_at < dt.timedelta(minutes=5)
