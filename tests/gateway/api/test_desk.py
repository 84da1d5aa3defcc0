"""What a city scripts about its desk: visits, lists, holds, dates, searches, each with its second person."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from tests.gateway import callers
from tests.gateway.callers import is_problem
from workflows.flow import papers
from workflows.flow.assigning import assign
from workflows.flow.scoping import set_scope
from workflows.flow.searching import open_search

Staff = Callable[[str], callers.Member]
REASON = {"reason": "Somebody has said that they will sue."}
STATUS = "He has overstayed his visa, A123456789."


def test_a_visit_is_noted_read_exported_and_becomes_a_matter(
    city: factories.City, staff: Staff, bureau: callers.Program
) -> None:
    officer, custodian = staff("officer"), staff("custodian")
    told = {
        "channel": "in_person", "happened_at": timezone.now().isoformat(), "place": "Front desk",
        "agency": str(city.agency.pk), "wants": "warrant", "paper": "court", "told": False,
    }  # fmt: skip
    is_problem(officer.post("contacts/", {**told, "note": STATUS}), 422, "status_data")
    is_problem(officer.post("contacts/", {**told, "wants": "lunch"}), 422, "invalid")
    is_problem(officer.post("contacts/", {**told, "status": "x"}), 422, "invalid")
    made = custodian.post("contacts/", told)
    assert made.status_code == 201 and made.json()["agency"] == city.agency.name
    one = f"contacts/{made.json()['id']}/"
    assert custodian.get(one).json()["by"] == "Custodian"
    assert bureau.get(one).status_code == 403
    assert officer.post(f"{one}counsel/").json()["counsel_called_at"]
    is_problem(officer.post(f"{one}counsel/"), 409, "wrong_state")
    taken = {"what": "Two binders", "kind": "original", "pieces": 2, "receipt": True}
    assert officer.post(f"{one}taken/", taken).json()["taken"][0]["pieces"] == 2

    opened = officer.post(f"{one}open/", {})
    assert opened.status_code == 201 and opened.json()["state"] == "acknowledged"
    assert officer.get(one).json()["matter"] == opened.json()["id"]
    assert custodian.get(one).json()["matter"] is None and custodian.get(one).json()["opened"] is True
    yesterday = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    assert officer.get(f"contacts/?until={yesterday}").json()["results"] == []
    is_problem(officer.get("contacts/?since=monday"), 422, "invalid")
    assert [row["id"] for row in officer.get("contacts/").json()["results"]] == [made.json()["id"]]
    exported = staff("auditor").post("contacts/export/", {"words": "front"})
    assert b"Front desk" in exported.content and exported["Content-Type"].startswith("text/csv")
    assert staff("auditor").post("contacts/export/", {"words": "elsewhere"}).content.count(b"\n") == 1


def test_a_list_is_looked_through_and_counsel_settles_what_it_shows(
    city: factories.City, staff: Staff
) -> None:
    officer, counsel = staff("officer"), staff("counsel")
    sheet = (
        "Reference,Received,Requester,Request\n"
        f'PR-1,2026-02-03,"{city.agency.name}",Addresses of tenants\n'
        "PR-2,2026-02-03,A. Reader,Budget of the park\n"
    )
    took = officer.post("listed-requests/", {"address": ""}, file=io.BytesIO(sheet.encode()))
    assert (took.status_code, took.json()) == (201, {"rows": 2, "new": 2, "flagged": 1})
    wrong = officer.post("listed-requests/", {"reference": "Number"}, file=io.BytesIO(sheet.encode()))
    is_problem(wrong, 422, "no_column")
    (row,) = counsel.get("listed-requests/").json()
    assert row["reference"] == "PR-1" and "known_agency" in row["reasons"]
    at = f"listed-requests/{row['id']}/settle/"
    is_problem(officer.post(at, {"outcome": "stays"}), 403, "forbidden")
    assert counsel.post(at, {"outcome": "belongs_here"}).json()["settled_by"] == "Counsel"
    is_problem(counsel.post(at, {"outcome": "stays"}), 409, "wrong_state")
    assert counsel.get("listed-requests/").json() == []


def test_holds_and_blocks_need_a_second_lawyer_or_counsel(city: factories.City, staff: Staff) -> None:
    matter = factories.open_request(city)
    assign(matter.pk, city.counsel2.pk, actor=city.counsel)
    officer, counsel, second = staff("officer"), staff("counsel"), staff("counsel2")
    whole = officer.get(f"matters/{matter.pk}/").json()
    assert whole["parties"][0]["name"] == factories.PAPERS["sound_order"].subject.name
    assert whole["asked"]["authority"] == "Order of the District Court"
    assert {one["name"] for one in whole["people"]} == {"Officer", "Verifier", "Counsel", "Counsel2"}
    holds = f"matters/{matter.pk}/holds/"
    is_problem(officer.post(holds, {"reason": STATUS}), 422, "status_data")
    hold = officer.post(holds, REASON).json()
    lift = f"holds/{hold['id']}/lift/"
    is_problem(officer.post(lift, {"act": "ask", **REASON}), 403, "forbidden")
    is_problem(counsel.post(lift, {"act": "ask", "reason": "No."}), 422, "reason_needed")
    assert counsel.post(lift, {"act": "ask", **REASON}).json()["asked_by"] == "Counsel"
    is_problem(counsel.post(lift, {"act": "agree"}), 403, "second_person")
    assert second.post(lift, {"act": "decline", **REASON}).json()["asked_by"] is None
    counsel.post(lift, {"act": "ask", **REASON})
    assert second.post(lift, {"act": "agree"}).json()["lifted_by"] == "Counsel2"
    assert [row["ground"] for row in officer.get(holds).json()] == ["counsel"]

    officer.post(f"matters/{matter.pk}/blocks/", {"kind": "forgery"})
    (block,) = officer.get(f"matters/{matter.pk}/blocks/").json()
    is_problem(officer.post(f"blocks/{block['id']}/lift/", REASON), 403, "forbidden")
    named = {"reason": "The ICE warrant of A123456789 was checked with the court."}
    assert counsel.post(f"blocks/{block['id']}/lift/", named).json()["lifted_by"] == "Counsel"


def test_dates_tasks_and_their_calendar(city: factories.City, staff: Staff) -> None:
    matter = factories.open_request(city)
    counsel, officer = staff("counsel"), staff("officer")
    dates, day = f"matters/{matter.pk}/dates/", timezone.localdate() + dt.timedelta(days=9)
    said = {"kind": "return", "day": day.isoformat(), "by": "court"}
    is_problem(officer.post(dates, said), 403, "forbidden")
    assert counsel.post(dates, said).json()["asserted_by"] == "court"
    officer.post(f"matters/{matter.pk}/blocks/", {"kind": "counsel"})
    found = counsel.get(dates).json()
    assert {clock["kind"] for clock in found["clocks"]} >= {"return"}
    task = next(row for row in found["tasks"] if row["done_at"] is None)
    at = f"tasks/{task['id']}/finish/"
    is_problem(counsel.post(at, {"note": STATUS}), 422, "status_data")
    assert counsel.post(at, {"note": "The court was told of it."}).json()["done_by"] == "Counsel"
    feed = counsel.get("dates/")
    assert feed["Content-Type"].startswith("text/calendar") and matter.number.encode() in feed.content
    assert matter.number.encode() not in staff("officer2").get("dates/").content


def test_a_search_is_given_to_a_custodian_who_sees_what_to_look_for_and_no_more(
    city: factories.City, staff: Staff
) -> None:
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)
    papers.accept_paper(paper.pk, actor=city.verifier)
    set_scope(matter.pk, paper.pk, factories.clauses()[:1], actor=city.counsel)
    officer, custodian = staff("officer"), staff("custodian")
    search = officer.post(f"matters/{matter.pk}/searches/", {"department": "Archive"}).json()
    assert search["due"] and custodian.get("searches/").json() == []
    at = f"searches/{search['id']}/give/"
    is_problem(officer.post(at, {"custodian": str(city.auditor.pk)}), 422, "person_unknown")
    assert officer.post(at, {"custodian": str(city.custodian.pk)}).json()["custodian"] == "Custodian"
    (mine,) = custodian.get("searches/").json()
    assert mine["look_for"][0]["subject_name"] == factories.PAPERS["sound_order"].subject.name
    assert city.agency.name not in str(mine)
    said = {"outcome": "produced", "where": "Shelf of 2025", "pieces": 3}
    assert custodian.post(f"searches/{search['id']}/attest/", said).status_code == 204
    (row,) = officer.get(f"matters/{matter.pk}/searches/").json()
    assert (row["outcome"], row["attestations"][0]["pieces"]) == ("found", 3)


def test_a_longer_list_of_searches_asks_the_database_no_more_often(
    city: factories.City, staff: Staff
) -> None:
    collecting = factories.to_collecting(city)
    officer, custodian = staff("officer"), staff("custodian")
    lists = ((officer, f"matters/{collecting.pk}/searches/"), (custodian, "searches/"))

    def asked() -> list[int]:
        counts = []
        for who, address in lists:
            who.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert all(row["due"] for row in who.get(address).json())
            counts.append(len(queries))
        return counts

    open_search(collecting.pk, "Archive", actor=city.officer, custodian_id=city.custodian.pk)
    few = asked()
    for department in ("Library", "Housing", "Police"):
        open_search(collecting.pk, department, actor=city.officer, custodian_id=city.custodian.pk)
    assert asked() == few and len(custodian.get("searches/").json()) == 4
