"""Requests of agencies: opened once, shown coarsely, moved by name; each refusal says why and is an entry."""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from gateway.api.models import IdempotencyKey
from tests import factories
from tests.gateway import callers
from tests.gateway.callers import is_problem
from workflows.audit.models import Entry
from workflows.flow.advance import advance
from workflows.matters.models import Matter

ASKED = {
    "description": "All records about the person named below.",
    "subjects": [{"name": "Ada Mora", "birth_date": "1979-03-05"}],
    "requester_class": "civil_immigration",
}


def refusals() -> list[Entry]:
    return list(Entry.objects.filter(outcome="refused").order_by("id"))


def reason_of(entry: Entry) -> str:
    return str(json.loads(bytes(entry.body))["reason"])


def test_a_request_is_acknowledged_at_once_and_the_agency_sees_four_things_of_it(
    city: factories.City, bureau: callers.Program, staff: Any
) -> None:
    answer = bureau.post("matters/", ASKED)

    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "number", "status", "received_at"}
    assert answer.json()["status"] == "received"
    matter = Matter.objects.get()
    assert (matter.state, matter.channel, matter.agency) == ("acknowledged", "api", city.agency)
    assert matter.parties.get().name == "Ada Mora"
    seen = staff("officer").get(f"matters/{matter.pk}/").json()
    assert seen["state"] == "acknowledged" and "ask_paper" in seen["moves"]
    letters = bureau.get(f"matters/{matter.pk}/letters/").json()
    assert [letter["template"] for letter in letters] == ["acknowledgement"]
    assert Entry.objects.filter(event="matter.opened", matter=matter.pk).count() == 1


def test_the_same_key_gives_the_same_answer_and_one_matter(bureau: callers.Program) -> None:
    bureau.key = "request-0001"
    first, second = bureau.post("matters/", ASKED), bureau.post("matters/", ASKED)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotent-Replay"] == "true" and "Idempotent-Replay" not in first
    assert Matter.objects.count() == 1


def test_a_refusal_is_replayed_too_and_is_one_entry(bureau: callers.Program) -> None:
    bureau.key = "request-0002"
    first = bureau.post("matters/", {"description": " "})
    second = bureau.post("matters/", {"description": " "})

    assert is_problem(first, 422, "invalid") == is_problem(second, 422, "invalid")
    assert second["Idempotent-Replay"] == "true"
    assert len(refusals()) == 1


def test_the_same_key_for_another_body_is_refused(bureau: callers.Program) -> None:
    bureau.key = "request-0003"
    bureau.post("matters/", ASKED)
    is_problem(bureau.post("matters/", {**ASKED, "description": "Another."}), 422, "key_reused")
    assert Matter.objects.count() == 1
    assert [(entry.event, reason_of(entry)) for entry in refusals()] == [("input.refused", "key_reused")]


def test_a_key_belongs_to_its_client(bureau: callers.Program, ledgers: callers.Program) -> None:
    bureau.key = ledgers.key = "request-0004"
    one, other = bureau.post("matters/", ASKED).json(), ledgers.post("matters/", ASKED).json()
    assert one["id"] != other["id"]


@pytest.mark.parametrize("key", ["", "short", "x" * 121])
def test_an_agency_must_send_a_key(bureau: callers.Program, key: str) -> None:
    answer = bureau.post("matters/", ASKED, **{"Idempotency-Key": key})
    is_problem(answer, 400, "idempotency_key_needed")
    assert not Matter.objects.exists() and len(refusals()) == 1


def test_a_request_under_way_is_not_begun_a_second_time(bureau: callers.Program) -> None:
    bureau.key = "request-0005"
    assert bureau.post("matters/", ASKED).status_code == 201
    IdempotencyKey.objects.update(status=None, answer=None)  # as it stands while the first is answered
    is_problem(bureau.post("matters/", ASKED), 409, "key_in_progress")
    assert Matter.objects.count() == 1


def test_two_requests_with_one_key_at_once_make_one_matter(bureau: callers.Program) -> None:
    bureau.key, statuses = "request-0006", []
    together = threading.Barrier(2)

    def ask() -> None:
        twin = callers.Program(token=bureau.token, key=bureau.key)
        together.wait()
        statuses.append(twin.post("matters/", ASKED).status_code)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) in ([201, 201], [201, 409])
    assert Matter.objects.count() == 1


