"""Small files for uploads: sound ones, and ones that no reader should trust."""

from __future__ import annotations

import io

import pikepdf
from reportlab.pdfgen.canvas import Canvas

NOT_A_PDF = b"This is a letter, but not in a form that anyone here can read.\x00\x01\x02"


def sheet(
    text: str = "The tenant reported a broken window. Citizenship: Guatemala.", pages: int = 1
) -> bytes:
    """A PDF with the sentence on each page."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for number in range(1, pages + 1):
        canvas.drawString(72, 700, text)
        canvas.drawString(72, 680, f"Sheet {number} of {pages}.")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked() -> bytes:
    """A PDF that opens only with a password."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sheet())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return out.getvalue()


def broken() -> bytes:
    """The first third of a PDF."""
    whole = sheet()
    return whole[: len(whole) // 3]
