"""Carries page texts and facts across the border: text as JSON, numbers as arrays of float32.

A cell is four float32 (x0, y0, x1, y1), NaN where a character has no place; a size is one. Both
are kept packed (`packed`) until somebody looks.
The reader checks that each array has exactly one entry per code point.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from redaction.cage.packed import Packed
from redaction.errors import Quarantined
from redaction.types import Box, Document, PageFacts, PageText, Region, TextSource

NAN = float("nan")
MAX_COORDINATE_PT = 1e6


def pack_text(text: PageText) -> tuple[dict[str, Any], list[bytes]]:
    """JSON head and two byte strings (cells, sizes; empty where the text has none)."""
    cells = array("f")
    for cell in text.cells:
        cells.extend(cell if cell is not None else (NAN, NAN, NAN, NAN))
    sizes = array("f", [NAN if size is None else size for size in text.sizes])
    # Lone surrogates cannot cross as UTF-8; json writes them as escapes, so nothing is lost.
    head = {"source": text.source.value, "page": text.page, "text": text.text}
    return head, [cells.tobytes(), sizes.tobytes()]


def unpack_text(head: dict[str, Any], cells_raw: bytes, sizes_raw: bytes) -> PageText:
    """Raises Quarantined("child_failed") when lengths or values do not fit."""
    text, page = head["text"], head["page"]
    if not isinstance(text, str) or not (page is None or isinstance(page, int)):
        raise Quarantined("child_failed")
    if len(cells_raw) not in (0, 16 * len(text)) or len(sizes_raw) not in (0, 4 * len(text)):
        raise Quarantined("child_failed")
    numbers = array("f")
    numbers.frombytes(cells_raw)
    for x0, y0, x1, y1 in zip(numbers[0::4], numbers[1::4], numbers[2::4], numbers[3::4], strict=True):
        if x0 == x0:
            _check_box(x0, y0, x1, y1)
    cells: Any = Packed.of(cells_raw, len(text), 4) if cells_raw else ()
    sizes: Any = Packed.of(sizes_raw, len(text), 1) if sizes_raw else ()
    return PageText(TextSource(head["source"]), page, text, cells, sizes)


def _check_box(x0: float, y0: float, x1: float, y1: float) -> None:
    far = MAX_COORDINATE_PT
    if not (-far < x0 <= x1 < far and -far < y0 <= y1 < far):
        raise Quarantined("child_failed")


def _box(x0: float, y0: float, x1: float, y1: float) -> Box:
    _check_box(x0, y0, x1, y1)
    return Box(round(x0, 3), round(y0, 3), round(x1, 3), round(y1, 3))


def pack_texts(texts: Iterable[PageText]) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Heads and, two per text, byte strings."""
    heads, blobs = [], []
    for text in texts:
        head, pair = pack_text(text)
        heads.append(head)
        blobs.extend(pair)
    return heads, blobs


def unpack_texts(heads: Sequence[dict[str, Any]], blobs: Sequence[bytes]) -> list[PageText]:
    """Raises Quarantined("child_failed")."""
    if len(blobs) != 2 * len(heads):
        raise Quarantined("child_failed")
    return [unpack_text(head, blobs[2 * i], blobs[2 * i + 1]) for i, head in enumerate(heads)]


def pack_facts(facts: PageFacts) -> dict[str, Any]:
    """Page facts as JSON."""
    regions = [
        [r.kind, *(round(float(v), 3) for v in r.box), r.name, r.group, r.blank, r.readable]
        for r in facts.regions
    ]
    return {
        "n": facts.n,
        "width_pt": facts.width_pt,
        "height_pt": facts.height_pt,
        "rotation": facts.rotation,
        "scanned": facts.scanned,
        "trusted_text": facts.trusted_text,
        "regions": regions,
        "signals": list(facts.signals),
        "smallest_font_pt": facts.smallest_font_pt,
        "ocr_used": facts.ocr_used,
        "ocr_why": facts.ocr_why,
    }


def unpack_facts(body: dict[str, Any]) -> PageFacts:
    """Raises Quarantined("child_failed")."""
    try:
        regions = tuple(
            Region(str(kind), _box(*map(float, sides)), str(name), str(group), bool(blank), bool(ok))
            for kind, *sides, name, group, blank, ok in body["regions"]
        )
        smallest = body["smallest_font_pt"]
        return PageFacts(
            n=int(body["n"]),
            width_pt=float(body["width_pt"]),
            height_pt=float(body["height_pt"]),
            rotation=int(body["rotation"]),
            scanned=bool(body["scanned"]),
            trusted_text=bool(body["trusted_text"]),
            regions=regions,
            signals=tuple(map(str, body["signals"])),
            smallest_font_pt=None if smallest is None else float(smallest),
            ocr_used=bool(body["ocr_used"]),
            ocr_why=str(body["ocr_why"]),
        )
    except (KeyError, TypeError, ValueError):
        raise Quarantined("child_failed") from None


def pack_document(document: Document) -> tuple[dict[str, Any], list[bytes]]:
    """A whole document, for the children that search and burn. Places and sizes cross as they are
    kept, compressed: only from parent to child, since a parent unpacks nothing that a child packed."""
    heads, blobs = [], []
    for text in document.texts:
        cells, sizes = _packed(text.cells, 4), _packed(text.sizes, 1)
        heads.append({"source": text.source.value, "page": text.page, "text": text.text})
        blobs += [cells, sizes]
    body = {
        "source_sha256": document.source_sha256,
        "media_type": document.media_type,
        "pages": [pack_facts(page) for page in document.pages],
        "texts": heads,
        "pages_by_parser": dict(document.pages_by_parser),
        "dropped": dict(document.dropped),
        "attachments": list(document.attachments),
    }
    return body, blobs


def _packed(values: Sequence[Any], width: int) -> bytes:
    """Nothing for no values, else as `Packed` keeps them."""
    if isinstance(values, Packed):
        return values.data
    if not values:
        return b""
    numbers = array("f")
    for value in values:
        numbers.extend((NAN,) * width if value is None else value if width > 1 else (value,))
    return Packed.of(numbers.tobytes(), len(values), width).data


def _from_parent(head: dict[str, Any], cells: bytes, sizes: bytes) -> PageText:
    """A text as `pack_document` packed it."""
    length = len(head["text"])
    places: Any = Packed(cells, length, 4) if cells else ()
    heights: Any = Packed(sizes, length, 1) if sizes else ()
    return PageText(TextSource(head["source"]), head["page"], head["text"], places, heights)


def unpack_document(body: dict[str, Any], blobs: Sequence[bytes]) -> Document:
    """The document `pack_document` was given; called in a child, with what its parent sent."""
    return Document(
        source_sha256=body["source_sha256"],
        media_type=body["media_type"],
        pages=tuple(unpack_facts(page) for page in body["pages"]),
        texts=tuple(map(_from_parent, body["texts"], blobs[0::2], blobs[1::2])),
        pages_by_parser=body["pages_by_parser"],
        dropped=body["dropped"],
        attachments=tuple(body["attachments"]),
    )
