"""One page while its marks are collected: its lines in both directions, its fields, its marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from redaction.decide import classes, geometry
from redaction.decide.geometry import Hit, Mark
from redaction.decide.lines import Shelf, Word, bounds, core, flip, lay_out, stands, words_of
from redaction.decide.places import PAGE_SOURCES, Spot
from redaction.decide.policy import LABELLED_LAYERS
from redaction.types import Box, Finding, MarkMode, PageFacts, PageText

BELOW_PT = 40.0  # how far under its label a blank value may stand
NEAR_BOX_PT = 36.0  # a finding this near to a check box speaks of the check box
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
        self.words: list[Word] = main + others
        self.shelf = Shelf(self.words)
        self._across = lay_out(
            page.width_pt,
            page.height_pt,
            [word for word in main if not word.upright],
            [word for word in others if not word.upright],
        )
        self._down = lay_out(
            page.height_pt,
            page.width_pt,
            [word.flipped() for word in main if word.upright],
            [word.flipped() for word in others if word.upright],
        )
        self._marks: dict[bool, list[Mark]] = {False: [], True: []}
        self._whole: list[tuple[Box, str]] = []

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
        near = Box(around.x0 - NEAR_BOX_PT, around.y0, around.x1 + NEAR_BOX_PT, around.y1)
        small = [
            region
            for region in self.page.regions
            if region.kind == "field"
            and region.box.meets(near)
            and max(region.box.width, region.box.height) <= geometry.CHECK_BOX_PT
        ]
        for region in small:
            self._mark_field(region.box, hit.size, finding)
        whole, bounding = geometry.value_cells(
            bounds(map(core, hit.cells)), self.page.regions, 1.2 * hit.size
        )
        self._whole += [(one, finding.key) for one in whole]
        if any(_contains(one, around) for one in whole):
            return
        layout = self._down if upright else self._across
        if upright:
            hit = replace(hit, cells=tuple(map(flip, hit.cells)))
            bounding = flip(bounding) if bounding is not None else None
        self._marks[upright].append(geometry.mark(layout, hit, bounding))

    def mark_blank(self, text: PageText, finding: Finding) -> None:
        """A blank value has no text: the field or cell beside or under its label goes, or the line's rest."""
        anchor = next(
            (
                text.cells[at]
                for at in range(min(finding.start, len(text.cells)) - 1, -1, -1)
                if text.cells[at]
            ),
            None,
        )
        if anchor is None:
            return
        size = anchor.height / 1.15
        target = self._beside(anchor)
        if target is not None:
            self._mark_field(target, size, finding)
            return
        start = anchor.x1 + SPACE_EMS * size
        rest = Box(start, anchor.y0, start + 1, anchor.y1)
        hit = Hit((rest,), size, finding.type, finding.key, finding.type in classes.NUMBERS, labelled=True)
        self._marks[False].append(geometry.mark(self._across, hit))

    def _beside(self, anchor: Box) -> Box | None:
        middle = (anchor.y0 + anchor.y1) / 2
        values = [region.box for region in self.page.regions if region.kind in ("field", "cell")]
        right = [box for box in values if box.x0 >= anchor.x1 - 2 and box.y0 <= middle <= box.y1]
        under = [
            box
            for box in values
            if anchor.y1 - 2 <= box.y0 <= anchor.y1 + BELOW_PT and box.x0 < anchor.x1 and anchor.x0 < box.x1
        ]
        if right:
            return min(right, key=lambda box: box.x0)
        return min(under, key=lambda box: box.y0) if under else None

    def boxes(self) -> Iterator[tuple[Box, MarkMode, tuple[str, ...]]]:
        """Every box of the page, settled and merged."""
        for upright, layout in ((False, self._across), (True, self._down)):
            for one in geometry.merge(self._marks[upright], layout):
                box = flip(one.box) if upright else one.box
                yield box, one.mode, one.keys
        keys: dict[Box, list[str]] = {}
        for box, key in self._whole:
            keys.setdefault(geometry.grow(box, self.shelf), []).append(key)
        for box, found in keys.items():
            yield box, MarkMode.FIELD, tuple(dict.fromkeys(found))

    def with_neighbours(self, box: Box) -> Box:
        """The box and the next word on each side, on every line it covers; words stay whole."""
        for layout, turn in ((self._across, False), (self._down, True)):
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


def _contains(box: Box, hit: Box) -> bool:
    inner = core(hit)
    return box.x0 <= inner.x0 and inner.x1 <= box.x1 and box.y0 <= inner.y0 and inner.y1 <= box.y1
