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

from redaction.verify.memory import give_back
from redaction.verify.windows import LONG_DIGITS, Search, letters_of, signs_of

RUN_LIMIT = 64  # a longer run of one byte is blank paper, no text
PIECE = 1 << 20  # bytes searched at once, so that memory does not grow with the file
CARRIED = 1 << 16  # of each piece are searched again with the next: no value is written over more


def letters_in_latin_1() -> bytes:
    """For each byte, how many letters or digits it is as Latin-1: of the fraction 1/2 it is two."""
    return bytes(len(signs_of(chr(byte))) for byte in range(256))


def letters_in_utf_8() -> bytes:
    """For each byte, the most letters or digits that a character beginning with it can become (NFKC
    makes 18 of U+FDFA, case folding up to three of one)."""
    return letters_in_latin_1()[:0x80] + bytes(0x40) + b"\x03" * 0x20 + b"\x12" * 0x20


def marks(signs: bytes) -> bytes:
    """For each of 256 bytes, 1 when it is one of these, else 0."""
    return bytes(byte in signs for byte in range(256))


def flags(data: bytes, table: bytes) -> NDArray[np.bool_]:
    """Which bytes a table marks. (numpy's own look-up by index takes ten times as long.)"""
    return np.frombuffer(data.translate(table), np.bool_)


def counts(data: bytes, table: bytes) -> NDArray[np.uint8]:
    """What a table says of each byte."""
    return np.frombuffer(data.translate(table), np.uint8)


PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\n\r"
SPACE = b" \t\n\r\f\v"
UTF_8 = marks(PRINTABLE + bytes(range(0x80, 0xF5)))  # the bytes only; what they make is seen by decoding
LATIN_1 = marks(PRINTABLE + bytes(range(0xA0, 0xF7)) + bytes(range(0xF8, 0xFF)))
WIDE_LOW = marks(PRINTABLE + bytes(range(0xA0, 0x100)))
WIDE_HIGH = marks(b"\x01\x02\x03\x04\x05\x1e\x20")
IN_LATIN_1, IN_UTF_8 = letters_in_latin_1(), letters_in_utf_8()
IN_OTHER_WIDE = 3  # the most of a character beyond Latin-1 in the rows of WIDE_HIGH
HEX = marks(b"0123456789abcdefABCDEF" + SPACE)
BASE64 = marks(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-" + SPACE)


NUL = "\0"  # in no reading: stands between texts
NO_LETTER = re.compile(r"[^\w\0]|_")  # a word character of `re` is a letter, a digit or _
APART = b"\xff" * 4  # between pieces: in no class of the above, and no half of a wide letter
STANDARD = bytes.maketrans(b"-_", b"+/")


def runs(
    member: NDArray[np.bool_], least: int, letters: NDArray[np.uint8] | None = None
) -> Iterator[tuple[int, int]]:
    """Start and end of every stretch of at least so many members that makes as many letters."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], member, [False]))))
    pairs = edges.reshape(-1, 2)[edges[1::2] - edges[::2] >= least]
    if letters is not None and len(pairs):
        flat = np.append(letters, np.uint8(0))  # a run may end where the data does
        pairs = pairs[np.add.reduceat(flat, pairs.ravel(), dtype=np.int64)[::2] >= least]
    yield from pairs.tolist()


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
    found = 0
    for piece in pieces(data):
        found += _in_piece(search, piece, removed, shortest, plain)
        if len(data) > PIECE:
            give_back()
    return found


def pieces(data: bytes) -> Iterator[bytes]:
    """The bytes without blank paper, piece by piece, each with the end of the one before it."""
    carried = b""
    for at in range(0, len(data), PIECE):
        piece = carried + without_blank_paper(data[at : at + PIECE])
        yield piece
        carried = piece[-CARRIED:]


def _in_piece(search: Search, data: bytes, removed: frozenset[bytes], shortest: int, plain: bool) -> int:
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
    """Runs of bytes that read as text: ASCII or UTF-8, Latin-1, UTF-16 of both orders. What cannot
    make as many letters as the shortest value has is left out."""
    for start, end in runs(flags(data, UTF_8), shortest, counts(data, IN_UTF_8)):
        for text in data[start:end].decode("utf-8", errors="replace").split("\ufffd"):
            if len(text) >= shortest or not text.isascii():
                yield text
    in_latin_1 = counts(data, IN_LATIN_1)
    for start, end in runs(flags(data, LATIN_1), shortest, in_latin_1):
        yield data[start:end].decode("latin-1")
    low_half, high_half = flags(data, WIDE_LOW), flags(data, WIDE_HIGH)
    zero = np.frombuffer(data, np.uint8) == 0
    for first in (0, 1):
        behind = first + max(0, len(data) - first) // 2 * 2
        for low, codec in ((first, "utf-16-le"), (first + 1, "utf-16-be")):
            lower, higher = slice(low, behind, 2), slice(2 * first + 1 - low, behind, 2)
            wide = (low_half[lower] & zero[higher]) | high_half[higher]
            letters = np.where(zero[higher], in_latin_1[lower], np.uint8(IN_OTHER_WIDE))
            for start, end in runs(wide, shortest, letters):
                yield data[first + 2 * start : first + 2 * end].decode(codec, errors="replace")


def wrapped_readings(data: bytes, shortest: int) -> Iterator[str]:
    """Text inside runs of hex digits or base64, at every alignment."""
    yield from plain_readings(APART.join(unwrapped(data, shortest)), shortest)


def unwrapped(data: bytes, shortest: int) -> Iterator[bytes]:
    """What every run of hex digits or base64 stands for, at every alignment."""
    for start, end in runs(flags(data, HEX), 2 * shortest):
        digits = re.sub(rb"\s", b"", data[start:end]).decode("ascii")
        for shift in (0, 1):
            yield bytes.fromhex(digits[shift : shift + (len(digits) - shift) // 2 * 2])
    for start, end in runs(flags(data, BASE64), 4 * shortest // 3):
        signs = b"".join(data[start:end].split()).translate(STANDARD)
        for shift in range(4):
            whole = shift + (len(signs) - shift) // 4 * 4
            tail = signs[whole:]
            filled = tail + b"=" * (4 - len(tail)) if len(tail) > 1 else b""
            yield binascii.a2b_base64(signs[shift:whole] + filled)
