"""What the report claims about an output, as frozen values.

The report is input like any other: a missing or misshapen field raises `BadReport`, and
then every assertion that needed it fails.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redaction.detect.policy import MODEL_LAYER
from redaction.types import Box

DIGEST = re.compile(r"[0-9a-f]{64}")
LABEL = re.compile(r"[A-Z0-9-]{1,8}")
STAMP = re.compile(r"[A-Z0-9-]{0,24}")
BURNED = frozenset({"redact", "review"})


class BadReport(Exception):
    """The report lacks or misstates a field; the message names the field only."""


@dataclass(frozen=True, slots=True)
class ClaimedBox:
    """One opaque box of the plan, in points from the top left."""

    id: str
    page: int
    box: Box
    mode: str
    label: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimedFinding:
    """One finding: what it is called in boxes, its type, where and by whom it was read, what became of it."""

    key: str
    type: str
    page: int | None
    source: str
    burned: bool
    length: int


@dataclass(frozen=True, slots=True)
class ClaimedPage:
    """One page of the output as the report describes it."""

    n: int
    width_pt: float
    height_pt: float
    dpi: int
    codec: str
    raster_sha256: str
    text_sha256: str
    words: int
    ocr_used: bool
    boxes: tuple[ClaimedBox, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A value by keyed hash and normalised length; `page` None means anywhere in the file."""

    hmac: str
    length: int
    page: int | None = None
    box: Box | None = None
    finding: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedExtras:
    """What the output is said to carry besides the plain profile (section 9 of it)."""

    footer: str | None = None
    archival: bool = False
    tagged: bool = False


@dataclass(frozen=True, slots=True)
class Claims:
    """The part of the report that the verifier holds the output against. `recorded` is what each
    assertion gave when the output was made and the source at hand."""

    source_sha256: str
    converted_sha256: str | None
    output_sha256: str
    output_bytes: int
    plan_sha256: str
    ruleset: str
    pages: tuple[ClaimedPage, ...]
    findings: tuple[ClaimedFinding, ...]
    removed: tuple[Value, ...]
    keeps: tuple[Value, ...]
    recorded: Mapping[str, str]
    extras: ClaimedExtras


def read(report: Mapping[str, Any]) -> Claims:
    """The claims of one report of version 1. Raises BadReport."""
    try:
        if report["version"] != 1:
            raise BadReport("version")
        return Claims(
            source_sha256=digest(report["source"]["sha256"], "source.sha256"),
            converted_sha256=converted(report["source"].get("converted_sha256")),
            output_sha256=digest(report["output"]["sha256"], "output.sha256"),
            output_bytes=whole(report["output"]["bytes"], "output.bytes"),
            plan_sha256=digest(report["plan_sha256"], "plan_sha256"),
            ruleset=text(report["ruleset"], "ruleset"),
            pages=tuple(page(entry, place) for place, entry in enumerate(report["pages"], 1)),
            findings=tuple(finding(entry) for entry in report["findings"]),
            removed=removed(report),
            keeps=tuple(value(entry, "keeps", entry["finding"]) for entry in report["keeps"]),
            recorded={row["id"]: row["result"] for row in report.get("assertions", ())},
            extras=extras(report.get("extras")),
        )
    except KeyError as absent:
        raise BadReport(f"field {absent.args[0]} is missing") from None
    except (TypeError, AttributeError):
        raise BadReport("a field has the wrong shape") from None


def extras(entry: Mapping[str, Any] | None) -> ClaimedExtras:
    """What is said to be there besides; a report without the field claims the plain profile."""
    if entry is None:
        return ClaimedExtras()
    if set(entry) != {"footer", "archival", "tagged"}:
        raise BadReport("extras")
    if not isinstance(entry["archival"], bool) or not isinstance(entry["tagged"], bool):
        raise BadReport("extras")
    footer = entry["footer"]
    if footer is not None and STAMP.fullmatch(text(footer, "extras.footer")) is None:
        raise BadReport("extras.footer")
    return ClaimedExtras(footer, entry["archival"], entry["tagged"])


def page(entry: Mapping[str, Any], place: int) -> ClaimedPage:
    """One page; pages are listed in order, from 1 without gaps."""
    if entry["n"] != place:
        raise BadReport("pages are not numbered 1, 2, 3")
    return ClaimedPage(
        n=place,
        width_pt=length_pt(entry["width_pt"]),
        height_pt=length_pt(entry["height_pt"]),
        dpi=whole(entry["dpi"], "dpi"),
        codec=text(entry["codec"], "codec"),
        raster_sha256=digest(entry["raster_sha256"], "raster_sha256"),
        text_sha256=digest(entry["text_sha256"], "text_sha256"),
        words=whole(entry["words"], "words"),
        ocr_used=bool(entry["ocr"]["used"]),
        boxes=tuple(claimed_box(box, place) for box in entry["boxes"]),
    )


