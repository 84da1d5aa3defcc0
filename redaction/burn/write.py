"""The writer: the only place that puts bytes into an output file.

Rules, all from docs/output-profile.md: objects in order and without gaps, a classic
cross-reference table, nothing after the end, no dates, no names, nothing taken from a
source object. The same pages give the same bytes.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from redaction.burn import font
from redaction.burn.encode import Raster

XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
    "<dc:format>application/pdf</dc:format>\n"
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Redacted record</rdf:li></rdf:Alt></dc:title>\n'
    "</rdf:Description>\n"
    "</rdf:RDF>\n"
    "</x:xmpmeta>\n"
    '<?xpacket end="r"?>\n'
)
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
FIRST_PAGE = 10
OBJECTS_PER_PAGE = 3
CONTENT_LEVEL = 6  # of zlib


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """One word of the text layer: its start on the 6-pt grid, points from the bottom left."""

    x: int
    y: int
    text: str


def number(value: float) -> str:
    """A length with at most two decimals, without trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@cache
def _fixed_streams() -> tuple[tuple[str, bytes], ...]:
    """Font file, ToUnicode and CIDToGIDMap, the same in every file: further keys and deflated bytes."""
    outline = font.truetype()
    return (
        (f"/Length1 {len(outline)} ", zlib.compress(outline, 9)),
        ("", zlib.compress(font.to_unicode(), 9)),
        ("", zlib.compress(font.cid_to_gid(), 9)),
    )


def content(width_pt: float, height_pt: float, words: Sequence[PlacedWord]) -> bytes:
    """The content stream of one page, before compression."""
    lines = [
        "q",
        f"{number(width_pt)} 0 0 {number(height_pt)} 0 0 cm",
        "/Im0 Do",
        "Q",
        "BT",
        "3 Tr",
        f"/F0 {font.FONT_SIZE_PT} Tf",
    ]
    x = y = 0
    for word in words:
        lines.append(f"{word.x - x} {word.y - y} Td")
        lines.append(f"<{(word.text + ' ').encode('utf-16-be').hex().upper()}> Tj")
        x, y = word.x, word.y
    lines.append("ET")
    return ("\n".join(lines) + "\n").encode("ascii")


class Writer:
    """Writes one file front to back; pages come in order, `close` ends it.

    `sha256` and `size` describe the file after `close`. At most one page is held in memory.
    """

    def __init__(self, out: BinaryIO, page_count: int) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._offsets: list[int] = []
        self._pages = page_count
        self._written = 0
        self.size = 0
        self._put(HEADER)
        self._fixed_objects()

    @property
    def sha256(self) -> str:
        """Digest of every byte written so far."""
        return self._digest.hexdigest()

    def page(self, width_pt: float, height_pt: float, raster: Raster, stream: bytes) -> None:
        """Add one page: its image and its content stream (uncompressed, from `content`)."""
        first = FIRST_PAGE + OBJECTS_PER_PAGE * self._written
        self._object(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {number(width_pt)} {number(height_pt)}] "
            f"/Resources << /XObject << /Im0 {first + 1} 0 R >> /Font << /F0 4 0 R >> >> "
            f"/Contents {first + 2} 0 R >>"
        )
        self._object(
            f"<< /Type /XObject /Subtype /Image /Width {raster.width} /Height {raster.height} "
            f"{raster.keys} /Length {len(raster.data)} >>",
            raster.data,
        )
        self._flate("", zlib.compress(stream, CONTENT_LEVEL))
        self._written += 1

    def close(self) -> None:
        """Cross-reference table, trailer and end mark; exactly `page_count` pages must be there."""
        if self._written != self._pages:
            raise ValueError("page count differs from what was announced")
        identifier = self._digest.hexdigest()[:32]
        start = self.size
        count = len(self._offsets) + 1
        table = "".join(f"{offset:010d} 00000 n \n" for offset in self._offsets)
        self._put(f"xref\n0 {count}\n0000000000 65535 f \n{table}".encode("ascii"))
        self._put(
            f"trailer\n<< /Size {count} /Root 1 0 R /ID [<{identifier}> <{identifier}>] >>\n"
            f"startxref\n{start}\n%%EOF\n".encode("ascii")
        )

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self.size += len(data)

    def _object(self, dictionary: str, stream: bytes | None = None) -> None:
        self._offsets.append(self.size)
        self._put(f"{len(self._offsets)} 0 obj\n{dictionary}\n".encode("ascii"))
        if stream is not None:
            self._put(b"stream\n" + stream + b"\nendstream\n")
        self._put(b"endobj\n")

    def _flate(self, keys: str, packed: bytes) -> None:
        self._object(f"<< {keys}/Length {len(packed)} /Filter /FlateDecode >>", packed)

    def _fixed_objects(self) -> None:
        kids = " ".join(f"{FIRST_PAGE + OBJECTS_PER_PAGE * at} 0 R" for at in range(self._pages))
        xmp, name = XMP.encode("ascii"), font.NAME
        self._object("<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R >>")
        self._object(f"<< /Type /Pages /Kids [{kids}] /Count {self._pages} >>")
        self._object(f"<< /Type /Metadata /Subtype /XML /Length {len(xmp)} >>", xmp)
        self._object(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
            "/DescendantFonts [5 0 R] /ToUnicode 8 0 R >>"
        )
        self._object(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor 6 0 R /DW {font.ADVANCE} /CIDToGIDMap 9 0 R >>"
        )
        self._object(
            f"<< /Type /FontDescriptor /FontName /{name} /Flags 5 "
            f"/FontBBox [0 0 {font.ADVANCE} {font.ASCENT}] /ItalicAngle 0 /Ascent {font.ASCENT} /Descent 0 "
            f"/CapHeight {font.ASCENT} /StemV 80 /FontFile2 7 0 R >>"
        )
        for keys, packed in _fixed_streams():
            self._flate(keys, packed)
