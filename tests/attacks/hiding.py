"""Puts one invented number into each place in which a PDF can hide text.

Every place has a number of its own, so that a leak names the place it came from. Two files: one
whose pages may be trusted, and one whose pages may not (pictures instead of pages, fonts that say
other letters than they show).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from redaction.types import TextSource

S = TextSource
STAYS = ("heliotrope", "lantern", "fence", "photographs")
FILLING = (
    "The heliotrope meadow behind the hall was mown in the morning and watered at noon.",
    "Photographs were taken of the fence and of the broken lantern beside the gate.",
    "Nobody had come to the door, and the report was closed by the evening shift.",
)


@dataclass(frozen=True)
class Place:
    """One hiding place. `source` labels what is read there; None for what no viewer and no
    extractor shows, which is dropped unread."""

    name: str
    source: TextSource | None
    put: Callable[[pikepdf.Pdf, str], None]
    secret: str = ""

    @property
    def words(self) -> str:
        """The number with the label that makes it one."""
        return f"A-number A{self.secret}"


def trusted() -> tuple[bytes, list[Place]]:
    """A file that may leave without a person's look, and what hides in it."""
    return _planted(TRUSTED, 0)


def untrusted() -> tuple[bytes, list[Place]]:
    """A file of which every page needs a person's look, and what hides in it."""
    return _planted(UNTRUSTED, len(TRUSTED))


def _planted(places: list[Place], first: int) -> tuple[bytes, list[Place]]:
    numbered = [
        Place(place.name, place.source, place.put, f"08765{first + at:04d}")
        for at, place in enumerate(places)
    ]
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(_pages())) as pdf:
        pdf.Root.AcroForm = pdf.make_indirect(
            Dictionary(Fields=Array(), DA=String("/Helv 9 Tf 0 g"), NeedAppearances=True)
        )
        for place in numbered:
            if place.put is not earlier_revision:
                place.put(pdf, place.words)
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = out.getvalue()
    for place in numbered:
        if place.put is earlier_revision:
            data = revised(data, place.words)
    return data + _trail(numbered), numbered


def _trail(places: list[Place]) -> bytes:
    """Bytes behind the end of the file."""
    behind = [place.words for place in places if place.put is nothing]
    return "".join(f"% {words}\n" for words in behind).encode()


def _pages() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1)
    for _page in range(2):
        canvas.setFont("Helvetica", 10)
        for row in range(36):
            canvas.drawString(72, 560 - 14 * row, FILLING[row % len(FILLING)])
        canvas.showPage()
    canvas.save()
    return out.getvalue()


# --- drawn --------------------------------------------------------------------------------------


def draw(pdf: pikepdf.Pdf, content: str, page: int = 0) -> None:
    """More content for a page."""
    pdf.pages[page].contents_add(content.encode("latin-1"))


def shown(words: str, x: float, y: float, size: float = 10, more: str = "") -> str:
    """Operators that show the words."""
    return f"q BT {more} /F1 {size} Tf {x} {y} Td ({words}) Tj ET Q\n"


def page_text(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, shown(words, 72, 740))


def form(pdf: pikepdf.Pdf, content: str, **resources: object) -> pikepdf.Object:
    """A form object of the size of a page."""
    return pdf.make_stream(
        content.encode("latin-1"), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 612, 792],
        Resources=Dictionary(**{"Font": pdf.pages[0].obj.Resources.Font, **resources}),
    )  # fmt: skip


def add_object(pdf: pikepdf.Pdf, name: str, thing: pikepdf.Object, page: int = 0) -> None:
    """A named object among the page's resources."""
    resources = pdf.pages[page].obj.Resources
    if Name.XObject not in resources:
        resources.XObject = Dictionary()
    resources.XObject[name] = thing


def nested_form(pdf: pikepdf.Pdf, words: str) -> None:
    inner = form(pdf, shown(words, 72, 724))
    add_object(pdf, "/Outer", form(pdf, "/Inner Do", XObject=Dictionary(Inner=inner)))
    draw(pdf, "/Outer Do\n")


def undrawn_form(pdf: pikepdf.Pdf, words: str) -> None:
    add_object(pdf, "/Never", form(pdf, shown(words, 72, 724)))


def off_page(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, shown(words, 72, -60))


