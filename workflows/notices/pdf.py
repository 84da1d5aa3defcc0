"""A letter as a PDF: letter size, fonts embedded, words selectable, and tagged for readers that speak.

Nothing but the letter's own text is drawn, with the city's name on top and the check code below. The
file holds no names or dates in its metadata and is the same each time it is made.
"""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Any

from django.conf import settings

from workflows.notices import layout
from workflows.notices.layout import blocks_of
from workflows.notices.models import Letter

PAGE_OF = {"en": "Page {n} of {total}", "es": "Página {n} de {total}"}
CODE_WORDS = {"en": "Check code", "es": "Código de verificación"}
_FACES = {"Letter": "Vera.ttf", "Letter-Bold": "VeraBd.ttf"}
_LEFT = _RIGHT = 76.0  # of the text
_PADDING = 6.0  # of reportlab's frame around it
_TOP, _BOTTOM = 96.0, 78.0
_INK, _PALE = "#1b1b1b", "#565c65"


def file_name(letter: Letter) -> str:
    """The name under which the letter is kept outside: its check code, and nothing of the matter."""
    return f"letter-{letter.check_code}.pdf"


def letter_pdf(letter: Letter) -> bytes:
    """The letter, drawn. Deterministic; needs neither network nor fonts of the machine."""
    from reportlab.lib.pagesizes import letter as letter_size
    from reportlab.platypus import SimpleDocTemplate

    register_fonts()
    out = io.BytesIO()
    marks: list[tuple[int, str]] = []
    SimpleDocTemplate(
        out, pagesize=letter_size, leftMargin=_LEFT - _PADDING, rightMargin=_RIGHT - _PADDING,
        topMargin=_TOP, bottomMargin=_BOTTOM, invariant=1, title=_title(letter), author="",
        initialFontName="Letter",
    ).build(_story(letter), canvasmaker=_canvas(letter, marks))  # fmt: skip
    return _tagged(out.getvalue(), marks, letter.language)


def _title(letter: Letter) -> str:
    """The heading of the letter: of its kind, never of its matter."""
    return next((one.text for one in blocks_of(letter.body) if one.kind == layout.HEADING), "Letter")


def register_fonts() -> None:
    """The faces `Letter` and `Letter-Bold` can be used from now on."""
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in _FACES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, Path(reportlab.__file__).parent / "fonts" / file))


def known(text: str) -> str:
    """The text in signs that the fonts have: a letter without a glyph loses its marks, or is a question
    mark."""
    from reportlab.pdfbase import pdfmetrics

    glyphs = pdfmetrics.getFont("Letter").face.charToGlyph
    found = []
    for sign in text:
        plain = sign if ord(sign) in glyphs else unicodedata.normalize("NFKD", sign)[:1]
        found.append(plain if ord(plain) in glyphs else "?")
    return "".join(found)


