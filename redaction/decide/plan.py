"""The plan: every box and every kept span of one file.

The presumption is to hide. What cannot be placed hides more, never less: a finding without a
place is looked for on every page, a page nobody may trust is hidden whole.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from redaction.decide import geometry, places
from redaction.decide.lines import core
from redaction.decide.policy import HARD_NEGATIVE_LAYERS, PAGE_LAYERS
from redaction.decide.sheet import Sheet
from redaction.types import (
    Action,
    Box,
    Decisions,
    Document,
    DrawnBox,
    Finding,
    KeptSpan,
    MarkMode,
    PageFacts,
    PageText,
    Plan,
    PlannedBox,
    TextSource,
)

SMALL_REGION = 0.01  # of the page: an image up to this size without writing may stay
SCAN_SHARE = 0.5  # of the page: on a scanned page the scan itself is what the person looked at
BURNED = (Action.REDACT, Action.REVIEW)
NEAR_HEIGHTS = 5.0  # of a hard negative: so far off a box may change what it is judged by

Span = tuple[int, int, int]  # of a spot
Waiting = dict[int, list[tuple[Span | None, Finding]]]  # by page; None for a blank value


def plan(document: Document, findings: Iterable[Finding], decisions: Decisions, ruleset: str = "") -> Plan:
    """Every finding to redact or review that nobody kept is hidden, with every rule of geometry met.

    Also hidden: what people drew, whole pages they named, images and untexted ink that nobody
    uncovered, scanned and untrusted pages that nobody looked at. `ruleset` names the rules that
    looked, for a file in which they found nothing. Raises ValueError when a
    decision names a page or region that does not exist, or a finding came from other texts.
    """
    findings = list(findings)
    _check(document, findings, decisions)
    burned = [one for one in findings if one.action in BURNED and one.key not in decisions.keep]
    kept = [one for one in findings if one.action not in BURNED or one.key in decisions.keep]
    waiting: Waiting = defaultdict(list)
    excused = _mark_findings(document, burned, kept, waiting)
    if not set(waiting) <= {page.n for page in document.pages}:
        raise ValueError("a finding stands on a page that does not exist")
    on_page: dict[int | None, list[Finding]] = defaultdict(list)
    for one in burned:
        on_page[one.page].append(one)
    texts: dict[int | None, list[PageText]] = defaultdict(list)
    for text in document.texts:
        texts[text.page].append(text)
    boxes: list[PlannedBox] = []
    for page in document.pages:
        # One sheet at a time, and none for a page with nothing to hide: a long file's would fill memory.
        sheet = functools.cache(functools.partial(_sheet, page, texts[page.n], waiting[page.n], document))
        boxes += _page_boxes(page, sheet, bool(waiting[page.n]), document, on_page[page.n], decisions)
    boxes = _numbered(boxes)
    keeps = _keeps(document, kept, excused, boxes)
    rulesets = {one.ruleset for one in findings} | ({ruleset} if ruleset else set())
    if len(rulesets) > 1:
        raise ValueError("findings of different rulesets")
    return _sealed(Plan(document.source_sha256, "".join(rulesets), tuple(boxes), keeps, ""))


def _check(document: Document, findings: Sequence[Finding], decisions: Decisions) -> None:
    pages = {page.n: page for page in document.pages}
    named = {drawn.page for drawn in decisions.drawn} | {n for n, _ in decisions.uncover}
    named |= decisions.whole_pages
    if not named <= set(pages):
        raise ValueError("a decision names a page that does not exist")
    if any(not 0 <= at < len(pages[n].regions) for n, at in decisions.uncover):
        raise ValueError("a decision uncovers a region that does not exist")
    for one in findings:
        if not 0 <= one.text_index < len(document.texts) or document.texts[one.text_index].page != one.page:
            raise ValueError("a finding does not belong to this document")


def _mark_findings(
    document: Document, burned: Sequence[Finding], kept: Sequence[Finding], waiting: Waiting
) -> list[KeptSpan]:
    """Every finding and every other place of its value wait for the sheet of their page; returns the
    places where a value may stand, because it is common or a hard negative spares it there."""
    occurrences = places.Occurrences(document)
    excused: list[KeptSpan] = []
    by_text: dict[int, list[Finding]] = defaultdict(list)
    for one in kept:
        by_text[one.text_index].append(one)
    seen: set[tuple[str, str]] = set()
    for finding in burned:
        if finding.layer in PAGE_LAYERS:
            continue
        own = places.spot(document, finding.text_index, finding.start, finding.end)
        if own is not None:
            waiting[own.page].append((own.span, finding))
        elif finding.page is not None and finding.start == finding.end:
            waiting[finding.page].append((None, finding))
        value = places.value_of(document, finding)
        if (value, finding.type) in seen:
            continue
        seen.add((value, finding.type))
        for other in occurrences.find(value):
            near = by_text[other.text_index]
            holding = [one for one in near if places.inside(other, one) and _excuses(one, finding)]
            if other == own or any(one.layer not in HARD_NEGATIVE_LAYERS for one in holding):
                continue
            if holding:
                _add_once(excused, _kept_spot(document, other, holding[0].key))
            elif places.spreads(value):
                waiting[other.page].append((other.span, finding))
            else:
                excused.append(_kept_spot(document, other, finding.key))
    return excused


def _sheet(
    page: PageFacts,
    texts: Sequence[PageText],
    waiting: Sequence[tuple[Span | None, Finding]],
    document: Document,
) -> Sheet:
    """The sheet of a page with everything that waited for it, in order."""
    sheet = Sheet(page, texts)
    for span, finding in waiting:
        spot = None if span is None else places.spot(document, *span)
        if spot is None:
            sheet.mark_blank(document.texts[finding.text_index], finding)
        else:
            sheet.mark(spot, finding, document.texts[spot.text_index])
    return sheet


def _kept_spot(document: Document, spot: places.Spot, key: str) -> KeptSpan:
    text = document.texts[spot.text_index].text[spot.start : spot.end]
    return KeptSpan(spot.page, places.word_box(document, spot.text_index, spot.start, spot.end), key, text)


def _add_once(excused: list[KeptSpan], span: KeptSpan) -> None:
    """A place that two readers saw is one place: V6 counts how often a value may stand on a page."""
    for known in excused:
        same = known.page == span.page and known.text.casefold() == span.text.casefold()
        if same and known.box and span.box and known.box.meets(span.box):
            return
    excused.append(span)


def _excuses(kept: Finding, burned: Finding) -> bool:
    """True when a value of `burned` may stand inside `kept`: a hard negative spares its own types,
    what a person keeps spares all."""
    if kept.layer not in HARD_NEGATIVE_LAYERS:
        return True
    return burned.type == kept.type or burned.type in kept.excuses


def _page_boxes(
    page: PageFacts,
    sheet: Callable[[], Sheet],
    marked: bool,
    document: Document,
    burned: Sequence[Finding],
    decisions: Decisions,
) -> Iterator[PlannedBox]:
    """The boxes of one page, whose own findings are `burned`; `sheet` is made when it is needed."""
    unseen = page.n not in decisions.pages_seen
    signalled = any(one.layer in PAGE_LAYERS for one in burned)
    if page.n in decisions.whole_pages or signalled or (unseen and (page.scanned or not page.trusted_text)):
        keys = tuple(dict.fromkeys(one.key for one in burned))
        code = _whole_page_code(page, decisions)
        mode = MarkMode.PAGE if code is None else MarkMode.DRAWN
        yield _box(page, Box(0, 0, page.width_pt, page.height_pt), mode, keys, code or "W-1")
        return
    for box, mode, keys in sheet().boxes() if marked else ():
        yield _box(page, box, mode, keys)
    for at, region in enumerate(page.regions):
        if (page.n, at) not in decisions.uncover and _painted_over(page, at, document):
            yield _box(page, geometry.grow(region.box, sheet().shelf), MarkMode.REGION, ())
    for drawn in decisions.drawn:
        if drawn.page == page.n:
            yield _box(page, _drawn(drawn, sheet()), MarkMode.DRAWN, (), drawn.code)


def _whole_page_code(page: PageFacts, decisions: Decisions) -> str | None:
    """The ground on which people hid the whole page, where it is another than the neutral one and they
    agree on it: a page that the paper does not cover says so, as a box on part of it would."""
    if page.n not in decisions.whole_pages:
        return None
    edge = Box(0.5, 0.5, page.width_pt - 0.5, page.height_pt - 0.5)
    over = [one for one in decisions.drawn if one.page == page.n and _inside(edge, one.box)]
    codes = {one.code for one in over}
    return codes.pop() if len(codes) == 1 and "W-1" not in codes else None


def _painted_over(page: PageFacts, at: int, document: Document) -> bool:
    """redaction.md 2: an image or block that could hold writing is painted over whole."""
    region = page.regions[at]
    if region.kind not in ("image", "ink"):
        return False
    sheet = page.width_pt * page.height_pt
    share = region.box.width * region.box.height / sheet if sheet > 0 else 1.0
    if page.scanned and region.kind == "image" and share > SCAN_SHARE:
        return False  # a person has looked at this page: it is hidden whole otherwise
    return share > SMALL_REGION or not region.readable or _has_writing(region.box, page.n, document)


def _has_writing(box: Box, n: int, document: Document) -> bool:
    return any(
        cell is not None and cell.meets(box)
        for text in document.texts
        if text.source is TextSource.OCR and text.page == n
        for cell in text.cells
    )


def _drawn(drawn: DrawnBox, sheet: Sheet) -> Box:
    """What a person drew with the words whole, and at least class width where it hides words: only
    counsel may go below it (G11)."""
    x0, y0, x1, y1 = drawn.box
    box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    touched = sheet.shelf.touched(box)
    if touched and not drawn.narrow:
        least = geometry.least_width(max(word.size for word in touched))
        box = box._replace(x1=max(box.x1, min(box.x0 + least, sheet.page.width_pt)))
        box = box._replace(x0=min(box.x0, max(0.0, box.x1 - least)))
    return geometry.grow(box, sheet.shelf)


def _box(page: PageFacts, box: Box, mode: MarkMode, keys: tuple[str, ...], label: str = "W-1") -> PlannedBox:
    return PlannedBox("", page.n, _clipped(box, page), mode, keys, label)


def _clipped(box: Box, page: PageFacts) -> Box:
    """On the page, rounded to hundredths of a point."""
    x0, x1 = (round(min(max(x, 0.0), page.width_pt), 2) for x in (box.x0, box.x1))
    y0, y1 = (round(min(max(y, 0.0), page.height_pt), 2) for y in (box.y0, box.y1))
    return Box(float(x0), float(y0), float(x1), float(y1))


def _numbered(boxes: Iterable[PlannedBox]) -> list[PlannedBox]:
    """In order of page and place, without empty or doubled boxes, each with its id."""
    order = sorted(boxes, key=_place)
    merged: dict[tuple[int, Box, str, str], PlannedBox] = {}
    for one in order:
        if one.box.width <= 0 or one.box.height <= 0:
            continue  # outside the page: nothing of it is drawn
        key = (one.page, one.box, one.mode.value, one.label)
        known = merged.get(key)
        keys = (known.findings if known else ()) + one.findings
        merged[key] = replace(one, findings=tuple(dict.fromkeys(keys)))
    counts: dict[int, int] = defaultdict(int)
    result = []
    for one in _outermost(list(merged.values())):
        counts[one.page] += 1
        result.append(replace(one, id=f"{one.page}.{counts[one.page]}"))
    return result


def _outermost(boxes: Sequence[PlannedBox]) -> list[PlannedBox]:
    """Without boxes that lie in another one: their frames would show through. What a person drew stays."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(boxes):
        by_page[one.page].append(at)
    kept = dict(enumerate(boxes))
    for at, one in enumerate(boxes):
        if one.mode is MarkMode.DRAWN:
            continue
        around = next(
            (
                other
                for other in by_page[one.page]
                if other != at
                and other in kept
                and one.label == boxes[other].label
                and _inside(one.box, boxes[other].box)
            ),
            None,
        )
        if around is not None:
            del kept[at]
            keys = dict.fromkeys(kept[around].findings + one.findings)
            kept[around] = replace(kept[around], findings=tuple(keys))
    return list(kept.values())


