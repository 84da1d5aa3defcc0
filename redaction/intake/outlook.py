"""An Outlook message (MSG) as text and the files it carries, read with python-oxmsg. Inside the cage."""

from __future__ import annotations

import io
import itertools
import struct
from collections.abc import Iterator
from typing import Any

from redaction.errors import Rejected
from redaction.intake.aside import Asides
from redaction.intake.beside import rtf
from redaction.intake.compound import Folder, compound
from redaction.intake.html_text import text_of
from redaction.intake.limits import Limits
from redaction.intake.mail import Enclosed, Letter, as_text

_SHORT_NAME, _LONG_NAME, _SHOWN_NAME, _DATA = 0x3704, 0x3707, 0x3001, 0x3701
_PROPERTIES, _INNER, _NAMES = "__properties_version1.0", "__substg1.0_3701000D", "__nameid_version1.0"
_HEAD, _INNER_HEAD = 32, 24  # bytes before the properties of a file, and of a message inside one
_RTF_COMPRESSED = 0x1009
_BODIES = frozenset({0x1000, 0x1013, 0x007D})  # text, HTML, transport header fields: shown or read apart
# [MS-OXRTFCP] 2.1.2.1: what the dictionary holds before the first byte.
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans "
    b"SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def read(data: bytes, found: Asides, limits: Limits) -> Letter:
    """Raises Rejected(`malformed`, `over_limits`)."""
    import oxmsg

    try:
        message = oxmsg.Message.load(data)
        if len(message.attachments) > limits.members:
            raise Rejected("over_limits")
        if message.attachment_count != len(message.attachments):
            raise Rejected("malformed")  # a file that is counted and not there, or there and not counted
        folders = _folders(data)
        files = [_enclosed(one, folders[at]) for at, one in enumerate(message.attachments)]
        bodies = list(_bodies(message, found, limits))
        heads = list(_heads(message))
        text = as_text(heads, bodies, files)
        for one in message.properties:
            if one.ptyp in (0x001E, 0x001F) and one.pid not in _BODIES:
                found.add("metadata", str(one.value), doubtful=True)
    except Rejected:
        raise
    except Exception:  # noqa: BLE001 - the library raises almost anything on damage: refused, so withheld
        raise Rejected("malformed") from None
    found.count("attached_files", len(files))
    return Letter(text, tuple(files))


def _heads(message: Any) -> Iterator[str]:
    """The header fields as they were sent; for a message that never was, what Outlook kept of them."""
    sent = [(name, value) for name, value in message.message_headers.items()]
    if sent:
        yield from (f"{name}: {' '.join(str(value).split())}" for name, value in sent)
        return
    if message.sender:
        yield f"From: {message.sender}"
    for recipient in message.recipients:
        name, address = recipient.name or "", recipient.email_address or ""
        yield f"To: {name} <{address}>" if address and address != name else f"To: {name or address}"
    if message.sent_date:
        yield f"Date: {message.sent_date.isoformat()}"
    yield f"Subject: {message.subject}"


def _bodies(message: Any, found: Asides, limits: Limits) -> Iterator[str]:
    """The text, and every other form of it that says something else."""
    said: set[str] = set()
    for text in _forms(message, found, limits):
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        letters = "".join(c for c in text.casefold() if c.isalnum())
        if text.strip() and letters not in said:
            said.add(letters)
            yield text


def _forms(message: Any, found: Asides, limits: Limits) -> Iterator[str]:
    if message.body:
        yield message.body
    if message.html_body:
        yield text_of(message.html_body, found)
    packed = message.properties.binary_prop_value(_RTF_COMPRESSED)
    if packed:
        rich = unpacked(packed, limits)
        # HTML wrapped in RTF ([MS-OXRTFEX]) repeats the HTML body; its words are the same.
        if not (message.body and rb"\fromhtml" in rich[:512]):
            yield rtf.plain(rich, limits)


def unpacked(packed: bytes, limits: Limits) -> bytes:
    """The rich text of a message ([MS-OXRTFCP] 2.2). Raises Rejected(`malformed`, `over_limits`)."""
    if len(packed) < 16:
        raise Rejected("malformed")
    size, raw_size, kind, _ = struct.unpack("<4I", packed[:16])
    if raw_size > limits.stream_bytes:
        raise Rejected("over_limits")
    if kind == 0x414C454D:  # "MELA": stored
        return packed[16 : 16 + raw_size]
    if kind != 0x75465A4C or size + 4 < 16:  # "LZFu"
        raise Rejected("malformed")
    return bytes(itertools.islice(_inflated(packed[16:]), raw_size))


def _inflated(packed: bytes) -> Iterator[int]:
    """The bytes one by one: literals, and runs copied from the last 4,096 (a run may overtake itself)."""
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    at, write = 0, len(_DICTIONARY)
    while at < len(packed):
        control = packed[at]
        at += 1
        for bit in range(8):
            reference = control >> bit & 1
            if at + reference >= len(packed):
                return
            places = range(0)
            if reference:
                offset = packed[at] << 4 | packed[at + 1] >> 4
                if offset == write:
                    return
                places = range(offset, offset + (packed[at + 1] & 15) + 2)
            literal = [packed[at]] if not reference else [None] * len(places)
            at += 1 + reference
            for number, byte in enumerate(literal):
                value = window[places[number] % 4096] if byte is None else byte
                window[write] = value
                write = (write + 1) % 4096
                yield value


def _enclosed(one: Any, folder: bytes | None) -> Enclosed:
    """A file in the message. One that lies elsewhere has no bytes, nor has an object of another program
    kept as a folder; a message kept as one is `folder`."""
    names = (one.properties.str_prop_value(number) for number in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
    data = folder if folder is not None else one.properties.binary_prop_value(_DATA)
    return Enclosed(str(next(filter(None, names), "")), data)


def _folders(data: bytes) -> list[bytes | None]:
    """For each attachment, in order, the message that it keeps as a folder, as a file of its own.

    Names of properties stand once, at the root of the outermost message ([MS-OXMSG] 2.2.3), so they
    go with each; the head of its properties is longer in a file of its own (2.4.1).
    """
    import olefile
    from oxmsg.storage import Storage

    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        root = Storage.from_ole(ole)
    names = {one.name: _folder(one) for one in root.storages if one.name == _NAMES}
    found: list[bytes | None] = []
    for attachment in root.iter_attachment_storages():
        inner = next((one for one in attachment.storages if one.name == _INNER), None)
        if inner is None or not any(stream.name == _PROPERTIES for stream in inner.streams):
            found.append(None)
            continue
        folder = {**_folder(inner), **names}
        head = folder[_PROPERTIES]
        if not isinstance(head, bytes) or len(head) < _INNER_HEAD:
            raise Rejected("malformed")
        folder[_PROPERTIES] = head[:_INNER_HEAD] + bytes(_HEAD - _INNER_HEAD) + head[_INNER_HEAD:]
        found.append(compound(folder))
    return found


def _folder(storage: Any) -> dict[str, bytes | Folder]:
    """Streams and folders by name. Raises Rejected("malformed") for a doubled name."""
    found: dict[str, bytes | Folder] = {stream.name: stream.bytes_ for stream in storage.streams}
    found |= {one.name: _folder(one) for one in storage.storages}
    if len(found) != len(storage.streams) + len(storage.storages):
        raise Rejected("malformed")
    return found
