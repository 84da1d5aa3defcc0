"""The band under a page, drawn again from the report's stamp and the page's number (section 9).

What stands in a band is known to the last pixel, so nothing else can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from redaction.verify.claims import Claims
from redaction.verify.content import BAND_PT, Content
from redaction.verify.paint import label_cells
from redaction.verify.structure import Unreadable, inflate

CELL_PX = 3
MARGIN_PT = 6
ROUNDING_PT = 0.011


def text_of(claims: Claims, n: int) -> str:
    """What the band of page `n` says."""
    return " ".join(filter(None, (claims.extras.footer, "PAGE", str(n), "OF", str(len(claims.pages)))))


def band_pt(claims: Claims) -> int:
    """By how much every page is higher than the source's."""
    return 0 if claims.extras.footer is None else BAND_PT


def place_faults(claims: Claims, n: int, content: Content) -> list[str]:
    """A band where the report claims none, none where it claims one, or its picture elsewhere."""
    if claims.extras.footer is None or content.footer is None:
        there, claimed = content.footer is not None, claims.extras.footer is not None
        return ["has a footer that is not claimed, or lacks a claimed one"] if there != claimed else []
    wide = content.width_pt
    left = MARGIN_PT if wide > 4 * MARGIN_PT else 0
    width = min(6 * len(text_of(claims, n)) - 1, wide - 2 * left)
    if content.footer.x != left or abs(content.footer.width_pt - width) > ROUNDING_PT:
        return ["the picture of its footer stands elsewhere"]
    return []


def word_faults(claims: Claims, n: int, content: Content) -> list[str]:
    """Another word in the band than its text written in one piece."""
    if content.footer is None:
        return []
    wanted = "".join(sign for sign in text_of(claims, n) if sign.isalnum())
    place = (MARGIN_PT if content.width_pt > 4 * MARGIN_PT else 0, MARGIN_PT)
    if (content.footer.word, content.footer.at) != (wanted, place):
        return ["another word in the footer than its number"]
    return []


def picture_faults(claims: Claims, pictures: Sequence[tuple[Mapping[str, Any], bytes]]) -> list[str]:
    """Bands whose pixels are not their text. Raises Unreadable."""
    if len(pictures) != (0 if claims.extras.footer is None else len(claims.pages)):
        raise Unreadable("the pages have another number of footers than claimed")
    found = []
    for n, (image, data) in enumerate(pictures, 1):
        signs = text_of(claims, n)
        cells = np.kron(label_cells(signs), np.ones((CELL_PX, CELL_PX), bool))
        rows = np.packbits(~cells, axis=1).tobytes()
        size = (image.get("Height"), image.get("Width"))
        if size != cells.shape or inflate(data, len(rows) + 1) != rows:
            found.append(f"page {n}: the footer shows something else than its number")
    return found
