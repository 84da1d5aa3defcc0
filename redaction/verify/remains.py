"""V6: no removed value remains, in any reading, spelling or encoding.

The report holds no clear value, only a keyed hash and a length; so every window of such a
length is hashed and compared. Windows are taken over *letters*: a text after NFKC and case
folding, without anything that is not a letter or digit. A value of 8 or more letters, or
with 5 or more digits, is looked for at every offset; a shorter one as whole words, since
"oman" is in "woman". A removed value is excused only inside a span that the plan keeps.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from redaction.verify.claims import Value

LONG_LETTERS = 8
LONG_DIGITS = 5
HASHES_AT_LEAST = 20_000_000
HASHES_PER_PAGE = 2_000_000
MEMO_LIMIT = 400_000
RUN_LIMIT = 64  # a longer run of one byte is blank paper, no text

LONG_RUN = re.compile(rb"(.)\1{%d,}" % RUN_LIMIT, re.S)


@dataclass(frozen=True, slots=True)
class Patterns:
    """Runs of bytes long enough to hold the shortest value looked for, by encoding."""

    ascii_or_utf8: re.Pattern[bytes]
    latin_1: re.Pattern[bytes]
    utf_16_le: re.Pattern[bytes]
    utf_16_be: re.Pattern[bytes]
    hex: re.Pattern[bytes]
    base64: re.Pattern[bytes]


@lru_cache(maxsize=16)
def patterns(shortest: int) -> Patterns:
    """The patterns for values of at least so many letters."""
    unit = rb"[\x20-\x7e\t\n\r]"
    many = rb"{%d,}" % shortest
    return Patterns(
        re.compile(rb"(?:" + unit + rb"|[\xc3-\xf4][\x80-\xbf]{1,3}|\xc2[\xa0-\xbf])" + many),
        re.compile(rb"(?:" + unit + rb"|[\xa0-\xf6\xf8-\xfe])" + many),
        re.compile(rb"(?:[\x20-\x7e\xa0-\xff\t\n\r]\x00|.[\x01-\x05\x1e\x20])" + many, re.S),
        re.compile(rb"(?:\x00[\x20-\x7e\xa0-\xff\t\n\r]|[\x01-\x05\x1e\x20].)" + many, re.S),
        re.compile(rb"[0-9A-Fa-f][0-9A-Fa-f\s]{%d,}" % (2 * shortest - 1)),
        re.compile(rb"[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]{%d,}" % (4 * shortest // 3 - 1)),
    )


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


def fingerprint(key: bytes, letters: str) -> bytes:
    """The keyed hash of normalised letters."""
    return hmac.digest(key, letters.encode("utf-8", errors="surrogatepass"), hashlib.sha256)


@dataclass(slots=True)
class Search:
    """Finds windows whose keyed hash is wanted; counts every hash against a budget."""

    key: bytes
    wanted: dict[int, frozenset[bytes]]
    budget: int
    memo: dict[int, dict[str, bytes | None]] = field(default_factory=lambda: defaultdict(dict))
    held: int = 0

    @classmethod
    def build(cls, key: bytes, values: Iterable[Value], pages: int) -> Search:
        """A search for all values at once."""
        by_length: dict[int, set[bytes]] = defaultdict(set)
        for value in values:
            if value.length:
                by_length[value.length].add(bytes.fromhex(value.hmac))
        wanted = {length: frozenset(digests) for length, digests in by_length.items()}
        return cls(key, wanted, HASHES_AT_LEAST + HASHES_PER_PAGE * pages)

    def spans(self, letters: Letters, *, words: bool = True) -> list[tuple[int, int, bytes]]:
        """Start, end and hash of every window that is a wanted value. Raises TooMuch.

        `words` False leaves the short values out, as for bytes that are no text.
        """
        return [
            (at, at + length, found)
            for length in self.wanted
            for at, found in self.of_length(letters, length, words)
        ]

    def of_length(self, letters: Letters, length: int, words: bool) -> Iterator[tuple[int, bytes]]:
        """Offset and hash of the wanted windows of one length."""
        signs, known = letters.signs, self.known(length)
        for at in starts(letters, length, words):
            window = signs[at : at + length]
            if window in known:
                found = known[window]
            else:
                found = known[window] = self.look_up(window, length)
            if found is not None:
                yield at, found

    def known(self, length: int) -> dict[str, bytes | None]:
        """Windows of this length hashed lately; forgotten in bulk so that memory stays bounded."""
        if self.held > MEMO_LIMIT:
            self.memo.clear()
            self.held = 0
        return self.memo[length]

    def look_up(self, window: str, length: int) -> bytes | None:
        """The window's hash if it is wanted. Raises TooMuch."""
        self.budget -= 1
        self.held += 1
        if self.budget < 0:
            raise TooMuch("more windows than the search budget")
        digest = fingerprint(self.key, window)
        return digest if digest in self.wanted[length] else None


