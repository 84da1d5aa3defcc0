"""Deflate for page images (RFC 1950, 1951): rows like the one above them are coded here, all others by zlib.

Most rows of a page are bare paper, and zlib looks at each byte of them, longer than at letters. Here such
a run is one block of matches, whose bits are known beforehand. zlib begins anew behind each of them, so
that it never points back into bytes it has not seen.
"""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

LEVEL = 4  # of zlib: a twentieth larger than 6, in little more than half the time
LEAST_BYTES = 4096  # of a run that is worth a block of its own
_WINDOW, _LONGEST = 1 << 15, 258  # how far a match may reach back, and how long it may be
_HEADER = b"\x78\x5e"  # deflate, window of 32 KiB, a fast level
_EMPTY = b"\x00\x00\xff\xff"  # of a stored block without a byte: what follows it begins a byte
# The one code of the code lengths that is used: how many bits each takes, in the order of the format (16, 17,
# 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1), and their bits, the first one lowest.
_CODE_LENGTHS = (0, 2, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3)
_ZERO, _ONE, _TWO = (0b011, 3), (0b111, 3), (0b00, 2)
_FEW_ZEROS, _MANY_ZEROS = (0b10, 2), (0b01, 2)  # 3 to 10 of them, 11 to 138
_Bits = tuple[int, int]  # a number and how many bits it takes, the lowest one first


def deflated(rows: npt.NDArray[np.uint8]) -> bytes:
    """The bytes of all rows (height, bytes of a row) as a zlib stream; the same rows give the same one."""
    rows = np.ascontiguousarray(rows)
    data, stride = rows.data.cast("B"), rows.shape[1]
    coder = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    parts, done = [_HEADER], 0
    for first, last in _repeats(rows):
        distance = 1 if (rows[first] == rows[first, 0]).all() else stride
        if distance <= _WINDOW:
            parts += coder.compress(data[done : first * stride]), coder.flush(zlib.Z_FULL_FLUSH)
            parts.append(_repeated((last - first) * stride, distance))
            done = last * stride
    parts += coder.compress(data[done:]), coder.flush(), zlib.adler32(data).to_bytes(4, "big")
    return b"".join(parts)


def _repeats(rows: npt.NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Where rows (from, up to) are all like the one above them, and hold enough bytes."""
    same = np.zeros(len(rows) + 1, np.int8)
    same[1:-1] = (rows[1:] == rows[:-1]).all(axis=1)
    edges = np.flatnonzero(np.diff(same)) + 1
    firsts, lasts = edges[::2], edges[1::2]
    long = (lasts - firsts) * rows.shape[1] >= LEAST_BYTES
    return list(zip(firsts[long].tolist(), lasts[long].tolist(), strict=True))


def _repeated(count: int, distance: int) -> bytes:
    """A block that says again the bytes that stand so far back, `count` of them, more than two matches hold;
    and an empty one.

    Its alphabet of lengths has three signs: the longest match in one bit, the end of the block and
    what is left over in two; that of distances has one, in one bit.
    """
    matches, left = divmod(count, _LONGEST)
    rests = [left] if left else []
    if 0 < left < 3:  # too short for a match: two shorter ones instead of one of the longest
        matches, rests = matches - 1, [128 + left, 130]
    rest_code = _length(rests[0])[0] if rests else 257
    distance_code, *far = _distance(distance)
    bits = [(0b100, 3), (29, 5), (distance_code, 5), (len(_CODE_LENGTHS) - 4, 4)]
    bits += [(length, 3) for length in _CODE_LENGTHS]
    bits += [*_zeros(256), _TWO, *_zeros(rest_code - 257), _TWO, *_zeros(284 - rest_code), _ONE]
    bits += [*_zeros(distance_code), _ONE]
    bits.append(_times(far[0] << 2, far[1] + 2, matches))
    for rest in rests:
        bits += [(0b11, 2), _length(rest)[1:], (0, 1), (far[0], far[1])]
    bits += [(0b01, 2), (0, 3)]
    number = width = 0
    for value, wide in bits:
        number |= value << width
        width += wide
    return number.to_bytes(-(-width // 8), "little") + _EMPTY


def _times(value: int, wide: int, times: int) -> _Bits:
    """The same bits over and over."""
    ones = ((1 << wide * times) - 1) // ((1 << wide) - 1) if value else 0
    return value * ones, wide * times


def _zeros(count: int) -> list[_Bits]:
    """So many codes that are not used."""
    bits: list[_Bits] = []
    while count > 10:
        run = min(count, 138)
        bits += [_MANY_ZEROS, (run - 11, 7)]
        count -= run
    if count > 2:
        bits += [_FEW_ZEROS, (count - 3, 3)]
        count = 0
    return bits + [_ZERO] * count


def _length(length: int) -> tuple[int, int, int]:
    """Code of a match of 3 to 257 bytes, and the number behind it with its bits."""
    over = length - 3
    extra = max(0, over.bit_length() - 3)
    return 257 + 4 * extra + (over >> extra), over & (1 << extra) - 1, extra


def _distance(distance: int) -> tuple[int, int, int]:
    """Code of a distance, and the number behind it with its bits."""
    over = distance - 1
    extra = max(0, over.bit_length() - 2)
    return 2 * extra + (over >> extra), over & (1 << extra) - 1, extra
