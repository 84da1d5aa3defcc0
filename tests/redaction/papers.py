"""Documents the tests make themselves, with reportlab and pikepdf. All people are invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

LETTER = (612, 792)
STATUS = "Subject is a Mexican national, A-number A087654321."
PLAIN = "The meeting begins at nine in the small hall."


def page(*lines: str, draw: Callable[[Canvas], None] | None = None, pages: int = 1, size=LETTER) -> bytes:
    """A letter-size file with the lines at the top of every page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    for _ in range(pages):
        canvas.setFont("Helvetica", 12)
        for row, line in enumerate(lines):
            canvas.drawString(72, size[1] - 90 - 24 * row, line)
        if draw is not None:
            draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def edited(data: bytes, edit: Callable[[pikepdf.Pdf], None], **save: object) -> bytes:
    """The file after a change to its objects."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        edit(pdf)
        pdf.save(out, **save)
    return out.getvalue()


def text_field(name: str, value: str, rect: Sequence[int], flags: int = 4) -> Callable[[pikepdf.Pdf], None]:
    """Adds a text field with a value and no appearance, as many writers leave it."""

    def edit(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String(name), V=String(value),
                Rect=Array(list(rect)), F=flags, DA=String("/Helv 11 Tf 0 g"), P=pdf.pages[0].obj,
            )
        )  # fmt: skip
        pdf.pages[0].obj.Annots = pdf.make_indirect(Array([field]))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.Root.AcroForm = pdf.make_indirect(
            Dictionary(
                Fields=Array([field]), DA=String("/Helv 11 Tf 0 g"), DR=Dictionary(Font=Dictionary(Helv=font))
            )
        )

    return edit


def picture(text: str = "", size=(900, 300)) -> ImageReader:
    """A picture of writing: pixels only."""

    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((20, 40), text, fill="black", font=ImageFont.load_default(48))
    return ImageReader(image)


def picture_bytes(kind: str, *texts: str, size=(1700, 2200)) -> bytes:
    """An image file with one frame per text."""

    frames = []
    for text in texts:
        image = Image.new("L", size, 255)
        ImageDraw.Draw(image).text((120, 200), text, fill=0, font=ImageFont.load_default(56))
        frames.append(image)
    out = io.BytesIO()
    more = {"save_all": True, "append_images": frames[1:]} if kind == "TIFF" else {}
    frames[0].save(out, kind, dpi=(200, 200), **more)
    return out.getvalue()


def scanned(image: Image.Image) -> bytes:
    """A page that is nothing but this picture, at 200 dots an inch."""
    out = io.BytesIO()
    image.save(out, "PDF", resolution=200)
    return out.getvalue()