def cropped(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.pages[1].obj.CropBox = Array([0, 0, 612, 770])
    draw(pdf, shown(words, 72, 778), page=1)


def tiny(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, shown(words, 300, 740, size=0.8))


def white(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, shown(words, 72, 708, more="1 g"))


def render_mode_3(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, shown(words, 72, 692, more="3 Tr"))


def clipped(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, f"q 0 0 20 20 re W n {shown(words, 72, 676)} Q\n")


def under_box(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, shown(words, 72, 660) + "q 0 g 66 656 190 14 re f Q\n")


def behind_image(pdf: pikepdf.Pdf, words: str) -> None:
    add_object(pdf, "/Cover", image(pdf, Image.new("L", (40, 4), 200)))
    draw(pdf, shown(words, 72, 644) + "q 190 0 0 14 66 640 cm /Cover Do Q\n")


def hidden_layer(pdf: pikepdf.Pdf, words: str) -> None:
    group = layer(pdf, "plans")
    pdf.pages[0].obj.Resources.Properties = Dictionary(L0=group)
    draw(pdf, f"/OC /L0 BDC {shown(words, 330, 708)} EMC\n")


def layer_name(pdf: pikepdf.Pdf, words: str) -> None:
    layer(pdf, words)


def layer(pdf: pikepdf.Pdf, name: str) -> pikepdf.Object:
    """A layer that is switched off."""
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name)))
    if Name.OCProperties not in pdf.Root:
        pdf.Root.OCProperties = Dictionary(OCGs=Array(), D=Dictionary(OFF=Array()))
    pdf.Root.OCProperties.OCGs.append(group)
    pdf.Root.OCProperties.D.OFF.append(group)
    return group


# --- pictures -----------------------------------------------------------------------------------


def writing(words: str, size: tuple[int, int] = (900, 80)) -> Image.Image:
    """A picture of writing."""
    picture = Image.new("L", size, 255)
    ImageDraw.Draw(picture).text((10, 10), words, fill=0, font=ImageFont.load_default(48))
    return picture


def image(pdf: pikepdf.Pdf, picture: Image.Image) -> pikepdf.Object:
    """An image object of bare pixels."""
    return pdf.make_stream(
        picture.tobytes(), Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height,
        ColorSpace=Name.DeviceGray, BitsPerComponent=8,
    )  # fmt: skip


