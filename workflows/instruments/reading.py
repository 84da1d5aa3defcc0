"""Machine reading of a filed paper: suggestions with their quotes, never a decision.

What cannot be read comes back as flag ILLEGIBLE and kind `unknown`; unknown fields are null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from workflows import vault
from workflows.instruments.classify import classify, nothing_read
from workflows.instruments.page_words import keep_words
from workflows.instruments.reader.pages import laid_out
from workflows.instruments.signature_ink import read_ink
from workflows.policy.guard_text import mask_numbers

if TYPE_CHECKING:
    from redaction.intake import Limits

_TEXT_SOURCES = ("pdfplumber", "ocr", "plain", "form_value")


class Unreadable(Exception):
    """The file gives no text; `code` says why, as the engine names it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_text(path: Path, limits: Limits | None = None) -> str:
    """The printed text of a file, read in the cage, one form feed between pages. Raises Unreadable."""
    from redaction import pipeline
    from redaction.errors import Withheld

    try:
        return _text(pipeline.scan(path, limits=limits).document)
    except Withheld as withheld:
        raise Unreadable(withheld.code) from None


def _text(document: Any) -> str:
    """Text of the pages in order, columns and empty lines as printed; what no paper prints (NUL, half a
    character) is a blank."""
    pages = (
        "\n\n".join(
            laid_out(one.text, one.cells)
            for one in document.texts
            if one.page == n and one.source.value in _TEXT_SOURCES
        )
        for n in range(1, len(document.pages) + 1)
    )
    return "".join(" " if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in "\n\f\n".join(pages))


def read_paper(path: Path, *, record_id: str, as_of: dt.datetime, subjects: Sequence[str]) -> dict[str, Any]:
    """Read the paper at `path` in the cage: `{"reading", "pages", "page_images"}`.

    `page_images` are vault digests of PNGs, in order. `subjects` are the names of the request. `ink` of the
    reading is the picture of the signature (`signature_ink`), if there is one; `words` the vault digest of
    the words of the pages (`page_words`).
    """
    from redaction import pipeline
    from redaction.errors import Withheld

    try:
        scan = pipeline.scan(path)
        count = len(scan.document.pages)
        images = [
            vault.put(png, kind="image/png", record_id=record_id, ring=vault.Ring.RECEIVED).sha256
            for png in pipeline.page_images(path, pages=count, office_pdf=scan.office_pdf)
        ]
    except Withheld as withheld:
        return {"reading": nothing_read(withheld.code), "pages": 0, "page_images": []}
    text = _text(scan.document)
    reading = classify(text, as_of=as_of, request_subjects=subjects, home_city=settings.CITY_NAME)
    ink = read_ink(scan.document, lambda n: vault.open(images[n - 1]), reading["signer"])
    words = keep_words(scan.document, record_id=record_id)
    return {"reading": {**_kept(reading), "ink": ink, "words": words}, "pages": count, "page_images": images}


def _kept(reading: dict[str, Any]) -> dict[str, Any]:
    """The reading as it is kept: what it quotes from the paper without identifiers of anybody's status. A
    person reads the paper itself."""
    kept = dict(reading)
    for name in ("docket", "court", "signer", "signer_title"):
        kept[name] = mask_numbers(reading[name]) if reading.get(name) else reading.get(name)
    kept["subjects"] = [mask_numbers(name) for name in reading.get("subjects") or ()]
    kept["evidence"] = [{**one, "quote": mask_numbers(one["quote"])} for one in reading.get("evidence") or ()]
    return kept
