"""Draws neat Letter pages: the drawing room of the demo's papers and records.

Equal input gives equal bytes: no clock, no random document id. Points, origin at the bottom
left as in PDF; `y` is a cursor that moves down.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import reportlab
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

WIDTH, HEIGHT = letter
FONT_DIR = Path(reportlab.__file__).parent / "fonts"
INK = colors.HexColor("#1b2a6b")
GREY = colors.HexColor("#5a5f66")
PALE = colors.HexColor("#eceff3")
RULE = colors.HexColor("#8a9099")

for _name, _file in (
    ("Vera", "Vera"),
    ("Vera-Bold", "VeraBd"),
    ("Vera-Italic", "VeraIt"),
    ("Vera-BoldItalic", "VeraBI"),
):
    pdfmetrics.registerFont(TTFont(_name, str(FONT_DIR / f"{_file}.ttf")))
pdfmetrics.registerFontFamily("Vera", "Vera", "Vera-Bold", "Vera-Italic", "Vera-BoldItalic")

_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_JUSTIFY}


class Sheet:
    """Pages of one PDF while they are drawn. `pages` is the full count, 0 on the counting pass."""

    def __init__(
        self,
        canvas: Canvas,
        *,
        pages: int,
        margin: float = 72,
        every_page: Callable[[Sheet], None] | None = None,
    ) -> None:
        self.canvas, self.pages, self.margin, self.every_page = canvas, pages, margin, every_page
        self.page = 1
        self.y = HEIGHT - margin
        self._open()

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return float(WIDTH - 2 * self.margin)

    def _open(self) -> None:
        self.y = HEIGHT - self.margin
        if self.every_page:
            self.every_page(self)

    def new_page(self) -> None:
        """Close the page and open the next one, with its running head and foot."""
        self.canvas.showPage()
        self.page += 1
        self._open()

    def need(self, height: float) -> None:
        """Turn the page unless `height` points are left above the bottom margin."""
        if self.y - height < self.margin:
            self.new_page()

    def put(
        self,
        x: float,
        y: float,
        words: str,
        font: str = "Helvetica",
        size: float = 9,
        *,
        color: Any = colors.black,
        align: str = "left",
    ) -> None:
        """Write one line with its baseline at `y`; the cursor stays."""
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(color)
        draw = {
            "left": self.canvas.drawString,
            "center": self.canvas.drawCentredString,
            "right": self.canvas.drawRightString,
        }
        draw[align](x, y, words)
        self.canvas.setFillColor(colors.black)

    def line(
        self,
        words: str,
        font: str = "Helvetica",
        size: float = 9,
        *,
        align: str = "left",
        color: Any = colors.black,
        after: float = 4,
        x: float | None = None,
    ) -> None:
        """Write one line under the cursor and move below it."""
        at = {"left": self.margin, "center": WIDTH / 2, "right": WIDTH - self.margin}[align]
        self.y -= size
        self.put(at if x is None else x, self.y, words, font, size, align=align, color=color)
        self.y -= after

    def prose(
        self,
        words: str,
        font: str = "Times-Roman",
        size: float = 11,
        *,
        leading: float | None = None,
        align: str = "left",
        x: float | None = None,
        width: float | None = None,
        first: float = 0,
        after: float = 8,
        color: Any = colors.black,
        keep: bool = False,
    ) -> None:
        """Set a paragraph (`<b>`, `<i>`, `<br/>` allowed) under the cursor, over as many pages as it "
        "needs."""
        style = ParagraphStyle(
            "p",
            fontName=font,
            fontSize=size,
            leading=leading or size * 1.32,
            alignment=_ALIGN[align],
            firstLineIndent=first,
            textColor=color,
            splitLongWords=0,
        )
        x, width = self.margin if x is None else x, width or self.inner
        rest: Sequence[Any] = [Paragraph(words, style)]
        while rest:
            part, height = rest[0], rest[0].wrap(width, HEIGHT)[1]
            room = self.y - self.margin
            if height > room:
                pieces = [] if keep else part.split(width, room)
                if len(pieces) < 2:
                    self.new_page()
                    continue
                part, rest = pieces[0], pieces
                height = part.wrap(width, room)[1]
            part.drawOn(self.canvas, x, self.y - height)
            self.y -= height
            rest = rest[1:]
            if rest:
                self.new_page()
        self.y -= after

    def rule(
        self,
        *,
        x0: float | None = None,
        x1: float | None = None,
        width: float = 0.6,
        color: Any = colors.black,
        after: float = 6,
    ) -> None:
        """Draw a horizontal line at the cursor."""
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(width)
        self.canvas.line(
            self.margin if x0 is None else x0, self.y, WIDTH - self.margin if x1 is None else x1, self.y
        )
        self.y -= after

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: Any = None,
        stroke: Any = colors.black,
        line: float = 0.6,
    ) -> None:
        """Draw a rectangle whose lower left corner is (`x`, `y`)."""
        self.canvas.setLineWidth(line)
        if fill is not None:
            self.canvas.setFillColor(fill)
        if stroke is not None:
            self.canvas.setStrokeColor(stroke)
        self.canvas.rect(x, y, width, height, fill=int(fill is not None), stroke=int(stroke is not None))
        self.canvas.setFillColor(colors.black)

    def cell(
        self,
        x: float,
        top: float,
        width: float,
        height: float,
        label: str,
        value: str,
        *,
        font: str = "Courier-Bold",
        size: float = 9.5,
    ) -> None:
        """Draw one box of a form: a small printed label above its typed value."""
        self.box(x, top - height, width, height, line=0.5)
        self.put(x + 3, top - 7.5, label, "Helvetica", 5.8, color=GREY)
        self.put(x + 4, top - height + 4.5, value, font, size)

    def tick(
        self, x: float, y: float, words: str, *, on: bool, font: str = "Helvetica", size: float = 8.5
    ) -> None:
        """Draw a check box of 8 points with its words to the right."""
        self.box(x, y - 1, 8, 8, line=0.7)
        if on:
            self.canvas.setLineWidth(1.1)
            self.canvas.line(x + 1.5, y + 0.5, x + 6.5, y + 5.5)
            self.canvas.line(x + 1.5, y + 5.5, x + 6.5, y + 0.5)
        self.put(x + 12, y, words, font, size)


def build(
    draw: Callable[[Sheet], None],
    *,
    title: str,
    author: str,
    subject: str = "",
    keywords: str = "",
    margin: float = 72,
    every_page: Callable[[Sheet], None] | None = None,
    password: str | None = None,
) -> bytes:
    """Return the PDF that `draw` makes. It runs twice, so that feet can say "page 1 of 3"."""
    pages = 0
    for _ in range(2):
        out = io.BytesIO()
        lock = StandardEncryption(password, ownerPassword=password, strength=128) if password else None
        canvas = Canvas(out, pagesize=letter, invariant=1, encrypt=lock, initialFontName="Helvetica")
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setSubject(subject)
        canvas.setKeywords(keywords)
        canvas.setCreator("Demo city")
        sheet = Sheet(canvas, pages=pages, margin=margin, every_page=every_page)
        draw(sheet)
        canvas.save()
        pages = sheet.page
    return out.getvalue()
