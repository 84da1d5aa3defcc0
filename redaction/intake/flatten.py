"""Draws form values and annotations into the page, with PDFium, so that they are both seen and
extracted. Everything downstream reads these bytes and no others.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from redaction.errors import Quarantined, Rejected
from redaction.intake.limits import Limits

LEAST_SIDE_PT = 1.0  # a page with a smaller side has no picture: nobody can look at it


@dataclass(frozen=True, slots=True)
class Normalised:
    """The flattened PDF; `pages` is PDFium's count, `rotations` the pages' /Rotate in degrees."""

    data: bytes
    pages: int
    rotations: tuple[int, ...]


class PdfiumRefused(Exception):
    """PDFium does not open the file. `password` True when it asks for one."""

    def __init__(self, password: bool) -> None:
        super().__init__("password" if password else "refused")
        self.password = password


def normalise(data: bytes) -> bytes:
    """The PDF with every page flattened and every page box equal to the visible part.

    Raises PdfiumRefused, Rejected("over_limits"), Quarantined("page_failed").
    """
    return flatten(data, Limits()).data


def flatten(data: bytes, limits: Limits, *, only: int | None = None) -> Normalised:
    """As `normalise`, with the page count and rotations. Page sides are checked here.

    `only` flattens one page (counted from 1) and leaves the others as they are.
    """
    try:
        pdf = pdfium.PdfDocument(data)
        pdf.init_forms()
        count = len(pdf)
    except pdfium.PdfiumError as error:
        raise PdfiumRefused(getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD) from None
    if count > limits.pages:
        raise Rejected("over_limits")
    rotations = []
    for index in range(count) if only is None else [only - 1]:
        rotations.append(_flatten_page(pdf, index, limits))
    out = io.BytesIO()
    pdf.save(out, flags=pdfium_c.FPDF_REMOVE_SECURITY)
    return Normalised(out.getvalue(), count, tuple(rotations))


def _flatten_page(pdf: pdfium.PdfDocument, index: int, limits: Limits) -> int:
    """The page's rotation; it is flattened, and its MediaBox is what a reader sees."""
    try:
        page = pdf[index]
    except pdfium.PdfiumError:
        raise Quarantined("page_failed", index + 1) from None
    box = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDF_GetPageBoundingBox(page, box):
        raise Quarantined("page_failed", index + 1)
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    if not (0 < right - left <= limits.side_pt and 0 < top - bottom <= limits.side_pt):
        raise Rejected("over_limits")
    if min(right - left, top - bottom) < LEAST_SIDE_PT:
        raise Quarantined("page_failed", index + 1)
    rotation = page.get_rotation()
    if pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_FAIL:
        raise Quarantined("page_failed", index + 1)
    page.set_mediabox(left, bottom, right, top)
    page.set_cropbox(left, bottom, right, top)
    page.close()
    return int(rotation)
