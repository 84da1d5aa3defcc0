"""G1 to G6: what a box may not tell by its shape."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.decide import classes, geometry
from redaction.decide.lines import Layout, Word, bounds, core, lay_out, stands
from redaction.types import Box, MarkMode, Region

WIDTH, HEIGHT = 612.0, 792.0
SIZE = 12.0


def word(x: float, y: float, length: float, letters: int = 4) -> Word:
    """A word of equal letters; `y` is the top of its cells."""
    step = length / letters
    cells = tuple(Box(x + at * step, y, x + (at + 1) * step, y + 13.8) for at in range(letters))
    return Word(cells, SIZE, bounds(cells))


def row(*lengths: float, x: float = 72, y: float = 100, gap: float = 3) -> list[Word]:
    """Words of these lengths on one line."""
    words = []
    for length in lengths:
        words.append(word(x, y, length))
        x += length + gap
    return words


def page(*rows: list[Word]) -> Layout:
    """A page with these lines."""
    return lay_out(WIDTH, HEIGHT, [one for line in rows for one in line], [])


def on_grid(x: float) -> bool:
    """True at a grid line or an edge of the page."""
    return x % geometry.GRID_PT == 0 or x in (0.0, WIDTH)


lengths = st.lists(st.floats(4, 90), min_size=1, max_size=12)


@st.composite
def pages(draw: st.DrawFn) -> tuple[Layout, list[Word]]:
    """A page of ragged lines, and the words of one of them."""
    rows = []
    for at in range(draw(st.integers(1, 6))):
        line = row(*draw(lengths), x=draw(st.sampled_from([36.0, 72.0, 75.5])), y=100 + at * 14.4)
        rows.append([one for one in line if one.box.x1 < WIDTH])
    rows = [line for line in rows if line] or [row(30)]
    return page(*rows), draw(st.sampled_from(rows))


@settings(max_examples=300, deadline=None)
@given(pages(), st.integers(0, 11), st.sampled_from([*classes.MEMBERS, "SOMETHING_NEW"]))
def test_every_box_is_on_the_grid_wide_enough_whole_and_stable(
    made: tuple[Layout, list[Word]], at: int, type_: str
) -> None:
    layout, line = made
    hit = line[at % len(line)]
    mark = geometry.mark(layout, list(hit.cells), SIZE, type_, "key")
    assert on_grid(mark.x0) or mark.x0 == mark.left
    assert on_grid(mark.x1) or mark.x1 == mark.right
    if mark.mode is MarkMode.CLASS:
        assert on_grid(mark.x0)
        assert on_grid(mark.x1)
    if mark.x1 not in (WIDTH, mark.right):
        assert mark.x1 - mark.x0 >= classes.class_width_pt(type_, SIZE) - 1e-6
    for cell in hit.cells:
        inner = core(cell)
        assert mark.x0 <= inner.x0
        assert inner.x1 <= mark.x1
        assert mark.y0 <= inner.y0
        assert inner.y1 <= mark.y1
    for other in layout.words:
        if other.touches(mark.box):
            assert mark.x0 <= other.box.x0
            assert other.box.x1 <= mark.x1
    assert geometry.settle(mark, layout) == mark


@settings(max_examples=100, deadline=None)
@given(pages(), st.data())
def test_merged_boxes_stay_apart_and_lose_nothing(
    made: tuple[Layout, list[Word]], data: st.DataObject
) -> None:
    layout, line = made
    hits = data.draw(st.lists(st.sampled_from(line), min_size=2, max_size=4))
    marks = [geometry.mark(layout, list(hit.cells), SIZE, "A_NUMBER", f"k{n}") for n, hit in enumerate(hits)]
    merged = geometry.merge(marks, layout)
    assert {key for one in merged for key in one.keys} == {key for one in marks for key in one.keys}
    for one in marks:
        assert any(big.x0 <= one.x0 and one.x1 <= big.x1 for big in merged)
    for first, second in pairwise(merged):
        if first.y0 < second.y1 and second.y0 < first.y1:
            gap = max(first.x0, second.x0) - min(first.x1, second.x1)
            tall = min(first.y1, second.y1) - max(first.y0, second.y0)
            assert gap >= geometry.MERGE_PT or tall < 0.5 * min(first.y1 - first.y0, second.y1 - second.y0)
    assert geometry.merge(merged, layout) == merged


@settings(max_examples=150, deadline=None)
@given(st.floats(10, 150), st.floats(10, 150), lengths)
def test_in_line_mode_the_box_does_not_depend_on_the_hidden_value(
    one: float, other: float, before: list[float]
) -> None:
    """0 bits: the same line with another value in it gives the same box."""
    boxes = []
    for hidden in (one, other):
        line = row(*[length / 4 for length in before], hidden, 20)
        layout = page(row(60, 80, 50, y=85.6), line, row(40, 40, 90, 30, y=114.4))
        hit = line[len(before)]
        boxes.append(geometry.mark(layout, list(hit.cells), SIZE, "COUNTRY_OF_BIRTH", "key").box)
    assert boxes[0] == boxes[1]


def test_class_width_is_at_least_nine_ems_and_the_widest_member() -> None:
    assert classes.class_width_pt("SEVIS_ID", 12) == 108
    assert classes.class_width_pt("NO_SUCH_TYPE", 10) == 90
    mrz = classes.class_width_pt("PASSPORT_MRZ", 12)
    assert mrz >= 44 * 0.6 * 12  # 44 characters of Courier
    assert all(classes.class_ems(type_) >= classes.MIN_EMS for type_ in classes.MEMBERS)


def test_the_box_is_as_high_as_the_line_pitch_and_leaves_the_neighbouring_lines() -> None:
    layout = page(row(50, 60, y=100), row(50, 60, y=116), row(50, 60, y=132))
    hit = layout.lines[1][0].words[0]
    mark = geometry.mark(layout, list(hit.cells), SIZE, "A_NUMBER", "key")
    assert mark.y1 - mark.y0 == pytest.approx(16, abs=2)
    for line in (0, 2):
        assert not any(one.touches(mark.box) for segment in layout.lines[line] for one in segment.words)


@pytest.mark.parametrize(
    "rows",
    [
        [[100, 100, 100, 150], [120, 80, 120, 130], [90, 130, 80, 150]],  # justified: equal edges
    ],
)
def test_a_justified_line_goes_whole(rows: list[list[float]]) -> None:
    layout = page(*[row(*line, y=100 + at * 14) for at, line in enumerate(rows)])
    hit = layout.lines[1][0].words[2]
    mark = geometry.mark(layout, list(hit.cells), SIZE, "A_NUMBER", "key")
    assert mark.x0 <= 72
    assert mark.x1 >= layout.lines[1][0].box.x1
    assert mark.mode is MarkMode.LINE


@pytest.mark.parametrize("value", [40.0, 90.0, 130.0])
def test_a_centred_heading_goes_whole_and_does_not_tell_its_length(value: float) -> None:
    total = 100 + 3 + value
    layout = page(row(200, 100, y=300), row(100, value, x=306 - total / 2, y=100))
    hit = layout.lines[0][0].words[1]
    mark = geometry.mark(layout, list(hit.cells), SIZE, "A_NUMBER", "key")
    assert (mark.x0, mark.x1) == (72.0, 540.0)


@pytest.mark.parametrize("value", [40.0, 90.0, 130.0])
def test_a_right_aligned_line_goes_whole(value: float) -> None:
    layout = page(row(200, 260, y=300), row(50, value, x=540 - 53 - value, y=100), row(120, x=420, y=114))
    hit = layout.lines[0][0].words[1]
    mark = geometry.mark(layout, list(hit.cells), SIZE, "A_NUMBER", "key")
    assert (mark.x0, mark.x1) == (72.0, 540.0)


def test_a_line_in_a_column_ends_at_the_column() -> None:
    rows = [[*row(60, 70, y=100 + at * 14), *row(60, 80, x=330, y=100 + at * 14)] for at in range(4)]
    layout = page(*rows)
    mark = geometry.mark(layout, list(rows[1][1].cells), SIZE, "CITIZENSHIP", "key")
    assert mark.x1 == 329
    right = geometry.mark(layout, list(rows[1][2].cells), SIZE, "CITIZENSHIP", "key")
    assert right.x0 == 329
    assert not any(one.touches(right.box) for one in rows[1][:2])


def test_a_neighbour_that_stands_alone_is_no_column_edge() -> None:
    """A single label to the right may have been pushed there by the hidden value."""
    layout = page(row(60, 70, 50, y=86), [*row(60, 70), *row(60, x=260)], row(40, 80, y=114))
    mark = geometry.mark(layout, list(layout.lines[1][0].words[1].cells), SIZE, "CITIZENSHIP", "key")
    assert mark.x1 >= 540


def test_a_value_cell_goes_whole_and_a_narrative_only_bounds() -> None:
    hit = Box(100, 110, 160, 122)
    value, narrative = Region("cell", Box(90, 100, 300, 130)), Region("cell", Box(90, 100, 300, 400))
    assert geometry.value_cells(hit, [value], 14.4) == ([value.box], None)
    assert geometry.value_cells(hit, [narrative], 14.4) == ([], narrative.box)


def test_all_boxes_of_a_check_box_group_go_together() -> None:
    boxes = [Region("field", Box(100, 100 + 20 * at, 110, 110 + 20 * at), group="status") for at in range(4)]
    other = Region("field", Box(300, 100, 310, 110), group="sex")
    whole, _ = geometry.value_cells(Box(101, 101, 109, 109), [*boxes, other], 14.4)
    assert whole == [one.box for one in boxes]


def test_larger_fields_with_a_common_parent_are_no_group() -> None:
    first, second = (Region("field", Box(100, y, 300, y + 16), group="person") for y in (100, 130))
    whole, _ = geometry.value_cells(Box(110, 104, 150, 112), [first, second], 14.4)
    assert whole == [first.box]


@pytest.mark.parametrize("y", [324.796, 132.795, 250.304])
def test_one_character_never_stands_whatever_rounding_does(y: float) -> None:
    cell = Box(353.124, y, 358.986, y + 10.06)
    assert not stands([cell])
    assert stands([cell, cell._replace(y0=cell.y0 + 10, y1=cell.y1 + 10)])
