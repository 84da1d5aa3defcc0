"""Reads pixels: tesseract where it is installed, else rapidocr from its wheel, both in the cage.

Both misread identifiers, so what OCR says is one more text to search, never the only one.
"""

from __future__ import annotations

import csv
import functools
import io
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from redaction import sandbox
from redaction.errors import Quarantined
from redaction.extract.glyphs import TextBuilder
from redaction.types import Box, PageText, TextSource

DPI = 200
UPRIGHT = 2.0  # times higher than wide: writing in there may be turned
LOW = 60.0  # mean confidence below which a page was not read
SURE, SURE_LETTERS = 80.0, 3
MIB = 1024 * 1024


class OcrUnavailable(Exception):
    """No OCR engine works on this machine."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word read; `line` orders words into lines, `confidence` runs 0 to 100."""

    text: str
    box: Box
    line: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class OcrRead:
    """What OCR made of a page. `confidence` is the mean over characters, 0 when nothing was read."""

    text: PageText
    words: int
    confidence: float
    every: tuple[Word, ...] = ()

    @property
    def sure(self) -> list[Word]:
        """The words it is sure of."""
        return [w for w in self.every if w.confidence >= SURE and _letters(w) >= SURE_LETTERS]


def read_page(image: Image.Image, page: int, width_pt: float, only: Sequence[Box], seconds: float) -> OcrRead:
    """The words of a page image (grey), or of the given parts of it (boxes in points).

    Upright parts are read turned as well, and so is a whole page that cannot be read as it stands.
    `seconds` of 0 switches OCR off. Raises OcrUnavailable, sandbox.ChildDied.
    """
    if seconds <= 0:
        raise OcrUnavailable
    scale = image.width / width_pt
    program = _tesseract_program()
    if program is None:
        return _as_read(_rapidocr(_only(image, only, scale), scale, seconds), page)
    ask = functools.partial(_tesseract, program, scale=scale, sparse=bool(only), seconds=seconds)
    words = ask(_only(image, only, scale))
    upright = [box for box in only if box.height > UPRIGHT * box.width]
    if upright:
        part = _only(image, upright, scale)
        for degrees in (90, 270):
            words += [word for word in _turned(ask, part, degrees, scale) if word.confidence >= SURE]
    elif not only and words and _confidence(words) < LOW:
        tries = [words, *(_turned(ask, image, degrees, scale) for degrees in (90, 180, 270))]
        words = max(tries, key=lambda several: sum(_letters(w) for w in several if w.confidence >= SURE))
    return _as_read(words, page)


def _turned(
    ask: Callable[[Image.Image], list[Word]], image: Image.Image, degrees: int, scale: float
) -> list[Word]:
    """The words of an image turned against the clock, with their places in the image as it was."""
    width, height = image.width / scale, image.height / scale
    words = []
    for word in ask(image.rotate(degrees, expand=True)):
        x0, y0, x1, y1 = word.box
        box = {
            90: Box(width - y1, x0, width - y0, x1),
            180: Box(width - x1, height - y1, width - x0, height - y0),
            270: Box(y0, height - x1, y1, height - x0),
        }[degrees]
        words.append(Word(word.text, box, (degrees, *word.line), word.confidence))
    return words


def _only(image: Image.Image, parts: Sequence[Box], scale: float) -> Image.Image:
    """The image with everything white outside the parts; all of it where there are none."""
    if not parts:
        return image
    shown = Image.new("L", image.size, 0)
    pencil = ImageDraw.Draw(shown)
    for box in parts:
        corners = (box.x0 - 2, box.y0 - 2, box.x1 + 2, box.y1 + 2)
        pencil.rectangle([corner * scale for corner in corners], fill=255)
    return Image.composite(image, Image.new("L", image.size, 255), shown)


def _limits(seconds: float, memory: int) -> sandbox.StepLimits:
    return sandbox.StepLimits(address_space=memory, cpu_s=int(seconds), wall_s=4 * seconds)


def _tesseract_program() -> str | None:
    """Path of tesseract where it is installed with a language we ask for, else None."""
    program = shutil.which("tesseract")
    return program if program and _languages(program) else None


