"""Papers for these tests, and a small reader: PDFium's words as one text per page."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2 as pdfium
from reportlab.pdfgen.canvas import Canvas

from redaction.burn.words import read_words
from redaction.types import Action, Document, Finding, PageFacts, PageText, TextSource

LETTER = (612.0, 792.0)
PROSE = (
    "The officer spoke with Ana Lopez, whose number is A087-654-321, in front of the",
    "market on Tuesday morning. She was born in Honduras as her brother told us and",
    "works at the bakery on Fourth Street. Nothing else was said about it that day.",
)


def paper(draw: Callable[[Canvas], None], size: tuple[float, float] = LETTER) -> bytes:
    """A PDF drawn by `draw`, the same bytes each time."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def lines(
    rows: Sequence[str], font: str = "Times-Roman", size: float = 12, x: float = 72, top: float = 720
) -> bytes:
    """One page of left-aligned lines."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        for at, row in enumerate(rows):
            canvas.drawString(x, top - at * size * 1.2, row)

    return paper(draw)


def read(pdf: bytes) -> Document:
    """The document as PDFium reads it; cells are PDFium's loose boxes."""
    pages, texts = [], []
    with pdfium.PdfDocument(pdf) as opened:
        for at, page in enumerate(opened):
            width, height = page.get_size()
            pages.append(PageFacts(at + 1, width, height, page.get_rotation(), False, True))
            texts.append(_text(at + 1, page))
            page.close()
    return Document("0" * 64, "application/pdf", tuple(pages), tuple(texts))


def _text(n: int, page: pdfium.PdfPage) -> PageText:
    text: list[str] = []
    cells, sizes = [], []
    before = None
    for word in read_words(page):
        base = word.chars[0].origin[1]
        if before is not None:
            text.append(" " if abs(base - before) < 3 else "\n")
            cells.append(None)
            sizes.append(None)
        before = base
        for char in word.chars:
            text.append(char.text)
            cells.append(char.cell)
            sizes.append(char.size_pt)
    return PageText(TextSource.PDFIUM, n, "".join(text), tuple(cells), tuple(sizes))


def findings(document: Document, value: str, type_: str = "A_NUMBER", **other: object) -> list[Finding]:
    """A finding for every place of `value`."""
    found = []
    for index, text in enumerate(document.texts):
        at = text.text.find(value)
        while at >= 0:
            found.append(finding(document, index, at, at + len(value), type_, **other))
            at = text.text.find(value, at + 1)
    return found


def finding(
    document: Document,
    index: int,
    start: int,
    end: int,
    type_: str = "A_NUMBER",
    *,
    layer: str = "identifier",
    action: Action = Action.REDACT,
    tier: int = 1,
    score: float = 0.9,
) -> Finding:
    """One finding with a key made of its place."""
    text = document.texts[index]
    return Finding(
        key=f"{index}.{start}.{end}.{type_}",
        text_index=index,
        source=text.source,
        page=text.page,
        start=start,
        end=end,
        type=type_,
        tier=tier,
        score=score,
        layer=layer,
        rule="rule",
        rule_version=1,
        ruleset="rules",
        action=action,
        explanation="",
    )


def words_of(path: Path, page: int = 0) -> list[str]:
    """What PDFium reads on a page of an output file."""
    with pdfium.PdfDocument(path) as opened:
        opened_page = opened[page]
        found = [word.text for word in read_words(opened_page)]
        opened_page.close()
    return found
