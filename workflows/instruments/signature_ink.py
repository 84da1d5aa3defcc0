"""The picture of a signature, small enough to be held against those of other papers.

A hand never signs twice alike. The same picture under another name or another case number was copied: a
court's own stamp, or a forgery. Which of the two it is, a person finds out; nothing is decided here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

ABOVE_PT, BEFORE_PT, BEHIND_PT = 64.0, 40.0, 280.0  # of the signer's printed name, where a hand writes
MOST_PLACES = 8  # where the name stands, from the end of the paper
LINE_PT = 50.0  # a straight stroke as long as this is ruled, not written
WIDE_PT, HIGH_PT = 24.0, 6.0  # a smaller picture is a speck, an initial or a rest of a line
SCANNED_HEIGHT = 1.5  # of the usual height of a character: what is higher was not printed
DARK = 170  # of 255; lighter is paper
COLUMNS, ROWS = 48, 16
ALIKE, AS_LONG = 0.7, 0.15  # share of cells in common; difference in length for its height
# Letters, no digits: what is kept is nobody's number.
_SIGNS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_DIGITS = str.maketrans("abcdefghijklmnop", "0123456789abcdef")

Bits = npt.NDArray[np.bool_]


def read_ink(document: Any, png: Callable[[int], bytes], signer: str | None) -> dict[str, Any] | None:
    """The picture above the signer's printed name: `{"page", "cells", "ratio"}`; None where there is none.

    `document` is what the reader made of the paper, `png` gives the image of a page, counted from 1.
    `cells` are the inked ones of a grid of COLUMNS x ROWS over the picture, row by row, four to a letter;
    `ratio` is its width by its height. What the paper prints there, ruled lines and specks do not count.
    """
    for number, name in islice(_places(document, signer or ""), MOST_PLACES):
        facts = document.pages[number - 1]
        printed = _printed(document, number)
        with Image.open(io.BytesIO(png(number))) as image:
            scale = image.width / facts.width_pt
            area = (
                max(0.0, name[0] - BEFORE_PT), max(0.0, name[1] - ABOVE_PT),
                min(facts.width_pt, name[0] + BEHIND_PT), name[1],
            )  # fmt: skip
            left, top, right, bottom = (round(scale * value) for value in area)
            dark = np.asarray(image.convert("L").crop((left, top, right, bottom))) < DARK
        places = [[scale * (value - area[n % 2]) for n, value in enumerate(one)] for one in printed]
        ink = _written(dark, places, scale)
        if (found := _trimmed(ink, scale)) is not None:
            return {"page": number, **_cells(found)}
    return None


def alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """True when the two pictures are the same one, scanned or drawn in another size perhaps."""
    long, short = max(one["ratio"], other["ratio"]), min(one["ratio"], other["ratio"])
    if long > short * (1 + AS_LONG):
        return False
    a, b = _grid(one["cells"]), _grid(other["cells"])
    moved = (np.roll(b, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1))
    return any(likeness(a, one) >= ALIKE for one in moved)


def likeness(a: Bits, b: Bits) -> float:
    """Share of the inked cells of either picture that are inked in both."""
    either = int((a | b).sum())
    return int((a & b).sum()) / either if either else 0.0


def _printed(document: Any, number: int) -> list[Any]:
    """The places of the characters that the page prints. Of a scan only those as high as its text is: what
    a hand wrote is taken for letters there, but for larger ones."""
    scanned = document.pages[number - 1].scanned
    source = "ocr" if scanned else "pdfplumber"
    cells = [
        cell
        for one in document.texts
        if one.page == number and one.source.value == source
        for cell in one.cells
        if cell is not None
    ]
    if not scanned or not cells:
        return cells
    usual = sorted(cell.y1 - cell.y0 for cell in cells)[len(cells) // 2]
    return [cell for cell in cells if cell.y1 - cell.y0 <= SCANNED_HEIGHT * usual]


def _places(document: Any, signer: str) -> Iterator[tuple[int, tuple[float, float]]]:
    """Page and upper left corner of each print of the name, the last one of the paper first."""
    words = [re.escape(word) for word in signer.split()]
    if len(words) < 2:
        return
    name = re.compile(r"\s+".join(words), re.IGNORECASE)
    for one in sorted((one for one in document.texts if one.page), key=lambda one: -one.page):
        if len(one.cells) != len(one.text):
            continue
        for match in reversed(list(name.finditer(one.text))):
            cells = [cell for cell in one.cells[match.start() : match.end()] if cell is not None]
            if cells:
                yield one.page, (min(cell.x0 for cell in cells), min(cell.y0 for cell in cells))


def _written(dark: Bits, printed: list[list[float]], scale: float) -> Bits:
    """The dark pixels without what is printed, ruled or a speck."""
    ink = dark.copy()
    for x0, y0, x1, y1 in printed:
        if x1 > 0 and y1 > 0 and x0 < ink.shape[1] and y0 < ink.shape[0]:
            ink[max(0, int(y0) - 1) : int(y1) + 2, max(0, int(x0) - 1) : int(x1) + 2] = False
    _unrule(ink, max(8, round(LINE_PT * scale)))
    _unrule(ink.T, max(8, round(LINE_PT * scale)))
    around = np.pad(ink, 1).astype(np.uint8)
    near = sum(
        around[down : down + ink.shape[0], right : right + ink.shape[1]]
        for down in range(3)
        for right in range(3)
    )
    return ink & (np.asarray(near) > 3)


def _unrule(ink: Bits, length: int) -> None:
    """Straight runs of so many dark pixels are gone, in place."""
    for row in ink:
        edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start >= length:
                row[start:end] = False


def _trimmed(ink: Bits, scale: float) -> Bits | None:
    rows, columns = np.flatnonzero(ink.sum(axis=1) > 1), np.flatnonzero(ink.sum(axis=0) > 1)
    if not rows.size or not columns.size:
        return None
    found = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    wide_enough = found.shape[1] >= WIDE_PT * scale and found.shape[0] >= HIGH_PT * scale
    return found if wide_enough else None


def _cells(found: Bits) -> dict[str, Any]:
    shade = Image.fromarray(found.astype(np.uint8) * 255).resize((COLUMNS, ROWS), Image.Resampling.BOX)
    density = np.asarray(shade)
    inked = density > max(24, int(density.mean()))
    ratio = round(found.shape[1] / found.shape[0], 3)
    return {"cells": np.packbits(inked).tobytes().hex().translate(_SIGNS), "ratio": ratio}


def _grid(cells: str) -> Bits:
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(cells.translate(_DIGITS)), np.uint8))
    return bits.reshape(ROWS, COLUMNS).astype(bool)
