"""What a file says about itself: properties, layers, scripts, outline, names of embedded files,
structure tree, values of fields that no page shows. Runs inside the cage.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from redaction.errors import Rejected
from redaction.extract.gathered import Places
from redaction.extract.values import entries, text_of, without_tags
from redaction.types import TextSource

MOST_STEPS = 200_000


def read(pdf: pikepdf.Pdf, found: Places) -> None:
    """The places hold all of it, without a page. Raises Rejected("over_limits")."""
    _read_fields_without_widget(pdf, found)
    _read_xfa(pdf, found)
    _read_metadata(pdf, found)
    _read_outline(pdf, found)
    _read_attachments(pdf, found)
    _read_structure(pdf, found)


def _read_fields_without_widget(pdf: pikepdf.Pdf, found: Places) -> None:
    """Values of fields that no page shows."""
    form = pdf.Root.get(Name.AcroForm)
    pending = entries(form.get(Name.Fields)) if isinstance(form, Dictionary) else []
    for _ in range(MOST_STEPS):
        if not pending:
            return
        entry = pending.pop()
        if not isinstance(entry, Dictionary):
            continue
        if entry.get(Name.FT) != Name.Sig and entry.get(Name.Subtype) != Name.Widget:
            found.add(TextSource.FORM_VALUE, None, text_of(entry.get(Name.V)))
        pending += entries(entry.get(Name.Kids))
    raise Rejected("over_limits")


def _read_xfa(pdf: pikepdf.Pdf, found: Places) -> None:
    """The packets of an XFA form, data among them (XFA 3.3, part 1, "XDP packets")."""
    form = pdf.Root.get(Name.AcroForm)
    packets = form.get(Name.XFA) if isinstance(form, Dictionary) else None
    for packet in entries(packets) or [packets]:
        if isinstance(packet, pikepdf.Stream):
            found.dropped["xfa"] += 1
            found.add(TextSource.FORM_VALUE, None, without_tags(text_of(packet)))


def _read_metadata(pdf: pikepdf.Pdf, found: Places) -> None:
    for value in pdf.docinfo.values():
        found.add(TextSource.METADATA, None, text_of(value))
    found.add(TextSource.METADATA, None, without_tags(text_of(pdf.Root.get(Name.Metadata))))
    layers = pdf.Root.get(Name.OCProperties)
    if isinstance(layers, Dictionary):
        for group in entries(layers.get(Name.OCGs)):
            if isinstance(group, Dictionary):
                found.add(TextSource.METADATA, None, text_of(group.get(Name.Name)))
    for script in _scripts(pdf):
        found.add(TextSource.SCRIPT, None, script)


def _scripts(pdf: pikepdf.Pdf) -> Iterator[str]:
    names = pdf.Root.get(Name.Names)
    if isinstance(names, Dictionary) and Name.JavaScript in names:
        for action in pikepdf.NameTree(names.JavaScript).values():
            if isinstance(action, Dictionary):
                yield text_of(action.get(Name.JS))
    at_opening = pdf.Root.get(Name.OpenAction)
    if isinstance(at_opening, Dictionary):
        yield text_of(at_opening.get(Name.JS))


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
        found.add(TextSource.OUTLINE, None, text_of(entry.get(Name.Title)))
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
    """ActualText, Alt, expansion texts and titles of the structure tree."""
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
        for key in (Name.ActualText, Name.Alt, Name.E, Name.T):
            found.add(TextSource.ACTUAL_TEXT, None, text_of(entry.get(key)))
        pending.append(entry.get(Name.K))
    raise Rejected("over_limits")
