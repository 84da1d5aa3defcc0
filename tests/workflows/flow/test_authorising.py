"""Counsel releases exactly the status data that a paper compels, never by chance (policy 4.2, 4.3)."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas

from tests import factories
from workflows import vault
from workflows.audit.models import Entry
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, StepUpNeeded
from workflows.flow import authorising, gate
from workflows.flow.advance import advance
from workflows.flow.outputs import read_output_image
from workflows.instruments.models import ScopeClause, StatusAuthorisation
from workflows.records import review
from workflows.records.models import Finding
from workflows.releases.models import VerifierReport

REASON = "Item one of the order asks for exactly this."
QUOTE = "all visa applications and places of birth on file"
KEPT, HIDDEN = "COUNTRY_OF_BIRTH", "A_NUMBER"


def report_page() -> bytes:
    """A page of a report with a place of birth, an A-number and words that are nobody's business to hide."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=(612, 792), invariant=1)
    for n, line in enumerate(
        ["Report of a noise complaint", "Place of birth: Tegucigalpa, Honduras", "A-Number: A 204 118 365"]
    ):
        canvas.drawString(72, 700 - 40 * n, line)
    canvas.save()
    return data.getvalue()


@pytest.fixture
def matter(city):
    return factories.to_review(city, report_page())


def authorise(city, matter, *, actor=None, **changes):
    clause = matter.records.get().clause
    values = {"types": [KEPT], "quote": QUOTE, "reason": REASON, "stepped_up_at": timezone.now(), **changes}
    return authorising.authorise_status(matter.pk, clause.pk, actor=actor or city.counsel, **values)


def freeze(city, matter):
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    matter.refresh_from_db()
    return matter


def approve(city, matter, actor=None):
    return advance(
        matter.pk, "approve", actor=actor or city.counsel, stepped_up_at=timezone.now(), reason=REASON
    )


def test_exactly_the_authorised_type_stays_and_the_rest_is_burned(city, matter, tmp_path):
    record = matter.records.get()
    assert set(record.findings.values_list("type", flat=True)) >= {KEPT, HIDDEN}
    authorisation = authorise(city, matter)
    assert review.keep_authorised(record.pk, authorisation.pk, actor=city.officer) >= 1
    matter = freeze(city, matter)
    assert matter.state in ("second_review", "counsel_review")

    report = VerifierReport.objects.get()
    assert report.passed, report.reasons
    text = words_of(vault.open(report.output))
    assert "Tegucigalpa" in text and "204 118 365" not in text and "noise complaint" in text
    assert read_output_image(record.pk, 1, actor=city.officer)[:4] == b"\x89PNG"


def words_of(pdf: bytes) -> str:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def test_the_same_counsel_may_approve_since_somebody_else_made_the_mark(city, matter):
    record = matter.records.get()
    review.keep_authorised(record.pk, authorise(city, matter).pk, actor=city.officer)
    matter = freeze(city, matter)
    if matter.state == "second_review":
        factories_second(city, matter)
    assert approve(city, matter).state == "approved"


def factories_second(city, matter):
    """Another officer passes the manifest, as policy asks where something is kept in sight."""
    from workflows.flow.assigning import assign

    assign(matter.pk, city.officer2.pk, actor=city.officer)
    advance(matter.pk, "pass_second", actor=city.officer2)


def test_counsel_cannot_apply_the_authorisation_that_is_their_own(city, matter):
    authorisation = authorise(city, matter)
    with pytest.raises(Forbidden):
        review.keep_authorised(matter.records.get().pk, authorisation.pk, actor=city.counsel)


@pytest.mark.parametrize("who", ["officer", "verifier", "client"])
def test_only_counsel_authorises(city, matter, who):
    with pytest.raises(Forbidden):
        authorise(city, matter, actor=getattr(city, who))
    assert not StatusAuthorisation.objects.exists()


@pytest.mark.parametrize(
    "changes, error",
    [
        ({"types": []}, Invalid), ({"types": ["WEATHER"]}, Invalid), ({"quote": "all"}, Invalid),
        ({"reason": ""}, Invalid), ({"ground": "because"}, Invalid), ({"stepped_up_at": None}, StepUpNeeded),
    ],
)  # fmt: skip
def test_an_authorisation_needs_types_words_reason_and_a_fresh_sign_in(city, matter, changes, error):
    with pytest.raises(error):
        authorise(city, matter, **changes)
    assert not StatusAuthorisation.objects.exists()


