"""Parts that all Office Open XML files share: properties, links, embedded files, macros, drawings."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from redaction.errors import Rejected
from redaction.intake.archive import Archive
from redaction.intake.aside import Asides
from redaction.intake.limits import Limits
from redaction.intake.xml import attribute, name_of, parse, texts

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "[Content_Types].xml"
_EMBEDDED = re.compile(r"/(?:embeddings|activeX)/|/afchunk", re.IGNORECASE)
_MACROS = re.compile(
    r"/(?:vbaProject|vbaData)[^/]*$|/(?:macrosheets|dialogsheets)/|/attachedToolbars", re.IGNORECASE
)
_OUTSIDE = re.compile(r"/(?:externalLinks|queryTables)/|/connections\.xml$", re.IGNORECASE)
_FONTS = re.compile(r"/fonts/", re.IGNORECASE)
_SILENT = re.compile(
    r"/(?:theme|printerSettings|media|fonts|slideLayouts/_rels)/|"
    r"/(?:styles|stylesWithEffects|fontTable|webSettings|numbering|calcChain|tableStyles|viewProps|presProps)"
    r"\.xml$|^/\[Content_Types\]\.xml$",
    re.IGNORECASE,
)  # look and numbering of what is on the pages: no words of a document
_DRAWN_NAMES = frozenset({"docPr", "cNvPr"})
_MARKUP = (".xml", ".rels", ".vml")
_EMBEDDED_FILE, _TO_READ = "embedded_objects", "markup"
_SIGNATURE = re.compile(r"/_xmlsignatures/", re.IGNORECASE)
_THUMBNAIL = re.compile(r"/docProps/thumbnail", re.IGNORECASE)
_WORDS = {"t", "delText"}
_BLANKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

_MAIN = (
    ("wordprocessingml.", "word"),
    ("ms-word.", "word"),
    ("spreadsheetml.", "sheet"),
    ("ms-excel.", "sheet"),
    ("presentationml.", "slides"),
    ("ms-powerpoint.", "slides"),
)  # in content types that end in ".main+xml"

Own = Callable[[str, Element], bool]  # (part, root) -> True when the kind's own reader took it


def embedded_names(archive: Archive) -> tuple[str, ...]:
    """Members that are files in their own right."""
    return tuple(name for name in archive.names if _sort_of(name) == _EMBEDDED_FILE)


def _sort_of(name: str) -> str:
    """The kind under which a part is listed, _TO_READ for markup to be read, empty for one that says nothing.
    A file in its own right is told by its place, or since no rule knows the part: a chunk of another format
    that Word shows in the middle of the text may have any name."""
    path, is_markup = f"/{name}", name.endswith(_MARKUP)
    if _EMBEDDED.search(path) and not name.endswith(".rels"):
        return _EMBEDDED_FILE
    if _MACROS.search(path):
        return "macros"
    if _THUMBNAIL.search(path):
        return "thumbnails"
    if _SIGNATURE.search(path) and not is_markup:
        return "signatures"
    if _SILENT.search(path):
        return ""
    return _TO_READ if is_markup else _EMBEDDED_FILE


def read_parts(archive: Archive, found: Asides, limits: Limits, own: Own) -> None:
    """Every part is read by the kind's own reader, or listed as what it is."""
    for name in archive.names:
        sort = _sort_of(name)
        if sort == _EMBEDDED_FILE:
            found.add(sort, posixpath.basename(name))
        elif sort == _TO_READ:
            _read_xml(name, parse(archive.read(name), limits), found, own)
        elif sort:
            found.count(sort)


def _read_xml(name: str, root: Element, found: Asides, own: Own) -> None:
    if name.endswith(".rels"):
        for target in outside_targets(root):
            found.add("external_links", target)
        return
    _read_drawn_names(root, found)
    lowered = name.lower()
    if lowered.startswith("docprops/"):
        for element in root.iter():
            if element.text and element.text.strip():
                found.add("metadata", f"{name_of(element)}: {element.text.strip()}")
    elif lowered.startswith("customxml/"):
        found.add("custom_data", "\n".join(texts(root)))
    elif "comment" in lowered or lowered.endswith(("/people.xml", "/persons/person.xml")):
        _read_comments(root, found)
    elif not own(name, root):
        found.add("other_parts", "\n".join(texts(root)), doubtful=True)


