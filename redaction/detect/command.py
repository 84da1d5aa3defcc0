"""`python -m redaction detect`: JSON Lines in, JSON Lines out (detection.md, section 3)."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any, TextIO

from redaction.detect import detect_text, load
from redaction.detect.policy import REQUESTERS
from redaction.detect.ruleset import Ruleset
from redaction.errors import DetectorError
from redaction.types import Action


class _BadLine(Exception):
    """A line that is not what the contract asks for; `args[0]` says what is missing."""


def run(argv: Sequence[str], stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Answers every input line, in order, with one JSON line.

    Exit 0 when all went well, 1 when the detector failed for a line (its error object stands in
    the place of findings) or could not start, 2 for bad input: the line number goes to `stderr`
    and nothing more is read.
    """
    parser = argparse.ArgumentParser(prog="redaction detect", description="Find status-related data in text.")
    parser.add_argument("--trace", action="store_true", help="also show what was kept, with action keep")
    parser.add_argument("--requester", choices=sorted(REQUESTERS), help="requester class for tier 2")
    try:
        chosen = parser.parse_args(list(argv))
    except SystemExit as left:
        return 0 if left.code == 0 else 2
    try:
        ruleset = load()
    except DetectorError as broken:
        stderr.write(f"detector did not start: {broken.code}\n")
        return 1
    return answer_lines(stdin, stdout, stderr, ruleset, chosen.requester, chosen.trace)


def answer_lines(
    stdin: TextIO, stdout: TextIO, stderr: TextIO, ruleset: Ruleset, requester: str | None, trace: bool
) -> int:
    """The loop of `run` with a ruleset given. Returns the exit code."""
    failed = False
    for number, line in enumerate(_lines(stdin), 1):
        if not line.strip():
            continue
        try:
            request = _read(line)
        except _BadLine as bad:
            stderr.write(f"line {number}: {bad.args[0]}\n")
            return 2
        answer = _answer(request, ruleset, requester, trace)
        failed = failed or "error" in answer
        stdout.write(json.dumps(answer, ensure_ascii=True, separators=(",", ":")) + "\n")
        stdout.flush()
    return 1 if failed else 0


def _lines(stdin: TextIO) -> Any:
    """Lines split at line feeds only: U+2028 inside a JSON string is not a line end. Bytes that
    are not UTF-8 become a line that cannot be parsed, so that the number is still told."""
    raw = getattr(stdin, "buffer", None)
    if raw is None:
        yield from stdin
        return
    for line in raw:
        yield line.decode("utf-8", "surrogateescape") if _is_utf8(line) else "\ufffe"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read(line: str) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        raise _BadLine("not valid JSON") from None
    if not isinstance(request, dict):
        raise _BadLine("not a JSON object")
    if "id" not in request:
        raise _BadLine('field "id" is missing')
    if not isinstance(request.get("text"), str):
        raise _BadLine('field "text" is missing or not a string')
    if not isinstance(request.get("lang", ""), str | None):
        raise _BadLine('field "lang" is not a string')
    return request


def _answer(request: dict[str, Any], ruleset: Ruleset, requester: str | None, trace: bool) -> dict[str, Any]:
    try:
        found = detect_text(request["text"], ruleset, requester, keeps=trace)
    except DetectorError as broken:
        message = "The detector could not read this text."
        return {"id": request["id"], "error": {"code": broken.code, "message": message}}
    findings = [
        {
            "start": f.start,
            "end": f.end,
            "type": f.type,
            "action": str(f.action),
            "score": f.score,
            "rule": f"{f.rule}@{f.rule_version}",
            "explanation": f.explanation,
        }
        for f in found
        if trace or f.action is not Action.KEEP
    ]
    return {"id": request["id"], "findings": findings}
