"""Windows of letters, hashed and compared: how V6 finds values that it knows by hash and length only.

Windows are taken over *letters*: a text after NFKC and case folding, without anything that is
not a letter or digit. A value of 8 or more letters, or with 5 or more digits, is looked for at
every offset; a shorter one as whole words, since "oman" is in "woman".

Whoever asks may know values in the clear. Such a value counts when its keyed hash is one of
those looked for, and then stands for that hash: it is searched as text, which finds exactly the
windows that hash to it. Every hash without a proven value is searched window by window.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from redaction.verify.claims import Value

LONG_LETTERS = 8
LONG_DIGITS = 5
HASHES_AT_LEAST = 20_000_000
HASHES_PER_PAGE = 2_000_000
MEMO_LIMIT = 600_000
AT_ONCE = 65_536  # windows held in memory together
BLOCK_BYTES = 64  # of SHA-256, for RFC 2104

SAME = re.compile(r"(.)\1*", re.DOTALL)
ASCII_WORD = re.compile(r"[0-9a-z]+")


class TooMuch(Exception):
    """The search would take more hashes than the budget: not evaluated, so not passed."""


@dataclass(frozen=True, slots=True)
class Letters:
    """A text's letters and digits; `edges[i]` is true where a word may begin or end before i."""

    signs: str
    edges: tuple[bool, ...]

    def reversed(self) -> Letters:
        """The same letters read from the end."""
        return Letters(self.signs[::-1], self.edges[::-1])


def letters_of(text: str) -> Letters:
    """NFKC, case folding, letters and digits only, and where the words' edges are."""
    if text.isascii():  # the same by a shorter way: nothing to fold but case, no marks
        words = ASCII_WORD.findall(text.lower())
        edges = [False] * (sum(map(len, words)) + 1)
        for end in accumulate(map(len, words), initial=0):
            edges[end] = True
        return Letters("".join(words), tuple(edges))
    signs: list[str] = []
    edges = [True]
    for sign in unicodedata.normalize("NFKC", text).casefold():
        if sign.isalnum():
            signs.append(sign)
            edges.append(False)
        elif not unicodedata.category(sign).startswith("M"):
            edges[-1] = True
    edges[-1] = True
    return Letters("".join(signs), tuple(edges))


def signs_of(text: str) -> str:
    """The letters of `letters_of` alone."""
    if text.isascii():
        return "".join(ASCII_WORD.findall(text.lower()))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


