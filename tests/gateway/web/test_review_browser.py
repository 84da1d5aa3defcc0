"""The review page in Chromium: keys, drawing, undo, a colleague who was faster."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from gateway.demo import records as demo_records
from tests import factories
from tests.browser import shoot, watched
from tests.gateway.web.conftest import signed_in
from workflows.audit.models import Entry
from workflows.flow.advance import advance
from workflows.records import review
from workflows.records.models import Mark, Record

__all__ = ["shoot", "watched"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def cookies(person: Any) -> dict[str, str]:
    """The session of a person who has just signed in with both factors."""
    return {"sessionid": signed_in(person).cookies["sessionid"].value}


def chosen(page: Any) -> int:
    """The finding that is current in the list and, if it has a box, on the page."""
    item = int(page.locator("#rv-side .is-current").get_attribute("data-finding"))
    for box in page.locator("#rv-boxes .is-current").all():
        assert int(box.get_attribute("data-finding")) == item
    return item


def press(page: Any, key: str) -> None:
    """Press a key that saves, and wait until the page says so."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press(key)
    page.wait_for_selector("#review:not([aria-busy])")


@pytest.fixture
def record(city: factories.City) -> Record:
    """A police report of three pages, read and ready for review."""
    matter = factories.to_review(city, demo_records.make("police_report", timezone.localdate()).data)
    return matter.records.get()


def test_a_record_is_reviewed_with_keys_alone(city, record, watched, shoot) -> None:
    page = watched.person(cookies(city.officer))
    page.goto(f"/records/{record.pk}/review/")
    first = chosen(page)
    assert page.evaluate("document.activeElement.dataset.finding") == str(first)
    shoot(page, "review-start")

    # v shows the value in the list, with its entry; the same key, or any other step, masks it again
    press(page, "v")
    value = page.locator("#rv-side .is-current mark")
    assert value.inner_text() and page.evaluate("document.activeElement.dataset.finding") == str(first)
    shoot(page, "review-value")
    page.keyboard.press("v")
    assert value.count() == 0 and page.locator("#rv-side .is-current .rv-mask").is_visible()
    press(page, "v")
    with page.expect_response(lambda answer: "?page=1" in answer.url):
        page.get_by_role("link", name="Mask it again").click()
    page.wait_for_selector("#review:not([aria-busy])")
    assert value.count() == 0 and Entry.objects.filter(event="finding.revealed").count() == 2

    # j and k only look; a redacts and goes on
    page.keyboard.press("j")
    second = chosen(page)
    assert second != first
    page.keyboard.press("k")
    assert chosen(page) == first
    press(page, "a")
    assert chosen(page) == second
    assert record.findings.get(pk=first).decision == "redact"
    total = record.findings.filter(page_n__isnull=False).count()
    assert f"1 of {total} decided, 3 of 3 pages unseen" in page.inner_text("#rv-bar")

    while record.findings.get(pk=second).tier != 1:
        page.keyboard.press("j")
        second = chosen(page)
    # x asks for a reason; keys are letters while it is typed; tier 1 waits for a second person
    page.keyboard.press("x")
    page.keyboard.type("a jab at mail")
    shoot(page, "review-keep")
    press(page, "Enter")
    assert record.findings.get(pk=second).decision == "keep_proposed"
    assert "waiting for a second person" in page.inner_text("#rv-bar")
    assert "Waits for a second person" in page.locator(f"#f{second}").text_content()
    press(page, "u")
    press(page, "U")
    assert record.findings.get(pk=second).decision == "keep_proposed"
    press(page, "u")
    assert record.findings.get(pk=second).decision == ""
    assert chosen(page) == second
    assert page.locator("#rv-redo button").is_enabled()

    _look_closer(page, record)
    _draw_boxes(page, record, shoot)
    _lose_to_a_colleague(city, page, record, watched, shoot)

    # the keys belong to the review alone
    page.locator(".brand").focus()
    page.keyboard.press("a")
    page.keyboard.press("m")
    assert not record.pages.filter(seen_at__isnull=False).exists()
    page.locator("#review").focus()

    _finish(page, record)
    shoot(page, "review-done")
    assert "This record is reviewed" in page.inner_text("#rv-side")
    assert watched.faults == []
    shown = Entry.objects.filter(event="page.viewed", role="officer").count()
    assert shown <= 12  # an act on a page does not fetch its image again

    advance(record.matter_id, "freeze", actor=city.officer)
    page.goto(f"/records/{record.pk}/review/?page=1")
    shoot(page, "review-burning")
    assert "Read only" in page.inner_text("#rv-bar")
    factories.work()
    page.reload()
    page.wait_for_load_state("networkidle")
    shoot(page, "review-result")
    assert page.get_by_alt_text("exactly what would leave").evaluate("image => image.naturalWidth") > 500
    assert page.locator("form[data-do]").count() == 0
    # Space shows the page as received and as it would leave in turn; Shift+Space goes back to two panes
    page.locator("#review").focus()
    source, result = page.locator("#rv-pair figure").all()
    for key, shown in (("Space", (False, True)), ("Space", (True, False)), ("Shift+Space", (True, True))):
        page.keyboard.press(key)
        assert (source.is_visible(), result.is_visible()) == shown, key
    assert watched.faults == []


