"""Counsel releases exactly the status data that a paper compels, never by chance (policy 4.2, 4.3)."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas

from tests import factories
from workflows import vault
from workflows.audit.models import Entry
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, StepUpNeeded, WrongState
from workflows.flow import authorising, gate, papers
from workflows.flow.advance import advance
from workflows.flow.outputs import read_output_image
from workflows.flow.scoping import set_scope
from workflows.instruments.models import ScopeClause, StatusAuthorisation
from workflows.records import review, undoing
from workflows.records.models import Finding
from workflows.records.queries import compelling_clauses
from workflows.releases.models import VerifierReport

REASON = "Item one of the order asks for exactly this."
QUOTE = "all visa applications and places of birth on file"
KEPT, HIDDEN = "COUNTRY_OF_BIRTH", "A_NUMBER"


def page_of(lines: list[str]) -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=(612, 792), invariant=1)
    for n, line in enumerate(lines):
        canvas.drawString(72, 700 - 40 * n, line)
    canvas.save()
    return data.getvalue()


def report_page() -> bytes:
    """A page of a report with a place of birth, an A-number and words that are nobody's business to hide."""
    return page_of(
        ["Report of a noise complaint", "Place of birth: Tegucigalpa, Honduras", "A-Number: A 204 118 365"]
    )


@pytest.fixture
def matter(city):
    return factories.to_review(city, report_page())


def authorise(city, matter, *, actor=None, **changes):
    clause = matter.records.get().clause
    values = {"types": [KEPT], "quote": QUOTE, "reason": REASON, "stepped_up_at": timezone.now(), **changes}
    return authorising.authorise_status(matter.pk, clause.pk, actor=actor or city.counsel, **values)


def keep(city, record, authorisation, actor=None):
    """Somebody applies the authorisation to each finding of its types."""
    rows = record.findings.filter(type__in=authorisation.types).exclude(decision="redact")
    for finding in rows:
        review.keep_authorised(record.pk, finding.pk, authorisation.pk, actor=actor or city.officer)
    return len(rows)


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
    assert keep(city, record, authorisation) >= 1
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
    keep(city, record, authorise(city, matter))
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
        keep(city, matter.records.get(), authorisation, actor=city.counsel)


def test_only_counsel_authorises(city, matter):
    for who in ("officer", "verifier", "client"):
        with pytest.raises(Forbidden):
            authorise(city, matter, actor=getattr(city, who))
        assert not StatusAuthorisation.objects.exists(), who


def test_an_authorisation_needs_types_words_reason_and_a_fresh_sign_in(city, matter):
    for changes, error in (
        ({"types": []}, Invalid), ({"types": ["WEATHER"]}, Invalid), ({"quote": "all"}, Invalid),
        ({"reason": ""}, Invalid), ({"ground": "because"}, Invalid), ({"stepped_up_at": None}, StepUpNeeded),
    ):  # fmt: skip
        with pytest.raises(error):
            authorise(city, matter, **changes)
        assert not StatusAuthorisation.objects.exists(), changes
    assert authorise(city, matter)  # with all of them at once, nothing else was in the way


def test_words_and_reason_are_in_no_table_and_no_entry(city, matter):
    authorise(city, matter)
    assert b"visa applications" not in b"".join(bytes(entry.body) for entry in Entry.objects.all())
    assert QUOTE.encode() in vault.open(StatusAuthorisation.objects.get().words)