def jpeg(pdf: pikepdf.Pdf, **more: object) -> pikepdf.Object:
    """An image object that is a JPEG file."""
    out = io.BytesIO()
    Image.new("L", (32, 32), 255).save(out, "JPEG", **more)
    return pdf.make_stream(
        out.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=32, Height=32,
        ColorSpace=Name.DeviceGray, BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip


def picture(pdf: pikepdf.Pdf, words: str) -> None:
    add_object(pdf, "/Writing", image(pdf, writing(words)))
    draw(pdf, "q 225 0 0 20 72 40 cm /Writing Do Q\n")


def inline_picture(pdf: pikepdf.Pdf, words: str) -> None:
    pixels = writing(words).tobytes().hex()
    draw(
        pdf,
        "q 225 0 0 20 72 14 cm BI /W 900 /H 80 /CS /G /BPC 8 /F /AHx ID " + pixels + "> EI Q\n",
    )


def picture_exif(pdf: pikepdf.Pdf, words: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = words
    add_object(pdf, "/Exif", jpeg(pdf, exif=exif))
    draw(pdf, "q 8 0 0 8 560 740 cm /Exif Do Q\n")


def picture_comment(pdf: pikepdf.Pdf, words: str) -> None:
    add_object(pdf, "/Comment", jpeg(pdf, comment=words.encode()))
    draw(pdf, "q 8 0 0 8 575 740 cm /Comment Do Q\n")


def picture_xmp(pdf: pikepdf.Pdf, words: str) -> None:
    thing = jpeg(pdf)
    thing.Metadata = metadata(pdf, words)
    add_object(pdf, "/Described", thing)
    draw(pdf, "q 8 0 0 8 545 740 cm /Described Do Q\n")


def thumbnail(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.pages[0].obj.Thumb = image(pdf, writing(words, (600, 60)))


# --- form fields ----------------------------------------------------------------------------------


def field(pdf: pikepdf.Pdf, y: float, **more: object) -> pikepdf.Object:
    """A field on the second page."""
    made = pdf.make_indirect(
        Dictionary(
            **{
                "Type": Name.Annot, "Subtype": Name.Widget, "FT": Name.Tx, "T": String(f"f{int(y)}"), "F": 4,
                "Rect": Array([72, y, 300, y + 14]), "DA": String("/Helv 9 Tf 0 g"), "P": pdf.pages[1].obj,
                **more,
            }
        )
    )  # fmt: skip
    annotate(pdf, made, page=1)
    pdf.Root.AcroForm.Fields.append(made)
    return made


def annotate(pdf: pikepdf.Pdf, thing: pikepdf.Object, page: int = 0) -> None:
    """One more annotation."""
    target = pdf.pages[page].obj
    target.Annots = Array([*target.get("/Annots", Array()), thing])


def form_value(pdf: pikepdf.Pdf, words: str) -> None:
    field(pdf, 740, V=String(words))


def default_value(pdf: pikepdf.Pdf, words: str) -> None:
    field(pdf, 720, DV=String(words))


def choices(pdf: pikepdf.Pdf, words: str) -> None:
    field(pdf, 700, FT=Name.Ch, Opt=Array([String("none of these"), Array([String("x"), String(words)])]))


def rich_value(pdf: pikepdf.Pdf, words: str) -> None:
    field(pdf, 680, RV=String(f"<body><p>{words}</p></body>"))


def hidden_field(pdf: pikepdf.Pdf, words: str) -> None:
    field(pdf, 660, F=2, V=String(words))


def tooltip(pdf: pikepdf.Pdf, words: str) -> None:
    field(pdf, 640, TU=String(words))


def button_caption(pdf: pikepdf.Pdf, words: str) -> None:
    field(pdf, 620, F=2, FT=Name.Btn, Ff=65536, MK=Dictionary(CA=String(words)))


def field_script(pdf: pikepdf.Pdf, words: str) -> None:
    field(pdf, 600, AA=Dictionary(K=script(f"event.value = '{words}';")))


def field_without_place(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.Root.AcroForm.Fields.append(
        pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("nowhere"), V=String(words)))
    )


def xfa_data(pdf: pikepdf.Pdf, words: str) -> None:
    packet = f'<xfa:datasets xmlns:xfa="x"><xfa:data><note>{words}</note></xfa:data></xfa:datasets>'
    pdf.Root.AcroForm.XFA = Array([String("datasets"), pdf.make_stream(packet.encode())])


def signature(pdf: pikepdf.Pdf, words: str) -> None:
    signed = Dictionary(
        Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Reason=String(words), Contents=String("\x00" * 8)
    )
    field(pdf, 580, FT=Name.Sig, F=2, V=pdf.make_indirect(signed))


# --- notes ----------------------------------------------------------------------------------------


def note(pdf: pikepdf.Pdf, **more: object) -> pikepdf.Object:
    """A note that only pops up."""
    made = pdf.make_indirect(
        Dictionary(
            **{"Type": Name.Annot, "Subtype": Name.Text, "Rect": Array([20, 20, 30, 30]), "F": 2, **more}
        )
    )
    annotate(pdf, made)
    return made


def note_contents(pdf: pikepdf.Pdf, words: str) -> None:
    note(pdf, Contents=String(words))


def note_rich_text(pdf: pikepdf.Pdf, words: str) -> None:
    note(pdf, RC=String(f"<body><p>{words}</p></body>"))


def note_author(pdf: pikepdf.Pdf, words: str) -> None:
    note(pdf, T=String(words))


def note_popup(pdf: pikepdf.Pdf, words: str) -> None:
    popup = Dictionary(
        Type=Name.Annot, Subtype=Name.Popup, Rect=Array([20, 20, 90, 90]), Contents=String(words)
    )
    note(pdf, Popup=pdf.make_indirect(popup))


def note_reply(pdf: pikepdf.Pdf, words: str) -> None:
    note(pdf, IRT=note(pdf), Contents=String(words))


def unapplied_redaction(pdf: pikepdf.Pdf, words: str) -> None:
    note(pdf, Subtype=Name.Redact, OverlayText=String(words))


def rollover(pdf: pikepdf.Pdf, words: str) -> None:
    note(pdf, Subtype=Name.Stamp, AP=Dictionary(R=form(pdf, shown(words, 72, 600))))


def link(pdf: pikepdf.Pdf, words: str) -> None:
    action = Dictionary(S=Name.URI, URI=String(f"https://records.example/?who={words}"))
    note(pdf, Subtype=Name.Link, A=action)


def launch(pdf: pikepdf.Pdf, words: str) -> None:
    note(pdf, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String(f"{words}.txt")))


def attached_note(pdf: pikepdf.Pdf, words: str) -> None:
    note(
        pdf, Subtype=Name.FileAttachment,
        FS=Dictionary(Type=Name.Filespec, F=String("x.txt"), Desc=String(words)),
    )  # fmt: skip


# --- the file -------------------------------------------------------------------------------------


def attachment_name(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.attachments[f"{words}.txt"] = b"nothing"


def attachment_description(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.attachments["described.txt"] = pikepdf.AttachedFileSpec(
        pdf, b"nothing", filename="described.txt", description=words
    )


def attachment_content(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.attachments["full.txt"] = words.encode()


def outline_title(pdf: pikepdf.Pdf, words: str) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(words, 0))


def info_title(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.docinfo["/Title"] = words


def info_own_key(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.docinfo["/Remarks"] = words


def metadata(pdf: pikepdf.Pdf, words: str) -> pikepdf.Object:
    """An XMP packet."""
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:coverage>{words}</dc:coverage></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)


def file_xmp(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.Root.Metadata = metadata(pdf, words)


def page_xmp(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.pages[0].obj.Metadata = metadata(pdf, words)


def spoken_content(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, f"/Span << /ActualText ({words}) >> BDC EMC\n")


def spoken_property(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.pages[1].obj.Resources.Properties = Dictionary(P0=Dictionary(Alt=String(words)))
    draw(pdf, "/Span /P0 BDC EMC\n", page=1)


def marked_content(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, f"/Artifact << /Remark ({words}) >> BDC EMC\n")


def structure(pdf: pikepdf.Pdf, key: str, words: str) -> None:
    """One more element of the structure tree."""
    if Name.StructTreeRoot not in pdf.Root:
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))
    element = Dictionary(**{"S": Name.Figure, "P": pdf.Root.StructTreeRoot, key: String(words)})
    pdf.Root.StructTreeRoot.K.append(pdf.make_indirect(element))


def alternate_text(pdf: pikepdf.Pdf, words: str) -> None:
    structure(pdf, "Alt", words)


def expansion(pdf: pikepdf.Pdf, words: str) -> None:
    structure(pdf, "E", words)


def structure_title(pdf: pikepdf.Pdf, words: str) -> None:
    structure(pdf, "T", words)


def page_label(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, P=String(words))]))


def destination(pdf: pikepdf.Pdf, words: str) -> None:
    target = Array([pdf.pages[0].obj, Name.Fit])
    if Name.Names not in pdf.Root:
        pdf.Root.Names = Dictionary()
    pdf.Root.Names.Dests = Dictionary(Names=Array([String(words), target]))


def script(source: str) -> Dictionary:
    """A script to run."""
    return Dictionary(S=Name.JavaScript, JS=String(source))


def opening_script(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.Root.OpenAction = script(f"app.alert('{words}');")


def named_script(pdf: pikepdf.Pdf, words: str) -> None:
    if Name.Names not in pdf.Root:
        pdf.Root.Names = Dictionary()
    kept = pdf.make_indirect(
        Dictionary(S=Name.JavaScript, JS=pdf.make_stream(f"var who = '{words}';".encode()))
    )
    pdf.Root.Names.JavaScript = Dictionary(Names=Array([String("start"), kept]))


def submit_address(pdf: pikepdf.Pdf, words: str) -> None:
    target = Dictionary(FS=Name.URL, F=String(f"https://records.example/{words}"))
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.SubmitForm, F=target))


def article(pdf: pikepdf.Pdf, words: str) -> None:
    thread = pdf.make_indirect(Dictionary(Type=Name.Thread, I=Dictionary(Title=String(words))))
    bead = Dictionary(T=thread, P=pdf.pages[0].obj, R=Array([72, 72, 200, 200]))
    thread.F = pdf.make_indirect(bead)
    pdf.Root.Threads = Array([thread])


def private_data(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.pages[0].obj.PieceInfo = Dictionary(Editor=Dictionary(Private=Dictionary(Draft=String(words))))


def output_intent(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.Root.OutputIntents = Array([Dictionary(S=Name("/GTS_PDFA1"), Info=String(words))])


def trailer_key(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.trailer["/Remark"] = String(words)


def unused_string(pdf: pikepdf.Pdf, words: str) -> None:
    """Nothing shows it: the catalog points at it by a key that no reader knows."""
    pdf.Root["/Spare"] = pdf.make_indirect(Dictionary(Old=String(words)))


def unused_stream(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.Root["/Remains"] = pdf.make_stream(f"draft of the letter: {words}".encode())


def glyph_name(pdf: pikepdf.Pdf, words: str) -> None:
    secret = "/A" + words.rsplit("A", 1)[1]
    encoding = Dictionary(Type=Name.Encoding, Differences=Array([200, Name(secret)]))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=encoding)
    pdf.pages[0].obj.Resources.Font["/Named"] = pdf.make_indirect(font)


def font_name(pdf: pikepdf.Pdf, words: str) -> None:
    secret = Name("/A" + words.rsplit("A", 1)[1])
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=secret)
    pdf.pages[0].obj.Resources.Font["/Called"] = pdf.make_indirect(font)


def content_comment(pdf: pikepdf.Pdf, words: str) -> None:
    draw(pdf, f"% {words}\n")


def nothing(pdf: pikepdf.Pdf, words: str) -> None:
    """Behind the end of the file: see `_trail`."""


def earlier_revision(pdf: pikepdf.Pdf, words: str) -> None:
    """Saved over by appending: see `revised`."""


def revised(data: bytes, words: str) -> bytes:
    """The file with a page content that an appended change has emptied again."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        extra = pdf.make_indirect(pdf.make_stream(shown(words, 72, 628).encode()))
        page = pdf.pages[0].obj
        page.Contents = Array([*page.Contents, extra])
        plain = {"object_stream_mode": pikepdf.ObjectStreamMode.disable, "compress_streams": False}
        pdf.save(out, static_id=True, **plain)
    first = out.getvalue()
    with pikepdf.open(io.BytesIO(first)) as pdf:
        number, generation = pdf.pages[0].obj.Contents[-1].objgen
        size = len(pdf.objects) + 1
        names = [name for name in ("/Root", "/Info", "/Remark") if name in pdf.trailer]
        kept = b" ".join(name.encode() + b" " + pdf.trailer[name].unparse() for name in names)
    before = int(first[first.rindex(b"startxref") :].split()[1])
    at = len(first)
    empty = f"{number} {generation} obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n".encode()
    table = f"xref\n{number} 1\n{at:010d} {generation:05d} n \n".encode()
    trailer = b"trailer\n<< /Size %d /Prev %d %s >>\n" % (size, before, kept)
    return first + empty + table + trailer + f"startxref\n{at + len(empty)}\n%%EOF\n".encode()


# --- pages that nobody may trust --------------------------------------------------------------------


def whole_picture(pdf: pikepdf.Pdf, words: str) -> None:
    """A scan: the page is a picture."""
    scan = Image.new("L", (1700, 2200), 255)
    ImageDraw.Draw(scan).text((150, 300), words, fill=0, font=ImageFont.load_default(48))
    page = pdf.pages[1].obj
    page.Resources = Dictionary(XObject=Dictionary(Scan=image(pdf, scan)))
    page.Contents = pdf.make_stream(b"q 612 0 0 792 0 0 cm /Scan Do Q")


def layer_under_picture(pdf: pikepdf.Pdf, words: str) -> None:
    """The words that a scanner's own reading put under its picture."""
    pdf.pages[1].obj.Resources.Font = pdf.pages[0].obj.Resources.Font
    draw(pdf, shown(words, 72, 500, more="3 Tr"), page=1)


def drawn_font(pdf: pikepdf.Pdf, drawings: dict[str, str], width: int) -> None:
    """A Type 3 font: each letter is drawn as the words it is given."""
    shapes = {
        letter: pdf.make_stream(f"{width} 0 d0 BT /F1 1000 Tf ({words}) Tj ET".encode())
        for letter, words in drawings.items()
    }
    names = [entry for letter in drawings for entry in (ord(letter), Name(f"/{letter}"))]
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, -250, width, 1000]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), CharProcs=Dictionary(**shapes),
        Resources=Dictionary(Font=pdf.pages[0].obj.Resources.Font),
        FirstChar=97, LastChar=122, Widths=Array([width] * 26), ToUnicode=meanings(pdf, range(97, 123)),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array(names)),
    )  # fmt: skip
    pdf.pages[0].obj.Resources.Font["/Drawn"] = pdf.make_indirect(font)


