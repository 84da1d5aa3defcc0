"""Whatever a person marks goes, and everything else stays: over generated papers and the samples.

Boxes are drawn at random, as people draw them: around words, along lines, over blocks and blank
places. The output is then read with three programs and compared with the source by its pixels.
`GATEWAY_SCALE=full` takes 300 papers and every sample.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pdfplumber
import pypdfium2
import pytest

from redaction.burn import apply
from redaction.burn.words import Word, read_words
from redaction.decide import plan
from redaction.extract.page_reader import read_pages
from redaction.intake.flatten import normalise
from redaction.types import Box, Decisions, Document, DrawnBox, Plan
from tests.attacks.generated_papers import papers

pytestmark = [pytest.mark.slow, pytest.mark.full]

SEED = 20261
FULL = os.environ.get("GATEWAY_SCALE") == "full"
COUNT = 300 if FULL else 10
SAMPLES_OF_CI = ("la-precinct-bulletin-2014-p1.pdf", "senate-expenditures.pdf")
DPI, BLOCK_PX, DARK, PALE = 100, 8, 128, 224


@dataclass(frozen=True)
class Redacted:
    """A source as it is burned, its words page by page, the plan, the output."""

    source: bytes
    words: list[list[Word]]
    drawn: tuple[DrawnBox, ...]
    plan: Plan
    output: Path


def document_of(pdf: bytes, count: int) -> Document:
    """The file as the reading steps see it, in this process."""
    pages = read_pages(pdf, range(1, count + 1))
    texts = tuple(text for page in pages for text in page.texts)
    return Document("0" * 64, "application/pdf", tuple(page.facts for page in pages), texts)


def marks(chance: random.Random, pages: list[list[Word]], document: Document) -> Iterator[DrawnBox]:
    """A few boxes a page."""
    for n, words in enumerate(pages, 1):
        facts = document.pages[n - 1]
        for _ in range(chance.randint(1, 6)):
            if words and chance.random() < 0.9:
                at = chance.randrange(len(words))
                last = min(len(words), at + chance.choice((1, 1, 1, 2, 3, 8)))
                box = words[at].box
                for word in words[at:last]:
                    box = box.union(word.box)
            else:
                x, y = chance.uniform(0, facts.width_pt - 60), chance.uniform(0, facts.height_pt - 40)
                box = Box(x, y, x + chance.uniform(10, 60), y + chance.uniform(5, 40))
            slip = [chance.uniform(-1.5, 1.5) for _ in range(4)]
            yield DrawnBox(n, Box(*(side + by for side, by in zip(box, slip, strict=True))))


def redact(pdf: bytes, seed: str, out: Path) -> Redacted:
    """The file burned with random boxes; everything else on it has been looked at."""
    source = normalise(pdf)
    with pypdfium2.PdfDocument(source) as opened:
        words = [read_words(page) for page in opened]
    document = document_of(source, len(words))
    drawn = tuple(marks(random.Random(seed), words, document))
    numbers = range(1, len(words) + 1)
    uncover = frozenset((n, at) for n in numbers for at in range(len(document.pages[n - 1].regions)))
    decisions = Decisions(drawn=drawn, pages_seen=frozenset(numbers), uncover=uncover)
    made = plan(document, [], decisions)
    burned = apply(source, made, document, out)
    return Redacted(source, words, drawn, burned.plan, out)


def readings(path: Path) -> dict[str, Counter[str]]:
    """The words of a file by three programs."""
    with pypdfium2.PdfDocument(path) as opened:
        by_pdfium = " ".join(page.get_textpage().get_text_range() for page in opened)
    with pdfplumber.open(path) as opened_too:
        by_plumber = " ".join(page.extract_text() or "" for page in opened_too.pages)
    told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    by_poppler = told.stdout.decode()
    texts = {"pdfium": by_pdfium, "pdfplumber": by_plumber, "pdftotext": by_poppler}
    return {name: Counter(filter(None, map(plain, text.split()))) for name, text in texts.items()}


def plain(word: str) -> str:
    """Letters and digits of a word."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", word).casefold())


def split(done: Redacted) -> tuple[Counter[str], Counter[str]]:
    """The source's words under a box, and the others."""
    hidden: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for n, words in enumerate(done.words, 1):
        boxes = [one.box for one in done.plan.boxes if one.page == n]
        for word in words:
            under = any(box.meets(char.core) for box in boxes for char in word.chars)
            (hidden if under else others)[plain(word.text)] += 1
    return hidden, others


def check_words(done: Redacted) -> tuple[int, int, dict[str, int]]:
    """No marked word is left; how many others there are, and how many each program finds."""
    hidden, others = split(done)
    del hidden[""], others[""]
    found = {}
    for name, read in readings(done.output).items():
        left = {word for word in hidden if read[word] > others[word]}
        assert not left, f"{name} still reads {len(left)} marked words"
        found[name] = sum((read & others).values())
    return hidden.total(), others.total(), found


