"""C2, the width attack: whoever knows the whole page but the hidden value learns nothing from its boxes.

Every value of a closed vocabulary is written into the same page. In line mode all pages must come
out alike (0 bits). For numbers, which keep the words behind them, the page may tell the form a
number is written in and little more. The sample of CI burns a dozen values of each layout and
looks at the geometry of all in the hardest face; `GATEWAY_SCALE=full` takes every value and face.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from redaction import detect
from redaction.burn import apply
from redaction.decide import plan
from redaction.decide.blanks import with_blanks
from redaction.detect.layout import with_gaps
from redaction.extract import places
from redaction.extract.page_reader import frame_of, read_pages
from redaction.intake.flatten import normalise
from redaction.types import Box, Decisions, Document, Finding, MarkMode, Plan
from tests.attacks.width_papers import LAYOUTS, Page, form, numbers, prose, vocabulary, with_photograph
from tests.redaction.burn import papers

pytestmark = [pytest.mark.slow, pytest.mark.full]

FULL = os.environ.get("GATEWAY_SCALE") == "full"
ALL_FACES = ("Times-Roman", "Helvetica", "Courier")
FACES = ALL_FACES if FULL else ("Times-Roman",)
VALUES = vocabulary()
WHOLE_IN_CI, BURNED_IN_CI = ("prose",), ("prose", "table")  # the others in a sample
MOST_BITS, FIRST_GUESS = 3.0, 0.07

FORMS = {
    "A_NUMBER": "A000-000-000",
    "USCIS_RECEIPT_NUMBER": "WAC2100000000",
    "I94_NUMBER": "000000000W0",
    "SEVIS_ID": "N0000000000",
    "PASSPORT_NUMBER": "W00000000",
    "US_ITIN": "900-70-0000",
    "FOREIGN_NATIONAL_ID": "WWWW000000WWWWWW00",
    "DHS_CASE_ID": "WWW0000000000",
    "VISA_NUMBER": "WW00WWWWWW",
}


def findings(document: Document, page: Page, type_: str) -> list[Finding]:
    """A finding for every place where a hidden text stands as whole words."""
    text = document.texts[0].text
    return [
        papers.finding(document, 0, found.start(), found.end(), type_)
        for value in dict.fromkeys(page.hidden)
        for found in re.finditer(r"(?<!\w)" + r"\s".join(map(re.escape, value.split())) + r"(?!\w)", text)
    ]


def planned(page: Page, type_: str) -> tuple[Document, Plan]:
    """The page as read, and its plan."""
    document = papers.read(page.pdf)
    found = findings(document, page, type_)
    assert len(found) >= len(set(page.hidden))
    return document, plan(document, found, Decisions())


def seen(document: Document, made: Plan) -> tuple[object, ...]:
    """All that a burned page shows, in hundredths of a point: its boxes and the words outside them."""
    boxes = [one.box for one in made.boxes]
    text = document.texts[0]
    visible = []
    for at, cell in enumerate(text.cells):
        if cell is not None and not any(box.meets(_core(cell)) for box in boxes):
            visible.append((text.text[at], *(round(side, 2) for side in cell)))
    return tuple(boxes), tuple(visible)


def _core(cell: Box) -> Box:
    x0, y0, x1, y1 = cell
    inset, height = 0.1 * (x1 - x0), y1 - y0
    return Box(x0 + inset, y0 + 0.3 * height, x1 - inset, y0 + 0.7 * height)


def leak(pages: list[object]) -> tuple[float, float]:
    """Bits that a page tells of a value drawn evenly, and how often the first guess is right."""
    counts = Counter(pages)
    bits = math.log2(len(pages)) - sum(n * math.log2(n) for n in counts.values()) / len(pages)
    return bits, len(counts) / len(pages)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", LAYOUTS)
def test_line_mode_tells_nothing_of_158_values(name: str, face: str) -> None:
    values = VALUES if FULL or name in WHOLE_IN_CI else VALUES[::13]
    made = [planned(LAYOUTS[name](value, face), "CITIZENSHIP") for value in values]
    assert {box.mode for _, one in made for box in one.boxes} == {MarkMode.LINE}
    assert len({seen(document, one) for document, one in made}) == 1


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", LAYOUTS)
def test_burned_pages_are_the_same_bytes(name: str, face: str, tmp_path: Path) -> None:
    outputs = set()
    for value in VALUES if FULL else VALUES[:: 13 if name in BURNED_IN_CI else 79]:
        page = LAYOUTS[name](value, face)
        document, made = planned(page, "CITIZENSHIP")
        apply(page.pdf, made, document, tmp_path / "out.pdf")
        outputs.add((tmp_path / "out.pdf").read_bytes())
    assert len(outputs) == 1


@pytest.mark.parametrize("name", ["prose", "table", "two_columns"])
def test_on_jpeg_pages_whole_blocks_go_and_tell_nothing_either(name: str, tmp_path: Path) -> None:
    """G10: edges snap outward to 8-pixel blocks; a word they cut goes, and no further one with it."""
    outputs, words = set(), []
    for value in VALUES if FULL else VALUES[::79]:
        for page in (
            LAYOUTS[name](value, "Times-Roman"),
            with_photograph(LAYOUTS[name](value, "Times-Roman")),
        ):
            document, made = planned(page, "CITIZENSHIP")
            (burned,) = apply(page.pdf, made, document, tmp_path / "out.pdf").pages
            words.append(burned.words)
        assert burned.codec == "jpeg"
        outputs.add((tmp_path / "out.pdf").read_bytes())
    assert len(outputs) == 1
    assert max(words) - min(words) <= 2


def test_a_form_shows_neither_the_answer_nor_that_there_is_one(tmp_path: Path) -> None:
    """With the detector at work: text field, check boxes and printed labels, filled in or left blank."""
    ruleset = detect.load()
    outputs = set()
    answers = [
        ("", None),
        ("", 2),
        *((value, at % 5) for at, value in enumerate(VALUES[:: 1 if FULL else 40])),
    ]
    for value, ticked in answers:
        flat, document = read_form(form(value, ticked))
        found = [
            replace(one, text_index=at, source=text.source, page=text.page, key=f"{at}.{one.start}")
            for at, text in enumerate(document.texts)
            for one in detect.detect_text(with_gaps(text), ruleset)
        ]
        made = plan(document, with_blanks(document, found, ruleset), Decisions())
        apply(flat, made, document, tmp_path / "out.pdf")
        outputs.add((tmp_path / "out.pdf").read_bytes())
    assert len(outputs) == 1
    assert {"Citizenship:", "Phone:", "505-555-0101", "building"} <= set(
        papers.words_of(tmp_path / "out.pdf")
    )


def read_form(source: bytes) -> tuple[bytes, Document]:
    """The flattened form, and what the reading steps say of it."""
    flat = normalise(source)
    with pypdfium2.PdfDocument(flat) as opened:
        frames = [frame_of(page) for page in opened]
    (page,) = read_pages(flat, [1])
    said = places.read(source, frames)
    facts = replace(page.facts, regions=page.facts.regions + tuple(said.regions.get(1, ())))
    return flat, Document("0" * 64, "application/pdf", (facts,), (*page.texts, *said.texts))


@pytest.mark.parametrize(
    "type_", ["STATUS_IMPLICIT", "IMMIGRATION_ENFORCEMENT", "A_NUMBER"][: 3 if FULL else 1]
)
def test_words_under_a_type_of_open_wording_tell_no_more_than_the_bound(type_: str) -> None:
    """A word is no number: whatever its type, what stands behind it goes."""
    bits, first = leak([seen(*planned(prose(value, "Times-Roman"), type_)) for value in VALUES])
    assert bits <= MOST_BITS
    assert first <= FIRST_GUESS


@pytest.mark.parametrize("face", ALL_FACES if FULL else ["Helvetica"])
@pytest.mark.parametrize("type_", FORMS if FULL else ["A_NUMBER", "PASSPORT_NUMBER"])
def test_class_mode_tells_little_of_158_numbers_of_one_form(type_: str, face: str) -> None:
    bits, first = leak([seen(*planned(prose(value, face), type_)) for value in numbers(FORMS[type_])])
    assert bits <= MOST_BITS
    assert first <= FIRST_GUESS


def test_words_behind_a_number_stay(tmp_path: Path) -> None:
    """What a number costs is its class width, not the rest of its line."""
    page = prose("A087-654-321", "Times-Roman")
    document, made = planned(page, "A_NUMBER")
    apply(page.pdf, made, document, tmp_path / "out.pdf")
    words = papers.words_of(tmp_path / "out.pdf")
    assert {"told", "us", "that", "he", "is", "the", "bakery."} <= set(words)
    assert "A087-654-321" not in words


def test_the_attack_itself_works() -> None:
    """Tight boxes give the width away: else the figures above would prove nothing."""
    pages = []
    for value in VALUES:
        document = papers.read(prose(value, "Times-Roman").pdf)
        words = read_widths(document, value)
        pages.append(words)
    bits, first = leak(pages)
    assert bits > 5
    assert first > 0.4


def read_widths(document: Document, value: str) -> int:
    """The width of a value in pixels at 200 dpi."""
    text = document.texts[0]
    at = text.text.index(value)
    cells = [cell for cell in text.cells[at : at + len(value)] if cell is not None]
    return round((cells[-1].x1 - cells[0].x0) * 200 / 72)
