"""One page while its marks are collected: its lines in both directions, its fields, its marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from redaction.decide import classes, geometry, ticks
from redaction.decide.geometry import Hit, Mark
from redaction.decide.lines import Shelf, Word, bounds, core, flip, lay_out, stands, words_of
from redaction.decide.places import PAGE_SOURCES, Spot
from redaction.decide.policy import LABELLED_LAYERS
from redaction.types import Box, Finding, MarkMode, PageFacts, PageText

SIGN_EMS = 1.5  # a typed check box this near to a hit belongs to it
SPACE_EMS = 0.28  # how far behind its label a value begins


class Sheet:
    """Marks of one page. `mark` may be called in any order; `boxes` gives the result."""

    def __init__(self, page: PageFacts, texts: Sequence[PageText]) -> None:
        self.page = page
        readings = [
            words_of(text)
            for source in PAGE_SOURCES
            for text in texts
            if text.page == page.n and text.source is source
        ]
        main, others = _main_reading(readings)
        fields = [region.box for region in page.regions if region.kind == "field"]
        others += [word for word in main if _in_any(word.box, fields)]  # go whole: their lines prove nothing
        main = [word for word in main if not _in_any(word.box, fields)]
        self.words: list[Word] = main + others
        self.shelf = Shelf(self.words)
        width, height = page.width_pt, page.height_pt
        self._layouts = {  # by whether text runs up the page
            False: lay_out(width, height, *([w for w in some if not w.upright] for some in (main, others))),
            True: lay_out(
                height, width, *([w.flipped() for w in some if w.upright] for some in (main, others))
            ),
        }
        self._hits: dict[bool, list[tuple[Hit, Box | None]]] = {False: [], True: []}
        self._whole: list[tuple[Box, str]] = []
        self._typed_boxes = [word for word in self.words if ticks.is_sign(word.text)]

    def mark(self, spot: Spot, finding: Finding, text: PageText) -> None:
        """Everything of a spot will be hidden, by the geometry its type asks for."""
        if text.source not in PAGE_SOURCES and len(set(spot.cells)) == 1:
            self._mark_field(spot.cells[0], spot.size, finding)  # a form value: one place for all of it
            return
        pieces = list(_pieces(spot, text))
        given = text.cells[spot.start : spot.end]
        fixed = any(pieces) and classes.fixed_form(
            finding.type, text.text[spot.start : spot.end], given, spot.size, upright=pieces[0][1]
        )
        labelled = finding.layer in LABELLED_LAYERS and spot.start == finding.start
        for at, (cells, upright) in enumerate(pieces):
            hit = Hit(tuple(cells), spot.size, finding.type, finding.key, fixed, labelled and at == 0)
            self._mark_piece(hit, upright, finding)

    def _mark_field(self, box: Box, size: float, finding: Finding) -> None:
        whole, _ = geometry.value_cells(box, self.page.regions, 1.2 * size)
        for one in [box, *whole]:
            self._whole.append((one, finding.key))

    def _mark_piece(self, hit: Hit, upright: bool, finding: Finding) -> None:
        around = bounds(hit.cells)
        near = Box(around.x0 - ticks.NEAR_PT, around.y0, around.x1 + ticks.NEAR_PT, around.y1)
        self._whole += [(one.box, finding.key) for one in geometry.check_boxes(near, self.page.regions)]
        if not upright:
            for sign in self._signs(around):
                self._take(Hit(sign.cells, sign.size, finding.type, finding.key))
        whole, bounding = geometry.value_cells(
            bounds(map(core, hit.cells)), self.page.regions, 1.2 * hit.size
        )
        self._whole += [(one, finding.key) for one in whole]
        if any(_contains(one, around) for one in whole):
            return
        if upright:
            hit = replace(hit, cells=tuple(map(flip, hit.cells)))
            bounding = flip(bounding) if bounding is not None else None
        self._take(hit, bounding, upright=upright)

    def _take(self, hit: Hit, cell: Box | None = None, *, upright: bool = False) -> None:
        """The hit waits until all of the page are known: no line with one may speak for others."""
        self._hits[upright].append((hit, cell))
        line = self._layouts[upright].line_at(bounds(hit.cells))
        if line is not None:
            self._layouts[upright].secret.add(line)

    def _signs(self, hit: Box) -> list[Word]:
        """The typed check boxes of a question, where one of them stands before or behind the hit. What
        stands behind them goes as well: a tick is wider than a blank."""
        signs = self._typed_boxes
        middle = (hit.y0 + hit.y1) / 2
        beside = [
            word
            for word in signs
            if word.box.y0 <= middle <= word.box.y1
            and max(word.box.x0, hit.x0) - min(word.box.x1, hit.x1) <= SIGN_EMS * word.size
        ]
        return ticks.together(beside, signs, lambda one, other: ticks.in_line(one.box, other.box))

    def mark_blank(self, text: PageText, finding: Finding) -> None:
        """A blank value has no text: the field or cell beside or under its label goes, or the line's rest."""
        before = range(min(finding.start, len(text.cells)) - 1, -1, -1)
        at = next((at for at in before if text.cells[at]), None)
        anchor = text.cells[at] if at is not None else None
        if at is None or anchor is None:
            return
        size = (text.sizes[at] if at < len(text.sizes) else None) or anchor.height / 1.15
        target = geometry.value_place(self.page.regions, anchor)
        if target is not None:
            self._mark_field(target, size, finding)
            return
        start = anchor.x1 + SPACE_EMS * size
        rest = Box(start, anchor.y0, start + 1, anchor.y1)
        self._take(
            Hit((rest,), size, finding.type, finding.key, finding.type in classes.NUMBERS, labelled=True)
        )

    def boxes(self) -> Iterator[tuple[Box, MarkMode, tuple[str, ...]]]:
        """Every box of the page, settled and merged."""
        for upright, marks in self._settled().items():
            for one in marks:
                box = flip(one.box) if upright else one.box
                cut = geometry.check_boxes(box, self.page.regions)
                self._whole += [(region.box, key) for region in cut for key in one.keys]
                yield box, one.mode, one.keys
        keys: dict[Box, list[str]] = {}
        for box, key in self._whole:
            keys.setdefault(geometry.grow(box, self.shelf), []).append(key)
        for box, found in keys.items():
            yield box, MarkMode.FIELD, tuple(dict.fromkeys(found))

    def _settled(self) -> dict[bool, list[Mark]]:
        """The marks on lines of both directions, merged. A word that runs across the line of a mark (the
        label of an axis) is not cut: a mark of its own direction takes it whole, and what that cuts."""
        marks = {
            upright: geometry.merge(
                [geometry.mark(layout, hit, cell) for hit, cell in dict.fromkeys(self._hits[upright])], layout
            )
            for upright, layout in self._layouts.items()
        }
        taken: set[int] = set()  # words by identity, each once: so this ends
        while True:
            cut = {upright: list(self._cut(marks, taken, across=upright)) for upright in marks}
            if not any(cut.values()):
                return marks
            # A short word that runs across has a box no higher than wide: it stands on the line like others.
            lying = [one for one in cut[True] if one.box.width <= one.box.height]
            cut[True] = [one for one in cut[True] if one not in lying]
            cut[False] += [geometry.around(flip(one.box), one.keys, self._layouts[False]) for one in lying]
            for upright, more in cut.items():
                if more:
                    marks[upright] = geometry.merge([*marks[upright], *more], self._layouts[upright])

    def _cut(self, marks: dict[bool, list[Mark]], taken: set[int], *, across: bool) -> Iterator[Mark]:
        """Marks for the words of one direction of which marks of the other one would leave a part."""
        shelf = self._layouts[across].shelf
        for one in marks[not across]:
            over = flip(one.box)
            for word in shelf.touched(over):
                around = (over, *(mark.box for mark in marks[across]))
                if id(word) not in taken and not any(_holds(box, word) for box in around):
                    taken.add(id(word))
                    yield geometry.around(word.box, one.keys, self._layouts[across])

    def with_neighbours(self, box: Box) -> Box:
        """The box and the next word on each side, on every line it covers; words stay whole."""
        for turn, layout in self._layouts.items():
            turned = flip(box) if turn else box
            wider = turned
            for line in layout.lines:
                words = [word for segment in line for word in segment.words]
                band = bounds(core(word.box) for word in words)
                if band.y0 >= turned.y1 or turned.y0 >= band.y1:
                    continue
                before = [word.box for word in words if word.box.x1 <= turned.x0 + 1]
                after = [word.box for word in words if word.box.x0 >= turned.x1 - 1]
                if before:
                    wider = wider._replace(x0=min(wider.x0, max(before, key=lambda one: one.x1).x0))
                if after:
                    wider = wider._replace(x1=max(wider.x1, min(after, key=lambda one: one.x0).x1))
            box = flip(wider) if turn else wider
        return geometry.grow(box, self.shelf)


