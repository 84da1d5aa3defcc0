"""PDF files that are not what they should be: circles, lies, locks, two in one, calls to the outside."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

import pikepdf

from tests.attacks.hostile_pdf import cid_font, image
from tests.attacks.rawpdf import file, flate, one_page, stream

TWISTED: dict[str, Callable[[], bytes]] = {}


def twisted(maker: Callable[[], bytes]) -> Callable[[], bytes]:
    """One more of them."""
    TWISTED[maker.__name__] = maker
    return maker


@twisted
def a_page_tree_in_a_circle() -> bytes:
    objects = one_page()
    objects[2] = b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2/Parent 2 0 R>>"
    return file(objects)


@twisted
def an_outline_in_a_circle() -> bytes:
    more = {6: b"<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 2>>",
            7: b"<</Title(a)/Parent 6 0 R/Next 8 0 R/First 7 0 R>>",
            8: b"<</Title(b)/Parent 6 0 R/Next 7 0 R/First 6 0 R>>"}  # fmt: skip
    return file(one_page(catalog=b"/Outlines 6 0 R", more=more))


@twisted
def names_in_a_circle() -> bytes:
    more = {6: b"<</Kids[6 0 R 6 0 R]/Limits[(a)(z)]>>"}
    return file(one_page(catalog=b"/Names<</EmbeddedFiles 6 0 R/JavaScript 6 0 R>>", more=more))


@twisted
def fields_in_a_circle() -> bytes:
    more = {6: b"<</FT/Tx/T(a)/Parent 6 0 R/Kids[6 0 R 6 0 R]>>"}
    return file(one_page(catalog=b"/AcroForm<</Fields[6 0 R]>>", more=more))


@twisted
def a_structure_in_a_circle() -> bytes:
    more = {6: b"<</Type/StructTreeRoot/K 7 0 R>>", 7: b"<</S/P/P 6 0 R/K[7 0 R 6 0 R]>>"}
    return file(one_page(catalog=b"/StructTreeRoot 6 0 R/MarkInfo<</Marked true>>", more=more))


@twisted
def a_form_that_draws_itself() -> bytes:
    form = stream(b"/X0 Do /X0 Do", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X0 6 0 R>>>>")
    return file(one_page(b"/X0 Do", resources=b"/XObject<</X0 6 0 R>>", more={6: form}))


@twisted
def a_length_that_is_its_own() -> bytes:
    objects = one_page()
    objects[4] = b"<</Length 4 0 R>>\nstream\n0 g\nendstream"
    return file(objects)


@twisted
def an_earlier_table_that_is_this_one() -> bytes:
    whole = file(one_page())
    return whole.replace(b"/Size", b"/Prev %d/Size" % whole.index(b"xref\n0"))


@twisted
def an_object_stream_in_itself() -> bytes:
    packed = flate(b"6 0 7 5 6 0 R 7 0 R", b"/Type/ObjStm/N 2/First 8/Extends 6 0 R")
    return file(one_page(more={6: packed}, catalog=b"/X 7 0 R"))


@twisted
def an_update_that_was_cut_off() -> bytes:
    """The update blanks the page; its end is lost, and some parsers go by the revision before it."""
    blank = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>\nendobj\n"
    return file(one_page()) + blank + b"%" + b" " * 3000 + b"\n"


@twisted
def an_update_whose_pointer_is_damaged() -> bytes:
    """The update says other words; readers that look for its pointer more or less strictly show either."""
    first = file(one_page())
    table = len(first) + len(
        words := b"4 0 obj\n%s\nendobj\n" % stream(b"BT /F0 12 Tf 20 60 Td (Corrected) Tj ET")
    )
    end = b"trailer\n<</Root 1 0 R/Size 6/Prev %d>>\nstastartxref\n%d\n%%%%E" % (
        first.rindex(b"xref\n0"),
        table,
    )
    return first + words + b"xref\n4 1\n%010d 00000 n \n" % len(first) + end


@twisted
def a_page_damaged_in_the_middle() -> bytes:
    """Some parsers show what comes before the damage, others show nothing."""
    lines = b"".join(
        b"BT /F0 9 Tf 9 %d Td (Line %d of the minutes) Tj ET\n" % (90 - n, n * n) for n in range(90)
    )
    packed = bytearray(zlib.compress(lines))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xff" * 40
    return file(one_page(contents=stream(bytes(packed), b"/Filter/FlateDecode")))


@twisted
def a_header_after_two_kilobytes() -> bytes:
    return b"\x00\x01\x02\x03" * 512 + file(one_page())


@twisted
def a_version_that_does_not_exist() -> bytes:
    return file(one_page(), header=b"%PDF-9.9\n")


@twisted
def a_header_alone() -> bytes:
    return b"%PDF-1.7\n%%EOF\n"


@twisted
def cut_after_a_third() -> bytes:
    whole = file(one_page())
    return whole[: len(whole) // 3]


@twisted
def cut_before_the_table() -> bytes:
    whole = file(one_page())
    return whole[: whole.index(b"xref\n0")]


@twisted
def a_table_that_points_elsewhere() -> bytes:
    return file(one_page()).replace(b"startxref\n", b"startxref\n9")


def _encrypted(user: str, owner: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(file(one_page()))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=user, owner=owner))
    return out.getvalue()


@twisted
def locked_for_readers() -> bytes:
    return _encrypted("open", "sesame")


@twisted
def locked_for_editors() -> bytes:
    return _encrypted("", "sesame")


@twisted
def a_form_of_scripts_only() -> bytes:
    template = stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    form = b"/AcroForm<</XFA 6 0 R/Fields[]>>/NeedsRendering true"
    return file(one_page(catalog=form, more={6: template}))


@twisted
def a_filter_nobody_knows() -> bytes:
    return file(one_page(contents=stream(b"BT (x) Tj ET", b"/Filter/FooDecode")))


@twisted
def a_cipher_nobody_knows() -> bytes:
    return file(one_page(), trailer=b"/Root 1 0 R/Encrypt<</Filter/Foo/V 99/R 99>>/ID[<00><00>]")


@twisted
def contents_in_another_file() -> bytes:
    return file(one_page(contents=stream(b"", b"/F(/etc/passwd)/FFilter/FlateDecode")))


@twisted
def a_character_map_by_path() -> bytes:
    objects = cid_font(b"")
    objects[6] = objects[6].replace(b"/Identity-H", b"/..#2f..#2f..#2f..#2ftmp#2fevil")
    return file(objects)


@twisted
def a_font_file_of_noise() -> bytes:
    noise = bytes((n * 7919 + n // 3) % 256 for n in range(3000))
    lies = (b"glyf" + b"\xff" * 12, b"loca" + b"\xff" * 12, b"maxp" + bytes(4) + b"\xff" * 8)
    table = b"\0\1\0\0\0\3" + bytes(6) + b"".join(lies)
    objects = cid_font(b"", more={9: flate(table + noise, b"/Length1 3048")})
    objects[8] = objects[8].replace(b"/Ascent", b"/FontFile2 9 0 R/Ascent")
    return file(objects)


@twisted
def a_picture_cut_off() -> bytes:
    return image(80, 40, b"/Filter/DCTDecode", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0")


@twisted
def a_jbig2_of_noise() -> bytes:
    return image(80, 40, b"/Filter/JBIG2Decode", bytes(range(256)) * 4, bits=1)


def _polyglot(before: bytes, after: bytes = b"") -> bytes:
    whole = file(one_page(), header=b"%PDF-1.7\n")
    return before + whole + after


@twisted
def also_a_web_page() -> bytes:
    return _polyglot(b"<html><script>fetch('http://127.0.0.1:00000/')</script><!--\n", b"--></html>")


@twisted
def also_an_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    return _polyglot(b"", out.getvalue())


@twisted
def also_a_picture() -> bytes:
    return _polyglot(b"\xff\xd8\xff\xfe\x00\x40" + b" " * 60 + b"\n")


@twisted
def everything_that_points_outside() -> bytes:
    """Each way in which a PDF can ask its reader to open or fetch something."""
    url = b"http://127.0.0.1:00000/"
    actions = [
        b"<</S/URI/URI(%s)>>" % url, b"<</S/GoToR/F(/etc/passwd)/D[0/Fit]>>",
        b"<</S/Launch/F(/bin/sh)/NewWindow true>>",
        b"<</S/SubmitForm/F<</FS/URL/F(%s)>>/Flags 4>>" % url,
        b"<</S/ImportData/F<</FS/URL/F(%s)>>>>" % url,
        b"<</S/JavaScript/JS(app.launchURL('%s');)>>" % url,
        b"<</S/GoToE/F<</FS/URL/F(%s)>>/T<</R/C/N(a)>>>>" % url,
    ]  # fmt: skip
    links = [b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A%s>>" % action for action in actions]
    links.append(b"<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]/RichMediaContent<<>>/F 4>>")
    proxy = stream(b"", b"/Subtype/Form/BBox[0 0 9 9]/Ref<</F<</FS/URL/F(%s)>>/Page 0>>" % url)
    image = stream(b"", b"/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
                   b"/F<</FS/URL/F(%s)>>/Alternates[]/OPI<</2.0<</F(%s)>>>>" % (url, url))  # fmt: skip
    catalog = b"/URI<</Base(%s)>>/OpenAction%s/AA<</WC%s>>" % (url, actions[5], actions[0])
    return file(
        one_page(
            b"BT /F0 12 Tf 20 60 Td (Minutes of the meeting) Tj ET /X0 Do /I0 Do",
            page=b"/Annots[%s]/AA<</O%s>>" % (b" ".join(links), actions[3]),
            resources=b"/XObject<</X0 6 0 R/I0 7 0 R>>",
            catalog=catalog,
            more={6: proxy, 7: image},
        )
    )


def attachments_with_paths(inner: bytes) -> bytes:
    """A PDF whose embedded files are named to be written elsewhere; one is the PDF `inner`."""
    names = (b"../../evil", b"/tmp/evil", b"..\\\\..\\\\evil", b"a\\000b", b"CON", b"x" * 3000)
    specs = b"".join(b"(%d)<</Type/Filespec/F(%s)/UF(%s)/EF<</F 6 0 R>>>>" % (n, name, name)
                     for n, name in enumerate(names))  # fmt: skip
    catalog = b"/Names<</EmbeddedFiles<</Names[%s]>>>>" % specs
    return file(one_page(catalog=catalog, more={6: flate(inner, b"/Type/EmbeddedFile")}))


@twisted
def attachments_named_to_escape() -> bytes:
    return attachments_with_paths(b"x")


@twisted
def a_file_in_a_file_in_a_file() -> bytes:
    inner = file(one_page())
    for _ in range(30):
        inner = attachments_with_paths(inner)
    return inner
