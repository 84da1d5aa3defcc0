"""V3: a closed list of objects and keys. What docs/output-profile.md does not name fails."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from redaction.verify import tags
from redaction.verify.claims import ClaimedExtras
from redaction.verify.structure import Entry, Name, Ref, Structure, Unreadable, inflate

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Redacted record</rdf:li></rdf:Alt></dc:title>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
""".encode("ascii")
ARCHIVAL_XMP = XMP.replace(
    b'elements/1.1/">\n',
    b'elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">\n'
    b"<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n",
)
FIXED_OBJECTS = 9
SRGB_BYTES, SRGB_SHA256 = 508, "41ecbd190257d2872291e0ecb0dd0dabec01d5eaa7d28ddaede6c29570ccb386"
FONT_TABLES = frozenset({"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post", "OS/2"})
ALL_TO_ONE = b"\x00\x01" * 65536  # every code to glyph 1
FONT_FILE_LIMIT, MAP_LIMIT = 8192, 16_384
MOST_RANGES = 100  # in one block of a map (Adobe technical note 5411)
MAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
MAP_TAIL = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""

# A value of the tables below is matched literally; a type stands for any value of that type.
FIXED: Mapping[int, Mapping[str, Any]] = {
    1: {"Type": Name("Catalog"), "Pages": Ref(2), "Metadata": Ref(3)},
    2: {"Type": Name("Pages"), "Kids": list, "Count": int},
    3: {"Type": Name("Metadata"), "Subtype": Name("XML"), "Length": int},
    4: {
        "Type": Name("Font"), "Subtype": Name("Type0"), "BaseFont": Name("Glyphless"),
        "Encoding": Name("Identity-H"), "DescendantFonts": [Ref(5)], "ToUnicode": Ref(8),
    },
    5: {
        "Type": Name("Font"), "Subtype": Name("CIDFontType2"), "BaseFont": Name("Glyphless"),
        "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
        "FontDescriptor": Ref(6), "DW": 200, "CIDToGIDMap": Ref(9),
    },
    6: {
        "Type": Name("FontDescriptor"), "FontName": Name("Glyphless"), "Flags": 5, "FontBBox": list,
        "ItalicAngle": 0, "Ascent": int, "Descent": int, "CapHeight": int, "StemV": int, "FontFile2": Ref(7),
    },
    7: {"Length": int, "Length1": int, "Filter": Name("FlateDecode")},
    8: {"Length": int, "Filter": Name("FlateDecode")},
    9: {"Length": int, "Filter": Name("FlateDecode")},
}  # fmt: skip
STREAMS = frozenset({3, 7, 8, 9})
IMAGE_KEYS: Mapping[str, Any] = {
    "Type": Name("XObject"), "Subtype": Name("Image"), "Width": int, "Height": int, "BitsPerComponent": int,
    "Length": int,
}  # fmt: skip
CODECS: Mapping[str, Mapping[str, Any]] = {
    "CCITTFaxDecode": {"ColorSpace": Name("DeviceGray"), "DecodeParms": dict},
    "FlateDecode": {"ColorSpace": object},
    "DCTDecode": {"ColorSpace": Name("DeviceRGB")},
}


FOOTER: Mapping[str, Any] = {
    **IMAGE_KEYS, "ColorSpace": Name("DeviceGray"), "BitsPerComponent": 1, "Filter": Name("FlateDecode"),
}  # fmt: skip


def faults(
    structure: Structure,
    extras: ClaimedExtras,
    rows: Collection[int],
    marks: Sequence[Sequence[int]] = (),
) -> list[str]:
    """Every object, key or value that the profile does not name, by object number. `rows` are the high
    bytes of the codes that the pages show. `marks` tells how many each paragraph of each page must
    have, where the file is tagged."""
    found = mismatch(structure.trailer, {"Size": int, "Root": Ref(1), "ID": list}, "trailer")
    objects = structure.objects
    step, more = 3 + (extras.footer is not None), int(extras.archival)
    more += tags.HEADS + sum(map(len, marks)) if extras.tagged else 0
    pages, rest = divmod(len(objects) - FIXED_OBJECTS - more, step)
    if sorted(objects) != list(range(1, len(objects) + 1)) or pages < 1 or rest:
        return [*found, f"{len(objects)} objects are not {9 + more} and {step} a page, numbered from 1"]
    tail = FIXED_OBJECTS + 1 + step * pages
    firsts = range(FIXED_OBJECTS + 1, tail, step)
    wanted = layout(extras, tail)
    if extras.tagged:
        if len(marks) != pages:
            return [*found, "another number of pages than of contents"]
        wanted |= tags.tree(tail + extras.archival, firsts, marks)
    for number, expected in wanted.items():
        found += mismatch(objects[number].value, expected, f"object {number}")
    kids = [Ref(number) for number in firsts]
    if not found and (objects[2].value["Kids"] != kids or objects[2].value["Count"] != pages):
        found.append("object 2 does not list the pages in order")
    for at, number in enumerate(firsts):
        found += page_faults(structure, number, at, extras)
    for number, entry in objects.items():
        of_page = FIXED_OBJECTS < number < tail and number not in firsts
        must = number in STREAMS or of_page or (extras.archival and number == tail)
        if (entry.inner is not None) != must:
            found.append(f"object {number} is a stream where it must not be, or none where it must")
    return found or constant_faults(structure, extras, tail, rows)