def test_a_left_out_header_frees_its_key(city: factories.City, bureau: callers.Program) -> None:
    matter = bureau.post("matters/", ASKED)
    path, bureau.key = f"matters/{matter.json()['id']}/withdraw/", "request-0007"
    is_problem(bureau.post(path), 428, "if_match_needed")
    assert bureau.post(path, seen=matter["ETag"].strip('"')).json()["status"] == "closed"


@pytest.mark.parametrize(
    "body, kind, status, code",
    [
        ('{"description": "All re', "application/json", 400, "bad_request"),
        ("\xff\xfe".encode("latin-1"), "application/json", 400, "bad_request"),
        ("description=All", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ("<a/>", "application/xml", 415, "unsupported_media_type"),
        (json.dumps({"description": "x" * (1024 * 1024)}), "application/json", 413, "too_large"),
        ("[]", "application/json", 422, "invalid"),
        ('"text"', "application/json", 422, "invalid"),
        ("null", "application/json", 422, "invalid"),
    ],
)
def test_a_body_that_cannot_be_taken_is_a_problem_and_an_entry_and_nothing_else(
    bureau: callers.Program, body: Any, kind: str, status: int, code: str
) -> None:
    is_problem(bureau.post("matters/", body, kind=kind), status, code)
    assert not Matter.objects.exists()
    assert [(one.event, one.actor, reason_of(one)) for one in refusals()] == [
        ("input.refused", bureau.person.pseudonym, code)
    ]


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"description": ""}, "/description"),
        ({"description": "x" * 20_001}, "/description"),
        ({"description": "a\x00b"}, "/description"),
        ({"description": {"a": 1}}, "/description"),
        ({"requester_class": "friendly"}, "/requester_class"),
        ({"return_on": "next week"}, "/return_on"),
        ({"subjects": [{"name": "Ada"}, {"name": "x" * 161}]}, "/subjects/1/name"),
        ({"subjects": [{"nam": "Ada"}]}, "/subjects/0/nam"),
        ({"subjects": [{"name": "Ada"}] * 101}, "/subjects"),
        ({"subjets": []}, "/subjets"),
        ({"received_at": "2999-13-01"}, "/received_at"),
    ],
)
def test_a_field_that_is_not_valid_is_pointed_at(
    bureau: callers.Program, changes: dict[str, Any], pointer: str
) -> None:
    problem = is_problem(bureau.post("matters/", {**ASKED, **changes}), 422, "invalid")
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert all(error["detail"] for error in problem["errors"])
    assert not Matter.objects.exists() and len(refusals()) == 1


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00Z", "1971-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_a_time_of_arrival_must_be_one(city: factories.City, staff: Any, when: str) -> None:
    body = {**ASKED, "agency": str(city.agency.pk), "channel": "letter", "received_at": when}
    answer = staff("officer").post("matters/", body)
    assert answer.status_code == 422 and answer["Content-Type"] == callers.PROBLEM
    assert not Matter.objects.exists() and len(refusals()) == 1


def test_nobody_learns_which_agencies_exist_by_naming_them(
    city: factories.City, bureau: callers.Program, staff: Any
) -> None:
    for agency in (city.other_agency.pk, uuid.uuid4()):
        is_problem(bureau.post("matters/", {**ASKED, "agency": str(agency)}), 403, "forbidden")
        is_problem(staff("auditor").post("matters/", {**ASKED, "agency": str(agency)}), 403, "forbidden")
    is_problem(
        staff("officer").post("matters/", {**ASKED, "agency": str(uuid.uuid4())}), 422, "agency_unknown"
    )
    is_problem(staff("officer").post("matters/", ASKED), 422, "agency_needed")
    assert not Matter.objects.exists() and len(refusals()) == 6


