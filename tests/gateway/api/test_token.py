"""Who is let in as an agency, and that another agency finds nothing."""

from __future__ import annotations

import datetime as dt
import io
import uuid

from django.utils import timezone
from oauth2_provider.models import AccessToken

from tests import factories
from tests.gateway import callers, sheets
from tests.gateway.callers import is_problem
from workflows.audit.models import Entry
from workflows.flow import papers as paper_acts
from workflows.jobs.models import Job


def test_the_right_secret_gives_a_token_for_a_quarter_of_an_hour_that_opens_the_api(
    city: factories.City,
) -> None:
    program = callers.program(city.agency, with_token=False)
    assert program.get("matters/").status_code == 401

    answer = program.ask_token()

    assert answer.status_code == 200
    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 900, "matters")
    assert "refresh_token" not in told
    assert program.get("matters/").status_code == 200
    # What is stored opens nothing: the token itself is not in the database.
    assert not AccessToken.objects.filter(token=told["access_token"]).exists()


def test_a_wrong_secret_is_refused_with_an_entry_that_names_nobody(city: factories.City) -> None:
    program = callers.program(city.agency, with_token=False)

    answer = program.ask_token(secret="not-the-secret")

    assert answer.status_code == 401 and answer.json()["error"] == "invalid_client"
    entry = Entry.objects.get(event="access.refused")
    assert (entry.actor, entry.role, entry.outcome) == (None, "anonymous", "refused")
    assert program.client_id.encode() not in bytes(entry.body)


def test_a_token_is_worth_nothing_once_expired_or_its_account_closed_or_made_up(
    city: factories.City, bureau: callers.Program
) -> None:
    assert bureau.get("matters/").status_code == 200

    AccessToken.objects.update(expires=timezone.now() - dt.timedelta(seconds=1))
    is_problem(bureau.get("matters/"), 401, "not_authenticated")
    assert "Bearer" in bureau.get("matters/")["WWW-Authenticate"]

    AccessToken.objects.update(expires=timezone.now() + dt.timedelta(minutes=5))
    assert bureau.get("matters/").status_code == 200
    bureau.person.is_active = False
    bureau.person.save()
    is_problem(bureau.get("matters/"), 401, "not_authenticated")

    bureau.token = "made-up"
    is_problem(bureau.get("matters/"), 401, "not_authenticated")


def test_a_token_with_another_scope_opens_nothing(bureau: callers.Program) -> None:
    AccessToken.objects.update(scope="introspection")
    assert bureau.get("matters/").status_code == 401


def test_a_person_of_the_staff_cannot_come_in_by_token(city: factories.City, bureau: callers.Program) -> None:
    """An application that somebody tied to an officer's account must not make a way around two factors."""
    from oauth2_provider.models import Application

    Application.objects.update(user=city.officer)
    assert bureau.get("matters/").status_code == 401


def test_another_agency_finds_the_same_nothing_as_for_an_id_that_does_not_exist(
    city: factories.City, bureau: callers.Program, ledgers: callers.Program
) -> None:
    matter = bureau.post("matters/", {"description": "All reports."}).json()["id"]
    paper = bureau.post(f"matters/{matter}/instruments/", file=io.BytesIO(sheets.sheet("A paper."))).json()
    absent, no_job = str(uuid.uuid4()), paper["job"] + 9999
    hidden = [
        ("GET", "matters/{}/", matter, absent), ("GET", "matters/{}/instruments/", matter, absent),
        ("GET", "matters/{}/letters/", matter, absent), ("GET", "instruments/{}/", paper["id"], absent),
        ("GET", "jobs/{}/", paper["job"], no_job),
        ("POST", "matters/{}/withdraw/", matter, absent),
    ]  # fmt: skip

    for method, path, there, gone in hidden:
        one = ledgers.send(method, path.format(there), seen=1)
        other = ledgers.send(method, path.format(gone), seen=1)
        found, nothing = is_problem(one, 404, "not_found"), is_problem(other, 404, "not_found")
        assert found.pop("instance") != nothing.pop("instance")
        assert found == nothing, path
        assert set(one.headers) == set(other.headers)
    assert ledgers.get("matters/").json()["results"] == []
    assert ledgers.get("links/").json() == []
    assert Entry.objects.filter(outcome="refused").count() == 2 * len(hidden)


def test_an_agency_is_shown_its_own_papers_and_not_what_others_file_on_its_matter(
    city: factories.City, bureau: callers.Program
) -> None:
    matter = bureau.post("matters/", {"description": "All reports."}).json()["id"]
    theirs = bureau.post(f"matters/{matter}/instruments/", file=io.BytesIO(sheets.sheet("A.")))
    motion = paper_acts.file_paper(
        matter, sheets.sheet("A motion to quash."), actor=city.counsel, media_type="application/pdf"
    )

    listed = bureau.get(f"matters/{matter}/instruments/").json()
    assert [one["id"] for one in listed] == [theirs.json()["id"]]
    is_problem(bureau.get(f"instruments/{motion.pk}/"), 404, "not_found")
    is_problem(bureau.get(f"jobs/{Job.objects.get(subject=motion.pk).pk}/"), 404, "not_found")