def _look_closer(page: Any, record: Record) -> None:
    """Zoom, a box on the finding's line, and the page by its number; nothing of it is saved."""
    paper = page.locator("#rv-sheet .rv-paper")
    fitting = paper.bounding_box()["width"]
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert paper.bounding_box()["width"] == pytest.approx(1.5 * fitting, rel=0.02)
    page.keyboard.press("0")
    assert paper.bounding_box()["width"] == pytest.approx(fitting, rel=0.02)
    boxed = page.locator("#rv-boxes .is-current")
    if boxed.count() == 1:
        page.keyboard.press("e")
        for side in ("x", "y", "width", "height"):
            given, wanted = (float(one.get_attribute(side)) for one in (page.locator("#rv-draft"), boxed))
            assert given == pytest.approx(wanted, abs=0.02)
        page.keyboard.press("Escape")
    page.keyboard.press("w")
    if page.locator("#rv-draft").count():
        wide = record.pages.get(n=1).width_pt
        assert float(page.locator("#rv-draft").get_attribute("width")) == pytest.approx(0.92 * wide, abs=0.1)
        page.keyboard.press("Escape")
    page.keyboard.press("g")
    assert page.evaluate("document.activeElement.id") == "rv-goto"
    page.keyboard.press("Escape")
    assert not Mark.objects.exists()


def _draw_boxes(page: Any, record: Record, shoot: Any) -> None:
    page.keyboard.press("b")
    draft = page.locator("#rv-draft")
    x, height = float(draft.get_attribute("x")), float(draft.get_attribute("height"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert float(draft.get_attribute("x")) == x + 4
    assert float(draft.get_attribute("height")) == height + 4
    shoot(page, "review-draw")
    page.keyboard.press("Escape")
    assert not Mark.objects.exists() and draft.count() == 0

    page.keyboard.press("b")
    press(page, "Enter")
    page.keyboard.press("b")
    frame = page.locator("#rv-boxes svg").bounding_box()
    with page.expect_response(lambda answer: answer.url.endswith("/draw/")):
        page.mouse.move(frame["x"] + 60, frame["y"] + 40)
        page.mouse.down()
        page.mouse.move(frame["x"] + 260, frame["y"] + 90, steps=4)
        page.mouse.up()
    page.wait_for_selector("#rv-boxes .rv-box-drawn-officer >> nth=1", state="attached")
    page.wait_for_selector("#review:not([aria-busy])")
    keyed, dragged = Mark.objects.order_by("id")
    scale = record.pages.get(n=1).width_pt / frame["width"]
    assert keyed.y1 - keyed.y0 == pytest.approx(16)
    assert (dragged.x0, dragged.y0) == (pytest.approx(60 * scale, abs=1), pytest.approx(40 * scale, abs=1))
    assert dragged.x1 - dragged.x0 == pytest.approx(200 * scale, abs=1)

    press(page, "f")
    assert Mark.objects.filter(whole_page=True, removed_at__isnull=True).exists()
    press(page, "u")
    assert not Mark.objects.filter(whole_page=True, removed_at__isnull=True).exists()
    shoot(page, "review-drawn")


def _lose_to_a_colleague(city: Any, page: Any, record: Record, watched: Any, shoot: Any) -> None:
    page.locator("#review").focus()
    lost = chosen(page)
    review.decide(record.pk, lost, "redact", actor=city.counsel)
    assert watched.faults == []
    press(page, "a")
    page.wait_for_selector("#rv-refusal h2")
    assert "A colleague has decided this finding meanwhile" in page.inner_text("#rv-refusal")
    assert "Not saved" in page.inner_text("#rv-saved")
    assert f"by {city.counsel.name}" in page.locator(f"#f{lost}").text_content()
    shoot(page, "review-stale")
    # the browser itself notes an answer of status 412
    assert len(watched.faults) == 1 and "412" in watched.faults.pop()


def _finish(page: Any, record: Record) -> None:
    """Decide and see everything, from wherever the page leads next."""
    for _ in range(200):
        if page.locator("#rv-side >> text=This record is reviewed").count():
            return
        press(page, "a" if page.locator("#rv-side .is-current[data-open]").count() else "m")
        if not page.locator("#rv-side .is-current, #rv-seen").count():
            page.keyboard.press("]")
    raise AssertionError("the review did not come to an end")
