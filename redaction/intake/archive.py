"""Opens a ZIP, inside the cage, and refuses what an honest writer would not have made.

Every member is checked before one byte of it is inflated: number, path, depth, links, declared
size and ratio, overlapping places. Inflating stops at the declared size.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass

from redaction.errors import Rejected
from redaction.intake.limits import Limits

_MOST_NAME = 1_024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCAL_HEADER = 30  # bytes before a member's name (APPNOTE 4.3.7)


@dataclass(frozen=True, slots=True)
class Archive:
    """A checked ZIP. `names` are the members that are files, in the order of the directory."""

    names: tuple[str, ...]
    _zip: zipfile.ZipFile

    def read(self, name: str) -> bytes:
        """One member whole. Raises Rejected("malformed") when damaged or absent."""
        try:
            info = self._zip.getinfo(name)
            with self._zip.open(info) as member:
                data = member.read(info.file_size + 1)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
            raise Rejected("malformed") from None
        if len(data) != info.file_size:
            raise Rejected("malformed")
        return data

    def size(self, name: str) -> int:
        """Declared size of a member in bytes; `read` holds it to that."""
        return self._zip.getinfo(name).file_size


def open_archive(data: bytes, limits: Limits, *, office: bool = False) -> Archive:
    """The archive, checked; `office` for a file that consists of parts, which may have more of them.

    Raises Rejected: `malformed` (damage, unsafe or doubled paths, links, members that overlap),
    `over_limits` (members, depth, sizes, ratio), `encrypted`, `unsupported_type` (compression).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        raise Rejected("malformed") from None
    if len(infos) > (limits.parts if office else limits.members):
        raise Rejected("over_limits")
    names: set[str] = set()
    for info in infos:
        _check(info, limits)
        if info.filename in names:
            raise Rejected("malformed")
        names.add(info.filename)
    _check_sizes(infos, len(data), limits)
    return Archive(tuple(info.filename for info in infos if not info.is_dir()), archive)


def _check(info: zipfile.ZipInfo, limits: Limits) -> None:
    name = info.orig_filename  # as written; `filename` was cut at a NUL
    parts = name.rstrip("/").split("/")
    absolute = name.startswith("/") or "\\" in name or ":" in parts[0]
    if not name or absolute or "\x00" in name or any(part in ("", ".", "..") for part in parts):
        raise Rejected("malformed")
    if len(parts) > limits.path_depth or len(name) > _MOST_NAME:
        raise Rejected("over_limits")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Rejected("malformed")  # symbolic links, devices
    if info.flag_bits & 0x41:  # APPNOTE 4.4.4: encrypted, strongly encrypted
        raise Rejected("encrypted")
    if info.compress_type not in _METHODS:
        raise Rejected("unsupported_type")
    if info.file_size > limits.file_bytes:
        raise Rejected("over_limits")


def _check_sizes(infos: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    """Ratio and sum; and no two members share bytes, which is how small files pretend to be huge."""
    total = sum(info.file_size for info in infos)
    if total > limits.family_bytes:
        raise Rejected("over_limits")
    if total > limits.expansion_floor_bytes and total > limits.expansion * size:
        raise Rejected("over_limits")
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < end:
            raise Rejected("malformed")
        end = info.header_offset + _LOCAL_HEADER + info.compress_size
    if end > size:
        raise Rejected("malformed")
