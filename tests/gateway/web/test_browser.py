"""The desk in Chromium: sign-in with a code app, filing, checking, taking in; quiet console, no axe finding.

The page list of the accessibility run is the one of `test_pages`.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from gateway.demo import papers as demo_papers
from gateway.process.codes import totp
from tests import factories
from tests.factories import PASSWORD
from tests.gateway.web.conftest import signed_in
from tests.gateway.web.test_pages import PAGES
from tests.pdfs import pdf_of
from workflows.matters.models import Matter

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Desk:
    """A Chromium against a server of this test; everything that its console says is kept."""

    def __init__(self, engine: Any, server: str) -> None:
        self.engine, self.server, self.said = engine, server, []

    def page(self, person: Any = None, **options: Any) -> Any:
        """A page, signed in with both factors when a person is given."""
        context = self.engine.new_context(base_url=self.server, **options)
        if person is not None:
            key = signed_in(person).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": key, "url": self.server}])
        page = context.new_page()
        page.on("console", lambda line: self.said.append(f"{line.type}: {line.text}"))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page


@pytest.fixture
def desk(city: factories.City, live_server: Any, chromium: str) -> Iterator[Desk]:
    """The browser; the loop that drives it runs in this thread, which the database must bear."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as driver:
            engine = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            yield Desk(engine, live_server.url)
            engine.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def test_an_officer_signs_in_with_a_code_app_and_enters_a_letter(desk: Desk) -> None:
    page = desk.page()
    page.goto("/")
    page.fill("[name=login]", "officer@city.test")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.click("summary")
    secret = page.inner_text("dl code >> nth=0")
    assert re.fullmatch("[A-Z2-7]{32}", secret)
    page.fill("[name=code]", totp(secret, time.time()))
    page.click("text=Turn it on")
    page.click("text=I have them")
    page.click("text=Enter a request")
    page.select_option("[name=agency]", label="Bureau of Ledgers")
    page.fill("[name=description]", "Minutes of the park committee.")
    page.click("text=Open the matter")

    assert page.inner_text("h1") == Matter.objects.get().number
    assert page.locator(".message-success").is_visible()
    assert desk.said == []


@pytest.mark.parametrize("script", [True, False])
def test_a_verifier_answers_checks_with_and_without_script(
    desk: Desk, city: factories.City, script: bool
) -> None:
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    page = desk.page(city.verifier, java_script_enabled=script)
    page.goto(reverse("web:paper", args=[paper.pk]))

    page.fill("#id_docket", "1:26-mc-00417")
    page.fill("#note-V01", "Two pages, both clear.")
    page.click("#pass-V01")
    page.locator("#check-V01 .chip-passed").wait_for()
    page.click("#fail-V04")
    page.locator("#check-V04 .chip-failed").wait_for()

    assert "Two pages, both clear." in page.inner_text("#check-V01")
    assert "V04 is answered." in page.inner_text("#messages")
    assert page.locator("#acceptance button").is_disabled()
    assert "The fields of the paper have not been confirmed" in page.inner_text("#accept-guards")
    if script:
        assert page.evaluate("document.activeElement.id") == "fail-V04"  # the focus stays where it was
        assert page.input_value("#id_docket") == "1:26-mc-00417"  # and so does what was typed elsewhere
        paper.refresh_from_db()
        assert page.input_value("#fields-version") == str(paper.version)
        assert page.locator("#check-V04").bounding_box()["y"] < 800  # still in sight
    assert desk.said == []


def test_files_are_taken_in_and_their_progress_moves_by_itself(
    desk: Desk, city: factories.City, collecting: Matter
) -> None:
    from workflows.jobs.models import Job

    page = desk.page(city.officer)
    page.goto(reverse("web:records", args=[collecting.pk]))
    page.set_input_files(
        "[name=uploads]",
        [
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF one"},
            {"name": "b.pdf", "mimeType": "application/pdf", "buffer": b"%PDF two"},
        ],
    )
    page.fill("[name=custodian]", "Police Department")
    polled: list[dict[str, str]] = []
    page.on("request", lambda asked: "hx-request" in asked.headers and polled.append(asked.headers))
    page.click("button:has-text('Take in')")
    page.locator("#work >> text=Record 2").wait_for()

    Job.objects.filter(kind="record.scan").update(done=2, total=7)
    page.locator("#work >> text=2 of 7 pages >> nth=0").wait_for()
    Job.objects.filter(kind="record.scan").update(state="done")
    collecting.records.update(state="unreadable", reasons=["encrypted"])
    page.locator("#record-list >> text=locked with a password >> nth=0").wait_for()
    assert page.locator("#work .job").count() == 0
    assert polled and not any("x-by-hand" in headers for headers in polled)  # an idle screen locks
    assert desk.said == []


