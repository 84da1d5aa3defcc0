"""Brief and release: what counsel sees and may do, what the officer releases, what becomes of the link."""

from __future__ import annotations

import datetime as dt
import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gateway.demo import records as demo_records
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.flow import delivering
from workflows.flow.advance import advance
from workflows.flow.assigning import assign
from workflows.jobs.models import Job
from workflows.records import review
from workflows.releases.models import Approval, Link, Release

pytestmark = pytest.mark.slow
KEPT_BECAUSE = "The order names this very line"
REASON = "The order compels these pages and no others."


@pytest.fixture
def matter(city: factories.City):
    """Frozen: counsel2 drew a box and confirmed a keep, one file is out of scope, one cannot be read."""
    matter = factories.to_collecting(city)
    factories.attest(city, matter)
    factories.take_in(city, matter, demo_records.make("intake_note", timezone.localdate()).data)
    factories.take_in(city, matter, demo_records.HOSTILE["truncated.pdf"]())
    factories.take_in(
        city, matter, demo_records.make("code_inspection", timezone.localdate()).data, record_class="minutes"
    )
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    for person in (city.counsel2, city.officer2):
        assign(matter.pk, person.pk, actor=city.officer)
    record = matter.records.get(number=1)
    review.draw(record.pk, 1, (20, 20, 60, 40), actor=city.counsel2, code="W-3")
    tier_1 = record.findings.filter(tier=1, page_n__isnull=False).first()
    review.decide(record.pk, tier_1.pk, "keep", actor=city.officer, reason=KEPT_BECAUSE)
    review.confirm_keep(record.pk, tier_1.pk, actor=city.counsel2)
    factories.review_all(city, matter)
    return advance(matter.pk, "freeze", actor=city.officer)


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def at(name: str, matter, *ids) -> str:
    return reverse(f"web:{name}", args=[matter.pk, *ids])


def test_from_the_frozen_manifest_to_the_receipt(city, matter, as_person: SignedIn) -> None:
    officer, counsel = as_person("officer"), as_person("counsel")

    # while it burns the page asks again every two seconds; a job shows how far it is
    Job.objects.filter(kind="record.burn").update(done=1, total=2)
    busy = officer.get(at("release", matter))
    assert 'hx-trigger="every 2s"' in text_of(busy) and "1 of 2 steps" in text_of(busy)
    assert "The files are being redacted" in text_of(counsel.get(at("brief", matter)))
    Job.objects.filter(kind="record.burn").update(done=0, total=0)
    factories.work()
    over = officer.get(at("release", matter), headers={"HX-Request": "true"})
    assert over.headers["HX-Retarget"] == "#main" and 'hx-trigger="every 2s"' not in text_of(over)
    assert "No clause of the paper covers it" in text_of(over)
    assert "It cannot be read with certainty" in text_of(over)
    assert "Three readers open the file without a warning" in text_of(over)

    matter.refresh_from_db()
    assert matter.state == "second_review"  # a finding was kept in sight
    _second_review(city, matter, officer, as_person)
    matter.refresh_from_db()
    assert matter.state == "counsel_review"

    _brief(city, matter, counsel, as_person)
    _approve(city, matter, counsel, as_person)
    _release(city, matter, officer, as_person)


def _second_review(city, matter, officer, as_person) -> None:
    shown = text_of(officer.get(at("release", matter)))
    assert "The second reviewer must not have made a decision" in shown
    assert officer.post(at("pass_second", matter), {"version": matter.version}).status_code == 409
    assert as_person("officer2").post(at("pass_second", matter)).status_code == 302


def _brief(city, matter, counsel, as_person) -> None:
    shown = text_of(counsel.get(at("brief", matter)))
    paper, manifest = matter.instruments.get(), matter.manifests.get()
    clause = manifest.records.get().clause
    for expected in (
        matter.agency.name, paper.docket, paper.court, paper.signer, clause.quote, manifest.sha256,
        "W-1", "W-3", "Privileged", "It cannot be read with certainty", "No clause of the paper covers it",
        KEPT_BECAUSE, "passed the second review", "froze the manifest", "called the court",
        "accepted the paper",
    ):  # fmt: skip
        assert expected in shown, expected
    for other in ("officer", "verifier", "auditor", "admin", "client"):
        assert as_person(other).get(at("brief", matter)).status_code == 404, other
        assert as_person(other).post(at("approve", matter)).status_code == 404, other

    # whoever made a mark sees why, and has no button; the server refuses anyway
    barred = as_person("counsel2")
    seen = text_of(barred.get(at("brief", matter)))
    assert "You cannot approve this manifest" in seen and "decided findings or drew boxes" in seen
    assert at("approve", matter) not in seen and at("approve", matter) in shown
    refused = barred.post(at("approve", matter), {"approve-reason": REASON, "version": matter.version})
    assert refused.status_code == 409 and "Another lawyer can" in text_of(refused)

    # a block shows, closes the gate and is lifted with a reason
    counsel.post(at("brief_block", matter), {"block-kind": "counsel"})
    block = matter.blocks.get()
    shown = text_of(counsel.get(at("brief", matter)))
    assert "A block is open on this matter" in shown
    counsel.post(at("brief_lift", matter, block.pk), {"lift-reason": "Looked at again; it may go on."})
    block.refresh_from_db()
    assert block.lifted_at is not None