def outside_targets(root: Element) -> Iterator[str]:
    """Targets of relations that lead out of the file."""
    for relation in root.iter():
        if attribute(relation, "TargetMode") == "External":
            yield attribute(relation, "Target")


def _read_drawn_names(root: Element, found: Asides) -> None:
    """Names and descriptions that screen readers say of pictures."""
    for element in root.iter():
        if name_of(element) in _DRAWN_NAMES:
            said = [attribute(element, key) for key in ("descr", "title")]
            found.add("alternative_texts", "\n".join(filter(None, said)))


def _read_comments(root: Element, found: Asides) -> None:
    """Each comment with who made it."""
    for element in root.iter():
        kind = name_of(element)
        if kind in ("comment", "cm", "threadedComment"):
            author = attribute(element, "author") or attribute(element, "initials")
            found.add("comments", "\n".join(filter(None, [author, " ".join(texts(element))])))
        elif kind in ("author", "cmAuthor", "person"):
            who = attribute(element, "name") or attribute(element, "displayName") or (element.text or "")
            found.add("comments", f"{who}\n{attribute(element, 'userId')}", count=0)


def paragraphs(root: Element, skip: frozenset[str] = frozenset()) -> Iterator[str]:
    """The text of every paragraph (`p`) in document order; elements of `skip` are left out, and a
    paragraph inside another one (a text box) is one of its own."""
    for element in root.iter():
        if name_of(element) == "p":
            yield "".join(paragraph_text(element, skip)).strip()


def paragraph_text(paragraph: Element, skip: frozenset[str] = frozenset()) -> Iterator[str]:
    """The words of one paragraph or run in pieces, without those of paragraphs inside it."""
    pending = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        kind = name_of(element)
        if kind == "p" or kind in skip:
            continue
        if kind in _WORDS:
            yield element.text or ""
        elif kind in _BLANKS:
            yield _BLANKS[kind]
        else:
            pending.extend(reversed(element))


def cleaned(archive: Archive, limits: Limits, change: Callable[[str, bytes], bytes]) -> bytes:
    """The package without macros, embedded files and fonts (whose letters may look like others),
    outside data, and relations that lead to them or out of the file (hyperlinks stay: nothing follows
    them). `change` may rewrite other parts."""
    left_out = {
        name
        for name in archive.names
        if _sort_of(name) == _EMBEDDED_FILE
        or any(mark.search(f"/{name}") for mark in (_MACROS, _OUTSIDE, _EMBEDDED, _FONTS))
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in archive.names:
            if name in left_out:
                continue
            data = archive.read(name)
            if name.endswith(".rels"):
                data = _relations(name, parse(data, limits), left_out)
            package.writestr(zipfile.ZipInfo(name), change(name, data))
    return out.getvalue()


def _relations(name: str, root: Element, left_out: set[str]) -> bytes:
    """A part of relations without those that lead out or to a part that is left out. Written by hand:
    readers of it expect its namespace to be the default one."""
    folder = posixpath.dirname(posixpath.dirname(name))
    kept = []
    for relation in root:
        said = {key: attribute(relation, key) for key in ("Id", "Type", "Target", "TargetMode")}
        if said["TargetMode"] == "External":
            keep = said["Type"].endswith("/hyperlink")
        else:
            target = said["Target"]
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            keep = posixpath.normpath(path) not in left_out
        if keep:
            pairs = (f" {key}={quoteattr(value)}" for key, value in said.items() if value)
            kept.append(f"<Relationship{''.join(pairs)}/>")
    return f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{"".join(kept)}</Relationships>'.encode()


def main_part(archive: Archive, limits: Limits) -> tuple[str, str]:
    """(kind: `word`, `sheet` or `slides`; path of its main part). Raises Rejected: `malformed` for
    none or several, `no_converter` for binary workbooks."""
    root = parse(archive.read(CONTENT_TYPES), limits)
    found = set()
    for entry in root:
        said = attribute(entry, "ContentType").lower()
        if "sheet.binary" in said:
            raise Rejected("no_converter")
        kind = next((kind for mark, kind in _MAIN if mark in said), None)
        if kind is not None and said.endswith(".main+xml"):
            found.add((kind, attribute(entry, "PartName").lstrip("/")))
    if len(found) != 1:
        raise Rejected("malformed")
    kind, part = found.pop()
    if part not in archive.names:
        raise Rejected("malformed")
    return kind, part
