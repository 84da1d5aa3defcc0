"""Looks a PDF over with pikepdf and pdfplumber, inside the cage: may it be opened, how many
pages do they see, what does it hold that a rebuilt file will not carry.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from redaction.errors import Quarantined, Rejected
from redaction.intake.enclosed import files_of
from redaction.intake.limits import Limits

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

_MOST_FILTERS = 8  # on one stream; writers use one, rarely two
_DISAGREE = 0.05  # of the letters and digits that both read (redaction.md 2.4)
_END = re.compile(rb"startxref\s+[0-9]+\s+%%EOF")
_OBJECT = re.compile(rb"[0-9]\s+obj\b")
_GROWING = (Name.LZWDecode, Name.LZW, Name.RunLengthDecode, Name.RL)


@dataclass(frozen=True, slots=True)
class Look:
    """What two parsers say. A page count is None where the parser refused the file."""

    pikepdf: int | None
    pdfplumber: int | None
    needs_password: bool
    dropped: dict[str, int]
    attachments: tuple[str, ...]  # sha256 of embedded files
    damaged: bool = False  # something in the file had to be mended

    def as_json(self) -> dict[str, Any]:
        """For the way back to the parent."""
        return asdict(self)


def look(data: bytes, limits: Limits, *, as_received: bool = True) -> Look:
    """Raises Rejected (`xfa_dynamic`, `over_limits`), Quarantined (`portfolio`, `page_failed`,
    `parsers_disagree`).

    `as_received` False for a file PDFium has flattened: its form has lost its fields already.
    """
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        return Look(None, _pdfplumber_pages(data)[0], True, {}, ())
    except Exception:  # noqa: BLE001 - the parser refused: counted as None, and the file is withheld
        return Look(None, *_pdfplumber_pages(data), {}, ())
    with pdf:
        if len(pdf.objects) > limits.objects or _claimed_pages(pdf) > limits.pages:
            raise Rejected("over_limits")  # before anybody walks so many
        plumbed, plumber_password = _pdfplumber_pages(data)
        if as_received:
            _check_catalog(pdf)
        _check_expansion(pdf, len(data), limits)
        try:
            pages = len(pdf.pages)
        except Exception:  # noqa: BLE001 - a broken page tree: as good as refused
            return Look(None, plumbed, plumber_password, {}, ())
        if pages > limits.pages:
            raise Rejected("over_limits")
        if as_received:
            _check_contents(pdf)
            _check_end(data)
        attachments = _attachments(pdf, limits)
        dropped = _dropped(pdf, data) | ({"attachments": len(attachments)} if attachments else {})
        return Look(pages, plumbed, plumber_password, dropped, attachments, bool(pdf.get_warnings()))


def refuse_other_text(data: bytes, pages: int) -> None:
    """A damaged file is mended by every parser in its own way, perhaps to another revision: all three
    read the same on every page of it. The words of annotations are left out, for one of them does; how
    many there are is not: what PDFium does not find it draws into no page.

    Raises Quarantined("parsers_disagree", page); errors of the parsers rise, and the file is withheld.
    """
    import pdfplumber
    import pypdfium2
    import pypdfium2.raw as pdfium_c

    mended = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(mended)
    documents = [pypdfium2.PdfDocument(data), pypdfium2.PdfDocument(mended.getvalue())]
    with pdfplumber.open(io.BytesIO(data)) as plumber:
        for number in range(pages):
            page = plumber.pages[number]
            drawn = (char["text"] for char in page.dedupe_chars().chars)
            one = _letters("".join(text for text in drawn if not text.startswith("(cid:")))
            page.close()
            annotated = set()
            for document in documents:
                annotated.add(pdfium_c.FPDFPage_GetAnnotCount(document[number]))
                if _differ(one, _letters(document[number].get_textpage().get_text_bounded())):
                    raise Quarantined("parsers_disagree", number + 1)
            if len(annotated) > 1:
                raise Quarantined("parsers_disagree", number + 1)


def _differ(one: Counter[str], other: Counter[str]) -> bool:
    different = sum(((one - other) + (other - one)).values())
    return different > 3 and different > _DISAGREE * (sum(one.values()) + sum(other.values()))


def _letters(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def _claimed_pages(pdf: pikepdf.Pdf) -> int:
    count = _get(pdf.Root, Name.Pages, Name.Count)
    return count if isinstance(count, int) else 0


def _pdfplumber_pages(data: bytes) -> tuple[int | None, bool]:
    """(page count or None, whether a password was asked for)."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return len(pdf.pages), False
    except Exception as error:  # noqa: BLE001 - pdfminer raises almost anything on damage: refused, so withheld
        asked = isinstance(error, PDFPasswordIncorrect) or isinstance(
            error.__cause__ or error.__context__, PDFPasswordIncorrect
        )
        return None, asked or any(isinstance(a, PDFPasswordIncorrect) for a in error.args)