def check_ink(done: Redacted) -> tuple[int, int]:
    """Blocks of ink outside the boxes: how many, and how many of them are gone. The output is drawn
    from its own pixels, so ink at the edge of a block may come out one pixel further."""
    ink = lost = 0
    with pypdfium2.PdfDocument(done.source) as source, pypdfium2.PdfDocument(done.output) as output:
        for n in range(len(source)):
            before, after = _grey(source[n]), _grey(output[n])
            height, width = (min(a, b) for a, b in zip(before.shape, after.shape, strict=True))
            boxes = [one.box for one in done.plan.boxes if one.page == n + 1]
            free = ~_under(boxes, height, width)
            inked = (_darkest(before[:height, :width]) < DARK) & free
            gone = inked & (_darkest(cv2.erode(after, np.ones((3, 3)))[:height, :width]) > PALE)
            assert gone.sum() <= max(1, 0.02 * inked.sum()), f"page {n + 1}: {gone.sum()} of {inked.sum()}"
            ink, lost = ink + int(inked.sum()), lost + int(gone.sum())
    assert lost <= max(1, 0.005 * ink), f"{lost} of {ink}"
    return ink, lost


def _grey(page: pypdfium2.PdfPage) -> np.ndarray:
    pixels = page.render(scale=DPI / 72, grayscale=True).to_numpy()
    return pixels.reshape(pixels.shape[:2])


def _darkest(pixels: np.ndarray) -> np.ndarray:
    height, width = (side // BLOCK_PX * BLOCK_PX for side in pixels.shape)
    blocks = pixels[:height, :width].reshape(height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX)
    return blocks.min(axis=(1, 3))


def _under(boxes: list[Box], height: int, width: int) -> np.ndarray:
    """The blocks that a box meets."""
    under = np.zeros((height // BLOCK_PX, width // BLOCK_PX), bool)
    size = BLOCK_PX * 72 / DPI
    for box in boxes:
        top, left = int((box.y0 - 1) // size), int((box.x0 - 1) // size)
        under[max(0, top) : int((box.y1 + 1) // size) + 1, max(0, left) : int((box.x1 + 1) // size) + 1] = (
            True
        )
    return under


def check(pdf: bytes, seed: str, folder: Path) -> tuple[int, int, dict[str, int], int, int]:
    """Every bound for one file, and its figures."""
    done = apart(redact, pdf, seed, folder / "one.pdf")
    again = apart(redact, pdf, seed, folder / "two.pdf")
    assert done.output.read_bytes() == again.output.read_bytes(), "burned twice, two files"
    hidden, others, found = check_words(done)
    ink, lost = check_ink(done)
    return hidden, others, found, ink, lost


def apart(work: Callable[..., Redacted], *arguments: object) -> Redacted:
    """The work done in a process of its own, as every burn is: PDFium keeps the fonts it stands in
    for missing ones, and their widths, from one file to the next."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as child:
        return child.submit(work, *arguments).result()


@pytest.fixture
def total():
    """Figures of many files, told at the end of the test."""
    figures: list[tuple[int, int, dict[str, int], int, int]] = []
    yield figures
    if not figures:
        return
    hidden, others = (sum(one[at] for one in figures) for at in (0, 1))
    ink, lost = (sum(one[at] for one in figures) for at in (3, 4))
    found = {name: sum(one[2][name] for one in figures) for name in figures[0][2]}
    told = (
        f"{len(figures)} files, {hidden} words hidden, {others} others, found {found}, ink {ink}, lost {lost}"
    )
    print(told)


def searchable(figures: list[tuple[int, int, dict[str, int], int, int]]) -> float:
    """Share of the other words that the weakest of the three programs finds."""
    others = sum(one[1] for one in figures)
    return min(sum(one[2][name] for one in figures) for name in figures[0][2]) / others


def test_generated_papers_lose_what_is_marked_and_nothing_else(tmp_path: Path, total) -> None:
    for at, (_, pdf) in enumerate(papers(SEED, COUNT)):
        total.append(check(pdf, f"{SEED}.{at}", tmp_path))
    assert searchable(total) >= 0.995


def test_samples_lose_what_is_marked_and_nothing_else(samples: Path, tmp_path: Path, total) -> None:
    names = sorted(path.name for path in (samples / "pdfs").glob("*.pdf")) if FULL else SAMPLES_OF_CI
    for name in names:
        total.append(check((samples / "pdfs" / name).read_bytes(), name, tmp_path))
    assert searchable(total) >= 0.995
