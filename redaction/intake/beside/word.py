"""What a Word document (DOCX) says beside its pages."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from redaction.intake.archive import Archive
from redaction.intake.aside import Asides
from redaction.intake.beside import parts
from redaction.intake.limits import Limits
from redaction.intake.xml import attribute, name_of, texts

_CHANGES = frozenset({"ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge"})
_TEXT_OF_CHANGES = frozenset({"del", "moveFrom"})  # what acceptance would take away
_OFF = frozenset({"0", "false", "off"})
_STORY = re.compile(r"^word/(?:(?:header|footer)\d*|(footnotes|endnotes))\.xml$")


def read(archive: Archive, main: str, found: Asides, limits: Limits) -> None:
    """Raises Rejected(`malformed`, `over_limits`)."""

    def own(name: str, root: Element) -> bool:
        return _read_part(name, root, main, found)

    parts.read_parts(archive, found, limits, own)


def _read_part(name: str, root: Element, main: str, found: Asides) -> bool:
    story = _STORY.match(name)
    if name == main:
        kind = "hidden_text"
    elif story:
        kind = "notes" if story.group(1) else "headers_footers"
    elif name == "word/settings.xml":
        for element in root.iter():
            if name_of(element) == "docVar":
                found.add("custom_data", f"{attribute(element, 'name')}: {attribute(element, 'val')}")
        return True
    elif name.startswith("word/glossary/"):
        kind = "other_parts"
    else:
        return False
    _read_story(root, kind, found)
    return True


def _read_story(root: Element, kind: str, found: Asides) -> None:
    """Changes and hidden runs by their marks, field codes, and every paragraph as doubtful."""
    for element in root.iter():
        tag = name_of(element)
        if tag in _CHANGES or tag.endswith("Change"):
            words = " ".join(texts(element)) if tag in _TEXT_OF_CHANGES | {"ins", "moveTo"} else ""
            found.add("tracked_changes", words, count=1)
        elif tag == "r" and _is_hidden(element):
            found.add("hidden_text", "".join(parts.paragraph_text(element)))
        elif tag == "instrText":
            found.add("field_codes", element.text or "")
        elif tag == "fldSimple":
            found.add("field_codes", attribute(element, "instr"))
        elif tag == "bookmarkStart" and not attribute(element, "name").startswith("_"):
            found.add("defined_names", attribute(element, "name"))
    for element in [e for e in root.iter() if name_of(e) == "p"]:
        _take_hidden_runs(element)
    for paragraph in parts.paragraphs(root, skip=_TEXT_OF_CHANGES):
        found.add(kind, paragraph, doubtful=True)


def _is_hidden(run: Element) -> bool:
    for properties in run:
        if name_of(properties) == "rPr":
            marks = [e for e in properties if name_of(e) in ("vanish", "specVanish")]
            return any(attribute(mark, "val", "1").lower() not in _OFF for mark in marks)
    return False


def _take_hidden_runs(paragraph: Element) -> None:
    """Hidden runs are listed by their mark already."""
    for holder in list(paragraph.iter()):
        for child in [c for c in holder if name_of(c) == "r" and _is_hidden(c)]:
            holder.remove(child)
