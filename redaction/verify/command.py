"""`python -m redaction verify OUTPUT --plan REPORT.json [--source SOURCE [--converted PDF]] [--json]`.

Exit 0 when no assertion failed, 5 when one did; the failed ones are named. A file that is
missing or a report that is no JSON object fails every assertion that needs it: the answer to
"may this leave?" is then no, not an error message. Usage errors end with 2.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from redaction import sandbox
from redaction.types import Assertion
from redaction.verify import caged

VERIFIED, REFUSED = 0, 5


def main(argv: Sequence[str]) -> int:
    """Run every assertion, print one line for each, return the exit code."""
    options = parser().parse_args(argv)
    report = read_report(options.plan)
    source = None if options.source is None else read(options.source)
    converted = None if options.converted is None else read(options.converted)
    key = key_of(report, options.key_file)
    with sandbox.account():
        found = caged.check(read(options.output), report, key=key, source=source, converted=converted)
    failed = [one.id for one in found if one.result == "fail"]
    write = write_json if options.json else write_lines
    write(found, failed)
    return REFUSED if failed else VERIFIED


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="python -m redaction verify",
        description="Check a redacted PDF against the report of its making.",
    )
    made.add_argument("output", metavar="OUTPUT", type=Path, help="the redacted PDF")
    made.add_argument(
        "--plan", metavar="REPORT.json", type=Path, required=True, help="the report of its making"
    )
    made.add_argument(
        "--source", type=Path, help="the file as received, for the assertions that compare with it"
    )
    made.add_argument("--converted", type=Path, help="the PDF that a source of another kind was made into")
    made.add_argument("--key-file", type=Path, help="32 bytes in hex, where the report does not hold the key")
    made.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    return made


def read(path: Path) -> bytes:
    """The file's bytes; none when it cannot be read, which no assertion survives."""
    try:
        return path.read_bytes()
    except OSError as error:
        sys.stderr.write(f"{path.name}: {error.strerror}\n")
        return b""


def read_report(path: Path) -> Mapping[str, Any]:
    """The report; empty when it cannot be read as a JSON object."""
    try:
        report = json.loads(read(path))
    except (ValueError, RecursionError):
        sys.stderr.write("the report is not JSON\n")
        return {}
    return report if isinstance(report, dict) else {}


def key_of(report: Mapping[str, Any], key_file: Path | None) -> bytes:
    """The key of the report's hashes; empty when there is none, which V6 does not survive."""
    text = (
        report.get("index_key", "") if key_file is None else read(key_file).decode("ascii", errors="replace")
    )
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError):
        return b""


def write_lines(found: Sequence[Assertion], failed: Sequence[str]) -> None:
    """One line per assertion, and the sum."""
    for one in found:
        sys.stdout.write(f"{one.id:<4}{one.result}{': ' + one.detail if one.detail else ''}\n")
    sys.stdout.write(f"refused: {', '.join(failed)}\n" if failed else "verified\n")


def write_json(found: Sequence[Assertion], failed: Sequence[str]) -> None:
    """One JSON object."""
    rows = [{"id": one.id, "result": one.result, "detail": one.detail} for one in found]
    answer = {"verified": not failed, "failed": list(failed), "assertions": rows}
    sys.stdout.write(json.dumps(answer) + "\n")
