"""The report of one run as JSON: what was read, found, hidden, checked. Internal, never released.

It holds no clear value. What was removed appears as HMAC-SHA256 of its normalised letters and
their number, so that stand-alone `verify` can look for it and nobody can read it.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import importlib.metadata
import json
import os
import secrets
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from redaction.errors import Withheld
from redaction.types import Action, Assertion, Document, Finding, PageFacts, Plan

VERSION = 1
STATUS = {0: "verified", 1: "failed", 3: "quarantined", 4: "rejected"}
TOOLS = ("google-re2", "numpy", "pdfminer.six", "pdfplumber", "pikepdf", "Pillow", "pypdfium2", "rapidocr")


def blank() -> dict[str, Any]:
    """A report that claims nothing: the state before anything was done."""
    return {
        "version": VERSION,
        "status": "failed",
        "exit": 1,
        "reasons": [],
        "source": None,
        "output": None,
        "pages_by_parser": {},
        "pages": [],
        "findings": [],
        "keeps": [],
        "removed": [],
        "sources": {},
        "dropped": {},
        "attachments": [],
        "children": [],
        "plan_sha256": None,
        "ruleset": None,
        "tools": dict(tools()),
        "sandbox": {"level": None},
        "assertions": [],
    }


@functools.lru_cache(maxsize=1)
def tools() -> Mapping[str, str]:
    """Versions of the libraries a result depends on."""
    found = {}
    for name in TOOLS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def normalised(value: str) -> str:
    """Letters and digits after NFKC and case folding: what is hashed and searched for."""
    return "".join(c for c in unicodedata.normalize("NFKC", value).casefold() if c.isalnum())


def keyed(value: str, key: bytes) -> dict[str, Any]:
    """{"hmac", "length"} of a value; an empty one has length 0."""
    letters = normalised(value)
    digest = hmac.new(key, letters.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return {"hmac": digest.hexdigest(), "length": len(letters)}


def add_source(report: dict[str, Any], source: Any, converted: bytes | None = None) -> None:
    """The report names the file as received and, where it was none, the PDF it became."""
    report["source"] = {"sha256": source.sha256, "bytes": source.size, "media_type": source.media_type}
    if converted is not None:
        report["source"]["converted_sha256"] = hashlib.sha256(converted).hexdigest()


def add_document(report: dict[str, Any], document: Document) -> None:
    """The report says what was read."""
    report["pages_by_parser"] = dict(document.pages_by_parser)
    report["dropped"] = dict(document.dropped)
    report["attachments"] = list(document.attachments)
    characters: Counter[str] = Counter()
    for text in document.texts:
        characters[text.source.value] += len(text.text)
    report["sources"] = dict(characters)
    report["pages"] = [_page(page) for page in document.pages]


def _page(page: PageFacts) -> dict[str, Any]:
    return {
        "n": page.n,
        "width_pt": page.width_pt,
        "height_pt": page.height_pt,
        "rotation": page.rotation,
        "dpi": None,
        "codec": None,
        "raster_sha256": None,
        "text_sha256": None,
        "words": None,
        "ocr": {"used": page.ocr_used, "why": page.ocr_why},
        "scanned": page.scanned,
        "trusted_text": page.trusted_text,
        "signals": list(page.signals),
        "regions": dict(Counter(region.kind for region in page.regions)),
        "boxes": [],
    }


def add_findings(
    report: dict[str, Any],
    document: Document,
    findings: Iterable[Finding],
    kept: Collection[str],
    key: bytes,
) -> None:
    """The report lists every finding and what became of it."""
    rows = []
    for finding in findings:
        text = document.texts[finding.text_index].text[finding.start : finding.end]
        final = Action.KEEP if finding.key in kept else finding.action
        rows.append(
            {
                "key": finding.key,
                "page": finding.page,
                "source": finding.source.value,
                "type": finding.type,
                "tier": finding.tier,
                "score": finding.score,
                "layer": finding.layer,
                "rule": finding.rule,
                "action": finding.action.value,
                "final": final.value,
                **keyed(text, key),
            }
        )
    report["findings"] = rows


def add_plan(
    report: dict[str, Any], plan: Plan, key: bytes, other_words: Mapping[str, int] | None = None
) -> None:
    """The report shows every box and every kept span of the plan as burned, and how many words that
    belong to no finding each box hides."""
    report["plan_sha256"] = plan.sha256
    report["ruleset"] = plan.ruleset
    for page in report["pages"]:
        page["boxes"] = [
            {
                "id": box.id,
                **{side: round(float(getattr(box.box, side)), 3) for side in ("x0", "y0", "x1", "y1")},
                "mode": box.mode.value,
                "findings": list(box.findings),
                "label": box.label,
                "other_words": (other_words or {}).get(box.id),
            }
            for box in plan.boxes
            if box.page == page["n"]
        ]
    report["keeps"] = [
        {
            "page": keep.page,
            "box": None if keep.box is None else [round(float(side), 3) for side in keep.box],
            "finding": keep.finding,
            **keyed(keep.text, key),
        }
        for keep in plan.keeps
    ]


def add_burned(report: dict[str, Any], pages: Sequence[Mapping[str, Any]]) -> None:
    """The report describes the output page by page, sizes included."""
    for page, burned in zip(report["pages"], pages, strict=True):
        page.update({name: value for name, value in burned.items() if name != "n"})


def add_assertions(report: dict[str, Any], assertions: Iterable[Assertion]) -> None:
    """The report lists every verifier assertion."""
    report["assertions"] = [{"id": a.id, "result": a.result, "detail": a.detail} for a in assertions]


def conclude(report: dict[str, Any], withheld: Withheld | None, more: Iterable[Withheld] = ()) -> None:
    """The report names the outcome. `more` are further reasons, after the decisive one."""
    report["exit"] = 0 if withheld is None else withheld.exit_code
    report["status"] = STATUS[report["exit"]]
    reasons = [] if withheld is None else [withheld, *more]
    report["reasons"] = list(dict.fromkeys(reason.code for reason in reasons))
    report["reason_pages"] = sorted({reason.page for reason in reasons if reason.page is not None})
    if withheld is not None:
        report["output"] = None


def write(path: Path, report: Mapping[str, Any]) -> None:
    """The report stands at `path`, readable by its owner only, whole or not at all. Raises OSError."""
    text = json.dumps(report, ensure_ascii=True, indent=1, sort_keys=False).encode()
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