def _main_reading(readings: Sequence[list[Word]]) -> tuple[list[Word], list[Word]]:
    """The first reading with words, completed by words of later ones where it has none; the rest."""
    main: list[Word] = []
    others: list[Word] = []
    for reading in readings:
        known = Shelf(main)
        for word in reading:
            middle = core(word.box)
            free = not any(one.box.meets(middle) for one in known.between(middle.y0, middle.y1))
            (main if free else others).append(word)
    return main, others


def _in_any(box: Box, fields: Sequence[Box]) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return any(field.x0 <= x <= field.x1 and field.y0 <= y <= field.y1 for field in fields)


def _pieces(spot: Spot, text: PageText) -> Iterator[tuple[list[Box], bool]]:
    """The spot word by word, joined again where words stand on one line."""
    words: list[list[Box]] = [[]]
    for at in range(spot.start, spot.end):
        cell = text.cells[at] if at < len(text.cells) else None
        if cell is None or text.text[at].isspace():
            words.append([])
        else:
            words[-1].append(cell)
    pieces: list[tuple[list[Box], bool]] = []
    for cells in filter(None, words):
        for run in _unbroken(cells):
            upright = stands(run)
            if pieces and _continues(pieces[-1][0], run, upright, pieces[-1][1]):
                pieces[-1] = (pieces[-1][0] + run, pieces[-1][1])
            else:
                pieces.append((run, upright))
    yield from pieces


