"""Office files that the tests write themselves, part by part. All people are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

TYPES = "application/vnd.openxmlformats-officedocument"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP with these members in order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _package(
    main: str, main_type: str, parts: Mapping[str, str | bytes], types: Mapping[str, str] = {}
) -> bytes:
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in {main: f"{TYPES}.{main_type}.main+xml", **types}.items()
    )
    content_types = (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="bin" ContentType="application/octet-stream"/>{overrides}</Types>'
    )
    first = relations([(f"{RELATION}/officeDocument", main, False)])
    return zipped({"[Content_Types].xml": content_types, "_rels/.rels": first, **parts})


def relations(rows: Sequence[tuple[str, str, bool]]) -> str:
    """A part of relations rId1, rId2, ...: (type, target, leads out of the file)."""
    said = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{escape(target)}"'
        + (' TargetMode="External"/>' if outside else "/>")
        for n, (kind, target, outside) in enumerate(rows, 1)
    )
    return f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{said}</Relationships>'


def run(text: str, properties: str = "") -> str:
    """One run of a Word paragraph."""
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def docx(*paragraphs: str, raw: str = "", parts: Mapping[str, str | bytes] = {}, section: str = "") -> bytes:
    """A Word document with these paragraphs; `raw` is further body content, `parts` further parts."""
    body = "".join(f"<w:p>{run(text)}</w:p>" for text in paragraphs) + raw
    document = (
        f'{HEAD}<w:document xmlns:w="{WORD}" xmlns:r="{RELATION}"><w:body>{body}'
        f"<w:sectPr>{section}</w:sectPr></w:body></w:document>"
    )
    types = {
        "word/comments.xml": f"{TYPES}.wordprocessingml.comments+xml",
        "word/header1.xml": f"{TYPES}.wordprocessingml.header+xml",
    }
    types = {name: kind for name, kind in types.items() if name in parts}
    return _package(
        "word/document.xml", "wordprocessingml.document", {"word/document.xml": document, **parts}, types
    )


def words(kind: str, *paragraphs: str) -> str:
    """A part of Word such as a header: root element `kind` with paragraphs."""
    body = "".join(f"<w:p>{run(text)}</w:p>" for text in paragraphs)
    return f'{HEAD}<w:{kind} xmlns:w="{WORD}">{body}</w:{kind}>'


def cell(reference: str, value: str) -> str:
    """A cell with text in it."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def sheet_xml(rows: Sequence[str], columns: str = "", more: str = "") -> str:
    """One sheet; a row is its XML without the element itself, or with it."""
    data = "".join(row if row.startswith("<row") else f"<row>{row}</row>" for row in rows)
    columns = f"<cols>{columns}</cols>" if columns else ""
    data = f"{columns}<sheetData>{data}</sheetData>{more}"
    return f'{HEAD}<worksheet xmlns="{SHEET}" xmlns:r="{RELATION}">{data}</worksheet>'


