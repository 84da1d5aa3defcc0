"""The generated papers that `bench` measures on: forms, letters, tables, notices in colour and long
narratives with nothing to hide, all about invented people.

The same seed gives the same bytes.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Sequence

from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

FIRST = ("Ana", "Luis", "Marta", "Omar", "Ines", "Paul", "Rosa", "Ivan", "Lucia", "Daniel")
LAST = (
    "Quintana",
    "Brandt",
    "Okoye",
    "Salgado",
    "Petrov",
    "Archuleta",
    "Nguyen",
    "Moreau",
    "Haddad",
    "Lujan",
)
COUNTRIES = ("Honduras", "Guatemala", "El Salvador", "Mexico", "Cuba", "Haiti", "Vietnam", "Afghanistan")
STREETS = ("Silver Avenue", "Bridge Street", "Arno Street", "Coal Avenue", "Fourth Street")
SENTENCES = (
    "The officer parked in front of the building and waited for the second unit to arrive.",
    "A neighbour said that the lights had been on all night and that nobody had come to the door.",
    "The caller was asked to stay on the line while the address was checked against the map.",
    "Photographs were taken of the fence and the broken lamp, and a receipt was left in the mailbox.",
    "The children were at school at the time, and the school was told who would pick them up.",
    "No further action was taken that day, and the report was closed by the evening shift.",
)


def papers(seed: int, count: int) -> Iterator[bytes]:
    """`count` PDFs of two pages each: form, letter, table, notice, narrative in turn."""
    chance = random.Random(seed)  # noqa: S311 - the set has to be the same every time
    kinds = (_form, _letter, _table, _notice, _narrative)
    for at in range(count):
        yield _paper([kinds[at % len(kinds)]] * 2, chance)


def long_paper(seed: int, pages: int) -> bytes:
    """One PDF of so many pages of a few lines each; every tenth has something to hide."""
    chance = random.Random(seed)  # noqa: S311
    return _paper([_short] * pages, chance)


def _paper(pages: Sequence[Callable[[Canvas, random.Random], None]], chance: random.Random) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1)
    for draw in pages:
        draw(canvas, chance)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _person(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def _number(chance: random.Random) -> str:
    digits = f"{chance.randrange(10**9):09d}"
    return f"A{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def _form(canvas: Canvas, chance: random.Random) -> None:
    canvas.setFont("Helvetica-Bold", 13)
    canvas.drawString(54, 740, "Incident report")
    fields = (
        ("Name", _person(chance)),
        ("Address", f"{chance.randrange(100, 9999)} {chance.choice(STREETS)}"),
        ("Place of birth", chance.choice(COUNTRIES)),
        ("Citizenship", chance.choice(COUNTRIES)),
        ("Phone", f"505-555-01{chance.randrange(100):02d}"),
        ("Alien number", _number(chance)),
    )
    for at, (label, value) in enumerate(fields):
        y = 700 - 30 * at
        canvas.rect(54, y - 8, 504, 30)
        canvas.setFont("Helvetica", 7.5)
        canvas.drawString(58, y + 12, label)
        canvas.setFont("Courier", 11)
        canvas.drawString(58, y - 2, value)
    canvas.setFont("Times-Roman", 11)
    for at in range(24):
        canvas.drawString(54, 490 - 14 * at, chance.choice(SENTENCES))


def _letter(canvas: Canvas, chance: random.Random) -> None:
    canvas.setFont("Times-Roman", 12)
    y = 720.0
    for at in range(36):
        line = chance.choice(SENTENCES)
        if at % 12 == 5:
            line = f"{_person(chance)} was born in {chance.choice(COUNTRIES)} and has {_number(chance)}."
        canvas.drawString(72, y, line)
        y -= 17


def _table(canvas: Canvas, chance: random.Random) -> None:
    columns = (54, 190, 310, 430, 558)
    canvas.setFont("Helvetica-Bold", 9)
    for x, head in zip(columns, ("Name", "Nationality", "Number", "Street"), strict=False):
        canvas.drawString(x + 3, 722, head)
    canvas.setFont("Helvetica", 9)
    for row in range(34):
        y = 704 - 18 * row
        cells = (_person(chance), chance.choice(COUNTRIES), _number(chance), chance.choice(STREETS))
        for x, cell in zip(columns, cells, strict=False):
            canvas.drawString(x + 3, y, cell)
        canvas.line(54, y - 5, 558, y - 5)
    for x in columns:
        canvas.line(x, 87, x, 736)


def _notice(canvas: Canvas, chance: random.Random) -> None:
    """A sheet with a coloured head, shaded rows and figures."""
    canvas.setFillColorRGB(0.1, 0.25, 0.55)
    canvas.rect(54, 700, 504, 44, stroke=0, fill=1)
    canvas.setFillGray(1)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(66, 716, "Public notice of services")
    canvas.setFillGray(0)
    canvas.setFont("Helvetica", 10.5)
    for row in range(30):
        y = 672 - 19 * row
        if row % 2:
            canvas.setFillColorRGB(0.88, 0.92, 0.97)
            canvas.rect(54, y - 5, 504, 19, stroke=0, fill=1)
            canvas.setFillGray(0)
        canvas.drawString(60, y, chance.choice(SENTENCES)[:70])
        canvas.drawRightString(552, y, str(chance.randrange(10, 9999)))
    canvas.drawString(60, 90, f"Asked for by {_person(chance)}, citizen of {chance.choice(COUNTRIES)}.")


def _narrative(canvas: Canvas, chance: random.Random) -> None:
    """A full page of prose that states nothing about anybody."""
    canvas.setFont("Times-Roman", 11)
    for at in range(46):
        canvas.drawString(60, 730 - 14 * at, chance.choice(SENTENCES))


def _short(canvas: Canvas, chance: random.Random) -> None:
    canvas.setFont("Times-Roman", 12)
    for at in range(6):
        canvas.drawString(72, 720 - 17 * at, chance.choice(SENTENCES))
    if chance.randrange(10) == 0:
        canvas.drawString(72, 600, f"{_person(chance)} was born in {chance.choice(COUNTRIES)}.")
