"""Files of custodians: what cannot be read is withheld with its reason, and can be read again or replaced."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from tests.gateway import callers, sheets
from tests.gateway.callers import is_problem
from workflows import jobs, vault
from workflows.audit.models import Entry
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.scoping import set_scope
from workflows.jobs.models import Job
from workflows.matters.models import Matter
from workflows.records import review
from workflows.records.actions import retry_scan
from workflows.records.models import Finding, Page, Record
from workflows.releases.models import Manifest


def bad_files() -> dict[str, tuple[bytes, str]]:
    """Files that cannot be read, and the reason that each is withheld for."""
    return {
        "not a PDF": (sheets.NOT_A_PDF, "unsupported_type"),
        "encrypted": (sheets.locked(), "encrypted"),
        "cut off": (sheets.broken(), "malformed"),
        "two pages to one reader, none to another": (sheets.two_or_none(), "page_count_mismatch"),
        "over the page limit": (sheets.endless(5_001), "over_limits"),
    }


@pytest.fixture
def collecting(city: factories.City) -> Matter:
    """A matter with a paper in force that people alone have read."""
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    Job.objects.all().delete()
    factories.verify_paper(city, paper)
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    drafts = [draft for draft in factories.clauses() if draft.page == 1]
    return set_scope(matter.pk, paper.pk, drafts, actor=city.counsel)


def described() -> dict[str, str]:
    subject = factories.PAPERS["sound_order"].subject
    return {
        "custodian": "Police Department", "record_class": "police_report", "subject_name": subject.name,
        "subject_birth_date": subject.born.isoformat(),
        "dated_on": (timezone.localdate() - dt.timedelta(days=30)).isoformat(),
    }  # fmt: skip


def upload(who: callers.Caller, matter: Matter, data: bytes, **changes: str) -> Any:
    # The file's own name says something about somebody: it must be kept nowhere.
    file = io.BytesIO(data)
    file.name = "mora-ada-undocumented.pdf"
    return who.post(f"matters/{matter.pk}/records/", {**described(), **changes}, file=file)


def test_files_that_cannot_be_read_are_withheld_with_a_reason_and_hold_nothing_else_up(
    city: factories.City, collecting: Matter, staff: Any
) -> None:
    officer, records, bad = staff("officer"), {}, bad_files()
    for name, (data, _) in bad.items():
        answer = upload(officer, collecting, data)
        assert answer.status_code == 202 and answer.json()["state"] == "received", name
        records[name] = answer.json()["id"]
    sound = upload(officer, collecting, sheets.sheet("The tenant reported a broken window.")).json()["id"]
    jobs.drain()

    for name, (data, code) in bad.items():
        shown = officer.get(f"records/{records[name]}/").json()
        assert (shown["state"], shown["reasons"], shown["page_count"]) == ("unreadable", [code], 0), name
        record = Record.objects.get(pk=records[name])
        assert not record.pages.exists() and not record.findings.exists()
        entry = json.loads(bytes(Entry.objects.get(event="record.unreadable", digest=record.sha256).body))
        assert (entry["outcome"], entry["reason"]) == ("failed", code)
        assert vault.open(record.blob) == data  # the original is kept, whole
        is_problem(officer.post(f"records/{record.pk}/pages/1/seen/"), 409, "wrong_state")
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}

    # Read again: the same end, said again; replaced: the sound copy goes the usual way.
    for name in records:
        retry_scan(records[name], actor=city.officer)
    assert Record.objects.filter(state="received").count() == len(bad)
    factories.attest(city, collecting)
    problem = officer.post(f"matters/{collecting.pk}/finish_search/", seen=collecting.version)
    assert is_problem(problem, 409, "guard_failed")["failed"] == ["records.settled"]
    jobs.drain()
    assert Record.objects.filter(state="unreadable").count() == len(bad)
    is_problem(upload(officer, collecting, bad["cut off"][0]), 422, "record_known")

    advance(collecting.pk, "finish_search", actor=city.officer)
    factories.review_all(city, collecting)
    advance(collecting.pk, "freeze", actor=city.officer)
    body = json.loads(Manifest.objects.get().body)
    assert [line["record"] for line in body["records"]] == [Record.objects.get(pk=sound).number]
    assert {line["ground"] for line in body["withheld"]} == {"unreadable"}
    assert body["totals"]["withheld_records"] == len(bad)
    assert set(Record.objects.exclude(pk=sound).values_list("disposition", flat=True)) == {
        "withheld_unreadable"
    }


def test_a_real_file_on_which_parsers_disagree_is_withheld(
    collecting: Matter, staff: Any, samples: Path
) -> None:
    data = (samples / "odd" / "GHOSTSCRIPT-698804-1-fuzzed.pdf").read_bytes()
    record = upload(staff("officer"), collecting, data).json()["id"]
    jobs.drain()
    shown = staff("officer").get(f"records/{record}/").json()
    assert (shown["state"], shown["reasons"]) == ("unreadable", ["page_count_mismatch"])


def test_what_is_no_upload_is_refused_with_an_entry_and_no_record(collecting: Matter, staff: Any) -> None:
    officer, path = staff("officer"), f"matters/{collecting.pk}/records/"
    is_problem(upload(officer, collecting, b""), 422, "invalid")
    is_problem(officer.post(path, described(), kind="multipart"), 422, "invalid")
    is_problem(officer.post(path, described()), 415, "unsupported_media_type")
    is_problem(upload(officer, collecting, sheets.sheet(), record_class="secret_file"), 422, "invalid")
    is_problem(upload(officer, collecting, sheets.sheet(), colour="blue"), 422, "invalid")
    is_problem(
        upload(officer, collecting, sheets.sheet(), custodian="Undocumented alien desk"), 422, "status_data"
    )
    assert not Record.objects.exists() and not Job.objects.exists()
    assert Entry.objects.filter(outcome="refused").count() == 6


def test_the_name_of_a_file_is_kept_nowhere(collecting: Matter, staff: Any) -> None:
    record = upload(staff("officer"), collecting, sheets.sheet()).json()
    stored = " ".join(
        map(str, [*Record.objects.values(), *vault.models.Blob.objects.values(), *Job.objects.values()])
    )
    assert "mora" not in stored.lower() and record["state"] == "received"
    assert not any(b"mora" in bytes(body).lower() for body in Entry.objects.values_list("body", flat=True))


def test_a_record_s_description_decides_its_scope_and_unknown_is_not_covered(
    collecting: Matter, staff: Any
) -> None:
    officer = staff("officer")
    record = upload(officer, collecting, sheets.sheet(), subject_birth_date="").json()
    assert record["scope"] == "unknown"
    path, whole = (
        f"records/{record['id']}/",
        {key: value for key, value in described().items() if key != "custodian"},
    )
    is_problem(officer.send("PUT", path, whole), 428, "if_match_needed")
    is_problem(officer.send("PUT", path, whole, seen=record["version"] + 1), 412, "stale")

    answer = officer.send("PUT", path, whole, seen=record["version"])
    assert (answer.json()["scope"], answer["ETag"]) == ("in", f'"{record["version"] + 1}"')
    for change, scope in (({"dated_on": "2001-01-01"}, "out"), ({"record_class": "minutes"}, "out")):
        answer = officer.send("PUT", path, {**whole, **change}, seen=answer.json()["version"])
        assert answer.json()["scope"] == scope


def test_a_reader_that_ends_late_does_not_undo_what_a_person_stated_meanwhile(
    city: factories.City, collecting: Matter, staff: Any
) -> None:
    """The outcome of a scan is saved beside the description, never over it."""
    from workflows.records.jobs import ScanRecord

    officer = staff("officer")
    record = upload(officer, collecting, sheets.sheet("A broken window.")).json()
    handler, ctx = ScanRecord(), type("Ctx", (), {"progress": staticmethod(lambda done, total: None)})()
    outcome = handler.work(record["id"], ctx)
    body = {**described(), "dated_on": "2001-01-01"}
    del body["custodian"]
    assert (
        officer.send("PUT", f"records/{record['id']}/", body, seen=record["version"]).json()["scope"] == "out"
    )

    from django.db import transaction

    with transaction.atomic():
        handler.save(record["id"], outcome, ctx)

    kept = Record.objects.get()
    assert (kept.state, kept.scope, str(kept.dated_on)) == ("readable", "out", "2001-01-01")


def test_findings_are_decided_by_version_and_a_tier_1_finding_stays_only_with_counsel(
    city: factories.City, collecting: Matter, staff: Any
) -> None:
    officer, counsel = staff("officer"), staff("counsel")
    record = upload(
        officer, collecting, sheets.sheet("Citizenship: Guatemala. A-Number: A087 654 321.")
    ).json()["id"]
    jobs.drain()
    found = officer.get(f"records/{record}/findings/").json()
    assert found and not any("654" in json.dumps(one) or "Guatemala" in json.dumps(one) for one in found)
    one = next(finding for finding in found if finding["tier"] == 1 and finding["page_n"])
    path = f"records/{record}/findings/{one['id']}/decide/"
    keep = {"decision": "keep", "reason": "The order names this very number."}

    is_problem(officer.post(path, keep), 428, "if_match_needed")
    is_problem(officer.post(path, keep, seen=one["version"] + 1), 412, "stale")
    is_problem(officer.post(path, {"decision": "keep"}, seen=one["version"]), 422, "reason_needed")
    is_problem(officer.post(path, {"decision": "publish"}, seen=one["version"]), 422, "invalid")
    is_problem(officer.post(path, {"decision": "confirm_keep"}, seen=one["version"]), 409, "wrong_state")
    proposed = officer.post(path, keep, seen=one["version"])
    assert proposed.json()["decision"] == "keep_proposed"
    confirm, version = {"decision": "confirm_keep"}, proposed.json()["version"]
    is_problem(officer.post(path, confirm, seen=version), 403, "second_person")  # never the same person
    factories_assign(city, collecting, "officer2")
    is_problem(staff("officer2").post(path, confirm, seen=version), 403, "forbidden")  # one must be a lawyer
    problem = officer.post(f"matters/{collecting.pk}/freeze/", seen=collecting.version)
    is_problem(problem, 409, "wrong_state")
    assert counsel.post(path, confirm, seen=version).json()["decision"] == "keep"
    finding = Finding.objects.get(pk=one["id"])
    assert (finding.decided_by, finding.confirmed_by) == (city.officer, city.counsel)
    is_problem(officer.post(f"records/{record}/findings/999999/decide/", keep, seen=1), 404, "not_found")


def factories_assign(city: factories.City, matter: Matter, name: str) -> None:
    from workflows.flow.assigning import assign

    assign(matter.pk, city.people[name].pk, actor=city.officer)


def test_boxes_are_drawn_inside_the_page_and_taken_back_by_who_drew_them(
    city: factories.City, collecting: Matter, staff: Any
) -> None:
    officer = staff("officer")
    record = upload(officer, collecting, sheets.sheet("A broken window.")).json()["id"]
    jobs.drain()
    path = f"records/{record}/marks/"
    for box in ([1, 1, 2, 2], ["nan", 0, 10, 10], [0, 0, "inf", 10], [9000, 9000, 9999, 9999]):
        answer = officer.post(path, {"page": 1, "box": box})
        assert answer.status_code == 422, box
    for body in ({"page": 1}, {"page": 1, "box": [1, 2, 3]}, {"page": 0, "whole_page": True},
                 {"page": 1, "whole_page": True, "code": "W-9"}):  # fmt: skip
        is_problem(officer.post(path, body), 422, "invalid")
    is_problem(officer.post(path, {"page": 2, "whole_page": True}), 404, "not_found")
    assert officer.post(path, {"page": 1, "box": [500, 700, -50, 100000]}).status_code == 201
    mark = Record.objects.get().marks.get()
    assert (mark.x0, mark.x1) == (0.0, 500.0) and mark.y0 == 700.0 and mark.y1 < 1000.0

    is_problem(staff("counsel").post(f"records/{record}/undo/"), 422, "nothing_to_undo")
    assert officer.post(f"records/{record}/undo/").status_code == 204
    mark.refresh_from_db()
    assert mark.removed_by == city.officer


def test_each_look_at_a_page_is_an_entry_and_only_the_desk_looks(
    city: factories.City, collecting: Matter, staff: Any
) -> None:
    from workflows.errors import Forbidden, NotVisible

    record = upload(staff("officer"), collecting, sheets.sheet("A broken window.")).json()["id"]
    jobs.drain()
    for _ in range(3):
        assert review.read_page_image(record, 1, actor=city.officer).startswith(b"\x89PNG")
    with pytest.raises(Forbidden):
        review.read_page_image(record, 1, actor=city.verifier)
    for who, page in ((city.client, 1), (city.auditor, 1), (city.officer2, 1), (city.officer, 2)):
        with pytest.raises((NotVisible, Forbidden)):
            review.read_page_image(record, page, actor=who)
    assert Entry.objects.filter(event="page.viewed", outcome="ok").count() == 3
    assert Entry.objects.filter(event="move.refused").count() == 5
    assert not Page.objects.filter(seen_at__isnull=False).exists()  # a picture sent is not a page looked at