def meanings(pdf: pikepdf.Pdf, letters: Sequence[int], first: int = 97) -> pikepdf.Object:
    """A table that says which letter each code from `first` on stands for."""
    lines = [
        f"1 beginbfchar <{first + at:02x}> <{letter:04x}> endbfchar" for at, letter in enumerate(letters)
    ]
    head = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange"
    return pdf.make_stream("\n".join([head, *lines, "endcmap"]).encode())


def drawn_letter(pdf: pikepdf.Pdf, words: str) -> None:
    """One letter whose drawing is a line of writing."""
    drawn_font(pdf, {"a": words}, 20000)
    draw(pdf, "BT /Drawn 12 Tf 72 700 Td (a) Tj ET\n")


def drawn_letters(pdf: pikepdf.Pdf, word: str) -> None:
    """An honest font of drawn letters."""
    drawn_font(pdf, {letter: letter for letter in sorted(set(word))}, 700)
    draw(pdf, f"BT /Drawn 14 Tf 72 600 Td ({word}) Tj ET\n")


def lying_font(pdf: pikepdf.Pdf, words: str) -> None:
    """A font whose table of meanings says that every letter and digit is an x."""
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding,
        ToUnicode=meanings(pdf, [120] * 75, first=48),
    )  # fmt: skip
    pdf.pages[0].obj.Resources.Font["/Lying"] = pdf.make_indirect(font)
    draw(pdf, f"BT /Lying 12 Tf 72 660 Td ({words}) Tj ET\n")


