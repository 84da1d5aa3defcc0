"""Writes a compound file ([MS-CFB] version 4): a message that lies in another one as a folder of streams
becomes a file of its own, which enters intake like any other. Inside the cage.

The same folder gives the same bytes; no date and no class is written.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_SECTOR, _MINI, _CUTOFF = 4096, 64, 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_IN_HEADER = 109  # sectors of the table that the header can name: 457 MB, more than a file may have
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_LONGEST_NAME = 31

Folder = Mapping[str, "bytes | Folder"]


@dataclass(slots=True)
class _Entry:
    """One row of the directory."""

    name: str
    kind: int
    content: bytes = b""
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = _END
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0" if self.kind else b""
        return struct.pack(
            "<64sHBBIII16x4x16xIQ",
            name, len(name), self.kind, 1, self.left, self.right, self.child,
            self.start if self.kind else 0, self.size,
        )  # fmt: skip


@dataclass(slots=True)
class _Sectors:
    """Sectors in order, and the table of which follows which."""

    size: int
    table: list[int] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)

    def store(self, data: bytes) -> int:
        """Where the data begins; _END for none."""
        count = -(-len(data) // self.size)
        start = len(self.table)
        self.data.append(data.ljust(count * self.size, b"\0"))
        self.table += [*range(start + 1, start + count), _END] if count else []
        return start if count else _END


def compound(root: Folder) -> bytes:
    """The file. Raises ValueError for a name or a size that the format cannot hold."""
    entries: list[_Entry] = []
    _add(entries, "Root Entry", _ROOT, root)
    sectors, small = _Sectors(_SECTOR), _Sectors(_MINI)
    for entry in entries:
        if entry.kind == _STREAM:
            entry.size = len(entry.content)
            entry.start = (sectors if entry.size >= _CUTOFF else small).store(entry.content)
    packed = b"".join(small.data)
    entries[0].start, entries[0].size = sectors.store(packed), len(packed)
    small_table = struct.pack(f"<{len(small.table)}I", *small.table)
    small_sectors = -(-len(small_table) // _SECTOR)
    small_start = sectors.store(small_table.ljust(small_sectors * _SECTOR, b"\xff"))
    rows = b"".join(entry.packed() for entry in entries)
    rows += _Entry("", 0).packed() * (-len(entries) % (_SECTOR // 128))
    directory = sectors.store(rows)
    fats = 1
    while (len(sectors.table) + fats) * 4 > fats * _SECTOR:
        fats += 1
    if fats > _IN_HEADER:
        raise ValueError("too large for a table that the header names")
    places = list(range(len(sectors.table), len(sectors.table) + fats))
    table = struct.pack(f"<{len(sectors.table) + fats}I", *sectors.table, *[_FAT] * fats)
    head = struct.pack(
        "<8s16xHHHHH6x9I109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 4, 0xFFFE, 12, 6, len(rows) // _SECTOR, fats, directory, 0,
        _CUTOFF, small_start, small_sectors, _END, 0, *places, *[_FREE] * (_IN_HEADER - fats),
    )  # fmt: skip
    return head.ljust(_SECTOR, b"\0") + b"".join(sectors.data) + table.ljust(fats * _SECTOR, b"\xff")


def _add(entries: list[_Entry], name: str, kind: int, content: bytes | Folder) -> int:
    """The entry and all that is in it; its number."""
    if len(name) > _LONGEST_NAME:
        raise ValueError("a name too long for the format")
    here = len(entries)
    if isinstance(content, bytes):
        entries.append(_Entry(name, kind, content))
        return here
    entries.append(_Entry(name, kind))
    order = sorted(content, key=lambda one: (len(one.encode("utf-16-le")), one.upper()))
    kinds = [_STREAM if isinstance(content[one], bytes) else _STORAGE for one in order]
    numbers = [_add(entries, one, k, content[one]) for one, k in zip(order, kinds, strict=True)]
    entries[here].child = _tree(entries, numbers)
    return here


def _tree(entries: list[_Entry], numbers: Sequence[int]) -> int:
    """Siblings as a balanced tree, so that readers that call themselves go no deeper than its height."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    top = numbers[middle]
    entries[top].left = _tree(entries, numbers[:middle])
    entries[top].right = _tree(entries, numbers[middle + 1 :])
    return top
