"""V11: what the boxes may not tell by their shape (docs/output-profile.md, section 8).

From the report alone: modes, labels, distances, and that every finding that was to go is named by
a box on its page. With the source at hand also that no box cuts a word or a character, that every
edge off the 36-pt grid stands where something visible explains it, that a number's box is at least
nine font sizes wide, and that form values go whole with their groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from redaction import detect
from redaction.types import Box
from redaction.verify.claims import ClaimedFinding, ClaimedPage
from redaction.verify.edges import RULE_DPI, Words
from redaction.verify.examined import Examined
from redaction.verify.fields import Widget, widgets
from redaction.verify.survivors import Signs, Source

SLACK_PT = 0.02  # the report rounds box edges
APART_PT = 36.0
LEAST_EMS = 9.0
SIZE_SLACK = 0.97
COVERED = 0.35  # share of a kept character's cell that a box may take: the core of it is free then
LABEL = "W-1"
OF_FINDINGS = frozenset({"class", "line", "field"})
ON_LINES = frozenset({"class", "line"})
MODES = OF_FINDINGS | {"region", "drawn", "page"}
PAGE_READERS = frozenset({"pdfium", "pdfplumber", "ocr"})
# Numbers given to people one by one: only their width may be told by a form, never a word's.
NUMBERS = frozenset(
    {"A_NUMBER", "USCIS_RECEIPT_NUMBER", "I94_NUMBER", "SEVIS_ID", "PASSPORT_NUMBER", "VISA_NUMBER",
     "CONSULAR_ID", "FOREIGN_NATIONAL_ID", "US_ITIN", "DHS_CASE_ID"}
)  # fmt: skip


def faults(examined: Examined) -> list[str]:
    """Boxes that break a rule, page by page. Raises what the readers raise."""
    said = examined.claims
    findings = {one.key: one for one in said.findings}
    kinds = detect.load().kinds
    numbers = {name for name in NUMBERS if name not in kinds or not kinds[name].closed}
    found = unhidden(said.findings, said.pages)
    for page in said.pages:
        found += [f"page {page.n}: {fault}" for fault in shape_faults(page, findings, numbers)]
        if examined.opened_source is not None and page.boxes:
            found += [f"page {page.n}: {fault}" for fault in source_faults(page, examined.opened_source)]
            if any(box.mode == "field" for box in page.boxes):
                fields = widgets(examined.drawable or b"", page.n)
                found += [f"page {page.n}: {fault}" for fault in field_faults(page, fields)]
    return found


def unhidden(findings: Sequence[ClaimedFinding], pages: Sequence[ClaimedPage]) -> list[str]:
    """Findings that were to go and that a page reader saw, but that no box on their page names."""
    named = {(page.n, key) for page in pages for box in page.boxes for key in box.findings}
    lost = [
        one
        for one in findings
        if one.burned and one.page is not None and one.length and one.source in PAGE_READERS
        and (one.page, one.key) not in named
    ]  # fmt: skip
    return [f"{len(lost)} findings are hidden by no box"] if lost else []


def shape_faults(
    page: ClaimedPage, findings: Mapping[str, ClaimedFinding], numbers: set[str]
) -> Iterator[str]:
    """Deviations that the report alone shows."""
    for box in page.boxes:
        if box.mode not in MODES:
            yield f"box {box.id} has an unknown mode"
        if not inside_page(box.box, page):
            yield f"box {box.id} reaches over the page"
        if any(key not in findings or not findings[key].burned for key in box.findings):
            yield f"box {box.id} names findings that were not to go"
        if box.mode in OF_FINDINGS and not box.findings:
            yield f"box {box.id} hides no finding"
        if box.mode != "drawn" and box.label != LABEL:
            yield f"box {box.id} has another label than the neutral one"
        types = {findings[key].type for key in box.findings if key in findings}
        if box.mode == "class" and not types <= numbers:
            yield f"box {box.id} tells the width of what is no number"
    on_lines = [box for box in page.boxes if box.mode in ON_LINES]
    if close := sum(too_close(one.box, other.box) for one, other in combinations(on_lines, 2)):
        yield f"{close} pairs of boxes on one line are less than 36 pt apart"


def inside_page(box: Box, page: ClaimedPage) -> bool:
    """True when a box lies on the page and covers something."""
    return (
        -SLACK_PT <= box.x0 < box.x1 <= page.width_pt + SLACK_PT
        and -SLACK_PT <= box.y0 < box.y1 <= page.height_pt + SLACK_PT
    )


def too_close(one: Box, other: Box) -> bool:
    """G5: two boxes of one line with a gap between them that tells how long a kept word is. Boxes
    higher than wide stand on lines that run up or down the page and are left out."""
    if one.height > one.width or other.height > other.width:
        return False
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    if shared < 0.5 * min(one.height, other.height):
        return False
    return max(one.x0, other.x0) - min(one.x1, other.x1) < APART_PT - SLACK_PT


def source_faults(page: ClaimedPage, source: Source) -> Iterator[str]:
    """Deviations that only the source's characters show. Raises ReaderFailed."""
    signs = source.signs(page.n)
    boxes = [box.box for box in page.boxes]
    hidden = signs.under(boxes)
    placed = signs.solid() & signs.on_page()
    order, first = signs.in_words(placed)
    if not order.size:
        return
    some, all_ = (ufunc.reduceat(hidden[order], first) for ufunc in (np.logical_or, np.logical_and))
    if cut := int((some & ~all_).sum()):
        yield f"{cut} words are cut by a box"
    if halved := int((covered(signs, boxes)[placed & ~hidden] > COVERED).sum()):
        yield f"{halved} kept characters are cut by a box"
    words = Words.of(signs, order, first, hidden, cache(lambda: source.grey(page.n, RULE_DPI)))
    for box in page.boxes:
        under = np.flatnonzero(signs.under([box.box]) & placed)
        if box.mode not in ON_LINES or not under.size:
            continue
        line = words.beside(box.box)
        if page.codec != "jpeg":  # there the edges follow blocks and the words those cut
            for side in ("left", "right"):
                if not line.explains(side):
                    yield f"box {box.id} ends on its {side} where nothing that stays explains it"
        if box.mode != "class" or line.column_ends(line.box.x1):
            continue
        if line.box.width < LEAST_EMS * SIZE_SLACK * source.font_size_pt(page.n, int(under[0])):
            yield f"box {box.id} is narrower than nine font sizes"


