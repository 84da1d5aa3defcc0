"""V7: the detector, run on the output's own text, finds nothing that the plan did not keep.

Where OCR fed detection, and on a few pages drawn by the output's digest, also on what OCR reads in
the output's pixels.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from redaction import detect
from redaction.detect.layout import with_gaps
from redaction.detect.policy import MODEL_LAYER
from redaction.types import Action, Box, Finding, PageText, TextSource
from redaction.verify.claims import ClaimedPage
from redaction.verify.content import GRID_PT, Content, Word
from redaction.verify.draws import pages_to_read
from redaction.verify.examined import Examined
from redaction.verify.pixels import TOKEN, as_text, words_of
from redaction.verify.recorded import recorded
from redaction.verify.removal import keeps_of
from redaction.verify.survivors import written
from redaction.verify.windows import Search, letters_of, signs_of

NEAR_PT = 3.0  # OCR sees a word's ink, a kept span's box holds its cells
ALIKE = 0.7  # of the letters of two words in common: one may be the other misread
CELL_STEP = 1.8  # times the usual points a character: then the next word is in another cell
LONE_PAIR = 1.7
LEAST_CELL_PT = 36.0
MOVED_PT = 3.0 * GRID_PT  # a word that found its grid point taken stands at one beside it
SEPARATORS = frozenset({"", " ", "\t", "\n"})


class Kept:
    """Where texts hold values that the plan keeps. The last text's places are remembered: every finding
    of a page asks for them."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._text, self._spans = "", list[tuple[int, int, bytes]]()

    def of(self, text: str) -> list[tuple[int, int, bytes]]:
        """Start and end, in letters, and hash of each. Raises TooMuch."""
        if text != self._text:
            self._text, self._spans = text, self._search.spans(letters_of(text))
        return self._spans


def faults(examined: Examined) -> list[str]:
    """Pages on which the detector still finds something. Raises DetectorError."""
    ruleset = detect.load()
    if ruleset.sha256 != examined.claims.ruleset:
        return ["the plan was made with another ruleset"]
    rules = detect.rules_alone(ruleset)
    kept = Kept(Search.build(examined.key, examined.claims.keeps, len(examined.layers), examined.clear))
    found = []
    if in_stamp := found_in(examined.claims.extras.footer or "", ruleset):
        found.append(f"{told([one.type for one in in_stamp])} in the stamp of the footers")
    for n, layer in enumerate(examined.layers, 1):
        if left := [one.type for one in left_on(examined, kept, ruleset, rules, n, layer)]:
            found.append(f"page {n}: {told(left)} in the output's text")
    pages = [(page.n, page.ocr_used) for page in examined.claims.pages]
    for n in pages_to_read(examined.sha256, pages):
        found += pixel_faults(examined, kept, ruleset, examined.claims.pages[n - 1])
    return found


def left_on(
    examined: Examined, kept: Kept, ruleset: detect.Ruleset, rules: detect.Ruleset, n: int, layer: Content
) -> list[Finding]:
    """What the detector finds in the words of one page that the plan does not keep.

    Of what its rules find, the sentence model takes away and softens, and what it adds does not count
    here (`found_in`). So where `rules`, the same without it, leave nothing, nothing is left.

    A word of the layer has no width, so `page_text` only guesses the cells of a table, and guesses
    wrong where a page has little else: numbers of four cells then read as one. What it finds is
    believed where the source's own gaps, told by the places of its words, leave it standing. Without
    the source the recorded verdict on such numbers counts. Raises DetectorError, ReaderFailed.
    """
    text = page_text(layer)
    cells = _set_out(text, (word.cell for word in layer.words))
    if all(spared(examined, kept, n, text, one) for one in found_in(text, rules, cells)):
        return []
    if examined.opened_source is None:
        left = [one for one in found_in(text, ruleset, cells) if not spared(examined, kept, n, text, one)]
        if examined.source is not None or recorded(examined, "V7"):
            return left
        return [one for one in left if not joined(text, one)]
    cells = cells_of(examined, n, layer, text)
    text = with_gaps(PageText(TextSource.PDFIUM, n, text, cells))
    return [one for one in found_in(text, ruleset, cells) if not spared(examined, kept, n, text, one)]