def _inside(inner: Box, outer: Box) -> bool:
    return outer.x0 <= inner.x0 and inner.x1 <= outer.x1 and outer.y0 <= inner.y0 and inner.y1 <= outer.y1


def _place(one: PlannedBox) -> tuple[object, ...]:
    return one.page, one.box.y0, one.box.x0, one.box.x1, one.box.y1, one.mode.value, one.label


def _keeps(
    document: Document,
    kept: Sequence[Finding],
    excused: Sequence[KeptSpan],
    boxes: Sequence[PlannedBox],
) -> tuple[KeptSpan, ...]:
    """Kept spans that are still visible, in order; what a box hides needs no excuse. The whole of a
    hard negative needs one only near a box: on its line or below it that may hide what made it
    harmless, and two lines off it still shortens lines by whose length wrapped prose is told."""
    by_page: dict[int, list[Box]] = defaultdict(list)
    for planned in boxes:
        by_page[planned.page].append(planned.box)
    spans = list(excused)
    for one in kept:
        if one.page is None:
            continue  # not on a page: the output does not have it
        box = places.word_box(document, one.text_index, one.start, one.end)
        if one.layer in HARD_NEGATIVE_LAYERS and not _near(box, by_page[one.page]):
            continue
        spans.append(KeptSpan(one.page, box, one.key, places.value_of(document, one)))
    visible = {
        replace(one, box=None if one.box is None else Box(*(round(float(side), 2) for side in one.box)))
        for one in spans
        if one.box is None or not any(_covers(box, one.box) for box in by_page[one.page])
    }
    return tuple(sorted(visible, key=lambda one: (one.page, one.box or (), one.finding, one.text)))


