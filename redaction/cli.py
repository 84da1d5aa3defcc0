"""The command line: `python -m redaction detect|redact|verify|companion|bench|evaluate`.

Exit codes of `redact`: 0 verified and written, 3 quarantined, 4 rejected, 1 internal failure,
2 wrong usage. Each command's own module is loaded only when it is called.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import logging
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

USAGE_ERROR = 2
NOT_VERIFIED = 5
REQUESTERS = ("civil_immigration", "federal_criminal", "federal_other", "unknown")
ADVICE = {"no_converter": "cannot convert here, install LibreOffice or upload a PDF"}
Command = Callable[[Sequence[str]], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    if arguments and arguments[0] in COMMANDS:
        return COMMANDS[arguments[0]](arguments[1:])
    wanted_help = arguments[:1] in (["-h"], ["--help"])
    usage = f"usage: python -m redaction {{{','.join(COMMANDS)}}} ..."
    print(usage, file=sys.stdout if wanted_help else sys.stderr)
    return 0 if wanted_help else USAGE_ERROR


def redact(argv: Sequence[str]) -> int:
    """Cleans one file unattended, writes the report for every outcome."""
    from redaction import pipeline, report
    from redaction.errors import Failed, Withheld
    from redaction.types import Decisions

    chosen = _redact_arguments(argv)
    if isinstance(chosen, int):
        return chosen
    source, output, report_path = chosen.input, chosen.output, chosen.report
    key = secrets.token_bytes(32)
    try:
        said = pipeline.redact(
            source,
            output,
            decisions=Decisions(),
            attended=False,
            requester=chosen.requester,
            index_key=key,
            limits=chosen.limits,
            extras=chosen.extras,
        )
    except Withheld as withheld:
        said = withheld.report or report.blank()
    said["index_key"] = key.hex()
    try:
        report.write(report_path, said)
    except OSError as error:
        output.unlink(missing_ok=True)  # without its report an output is not a result
        print(f"report not written: {error.strerror}", file=sys.stderr)
        return Failed.exit_code
    print(_in_one_line(said), file=sys.stderr)
    for code in said["reasons"]:
        if code in ADVICE:
            print(ADVICE[code], file=sys.stderr)
    return int(said["exit"])


def _in_one_line(said: Mapping[str, Any]) -> str:
    """The outcome in codes: `quarantined: scanned_page (page 2)`."""
    codes, pages = " ".join(said["reasons"]), ", ".join(map(str, said["reason_pages"]))
    return said["status"] + (f": {codes}" if codes else "") + (f" (page {pages})" if pages else "")


def _redact_arguments(argv: Sequence[str]) -> argparse.Namespace | int:
    from redaction.intake.limits import Limits
    from redaction.types import Extras

    parser = argparse.ArgumentParser(
        prog="python -m redaction redact",
        description="Write a copy of INPUT in which no status-related data exists, or withhold it.",
    )
    parser.add_argument("input", metavar="INPUT", type=Path)
    parser.add_argument("output", metavar="OUTPUT", type=Path, help="new PDF; an old file is removed first")
    parser.add_argument("--report", type=Path, required=True, help="JSON report, written for every outcome")
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a limit that differs from its default",
    )
    parser.add_argument("--requester", choices=REQUESTERS, help="class of requester (default: by taxonomy)")
    parser.add_argument(
        "--footer",
        nargs="?",
        const="",
        metavar="STAMP",
        help="add a band under each page with its number, behind up to 24 of A-Z 0-9 -",
    )
    parser.add_argument("--archival", action="store_true", help="add the metadata of PDF/A-2b")
    parser.add_argument("--tagged", action="store_true", help="mark paragraphs and boxes for screen readers")
    try:
        chosen = parser.parse_args(list(argv))
    except SystemExit as left:
        return 0 if left.code == 0 else USAGE_ERROR
    try:
        chosen.limits = Limits.changed(dict(said.split("=", 1) for said in chosen.limit))
    except ValueError as wrong:
        print(f"--limit: {wrong}", file=sys.stderr)
        return USAGE_ERROR
    try:
        chosen.extras = Extras(chosen.footer, chosen.archival, chosen.tagged)
    except ValueError as wrong:
        print(f"--footer: {wrong}", file=sys.stderr)
        return USAGE_ERROR
    places = (chosen.input, chosen.output, chosen.report)
    if len({os.path.realpath(p) for p in places}) < 3 or _share_a_file(places):
        print("INPUT, OUTPUT and REPORT must be three different files", file=sys.stderr)
        return USAGE_ERROR
    if not chosen.input.is_file():
        print("INPUT is not a file that can be read", file=sys.stderr)
        return USAGE_ERROR
    for place in places[1:]:
        if not place.parent.is_dir() or place.is_dir():
            print("OUTPUT and REPORT must lie in folders that exist", file=sys.stderr)
            return USAGE_ERROR
    return chosen


def _share_a_file(places: Sequence[Path]) -> bool:
    """True when two paths are links to one file."""
    known = [(s.st_dev, s.st_ino) for s in (p.stat() for p in places if p.exists())]
    return len(set(known)) < len(known)


def _detect(argv: Sequence[str]) -> int:
    from redaction.detect import command

    return command.run(argv, sys.stdin, sys.stdout, sys.stderr)


def _verify(argv: Sequence[str]) -> int:
    from redaction.verify import command

    return command.main(argv)


def companion(argv: Sequence[str]) -> int:
    """Writes the HTML companion of a verified copy, or with --legend the sheet of its codes."""
    import json

    from redaction import companion as pages
    from redaction.errors import Withheld
    from redaction.sandbox import ChildDied

    parser = argparse.ArgumentParser(
        prog="python -m redaction companion",
        description="Write the surviving text of a verified copy as HTML for screen readers.",
    )
    parser.add_argument("output", metavar="OUTPUT", type=Path, help="the verified copy")
    parser.add_argument("html", metavar="HTML", type=Path, help="the file to write")
    parser.add_argument("--plan", metavar="REPORT.json", type=Path, required=True, help="its report")
    parser.add_argument("--legend", action="append", metavar="CODE=MEANING", help="write the codes' sheet")
    parser.add_argument("--language", default="en", help="of the record, for the voice (default en)")
    chosen = parser.parse_args(list(argv))
    try:
        said, copy = json.loads(chosen.plan.read_bytes()), chosen.output.read_bytes()
        if chosen.legend:
            meanings = dict(one.split("=", 1) for one in chosen.legend)
            made = pages.legend(said, meanings, language=chosen.language)
        else:
            made = pages.companion(copy, said, language=chosen.language)
        chosen.html.write_text(made, encoding="utf-8")
    except (Withheld, ChildDied, AttributeError, LookupError, TypeError):  # a report that is none
        print("not a verified copy with its report, or a code without a meaning", file=sys.stderr)
        return NOT_VERIFIED
    except (OSError, ValueError) as wrong:
        print(f"cannot be read or written: {type(wrong).__name__}", file=sys.stderr)
        return USAGE_ERROR
    return 0


def _bench(argv: Sequence[str]) -> int:
    from redaction import bench

    return bench.run(argv)


def _evaluate(argv: Sequence[str]) -> int:
    if importlib.util.find_spec("redaction.detect.evaluate") is None:
        print("the evaluation harness is not part of this installation", file=sys.stderr)
        return USAGE_ERROR
    return int(importlib.import_module("redaction.detect.evaluate").run(argv))


COMMANDS: dict[str, Command] = {
    "detect": _detect,
    "redact": redact,
    "verify": _verify,
    "companion": companion,
    "bench": _bench,
    "evaluate": _evaluate,
}
