"""The writer: the only place that puts bytes into an output file.

Rules, all from docs/output-profile.md: objects in order and without gaps (the map of letters, known
when every page is written, stands last), a classic cross-reference table, nothing after the end, no
dates, no names, nothing taken from a source object. The same pages give the same bytes.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from functools import cache
from typing import BinaryIO

from redaction.burn import colour, font, tree
from redaction.burn.content import number
from redaction.burn.encode import Raster
from redaction.burn.footer import BAND_PT, Footer, picture
from redaction.types import PLAIN, Extras

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
ARCHIVAL_XMP = XMP.replace(
    'dc="http://purl.org/dc/elements/1.1/">\n',
    'dc="http://purl.org/dc/elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">\n'
    "<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n",
)
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
MAP = 8  # number of the map of letters
FIRST_PAGE = 10
OBJECTS_PER_PAGE = 3
CONTENT_LEVEL = 6  # of zlib


@cache
def _fixed_streams() -> tuple[tuple[str, bytes], ...]:
    """Font file and CIDToGIDMap, the same in every file: further keys and deflated bytes."""
    outline = font.truetype()
    return (
        (f"/Length1 {len(outline)} ", zlib.compress(outline, 9)),
        ("", zlib.compress(font.cid_to_gid(), 9)),
    )


class Writer:
    """Writes one file front to back; pages come in order, `close` ends it.

    `sha256` and `size` describe the file after `close`. At most one page is held in memory.
    """

    def __init__(self, out: BinaryIO, page_count: int, extras: Extras = PLAIN) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._offsets: list[int] = []  # of objects 1, 2 and so on; that of the map is known last
        self._rows = font.ALWAYS
        self._pages = page_count
        self._paragraphs: list[Sequence[int]] = []  # of each page written
        self._extras = extras
        self._banded = extras.footer is not None
        self._step = OBJECTS_PER_PAGE + self._banded
        self._written = 0
        self.size = 0
        self._put(HEADER)
        self._fixed_objects()

    @property
    def _tail(self) -> int:
        """Number of the first object behind the last page."""
        return FIRST_PAGE + self._step * self._pages

    @property
    def sha256(self) -> str:
        """Digest of every byte written so far."""
        return self._digest.hexdigest()

    def page(
        self,
        width_pt: float,
        height_pt: float,
        raster: Raster,
        stream: bytes,
        footer: Footer | None = None,
        paragraphs: Sequence[int] = (),
    ) -> None:
        """Add one page: its image, its content stream (uncompressed, from `content` with the same
        footer) and the picture of its footer, which each page has where the extras ask for one.
        `paragraphs` tells how many marks each one in the stream has."""
        if (footer is not None) != self._banded:
            raise ValueError("a footer where none was announced, or none where one was")
        first = FIRST_PAGE + self._step * self._written
        height, band = number(height_pt), ""
        if footer is not None:
            height, band = number(height_pt + BAND_PT), f" /Im1 {first + 3} 0 R"
        self._object(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {number(width_pt)} {height}] "
            f"/Resources << /XObject << /Im0 {first + 1} 0 R{band} >> /Font << /F0 4 0 R >> >> "
            f"/Contents {first + 2} 0 R{f' /StructParents {self._written}' if self._extras.tagged else ''} >>"
        )
        self._object(
            f"<< /Type /XObject /Subtype /Image /Width {raster.width} /Height {raster.height} "
            f"{raster.keys} /Length {len(raster.data)} >>",
            raster.data,
        )
        self._flate("", zlib.compress(stream, CONTENT_LEVEL))
        self._rows |= font.rows(stream)
        if footer is not None:
            self._flate(*picture(footer.text))
        self._paragraphs.append(paragraphs)
        self._written += 1

    def close(self) -> None:
        """Cross-reference table, trailer and end mark; exactly `page_count` pages must be there."""
        if self._written != self._pages:
            raise ValueError("page count differs from what was announced")
        self._last_objects()
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
        """The next object in order."""
        self._offsets.append(self.size)
        self._body(len(self._offsets), dictionary, stream)

    def _body(self, number: int, dictionary: str, stream: bytes | None) -> None:
        self._put(f"{number} 0 obj\n{dictionary}\n".encode("ascii"))
        if stream is not None:
            self._put(b"stream\n" + stream + b"\nendstream\n")
        self._put(b"endobj\n")

    def _flate(self, keys: str, packed: bytes) -> None:
        self._object(f"<< {keys}/Length {len(packed)} /Filter /FlateDecode >>", packed)

    def _map(self) -> None:
        """The object whose number was left out: what the pages' letters mean."""
        packed = zlib.compress(font.to_unicode(self._rows), 9)
        self._offsets[MAP - 1] = self.size
        self._body(MAP, f"<< /Length {len(packed)} /Filter /FlateDecode >>", packed)

    def _more_of_catalog(self) -> str:
        """Entries that extras ask for; they point behind the last page."""
        tail, more = self._tail, ""
        if self._extras.archival:
            more += (
                " /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier "
                f"({colour.NAME}) /Info ({colour.NAME}) /DestOutputProfile {tail} 0 R >>]"
            )
            tail += 1
        if self._extras.tagged:
            more += f" /MarkInfo << /Marked true >> /StructTreeRoot {tail} 0 R"
        return more

    def _last_objects(self) -> None:
        if self._extras.archival:
            self._flate("/N 3 ", zlib.compress(colour.srgb(), 9))
        if self._extras.tagged:
            first = self._tail + self._extras.archival
            pages = [FIRST_PAGE + self._step * at for at in range(self._pages)]
            for dictionary in tree.objects(first, list(zip(pages, self._paragraphs, strict=True))):
                self._object(dictionary)
        self._map()

    def _fixed_objects(self) -> None:
        kids = " ".join(f"{FIRST_PAGE + self._step * at} 0 R" for at in range(self._pages))
        xmp, name = (ARCHIVAL_XMP if self._extras.archival else XMP).encode("ascii"), font.NAME
        self._object(f"<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R{self._more_of_catalog()} >>")
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
        outline, glyphs = _fixed_streams()
        self._flate(*outline)
        self._offsets.append(0)  # of the map
        self._flate(*glyphs)
