"""V7 on pixels: what OCR reads in the output counts, whatever the text layer says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from redaction.types import Box
from redaction.verify import reading, redetect
from redaction.verify.assertions import evaluate
from redaction.verify.content import Word, cell_of
from redaction.verify.draws import pages_for_pdfplumber, pages_to_burn, pages_to_read
from redaction.verify.examined import Examined
from redaction.verify.pixels import as_text, words_of
from tests.redaction.verify import forge

HEIGHT = 144


def row(text: str, x0: float, y0: float, x1: float, y1: float, line: int = 1, scale: float = 100 / 72) -> str:
    """One word as tesseract's table has it; sides in points."""
    sides = (round(side * scale) for side in (x0, y0, x1 - x0, y1 - y0))
    return "\t".join(["5", "1", "1", "1", str(line), "1", *map(str, sides), "96", text])


def read_by_ocr(forgery: forge.Forgery, *rows: str, **more: object) -> str:
    output, report = forgery.write()
    for page in report["pages"]:
        page["ocr"] = {"used": True, "why": "untexted ink"}
    tables = {1: "\n".join(rows)}
    said = evaluate("V7", Examined(output, report, forge.KEY, tables=tables, **more))
    return f"{said.result} {said.detail}".strip()


NUMBER = (row("USCIS", 24, 120, 50, 130), row("A087-123-456", 54, 120, 120, 130))


def test_a_number_that_stands_in_the_pixels_only_is_refused():
    assert read_by_ocr(forge.single()) == "pass"
    found = read_by_ocr(forge.single(), *NUMBER)
    assert found.startswith("fail page 1: ") and "A_NUMBER" in found and "in the output's pixels" in found


def test_a_page_that_ocr_was_needed_for_and_nobody_read_is_refused():
    output, report = forge.single().write()
    report["pages"][0]["ocr"] = {"used": True, "why": "untexted ink"}

    said = evaluate("V7", Examined(output, report, forge.KEY, tables={}))

    assert (said.result, said.detail) == ("fail", "page 1: no OCR could read its pixels")


@pytest.mark.parametrize(
    "place, allowed", [((20.0, 116.0, 124.0, 134.0), True), ((20.0, 60.0, 124.0, 80.0), False), (None, False)]
)
def test_what_the_plan_keeps_may_be_misread_but_not_moved(place, allowed):
    forgery = forge.single()
    forgery.keeps = ((1, "A087-123-465", place),)  # OCR read the last two digits the other way round

    assert (read_by_ocr(forgery, *NUMBER) == "pass") is allowed


def test_a_box_reads_as_its_token_and_not_as_letters_in_white_on_black():
    """A label with a value behind it is a finding; a label with a box behind it is what was wanted."""
    label = row("Citizenship:", 20, 47, 66, 57)

    assert read_by_ocr(forge.single(), label) == "pass"
    assert "CITIZENSHIP" in read_by_ocr(forge.single(boxes=()), label, row("Vvei", 80, 47, 120, 57))


def test_words_stand_in_their_lines_with_the_tokens_between_them():
    examined = Examined(*forge.single().write(), forge.KEY)
    page = examined.claims.pages[0]
    table = "\n".join(
        [row("before", 20, 46, 60, 58), row("after", 190, 46, 220, 58), row("below", 20, 90, 60, 100, 2)]
    )

    text, words = as_text(words_of(table, page))

    assert text == "before\t[W-1]\tafter\nbelow\n"
    assert [text[start:end] for start, end, _ in words] == ["before", "[W-1]", "after", "below"]


@pytest.mark.parametrize(
    "read, said, misread",
    [
        ("MAM", ("M", "A", "M"), True),  # months on an axis
        ("Towa", ("Iowa",), True),
        ("Iowa", ("Iowa",), False),
        ("Guatemala", ("Report",), False),
        ("Guatemala", (), False),
    ],
)
def test_the_layer_settles_what_ocr_makes_of_its_own_words(read, said, misread):
    words = [Word(text, 24 + 12 * at, 24, cell_of(24 + 12 * at, 24, len(text), HEIGHT))
             for at, text in enumerate(said)]  # fmt: skip
    place = Box(24, HEIGHT - 24 - 8, 60, HEIGHT - 24 + 2)

    assert redetect.misread(read, place, words) is misread


def test_the_caged_reader_sees_the_page_without_its_boxes():
    """Both cages: pixels out of one, words out of the other."""
    words = ((24, 120, "Report"), (78, 120, "number"), (24, 18, "twelve"))
    forgery = forge.Forgery(
        [replace(forge.Sheet("grey4", words, (forge.BOX,), hidden=forge.COUNTRY), dpi=250)]
    )
    output, report = forgery.write()
    report["pages"][0]["ocr"] = {"used": True, "why": "test"}

    tables = reading.read(output, report)

    examined = Examined(output, report, forge.KEY, tables=tables)
    text, _ = as_text(words_of(tables[1], examined.claims.pages[0]))
    assert {"Report", "number", "twelve", "[W-1]"} == set(text.split())
    assert evaluate("V7", examined).result == "pass"


def test_pages_are_drawn_by_the_output_and_never_none_burned_again():
    names = [f"{n:064x}" for n in range(400)]

    assert all(len(pages_to_burn(name, 100)) == 5 for name in names)
    assert all(len(pages_to_burn(name, 1)) == 1 for name in names)
    assert pages_to_burn(names[0], 8, share=1.0) == list(range(1, 9))
    assert len({tuple(pages_to_burn(name, 100)) for name in names}) > 390
    fed = [(n, n == 7) for n in range(1, 101)]
    assert all(7 in pages_to_read(name, fed) for name in names)
    assert 0.015 < np.mean([len(pages_to_read(name, fed)) - 1 for name in names]) / 99 < 0.025
    assert 0.04 < np.mean([len(pages_for_pdfplumber(name, 100)) for name in names]) / 100 < 0.06
