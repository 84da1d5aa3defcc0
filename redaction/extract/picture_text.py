"""Words that an image file keeps beside its pixels: Exif, XMP, IPTC, comments. Inside the cage."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from pikepdf import Array, Name, Stream

from redaction.extract.values import is_readable, without_tags

MOST_BYTES = 100_000_000
_SEGMENTS = {0xFE, *range(0xE1, 0xF0)} - {0xE2, 0xEE}  # COM, APP1 to APP15; not ICC, not Adobe's
_XMP = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)
_RUNS = re.compile(rb"[\x20-\x7e\xa0-\xff]{5,}|(?:[\x20-\x7e]\x00){5,}|(?:\x00[\x20-\x7e]){5,}")
_LOSSY = (Name.DCTDecode, Name.DCT, Name.JPXDecode)


def of_image(stream: Stream) -> Iterator[str]:
    """The texts of an image object's own file; nothing for images that are bare pixels."""
    filters = stream.get(Name.Filter)
    names = list(filters) if isinstance(filters, Array) else [filters]
    if not any(name in _LOSSY for name in names):
        return
    data = stream.read_raw_bytes()
    if names[0] in (Name.FlateDecode, Name.Fl):
        data = _inflated(data)
    yield from of_file(data)


def _inflated(data: bytes) -> bytes:
    """The image file inside a Flate stream, as far as it goes."""
    try:
        return zlib.decompressobj().decompress(data, MOST_BYTES)
    except zlib.error:
        return b""  # no viewer can decode it either


def of_file(data: bytes) -> Iterator[str]:
    """The texts of a JPEG's segments, or of the XMP packet of another kind of file."""
    if data[:2] != b"\xff\xd8":
        for packet in _XMP.findall(data):
            yield without_tags(packet.decode("utf-8", "replace"))
        return
    for segment in _jpeg_segments(data):
        if packet := _XMP.search(segment):
            yield without_tags(packet.group().decode("utf-8", "replace"))
            continue
        runs = [_run(match.group()) for match in _RUNS.finditer(segment)]
        text = "\n".join(run for run in runs if is_readable(run))
        if text:
            yield text


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    """Segments before the pixels that may hold words (ITU-T T.81 B.1.1.4)."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if kind == 0xDA:
            return
        if kind in _SEGMENTS:
            yield data[at + 4 : at + 2 + length]
        at += 2 + max(2, length)


def _run(piece: bytes) -> str:
    if piece[:1] == b"\0":
        return piece.decode("utf-16-be", "replace")
    if piece[1:2] == b"\0":
        return piece.decode("utf-16-le", "replace")
    return piece.decode("latin-1")
