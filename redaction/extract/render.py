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
    return _drawn(document[number - 1], dpi, grey=grey, most_px=most_px)


def render_from(
    pdf: bytes, first: int, dpi: int, *, most_px: int, most_pages: int, most_bytes: int
) -> tuple[int, list[tuple[int, int, bytes]]]:
    """(page count, colour pixels of the pages from `first` on): at least one page, at most
    `most_pages`, and none begun once `most_bytes` of pixels are there.

    Raises Quarantined("page_failed").
    """
    document = pdfium.PdfDocument(pdf)
    count = len(document)
    if not 1 <= first <= count:
        raise Quarantined("page_failed", first)
    drawn: list[tuple[int, int, bytes]] = []
    for number in range(first, min(first + most_pages, count + 1)):
        page = document[number - 1]
        drawn.append(_drawn(page, dpi, grey=False, most_px=most_px))
        page.close()
        if sum(len(pixels) for _, _, pixels in drawn) >= most_bytes:
            break
    return count, drawn


def _drawn(page: pdfium.PdfPage, dpi: int, *, grey: bool, most_px: int) -> tuple[int, int, bytes]:
    width_pt, height_pt = page.get_size()
    scale = dpi / 72
    while width_pt * height_pt * scale * scale > most_px:
        scale *= 0.9
    bitmap = page.render(scale=scale, grayscale=grey, rev_byteorder=True, bitmap_maker=_plain)
    pixels = bitmap.to_numpy()
    if not grey:
        pixels = pixels.reshape(bitmap.height, bitmap.width, -1)[:, :, :3]
    drawn = bitmap.width, bitmap.height, pixels.tobytes()
    bitmap.close()
    return drawn


def _plain(width: int, height: int, format: int, rev_byteorder: bool = False) -> pdfium.PdfBitmap:
    return pdfium.PdfBitmap.new_native(width, height, format, rev_byteorder=rev_byteorder)