def _words(text: str) -> str:
    return known(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _style(name: str, **changes: Any) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    values: dict[str, Any] = {
        "fontName": "Letter", "fontSize": 9.5, "leading": 14.5, "textColor": HexColor(_INK), "spaceAfter": 9,
        "splitLongWords": 1, "allowWidows": 0, "allowOrphans": 0, "bulletFontName": "Letter",
        "bulletFontSize": 9.5,
    }  # fmt: skip
    return ParagraphStyle(name, **{**values, **changes})


def _story(letter: Letter) -> list[Any]:
    """The flowables of the letter; the name of a style is the tag of its paragraphs."""
    from reportlab.platypus import KeepTogether

    plain = _style("P")
    heading = _style(
        "H1", fontName="Letter-Bold", fontSize=13, leading=18, spaceBefore=8, spaceAfter=10, keepWithNext=1
    )
    item = _style("LI", leftIndent=16, bulletIndent=3, spaceAfter=4)
    last_item = _style("LI", leftIndent=16, bulletIndent=3, spaceAfter=10)
    close = _style("P", spaceBefore=2, spaceAfter=0)
    row = _style("P", leftIndent=92, bulletIndent=0, spaceAfter=1)
    flow: list[Any] = []
    closing = 0
    for block in blocks_of(letter.body):
        if block.kind == layout.TABLE:
            for label, value in block.pairs:
                flow.append(_paragraph(_words(value), row, bullet=known(label)))
            flow.append(_gap(10))
        elif block.kind == layout.LIST:
            for n, line in enumerate(block.lines, 1):
                style = last_item if n == len(block.lines) else item
                flow.append(_paragraph(_words(line), style, bullet="•"))
        elif block.kind == layout.LINES:
            closing = max(0, len(flow) - 1)
            flow += [_gap(8), *(_paragraph(_words(line), close) for line in block.lines), _gap(14)]
        else:
            flow.append(_paragraph(_words(block.text), heading if block.kind == layout.HEADING else plain))
    # The signature never stands on a page without a word of the letter.
    return [*flow[:closing], KeepTogether(flow[closing:])]


def _gap(height: float) -> Any:
    from reportlab.platypus import Spacer

    return Spacer(1, height)


def _paragraph(words: str, style: Any, bullet: str | None = None) -> Any:
    from reportlab.platypus import Paragraph

    class Marked(Paragraph):
        """A paragraph whose drawing stands in the page as one piece of marked content."""

        def draw(self) -> None:
            canvas: Any = self.canv
            number = canvas.begin_mark(self.style.name)
            tag = "LBody" if self.style.name == "LI" else self.style.name
            canvas._code.append(f"/{tag} <</MCID {number}>> BDC")
            super().draw()
            canvas._code.append("EMC")

    return Marked(words, style, bulletText=bullet)


def _canvas(letter: Letter, marks: list[tuple[int, str]]) -> Any:
    """A canvas class that draws head and foot once the number of pages is known."""
    from reportlab.lib.colors import HexColor
    from reportlab.pdfgen.canvas import Canvas

    class Sheet(Canvas):
        """Pages wait until the last one is there."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.waiting: list[dict[str, Any]] = []
            self.marked = 0

        def begin_mark(self, tag: str) -> int:
            """The number of the next piece of marked content on this page."""
            number, self.marked = self.marked, self.marked + 1
            marks.append((len(self.waiting), tag))
            return number

        def showPage(self) -> None:
            self.waiting.append(dict(self.__dict__))
            self._startPage()
            self.marked = 0

        def save(self) -> None:
            waiting = self.waiting
            for n, page in enumerate(waiting, 1):
                self.__dict__.update(page)
                self._code.append("/Artifact BMC")
                self._frame(n, len(waiting))
                self._code.append("EMC")
                super().showPage()
            super().save()

        def _frame(self, n: int, total: int) -> None:
            width, height = self._pagesize
            language = letter.language
            self.setFillColor(HexColor(_INK))
            self.setFont("Letter-Bold", 11)
            self.drawString(_LEFT, height - 58, known(settings.CITY_NAME))
            self.setStrokeColor(HexColor("#d6d9dd"))
            self.setLineWidth(0.7)
            self.line(_LEFT, height - 70, width - _RIGHT, height - 70)
            self.line(_LEFT, 56, width - _RIGHT, 56)
            self.setFillColor(HexColor(_PALE))
            self.setFont("Letter", 7.5)
            self.drawString(_LEFT, 42, f"{CODE_WORDS[language]} {letter.check_code}")
            self.drawRightString(width - _RIGHT, 42, PAGE_OF[language].format(n=n, total=total))

    return Sheet


def _tagged(data: bytes, marks: list[tuple[int, str]], language: str) -> bytes:
    """The same pages with a structure tree: headings, paragraphs, lists, in reading order."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name

    with pikepdf.open(io.BytesIO(data)) as pdf:
        document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array()))
        root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=document))
        document.P = root
        pages: list[list[Any]] = [[] for _ in pdf.pages]
        listed: Any = None
        for at, tag in marks:
            parent = document
            if tag == "LI":
                if listed is None:
                    listed = pdf.make_indirect(
                        Dictionary(Type=Name.StructElem, S=Name.L, P=document, K=Array())
                    )
                    document.K.append(listed)
                item = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LI, P=listed, K=Array()))
                listed.K.append(item)
                parent, tag = item, "LBody"
            else:
                listed = None
            element = pdf.make_indirect(
                Dictionary(
                    Type=Name.StructElem, S=Name(f"/{tag}"), P=parent, Pg=pdf.pages[at].obj, K=len(pages[at])
                )
            )
            parent.K.append(element)
            pages[at].append(element)
        numbers = Array()
        for n, (page, elements) in enumerate(zip(pdf.pages, pages, strict=True)):
            page.obj.StructParents, page.obj.Tabs = n, Name.S
            numbers.append(n)
            numbers.append(pdf.make_indirect(Array(elements)))
        root.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
        root.ParentTreeNextKey = len(pages)
        pdf.Root.StructTreeRoot = root
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.Lang = pikepdf.String(language)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
