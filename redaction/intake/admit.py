"""Takes in a file: its digest, its type, its size. No parser has seen it yet."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from redaction.errors import Rejected
from redaction.intake import office, sniff
from redaction.intake.limits import Limits

_CHUNK = 1 << 20
_ADMITTED = {sniff.PDF, sniff.OLE} | sniff.IMAGES | sniff.TEXTS | sniff.MAIL
_HOLDS_FILES = {sniff.PDF, sniff.OLE, sniff.ZIP, sniff.OFFICE, sniff.OPEN_DOCUMENT} | sniff.MAIL


@dataclass(frozen=True, slots=True)
class Source:
    """A file as received. `data_path` is where its bytes lie; `size` in bytes.

    `held` has the bytes themselves where the file was inside another one and lies nowhere.
    """

    sha256: str
    media_type: str
    size: int
    data_path: Path
    held: bytes | None = None

    def read(self) -> bytes:
        """The bytes, proved to be those admitted. Raises Rejected("malformed") if they changed."""
        data = self.data_path.read_bytes() if self.held is None else self.held
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise Rejected("malformed")
        return data


def admit(path: Path, limits: Limits) -> Source:
    """The file is one of the kinds we read, is not empty and is within the size limit.

    Raises Rejected: `over_limits`, `malformed` (empty, or two kinds at once), `no_converter`
    (office formats where LibreOffice is not installed), `unsupported_type` (links, pipes, devices
    and folders too); OSError when the path cannot be read.
    """
    with _regular(path) as file:
        source = _told(file, path, limits)
    return _may_be_read(source)


def admit_bytes(data: bytes, limits: Limits) -> Source:
    """As `admit`, for a file that was inside another one."""
    source = _told(io.BytesIO(data), Path(), limits)
    return _may_be_read(Source(source.sha256, source.media_type, source.size, Path(), data))


def holds_files(path: Path, limits: Limits) -> Source | None:
    """The file as a source if its kind may hold other files, else None; size limits are kept.

    Raises Rejected(`over_limits`, `malformed`), OSError.
    """
    with _regular(path) as file:
        source = _told(file, path, limits)
    return source if source.media_type in _HOLDS_FILES else None


def _regular(path: Path) -> BinaryIO:
    """The file itself, open for reading. A link could name a file nobody handed in, and a pipe would
    be waited for without end. Raises Rejected("unsupported_type"), OSError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Rejected("unsupported_type") from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Rejected("unsupported_type")
    return os.fdopen(descriptor, "rb")


def _told(file: BinaryIO, path: Path, limits: Limits) -> Source:
    digest = hashlib.sha256()
    size = 0
    head = tail = b""
    while chunk := file.read(_CHUNK):
        if not head:
            head = chunk[: sniff.HEAD_BYTES]
        tail = (tail + chunk)[-sniff.TAIL_BYTES :]
        size += len(chunk)
        if size > limits.file_bytes:
            raise Rejected("over_limits")
        digest.update(chunk)
    if size == 0:
        raise Rejected("malformed")
    kind = sniff.media_type(head, tail)
    if kind == sniff.POLYGLOT:
        raise Rejected("malformed")
    return Source(digest.hexdigest(), kind, size, path)


def _may_be_read(source: Source) -> Source:
    if source.media_type in sniff.NEEDS_CONVERTER:
        if office.program() is None:
            raise Rejected("no_converter")
    elif source.media_type not in _ADMITTED:
        raise Rejected("unsupported_type")
    return source