def test_an_authorisation_of_a_clause_that_does_not_cover_the_record_reaches_nothing_of_it(city, matter):
    record = matter.records.get()
    other = ScopeClause.objects.exclude(pk__in=[row.pk for row in compelling_clauses(record)]).first()
    authorisation = authorising.authorise_status(
        matter.pk, other.pk, actor=city.counsel, types=[KEPT], quote=QUOTE, reason=REASON,
        stepped_up_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(NotVisible):
        keep(city, record, authorisation)


def test_any_item_that_covers_the_record_can_open_what_it_compels(city):
    """The first item takes the record, the second adds what it asks for in the same records."""
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.work()
    factories.verify_paper(city, paper)
    papers.accept_paper(paper.pk, actor=city.verifier)
    draft = factories.clauses()[0]
    set_scope(matter.pk, paper.pk, [draft, replace(draft, item="2", names_status=True)], actor=city.counsel)
    factories.attest(city, matter)
    factories.take_in(city, matter, report_page())
    factories.work()
    matter = advance(matter.pk, "finish_search", actor=city.officer)
    record = matter.records.get()
    second = ScopeClause.objects.get(item="2")
    assert record.clause_id != second.pk
    authorisation = authorising.authorise_status(
        matter.pk, second.pk, actor=city.counsel, types=[KEPT], quote=QUOTE, reason=REASON,
        stepped_up_at=timezone.now(),
    )  # fmt: skip
    assert keep(city, record, authorisation) == 1
    matter = freeze(city, matter)
    answers = gate.ask("approve", matter, city.counsel, timezone.now())
    assert (answers["gate.status"], answers["gate.withholding"]) == (True, False)  # the A-number is withheld


def test_an_authorisation_can_end_and_never_change(city, matter):
    authorisation = authorise(city, matter)
    rows = StatusAuthorisation.objects.filter(pk=authorisation.pk)
    for change in (
        {"types": [KEPT, HIDDEN]},
        {"ground": "general"},
        {"clause_id": authorisation.clause_id + 1},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    assert rows.get().types == [KEPT]


def test_ending_an_authorisation_that_nothing_rests_on_voids_nothing(city, matter):
    unused = authorise(city, matter)
    matter = freeze(city, matter)
    approve(city, matter)
    authorising.end_authorisation(unused.pk, actor=city.counsel)
    matter.refresh_from_db()
    assert matter.state == "approved"


def test_what_is_kept_can_be_undone_and_goes_back_to_what_it_was(city, matter):
    record = matter.records.get()
    chosen = record.findings.get(type=KEPT)
    review.decide(record.pk, chosen.pk, "redact", actor=city.officer)
    authorisation = authorise(city, matter)
    review.keep_authorised(record.pk, chosen.pk, authorisation.pk, actor=city.officer)
    with pytest.raises(WrongState):
        review.keep_authorised(record.pk, chosen.pk, authorisation.pk, actor=city.officer)
    undoing.undo(record.pk, actor=city.officer)
    chosen.refresh_from_db()
    assert (chosen.decision, chosen.keep_ground, chosen.authorisation) == ("redact", "", None)


def test_a_finding_of_another_type_or_person_is_opened_by_nothing_but_a_persons_choice(city):
    lines = ["Place of birth: Tegucigalpa, Honduras", "Neighbor Bruno Calder", "Place of birth: Lima, Peru"]
    matter = factories.to_review(city, page_of(lines))
    record, authorisation = matter.records.get(), authorise(city, matter)
    own, other = record.findings.filter(type=KEPT)
    review.keep_authorised(record.pk, own.pk, authorisation.pk, actor=city.officer)
    matter = freeze(city, matter)
    text = words_of(vault.open(VerifierReport.objects.get().output))
    assert "Tegucigalpa" in text and "Lima" not in text
    other.refresh_from_db()
    assert other.decision == "redact"


def test_an_ended_authorisation_opens_the_review_again_and_lets_nothing_freeze(city, matter):
    record = matter.records.get()
    authorisation = authorise(city, matter)
    keep(city, record, authorisation)
    authorising.end_authorisation(authorisation.pk, actor=city.counsel)
    assert not Finding.objects.filter(decision="keep").exists()
    with pytest.raises(GuardFailed) as refused:
        advance(matter.pk, "freeze", actor=city.officer)
    assert "review.findings_decided" in dict(refused.value.failed)


def test_an_authorisation_that_ends_after_the_freeze_keeps_the_gate_closed(city, matter):
    record = matter.records.get()
    authorisation = authorise(city, matter)
    keep(city, record, authorisation)
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
    # The way on: counsel rules anew, and the reviewer applies that.
    keep(city, record, authorise(city, matter))
    assert freeze(city, matter).state in ("second_review", "counsel_review")


def test_an_authorisation_that_ends_after_approval_voids_it(city, matter):
    record = matter.records.get()
    authorisation = authorise(city, matter)
    keep(city, record, authorisation)
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