@functools.lru_cache(maxsize=1)
def _languages(program: str) -> str:
    said = sandbox.run_program([program, "--list-langs"], b"", _limits(20, 1024 * MIB))
    return "+".join(name for name in ("eng", "spa") if name in said.decode("ascii", "replace").split())


def _tesseract(program: str, image: Image.Image, *, scale: float, sparse: bool, seconds: float) -> list[Word]:
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=1)
    argv = [program, "stdin", "stdout", "-l", _languages(program), "--psm", "11" if sparse else "3"]
    argv += ["--dpi", str(DPI), "tsv"]
    table = sandbox.run_program(argv, png.getvalue(), _limits(seconds, 1536 * MIB))
    return _words(table.decode("utf-8", "replace"), scale)


def _words(table: str, scale: float) -> list[Word]:
    """Words of tesseract's TSV: level 5 rows hold block, paragraph, line, box, confidence, text."""
    words = []
    for row in csv.reader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) != 12 or row[0] != "5" or not row[11].strip():
            continue
        left, top, width, height = (int(v) / scale for v in row[6:10])
        line = tuple(map(int, row[1:5]))
        words.append(Word(row[11], Box(left, top, left + width, top + height), line, float(row[10])))
    return words


def _rapidocr(image: Image.Image, scale: float, seconds: float) -> list[Word]:
    """14 times slower than tesseract, so it gets as much more CPU time."""
    arguments = {"width": image.width, "height": image.height}
    limits = _limits(14 * seconds, 6144 * MIB)
    try:
        lines = sandbox.run("rapidocr", arguments, [image.tobytes()], limits).value
    except sandbox.ChildDied as died:
        if died.cause == "error" and died.detail.startswith(("ImportError", "ModuleNotFoundError")):
            raise OcrUnavailable from None
        raise
    words = []
    for number, (text, x0, y0, x1, y1, confidence) in enumerate(lines):
        box = Box(*(float(v) / scale for v in (x0, y0, x1, y1)))
        words += _share_out(str(text), box, number, float(confidence) * 100)
    return words


def _share_out(line: str, box: Box, number: int, confidence: float) -> list[Word]:
    """The words of one line, each with its share of the line's box by letters."""
    words, at = [], 0
    step = box.width / max(1, len(line))
    for part in line.split():
        start = line.index(part, at)
        at = start + len(part)
        place = Box(box.x0 + start * step, box.y0, box.x0 + at * step, box.y1)
        words.append(Word(part, place, (number,), confidence))
    return words


def _as_read(words: Sequence[Word], page: int) -> OcrRead:
    return OcrRead(as_text(words, page), len(words), _confidence(words), tuple(words))


def as_text(words: Sequence[Word], page: int) -> PageText:
    """The words in order, with their places. Raises Quarantined("child_failed")."""
    builder = TextBuilder()
    before: Word | None = None
    for word in words:
        if before is not None:
            builder.separate(" " if before.line == word.line else "\n")
        if not (word.box.x0 <= word.box.x1 and word.box.y0 <= word.box.y1):
            raise Quarantined("child_failed", page)
        builder.add(word.text, word.box, word.box.height)
        before = word
    return builder.build(TextSource.OCR, page)


def _letters(word: Word) -> int:
    return sum(character.isalnum() for character in word.text)


def _confidence(words: Sequence[Word]) -> float:
    letters = sum(len(w.text) for w in words)
    return sum(w.confidence * len(w.text) for w in words) / letters if letters else 0.0


def rapidocr_lines(pixels: bytes, width: int, height: int) -> list[list[object]]:
    """[text, x0, y0, x1, y1, confidence 0..1] per line. Runs inside the cage; loads its models
    from its own wheel and has no network to fetch others."""
    import numpy as np
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.log_level": "critical",
        }
    )
    grey = np.frombuffer(pixels, np.uint8).reshape(height, width)
    found: Any = engine(np.repeat(grey[:, :, None], 3, axis=2), use_cls=False)
    lines: list[list[object]] = []
    if found.boxes is None or found.txts is None or found.scores is None:
        return lines
    for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        xs, ys = corners[:, 0], corners[:, 1]
        lines.append([text, float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()), float(score)])
    return lines
