"""Text that a PDF keeps outside its page content: form values, annotations, names of embedded
files, outline, metadata, ActualText. Read with pikepdf from the source, inside the cage.

Nothing here survives into a rebuilt file; it is read because it names what must be found on
the pages as well, and for the log of what was dropped.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from redaction.errors import Rejected
from redaction.extract.glyphs import Frame
from redaction.types import Box, PageText, Region, TextSource

MOST_CHARACTERS = 5_000_000
MOST_STEPS = 200_000
DEEPEST = 64
_HIDDEN_FLAGS = 0b100010  # ISO 32000-1 table 165: Hidden, NoView
_ACTUAL_TEXT = re.compile(rb"/(?:ActualText|Alt|E)\s*(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>)", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(slots=True)
class Places:
    """Texts, and form fields as regions by page number."""

    texts: list[PageText] = field(default_factory=list)
    fields: dict[int, list[Region]] = field(default_factory=dict)
    signals: list[str] = field(default_factory=list)
    characters: int = 0

    def add(self, source: TextSource, page: int | None, text: str, box: Box | None = None) -> None:
        """One text; where it has a place, every character has that place."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text:
            return
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise Rejected("over_limits")
        cells = () if box is None else tuple(None if c == "\n" else box for c in text)
        self.texts.append(PageText(source, page, text, cells))


def read(source_pdf: bytes, frames: Sequence[Frame]) -> Places:
    """Everything said outside the pages. `frames` are those of the normalised pages.

    Raises Rejected("over_limits"); errors of pikepdf rise, and the file is withheld.
    """
    found = Places()
    with pikepdf.open(io.BytesIO(source_pdf)) as pdf:
        for number, (page, frame) in enumerate(zip(pdf.pages, frames, strict=True), start=1):
            _read_page(page, number, frame, found)
        _read_fields_without_widget(pdf, found)
        _read_metadata(pdf, found)
        _read_outline(pdf, found)
        _read_attachments(pdf, found)
        _read_structure(pdf, found)
    return found


def _text(value: Any) -> str:
    """A PDF string or name as text; streams are read, anything else is empty."""
    if isinstance(value, String):
        return str(value)
    if isinstance(value, Name):
        return str(value)[1:]
    if isinstance(value, Stream):
        return value.read_bytes().decode("utf-8", "replace")
    if isinstance(value, Array):
        return "\n".join(filter(None, (_text(entry) for entry in value)))
    return ""


