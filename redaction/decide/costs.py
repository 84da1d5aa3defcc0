"""What a box costs besides the findings in it (G11): a person who may widen or question it sees that."""

from __future__ import annotations

from collections.abc import Iterable

from redaction.decide import places
from redaction.decide.lines import Shelf, core, words_of
from redaction.types import Box, Document, Finding, PageText, Plan


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
    shelves = {
        n: Shelf(words_of(text)) for n, text in _first_readings(document, {b.page for b in plan.boxes})
    }
    costs = {}
    for planned in plan.boxes:
        own = [cell for key in planned.findings for cell in cells.get(key, ())]
        hidden = shelves[planned.page].touched(planned.box) if planned.page in shelves else []
        costs[planned.id] = sum(not any(word.box.meets(cell) for cell in own) for word in hidden)
    return costs


def _first_readings(document: Document, pages: set[int]) -> list[tuple[int, PageText]]:
    found = []
    for n in sorted(pages):
        texts = [text for text in document.texts if text.page == n and text.source in places.PAGE_SOURCES]
        if texts:
            found.append((n, min(texts, key=lambda text: places.PAGE_SOURCES.index(text.source))))
    return found
