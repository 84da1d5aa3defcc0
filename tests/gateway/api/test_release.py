"""From counsel's approval to the receipt: one package, one client, once, and every byte behind the gate."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any

import pdfplumber
import pytest
from django.utils import timezone

from tests import factories
from tests.gateway import callers, sheets
from tests.gateway.callers import is_problem
from workflows.audit import log
from workflows.audit.models import Entry
from workflows.errors import Blocked, NotVisible
from workflows.flow import delivering
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.assigning import assign, unassign
from workflows.flow.opening import Subject, Submission, open_matter
from workflows.flow.scoping import set_scope
from workflows.matters.models import Matter, Official
from workflows.releases.models import Approval, Link, Release
from workflows.vault import sealing

REASON = {"reason": "The order compels exactly these pages."}


def burned_matter(city: factories.City) -> Matter:
    """A matter that counsel2 opened, from a letter, burned and before counsel."""
    subject = factories.PAPERS["sound_order"].subject
    submission = Submission("All reports.", subjects=(Subject(subject.name, subject.born),), channel="letter")
    matter = open_matter(submission, actor=city.counsel2, agency=city.agency)
    paper = factories.file_demo_paper(city, matter)
    factories.work()
    factories.verify_paper(city, paper)
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    set_scope(matter.pk, paper.pk, factories.clauses(), actor=city.counsel)
    factories.attest(city, matter)
    factories.take_in(city, matter, sheets.sheet())
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    matter.refresh_from_db()
    assert matter.state == "counsel_review"
    return matter


class Story:
    """The people of one release and their addresses."""

    patch: pytest.MonkeyPatch

    def __init__(
        self, city: factories.City, bureau: callers.Program, ledgers: callers.Program, staff: Any
    ) -> None:
        self.city, self.bureau, self.ledgers, self.staff = city, bureau, ledgers, staff
        self.twin = callers.program(city.agency)  # another client of the same agency
        self.matter = burned_matter(city)

    def version(self) -> int:
        self.matter.refresh_from_db()
        return self.matter.version

    def move(self, who: str, move: str, body: Any = None) -> Any:
        return self.staff(who).post(f"matters/{self.matter.pk}/{move}/", body, seen=self.version())

    def packages(self, who: str) -> Any:
        return self.staff(who).get(f"matters/{self.matter.pk}/packages/").json()

    def letters(self) -> list[str]:
        return [one["template"] for one in self.bureau.get(f"matters/{self.matter.pk}/letters/").json()]

    def status(self) -> str:
        return str(self.bureau.get(f"matters/{self.matter.pk}/").json()["status"])


@pytest.fixture
def story(
    city: factories.City, bureau: callers.Program, ledgers: callers.Program, staff: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Story:  # fmt: skip
    """Small parts and no pause between two questions, so that a small package is many bytes on the way."""
    monkeypatch.setattr(sealing, "PART", 8192)
    monkeypatch.setattr(delivering, "RECHECK_S", 0.0)
    made = Story(city, bureau, ledgers, staff)
    made.patch = monkeypatch
    return made


def test_one_package_leaves_once_to_one_client_and_stops_when_a_right_ends(story: Story) -> None:
    only_an_independent_lawyer_approves_and_only_once(story)
    first = only_the_office_releases_and_only_once(story)
    link = a_claim_that_ran_out_is_followed_by_one_new_link(story, first)
    only_the_agency_claims_and_only_once(story, link)
    bundle = the_bytes_can_be_resumed_and_nothing_else(story, link)
    a_block_stops_the_next_byte(story, link, bundle)
    a_right_taken_away_stops_the_next_byte(story, link)
    the_receipt_ends_it(story, link, bundle)


def only_an_independent_lawyer_approves_and_only_once(story: Story) -> None:
    shown = story.packages("counsel")
    assert not shown["manifests"][0]["approval"] and shown["manifests"][0]["records"][0]["passed"] is True
    assert {"guard": "gate.approver_independent", "holds": True} in shown["gate"]
    assert {"guard": "gate.approver_independent", "holds": False} in story.packages("counsel2")["gate"]
    refused = [
        ("officer", REASON, 403, "forbidden"),
        ("verifier", REASON, 403, "forbidden"),
        ("counsel", {"reason": "Fine."}, 422, "reason_needed"),
        ("counsel", {"reason": "He is undocumented and so be it."}, 422, "status_data"),
        ("counsel", {"reason": "x" * 1001}, 422, "invalid"),
    ]
    for who, body, status, code in refused:
        is_problem(story.move(who, "approve", body), status, code)
    by_opener = is_problem(story.move("counsel2", "approve", REASON), 409, "guard_failed")
    assert by_opener["failed"] == ["gate.approver_independent"]
    assert not Approval.objects.exists() and story.letters() == ["acknowledgement"]

    assert story.move("counsel", "approve", REASON).json()["state"] == "approved"
    the_letter_that_goes_with_it_is_not_the_agencys_yet(story)
    before = Entry.objects.count()
    is_problem(story.move("counsel", "approve", REASON), 409, "wrong_state")
    assert Entry.objects.count() == before + 1 and Approval.objects.count() == 1
    # An approval is the city's business: that there is something to release is told with the release.
    assert "production" not in story.letters() and story.status() == "under_review"
    not_yet = is_problem(story.move("officer", "release"), 409, "guard_failed")
    assert not_yet["failed"] == ["gate.sealed"]
    factories.work()


def the_letter_that_goes_with_it_is_not_the_agencys_yet(story: Story) -> None:
    """Neither in the list nor as a file; the acknowledgement is a PDF that bears its code."""
    letters = story.matter.letters
    production, first = letters.get(template="production"), letters.get(template="acknowledgement")
    for letter, status in ((production, 404), (first, 200)):
        answer = story.bureau.get(f"matters/{story.matter.pk}/letters/{letter.pk}/")
        assert answer.status_code == status
    assert answer["Content-Type"] == "application/pdf" and first.check_code in answer["Content-Disposition"]
    with pdfplumber.open(io.BytesIO(answer.content)) as opened:
        assert first.check_code in (opened.pages[0].extract_text() or "")


def only_the_office_releases_and_only_once(story: Story) -> Link:
    is_problem(story.move("counsel", "release"), 403, "forbidden")
    is_problem(story.bureau.post(f"matters/{story.matter.pk}/release/", seen="x"), 412, "stale")
    assert story.bureau.get("links/").json() == []
    paper_acts.open_block(story.matter.pk, "stay", actor=story.city.verifier)
    assert is_problem(story.move("officer", "release"), 409, "guard_failed")["failed"] == ["gate.no_block"]
    lift_the_block(story)

    assert story.move("officer", "release").json()["state"] == "releasing"
    is_problem(story.move("officer", "release"), 409, "wrong_state")
    assert Release.objects.count() == 1 and story.status() == "ready"
    assert story.letters().count("production") == 1
    return Link.objects.get()


def lift_the_block(story: Story) -> None:
    block = story.matter.blocks.get(lifted_at=None)
    paper_acts.lift_block(
        block.pk,
        actor=story.city.counsel,
        reason="The court denied the motion.",
        stepped_up_at=timezone.now(),
    )


def only_the_agency_claims_and_only_once(story: Story, link: Link) -> None:
    shown, ran_out = story.bureau.get("links/").json()  # newest first
    assert (shown["id"], shown["claimed"], shown["acknowledged"]) == (str(link.pk), False, False)
    assert ran_out["claimed"] is True
    assert story.ledgers.get("links/").json() == []
    path = f"links/{link.pk}"
    for act in ("claim", "receipt"):
        is_problem(story.ledgers.post(f"{path}/{act}/", {"sha256": shown["sha256"]}), 404, "not_found")
    is_problem(story.ledgers.get(f"{path}/package/"), 404, "not_found")
    is_problem(story.bureau.get(f"{path}/package/"), 403, "claim_first")
    is_problem(story.bureau.post(f"{path}/receipt/", {"sha256": shown["sha256"]}), 403, "claim_first")

    story.bureau.key = "claim-0001"
    answer = story.bureau.post(f"{path}/claim/")
    assert answer.status_code == 201 and answer.json()["package"] == f"/api/v1/{path}/package/"
    assert (
        story.bureau.post(f"{path}/claim/").content == answer.content
    )  # the same request, not a second claim
    story.bureau.key = ""
    for again in (story.bureau, story.twin):
        is_problem(again.post(f"{path}/claim/"), 410, "link_spent")
    is_problem(story.twin.get(f"{path}/package/"), 404, "not_found")
    is_problem(story.twin.post(f"{path}/receipt/", {"sha256": shown["sha256"]}), 404, "not_found")
    old = late_link(story, link)
    is_problem(story.bureau.post(f"links/{old.pk}/claim/"), 410, "link_expired")
    assert str(old.pk) not in [one["id"] for one in story.bureau.get("links/").json()]


def late_link(story: Story, link: Link) -> Link:
    """Another link of the same release whose week is over."""
    from django.db import transaction

    with transaction.atomic():
        entry = log.record("link.offered", actor=None, matter=story.matter)
        return Link.objects.create(
            release=link.release, agency=link.agency, entry=entry, offered_at=link.offered_at,
            expires_at=timezone.now() - dt.timedelta(seconds=1),
        )  # fmt: skip


def the_bytes_can_be_resumed_and_nothing_else(story: Story, link: Link) -> bytes:
    path, seal = f"links/{link.pk}/package/", link.release.package.seal
    answer = story.bureau.get(path)
    whole = b"".join(answer.streaming_content)
    assert (answer.status_code, len(whole), answer["Content-Length"]) == (200, seal.size, str(seal.size))
    assert hashlib.sha256(whole).hexdigest() == seal.bundle_sha256
    assert base64.b64decode(answer["Repr-Digest"].split(":")[1]).hex() == seal.bundle_sha256
    for start in (1, 8192, seal.size - 1):
        rest = story.bureau.get(path, Range=f"bytes={start}-")
        assert b"".join(rest.streaming_content) == whole[start:]
        assert rest.status_code == 206
        assert rest["Content-Range"] == f"bytes {start}-{seal.size - 1}/{seal.size}"
    for nonsense in (f"bytes={seal.size}-", "bytes=-5", "bytes=5-9", "items=1-", f"bytes={'9' * 5000}-"):
        is_problem(story.bureau.get(path, Range=nonsense), 422, "range")
    reads = Entry.objects.filter(event="package.read", outcome="ok", digest=seal.bundle_sha256)
    assert [json.loads(bytes(entry.body))["counts"]["first"] for entry in reads.order_by("id")] == [
        0, 1, 8192, seal.size - 1,
    ]  # fmt: skip
    return whole


def begun(story: Story, link: Link) -> Iterator[bytes]:
    """A download of which the first part has arrived."""
    parts = iter(story.bureau.get(f"links/{link.pk}/package/").streaming_content)
    assert next(parts)
    return parts


def a_block_stops_the_next_byte(story: Story, link: Link, bundle: bytes) -> None:
    parts = begun(story, link)
    paper_acts.open_block(story.matter.pk, "challenge", actor=story.city.verifier)
    with pytest.raises(Blocked):
        next(parts)
    problem = is_problem(story.bureau.get(f"links/{link.pk}/package/"), 423, "blocked")
    assert problem["failed"] == ["gate.no_block"]
    assert Entry.objects.filter(event="package.read", outcome="refused").count() == 1

    lift_the_block(story)
    rest = story.bureau.get(f"links/{link.pk}/package/", Range="bytes=8192-")
    assert b"".join(rest.streaming_content) == bundle[8192:]


def a_right_taken_away_stops_the_next_byte(story: Story, link: Link) -> None:
    person = story.bureau.person
    parts = begun(story, link)
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises(NotVisible):
        next(parts)
    assert story.bureau.get("links/").status_code == 401
    type(person).objects.filter(pk=person.pk).update(is_active=True)

    parts = begun(story, link)
    Official.objects.filter(person=person).update(agency=story.city.other_agency)
    with pytest.raises(NotVisible):
        next(parts)
    is_problem(story.bureau.get(f"links/{link.pk}/package/"), 404, "not_found")
    is_problem(story.bureau.get(f"matters/{story.matter.pk}/"), 404, "not_found")
    assert story.bureau.get("links/").json() == []
    Official.objects.filter(person=person).update(agency=story.city.agency)

    unassign(story.matter.pk, story.city.officer.pk, actor=story.city.counsel)
    is_problem(story.staff("officer").get(f"matters/{story.matter.pk}/"), 404, "not_found")
    assign(story.matter.pk, story.city.officer.pk, actor=story.city.counsel)


def a_claim_that_ran_out_is_followed_by_one_new_link(story: Story, link: Link) -> Link:
    path = f"matters/{story.matter.pk}/links/"
    is_problem(story.staff("officer").post(path), 409, "link_open")
    story.patch.setattr(delivering, "CLAIM_MINUTES", 0)
    assert story.bureau.post(f"links/{link.pk}/claim/").status_code == 201
    story.patch.setattr(delivering, "CLAIM_MINUTES", 15)
    is_problem(story.bureau.get(f"links/{link.pk}/package/"), 410, "claim_over")

    is_problem(story.staff("counsel").post(path), 403, "forbidden")
    is_problem(story.bureau.post(path), 403, "forbidden")
    paper_acts.open_block(story.matter.pk, "stay", actor=story.city.verifier)
    assert is_problem(story.staff("officer").post(path), 423, "blocked")["failed"] == ["gate.no_block"]
    lift_the_block(story)
    fresh = story.staff("officer").post(path)
    assert fresh.status_code == 201
    is_problem(story.staff("officer").post(path), 409, "link_open")
    assert Release.objects.count() == 1 and Link.objects.count() == 2
    return Link.objects.get(pk=fresh.json()["id"])


def the_receipt_ends_it(story: Story, link: Link, bundle: bytes) -> None:
    path, digest = f"links/{link.pk}/receipt/", hashlib.sha256(bundle).hexdigest()
    is_problem(story.bureau.post(path, {"sha256": "0" * 64}), 422, "digest_mismatch")
    is_problem(story.bureau.post(path, {"sha256": "abc"}), 422, "invalid")
    story.matter.refresh_from_db()
    assert story.matter.state == "releasing"

    assert story.bureau.post(path, {"sha256": digest.upper()}).status_code == 201

    story.matter.refresh_from_db()
    assert (story.matter.state, story.status()) == ("delivered", "answered")
    is_problem(story.bureau.post(path, {"sha256": digest}), 410, "acknowledged")
    is_problem(story.bureau.get(f"links/{link.pk}/package/"), 410, "acknowledged")
    is_problem(story.bureau.post(f"links/{link.pk}/claim/"), 410, "link_spent")
    assert Entry.objects.filter(event="receipt.acknowledged").count() == 1
    (manifest,) = story.packages("officer")["manifests"]
    assert manifest["approval"]["approver"] == "Counsel"
    assert manifest["packages"][0]["bundle_sha256"] == digest
    officer, at = story.staff("officer"), f"matters/{story.matter.pk}/"
    (release,) = officer.get(f"{at}releases/").json()
    assert release["sha256"] == digest and release["recall"] is None
    taken = next(one for one in release["taken"] if one["link"] == str(link.pk))
    assert taken["received_at"] and taken["touched"] and taken["readings"]
    wish = {"reason": "One report was left out by mistake."}
    is_problem(story.staff("counsel").post(f"{at}supplement-wishes/", wish), 403, "forbidden")
    assert officer.post(f"{at}supplement-wishes/", wish).status_code == 201
    is_problem(officer.post(f"{at}supplement-wishes/", wish), 409, "wrong_state")
    assert story.move("officer", "close").json()["state"] == "closed"
