"""Seeded papers of the kinds a city holds, about invented people: letters, forms, tables, printed
mail, pages of two columns. The same seed gives the same bytes."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

FIRST = ("Ana", "Luis", "Marta", "Omar", "Inés", "Paul", "Rosa", "Iván", "Lucía", "Daniel")
LAST = ("Quintana", "Brandt", "Okoye", "Salgado", "Petrov", "Archuleta", "Nguyen", "Moreau", "Núñez", "Lujan")
PLACES = ("Silver Avenue", "Bridge Street", "Arno Street", "Coal Avenue", "Fourth Street", "Río Lane")
TEXT = (
    "the officer parked in front of building and waited for second unit to arrive a neighbour said "
    "that lights had been on all night nobody came door caller was asked stay line while address "
    "checked against map photographs were taken fence broken lamp receipt left mailbox children at "
    "school time told who would pick them up no further action that day report closed by evening "
    "shift permit number inspection kitchen drain water meter reading invoice paid council meeting "
    "agenda item motion carried library card returned late fee waived bus route changed because of "
    "parade señora años también dirección firma "
)
WORDS = TEXT.split()


class Sheet:
    """A canvas with a pen that goes down the page and turns it where it ends."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._out = io.BytesIO()
        self.size = chance.choice((LETTER, LETTER, A4))
        self.canvas = Canvas(self._out, pagesize=self.size, invariant=1, pageCompression=1)
        self.left = chance.choice((54.0, 72.0, 61.5))
        self.right = self.size[0] - self.left
        self.face, self.pt = "Times-Roman", 11.0
        self.turn()

    def turn(self) -> None:
        """The pen stands at the top."""
        self.y = self.size[1] - 60
        self.font(self.face, self.pt)

    def font(self, face: str, pt: float) -> None:
        """Face and size from here on."""
        self.face, self.pt = face, pt
        self.canvas.setFont(face, pt)

    def down(self, lines: float = 1.25) -> None:
        """So many lines further, on a new page where this one is full."""
        self.y -= lines * self.pt
        if self.y < 54:
            self.canvas.showPage()
            self.turn()

    def words(self, least: int, most: int) -> str:
        """A sentence of no meaning."""
        chosen = [self.chance.choice(WORDS) for _ in range(self.chance.randint(least, most))]
        return " ".join(chosen).capitalize() + "."

    def person(self) -> str:
        """An invented name."""
        return f"{self.chance.choice(FIRST)} {self.chance.choice(LAST)}"

    def paragraph(self, x: float, width: float, *, justified: bool, sentences: int) -> None:
        """Running text between two margins."""
        line: list[str] = []
        for word in " ".join(self.words(6, 16) for _ in range(sentences)).split():
            if stringWidth(" ".join([*line, word]), self.face, self.pt) > width:
                self.spread(x, width, line, justified=justified)
                line = []
            line.append(word)
        self.spread(x, width, line, justified=False)

    def spread(self, x: float, width: float, line: list[str], *, justified: bool) -> None:
        """One line, with its words drawn apart to fill the width where it is justified."""
        if justified and len(line) > 1:
            gap = (width - sum(stringWidth(word, self.face, self.pt) for word in line)) / (len(line) - 1)
            for word in line:
                self.canvas.drawString(x, self.y, word)
                x += stringWidth(word, self.face, self.pt) + gap
        else:
            self.canvas.drawString(x, self.y, " ".join(line))
        self.down()

    def done(self) -> bytes:
        """The file."""
        self.canvas.save()
        return self._out.getvalue()


def letter(sheet: Sheet) -> None:
    """Letterhead, address, prose, signature."""
    sheet.font("Helvetica-Bold", 14)
    sheet.canvas.drawCentredString(sheet.size[0] / 2, sheet.y, "Office of the City Clerk")
    sheet.down(2)
    sheet.font(
        sheet.chance.choice(("Times-Roman", "Helvetica", "Courier")), sheet.chance.choice((10.0, 12.0))
    )
    for text in (sheet.person(), f"{sheet.chance.randint(1, 999)} {sheet.chance.choice(PLACES)}"):
        sheet.canvas.drawRightString(sheet.right, sheet.y, text)
        sheet.down()
    justified = sheet.chance.random() < 0.5
    for _ in range(sheet.chance.randint(3, 6)):
        sheet.paragraph(sheet.left, sheet.right - sheet.left, justified=justified, sentences=4)
        sheet.down()
    sheet.canvas.line(sheet.left, sheet.y, sheet.left + 160, sheet.y)
    sheet.down()
    sheet.canvas.drawString(sheet.left, sheet.y, sheet.person())


