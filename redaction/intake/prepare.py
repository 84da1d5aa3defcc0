"""From received bytes to a PDF that every parser reads alike. Runs in the parent: all parsing
is done by caged steps.

A message and the files in it become one document: its own pages first, then those of each file, in
order (`apart` leaves the files out: the gateway makes records of them). A file in it that cannot be
had whole is not left out in silence: the document is withheld as `child_failed`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from redaction import sandbox
from redaction.cage.budget import account
from redaction.errors import Quarantined, Rejected, Withheld
from redaction.intake import aside, office, sniff
from redaction.intake.admit import Source, admit_bytes
from redaction.intake.aside import Aside
from redaction.intake.limits import Limits

# Properties that LibreOffice gives to every file it writes.
_WRITTEN_HERE = re.compile(
    r"language: en-US|revision: 0|TotalTime: 0|AppVersion: 15\.0000|Application: LibreOffice/.*"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of pages from one file: the file as PDF, and the same flattened. `received` tells a PDF
    as it came from one that was made of something else."""

    pdf: bytes
    normalised: bytes
    pages: int
    received: bool


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """A file in a message: what it is, the pages it became, or the code why it became none."""

    depth: int
    sha256: str
    media_type: str
    pages: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """`pdf` is the source as PDF (the received bytes, or what they were converted to);
    `normalised` is the same flattened. `plain` is the text of a text file, else empty.

    `parts` are the files it consists of, in the order of the pages; `asides` what they say beside
    the pages; `withheld` the codes for which a person must act although everything was read.
    `office_pdf` is what LibreOffice made, which two runs do not make alike: keep it.
    """

    source: Source
    pdf: bytes
    normalised: bytes
    pages: int
    pages_by_parser: Mapping[str, int]
    dropped: Mapping[str, int]
    attachments: tuple[str, ...]
    plain: str = ""
    parts: tuple[Part, ...] = ()
    asides: tuple[Aside, ...] = ()
    children: tuple[ChildFacts, ...] = ()
    withheld: tuple[str, ...] = ()
    office_pdf: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """A file as PDF, before the parsers are asked to agree on it."""

    source: Source
    pdf: bytes
    plain: str = ""
    asides: tuple[Aside, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    files: tuple[bytes | None, ...] = ()
    office_pdf: bytes | None = None


def prepare(
    source: Source, limits: Limits, *, apart: bool = False, office_pdf: bytes | None = None
) -> Prepared:
    """Raises Rejected, Quarantined, sandbox.ChildDied.

    `office_pdf`, of an earlier run on the same file, spares and fixes the conversion.
    """
    made = _made(source, limits, office_pdf)
    own = _normalised(made, limits)
    if apart or not made.files:
        return own
    return _with_family(own, made.files, limits, depth=1)


def flattened(
    source: Source, limits: Limits, pages: int, *, apart: bool = False, office_pdf: bytes | None = None
) -> bytes:
    """The normalised PDF alone, for pictures of a file.

    For a received PDF nothing is compared between parsers; `pages` is how many there are thought
    to be, and the time allowed follows from it. Raises Rejected, Quarantined, sandbox.ChildDied.
    """
    if source.media_type != sniff.PDF:
        return prepare(source, limits, apart=apart, office_pdf=office_pdf).normalised
    flat = _flat(source.read(), limits, min(pages, limits.pages))
    if flat.value["pages"] is None:
        raise Rejected("encrypted" if flat.value["password"] else "malformed")
    return flat.blobs[0]


def _flat(pdf: bytes, limits: Limits, pages: int) -> sandbox.Reply:
    allowed = sandbox.StepLimits.for_pages(pages)
    return sandbox.run("normalise", {"limits": limits.as_json()}, [pdf], allowed)


def _made(source: Source, limits: Limits, office_pdf: bytes | None = None) -> _Made:
    """The source as PDF, with what it says beside it. Raises Rejected, sandbox.ChildDied."""
    received = source.read()
    if source.media_type == sniff.PDF:
        return _Made(source, received)
    reply = _converted(received, source.media_type, limits)
    said: dict[str, Any] = reply.value
    asides, counts = aside.unpack(said)
    source = replace(source, media_type=str(said["media_type"]))
    printed = source.media_type
    if printed in sniff.MODERNISED:  # and its modern form is then read and cleaned as if it had come
        reply = _converted(office.convert(reply.blobs[1], printed, limits), sniff.OFFICE, limits)
        printed = str(reply.value["media_type"])
        more, others = _of_the_file(*aside.unpack(reply.value))
        asides, counts = (*asides, *more), _sum((counts, others))
        if printed != sniff.MODERNISED[source.media_type]:
            raise Quarantined("child_failed")
    pdf, for_office, *files = reply.blobs
    if len(files) != len(said["readable"]):
        raise Quarantined("child_failed")
    if source.media_type in sniff.CONVERTED:
        pdf = office_pdf if office_pdf is not None else office.convert(for_office, printed, limits)
        office_pdf = pdf
    else:
        office_pdf = None
    kept = tuple(data if ok else None for data, ok in zip(files, said["readable"], strict=True))
    return _Made(source, pdf, str(said["plain"]), asides, counts, kept, office_pdf)


def _of_the_file(
    asides: tuple[Aside, ...], counts: dict[str, int]
) -> tuple[tuple[Aside, ...], dict[str, int]]:
    """What a modern form says beside its pages, without what LibreOffice says of itself there."""
    kept = tuple(one for one in asides if one.kind != "metadata" or not _WRITTEN_HERE.fullmatch(one.text))
    left = counts.get("metadata", 0) - (len(asides) - len(kept))
    return kept, {kind: n for kind, n in {**counts, "metadata": left}.items() if n}


def _converted(received: bytes, told: str, limits: Limits) -> sandbox.Reply:
    """What a caged child makes of a file that is no PDF."""
    arguments = {"media_type": told, "limits": limits.as_json()}
    # The decoder of HEIC works in threads, which count as processes, by user over the whole machine.
    threads = office.PROCESSES if told == sniff.HEIC else 0
    allowed = sandbox.StepLimits.for_pages(max(20, len(received) // 1_000_000), processes=threads)
    return sandbox.run("convert", arguments, [received], allowed)


def _normalised(made: _Made, limits: Limits) -> Prepared:
    """One file of its own. Raises Rejected, Quarantined, sandbox.ChildDied."""
    pdf = made.pdf
    roomy = sandbox.StepLimits.for_pages(max(1, len(pdf) // 2_000_000))
    seen = sandbox.run("look", {"as_received": True, "limits": limits.as_json()}, [pdf], roomy).value
    flat = _flat(pdf, limits, int(seen["pikepdf"] or 1))
    counts = {
        "pdfplumber": seen["pdfplumber"],
        "pdfium": flat.value["pages"],
        "pikepdf": seen["pikepdf"],
    }
    password = bool(seen["needs_password"] or flat.value["password"])
    pages = agreed_pages(counts, password)
    if seen["damaged"]:
        sandbox.run("readings", {"pages": pages}, [pdf], sandbox.StepLimits.for_pages(pages))
    _must_read_alike(flat.blobs[0], pages, limits)
    # What our own writer or LibreOffice put into the PDF is not the file's.
    received = made.source.media_type == sniff.PDF
    dropped = seen["dropped"] if received else made.counts
    return Prepared(
        source=made.source,
        pdf=pdf,
        normalised=flat.blobs[0],
        pages=pages,
        pages_by_parser={name: int(n) for name, n in counts.items()},
        dropped={str(kind): int(n) for kind, n in dropped.items()},
        attachments=tuple(map(str, seen["attachments"])),
        plain=made.plain,
        parts=(Part(pdf, flat.blobs[0], pages, received),),
        asides=made.asides,
        withheld=("tracked_changes",) if made.counts.get("tracked_changes") else (),
        office_pdf=made.office_pdf,
    )


def _must_read_alike(normalised: bytes, pages: int, limits: Limits) -> None:
    """What PDFium or our joining wrote must read alike for the others as well: it is all they see
    from now on. Raises Quarantined("page_count_mismatch")."""
    roomy = sandbox.StepLimits.for_pages(max(1, len(normalised) // 2_000_000))
    again = sandbox.run("look", {"as_received": False, "limits": limits.as_json()}, [normalised], roomy).value
    if {again["pdfplumber"], again["pikepdf"]} != {pages}:
        raise Quarantined("page_count_mismatch")


# --- families ---------------------------------------------------------------------------------


def _with_family(own: Prepared, files: Sequence[bytes | None], limits: Limits, *, depth: int) -> Prepared:
    """The message with the files in it as further pages. Raises what joining raises."""
    members: list[Prepared] = [own]
    facts: list[ChildFacts] = list(own.children)
    failed = False
    for data in files:
        child = _child(data, limits, depth)
        if isinstance(child, ChildFacts):
            facts.append(child)
            failed = True
            continue
        members.append(child)
        facts.append(ChildFacts(depth, child.source.sha256, child.source.media_type, child.pages))
        facts.extend(child.children)
    pages = sum(member.pages for member in members)
    if pages > limits.pages:
        raise Rejected("over_limits")
    joined = own.normalised
    if len(members) > 1:
        blobs = [member.normalised for member in members]
        joined = sandbox.run("join", {}, blobs, sandbox.StepLimits.for_pages(pages)).blobs[0]
        _must_read_alike(joined, pages, limits)
    withheld = [code for member in members for code in member.withheld] + ["child_failed"] * failed
    return Prepared(
        source=own.source,
        pdf=joined,
        normalised=joined,
        pages=pages,
        pages_by_parser=_sum(member.pages_by_parser for member in members),
        dropped=_sum(member.dropped for member in members),
        attachments=tuple(digest for member in members for digest in member.attachments),
        plain="\n\n".join(member.plain for member in members if member.plain),
        parts=tuple(part for member in members for part in member.parts),
        asides=tuple(one for member in members for one in member.asides),
        children=tuple(facts),
        withheld=tuple(dict.fromkeys(withheld)),
    )


def _child(data: bytes | None, limits: Limits, depth: int) -> Prepared | ChildFacts:
    """A file in a message, prepared like any other, or why it could not be.

    Every failure of a child is kept as its reason; the family as a whole is then withheld.
    """
    if data is None:
        return ChildFacts(depth, "", "", 0, "malformed")
    digest = hashlib.sha256(data).hexdigest()
    if depth > limits.nesting:
        return ChildFacts(depth, digest, "", 0, "over_limits")
    media_type = ""
    try:
        source = admit_bytes(data, limits)
        media_type = source.media_type
        with account():  # a file of its own
            made = _made(source, limits)
            own = _normalised(made, limits)
        return _with_family(own, made.files, limits, depth=depth + 1) if made.files else own
    except Withheld as withheld:
        return ChildFacts(depth, digest, media_type, 0, withheld.code)
    except sandbox.ChildDied:
        return ChildFacts(depth, digest, media_type, 0, "child_failed")


def _sum(counts: Any) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)


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
