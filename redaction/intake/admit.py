"""Takes in a file: its digest, its type, its size. No parser has seen it yet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from redaction.errors import Rejected
from redaction.intake import sniff
from redaction.intake.limits import Limits

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file as received. `data_path` is where its bytes lie; `size` in bytes."""

    sha256: str
    media_type: str
    size: int
    data_path: Path

    def read(self) -> bytes:
        """The bytes, proved to be those admitted. Raises Rejected("malformed") if they changed."""
        data = self.data_path.read_bytes()
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise Rejected("malformed")
        return data


def admit(path: Path, limits: Limits) -> Source:
    """The file is one of the kinds we read, is not empty and is within the size limit.

    Raises Rejected: `over_limits`, `malformed` (empty), `no_converter` (office formats),
    `unsupported_type`; OSError when the path cannot be read.
    """
    digest = hashlib.sha256()
    size = 0
    head = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if not head:
                head = chunk[: sniff.HEAD_BYTES]
            size += len(chunk)
            if size > limits.file_bytes:
                raise Rejected("over_limits")
            digest.update(chunk)
    if size == 0:
        raise Rejected("malformed")
    kind = sniff.media_type(head)
    if kind in sniff.NEEDS_CONVERTER:
        raise Rejected("no_converter")
    if kind != sniff.PDF and kind not in sniff.IMAGES | sniff.TEXTS:
        raise Rejected("unsupported_type")
    return Source(digest.hexdigest(), kind, size, path)
