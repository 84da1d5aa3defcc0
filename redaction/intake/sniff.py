"""The type of a file by its first bytes. Never by its name."""

from __future__ import annotations

import re

PDF = "application/pdf"
PNG, JPEG, TIFF = "image/png", "image/jpeg", "image/tiff"
TEXT, HTML, EML = "text/plain", "text/html", "message/rfc822"
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
OLE, RTF, ZIP = "application/x-ole-storage", "application/rtf", "application/zip"
UNKNOWN = "application/octet-stream"

IMAGES = frozenset({PNG, JPEG, TIFF})
TEXTS = frozenset({TEXT, HTML, EML})
NEEDS_CONVERTER = frozenset({OFFICE, OPEN_DOCUMENT, OLE, RTF})

HEAD_BYTES = 65_536
_MAIL = re.compile(
    rb"\A(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2,}", re.DOTALL
)  # RFC 5322 2.2: at least two header fields, folded lines allowed
_MAIL_FIELD = re.compile(rb"(?im)^(?:from|to|subject|date|received|return-path|message-id|mime-version):")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def media_type(head: bytes) -> str:
    """The media type told by the first bytes (up to HEAD_BYTES) of a file."""
    if b"%PDF-" in head[:1024]:  # ISO 32000-1 annex H.3: readers look in the first 1,024 bytes
        return PDF
    for magic, kind in (
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"\xff\xd8\xff", JPEG),
        (b"II*\x00", TIFF),
        (b"MM\x00*", TIFF),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
        (b"{\\rtf", RTF),
    ):
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(head)
    return _text_kind(head)


def _zip_kind(head: bytes) -> str:
    if b"mimetypeapplication/vnd.oasis.opendocument" in head[:200]:
        return OPEN_DOCUMENT
    names = (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"_rels/.rels")
    return OFFICE if any(name in head for name in names) else ZIP


def _text_kind(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return TEXT
    if not head.strip() or _CONTROL.search(head):
        return UNKNOWN
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:300].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return HTML
    mail = _MAIL.match(head)
    if mail and len(_MAIL_FIELD.findall(mail.group())) >= 2:
        return EML
    return TEXT
