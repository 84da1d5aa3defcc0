"""The whole way from a received file to a copy that may leave, and the first half of it alone.

Rules
1. The parent parses nothing: intake, extraction, detection, burning and verifying run in caged
   children (redaction.md S1 to S5).
2. Every function raises Withheld and nothing else. Every outcome of `redact` has a report.
3. OUTPUT appears after the last assertion passed, by renaming a synced file; until then, and in
   every other outcome, nothing is there, not even an older file.
4. Nobody decides by leaving something out: a page without trustworthy text leaves only when a
   person has seen it (`Decisions.pages_seen`), unattended never.
"""

from __future__ import annotations

import compileall
import functools
import logging
import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from redaction import decide, extract, intake, report, sandbox
from redaction.cage.budget import Account, account
from redaction.cage.document_frames import pack_document
from redaction.cage.plan_frames import (
    pack_decisions,
    pack_finding,
    pack_plan,
    unpack_finding,
    unpack_plan,
)
from redaction.errors import (
    QUARANTINED_CODES,
    DetectorError,
    Failed,
    Quarantined,
    Withheld,
)
from redaction.intake import Limits, aside
from redaction.intake.sniff import PDF
from redaction.types import PLAIN, Box, Decisions, Document, Extras, Finding, Plan, PlannedBox, TextSource
from redaction.verify import caged as verifier
from redaction.verify.draws import pages_to_burn

log = logging.getLogger(__name__)
T = TypeVar("T")

MIB = 1024 * 1024
FINDINGS_HERE = 300  # up to so many are planned without a child: that takes half a second
BURN_MEMORY = 3072 * MIB
PAGE_SOURCES = frozenset({TextSource.PDFPLUMBER, TextSource.PDFIUM, TextSource.OCR})
TAXONOMY = None  # no requester class: the treatment each type has in the taxonomy


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file, or one of its pages, may not leave unattended."""

    code: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """What a reviewer needs to begin: facts, findings with their proposed boxes, and reasons.

    `document` holds the texts; it stays in memory. `proposed` is the plan if nobody decided
    anything; its boxes name the findings they hide.
    """

    document: Document
    findings: tuple[Finding, ...]
    proposed: tuple[PlannedBox, ...]
    reasons: tuple[Reason, ...]
    ruleset: str
    sandbox_level: str
    text_sha256: str = ""  # equal for files that say the same words in the same order; "" without words
    office_pdf: bytes | None = None  # what LibreOffice made of the file; give it to `redact` again

    @property
    def page_sizes(self) -> tuple[tuple[float, float], ...]:
        """(width, height) of every page in points as seen."""
        return tuple((page.width_pt, page.height_pt) for page in self.document.pages)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file after extraction and detection."""

    prepared: intake.Prepared
    document: Document
    findings: tuple[Finding, ...]
    ruleset: str


def scan(
    path: Path,
    *,
    limits: Limits | None = None,
    requester: str | None = "civil_immigration",
    seeds: Sequence[str] = (),
    apart: bool = False,
) -> Scan:
    """The file has been read and searched; nothing was written.

    `apart` leaves out the files in a message, for a caller who handles each of them by itself.
    Raises Rejected, Quarantined (for what no person can settle page by page), Failed, with what was
    learned as its `.report`.
    """
    said = report.blank()
    with _only_withheld(said), account():
        done = _read(path, limits or Limits(), requester, seeds, said, apart=apart)
        _refuse_withheld(done.prepared)
        proposed = _plan(done, Decisions())
        return Scan(
            document=done.document,
            findings=done.findings,
            proposed=proposed.boxes,
            reasons=tuple(_reasons(done.document, frozenset())),
            ruleset=done.ruleset,
            sandbox_level=sandbox.level(),
            text_sha256=extract.text_digest(done.document),
            office_pdf=done.prepared.office_pdf,
        )


