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
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from redaction.verify.memory import give_back
from redaction.verify.windows import LONG_DIGITS, Search, letters_of, signs_of

WORD = 8  # bytes compared at once
REPEATED = np.uint64(0x0101010101010101)
PIECE = 1 << 20  # bytes searched at once, so that memory does not grow with the file
EVERY_PIECES = 8  # memory is given back, which takes longer than the search of an empty one
CARRIED = 1 << 16  # of each piece are searched again with the next: no value is written over more


PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\n\r"
SPACE = b" \t\n\r\f\v"
CLASSES = {  # the bytes that may stand in a text or a code, by one bit for each
    "utf-8": PRINTABLE + bytes(range(0x80, 0xF5)),  # the bytes only; what they make is seen by decoding
    "latin-1": PRINTABLE + bytes(range(0xA0, 0xF7)) + bytes(range(0xF8, 0xFF)),
    "zero": b"\0",
    "low": PRINTABLE + bytes(range(0xA0, 0x100)),  # half of a wide letter with zero as the other
    "high": b"\x01\x02\x03\x04\x05\x1e\x20",  # the half that tells the row of another wide letter
    "hex": b"0123456789abcdefABCDEF" + SPACE,
    "base64": b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-" + SPACE,
}
BIT = {name: np.uint8(1 << at) for at, name in enumerate(CLASSES)}
CLASSES_OF = bytes(
    sum(int(BIT[name]) for name, signs in CLASSES.items() if byte in signs) for byte in range(256)
)


NUL = "\0"  # in no reading: stands between texts
BROKEN = "\ufffd"  # what decoding makes of bytes that are no character: stands between texts too
NO_LETTER = re.compile(r"[^\w\0]|_")  # a word character of `re` is a letter, a digit or _
NO_ASCII_LETTER = bytes(sign for sign in range(1, 0x80) if not chr(sign).isalnum())
IN_ASCII = bytes(range(0x80)).lower() + bytes(0x80)  # folds ASCII; all else stands between texts
NO_LATIN_1_LETTER = bytes(byte for byte in range(1, 0x100) if not signs_of(chr(byte)))
SEVERAL = [  # Latin-1 letters that fold to something else than one letter of Latin-1
    (chr(byte), signs_of(chr(byte)))
    for byte in range(0x80, 0x100)
    if len(signs_of(chr(byte))) > 1 or ord(signs_of(chr(byte)) or "a") > 0xFF
]
APART = b"\xff" * 4  # between pieces: in no class of the above, and no half of a wide letter
APART_IN_HEX = APART.hex().encode()
APART_IN_BASE64 = b"////"
STANDARD = bytes.maketrans(b"-_", b"+/")
IN_LATIN_1_FOLDED = bytes(
    ord(sign) if len(sign := signs_of(chr(byte))) == 1 and ord(sign) < 0x100 else byte for byte in range(256)
)
NOT_ASCII_ALONE = re.compile(r"\0[\x01-\x7f]*+[^\x00-\x7f][^\0]*+")


def runs(member: NDArray[np.uint8], least: int) -> NDArray[np.int64]:
    """Start and end of every stretch of at least so many members: bytes that are not zero, but all the
    same. The last of each stretch's bytes are taken off first, by doubling: few stretches are left."""
    taken = 1
    while taken < least:
        step = min(taken, least - taken)
        member = member[:-step] & member[step:]
        taken += step
    inside = np.flatnonzero(member[1:] != member[:-1]) + 1
    first, last = ([0] if member[:1].any() else []), ([len(member)] if member[-1:].any() else [])
    edges = np.concatenate((first, inside, last)).astype(np.int64).reshape(-1, 2)
    edges[:, 1] += least - 1
    return edges


def cut(data: bytes, pairs: NDArray[np.int64]) -> list[bytes]:
    """The bytes of these stretches."""
    starts, ends = pairs.T.tolist()  # a list of pairs would be thousands of lists to the collector
    return [data[start:end] for start, end in zip(starts, ends, strict=True)]


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
    of_one_byte = max(2 * WORD, 2 * search.longest_run + 2)  # a letter is two hex digits, maybe like them
    for number, piece in enumerate(pieces(data, of_one_byte), 1):
        found += _in_piece(search, piece, removed, shortest, plain)
        if number % EVERY_PIECES == 0:
            give_back()
    return found


def pieces(data: bytes, of_one_byte: int) -> Iterator[bytes]:
    """The bytes without blank paper, piece by piece, each with the end of the one before it."""
    carried = b""
    for at in range(0, len(data), PIECE):
        piece = carried + without_blank_paper(data[at : at + PIECE], of_one_byte)
        yield piece
        carried = piece[-CARRIED:]


def _in_piece(search: Search, data: bytes, removed: frozenset[bytes], shortest: int, plain: bool) -> int:
    found = [*(plain_readings(data, shortest) if plain else ()), *wrapped_readings(data, shortest)]
    if search.wanted:  # every window is hashed
        found = [shortened(several, search.longest) for several in found]
    elif not any(search.may_hold(several) for several in found):
        return 0
    enough = re.compile(rf"[^\0]{{{shortest},}}")
    letters = {signs for several in found for signs in enough.findall(several)}
    return search.count_long({*letters, *(signs[::-1] for signs in letters)}, removed)


