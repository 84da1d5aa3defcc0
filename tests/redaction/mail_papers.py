"""Messages that the tests write themselves: internet mail, and Outlook's format byte by byte."""

from __future__ import annotations

import email
import struct
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from itertools import pairwise

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT_SECTOR, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
Folder = Mapping[str, "bytes | Folder"]


def eml(
    body: str = "See the file.",
    files: Iterable[tuple[str, bytes, str]] = (),
    *,
    html: str = "",
    subject: str = "Shelter intake",
) -> bytes:
    """A message; `files` are (name, bytes, media type as claimed)."""
    message = EmailMessage()
    message["From"] = "clerk@city.example"
    message["To"] = "desk@city.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Feb 2026 10:00:00 +0000"
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, data, kind in files:
        if kind == "message/rfc822":
            inner = email.message_from_bytes(data, policy=message.policy)
            message.add_attachment(inner, filename=name)
            continue
        main, _, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


# --- Outlook --------------------------------------------------------------------------------------


def msg(
    properties: Mapping[int, str | bytes],
    files: Sequence[tuple[str, bytes | Folder | None]] = (),
    recipients: Sequence[tuple[str, str]] = (),
) -> bytes:
    """An Outlook message ([MS-OXMSG]): properties by number, files as (name, bytes, a folder, or
    elsewhere)."""
    names = {"__nameid_version1.0": {"__substg1.0_00020102": b"", "__substg1.0_00030102": b""}}
    return compound({**letter(properties, files, recipients, bytes(8)), **names})


def letter(
    properties: Mapping[int, str | bytes],
    files: Sequence[tuple[str, bytes | Folder | None]] = (),
    recipients: Sequence[tuple[str, str]] = (),
    more: bytes = b"",
) -> dict[str, bytes | Folder]:
    """A message as the folder that another one keeps it in."""
    root: dict[str, bytes | Folder] = {}
    head = struct.pack("<8x4I", len(recipients), len(files), len(recipients), len(files)) + more
    root.update(_storage(head, properties))
    for n, (name, address) in enumerate(recipients):
        root[f"__recip_version1.0_#{n:08X}"] = _storage(bytes(8), {0x3001: name, 0x3003: address})
    for n, (name, data) in enumerate(files):
        said: dict[int, str | bytes] = {0x3707: name}
        if isinstance(data, bytes):
            said[0x3701] = data
        storage = _storage(bytes(8), said)
        if data is not None and not isinstance(data, bytes):
            storage["__substg1.0_3701000D"] = data
        root[f"__attach_version1.0_#{n:08X}"] = storage
    return root


def _storage(head: bytes, properties: Mapping[int, str | bytes]) -> dict[str, bytes | Folder]:
    rows, streams = head, {}
    for number, value in sorted(properties.items()):
        kind = 0x001F if isinstance(value, str) else 0x0102
        data = value.encode("utf-16-le") if isinstance(value, str) else value
        rows += struct.pack("<HHIII", kind, number, 6, len(data), 0)
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
    return {"__properties_version1.0": rows, **streams}


def compound(root: Folder) -> bytes:
    """A compound file ([MS-CFB] version 3) with these streams (bytes) and storages."""
    entries: list[dict] = []
    streams: list[tuple[int, bytes]] = []

    def add(name: str, kind: int, content: bytes | Folder) -> int:
        here = len(entries)
        entries.append({"name": name, "kind": kind, "child": NONE, "right": NONE, "start": END, "size": 0})
        if isinstance(content, bytes):
            entries[here]["size"] = len(content)
            streams.append((here, content))
            return here
        order = sorted(content, key=lambda n: (len(n), n.upper()))
        places = [add(n, 2 if isinstance(content[n], bytes) else 1, content[n]) for n in order]
        if places:
            entries[here]["child"] = places[0]
        for left, right in pairwise(places):
            entries[left]["right"] = right
        return here

    add("Root Entry", 5, root)
    table: list[int] = []
    sectors: list[bytes] = []

    def store(data: bytes) -> int:
        pieces = [data[i : i + SECTOR].ljust(SECTOR, b"\0") for i in range(0, len(data), SECTOR)]
        start = len(sectors)
        sectors.extend(pieces)
        table.extend([*range(start + 1, start + len(pieces)), END] if pieces else [])
        return start if pieces else END

    mini, mini_table = b"", []
    for place, data in streams:
        if len(data) >= CUTOFF:
            entries[place]["start"] = store(data)
        elif data:
            start, count = len(mini_table), -(-len(data) // MINI)
            entries[place]["start"] = start
            mini += data.ljust(count * MINI, b"\0")
            mini_table += [*range(start + 1, start + count), END]
    entries[0]["start"], entries[0]["size"] = store(mini), len(mini)
    mini_start = store(
        struct.pack(f"<{len(mini_table)}I", *mini_table).ljust(
            -(-len(mini_table) * 4 // SECTOR) * SECTOR, b"\xff"
        )
    )
    directory = b"".join(_entry(**entry) for entry in entries)
    directory_start = store(directory + _entry("", 0) * (-len(entries) % 4))
    fats = 1
    while (len(table) + fats) * 4 > fats * SECTOR:
        fats += 1
    first_fat = len(sectors)
    table += [FAT_SECTOR] * fats
    fat = struct.pack(f"<{len(table)}I", *table).ljust(fats * SECTOR, b"\xff")
    places = [*range(first_fat, first_fat + fats), *[FREE] * (109 - fats)]
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fats, directory_start, 0, CUTOFF,
        mini_start, -(-len(mini_table) * 4 // SECTOR), END, 0, *places,
    )  # fmt: skip
    return head + b"".join(sectors) + fat


def _entry(
    name: str, kind: int, child: int = NONE, right: int = NONE, start: int = END, size: int = 0
) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0" if name else b""
    return struct.pack(
        "<64sHBBIII16xI8x8xIII", written, len(written), kind, 1, NONE, right, child, 0,
        start if kind else 0, size, 0,
    )  # fmt: skip