def redact(
    path: Path,
    out: Path,
    *,
    decisions: Decisions,
    attended: bool,
    requester: str | None,
    index_key: bytes,
    expected_ruleset: str | None = None,
    limits: Limits | None = None,
    seeds: Sequence[str] = (),
    apart: bool = False,
    office_pdf: bytes | None = None,
    extras: Extras = PLAIN,
) -> dict[str, Any]:
    """A verified copy stands at `out`; the report about it is returned.

    `requester` is a class of detection.md's policy mapping, or None for the taxonomy's own
    treatment. `index_key` keys the hashes of removed values. `apart` and `office_pdf` are those of
    the `scan` whose findings were decided; `extras` is what the copy carries besides. Raises Withheld
    with the report as its `.report`; then nothing stands at `out`.
    """
    said = report.blank()
    more: list[Withheld] = []
    partial = out.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        with _only_withheld(), account():
            out.unlink(missing_ok=True)
            done = _read(path, limits or Limits(), requester, seeds, said, apart=apart, office_pdf=office_pdf)
            report.add_findings(said, done.document, done.findings, decisions.keep, index_key)
            if expected_ruleset is not None and expected_ruleset != done.ruleset:
                raise Failed("ruleset_mismatch")
            _refuse_withheld(done.prepared, more)
            _refuse_unseen(done.document, decisions.pages_seen if attended else frozenset(), more)
            output, plan = _burn(done, decisions, extras, index_key, said)
            _write(partial, output)
            again = _burn_again(done, plan, extras, said)
            _verify(partial.read_bytes(), done, said, again, index_key, more)
            os.replace(partial, out)
            _sync_folder(out.parent)
    except Withheld as withheld:
        out.unlink(missing_ok=True)
        report.conclude(said, withheld, more)
        withheld.report = said
        raise
    finally:
        partial.unlink(missing_ok=True)
    report.conclude(said, None)
    return said


def page_image(path: Path, page: int, dpi: int = 110) -> bytes:
    """PNG of one page of a received file (counted from 1) as it will be burned. Raises Withheld."""
    with _only_withheld(), account():
        source = intake.admit(path, Limits())
        if source.media_type == PDF:
            return extract.page_png(source.read(), page, dpi, media_type=PDF)
        return extract.page_png(intake.flattened(source, Limits(), 1), page, dpi)


def output_image(path: Path, page: int, dpi: int = 110) -> bytes:
    """PNG of one page of an output file. Raises Withheld."""
    with _only_withheld():
        return extract.page_png(path.read_bytes(), page, dpi)


def page_images(
    path: Path,
    dpi: int = 110,
    *,
    pages: int = 1,
    limits: Limits | None = None,
    apart: bool = False,
    office_pdf: bytes | None = None,
) -> Iterator[bytes]:
    """PNG of every page of a received file in order, as `page_image` gives them one by one.

    The file is converted and flattened once and drawn many pages to a child, so that time grows
    with pages and memory does not. `pages`, how many are expected, sets the time allowed for
    flattening; `apart` and `office_pdf` as for `redact`. Raises Withheld, possibly after some pages.
    """
    with _only_withheld():
        limits = limits or Limits()

        def drawn() -> Iterator[bytes]:
            source = intake.admit(path, limits)
            flat = intake.flattened(source, limits, pages, apart=apart, office_pdf=office_pdf)
            yield from extract.page_pngs(flat, dpi)

        yield from _on_one_account(drawn())


def output_images(path: Path, dpi: int = 110) -> Iterator[bytes]:
    """PNG of every page of an output file in order, as `page_images`. Raises Withheld."""
    with _only_withheld():
        yield from _on_one_account(extract.page_pngs(path.read_bytes(), dpi))


def children(path: Path, *, depth: int = 0, limits: Limits | None = None) -> Iterator[intake.Child]:
    """Every file directly inside the one at `path` (`intake.children`). Raises Withheld."""
    with _only_withheld():
        yield from _on_one_account(intake.children(path, limits or Limits(), depth=depth))


def is_folder_only(path: Path, *, limits: Limits | None = None) -> bool:
    """True for an archive, which has no pages of its own. Raises Withheld."""
    with _only_withheld():
        return intake.is_folder_only(path, limits or Limits())


@contextmanager
def _only_withheld(said: dict[str, Any] | None = None) -> Iterator[None]:
    """Whatever goes wrong inside leaves as Withheld, with the report where there is one."""
    try:
        _compile_once()
        yield
    except Withheld as withheld:
        withheld.report = withheld.report or said
        raise
    except sandbox.ChildDied as died:
        log.warning("child died: %s %s %s", died.step, died.cause, died.detail)
        raise Quarantined("child_failed") from None
    except DetectorError as error:
        log.error("detector failed: %s", error.code)
        raise Failed("detector_failed") from None
    except Exception as error:  # noqa: BLE001 - means withheld; the message could quote the document
        log.error("redaction failed: %s", type(error).__name__)
        raise Failed("internal") from None


def _on_one_account(several: Iterator[T]) -> Iterator[T]:
    """The same, made at the expense of one account, which is never open while nobody asks."""
    own = Account()
    while True:
        with account(own):
            one = next(several, None)
        if one is None:
            return
        yield one


