"""V13: pages burned a second time, by the pipeline in a child of its own, against the output.

This module compares; it burns nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from redaction.types import Box
from redaction.verify import objects
from redaction.verify.claims import ClaimedPage, digest
from redaction.verify.draws import pages_to_burn
from redaction.verify.examined import Examined

ROUNDING_PT = 0.011  # the report rounds box edges
FIELDS = ("width_pt", "height_pt", "dpi", "codec", "words")


def faults(examined: Examined, again: Sequence[Mapping[str, Any]]) -> list[str]:
    """Drawn pages that were not burned again, or differently. Raises Unreadable, BadReport."""
    said = examined.claims
    burned = {row["n"]: row for row in again}
    images, contents = objects.page_images(examined.structure), examined.contents
    found = []
    for n in pages_to_burn(examined.sha256, len(said.pages)):
        if n not in burned:
            found.append(f"page {n}: not burned again")
            continue
        row, page = burned[n], said.pages[n - 1]
        if digest(row["raster_sha256"], "raster burned again") != sha256(images[n - 1][1]):
            found.append(f"page {n}: another image when burned again")
        if digest(row["text_sha256"], "text burned again") != sha256(contents[n - 1]):
            found.append(f"page {n}: another text layer when burned again")
        if any(row[name] != getattr(page, name) for name in FIELDS) or not same_boxes(row["boxes"], page):
            found.append(f"page {n}: another size, style or box when burned again")
    return found


def sha256(data: bytes) -> str:
    """In hex."""
    return hashlib.sha256(data).hexdigest()


def same_boxes(given: Sequence[Sequence[Any]], page: ClaimedPage) -> bool:
    """True when the boxes of the second burning are those of the report, in order."""
    return len(given) == len(page.boxes) and all(
        label == box.label and same_place(Box(*sides), box.box)
        for (*sides, label), box in zip(given, page.boxes, strict=True)
    )


def same_place(one: Box, other: Box) -> bool:
    """True when two boxes differ by rounding only."""
    return all(abs(a - b) <= ROUNDING_PT for a, b in zip(one, other, strict=True))
