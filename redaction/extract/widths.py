"""Whether a font's letters are as wide as letters of their names are. Pure functions.

A table of meanings may say any letter for any shape, in every kind of font, and no parser can see
it. But the widths have to fit the shapes, or the page looks torn. So a font in which one letter has
many widths, or in which the wide letters are narrow, says other letters than it shows: the page is
read by OCR as well and compared. Digits are all of one width, so numbers alone give nothing away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from pdfminer.fontmetrics import FONT_METRICS

STEP = 0.04  # of the font size: widths nearer than that are one
MANY = 4  # widths of one letter; a few come from stretched lines
LEAST_LETTERS = 12
FITS = 0.3  # correlation with the widths of a plain face; honest fonts have 0.7 and more
EVEN = 0.02  # of the font size: less spread, and all letters are as wide as each other
_PLAIN = tuple(
    {letter: width / 1000 for letter, width in FONT_METRICS[face][1].items()}
    for face in ("Helvetica", "Times-Roman")
)

Widths = Mapping[str, set[int]]  # by letter, in steps


def any_odd(seen: Iterable[tuple[str, str, float]]) -> bool:
    """True when a font's widths do not fit its letters. `seen` is (font, letter, width in font sizes)
    of each character drawn."""
    fonts: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for font, letter, width in seen:
        fonts[font][letter].add(round(width / STEP))
    return any(is_odd(widths) for widths in fonts.values())


def is_odd(widths: Widths) -> bool:
    """True when one letter has many widths, or the widths of the letters follow no plain face."""
    if any(len(steps) >= MANY for steps in widths.values()):
        return True
    letters = [letter for letter in widths if all(letter in face for face in _PLAIN)]
    if len(letters) < LEAST_LETTERS:
        return False
    own = np.array([np.mean(list(widths[letter])) * STEP for letter in letters])
    if own.std() < EVEN:
        return False
    return all(np.corrcoef(own, [face[letter] for letter in letters])[0, 1] < FITS for face in _PLAIN)
