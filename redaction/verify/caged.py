"""The verifier in a disposable child: what the pipeline and the command line call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from redaction import sandbox
from redaction.errors import DetectorError, Withheld
from redaction.types import Assertion
from redaction.verify import reading
from redaction.verify.poppler import pdftotext_command

Blobs = tuple[bytes, ...]
NAMES = tuple(f"V{n}" for n in range(1, 17))  # of `assertions.ASSERTIONS`, in order


def check(
    output: bytes,
    report: Mapping[str, Any],
    *,
    key: bytes,
    source: bytes | None = None,
    converted: bytes | None = None,
    again: Sequence[Mapping[str, Any]] | None = None,
    clear: Iterable[str] = (),
) -> list[Assertion]:
    """V1 to V16 in order, evaluated in a fresh caged process; arguments as for `verify.check`.

    pdftotext and OCR run in cages of their own first, since the verifying child may start no
    program. When the verifying child dies, every assertion has failed: nothing was evaluated. When
    pdftotext dies, it counts as having read no page, which V6 does not survive; a page without
    OCR does not survive V7. Raises nothing.
    """
    listed = report.get("pages")
    limits = sandbox.StepLimits.for_pages(len(listed) if isinstance(listed, list) else 1)
    try:
        arguments = {
            "report": dict(report), "poppler": read_by_poppler(output, limits),
            "tables": sorted(reading.read(output, report).items()),
            "again": None if again is None else [dict(row) for row in again],
            "has_source": source is not None, "has_converted": converted is not None,
            "clear": sorted(set(clear)),
        }  # fmt: skip
        reply = sandbox.run("verify", arguments, [output, key, source or b"", converted or b""], limits)
        found = [Assertion(*row) for row in reply.value]
    except sandbox.ChildDied as death:
        return all_failed(f"not evaluated: child, {death.cause}")
    except (Withheld, DetectorError) as error:
        return all_failed(f"not evaluated: {error.code}")
    except TypeError:
        return all_failed("not evaluated: garbled reply")
    if [one.id for one in found] != list(NAMES):
        return all_failed("not evaluated: garbled reply")
    return found


def read_by_poppler(output: bytes, limits: sandbox.StepLimits) -> str | None:
    """What pdftotext reads, None where it is not installed, nothing where it ends badly."""
    command = pdftotext_command()
    if command is None:
        return None
    try:
        return sandbox.run_program(command, output, limits).decode("utf-8", errors="replace")
    except sandbox.ChildDied:
        return ""


def all_failed(detail: str) -> list[Assertion]:
    """Every assertion as failed, for a check that did not take place."""
    return [Assertion(name, "fail", detail) for name in NAMES]


def step(arguments: dict[str, Any], blobs: Blobs) -> tuple[list[list[str]], Blobs]:
    """The child's side: [output, key, source, converted] and the rest in, rows of id, result, detail out."""
    from redaction.verify import check as check_here

    output, key, source, converted = blobs
    found = check_here(
        output,
        arguments["report"],
        key=key,
        source=source if arguments["has_source"] else None,
        converted=converted if arguments["has_converted"] else None,
        poppler=arguments["poppler"],
        tables={int(n): str(table) for n, table in arguments["tables"]},
        again=arguments["again"],
        clear=arguments["clear"],
    )
    return [[one.id, one.result, one.detail] for one in found], ()
