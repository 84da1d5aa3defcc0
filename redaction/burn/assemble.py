"""Burn a plan: the output file is written, and described page by page.

Order matters: drop, check the drop, choose the style, widen where painting would cut a word,
drop again where it widened, draw, keep the words that show, paint, encode, write.
"""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium

from redaction.burn import drop, layer, write
from redaction.burn.fonts import Unreadable
from redaction.burn.page import Style, draw, finish, frame_of, style_of
from redaction.burn.words import Char, Word, read_words, reader_matrix
from redaction.burn.zones import Zones
from redaction.decide import replan, widen_by_words
from redaction.types import Box, Document, Plan, PlannedBox

MOVED_PT = 0.15  # a kept character may not have moved further than this by the drop
Boxes = Mapping[int, Sequence[PlannedBox]]


@dataclass(frozen=True, slots=True)
class BurnedPage:
    """One page of the output; digests as in docs/output-profile.md, `words` without box tokens."""

    n: int
    width_pt: float
    height_pt: float
    dpi: int
    codec: str
    raster_sha256: str
    text_sha256: str
    words: int


@dataclass(frozen=True, slots=True)
class Burned:
    """The file that was written. `plan` is the plan as burned: it differs from the plan given
    where the dropper refused a page (`refused`) or a JPEG page needed wider boxes."""

    pages: tuple[BurnedPage, ...]
    output_sha256: str
    size: int
    plan: Plan
    refused: frozenset[int]


def apply(normalised: bytes, plan: Plan, document: Document, out_path: Path) -> Burned:
    """The redacted copy stands at `out_path`; the same input gives the same bytes.

    `normalised` is the flattened PDF the document was read from. Raises ValueError when the
    plan names a page the file does not have; errors of PDFium and pikepdf pass through, and
    then whatever stands at `out_path` is not a result.
    """
    plan, scratch, styles, refused = _prepare(normalised, plan, document)
    boxes = _by_page(plan)
    pages: list[BurnedPage] = []
    with pdfium.PdfDocument(scratch) as pdf, out_path.open("wb") as out:
        writer = write.Writer(out, len(pdf))
        for at in range(len(pdf)):
            pages.append(_burn_page(pdf, at, styles.get(at + 1), boxes[at + 1], writer))
        writer.close()
    return Burned(tuple(pages), writer.sha256, writer.size, plan, refused)


def _burn_page(
    pdf: pdfium.PdfDocument, at: int, style: Style | None, boxes: Sequence[PlannedBox], writer: write.Writer
) -> BurnedPage:
    page = pdf[at]
    try:
        words = read_words(page, every_char=bool(boxes))
        style = style or style_of(page, words)
        drawn = draw(page, style)
    finally:
        page.close()
    hidden = Zones(drawn.frame.points(planned.box) for planned in boxes)
    kept = [word for word in words if not word.meets(hidden) and drawn.shows(word)]
    width, height = drawn.frame.width_pt, drawn.frame.height_pt
    placed, count = layer.lay_out(width, height, kept, boxes)
    raster = finish(drawn, boxes)
    text = write.content(width, height, placed)
    writer.page(width, height, raster, text)
    return BurnedPage(
        at + 1,
        round(width, 2),
        round(height, 2),
        style.dpi,
        raster.codec,
        hashlib.sha256(raster.data).hexdigest(),
        hashlib.sha256(text).hexdigest(),
        count,
    )


def _by_page(plan: Plan) -> dict[int, list[PlannedBox]]:
    boxes: dict[int, list[PlannedBox]] = defaultdict(list)
    for planned in plan.boxes:
        boxes[planned.page].append(planned)
    return boxes


def _prepare(
    normalised: bytes, plan: Plan, document: Document
) -> tuple[Plan, bytes, dict[int, Style], frozenset[int]]:
    """Plan as it will be burned, scratch copy without the hidden glyphs, styles of pages with boxes."""
    with pdfium.PdfDocument(normalised) as original:
        if any(not 1 <= planned.page <= len(original) for planned in plan.boxes):
            raise ValueError("the plan names a page that does not exist")
        if not plan.boxes:
            return plan, normalised, {}, frozenset()
        scratch, refused = _drop_all(normalised, original, _by_page(plan), frozenset())
        if refused:
            plan = widen_by_words(plan, document, refused)
        with pdfium.PdfDocument(scratch) as dropped:
            styles = {n: _style(dropped, n) for n in _by_page(plan)}
            wider = _cover_jpeg_blocks(dropped, plan, styles)
        if wider != plan:
            plan = wider
            scratch, refused = _drop_all(normalised, original, _by_page(plan), refused)
        return plan, scratch, styles, refused


def _style(pdf: pdfium.PdfDocument, n: int) -> Style:
    page = pdf[n - 1]
    try:
        return style_of(page, read_words(page))
    finally:
        page.close()