def joined(text: str, found: Finding) -> bool:
    """True for a number that stands in several words of a line, each of nothing but digits."""
    words = text[found.start : found.end].split(" ")
    return found.layer == "identifier" and len(words) > 1 and all(map(str.isdigit, words))


def cells_of(examined: Examined, n: int, layer: Content, text: str) -> tuple[Box | None, ...]:
    """For each character of the page's text the place of its word in the source, None for what stands
    there in no word like it. Raises ReaderFailed."""
    assert examined.opened_source is not None
    signs = examined.opened_source.signs(n)
    there: dict[str, list[Box]] = defaultdict(list)
    for run in signs.words(signs.solid()):
        x0, y0 = signs.places[run, :2].min(axis=0).tolist()
        x1, y1 = signs.places[run, 2:].max(axis=0).tolist()
        there["".join(written(signs.codes[at]) for at in run)].append(Box(x0, y0, x1, y1))
    return _set_out(text, (_nearest(there[word.text], word.cell) for word in layer.words))


def _nearest(there: Sequence[Box], cell: Box) -> Box | None:
    near = min(there, key=lambda box: apart(box, cell), default=None)
    return near if near is not None and apart(near, cell) <= MOVED_PT else None


def _set_out(text: str, places: Iterable[Box | None]) -> tuple[Box | None, ...]:
    """A place for every character of a text: that of its word, None between words."""
    words, cells = iter(places), list[Box | None]()
    for part in re.split(r"([ \t\n])", text):
        cells += [None if part in SEPARATORS else next(words)] * len(part)
    return tuple(cells)


def apart(place: Box, cell: Box) -> float:
    """How far the start of a word's cell lies from where the word stands in the source."""
    return max(abs(place.x0 - cell.x0), abs(place.y1 - cell.y1))


def pixel_faults(examined: Examined, kept: Kept, ruleset: detect.Ruleset, page: ClaimedPage) -> Iterator[str]:
    """What the detector finds in one page's pixels as OCR reads them. Raises DetectorError."""
    table = examined.table(page.n)
    if table is None:
        yield f"page {page.n}: no OCR could read its pixels"
        return
    text, words = as_text(words_of(table, page))
    places = [keep.box for keep in examined.claims.keeps if keep.page == page.n and keep.box is not None]
    layer = examined.layers[page.n - 1].words
    left = []
    for found in found_in(text, ruleset, _set_out(text, (box for *_, box in words))):
        seen = [(text[a:b], box) for a, b, box in words if a < found.end and found.start < b]
        if spared(examined, kept, page.n, text, found) or stays(seen, places):
            continue
        if not any(misread(one, box, layer) for one, box in seen):
            left.append(found.type)
    if left:
        yield f"page {page.n}: {told(left)} in the output's pixels"


def stays(words: Sequence[tuple[str, Box]], places: Sequence[Box]) -> bool:
    """True when every word but box tokens stands where the plan keeps something: OCR may misread a
    kept value, but not move it."""
    return all(
        TOKEN.fullmatch(text)
        or any(
            place.x0 - NEAR_PT <= box.x0 and box.x1 <= place.x1 + NEAR_PT
            and place.y0 - NEAR_PT <= (box.y0 + box.y1) / 2 <= place.y1 + NEAR_PT
            for place in places
        )
        for text, box in words
    )  # fmt: skip


