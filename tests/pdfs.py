"""Small PDFs that tests make."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas


def pdf_of(*lines: str) -> bytes:
    """One page with these lines; the same lines give the same bytes."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for at, line in enumerate(lines):
        canvas.drawString(72, 700 - 30 * at, line)
    canvas.save()
    return out.getvalue()
