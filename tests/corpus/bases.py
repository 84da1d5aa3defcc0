"""Small sound PDFs of many kinds, to be damaged. All people and numbers are invented."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas

from tests.attacks.rawpdf import file, flate, one_page, stream

SECRETS = ("087654321", "087 654 321", "EAC2190012345")
SIZE = (216, 120)
LINES = ("Minutes of the meeting", "File number A087654321", "Receipt EAC2190012345", "The hall was full.")
MOST_BYTES = 130_000


def plain(draw: Callable[[Canvas], None] | None = None, pages: int = 1) -> bytes:
    """One small page with two numbers that must go."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=SIZE, invariant=1, pageCompression=1)
    for _ in range(pages):
        canvas.setFont("Helvetica", 9)
        for row, line in enumerate(LINES):
            canvas.drawString(12, 100 - 20 * row, line)
        if draw is not None:
            draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _saved(change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain(pages=2))) as pdf:
        change(pdf)
        pdf.save(out, static_id=True, **how)
    return out.getvalue()


def _form(pdf: pikepdf.Pdf) -> None:
    field = pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("Ana Flores"),
                   Rect=Array([120, 10, 200, 24]), F=4, DA=String("/Helv 9 Tf 0 g"))
    )  # fmt: skip
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.FreeText, Contents=String("A note"), Rect=Array([9, 9, 60, 20]),
        DA=String("/Helv 8 Tf 0 g"),
    )  # fmt: skip
    pdf.pages[0].obj.Annots = Array([field, pdf.make_indirect(note)])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=Dictionary(Font=Dictionary(Helv=font)))


def _furnished(pdf: pikepdf.Pdf) -> None:
    """Outline, metadata, an attachment, a turned page, a crop box."""
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Minutes", 0))
    pdf.docinfo["/Author"] = "Ana Flores"
    pdf.attachments["notes.txt"] = pikepdf.AttachedFileSpec(pdf, b"notes", mime_type="text/plain")
    pdf.pages[1].obj.Rotate = 90
    pdf.pages[1].obj.CropBox = Array([4, 4, 210, 116])


def _nothing(_: pikepdf.Pdf) -> None:
    pass


def _shapes(canvas: Canvas) -> None:
    canvas.rect(120, 20, 40, 30, fill=1)
    canvas.setStrokeColorRGB(0.8, 0.1, 0.1)
    canvas.bezier(120, 60, 140, 100, 160, 20, 200, 60)


def _two_byte_font() -> bytes:
    """Text in a two-byte font with a character map, drawn inside a form."""
    codes = b"".join(b"<%04X> <%04X>\n" % (n, n) for n in range(65, 91))
    unicode = flate(b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> "
                    b"endcodespacerange 26 beginbfchar\n" + codes + b"endbfchar endcmap end")  # fmt: skip
    text = "MINUTESOFTHEMEETING".encode("utf-16-be").hex().encode()
    drawn = flate(b"BT /F1 9 Tf 12 60 Td <%s> Tj ET" % text, b"/Type/XObject/Subtype/Form/BBox[0 0 200 100]"
                  b"/Resources<</Font<</F1 6 0 R>>>>")  # fmt: skip
    font = (b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[7 0 R]"
            b"/ToUnicode 9 0 R>>")  # fmt: skip
    cid = (b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/FontDescriptor 8 0 R/DW 600/W[65[700 650]]"
           b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>")  # fmt: skip
    about = b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 900 900]/Ascent 900/Descent 0>>"
    more = {6: font, 7: cid, 8: about, 9: unicode, 10: drawn}
    return file(one_page(b"q 1 0 0 1 0 0 cm /X0 Do Q", resources=b"/XObject<</X0 10 0 R>>", more=more))


def _revised() -> bytes:
    """Two revisions: the second changes the page's text."""
    first = file(one_page())
    at, start = len(first), first.rindex(b"xref\n0")
    body = b"4 0 obj\n%s\nendobj\n" % stream(b"BT /F0 12 Tf 20 60 Td (Minutes, corrected) Tj ET")
    table = b"xref\n4 1\n%010d 00000 n \n" % at
    trailer = b"trailer\n<</Root 1 0 R/Size 6/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (start, at + len(body))
    return first + body + table + trailer


def every(samples: Path | None = None) -> list[tuple[str, bytes]]:
    """(name, bytes) of the made ones, and of the sample documents that are small enough."""
    packed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    locked = pikepdf.Encryption(user="", owner="x", R=3, aes=False, metadata=False)
    made = [
        ("plain", plain()),
        ("shapes", plain(_shapes)),
        ("raw", file(one_page())),
        ("two_byte_font", _two_byte_font()),
        ("revised", _revised()),
        ("form", _saved(_form)),
        ("furnished", _saved(_furnished)),
        ("packed", _saved(_nothing, **packed)),
        ("packed_form", _saved(_form, **packed)),
        (
            "locked_for_editors",
            _saved(_nothing, encryption=locked),
        ),
    ]
    if samples is None:
        return made
    paths = sorted(p for part in ("pdfs", "odd") for p in (samples / part).glob("*.pdf"))
    return made + [(p.name, p.read_bytes()) for p in paths if p.stat().st_size <= MOST_BYTES]
