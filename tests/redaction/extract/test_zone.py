"""A machine-readable zone is recognised through the usual slips of OCR, and only where check digits hold."""

from __future__ import annotations

from pathlib import Path

import pytest
import reportlab
from PIL import Image, ImageDraw, ImageFont

from redaction import detect, extract, intake
from redaction.extract import zone
from redaction.types import Box, PageText, TextSource
from tests.attacks.planting import machine_readable
from tests.redaction import papers

FIRST, SECOND = machine_readable("L898902C3", "740812", "320415")


def read(*lines: str) -> PageText:
    """Lines as OCR gives them: a cell of 6 pt for every character, none for line ends."""
    text = "\n".join(lines)
    cells: list[Box | None] = []
    for row, line in enumerate(lines):
        cells += [Box(72 + 6 * at, 700 + 12 * row, 78 + 6 * at, 710 + 12 * row) for at in range(len(line))]
        cells.append(None)
    return PageText(TextSource.OCR, 1, text, tuple(cells[:-1]), (10.0,) * len(text))


@pytest.mark.parametrize(
    "first, second",
    [
        (FIRST, SECOND),
        (FIRST.replace("<<<<<<<<<<", "<<KKKEccLC"), SECOND),  # fillers taken for letters
        (FIRST[:-3], SECOND.replace("<<<<", "<<", 1)),  # fillers lost
        (FIRST + "<<", SECOND),
        (" ".join(FIRST[at : at + 7] for at in range(0, 44, 7)), f"{SECOND[:6]} {SECOND[6:]}"),
        (FIRST, SECOND.replace("740812", "74O8I2")),  # letters where a digit must stand
        (FIRST, SECOND.replace("L898902C3", "L8989O2C3")),  # settled by the check digit
        (FIRST, SECOND.replace("GTM", "6TM", 1)),
        ("INSTITUTO NACIONAL DE MIGRACION\n" + FIRST, SECOND + "\nA line below"),
    ],
)
def test_a_zone_is_mended_to_what_the_document_says(first, second):
    found = zone.mended(read(*first.split("\n"), *second.split("\n")))

    assert [text.text for text in found] == [f"{FIRST}\n{SECOND}"]
    assert len(found[0].cells) == len(found[0].text) == len(found[0].sizes)
    told = detect.detect_text(found[0].text, detect.load())
    assert [(one.type, "check digits hold" in one.explanation) for one in told] == [("PASSPORT_MRZ", True)]


def test_a_mended_zone_lies_where_its_letters_were_read():
    found = zone.mended(read("above", FIRST[:-3], SECOND))[0]

    rows = {cell.y0 for cell in found.cells if cell is not None}
    assert rows == {712, 724}
    assert found.cells[0] == Box(72, 712, 78, 722)


def test_a_card_of_three_lines_is_mended_too():
    number, born, ends = "D23145890", "740812", "320415"
    lines = (
        f"I<UTO{number}{zone.check_digit(number)}".ljust(30, "<"),
        f"{born}{zone.check_digit(born)}F{ends}{zone.check_digit(ends)}UTO".ljust(29, "<") + "6",
        "ERIKSSON<<ANNA<MARIA".ljust(30, "<"),
    )

    found = zone.mended(read(lines[0], lines[1].replace("UTO", "UT0"), lines[2].replace("<<<<<", "<<KKC")))

    assert [text.text for text in found] == ["\n".join(lines)]


@pytest.mark.parametrize(
    "lines",
    [
        (FIRST, SECOND.replace("740812", "740813").replace("320415", "320416")),  # digits do not hold
        (FIRST,),
        ("THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG AGAIN", "AND SLEEPS UNDER THE TREE UNTIL THE EVENING"),
        ("A87654321<<<", "B12345678<<<"),
    ],
)
def test_what_is_no_zone_is_left_alone(lines):
    assert zone.mended(read(*lines)) == []


def test_the_zone_of_a_photographed_passport_is_found_with_its_check_digits():
    photo = Image.new("L", (1700, 1200), 235)
    font = ImageFont.truetype(Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf", 30)
    ImageDraw.Draw(photo).text((120, 120), "PASAPORTE", fill=0, font=font)
    for row, line in enumerate((FIRST, SECOND)):
        for at, sign in enumerate(line):
            ImageDraw.Draw(photo).text((100 + 32 * at, 1000 + 56 * row), sign, fill=0, font=font)
    data = papers.scanned(photo)

    document = extract.read(data, intake.normalise(data))

    told = [one for text in document.texts for one in detect.detect_text(text.text, detect.load())]
    assert any(one.type == "PASSPORT_MRZ" and "check digits hold" in one.explanation for one in told)
    assert document.pages[0].scanned and not document.pages[0].trusted_text
