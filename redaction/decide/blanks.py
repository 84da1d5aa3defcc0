"""Blank values (G6): what is empty behind a label is hidden like a value, for every person.

Else the box itself would tell who has an answer there. The detector reads text and cannot see
that nothing stands somewhere; so each label with nothing behind it is read again with a made-up value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from redaction.decide import ticks
from redaction.decide.geometry import value_place
from redaction.decide.lines import Segment, bounds, lay_out, words_of
from redaction.decide.places import PAGE_SOURCES, spot, value_of
from redaction.decide.policy import LABELLED_LAYERS
from redaction.detect import Ruleset, detect_text
from redaction.types import Box, Document, Finding, PageFacts, PageText

MADE_UP = "Qualbert Zorn"  # no name, place or people of any list
EXPLANATION = "Nothing stands behind this label: it is hidden as a value would be"


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    end: int  # offset in the page's text, right behind the label
    box: Box


def with_blanks(
    document: Document, findings: Sequence[Finding], ruleset: Ruleset, requester: str | None = None
) -> list[Finding]:
    """The findings, and one empty finding (start is end) behind every label of a status field that
    has no value. A finding in such a label stays only if it would be made beside a value as well.

    Labels are taken from the first reading of each page. Raises DetectorError.
    """
    found = list(findings)
    for page in document.pages:
        index = _reading(document, page.n)
        if index is None:
            continue
        labels = list(_labels(page, document.texts[index]))
        blank, said = _probe(labels, index, document.texts[index], ruleset, requester)
        empty = [label for label in labels if any(one.start == label.end for one in blank)]
        found = [one for one in found if not _only_blank(document, one, page.n, empty, said)] + blank
    return found


def _only_blank(
    document: Document, finding: Finding, n: int, empty: Sequence[_Label], said: Set[tuple[str, str]]
) -> bool:
    """True for a finding in a label that is made only because nothing stands behind the label."""
    if finding.page != n or finding.layer in LABELLED_LAYERS or finding.start == finding.end:
        return False
    place = spot(document, finding.text_index, finding.start, finding.end)
    value = value_of(document, finding)
    return place is not None and any(
        value in label.text and _holds(label.box, bounds(place.cells)) and (finding.type, value) not in said
        for label in empty
    )


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x0 - 1 <= inner.x0
        and inner.x1 <= outer.x1 + 1
        and outer.y0 <= (inner.y0 + inner.y1) / 2 <= outer.y1
    )


def _reading(document: Document, n: int) -> int | None:
    texts = [
        (PAGE_SOURCES.index(text.source), at)
        for at, text in enumerate(document.texts)
        if text.page == n and text.source in PAGE_SOURCES and any(text.cells)
    ]
    return min(texts)[1] if texts else None


def _labels(page: PageFacts, text: PageText) -> Iterator[_Label]:
    """What may be a label with nothing behind it: beside or over an empty field, or ending in a colon."""
    words = [word for word in words_of(text) if not word.upright]
    ends = {cell: at + 1 for at, cell in enumerate(text.cells) if cell is not None}
    layout = lay_out(page.width_pt, page.height_pt, words, ())
    for line in layout.lines:
        for at, segment in enumerate(line):
            said = " ".join(word.text for word in segment.words)
            behind = line[at + 1].words if at + 1 < len(line) else []
            open_end = said.endswith(":") and (not behind or any(":" in word.text for word in behind))
            if open_end or _over_blank(page, segment):
                yield _Label(said, ends[segment.words[-1].cells[-1]], segment.box)


def _over_blank(page: PageFacts, segment: Segment) -> bool:
    target = value_place(page.regions, segment.words[-1].cells[-1])
    return any(
        region.kind == "field" and region.blank and region.box == target and not ticks.is_small(region)
        for region in page.regions
    )


def _probe(
    labels: list[_Label], index: int, text: PageText, ruleset: Ruleset, requester: str | None
) -> tuple[list[Finding], Set[tuple[str, str]]]:
    """Empty findings for the labels behind which the detector takes the made-up value for one, and
    type and words of all else it finds there."""
    starts: dict[int, _Label] = {}
    written = ""
    for label in labels:
        starts[len(written) + len(label.text) + 1] = label
        written += f"{label.text}\t{MADE_UP}\n\n"
    blank: list[Finding] = []
    said: set[tuple[str, str]] = set()
    for one in detect_text(written, ruleset, requester) if labels else ():
        taken = starts.get(one.start)
        if taken is None or one.layer not in LABELLED_LAYERS:
            said.add((one.type, written[one.start : one.end]))
            continue
        place = f"{text.page}|{text.source}|{index}|{taken.end}|{taken.end}|{one.type}"
        key = hashlib.sha256(f"{one.ruleset}|{place}".encode()).hexdigest()[:24]
        blank.append(
            replace(
                one,
                key=key,
                text_index=index,
                source=text.source,
                page=text.page,
                start=taken.end,
                end=taken.end,
                explanation=EXPLANATION,
                evidence=(),
            )
        )
    return blank, said
