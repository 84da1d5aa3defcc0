"""The one font of every output: TrueType without outlines, and the maps that go with it.

Made in code so that no third-party font enters an output file. Two glyphs, both empty,
both 200/1000 wide; every two-byte code maps to glyph 1, and each that a page may use to itself in Unicode.
docs/output-profile.md, objects 4 to 9.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

NAME = "Glyphless"
ADVANCE = 200  # thousandths of the font size, so 1.2 pt per character at size 6
ASCENT = 500
FONT_SIZE_PT = 6
CHAR_ADVANCE_PT = ADVANCE * FONT_SIZE_PT / 1000
CELL_HEIGHT_PT = ASCENT * FONT_SIZE_PT / 1000

ALWAYS = frozenset({0})  # the row of the space

_SHOWN = re.compile(rb"<([0-9A-F]+)> Tj")
_EPOCH_1904 = 0  # `head` wants a date; zero says nothing


def _checksum(table: bytes) -> int:
    padded = table + b"\0" * (-len(table) % 4)
    return sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF


def _tables() -> dict[bytes, bytes]:
    head = struct.pack(
        ">LLLLHHqqhhhhHHhhh",
        0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, 1000, _EPOCH_1904, _EPOCH_1904,
        0, 0, ADVANCE, ASCENT, 0, 6, 2, 0, 0,
    )  # fmt: skip
    hhea = struct.pack(
        ">LhhhHhhhhhhhhhhhH", 0x00010000, ASCENT, 0, 0, ADVANCE, 0, 0, ADVANCE, 1, 0, 0, 0, 0, 0, 0, 0, 2
    )
    maxp = struct.pack(">LHHHHHHHHHHHHHH", 0x00010000, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    cmap = struct.pack(">HHHHL", 0, 1, 1, 0, 12) + struct.pack(">HHH256s", 0, 262, 0, b"\1" * 256)
    post = struct.pack(">LLhhLLLLL", 0x00030000, 0, 0, 0, 1, 0, 0, 0, 0)
    return {
        b"cmap": cmap,
        b"glyf": b"\0" * 12,  # never addressed: both entries of `loca` are empty
        b"head": head,
        b"hhea": hhea,
        b"hmtx": struct.pack(">HhHh", ADVANCE, 0, ADVANCE, 0),
        b"loca": struct.pack(">HHH", 0, 0, 0),
        b"maxp": maxp,
        b"post": post,
    }


def truetype() -> bytes:
    """The font file: always the same bytes."""
    tables = _tables()
    count = len(tables)
    largest = 1 << (count.bit_length() - 1)
    header = struct.pack(
        ">LHHHH", 0x00010000, count, largest * 16, largest.bit_length() - 1, (count - largest) * 16
    )
    directory, body = b"", b""
    start = len(header) + 16 * count
    head_at = 0
    for tag, table in sorted(tables.items()):
        if tag == b"head":
            head_at = start + len(body)
        directory += struct.pack(">4sLLL", tag, _checksum(table), start + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    font = bytearray(header + directory + body)
    struct.pack_into(">L", font, head_at + 8, (0xB1B0AFBA - _checksum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


def rows(stream: bytes) -> frozenset[int]:
    """The high bytes of the codes that a content stream shows."""
    return frozenset(bytes.fromhex(b"".join(_SHOWN.findall(stream)).decode("ascii"))[::2])


def to_unicode(used: Iterable[int]) -> bytes:
    """CMap that maps every code of these rows (256 codes with one high byte) to itself.

    Not of all rows: PDFium spends 9 ms on 65,536 codes whenever it opens a file. One range a row,
    because a range may not carry into the high byte, in blocks of at most 100 ranges (PDF 32000-1,
    9.10.3 and Adobe technical note 5411).
    """
    ranges = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in sorted(used)]
    blocks = [ranges[at : at + 100] for at in range(0, len(ranges), 100)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfrange", *block, "endbfrange"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return ("\n".join(lines) + "\n").encode("ascii")


def cid_to_gid() -> bytes:
    """Every code to glyph 1."""
    return b"\0\1" * 65536
