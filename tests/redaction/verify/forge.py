"""A second writer of docs/output-profile.md, made for tests: it can write outputs that are wrong.

Nothing here comes from the product's writer or verifier, so that a mistake shared by both of
those still shows.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import io
import json
import math
import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from redaction import detect

KEY = bytes(range(32))
FONT, SIZE = "Helvetica-Bold", 9
W_1 = {
    "W": "10001 10001 10001 10101 10101 11011 10001",
    "-": "00000 00000 00000 11111 00000 00000 00000",
    "1": "00100 01100 00100 00100 00100 00100 01110",
}
# What a footer "PAGE 1 OF 1" needs besides, by its columns from the left, top cell first.
FOOT = {
    "P": "1111111 1001000 1001000 1001000 0110000", "A": "0111111 1001000 1001000 1001000 0111111",
    "G": "0111110 1000001 1001001 1001001 0101111", "E": "1111111 1001001 1001001 1001001 1000001",
    "O": "0111110 1000001 1000001 1000001 0111110", "F": "1111111 1001000 1001000 1001000 1000000",
    "1": "0000000 0100001 1111111 0000001 0000000", " ": "0000000 0000000 0000000 0000000 0000000",
}  # fmt: skip
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
    b"<dc:format>application/pdf</dc:format>\n"
    b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Redacted record</rdf:li></rdf:Alt></dc:title>\n'
    b'</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="r"?>\n'
)
ARCHIVAL = (
    b'1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">\n<pdfaid:part>2</pdfaid:part>\n'
    b"<pdfaid:conformance>B</pdfaid:conformance>\n"
)


@dataclass(frozen=True)
class Sheet:
    """One page to be written: words that stay and words that boxes hide are (x, y from the bottom,
    text), boxes (x0, y0, x1, y1) from the top. A box of a mode other than "line" hides no finding."""

    codec: str
    words: tuple[tuple[int, int, str], ...]
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    dark: tuple[tuple[float, float, float, float], ...] = ()
    hidden: tuple[tuple[int, int, str], ...] = ()
    modes: tuple[str, ...] = ()
    width: float = 240
    height: float = 144
    dpi: int = 100

    def mode(self, at: int) -> str:
        """The mode of one box."""
        return self.modes[at] if at < len(self.modes) else "line"

    @property
    def size_px(self) -> tuple[int, int]:
        """Columns and rows."""
        return math.ceil(self.width * self.dpi / 72), math.ceil(self.height * self.dpi / 72)

    def all_words(self) -> list[tuple[int, int, str]]:
        """The words, then one token per box, at the grid point nearest to its lower left corner."""
        tokens = [
            (math.ceil(x0 / 6) * 6, math.ceil((self.height - y1) / 6) * 6, "[W-1]")
            for x0, _, _, y1 in self.boxes
        ]
        return [*self.words, *tokens]


@dataclass
class Forgery:
    """Everything an output is made of, open to change before it is written."""

    sheets: list[Sheet]
    pixels: list[np.ndarray] = field(default_factory=list)
    streams: list[bytes] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    removed: tuple[str, ...] = ("A 087 654 321", "Guatemala", "Oman")
    keeps: tuple[tuple[int, str, tuple[float, float, float, float] | None], ...] = ()
    source: bytes = b""
    footer: np.ndarray | None = None  # pixels of the band of a file with one page
    archival: bool = False
    paragraphs: int = 0  # marked on the page of a tagged file

    def __post_init__(self) -> None:
        self.source = self.source or paper(self.sheets)
        self.pixels = [draw(sheet) for sheet in self.sheets]
        self.streams = [content(sheet) for sheet in self.sheets]

    def objects(self) -> list[bytes]:
        """The bodies of objects 1 to N."""
        step, band = (3, 0) if self.footer is None else (4, 24)
        kids = b" ".join(b"%d 0 R" % (10 + step * k) for k in range(len(self.sheets)))
        font, tail = truetype(), 10 + step * len(self.sheets)
        metadata, catalog = XMP, b"<< /Type /Catalog /Pages 2 0 R /Metadata 3 0 R"
        if self.paragraphs:
            catalog += b" /MarkInfo << /Marked true >> /StructTreeRoot %d 0 R" % (tail + self.archival)
        if self.archival:
            metadata = XMP.replace(b'1.1/">\n', ARCHIVAL)
            catalog += b" /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier "
            catalog += b"(sRGB) /Info (sRGB) /DestOutputProfile %d 0 R >>]" % tail
        bodies = [
            catalog + b" >>",
            b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(self.sheets)),
            stream(b"/Type /Metadata /Subtype /XML", metadata, packed=False),
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Glyphless /Encoding /Identity-H "
            b"/DescendantFonts [5 0 R] /ToUnicode 8 0 R >>",
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Glyphless /CIDSystemInfo "
            b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 6 0 R /DW 200 "
            b"/CIDToGIDMap 9 0 R >>",
            b"<< /Type /FontDescriptor /FontName /Glyphless /Flags 5 /FontBBox [0 0 200 500] /ItalicAngle 0 "
            b"/Ascent 500 /Descent 0 /CapHeight 500 /StemV 80 /FontFile2 7 0 R >>",
            stream(b"/Length1 %d" % len(font), font),
            stream(b"", to_unicode(*self.rows())),
            stream(b"", b"\0\1" * 65536),
        ]
        for k, sheet in enumerate(self.sheets):
            at = 10 + step * k
            more = b"" if self.footer is None else b" /Im1 %d 0 R" % (at + 3)
            bodies += [
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Resources "
                b"<< /XObject << /Im0 %d 0 R%s >> /Font << /F0 4 0 R >> >> /Contents %d 0 R%s >>"
                % (
                    sheet.width,
                    sheet.height + band,
                    at + 1,
                    more,
                    at + 2,
                    b" /StructParents 0" if self.paragraphs else b"",
                ),
                encode(sheet, self.pixels[k]),
                stream(b"", self.streams[k]),
            ]
            if self.footer is not None:
                rows, columns = self.footer.shape
                keys = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray "
                keys = keys % (columns, rows) + b"/BitsPerComponent 1"
                bodies.append(stream(keys, np.packbits(self.footer != 0, axis=1).tobytes()))
        if self.archival:
            bodies.append(stream(b"/N 3", srgb()))
        if self.paragraphs:
            bodies += tree(len(bodies) + 1, self.paragraphs)
        return bodies

    def rows(self) -> set[int]:
        """The high bytes of the letters on the pages, of the space in any event."""
        shown = (code for data in self.streams for code in re.findall(rb"([0-9A-F]{2})[0-9A-F]{2}", b"".join(
            re.findall(rb"<([0-9A-F]{4,})> Tj", data))))  # fmt: skip
        return {0, *(int(high, 16) for high in shown)}

    def write(self, bodies: list[bytes] | None = None) -> tuple[bytes, dict[str, Any]]:
        """The output and its report; digests in the report are those of what is written."""
        bodies = self.objects() if bodies is None else bodies
        output = assemble(bodies)
        return output, self.describe(output, bodies)

    def describe(self, output: bytes, bodies: list[bytes]) -> dict[str, Any]:
        """The report an honest pipeline would write for this output."""
        pages = []
        for k, sheet in enumerate(self.sheets):
            place = 10 + (3 if self.footer is None else 4) * k
            image = bodies[place].split(b"\nstream\n", 1)[1].removesuffix(b"\nendstream")
            boxes = [
                {"id": f"p{k + 1}b{i}", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "mode": sheet.mode(i - 1),
                 "findings": [f"f{k + 1}.{i}"] if sheet.mode(i - 1) == "line" else [], "label": "W-1"}
                for i, (x0, y0, x1, y1) in enumerate(sheet.boxes, 1)
            ]  # fmt: skip
            pages.append(
                {"n": k + 1, "width_pt": sheet.width, "height_pt": sheet.height, "rotation": 0,
                 "dpi": sheet.dpi,
                 "codec": sheet.codec, "raster_sha256": sha(image), "text_sha256": sha(self.streams[k]),
                 "words": len(sheet.words), "ocr": {"used": False, "why": ""}, "scanned": False,
                 "trusted_text": True, "signals": [], "boxes": boxes}
            )  # fmt: skip
        findings = [
            {"key": key, "page": page["n"], "source": "pdfium", "type": "COUNTRY_OF_BIRTH", "final": "redact",
             **hashed("Guatemala")}
            for page in pages for box in page["boxes"] for key in box["findings"]
        ]  # fmt: skip
        removed = [{"page": None, **hashed(value)} for value in self.removed]
        keeps = [
            {"page": page, "box": None if box is None else list(box), "finding": f"k{i}", **hashed(value)}
            for i, (page, value, box) in enumerate(self.keeps)
        ]
        report = {
            "version": 1, "status": "verified", "exit": 0, "reasons": [],
            "source": {"sha256": sha(self.source), "bytes": len(self.source),
                       "media_type": "application/pdf"},
            "output": {"sha256": sha(output), "bytes": len(output)},
            "pages": pages, "findings": findings, "removed": removed, "keeps": keeps,
            "ruleset": detect.load().sha256,
            "assertions": [{"id": f"V{n}", "result": "pass", "detail": ""} for n in range(1, 17)],
        }  # fmt: skip
        report["plan_sha256"] = plan_digest(report)
        return report | copy.deepcopy(self.report)


WORDS = ((24, 120, "Report"), (60, 120, "number"), (24, 108, "twelve"), (24, 30, "woman"))
BOX = (72.0, 40.0, 180.0, 64.0)
COUNTRY = ((78, 88, "Guatemala"),)
NUMBER = ((78, 88, "A"), (90, 88, "087"), (114, 88, "654"), (138, 88, "321"))


def sound() -> Forgery:
    """A sound output with all four codecs, boxes on each page, and words that stay."""
    sheets = [Sheet(codec, WORDS, (BOX,), hidden=COUNTRY) for codec in ("ccitt", "grey4", "palette", "jpeg")]
    sheets[0] = replace(sheets[0], boxes=(BOX, (36.0, 80.0, 72.0, 88.0)), hidden=(*COUNTRY, (38, 58, "Oman")))
    sheets[1] = replace(
        sheets[1], boxes=(BOX, (150.0, 50.5, 216.0, 90.0)), modes=("line", "region"), hidden=NUMBER
    )
    return Forgery(sheets)


def single(codec: str = "grey4", **changes: Any) -> Forgery:
    """A sound output of one page."""
    return Forgery([replace(Sheet(codec, WORDS, (BOX,), hidden=COUNTRY), **changes)])


def banded(codec: str = "grey4", **changes: Any) -> Forgery:
    """A sound output of one page with a footer."""
    forgery = single(codec, **changes)
    columns = [column for sign in "PAGE 1 OF 1" for column in (*FOOT[sign].split(), "0" * 7)]
    ink = np.array([list(map(int, column)) for column in columns[:-1]]).T.repeat(3, axis=0).repeat(3, axis=1)
    forgery.footer = np.where(ink, 0, 255).astype(np.uint8)
    forgery.report = {"extras": {"footer": "", "archival": False, "tagged": False}}
    lines = forgery.streams[0].split(b"\n")
    lines[1] = lines[1].replace(b" 0 0 cm", b" 0 24 cm")
    x, y = map(int, lines[7].split()[:2])
    lines[7] = b"%d %d Td" % (x, y + 24)
    at = forgery.sheets[0].all_words()[-1]
    word = b"<%s> Tj" % "PAGE1OF1 ".encode("utf-16-be").hex().upper().encode()
    lines[-2:-2] = [b"%d %d Td" % (6 - at[0], 6 - at[1] - 24), word]
    lines[4:4] = [b"q", b"65 0 0 7 6 8 cm", b"/Im1 Do", b"Q"]
    forgery.streams[0] = b"\n".join(lines)
    return forgery


def archival(codec: str = "grey4") -> Forgery:
    """A sound output of one page that says it is PDF/A-2b."""
    forgery = single(codec)
    forgery.archival = True
    forgery.report = {"extras": {"footer": None, "archival": True, "tagged": False}}
    return forgery


def tagged(codec: str = "grey4", *, full: bool = False) -> Forgery:
    """A sound output of one page with marks and a structure tree; `full` also has the other extras."""
    forgery = banded(codec) if full else single(codec)
    forgery.archival, forgery.paragraphs = full, 3
    forgery.report = {"extras": {"footer": "" if full else None, "archival": full, "tagged": True}}
    shows = [line for line in forgery.streams[0].split(b"\n") if line.endswith((b" Td", b" Tj"))]
    head, _, _ = forgery.streams[0].partition(shows[0])
    head = head.replace(b"q\n", b"/Artifact << /Type /Page >> BDC\nq\n", 1).replace(b"Q\n", b"Q\nEMC\n")
    head = head.replace(b"EMC\nq\n", b"EMC\n/Artifact << /Type /Pagination >> BDC\nq\n")
    lines = [
        b"/P << /MCID 0 >> BDC", *shows[:6], b"EMC",
        b"/P << /MCID 1 >> BDC", *shows[6:8], b"EMC",
        b"/Span << /MCID 2 /ActualText (withheld W-1) >> BDC", *shows[8:10], b"EMC",
    ]  # fmt: skip
    if full:
        lines += [b"/Artifact << /Type /Pagination >> BDC", *shows[10:], b"EMC"]
    forgery.streams[0] = head + b"\n".join([*lines, b"ET", b""])
    return forgery


def tree(first: int, paragraphs: int) -> list[bytes]:
    """The structure tree of a file with one page, whose object is number 10."""
    every = b" ".join(b"%d 0 R" % (first + 3 + at) for at in range(paragraphs))
    return [
        b"<< /Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey 1 >>"
        % (first + 1, first + 2),
        b"<< /Type /StructElem /S /Document /P %d 0 R /K [%s] >>" % (first, every),
        b"<< /Nums [0 [%s]] >>" % every,
        *(b"<< /S /P /P %d 0 R /Pg 10 0 R /K [%d] >>" % (first + 1, at)
          for at in range(paragraphs)),
    ]  # fmt: skip


def srgb(name: str = "sRGB") -> bytes:
    """The colour profile of section 9.2."""

    def texts(text: str) -> bytes:
        data = text.encode("utf-16-be")
        return struct.pack(">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", len(data), 28) + data

    def numbers(kind: bytes, *values: float) -> bytes:
        return struct.pack(f">4sI{len(values)}i", kind, 0, *(round(value * 65536) for value in values))

    curve = b"para\0\0\0\0\0\3\0\0" + numbers(b"", 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)[8:]
    white = (0.9642, 1, 0.8249)
    adapted = (1.04791, 0.02293, -0.0502, 0.0296, 0.99046, -0.01707, -0.00925, 0.01506, 0.75179)
    parts = [
        (b"desc", texts(name)), (b"cprt", texts("No rights reserved")), (b"wtpt", numbers(b"XYZ ", *white)),
        (b"chad", numbers(b"sf32", *adapted)), (b"rXYZ", numbers(b"XYZ ", 0.43607, 0.22249, 0.01392)),
        (b"gXYZ", numbers(b"XYZ ", 0.38515, 0.71687, 0.09708)),
        (b"bXYZ", numbers(b"XYZ ", 0.14307, 0.06061, 0.7141)), (b"rTRC", curve),
    ]  # fmt: skip
    at, rows, body = 128 + 4 + 12 * 10, [], b""
    for tag, data in parts:
        rows.append((tag, at + len(body), len(data)))
        body += data + bytes(-len(data) % 4)
    rows += [(tag, *rows[-1][1:]) for tag in (b"gTRC", b"bTRC")]
    head = struct.pack(">IIBBBB", at + len(body), 0, 4, 0x20, 0, 0) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    head = head.ljust(68, b"\0") + numbers(b"", *white)[8:]
    table = b"".join(struct.pack(">4sII", *row) for row in rows)
    return head.ljust(128, b"\0") + struct.pack(">I", len(rows)) + table + body


def again(forgery: Forgery) -> list[dict[str, Any]]:
    """What burning every page of a sound output a second time would give."""
    pages = forgery.write()[1]["pages"]
    names = ("n", "raster_sha256", "text_sha256", "width_pt", "height_pt", "dpi", "codec", "words")
    return [{name: page[name] for name in names} | {"boxes": rows(page)} for page in pages]


def rows(page: dict[str, Any]) -> list[list[Any]]:
    """The boxes of a page of a report, as the second burning gives them."""
    return [[*(box[side] for side in ("x0", "y0", "x1", "y1")), box["label"]] for box in page["boxes"]]


def paper(sheets: list[Sheet], *, hidden: bool = True) -> bytes:
    """The source, with or without the words under the boxes."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for sheet in sheets:
        canvas.setPageSize((sheet.width, sheet.height))
        canvas.setFont(FONT, SIZE)
        for x, y, text in (*sheet.words, *(sheet.hidden if hidden else ())):
            canvas.drawString(x, y, text)
        for x0, y0, x1, y1 in sheet.dark:
            canvas.rect(x0, sheet.height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def sha(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def hashed(value: str) -> dict[str, Any]:
    """A value as the report holds it."""
    folded = "".join(sign for sign in unicodedata.normalize("NFKC", value).casefold() if sign.isalnum())
    return {"hmac": hmac.new(KEY, folded.encode(), hashlib.sha256).hexdigest(), "length": len(folded)}


def plan_digest(report: dict[str, Any]) -> str:
    """Section 5 of the profile."""
    boxes = [
        [page["n"], box["id"], *(float(round(box[side], 2)) for side in ("x0", "y0", "x1", "y1")),
         box["mode"], box["label"]]
        for page in report["pages"] for box in page["boxes"]
    ]  # fmt: skip
    keeps = [
        [keep["page"], None if keep["box"] is None else [float(round(side, 2)) for side in keep["box"]],
         keep["finding"]]
        for keep in report["keeps"]
    ]  # fmt: skip
    plan = {
        "source_sha256": report["source"]["sha256"],
        "ruleset": report["ruleset"],
        "boxes": boxes,
        "keeps": keeps,
    }
    return sha(json.dumps(plan, sort_keys=True, separators=(",", ":")).encode())


def draw(sheet: Sheet) -> np.ndarray:
    """Grey pixels: the source without its hidden words, then the boxes."""
    with pypdfium2.PdfDocument(paper([sheet], hidden=False)) as document:
        drawn = document[0].render(scale=sheet.dpi / 72, grayscale=True).to_numpy()
    page = np.array(drawn, dtype=np.uint8).reshape(drawn.shape[:2])
    assert page.shape[::-1] == sheet.size_px
    for box in sheet.boxes:
        paint(page, box, sheet)
    return page


def paint(page: np.ndarray, box: tuple[float, float, float, float], sheet: Sheet) -> None:
    """One box: frame, fill, label."""
    (rows, columns), unit = page.shape, max(1, round(sheet.dpi / 100))
    x0, x1 = (round(side * columns / sheet.width, 6) for side in (box[0], box[2]))
    y0, y1 = (round(side * rows / sheet.height, 6) for side in (box[1], box[3]))
    left, right, top, bottom = math.floor(x0), math.ceil(x1), math.floor(y0), math.ceil(y1)
    if sheet.codec == "jpeg":
        left, top = left - left % 8, top - top % 8
        right, bottom = min(columns, right + -right % 8), min(rows, bottom + -bottom % 8)
    page[top:bottom, left:right] = 255
    page[top + unit : bottom - unit, left + unit : right - unit] = 0
    if bottom - top < 11 * unit or right - left < 25 * unit:
        return
    for place, sign in enumerate("W-1"):
        for row, bits in enumerate(W_1[sign].split()):
            for column, bit in enumerate(bits):
                if bit == "1":
                    y = top + (bottom - top - 7 * unit) // 2 + row * unit
                    x = left + 3 * unit + (6 * place + column) * unit
                    page[y : y + unit, x : x + unit] = 255


def encode(sheet: Sheet, page: np.ndarray, data: bytes | None = None) -> bytes:
    """The image object; `data` replaces the encoded bytes."""
    rows, columns = page.shape
    keys = b"/Type /XObject /Subtype /Image /Width %d /Height %d " % (columns, rows)
    match sheet.codec:
        case "ccitt":
            keys += b"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms "
            keys += b"<< /K -1 /Columns %d /Rows %d >>" % (columns, rows)
            return stream(keys, fax(page) if data is None else data, packed=False)
        case "jpeg":
            keys += b"/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
            return stream(keys, jpeg(page) if data is None else data, packed=False)
        case "grey4":
            keys += b"/ColorSpace /DeviceGray /BitsPerComponent 4"
            return stream(keys, nibbles(page // 17) if data is None else data)
    keys += b"/ColorSpace [/Indexed /DeviceRGB 2 <000000FFFFFF808080>] /BitsPerComponent 4"
    indices = np.where(page < 64, 0, np.where(page > 192, 1, 2)).astype(np.uint8)
    return stream(keys, nibbles(indices) if data is None else data)


def nibbles(page: np.ndarray) -> bytes:
    """Two pixels a byte, rows padded."""
    if page.shape[1] % 2:
        page = np.hstack((page, np.zeros((page.shape[0], 1), np.uint8)))
    return (page[:, ::2] * 16 + page[:, 1::2]).astype(np.uint8).tobytes()


def fax(page: np.ndarray) -> bytes:
    """Group 4 data, by way of a TIFF file."""
    out = io.BytesIO()
    image = Image.fromarray(page).convert("1", dither=Image.Dither.NONE)
    image.save(out, "TIFF", compression="group4", tiffinfo={262: 0, 278: page.shape[0]}, strip_size=1 << 30)
    with Image.open(io.BytesIO(out.getvalue())) as saved:
        (at,), (size,) = saved.tag_v2[273], saved.tag_v2[279]
    return out.getvalue()[at : at + size]


def jpeg(page: np.ndarray, *, bare: bool = True) -> bytes:
    """A 4:4:4 JPEG; bare leaves the application segment out."""
    out = io.BytesIO()
    Image.fromarray(np.dstack([page] * 3)).save(out, "JPEG", quality=85, subsampling=0)
    data = out.getvalue()
    size = struct.unpack(">H", data[4:6])[0]
    return data[:2] + data[4 + size :] if bare else data


def content(sheet: Sheet) -> bytes:
    """The content stream."""
    lines = ["q", f"{sheet.width:g} 0 0 {sheet.height:g} 0 0 cm", "/Im0 Do", "Q", "BT", "3 Tr", "/F0 6 Tf"]
    at = (0, 0)
    for x, y, text in sheet.all_words():
        lines += [f"{x - at[0]} {y - at[1]} Td", f"<{(text + ' ').encode('utf-16-be').hex().upper()}> Tj"]
        at = (x, y)
    return "\n".join([*lines, "ET", ""]).encode()


def stream(keys: bytes, data: bytes, *, packed: bool = True) -> bytes:
    """A stream object's body."""
    if packed:
        data = zlib.compress(data)
        keys += b" /Filter /FlateDecode"
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (keys.strip(), len(data), data)


def truetype() -> bytes:
    """Two empty glyphs."""
    tables = {
        b"cmap": struct.pack(">HHHHL", 0, 1, 3, 0, 12)
        + struct.pack(">HHHHHHHH", 4, 24, 0, 2, 2, 0, 0, 0xFFFF)
        + struct.pack(">HHHH", 0, 0xFFFF, 1, 0),
        b"glyf": b"\0\0\0\0",
        b"head": struct.pack(">LLLLHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, 1000,
                             0, 0, 0, 0, 200, 500, 0,
                             6, 2, 0, 0),
        b"hhea": struct.pack(">LhhhHhhhhhhhhhhhH", 0x10000, 500, 0, 0, 200, 0, 0,
                             200, 1, 0, 0, 0, 0, 0, 0, 0, 2),
        b"hmtx": struct.pack(">HhHh", 200, 0, 200, 0),
        b"loca": struct.pack(">HHH", 0, 0, 0),
        b"maxp": struct.pack(">LHHHHHHHHHHHHHH", 0x10000, 2, *[0] * 13),
        b"post": struct.pack(">LLhhLLLLL", 0x30000, 0, 0, 0, 1, 0, 0, 0, 0),
    }  # fmt: skip
    at = 12 + 16 * len(tables)
    rows, body = b"", b""
    for tag, table in tables.items():
        rows += struct.pack(">4sLLL", tag, 0, at + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    return struct.pack(">LHHHH", 0x10000, len(tables), 128, 3, 0) + rows + body


def to_unicode(*used: int) -> bytes:
    """Every code with one of these high bytes to itself."""
    rows = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in sorted(used)]
    text = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    text += "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    text += "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    text += "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
    for first in range(0, len(rows), 100):
        block = rows[first : first + 100]
        text += f"{len(block)} beginbfrange\n" + "\n".join(block) + "\nendbfrange\n"
    return (text + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").encode()


def assemble(bodies: list[bytes], trailer: bytes = b"", last: int = 8) -> bytes:
    """Header, objects, table, trailer; `trailer` adds keys to it. Object `last` stands behind the others."""
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    offsets = [0] * len(bodies)
    for number in [*(one for one in range(1, len(bodies) + 1) if one != last), last]:
        offsets[number - 1] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, bodies[number - 1])
    name = hashlib.sha256(out).hexdigest()[:32].encode()
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(bodies) + 1
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R /ID [<%s> <%s>]%s >>\n" % (size, name, name, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % start
