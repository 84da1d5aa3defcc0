"""V11 with the source: form values with their groups, edges beside columns and rules, upright text."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from redaction.types import Box
from redaction.verify import fields
from redaction.verify.assertions import evaluate
from redaction.verify.examined import Examined
from tests.redaction.verify import forge


def judged(forgery: forge.Forgery) -> str:
    output, report = forgery.write()
    return said(output, report, forgery.source)


def said(output: bytes, report: dict, source: bytes) -> str:
    found = evaluate("V11", Examined(output, report, forge.KEY, source))
    return f"{found.result} {found.detail}".strip()


def form(source: bytes, *places: tuple[float, float, float, float], group: str = "") -> bytes:
    """The source with form fields at these places (from the bottom left), perhaps of one group."""
    with pikepdf.open(io.BytesIO(source)) as document:
        page = document.pages[0]
        parent = document.make_indirect(Dictionary(FT=Name.Btn, T=String(group or "form")))
        more = {"Parent": parent} if group else {"FT": Name.Tx, "T": String("field")}
        notes = [
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array(list(place)), F=4, **more)
            for place in places
        ]
        page.Annots = document.make_indirect(Array([document.make_indirect(note) for note in notes]))
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def with_field(box: tuple[float, float, float, float]) -> tuple[bytes, dict, bytes]:
    """A sound output whose box was made for a form value."""
    forgery = forge.single(boxes=(box,))
    output, report = forgery.write()
    report["pages"][0]["boxes"][0]["mode"] = "field"
    return output, report, forgery.source


@pytest.mark.parametrize(
    "box, fault",
    [((70.0, 38.0, 190.0, 66.0), ""), ((70.0, 38.0, 170.0, 66.0), "1 form values are not covered whole")],
)
def test_a_form_value_is_covered_whole(box, fault):
    output, report, source = with_field(box)

    found = said(output, report, form(source, (71, 80, 189, 104)))

    assert found == (f"fail page 1: {fault}" if fault else "pass")


def test_all_check_boxes_of_a_group_go_or_none():
    output, report, source = with_field((72.0, 40.0, 180.0, 64.0))
    inside, beside = (74, 82, 90, 98), (200, 82, 216, 98)

    assert said(output, report, form(source, inside, beside, group="status")).endswith(
        "1 check boxes of a hidden group are shown"
    )
    assert said(output, report, form(source, inside, beside)) == "pass"  # no group binds them


@pytest.mark.parametrize(
    "turned, seen",
    [
        (0, Box(20, 14, 40, 20)),
        (90, Box(80, 20, 86, 40)),
        (180, Box(60, 80, 80, 86)),
        (270, Box(14, 60, 20, 80)),
    ],
)
def test_a_field_is_where_a_reader_sees_it(turned, seen):
    assert fields.as_seen([40, 86, 20, 80], Box(0, 0, 100, 100), turned) == seen


COLUMN = ((24, 120, "Report"), (151, 120, "Second"), (151, 100, "column"), (24, 30, "woman"))


@pytest.mark.parametrize(
    "right, words, passes",
    [
        (150.0, COLUMN, True),  # a point before a column that others hold
        (150.0, ((24, 120, "Report"), (24, 30, "woman")), False),
        (144.0, ((24, 120, "Report"), (24, 30, "woman")), True),  # a line of the grid
        (152.0, ((24, 120, "Report"), (153, 88, "stays")), True),  # a point before a word that stays
        (158.0, ((24, 120, "Report"), (24, 30, "woman")), False),
    ],
)
def test_an_edge_off_the_grid_stands_where_something_seen_explains_it(right, words, passes):
    found = judged(forge.single(boxes=((72.0, 40.0, right, 64.0),), words=words))

    assert (found == "pass") is passes


def test_a_drawn_rule_explains_an_edge():
    box, rule = (72.0, 40.0, 157.0, 64.0), ((156.5, 30.0, 157.5, 76.0),)

    assert judged(forge.single(boxes=(box,), dark=rule)) == "pass"
    assert judged(forge.single(boxes=(box,), dark=((20.0, 110.0, 60.0, 112.0),))).startswith("fail")


@pytest.mark.parametrize("mode, label", [("lines", "W-1"), ("line", "H-1B")])
def test_a_box_has_one_of_the_known_modes_and_the_neutral_label(mode, label):
    output, report = forge.single().write()
    report["pages"][0]["boxes"][0] |= {"mode": mode, "label": label}

    assert evaluate("V11", Examined(output, report, forge.KEY)).result == "fail"


def test_a_box_may_not_name_what_was_kept_nor_nothing():
    for changes in ({"findings": ["f9"]}, {"findings": []}):
        output, report = forge.single().write()
        report["pages"][0]["boxes"][0] |= changes
        assert evaluate("V11", Examined(output, report, forge.KEY)).result == "fail"


def test_words_hidden_without_a_trace_in_the_layer_are_found_in_the_source():
    """The plan forgot the box, and picture, layer and report agree with the plan: V6 sees the source."""
    forgery = forge.single()
    sheet = replace(forgery.sheets[0], boxes=())
    shown = forge.draw(replace(sheet, words=(*sheet.words, *sheet.hidden)))
    forgery.sheets[0], forgery.pixels[0], forgery.streams[0] = sheet, shown, forge.content(sheet)
    output, report = forgery.write()

    alone = evaluate("V6", Examined(output, report, forge.KEY))
    beside = evaluate("V6", Examined(output, report, forge.KEY, forgery.source))

    assert (alone.result, beside.result) == ("pass", "fail")
    assert beside.detail == "page 1: 1 removed values stand outside the boxes in the source"
