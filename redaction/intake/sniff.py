"""The type of a file by its bytes. Never by its name.

What is told here is read off marks in the first and last bytes, without parsing. Files that are
folders of parts (ZIP, OLE) get their exact kind inside the cage: `kinds.exact`.
"""

from __future__ import annotations

import re

PDF = "application/pdf"
PNG, JPEG, TIFF, HEIC = "image/png", "image/jpeg", "image/tiff", "image/heic"
TEXT, HTML, EML = "text/plain", "text/html", "message/rfc822"
MSG = "application/vnd.ms-outlook"
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{OFFICE}.wordprocessingml.document"
XLSX = f"{OFFICE}.spreadsheetml.sheet"
PPTX = f"{OFFICE}.presentationml.presentation"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
ODT = f"{OPEN_DOCUMENT}.text"
ODS, ODP = f"{OPEN_DOCUMENT}.spreadsheet", f"{OPEN_DOCUMENT}.presentation"
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
OLE, RTF, ZIP = "application/x-ole-storage", "application/rtf", "application/zip"
POLYGLOT = "application/x-polyglot"
UNKNOWN = "application/octet-stream"

IMAGES = frozenset({PNG, JPEG, TIFF, HEIC})
TEXTS = frozenset({TEXT, HTML})
MAIL = frozenset({EML, MSG})
LEGACY = frozenset({DOC, XLS, PPT})
# LibreOffice writes them in the form that our readers know, before it prints that one.
MODERNISED = {DOC: DOCX, XLS: XLSX, PPT: PPTX, ODS: XLSX, ODP: PPTX}
CONVERTED = frozenset({DOCX, XLSX, PPTX, ODT, RTF, *MODERNISED})  # by LibreOffice
NEEDS_CONVERTER = frozenset({OFFICE, OPEN_DOCUMENT, RTF}) | CONVERTED

HEAD_BYTES = TAIL_BYTES = 65_536
# RFC 5322 2.2: at least two header fields, folded lines allowed. A line ends in one way only: with two
# (`\r?\n` after what also takes `\r`) the time would double with every folded line.
_MAIL = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}")
_MAIL_FIELD = re.compile(rb"(?im)^(?:from|to|subject|date|received|return-path|message-id|mime-version):")
_PDF_PARTS = (b"endobj", b"startxref")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),  # an empty one
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})  # ISO 23008-12 annex B


def media_type(head: bytes, tail: bytes = b"") -> str:
    """The media type told by the first and last bytes (HEAD_BYTES, TAIL_BYTES) of a file."""
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    # ISO 32000-1 annex H.3: readers look for the header in the first 1,024 bytes.
    says_pdf = b"%PDF-" in head[:1024]
    if says_pdf and not head.startswith(b"%PDF-") and (kind or _text_kind(head) in (EML, HTML)):
        return POLYGLOT  # two readers would open it as two different files
    if says_pdf:
        return PDF
    if kind == ZIP:
        return _zip_kind(head, tail)
    if kind is not None:
        return kind
    if head[4:8] == b"ftyp":
        return HEIC if head[8:12] in _HEIC_BRANDS else UNKNOWN
    return _text_kind(head)


def _zip_kind(head: bytes, tail: bytes) -> str:
    if b"mimetypeapplication/vnd.oasis.opendocument" in head[:200]:
        return OPEN_DOCUMENT
    names = (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"_rels/.rels")
    return OFFICE if any(name in head or name in tail for name in names) else ZIP


def _text_kind(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return TEXT
    if not head.strip() or _CONTROL.search(head):
        return UNKNOWN
    if any(part in head for part in _PDF_PARTS):
        return UNKNOWN  # a PDF that lost its header: as text its strings would be read past, not read
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:300].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return HTML
    mail = _MAIL.match(head)
    if mail and len(_MAIL_FIELD.findall(mail.group())) >= 2:
        return EML
    return TEXT
