"""Pixels of a page. Runs inside the cage; what crosses back is width, height and raw pixels."""

from __future__ import annotations

import pypdfium2 as pdfium

from redaction.errors import Quarantined


def render(pdf: bytes, number: int, dpi: int, *, grey: bool, most_px: int) -> tuple[int, int, bytes]:
    """(width, height, rows of grey or RGB bytes) of one page; the dpi drops before it gets too big.

    Raises Quarantined("page_failed").
    """
    document = pdfium.PdfDocument(pdf)
    if not 1 <= number <= len(document):
        raise Quarantined("page_failed", number)
    page = document[number - 1]
    width_pt, height_pt = page.get_size()
    scale = dpi / 72
    while width_pt * height_pt * scale * scale > most_px:
        scale *= 0.9
    bitmap = page.render(scale=scale, grayscale=grey, rev_byteorder=True, bitmap_maker=_plain)
    pixels = bitmap.to_numpy()
    if not grey:
        pixels = pixels.reshape(bitmap.height, bitmap.width, -1)[:, :, :3]
    return bitmap.width, bitmap.height, pixels.tobytes()


def _plain(width: int, height: int, format: int, rev_byteorder: bool = False) -> pdfium.PdfBitmap:
    return pdfium.PdfBitmap.new_native(width, height, format, rev_byteorder=rev_byteorder)
