"""When two files say the same: a digest of their words, whatever their format, layout and size."""

from __future__ import annotations

import hashlib
import unicodedata

from redaction.types import Document, TextSource

_PREFERRED = (TextSource.PDFPLUMBER, TextSource.PDFIUM, TextSource.OCR)
FEWEST = 20  # letters and digits; shorter texts (a blank form, a stamp) say nothing about sameness


def text_digest(document: Document) -> str:
    """SHA-256 of the letters and digits of the pages in order, without case, accents' forms, spaces,
    line ends and page ends. Empty for a document that says too little to be compared.

    Of each page the first reading that says something counts. Bound to the file's content like a
    digest of the file: whoever can guess a text whole can confirm it.
    """
    said: dict[int, dict[TextSource, str]] = {}
    for text in document.texts:
        if text.page is not None and text.source in _PREFERRED:
            said.setdefault(text.page, {}).setdefault(text.source, text.text)
    letters = "".join(
        _letters(next((one[source] for source in _PREFERRED if one.get(source, "").strip()), ""))
        for _, one in sorted(said.items())
    )
    if len(letters) < FEWEST:
        return ""
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