def _cover_jpeg_blocks(pdf: pdfium.PdfDocument, plan: Plan, styles: Mapping[int, Style]) -> Plan:
    """G10: a box on a JPEG page hides whole 8-pixel blocks; words those touch go whole as well."""
    wider: dict[str, PlannedBox] = {}
    for n, boxes in _by_page(plan).items():
        if styles[n].kind != "photo":
            continue
        page = pdf[n - 1]
        try:
            words, frame = read_words(page), frame_of(page, styles[n])
        finally:
            page.close()
        for planned in boxes:
            wider[planned.id] = replace(planned, box=_swallow(planned.box, words, frame.points))
    return replan(plan, [wider.get(planned.id, planned) for planned in plan.boxes])


def _swallow(box: Box, words: Sequence[Word], painted: Callable[[Box], Box]) -> Box:
    while True:
        wider = box
        for word in words:
            if word.meets(Zones([painted(wider)])):
                wider = wider.union(word.box)
        if wider == box:
            return box
        box = wider


def _drop_all(
    normalised: bytes, original: pdfium.PdfDocument, boxes: Boxes, refused: Collection[int]
) -> tuple[bytes, frozenset[int]]:
    """Scratch copy with every page dropped that can be; the numbers of those that cannot."""
    given_up = set(refused)
    before = {n: _words(original, n) for n in boxes if n not in given_up}
    zones = {n: _zones(boxes[n], words) for n, words in before.items()}
    while True:
        scratch = _drop_pages(normalised, original, zones, given_up)
        with pdfium.PdfDocument(scratch) as dropped:
            after = {n: _words(dropped, n) for n in zones if n not in given_up}
        failed = {n for n, words in after.items() if not _as_wanted(before[n], words, zones[n])}
        if failed:
            failed = _still_failed(normalised, original, failed, after, zones)
        if not failed:
            return scratch, frozenset(given_up)
        given_up |= failed


def _still_failed(
    normalised: bytes,
    original: pdfium.PdfDocument,
    failed: Collection[int],
    after: Mapping[int, Sequence[Word]],
    zones: Mapping[int, Zones],
) -> set[int]:
    """The pages that fail also against what PDFium reads once spoken texts (ActualText) are off:
    the drop takes those off everywhere, which is no harm."""
    given_up: set[int] = set()
    plain = _drop_pages(normalised, original, dict.fromkeys(failed, Zones(())), given_up)
    with pdfium.PdfDocument(plain) as undropped:
        return given_up | {n for n in failed if not _as_wanted(_words(undropped, n), after[n], zones[n])}


def _drop_pages(
    normalised: bytes, original: pdfium.PdfDocument, zones: Mapping[int, Zones], given_up: set[int]
) -> bytes:
    """A copy with these pages dropped; pages that cannot be followed are added to `given_up`."""
    with pikepdf.open(io.BytesIO(normalised)) as pdf:
        for n in sorted(set(zones) - given_up):
            page = original[n - 1]
            try:
                matrix = reader_matrix(page)
            finally:
                page.close()
            try:
                drop.drop_page(pdf, pdf.pages[n - 1], matrix, zones[n])
            except Unreadable:
                given_up.add(n)
        out = io.BytesIO()
        pdf.save(out, static_id=True, compress_streams=False)
    return out.getvalue()


def _words(pdf: pdfium.PdfDocument, n: int) -> list[Word]:
    page = pdf[n - 1]
    try:
        return read_words(page)
    finally:
        page.close()


def _zones(boxes: Sequence[PlannedBox], words: Sequence[Word]) -> Zones:
    """The boxes, and every word that one of them touches: words go whole (G3)."""
    hidden = [planned.box for planned in boxes]
    touching = Zones(hidden)
    return Zones(hidden + [char.core for word in words if word.meets(touching) for char in word.chars])


def _as_wanted(before: Sequence[Word], after: Sequence[Word], zones: Zones) -> bool:
    """True when PDFium sees no hidden character any more, and every other where it was."""
    kept = [char for word in before for char in word.chars if not zones.meet(char.core)]
    left = [char for word in after for char in word.chars]
    return not any(zones.meet(char.core) for char in left) and _same(kept, left)


def _same(kept: Sequence[Char], after: Sequence[Char]) -> bool:
    """The same characters at the same places, in whatever order."""
    if len(kept) != len(after):
        return False
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for char in after:
        places[char.text].append(char.origin)
    for char in kept:
        near = places[char.text]
        for at, (x, y) in enumerate(near):
            if abs(x - char.origin[0]) <= MOVED_PT and abs(y - char.origin[1]) <= MOVED_PT:
                del near[at]
                break
        else:
            return False
    return True
