"""Words of OCR with digits taken for letters, mended: "8ELIZE", "MEX1CO", "H0NDURAS".

Offered to detection as one more text. Letters taken for digits inside numbers need no text of
their own: the rules for numbers read look-alikes at every digit (redaction/detect/identifiers).
Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from redaction.types import PageText

_WORD = re.compile(r"[A-Za-z0-9]{4,}")
_TABLES = (str.maketrans("0158", "OISB"), str.maketrans("0158", "OLSB"))  # a 1 may be an I or an L
LETTERS = 0.6  # of a word: with fewer it is a number or a code


def mended(read: PageText) -> Iterator[PageText]:
    """The lines of the page that have look-alike digits in words, with letters in their place, one
    for one, so that places hold; two such texts where a 1 may be either letter, none where nothing
    changes."""
    given = set()
    for table in _TABLES:
        lines, start = [], 0
        for line in read.text.split("\n"):
            changed = _WORD.sub(partial(_letters, table), line)
            if changed != line:
                lines.append((start, changed))
            start += len(line) + 1
        text = "\n".join(changed for _, changed in lines)
        if text and text not in given:
            given.add(text)
            yield _placed(read, lines, text)


def _placed(read: PageText, lines: Sequence[tuple[int, str]], text: str) -> PageText:
    """The changed lines with the places and sizes that the characters had."""
    offsets: list[int | None] = []
    for start, line in lines:
        offsets += [*range(start, start + len(line)), None]
    offsets.pop()
    cells = tuple(None if at is None else read.cells[at] for at in offsets)
    sizes = tuple(None if at is None else read.sizes[at] for at in offsets)
    return replace(read, text=text, cells=cells, sizes=sizes)


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