def form(sheet: Sheet) -> None:
    """Ruled boxes with small labels and typed values, check boxes, remarks."""
    sheet.font("Helvetica-Bold", 13)
    sheet.canvas.drawString(sheet.left, sheet.y, "Incident report")
    sheet.down(2.5)
    labels = ("Name", "Address", "Phone", "Licence", "Date", "Place", "Officer", "Unit")
    middle = (sheet.left + sheet.right) / 2
    for pair in zip(labels[::2], labels[1::2], strict=True):
        for x, label in zip((sheet.left, middle), pair, strict=True):
            sheet.canvas.rect(x, sheet.y - 6, middle - sheet.left, 30)
            sheet.font("Helvetica", 7.5)
            sheet.canvas.drawString(x + 4, sheet.y + 14, label)
            sheet.font("Courier", 11)
            sheet.canvas.drawString(x + 4, sheet.y, sheet.words(1, 3))
        sheet.y -= 30
    sheet.down(1.5)
    sheet.font("Helvetica", 9)
    for text in ("Arrest", "Citation", "Warning"):
        sheet.canvas.rect(sheet.left, sheet.y - 1, 8, 8, fill=int(sheet.chance.random() < 0.4))
        sheet.canvas.drawString(sheet.left + 14, sheet.y, text)
        sheet.down(1.6)
    sheet.font("Times-Roman", 11)
    sheet.paragraph(sheet.left, sheet.right - sheet.left, justified=False, sentences=12)


def table(sheet: Sheet) -> None:
    """Columns with or without rules; the last one flush right."""
    edges = [sheet.left + share * (sheet.right - sheet.left) for share in (0, 0.27, 0.52, 0.8, 1)]
    ruled = sheet.chance.random() < 0.5
    sheet.font("Helvetica-Bold", 9)
    for x, head in zip(edges, ("Name", "Street", "Remark"), strict=False):
        sheet.canvas.drawString(x + 3, sheet.y, head)
    sheet.canvas.drawRightString(edges[-1] - 3, sheet.y, "Amount")
    sheet.down(1.8)
    sheet.font("Helvetica", 9)
    for _ in range(sheet.chance.randint(15, 45)):
        cells = (sheet.person(), sheet.chance.choice(PLACES), sheet.words(1, 3))
        for x, cell in zip(edges, cells, strict=False):
            sheet.canvas.drawString(x + 3, sheet.y, cell)
        sheet.canvas.drawRightString(edges[-1] - 3, sheet.y, f"{sheet.chance.randint(1, 99999) / 100:.2f}")
        if ruled:
            sheet.canvas.line(edges[0], sheet.y - 4, edges[-1], sheet.y - 4)
        sheet.down(1.7)


def mail(sheet: Sheet) -> None:
    """A printed mail with a quoted one under it."""
    for depth in range(sheet.chance.randint(1, 3)):
        x = sheet.left + 12 * depth
        for name in ("From", "To", "Date", "Subject"):
            sheet.font("Helvetica-Bold", 10)
            sheet.canvas.drawString(x, sheet.y, f"{name}:")
            sheet.font("Helvetica", 10)
            local = sheet.chance.choice(LAST).lower().replace("ú", "u").replace("ñ", "n")
            value = sheet.words(3, 8) if name == "Subject" else f"{sheet.person()} <{local}@city.example>"
            sheet.canvas.drawString(x + 52, sheet.y, value)
            sheet.down()
        sheet.down(0.5)
        sheet.font("Courier", 10)
        sheet.paragraph(x, sheet.right - x, justified=False, sentences=sheet.chance.randint(4, 9))
        sheet.down()


def two_columns(sheet: Sheet) -> None:
    """A bulletin: a heading over two columns of justified or ragged text."""
    sheet.font("Times-Bold", 16)
    sheet.canvas.drawCentredString(sheet.size[0] / 2, sheet.y, "Precinct bulletin")
    sheet.down(2)
    sheet.font("Times-Roman", 10)
    width = (sheet.right - sheet.left - 24) / 2
    top, justified = sheet.y, sheet.chance.random() < 0.5
    for x in (sheet.left, sheet.left + width + 24):
        sheet.y = top
        for _ in range(4):
            sheet.paragraph(x, width, justified=justified, sentences=4)
            sheet.down()


KINDS: tuple[Callable[[Sheet], None], ...] = (letter, form, table, mail, two_columns)


def papers(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Kind and bytes of `count` files, every kind in turn, of one or two pages each."""
    for at in range(count):
        chance = random.Random(f"{seed}.{at}")
        sheet, kind = Sheet(chance), KINDS[at % len(KINDS)]
        kind(sheet)
        if chance.random() < 0.3:
            sheet.canvas.showPage()
            sheet.turn()
            chance.choice(KINDS)(sheet)
        yield kind.__name__, sheet.done()
