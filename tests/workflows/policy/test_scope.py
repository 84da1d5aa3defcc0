"""Laws of the scope algebra (workflow.md 4.2): nothing covers nothing, unknown never releases."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.scope import Clause, Cover, RecordFacts, Subject, clause_covers, covers, same_subject

DAY0 = dt.date(2020, 1, 1)
days = st.integers(0, 60).map(lambda n: DAY0 + dt.timedelta(days=n))
maybe_days = st.none() | days
births = st.none() | st.sampled_from([dt.date(1980, 5, 5), dt.date(1981, 5, 5)])
subjects = st.builds(Subject, st.sampled_from(["Ada Mora", "MORA, Ada", "Ada Móra", "Bo Vale", ""]), births)
classes = st.sampled_from(sorted(RECORD_CLASSES)[:3])
clauses = st.builds(
    Clause,
    st.lists(subjects, max_size=2).map(tuple),
    st.frozensets(classes, max_size=2),
    maybe_days,
    maybe_days,
)
records = st.builds(RecordFacts, st.none() | subjects, st.none() | classes, maybe_days)
scopes = st.lists(clauses, max_size=4)


@given(records)
def test_no_clause_covers_nothing(record: RecordFacts) -> None:
    assert covers([], record) is Cover.OUT


@given(records, maybe_days, maybe_days)
def test_a_clause_without_subject_or_without_class_covers_nothing(record, start, end) -> None:
    everybody = Clause((), frozenset(RECORD_CLASSES), start, end)
    everything = Clause((Subject("Ada Mora"),), frozenset(), start, end)
    assert clause_covers(everybody, record) is Cover.OUT
    assert clause_covers(everything, record) is not Cover.IN


@given(clauses, records)
def test_what_a_record_does_not_say_is_never_covered(clause: Clause, record: RecordFacts) -> None:
    nameless = RecordFacts(None, record.record_class, record.dated_on)
    classless = RecordFacts(record.subject, None, record.dated_on)
    assert clause_covers(clause, nameless) is not Cover.IN
    assert clause_covers(clause, classless) is not Cover.IN
    if clause.date_from or clause.date_to:
        undated = RecordFacts(record.subject, record.record_class, None)
        assert clause_covers(clause, undated) is not Cover.IN


@given(scopes, scopes, records)
def test_union_commutes_associates_repeats_and_never_takes_away(one, two, record) -> None:
    assert (
        covers(one + two, record)
        == covers(two + one, record)
        == max(covers(one, record), covers(two, record))
    )
    assert covers(one + one, record) == covers(one, record)
    assert covers(one + two, record) >= covers(one, record)


@given(clauses, records, days, days)
def test_narrower_dates_never_enlarge(
    clause: Clause, record: RecordFacts, start: dt.date, end: dt.date
) -> None:
    narrow = Clause(
        clause.subjects,
        clause.record_classes,
        max(filter(None, (clause.date_from, start))),
        min(filter(None, (clause.date_to, end))),
    )
    if clause_covers(narrow, record) is Cover.IN:
        assert clause_covers(clause, record) is Cover.IN


@given(clauses, records)
def test_fewer_subjects_or_classes_never_enlarge(clause: Clause, record: RecordFacts) -> None:
    fewer = Clause(clause.subjects[:1], clause.record_classes, clause.date_from, clause.date_to)
    assert clause_covers(fewer, record) <= clause_covers(clause, record)
    for left_out in clause.record_classes:
        rest = clause.record_classes - {left_out}
        narrow = Clause(clause.subjects, rest, clause.date_from, clause.date_to)
        if clause_covers(narrow, record) is Cover.IN:
            assert clause_covers(clause, record) is Cover.IN


@given(days, days, days)
def test_the_first_and_the_last_day_are_covered_and_their_neighbours_are_not(start, end, day) -> None:
    clause = Clause((Subject("Ada Mora"),), frozenset({"other"}), start, end)
    record = RecordFacts(Subject("ada mora"), "other", day)
    assert (clause_covers(clause, record) is Cover.IN) is (start <= day <= end)


@given(subjects, subjects)
def test_a_person_is_the_same_by_name_in_any_order_and_never_against_a_birth_date(one, other) -> None:
    answer = same_subject(one, other)
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
        assert answer is Cover.OUT
    if one.birth_date and other.birth_date is None:
        assert answer is not Cover.IN  # people of the same name exist
    if not one.name or not other.name:
        assert answer is Cover.OUT
    if one == other and one.name:
        assert answer is (Cover.IN)


def test_case_accents_and_order_of_a_name_do_not_matter() -> None:
    printed = Subject("Mora Quintana, Adà")
    assert same_subject(printed, Subject("ada  MORA-quintana")) is Cover.IN
    assert same_subject(printed, Subject("Ada Mora")) is Cover.OUT


@given(clauses, records)
def test_an_answer_is_the_least_over_the_dimensions(clause: Clause, record: RecordFacts) -> None:
    """What is unknown in one dimension and out in another is out: nobody need be asked."""
    if record.record_class is not None and record.record_class not in clause.record_classes:
        assert clause_covers(clause, record) is Cover.OUT
