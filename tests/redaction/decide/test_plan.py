"""From findings and decisions to boxes and kept spans."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from redaction.cage.plan_frames import pack_decisions, unpack_decisions
from redaction.decide import other_words, plan, plan_digest
from redaction.types import (
    Action,
    Box,
    Decisions,
    Document,
    DrawnBox,
    MarkMode,
    PageText,
    Plan,
    Region,
    TextSource,
)
from tests.redaction.burn import papers

ROWS = (
    "Report about the meeting at the market, written on Tuesday.",
    "Number: A087-654-321",
    "Birthplace: Mexico",
    "The truck came back from New Mexico with fruit.",
    "Nothing else was said.",
)


@pytest.fixture
def document() -> Document:
    """One page of short lines."""
    return papers.read(papers.lines(ROWS))


def hidden(made: Plan, document: Document, page: int = 1) -> list[str]:
    """The words of the page that have a character under a box."""
    text = next(one for one in document.texts if one.page == page and one.source is TextSource.PDFIUM)
    found, at = [], 0
    for word in text.text.split():
        at = text.text.index(word, at)
        cells = [cell for cell in text.cells[at : at + len(word)] if cell is not None]
        middle = [Box(c.x0 + 1, c.y0 + c.height * 0.4, c.x1 - 1, c.y0 + c.height * 0.6) for c in cells]
        if any(one.box.meets(core) for one in made.boxes if one.page == page for core in middle):
            found.append(word)
        at += len(word)
    return found


def with_texts(document: Document, *more: PageText) -> Document:
    return replace(document, texts=(*document.texts, *more))


def with_regions(document: Document, *regions: Region, **facts: object) -> Document:
    page = replace(document.pages[0], regions=regions, **facts)
    return replace(document, pages=(page,))


def test_a_finding_becomes_a_box_and_a_kept_one_a_kept_span(document: Document) -> None:
    number = papers.findings(document, "A087-654-321")
    made = plan(document, number, Decisions())
    assert "A087-654-321" in hidden(made, document)
    assert made.boxes[0].findings == (number[0].key,)
    assert made.keeps == ()
    kept = plan(document, number, Decisions(keep=frozenset({number[0].key})))
    assert kept.boxes == ()
    assert [(one.finding, one.text, one.page) for one in kept.keeps] == [(number[0].key, "A087-654-321", 1)]
    assert kept.keeps[0].box is not None


@pytest.mark.parametrize("action", [Action.REDACT, Action.REVIEW])
def test_what_nobody_decided_is_hidden(document: Document, action: Action) -> None:
    found = papers.findings(document, "A087-654-321", action=action)
    assert "A087-654-321" in hidden(plan(document, found, Decisions()), document)


def test_a_value_from_metadata_is_looked_for_on_the_pages(document: Document) -> None:
    """Spaces and hyphens do not matter."""
    document = with_texts(document, PageText(TextSource.METADATA, None, "Scan of A087 654 321"))
    found = papers.finding(document, 1, 8, 20)
    made = plan(document, [found], Decisions())
    assert "A087-654-321" in hidden(made, document)
    assert made.boxes[0].findings == (found.key,)


def test_a_value_that_stands_nowhere_on_the_pages_needs_no_box(document: Document) -> None:
    document = with_texts(document, PageText(TextSource.ATTACHMENT_NAME, None, "N0012345678.pdf"))
    assert plan(document, [papers.finding(document, 1, 0, 11, "SEVIS_ID")], Decisions()).boxes == ()


def test_the_same_value_elsewhere_goes_too_but_not_inside_what_a_hard_negative_excuses(
    document: Document,
) -> None:
    at = document.texts[0].text.index("Mexico")
    birthplace = papers.finding(document, 0, at, at + 6, "COUNTRY_OF_BIRTH")
    alone = plan(document, [birthplace], Decisions())
    assert hidden(alone, document).count("Mexico") == 2
    start = document.texts[0].text.index("New Mexico")
    excuse = papers.finding(
        document, 0, start, start + 10, "COUNTRY_OF_BIRTH", layer="hard_negative", action=Action.KEEP
    )
    made = plan(document, [birthplace, excuse], Decisions())
    assert hidden(made, document).count("Mexico") == 1
    assert [(one.finding, one.text) for one in made.keeps] == [
        (excuse.key, "New Mexico"),
        (excuse.key, "Mexico"),
    ]
    assert all(one.box is not None for one in made.keeps)  # the one place where it may stand
    other = replace(excuse, type="LANGUAGE_PROXY")
    assert hidden(plan(document, [birthplace, other], Decisions()), document).count("Mexico") == 2
    named = replace(other, excuses=("LANGUAGE_PROXY", "COUNTRY_OF_BIRTH"))
    assert hidden(plan(document, [birthplace, named], Decisions()), document).count("Mexico") == 1


def test_a_hard_negative_is_named_where_a_box_may_change_what_it_is_judged_by() -> None:
    """Whether prose goes on over a line end is told by two lines around, which a box makes shorter."""
    rows = [f"Line {at} says that fruit came back from New Mexico." for at in range(14)]
    document = papers.read(papers.lines(["Birthplace: Guatemala", *rows]))
    birthplace = papers.findings(document, "Guatemala", "COUNTRY_OF_BIRTH")[0]
    text = next(one for one in document.texts if one.source is TextSource.PDFIUM)
    at = document.texts.index(text)
    starts = [text.text.index("New Mexico", text.text.index(row)) for row in rows]
    excuses = [
        papers.finding(
            document, at, start, start + 10, "COUNTRY_OF_BIRTH", layer="hard_negative", action=Action.KEEP
        )
        for start in starts
    ]
    named = {one.finding for one in plan(document, [birthplace, *excuses], Decisions()).keeps}
    assert named >= {one.key for one in excuses[:2]}
    assert not named & {one.key for one in excuses[7:]}


def test_a_value_like_none_is_hidden_where_it_was_found_and_excused_elsewhere() -> None:
    document = papers.read(papers.lines(["Citizenship: none", "Middle name: none", "Injuries: none"]))
    first = papers.findings(document, "none", "CITIZENSHIP")[0]
    made = plan(document, [first], Decisions())
    assert hidden(made, document).count("none") == 1
    assert [(one.text, one.finding) for one in made.keeps] == [("none", first.key)] * 2


def test_a_finding_over_a_line_end_hides_both_parts() -> None:
    document = papers.read(papers.lines(["The paper shows the number A087-", "654-321 and nothing else."]))
    text = document.texts[0].text
    start, end = text.index("A087"), text.index("321") + 3
    made = plan(document, [papers.finding(document, 0, start, end)], Decisions())
    assert {"A087-", "654-321"} <= set(hidden(made, document))
    assert len(made.boxes) == 2


def test_text_that_runs_up_the_page_is_boxed_along_its_own_direction() -> None:
    def draw(canvas: object) -> None:
        canvas.setFont("Helvetica", 12)  # type: ignore[attr-defined]
        canvas.rotate(90)  # type: ignore[attr-defined]
        canvas.drawString(200, -300, "number A087-654-321 here")  # type: ignore[attr-defined]

    document = papers.read(papers.paper(draw))
    made = plan(document, papers.findings(document, "A087-654-321"), Decisions())
    (box,) = [one.box for one in made.boxes]
    assert box.height >= 108
    assert box.width < 30
    assert "A087-654-321" in hidden(made, document)


def test_a_form_value_goes_with_its_whole_field(document: Document) -> None:
    place = Box(300, 60, 460, 78)
    document = with_regions(document, Region("field", place, "citizenship"))
    document = with_texts(document, PageText(TextSource.FORM_VALUE, 1, "USC", (place, place, place)))
    made = plan(document, [papers.finding(document, 1, 0, 3, "CITIZENSHIP")], Decisions())
    assert [(one.box, one.mode) for one in made.boxes] == [(place, MarkMode.FIELD)]


def test_a_ticked_box_takes_its_whole_group(document: Document) -> None:
    places = [Box(300, 200 + 20 * at, 310, 210 + 20 * at) for at in range(3)]
    document = with_regions(document, *(Region("field", place, group="status") for place in places))
    document = with_texts(document, PageText(TextSource.FORM_VALUE, 1, "LPR", (places[1],) * 3))
    made = plan(document, [papers.finding(document, 1, 0, 3, "IMMIGRATION_STATUS")], Decisions())
    assert [one.box for one in made.boxes] == places


def test_a_blank_value_is_hidden_by_its_field(document: Document) -> None:
    place = Box(200, 74, 330, 92)
    document = with_regions(document, Region("field", place, blank=True))
    end = document.texts[0].text.index("Number:") + len("Number:")
    made = plan(document, [papers.finding(document, 0, end, end, "A_NUMBER", layer="label")], Decisions())
    assert any(one.box == place for one in made.boxes)


class TestRegions:
    """Images and untexted ink are painted over unless a person uncovered them."""

    LARGE = Region("image", Box(100, 300, 300, 500))
    SMALL = Region("image", Box(100, 300, 130, 330))
    UNREADABLE = replace(SMALL, readable=False)

    @pytest.mark.parametrize(("region", "painted"), [(LARGE, True), (SMALL, False), (UNREADABLE, True)])
    def test_by_size_and_readability(self, document: Document, region: Region, painted: bool) -> None:
        made = plan(with_regions(document, region), [], Decisions())
        assert [one.mode for one in made.boxes] == ([MarkMode.REGION] if painted else [])

    def test_a_small_image_with_writing(self, document: Document) -> None:
        document = with_regions(document, self.SMALL)
        document = with_texts(document, PageText(TextSource.OCR, 1, "x", (Box(110, 310, 115, 320),)))
        assert [one.mode for one in plan(document, [], Decisions()).boxes] == [MarkMode.REGION]

    def test_uncovered_by_a_person(self, document: Document) -> None:
        document = with_regions(document, self.LARGE, self.UNREADABLE)
        made = plan(document, [], Decisions(uncover=frozenset({(1, 0)})))
        assert [one.box for one in made.boxes] == [self.UNREADABLE.box]

    def test_fields_and_cells_are_not_painted(self, document: Document) -> None:
        document = with_regions(document, replace(self.LARGE, kind="field"), replace(self.LARGE, kind="cell"))
        assert plan(document, [], Decisions()).boxes == ()


@pytest.mark.parametrize("facts", [{"scanned": True}, {"trusted_text": False}])
def test_a_page_nobody_may_trust_is_hidden_whole_until_a_person_has_seen_it(
    document: Document, facts: dict[str, bool]
) -> None:
    scan = Region("image", Box(0, 0, 612, 792))
    document = with_regions(document, scan, **facts)
    made = plan(document, papers.findings(document, "A087-654-321"), Decisions())
    assert [(one.mode, one.box) for one in made.boxes] == [(MarkMode.PAGE, Box(0, 0, 612, 792))]
    seen = plan(document, [], Decisions(pages_seen=frozenset({1})))
    assert seen.boxes == () if document.pages[0].scanned else len(seen.boxes) == 1


def test_a_page_named_whole_is_one_box_with_all_its_findings(document: Document) -> None:
    found = [*papers.findings(document, "A087-654-321"), *papers.findings(document, "Tuesday", "CITIZENSHIP")]
    made = plan(document, found, Decisions(whole_pages=frozenset({1})))
    assert [(one.mode, set(one.findings)) for one in made.boxes] == [
        (MarkMode.PAGE, {one.key for one in found})
    ]


def test_a_document_signal_hides_the_page(document: Document) -> None:
    found = papers.findings(document, "Report", layer="signal", action=Action.REVIEW)
    assert [one.mode for one in plan(document, found, Decisions()).boxes] == [MarkMode.PAGE]


def test_a_drawn_box_may_be_wider_but_never_narrower_than_the_rule(document: Document) -> None:
    text = document.texts[0]
    cell = text.cells[text.text.index("Birthplace")]
    assert cell is not None
    tight = DrawnBox(1, cell, code="C-2")
    (box,) = plan(document, [], Decisions(drawn=(tight,))).boxes
    assert box.box.width >= 108
    assert box.label == "C-2"
    assert "Birthplace:" in hidden(plan(document, [], Decisions(drawn=(tight,))), document)
    empty = DrawnBox(1, Box(100, 600, 110, 610))
    assert plan(document, [], Decisions(drawn=(empty,))).boxes[0].box == empty.box


def test_only_counsel_goes_below_class_width_and_even_then_words_go_whole(document: Document) -> None:
    at = document.texts[0].text.index("Birthplace")
    cell = document.texts[0].cells[at]
    assert cell is not None
    by_counsel = DrawnBox(1, cell, narrow=True)
    (box,) = plan(document, [], Decisions(drawn=(by_counsel,))).boxes
    assert box.box.width < 108
    assert hidden(plan(document, [], Decisions(drawn=(by_counsel,))), document) == ["Birthplace:"]
    sent = pack_decisions(Decisions(drawn=(by_counsel, replace(by_counsel, narrow=False))))
    assert [one.narrow for one in unpack_decisions(sent).drawn] == [True, False]


@pytest.mark.parametrize(
    "decisions",
    [
        Decisions(whole_pages=frozenset({2})),
        Decisions(drawn=(DrawnBox(0, Box(0, 0, 9, 9)),)),
        Decisions(uncover=frozenset({(1, 0)})),
    ],
)
def test_decisions_about_what_does_not_exist_are_errors(document: Document, decisions: Decisions) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        plan(document, [], decisions)


def test_findings_of_another_document_or_other_rules_are_errors(document: Document) -> None:
    found = papers.findings(document, "A087-654-321")
    with pytest.raises(ValueError, match="does not belong"):
        plan(document, [replace(found[0], text_index=7)], Decisions())
    with pytest.raises(ValueError, match="rulesets"):
        plan(document, [*found, replace(found[0], ruleset="others")], Decisions())
    with pytest.raises(ValueError, match="rulesets"):
        plan(document, found, Decisions(), "others")
    assert plan(document, [], Decisions(), "rules").ruleset == "rules"


def test_the_digest_is_the_one_the_profile_describes(document: Document) -> None:
    found = papers.findings(document, "A087-654-321")
    kept = papers.findings(document, "Tuesday", "CITIZENSHIP", action=Action.KEEP)
    made = plan(document, [*found, *kept], Decisions())
    box, keep = made.boxes[0], made.keeps[0]
    assert keep.box is not None
    content = (
        f'{{"boxes":[[1,"1.1",{box.box.x0},{box.box.y0},{box.box.x1},{box.box.y1},"class","W-1"]],'
        f'"keeps":[[1,{json.dumps(list(keep.box), separators=(",", ":"))},"{kept[0].key}"]],'
        f'"ruleset":"rules","source_sha256":"{"0" * 64}"}}'
    )
    assert made.sha256 == plan_digest(made) == hashlib.sha256(content.encode()).hexdigest()
    moved = replace(made, boxes=(replace(box, box=box.box._replace(x0=0.0)),))
    assert plan_digest(moved) != made.sha256


def test_each_box_says_how_many_other_words_it_costs(document: Document) -> None:
    found = [*papers.findings(document, "A087-654-321"), *papers.findings(document, "market", "CITIZENSHIP")]
    made = plan(document, found, Decisions(drawn=(DrawnBox(1, Box(300, 600, 420, 620)),)))
    costs = other_words(made, document, found)
    by_line = {costs[one.id] for one in made.boxes if found[-1].key in one.findings}
    assert by_line == {3}  # "written on Tuesday." behind the market
    assert [costs[one.id] for one in made.boxes if one.mode is MarkMode.CLASS] == [0]
    assert [costs[one.id] for one in made.boxes if one.mode is MarkMode.DRAWN] == [0]


def test_the_same_input_gives_the_same_plan_in_any_order(document: Document) -> None:
    found = [*papers.findings(document, "A087-654-321"), *papers.findings(document, "Mexico", "CITIZENSHIP")]
    assert plan(document, found, Decisions()) == plan(document, found, Decisions())
    turned = plan(document, list(reversed(found)), Decisions())
    assert [one.box for one in turned.boxes] == [one.box for one in plan(document, found, Decisions()).boxes]
