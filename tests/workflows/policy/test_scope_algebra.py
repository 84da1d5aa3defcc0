"""Laws of union, narrow, minus and excess over all eight dimensions; one step outside is outside."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.instruments.models import Instrument
from workflows.instruments.queries import is_legal_basis
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.scope import (
    DIMENSIONS,
    Choice,
    Clause,
    Cover,
    RecordFacts,
    Subject,
    covers,
    folded_name,
    only,
    same_subject,
    slack,
)
from workflows.policy.scope_algebra import excess, minus, narrow, union

DAY0 = dt.date(2024, 1, 1)
CLASSES = sorted(RECORD_CLASSES)
days = st.integers(0, 20).map(lambda n: DAY0 + dt.timedelta(days=n))
births = st.sampled_from([None, dt.date(1980, 5, 5), dt.date(1981, 5, 5)])
numbers = st.sampled_from(["", "T-17", "t-18"])
subjects = st.builds(Subject, st.sampled_from(["Ada Mora", "MORA, Ada", "Bo Vale"]), births, numbers)
words = st.sampled_from(["one", "two", "three"])
choices = st.sampled_from(
    [
        Choice(frozenset(some), all_but)
        for some in ("", ["one"], ["two"], ["one", "two"])
        for all_but in (True, False)
    ]
)
clauses = st.builds(
    Clause, st.lists(subjects, min_size=1, max_size=2).map(tuple),
    st.frozensets(st.sampled_from(CLASSES[:3]), min_size=1, max_size=2), st.none() | days, st.none() | days,
    choices, choices, choices, choices, choices,
)  # fmt: skip
scopes = st.lists(clauses, max_size=2).map(tuple)
maybe = st.none() | words
records = st.builds(
    RecordFacts, st.none() | subjects, st.none() | st.sampled_from(CLASSES[:3]), st.none() | days,
    maybe, maybe, maybe, maybe, maybe, st.none() | days, st.frozensets(words, max_size=1),
)  # fmt: skip


@given(scopes, scopes, scopes, records)
def test_union_says_what_the_better_of_both_says_in_any_order_and_grouping(a, b, c, record):
    best = max(covers(a, record), covers(b, record))
    assert covers(union(a, b), record) == covers(union(b, a), record) == best
    assert union(union(a, b), c) == union(a, union(b, c))
    assert union(a, a) == union(a)


@given(scopes, clauses, records)
def test_narrow_is_in_both_and_never_enlarges(scope, by, record):
    left = covers(narrow(scope, by), record)
    if left is Cover.IN:
        assert covers(scope, record) is Cover.IN and covers([by], record) is Cover.IN


@given(scopes, clauses, records)
def test_minus_leaves_nothing_that_may_have_been_taken_and_adds_nothing(scope, taken, record):
    if covers(minus(scope, taken), record) is Cover.IN:
        assert covers([taken], record) is Cover.OUT
        assert covers(scope, record) is Cover.IN


@given(scopes, clauses, records)
def test_minus_takes_no_more_than_it_must_where_people_can_be_told_apart(scope, taken, record):
    apart = [replace(clause, subjects=(Subject("Bo Vale"),)) for clause in scope]
    cut = replace(taken, subjects=(Subject("Bo Vale"),))
    known = replace(record, subject=Subject("Bo Vale"))
    if covers(apart, known) is Cover.IN and covers([cut], known) is Cover.OUT:
        assert covers(minus(apart, cut), known) is Cover.IN


@given(scopes, scopes, records)
def test_what_is_asked_for_is_either_compelled_or_excess(asked, scope, record):
    if covers(excess(asked, scope), record) is Cover.IN:
        assert covers(asked, record) is Cover.IN and covers(scope, record) is Cover.OUT
    assert excess(scope, scope) == ()


@given(scopes, records)
def test_slack_names_a_dimension_whenever_a_record_is_not_covered_and_none_when_it_is(scope, record):
    assert (slack(record, scope) == ()) is (covers(scope, record) is Cover.IN)
    assert set(slack(record, scope)) <= set(DIMENSIONS)


@given(subjects, subjects)
def test_each_identifier_that_a_paper_prints_must_agree_and_none_may_differ(printed, stated):
    answer = same_subject(printed, stated)
    if folded_name(printed.name) != folded_name(stated.name):
        assert answer is Cover.OUT
        return
    pairs = [(printed.birth_date, stated.birth_date), (printed.number.lower(), stated.number.lower())]
    asked = [(ours, theirs) for ours, theirs in pairs if ours]
    if any(theirs and ours != theirs for ours, theirs in asked):
        assert answer is Cover.OUT
    else:
        assert answer is (Cover.IN if all(theirs for _, theirs in asked) else Cover.UNKNOWN)
    assert printed.strength == (3 if printed.number else 2 if printed.birth_date else 1)


@given(clauses, records, days, days)
def test_a_record_that_spans_days_or_categories_is_in_only_with_all_of_them(clause, record, one_day, another):
    record = replace(record, dated_on=one_day, last_day=another)
    if covers([clause], record) is Cover.IN:
        first = replace(record, last_day=None)
        last = replace(first, dated_on=max(record.dated_on, record.last_day))
        each = [replace(record, category=one, more_categories=frozenset()) for one in record.more_categories]
        assert all(covers([clause], one) is Cover.IN for one in (first, last, *each))


def a_paper(chance: random.Random) -> tuple[Clause, RecordFacts]:
    """A clause that says something in every dimension, and a record right at its edge."""
    first = DAY0 + dt.timedelta(days=chance.randrange(400))
    last = first + dt.timedelta(days=chance.randrange(1, 300))
    person = Subject(chance.choice(["Ada Mora", "Bo Vale"]), dt.date(1980, 5, 1 + chance.randrange(28)))
    kinds = frozenset(chance.sample(CLASSES, 2))
    clause = Clause(
        (person,), kinds, first, last, only("police"), only("contact"), only("R-17", "R-18"),
        only("agency"), only("prosecution"),
    )  # fmt: skip
    record = RecordFacts(
        person, chance.choice(sorted(kinds)), chance.choice([first, last]), "police", "contact", "R-17",
        "agency", "prosecution",
    )  # fmt: skip
    return clause, record


def outside(clause: Clause, record: RecordFacts) -> dict[str, RecordFacts]:
    """The same record one step outside, dimension by dimension."""
    step = dt.timedelta(days=1)
    day = clause.date_from - step if record.dated_on == clause.date_from else clause.date_to + step
    born = record.subject.birth_date + dt.timedelta(days=40)
    return {
        "subject": replace(record, subject=replace(record.subject, birth_date=born)),
        "record_class": replace(record, record_class=min(set(CLASSES) - clause.record_classes)),
        "dates": replace(record, dated_on=day),
        "department": replace(record, department="library"),
        "category": replace(record, category="health"),
        "document": replace(record, document="R-19"),
        "recipient": replace(record, recipient="another agency"),
        "use": replace(record, use="civil"),
    }


def test_of_a_thousand_papers_none_covers_a_record_one_step_outside_on_any_axis():
    chance, released = random.Random(20261126), []
    for _ in range(1000):
        clause, record = a_paper(chance)
        assert covers([clause], record) is Cover.IN
        for axis, moved in outside(clause, record).items():
            assert slack(moved, [clause]) == (axis,)
            unsaid = replace(record, **{_FIELDS[axis]: None})
            released += [axis for one in (moved, unsaid) if covers([clause], one) is Cover.IN]
    assert released == []


_FIELDS = {"dates": "dated_on", **{name: name for name in DIMENSIONS if name != "dates"}}
TODAY = dt.date(2026, 3, 10)
SOUND = {"state": "in_force", "verdict": "suffices", "execute_by": TODAY, "ends_on": None}


@pytest.mark.parametrize(
    "change",
    [
        {"execute_by": TODAY - dt.timedelta(days=1)}, {"ends_on": TODAY - dt.timedelta(days=1)},
        *({"state": state} for state in (
            "offered", "format_checked", "authenticating", "stayed", "quashed", "expired", "executed",
            "superseded", "withdrawn", "forged",
        )),
        *({"verdict": verdict} for verdict in ("does_not_suffice", "informational", "")),
    ],
)  # fmt: skip
@pytest.mark.django_db  # a kind of paper that never suffices is asked for another basis
def test_a_paper_one_step_from_sound_opens_nothing(change):
    assert is_legal_basis(Instrument(**SOUND), TODAY)
    assert not is_legal_basis(Instrument(**{**SOUND, **change}), TODAY)
