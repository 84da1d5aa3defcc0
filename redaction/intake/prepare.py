"""From received bytes to a PDF that every parser reads alike. Runs in the parent: all parsing
is done by caged steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from redaction import sandbox
from redaction.errors import Quarantined, Rejected
from redaction.intake import sniff
from redaction.intake.admit import Source
from redaction.intake.limits import Limits


@dataclass(frozen=True, slots=True)
class Prepared:
    """`pdf` is the source as PDF (the received bytes, or what they were converted to);
    `normalised` is the same flattened. `plain` is the text of a text file, else empty."""

    source: Source
    pdf: bytes
    normalised: bytes
    pages: int
    pages_by_parser: Mapping[str, int]
    dropped: Mapping[str, int]
    attachments: tuple[str, ...]
    plain: str = ""


def prepare(source: Source, limits: Limits) -> Prepared:
    """Raises Rejected, Quarantined, sandbox.ChildDied."""
    pdf, plain = _as_pdf(source, limits)
    roomy = sandbox.StepLimits.for_pages(max(1, len(pdf) // 2_000_000))
    seen = sandbox.run("look", {"as_received": True}, [pdf], roomy).value
    flat = sandbox.run("normalise", {}, [pdf], sandbox.StepLimits.for_pages(int(seen["pikepdf"] or 1)))
    counts = {
        "pdfplumber": seen["pdfplumber"],
        "pdfium": flat.value["pages"],
        "pikepdf": seen["pikepdf"],
    }
    password = bool(seen["needs_password"] or flat.value["password"])
    pages = agreed_pages(counts, password)
    # What PDFium wrote must read alike for the two others as well: it is all they see from now on.
    again = sandbox.run("look", {"as_received": False}, [flat.blobs[0]], roomy).value
    if {again["pdfplumber"], again["pikepdf"]} != {pages}:
        raise Quarantined("page_count_mismatch")
    return Prepared(
        source,
        pdf,
        flat.blobs[0],
        pages,
        {name: int(n) for name, n in counts.items()},
        {str(kind): int(n) for kind, n in seen["dropped"].items()},
        tuple(map(str, seen["attachments"])),
        plain,
    )


def flattened(source: Source, limits: Limits, pages: int) -> bytes:
    """The normalised PDF alone, for pictures of a file: nothing was compared between parsers.

    `pages` is how many there are thought to be; the time allowed follows from it. Raises
    Rejected, Quarantined, sandbox.ChildDied.
    """
    pdf, _ = _as_pdf(source, limits)
    flat = sandbox.run("normalise", {}, [pdf], sandbox.StepLimits.for_pages(min(pages, limits.pages)))
    if flat.value["pages"] is None:
        raise Rejected("encrypted" if flat.value["password"] else "malformed")
    return flat.blobs[0]


def _as_pdf(source: Source, limits: Limits) -> tuple[bytes, str]:
    """The source as PDF, and the text of a text file. Raises Rejected, sandbox.ChildDied."""
    received = source.read()
    if source.media_type == sniff.PDF:
        return received, ""
    arguments = {"media_type": source.media_type, "image_px": limits.image_px, "pages": limits.pages}
    converted = sandbox.run("convert", arguments, [received], sandbox.StepLimits.for_pages(20))
    return converted.blobs[0], str(converted.value.get("plain", ""))


def agreed_pages(counts: Mapping[str, int | None], password: bool) -> int:
    """The one page count of all parsers. None stands for a parser that refused the file.

    Raises Rejected (`encrypted`, `malformed` when all refuse, `no_pages` when none sees one),
    Quarantined("page_count_mismatch") when they disagree.
    """
    seen = set(counts.values())
    if seen == {None}:
        raise Rejected("encrypted" if password else "malformed")
    if seen <= {0, None}:
        raise Rejected("no_pages")
    if len(seen) > 1:
        raise Quarantined("page_count_mismatch")
    return int(seen.pop() or 0)
