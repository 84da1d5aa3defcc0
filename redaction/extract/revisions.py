"""Earlier states of a file that was saved by appending: a viewer may show them, and tools can take
them back out. Runs inside the cage.
"""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2 as pdfium

from redaction.extract import sweep
from redaction.extract.gathered import Places
from redaction.types import TextSource

MOST_REVISIONS = 5  # the newest of them; older ones are counted as dropped all the same
MOST_PAGES = 50
_END = re.compile(rb"%%EOF[\r\n]{0,2}")


def read(source_pdf: bytes, found: Places) -> None:
    """What earlier states say on their pages and in their strings, and the present one does not, is
    in the places as leftovers."""
    ends = [match.end() for match in _END.finditer(source_pdf)][:-1]
    if ends and b"/Linearized" in source_pdf[:1024]:
        ends = ends[1:]  # the first end of such a file only closes its first page
    now: set[str] | None = None
    for end in ends[-MOST_REVISIONS:]:
        if now is None:
            now = set(_lines(source_pdf))
        before = source_pdf[:end]
        gone = [line for line in dict.fromkeys(_lines(before)) if line not in now]
        if gone:
            found.add(TextSource.LEFTOVER, None, "\n".join(gone))
        try:
            with pikepdf.open(io.BytesIO(before)) as pdf:
                sweep.strings(pdf, found)
        except pikepdf.PdfError:
            continue  # no reader opens that state; its bytes are not carried over


def _lines(data: bytes) -> list[str]:
    """Lines of the first pages' text by PDFium; none where it does not open the bytes."""
    lines: list[str] = []
    try:
        with pdfium.PdfDocument(data) as pdf:
            for number in range(min(len(pdf), MOST_PAGES)):
                page = pdf[number]
                textpage = page.get_textpage()
                lines += [line.strip() for line in textpage.get_text_bounded().splitlines()]
                textpage.close()
                page.close()
    except pdfium.PdfiumError:
        return lines
    return [line for line in lines if line]
