"""G1 to G6: what a box may not tell by its shape."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.decide import classes, columns, geometry
from redaction.decide.geometry import Hit, Mark
from redaction.decide.lines import Layout, Word, bounds, lay_out, stands
from redaction.detect.widths import class_members
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
    return x % columns.GRID_PT == 0 or x in (0.0, WIDTH)


lengths = st.lists(st.floats(4, 90), min_size=1, max_size=12)
LINE, NUMBER = "CITIZENSHIP", "A_NUMBER"


def marked(layout: Layout, word_: Word, type_: str = LINE, key: str = "key") -> Mark:
    """The mark of one word; numbers are taken for ones of fixed form."""
    return geometry.mark(layout, Hit(word_.cells, SIZE, type_, key, type_ in classes.NUMBERS))


@st.composite
def pages(draw: st.DrawFn) -> tuple[Layout, list[Word]]:
    """A page of ragged lines, some in two columns, and the words of one of them."""
    rows = []
    for at in range(draw(st.integers(1, 6))):
        y = 100 + at * 14.4
        line = row(*draw(lengths), x=draw(st.sampled_from([36.0, 72.0, 75.5])), y=y)
        if draw(st.booleans()):
            line = [one for one in line if one.box.x1 < 300] + row(*draw(lengths), x=330, y=y)
        rows.append([one for one in line if one.box.x1 < WIDTH])
    rows = [line for line in rows if line] or [row(30)]
    return page(*rows), draw(st.sampled_from(rows))


types = st.sampled_from([LINE, NUMBER, "PASSPORT_NUMBER", "STATUS_IMPLICIT", "SOMETHING_NEW"])


def words_on(layout: Layout, mark: Mark) -> list[Word]:
    """The words at the height of a mark."""
    return [one for one in layout.shelf.between(0, HEIGHT) if one.on_line(mark.y0, mark.y1)]


@settings(max_examples=300, deadline=None)
@given(pages(), st.integers(0, 11), types)
def test_every_box_is_on_the_page_whole_stable_and_ends_where_anyone_can_see_why(
    made: tuple[Layout, list[Word]], at: int, type_: str
) -> None:
    layout, line = made
    hit = line[at % len(line)]
    mark = marked(layout, hit, type_)
    assert 0 <= mark.x0 < mark.x1 <= WIDTH
    assert 0 <= mark.y0 < mark.y1 <= HEIGHT
    lean = geometry.LEAN_PT
    for inner in hit.cores:
        # Every glyph whose cell meets a box is dropped whole; a narrow one may lean out of it, and the
        # box must not move with the letter it hides.
        assert mark.x0 <= inner.x0 + lean and inner.x1 <= mark.x1 + lean and inner.meets(mark.box)
        assert mark.y0 <= inner.y0 and inner.y1 <= mark.y1
    words = words_on(layout, mark)
    taken = [one for one in words if one.touches(mark.box)]
    kept = [one for one in words if not one.touches(mark.box)]
    assert all(mark.x0 <= one.box.x0 + lean and one.box.x1 <= mark.x1 + lean for one in taken)
    starts = {edge + pad for one in kept for edge in (one.box.x1,) for pad in (0, geometry.PAD_PT)}
    ends = {edge - pad for one in kept for edge in (one.box.x0,) for pad in (0, geometry.PAD_PT)}
    starts, ends = starts | {mark.left}, ends | {mark.right}
    assert on_grid(mark.x0) or mark.x0 in starts
    assert on_grid(mark.x1) or mark.x1 in ends
    assert geometry.settle(mark, layout) == mark


@settings(max_examples=300, deadline=None)
@given(pages(), st.integers(0, 11))
def test_a_number_is_hidden_over_its_class_width_and_no_further_than_the_grid_line_behind(
    made: tuple[Layout, list[Word]], at: int
) -> None:
    layout, line = made
    hit = line[at % len(line)]
    mark = marked(layout, hit, NUMBER)
    wanted = max(hit.box.x1, hit.box.x0 + classes.class_width_pt(NUMBER, SIZE))
    kept = [one for one in words_on(layout, mark) if not one.touches(mark.box) and one.box.x0 >= mark.x1]
    if mark.x1 not in (WIDTH, mark.right):
        assert mark.x1 >= wanted - 1e-6
    wanted, pad = wanted + geometry.LEAN_PT, geometry.PAD_PT  # a word that begins so near is taken as well
    cut = [one.box.x1 for one in words_on(layout, mark) if one.box.x0 - pad < wanted < one.box.x1]
    assert mark.x1 <= columns.grid_ceil(max([wanted, *cut])) + 1e-6
    assert all(one.box.x0 >= mark.x1 for one in kept)


@settings(max_examples=150, deadline=None)
@given(pages(), st.integers(0, 11), types)
def test_what_stands_before_a_value_on_a_ragged_line_stays(
    made: tuple[Layout, list[Word]], at: int, type_: str
) -> None:
    layout, line = made
    at %= len(line)
    mark = marked(layout, line[at], type_)
    if mark.x0 > line[0].box.x0:
        assert not any(one.touches(mark.box) for one in line[:at])


@settings(max_examples=150, deadline=None)
@given(pages(), st.data())
def test_merged_boxes_stay_apart_lose_nothing_and_come_out_in_any_order(
    made: tuple[Layout, list[Word]], data: st.DataObject
) -> None:
    layout, line = made
    hits = data.draw(st.lists(st.sampled_from(line), min_size=2, max_size=4))
    kinds = data.draw(st.lists(types, min_size=4, max_size=4))
    marks = [marked(layout, hit, kinds[n], f"k{n}") for n, hit in enumerate(hits)]
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
    turned = geometry.merge(data.draw(st.permutations(marks)), layout)
    assert [one.box for one in turned] == [one.box for one in merged]


@settings(max_examples=150, deadline=None)
@given(pages(), st.data())
def test_another_finding_never_uncovers(made: tuple[Layout, list[Word]], data: st.DataObject) -> None:
    layout, line = made
    hits = data.draw(st.lists(st.sampled_from(line), min_size=1, max_size=4))
    kinds = data.draw(st.lists(types, min_size=5, max_size=5))
    marks = [marked(layout, hit, kinds[n]) for n, hit in enumerate(hits)]
    more = [*marks, marked(layout, data.draw(st.sampled_from(line)), kinds[4])]
    for one in geometry.merge(marks, layout):
        assert any(
            big.x0 <= one.x0 and one.x1 <= big.x1 and big.y0 <= one.y0 and one.y1 <= big.y1
            for big in geometry.merge(more, layout)
        )


@settings(max_examples=150, deadline=None)
@given(st.floats(10, 150), st.floats(10, 150), lengths)
def test_in_line_mode_the_box_does_not_depend_on_the_hidden_value(
    one: float, other: float, before: list[float]
) -> None:
    """0 bits: the same line with another value in it gives the same box, whatever stands behind it."""
    boxes = []
    for hidden in (one, other):
        line = row(*[length / 4 for length in before], hidden, 20, 17)
        layout = page(row(60, 80, 50, y=85.6), line, row(40, 40, 90, 30, y=114.4))
        boxes.append(marked(layout, line[len(before)], "COUNTRY_OF_BIRTH").box)
    assert boxes[0] == boxes[1]


def test_class_width_is_at_least_nine_ems_and_that_of_the_widest_member_of_the_data() -> None:
    assert classes.class_width_pt("SEVIS_ID", 12) >= 15 * 0.6 * 12
    assert classes.class_width_pt("NO_SUCH_TYPE", 10) == 90
    mrz = classes.class_width_pt("PASSPORT_MRZ", 12)
    assert mrz >= 44 * 0.6 * 12  # 44 characters of Courier
    for type_ in ("COUNTRY_OF_BIRTH", "CITIZENSHIP", "LANGUAGE_PROXY", *classes.NUMBERS):
        longest = max(len(member) for member in class_members(type_))
        assert classes.class_ems(type_) >= max(classes.MIN_EMS, 0.6 * longest - 1e-6)


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        ("A_NUMBER", "A087-654-321", True),
        ("A_NUMBER", "alien number A087 654 321", True),
        ("A_NUMBER", "AXXX-XXX-321", False),
        ("PASSPORT_NUMBER", "A12345678", True),
        ("PASSPORT_NUMBER", "AB1234567", False),
        ("USCIS_RECEIPT_NUMBER", "MSC2190312345", True),
        ("FOREIGN_NATIONAL_ID", "GAHJ850101MDFRRN09", False),
        ("FOREIGN_NATIONAL_ID", "1234 56789 0101", True),
        ("CITIZENSHIP", "12345678", False),
    ],
)
def test_only_a_number_keeps_the_words_behind_it(type_: str, text: str, expected: bool) -> None:
    cells = [None if char == " " else Box(6.0 * at, 0, 6.0 * at + 6, 14) for at, char in enumerate(text)]
    assert classes.fixed_form(type_, text, cells, 12, upright=False) is expected


def test_digits_of_different_width_make_no_fixed_form() -> None:
    text = "A087654321"
    cells = [Box(6.0 * at, 0, 6.0 * at + (4 if char == "1" else 6), 14) for at, char in enumerate(text)]
    assert not classes.fixed_form("A_NUMBER", text, cells, 12, upright=False)


def test_the_box_is_as_high_as_the_line_pitch_and_leaves_the_neighbouring_lines() -> None:
    layout = page(row(50, 60, y=100), row(50, 60, y=116), row(50, 60, y=132))
    mark = marked(layout, layout.lines[1][0].words[0], NUMBER)
    assert mark.y1 - mark.y0 == pytest.approx(16, abs=2)
    for line in (0, 2):
        assert not any(one.touches(mark.box) for segment in layout.lines[line] for one in segment.words)


def spread(*lengths_: float, y: float) -> list[Word]:
    """Words of these lengths on one justified line."""
    return row(*lengths_, y=y, gap=(468 - sum(lengths_)) / (len(lengths_) - 1))


def test_a_justified_line_goes_whole() -> None:
    rows = [[100, 90, 100, 150], [120, 80, 100, 130], [90, 130, 80, 150]]
    layout = page(*[spread(*line, y=100 + at * 14) for at, line in enumerate(rows)], row(50, 60, 70, y=300))
    mark = marked(layout, layout.lines[1][0].words[2])
    assert mark.x0 <= 72
    assert mark.x1 >= layout.lines[1][0].box.x1
    assert mark.mode is MarkMode.LINE


def test_a_ragged_line_between_two_of_nearly_one_length_is_not_justified() -> None:
    """Words as far apart as everywhere cannot have been spread."""
    layout = page(row(100, 100, 100.4, y=100), row(50, 60, 70, y=114), row(90, 130, 80, y=128))
    mark = marked(layout, layout.lines[1][0].words[1])
    assert mark.x0 > layout.lines[1][0].words[0].box.x1


@pytest.mark.parametrize("value", [40.0, 90.0, 130.0])
def test_a_centred_heading_goes_whole_and_does_not_tell_its_length(value: float) -> None:
    total = 100 + 3 + value
    layout = page(row(200, 100, y=300), row(100, value, x=306 - total / 2, y=100))
    mark = marked(layout, layout.lines[0][0].words[1])
    assert (mark.x0, mark.x1) == (72.0, 540.0)


@pytest.mark.parametrize("value", [40.0, 90.0, 130.0])
def test_a_right_aligned_line_goes_whole(value: float) -> None:
    layout = page(row(200, 260, y=300), row(50, value, x=540 - 53 - value, y=100), row(120, x=420, y=114))
    mark = marked(layout, layout.lines[0][0].words[1])
    assert (mark.x0, mark.x1) == (72.0, 540.0)


def test_a_line_in_a_column_ends_at_the_column() -> None:
    rows = [
        [*row(60, 70 + at, y=100 + at * 14), *row(60, 80 - at, x=330, y=100 + at * 14)] for at in range(4)
    ]
    layout = page(*rows)
    mark = marked(layout, rows[1][1])
    assert mark.x1 == 329
    right = marked(layout, rows[1][2])
    assert right.x0 >= rows[1][1].box.x1
    assert right.x1 == 540
    assert not any(one.touches(right.box) for one in rows[1][:2])


@pytest.mark.parametrize("value", [20.0, 44.5, 63.0])
def test_what_stands_in_two_cells_ends_with_the_second_column(value: float) -> None:
    """Not with the last hidden word: a finding may take the cell of a nationality and that of a result."""
    rows = []
    for at, (first, second) in enumerate(((40, 60), (52, 30), (47, value), (58, 41), (36, 55))):
        y = 100 + at * 14
        rows.append([*row(first, y=y), *row(second, x=180, y=y), *row(12 + 5 * (at % 2), x=300, y=y)])
    over_two = tuple(cell for one in rows[2][:2] for cell in one.cells)
    mark = geometry.mark(page(*rows), Hit(over_two, SIZE, LINE, "key"))
    assert (mark.x0, mark.x1) == (72.0, 300 - geometry.PAD_PT)


@pytest.mark.parametrize("offset", [3.0, 5.0, 7.0, 9.0])
def test_a_line_of_another_column_that_a_box_touches_goes_whole_in_height(offset: float) -> None:
    """Lines of two columns that stand between one another, in one piece for want of a gutter."""
    rows = [
        [*row(200, 53 - at, y=100 + at * 14), *row(60 + 3 * at, x=342, y=100 + at * 14 + offset)]
        for at in range(5)
    ]
    layout = page(*rows)
    mark = marked(layout, rows[2][1])
    for line in rows:
        for one in line:
            inside = all(mark.y0 <= core.y0 and core.y1 <= mark.y1 for core in one.cores)
            assert inside or not one.touches(mark.box)


def test_a_right_aligned_column_holds_its_place_too() -> None:
    rows = []
    for at, y in enumerate((100, 114, 128, 142)):
        rows.append([*row(60 + 9 * at, y=y), *row(20 + 7 * at, x=500 - 7 * at, y=y)])
    mark = marked(page(*rows), rows[1][0])
    assert mark.x1 == rows[1][1].box.x0 - geometry.PAD_PT


def test_the_same_text_in_every_row_makes_no_column() -> None:
    """A value that stands in every row pushes what follows it to the same place."""
    rows = [[*row(70, y=100 + at * 14), *row(60, x=200, y=100 + at * 14)] for at in range(4)]
    assert marked(page(*rows), rows[1][0]).x1 == 540


def test_a_neighbour_that_stands_alone_is_no_column_edge() -> None:
    """A single label to the right may have been pushed there by the hidden value."""
    layout = page(row(60, 70, 50, y=86), [*row(60, 70), *row(60, x=260)], row(40, 80, y=114))
    mark = marked(layout, layout.lines[1][0].words[1])
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