def pattern(pdf: pikepdf.Pdf, words: str) -> None:
    """Writing as the tile of a pattern."""
    tile = pdf.make_stream(
        f"BT /F1 12 Tf 4 6 Td ({words}) Tj ET".encode(), Type=Name.Pattern, PatternType=1, PaintType=1,
        TilingType=1, BBox=[0, 0, 300, 24], XStep=300, YStep=24, Matrix=[1, 0, 0, 1, 72, 620],
        Resources=Dictionary(Font=pdf.pages[0].obj.Resources.Font),
    )  # fmt: skip
    pdf.pages[0].obj.Resources.Pattern = Dictionary(Tile=tile)
    draw(pdf, "q /Pattern cs /Tile scn 72 620 300 24 re f Q\n")


def _all(source: TextSource | None, *puts: Callable[[pikepdf.Pdf, str], None]) -> list[Place]:
    return [Place(put.__name__, source, put) for put in puts]


TRUSTED = [
    *_all(S.PDFIUM, page_text, nested_form),
    *_all(
        S.HIDDEN,
        off_page,
        cropped,
        tiny,
        white,
        render_mode_3,
        clipped,
        under_box,
        behind_image,
        hidden_layer,
    ),
    *_all(S.OCR, picture, inline_picture),
    *_all(
        S.FORM_VALUE, form_value, default_value, choices, rich_value, hidden_field, tooltip, button_caption
    ),
    *_all(S.FORM_VALUE, field_without_place, xfa_data),
    *_all(S.ANNOTATION, note_contents, note_rich_text, note_author, note_popup, note_reply),
    *_all(S.ANNOTATION, unapplied_redaction),
    *_all(S.ATTACHMENT_NAME, attachment_name, attachment_description, launch, attached_note, submit_address),
    *_all(S.OUTLINE, outline_title),
    *_all(S.METADATA, info_title, info_own_key, file_xmp, page_xmp, picture_xmp, picture_exif),
    *_all(S.METADATA, picture_comment, layer_name, signature, article, output_intent),
    *_all(S.ACTUAL_TEXT, spoken_content, spoken_property, alternate_text, expansion, structure_title),
    *_all(S.NAVIGATION, page_label, destination),
    *_all(S.SCRIPT, link, opening_script, named_script, field_script),
    *_all(S.LEFTOVER, undrawn_form, rollover, marked_content, private_data, trailer_key),
    *_all(S.LEFTOVER, unused_string, unused_stream, earlier_revision),
    *_all(None, attachment_content, thumbnail, glyph_name, font_name, content_comment, nothing),
]
UNTRUSTED = [
    *_all(S.OCR, whole_picture, drawn_letter, lying_font, pattern),
    *_all(S.HIDDEN, layer_under_picture),
]
