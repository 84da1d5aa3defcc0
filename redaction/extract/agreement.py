"""Whether a page shows what its text says: OCR against the text layer. Pure functions.

OCR is wrong about single letters all the time, so words are compared loosely, and only those that
it is sure of.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from redaction.extract.ocr import Word
from redaction.types import PageText

LEAST_WORDS = 5  # with fewer there is nothing to compare
ALIKE = 0.5  # of the letters: below it two spellings are two words
LEAST_LETTERS = 4  # shorter words are too easily misread

Corners = NDArray[np.float64]


def unread_share(sure: Sequence[Word], texts: Iterable[PageText]) -> float:
    """Share of the words that none of the texts has, in any case: 0 to 1. 0 with too few words."""
    known = [_squeezed(text.text) for text in texts]
    if len(sure) < LEAST_WORDS:
        return 0.0
    missing = sum(not any(_squeezed(word.text) in text for text in known) for word in sure)
    return missing / len(sure)


def contradicted(sure: Sequence[Word], text: PageText) -> int:
    """How many words stand where the text says quite another one. Words without text are not
    counted: they are pictures or ink."""
    placed = [(at, cell) for at, cell in enumerate(text.cells) if cell is not None]
    if not placed:
        return 0
    offsets = [at for at, _ in placed]
    cells = np.array([cell for _, cell in placed], np.float64)
    middles = (cells[:, :2] + cells[:, 2:]) / 2
    count = 0
    for word in sure:
        shown = _squeezed(word.text)
        if len(shown) < LEAST_LETTERS:
            continue
        under = _under(word, cells, middles)
        said = _squeezed("".join(text.text[offsets[at]] for at in np.flatnonzero(under)))
        if said and difflib.SequenceMatcher(None, shown, said, autojunk=False).ratio() < ALIKE:
            count += 1
    return count


def _under(word: Word, cells: Corners, middles: Corners) -> NDArray[np.bool_]:
    """Which characters lie in the word's box, or hold its middle in their own."""
    x0, y0, x1, y1 = word.box
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    inside = (middles > (x0, y0 - 2)).all(axis=1) & (middles < (x1, y1 + 2)).all(axis=1)
    around = (cells[:, :2] < (x, y)).all(axis=1) & (cells[:, 2:] > (x, y)).all(axis=1)
    return np.logical_or(inside, around)


def _squeezed(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
