"""What a file in OpenDocument format (ODT, ODS, ODP) says beside its pages."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, tostring

from redaction.errors import Rejected
from redaction.intake.archive import Archive
from redaction.intake.aside import Asides
from redaction.intake.limits import Limits
from redaction.intake.xml import attribute, name_of, parse, texts

_SILENT = re.compile(
    r"^(?:Pictures|Configurations2|ObjectReplacements|Fonts|META-INF)/|"
    r"^(?:mimetype|settings\.xml|layout-cache|manifest\.rdf)$"
)
_MACROS = re.compile(r"^(?:Basic|Scripts|Dialogs)/")
_OBJECT = re.compile(r"^(?:Object|Obj)[^/]*(?:/|$)")
_PARAGRAPHS = frozenset({"p", "h"})
_ASIDE = frozenset({"annotation", "tracked-changes", "hidden-text"})
_CELL_CHANGES = frozenset({"cell-content-change", "movement", "insertion", "deletion"})
_SPACES = {"s": " ", "tab": "\t", "line-break": "\n"}


def read(archive: Archive, found: Asides, limits: Limits) -> None:
    """Raises Rejected(`malformed`, `encrypted`, `over_limits`)."""
    if "content.xml" not in archive.names:
        raise Rejected("malformed")
    for name in archive.names:
        if name == "META-INF/manifest.xml":
            if any(name_of(e) == "encryption-data" for e in parse(archive.read(name), limits).iter()):
                raise Rejected("encrypted")
        elif _MACROS.match(name):
            found.count("macros")
        elif name.startswith("Thumbnails/"):
            found.count("thumbnails")
        elif _SILENT.match(name):
            continue
        elif name.endswith(".xml"):
            _read_part(name, parse(archive.read(name), limits), found)
        elif not _OBJECT.match(name):
            found.count("other_parts")
    for name in sorted({name.split("/")[0] for name in archive.names if _OBJECT.match(name)}):
        found.add("embedded_objects", name)


def _read_part(name: str, root: Element, found: Asides) -> None:
    if name == "content.xml":
        _read_content(root, "hidden_text", found)
    elif name == "styles.xml":
        _read_content(root, "headers_footers", found)
    elif name == "meta.xml":
        _read_properties(root, found)
    else:
        found.add("other_parts", "\n".join(texts(root)), doubtful=True)


def _read_content(root: Element, kind: str, found: Asides) -> None:
    for element in root.iter():
        tag = name_of(element)
        if tag == "changed-region" or (tag in _CELL_CHANGES and attribute(element, "id")):
            found.add("tracked_changes", " ".join(texts(element)), count=1)
        elif tag == "annotation":
            found.add("comments", " ".join(texts(element)))
        elif tag == "hidden-text":
            found.add("hidden_text", attribute(element, "string-value"))
        elif tag in ("user-field-decl", "variable-decl", "user-defined"):
            found.add("custom_data", f"{attribute(element, 'name')}: {attribute(element, 'string-value')}")
        elif tag in ("title", "desc") and element.text:
            found.add("alternative_texts", element.text)
        elif tag == "bookmark-start" or tag == "bookmark":
            found.add("defined_names", attribute(element, "name"))
        elif tag in _PARAGRAPHS:
            found.add(kind, "".join(_own_text(element)), doubtful=True)
        found.add("formulas", attribute(element, "formula"))
        target = attribute(element, "href")
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:|//|\.\./", target):
            found.add("external_links", target)


def without_formulas(archive: Archive, limits: Limits) -> bytes:
    """The package with every formula gone: its stored value stays. LibreOffice calculates some of them
    again although it is told never to."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(archive.names, key=lambda name: name != "mimetype"):  # first, and stored
            data = archive.read(name)
            if name.rpartition("/")[2] in ("content.xml", "styles.xml"):
                data = _unformulated(data, limits)
            package.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def _unformulated(data: bytes, limits: Limits) -> bytes:
    root = parse(data, limits)
    changed = False
    for element in root.iter():
        for key in [key for key in element.attrib if key.rpartition("}")[2] == "formula"]:
            del element.attrib[key]
            changed = True
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root) if changed else data


def _own_text(paragraph: Element) -> Iterator[str]:
    """The words of one paragraph; notes, comments and frames inside it are paragraphs of their own."""
    if paragraph.text:
        yield paragraph.text
    pending = [iter(paragraph)]
    tails: list[str] = []
    while pending:
        element = next(pending[-1], None)
        if element is None:
            pending.pop()
            if tails:
                yield tails.pop()
            continue
        tag = name_of(element)
        if tag in _PARAGRAPHS or tag in _ASIDE:
            yield element.tail or ""
            continue
        yield _SPACES.get(tag, "") or element.text or ""
        pending.append(iter(element))
        tails.append(element.tail or "")


def _read_properties(root: Element, found: Asides) -> None:
    for element in root.iter():
        label = attribute(element, "name") or name_of(element)
        if element.text and element.text.strip():
            found.add("metadata", f"{label}: {element.text.strip()}")
