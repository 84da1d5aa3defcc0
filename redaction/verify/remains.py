"""V6: no removed value remains, in any reading, spelling or encoding.

The report holds no clear value, only a keyed hash and a length; so every window of such a
length is hashed and compared, or the value itself looked for where it is known (`windows`).
A removed value is excused only inside a span that the plan keeps.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from redaction.verify.windows import LONG_DIGITS, Search, letters_of, signs_of

RUN_LIMIT = 64  # a longer run of one byte is blank paper, no text


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
    shortest = min((length for length in search.lengths if length >= LONG_DIGITS), default=None)
    if shortest is None:
        return 0
    data = without_blank_paper(data)
    runs = patterns(shortest)
    texts = {*(plain_readings(data, runs) if plain else ()), *wrapped_readings(data, runs)}
    letters = {without_long_runs(signs_of(text), search.longest) for text in texts}
    both = {reading for signs in letters for reading in (signs, signs[::-1]) if len(signs) >= shortest}
    return search.count_long(both, removed)


def without_blank_paper(data: bytes) -> bytes:
    """The bytes with every run of one byte cut to RUN_LIMIT."""
    if len(data) <= RUN_LIMIT:
        return data
    units = np.frombuffer(data, np.uint8)
    first = np.flatnonzero(np.concatenate(([True], units[1:] != units[:-1])))
    lengths = np.diff(np.append(first, len(units)))
    return np.repeat(units[first], np.minimum(lengths, RUN_LIMIT)).tobytes()


def without_long_runs(signs: str, longest: int) -> str:
    """The letters with every run of one letter cut to the length of the longest value: the same
    windows stand in them, fewer times."""
    if len(signs) <= longest:
        return signs
    return re.sub(rf"(.)\1{{{longest},}}", lambda run: run.group(1) * longest, signs)


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
