"""PDF files byte by byte, for tests of what no library would write."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

ZEROS = 1 << 20
Objects = Mapping[int, bytes]


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object with its length."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def flate(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object, compressed."""
    return stream(zlib.compress(data), b"/Filter/FlateDecode" + entries)


def file(objects: Objects, trailer: bytes = b"/Root 1 0 R", header: bytes = b"%PDF-1.7\n") -> bytes:
    """The objects with a cross-reference table that is right."""
    out = bytearray(header)
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n"
    return bytes(out) + b"trailer\n<<%s/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, size, start)


def one_page(
    content: bytes = b"BT /F0 12 Tf 20 60 Td (Minutes of the meeting) Tj ET",
    *,
    page: bytes = b"",
    resources: bytes = b"",
    catalog: bytes = b"",
    more: Objects | None = None,
    contents: bytes | None = None,
) -> dict[int, bytes]:
    """Objects of one small page: 1 catalog, 2 pages, 3 page, 4 content, 5 font; `more` from 6 on."""
    box = b"" if b"/MediaBox" in page else b"/MediaBox[0 0 200 100]"
    font = b"" if b"/Font" in resources else b"/Font<</F0 5 0 R>>"
    return {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%s%s/Resources<<%s%s>>>>" % (box, page, font, resources),
        4: stream(content) if contents is None else contents,
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        **(more or {}),
    }


def zeros(count: int) -> bytes:
    """`count` zero bytes (rounded up to whole mebibytes) as a zlib stream, made without making them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(ZEROS)) + packer.flush(zlib.Z_FULL_FLUSH)
    blocks = -(-count // ZEROS)
    check = ((blocks * ZEROS % 65521) << 16) | 1
    return b"\x78\xda" + block * blocks + b"\x03\x00" + check.to_bytes(4, "big")
