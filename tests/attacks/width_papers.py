"""Pages with one hidden value in them, for the width attack: the same page for every value.

Each layout is a function of the value: it draws a page and names what is hidden on it. The
attacker knows everything but the value.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pikepdf
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from redaction.detect.widths import class_members

LEFT, RIGHT, TOP, SIZE, LEADING = 72.0, 540.0, 700.0, 12.0, 14.4
ABOVE = (
    "The officer parked in front of the building and waited for the",
    "second unit to arrive. A neighbour said the lights had been on and",
)
BELOW = (
    "that nobody had come to the door. Photographs were taken of the",
    "fence and the broken lamp, and a receipt was left in the mailbox.",
)


def vocabulary(count: int = 158) -> tuple[str, ...]:
    """Values of the closed vocabulary of citizenships, spread over all of it."""
    taken = {"Us", "Honduran", "Cuban", "Salvadoran", "Mexican", "Canadian"}  # words of the pages themselves
    members = [one for one in class_members("CITIZENSHIP") if len(one) < 24 and one not in taken]
    step = len(members) / count
    return tuple(members[int(at * step)] for at in range(count))


def numbers(form: str, count: int = 158) -> tuple[str, ...]:
    """Numbers of one form: `0` is any digit, `W` any letter."""
    chance = random.Random(form)
    swap = {"0": "0123456789", "W": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    return tuple("".join(chance.choice(swap.get(char, char)) for char in form) for _ in range(count))


@dataclass(frozen=True)
class Page:
    """A drawn page and the words that are to be hidden on it, in reading order."""

    pdf: bytes
    hidden: tuple[str, ...]


Layout = Callable[[str, str], Page]


class _Sheet:
    def __init__(self, face: str) -> None:
        self._out = io.BytesIO()
        self.canvas = Canvas(self._out, pagesize=(612, 792), invariant=1)
        self.face, self.y = face, TOP
        self.canvas.setFont(face, SIZE)

    def line(self, text: str, x: float = LEFT) -> None:
        self.canvas.drawString(x, self.y, text)
        self.y -= LEADING

    def row(self, cells: Sequence[tuple[float, str]]) -> None:
        for x, text in cells:
            self.canvas.drawString(x, self.y, text)
        self.y -= LEADING

    def wide(self, text: str) -> None:
        words = text.split()
        room = RIGHT - LEFT - sum(stringWidth(word, self.face, SIZE) for word in words)
        x = LEFT
        for word in words:
            self.canvas.drawString(x, self.y, word)
            x += stringWidth(word, self.face, SIZE) + room / (len(words) - 1)
        self.y -= LEADING

    def lines(self, texts: Sequence[str]) -> None:
        for text in texts:
            self.line(text)

    def done(self, *hidden: str) -> Page:
        self.canvas.save()
        return Page(self._out.getvalue(), hidden)


def prose(value: str, face: str) -> Page:
    """In the middle of a ragged line."""
    sheet = _Sheet(face)
    sheet.lines(ABOVE)
    sheet.line(f"told us that he is {value} and works at the bakery.")
    sheet.lines(BELOW)
    return sheet.done(value)


def justified(value: str, face: str) -> Page:
    """In the middle of a justified paragraph."""
    sheet = _Sheet(face)
    for text in (*ABOVE, f"told us he is {value} and works at the bakery.", *BELOW):
        sheet.wide(text)
    return sheet.done(value)


def table(value: str, face: str) -> Page:
    """In a table without rules, with other columns left and right of it."""
    sheet = _Sheet(face)
    rows = (
        ("Name", "Citizenship", "Street", "Visits"),
        ("Ana Quintana", "Honduran", "Silver Avenue", "4"),
        ("Luis Brandt", value, "Bridge Street", "12"),
        ("Marta Okoye", "Cuban", "Coal Avenue", "7"),
        ("Omar Lujan", "Salvadoran", "Arno Street", "120"),
    )
    for name, origin, street, visits in rows:
        end = 540 - stringWidth(visits, face, SIZE)
        sheet.row(((72, name), (190, origin), (365, street), (end, visits)))
    return sheet.done(value, "Honduran", "Cuban", "Salvadoran")


def centred_table(value: str, face: str) -> Page:
    """In a centred column between two others."""
    sheet = _Sheet(face)
    rows = (("Ana", "Honduran", "Silver"), ("Luis", value, "Bridge"), ("Marta", "Cuban", "Coal"))
    for name, origin, street in (*rows, ("Omar", "Salvadoran", "Arno"), ("Ines", "Mexican", "Fourth")):
        middle = 280 - stringWidth(origin, face, SIZE) / 2
        sheet.row(((72, name), (middle, origin), (430, street)))
    return sheet.done(value, "Honduran", "Cuban", "Salvadoran", "Mexican")


def label(value: str, face: str) -> Page:
    """Behind a label, with more text behind it that nothing holds in its place."""
    sheet = _Sheet(face)
    sheet.lines(("Incident report", "Name: Luis Brandt"))
    width = stringWidth(f"Citizenship: {value}", face, SIZE)
    sheet.row(((LEFT, f"Citizenship: {value}"), (LEFT + width + 40, "Phone: 505-555-0101")))
    sheet.line("Address: Silver Avenue")
    return sheet.done(value)


def same_value_in_every_row(value: str, face: str) -> Page:
    """Three rows with the same value push what follows to the same place: that is no column."""
    sheet = _Sheet(face)
    sheet.line("People at the house")
    width = stringWidth(value, face, SIZE)
    for street in ("Silver Avenue", "Coal Avenue", "Arno Street"):
        sheet.row(((LEFT, value), (LEFT + width + 40, street)))
    sheet.lines(BELOW)
    return sheet.done(value)


def centred(value: str, face: str) -> Page:
    """In a centred heading."""
    sheet = _Sheet(face)
    text = f"Statement of a {value} witness"
    sheet.line(text, 306 - stringWidth(text, face, SIZE) / 2)
    sheet.lines((*ABOVE, *BELOW))
    return sheet.done(value)


def right(value: str, face: str) -> Page:
    """In a right-aligned block of an address."""
    sheet = _Sheet(face)
    for text in ("Consular section", f"for {value} citizens abroad", "Silver Avenue 12"):
        sheet.line(text, RIGHT - stringWidth(text, face, SIZE))
    sheet.lines((*ABOVE, *BELOW))
    return sheet.done(value)


def two_on_a_line(value: str, face: str) -> Page:
    """Two hidden values on one line, kept words before, between and behind."""
    sheet = _Sheet(face)
    sheet.lines(ABOVE)
    sheet.line(f"said she is {value} and that her son is Canadian too.")
    sheet.lines(BELOW)
    return sheet.done(value, "Canadian")


def broken(value: str, face: str) -> Page:
    """Begun at the end of one line and ended at the start of the next."""
    sheet = _Sheet(face)
    sheet.line("The caller said without being asked that her brother is a citizen")
    sheet.line(f"of {value} and came to fetch the keys on Tuesday.")
    sheet.lines(BELOW)
    return sheet.done(f"citizen of {value}")


def two_columns(value: str, face: str) -> Page:
    """In the left column of a page of two."""
    sheet = _Sheet(face)
    left = ("The officer parked here", "and a neighbour said he", f"is {value} but", "nobody came down")
    others = ("Photographs were taken of", "the fence and the lamp", "and a receipt was left", "at home")
    for one, other in zip(left, others, strict=True):
        sheet.row(((LEFT, one), (330, other)))
    return sheet.done(value)


def form(value: str, ticked: int | None) -> bytes:
    """A form to fill in: a text field, four check boxes, and the same question in print."""
    sheet = _Sheet("Helvetica")
    fields = sheet.canvas.acroForm
    sheet.line("Incident report")
    sheet.row(((LEFT, "Citizenship:"), (372, "Phone: 505-555-0101")))
    fields.textfield(name="a", value=value, x=150, y=TOP - LEADING - 5, width=200, height=16, fontSize=11)
    sheet.y -= 12
    sheet.row([(LEFT, "Immigration status:"), *((196 + 90 * at, one) for at, one in enumerate(STATUSES))])
    for at in range(len(STATUSES)):
        fields.checkbox(
            name=f"b{at}", checked=at == ticked, x=180 + 90 * at, y=sheet.y + LEADING - 2, size=12
        )
    sheet.y -= 12
    for at, one in enumerate(STATUSES):
        sheet.row(((LEFT, "[X]" if at == ticked else "[ ]"), (LEFT + 24, one)))
    sheet.lines((f"Country of birth: {value}".rstrip(), "Name: Luis Brandt", *ABOVE))
    return sheet.done().pdf


def with_photograph(page: Page) -> Page:
    """The same page with a picture of many colours at its foot, so that it is stored as JPEG."""
    chance = np.random.default_rng(20261)
    dots = Image.fromarray(chance.integers(0, 255, (9, 12, 3), np.uint8)).resize((640, 480))
    sheet = _Sheet("Helvetica")
    sheet.canvas.drawImage(ImageReader(dots), 72, 100, 400, 300)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(page.pdf)) as pdf, pikepdf.open(io.BytesIO(sheet.done().pdf)) as photo:
        pdf.pages[0].add_underlay(photo.pages[0])
        pdf.save(out, static_id=True)
    return Page(out.getvalue(), page.hidden)


STATUSES = ("US citizen", "LPR", "Visa", "Other")
LAYOUTS: dict[str, Layout] = {
    one.__name__: one
    for one in (
        prose,
        justified,
        table,
        centred_table,
        label,
        same_value_in_every_row,
        centred,
        right,
        two_on_a_line,
        broken,
        two_columns,
    )
}