@functools.lru_cache(maxsize=1)
def _compile_once() -> None:
    """Our bytecode is there, where it may be written: children read it and never write it, so that
    without it each of them would compile every module it needs."""
    if not sys.dont_write_bytecode:
        compileall.compile_dir(str(Path(__file__).parent), quiet=2)


def _read(
    path: Path,
    limits: Limits,
    requester: str | None,
    seeds: Sequence[str],
    said: dict[str, Any],
    *,
    apart: bool = False,
    office_pdf: bytes | None = None,
) -> _Read:
    """Intake, extraction, detection; the report learns each as it is done."""
    said["sandbox"] = {"level": sandbox.level()}
    source = intake.admit(path, limits)
    report.add_source(said, source)
    prepared = intake.prepare(source, limits, apart=apart, office_pdf=office_pdf)
    source = prepared.source
    report.add_source(said, source, prepared.pdf if source.media_type != PDF else None)
    said["children"] = [asdict(child) for child in prepared.children]
    said["pages_by_parser"] = dict(prepared.pages_by_parser)
    document = extract.read(
        prepared.pdf,
        prepared.normalised,
        source_sha256=source.sha256,
        media_type=source.media_type,
        pages_by_parser=prepared.pages_by_parser,
        dropped=prepared.dropped,
        attachments=prepared.attachments,
        plain=prepared.plain,
        parts=[(part.pdf, part.normalised, part.received) for part in prepared.parts],
        ocr_page_s=limits.ocr_page_s,
    )
    document = _with_asides(document, prepared)
    report.add_document(said, document)
    findings, ruleset = _detect(document, requester, seeds)
    said["ruleset"] = ruleset
    return _Read(prepared, document, findings, ruleset)


def _with_asides(document: Document, prepared: intake.Prepared) -> Document:
    """The document with what its file says beside the pages; what the pages say is not said twice."""
    if not prepared.asides:
        return document
    shown = [t.text for t in document.texts if t.page is not None and t.source in PAGE_SOURCES]
    asides, more = aside.unseen(prepared.asides, shown)
    dropped = {kind: document.dropped.get(kind, 0) + more.get(kind, 0) for kind in {*document.dropped, *more}}
    return replace(
        document, texts=(*document.texts, *aside.as_texts(asides)), dropped=dict(sorted(dropped.items()))
    )


def _refuse_withheld(prepared: intake.Prepared, more: list[Withheld] | None = None) -> None:
    """Raises Quarantined for what a person must settle with the file's maker, not page by page."""
    reasons = [Quarantined(code) for code in prepared.withheld]
    if reasons:
        if more is not None:
            more.extend(reasons[1:])
        raise reasons[0]


def _detect(
    document: Document, requester: str | None, seeds: Sequence[str]
) -> tuple[tuple[Finding, ...], str]:
    """Findings with their actions, and the digest of the rules that made them."""
    body, blobs = pack_document(document)
    arguments = {"document": body, "seeds": list(seeds), "requester": requester}
    limits = sandbox.StepLimits.for_pages(len(document.pages))
    try:
        reply = sandbox.run("detect", arguments, blobs, limits)
    except sandbox.ChildDied as died:
        log.error("detector died: %s %s", died.cause, died.detail)
        raise Failed("detector_failed") from None
    findings = tuple(unpack_finding(row) for row in reply.value["findings"])
    if any(f.text_index >= len(document.texts) for f in findings):
        raise Failed("detector_failed")
    if requester is not None:
        findings = tuple(decide.settle(findings, requester))
    return findings, str(reply.value["ruleset"])


def _reasons(document: Document, seen: frozenset[int]) -> Iterator[Reason]:
    """Why pages may not leave before a person has looked at them."""
    for page in document.pages:
        if page.n in seen or (page.trusted_text and not page.scanned):
            continue
        codes = [code for code in page.signals if code in QUARANTINED_CODES]
        for code in codes or ["scanned_page" if page.scanned else "parsers_disagree"]:
            yield Reason(code, page.n)


def _refuse_unseen(document: Document, seen: frozenset[int], more: list[Withheld]) -> None:
    reasons = [Quarantined(reason.code, reason.page) for reason in _reasons(document, seen)]
    if reasons:
        more.extend(reasons[1:])
        raise reasons[0]


