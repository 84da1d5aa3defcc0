"""Finds spans that state, identify or imply someone's immigration status or origin.

`detect_text` is the light way in (RE2 alone); `detect` runs over every text of a document by way
of presidio-analyzer. Both give the same findings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from redaction.detect.explain import explain
from redaction.detect.layout import with_gaps
from redaction.detect.model.judge import NoModel
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.ruleset import Ruleset, load
from redaction.detect.scan import scan_text
from redaction.detect.seeds import Seed
from redaction.detect.spans import Hit, Settled
from redaction.types import Action, Box, Document, Finding, PageText, TextSource

__all__ = ["Ruleset", "Seed", "detect", "detect_text", "load", "placed", "rules_alone"]

REMEMBERED = 500  # findings of one text


def rules_alone(ruleset: Ruleset) -> Ruleset:
    """The same rules where no sentence model adds, takes away or softens anything."""
    return replace(ruleset, model=NoModel(ruleset.model.reader, ruleset.model.weights))


def detect_text(
    text: str,
    ruleset: Ruleset,
    requester: str | None = None,
    *,
    seeds: Sequence[Seed] = (),
    keeps: bool = False,
    cells: Sequence[Box | None] = (),
) -> list[Finding]:
    """Findings of a text, sorted, without overlaps; with `keeps` also those that stay visible.
    `cells` are the places of its characters on a page, by which tables are read.

    Offsets are code points of `text`. Imports neither presidio nor spaCy. Raises DetectorError,
    and never returns fewer findings instead; ValueError for an unknown requester class.
    """
    settled = scan_text(text, ruleset, requester, seeds, cells)
    return _made.of([s for s in settled if keeps or s.action is not Action.KEEP], ruleset)


class _Made:
    """The findings made last: two parsers read every page, and mostly read the same."""

    def __init__(self) -> None:
        self._kept: tuple[Ruleset | None, list[Settled], list[Finding]] = (None, [], [])

    def of(self, settled: list[Settled], ruleset: Ruleset) -> list[Finding]:
        """The findings of settled hits. Of more than a page has they are not remembered."""
        known_ruleset, known, findings = self._kept
        if known_ruleset is not ruleset or known != settled:
            findings = [to_finding(one, ruleset) for one in settled]
            if len(settled) <= REMEMBERED:
                self._kept = (ruleset, settled, findings)
        return list(findings)


_made = _Made()


def to_finding(settled: Settled, ruleset: Ruleset) -> Finding:
    """The finding for a settled hit of a text that belongs to no page."""
    hit = settled.hit
    return Finding(
        key=_key(ruleset.sha256, None, TextSource.PLAIN, 0, hit),
        text_index=0,
        source=TextSource.PLAIN,
        page=None,
        start=hit.start,
        end=hit.end,
        type=hit.type,
        tier=ruleset.kinds[hit.type].tier,
        score=round(hit.score, 4),
        layer=hit.layer,
        rule=hit.rule,
        rule_version=hit.version,
        ruleset=ruleset.sha256,
        action=settled.action,
        explanation=explain(hit, ruleset.kinds),
        evidence=hit.evidence,
        excuses=hit.cancels if hit.layer == "hard_negative" else (),
    )


def detect(
    document: Document, ruleset: Ruleset, seeds: Sequence[Seed] = (), requester: str | None = None
) -> list[Finding]:
    """Findings of every text of the document, in order of text and place, by way of presidio.

    What lies beside the pages is dropped whole, so the sentence model does not judge it.
    Among them are the named hard negatives (layer `hard_negative`, action keep): "Mexico", found
    once, does not take "New Mexico" (P7).
    `seeds` are typed values confirmed elsewhere in the matter. Raises DetectorError. The first
    call in a process imports presidio (about two seconds).
    """
    from redaction.detect.presidio_bridge import findings_of

    findings = []
    for index, text in enumerate(document.texts):
        places = text.cells if len(text.cells) == len(text.text) and any(text.cells) else ()
        for found in findings_of(
            with_gaps(text), ruleset, requester, tuple(seeds), excuses=True, cells=places
        ):
            if (there := placed(found, index, text)) is not None:
                findings.append(there)
    return findings


def placed(found: Finding, index: int, text: PageText) -> Finding | None:
    """The finding of a text as one of its document, whose text `index` it is. None for a sentence that
    the model doubts beside the pages: what lies there is dropped whole."""
    if found.layer == MODEL_LAYER and text.page is None:
        return None
    key = _key(found.ruleset, text.page, text.source, index, found)
    return replace(found, key=key, text_index=index, source=text.source, page=text.page)


def _key(ruleset: str, page: int | None, source: TextSource, index: int, found: Finding | Hit) -> str:
    """Stable for the same file and ruleset: place, span and type, nothing of the value."""
    place = f"{page}|{source}|{index}|{found.start}|{found.end}|{found.type}"
    return hashlib.sha256(f"{ruleset}|{place}".encode()).hexdigest()[:24]
