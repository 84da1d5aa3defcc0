"""Burn a few pages a second time, alone, so that somebody else can compare them with the output (V13).

Every page of an output depends on its own source page, boxes and texts and on nothing else; so a
copy of the file with the other pages taken out has to give the same bytes for those that are left.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import pikepdf

from redaction.burn.assemble import apply_to
from redaction.types import PLAIN, Document, Extras, Plan


def again(
    normalised: bytes,
    plan: Plan,
    document: Document,
    pages: Sequence[int],
    extras: Extras = PLAIN,
    of: int = 0,
) -> list[dict[str, Any]]:
    """What burning these pages (from 1, ascending) gives: the fields of `BurnedPage` and `boxes`,
    rows of x0, y0, x1, y1, label, under the page's own number. `of` is how many pages the whole file
    has, for their footers.

    `plan` is the plan as it was given for the first burning. Raises what `apply_to` raises.
    """
    places = {n: at for at, n in enumerate(pages, 1)}
    boxes = tuple(replace(box, page=places[box.page]) for box in plan.boxes if box.page in places)
    burned = apply_to(
        only_pages(normalised, pages),
        replace(plan, boxes=boxes),
        only_document(document, places),
        io.BytesIO(),
        extras,
        pages,
        of,
    )
    return [
        asdict(page) | {
            "n": n,
            "boxes": [[*box.box, box.label] for box in burned.plan.boxes if box.page == page.n],
        }
        for n, page in zip(pages, burned.pages, strict=True)
    ]  # fmt: skip


def only_pages(normalised: bytes, pages: Sequence[int]) -> bytes:
    """The file without its other pages; what belongs to the whole file (layers) stays."""
    with pikepdf.open(io.BytesIO(normalised)) as pdf:
        if len(pdf.pages) == len(pages):
            return normalised
        for at in sorted(set(range(len(pdf.pages))) - {n - 1 for n in pages}, reverse=True):
            del pdf.pages[at]
        out = io.BytesIO()
        pdf.save(out, static_id=True)
    return out.getvalue()


def only_document(document: Document, places: dict[int, int]) -> Document:
    """The document as if it had these pages only, numbered anew."""
    return replace(
        document,
        pages=tuple(replace(page, n=places[page.n]) for page in document.pages if page.n in places),
        texts=tuple(replace(text, page=places[text.page]) for text in document.texts if text.page in places),
    )
