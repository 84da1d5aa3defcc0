"""Glyphs and images of a page by pdfplumber (pdfminer.six). Runs inside the cage."""

from __future__ import annotations

import logging
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pdfminer.layout import LTChar, LTFigure, LTImage

from redaction.extract import widths
from redaction.extract.glyphs import REPLACEMENT, Glyph, is_mapped
from redaction.types import Box

_LETTERS = frozenset(string.ascii_letters + string.digits)

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Plumbed:
    """What pdfplumber sees on one page, in drawing order; whether the widths of a font's letters say
    that they are other letters."""

    glyphs: list[Glyph]
    images: list[Box]
    odd: bool


def read(page: Any) -> Plumbed:
    """Walks the layout tree; `page.chars` would copy every character into a dictionary first."""
    glyphs: list[Glyph] = []
    images: list[Box] = []
    letters: list[tuple[str, str, float]] = []
    height = float(page.layout.height)
    for leaf in _leaves(page.layout):
        box = Box(leaf.x0, height - leaf.y1, leaf.x1, height - leaf.y0)
        if isinstance(leaf, LTImage):
            images.append(box)
            continue
        text = leaf.get_text()
        mapped = is_mapped(text) or text.isspace()
        size, level = _size(leaf), _is_level(leaf)
        glyphs.append(Glyph(text if mapped else REPLACEMENT, box, size, level, mapped))
        if level and size > 0 and text in _LETTERS:
            letters.append((leaf.fontname, text, (leaf.x1 - leaf.x0) / size))
    page.close()
    return Plumbed(glyphs, images, widths.any_odd(letters))


def _leaves(layout: Any) -> Iterator[Any]:
    stack = [iter(layout)]
    while stack:
        for entry in stack[-1]:
            if isinstance(entry, LTChar | LTImage):
                yield entry
            elif isinstance(entry, LTFigure):
                stack.append(iter(entry))
                break
        else:
            stack.pop()


def _is_level(char: LTChar) -> bool:
    """True for text that runs from left to right and stands on its feet; pdfminer's own
    `upright` is also true of text on its head."""
    a, b, _, d, _, _ = char.matrix
    return bool(char.upright and a > 0 and d > 0 and abs(a) >= abs(b))


def _size(char: LTChar) -> float:
    """Height of the font on the page in points: across the writing direction."""
    return float(char.height if char.upright else char.width)
