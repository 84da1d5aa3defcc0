"""A question to the court: a letter, the city's clocks stand still, the answer leads back (policy 3.4)."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from workflows import vault
from workflows.clocks.models import Clock, ClockPause
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, WrongState
from workflows.flow import clarifying, papers, timing
from workflows.flow.advance import advance
from workflows.flow.scoping import set_scope
from workflows.instruments.models import Clarification
from workflows.matters.models import Task
from workflows.releases.queries import confirm_letter, letters_for_agency

QUESTION = "Does item two cover reports of the fire department as well?"
ANSWER = b"%PDF-1.4 Minute order: item two does not."


@pytest.fixture
def paper(city):
    """A paper in force whose scope is with counsel."""
    matter = factories.open_request(city, return_on=timezone.localdate() + dt.timedelta(days=30))
    made = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, made)
    return papers.accept_paper(made.pk, actor=city.verifier)


def ask(city, paper, *, actor=None, **changes):
    values = {"question": QUESTION, **changes}
    return clarifying.ask_scope(paper.matter_id, paper.pk, actor=actor or city.counsel, **values)


def test_a_question_waits_for_its_answer_and_the_scope_is_set_then(city, paper):
    matter = paper.matter
    asked = ask(city, paper)
    matter.refresh_from_db()
    assert matter.state == "clarification"
    letter = matter.letters.get(template="clarification")
    assert "United States District Court" in letter.body and QUESTION in letter.body
    assert not letters_for_agency(matter).filter(pk=letter.pk).exists()
    assert confirm_letter(letter.check_code).genuine  # the court can confirm it
    still = set(ClockPause.objects.filter(ended_at__isnull=True).values_list("clock__kind", flat=True))
    assert still == {"acknowledgement"} & set(Clock.objects.values_list("kind", flat=True))
    with pytest.raises(WrongState):
        first = [draft for draft in factories.clauses() if draft.page == 1]
        set_scope(matter.pk, paper.pk, first, actor=city.counsel)
    with pytest.raises(GuardFailed):
        advance(matter.pk, "settle_scope", actor=city.counsel)
    with pytest.raises(Forbidden):
        clarifying.settle_scope(matter.pk, ANSWER, actor=city.officer)
    with pytest.raises(Invalid):
        clarifying.settle_scope(matter.pk, b"", actor=city.counsel)
    with pytest.raises(NotVisible):
        clarifying.read_answer(asked.pk, actor=city.counsel)
    clarifying.settle_scope(matter.pk, ANSWER, actor=city.counsel)
    matter.refresh_from_db()
    assert matter.state == "scope_review"
    assert clarifying.read_answer(asked.pk, actor=city.officer) == ANSWER
    assert not ClockPause.objects.filter(ended_at__isnull=True).exists()
    assert Clock.objects.get(kind="clarification").outcome == "met"
    with pytest.raises(WrongState):
        clarifying.settle_scope(matter.pk, ANSWER, actor=city.counsel)
    with pytest.raises(GuardFailed):  # an answered question is no question
        advance(matter.pk, "ask_scope", actor=city.counsel)
    ask(city, paper, addressee="United States Attorney's Office")  # and there may be another one


def test_an_unanswered_question_is_a_task_for_counsel_and_no_date_of_a_court_moves(city, paper):
    of_court = Clock.objects.filter(kind__in=("return", "execute_by")).order_by("pk")
    before = list(of_court.values_list("ends", flat=True))
    ask(city, paper)
    clock = Clock.objects.get(kind="clarification")
    timing.sweep(clock.ends - dt.timedelta(hours=1))
    assert Task.objects.filter(kind="clock_near", role="counsel", clock=clock).exists()
    timing.sweep(clock.ends + dt.timedelta(hours=1))
    assert Task.objects.filter(kind="clock_over", role="counsel", clock=clock).exists()
    assert before and list(of_court.values_list("ends", flat=True)) == before
    assert not ClockPause.objects.filter(clock__in=of_court).exists()


def test_an_order_is_not_missed_by_waiting_for_an_answer_that_nobody_sends(city, paper):
    asked = ask(city, paper)
    for actor, reason, refusal in (
        (city.officer, "The clerk was called twice.", Forbidden),
        (city.counsel, "No.", Invalid),
        (city.counsel, "The undocumented immigrant A 204 118 365 wrote nothing.", Invalid),
    ):
        with pytest.raises(refusal):
            clarifying.go_on_unanswered(paper.matter_id, actor=actor, reason=reason)
    clarifying.go_on_unanswered(paper.matter_id, actor=city.counsel, reason="The clerk was called twice.")

    paper.matter.refresh_from_db()
    assert paper.matter.state == "scope_review"
    memo = clarifying.read_answer(asked.pk, actor=city.officer)
    assert memo.startswith(b"No answer came.") and b"called twice" in memo
    asked.refresh_from_db()
    assert json.loads(bytes(asked.answered_entry.body))["reason"] == "no_answer"
    assert not ClockPause.objects.filter(ended_at__isnull=True).exists()
    with pytest.raises(WrongState):
        clarifying.go_on_unanswered(paper.matter_id, actor=city.counsel, reason="The clerk was called.")


@pytest.mark.parametrize("who", ["officer", "verifier", "client"])
def test_only_counsel_asks(city, paper, who):
    with pytest.raises(Forbidden):
        ask(city, paper, actor=city.people[who])


def test_a_question_says_nothing_of_status_and_goes_somewhere(city, paper):
    for changes in (
        {"question": "Why?"}, {"question": "Is the undocumented immigrant, A 204 118 365, covered by it?"},
        {"addressee": "a\nb"}, {"addressee": "x" * 161},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            ask(city, paper, **changes)
    with pytest.raises(NotVisible):
        clarifying.ask_scope(factories.open_request(city).pk, paper.pk, actor=city.counsel, question=QUESTION)
    assert not Clarification.objects.exists()


def test_question_and_answer_are_in_the_vault_and_their_row_is_settled_once(city, paper):
    asked = ask(city, paper)
    assert QUESTION.encode() in vault.open(asked.words)
    clarifying.settle_scope(paper.matter_id, ANSWER, actor=city.counsel)
    rows = Clarification.objects.filter(pk=asked.pk)
    for change in ({"addressee": "Somebody"}, {"words": paper.blob}, {"answer": paper.blob}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