def _look(page: Any, where: Any, found: dict[Any, Any]) -> None:
    """Note what axe finds, and whether the page must be scrolled sideways at 320 pixels."""
    from axe_playwright_python.sync_playwright import Axe

    told = Axe().run(page).response
    assert len(told["passes"]) > 10  # axe did look
    for one in told["violations"]:
        found[where, one["id"]] = [node["html"][:120] for node in one["nodes"]]
    page.set_viewport_size({"width": 320, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > 320:
        found[where, "width"] = width


def test_no_page_has_an_accessibility_finding_or_scrolls_sideways(
    desk: Desk, city: factories.City, collecting: Matter
) -> None:
    record = factories.take_in(city, collecting, b"%PDF one")
    factories.open_request(city)
    ids = {
        "matter": collecting.pk,
        "paper": collecting.instruments.get().pk,
        "record": record.pk,
        "": None,
    }
    visits = [
        (who, name, scheme)
        for scheme in ("light", "dark")
        for who in ("officer", "admin", "client")
        for name, (allowed, _) in PAGES.items()
        if who in allowed
    ]
    visits += [("verifier", "paper", "light"), ("counsel", "paper", "dark"), ("counsel", "matter", "light")]
    found: dict[Any, Any] = {}
    pages: dict[Any, Any] = {}
    for who, name, scheme in visits:
        if (who, scheme) not in pages:
            pages[who, scheme] = desk.page(city.people[who], color_scheme=scheme)
        page, kind = pages[who, scheme], PAGES[name][1]
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(reverse(f"web:{name}", args=[ids[kind]] if kind else []))
        _look(page, (who, name, scheme), found)
    sign_in = desk.page()
    sign_in.goto("/accounts/login/")
    _look(sign_in, "sign-in", found)
    assert found == {}
    assert desk.said == []


def test_found_words_and_a_shown_value_are_accessible_and_lead_back_to_the_page(
    desk: Desk, city: factories.City
) -> None:
    matter = factories.to_review(city, pdf_of("Garage, bay 4", "Citizenship: Guatemala, garage"))
    record = matter.records.get()
    found: dict[Any, Any] = {}
    for scheme in ("light", "dark"):
        page = desk.page(city.officer, color_scheme=scheme)
        page.goto(reverse("web:review", args=[record.pk]))
        page.click("#rv-find summary")
        page.fill("#rv-sought", "garage")
        page.click("#rv-find button")
        page.locator("text=2 places").wait_for()
        _look(page, ("words", scheme), found)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.click("text=Back to page 1 of record 1")
        page.click("#rv-side .is-current [data-reveal] button")
        page.locator("#rv-side mark >> text=Guatemala").wait_for()
        _look(page, ("value", scheme), found)
    assert found == {}
    assert desk.said == []


@pytest.mark.parametrize("script", [True, False])
def test_an_agency_has_its_paper_explained_and_sends_it_with_and_without_script(
    desk: Desk, city: factories.City, script: bool
) -> None:
    sent = {"name": "order.pdf", "mimeType": "application/pdf",
            "buffer": demo_papers.make("sound_order", timezone.localdate())}  # fmt: skip
    page = desk.page(city.client, java_script_enabled=script, color_scheme="dark")
    page.goto(reverse("web:agency"))
    page.click("text=Español")
    page.click("header >> text=Nueva solicitud")
    page.fill("[name=description]", "Informes de la persona nombrada.")
    page.set_input_files("[name=paper]", sent)
    page.click("text=Comprobar antes el documento")
    page.locator("#look >> text=1:26-mc-00417").wait_for()
    assert page.input_value("[name=description]") == "Informes de la persona nombrada."
    assert not Matter.objects.exists()
    if script:  # the file is still in the form
        found: dict[Any, Any] = {}
        _look(page, "look", found)
        assert found == {}
    else:
        assert "elija otra vez el mismo archivo" in page.inner_text("#look")
        page.set_input_files("[name=paper]", sent)
    page.click("text=Enviar la solicitud")
    assert page.inner_text("h1") == Matter.objects.get().number
    assert Matter.objects.get().instruments.count() == 1
    assert desk.said == []


def test_a_demo_order_shows_its_image_beside_the_checks(desk: Desk, city: factories.City) -> None:
    matter = factories.open_request(city)
    factories.file_demo_paper(city, matter, "i205")
    factories.work()
    paper = matter.instruments.get()
    page = desk.page(city.verifier)
    page.goto(reverse("web:paper", args=[paper.pk]))

    assert page.locator(".sheet-view img").evaluate("image => image.complete && image.naturalWidth") > 500
    assert "Administrative, not judicial." in page.inner_text(".note-error")
    assert "Supervisory Detention and Deportation Officer" in page.inner_text(".note-error")
    assert paper.filed_at <= timezone.now() and demo_papers.PAPERS["i205"]
    assert desk.said == []
