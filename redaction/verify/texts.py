"""Page texts of an output as other programs read them: PDFium, pdfplumber, pdftotext."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Generator, Iterator, Sequence

import pdfplumber
import pypdfium2
from pdfminer.layout import LTChar
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import stream_value

from redaction.verify.poppler import pdftotext_command

PAGES_BEFORE_RENEWAL = 200  # PDFium keeps something of each page
PDFIUM_CHUNK = 10_000  # PDFium cuts one string at 32,767 characters
PDFTOTEXT_LIMIT_S = 120
TESSERACT_LIMIT_S = 240


class ReaderFailed(Exception):
    """A reader could not read the output; the message names the reader only."""


def pdfium_pages(data: bytes) -> Iterator[str]:
    """Text of each page by PDFium, the file opened anew after so many. Raises ReaderFailed."""
    first, count = 0, 1
    while first < count:
        count = yield from _pdfium_run(data, first, first + PAGES_BEFORE_RENEWAL)
        first += PAGES_BEFORE_RENEWAL


def _pdfium_run(data: bytes, first: int, behind: int) -> Generator[str, None, int]:
    """The texts of some pages (from 0); returns how many the file has. Raises ReaderFailed."""
    try:
        with pypdfium2.PdfDocument(data) as document:
            pages = len(document)
            for number in range(first, min(behind, pages)):
                page = document[number]
                textpage = page.get_textpage()
                count = textpage.count_chars()
                yield "".join(
                    textpage.get_text_range(at, min(PDFIUM_CHUNK, count - at), errors="replace")
                    for at in range(0, count, PDFIUM_CHUNK)
                )
                textpage.close()
                page.close()
            return pages
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise ReaderFailed("PDFium") from error


def pdfminer_contents(data: bytes) -> Iterator[bytes]:
    """The decoded content of each page as pdfminer, the engine of pdfplumber, finds it. Raises
    ReaderFailed for whatever pdfminer raises: its errors have no common base, and a page that it
    cannot read is withheld.
    """
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)), caching=False)  # which would hold every stream
        for page in PDFPage.create_pages(document):
            yield b"".join(stream.get_data() for stream in map(stream_value, page.contents))
    except Exception as error:  # means withheld
        raise ReaderFailed("pdfminer") from error


def pdfplumber_pages(data: bytes, pages: Sequence[int]) -> dict[int, str]:
    """Text of some pages by pdfplumber, line by line from left to right: the letters of its layout, since
    making its own text of them takes as long again. Raises ReaderFailed, as above."""
    if not pages:
        return {}
    try:
        with pdfplumber.open(io.BytesIO(data), pages=list(pages)) as document:
            found = {}
            for page in document.pages:
                signs = [one for one in page.layout if isinstance(one, LTChar)]
                signs.sort(key=lambda sign: (-round(sign.y0), sign.x0))
                found[page.page_number] = "".join(
                    "\n" * (at > 0 and round(sign.y0) != round(signs[at - 1].y0)) + sign.get_text()
                    for at, sign in enumerate(signs)
                )
                page.close()  # it would hold every character
            return found
    except Exception as error:  # means withheld
        raise ReaderFailed("pdfplumber") from error


def pdftotext(data: bytes) -> str | None:
    """The whole text by poppler, pages ended by form feeds; None where it is not installed.

    Raises ReaderFailed.
    """
    command = pdftotext_command()
    if command is None:
        return None
    try:
        ended = subprocess.run(
            command, input=data, capture_output=True, timeout=PDFTOTEXT_LIMIT_S, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise ReaderFailed("pdftotext") from error
    return ended.stdout.decode("utf-8", errors="replace")


def tesseract(graymap: bytes, dpi: int) -> str | None:
    """Tesseract's table of the words on a picture; None where it is not installed or fails."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    command = [program, "stdin", "stdout", "--psm", "3", "--dpi", str(dpi), "tsv"]
    try:
        ended = subprocess.run(
            command, input=graymap, capture_output=True, timeout=TESSERACT_LIMIT_S, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return ended.stdout.decode("utf-8", errors="replace")