def _plan(done: _Read, decisions: Decisions) -> Plan:
    """The plan, bound to the rules that searched the file even where they found nothing.

    It parses nothing; but its time grows faster than the findings, and only a child's time ends.
    """
    if len(done.findings) <= FINDINGS_HERE:
        return decide.plan(done.document, done.findings, decisions, done.ruleset)
    body, blobs = pack_document(done.document)
    arguments = {
        "document": body,
        "findings": [pack_finding(finding) for finding in done.findings],
        "decisions": pack_decisions(decisions),
    }
    limits = sandbox.StepLimits.for_pages(len(done.document.pages))
    plan = unpack_plan(sandbox.run("plan", arguments, blobs, limits).value)
    plan = replace(plan, source_sha256=done.document.source_sha256, ruleset=done.ruleset)
    return replace(plan, sha256=decide.plan_digest(plan))


def _burn(
    done: _Read, decisions: Decisions, extras: Extras, key: bytes, said: dict[str, Any]
) -> tuple[bytes, Plan]:
    """The output's bytes and the plan they were burned from; the report holds boxes and digests."""
    plan = _plan(done, decisions)
    body, blobs = pack_document(done.document)
    said["extras"] = asdict(extras)
    arguments = {"document": body, "plan": pack_plan(plan), "extras": said["extras"]}
    limits = sandbox.StepLimits.for_pages(len(done.document.pages), address_space=BURN_MEMORY)
    reply = sandbox.run("burn", arguments, [done.prepared.normalised, *blobs], limits)
    burned: Plan = unpack_plan(reply.value["plan"])
    _same_or_wider(plan, burned)
    costs = decide.other_words(burned, done.document, done.findings)
    report.add_plan(said, burned, key, costs)
    report.add_burned(said, reply.value["pages"])
    output = reply.blobs[0]
    said["output"] = {"sha256": reply.value["sha256"], "bytes": len(output)}
    return output, plan


def _burn_again(done: _Read, plan: Plan, extras: Extras, said: dict[str, Any]) -> list[dict[str, Any]]:
    """Some pages burned a second time in a fresh child, for the verifier to compare (V13)."""
    pages = pages_to_burn(said["output"]["sha256"], len(done.document.pages))
    document = replace(
        done.document,
        pages=tuple(page for page in done.document.pages if page.n in pages),
        texts=tuple(text for text in done.document.texts if text.page in pages),
    )
    body, blobs = pack_document(document)
    arguments = {
        "document": body,
        "plan": pack_plan(plan),
        "pages": pages,
        "extras": asdict(extras),
        "of": len(done.document.pages),
    }
    limits = sandbox.StepLimits.for_pages(len(done.document.pages), address_space=BURN_MEMORY)
    reply = sandbox.run("burn_again", arguments, [done.prepared.normalised, *blobs], limits)
    return list(reply.value)


def _same_or_wider(plan: Plan, burned: Plan) -> None:
    """The burning child may widen boxes, never lose or shrink one. Raises Failed("internal")."""
    same = {(b.page, b.box) for b in burned.boxes}
    for planned in plan.boxes:
        if (planned.page, planned.box) not in same and not any(
            b.page == planned.page and _inside(planned.box, b.box) for b in burned.boxes
        ):
            raise Failed("internal")
    if burned.sha256 != decide.plan_digest(burned) or burned.keeps != plan.keeps:
        raise Failed("internal")


def _inside(inner: Box, outer: Box) -> bool:
    slack = 0.01
    return (
        outer.x0 <= inner.x0 + slack
        and outer.y0 <= inner.y0 + slack
        and outer.x1 >= inner.x1 - slack
        and outer.y1 >= inner.y1 - slack
    )


def _verify(
    output: bytes,
    done: _Read,
    said: dict[str, Any],
    again: Sequence[Mapping[str, Any]],
    key: bytes,
    more: list[Withheld],
) -> None:
    """Every assertion is in the report, and every one passed. Raises Quarantined("verifier_Vn").

    `output` is what was read back from the disk, so that no byte leaves that was not examined.
    """
    source = done.prepared.source
    converted = None if source.media_type == PDF else done.prepared.pdf
    texts = done.document.texts
    clear = {texts[found.text_index].text[found.start : found.end] for found in done.findings}
    assertions = verifier.check(
        output, said, key=key, source=source.read(), converted=converted, again=again, clear=clear
    )
    report.add_assertions(said, assertions)
    failed = [Quarantined(f"verifier_{a.id}") for a in assertions if not a.passed]
    if failed or not assertions:
        more.extend(failed[1:])
        raise failed[0] if failed else Failed("internal")


def _write(partial: Path, output: bytes) -> None:
    """The bytes are on the disk under a temporary name. Raises OSError."""
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(output)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