def _unbroken(cells: list[Box]) -> Iterator[list[Box]]:
    """A hyphenated word without its line end in the text still stands on two lines."""
    run = [cells[0]]
    for before, after in pairwise(cells):
        far = max(before.height, before.width) * 1.5
        jumped = after.x0 < before.x0 - far and abs(after.y0 - before.y0) > 0.5 * before.height
        if jumped:
            yield run
            run = []
        run.append(after)
    yield run


def _continues(known: list[Box], run: list[Box], upright: bool, known_upright: bool) -> bool:
    if len(run) > 1 and upright != known_upright and len(known) > 1:
        return False
    last, first = (flip(known[-1]), flip(run[0])) if known_upright else (known[-1], run[0])
    shared = min(last.y1, first.y1) - max(last.y0, first.y0)
    return shared > 0.3 * min(last.height, first.height)


def _holds(box: Box, word: Word) -> bool:
    """True when nothing of a word is left beside a box."""
    inner = bounds(word.cores)
    return box.x0 <= inner.x0 and inner.x1 <= box.x1 and box.y0 <= inner.y0 and inner.y1 <= box.y1


def _contains(box: Box, hit: Box) -> bool:
    inner = core(hit)
    return box.x0 <= inner.x0 and inner.x1 <= box.x1 and box.y0 <= inner.y0 and inner.y1 <= box.y1