def claimed_box(entry: Mapping[str, Any], place: int) -> ClaimedBox:
    """One box; a label that the profile cannot draw is refused."""
    if LABEL.fullmatch(entry["label"]) is None:
        raise BadReport("label")
    return ClaimedBox(
        text(entry["id"], "box id"), place, rectangle([entry[side] for side in ("x0", "y0", "x1", "y1")]),
        text(entry["mode"], "mode"), entry["label"],
        tuple(text(key, "box finding") for key in entry["findings"]),
    )  # fmt: skip


def converted(given: Any) -> str | None:
    """Digest of the PDF that a source of another kind was made into; None for a PDF."""
    return None if given is None else digest(given, "source.converted_sha256")


def finding(entry: Mapping[str, Any]) -> ClaimedFinding:
    """One finding."""
    return ClaimedFinding(
        text(entry["key"], "key"), text(entry["type"], "type"), page_number(entry["page"], "findings"),
        text(entry["source"], "source of a finding"), is_burned(entry), whole(entry["length"], "length"),
    )  # fmt: skip


def removed(report: Mapping[str, Any]) -> tuple[Value, ...]:
    """Every value that was burned: findings that were not kept, and what `removed` adds.

    Not the words of a sentence that the model alone doubted: they hold no value that must be nowhere
    else ("at the clerk's office"). That they are gone from their place is checked there (V8, V9).
    """
    found = [
        value(entry, "findings")
        for entry in report["findings"]
        if is_burned(entry) and entry.get("layer") != MODEL_LAYER
    ]
    more = [value(entry, "removed") for entry in report.get("removed", ())]
    return tuple(one for one in (*found, *more) if one.length > 0)


def is_burned(entry: Mapping[str, Any]) -> bool:
    """True unless the report says outright that the finding was kept."""
    if entry["final"] not in BURNED | {"keep"}:
        raise BadReport("final")
    return entry["final"] in BURNED


def value(entry: Mapping[str, Any], where: str, finding: str = "") -> Value:
    """One hashed value. An empty one (a blank cell) has length 0."""
    box = entry.get("box")
    place = page_number(entry["page"], where)
    return Value(
        digest(entry["hmac"], f"hmac in {where}"), whole(entry["length"], f"length in {where}"), place,
        None if box is None else rectangle(box), text(finding, "finding"),
    )  # fmt: skip


def page_number(given: Any, where: str) -> int | None:
    """A page from 1; None for what stands on no page."""
    if given is not None and (not isinstance(given, int) or isinstance(given, bool) or given < 1):
        raise BadReport(f"page in {where}")
    return given


def rectangle(sides: Any) -> Box:
    """A box of four finite numbers in order."""
    if len(sides) != 4 or not all(isinstance(side, int | float) and abs(side) < 1e6 for side in sides):
        raise BadReport("box")
    box = Box(*map(float, sides))
    if box.x0 > box.x1 or box.y0 > box.y1:
        raise BadReport("box")
    return box


def digest(given: Any, where: str) -> str:
    """A lower-case SHA-256 in hex."""
    if not isinstance(given, str) or DIGEST.fullmatch(given) is None:
        raise BadReport(where)
    return given


def whole(given: Any, where: str) -> int:
    """A whole number from 0."""
    if isinstance(given, bool) or not isinstance(given, int) or given < 0:
        raise BadReport(where)
    return given


def text(given: Any, where: str) -> str:
    """A string."""
    if not isinstance(given, str):
        raise BadReport(where)
    return given


def length_pt(given: Any) -> float:
    """A side of a page in points, above 0 and at most 14,400."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= 14_400:
        raise BadReport("page size")
    return float(given)


def plan_sha256(claims: Claims) -> str:
    """The plan's digest, computed again from the report (docs/output-profile.md, section 5)."""
    boxes = [
        [box.page, box.id, *(round(side, 2) for side in box.box), box.mode, box.label]
        for page in claims.pages
        for box in page.boxes
    ]
    keeps = [
        [keep.page, None if keep.box is None else [round(side, 2) for side in keep.box], keep.finding]
        for keep in claims.keeps
    ]
    plan = {"source_sha256": claims.source_sha256, "ruleset": claims.ruleset, "boxes": boxes, "keeps": keeps}
    canonical = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
