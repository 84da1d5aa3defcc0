"""V3: a closed list of objects and keys. What docs/output-profile.md does not name fails."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from redaction.verify.structure import Name, Ref, Structure, Unreadable, inflate

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
FIXED_OBJECTS = 9
FONT_TABLES = frozenset({"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post", "OS/2"})
FONT_FILE_LIMIT = 8192

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


def faults(structure: Structure) -> list[str]:
    """Every object, key or value that the profile does not name, by object number."""
    found = mismatch(structure.trailer, {"Size": int, "Root": Ref(1), "ID": list}, "trailer")
    objects = structure.objects
    pages, rest = divmod(len(objects) - FIXED_OBJECTS, 3)
    if sorted(objects) != list(range(1, len(objects) + 1)) or pages < 1 or rest:
        return [*found, f"{len(objects)} objects are not 9 and 3 a page, numbered from 1"]
    for number, expected in FIXED.items():
        found += mismatch(objects[number].value, expected, f"object {number}")
    kids = [Ref(10 + 3 * k) for k in range(pages)]
    if not found and (objects[2].value["Kids"] != kids or objects[2].value["Count"] != pages):
        found.append("object 2 does not list the pages in order")
    for k in range(pages):
        found += page_faults(structure, 10 + 3 * k)
    for number, entry in objects.items():
        must = number in STREAMS or (number > FIXED_OBJECTS and number % 3 != 1)
        if (entry.stream is not None) != must:
            found.append(f"object {number} is a stream where it must not be, or none where it must")
    return found or constant_faults(structure)


def page_faults(structure: Structure, number: int) -> list[str]:
    """Deviations of one page, its image and its content."""
    page = structure.objects[number].value
    expected = {
        "Type": Name("Page"), "Parent": Ref(2), "MediaBox": list, "Contents": Ref(number + 2),
        "Resources": {"XObject": {"Im0": Ref(number + 1)}, "Font": {"F0": Ref(4)}},
    }  # fmt: skip
    found = mismatch(page, expected, f"object {number}")
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


def constant_faults(structure: Structure) -> list[str]:
    """Deviations of the parts that are the same in every file: XMP, font, maps, numbers."""
    objects = structure.objects
    found = []
    if objects[3].stream != XMP:
        found.append("object 3 is not the fixed metadata")
    sides = objects[6].value["FontBBox"]
    if len(sides) != 4 or not all(isinstance(side, int) and abs(side) <= 2000 for side in sides):
        found.append("object 6 has another FontBBox")
    if any(abs(objects[6].value[key]) > 2000 for key in ("Ascent", "Descent", "CapHeight", "StemV")):
        found.append("object 6 has a measure that no font has")
    found += font_faults(inflate(objects[7].stream or b"", FONT_FILE_LIMIT), objects[7].value["Length1"])
    found += to_unicode_faults(inflate(objects[8].stream or b"", 1 << 20))
    if inflate(objects[9].stream or b"", 1 << 18) != b"\x00\x01" * 65536:
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


def to_unicode_faults(data: bytes) -> list[str]:
    """Deviations of the ToUnicode map: every code to itself, surrogates left out, nothing else."""
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        return ["object 8 is not plain ASCII"]
    ranges: list[tuple[int, int]] = []
    faulty = False
    for line in lines:
        parts = line.split()
        if len(parts) == 3 and all(part.startswith("<") for part in parts):
            first, last, target = (int(part.strip("<>"), 16) for part in parts)
            faulty |= first != target or first > last or first >> 8 != last >> 8
            ranges.append((first, last))
        elif "<" in line and line.strip() not in {"<0000> <FFFF>"} and not line.startswith("/CIDSystemInfo"):
            faulty = True
    expected = 0
    for first, last in sorted(ranges):
        faulty |= first != expected
        expected = 0xE000 if last + 1 == 0xD800 else last + 1
    if faulty or expected != 0x10000 or len(lines) > 600 or len(data) > 12_000:
        return ["object 8 is not the fixed map of every code to itself"]
    return []


def page_contents(structure: Structure) -> list[bytes]:
    """The decoded content stream of every page, in order. Raises Unreadable."""
    return [inflate(entry.stream or b"") for entry in page_entries(structure, "Contents")]


def page_images(structure: Structure) -> list[tuple[Mapping[str, Any], bytes]]:
    """Dictionary and encoded bytes of every page image, in order. Raises Unreadable."""
    found: list[tuple[Mapping[str, Any], bytes]] = []
    for page in page_values(structure):
        resources = structure.resolve(page.get("Resources"))
        images = structure.resolve(resources.get("XObject")) if isinstance(resources, dict) else None
        entry = structure.entry(images.get("Im0") if isinstance(images, dict) else None)
        if not isinstance(entry.value, dict) or entry.stream is None:
            raise Unreadable("a page has no image")
        found.append((entry.value, entry.stream))
    return found


def page_entries(structure: Structure, key: str) -> list[Any]:
    """The stream object that each page names under `key`. Raises Unreadable."""
    entries = [structure.entry(page.get(key)) for page in page_values(structure)]
    if any(entry.stream is None for entry in entries):
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
