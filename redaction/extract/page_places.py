"""What one page says outside its drawn text: annotations, form fields, marked-content properties;
marks of an earlier redaction that was never applied. Runs inside the cage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from redaction.extract import fonts
from redaction.extract.gathered import Places
from redaction.extract.glyphs import Frame
from redaction.extract.values import entries, inherited, text_of, without_tags
from redaction.types import Box, Region, TextSource

ObjectNumber = tuple[int, int]

SPOKEN = ("ActualText", "Alt", "E")
NOTES = (Name.Contents, Name.T, Name.Subj, Name.RC, Name.OverlayText)
DARK = 0.3  # of full brightness: a darker highlight hides what it marks
_HIDDEN_FLAGS = 0b100010  # ISO 32000-1 table 165: Hidden, NoView
_NAMED_STRING = re.compile(rb"/([A-Za-z]\w*)\s*(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]+>)", re.DOTALL)
_DRAWN = re.compile(rb"/([^\s/()<>\[\]{}%]+)\s+Do\b")
_FORMS_DEEP = 32


class Reader:
    """Reads page after page; `drawn` holds the numbers of the streams that the pages draw."""

    def __init__(self, found: Places) -> None:
        self.drawn: set[ObjectNumber] = set()
        self._found = found
        self._fonts = fonts.Judge()

    def read(self, page: pikepdf.Page, number: int, frame: Frame) -> None:
        """The page's texts and regions are in the places."""
        resources = inherited(page.obj, Name.Resources)
        contents = page.obj.get(Name.Contents)
        drawn = [([contents] if isinstance(contents, Stream) else entries(contents), resources)]
        for annotation in entries(page.obj.get(Name.Annots)):
            if not isinstance(annotation, Dictionary):
                continue
            normal = _appearance(annotation)
            if normal is not None:
                drawn.append(([normal], normal.get(Name.Resources, resources)))
            if annotation.get(Name.Subtype) == Name.Widget:
                _read_widget(annotation, number, frame, self._found)
            else:
                _read_annotation(annotation, number, frame, self._found)
        for data, named in self._streams(drawn, number):
            self._read_content(data, number)
            self._read_properties(named, number)
            if self._fonts.any_odd(named):
                self._found.odd_fonts.add(number)

    def _streams(self, drawn: Iterable[tuple[list[Any], Any]], number: int) -> Iterator[tuple[bytes, Any]]:
        """Decoded content of what is drawn and of every form that it draws in turn, each once, with
        its resources. A page with content that cannot be decoded here is looked at by OCR as well."""
        pending: list[tuple[list[Any], Any, int]] = [(streams, named, 0) for streams, named in drawn]
        seen: set[ObjectNumber] = set()
        while pending:
            streams, named, depth = pending.pop()
            pieces = []
            for stream in streams:
                if isinstance(stream, Stream):
                    self.drawn.add(stream.objgen)
                    try:
                        pieces.append(stream.read_bytes())
                    except pikepdf.PdfError:
                        self._found.odd_fonts.add(number)
            data = b"\n".join(pieces)
            yield data, named
            if depth < _FORMS_DEEP:
                for form in _forms(data, named):
                    if form.objgen not in seen:
                        seen.add(form.objgen)
                        pending.append(([form], form.get(Name.Resources, named), depth + 1))

    def _read_content(self, data: bytes, number: int) -> None:
        """Strings in the properties of marked content; no other operator takes a name and a string."""
        for match in _NAMED_STRING.finditer(data):
            spoken = match.group(1).decode() in SPOKEN
            source = TextSource.ACTUAL_TEXT if spoken else TextSource.LEFTOVER
            self._found.add(source, number, text_of(pikepdf.Object.parse(match.group(2))))

    def _read_properties(self, resources: Any, number: int) -> None:
        properties = resources.get(Name.Properties) if isinstance(resources, Dictionary) else None
        if isinstance(properties, Dictionary):
            for entry in properties.values():
                if isinstance(entry, Dictionary):
                    for key in SPOKEN:
                        self._found.add(TextSource.ACTUAL_TEXT, number, text_of(entry.get(f"/{key}")))


def _appearance(annotation: Dictionary) -> Stream | None:
    """The normal appearance: flattening draws it into the page, so the page readers see it."""
    shown = annotation.get(Name.AP)
    normal = shown.get(Name.N) if isinstance(shown, Dictionary) else None
    state = annotation.get(Name.AS)
    if isinstance(normal, Dictionary) and isinstance(state, Name):
        normal = normal.get(str(state))
    return normal if isinstance(normal, Stream) else None


