"""Reads a run of pages of a normalised PDF with both engines. Runs inside the cage."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pdfplumber
import pypdfium2 as pdfium

from redaction.extract import earlier, ink, pdfium_text, plumber_text
from redaction.extract.glyphs import (
    Frame,
    Glyph,
    TextBuilder,
    disagreement,
    lines_to_text,
    to_lines,
    without_overprint,
)
from redaction.types import Box, PageFacts, PageText, Region, TextSource

DISAGREE = 0.05  # of the non-space characters (redaction.md 2.4)
UNMAPPED = 0.05
UNTEXTED = 0.02  # of the ink
SCANNED = 0.5  # of the page under images
TINY_PT = 2.0


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page. `ocr` is empty, `page` (read it whole) or `regions` (only those)."""

    facts: PageFacts
    texts: tuple[PageText, ...]
    ocr: str
    why: str


def read_pages(normalised: bytes, numbers: Iterable[int]) -> list[ReadPage]:
    """The pages (counted from 1) in order; errors of the parsers rise, the caller tries again."""
    document = pdfium.PdfDocument(normalised)
    with pdfplumber.open(io.BytesIO(normalised)) as plumber:
        return [_read_page(document[n - 1], plumber.pages[n - 1], n) for n in numbers]


def frame_of(page: pdfium.PdfPage) -> Frame:
    """How the page's space lies on what a reader sees."""
    left, bottom, right, top = page.get_mediabox()
    return Frame(left, bottom, right, top, page.get_rotation())


def _read_page(page: pdfium.PdfPage, plumber_page: object, n: int) -> ReadPage:
    frame = frame_of(page)
    width, height = frame.size
    plumbed = plumber_text.read(plumber_page)
    read = pdfium_text.read(page, n, frame)
    drawn = [g for g in plumbed.glyphs if not g.text.isspace()]
    every = drawn + read.glyphs
    studied = ink.study(page, every, plumbed.images)
    hidden = _hidden(drawn, read.glyphs, studied.unseen)
    on_page = [g for g in plumbed.glyphs if not _is_off(g.box, width, height)]
    texts = [
        lines_to_text(to_lines(on_page), TextSource.PDFPLUMBER, n),
        _on_page(read.text, width, height),
        *_hidden_texts(hidden, n),
    ]
    images = tuple(Region("image", clip) for b in plumbed.images if (clip := _clip(b, width, height)))
    blocks = tuple(Region("ink", clip) for b in studied.blocks if (clip := _clip(b, width, height)))
    ticks = tuple(Region("tick", clip) for b in studied.frames if (clip := _clip(b, width, height)))
    scanned = ink.coverage(plumbed.images, width, height) > SCANNED or (studied.any and not every)
    signals = _signals(drawn, read.glyphs, scanned, any(hidden))
    failed = () if scanned else earlier.regions(read.glyphs, studied, len(drawn), width, height)
    facts = PageFacts(
        n=n,
        width_pt=round(width, 3),
        height_pt=round(height, 3),
        rotation=frame.rotation,
        scanned=scanned,
        trusted_text=not {"scanned_page", "parsers_disagree", "unmapped_font"} & set(signals),
        regions=images + blocks + failed + ticks,
        signals=signals,
        smallest_font_pt=_smallest(drawn, hidden[0]),
    )
    return ReadPage(facts, tuple(texts), *_ocr_wanted(facts, studied, odd=plumbed.odd))


def _clip(box: Box, width: float, height: float) -> Box | None:
    """The part of a box on the page, or None."""
    inside = Box(max(0.0, box.x0), max(0.0, box.y0), min(width, box.x1), min(height, box.y1))
    return inside if inside.x0 < inside.x1 and inside.y0 < inside.y1 else None


def _is_off(box: Box, width: float, height: float) -> bool:
    return box.x1 < 0 or box.y1 < 0 or box.x0 > width or box.y0 > height


def _on_page(text: PageText, width: float, height: float) -> PageText:
    """The text without the characters that lie off the page: those are among the hidden ones."""
    outside = [cell is not None and _is_off(cell, width, height) for cell in text.cells]
    if not any(outside):
        return text
    builder = TextBuilder()
    for character, cell, size, off in zip(text.text, text.cells, text.sizes, outside, strict=True):
        if cell is None:
            builder.separate(character)
        elif not off:
            builder.add(character, cell, size)
    return builder.build(text.source, text.page)


def _hidden(drawn: list[Glyph], read: list[Glyph], unseen: Sequence[bool]) -> tuple[list[Glyph], list[Glyph]]:
    """Characters a reader cannot see, engine by engine: each has its own idea of where they stand."""
    invisible = {_place(g) for g in read if g.hidden}
    by_plumber = [
        replace(g, hidden=True)
        for g, flat in zip(drawn, unseen, strict=False)
        if flat or g.size < TINY_PT or (invisible and _place(g) in invisible)
    ]
    by_pdfium = [
        g for g, flat in zip(read, unseen[len(drawn) :], strict=True) if flat or g.hidden or g.size < TINY_PT
    ]
    return by_plumber, by_pdfium


def _hidden_texts(hidden: Iterable[list[Glyph]], n: int) -> list[PageText]:
    """What the hidden characters say; one text where the engines agree."""
    texts: dict[str, PageText] = {}
    for glyphs in hidden:
        if glyphs:
            text = lines_to_text(to_lines(glyphs), TextSource.HIDDEN, n)
            texts.setdefault("".join(text.text.split()), text)
    return list(texts.values())


def _place(glyph: Glyph) -> tuple[str, int, int]:
    """The engines agree on a character's left edge to about a point, not on its height."""
    middle = (glyph.box.y0 + glyph.box.y1) / 2
    return glyph.text, round(glyph.box.x0 / 3), round(middle / 6)


def _signals(drawn: list[Glyph], read: list[Glyph], scanned: bool, hidden: bool) -> tuple[str, ...]:
    signals = []
    if scanned:
        signals.append("scanned_page")
    plumber_text_only = [g.text for g in without_overprint(drawn) if g.mapped]
    pdfium_text_only = [g.text for g in without_overprint(read) if g.mapped]
    if disagreement(plumber_text_only, pdfium_text_only) > DISAGREE:
        signals.append("parsers_disagree")
    for glyphs in (drawn, read):
        unmapped = sum(not g.mapped for g in glyphs)
        if unmapped > UNMAPPED * max(1, len(glyphs)) and "unmapped_font" not in signals:
            signals.append("unmapped_font")
    if hidden:
        signals.append("hidden_text")
    return tuple(signals)


def _smallest(drawn: list[Glyph], hidden: list[Glyph]) -> float | None:
    unseen = {_place(g) for g in hidden}
    sizes = [g.size for g in drawn if g.size > 0 and not (unseen and _place(g) in unseen)]
    return round(min(sizes), 2) if sizes else None


def _ocr_wanted(facts: PageFacts, studied: ink.Ink, *, odd: bool) -> tuple[str, str]:
    if facts.scanned:
        return "page", "scanned_page"
    if "parsers_disagree" in facts.signals or "unmapped_font" in facts.signals:
        return "page", "parsers_disagree" if "parsers_disagree" in facts.signals else "unmapped_font"
    if odd:
        return "page", "odd_font"
    if studied.loose_share > UNTEXTED:
        return "page", "untexted_ink"
    pictures = (region.box for region in facts.regions if region.kind in ("image", "ink"))
    if any(ink.holds_writing(box.width, box.height) for box in pictures):
        return "regions", "image_or_ink"
    return "", ""
