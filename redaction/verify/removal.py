"""V6 over one output: every reading of every page, every byte, every decoded stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from redaction.types import Box
from redaction.verify.claims import BadReport, Value
from redaction.verify.content import Word
from redaction.verify.examined import Examined
from redaction.verify.objects import page_values
from redaction.verify.remains import in_bytes, unexcused
from redaction.verify.structure import inflate, references
from redaction.verify.windows import letters_of

NEAR_PT = 12.0  # a kept word may have moved to a grid point beside its place


def faults(examined: Examined) -> list[str]:
    """Where a removed value remains. Raises what the readers raise."""
    claims, search, removed = examined.claims, examined.search, examined.removed
    if not examined.key:
        raise BadReport("there is no key to the report's hashes")
    if not removed:
        return []
    found = []
    for name, pages in readings(examined):
        if len(pages) != len(claims.pages):
            found.append(f"{name} reads another number of pages")
        for n, text in enumerate(pages, 1):
            if left := unexcused(search, text, removed, keeps_of(claims.keeps, n)):
                found.append(f"page {n}: {left} removed values in the text by {name}")
            if left := in_bytes(search, text.encode("utf-8", errors="replace"), removed, plain=False):
                found.append(f"page {n}: {left} removed values encoded in the text by {name}")
    found += misplaced(examined)
    found += uncovered(examined)
    if left := in_bytes(search, examined.output, removed):
        found.append(f"{left} removed values in the raw bytes")
    for number, data in decoded_streams(examined):
        if left := in_bytes(search, data, removed):
            found.append(f"{left} removed values in stream {number}")
    found += [
        f"page {n}: {look.remains} removed values in the decoded image"
        for n, look in enumerate(examined.looks, 1)
        if look.remains
    ]
    return found


def uncovered(examined: Examined) -> Iterator[str]:
    """Pages on which the source still shows a removed value outside every box: what nobody covered
    is in the pixels, whatever the text layer says. Raises ReaderFailed, TooMuch."""
    if examined.opened_source is None:
        return
    for page in examined.claims.pages:
        text = examined.opened_source.visible_text(page)
        keeps = keeps_of(examined.claims.keeps, page.n)
        if left := unexcused(examined.search, text, examined.removed, keeps):
            yield f"page {page.n}: {left} removed values stand outside the boxes in the source"


def readings(examined: Examined) -> Iterator[tuple[str, Sequence[str]]]:
    """Every reading of the pages' texts with its reader's name."""
    yield "our own grammar", [" ".join(word.text for word in layer.words) for layer in examined.layers]
    yield "PDFium", examined.pdfium_texts
    stream_order, laid_out = zip(*examined.pdfplumber_texts, strict=True)
    yield "pdfplumber", laid_out
    yield "pdfplumber in stream order", stream_order
    if examined.pdftotext_texts is not None:
        yield "pdftotext", examined.pdftotext_texts


def keeps_of(keeps: Sequence[Value], n: int) -> Counter[bytes]:
    """How often each kept span may stand on a page."""
    return Counter(bytes.fromhex(keep.hmac) for keep in keeps if keep.page == n)


def misplaced(examined: Examined) -> list[str]:
    """Removed values whose excuse, a kept span, stands elsewhere than the plan says."""
    found = []
    for n, layer in enumerate(examined.layers, 1):
        places = [keep for keep in examined.claims.keeps if keep.page == n and keep.box is not None]
        text = " ".join(word.text for word in layer.words)
        letters = letters_of(text)
        owner = [at for at, word in enumerate(layer.words) for _ in letters_of(word.text).signs]
        if not places or len(owner) != len(letters.signs):
            continue  # a word that folds otherwise alone than among others: the count rule stands
        spans = examined.search.spans(letters)
        excused = [
            (start, end)
            for start, end, digest in spans
            if any(
                bytes.fromhex(keep.hmac) == digest and is_near(keep.box, layer.words[owner[start]])
                for keep in places
            )
        ]
        anywhere = {bytes.fromhex(k.hmac) for k in examined.claims.keeps if k.page == n and k.box is None}
        excused += [(start, end) for start, end, digest in spans if digest in anywhere]
        for start, end, digest in spans:
            if digest in examined.removed and not any(low <= start and end <= high for low, high in excused):
                found.append(f"page {n}: a removed value away from the kept span's place")
    return found


def is_near(box: Box | None, word: Word) -> bool:
    """True when a word's start lies in a box or at a grid point beside it."""
    return box is not None and (
        box.x0 - NEAR_PT <= word.cell.x0 <= box.x1 + NEAR_PT
        and box.y0 - NEAR_PT <= word.cell.y1 <= box.y1 + NEAR_PT
    )


def decoded_streams(examined: Examined) -> Iterator[tuple[int, bytes]]:
    """Every inflated stream but the page images (which are decoded elsewhere) and the page
    contents: those are pure grammar (V4), and their words are read above, where kept spans excuse."""
    structure = examined.structure
    elsewhere = {
        number
        for page in page_values(structure)
        for key in ("Contents", "Resources")
        for number in references(page.get(key))
    }
    for number, entry in structure.objects.items():
        if entry.stream is not None and number not in elsewhere:
            flate = entry.value.get("Filter") == "FlateDecode"
            yield number, inflate(entry.stream) if flate else entry.stream