def misread(text: str, box: Box, layer: Sequence[Word]) -> bool:
    """True when OCR made something else of words that the layer has there: several run together
    ("M A M", months on an axis, is no language) or one with a letter changed. The detector has
    judged those as they stand. A word read as the layer has it is not misread."""
    signs = signs_of(text)
    near = [
        signs_of(word.text)
        for word in sorted(layer, key=lambda word: word.cell.x0)
        if box.y0 - GRID_PT <= word.cell.y1 - 1 <= box.y1 + GRID_PT
        and box.x0 - 2 * GRID_PT <= word.cell.x0 <= box.x1
    ]  # fmt: skip
    if not signs or signs in near:
        return False
    return signs in "".join(near) or any(
        SequenceMatcher(None, signs, one, autojunk=False).ratio() >= ALIKE for one in near
    )


def spared(examined: Examined, kept: Kept, n: int, text: str, found: Finding) -> bool:
    """True when the plan keeps the finding, or the printed label whose value it is: that label's value
    was found, judged and hidden on the source's page, and what stands beside it now is what the box
    left there."""
    spans = [(found.start, found.end), *(found.evidence if found.layer == "label" else ())]
    return any(excused(examined, kept, n, text, *span) for span in spans)


def found_in(text: str, ruleset: detect.Ruleset, cells: Sequence[Box | None] = ()) -> list[Finding]:
    """Everything that is not to be kept. `cells` are the places of the characters, by which tables are
    read. Raises DetectorError.

    Not of what the sentence model alone doubts: it weighs whole sentences, and one with a box in it
    is another sentence than the one that a person has seen and decided (docs/decisions/0010).
    """
    found = detect.detect_text(text, ruleset, cells=cells)
    return [one for one in found if one.action != Action.KEEP and one.layer != MODEL_LAYER]


def told(kinds: Sequence[str]) -> str:
    """How many findings, and of which types."""
    return f"{len(kinds)} findings ({', '.join(sorted(set(kinds)))})"


def page_text(layer: Content) -> str:
    """The layer's words in order: a new line wherever the baseline changes, a tab where two words of
    a line stand too far apart for one blank, so that the cells of a table are told apart as the
    detector told them apart on the source's page."""
    lines = [list(group) for _, group in itertools.groupby(layer.words, key=lambda word: word.y)]
    steps = [step for line in lines for step in _steps(line)]
    usual = statistics.median(steps) if steps else 0.0
    return "\n".join(_line_text(line, usual) for line in lines)


def _steps(line: Sequence[Word]) -> list[float]:
    """Points a character from each word's start to the next one's: a layer word has no width."""
    return [(b.x - a.x) / (len(a.text) + 1) for a, b in itertools.pairwise(line)]


def _line_text(line: Sequence[Word], usual: float) -> str:
    """A heading is set wider than the page, so its own closest words count; of two words alone
    nobody can tell, so they must stand very far apart."""
    steps = _steps(line)
    wide = max(usual, min(steps)) if len(steps) > 1 else LONE_PAIR * usual
    parts = [line[0].text]
    for word, before, step in zip(line[1:], line, steps, strict=False):
        gap = step > CELL_STEP * wide and word.x - before.x > LEAST_CELL_PT
        boxed = TOKEN.fullmatch(before.text) or TOKEN.fullmatch(word.text)
        parts += ["\t" if gap or boxed else " ", word.text]
    return "".join(parts)


def excused(examined: Examined, kept: Kept, n: int, text: str, start: int, end: int) -> bool:
    """True for a span of nothing but box tokens, whole or cut, and for one inside a span the plan
    keeps here."""
    for token in TOKEN.finditer(text):
        if token.start() < end and start < token.end():
            start, end = min(start, token.start()), max(end, token.end())
    rest = signs_of(TOKEN.sub(" ", text[start:end]))
    if not rest:
        return True
    keeps = keeps_of(examined.claims.keeps, n)
    if not keeps:
        return False
    low, high = len(signs_of(text[:start])), len(signs_of(text[:end]))
    return any(digest in keeps and a <= low and high <= b for a, b, digest in kept.of(text))