def _entries(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else []


def _inherited(widget: Dictionary, key: Name) -> Any:
    """A field attribute, taken from the nearest ancestor that has it."""
    node: Any = widget
    for _ in range(DEEPEST):
        if not isinstance(node, Dictionary):
            return None
        if key in node:
            return node.get(key)
        node = node.get(Name.Parent)
    return None


def _read_page(page: pikepdf.Page, number: int, frame: Frame, found: Places) -> None:
    for annotation in _entries(page.obj.get(Name.Annots)):
        if not isinstance(annotation, Dictionary):
            continue
        if annotation.get(Name.Subtype) == Name.Widget:
            _read_widget(annotation, number, frame, found)
            continue
        for key in (Name.Contents, Name.T, Name.Subj, Name.RC):
            found.add(TextSource.ANNOTATION, number, _without_tags(_text(annotation.get(key))))
        action = annotation.get(Name.A)
        if isinstance(action, Dictionary) and Name.URI in action:
            found.add(TextSource.ANNOTATION, number, _text(action.get(Name.URI)))
    for stream in _content_streams(page):
        for match in _ACTUAL_TEXT.finditer(stream):
            found.add(TextSource.ACTUAL_TEXT, number, _text(pikepdf.Object.parse(match.group(1))))
    properties = page.obj.get(Name.Resources, Dictionary()).get(Name.Properties)
    if isinstance(properties, Dictionary):
        for entry in properties.values():
            if isinstance(entry, Dictionary):
                for key in (Name.ActualText, Name.Alt, Name.E):
                    found.add(TextSource.ACTUAL_TEXT, number, _text(entry.get(key)))


def _content_streams(page: pikepdf.Page) -> Iterator[bytes]:
    """Decoded content of the page and of the forms it draws, where it mentions ActualText."""
    contents = page.obj.get(Name.Contents)
    pending = [contents] if isinstance(contents, Stream) else _entries(contents)
    objects = page.obj.get(Name.Resources, Dictionary()).get(Name.XObject)
    if isinstance(objects, Dictionary):
        pending += [o for o in objects.values() if o.get(Name.Subtype) == Name.Form]
    for stream in pending:
        if isinstance(stream, Stream):
            decoded = stream.read_bytes()
            if b"/ActualText" in decoded or b"/Alt" in decoded:
                yield decoded


def _read_widget(widget: Dictionary, number: int, frame: Frame, found: Places) -> None:
    box = _rectangle(widget, frame)
    visible = not int(_inherited(widget, Name.F) or 0) & _HIDDEN_FLAGS
    place = box if visible else None
    kind = _inherited(widget, Name.FT)
    value = "" if kind == Name.Sig else _text(_inherited(widget, Name.V))
    name = _text(_inherited(widget, Name.TU)) or _text(_inherited(widget, Name.T))
    on = kind == Name.Btn and widget.get(Name.AS, Name.Off) != Name.Off
    if kind == Name.Btn:
        caption = widget.get(Name.MK)
        if isinstance(caption, Dictionary):
            found.add(TextSource.FORM_VALUE, number, _text(caption.get(Name.CA)))
        if on:
            found.add(TextSource.FORM_VALUE, number, _text(widget.get(Name.AS)), place)
    else:
        found.add(TextSource.FORM_VALUE, number, value, place)
        _read_unseen_values(widget, number, value, found)
    if place is not None:
        parent = widget.get(Name.Parent)
        group = _text(parent.get(Name.T)) if isinstance(parent, Dictionary) else ""
        blank = not on if kind == Name.Btn else not value.strip()
        region = Region("field", place, name[:200], group[:200], blank)
        found.fields.setdefault(number, []).append(region)


def _read_unseen_values(widget: Dictionary, number: int, value: str, found: Places) -> None:
    """Defaults, rich values and choices: a viewer may show them, the page does not."""
    for key in (Name.DV, Name.RV):
        other = _without_tags(_text(_inherited(widget, key)))
        if other != value:
            found.add(TextSource.FORM_VALUE, number, other)
    found.add(TextSource.FORM_VALUE, number, _text(_inherited(widget, Name.Opt)))


def _read_fields_without_widget(pdf: pikepdf.Pdf, found: Places) -> None:
    """Values of fields that no page shows."""
    form = pdf.Root.get(Name.AcroForm)
    pending = _entries(form.get(Name.Fields)) if isinstance(form, Dictionary) else []
    for _ in range(MOST_STEPS):
        if not pending:
            return
        entry = pending.pop()
        if not isinstance(entry, Dictionary):
            continue
        if entry.get(Name.FT) != Name.Sig and entry.get(Name.Subtype) != Name.Widget:
            found.add(TextSource.FORM_VALUE, None, _text(entry.get(Name.V)))
        pending += _entries(entry.get(Name.Kids))
    raise Rejected("over_limits")


def _rectangle(annotation: Dictionary, frame: Frame) -> Box | None:
    corners = _entries(annotation.get(Name.Rect))
    if len(corners) != 4:
        return None
    box = frame.box(*(float(c) for c in corners))
    width, height = frame.size
    inside = Box(max(0.0, box.x0), max(0.0, box.y0), min(width, box.x1), min(height, box.y1))
    return inside if inside.x0 < inside.x1 and inside.y0 < inside.y1 else None


def _read_metadata(pdf: pikepdf.Pdf, found: Places) -> None:
    for value in pdf.docinfo.values():
        found.add(TextSource.METADATA, None, _text(value))
    found.add(TextSource.METADATA, None, _without_tags(_text(pdf.Root.get(Name.Metadata))))
    layers = pdf.Root.get(Name.OCProperties)
    if isinstance(layers, Dictionary):
        for group in _entries(layers.get(Name.OCGs)):
            found.add(TextSource.METADATA, None, _text(group.get(Name.Name)))
    for script in _scripts(pdf):
        found.add(TextSource.METADATA, None, script)


def _scripts(pdf: pikepdf.Pdf) -> Iterator[str]:
    names = pdf.Root.get(Name.Names)
    if isinstance(names, Dictionary) and Name.JavaScript in names:
        for action in pikepdf.NameTree(names.JavaScript).values():
            if isinstance(action, Dictionary):
                yield _text(action.get(Name.JS))
    at_opening = pdf.Root.get(Name.OpenAction)
    if isinstance(at_opening, Dictionary):
        yield _text(at_opening.get(Name.JS))


def _read_outline(pdf: pikepdf.Pdf, found: Places) -> None:
    """Titles, walked by our own loop: outlines may be circular."""
    root = pdf.Root.get(Name.Outlines)
    pending = [root.get(Name.First)] if isinstance(root, Dictionary) else []
    seen: set[tuple[int, int]] = set()
    while pending:
        entry = pending.pop()
        if not isinstance(entry, Dictionary) or (entry.is_indirect and entry.objgen in seen):
            continue
        seen.add(entry.objgen)
        found.add(TextSource.OUTLINE, None, _text(entry.get(Name.Title)))
        pending += [entry.get(Name.Next), entry.get(Name.First)]
        if len(seen) > MOST_STEPS:
            raise Rejected("over_limits")


def _read_attachments(pdf: pikepdf.Pdf, found: Places) -> None:
    for name in list(pdf.attachments):
        found.add(TextSource.ATTACHMENT_NAME, None, str(name))
        specification = pdf.attachments[name]
        found.add(TextSource.ATTACHMENT_NAME, None, str(specification.filename or ""))
        found.add(TextSource.ATTACHMENT_NAME, None, str(specification.description or ""))


def _read_structure(pdf: pikepdf.Pdf, found: Places) -> None:
    """ActualText, Alt and expansion texts of the structure tree."""
    pending: list[Any] = [pdf.Root.get(Name.StructTreeRoot)]
    seen: set[tuple[int, int]] = set()
    for _ in range(MOST_STEPS):
        if not pending:
            return
        entry = pending.pop()
        if isinstance(entry, Array):
            pending += list(entry)
            continue
        if not isinstance(entry, Dictionary) or (entry.is_indirect and entry.objgen in seen):
            continue
        if entry.is_indirect:
            seen.add(entry.objgen)
        for key in (Name.ActualText, Name.Alt, Name.E):
            found.add(TextSource.ACTUAL_TEXT, None, _text(entry.get(key)))
        pending.append(entry.get(Name.K))
    raise Rejected("over_limits")


def _without_tags(text: str) -> str:
    """Text of an XML packet or rich text value; tags become line ends."""
    return "\n".join(filter(None, map(str.strip, _TAG.sub("\n", text).splitlines()))) if "<" in text else text
