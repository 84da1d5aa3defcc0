"""V6: no removed value remains, in any reading, spelling or encoding.

The report holds no clear value, only a keyed hash and a length; so every window of such a
length is hashed and compared, or the value itself looked for where it is known (`windows`).
A removed value is excused only inside a span that the plan keeps.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from redaction.verify.windows import LONG_DIGITS, Search, letters_of

RUN_LIMIT = 64  # a longer run of one byte is blank paper, no text


def marks(signs: bytes) -> NDArray[np.bool_]:
    """For each of 256 bytes, whether it is one of these."""
    table = np.zeros(256, bool)
    table[list(signs)] = True
    return table


PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\n\r"
SPACE = b" \t\n\r\f\v"
UTF_8 = marks(PRINTABLE + bytes(range(0x80, 0xF5)))  # the bytes only; what they make is seen by decoding
LATIN_1 = marks(PRINTABLE + bytes(range(0xA0, 0xF7)) + bytes(range(0xF8, 0xFF)))
WIDE_LOW = marks(PRINTABLE + bytes(range(0xA0, 0x100)))
WIDE_HIGH = marks(b"\x01\x02\x03\x04\x05\x1e\x20")
HEX = marks(b"0123456789abcdefABCDEF" + SPACE)
BASE64 = marks(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-" + SPACE)


NUL = "\0"  # in no reading: stands between texts
NO_LETTER = re.compile(r"[^\w\0]|_")  # a word character of `re` is a letter, a digit or _
APART = b"\xff" * 4  # between pieces: in no class of the above, and no half of a wide letter
STANDARD = bytes.maketrans(b"-_", b"+/")


def runs(member: NDArray[np.bool_], least: int) -> Iterator[tuple[int, int]]:
    """Start and end of every stretch of at least so many members."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], member, [False]))))
    yield from edges.reshape(-1, 2)[edges[1::2] - edges[::2] >= least].tolist()


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
    texts = {*(plain_readings(data, shortest) if plain else ()), *wrapped_readings(data, shortest)}
    letters = {signs for signs in letters_apart(texts, search.longest) if len(signs) >= shortest}
    return search.count_long({*letters, *(signs[::-1] for signs in letters)}, removed)


def letters_apart(texts: Iterable[str], longest: int) -> list[str]:
    """The letters of each text (`signs_of`), folded all at once; a run of one letter longer than the
    longest value is cut to that length: the same windows stand in it, fewer times."""
    folded = unicodedata.normalize("NFKC", NUL.join(texts)).casefold()
    letters = NO_LETTER.sub("", folded)
    if longest:
        letters = re.sub(rf"([^\0])\1{{{longest},}}", lambda run: run.group(1) * longest, letters)
    return letters.split(NUL)


def without_blank_paper(data: bytes) -> bytes:
    """The bytes with every run of one byte cut to RUN_LIMIT."""
    if len(data) <= RUN_LIMIT:
        return data
    units = np.frombuffer(data, np.uint8)
    first = np.flatnonzero(np.concatenate(([True], units[1:] != units[:-1])))
    lengths = np.diff(np.append(first, len(units)))
    return np.repeat(units[first], np.minimum(lengths, RUN_LIMIT)).tobytes()


def plain_readings(data: bytes, shortest: int) -> Iterator[str]:
    """Runs of bytes that read as text: ASCII or UTF-8, Latin-1, UTF-16 of both orders."""
    units = np.frombuffer(data, np.uint8)
    for start, end in runs(UTF_8[units], shortest):
        yield from data[start:end].decode("utf-8", errors="replace").split("\ufffd")
    for start, end in runs(LATIN_1[units], shortest):
        yield data[start:end].decode("latin-1")
    for first in (0, 1):
        pairs = units[first : first + (len(units) - first) // 2 * 2].reshape(-1, 2)
        for low, codec in ((0, "utf-16-le"), (1, "utf-16-be")):
            lower, higher = pairs[:, low], pairs[:, 1 - low]
            wide = (WIDE_LOW[lower] & (higher == 0)) | WIDE_HIGH[higher]
            for start, end in runs(wide, shortest):
                yield data[first + 2 * start : first + 2 * end].decode(codec, errors="replace")


def wrapped_readings(data: bytes, shortest: int) -> Iterator[str]:
    """Text inside runs of hex digits or base64, at every alignment."""
    yield from plain_readings(APART.join(unwrapped(data, shortest)), shortest)


def unwrapped(data: bytes, shortest: int) -> Iterator[bytes]:
    """What every run of hex digits or base64 stands for, at every alignment."""
    units = np.frombuffer(data, np.uint8)
    for start, end in runs(HEX[units], 2 * shortest):
        digits = re.sub(rb"\s", b"", data[start:end]).decode("ascii")
        for shift in (0, 1):
            yield bytes.fromhex(digits[shift : shift + (len(digits) - shift) // 2 * 2])
    for start, end in runs(BASE64[units], 4 * shortest // 3):
        signs = b"".join(data[start:end].split()).translate(STANDARD)
        for shift in range(4):
            whole = shift + (len(signs) - shift) // 4 * 4
            tail = signs[whole:]
            filled = tail + b"=" * (4 - len(tail)) if len(tail) > 1 else b""
            yield binascii.a2b_base64(signs[shift:whole] + filled)
