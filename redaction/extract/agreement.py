"""Whether a page shows what its text says: OCR against the text layer. Pure functions.

OCR is wrong about single letters all the time, so words are compared loosely, and only those that
it is sure of.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

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
    layer = _Layer(text)
    count = 0
    for word in sure:
        said = layer.under(word)
        shown = _squeezed(word.text)
        if len(shown) >= LEAST_LETTERS and _squeezed(said) and not _alike(shown, _squeezed(said)):
            count += 1
    return count


def corrected(words: Sequence[Word], text: PageText) -> list[Word]:
    """The words, those that are a misreading of a text that stands there as that text has it: what
    the page says by itself needs no guessing, and words beside it keep their context."""
    layer = _Layer(text)
    settled = []
    for word in words:
        said = layer.under(word).strip()
        alike = bool(said) and _alike(_squeezed(word.text), _squeezed(said))
        settled.append(replace(word, text=said) if alike else word)
    return settled


class _Layer:
    """A text by the places of its characters."""

    def __init__(self, text: PageText) -> None:
        self._text = text.text
        self._offsets = [at for at, cell in enumerate(text.cells) if cell is not None]
        cells = [cell for cell in text.cells if cell is not None]
        self._cells: Corners = np.array(cells, np.float64).reshape(-1, 4)
        self._middles: Corners = (self._cells[:, :2] + self._cells[:, 2:]) / 2

    def under(self, word: Word) -> str:
        """The text of the characters in the word's box, or around its middle."""
        x0, y0, x1, y1 = word.box
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        inside = (self._middles > (x0, y0 - 2)).all(axis=1) & (self._middles < (x1, y1 + 2)).all(axis=1)
        around = (self._cells[:, :2] < (x, y)).all(axis=1) & (self._cells[:, 2:] > (x, y)).all(axis=1)
        places = [self._offsets[at] for at in np.flatnonzero(inside | around)]
        pieces = [self._text[at] if at == before + 1 else " " + self._text[at] for before, at in
                  zip([-1, *places], places, strict=False)]  # fmt: skip
        return "".join(pieces)


def _alike(one: str, other: str) -> bool:
    if 2 * min(len(one), len(other)) < ALIKE * (len(one) + len(other)):
        return False  # too far apart in length to be alike, however long the other is
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _squeezed(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
