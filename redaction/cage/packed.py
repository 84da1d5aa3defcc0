"""Places and sizes of characters, kept small: a long file has tens of millions of them.

A `Packed` stands for the tuple that a `PageText` holds. It keeps the float32 numbers that crossed
the border, compressed, and makes the values when somebody looks; of those looked at lately a few
are remembered.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from redaction.types import Box

LEVEL = 1
_AS_BOX = partial(tuple.__new__, Box)  # as Box._make, without a step in Python
REMEMBERED = 16  # texts; a dense page's takes about a megabyte


class Packed(Sequence[Any]):
    """The cells (`width` 4) or sizes (`width` 1) of one text of `length` characters. Equal to any
    sequence with the same values, and as unchangeable as a tuple."""

    __slots__ = ("data", "length", "width")

    def __init__(self, data: bytes, length: int, width: int) -> None:
        self.data, self.length, self.width = data, length, width

    @classmethod
    def of(cls, raw: bytes, length: int, width: int) -> Packed:
        """From float32 numbers, `width` for each of `length` characters, NaN where there is none."""
        return cls(zlib.compress(raw, LEVEL), length, width)

    def raw(self) -> bytes:
        """The numbers again. Raises ValueError when they are not as many as was said."""
        size = 4 * self.width * self.length
        unpacker = zlib.decompressobj()
        numbers = unpacker.decompress(self.data, size + 1)
        if len(numbers) != size:
            raise ValueError("another number of places than characters")
        return numbers

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, at: Any) -> Any:
        return _values(self)[at]

    def __iter__(self) -> Iterator[Any]:
        return iter(_values(self))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Packed):
            return self.data == other.data or _values(self) == _values(other)
        return _values(self) == other

    def __hash__(self) -> int:
        return hash(_values(self))


@lru_cache(maxsize=REMEMBERED)
def _of_data(data: bytes, length: int, width: int) -> tuple[Any, ...]:
    numbers = np.frombuffer(Packed(data, length, width).raw(), np.float32).astype(np.float64)
    rounded = np.rint(numbers * 1000) / 1000  # as `round`: a float32 times 1000 is exact in a float64
    if width == 1:
        return tuple([None if size != size else size for size in rounded.tolist()])
    return tuple([None if row[0] != row[0] else _AS_BOX(row) for row in rounded.reshape(-1, 4).tolist()])


def _values(packed: Packed) -> tuple[Any, ...]:
    return _of_data(packed.data, packed.length, packed.width)
