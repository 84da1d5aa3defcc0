"""Words as they were printed: what character recognition misread is taken back to a word of ours.

"0RDER", "WARRNT" and "magistrate judgc" become the word that a form prints, when exactly one such
word is near and the letters on the paper are not an ordinary word themselves ("stated" is never
mended to "stayed"). Names and numbers are not in the vocabulary, so they are left alone.
"""

from __future__ import annotations

import functools
import re
from itertools import combinations
from pathlib import Path

from redaction.detect.mending import likeness
from redaction.detect.views import fold_text

DATA = Path(__file__).resolve().parent.parent / "data"
# Files whose words are the vocabulary, and the words that are near one of ours and mean something else.
SOURCES = ("cues.yaml", "vocabulary.yaml", "signers.yaml", "courts.yaml")
PROTECTED = DATA / "ordinary_words.txt"
ONE_SLIP, TWO_SLIPS = 5, 9  # shortest words in which one and two slips are mended
_WORD = re.compile(r"[a-z]+")


@functools.cache
def vocabulary() -> frozenset[str]:
    """Every word of the data files, folded."""
    words: set[str] = set()
    for name in SOURCES:
        words.update(_WORD.findall(fold_text((DATA / name).read_text(encoding="utf-8")).replace("'", "")))
    return frozenset(words)


@functools.cache
def ordinary_words() -> frozenset[str]:
    """English and Spanish words that lie within reach of a word of ours and must stay what they are."""
    return frozenset(PROTECTED.read_text(encoding="utf-8").split())


def _like(word: str) -> str:
    return likeness(word.encode("ascii", "replace")).decode("ascii")


@functools.cache
def _by_likeness() -> dict[str, str]:
    """For each likeness, the one word of ours that has it; two words with one likeness give none."""
    found: dict[str, str] = {}
    for word in sorted(vocabulary()):
        if len(word) >= 2:
            like = _like(word)
            found[like] = "" if like in found else word
    return {like: word for like, word in found.items() if word}


_LOOSE = str.maketrans("yfauhq", "vtonbg")


def _loosely(word: str) -> str:
    """Likeness that also takes y for v, t for f, a for o, u for n, h for b."""
    return _like(word).replace("ri", "n").translate(_LOOSE)


@functools.cache
def _by_loose() -> dict[str, str]:
    """For each loose likeness, the one word of three or more letters that has it."""
    found: dict[str, str] = {}
    for word in sorted(vocabulary()):
        if len(word) >= 3:
            like = _loosely(word)
            found[like] = "" if like in found else word
    return {like: word for like, word in found.items() if word}


def shortened(word: str, slips: int) -> set[str]:
    """The word with up to `slips` letters left out."""
    kept = {word}
    for count in range(1, slips + 1):
        kept.update(
            "".join(c for i, c in enumerate(word) if i not in gone)
            for gone in combinations(range(len(word)), count)
        )
    return kept


def _slips_allowed(word: str) -> int:
    if len(word) < ONE_SLIP:
        return 0
    return 2 if len(word) >= TWO_SLIPS else 1


@functools.cache
def _by_shortened() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = {}
    for word in sorted(vocabulary()):
        for short in shortened(_like(word), _slips_allowed(word)) if _slips_allowed(word) else ():
            index.setdefault(short, []).append(word)
    return {short: tuple(words) for short, words in index.items()}


def distance(one: str, other: str, limit: int) -> int:
    """Letters to change, add, drop or swap to get from one to the other; `limit + 1` when more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


@functools.lru_cache(maxsize=65_536)
def mended(word: str) -> str:
    """The word of ours that these letters stand for, or the letters as they are. Lower case, folded."""
    if word in vocabulary() or word in ordinary_words() or len(word) < 2 or len(word) > 40:
        return word
    if word.isdigit():
        return word
    if "n1" in word or "1n" in word:  # an "m" whose last or first stroke came out as a figure
        word = word.replace("n1", "m").replace("1n", "m")
        if word in vocabulary():
            return word
    if "m" in word:  # "Febmary": two letters run into one
        for whole in (word.replace("m", "ru", 1), word.replace("m", "ni", 1), word.replace("m", "in", 1)):
            if len(whole) >= ONE_SLIP and whole in vocabulary():
                return whole
    like = _like(word)
    if (same := _by_likeness().get(like)) is not None:
        return same
    if len(word) >= 3 and (same := _by_loose().get(_loosely(word))) is not None:
        return same
    slips = _slips_allowed(word)
    letters = sum(c.isalpha() for c in word)
    if not slips or letters * 3 < len(word) * 2:
        return word
    near = {one for short in shortened(like, slips) for one in _by_shortened().get(short, ())}
    ranked = sorted(
        (far, one)
        for one in near
        if (far := distance(like, _like(one), min(slips, _slips_allowed(one))))
        <= min(slips, _slips_allowed(one))
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return word
    return ranked[0][1]


@functools.lru_cache(maxsize=16_384)
def parted(letters: str) -> tuple[str, ...]:
    """Words of ours that were printed without blanks ("itisordered"), or () when it is not that."""
    words = vocabulary()
    # For each end of a word: how few words lead there, and where the last of them begins.
    fewest: list[tuple[int, int] | None] = [(0, 0)] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 24), end):
            head, known = fewest[start], fewest[end]
            if (
                head is not None
                and (known is None or head[0] + 1 < known[0])
                and letters[start:end] in words
                and (end - start > 1 or letters[start] == "a")
            ):
                fewest[end] = (head[0] + 1, start)
    found: list[str] = []
    end = len(letters)
    while end and (last := fewest[end]) is not None:
        found.append(letters[last[1] : end])
        end = last[1]
    return tuple(reversed(found))