def test_words_and_reason_are_in_no_table_and_no_entry(city, matter):
    authorise(city, matter)
    assert b"visa applications" not in b"".join(bytes(entry.body) for entry in Entry.objects.all())
    assert QUOTE.encode() in vault.open(StatusAuthorisation.objects.get().words)


def test_an_authorisation_of_another_clause_reaches_no_record_of_this_one(city, matter):
    record = matter.records.get()
    other = ScopeClause.objects.exclude(pk=record.clause_id).first()
    authorisation = authorising.authorise_status(
        matter.pk, other.pk, actor=city.counsel, types=[KEPT], quote=QUOTE, reason=REASON,
        stepped_up_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(NotVisible):
        review.keep_authorised(record.pk, authorisation.pk, actor=city.officer)


def test_a_decision_to_redact_is_left_alone_and_the_kept_ones_can_be_undone(city, matter):
    record = matter.records.get()
    chosen = record.findings.filter(type=KEPT).first()
    review.decide(record.pk, chosen.pk, "redact", actor=city.officer)
    review.keep_authorised(record.pk, authorise(city, matter).pk, actor=city.officer)
    chosen.refresh_from_db()
    assert chosen.decision == "redact"
    review.undo(record.pk, actor=city.officer)
    assert not Finding.objects.filter(keep_ground="authorised").exists() or record.acts.count() > 2


def test_an_ended_authorisation_opens_the_review_again_and_lets_nothing_freeze(city, matter):
    record = matter.records.get()
    authorisation = authorise(city, matter)
    review.keep_authorised(record.pk, authorisation.pk, actor=city.officer)
    authorising.end_authorisation(authorisation.pk, actor=city.counsel)
    assert not Finding.objects.filter(decision="keep").exists()
    with pytest.raises(GuardFailed) as refused:
        advance(matter.pk, "freeze", actor=city.officer)
    assert "review.findings_decided" in dict(refused.value.failed)


def test_an_authorisation_that_ends_after_the_freeze_keeps_the_gate_closed(city, matter):
    record = matter.records.get()
    authorisation = authorise(city, matter)
    review.keep_authorised(record.pk, authorisation.pk, actor=city.officer)
    matter = freeze(city, matter)
    authorising.end_authorisation(authorisation.pk, actor=city.counsel)
    answers = gate.ask("approve", matter, city.counsel, timezone.now())
    assert answers["gate.status"] is False
    if matter.state == "second_review":
        factories_second(city, matter)
    with pytest.raises(GuardFailed) as refused:
        approve(city, matter)
    assert "gate.status" in dict(refused.value.failed)
    advance(matter.pk, "send_back", actor=city.counsel, reason="The ruling has changed.")
    with pytest.raises(GuardFailed) as refused:
        advance(matter.pk, "freeze", actor=city.officer)
    assert "gate.status" in dict(refused.value.failed)


def test_an_authorisation_that_ends_after_approval_voids_it(city, matter):
    record = matter.records.get()
    authorisation = authorise(city, matter)
    review.keep_authorised(record.pk, authorisation.pk, actor=city.officer)
    matter = freeze(city, matter)
    if matter.state == "second_review":
        factories_second(city, matter)
    approve(city, matter)
    authorising.end_authorisation(authorisation.pk, actor=city.counsel)
    matter.refresh_from_db()
    assert matter.state == "review" and not Finding.objects.filter(decision="keep").exists()


def test_where_an_item_asks_for_status_data_withholding_is_counsels_choice_and_never_silence(city):
    matter = factories.to_review(city, report_page(), names_status=True)
    clause = matter.records.get().clause
    matter = freeze(city, matter)
    with pytest.raises(GuardFailed) as refused:
        approve(city, matter)
    assert "gate.withholding" in dict(refused.value.failed)
    with pytest.raises(Forbidden):
        authorising.choose_withholding(matter.pk, clause.pk, "redacted", actor=city.officer, reason=REASON)
    authorising.choose_withholding(matter.pk, clause.pk, "redacted", actor=city.counsel, reason=REASON)
    assert approve(city, matter).state == "approved"