def test_the_version_that_was_seen_must_be_the_one_that_is_changed(city: factories.City, staff: Any) -> None:
    matter, officer = factories.open_request(city), staff("officer")
    path = f"matters/{matter.pk}/ask_paper/"
    is_problem(officer.post(path), 428, "if_match_needed")
    for nonsense in ("\xb2", "abc", "9" * 5000, "-1"):
        is_problem(officer.post(path, seen=nonsense), 400, "bad_request")
    is_problem(officer.post(path, seen=matter.version - 1), 412, "stale")
    assert Matter.objects.get().state == "acknowledged" and len(refusals()) == 6

    answer = officer.post(path, seen=matter.version)

    assert answer.status_code == 200 and answer.json()["state"] == "awaiting_paper"
    assert answer["ETag"] == f'"{matter.version + 1}"'
    # The second click comes with the version of the first page.
    is_problem(officer.post(path, seen=matter.version), 412, "stale")
    is_problem(officer.post(path, seen=matter.version + 1), 409, "wrong_state")


def test_a_move_whose_guards_do_not_hold_names_each_of_them(city: factories.City, staff: Any) -> None:
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    is_problem(
        staff("verifier").post(f"instruments/{paper.pk}/accept/", seen=paper.version), 409, "wrong_state"
    )
    factories.verify_paper(city, paper)
    paper.refresh_from_db()
    from workflows.flow.papers import raise_flag, record_check

    record_check(paper.pk, "V04", "failed", actor=city.verifier)
    raise_flag(paper.pk, "UNSIGNED", actor=city.verifier)
    paper.refresh_from_db()
    before = Entry.objects.count()

    problem = is_problem(
        staff("verifier").post(f"instruments/{paper.pk}/accept/", seen=paper.version), 409, "guard_failed"
    )

    assert problem["failed"] == ["paper.checks", "paper.no_flag"]
    assert Entry.objects.count() == before + 1
    entry = json.loads(bytes(Entry.objects.latest("id").body))
    assert (entry["event"], entry["failed"]) == ("move.refused", problem["failed"])
    paper.refresh_from_db()
    assert paper.state == "authenticating"


def test_a_move_that_people_do_not_take_or_that_does_not_exist_is_nothing(
    city: factories.City, staff: Any
) -> None:
    matter, officer = factories.open_request(city), staff("officer")
    for move in ("void", "burned", "accept_paper", "acknowledge", "open_the_gate"):
        is_problem(officer.post(f"matters/{matter.pk}/{move}/", seen=matter.version), 404, "not_found")
    matter.refresh_from_db()
    assert matter.state == "acknowledged" and len(refusals()) == 5