def layout(extras: ClaimedExtras, tail: int) -> dict[int, Mapping[str, Any]]:
    """What the objects that are not of a page must be; `tail` is the number of the first behind the
    last page."""
    wanted = dict(FIXED)
    if extras.archival:
        intent = {
            "Type": Name("OutputIntent"), "S": Name("GTS_PDFA1"), "OutputConditionIdentifier": b"sRGB",
            "Info": b"sRGB", "DestOutputProfile": Ref(tail),
        }  # fmt: skip
        wanted[1] = {**wanted[1], "OutputIntents": [intent]}
        wanted[tail] = {"N": 3, "Length": int, "Filter": Name("FlateDecode")}
    if extras.tagged:
        root = Ref(tail + extras.archival)
        wanted[1] = {**wanted[1], "MarkInfo": {"Marked": True}, "StructTreeRoot": root}
    return wanted


def page_faults(structure: Structure, number: int, at: int, extras: ClaimedExtras) -> list[str]:
    """Deviations of one page (counted from 0), its image, its content and the picture of its footer."""
    page = structure.objects[number].value
    pictures = {"Im0": Ref(number + 1)}
    found = []
    if extras.footer is not None:
        pictures["Im1"] = Ref(number + 3)
        found += mismatch(structure.objects[number + 3].value, FOOTER, f"object {number + 3}")
    expected = {
        "Type": Name("Page"), "Parent": Ref(2), "MediaBox": list, "Contents": Ref(number + 2),
        "Resources": {"XObject": pictures, "Font": {"F0": Ref(4)}},
    }  # fmt: skip
    if extras.tagged:
        expected["StructParents"] = at
    found += mismatch(page, expected, f"object {number}")
    content = {"Length": int, "Filter": Name("FlateDecode")}
    found += mismatch(structure.objects[number + 2].value, content, f"object {number + 2}")
    image = structure.objects[number + 1].value
    codec = image.get("Filter") if isinstance(image, dict) else None
    if not isinstance(codec, Name) or codec not in CODECS:
        return [*found, f"object {number + 1} has a filter that the profile does not name"]
    expected = {**IMAGE_KEYS, **CODECS[codec], "Filter": codec}
    return found + mismatch(image, expected, f"object {number + 1}")


def mismatch(given: Any, expected: Mapping[str, Any], where: str) -> list[str]:
    """How a dictionary differs from the keys and values it must have; key names are not quoted,
    since a foreign key could itself be the secret."""
    if not isinstance(given, dict):
        return [f"{where} is not a dictionary"]
    found = []
    if foreign := len(set(given) - set(expected)):
        found.append(f"{where} has {foreign} keys that the profile does not name")
    for key, wanted in expected.items():
        if key not in given:
            found.append(f"{where} has no {key}")
        elif not matches(given[key], wanted):
            found.append(f"{where} has another {key}")
    return found


def matches(given: Any, wanted: Any) -> bool:
    """True when a value equals the expected one, or is of the expected type."""
    if isinstance(wanted, type):
        return isinstance(given, wanted) and not isinstance(given, bool)
    if isinstance(wanted, dict):
        return isinstance(given, dict) and not mismatch(given, wanted, "")
    return type(given) is type(wanted) and bool(given == wanted)


def xmp_of(extras: ClaimedExtras) -> bytes:
    """The fixed metadata."""
    return ARCHIVAL_XMP if extras.archival else XMP


def constant_faults(structure: Structure, extras: ClaimedExtras, tail: int, rows: Iterable[int]) -> list[str]:
    """Deviations of the parts that are the same in every file (XMP, font, numbers, colours) and of the
    map of letters, which follows from the `rows` that the pages use."""
    objects = structure.objects
    found = []
    if objects[3].stream != xmp_of(extras):
        found.append("object 3 is not the fixed metadata")
    if extras.archival:
        profile = inflate(objects[tail].stream or b"", SRGB_BYTES + 1)
        if hashlib.sha256(profile).hexdigest() != SRGB_SHA256:
            found.append(f"object {tail} is not the fixed colour profile")
    sides = objects[6].value["FontBBox"]
    if len(sides) != 4 or not all(isinstance(side, int) and abs(side) <= 2000 for side in sides):
        found.append("object 6 has another FontBBox")
    if any(abs(objects[6].value[key]) > 2000 for key in ("Ascent", "Descent", "CapHeight", "StemV")):
        found.append("object 6 has a measure that no font has")
    found += font_faults(inflate(objects[7].stream or b"", FONT_FILE_LIMIT), objects[7].value["Length1"])
    if inflate(objects[8].stream or b"", MAP_LIMIT) != to_unicode(rows):
        found.append("object 8 does not map the rows in use to themselves, or says more")
    if inflate(objects[9].stream or b"", 1 << 18) != ALL_TO_ONE:
        found.append("object 9 does not send every code to glyph 1")
    return found


