"""Slow work on records: reading a file that was taken in, finding what is in it, keeping its words."""

from __future__ import annotations

import hashlib
import hmac
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils import timezone

from workflows import jobs, vault
from workflows.audit import log
from workflows.lawbook import in_force
from workflows.matters.access import visible_matters
from workflows.matters.models import Matter
from workflows.policy.document import Policy
from workflows.records import actions, compliance, page_words
from workflows.records.burning import index_key, limits
from workflows.records.models import Finding, Page, Record


@dataclass(frozen=True, slots=True)
class Scanned:
    """What reading a record gave, or `reasons` (codes of `redaction.errors`) why it is unreadable.

    `found` are the files inside it, stored and ready to be records.
    """

    readable: bool
    reasons: list[str]
    media_type: str = ""
    ruleset: str = ""
    dropped: dict[str, int] = field(default_factory=dict)
    pages: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    converted: Any = None
    words: Any = None
    text_hmac: str = ""
    found: list[actions.Found] = field(default_factory=list)


@jobs.handler("record.scan", queue="read")
class ScanRecord:
    """Read a record in the cage; keep pages, findings, words and page images."""

    def may(self, subject: str, actor: Any) -> bool:
        """The person still sees the matter."""
        matter_id = Record.objects.values_list("matter_id", flat=True).get(pk=subject)
        return actor is None or visible_matters(actor).filter(pk=matter_id).exists()

    def work(self, subject: str, ctx: Any) -> Scanned:
        """Outside any transaction. A file that cannot be read comes back with its reasons."""
        from redaction import pipeline
        from redaction.errors import Failed

        record = Record.objects.select_related("matter", "blob").get(pk=subject)
        with tempfile.TemporaryDirectory(prefix="scan-") as folder:
            path = Path(folder) / "record"
            vault.open_to(record.blob, path)
            try:
                return _with_files(_read(pipeline, path, record, ctx), pipeline, path, record)
            except Failed as failed:
                raise jobs.Retry("bug") from failed

    def save(self, subject: str, outcome: Scanned, ctx: Any) -> None:
        """Pages and findings replace those of an earlier reading; an unreadable record is withheld.

        Decisions on claims with the same key (same place, source and type) and pages seen are kept.
        """
        matter_id = Record.objects.values_list("matter_id", flat=True).get(pk=subject)
        matter = Matter.objects.select_for_update().get(pk=matter_id)
        record = Record.objects.get(pk=subject)  # under the lock: it may have been described meanwhile
        if record.state != "received":
            return
        decided = {row["key"]: row for row in record.findings.exclude(decided_by=None).values(*_DECIDED)}
        seen = {
            row["n"]: row for row in record.pages.exclude(seen_at=None).values("n", "seen_by_id", "seen_at")
        }
        now = timezone.now()
        policy = in_force(now)
        if not actions.take_in_enclosed(record, outcome.found):
            outcome = Scanned(False, ["over_limits"], outcome.media_type, dropped=outcome.dropped)
        record.acts.all().delete()
        record.findings.all().delete()
        record.pages.all().delete()
        for page in outcome.pages:
            Page.objects.create(record=record, **{**page, **seen.get(page["n"], {})})
        Finding.objects.bulk_create(
            Finding(
                record=record,
                **{**_by_policy(finding, policy, matter.requester_class), **_earlier(decided, finding)},
            )
            for finding in outcome.findings
        )
        compliance.note(record, now)
        record.state = "readable" if outcome.readable else "unreadable"
        record.reasons, record.media_type = outcome.reasons, outcome.media_type
        record.ruleset, record.dropped, record.page_count = (
            outcome.ruleset,
            outcome.dropped,
            len(outcome.pages),
        )
        record.converted, record.text_hmac = outcome.converted, outcome.text_hmac
        record.words = outcome.words
        record.version += 1
        record.save()
        log.record(
            "record.scanned" if outcome.readable else "record.unreadable",
            actor=None,
            matter=matter,
            obj=("record", record.sha256),
            outcome="ok" if outcome.readable else "failed",
            reason=None if outcome.readable else outcome.reasons[0].lower(),
            facts={
                "refs": {"record": record.pk},
                "counts": {"pages": len(outcome.pages)},
                "detector": outcome.ruleset[:16] or None,
                "policy": policy.label,
            },
        )