def _check_catalog(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    if Name.Collection in root:
        raise Quarantined("portfolio")
    form = root.get(Name.AcroForm)
    if not isinstance(form, Dictionary) or Name.XFA not in form:
        return
    fields = form.get(Name.Fields)
    has_fields = isinstance(fields, Array) and len(fields) > 0
    # XFA 3.3 p. 67: NeedsRendering marks forms whose pages exist only after their script ran.
    if bool(root.get(Name.NeedsRendering, False)) or not has_fields:
        raise Rejected("xfa_dynamic")


def _check_expansion(pdf: pikepdf.Pdf, size: int, limits: Limits) -> None:
    """Inflates every compressed stream once, counting; what an image says of its size is believed.

    Raises Rejected("over_limits").
    """
    total = 0
    for entry in pdf.objects:
        if isinstance(entry, pikepdf.Stream):
            if _declared_px(entry) > limits.image_px:
                raise Rejected("over_limits")
            total += expanded(entry, limits.stream_bytes)
        if total > limits.expansion_floor_bytes and total > limits.expansion * size:
            raise Rejected("over_limits")


def _declared_px(stream: pikepdf.Stream) -> int:
    """Pixels of an image by its own account, 0 for what is none."""
    if stream.get(Name.Subtype) != Name.Image:
        return 0
    width, height = stream.get(Name.Width), stream.get(Name.Height)
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def expanded(stream: pikepdf.Stream, most: int) -> int:
    """Bytes a stream grows to. Image codecs are left alone: their size is what their header says."""
    filters = stream.get(Name.Filter)
    names = list(filters) if isinstance(filters, Array) else [filters]
    if len(names) > _MOST_FILTERS:
        raise Rejected("over_limits")
    chunks: Iterator[bytes] = iter([stream.read_raw_bytes()])
    flates = 0
    for name in names:
        if name not in (Name.FlateDecode, Name.Fl):
            break
        chunks, flates = _inflated(chunks), flates + 1
    if flates == 0:
        if not any(name in _GROWING for name in names):
            return 0
        try:
            return len(stream.read_bytes())  # by qpdf, under the child's memory limit
        except pikepdf.PdfError:
            return 0
    count = 0
    for chunk in chunks:
        count += len(chunk)
        if count > most:
            raise Rejected("over_limits")
    return count


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """One Flate step in pieces of a mebibyte at most; damaged streams go as far as they go."""
    inflater = zlib.decompressobj()
    for chunk in chunks:
        pending = chunk
        while pending:
            try:
                yield inflater.decompress(pending, 1 << 20)
            except zlib.error:
                return
            pending = inflater.unconsumed_tail


def _check_contents(pdf: pikepdf.Pdf) -> None:
    """What the pages draw inflates to what its check sum says: of a damaged stream one parser shows what
    comes before the damage and another nothing. Raises Quarantined("page_failed", page)."""
    for number, page in enumerate(pdf.pages, start=1):
        contents = page.obj.get(Name.Contents)
        for stream in [contents] if isinstance(contents, pikepdf.Stream) else _list(contents):
            if not isinstance(stream, pikepdf.Stream) or stream.get(Name.Filter) != Name.FlateDecode:
                continue
            try:
                zlib.decompressobj().decompress(stream.read_raw_bytes())
            except zlib.error:
                raise Quarantined("page_failed", number) from None


def _check_end(data: bytes) -> None:
    """Nothing is defined after the last end of the file that is whole (ISO 32000-2, 7.5.5): an update whose
    own end is damaged is the page for some readers, and not there for others. Raises
    Quarantined("parsers_disagree")."""
    at = len(data)
    while (at := data.rfind(b"startxref", 0, at)) >= 0:
        end = _END.match(data, at)
        if end and not data[max(0, at - 1) : at].isalnum():
            if _OBJECT.search(data, end.end()):
                raise Quarantined("parsers_disagree")
            return


def _attachments(pdf: pikepdf.Pdf, limits: Limits) -> tuple[str, ...]:
    digests: list[str] = []
    for file in files_of(pdf, limits):
        try:
            data = None if file.stream is None else file.stream.read_bytes()
        except Exception:  # noqa: BLE001 - unreadable: still counted, listed as unreadable; never carried over
            data = None
        digests.append("unreadable" if data is None else hashlib.sha256(data).hexdigest())
    return tuple(digests)


def _dropped(pdf: pikepdf.Pdf, data: bytes) -> dict[str, int]:
    """How much of each kind the rebuilt file will not carry."""
    count: Counter[str] = Counter()
    count["earlier_revisions"] = max(0, data.count(b"%%EOF") - 1)
    count["appended_bytes"] = (
        len(data[data.rfind(b"%%EOF") + 5 :].strip(b"\r\n\t \0")) if b"%%EOF" in data else 0
    )
    root = pdf.Root
    count["signatures"] = data.count(b"/ByteRange")
    count["metadata"] = len(pdf.docinfo) + (1 if Name.Metadata in root else 0)
    count["outline"] = 1 if Name.Outlines in root else 0
    count["layers"] = len(_list(_get(root, Name.OCProperties, Name.OCGs)))
    count["structure_tree"] = 1 if Name.StructTreeRoot in root else 0
    count["scripts"] = 1 if Name.OpenAction in root or Name.AA in root else 0
    count["scripts"] += 1 if _get(root, Name.Names, Name.JavaScript) is not None else 0
    for page in pdf.pages:
        for annotation in _list(page.obj.get(Name.Annots)):
            if not isinstance(annotation, Dictionary):
                continue
            widget = annotation.get(Name.Subtype) == Name.Widget
            count["form_fields" if widget else "annotations"] += 1
        count["thumbnails"] += 1 if Name.Thumb in page.obj else 0
    return {kind: n for kind, n in sorted(count.items()) if n}


def _get(start: Any, *names: Name) -> Any:
    """Walks dictionaries; None as soon as a step is missing or is no dictionary."""
    for name in names:
        if not isinstance(start, Dictionary):
            return None
        start = start.get(name)
    return start


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else []