def font_faults(data: bytes, length: int) -> list[str]:
    """Deviations of the TrueType file: only known tables, no outline, no byte between tables."""
    if len(data) != length or len(data) < 12 or data[:4] != b"\x00\x01\x00\x00":
        return ["object 7 is not a TrueType file of the stated length"]
    count = struct.unpack(">H", data[4:6])[0]
    if len(data) < 12 + 16 * count:
        return ["object 7 is cut"]
    rows = [struct.unpack(">4sLLL", data[12 + 16 * k : 28 + 16 * k]) for k in range(count)]
    tables = {tag.decode("latin-1"): (at, size) for tag, _, at, size in rows}
    found = []
    if not set(tables) <= FONT_TABLES or len(tables) != count:
        found.append("object 7 has tables that the profile does not name")
    used = bytearray(len(data))
    for at, size in [(0, 12 + 16 * count), *tables.values()]:
        used[at : at + size] = b"\x01" * len(used[at : at + size])
    if any(byte for byte, taken in zip(data, used, strict=True) if not taken):
        found.append("object 7 has bytes between its tables")
    if any(any(data[at : at + size]) for at, size in (tables.get(tag, (0, 0)) for tag in ("glyf", "loca"))):
        found.append("object 7 has outlines")
    if any(size > 512 for _, size in tables.values()):
        found.append("object 7 has a table of unusual size")
    names = tables.get("name")
    if names is not None and data[names[0] + 2 : names[0] + 4] != b"\x00\x00":
        found.append("object 7 has name records")
    return found


def to_unicode(rows: Iterable[int]) -> bytes:
    """The map that sends every code of these rows to itself, as the profile writes it."""
    used = sorted(rows)
    blocks = [used[at : at + MOST_RANGES] for at in range(0, len(used), MOST_RANGES)]
    ranges = [
        f"{len(block)} beginbfrange\n"
        + "".join(f"<{row:02X}00> <{row:02X}FF> <{row:02X}00>\n" for row in block)
        + "endbfrange\n"
        for block in blocks
    ]
    return "".join((MAP_HEAD, *ranges, MAP_TAIL)).encode("ascii")


def page_contents(structure: Structure) -> list[bytes]:
    """The decoded content stream of every page, in order. Raises Unreadable."""
    return [inflate(entry.stream or b"") for entry in page_entries(structure, "Contents")]


class Pictures(Sequence[tuple[Mapping[str, Any], bytes]]):
    """Dictionary and encoded bytes of images, the bytes taken out of the file when asked for."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, at: Any) -> Any:
        entry = self._entries[at]
        return entry.value, entry.stream or b""


def page_images(structure: Structure) -> Sequence[tuple[Mapping[str, Any], bytes]]:
    """Dictionary and encoded bytes of every page image, in order. Raises Unreadable."""
    found = pictures(structure, "Im0")
    if len(found) != len(page_values(structure)):
        raise Unreadable("a page has no image")
    return found


def pictures(structure: Structure, name: str) -> Sequence[tuple[Mapping[str, Any], bytes]]:
    """The images that pages have under this name, in order. Raises Unreadable."""
    found: list[Entry] = []
    for page in page_values(structure):
        resources = structure.resolve(page.get("Resources"))
        images = structure.resolve(resources.get("XObject")) if isinstance(resources, dict) else None
        if not isinstance(images, dict) or name not in images:
            continue
        entry = structure.entry(images[name])
        if not isinstance(entry.value, dict) or entry.inner is None:
            raise Unreadable("an image has no stream")
        found.append(entry)
    return Pictures(found)


def page_entries(structure: Structure, key: str) -> list[Any]:
    """The stream object that each page names under `key`. Raises Unreadable."""
    entries = [structure.entry(page.get(key)) for page in page_values(structure)]
    if any(entry.inner is None for entry in entries):
        raise Unreadable("a page has no stream where one must be")
    return entries


def page_values(structure: Structure) -> list[Mapping[str, Any]]:
    """The page dictionaries in order. Raises Unreadable when the tree is not one flat list."""
    root = structure.resolve(structure.trailer.get("Root"))
    tree = structure.resolve(root.get("Pages")) if isinstance(root, dict) else None
    kids = tree.get("Kids") if isinstance(tree, dict) else None
    if not isinstance(kids, list):
        raise Unreadable("there is no flat list of pages")
    pages = [structure.resolve(kid) for kid in kids]
    if not all(isinstance(page, dict) for page in pages):
        raise Unreadable("a page is not a dictionary")
    return pages