class KeyedHash:
    """HMAC-SHA256 (RFC 2104) under one key whose two key blocks are hashed once, not per value."""

    def __init__(self, key: bytes) -> None:
        if len(key) > BLOCK_BYTES:
            key = hashlib.sha256(key).digest()
        block = key.ljust(BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def those_in(self, wanted: Collection[bytes], texts: Iterable[str]) -> dict[str, bytes]:
        """The texts whose UTF-8 bytes have a wanted keyed hash, with that hash."""
        inner, outer, found = self._inner.copy, self._outer.copy, {}
        for text in texts:
            first = inner()
            first.update(text.encode("utf-8", "surrogatepass"))
            second = outer()
            second.update(first.digest())
            if (digest := second.digest()) in wanted:
                found[text] = digest
        return found


@dataclass(slots=True)
class Search:
    """Finds windows whose keyed hash is wanted; counts every hash against a budget. `longest_run` is the
    most of one letter in a row that a value looked for can hold: of one known by its hash alone that is
    every letter."""

    keyed: KeyedHash
    lengths: tuple[int, ...]
    wanted: dict[int, frozenset[bytes]]
    proven: dict[str, bytes]
    budget: int
    longest_run: int
    seen: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    found: dict[int, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    held: int = 0

    @classmethod
    def build(cls, key: bytes, values: Iterable[Value], pages: int, clear: Iterable[str] = ()) -> Search:
        """A search for all values at once; `clear` are what the caller holds some of them to be."""
        by_length: dict[int, set[bytes]] = defaultdict(set)
        for value in values:
            if value.length:
                by_length[value.length].add(bytes.fromhex(value.hmac))
        keyed, proven = KeyedHash(key), {}
        for signs in {signs_of(text) for text in clear}:
            if len(signs) in by_length:
                proven.update(keyed.those_in(by_length[len(signs)], [signs]))
        for signs, digest in proven.items():
            by_length[len(signs)].discard(digest)
        wanted = {length: frozenset(left) for length, left in sorted(by_length.items()) if left}
        budget = HASHES_AT_LEAST + HASHES_PER_PAGE * pages
        of_one = (len(run.group()) for value in proven for run in SAME.finditer(value))
        longest_run = max([*wanted, *of_one], default=0)
        return cls(keyed, tuple(sorted(by_length)), wanted, proven, budget, longest_run)

    @property
    def longest(self) -> int:
        """Letters of the longest value looked for."""
        return max(self.lengths, default=0)

    def spans(self, letters: Letters, *, words: bool = True) -> list[tuple[int, int, bytes]]:
        """Start, end and hash of every window that is a wanted value. Raises TooMuch.

        `words` False leaves the short values out, as for bytes that are no text.
        """
        hashed = [
            (at, at + length, digest)
            for length in self.wanted
            if length <= len(letters.signs)
            for at, digest in self.of_length(letters, length, words)
        ]
        return hashed + [
            (at, at + len(value), digest)
            for value, digest in self.proven.items()
            for at in occurrences(letters, value, words)
        ]

    def of_length(self, letters: Letters, length: int, words: bool) -> list[tuple[int, bytes]]:
        """Offset and hash of the wanted windows of one length. Raises TooMuch."""
        signs, places = letters.signs, starts(letters, length, words)
        hits: list[tuple[int, bytes]] = []
        for low in range(0, len(places), AT_ONCE):
            part = places[low : low + AT_ONCE]
            windows = [signs[at : at + length] for at in part]
            if known := self.look_up(windows, length):
                hits += [(at, known[one]) for at, one in zip(part, windows, strict=True) if one in known]
        return hits

    def may_hold(self, letters: str) -> bool:
        """Whether a value known in the clear stands in letters, forwards or backwards: where every value
        is known so, there is nothing to count in letters without one."""
        return any(value in letters or value[::-1] in letters for value in self.proven)

    def count_long(self, texts: Iterable[str], removed: frozenset[bytes]) -> int:
        """How many removed long values stand in texts that are letters already. Raises TooMuch.

        The windows of all texts are hashed together, length by length; only a text that holds one
        of the wanted windows is then read again to count.
        """
        longest_first = sorted(texts, key=len, reverse=True)
        for length in self.wanted:
            waiting: set[str] = set()
            for signs in longest_first:
                if len(signs) < length:
                    break
                places = starts(Letters(signs, ()), length, words=False)
                for low in range(0, len(places), AT_ONCE):
                    waiting.update([signs[at : at + length] for at in places[low : low + AT_ONCE]])
                    if len(waiting) >= AT_ONCE:
                        self.look_up(waiting, length)
                        waiting = set()
            self.look_up(waiting, length)
        all_letters = "\n".join(longest_first)  # no value reaches over the line end
        met = [window for known in self.found.values() for window in known]
        met += [value for value in self.proven if value in all_letters]
        return sum(
            digest in removed
            for signs in longest_first
            if any(window in signs for window in met)
            for _, _, digest in self.spans(Letters(signs, ()), words=False)
        )

    def look_up(self, windows: Collection[str], length: int) -> dict[str, bytes]:
        """Every wanted window of this length met so far, these included, with its hash.

        Windows hashed lately are not hashed again; they are forgotten in bulk, so that memory
        stays bounded. Wanted ones are never forgotten. Raises TooMuch.
        """
        fresh = set(windows).difference(self.seen[length])
        if fresh:
            self.budget -= len(fresh)
            if self.budget < 0:
                raise TooMuch("more windows than the search budget")
            if self.held > MEMO_LIMIT:
                self.seen.clear()
                self.held = 0
            self.found[length] |= self.keyed.those_in(self.wanted[length], fresh)
            self.seen[length] |= fresh
            self.held += len(fresh)
        return self.found[length]


def occurrences(letters: Letters, value: str, words: bool) -> list[int]:
    """Offsets at which a value stands, overlaps included, where it may begin there by `starts`."""
    found = []
    at = letters.signs.find(value)
    while at >= 0:
        found.append(at)
        at = letters.signs.find(value, at + 1)
    if not found or len(value) >= LONG_LETTERS:
        return found
    allowed = set(starts(letters, len(value), words))
    return [at for at in found if at in allowed]


def starts(letters: Letters, length: int, words: bool) -> Sequence[int]:
    """Offsets at which a value of this length may begin, in order."""
    signs, edges = letters.signs, letters.edges
    places = range(len(signs) - length + 1)
    if length >= LONG_LETTERS:
        return places
    if length < LONG_DIGITS and not words:
        return ()
    chosen = {at for at in places if edges[at] and edges[at + length]} if words else set()
    if length >= LONG_DIGITS and sum(map(str.isdigit, signs)) >= LONG_DIGITS:
        sums = [0, *accumulate(map(str.isdigit, signs))]
        chosen.update(at for at in places if sums[at + length] - sums[at] >= LONG_DIGITS)
    return sorted(chosen)