_DECIDED = (
    "key", "type", "tier", "decision", "reason", "decided_by_id", "decided_at", "confirmed_by_id",
    "keep_ground", "authorisation_id",
)  # fmt: skip


# What these layers claim is always a person's to weigh, whatever a policy says.
_ONLY_REVIEWED = frozenset({"model", "sentence_model", "signal", "hard_negative"})


def _by_policy(finding: dict[str, Any], policy: Policy, requester: str) -> dict[str, Any]:
    """The finding with what the policy proposes for it, where that is stricter than the detector."""
    if finding["action"] != "review" or finding["layer"] in _ONLY_REVIEWED:
        return finding
    stricter = policy.is_stricter_on(finding["tier"], finding["score"], requester)
    return {**finding, "action": "redact"} if stricter else finding


def _earlier(decided: dict[str, dict[str, Any]], finding: dict[str, Any]) -> dict[str, Any]:
    """The decision on the same claim of an earlier reading, if type and tier are the same too."""
    found = decided.get(finding["key"])
    if found is None or (found["type"], found["tier"]) != (finding["type"], finding["tier"]):
        return {}
    return found


def _read(pipeline: Any, path: Path, record: Record, ctx: Any) -> Scanned:
    """The record alone, without the files in it. Raises redaction.errors.Failed."""
    from redaction.errors import Failed, Withheld

    try:
        scan = pipeline.scan(path, requester=record.matter.requester_class, limits=limits(), apart=True)
        images = _page_images(pipeline, path, record, scan, ctx)
    except Failed:
        raise
    except Withheld as withheld:
        return _unreadable(withheld)
    converted = None
    if scan.office_pdf is not None:
        converted = vault.put(scan.office_pdf, kind="application/pdf", record_id=str(record.pk))
    read = _scanned(scan, images, index_key(record.matter_id))
    return replace(read, converted=converted, words=_keep_words(path, record, scan, read.findings))


def _keep_words(path: Path, record: Record, scan: Any, rows: list[dict[str, Any]]) -> Any:
    """The words of the pages with the places of the findings, stored encrypted."""
    with path.with_name("words").open("w+b") as file:
        page_words.write(file, scan.document, rows, scan.findings)
        return vault.put(file, kind=page_words.KIND, record_id=str(record.pk))


def _unreadable(withheld: Any) -> Scanned:
    """The code, and what was learned before: kinds of content that a person should know of."""
    said = withheld.report or {}
    media_type = (said.get("source") or {}).get("media_type", "")
    return Scanned(False, [withheld.code], media_type, dropped=dict(said.get("dropped") or {}))


def _with_files(outcome: Scanned, pipeline: Any, path: Path, record: Record) -> Scanned:
    """The outcome with the files inside the record. A record whose files cannot all be had is
    unreadable: nobody may think that this was everything. Raises redaction.errors.Failed."""
    from redaction.errors import Failed, Withheld

    found: list[actions.Found] = []
    known = set(Record.objects.filter(matter=record.matter_id).values_list("sha256", flat=True))
    empty = 0
    try:
        for child in pipeline.children(path, depth=record.depth, limits=limits()):
            if child.data is None:
                return _as_unreadable(outcome, "child_failed")
            if not child.data:
                empty += 1
                continue
            child_id, blob = uuid4(), None
            if child.sha256 not in known:
                blob = vault.put(child.data, kind=actions.AS_RECEIVED, record_id=str(child_id))
            found.append(actions.Found(child.place, child.sha256, child_id, blob))
        if outcome.reasons == ["unsupported_type"] and pipeline.is_folder_only(path, limits=limits()):
            outcome = replace(outcome, reasons=["portfolio"])
    except Failed:
        raise
    except Withheld as withheld:
        return _as_unreadable(outcome, withheld.code)
    dropped = outcome.dropped | ({"empty_files": empty} if empty else {})
    return replace(outcome, found=found, dropped=dropped)


