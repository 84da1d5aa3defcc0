"""Findings and plans as JSON, for the children that detect and burn."""

from __future__ import annotations

import dataclasses
from typing import Any

from redaction.errors import Quarantined
from redaction.types import (
    Action,
    Box,
    Decisions,
    DrawnBox,
    Finding,
    KeptSpan,
    MarkMode,
    Plan,
    PlannedBox,
    TextSource,
)

_FINDING_FIELDS = tuple(field.name for field in dataclasses.fields(Finding))


def pack_finding(finding: Finding) -> list[Any]:
    """The fields in order."""
    return [getattr(finding, name) for name in _FINDING_FIELDS]


def unpack_finding(row: list[Any]) -> Finding:
    """Raises Quarantined("child_failed") for a row that is no finding."""
    try:
        body = dict(zip(_FINDING_FIELDS, row, strict=True))
        body["source"], body["action"] = TextSource(body["source"]), Action(body["action"])
        body["evidence"] = tuple((int(a), int(b)) for a, b in body["evidence"])
        body["excuses"] = tuple(str(kind) for kind in body["excuses"])
        if not 0 <= int(body["start"]) <= int(body["end"]):
            raise Quarantined("child_failed")
        return Finding(**body)
    except (TypeError, ValueError):
        raise Quarantined("child_failed") from None


def pack_decisions(decisions: Decisions) -> dict[str, Any]:
    """What people decided."""
    return {
        "keep": sorted(decisions.keep),
        "drawn": [[d.page, *d.box, d.code, d.author, d.narrow] for d in decisions.drawn],
        "whole_pages": sorted(decisions.whole_pages),
        "pages_seen": sorted(decisions.pages_seen),
        "uncover": sorted(decisions.uncover),
    }


def unpack_decisions(body: dict[str, Any]) -> Decisions:
    """The decisions `pack_decisions` was given."""
    drawn = (
        DrawnBox(page, Box(*map(float, sides)), code, author, narrow is True)
        for page, *sides, code, author, narrow in body["drawn"]
    )
    return Decisions(
        keep=frozenset(body["keep"]),
        drawn=tuple(drawn),
        whole_pages=frozenset(body["whole_pages"]),
        pages_seen=frozenset(body["pages_seen"]),
        uncover=frozenset((page, at) for page, at in body["uncover"]),
    )


def pack_plan(plan: Plan) -> dict[str, Any]:
    """The plan with the texts of kept spans: it goes to the burning child and never to a file."""
    return {
        "source_sha256": plan.source_sha256,
        "ruleset": plan.ruleset,
        "sha256": plan.sha256,
        "boxes": [[b.id, b.page, *b.box, b.mode.value, list(b.findings), b.label] for b in plan.boxes],
        "keeps": [[k.page, None if k.box is None else list(k.box), k.finding, k.text] for k in plan.keeps],
    }


def unpack_plan(body: dict[str, Any]) -> Plan:
    """Raises Quarantined("child_failed") for what is no plan."""
    try:
        boxes = tuple(
            PlannedBox(str(key), int(page), Box(*map(float, sides)), MarkMode(mode), tuple(keys), str(label))
            for key, page, *sides, mode, keys, label in body["boxes"]
        )
        keeps = tuple(
            KeptSpan(int(page), None if box is None else Box(*map(float, box)), str(finding), str(text))
            for page, box, finding, text in body["keeps"]
        )
        return Plan(body["source_sha256"], body["ruleset"], boxes, keeps, body["sha256"])
    except (KeyError, TypeError, ValueError):
        raise Quarantined("child_failed") from None
