"""What a box costs besides the findings in it (G11): a person who may widen or question it sees that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from redaction.decide import places
from redaction.decide.lines import Shelf, core, words_of
from redaction.types import Box, Document, Finding, PageText, Plan, PlannedBox


def other_words(plan: Plan, document: Document, findings: Iterable[Finding]) -> dict[str, int]:
    """For each box of the plan by its id, how many words it hides that belong to no finding it hides.

    Words are those of the first reading of each page. Counts only: no text leaves with them.
    """
    cells: dict[str, tuple[Box, ...]] = {}
    named = {key for box in plan.boxes for key in box.findings}
    for one in findings:
        place = places.spot(document, one.text_index, one.start, one.end) if one.key in named else None
        if place is not None:
            cells[one.key] = tuple(map(core, place.cells))
    costs = {box.id: 0 for box in plan.boxes}
    for boxes, text in _with_readings(plan, document):  # page by page: a page's words are 150 KB
        shelf = Shelf(words_of(text))
        for planned in boxes:
            own = [cell for key in planned.findings for cell in cells.get(key, ())]
            hidden = shelf.touched(planned.box)
            costs[planned.id] = sum(not any(word.box.meets(cell) for cell in own) for word in hidden)
    return costs


def _with_readings(plan: Plan, document: Document) -> Iterator[tuple[list[PlannedBox], PageText]]:
    """The boxes of each page, with the first reading of it; pages without one are left out."""
    boxes: dict[int | None, list[PlannedBox]] = defaultdict(list)
    for box in plan.boxes:
        boxes[box.page].append(box)
    readings: dict[int | None, list[PageText]] = defaultdict(list)
    for text in document.texts:
        if text.page in boxes and text.source in places.PAGE_SOURCES:
            readings[text.page].append(text)
    for n, texts in readings.items():
        yield boxes[n], min(texts, key=lambda text: places.PAGE_SOURCES.index(text.source))
