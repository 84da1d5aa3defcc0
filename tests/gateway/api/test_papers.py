"""Papers: an administrative form is told what is missing, a bad file says so, and the gate stays closed."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.utils import timezone

from gateway.demo import papers as demo_papers
from tests import factories
from tests.gateway import callers, sheets
from tests.gateway.callers import is_problem
from workflows import jobs
from workflows.audit.models import Entry
from workflows.flow import gate
from workflows.flow import papers as paper_acts
from workflows.instruments.models import Instrument
from workflows.matters.models import Matter, Task
from workflows.policy.checks import NEEDED_FOR_ACCEPTANCE


def file(caller: callers.Caller, matter: str, data: bytes, **fields: str) -> Any:
    return caller.post(f"matters/{matter}/instruments/", fields, file=io.BytesIO(data))


def opened(bureau: callers.Program) -> str:
    return str(bureau.post("matters/", {"description": "All records about the person named."}).json()["id"])


def body_of(entry: Entry) -> dict[str, Any]:
    return dict(json.loads(bytes(entry.body)))


def test_a_form_of_removal_declared_a_warrant_is_answered_with_what_is_missing(
    city: factories.City, bureau: callers.Program, staff: Any
) -> None:
    matter = opened(bureau)
    answer = file(
        bureau, matter, demo_papers.make("i205", timezone.localdate()), declared_type="fed_search_warrant"
    )
    assert answer.status_code == 202 and answer.json()["status"] == "being_read"
    assert answer["Location"] == f"/api/v1/instruments/{answer.json()['id']}/"
    job = f"jobs/{answer.json()['job']}/"
    assert bureau.get(job).json()["state"] == "queued"
    jobs.drain()
    assert bureau.get(job).json()["state"] == "done"

    shown = bureau.get(f"instruments/{answer.json()['id']}/").json()

    assert shown.keys() == {"id", "sha256", "status", "kind", "missing"}
    assert shown["status"] == "needs_paper"
    assert "not_judicial" in [one["code"] for one in shown["missing"]]
    letter = bureau.get(f"matters/{matter}/letters/").json()[-1]
    assert letter["template"] == "needs_paper" and letter["missing"] == [
        one["code"] for one in shown["missing"]
    ]
    assert all(one["detail"] in letter["body"] for one in shown["missing"])
    # Whatever it was declared to be, nobody can accept it: not even with every check passed.
    paper = Instrument.objects.get()
    overlook(city, paper, "i205")
    paper.refresh_from_db()
    problem = is_problem(
        staff("verifier").post(f"instruments/{paper.pk}/accept/", seen=paper.version), 409, "guard_failed"
    )
    assert "paper.kind" in problem["failed"]
    assert gate.ask("approve", paper.matter, city.counsel, timezone.now())["gate.legal_basis"] is False


@pytest.mark.parametrize(
    "name, failing, missing, guards",
    [
        # The machine sees no signature, and says neither yes nor no: the verifier looks, and says no.
        ("unsigned_order", "V04", set(), {"paper.checks"}),
        # Even a verifier who overlooks everything does not get past these.
        ("expired_warrant", None, set(), {"paper.no_flag"}),
        ("immigration_judge_order", None, {"not_judicial", "no_records_effect"}, {"paper.kind"}),
    ],
)
def test_a_paper_that_binds_nobody_cannot_be_accepted(
    city: factories.City, bureau: callers.Program, staff: Any, name: str, failing: str | None,
    missing: set[str], guards: set[str],
) -> None:  # fmt: skip
    filed = file(bureau, opened(bureau), demo_papers.make(name, timezone.localdate())).json()
    jobs.drain()
    shown = bureau.get(f"instruments/{filed['id']}/").json()
    assert {one["code"] for one in shown["missing"]} == missing
    paper = Instrument.objects.get()
    assert paper.reading is not None and paper.reading["gate"] == "closed"

    overlook(city, paper, name)
    if failing:
        paper_acts.record_check(paper.pk, failing, "failed", actor=city.verifier)
    paper.refresh_from_db()
    problem = is_problem(
        staff("verifier").post(f"instruments/{paper.pk}/accept/", seen=paper.version), 409, "guard_failed"
    )

    assert set(problem["failed"]) == guards
    paper.refresh_from_db()
    assert paper.state == "authenticating" and Matter.objects.get().state == "instrument_review"
    # What the agency hears of it is a word, and counsel's letter when there is one.
    assert bureau.get(f"matters/{Matter.objects.get().pk}/").json()["status"] == "under_review"


def test_an_identifier_read_off_a_paper_is_not_stored_as_its_number(
    city: factories.City, bureau: callers.Program, staff: Any
) -> None:
    filed = file(bureau, opened(bureau), sheets.sheet("A form.")).json()
    fields = {
        "type": "ice_admin_removal_warrant", "docket": "A 087 654 321", "court": "None", "signer": "O. Voss",
        "signer_title": "Officer",
    }  # fmt: skip
    paper = Instrument.objects.get()
    answer = staff("verifier").send("PUT", f"instruments/{filed['id']}/fields/", fields, seen=paper.version)
    is_problem(answer, 422, "status_data")
    paper.refresh_from_db()
    assert paper.docket == "" and paper.confirmed_by is None


def overlook(city: factories.City, paper: Instrument, name: str) -> None:
    """A verifier copies what the paper says of itself and passes every check."""
    facts = demo_papers.PAPERS[name]
    paper_acts.confirm_fields(
        paper.pk,
        paper_acts.ConfirmedFields(
            type=facts.type, docket="As printed", court="United States District Court",
            signer=facts.signer.name, signer_title="Judge", execute_by=facts.execute_by(timezone.localdate()),
        ),
        actor=city.verifier,
    )  # fmt: skip
    for check_id in NEEDED_FOR_ACCEPTANCE:
        if check_id != "V11":
            paper_acts.record_check(paper.pk, check_id, "passed", actor=city.verifier)
    paper_acts.call_back(
        paper.pk, actor=city.officer, contact_id=city.court.pk, spoke_with="Deputy clerk", outcome="passed"
    )


@pytest.mark.parametrize("name", ["text", "locked", "broken"])
def test_a_paper_that_cannot_be_read_says_so_and_stays_closed_and_another_may_follow(
    city: factories.City, bureau: callers.Program, name: str
) -> None:
    data = {"text": sheets.NOT_A_PDF, "locked": sheets.locked(), "broken": sheets.broken()}[name]
    matter = opened(bureau)
    filed = file(bureau, matter, data).json()
    jobs.drain()

    shown = bureau.get(f"instruments/{filed['id']}/").json()

    assert (shown["status"], shown["missing"][0]["code"]) == ("needs_paper", "unreadable")
    paper = Instrument.objects.get()
    assert (paper.pages, paper.page_images, paper.state) == (0, [], "format_checked")
    assert [flag.flag for flag in paper.flags.all()] == ["ILLEGIBLE"]
    entry = Entry.objects.get(event="instrument.read")
    assert (body_of(entry)["result"], entry.digest) == ("unknown", paper.sha256)
    assert file(bureau, matter, demo_papers.make("sound_order", timezone.localdate())).status_code == 202
    jobs.drain()
    assert {job.state for job in jobs.models.Job.objects.all()} == {"done"}


def test_an_empty_file_is_refused_and_nothing_is_kept(city: factories.City, bureau: callers.Program) -> None:
    matter = opened(bureau)
    problem = is_problem(file(bureau, matter, b""), 422, "invalid")
    assert problem["errors"][0]["pointer"] == "/file"
    is_problem(
        bureau.post(f"matters/{matter}/instruments/", {"declared_type": "x"}, kind="multipart"),
        422,
        "invalid",
    )
    is_problem(bureau.post(f"matters/{matter}/instruments/", {"file": "text"}), 415, "unsupported_media_type")
    is_problem(
        bureau.post(f"matters/{matter}/instruments/", b"nonsense", kind="multipart/form-data; boundary="),
        400, "bad_request",
    )  # fmt: skip
    assert not Instrument.objects.exists()
    assert Entry.objects.filter(event="input.refused").count() == 4
    assert Matter.objects.get().state == "acknowledged"


def test_a_file_beyond_the_limit_is_refused_by_its_stated_length_before_it_is_read(
    bureau: callers.Program,
) -> None:
    path = f"{callers.ROOT}matters/{opened(bureau)}/instruments/"
    form = b'--a\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nx\r\n--a--\r\n'
    kind = "multipart/form-data; boundary=a"
    stated = {"CONTENT_LENGTH": str(300 * 1024 * 1024)}
    answer = bureau.http.generic("POST", path, form, kind, headers=bureau.headers(), **stated)
    is_problem(answer, 413, "too_large")
    assert not Instrument.objects.exists()


def test_the_same_file_twice_on_one_matter_is_refused_and_on_another_is_not(
    city: factories.City, bureau: callers.Program
) -> None:
    matter, data = opened(bureau), sheets.sheet("An order.")
    assert file(bureau, matter, data).status_code == 202
    is_problem(file(bureau, matter, data), 422, "paper_known")
    assert Instrument.objects.count() == 1
    refused = Entry.objects.get(outcome="refused")
    assert (refused.event, body_of(refused)["reason"], str(refused.matter)) == (
        "move.refused",
        "paper_known",
        matter,
    )
    assert file(bureau, opened(bureau), data).status_code == 202


def test_the_same_upload_with_the_same_key_is_filed_once(bureau: callers.Program) -> None:
    matter = opened(bureau)
    bureau.key = "upload-000001"
    one, two = (file(bureau, matter, sheets.sheet("An order.")) for _ in range(2))
    assert one.json() == two.json() and Instrument.objects.count() == 1
    is_problem(file(bureau, matter, sheets.sheet("Another order.")), 422, "key_reused")


def test_a_paper_is_taken_in_every_state_and_calls_counsel_where_it_moves_nothing(
    city: factories.City, bureau: callers.Program
) -> None:
    matter = factories.to_collecting(city)
    twin = callers.program(city.agency)
    assert file(twin, str(matter.pk), sheets.sheet("An order staying the first.")).status_code == 202
    matter.refresh_from_db()
    assert matter.state == "collecting"
    assert Task.objects.get(kind="paper_filed").role == "counsel"


def test_each_reading_of_a_paper_is_an_entry(
    city: factories.City, bureau: callers.Program, staff: Any
) -> None:
    matter = opened(bureau)
    paper = file(bureau, matter, sheets.sheet("An order.")).json()
    jobs.drain()
    staff("verifier").get(f"instruments/{paper['id']}/")
    bureau.get(f"instruments/{paper['id']}/")
    paper_acts.read_paper_image(paper["id"], 1, actor=city.verifier)
    seen = Entry.objects.filter(event="instrument.viewed", digest=paper["sha256"])
    assert [entry.role for entry in seen.order_by("id")] == ["verifier", "agency", "verifier"]
    assert body_of(seen.latest("id"))["counts"] == {"page": 1}


def test_checks_are_answered_by_those_who_may_and_the_court_is_called_at_the_city_s_number(
    city: factories.City, staff: Any
) -> None:
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    path = f"instruments/{paper.pk}"
    refused = [
        (staff("verifier"), "checks", {"check_id": "V11", "outcome": "passed"}, 422, "call_back_needed"),
        (staff("verifier"), "checks", {"check_id": "V14", "outcome": "passed"}, 422, "invalid"),
        (staff("verifier"), "checks", {"check_id": "V06", "outcome": "waived", "note": "It is sent to us."},
         403, "forbidden"),
        (staff("counsel"), "checks", {"check_id": "V03", "outcome": "waived", "note": "A judge, I am sure."},
         422, "not_waivable"),
        (staff("counsel"), "checks", {"check_id": "V06", "outcome": "waived", "note": "short"}, 422,
         "not_waivable"),
        (staff("officer"), "call-back", {"contact": 9999, "spoke_with": "Clerk", "outcome": "passed"}, 422,
         "directory_needed"),
        (staff("officer"), "call-back", {"contact": 10**30, "spoke_with": "Clerk", "outcome": "passed"},
         422, "directory_needed"),
        (staff("officer"), "call-back",
         {"contact": city.court.pk, "spoke_with": "x", "outcome": "waived"}, 422, "invalid"),
        (staff("verifier"), "checks",
         {"check_id": "V01", "outcome": "passed", "note": "He is undocumented."}, 422, "status_data"),
        (staff("officer"), "call-back",
         {"contact": city.court.pk, "spoke_with": "Clerk, A-Number 087654321", "outcome": "passed"}, 422,
         "status_data"),
    ]  # fmt: skip
    before = Entry.objects.filter(outcome="refused").count()
    for who, act, body, status, code in refused:
        is_problem(who.post(f"{path}/{act}/", body), status, code)
    assert not paper.checks.exists()
    assert Entry.objects.filter(outcome="refused").count() == before + len(refused)

    call = {"contact": city.court.pk, "spoke_with": "Deputy clerk", "outcome": "passed"}
    assert staff("officer").post(f"{path}/call-back/", call).status_code == 201
    waived = {"check_id": "V06", "outcome": "waived", "note": "It names a department of ours."}
    assert staff("counsel").post(f"{path}/checks/", waived).status_code == 201
    assert {check.check_id for check in paper.checks.all()} == {"V06", "V11"}


def test_the_one_who_filed_or_called_does_not_accept(city: factories.City, staff: Any) -> None:
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter, actor=city.verifier)
    factories.verify_paper(city, paper)
    paper.refresh_from_db()
    problem = is_problem(
        staff("verifier").post(f"instruments/{paper.pk}/accept/", seen=paper.version), 409, "guard_failed"
    )
    assert problem["failed"] == ["paper.second_person"]

    other = factories.open_request(city)
    paper = factories.file_demo_paper(city, other)
    factories.verify_paper(city, paper)
    paper_acts.call_back(
        paper.pk, actor=city.verifier, contact_id=city.court.pk, spoke_with="Clerk", outcome="passed"
    )
    paper.refresh_from_db()
    problem = is_problem(
        staff("verifier").post(f"instruments/{paper.pk}/accept/", seen=paper.version), 409, "guard_failed"
    )
    assert problem["failed"] == ["paper.second_person"]


def test_a_paper_is_looked_at_before_it_is_filed_and_nothing_is_kept(
    city: factories.City, bureau: callers.Program
) -> None:
    def look(name: str, **fields: Any) -> Any:
        data = demo_papers.make(name, timezone.localdate())
        return bureau.post("papers/check/", fields, file=io.BytesIO(data)).json()

    form, order = look("i205"), look("sound_order", subjects=["Somebody Else"])

    assert form["verdict"] == "does_not_suffice" and form["judicial"] is False
    assert "not_judicial" in [one["code"] for one in form["missing"]]
    assert order["verdict"] == "suffices" and order["docket"] and order["issued_on"]
    assert [one["code"] for one in order["missing"]] == ["wrong_person"]
    assert not Instrument.objects.exists() and not Matter.objects.exists()
    assert Entry.objects.filter(event="instrument.looked_at").count() == 2
    empty = bureau.post("papers/check/", {}, file=io.BytesIO(b""))
    is_problem(empty, 422, "invalid")
