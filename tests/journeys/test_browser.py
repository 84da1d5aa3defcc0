"""The whole chain by browser, each person in a browser of their own; the agency by the API.

Real redaction, real log; workers and sequencer run between the steps.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from gateway.accounts.people import create_client
from gateway.demo import papers
from gateway.demo import records as demo_records
from gateway.demo.client import AgencyClient
from gateway.demo.papers import PAPERS
from gateway.process.codes import totp
from tests import factories
from tests.browser import Watched, shoot, watched
from workflows.instruments.models import Instrument
from workflows.matters.models import Matter
from workflows.policy.checks import NEEDED_FOR_ACCEPTANCE

__all__ = ["shoot", "watched"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
REASON = "The order compels these records, and nothing else is in them."


@dataclass
class Journey:
    """The city, its browsers, and the matter on its way."""

    city: factories.City
    watched: Watched
    shoot: Any
    folder: Path
    pages: dict[str, Any] = field(default_factory=dict)
    matter: Matter | None = None

    def as_(self, name: str) -> Any:
        """The browser of a person, signed in with password and code at first use."""
        if name in self.pages:
            return self.pages[name]
        person, secret = self.city.people[name], generate_totp_secret()
        TOTP.activate(person, secret)
        page = self.pages[name] = self.watched.person()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/")
        page.get_by_label("Address").fill(person.email)
        page.get_by_label("Password").fill(factories.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Code").fill(totp(secret, time.time()))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_selector("text=Sign out")
        return page

    def visit(self, name: str, path: str = "", shot: str = "") -> Any:
        """A page of the matter, or an address; with a picture."""
        page = self.as_(name)
        page.goto(path if path.startswith("/") else f"/matters/{self.matter.pk}/{path}")
        if shot:
            self.shoot(page, f"journey-{shot}", full_page=True)
        return page

    def state(self) -> str:
        """Where the matter stands."""
        self.matter.refresh_from_db()
        return self.matter.state


def said(page: Any, words: str) -> None:
    """The page says this, after whatever was pressed last."""
    page.get_by_text(words).first.wait_for()


@pytest.fixture
def journey(city: factories.City, watched: Watched, shoot: Any, tmp_path: Path) -> Journey:
    """The start: nobody has signed in, nothing has been asked."""
    return Journey(city, watched, shoot, tmp_path)


def test_one_request_goes_from_arrival_to_receipt_through_the_pages(journey: Journey) -> None:
    agency = _ask(journey)
    _verify_paper(journey)
    _set_scope(journey)
    record = _collect(journey)
    _review(journey)
    _freeze(journey)
    _approve(journey)
    _release(journey)
    _deliver(journey, agency, record)
    _audit(journey)
    assert journey.watched.faults == []


def _ask(journey: Journey) -> AgencyClient:
    """The agency asks by the API, files its own form, is told what is missing, files an order."""
    client_id, secret = create_client(journey.city.agency, "Client", actor=journey.city.admin)
    agency = AgencyClient(journey.watched.base + "/", {"client_id": client_id, "client_secret": secret})
    agency.get_token()
    subject = PAPERS["sound_order"].subject
    opened = agency.post(
        "matters/",
        {
            "description": "All records about the person named.",
            "subjects": [{"name": subject.name, "birth_date": subject.born.isoformat()}],
            "requester_class": "civil_immigration",
        },
    )
    journey.matter = Matter.objects.get(pk=opened["id"])
    for name, declared in (("i205", "fed_search_warrant"), ("sound_order", "")):
        data = papers.make(name, timezone.localdate())
        filed = agency.post(
            f"matters/{opened['id']}/instruments/",
            {"declared_type": declared},
            files={"file": ("paper.pdf", data, "application/pdf")},
        )
        factories.work()
        if name == "i205":
            assert agency.get(f"instruments/{filed['id']}/")["status"] == "needs_paper"
    return agency


def _verify_paper(journey: Journey) -> None:
    """The officer calls the court; the verifier holds each value against the image and accepts."""
    order = Instrument.objects.order_by("filed_at").last()
    form = Instrument.objects.order_by("filed_at").first()
    page = journey.visit("officer", "/matters/", "queue")
    page.get_by_role("link", name=journey.matter.number, exact=True).first.click()
    said(page, "What is asked for")
    journey.visit("officer", "papers/", "papers")
    page = journey.visit("officer", f"/papers/{order.pk}/", "desk-officer")
    page.get_by_text("Record the call").first.click()
    page.get_by_label("Number called").select_option(index=1)
    page.get_by_label("Spoke with").fill("Deputy clerk")
    page.get_by_label("It is theirs and in force").check()
    page.get_by_role("button", name="Record the call").click()
    said(page, "The call is recorded")

    page = journey.visit("verifier", f"/papers/{form.pk}/", "desk-form")
    said(page, "Administrative, not judicial")
    page = journey.visit("verifier", f"/papers/{order.pk}/")
    today, facts = timezone.localdate(), PAPERS["sound_order"]
    page.get_by_label("Kind of paper", exact=True).select_option(facts.type)
    for label, value in (
        ("Docket number (optional)", facts.docket(today)),
        ("Court or issuer (optional)", "United States District Court"),
        ("Signed by", facts.signer.name),
        ("Printed title", facts.signer.title),
    ):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Issued (optional)").fill(facts.issued(today).isoformat())
    page.get_by_label("Return date (optional)").fill(facts.return_on(today).isoformat())
    page.get_by_role("button", name="Confirm against the image").click()
    said(page, "The fields are confirmed")
    for check in NEEDED_FOR_ACCEPTANCE:
        if check != "V11":
            page.locator(f"#pass-{check}").click()
            page.locator(f"#check-{check} .chip-passed").wait_for()
    page.reload()
    journey.shoot(page, "journey-desk-checked", full_page=True)
    page.get_by_role("button", name="Accept the paper").click()
    said(page, "The paper is in force")
    assert journey.state() == "scope_review"


def _set_scope(journey: Journey) -> None:
    """Counsel enters the item that compels police reports."""
    facts, today = PAPERS["sound_order"], timezone.localdate()
    first, last = facts.covers(today)
    place = facts.item_classes.index("police_report")
    page = journey.visit("counsel", "scope/", "scope")
    page.get_by_label("Item", exact=True).fill(str(place + 1))
    page.get_by_label("Page", exact=True).fill(str(facts.item_pages[place]))
    page.get_by_label("Words of the paper").fill(facts.items[place][:300])
    clause = page.get_by_role("group", name="Clause 1")
    clause.get_by_label("Police report").check()
    page.locator("#id_form-0-date_from").fill(first.isoformat())
    page.locator("#id_form-0-date_to").fill(last.isoformat())
    page.get_by_role("button", name="Set the scope").click()
    said(page, "The scope is set")
    assert journey.state() == "collecting"


def _collect(journey: Journey) -> Any:
    """A department searches; the officer takes in what it found."""
    record = demo_records.make("intake_note", timezone.localdate())
    file = journey.folder / "from-the-department.pdf"
    file.write_bytes(record.data)
    page = journey.visit("officer", "searches/")
    page.get_by_label("Department").fill("Police Department")
    page.get_by_role("button", name="Ask to search").click()
    page.get_by_text("Attest the search").click()
    page.get_by_label("Something was found, and is handed over later").check()
    page.get_by_label("Where was searched").fill("Report archive")
    page.get_by_role("button", name="Attest", exact=True).click()
    said(page, "The search is attested")
    journey.shoot(page, "journey-searches")
    page = journey.visit("officer", "records/")
    page.get_by_label("Files").set_input_files(str(file))
    page.get_by_label("Department that holds them").fill("Police Department")
    page.get_by_label("Kind of record").select_option("police_report")
    page.get_by_label("Date of the record").fill((timezone.localdate() - dt.timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Take in").click()
    said(page, "stored and being read")
    factories.work()
    page = journey.visit("officer", "records/", "records")
    page.get_by_role("button", name="Finish the search").click()
    said(page, "The page review begins")
    assert journey.state() == "review"
    return record


def _review(journey: Journey) -> None:
    """Every finding by key, every page seen by saying so."""
    page = journey.visit("officer", "records/")
    page.locator("a[href$='/review/']").first.click()
    page.wait_for_selector("#review")
    journey.shoot(page, "journey-review")
    presses = 0
    while not page.get_by_text("This record is reviewed").count():
        key = "a" if page.locator("#rv-side .is-current[data-open]").count() else "m"
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.keyboard.press(key)
        page.wait_for_selector("#review:not([aria-busy])")
        presses += 1
        assert presses < 200
    record = journey.matter.records.get()
    assert presses == record.findings.filter(page_n__isnull=False).count() + record.page_count
    journey.shoot(page, "journey-reviewed")


def _freeze(journey: Journey) -> None:
    """The manifest is frozen, burned and verified; somebody else looks where policy asks."""
    page = journey.visit("officer")
    page.get_by_role("button", name="Freeze the manifest").click()
    said(page, "Redaction has begun")
    page = journey.visit("officer", "release/", "release-burning")
    said(page, "Redaction runs")
    factories.work()
    page.locator(".chip-passed").wait_for()  # the page asks by itself
    journey.shoot(page, "journey-release-burned")
    if journey.state() == "second_review":
        page = journey.visit("officer", "people/")
        page.get_by_label("Colleague").select_option(value=str(journey.city.officer2.pk))
        page.locator("main form button").last.click()
        page = journey.visit("officer2", "release/", "second-review")
        page.get_by_role("button", name="Pass the second review").click()
        said(page, "The second review is passed")
    assert journey.state() == "counsel_review"


def _approve(journey: Journey) -> None:
    """The officer sees no brief; counsel looks at the result and approves with a reason."""
    brief = f"/matters/{journey.matter.pk}/brief/"
    refused = journey.as_("officer").request.get(brief)
    assert refused.status == 404
    page = journey.visit("counsel", brief, "brief")
    page.get_by_role("link", name="Look at the pages").click()
    said(page, "As it would leave")
    assert page.get_by_alt_text("exactly what would leave").evaluate("image => image.decode()") is None
    journey.shoot(page, "journey-result")
    page = journey.visit("counsel", brief)
    page.get_by_label("Your reason").fill(REASON)
    page.get_by_role("button", name="Approve manifest 1").click()
    said(page, "The manifest is approved")
    assert journey.state() == "approved"
    factories.work()


def _release(journey: Journey) -> None:
    """The officer releases the sealed package."""
    page = journey.visit("officer", "release/", "release")
    page.locator(".chip", has_text="Sealed").wait_for()
    page.get_by_role("button", name="Release the package").click()
    said(page, "The package is released")
    assert journey.state() == "releasing"


def _deliver(journey: Journey, agency: AgencyClient, record: Any) -> None:
    """The agency claims, downloads, verifies, acknowledges; the officer closes the matter."""
    link = agency.get("links/")[0]
    agency.post(f"links/{link['id']}/claim/")
    bundle = journey.folder / "package.zip"
    assert agency.download(f"links/{link['id']}/package/", bundle) == link["sha256"]
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(journey.folder / "package")
    checked = subprocess.run(
        [sys.executable, journey.folder / "package" / "verify_bundle.py", journey.folder / "package"],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    inside = b"".join(path.read_bytes() for path in (journey.folder / "package").rglob("*") if path.is_file())
    for planted in record.planted:
        assert planted.text.encode() not in inside
    agency.post(f"links/{link['id']}/receipt/", {"sha256": link["sha256"]})
    page = journey.visit("officer", "release/", "delivered")
    page.locator(".chip", has_text="Acknowledged").wait_for()
    page.get_by_role("button", name="Close the matter").click()
    said(page, "The matter is closed")
    journey.visit("officer", "", "closed")
    journey.visit("officer", "letters/", "letters")


def _audit(journey: Journey) -> None:
    """The auditor finds the approval, follows its proof, and has the whole log checked."""
    factories.seal_log()
    page = journey.visit("auditor", "/log/", "log")
    page.get_by_label("Event").select_option("release.approved")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="Counsel approved one manifest.").click()
    said(page, "The last value is the signed root")
    journey.shoot(page, "journey-entry", full_page=True)
    page.get_by_role("button", name="Verify now").click()
    said(page, "nothing wrong")
    journey.shoot(page, "journey-integrity")
    assert journey.as_("auditor").request.get(f"/matters/{journey.matter.pk}/").status == 404
