"""The log forgets one person: two lawyers both name them, nobody goes while a hold stands."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from tests.workflows.flow.test_holds import lift, refused
from workflows.audit import details, queries
from workflows.audit.canonical import parse
from workflows.audit.models import About, Entry
from workflows.audit.queries import Filter
from workflows.errors import Forbidden, Invalid, NotVisible, StepUpNeeded, WrongState
from workflows.flow import accounting
from workflows.flow import forgetting as acts
from workflows.flow.advance import advance
from workflows.flow.assigning import assign
from workflows.flow.holds import place_hold
from workflows.holding.models import Forgetting
from workflows.matters.models import Matter
from workflows.records import people

SUBJECT = factories.PAPERS["sound_order"].subject
PERSON = (SUBJECT.name, SUBJECT.born)
BEN = ("Ben Tilling", dt.date(1980, 5, 6))
REASON = "Order of the court of the third, entry 14."


def ask(city: factories.City, person: tuple[str, dt.date] = PERSON, **changes: object) -> Forgetting:
    given = {
        "ground": "court_order",
        "reason": REASON,
        "actor": city.counsel,
        "stepped_up_at": timezone.now(),
    }
    return acts.ask_forgetting(*person, **{**given, **changes})


def agree(city: factories.City, row: Forgetting, person: tuple[str, dt.date] = PERSON, **changes: object):
    given = {"actor": city.counsel2, "stepped_up_at": timezone.now()}
    return acts.confirm_forgetting(row.pk, *person, **{**given, **changes})


def decline(city: factories.City, row: Forgetting) -> Forgetting:
    return acts.decline_forgetting(
        row.pk, "An appeal may follow.", actor=city.counsel, stepped_up_at=timezone.now()
    )


def found(person: tuple[str, dt.date]) -> list[str]:
    lines = queries.page(Filter(subject=people.reference(*person)), length=queries.LONGEST_PAGE).lines
    return [line.entry.event for line in lines]


@pytest.fixture
def listed(city: factories.City) -> factories.City:
    """The log has an entry about each of two people, and no matter of theirs."""
    for person in (PERSON, BEN):
        accounting.make(*person, actor=city.officer, proof="in_person", language="es")
    return city


def closed(city: factories.City) -> Matter:
    """A closed matter about the person, whose hold two lawyers have lifted."""
    matter = factories.to_counsel(city, sheets.sheet())
    advance(matter.pk, "refuse", actor=city.counsel, missing=["out_of_scope"], reason="Beyond the order.")
    return advance(matter.pk, "close", actor=city.officer)


def test_two_lawyers_who_name_the_same_person_have_them_forgotten_and_nobody_else(
    listed: factories.City,
) -> None:
    city = listed
    row = ask(city)
    assert found(PERSON) == ["person.forget_asked", "accounting.made"]
    with pytest.raises(WrongState):
        ask(city, actor=city.counsel2)
    with pytest.raises(Forbidden):
        agree(city, row, actor=city.counsel)
    with pytest.raises(Invalid) as refusal:
        agree(city, row, BEN)
    assert refusal.value.code == "another_person" and len(found(PERSON)) == 2

    done = agree(city, row, (SUBJECT.name.upper(), SUBJECT.born))
    assert (done.outcome, done.subject, done.settled_by) == ("forgotten", None, city.counsel2)
    assert found(PERSON) == [] and found(BEN) == ["accounting.made"]
    body = parse(bytes(done.settled_entry.body))
    assert body["counts"] == {"entries": 2} and body["reason"] == "court_order" and "people" not in body
    assert details.typed(row.entry) == REASON
    made = Entry.objects.filter(event="accounting.made").order_by("pk").first()
    assert queries.line(made).forgotten == 1  # what the timeline says of an entry about somebody forgotten
    written = b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))
    assert SUBJECT.name.split()[-1].encode() not in written

    before = Entry.objects.filter(event="person.forgotten").count()
    with pytest.raises(WrongState):  # once is all
        agree(city, row)
    with pytest.raises(WrongState):  # and there is nobody left to forget
        ask(city)
    assert Entry.objects.filter(event="person.forgotten").count() == before == 1


def test_who_may_ask_for_whom(listed: factories.City) -> None:
    city = listed
    for error, person, changes in (
        (Forbidden, PERSON, {"actor": city.officer}),
        (Forbidden, PERSON, {"actor": city.admin}),
        (Forbidden, PERSON, {"actor": city.auditor}),
        (StepUpNeeded, PERSON, {"stepped_up_at": None}),
        (Invalid, PERSON, {"ground": "because"}),
        (Invalid, PERSON, {"reason": "Please."}),
        (Invalid, PERSON, {"reason": "He is undocumented, A 207 331 904."}),
        (Invalid, (" ", None), {}),
        (WrongState, ("Nobody At All", None), {}),
        (WrongState, (SUBJECT.name, None), {}),  # without the date it may be somebody else
    ):
        with pytest.raises(error):
            ask(city, person, **changes)
    row = ask(city)
    with pytest.raises(StepUpNeeded):
        agree(city, row, stepped_up_at=None)
    with pytest.raises(NotVisible):
        acts.confirm_forgetting(city.agency.pk, *PERSON, actor=city.counsel2, stepped_up_at=timezone.now())
    type(city.counsel).objects.filter(pk=city.counsel.pk).update(role="officer")
    with pytest.raises(WrongState):  # whose word no longer counts
        agree(city, row)


def test_what_is_declined_names_nobody_and_can_be_asked_anew(listed: factories.City) -> None:
    city = listed
    row = decline(city, ask(city))
    assert (row.outcome, row.subject, row.settled_by) == ("declined", None, city.counsel)
    assert "person.forget_declined" in found(PERSON)
    for act in (lambda: agree(city, row), lambda: decline(city, row)):
        with pytest.raises(WrongState):
            act()
    assert agree(city, ask(city)).outcome == "forgotten"


def test_nobody_is_forgotten_while_a_hold_stands_or_a_matter_is_open(city: factories.City) -> None:
    matter = closed(city)
    hold = matter.holds.get()
    with pytest.raises(WrongState) as refusal:
        ask(city)
    assert refusal.value.code == "person_kept" and matter.number not in refusal.value.sentence
    rows = About.objects.filter(subject=people.reference(*PERSON))
    assert rows.exists() and refused(lambda: rows.update(subject=None, salt=None))  # nor by SQL

    assign(matter.pk, city.counsel2.pk, actor=city.officer)
    lift(city, hold)
    row = ask(city)
    again = place_hold(matter.pk, actor=city.counsel, reason="A suit about this can be foreseen.")
    with pytest.raises(WrongState):  # placed between the first lawyer and the second
        agree(city, row)
    lift(city, again)
    entries = Entry.objects.filter(matter=matter.pk).count()
    agree(city, row)
    assert found(PERSON) == []
    assert Entry.objects.filter(matter=matter.pk).count() == entries  # the matter keeps its timeline


def test_the_database_itself_wants_two_lawyers(listed: factories.City) -> None:
    city = listed
    row = ask(city)
    rows = Forgetting.objects.filter(pk=row.pk)
    settled = {
        "subject": None,
        "settled_at": timezone.now(),
        "settled_entry": row.entry,
        "outcome": "forgotten",
    }
    for change in (
        lambda: rows.update(**settled, settled_by=city.counsel),
        lambda: rows.update(**settled, settled_by=city.officer),
        lambda: rows.update(ground="asked_for"),
        lambda: rows._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    decline(city, row)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(outcome="forgotten", settled_by=city.counsel2)
