"""Departments search by a date and attest; where all found nothing, counsel tells the court so."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas

from tests import factories
from workflows.audit.models import Entry
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, WrongState
from workflows.flow import papers, timing
from workflows.flow.advance import advance
from workflows.flow.scoping import set_scope
from workflows.flow.searching import attest_search, due, give_search, open_search, searches_given_to
from workflows.matters.models import Seal, Task
from workflows.records.models import Attestation, SearchTask

REASON = "One archive was not looked at."


@pytest.fixture
def matter(city):
    """A matter in collection; nobody had to read the paper by machine."""
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)
    papers.accept_paper(paper.pk, actor=city.verifier)
    return set_scope(matter.pk, paper.pk, factories.clauses()[:1], actor=city.counsel)


@pytest.fixture
def search(city, matter):
    return open_search(matter.pk, "Housing Office", actor=city.officer, custodian_id=city.custodian.pk)


def mine(person):
    return list(searches_given_to(person, timezone.now()))


def test_a_custodian_sees_and_answers_the_one_search_given_to_them(city, matter, search):
    other = open_search(matter.pk, "Police Department", actor=city.officer)
    assert mine(city.custodian) == [search] and mine(city.verifier) == [] and mine(city.client) == []
    with pytest.raises(NotVisible):
        attest_search(other.pk, "none", "Shelves", actor=city.custodian)
    with pytest.raises(NotVisible):
        advance(matter.pk, "finish_search", actor=city.custodian)
    attest_search(search.pk, "searched", "First floor", actor=city.custodian)
    search = attest_search(search.pk, "found", "Tenancy archive", actor=city.custodian)
    assert (search.outcome, search.attested_by) == ("found", city.custodian)
    with pytest.raises(WrongState):
        attest_search(search.pk, "none", "Tenancy archive", actor=city.custodian)
    attest_search(search.pk, "produced", "Tenancy archive", actor=city.custodian, pieces=3)
    kinds = search.attestations.values_list("kind", "pieces")
    assert list(kinds) == [("searched", None), ("found", None), ("produced", 3)]
    with pytest.raises(WrongState):
        give_search(search.pk, city.officer2.pk, actor=city.officer)


def test_a_search_that_was_taken_back_or_sealed_away_is_absent(city, matter, search):
    give_search(search.pk, city.officer2.pk, actor=city.officer)
    assert mine(city.custodian) == [] and mine(city.officer2) == [search]
    with pytest.raises(NotVisible):
        attest_search(search.pk, "none", "Shelves", actor=city.custodian)
    with transaction.atomic():
        from workflows.audit import log

        entry = log.record("matter.viewed", actor=None, matter=matter)
        Seal.objects.create(matter=matter, ground="court", by=city.counsel, at=timezone.now(), entry=entry,
                            review_on=timezone.localdate())  # fmt: skip
    assert mine(city.officer2) == []
    with pytest.raises(NotVisible):
        attest_search(search.pk, "none", "Shelves", actor=city.officer2)


@pytest.mark.parametrize(
    "kind, where, pieces, error",
    [
        ("none", " ", None, Invalid), ("perhaps", "Shelves", None, Invalid),
        ("produced", "Shelves", None, Invalid), ("produced", "Shelves", 0, Invalid),
        ("found", "The file says that his A-number is A 204 118 365.", None, Invalid),
    ],
)  # fmt: skip
def test_an_attestation_says_where_and_what_and_never_status(city, search, kind, where, pieces, error):
    with pytest.raises(error):
        attest_search(search.pk, kind, where, actor=city.custodian, pieces=pieces)
    assert not Attestation.objects.exists()


def test_an_attestation_never_changes(city, search):
    attest_search(search.pk, "none", "Shelves", actor=city.custodian)
    rows, said = SearchTask.objects.filter(pk=search.pk), Attestation.objects.all()
    for change in ({"outcome": "found"}, {"department": "Other"}, {"attested_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    for act in (lambda: said.update(kind="found"), said.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attestation.objects.create(
            search=search, kind="produced", where="x", by=city.officer, at=timezone.now(),
            entry=Entry.objects.first(),
        )  # fmt: skip


def test_a_search_is_due_in_three_business_days_or_sooner_and_late_ones_go_to_counsel(city, matter, search):
    today = timezone.localdate()
    assert due(search).reckoned is not None and due(search).asserted is None
    sooner = open_search(matter.pk, "Police Department", actor=city.officer, due_on=today)
    assert timezone.localdate(due(sooner).ends) == today
    with pytest.raises(Invalid):
        open_search(matter.pk, "Archive", actor=city.officer, due_on=today - dt.timedelta(days=1))

    timing.sweep(due(search).ends + dt.timedelta(minutes=1))
    late = Task.objects.filter(clock__kind="search", clock__about=str(search.pk), done_at=None)
    assert {(task.kind, task.role) for task in late} >= {("clock_over", "counsel")}
    attest_search(search.pk, "none", "Shelves", actor=city.custodian)
    assert not late.all().exists() and due(search).stopped_at is not None


def certified(city, matter, search):
    attest_search(search.pk, "none", "Tenancy archive", actor=city.custodian)
    return advance(matter.pk, "certify_none", actor=city.officer)


def test_where_all_found_nothing_counsel_sends_the_certificate(city, matter, search):
    with pytest.raises(GuardFailed):
        advance(matter.pk, "certify_none", actor=city.officer)
    matter = certified(city, matter, search)
    assert matter.state == "counsel_review"
    assert not matter.letters.filter(template="search_certificate").exists()
    with pytest.raises(Forbidden):
        advance(matter.pk, "confirm_none", actor=city.officer)
    with pytest.raises(GuardFailed):  # there is nothing to approve
        advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=REASON)
    matter = advance(matter.pk, "confirm_none", actor=city.counsel)
    body = matter.letters.get(template="search_certificate").body
    assert "- Housing Office, attested on" in body and "United States District Court" in body
    assert matter.state == "closed" and not matter.releases.exists()
    assert not matter.clocks.filter(stopped_at=None, kind__in=("return", "execute_by")).exists()


def test_counsel_who_is_not_convinced_sends_it_back_to_the_search(city, matter, search):
    certified(city, matter, search)
    matter = advance(matter.pk, "send_back", actor=city.counsel, reason=REASON)
    assert matter.state == "collecting"
    open_search(matter.pk, "Old archive", actor=city.officer)
    with pytest.raises(GuardFailed):
        advance(matter.pk, "certify_none", actor=city.officer)


def page(words: str) -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data, invariant=1)
    canvas.drawString(72, 700, words)
    canvas.save()
    return data.getvalue()


def test_nothing_is_certified_while_a_record_may_be_covered_or_a_department_found_something(city, matter):
    search = open_search(matter.pk, "Housing Office", actor=city.officer)
    attest_search(search.pk, "none", "Shelves", actor=city.officer)
    factories.take_in(city, matter, page("A note."), subject_name="")
    with pytest.raises(GuardFailed) as refused:
        advance(matter.pk, "certify_none", actor=city.officer)
    assert dict(refused.value.failed).keys() == {"search.nothing_found"}
    matter.records.update(scope="out")
    advance(matter.pk, "certify_none", actor=city.officer)