def xlsx(
    sheets: Mapping[str, str],
    *,
    states: Mapping[str, str] = {},
    names: str = "",
    parts: Mapping[str, str | bytes] = {},
) -> bytes:
    """A workbook of sheets by name; `states` hides some of them."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" state="{states.get(name, "visible")}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    names = f"<definedNames>{names}</definedNames>" if names else ""
    workbook = (
        f'{HEAD}<workbook xmlns="{SHEET}" xmlns:r="{RELATION}"><sheets>{listed}</sheets>{names}</workbook>'
    )
    files = {f"xl/worksheets/sheet{n}.xml": data for n, data in enumerate(sheets.values(), 1)}
    rows = [(f"{RELATION}/worksheet", f"worksheets/sheet{n}.xml", False) for n in range(1, len(sheets) + 1)]
    types = dict.fromkeys(files, f"{TYPES}.spreadsheetml.worksheet+xml")
    return _package(
        "xl/workbook.xml",
        "spreadsheetml.sheet",
        {"xl/workbook.xml": workbook, "xl/_rels/workbook.xml.rels": relations(rows), **files, **parts},
        types,
    )


_PPT = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAW = "http://schemas.openxmlformats.org/drawingml/2006/main"
_TREE = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'


def _shape(text: str) -> str:
    place = '<a:xfrm><a:off x="900000" y="900000"/><a:ext cx="7000000" cy="900000"/></a:xfrm>'
    return (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Text"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr>{place}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr/><a:p><a:r><a:rPr lang="en-US" sz="2400"/><a:t>{escape(text)}</a:t></a:r></a:p>'
        "</p:txBody></p:sp>"
    )


def _tree(kind: str, text: str, more: str = "") -> str:
    return (
        f'{HEAD}<p:{kind} xmlns:p="{_PPT}" xmlns:a="{_DRAW}" xmlns:r="{RELATION}"{more}>'
        f"<p:cSld><p:spTree>{_TREE}{_shape(text) if text else ''}</p:spTree></p:cSld>"
    )


def pptx(*slides: str, hidden: Sequence[int] = (), notes: Mapping[int, str] = {}) -> bytes:
    """A presentation with one text a slide; `hidden` and `notes` count slides from 1."""
    parts: dict[str, str | bytes] = {}
    types: dict[str, str] = {}
    rows = [(f"{RELATION}/slideMaster", "slideMasters/slideMaster1.xml", False)]
    for n, text in enumerate(slides, 1):
        show = ' show="0"' if n in hidden else ""
        parts[f"ppt/slides/slide{n}.xml"] = _tree("sld", text, show) + "</p:sld>"
        types[f"ppt/slides/slide{n}.xml"] = f"{TYPES}.presentationml.slide+xml"
        of_slide = [(f"{RELATION}/slideLayout", "../slideLayouts/slideLayout1.xml", False)]
        if n in notes:
            parts[f"ppt/notesSlides/notesSlide{n}.xml"] = _tree("notes", notes[n]) + "</p:notes>"
            types[f"ppt/notesSlides/notesSlide{n}.xml"] = f"{TYPES}.presentationml.notesSlide+xml"
            of_slide.append((f"{RELATION}/notesSlide", f"../notesSlides/notesSlide{n}.xml", False))
        parts[f"ppt/slides/_rels/slide{n}.xml.rels"] = relations(of_slide)
        rows.append((f"{RELATION}/slide", f"slides/slide{n}.xml", False))
    names = (
        "bg1",
        "tx1",
        "bg2",
        "tx2",
        "accent1",
        "accent2",
        "accent3",
        "accent4",
        "accent5",
        "accent6",
        "hlink",
        "folHlink",
    )
    colours = dict(zip(names, ("lt1", "dk1", "lt2", "dk2", *names[4:]), strict=True))
    colour_map = "<p:clrMap " + " ".join(f'{k}="{v}"' for k, v in colours.items()) + "/>"
    layouts = '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst>'
    parts["ppt/slideMasters/slideMaster1.xml"] = (
        _tree("sldMaster", "") + colour_map + layouts + "</p:sldMaster>"
    )
    parts["ppt/slideMasters/_rels/slideMaster1.xml.rels"] = relations(
        [(f"{RELATION}/slideLayout", "../slideLayouts/slideLayout1.xml", False)]
    )
    parts["ppt/slideLayouts/slideLayout1.xml"] = _tree("sldLayout", "") + "</p:sldLayout>"
    parts["ppt/slideLayouts/_rels/slideLayout1.xml.rels"] = relations(
        [(f"{RELATION}/slideMaster", "../slideMasters/slideMaster1.xml", False)]
    )
    types["ppt/slideMasters/slideMaster1.xml"] = f"{TYPES}.presentationml.slideMaster+xml"
    types["ppt/slideLayouts/slideLayout1.xml"] = f"{TYPES}.presentationml.slideLayout+xml"
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n + 1}"/>' for n in range(1, len(slides) + 1))
    main = (
        f'{HEAD}<p:presentation xmlns:p="{_PPT}" xmlns:r="{RELATION}"><p:sldMasterIdLst>'
        f'<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst>{listed}</p:sldIdLst>'
        '<p:sldSz cx="9144000" cy="6858000"/>'
        '<p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
    )
    every = {"ppt/presentation.xml": main, "ppt/_rels/presentation.xml.rels": relations(rows), **parts}
    return _package("ppt/presentation.xml", "presentationml.presentation", every, types)


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def odt(
    *paragraphs: str,
    raw: str = "",
    meta: str = "",
    parts: Mapping[str, str | bytes] = {},
    kind: str = "text",
) -> bytes:
    """A text in OpenDocument format; `raw` is further content of the text, `meta` of its properties."""
    spaces = (
        f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0" '
        f'xmlns:meta="{_ODF}:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    body = raw + "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs)
    content = (
        f'{HEAD}<office:document-content {spaces} office:version="1.2"><office:body><office:text>{body}'
        "</office:text></office:body></office:document-content>"
    )
    properties = (
        f'{HEAD}<office:document-meta {spaces} office:version="1.2"><office:meta>{meta}</office:meta>'
        "</office:document-meta>"
    )
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in (
            ("/", "application/vnd.oasis.opendocument.text"),
            ("content.xml", "text/xml"),
            ("meta.xml", "text/xml"),
        )
    )
    manifest = (
        f'{HEAD}<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" manifest:version="1.2">{listed}'
        "</manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), f"application/vnd.oasis.opendocument.{kind}")
        for name, data in {
            "content.xml": content,
            "meta.xml": properties,
            "META-INF/manifest.xml": manifest,
            **parts,
        }.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def ods(rows: str, *, hidden: str = "", more: str = "") -> bytes:
    """A workbook in OpenDocument format with a sheet of these rows, and a hidden one."""
    style = (
        '<style:style xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" style:name="h" '
        'style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    sheets = f'{more}<table:table table:name="Beds">{rows}</table:table>'
    if hidden:
        cell = f'<table:table-cell office:value-type="string"><text:p>{hidden}</text:p></table:table-cell>'
        sheets += '<table:table table:name="Old" table:style-name="h">'
        sheets += f"<table:table-row>{cell}</table:table-row></table:table>"
    packed = odt(raw="BODY", kind="spreadsheet")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = parts["content.xml"].decode().replace("office:text", "office:spreadsheet")
    content = content.replace(" office:version", f' xmlns:of="{_ODF}:of:1.2" office:version', 1)
    content = content.replace(
        "<office:body>", f"<office:automatic-styles>{style}</office:automatic-styles><office:body>"
    )
    parts["content.xml"] = content.replace("BODY", sheets).encode()
    manifest = parts["META-INF/manifest.xml"]
    parts["META-INF/manifest.xml"] = manifest.replace(b"opendocument.text", b"opendocument.spreadsheet")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def rtf(body: str) -> bytes:
    """A rich text file with this body."""
    return (r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Helvetica;}}" + body + "}").encode("cp1252")
