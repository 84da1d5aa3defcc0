"""PDF files that hold more than anybody can read, made when they are needed and never kept.

Each function makes one file. `full` asks for the size an attacker would send; otherwise the file
is as large as it must be to pass the limit it is aimed at.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping

from tests.attacks.rawpdf import file, flate, one_page, stream, zeros

BOMBS: dict[str, Callable[[bool], bytes]] = {}


def bomb(maker: Callable[[bool], bytes]) -> Callable[[bool], bytes]:
    """Grows beyond a limit."""
    BOMBS[maker.__name__] = maker
    return maker


@bomb
def flate_in_flate(full: bool) -> bytes:
    inner = zeros((4 << 30) if full else (300 << 20))
    packed = zlib.compress(zlib.compress(inner, 9), 9)
    filters = b"/Filter[/FlateDecode/FlateDecode/FlateDecode]"
    return file(one_page(contents=stream(packed, filters)))


@bomb
def a_thousand_filters(full: bool) -> bytes:
    data = b"0 g"
    for _ in range(5000 if full else 1000):
        data = zlib.compress(data, 0)
    filters = b"/Filter[%s]" % (b"/FlateDecode" * (5000 if full else 1000))
    return file(one_page(contents=stream(data, filters)))


@bomb
def run_length_content(full: bool) -> bytes:
    packed = b"\x81 " * ((64 << 20) if full else (3 << 20)) + b"\x80"
    return file(one_page(contents=stream(packed, b"/Filter/RunLengthDecode")))


@bomb
def forms_in_forms(full: bool) -> bytes:
    deep = 12 if full else 9
    objects = one_page(b"/X0 Do " * 10, resources=b"/XObject<</X0 6 0 R>>")
    for level in range(deep):
        kid = b"/Resources<</XObject<</X%d %d 0 R>>>>" % (level + 1, level + 7)
        body = b"/X%d Do " % (level + 1) * 10 if level < deep - 1 else b"0 0 9 9 re f"
        objects[level + 6] = stream(body, b"/Type/XObject/Subtype/Form/BBox[0 0 200 100]" + kid)
    return file(objects)


@bomb
def one_heavy_form_many_times(full: bool) -> bytes:
    times = 100_000 if full else 20_000
    form = flate(b"0 0 9 9 re f\n" * 20_000, b"/Type/XObject/Subtype/Form/BBox[0 0 200 100]")
    content = flate(b"/X0 Do\n" * times)
    return file(one_page(contents=content, resources=b"/XObject<</X0 6 0 R>>", more={6: form}))


@bomb
def pages_one_by_one(full: bool) -> bytes:
    count = 500_000 if full else 6_000
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    kids = b" ".join(b"%d 0 R" % n for n in range(3, count + 3))
    objects[2] = b"<</Type/Pages/Count %d/MediaBox[0 0 9 9]/Kids[%s]>>" % (count, kids)
    page = b"<</Type/Page/Parent 2 0 R>>"
    return file(objects | dict.fromkeys(range(3, count + 3), page))


@bomb
def pages_by_sharing(full: bool) -> bytes:
    levels = 7 if full else 5
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for level in range(levels):
        kids = b"%d 0 R " % (level + 3) * 10
        objects[level + 2] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (10 ** (levels - level), kids)
    objects[levels + 2] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return file(objects)


def image(width: int, height: int, filters: bytes, data: bytes, bits: int = 8) -> bytes:
    """A page that shows one image."""
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (width, height)
    shown = stream(data, head + b"/ColorSpace/DeviceGray/BitsPerComponent %d%s" % (bits, filters))
    content = b"200 0 0 100 0 0 cm /I0 Do"
    return file(one_page(content, resources=b"/XObject<</I0 6 0 R>>", more={6: shown}))


@bomb
def gigapixels_in_flate(full: bool) -> bytes:
    side = 60_000 if full else 24_000
    return image(side, side, b"/Filter/FlateDecode", zeros(side * side))


@bomb
def gigapixels_of_one_bit(full: bool) -> bytes:
    side = 60_000
    return image(side, side, b"/Filter/FlateDecode", zeros(1 << 20), bits=1)


@bomb
def gigapixels_as_fax(full: bool) -> bytes:
    parameters = b"/DecodeParms<</K -1/Columns 60000/Rows 60000>>"
    return image(60_000, 60_000, b"/Filter/CCITTFaxDecode" + parameters, b"\xff" * 20_000, bits=1)


@bomb
def gigapixels_as_jbig2(full: bool) -> bytes:
    page = b"\0\0\0\0\x30\0\1\0\0\0\x13" + (60_000).to_bytes(4, "big") * 2 + bytes(8) + b"\0\0\0"
    return image(60_000, 60_000, b"/Filter/JBIG2Decode", page, bits=1)


@bomb
def gigapixels_as_jpeg2000(full: bool) -> bytes:
    size = b"\xff\x51\0\x29\0\0" + (60_000).to_bytes(4, "big") * 2 + bytes(8)
    size += (60_000).to_bytes(4, "big") * 2 + bytes(8) + b"\0\1\7\1\1"
    return image(60_000, 60_000, b"/Filter/JPXDecode", b"\xff\x4f" + size + b"\xff\xd9")


@bomb
def gigapixels_inline(full: bool) -> bytes:
    head = b"q 200 0 0 100 0 0 cm BI /W 60000 /H 60000 /BPC 8 /CS /G /F /Fl ID "
    return file(one_page(contents=flate(head + zeros(1 << 20) + b" EI Q")))


@bomb
def a_page_of_200000_pt(full: bool) -> bytes:
    return file(one_page(page=b"/MediaBox[0 0 200000 200000]"))


@bomb
def a_million_by_user_unit(full: bool) -> bytes:
    return file(one_page(page=b"/MediaBox[0 0 4000 4000]/UserUnit 250"))


@bomb
def metadata_of_nested_tags(full: bool) -> bytes:
    depth = 4_000_000 if full else 100_000
    data = b"<?xpacket?>" + b"<a>" * depth + b"</a>" * depth
    metadata = flate(data, b"/Type/Metadata/Subtype/XML")
    return file(one_page(catalog=b"/Metadata 6 0 R", more={6: metadata}))


@bomb
def entities_in_metadata(full: bool) -> bytes:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    data = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{lines}]><x>&e11;</x>'.encode()
    metadata = stream(data, b"/Type/Metadata/Subtype/XML")
    return file(one_page(catalog=b"/Metadata 6 0 R", more={6: metadata}))


@bomb
def arrays_in_the_catalog(full: bool) -> bytes:
    depth = 1_000_000 if full else 100_000
    return file(one_page(catalog=b"/Deep " + b"[" * depth + b"]" * depth))


@bomb
def dictionaries_in_the_page(full: bool) -> bytes:
    depth = 1_000_000 if full else 50_000
    return file(one_page(page=b"/Deep " + b"<</D " * depth + b"0" + b">>" * depth))


@bomb
def brackets_in_the_content(full: bool) -> bytes:
    return file(one_page(contents=flate(b"[" * (8_000_000 if full else 100_000))))


@bomb
def saved_states(full: bool) -> bytes:
    return file(one_page(contents=flate(b"q " * (8_000_000 if full else 100_000) + b"0 0 9 9 re f")))


@bomb
def a_tile_of_a_thousandth(full: bool) -> bytes:
    tile = stream(b"0 0 1 1 re f", b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1"
                  b"/BBox[0 0 1 1]/XStep .001/YStep .001/Resources<<>>")  # fmt: skip
    content = b"/Pattern cs /P0 scn 0 0 200 100 re f"
    return file(one_page(content, resources=b"/Pattern<</P0 6 0 R>>", more={6: tile}))


@bomb
def a_shading_of_functions(full: bool) -> bytes:
    inner = b"<</FunctionType 2/Domain[0 1]/N 1/C0[0]/C1[1]>>"
    for _ in range(40 if full else 20):
        both = b"/Functions[6 0 R %s]" % inner
        inner = b"<</FunctionType 3/Domain[0 1]/Bounds[.5]/Encode[0 1 0 1]%s>>" % both
    shading = b"/Shading<</S0<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 200 100]/Function 6 0 R>>>>"
    return file(one_page(b"/S0 sh", resources=shading, more={6: inner}))


@bomb
def widths_of_four_thousand_million(full: bool) -> bytes:
    return file(cid_font(b"/W[0 4294967295 500]"))


@bomb
def a_character_map_of_everything(full: bool) -> bytes:
    ranges = b"1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange\n"
    ranges += b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange\n"
    unicode = flate(b"/CMapName /X def\n" + ranges + b"endcmap")
    return file(cid_font(b"", b"/ToUnicode 9 0 R", {9: unicode}))


def cid_font(entries: bytes, outer: bytes = b"", more: Mapping[int, bytes] | None = None) -> dict[int, bytes]:
    """A page in a font whose widths or map are given."""
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[7 0 R]%s>>" % outer
    cid = (b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/FontDescriptor 8 0 R%s"
           b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>" % entries)  # fmt: skip
    descriptor = b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 9 9]/Ascent 9/Descent 0>>"
    objects = one_page(b"BT /F1 12 Tf 20 60 Td <00410042> Tj ET", resources=b"/Font<</F1 6 0 R>>")
    return objects | {6: font, 7: cid, 8: descriptor} | dict(more or {})


@bomb
def glyphs_that_draw_themselves(full: bool) -> bytes:
    glyph = stream(b"1000 0 d0 BT /F1 1 Tf (aaaaaaaaaa) Tj ET")
    font = (b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 7 0 R>>"
            b"/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[1000]"
            b"/Resources<</Font<</F1 6 0 R>>>>>>")  # fmt: skip
    content = b"BT /F1 12 Tf 20 60 Td (aaaaaaaaaa) Tj ET"
    return file(one_page(content, resources=b"/Font<</F1 6 0 R>>", more={6: font, 7: glyph}))


@bomb
def a_page_full_of_findings(full: bool) -> bytes:
    numbers = range(87_654_321, 87_654_321 + (8_000 if full else 320))
    lines = [b"(A%09d A%09d A%09d A%09d) Tj T*" % tuple(range(n, n + 4)) for n in numbers[::4]]
    text = b"BT /F0 1 Tf 1 TL 10 4990 Td\n" + b"\n".join(lines) + b" ET"
    return file(one_page(contents=flate(text), page=b"/MediaBox[0 0 200 5000]"))


@bomb
def attachments_without_end(full: bool) -> bytes:
    count = 20_000 if full else 1_200
    names = b"".join(b"(%06d)6 0 R" % n for n in range(count))
    catalog = b"/Names<</EmbeddedFiles<</Names[%s]>>>>" % names
    return file(
        one_page(
            catalog=catalog,
            more={6: b"<</Type/Filespec/F(a)/EF<</F 7 0 R>>>>", 7: flate(b"x")},
        )
    )


@bomb
def a_million_objects(full: bool) -> bytes:
    count = 1_200_000 if full else 1_001_000
    return file(one_page(more=dict.fromkeys(range(6, count), b"0")))


@bomb
def a_table_of_two_thousand_million(full: bool) -> bytes:
    whole = file(one_page())
    return whole.replace(b"xref\n0 6\n", b"xref\n0 2147483647\n").replace(b"/Size 6", b"/Size 2147483647")


@bomb
def a_table_stream_of_everything(full: bool) -> bytes:
    table = flate(bytes(1 << 16), b"/Type/XRef/Size 2147483647/W[1 8 8]/Index[0 2147483647]/Root 1 0 R")
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    return body + b"2 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


@bomb
def an_object_stream_of_a_thousand_million(full: bool) -> bytes:
    packed = flate(b"1 0 <</Type/Catalog>>", b"/Type/ObjStm/N 1000000000/First 1000000000")
    return file(one_page(more={6: packed}))
