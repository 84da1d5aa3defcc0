"""What OCR reads in the pixels of output pages, for V7.

Boxes are blanked first (V9 judges them) and stand in the text as their tokens, so that white
letters on black are not misread as a value.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from redaction.types import Box
from redaction.verify.claims import LABEL, ClaimedPage
from redaction.verify.image import Levels, decode
from redaction.verify.paint import rectangle

CELL_GAP_PT, CELL_GAP_HEIGHTS = 8.0, 1.5  # OCR gives a word the height of its ink, less than a letter's
TOKEN = re.compile(rf"\[(?:{LABEL.pattern})\]")
LEAST_OVERLAP = 0.3  # of the smaller height, for a token to stand on a line


@dataclass(frozen=True, slots=True)
class Read:
    """One word that OCR read, or a box token; `box` in points from the top left."""

    text: str
    box: Box


def without_boxes(image: Mapping[str, Any], data: bytes, page: ClaimedPage) -> Levels:
    """One page in grey, with paper where its boxes are. Raises Unreadable."""
    grey = np.array(decode(image, data, page).grey(), dtype=np.uint8)
    for box in page.boxes:
        top, bottom, left, right = rectangle(box, page, grey.shape)
        grey[top:bottom, left:right] = 255
    return grey


def portable(grey: Levels) -> bytes:
    """The pixels as a portable graymap, which OCR programs read."""
    rows, columns = grey.shape
    return b"P5\n%d %d\n255\n" % (columns, rows) + grey.tobytes()


def words_of(table: str, page: ClaimedPage) -> list[list[Read]]:
    """Lines of words of tesseract's table, in its order, the box tokens set where their boxes are."""
    lines: dict[tuple[str, ...], list[Read]] = {}
    scale = page.dpi / 72
    for row in csv.reader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) == 12 and row[0] == "5" and row[11].strip():
            left, top, width, height = (int(side) / scale for side in row[6:10])
            word = Read(row[11].strip(), Box(left, top, left + width, top + height))
            lines.setdefault(tuple(row[1:5]), []).append(word)
    return with_tokens(list(lines.values()), page)


def with_tokens(lines: list[list[Read]], page: ClaimedPage) -> list[list[Read]]:
    """Every box's token stands on the line that shares most of its height, or on one of its own."""
    for box in page.boxes:
        token = Read(f"[{box.label}]", box.box)
        best = max(lines, key=lambda line: shared(line, box.box), default=None)
        if best is None or shared(best, box.box) < LEAST_OVERLAP:
            below = (at for at, line in enumerate(lines) if line[0].box.y0 >= box.box.y0)
            lines.insert(next(below, len(lines)), [token])
            continue
        best.append(token)
        best.sort(key=lambda word: word.box.x0)
    return lines


def shared(line: Sequence[Read], box: Box) -> float:
    """The part of the smaller height that a line and a box have in common."""
    top, bottom = min(word.box.y0 for word in line), max(word.box.y1 for word in line)
    common = min(bottom, box.y1) - max(top, box.y0)
    return common / max(1e-6, min(bottom - top, box.height))


def as_text(lines: Sequence[Sequence[Read]]) -> tuple[str, list[tuple[int, int, Box]]]:
    """The text and, for every word of it, start, end and place. A tab parts words of a line that stand
    further apart than words of one cell do."""
    text, spans = "", []
    for line in lines:
        for at, word in enumerate(line):
            if at:
                text += "\t" if apart(line[at - 1], word) else " "
            spans.append((len(text), len(text) + len(word.text), word.box))
            text += word.text
        text += "\n"
    return text, spans


def apart(left: Read, right: Read) -> bool:
    """True when two words of a line stand too far apart for one cell of a table, and beside a box,
    which reaches to the next word whatever cell it hides."""
    if TOKEN.fullmatch(left.text) or TOKEN.fullmatch(right.text):
        return True
    wide = max(CELL_GAP_PT, CELL_GAP_HEIGHTS * min(left.box.height, right.box.height))
    return right.box.x0 - left.box.x1 > wide


def table_by_rapidocr(graymap: bytes) -> str:
    """What rapidocr reads in a graymap, as rows of tesseract's table: each line's words share its
    width by letters. Its models come with its wheel; it has no network to fetch others."""
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.log_level": "critical",
        }
    )
    with Image.open(io.BytesIO(graymap), formats=["PPM"]) as image:
        grey = np.asarray(image)
    found: Any = engine(np.repeat(grey[:, :, None], 3, axis=2), use_cls=False)
    rows: list[str] = []
    for number, (corners, text) in enumerate(zip(found.boxes, found.txts, strict=True) if found.txts else ()):
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        step, at = (right - left) / max(1, len(text)), 0
        for word in text.split():
            at = text.index(word, at)
            sides = (left + at * step, top, len(word) * step, bottom - top)
            rows.append("\t".join(["5", "1", "1", "1", str(number), "1", *(str(int(side)) for side in sides),
                                   "0", word]))  # fmt: skip
            at += len(word)
    return "\n".join(rows)
