"""Machine reading of a filed paper: suggestions with their quotes, never a decision.

What cannot be read comes back as flag ILLEGIBLE and kind `unknown`; unknown fields are null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workflows import vault
from workflows.instruments.classify import classify

_TEXT_SOURCES = ("pdfplumber", "ocr", "plain", "form_value")


def read_paper(path: Path, *, record_id: str, as_of: dt.datetime, subjects: Sequence[str]) -> dict[str, Any]:
    """Read the paper at `path` in the cage: `{"reading", "pages", "page_images"}`.

    `page_images` are vault digests of PNGs, in order. `subjects` are the names of the request.
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
        return {"reading": _unreadable(withheld.code), "pages": 0, "page_images": []}
    text = "\n\n".join(
        one.text
        for n in range(1, count + 1)
        for one in scan.document.texts
        if one.page == n and one.source.value in _TEXT_SOURCES
    )
    reading = classify(text, as_of=as_of, request_subjects=subjects)
    return {"reading": reading, "pages": count, "page_images": images}


def _unreadable(code: str) -> dict[str, Any]:
    return {
        "type": "unknown",
        "judicial": None,
        "flags": ["ILLEGIBLE"],
        "gate": "closed",
        "missing": ["unreadable"],
        "unreadable": code,
        "evidence": [],
    }