def others(texts: str) -> str:
    """Of texts with NUL between them, those that are not ASCII alone, each with NUL before it."""
    return "".join(NOT_ASCII_ALONE.findall(NUL + texts))


def folded(texts: str) -> str:
    """The letters of texts with NUL between them (`signs_of`), NUL between them again."""
    return NO_LETTER.sub("", unicodedata.normalize("NFKC", texts).casefold())


def folded_latin_1(texts: bytes) -> str:
    """The same of texts in Latin-1, byte by byte."""
    letters = texts.translate(IN_LATIN_1_FOLDED, NO_LATIN_1_LETTER).decode("latin-1")
    for sign, several in SEVERAL:
        letters = letters.replace(sign, several)
    return letters


def shortened(letters: str, longest: int) -> str:
    """A run of one letter longer than the longest value is cut to that length: the same windows stand
    in it, fewer times."""
    return re.sub(rf"([^\0])\1{{{longest},}}", lambda run: run.group(1) * longest, letters)


def without_blank_paper(data: bytes, of_one_byte: int) -> bytes:
    """The bytes with no run of one byte much longer than the longest that a value can make: they are
    compared in words, and those that lie further inside such a run are left out."""
    words, most = np.frombuffer(data, np.uint64, len(data) // WORD), -(-of_one_byte // WORD)
    edges = np.concatenate(([0], np.flatnonzero(words[1:] != words[:-1]) + 1, [len(words)]))
    starts, ends = edges[:-1], edges[1:]
    blank = ends - starts > most
    starts, ends = starts[blank], ends[blank]
    of_one = words[starts] == (words[starts] & 0xFF) * REPEATED  # one byte, not eight again and again
    from_, to = (WORD * (starts[of_one] + most)).tolist(), (WORD * ends[of_one]).tolist()
    return b"".join([data[a:b] for a, b in zip([0, *to], [*from_, len(data)], strict=True)])


def plain_readings(data: bytes, shortest: int) -> Iterator[str]:
    """The letters of runs of bytes that read as text: ASCII or UTF-8, Latin-1, UTF-16 of both orders;
    one string for each, with NUL between the runs."""
    classes = np.frombuffer(data.translate(CLASSES_OF), np.uint8)
    utf_8 = APART.join(cut(data, runs(classes & BIT["utf-8"], shortest)))
    yield utf_8.translate(IN_ASCII, NO_ASCII_LETTER).decode("ascii")
    yield folded(others(utf_8.decode("utf-8", errors="replace").replace(BROKEN, NUL)))
    latin_1 = cut(data, runs(classes & BIT["latin-1"], shortest))
    yield folded_latin_1(b"\0".join([run for run in latin_1 if not run.isascii()]))  # as above
    yield from wide_readings(data, classes, shortest)


def wide_readings(data: bytes, classes: NDArray[np.uint8], shortest: int) -> Iterator[str]:
    """The letters of UTF-16, from either of the first two bytes on."""
    zero, low_half, high_half = (classes & BIT[name] != 0 for name in ("zero", "low", "high"))
    behind = max(0, len(data) - 1)
    for low, high, codec in ((0, 1, "utf-16-le"), (1, 0, "utf-16-be")):
        lower, higher = slice(low, low + behind), slice(high, high + behind)
        wide = (low_half[lower] & zero[higher]) | high_half[higher]
        for first in (0, 1):
            found = cut(data, first + 2 * runs(wide[first::2].view(np.uint8), shortest))
            yield folded(b"\0\0".join(found).decode(codec, errors="replace"))


def wrapped_readings(data: bytes, shortest: int) -> Iterator[str]:
    """The letters of text inside runs of hex digits or base64, at every alignment."""
    yield from plain_readings(APART.join(unwrapped(data, shortest)), shortest)


def unwrapped(data: bytes, shortest: int) -> Iterator[bytes]:
    """What the runs of hex digits or base64 stand for, one after the other, at every alignment.

    All runs are read at once, at each shift of the whole: so each is read at every shift of its own. What
    stands between two of them may share a group with the rim of a run, and make a letter before or behind
    what the run says, never inside it.
    """
    classes = np.frombuffer(data.translate(CLASSES_OF), np.uint8)
    digits = APART_IN_HEX.join(cut(data, runs(classes & BIT["hex"], 2 * shortest))).translate(None, SPACE)
    for shift in (0, 1):
        yield bytes.fromhex(digits[shift : len(digits) - (len(digits) - shift) % 2].decode("ascii"))
    signs = APART_IN_BASE64.join(cut(data, runs(classes & BIT["base64"], 4 * shortest // 3)))
    signs = signs.translate(STANDARD, SPACE) + APART_IN_BASE64
    for shift in range(4):
        yield binascii.a2b_base64(signs[shift : len(signs) - (len(signs) - shift) % 4])
