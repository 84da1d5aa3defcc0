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


def two_or_none() -> bytes:
    """A PDF whose two pages do not say that they are pages: one reader counts two of them, another none."""
    return (
        sheet(pages=2)
        .replace(b"/Type /Page\n", b"")
        .replace(b"/Type /Page ", b"")
        .replace(b"/Type /Page/", b"/")
    )


def endless(pages: int) -> bytes:
    """A PDF of so many empty pages, in few bytes."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=[0, 0, 612, 792])
        for _ in range(pages):
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
