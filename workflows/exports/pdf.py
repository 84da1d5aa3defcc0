"""Papers to read and print: headings, sentences, tables, charts, a square to scan. Letter size, fonts
embedded, no metadata of anybody, the same bytes each time they are made.

Written straight onto the page, so that a table of ten thousand rows takes seconds and little memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import qrcode
from django.conf import settings

from workflows.notices.pdf import known, register_fonts
from workflows.transparency.charts import Chart

PLAIN, BOLD = "Letter", "Letter-Bold"
_INK, _PALE, _LINE = "#1b1b1b", "#565c65", "#d6d9dd"
_LEFT, _TOP, _BOTTOM = 54.0, 84.0, 64.0
_BLANK = 30.0  # what one line to write on takes
_SHADES = ("#1b4f72", "#b9770e", "#7b7d7d", "#0e6655")


class Paper:
    """A paper that grows from top to bottom. Lengths are points, from the lower left corner."""

    def __init__(self, title: str, foot: str) -> None:
        from reportlab.lib.pagesizes import letter
        from reportlab.pdfgen.canvas import Canvas

        register_fonts()
        self.out = io.BytesIO()
        self.canvas: Any = Canvas(self.out, pagesize=letter, invariant=1, lang="en", initialFontName=PLAIN)
        self.canvas.setTitle(title)
        self.canvas.setAuthor("")
        self.width, self.height = letter
        self.foot, self.number, self.y = known(foot), 0, 0.0
        self._begin()

    @property
    def room(self) -> float:
        """The width of the text."""
        return float(self.width) - 2 * _LEFT

    def to_sign(self, declaration: str, labels: Sequence[str]) -> None:
        """A declaration and its lines, all on one page: nobody signs a page without what they declare."""
        self._need(40 + _BLANK * len(labels))
        self.text(declaration)
        for label in labels:
            self.blank(label)

    def heading(self, text: str, beneath: float = 28) -> None:
        """A heading with at least so much of what follows beneath it on the page."""
        self._need(30 + beneath)
        self.y -= 12
        self._write(text, BOLD, 12.5, 17)
        self.y -= 3

    def text(self, text: str, *, pale: bool = False) -> None:
        """A paragraph."""
        self._write(text, PLAIN, 9.5, 14, _PALE if pale else _INK)
        self.y -= 5

    def exact(self, text: str) -> None:
        """Lines whose signs matter one by one: roots, digests, checkpoints."""
        for line in text.splitlines():
            self._write(line, PLAIN, 8, 12, _INK)
        self.y -= 6

    def blank(self, label: str) -> None:
        """A line to write on by hand."""
        self._need(_BLANK)
        self.y -= 22
        self._font(PLAIN, 9.5, _INK)
        self.canvas.drawString(_LEFT, self.y, known(label))
        start = _LEFT + self.canvas.stringWidth(known(label), PLAIN, 9.5) + 8
        self.canvas.line(start, self.y - 2, self.width - _LEFT, self.y - 2)
        self.y -= 6

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], shares: Sequence[float], size: float = 7.5
    ) -> None:
        """A table; its heads stand again on each page. `shares` are parts of the width, one in sum."""
        widths = [share * self.room for share in shares]
        self._need(60)
        self._row(heads, widths, size, BOLD)
        for row in rows:
            lines = [
                self._broken(cell, PLAIN, size, width - 6) for cell, width in zip(row, widths, strict=True)
            ]
            if self.y - self._tall(lines, size) < _BOTTOM:
                self._next()
                self._row(heads, widths, size, BOLD)
            self._lines(lines, widths, size, PLAIN)
        self.y -= 10

    def chart(self, chart: Chart, parts: Sequence[tuple[str, str]]) -> None:
        """Bars with their labels, and beneath them which shade is what. `parts`: names and words in order."""
        names = [name for name, _ in parts]
        scale = min(1.0, self.room / chart.width)
        self._need(chart.height * scale + 30)
        top = self.y
        for bar in chart.bars:
            for block in bar.blocks:
                shade = _SHADES[names.index(block.name) % len(_SHADES)]
                self._fill(shade)
                x, y = _LEFT + block.x * scale, top - (block.y + block.height) * scale
                self.canvas.rect(x, y, block.width * scale, block.height * scale, stroke=0, fill=1)
                if block.has_room and len(bar.blocks) > 1:
                    self._font(BOLD, 7.5, "#ffffff")
                    middle = _LEFT + block.number_x * scale
                    self.canvas.drawCentredString(middle, top - block.number_y * scale, str(block.value))
            if bar.total is not None:
                self._font(BOLD, 7.5, _INK)
                self.canvas.drawCentredString(
                    _LEFT + bar.x * scale, top - bar.total_y * scale, str(bar.total)
                )
            self._font(PLAIN, 7.5, _INK)
            self.canvas.drawCentredString(
                _LEFT + bar.x * scale, top - chart.label_y * scale, known(bar.label)
            )
        self.canvas.line(
            _LEFT, top - chart.base * scale, _LEFT + chart.width * scale, top - chart.base * scale
        )
        self.y = top - chart.height * scale - 6
        x = _LEFT
        for number, (_, words) in enumerate(parts):
            self._fill(_SHADES[number % len(_SHADES)])
            self.canvas.rect(x, self.y - 1, 8, 8, stroke=0, fill=1)
            self._font(PLAIN, 8, _INK)
            self.canvas.drawString(x + 12, self.y, known(words))
            x += 26 + self.canvas.stringWidth(known(words), PLAIN, 8)
        self.y -= 16

    def square(self, text: str, size: float = 130) -> None:
        """The text as a square to scan."""
        code = qrcode.QRCode(border=2)
        code.add_data(text)
        matrix = code.get_matrix()
        cell = size / len(matrix)
        self._need(size + 10)
        self._fill(_INK)
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    x, y = _LEFT + column * cell, self.y - (row + 1) * cell
                    self.canvas.rect(x, y, cell, cell, stroke=0, fill=1)
        self.y -= size + 10

    def done(self) -> bytes:
        """The paper as bytes; nothing can be added after it."""
        self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue()

    def _begin(self) -> None:
        self.number += 1
        self.canvas.setStrokeColor(_color(_LINE))
        self.canvas.setLineWidth(0.7)
        self._font(BOLD, 10, _INK)
        self.canvas.drawString(_LEFT, self.height - 48, known(settings.CITY_NAME))
        self.canvas.line(_LEFT, self.height - 58, self.width - _LEFT, self.height - 58)
        self.canvas.line(_LEFT, 48, self.width - _LEFT, 48)
        self._font(PLAIN, 7, _PALE)
        self.canvas.drawString(_LEFT, 36, self.foot)
        self.canvas.drawRightString(self.width - _LEFT, 36, f"Page {self.number}")
        self.y = self.height - _TOP

    def _next(self) -> None:
        self.canvas.showPage()
        self._begin()

    def _need(self, height: float) -> None:
        if self.y - height < _BOTTOM:
            self._next()

    def _write(self, text: str, font: str, size: float, leading: float, shade: str = _INK) -> None:
        for line in self._broken(text, font, size, self.room):
            self._need(leading)
            self.y -= leading
            self._font(font, size, shade)
            self.canvas.drawString(_LEFT, self.y, line)

    def _row(self, cells: Sequence[str], widths: Sequence[float], size: float, font: str) -> None:
        self._lines(
            [self._broken(cell, font, size, width - 6) for cell, width in zip(cells, widths, strict=True)],
            widths, size, font,
        )  # fmt: skip

    def _lines(self, cells: list[list[str]], widths: Sequence[float], size: float, font: str) -> None:
        x, tall = _LEFT, self._tall(cells, size)
        self._font(font, size, _INK)
        for lines, width in zip(cells, widths, strict=True):
            for number, line in enumerate(lines, 1):
                self.canvas.drawString(x, self.y - number * (size + 2.5), line)
            x += width
        self.y -= tall
        self.canvas.line(_LEFT, self.y, self.width - _LEFT, self.y)

    def _tall(self, cells: list[list[str]], size: float) -> float:
        return max((len(lines) for lines in cells), default=1) * (size + 2.5) + 5

    def _broken(self, text: str, font: str, size: float, width: float) -> list[str]:
        """The text in lines that fit; what has no blank to break at is cut where it must be."""
        lines, line = [], ""
        for word in known(text).split():
            while self.canvas.stringWidth(word, font, size) > width:
                fits = next(
                    n for n in range(len(word), 0, -1)
                    if n == 1 or self.canvas.stringWidth(word[:n], font, size) <= width
                )  # fmt: skip
                lines += [*([line] if line else []), word[:fits]]
                word, line = word[fits:], ""
            longer = f"{line} {word}".strip()
            if line and self.canvas.stringWidth(longer, font, size) > width:
                lines.append(line)
                longer = word
            line = longer
        return [*lines, line] if line or not lines else lines

    def _font(self, name: str, size: float, shade: str) -> None:
        self._fill(shade)
        self.canvas.setFont(name, size)

    def _fill(self, shade: str) -> None:
        self.canvas.setFillColor(_color(shade))


def _color(shade: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(shade)
