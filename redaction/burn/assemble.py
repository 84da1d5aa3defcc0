"""Burn a plan: the output file is written, and described page by page.

Order matters, for each run of pages: drop, check the drop, choose the style, widen where painting
would cut a word, drop again where it widened, draw, keep the words that show, paint, encode, write.
No step looks beyond its run, so memory does not grow with the file.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pypdfium2 as pdfium

from redaction.burn import layer, memory, scratch, write
from redaction.burn.content import content, paragraphs
from redaction.burn.encode import Mask
from redaction.burn.footer import Footer, footer
from redaction.burn.page import Canvas, Drawn, draw, finish, style_of
from redaction.burn.scratch import Boxes, Original, Scratch, Seen
from redaction.burn.words import Reading, Words, reading
from redaction.burn.zones import Zones
from redaction.decide import replan, widen_by_words
from redaction.types import PLAIN, Box, Document, Extras, Plan, PlannedBox

RUN_PAGES = 16


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


@dataclass(slots=True)
class _Done:
    """What came of the runs so far, the room they draw in, and what each page is called at its foot."""

    extras: Extras
    numbers: Sequence[int]  # of the pages in the whole file, which has `of`
    of: int
    pages: list[BurnedPage] = field(default_factory=list)
    boxes: dict[int, list[PlannedBox]] = field(default_factory=dict)  # by page, as burned
    refused: set[int] = field(default_factory=set)
    canvas: Canvas = field(default_factory=Canvas)

    def footer(self, n: int, width_pt: float) -> Footer | None:
        """The band under page `n`, where one is asked for."""
        stamp = self.extras.footer
        return None if stamp is None else footer(stamp, self.numbers[n - 1], self.of, width_pt)


def apply(
    normalised: bytes, plan: Plan, document: Document, out_path: Path, extras: Extras = PLAIN
) -> Burned:
    """The redacted copy stands at `out_path`; the same input gives the same bytes.

    `normalised` is the flattened PDF the document was read from. Raises ValueError when the
    plan names a page the file does not have; errors of PDFium and pikepdf pass through, and
    then whatever stands at `out_path` is not a result.
    """
    with out_path.open("wb") as out:
        return apply_to(normalised, plan, document, out, extras)


def apply_to(
    normalised: bytes,
    plan: Plan,
    document: Document,
    out: BinaryIO,
    extras: Extras = PLAIN,
    numbers: Sequence[int] = (),
    of: int = 0,
) -> Burned:
    """As `apply`, written to an open file. `numbers` and `of` are for a file that holds only some pages
    of another one of so many: what its pages are called there."""
    memory.keep()
    boxes = _by_page(plan)
    with Original(normalised) as original:
        done = _Done(extras, numbers or range(1, original.pages + 1), of or original.pages)
        if any(not 1 <= n <= original.pages for n in boxes):
            raise ValueError("the plan names a page that does not exist")
        writer = write.Writer(out, original.pages, extras)
        for first in range(1, original.pages + 1, RUN_PAGES):
            numbers = range(first, min(first + RUN_PAGES, original.pages + 1))
            run = {n: boxes[n] for n in numbers if n in boxes}
            _burn_run(original, numbers, _only(plan, run), document, writer, done)
            original.passed(len(numbers))
        writer.close()
    if plan.boxes:
        burned = {n: iter(page) for n, page in done.boxes.items()}
        plan = replan(plan, [next(burned[one.page]) for one in plan.boxes])
    return Burned(tuple(done.pages), writer.sha256, writer.size, plan, frozenset(done.refused))


def _burn_run(
    original: Original,
    numbers: Sequence[int],
    plan: Plan,
    document: Document,
    writer: write.Writer,
    done: _Done,
) -> None:
    """The pages `numbers` are written; `plan` is their part of the plan."""
    if not plan.boxes:
        for n in numbers:
            done.pages.append(_burn_page(original.drawn, n - 1, n, None, (), writer, done))
        return
    plan, copy = _prepare(original, plan, document)
    boxes = _by_page(plan)
    done.boxes |= boxes
    done.refused |= copy.refused
    with pdfium.PdfDocument(copy.pdf) as dropped:
        for n in numbers:
            if n in boxes:
                burned = _burn_page(dropped, copy.numbers.index(n), n, copy.seen[n], boxes[n], writer, done)
            else:
                burned = _burn_page(original.drawn, n - 1, n, None, (), writer, done)
            done.pages.append(burned)


def _burn_page(
    pdf: pdfium.PdfDocument,
    at: int,
    n: int,
    seen: Seen | None,
    boxes: Sequence[PlannedBox],
    writer: write.Writer,
    done: _Done,
) -> BurnedPage:
    """Page `n`, which is the one at index `at` of this file, is written. What is `seen` on it is
    read from it where it is not known."""
    page = pdf[at]
    try:
        if seen is None:
            with reading(page) as read:
                words = read.first_chars()
                drawn = draw(page, style_of(page, words, boxes), done.canvas, boxes)
                kept = _visible(words, drawn, read)
        else:
            words = seen.words
            drawn = draw(page, seen.style, done.canvas, boxes)
            kept = _visible(words, drawn, None)
    finally:
        page.close()
    bounds: list[Box] = []
    if boxes:
        kept &= ~words.meeting(Zones(drawn.frame.points(planned.box) for planned in boxes))
        bounds = list(compress(words.boxes(), kept))
    surviving = [
        layer.Kept(text, x, y)
        for text, (x, y) in compress(zip(words.texts, words.origins(), strict=True), kept)
    ]
    width, height = drawn.frame.width_pt, drawn.frame.height_pt
    placed, count = layer.lay_out(width, height, surviving, bounds, boxes)
    raster = finish(drawn, boxes)
    band = done.footer(n, width)
    text = content(width, height, placed, band, tagged=done.extras.tagged)
    marked = list(map(len, paragraphs(placed))) if done.extras.tagged else ()
    writer.page(width, height, raster, text, band, marked)
    return BurnedPage(
        n,
        round(width, 2),
        round(height, 2),
        drawn.style.dpi,
        raster.codec,
        hashlib.sha256(raster.data).hexdigest(),
        hashlib.sha256(text).hexdigest(),
        count,
    )


def _visible(words: Words, drawn: Drawn, read: Reading | None) -> Mask:
    """For each word whether any of its measured characters can be seen, or its last one: that is
    asked of `read` where only first ones are measured."""
    shown = np.zeros(len(words), np.bool_)
    if not len(words):
        return shown
    shown |= drawn.shows(words.rows.cells[words.starts])
    unseen = np.flatnonzero(~shown)
    if unseen.size and read is not None:
        shown[unseen] = drawn.shows(read.last_chars(unseen.tolist()).cells)
    elif unseen.size:
        others = words.rows_of(~shown)
        lit = np.zeros(len(others), np.bool_)
        lit[others] = drawn.shows(words.rows.cells[others])
        shown |= np.logical_or.reduceat(lit, words.starts)
    return shown


def _by_page(plan: Plan) -> dict[int, list[PlannedBox]]:
    boxes: dict[int, list[PlannedBox]] = defaultdict(list)
    for planned in plan.boxes:
        boxes[planned.page].append(planned)
    return dict(boxes)


def _only(plan: Plan, boxes: Boxes) -> Plan:
    """The part of a plan that lies on the pages of one run; it is never hashed."""
    return replace(plan, boxes=tuple(one for page in boxes.values() for one in page), keeps=(), sha256="")


def _prepare(original: Original, plan: Plan, document: Document) -> tuple[Plan, Scratch]:
    """Plan as it will be burned, and its pages without the hidden glyphs."""
    copy = scratch.dropped(original, _by_page(plan))
    if copy.refused:
        plan = widen_by_words(plan, document, copy.refused)
    wider = _cover_jpeg_blocks(copy, plan)
    if wider.boxes == plan.boxes:
        return plan, copy
    again = scratch.dropped(original, _by_page(wider), copy.refused)
    # Style and measures stay those of the first drop: what the wider boxes hide may not change them.
    seen = {
        n: now._replace(style=copy.seen[n].style, frame=copy.seen[n].frame) for n, now in again.seen.items()
    }
    return wider, replace(again, seen=seen)


def _cover_jpeg_blocks(copy: Scratch, plan: Plan) -> Plan:
    """G10: a box on a JPEG page hides whole 8-pixel blocks; words those touch go whole as well."""
    wider: dict[str, PlannedBox] = {}
    for n, boxes in _by_page(plan).items():
        words, style, frame = copy.seen[n]
        if style.kind == "photo":
            bounds = words.boxes()
            for planned in boxes:
                wider[planned.id] = replace(planned, box=_swallow(planned.box, words, bounds, frame.points))
    return replan(plan, [wider.get(planned.id, planned) for planned in plan.boxes])


def _swallow(box: Box, words: Words, bounds: Sequence[Box], painted: Callable[[Box], Box]) -> Box:
    """The box around every word that its painted shape meets, until it meets no other."""
    while True:
        wider = box
        for word in compress(bounds, words.meeting(Zones([painted(box)]))):
            wider = wider.union(word)
        if wider == box:
            return box
        box = wider