def covered(signs: Signs, boxes: Sequence[Box]) -> NDArray[np.float64]:
    """The largest share of each character's cell that one box covers."""
    x0, y0, x1, y1 = signs.places.T
    area = np.maximum((x1 - x0) * (y1 - y0), 1e-6)
    most = np.zeros(len(signs.codes))
    for box in boxes:
        across = np.clip(np.minimum(x1, box.x1) - np.maximum(x0, box.x0), 0, None)
        down = np.clip(np.minimum(y1, box.y1) - np.maximum(y0, box.y0), 0, None)
        most = np.fmax(most, across * down / area)
    return most


def field_faults(page: ClaimedPage, fields: Sequence[Widget]) -> Iterator[str]:
    """G6: a form value that a box was made for goes whole, a check box with its whole group."""
    boxes = [box.box for box in page.boxes]
    made = [box.box for box in page.boxes if box.mode == "field"]
    halved = [
        one for one in fields
        if any(share(one.box, box) > 0.5 for box in made) and not any(holds(box, one.box) for box in boxes)
    ]  # fmt: skip
    if halved:
        yield f"{len(halved)} form values are not covered whole"
    gone = {one.group for one in fields if one.group and one.small and any(holds(b, one.box) for b in made)}
    left = [one for one in fields if one.small and one.group in gone
            and not any(holds(box, one.box) for box in boxes)]  # fmt: skip
    if left:
        yield f"{len(left)} check boxes of a hidden group are shown"


def share(cell: Box, box: Box) -> float:
    """The part of a cell that a box covers."""
    if not cell.meets(box) or cell.width * cell.height <= 0:
        return 0.0
    across = min(cell.x1, box.x1) - max(cell.x0, box.x0)
    return across * (min(cell.y1, box.y1) - max(cell.y0, box.y0)) / (cell.width * cell.height)


def holds(box: Box, cell: Box) -> bool:
    """True when a box covers a cell but for a hair."""
    return share(cell, box) > 0.97