def _forms(data: bytes, resources: Any) -> Iterator[Stream]:
    objects = resources.get(Name.XObject) if isinstance(resources, Dictionary) else None
    if not isinstance(objects, Dictionary) or not len(objects):
        return
    for name in set(_DRAWN.findall(data)):
        drawn = objects.get("/" + name.decode("latin-1"))
        if isinstance(drawn, Stream) and drawn.get(Name.Subtype) == Name.Form:
            yield drawn


def _read_annotation(annotation: Dictionary, number: int, frame: Frame, found: Places) -> None:
    for key in NOTES:
        found.add(TextSource.ANNOTATION, number, without_tags(text_of(annotation.get(key))))
    action = annotation.get(Name.A)
    if isinstance(action, Dictionary):
        for key, source in ((Name.URI, TextSource.SCRIPT), (Name.JS, TextSource.SCRIPT)):
            found.add(source, number, text_of(action.get(key)))
    earlier = _earlier(annotation)
    box = _rectangle(annotation, frame)
    if earlier and box is not None:
        found.add_region(number, Region("earlier", box, earlier))


def _earlier(annotation: Dictionary) -> str:
    """What tells of an attempt to redact that left the words in place; empty for other notes."""
    kind = annotation.get(Name.Subtype)
    if kind == Name.Redact:
        return "unapplied_redaction"
    if kind == Name.Highlight and _brightness(entries(annotation.get(Name.C))) < DARK:
        return "dark_highlight"
    return ""


def _brightness(colour: list[Any]) -> float:
    """0 to 1 of a colour of one, three or four parts (ISO 32000-1 table 164); 1 for none."""
    try:
        parts = [float(part) for part in colour]
    except (TypeError, ValueError):
        return 1.0
    if len(parts) == 4:
        return (1 - parts[3]) * (1 - sum(parts[:3]) / 3)
    return sum(parts) / len(parts) if parts else 1.0


def _read_widget(widget: Dictionary, number: int, frame: Frame, found: Places) -> None:
    box = _rectangle(widget, frame)
    visible = not int(inherited(widget, Name.F) or 0) & _HIDDEN_FLAGS
    place = box if visible else None
    kind = inherited(widget, Name.FT)
    value = "" if kind == Name.Sig else text_of(inherited(widget, Name.V))
    name = text_of(inherited(widget, Name.TU)) or text_of(inherited(widget, Name.T))
    on = kind == Name.Btn and widget.get(Name.AS, Name.Off) != Name.Off
    if kind == Name.Btn:
        caption = widget.get(Name.MK)
        if isinstance(caption, Dictionary):
            for key in (Name.CA, Name.RC, Name.AC):
                found.add(TextSource.FORM_VALUE, number, text_of(caption.get(key)))
        if on:
            found.add(TextSource.FORM_VALUE, number, text_of(widget.get(Name.AS)), place)
    else:
        found.add(TextSource.FORM_VALUE, number, value, place)
        _read_unseen_values(widget, number, value, found)
    if place is not None:
        parent = widget.get(Name.Parent)
        group = text_of(parent.get(Name.T)) if isinstance(parent, Dictionary) else ""
        blank = not on if kind == Name.Btn else not value.strip()
        found.add_region(number, Region("field", place, name[:200], group[:200], blank))


def _read_unseen_values(widget: Dictionary, number: int, value: str, found: Places) -> None:
    """Defaults, rich values and choices: a viewer may show them, the page does not."""
    for key in (Name.DV, Name.RV):
        other = without_tags(text_of(inherited(widget, key)))
        if other != value:
            found.add(TextSource.FORM_VALUE, number, other)
    found.add(TextSource.FORM_VALUE, number, text_of(inherited(widget, Name.Opt)))


def _rectangle(annotation: Dictionary, frame: Frame) -> Box | None:
    corners = annotation.get(Name.Rect)
    if not isinstance(corners, Array) or len(corners) != 4:
        return None
    box = frame.box(*(float(corner) for corner in entries(corners)))
    width, height = frame.size
    inside = Box(max(0.0, box.x0), max(0.0, box.y0), min(width, box.x1), min(height, box.y1))
    return inside if inside.x0 < inside.x1 and inside.y0 < inside.y1 else None
