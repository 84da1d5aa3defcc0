"""V8: the text layer holds surviving words and one constant token per box, none inside a box."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from redaction.types import Box
from redaction.verify import footer, tags
from redaction.verify.claims import ClaimedPage
from redaction.verify.content import GRID_PT, Content, Word
from redaction.verify.examined import Examined
from redaction.verify.structure import Unreadable

ROUNDING_PT = 0.02  # the report rounds box edges to two decimals


def faults(examined: Examined) -> list[str]:
    """Deviations of every page's words from report, boxes and, if at hand, source."""
    pages = examined.claims.pages
    if len(examined.layers) != len(pages):
        raise Unreadable("the report has another number of pages")
    found = []
    for page, data, layer in zip(pages, examined.contents, examined.layers, strict=True):
        words, tokens = split(page, layer)
        several = [
            *page_faults(page, data, words, tokens),
            *footer.word_faults(examined.claims, page.n, layer),
        ]
        several += tags.token_faults(page, layer)
        if examined.source is not None:
            several += foreign_words(examined, page, words)
        found += [f"page {page.n}: {fault}" for fault in several]
    return found


def page_faults(page: ClaimedPage, data: bytes, words: Sequence[Word], tokens: Sequence[Word]) -> list[str]:
    """Deviations of one page's content, its words and box tokens from what the report says of it."""
    found = []
    if hashlib.sha256(data).hexdigest() != page.text_sha256:
        found.append("another text layer than the recorded one")
    if len(words) != page.words:
        found.append("another number of words than recorded")
    if [token.text for token in tokens] != [f"[{box.label}]" for box in page.boxes]:
        found.append("there is not one token for each box, in the box or beside it")
    if count := meeting([shrunk(box.box) for box in page.boxes], [word.cell for word in words]):
        found.append(f"{count} words meet a box")
    if overlaps(words):
        found.append("words overlap")
    return found


def split(page: ClaimedPage, layer: Content) -> tuple[list[Word], list[Word]]:
    """Words and box tokens, the tokens in the order of the boxes.

    Every box has a token of its own: a word that reads like one and starts in the box, else beside
    it. Boxes may touch or hold one another, so tokens are matched to boxes, not taken in turn.
    Whatever is left is a word, and a word may not meet a box.
    """
    owner: dict[int, int] = {}  # index of a word -> index of its box
    names = {f"[{box.label}]" for box in page.boxes}
    tokens = [(index, word) for index, word in enumerate(layer.words) if word.text in names]
    for inside in (True, False):
        for at in range(len(page.boxes)):
            if at not in owner.values():
                _match(page, tokens, at, inside, owner, set())
    of_box = {at: layer.words[index] for index, at in owner.items()}
    words = [word for index, word in enumerate(layer.words) if index not in owner]
    return words, [of_box[at] for at in sorted(of_box)]


def _match(
    page: ClaimedPage,
    tokens: Sequence[tuple[int, Word]],
    at: int,
    inside: bool,
    owner: dict[int, int],
    tried: set[int],
) -> bool:
    """Give box `at` a token, moving other boxes to another of theirs where needed (Kuhn's algorithm)."""
    box = page.boxes[at]
    for index, word in tokens:
        if index in tried or word.text != f"[{box.label}]" or not holds(box.box, word):
            continue
        if inside and not box.box.meets(word.cell):
            continue
        tried.add(index)
        if index not in owner or _match(page, tokens, owner[index], inside, owner, tried):
            owner[index] = at
            return True
    return False


def shrunk(box: Box) -> Box:
    """A box without the margin that rounding in the report may have added."""
    return Box(box.x0 + ROUNDING_PT, box.y0 + ROUNDING_PT, box.x1 - ROUNDING_PT, box.y1 - ROUNDING_PT)


def meeting(boxes: Sequence[Box], cells: Sequence[Box]) -> int:
    """How many cells share area with a box."""
    x0, y0, x1, y1 = np.array(cells, float).reshape(-1, 4).T
    meets = np.full(len(cells), False)
    for box in boxes:
        meets |= (box.x0 < x1) & (x0 < box.x1) & (box.y0 < y1) & (y0 < box.y1)
    return int(meets.sum())


def holds(box: Box, token: Word) -> bool:
    """True when a token starts in its box or at the nearest grid point."""
    x, y = token.cell.x0, token.cell.y1
    return box.x0 - GRID_PT <= x <= box.x1 + GRID_PT and box.y0 - GRID_PT <= y <= box.y1 + GRID_PT


def overlaps(words: Sequence[Word]) -> bool:
    """True when two word cells share area; cells are 3 pt high on a 6-pt grid, so only words of
    one baseline can meet."""
    rows: dict[int, list[Word]] = {}
    for word in words:
        rows.setdefault(word.y, []).append(word)
    for row in rows.values():
        row.sort(key=lambda word: word.x)
        if any(left.cell.x1 > right.cell.x0 + 1e-6 for left, right in pairwise(row)):
            return True
    return False


def foreign_words(examined: Examined, page: ClaimedPage, words: Sequence[Word]) -> list[str]:
    """Words of a page that no reading of the source has outside the boxes, or not so often.

    Spacing does not count: a word must stand in the page's surviving characters, written
    without spaces, at least as often as in the layer. Raises ReaderFailed.
    """
    unknown = Counter(word.text for word in words)
    for reading in examined.survivors(page):
        unknown = Counter({word: n for word, n in unknown.items() if reading.count(word) < n})
        if not unknown:
            return []
    return [f"{len(unknown)} words are not surviving words of the source"]