def starts(letters: Letters, length: int, words: bool) -> Iterable[int]:
    """Offsets at which a value of this length may begin."""
    signs, edges = letters.signs, letters.edges
    places = range(len(signs) - length + 1)
    if length >= LONG_LETTERS:
        return places
    sums = [0]
    for sign in signs if length >= LONG_DIGITS else "":
        sums.append(sums[-1] + sign.isdigit())
    return [
        at
        for at in places
        if (words and edges[at] and edges[at + length])
        or (length >= LONG_DIGITS and sums[at + length] - sums[at] >= LONG_DIGITS)
    ]


def unexcused(search: Search, text: str, removed: frozenset[bytes], keeps: Counter[bytes]) -> int:
    """How many removed values one page's text still shows, outside the page's kept spans.

    A kept span excuses what lies inside it, as often as the plan lists it for this page. The
    text is read backwards too, for long values only ("on" is no "no"); nothing is excused
    there save a value that is its own mirror image, which the forward reading has judged.
    """
    letters = letters_of(text)
    spans = search.spans(letters)
    allowed: list[tuple[int, int]] = []
    left = Counter(keeps)
    for start, end, digest in spans:
        if left[digest] > 0:
            left[digest] -= 1
            allowed.append((start, end))
    remaining = sum(
        digest in removed and not any(low <= start and end <= high for low, high in allowed)
        for start, end, digest in spans
    )
    backwards = search.spans(letters.reversed(), words=False)
    return remaining + sum(
        digest in removed and letters.signs[::-1][start:end] != letters.signs[::-1][start:end][::-1]
        for start, end, digest in backwards
    )


def in_bytes(search: Search, data: bytes, removed: frozenset[bytes], *, plain: bool = True) -> int:
    """How many removed long values stand in bytes, under any of the encodings looked at.

    `plain` False looks at hex and base64 only, where the bytes as text are judged elsewhere.
    """
    shortest = min((length for length in search.wanted if length >= LONG_DIGITS), default=None)
    if shortest is None:
        return 0
    data = LONG_RUN.sub(lambda found: found.group(1) * RUN_LIMIT, data)
    runs = patterns(shortest)
    count = 0
    for text in {*(plain_readings(data, runs) if plain else ()), *wrapped_readings(data, runs)}:
        letters = letters_of(text)
        if len(letters.signs) >= shortest:
            for one in (letters, letters.reversed()):
                count += sum(digest in removed for _, _, digest in search.spans(one, words=False))
    return count


def plain_readings(data: bytes, runs: Patterns) -> Iterator[str]:
    """Runs of bytes that read as text: ASCII or UTF-8, Latin-1, UTF-16 of both orders."""
    for run in set(runs.ascii_or_utf8.findall(data)):
        yield run.decode("utf-8", errors="replace")
    for run in set(runs.latin_1.findall(data)):
        yield run.decode("latin-1")
    for pattern, codec in ((runs.utf_16_le, "utf-16-le"), (runs.utf_16_be, "utf-16-be")):
        for run in {*pattern.findall(data), *pattern.findall(data, 1)}:
            yield run.decode(codec, errors="replace")


def wrapped_readings(data: bytes, runs: Patterns) -> Iterator[str]:
    """Text inside runs of hex digits or base64, at every alignment."""
    for run in set(runs.hex.findall(data)):
        digits = re.sub(rb"\s", b"", run).decode("ascii")
        for shift in (0, 1):
            even = (len(digits) - shift) // 2 * 2
            yield from plain_readings(bytes.fromhex(digits[shift : shift + even]), runs)
    for run in set(runs.base64.findall(data)):
        signs = re.sub(rb"\s", b"", run).translate(bytes.maketrans(b"-_", b"+/"))
        for shift in range(4):
            whole = (len(signs) - shift) // 4 * 4
            rest = signs[shift : shift + whole]
            tail = signs[shift + whole :]
            yield from plain_readings(base64.b64decode(rest), runs)
            if len(tail) > 1:
                yield from plain_readings(base64.b64decode(rest + tail + b"=" * (4 - len(tail))), runs)