def _approve(city, matter, counsel, as_person) -> None:
    address = at("approve", matter)
    short = counsel.post(address, {"approve-reason": "fine", "version": matter.version})
    assert short.status_code == 422 and "at least 10 characters" in text_of(short)

    # an old sign-in: the same page, the reason kept, a field for the code
    tired = as_person("counsel", factor_age_s=400)
    asked = tired.post(address, {"approve-reason": REASON, "version": matter.version})
    assert asked.status_code == 422
    assert REASON in text_of(asked) and 'name="code"' in text_of(asked)
    stale = counsel.post(address, {"approve-reason": REASON, "version": matter.version + 7})
    assert stale.status_code == 412
    assert not Approval.objects.exists()

    assert counsel.post(address, {"approve-reason": REASON, "version": matter.version}).status_code == 302
    assert Approval.objects.get().reason == REASON
    again = counsel.post(address, {"approve-reason": REASON})
    assert again.status_code == 409 and Approval.objects.count() == 1


def _release(city, matter, officer, as_person) -> None:
    early = officer.post(at("open_outlet", matter))
    assert early.status_code == 409 and "The package has no proof in the log yet" in text_of(early)
    factories.work()
    shown = text_of(officer.get(at("release", matter)))
    assert "Sealed" in shown and "python verify_bundle.py FOLDER" in shown
    assert as_person("counsel").post(at("open_outlet", matter)).status_code == 403
    tired = as_person("officer", factor_age_s=None)
    assert (
        tired.post(at("open_outlet", matter)).status_code == 302
    )  # to the step-up page: no second factor yet
    assert not Release.objects.exists()

    assert officer.post(at("open_outlet", matter)).status_code == 302
    link = Link.objects.get()
    assert "Offered" in text_of(officer.get(at("release", matter)))
    delivering.claim(link.pk, actor=city.client)
    assert "Claimed" in text_of(officer.get(at("release", matter)))
    digest = link.release.package.seal.bundle_sha256
    delivering.acknowledge(link.pk, digest, actor=city.client)
    shown = text_of(officer.get(at("release", matter)))
    assert "Acknowledged" in shown and digest in shown


def test_nothing_frozen_is_said_in_a_sentence(city, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    assert "Nothing has been frozen yet" in text_of(as_person("officer").get(at("release", matter)))
    assert "There is no manifest to decide about" in text_of(as_person("counsel").get(at("brief", matter)))
    gone = as_person("counsel").post(at("brief_refuse", matter), {"refuse-reason": "No order."})
    assert gone.status_code == 422  # a refusal names an element of the list
    kept = {"refuse-missing": ["no_instrument"], "refuse-reason": "No order was filed in time."}
    assert as_person("counsel").post(at("brief_refuse", matter), kept).status_code == 302
    matter.refresh_from_db()
    assert matter.state == "refused"
    assert matter.letters.filter(template="refusal").exists()


def test_a_manifest_that_goes_back_needs_a_reason_and_becomes_history(
    city, matter, as_person: SignedIn
) -> None:
    factories.work()
    matter.refresh_from_db()
    matter = advance(matter.pk, "pass_second", actor=city.officer2)
    counsel = as_person("counsel")
    assert counsel.post(at("brief_send_back", matter), {}).status_code == 422
    typed = {"back-reason": "Look at the lower half again.", "back-record": "1", "back-page": "1"}
    for place in ({"back-page": "99"}, {"back-record": "9"}, {"back-page": ""}):
        assert counsel.post(at("brief_send_back", matter), {**typed, **place}).status_code == 422
    sent = counsel.post(at("brief_send_back", matter), typed)
    assert sent.status_code == 302
    matter.refresh_from_db()
    assert matter.state == "review"
    assert "There is no manifest to decide about" in text_of(counsel.get(at("brief", matter)))
    officer = as_person("officer")
    assert "the review is open again" in text_of(officer.get(at("release", matter)))
    # the reviewer reads why, and is led to the page
    page = reverse("web:review", args=[matter.records.get(number=1).pk])
    for shown in (text_of(officer.get(at("matter", matter))), text_of(officer.get(page))):
        assert "Sent back by Counsel" in shown and "Look at the lower half again." in shown
        assert f"{page}?page=1" in shown and "Look at record 1, page 1" in shown


def test_a_brief_asks_no_more_often_for_three_records_than_for_one(
    city: factories.City, as_person: SignedIn
) -> None:
    counsel, asked = as_person("counsel"), []
    for number in (1, 3):
        brief = at("brief", _frozen(city, number))
        counsel.get(brief)
        with CaptureQueriesContext(connection) as queries:
            shown = counsel.get(brief)
        assert len(shown.context["records"]) == number and shown.context["removed"]
        asked.append(len(queries))

    assert asked[1] <= asked[0] <= 80, asked


def _frozen(city: factories.City, number: int):
    matter = factories.to_collecting(city)
    factories.attest(city, matter)
    for back in range(number):
        day = timezone.localdate() - dt.timedelta(days=back)
        factories.take_in(city, matter, demo_records.make("intake_note", day).data)
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    factories.review_all(city, matter)
    return advance(matter.pk, "freeze", actor=city.officer)
