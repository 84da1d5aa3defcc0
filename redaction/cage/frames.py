"""One message between the parent and a child: a JSON object and byte strings, all lengths first.

Layout (little endian): 4 magic bytes, uint32 length of the JSON, uint32 number of byte strings,
one uint64 length per byte string, the JSON in UTF-8, the byte strings. The reader checks every
length against its caps before it allocates anything, and refuses bytes left over.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

MAGIC = b"RGF1"
_HEAD = struct.Struct("<4sII")
MAX_BLOBS = 100_000
# Between a warm cage and its parent: the most a request may say, and how a child of it ended (wait
# status, processor seconds, KiB of the largest resident set).
REQUEST_BYTES = 64 * 1024
ENDED = struct.Struct("<idq")


class BadFrame(Exception):
    """The bytes are not one complete message within the caps."""


def pack(body: dict[str, Any], blobs: Sequence[bytes] = ()) -> list[bytes]:
    """The message as a list of byte strings to write in order."""
    text = json.dumps(body, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    lengths = struct.pack(f"<{len(blobs)}Q", *map(len, blobs))
    return [_HEAD.pack(MAGIC, len(text), len(blobs)), lengths, text, *blobs]


def unpack(raw: memoryview, *, json_bytes: int, total_bytes: int) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """The JSON object and byte strings of one message. Raises BadFrame."""
    if len(raw) < _HEAD.size or len(raw) > total_bytes:
        raise BadFrame("size")
    magic, text_length, count = _HEAD.unpack(raw[: _HEAD.size])
    if magic != MAGIC or text_length > json_bytes or count > MAX_BLOBS:
        raise BadFrame("head")
    at = _HEAD.size + 8 * count
    if len(raw) < at + text_length:
        raise BadFrame("short")
    lengths = struct.unpack(f"<{count}Q", raw[_HEAD.size : at])
    if sum(lengths) + at + text_length != len(raw):
        raise BadFrame("lengths")
    try:
        body = json.loads(bytes(raw[at : at + text_length]), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadFrame("json") from None
    if not isinstance(body, dict):
        raise BadFrame("json")
    at += text_length
    blobs = []
    for length in lengths:
        blobs.append(bytes(raw[at : at + length]))
        at += length
    return body, tuple(blobs)


def _no_number(text: str) -> None:
    """NaN and the infinities, which JSON does not have. Raises ValueError."""
    raise ValueError(text)