def _as_unreadable(outcome: Scanned, code: str) -> Scanned:
    """A record that was unreadable before keeps its first reason; `unsupported_type` says less than
    what stopped the opening of an archive."""
    if not outcome.readable and outcome.reasons != ["unsupported_type"]:
        return outcome
    return Scanned(False, [code], outcome.media_type, dropped=outcome.dropped)


def _page_images(pipeline: Any, path: Path, record: Record, scan: Any, ctx: Any) -> list[Any]:
    """One image a page, kept as they are drawn. ValueError when there are more or fewer than pages."""
    images = []
    count = len(scan.document.pages)
    ctx.progress(0, count)
    drawn = pipeline.page_images(path, pages=count, limits=limits(), apart=True, office_pdf=scan.office_pdf)
    for n, png in zip(range(1, count + 1), drawn, strict=True):
        images.append(vault.put(png, kind="image/png", record_id=str(record.pk)))
        ctx.progress(n, count)
    return images


def _scanned(scan: Any, images: list[Any], key: bytes) -> Scanned:
    document = scan.document
    reasons = sorted({reason.code for reason in scan.reasons})
    pages = [
        {
            "n": page.n,
            "width_pt": page.width_pt,
            "height_pt": page.height_pt,
            "scanned": page.scanned,
            "trusted_text": page.trusted_text,
            "signals": _signals(page),
            "image": images[page.n - 1],
        }
        for page in document.pages
    ]
    return Scanned(
        True,
        reasons,
        document.media_type,
        scan.ruleset,
        dict(document.dropped),
        pages,
        _findings(scan, key),
        text_hmac=_keyed(scan.text_sha256, key),
    )


def _signals(page: Any) -> list[str | dict[str, Any]]:
    """Codes of the page; for an earlier redaction that failed, one entry with code and box for each
    of its places instead."""
    placed = [region for region in page.regions if region.kind == "earlier"]
    codes = [code for code in page.signals if code not in {region.name for region in placed}]
    return codes + [
        {"code": region.name, "box": [round(side, 2) for side in region.box]} for region in placed
    ]


def _keyed(digest: str, key: bytes) -> str:
    """A digest of words can be confirmed by guessing the words; one under the matter's key cannot."""
    return hmac.new(key, f"words:{digest}".encode(), hashlib.sha256).hexdigest() if digest else ""


def _findings(scan: Any, key: bytes) -> list[dict[str, Any]]:
    from redaction.decide.places import word_box
    from redaction.report import keyed

    proposed: dict[str, list[Any]] = defaultdict(list)
    for box in scan.proposed:
        for finding_key in box.findings:
            proposed[finding_key].append(box.box)
    rows: dict[Any, dict[str, Any]] = {}
    for one in scan.findings:
        if one.action == "keep":
            continue
        value = scan.document.texts[one.text_index].text[one.start : one.end]
        value_hmac = keyed(value, key)["hmac"]
        # Two engines that read the same words make one claim for the person who decides.
        # Other places of the same words are proposed with it, and are claims of their own.
        spot = word_box(scan.document, one.text_index, one.start, one.end)
        own = [box for box in proposed[one.key] if spot is not None and box.meets(spot)]
        boxes = [[round(side, 2) for side in box] for box in own or proposed[one.key]]
        place = tuple(tuple(round(number) for number in box) for box in boxes)
        row = rows.setdefault(
            (one.page, one.type, value_hmac, place or one.key),
            {
                "key": one.key,
                "twins": [],
                "page_n": one.page,
                "boxes": boxes,
                "source": one.source.value,
                "type": one.type,
                "tier": one.tier,
                "score": one.score,
                "layer": one.layer,
                "rule": one.rule[:80],
                "action": one.action.value,
                "explanation": one.explanation[:400],
                "value_hmac": value_hmac,
                # What has no place on a page is never carried over: there is nothing to decide.
                "decision": "redact" if one.page is None else "",
            },
        )
        if row["key"] != one.key:
            row["twins"].append(one.key)
            row["tier"], row["score"] = min(row["tier"], one.tier), max(row["score"], one.score)
    return list(rows.values())
