"""Puts a Document together from what the caged readers report. Runs in the parent."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from redaction import sandbox
from redaction.cage.budget import account
from redaction.cage.document_frames import unpack_facts, unpack_texts
from redaction.errors import Quarantined
from redaction.extract import agreement, lookalikes, ocr, zone
from redaction.types import EARLIER_CODES, Document, PageFacts, PageText, Region, TextSource

BATCH = 16  # pages per child: a crash costs these, then each page gets a child of its own
CHILDREN = 40  # not many more for one file: each opens the whole of it, which takes a second for 5,000 pages
DIFFERS = 0.3  # of the words OCR is sure of are not in the text layer: it is not this page's text
LIES = 2  # words that stand where the text of an odd font says others
OCR_PAGE_S = 60.0
RASTER_PX = 40_000_000


@dataclass(frozen=True, slots=True)
class _Places:
    """What the file says outside its page content; form fields by page number."""

    pages: int
    texts: list[PageText]
    regions: Mapping[int, Sequence[Region]]
    odd_fonts: frozenset[int]
    dropped: Mapping[str, int]


def read(
    source_pdf: bytes,
    normalised: bytes,
    *,
    source_sha256: str = "",
    media_type: str = "application/pdf",
    pages_by_parser: Mapping[str, int] | None = None,
    dropped: Mapping[str, int] | None = None,
    attachments: tuple[str, ...] = (),
    plain: str = "",
    parts: Sequence[tuple[bytes, bytes, bool]] = (),
    ocr_page_s: float = OCR_PAGE_S,
) -> Document:
    """Every text of the file, and the facts of every page.

    `parts` are (source PDF, the same flattened, whether it was received as PDF) of each file whose
    pages follow one another in `normalised`, for a file that consists of several or was converted.

    A page OCR could not read, or that has no trustworthy text, says so in its signals; it is
    never left out. Raises Quarantined(`child_failed`, `page_failed`), Rejected("over_limits").
    """
    places = _all_places(parts or [(source_pdf, normalised, True)])
    texts, facts, wanted = _pages(normalised, places.pages)
    facts = [_with_places(page, places) for page in facts]
    for index, page in enumerate(facts):
        what, why = wanted[index]
        if page.n in places.odd_fonts and (what != "page" or why == "untexted_ink"):
            what, why = "page", "odd_font"
        if what:
            layer = [text for text in texts if text.page == page.n]
            facts[index], extra = _with_ocr(normalised, page, (what, why), ocr_page_s, layer)
            texts += extra
    if plain:
        texts.append(PageText(TextSource.PLAIN, None, plain))
    return Document(
        source_sha256=source_sha256,
        media_type=media_type,
        pages=tuple(facts),
        texts=tuple(texts + places.texts),
        pages_by_parser=dict(pages_by_parser or {}),
        dropped=dict(places.dropped) | dict(dropped or {}),
        attachments=attachments,
    )


def page_png(pdf: bytes, page: int, dpi: int, *, media_type: str | None = None) -> bytes:
    """PNG of one page in colour, drawn in the cage. Raises Quarantined(`page_failed`), Rejected.

    With `media_type` the bytes are a file as received, which is converted and flattened first;
    without, they are drawn as they are.
    """
    step, arguments = ("render", {}) if media_type is None else ("draw_source", {"media_type": media_type})
    image = _drawn(step, arguments, pdf, page, dpi, grey=False)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _drawn(
    step: str, arguments: dict[str, str], pdf: bytes, page: int, dpi: int, *, grey: bool
) -> Image.Image:
    asked = {**arguments, "page": page, "dpi": dpi, "grey": grey, "most_px": RASTER_PX}
    try:
        reply = sandbox.run(step, asked, [pdf], sandbox.StepLimits.for_pages(1))
    except sandbox.ChildDied:
        raise Quarantined("page_failed", page) from None
    width, height = int(reply.value["width"]), int(reply.value["height"])
    channels = 1 if grey else 3
    if not (0 < width * height <= RASTER_PX) or len(reply.blobs[0]) != width * height * channels:
        raise Quarantined("page_failed", page)
    return Image.frombytes("L" if grey else "RGB", (width, height), reply.blobs[0])


def _all_places(parts: Sequence[tuple[bytes, bytes, bool]]) -> _Places:
    """What all the files say outside their pages, with pages counted through. Nothing is dropped of
    what a converter put into a PDF."""
    before = 0
    texts: list[PageText] = []
    regions: dict[int, Sequence[Region]] = {}
    odd_fonts: set[int] = set()
    dropped: Counter[str] = Counter()
    for source_pdf, normalised, received in parts:
        one = _places(source_pdf, normalised)
        texts += [t if t.page is None else replace(t, page=t.page + before) for t in one.texts]
        regions |= {n + before: found for n, found in one.regions.items()}
        odd_fonts |= {n + before for n in one.odd_fonts}
        dropped.update(one.dropped if received else {})
        before += one.pages
    return _Places(before, texts, regions, frozenset(odd_fonts), dropped)


def _places(source_pdf: bytes, normalised: bytes) -> _Places:
    limits = sandbox.StepLimits.for_pages(max(1, len(source_pdf) // 500_000))
    try:
        reply = sandbox.run("places", {}, [source_pdf, normalised], limits)
    except sandbox.ChildDied:
        raise Quarantined("child_failed") from None
    said = reply.value
    return _Places(
        pages=int(said["pages"]),
        texts=unpack_texts(said["texts"], reply.blobs),
        regions={int(body["n"]): unpack_facts(body).regions for body in said["regions"]},
        odd_fonts=frozenset(map(int, said["odd_fonts"])),
        dropped={str(kind): int(count) for kind, count in said["dropped"].items()},
    )


def _with_places(page: PageFacts, places: _Places) -> PageFacts:
    """The page with its fields, and with what is left of earlier redactions by regions and signals."""
    regions = page.regions + tuple(places.regions.get(page.n, ()))
    earlier = dict.fromkeys(r.name for r in regions if r.kind == "earlier")
    if not set(earlier) <= EARLIER_CODES:
        raise Quarantined("child_failed")
    return replace(page, regions=regions, signals=(*page.signals, *earlier))


def _pages(normalised: bytes, count: int) -> tuple[list[PageText], list[PageFacts], list[tuple[str, str]]]:
    """Texts, facts and OCR wishes of all pages. A failed run is tried again page by page."""
    texts: list[PageText] = []
    facts: list[PageFacts] = []
    wanted: list[tuple[str, str]] = []
    batch = max(BATCH, -(-count // CHILDREN))
    for start in range(1, count + 1, batch):
        numbers = list(range(start, min(start + batch, count + 1)))
        for reply in _replies(normalised, numbers):
            texts += unpack_texts(reply.value["texts"], reply.blobs)
            facts += [unpack_facts(body) for body in reply.value["facts"]]
            wanted += [(str(what), str(why)) for what, why in reply.value["ocr"]]
    if [page.n for page in facts] != list(range(1, count + 1)):
        raise Quarantined("child_failed")
    return texts, facts, wanted


def _replies(normalised: bytes, numbers: Sequence[int]) -> list[sandbox.Reply]:
    limits = sandbox.StepLimits.for_pages(len(numbers))
    try:
        return [sandbox.run("read_pages", {"pages": list(numbers)}, [normalised], limits)]
    except sandbox.ChildDied as died:
        # Not lost: each page is read again by itself, and named if it fails again. A page that was
        # alone would fail again in the same way, unless somebody else ended its child.
        if len(numbers) == 1 and died.cause != "killed":
            raise Quarantined("page_failed", numbers[0]) from None
    replies = []
    for number in numbers:
        try:
            single = sandbox.StepLimits.for_pages(1)
            replies.append(sandbox.run("read_pages", {"pages": [number]}, [normalised], single))
        except sandbox.ChildDied:
            raise Quarantined("page_failed", number) from None
    return replies


def _with_ocr(
    normalised: bytes, page: PageFacts, wanted: tuple[str, str], seconds: float, layer: Sequence[PageText]
) -> tuple[PageFacts, list[PageText]]:
    """The page after OCR, and what OCR read. Where OCR fails the parts stay unreadable.

    `layer` is what the readers took for the page's text: OCR of a whole page is compared with it.
    """
    what, why = wanted
    only = [r.box for r in page.regions if r.kind in ("image", "ink")] if what == "regions" else []
    try:
        image = _drawn("render", {}, normalised, page.n, ocr.DPI, grey=True)
        with account():  # of OCR: every page has as much, and shares none of the file's
            read_words = ocr.read_page(image, page.n, page.width_pt, only, seconds)
    except ocr.OcrUnavailable:
        return _unread(page, why, "ocr_unavailable", what), []
    except (sandbox.ChildDied, sandbox.AccountSpent):
        return _unread(page, why, "ocr_low", what), []
    page = replace(page, ocr_used=True, ocr_why=why)
    if what == "page":
        page = _compared(page, read_words, layer)
    if not read_words.words:
        return page, []
    text = read_words.text
    if why == "untexted_ink":
        said = next((one for one in layer if one.source is TextSource.PDFIUM), None)
        text = text if said is None else ocr.as_text(agreement.corrected(read_words.every, said), page.n)
    return page, [text, *zone.mended(text), *lookalikes.mended(text)]


def _compared(page: PageFacts, read_words: ocr.OcrRead, layer: Sequence[PageText]) -> PageFacts:
    """The page with what comparing says. Where OCR was asked because the text may lie, and does not
    confirm it, nobody may trust it."""
    signals, trusted = page.signals, page.trusted_text
    low = read_words.confidence < ocr.LOW
    if low:
        signals += ("ocr_low",)
        trusted = trusted and page.ocr_why not in ("odd_font", "untexted_ink")
    differs = bool(layer) and agreement.unread_share(read_words.sure, layer) > DIFFERS
    if page.ocr_why == "odd_font":
        said = [text for text in layer if text.source is TextSource.PDFIUM]
        differs = differs or any(agreement.contradicted(read_words.sure, text) >= LIES for text in said)
        trusted = trusted and not differs
    if differs:
        signals += ("text_layer_differs",)
    if page.trusted_text and not trusted:
        signals += ("parsers_disagree",)
    return replace(page, signals=signals, trusted_text=trusted)


def _unread(page: PageFacts, why: str, signal: str, what: str) -> PageFacts:
    """Withheld, not skipped: unread parts are painted over, an unread page is not trusted."""
    regions = tuple(replace(r, readable=False) if r.kind in ("image", "ink") else r for r in page.regions)
    trusted = page.trusted_text and what != "page"
    return replace(page, regions=regions, signals=(*page.signals, signal), ocr_why=why, trusted_text=trusted)