def _near(span: Box | None, boxes: Sequence[Box]) -> bool:
    if span is None:
        return False
    reach = NEAR_HEIGHTS * span.height
    return any(box.y0 < span.y1 + reach and span.y0 - reach < box.y1 for box in boxes)


def _covers(box: Box, span: Box) -> bool:
    inner = core(span)
    return box.x0 <= inner.x0 and inner.x1 <= box.x1 and box.y0 <= inner.y0 and inner.y1 <= box.y1


def replan(given: Plan, boxes: Iterable[PlannedBox]) -> Plan:
    """The same plan with other boxes and its new digest. Ids are kept; boxes are rounded."""
    rounded = tuple(replace(one, box=Box(*(round(float(side), 2) for side in one.box))) for one in boxes)
    return _sealed(replace(given, boxes=rounded))


def widen_by_words(given: Plan, document: Document, pages: Iterable[int]) -> Plan:
    """On these pages one kept word on each side of every box goes too.

    For pages the glyph dropper refused: there a kept word beside a box could have moved with
    the hidden one (redaction.md, section 2).
    """
    named = set(pages)
    sheets = {page.n: Sheet(page, document.texts) for page in document.pages if page.n in named}
    boxes = [
        replace(one, box=_clipped(sheets[one.page].with_neighbours(one.box), sheets[one.page].page))
        if one.page in sheets and one.mode is not MarkMode.PAGE
        else one
        for one in given.boxes
    ]
    return replan(given, boxes)


def plan_digest(given: Plan) -> str:
    """SHA-256 over the plan as docs/output-profile.md, section 5, writes it."""
    content: dict[str, Any] = {
        "source_sha256": given.source_sha256,
        "ruleset": given.ruleset,
        "boxes": [
            [one.page, one.id, *(round(float(side), 2) for side in one.box), one.mode.value, one.label]
            for one in given.boxes
        ],
        "keeps": [
            [one.page, None if one.box is None else [round(float(side), 2) for side in one.box], one.finding]
            for one in given.keeps
        ],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _sealed(given: Plan) -> Plan:
    return replace(given, sha256=plan_digest(given))
