"""No hidden count can be worked out from what is printed, and no more is hidden than that takes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.policy.codes import MISSING, REQUESTER_CLASSES
from workflows.transparency.counting import OUTCOMES, PAPER_KINDS, Answered, Asked, cells
from workflows.transparency.suppress import Arc, Mark, ranges, suppress

HIDDEN = tuple(Mark)


def table(rows: list[list[int]]) -> list[Arc]:
    """Rows and columns with all their totals."""
    arcs = []
    for r, row in enumerate(rows):
        arcs += [Arc(("cell", r, c), f"row {r}", f"column {c}", value) for c, value in enumerate(row)]
        arcs.append(Arc(("row", r), "rows", f"row {r}", sum(row)))
    for c, column in enumerate(zip(*rows, strict=True)):
        arcs.append(Arc(("column", c), f"column {c}", "all", sum(column)))
    arcs.append(Arc("total", "all", "rows", sum(map(sum, rows))))
    return arcs


def readings(rows: int, columns: int, shown: dict, most: int) -> Iterator[dict]:
    """Every table up to `most` in a cell that a reader must think possible: found by trying all of them."""

    def fits(key: object, value: int) -> bool:
        mark = shown[key]
        if mark == Mark.SMALL:
            return 1 <= value <= 4
        return value >= 5 if mark == Mark.MORE else mark == Mark.NOTHING or value == mark

    places = list(itertools.product(range(rows), range(columns)))
    options = [
        [value for value in range(most + 1) if fits(("cell", r, c), value)] if shown[("cell", r, c)] in HIDDEN
        else [shown[("cell", r, c)]]
        for r, c in places
    ]  # fmt: skip
    for values in itertools.product(*options):
        guess = dict(zip(places, values, strict=True))
        sums = {("row", r): sum(guess[r, c] for c in range(columns)) for r in range(rows)}
        sums |= {("column", c): sum(guess[r, c] for r in range(rows)) for c in range(columns)}
        sums |= {"total": sum(values)}
        if all(fits(key, value) for key, value in sums.items()):
            yield {**{("cell", *place): value for place, value in guess.items()}, **sums}


small_tables = st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=2)


@settings(max_examples=25, deadline=None)
@given(small_tables)
def test_a_reader_who_tries_every_table_finds_no_hidden_cell(rows: list[list[int]]) -> None:
    shown = suppress(table(rows))
    seen: dict = {}
    for guess in readings(2, 2, shown, most=14):
        for key, value in guess.items():
            seen.setdefault(key, set()).add(value)
    for key, mark in shown.items():
        if mark in HIDDEN:
            assert len(seen[key]) > 1, (key, rows)
        else:
            assert seen[key] == {mark}


@settings(max_examples=12, deadline=None)
@given(small_tables)
def test_the_ranges_are_those_that_a_reader_finds_by_trying_everything(rows: list[list[int]]) -> None:
    arcs = table(rows)
    # Not what `suppress` would print: the small ones hidden and nothing else, so that some are given away.
    shown = {arc.key: Mark.SMALL if 1 <= arc.value <= 4 else arc.value for arc in arcs}
    tried: dict = {}
    for guess in readings(2, 2, shown, most=40):
        for key, value in guess.items():
            low, high = tried.get(key, (value, value))
            tried[key] = (min(low, value), max(high, value))
    assert ranges(arcs, shown) == tried


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=4, max_size=4))
def test_in_larger_tables_zero_stays_small_is_hidden_and_nothing_hidden_is_certain(
    rows: list[list[int]],
) -> None:
    arcs = table(rows)
    shown = suppress(arcs)
    if Mark.NOTHING not in shown.values():
        assert all(shown[arc.key] == 0 for arc in arcs if arc.value == 0)
    assert all(shown[arc.key] in HIDDEN for arc in arcs if 1 <= arc.value <= 4)
    possible = ranges(arcs, shown)
    assert all(low < high for key, (low, high) in possible.items() if shown[key] in HIDDEN)
    assert all(shown[arc.key] == arc.value for arc in arcs if shown[arc.key] not in HIDDEN)


answers = st.builds(
    Answered,
    st.sampled_from(REQUESTER_CLASSES),
    st.sampled_from(tuple(OUTCOMES.values())),
    st.sampled_from(PAPER_KINDS),
    st.sampled_from((*MISSING, "unnamed")),
    st.integers(0, 90),
)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.sampled_from(REQUESTER_CLASSES).map(Asked), max_size=40),
    st.lists(st.tuples(answers, st.integers(1, 12)), max_size=12),
)
def test_no_cell_of_a_whole_edition_is_given_away_by_another_of_its_tables(
    asked: list[Asked], grouped: list[tuple[Answered, int]]
) -> None:
    arcs = cells(asked, [one for one, times in grouped for _ in range(times)])
    shown = suppress(arcs)
    for arc in arcs:
        low, high = ranges(arcs, shown)[arc.key]
        assert low <= arc.value <= high
        assert (low == high) == (shown[arc.key] not in HIDDEN)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3))
def test_a_policy_that_hides_more_hides_it_just_as_well(rows: list[list[int]]) -> None:
    arcs = [replace(arc, largest_small=9) for arc in table(rows)]
    shown = suppress(arcs)
    assert not [value for value in shown.values() if value not in HIDDEN and 1 <= value <= 9]
    possible = ranges(arcs, shown)
    assert all(low < high for key, (low, high) in possible.items() if shown[key] in HIDDEN)
    assert all(low > 0 and high <= 9 for key, (low, high) in possible.items() if shown[key] == Mark.SMALL)


def test_a_small_cell_takes_three_others_with_it_and_leaves_the_rest() -> None:
    rows = [[3, 40, 50], [60, 20, 80], [90, 70, 30]]
    shown = suppress(table(rows))
    hidden = {key for key, mark in shown.items() if mark in HIDDEN}
    assert shown["cell", 0, 0] == Mark.SMALL and len(hidden) == 4
    assert hidden == {("cell", 0, 0), ("cell", 0, 1), ("cell", 1, 0), ("cell", 1, 1)}  # the least is lost


def test_a_small_cell_can_still_be_anything_from_one_to_four() -> None:
    arcs = table([[3, 40, 50], [60, 20, 80], [90, 70, 30]])
    assert ranges(arcs, suppress(arcs))["cell", 0, 0] == (1, 4)


def test_two_small_cells_that_their_total_would_give_away_are_not_left_alone() -> None:
    """A total of eight says of two cells below five that both are four."""
    arcs = [Arc("a", "n", "m", 4), Arc("b", "n", "m", 4), Arc("c", "n", "m", 0), Arc("sum", "m", "n", 8)]
    printed = {"a": Mark.SMALL, "b": Mark.SMALL, "c": 0, "sum": 8}
    assert ranges(arcs, printed)["a"] == (4, 4)
    assert suppress(arcs) == {"a": Mark.SMALL, "b": Mark.SMALL, "c": 0, "sum": Mark.MORE}


def test_where_even_the_marks_would_say_it_nothing_is_printed() -> None:
    """Four cells that are not zero beneath a total below five are one each."""
    arcs = [*(Arc(name, "n", "m", 1) for name in "abcd"), Arc("sum", "m", "n", 4)]
    assert set(suppress(arcs).values()) == {Mark.NOTHING}


def test_large_and_empty_tables_are_printed_whole() -> None:
    assert suppress(table([[10, 20], [30, 0]]))["cell", 1, 1] == 0
    assert not set(suppress(table([[10, 20], [30, 40]])).values()) & set(HIDDEN)
    assert set(suppress(table([[0, 0], [0, 0]])).values()) == {0}


@pytest.mark.parametrize(
    "arcs",
    [
        [Arc("a", "n", "m", 5), Arc("sum", "m", "n", 6)],
        [Arc("a", "n", "m", -1), Arc("sum", "m", "n", -1)],
        [Arc("a", "n", "m", 5), Arc("a", "m", "n", 5)],
    ],
)
def test_counts_that_do_not_add_up_are_refused(arcs: list[Arc]) -> None:
    with pytest.raises(ValueError):
        suppress(arcs)
