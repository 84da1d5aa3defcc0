"""The files inside a file: of an archive, a message, a PDF or its portfolio, an office file.

`children` runs in the parent and parses nothing; `members` and `taken` are what the caged children
do. One level at a time: a child may hold files again, and whoever asks counts the depth.
"""

from __future__ import annotations

import hashlib
import io
import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from redaction import sandbox
from redaction.errors import Quarantined, Rejected
from redaction.intake import sniff
from redaction.intake.admit import holds_files
from redaction.intake.archive import open_archive
from redaction.intake.limits import Limits

BATCH_BYTES = 100_000_000
_Member = tuple[str, int, Callable[[], "bytes | None"]]  # name, size in bytes, how to have it


@dataclass(frozen=True, slots=True)
class Child:
    """One file inside another. `place` counts from 1; the name is not to be trusted, kept or shown
    without need. `data` is None when the file is listed but cannot be had."""

    place: int
    untrusted_name: str
    sha256: str
    data: bytes | None


def children(path: Path, limits: Limits, *, depth: int = 0) -> Iterator[Child]:
    """Every file directly inside the one at `path`, in order; nothing for kinds that hold none.

    `depth` is how deep the file itself lies in others; files more than `limits.nesting` deep are
    not opened. Raises Rejected (`over_limits`, `malformed`, `encrypted`, `unsupported_type` for
    archives nobody can open), sandbox.ChildDied.
    """
    source = holds_files(path, limits)
    if source is None:
        return
    received = source.read()
    arguments = {"media_type": source.media_type, "limits": limits.as_json()}
    allowed = sandbox.StepLimits.for_pages(max(20, source.size // 1_000_000))
    listed = sandbox.run("members", arguments, [received], allowed).value
    names, sizes = [str(name) for name, _ in listed], [int(size) for _, size in listed]
    if names and depth >= limits.nesting:
        raise Rejected("over_limits")
    if len(names) > limits.members or sum(sizes) > limits.family_bytes:
        raise Rejected("over_limits")
    for batch in _batches(sizes):
        reply = sandbox.run("member", arguments | {"places": batch}, [received], allowed)
        if len(reply.blobs) != len(batch) or len(reply.value) != len(batch):
            raise Quarantined("child_failed")
        for place, data, readable in zip(batch, reply.blobs, reply.value, strict=True):
            digest = hashlib.sha256(data).hexdigest() if readable else ""
            yield Child(place + 1, names[place], digest, data if readable else None)


def is_folder_only(path: Path, limits: Limits) -> bool:
    """True for a file that is nothing but a folder of others (an archive). Raises as `children`."""
    source = holds_files(path, limits)
    if source is None or source.media_type not in (sniff.ZIP, sniff.OFFICE):
        return False
    arguments = {"media_type": source.media_type, "limits": limits.as_json()}
    told = sandbox.run("kind", arguments, [source.read()], sandbox.StepLimits.for_pages(5)).value
    return str(told) == sniff.ZIP


def _batches(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Runs of places that fit one reply."""
    batch: list[int] = []
    held = 0
    for place, size in enumerate(sizes):
        if batch and held + size > BATCH_BYTES:
            yield batch
            batch, held = [], 0
        batch.append(place)
        held += size
    if batch:
        yield batch


# --- in the cage ------------------------------------------------------------------------------


def members(data: bytes, told: str, limits: Limits) -> list[tuple[str, int]]:
    """(name, size in bytes) of every file inside. Raises Rejected."""
    return [(name, size) for name, size, _ in _opened(data, told, limits)]


def taken(data: bytes, told: str, limits: Limits, places: Sequence[int]) -> list[bytes | None]:
    """The files at these places. Raises Rejected."""
    every = _opened(data, told, limits)
    return [every[place][2]() for place in places]


def _opened(data: bytes, told: str, limits: Limits) -> list[_Member]:
    from redaction.intake.kinds import exact

    if told == sniff.PDF:
        return list(_of_pdf(data, limits))
    kind = exact(data, told, limits)
    if kind in sniff.MAIL:
        return list(_of_mail(data, kind, limits))
    if kind == sniff.RTF or kind in sniff.LEGACY:
        return []
    return list(_of_archive(data, kind, limits))


def _of_archive(data: bytes, kind: str, limits: Limits) -> Iterator[_Member]:
    from redaction.intake.beside.parts import embedded_names

    archive = open_archive(data, limits, office=kind != sniff.ZIP)
    if kind == sniff.ZIP:
        names = archive.names
    elif kind in (sniff.ODT, sniff.ODS, sniff.ODP):
        names = ()  # objects in it are folders of parts, no files
    else:
        names = embedded_names(archive)
    for name in names:
        yield posixpath.basename(name), archive.size(name), partial(archive.read, name)


def _of_mail(data: bytes, kind: str, limits: Limits) -> Iterator[_Member]:
    from redaction.intake import mail, outlook
    from redaction.intake.aside import Asides

    letter = (mail if kind == sniff.EML else outlook).read(data, Asides(limits.text_chars), limits)
    for file in letter.files:
        yield file.untrusted_name, len(file.data or b""), partial(_same, file.data)


def _same(data: bytes | None) -> bytes | None:
    return data


def _of_pdf(data: bytes, limits: Limits) -> Iterator[_Member]:
    """Embedded files, those of a portfolio too. A PDF that does not open holds none that can be had."""
    import pikepdf

    from redaction.intake.enclosed import files_of

    try:
        pdf = pikepdf.open(io.BytesIO(data))
        files = files_of(pdf, limits)
    except pikepdf.PasswordError:
        raise Rejected("encrypted") from None
    except (pikepdf.PdfError, ValueError, TypeError):
        raise Rejected("malformed") from None
    for file in files:
        held = None if file.stream is None else _embedded(file.stream, limits)
        yield file.untrusted_name, len(held or b""), partial(_same, held)


def _embedded(stream: Any, limits: Limits) -> bytes | None:
    """One embedded file, None when it is damaged. Raises Rejected("over_limits")."""
    import pikepdf

    from redaction.intake.look import expanded

    try:
        if expanded(stream, limits.stream_bytes) > limits.file_bytes:
            raise Rejected("over_limits")
        return bytes(stream.read_bytes())
    except (pikepdf.PdfError, KeyError, ValueError, TypeError, AttributeError):
        return None