@pytest.mark.parametrize("token", ["", "made-up"])
def test_nobody_s_body_is_read_before_it_is_known_who_sends_it(
    city: factories.City, nobody: callers.Caller, token: str
) -> None:
    """Else whoever likes could fill the disk, or hear from the parser instead of the door."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    for body, kind in (('{"broken', "application/json"), ("x" * 2**21, "multipart/form-data; boundary=a")):
        is_problem(nobody.post("matters/", body, kind=kind, **headers), 401, "not_authenticated")


def test_an_agency_cannot_count_the_steps_of_the_desk(city: factories.City, bureau: callers.Program) -> None:
    """What it sees of two states that share a word is the same to the last header."""
    matter = bureau.post("matters/", ASKED).json()["id"]
    factories.file_demo_paper(city, Matter.objects.get())
    before = bureau.get(f"matters/{matter}/")
    factories.verify_paper(city, Matter.objects.get().instruments.get())
    from workflows.flow.papers import accept_paper

    accept_paper(Matter.objects.get().instruments.get().pk, actor=city.verifier)
    after = bureau.get(f"matters/{matter}/")

    assert Matter.objects.get().state == "scope_review"
    assert before.json()["status"] == "under_review" and before.content == after.content
    assert before["ETag"] == after["ETag"] and not before["ETag"].strip('"').isdigit()
    # And with an old one it can change nothing.
    is_problem(bureau.post(f"matters/{matter}/withdraw/", seen="0123456789abcdef"), 412, "stale")
    answer = bureau.post(f"matters/{matter}/withdraw/", seen=after["ETag"].strip('"'))
    assert answer.json()["status"] == "closed"


def test_an_agency_may_take_no_move_of_the_desk_on_its_own_matter(bureau: callers.Program) -> None:
    matter = bureau.post("matters/", ASKED)
    for move in ("ask_paper", "finish_search", "freeze", "approve", "release", "refuse", "close"):
        path = f"matters/{matter.json()['id']}/{move}/"
        is_problem(bureau.post(path, seen=matter["ETag"].strip('"')), 403, "forbidden")
    assert len(refusals()) == 7


def test_a_refusal_of_the_request_names_what_is_missing(city: factories.City, staff: Any) -> None:
    matter, counsel = factories.open_request(city), staff("counsel")
    path = f"matters/{matter.pk}/refuse/"
    is_problem(counsel.post(path, {"reason": "No."}, seen=matter.version), 422, "missing_codes")
    is_problem(counsel.post(path, {"missing": ["because"]}, seen=matter.version), 422, "missing_codes")
    assert Matter.objects.get().state == "acknowledged"

    assert counsel.post(path, {"missing": ["no_instrument"]}, seen=matter.version).status_code == 200
    assert matter.letters.filter(template="refusal").count() == 1


def test_pages_of_the_list_follow_each_other_without_totals(
    city: factories.City, bureau: callers.Program
) -> None:
    numbers = [factories.open_request(city).number for _ in range(3)]
    first = bureau.get("matters/?page_size=2").json()
    assert first.keys() == {"next", "previous", "results"}
    rest = bureau.http.get(first["next"], headers=bureau.headers()).json()
    assert [one["number"] for one in first["results"] + rest["results"]] == numbers[::-1]
    is_problem(bureau.get("matters/?cursor=bm9uc2Vuc2U"), 404, "not_found")


@pytest.mark.parametrize("path", ["nowhere/", "matters", "matters/not-an-id/", "links/1/claim/"])
def test_an_address_that_is_none_is_a_problem_document(bureau: callers.Program, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        is_problem(bureau.send(method, path), 404, "not_found")


def test_a_method_that_an_address_does_not_take_is_a_problem_document(bureau: callers.Program) -> None:
    matter = bureau.post("matters/", ASKED).json()["id"]
    is_problem(bureau.send("DELETE", f"matters/{matter}/"), 405, "method_not_allowed")
    is_problem(bureau.send("PATCH", f"matters/{matter}/", {"state": "closed"}), 405, "method_not_allowed")
    assert Matter.objects.get().state == "acknowledged"


def test_sixty_requests_a_minute_for_a_client_and_the_answer_says_how_long_to_wait(
    bureau: callers.Program, ledgers: callers.Program
) -> None:
    answers = [bureau.get("links/") for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200}
    is_problem(answers[60], 429, "throttled")
    assert 0 < int(answers[60]["Retry-After"]) <= 61
    assert ledgers.get("links/").status_code == 200  # another client is not made to wait


def test_who_has_no_account_cannot_change_the_address_that_is_counted(
    city: factories.City, nobody: callers.Caller
) -> None:
    body = {"email": "nobody@city.test", "password": "x", "code": "1"}
    for number in range(60):
        nobody.post("session/", body, **{"X-Forwarded-For": f"198.51.100.{number}"})
    is_problem(nobody.post("session/", body, **{"X-Forwarded-For": "198.51.100.99"}), 429, "throttled")


def test_a_bug_is_a_problem_document_without_content(client: Any, settings: Any) -> None:
    from django.test import RequestFactory

    from gateway.api.errors import server_error

    answer = server_error(RequestFactory().get("/api/v1/matters/"))
    assert (answer.status_code, answer["Content-Type"]) == (500, callers.PROBLEM)
    assert json.loads(answer.content)["code"] == "internal"
    page = server_error(RequestFactory().get("/queue/"))
    assert (page.status_code, page["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert django_settings.DEBUG is False


def test_a_matter_withdrawn_is_over_for_the_agency(city: factories.City, bureau: callers.Program) -> None:
    matter = bureau.post("matters/", ASKED)
    identity = matter.json()["id"]
    advance(identity, "ask_paper", actor=city.officer, missing=["no_instrument"])
    # The coarse word has changed, and with it what the agency must have seen.
    is_problem(bureau.post(f"matters/{identity}/withdraw/", seen=matter["ETag"].strip('"')), 412, "stale")
    seen = bureau.get(f"matters/{identity}/")
    assert seen.json()["status"] == "needs_paper"
    assert bureau.post(f"matters/{identity}/withdraw/", seen=seen["ETag"].strip('"')).status_code == 200
    again = bureau.get(f"matters/{identity}/")["ETag"].strip('"')
    is_problem(bureau.post(f"matters/{identity}/withdraw/", seen=again), 409, "wrong_state")
