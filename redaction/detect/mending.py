"""Mends words that character recognition misread: "natlonal", "Bo1ivian", "frorn" as they were printed.

Only words that matter here are mended: a word that is none of ours, and looks like exactly one of
ours once look-alike letters are taken for one another. Numbers are never touched: identifiers have
look-alike classes of their own.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = ("lexicon/*.yaml", "gazetteer/terms.tsv", "model/concepts.yaml", "identifiers/*.yaml")
_WORD = re.compile(rb"[a-z]{4,}")
_TOKEN = re.compile(rb"(?<![a-z0-9@|!$#./_-])[a-z0-9@|!$]{3,24}(?![a-z0-9@|$#_])")
_ALIKE = bytes.maketrans(b"01i|!5$89q@e", b"ollllssbggac")
_APART = bytes(c if chr(c) in "abcdefghijklmnopqrstuvwxyz0123456789@|!$" else 32 for c in range(256))
_DIGITS = re.compile(rb"[^a-z]")


def likeness(word: bytes) -> bytes:
    """The word with look-alike letters and pairs of letters taken for one another."""
    return word.translate(_ALIKE).replace(b"rn", b"m").replace(b"vv", b"w").replace(b"cl", b"d")


@functools.lru_cache(maxsize=1)
def vocabulary() -> tuple[frozenset[bytes], dict[bytes, bytes]]:
    """The words of the rule data, and for each likeness that one of them alone has, that word."""
    words: set[bytes] = set()
    for pattern in SOURCES:
        for path in sorted(HERE.glob(pattern)):
            words.update(_WORD.findall(path.read_bytes()))
    by_likeness: dict[bytes, bytes] = {}
    for word in sorted(words):
        like = likeness(word)
        by_likeness[like] = b"" if like in by_likeness else word
    return frozenset(words), {like: word for like, word in by_likeness.items() if word}


def _doubtful(run: bytes, by_likeness: dict[bytes, bytes]) -> bool:
    """True when a run of letters, digits and their look-alikes may hold a token to mend. Without `!`
    (which may stand at a token's end or beside it) and within a token's length it is one or none."""
    if len(run) < 3:
        return False
    return len(run) > 24 or b"!" in run or _like(run) in by_likeness


@functools.lru_cache(maxsize=32_768)
def _like(run: bytes) -> bytes:
    return likeness(run)


def misread(shape: bytes) -> list[tuple[int, int, bytes]]:
    """Start, end and mended form of each misread word of a folded text, in order."""
    words, by_likeness = vocabulary()
    if not any(_doubtful(run, by_likeness) for run in set(shape.translate(_APART).split()) - words):
        return []
    mended: dict[bytes, bytes] = {}
    for token in set(_TOKEN.findall(shape)) - words:
        if 3 * len(_DIGITS.findall(token)) > len(token):
            continue
        word = by_likeness.get(likeness(token))
        if word is not None and word != token:
            mended[token] = word
    if not mended:
        return []
    return [
        (match.start(), match.end(), mended[match.group()])
        for match in _TOKEN.finditer(shape)
        if match.group() in mended
    ]
