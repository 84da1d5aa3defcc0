"""Words of OCR with digits taken for letters, mended: "8ELIZE", "MEX1CO", "H0NDURAS".

Offered to detection as one more text. Letters taken for digits inside numbers need no text of
their own: the rules for numbers read look-alikes at every digit (redaction/detect/identifiers).
Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from redaction.types import PageText

_WORD = re.compile(r"[A-Za-z0-9|]{4,}")
_TABLES = (str.maketrans("0158|", "OISBI"), str.maketrans("0158|", "OLSBL"))  # a 1 may be an I or an L
LETTERS = 0.6  # of a word: with fewer it is a number or a code


def mended(read: PageText) -> Iterator[PageText]:
    """The page's text with look-alike digits in its words as letters, one for one, so that places
    hold; two of them where a 1 may be either letter, none where nothing changes."""
    given: set[str] = {read.text}
    for table in _TABLES:
        text = _WORD.sub(partial(_letters, table), read.text)
        if text not in given:
            given.add(text)
            yield replace(read, text=text)


def _letters(table: dict[int, int], found: re.Match[str]) -> str:
    word = found.group()
    letters = sum(character.isalpha() for character in word)
    if letters == len(word) or letters < LETTERS * len(word):
        return word
    changed = word.translate(table)
    if not changed.isalpha():
        return word
    if word.upper() == word:
        return changed
    return changed.capitalize() if word[0].isupper() or not word[0].isalpha() else changed.lower()
