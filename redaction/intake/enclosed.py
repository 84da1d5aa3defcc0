"""The files inside a PDF, wherever it keeps them. Inside the cage.

Not in the list of attachments alone: a note on a page, a field, an associated file or a leftover
that nothing names holds one just as well, and two may stand under one name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from redaction.errors import Rejected
from redaction.intake.limits import Limits

_FORMS = (Name.UF, Name.F, Name.DOS, Name.Mac, Name.Unix)  # ISO 32000-1 table 44
_DEEPEST = 100  # arrays and dictionaries within one object


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file in a PDF. `stream` is None where the file is named and is not there."""

    untrusted_name: str
    stream: pikepdf.Object | None


def files_of(pdf: pikepdf.Pdf, limits: Limits) -> list[EnclosedFile]:
    """Every one once, in the order of the objects. Raises Rejected("over_limits")."""
    named: dict[tuple[int, int], EnclosedFile] = {}
    missing: list[EnclosedFile] = []
    loose: dict[tuple[int, int], EnclosedFile] = {}
    for entry in [pdf.trailer, *pdf.objects]:
        if not isinstance(entry, pikepdf.Object):
            continue  # null, a number, a boolean
        stream = isinstance(entry, pikepdf.Stream)
        if stream and entry.get(Name.Type) == Name.EmbeddedFile:
            loose[entry.objgen] = EnclosedFile("", entry)
        said = entry.stream_dict if stream else entry
        if b"/EF " in said.unparse(resolved=True):
            for file in _in(said, 0):
                if file.stream is None:
                    missing.append(file)
                else:
                    named.setdefault(file.stream.objgen, file)
        if max(len(named), len(loose)) + len(missing) > limits.members:
            raise Rejected("over_limits")
    for count, _ in enumerate(pdf.attachments):  # last, for to ask mends the list
        if count >= limits.members:
            raise Rejected("over_limits")  # however few files so many names stand for
    return [*{**loose, **named}.values(), *missing]


def _in(value: Any, depth: int) -> Iterator[EnclosedFile]:
    """Of one object, what is written in it itself; what it points at is an object of its own."""
    if depth > _DEEPEST:
        raise Rejected("over_limits")
    if isinstance(value, Array):
        inner = list(value)
    elif isinstance(value, Dictionary):
        if Name.EF in value:
            yield from _of_specification(value)
        inner = list(value.as_dict().values())
    else:
        return
    for one in inner:
        if isinstance(one, Array | Dictionary) and not one.is_indirect:
            yield from _in(one, depth + 1)


def _of_specification(specification: Dictionary) -> Iterator[EnclosedFile]:
    name = next((str(specification[key]) for key in _FORMS if _is_text(specification.get(key))), "")
    held = specification.get(Name.EF)
    forms = [held.get(key) for key in _FORMS] if isinstance(held, Dictionary) else []
    streams = [form for form in forms if isinstance(form, pikepdf.Stream)]
    if not streams:
        yield EnclosedFile(name, None)
    for stream in streams:
        yield EnclosedFile(name, stream)


def _is_text(value: Any) -> bool:
    return isinstance(value, pikepdf.String)
