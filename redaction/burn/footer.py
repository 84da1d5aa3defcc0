"""The band under a page with its stable number: a picture of its own and one invisible word.

The page itself, its picture, boxes and words stay what they are without a band; they stand higher by
its height (docs/output-profile.md, section 9).
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np

from redaction.burn import labels

BAND_PT = 24
BASE_PT, HEIGHT_PT = 8, 7  # of the glyphs: one point a cell
WORD_BASE_PT = 6
MARGIN_PT = 6
CELL_PX = 3


class Footer(NamedTuple):
    """What one band shows: the text, the word of the layer, left edge and width in points."""

    text: str
    word: str
    x: int
    width_pt: float


def footer(stamp: str, n: int, of: int, page_width_pt: float) -> Footer:
    """The band of page `n` of `of`. The word holds letters and digits only, in one piece, so that a
    page's number is never taken for a short value that was removed. On a narrow page the picture is
    squeezed, never cut."""
    text = f"{stamp} PAGE {n} OF {of}".strip()
    x = MARGIN_PT if page_width_pt > 4 * MARGIN_PT else 0
    width = round(min(6 * len(text) - 1, page_width_pt - 2 * x), 2)
    return Footer(text, "".join(char for char in text if char.isalnum()), x, width)


def picture(text: str) -> tuple[str, bytes]:
    """Dictionary entries and deflated rows of the text as a 1-bit image, 0 is black."""
    ink = labels.drawn(text, CELL_PX)
    rows = np.packbits(~ink, axis=1)
    height, width = ink.shape
    keys = (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray "
        "/BitsPerComponent 1 "
    )
    return keys, zlib.compress(rows.tobytes(), 9)
