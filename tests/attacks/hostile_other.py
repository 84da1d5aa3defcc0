"""Files of other kinds that mean harm, made when they are needed and never kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.attacks.rawpdf import file, one_page, zeros

ENVELOPE = b"From: a@city.test\r\nTo: b@city.test\r\nSubject: minutes\r\nMIME-Version: 1.0\r\n"
OTHERS: dict[str, Callable[[bool], bytes]] = {}


def other(maker: Callable[[bool], bytes]) -> Callable[[bool], bytes]:
    """One more of them; `full` asks for the size an attacker would send."""
    OTHERS[maker.__name__] = maker
    return maker


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + _chunk(b"IEND", b"")


@other
def png_of_gigapixels(full: bool) -> bytes:
    side = 60_000
    return _png(side, side, _chunk(b"IDAT", zeros(side * side if full else 1 << 20)))


@other
def png_of_inflating_text(full: bool) -> bytes:
    text = b"note\0\0" + zeros((4 << 30) if full else (256 << 20))
    return _png(20, 20, _chunk(b"zTXt", text), _chunk(b"IDAT", zlib.compress(bytes(21 * 20))))


@other
def jpeg_of_gigapixels(full: bool) -> bytes:
    frame = b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", 65_500, 65_500) + b"\1\1\x11\0"
    return b"\xff\xd8" + frame + b"\xff\xda\0\x08\1\1\0\0\x3f\0" + b"\0" * 64 + b"\xff\xd9"


def _tiff(entries: list[tuple[int, int, int, int]], following: int) -> bytes:
    body = struct.pack("<2sHIH", b"II", 42, 8, len(entries))
    body += b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return body + struct.pack("<I", following)


@other
def tiff_of_gigapixels(full: bool) -> bytes:
    return _tiff([(256, 4, 1, 60_000), (257, 4, 1, 60_000), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
                  (273, 4, 1, 8), (278, 4, 1, 60_000), (279, 4, 1, 100)], 0)  # fmt: skip


@other
def tiff_of_frames_in_a_circle(full: bool) -> bytes:
    return _tiff([(256, 4, 1, 4), (257, 4, 1, 4), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
                  (273, 4, 1, 8), (278, 4, 1, 4), (279, 4, 1, 16)], 8)  # fmt: skip


@other
def tiff_of_many_frames(full: bool) -> bytes:
    frame = [(256, 4, 1, 4), (257, 4, 1, 4), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
             (278, 4, 1, 4), (279, 4, 1, 16)]  # fmt: skip
    size = 2 + 12 * len(frame) + 4
    frames = (_tiff(frame, 8 + size * (number + 1))[8:] for number in range(500_000 if full else 6_000))
    return struct.pack("<2sHI", b"II", 42, 8) + b"".join(frames)


@other
def text_in_one_line(full: bool) -> bytes:
    return b"word " * (40_000_000 if full else 4_000_000)


@other
def text_of_page_ends(full: bool) -> bytes:
    return b"\f" * (100_000_000 if full else 1_000_000) + b"end"


@other
def text_of_formulas(full: bool) -> bytes:
    return b"name,sum\nA,=cmd|'/c calc'!A0\nB,=IMPORTDATA(\"http://127.0.0.1:00000/\")\nC,@SUM(1)\n"


@other
def mail_with_folds(full: bool) -> bytes:
    return b"From: a\r\n" + b" folded\r\n" * (1_000 if full else 60) + b"no field here\r\n"


@other
def mail_in_mail(full: bool) -> bytes:
    depth = 20_000 if full else 2_000
    parts = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth)]
    return (
        b"From: a@city.test\r\nTo: b@city.test\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        + b"".join(parts)
        + b"\r\nend"
    )


@other
def mail_with_a_body_elsewhere(full: bool) -> bytes:
    elsewhere = b'Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:00000/"\r\n\r\n'
    return ENVELOPE + elsewhere + b"Content-Type: text/plain\r\n\r\nbody\r\n"


@other
def page_of_nested_elements(full: bool) -> bytes:
    depth = 4_000_000 if full else 50_000
    return b"<!DOCTYPE html><html><body>" + b"<div>" * depth + b"end"


@other
def page_that_loads_from_elsewhere(full: bool) -> bytes:
    return (b"<!DOCTYPE html><html><head><link rel=stylesheet href='http://127.0.0.1:00000/a.css'>"
            b"<script src='http://127.0.0.1:00000/a.js'></script></head><body background='http://127.0.0.1:00000/b.png'>"
            b"<img src='file:///etc/passwd'><iframe src='http://127.0.0.1:00000/'></iframe>Minutes</body></html>"
            )  # fmt: skip


def _zip(members: dict[str, bytes], *, mode: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = mode << 16
            archive.writestr(entry, data)
    return out.getvalue()


@other
def archive_that_escapes(full: bool) -> bytes:
    return _zip({"../../evil.txt": b"x", "/tmp/evil.txt": b"x", "..\\evil.txt": b"x", "a/../../evil": b"x"})


@other
def archive_of_links(full: bool) -> bytes:
    return _zip({"passwords.pdf": b"/etc/passwd"}, mode=0o120777)


@other
def archive_of_zeros(full: bool) -> bytes:
    return _zip({"zeros.txt": bytes((2 << 30) if full else (64 << 20))})


@other
def archive_of_many(full: bool) -> bytes:
    return _zip({f"{n}.txt": b"x" for n in range(100_000 if full else 1_500)})


@other
def archive_in_archive(full: bool) -> bytes:
    inner = file(one_page())
    for level in range(40 if full else 5):
        inner = _zip({f"{level}.zip" if level else "minutes.pdf": inner})
    return inner


@other
def archive_that_holds_itself(full: bool) -> bytes:
    """A member whose data lie over the archive's own beginning: local header and all."""
    whole = bytearray(_zip({"self.zip": b"x" * 40}))
    at = whole.index(b"PK\x01\x02")
    whole[at + 20 : at + 24] = struct.pack("<I", len(whole))
    whole[at + 24 : at + 28] = struct.pack("<I", len(whole))
    return bytes(whole)


@other
def office_file_of_zeros(full: bool) -> bytes:
    zero = bytes((1 << 30) if full else (64 << 20))
    return _zip({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<x/>", "word/document.xml": zero})


@other
def office_file_of_entities(full: bool) -> bytes:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{lines}]><x>&e11;</x>'.encode()
    deep = b"<a>" * 200_000
    return _zip({"[Content_Types].xml": text, "xl/workbook.xml": text, "xl/worksheets/sheet1.xml": deep})


@other
def noise(full: bool) -> bytes:
    return bytes((n * 7919 + n // 3) % 256 for n in range(5000))


@other
def nothing(full: bool) -> bytes:
    return b""
