"""The words of a paper's pages with their places, so that a person can take a clause's words off the image.

One encrypted file for each paper, kept, held and destroyed like its page images: a list of pages in order,

    {"width": 612.0, "height": 792.0,           points, as the page is drawn
     "text": "UNITED STATES ...",               in reading order
     "words": [[start, end, x0, y0, x1, y1]]}   code points of the text, end exclusive; the word's box

A word without a place is in the text alone. The words are a help for typing: what a clause says is what
counsel sends, and the image stands beside it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from workflows import vault

KIND = "application/x-paper-words"
SOURCES = ("pdfplumber", "ocr")  # texts that have places
_WORD = re.compile(r"\S+")


def keep_words(document: Any, *, record_id: str) -> str:
    """Store the words of a `redaction.types.Document`; the digest of the file."""
    data = json.dumps([_page(document, page) for page in document.pages], separators=(",", ":"))
    return vault.put(data.encode(), kind=KIND, record_id=record_id, ring=vault.Ring.RECEIVED).sha256


def _page(document: Any, page: Any) -> dict[str, Any]:
    text, words = "", []
    for one in document.texts:
        if one.page != page.n or one.source.value not in SOURCES or not any(one.cells):
            continue
        text += "\n" if text else ""
        for match in _WORD.finditer(one.text):
            cells = [cell for cell in one.cells[match.start() : match.end()] if cell is not None]
            if cells:
                corners = (
                    min(cell[0] for cell in cells), min(cell[1] for cell in cells),
                    max(cell[2] for cell in cells), max(cell[3] for cell in cells),
                )  # fmt: skip
                span = (len(text) + match.start(), len(text) + match.end())
                words.append([*span, *(round(float(side), 1) for side in corners)])
        text += "".join(" " if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in one.text)
    return {"width": page.width_pt, "height": page.height_pt, "text": text, "words": words}


def words_of_page(digest: str, n: int) -> dict[str, Any] | None:
    """The words of page `n` (from 1); None where there is no such page. Raises VaultError."""
    pages = json.loads(vault.open(digest))
    return pages[n - 1] if 1 <= n <= len(pages) else None
