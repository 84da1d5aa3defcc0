"""The review without script: plain forms, one page at a time, refusals as sentences."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from gateway.demo import records as demo_records
from gateway.web.review_state import confidence, type_title
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.audit.models import Entry
from workflows.flow.assigning import assign
from workflows.records import page_words
from workflows.records.models import Mark, Record

pytestmark = pytest.mark.slow


@pytest.fixture
def record(city: factories.City):
    """A form of two pages with findings on both, read and ready for review."""
    matter = factories.to_review(city, demo_records.make("registration_form", timezone.localdate()).data)
    return matter.records.get()


def address(name: str, record, *ids) -> str:
    return reverse(f"web:{name}", args=[record.pk, *ids])


def test_a_record_is_reviewed_by_plain_forms(city, record, as_person: SignedIn) -> None:
    officer, home = as_person("officer"), address("review", record)
    shown = officer.get(home)
    first, after = shown.context["claims"][:2]
    second = next(claim for claim in shown.context["claims"][1:] if claim.finding.tier == 1)
    assert shown.context["current"] == first.finding.pk
    assert type_title(first.finding.type) in shown.content.decode()

    # redact, and the browser is sent to the next open finding of the page
    answer = officer.post(
        address("decide", record, first.finding.pk), {"decision": "redact", "version": 1, "page": 1}
    )
    assert answer.url == f"{home}?page=1&finding={after.finding.pk}"
    # the same form again: a version that is gone changes nothing, and the page says who was faster
    again = officer.post(
        address("decide", record, first.finding.pk),
        {"decision": "keep", "reason": "late", "version": 1, "page": 1, "finding": first.finding.pk},
    )
    assert again.status_code == 412 and "A colleague has decided this finding" in again.content.decode()
    first.finding.refresh_from_db()
    assert first.finding.decision == "redact"

    # a keep needs a reason; one of tier 1 needs a second person, one of the two counsel
    keep = address("decide", record, second.finding.pk)
    assert officer.post(keep, {"decision": "keep", "page": 1}).status_code == 422
    officer.post(keep, {"decision": "keep", "reason": "A word of the form itself", "page": 1})
    second.finding.refresh_from_db()
    assert (second.finding.tier, second.finding.decision) == (1, "keep_proposed")
    confirm = address("confirm_keep", record, second.finding.pk)
    assert officer.post(confirm, {"page": 1}).status_code == 403
    assign(record.matter_id, city.officer2.pk, actor=city.officer)
    assert as_person("officer2").post(confirm, {"page": 1}).status_code == 403
    seen_by_counsel = as_person("counsel").get(f"{home}?page=1&finding={second.finding.pk}")
    assert "Confirm the keep" in seen_by_counsel.content.decode()
    as_person("counsel").post(confirm, {"page": 1})
    second.finding.refresh_from_db()
    assert second.finding.decision == "keep" and second.finding.confirmed_by == city.counsel

    # boxes: a place that is no number or no place is refused; undo and removal belong to the layer
    draw = address("draw", record)
    for corner in ("", "nan", "inf", "1e9", "<b>"):
        bad = officer.post(draw, {"page": 1, "x0": corner, "y0": 1, "x1": 50, "y1": 50})
        assert bad.status_code == 422, corner
    officer.post(draw, {"page": 1, "x0": 10, "y0": 10, "x1": 60, "y1": 40, "code": "W-3"})
    mark = Mark.objects.get()
    assert (mark.layer, mark.code) == ("officer", "W-3")
    assert as_person("counsel").post(address("remove_mark", record, mark.pk)).status_code == 403
    officer.post(address("undo", record), {"page": 1})
    mark.refresh_from_db()
    assert mark.removed_at is not None

    # a page is seen only by saying so
    assert not record.pages.filter(seen_at__isnull=False).exists()
    officer.post(address("seen", record), {"page": 1})
    assert list(record.pages.filter(seen_at__isnull=False).values_list("n", flat=True)) == [1]
    assert officer.post(address("seen", record), {"page": "one"}).status_code == 422
    assert officer.post(address("seen", record), {"page": 99}).status_code == 404

    # parts for a browser with script; the image again only when another page is shown
    asked = {"HX-Request": "true", "X-Shown-Page": "1"}
    same = officer.get(f"{home}?page=1", headers=asked).content.decode()
    other = officer.get(f"{home}?page=2", headers=asked).content.decode()
    assert 'id="rv-side"' in same and "<html" not in same
    assert ("<img" in same, "<img" in other) == (False, True)

    # images: never kept, each sending an entry
    before = Entry.objects.filter(event="page.viewed").count()
    image = officer.get(address("review_image", record, 1))
    assert image.content.startswith(b"\x89PNG") and "no-store" in image.headers["Cache-Control"]
    assert Entry.objects.filter(event="page.viewed").count() == before + 1
    assert officer.get(address("review_image", record, 99)).status_code == 404

    # who may not see pages meets a closed door, and nothing changes on GET
    assert as_person("verifier").get(home).status_code == 403
    assert as_person("verifier").post(address("seen", record), {"page": 2}).status_code == 404
    for outsider in ("counsel2", "auditor", "admin", "client"):
        assert as_person(outsider).get(home).status_code == 404, outsider
        assert as_person(outsider).get(address("review_image", record, 1)).status_code == 404, outsider
    for name in ("draw", "seen", "undo"):
        assert officer.get(address(name, record)).status_code == 302
    assert not record.pages.get(n=2).seen_at


def test_a_value_is_shown_by_a_button_in_one_answer_that_nobody_keeps(city, record, as_person) -> None:
    officer, home = as_person("officer"), address("review", record)
    shown = officer.get(home)
    finding = shown.context["claims"][0].finding
    page = next(page for page in page_words.pages_of(record.words) if page.n == finding.page_n)
    _, value, _ = page.around(page.claims[finding.key][0])
    assert "Show value" in shown.content.decode() and f"<mark>{value}</mark>" not in shown.content.decode()

    answer = officer.post(address("reveal", record, finding.pk), {"page": 1})
    assert f"<mark>{value}</mark>" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    again = officer.get(f"{home}?page=1&finding={finding.pk}")
    assert "<mark>" not in again.content.decode()
    assert Entry.objects.filter(event="finding.revealed").count() == 1
    # opening the address shows nothing; nobody else is told that there is anything
    assert officer.get(address("reveal", record, finding.pk)).status_code == 302
    for outsider in ("verifier", "counsel2", "auditor", "admin", "client"):
        assert as_person(outsider).post(address("reveal", record, finding.pk)).status_code == 404, outsider
    api = reverse("api:record-value", args=[record.pk, finding.pk])
    said = officer.post(api)
    assert said.json()["value"] == value and "no-store" in said.headers["Cache-Control"]

    # a record read before words were kept says so, and how that is mended
    Record.objects.update(words=None)
    old = officer.get(home).content.decode()
    assert "read before words were kept" in old and "Show value" not in old
    assert officer.post(address("reveal", record, finding.pk)).status_code == 409


def test_scores_become_words() -> None:
    assert [confidence(score) for score in (0.97, 0.85, 0.84, 0.6, 0.59, 0.1)] == [
        "high", "high", "medium", "medium", "low", "low",
    ]  # fmt: skip


def test_a_type_without_a_name_is_still_said() -> None:
    assert type_title("A_NUMBER") == "Alien registration number"
    assert type_title("NEW_KIND") == "New kind"
