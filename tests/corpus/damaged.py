"""Runs damaged files through the whole pipeline and counts how they end.

    python -m tests.corpus.damaged 1000 [--first SEED] [--jobs N] [--samples]

Each file goes through in a process of its own, forked from one that has loaded everything, with the
caged steps done in place: their limits are set on the whole process. A file on which such a process
dies is run again as the product runs it, with a child for every step; how that ends is what counts.
One JSON object is printed. Nothing of a file is: a seed makes it again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redaction import pipeline, sandbox
from redaction.cage import bubble, frames, steps
from redaction.cage.document_frames import unpack_document
from redaction.errors import QUARANTINED_CODES, REJECTED_CODES, DetectorError, Withheld
from redaction.types import Decisions
from tests.corpus import bases
from tests.corpus.mutator import Mutant, mutant

ROOT = Path(__file__).resolve().parents[2]
STUCK_S = 120
CPU_S = 60
MEMORY = 3 << 30
KEY = bytes(32)
STATUS = {3: QUARANTINED_CODES, 4: REJECTED_CODES}
READERS = ("pdfplumber", "pdfium")  # two readings of the same
DIFFERENT = 0.05  # of the characters: what extraction allows two of its own parsers


@dataclass(slots=True)
class Tally:
    """How files ended. `wrong` holds seed and reason of each that broke a promise."""

    runs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)  # outcome in children, of those that died
    wrong: list[tuple[int, str]] = field(default_factory=list)
    slowest_s: float = 0.0

    def add(self, one: Mutant, said: dict[str, Any], seconds: float) -> None:
        """Counts one file and what it promised."""
        self.runs += 1
        self.slowest_s = max(self.slowest_s, seconds)
        self.outcomes[said["outcome"]] += 1
        if said["died"]:
            self.again[said["outcome"]] += 1
        if seconds > STUCK_S:
            self.wrong.append((one.seed, "stuck"))
        self.wrong += [(one.seed, reason) for reason in said["wrong"]]


def run(seeds: Iterable[int], files: Sequence[tuple[str, bytes]], jobs: int = 2) -> Tally:
    """Every damaged file of these numbers has ended and is counted."""
    tally = Tally()
    running: dict[int, tuple[Mutant, int, int, float]] = {}  # by descriptor: file, pipe, process, start
    waiting = iter(seeds)
    with tempfile.TemporaryDirectory(prefix="damaged-") as name:
        folder = Path(name)
        with _silent():
            _load(folder)
        while True:
            while len(running) < jobs and (seed := next(waiting, None)) is not None:
                one = mutant(seed, files)
                pipe, process = _start(one, folder)
                running[pipe] = (one, pipe, process, time.monotonic())
            if not running:
                return tally
            ready, _, _ = select.select(list(running), [], [], 1.0)
            for pipe in ready or _overdue(running):
                one, _, process, began = running.pop(pipe)
                said = _finish(pipe, process)
                if said is None:
                    began = time.monotonic()  # what counts is the product's own time
                    said = _in_children(one, folder) | {"ended": time.monotonic()}
                tally.add(one, said, said["ended"] - began)


def _overdue(running: dict[int, tuple[Mutant, int, int, float]]) -> list[int]:
    return [pipe for pipe, (*_, began) in running.items() if time.monotonic() - began > STUCK_S]


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """What libraries say of damage quotes the file."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _load(folder: Path) -> None:
    """What every child would import, and the rules."""
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    path = folder / "whole"
    path.write_bytes(bases.plain())
    with in_place(folder):
        _redact(path)


@contextlib.contextmanager
def in_place(folder: Path) -> Iterator[None]:
    """Inside, `sandbox.run` does its step here, and no reader of pixels is found."""
    kept = sandbox.run, os.environ.get("PATH", "")
    only = folder / "bin"
    if not only.exists():
        only.mkdir()
        if bubblewrap := bubble.program():
            (only / "bwrap").symlink_to(bubblewrap)
    sandbox.run, os.environ["PATH"] = _step_here, str(only)
    try:
        yield
    finally:
        sandbox.run, os.environ["PATH"] = kept


# In a run in place, by page: what each reader of pages took for its text, and all that was found elsewhere.
searched: dict[int | None, dict[str, str]] = {}


def _step_here(
    step: str, arguments: dict[str, Any] | None = None, blobs: Sequence[bytes] = (), limits: object = None
) -> sandbox.Reply:
    """As `sandbox.run`, messages and all, without a child."""
    if step == "rapidocr":
        raise sandbox.ChildDied(step, "error", "ImportError")  # as where no reader of pixels is installed
    try:
        asked, given = _carried(arguments or {}, blobs)
        if step == "detect":
            for text in unpack_document(asked["document"], given).texts:
                source = text.source if text.source in READERS else "elsewhere"
                page = searched.setdefault(text.page, {})
                page[source] = page.get(source, "") + text.text
        value, out = steps.STEPS[step](asked, given)
        body, out = _carried({"value": value}, out)
        return sandbox.Reply(body["value"], out)
    except (Withheld, DetectorError):
        raise
    except Exception as error:  # noqa: BLE001 - a child would have died of it, and the file is withheld
        raise sandbox.ChildDied(step, "error", type(error).__name__) from None


def _carried(body: dict[str, Any], blobs: Sequence[bytes]) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    raw = b"".join(frames.pack(body, blobs))
    return frames.unpack(memoryview(raw), json_bytes=256 << 20, total_bytes=500_000_000)


def _redact(path: Path) -> tuple[str, dict[str, Any], bytes]:
    """(outcome, report, output) of one file; anything but Withheld rises."""
    out = path.with_suffix(".out")
    try:
        report = pipeline.redact(
            path, out, decisions=Decisions(), attended=False, requester=None, index_key=KEY
        )
    except Withheld as withheld:
        return withheld.code, withheld.report or {}, b""
    return "verified", report, out.read_bytes()


def _start(one: Mutant, folder: Path) -> tuple[int, int]:
    """(descriptor to read the answer from, process) of a run in place."""
    pipe, answer = os.pipe()
    process = os.fork()
    if process:
        os.close(answer)
        return pipe, process
    status = 1
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        path = folder / f"{one.seed}.in"
        path.write_bytes(one.data)
        searched.clear()
        with _silent(), in_place(folder):
            outcome, report, output = _redact(path)
        # When it ended is said here: whoever reads it may be busy with another file meanwhile.
        said = {"outcome": outcome, "died": False, "ended": time.monotonic()}
        said["wrong"] = broken(one.data, outcome, report, output)
        os.write(answer, json.dumps(said).encode())
        status = 0
    finally:
        os._exit(status)


def _finish(pipe: int, process: int) -> dict[str, Any] | None:
    """What a run in place said, None when it died or was out of time."""
    if not select.select([pipe], [], [], 0)[0]:
        os.killpg(process, signal.SIGKILL)
    said = b"".join(iter(lambda: os.read(pipe, 1 << 16), b""))
    os.close(pipe)
    os.waitpid(process, 0)
    return json.loads(said) if said else None


def _in_children(one: Mutant, folder: Path) -> dict[str, Any]:
    """How the product ends with the file: its own command, in its own process."""
    path, out, report_path = (folder / f"{one.seed}.{end}" for end in ("again", "pdf", "json"))
    path.write_bytes(one.data)
    line = [sys.executable, "-m", "redaction", "redact", str(path), str(out), "--report", str(report_path)]
    try:
        done = subprocess.run(line, cwd=ROOT, capture_output=True, timeout=STUCK_S, check=False)
    except subprocess.TimeoutExpired:
        return {"outcome": "stuck", "died": True, "wrong": ["stuck"]}
    report = json.loads(report_path.read_text()) if report_path.exists() else {}
    if done.returncode not in (0, 1, 3, 4) or not report:
        return {"outcome": "crashed", "died": True, "wrong": ["crashed"]}
    outcome = report["reasons"][0] if report["reasons"] else "verified"
    if outcome == "verified":  # nothing is known of what was searched
        return {"outcome": outcome, "died": True, "wrong": ["verified although a run in place died"]}
    return {"outcome": outcome, "died": True, "wrong": broken(one.data, outcome, report, b"")}


# --- promises -----------------------------------------------------------------------------------


def broken(source: bytes, outcome: str, report: dict[str, Any], output: bytes) -> list[str]:
    """The promises that this end breaks, by name."""
    if outcome != "verified":
        stated = outcome in QUARANTINED_CODES | REJECTED_CODES and report.get("exit") in STATUS
        return [] if stated and not output else [f"no stated reason: {outcome}"]
    wrong: list[str] = []
    if len(set(report["pages_by_parser"].values())) != 1:
        wrong.append("verified although parsers disagree on pages")
    if any(row["result"] != "pass" for row in report["assertions"]):
        wrong.append("verified although an assertion failed")
    return wrong + list(_by_poppler(source, report, output))


def _by_poppler(source: bytes, report: dict[str, Any], output: bytes) -> Iterator[str]:
    """What a parser that the product does not read sources with makes of source and output."""
    before, after = _pages(source), _pages(output)
    if after is None or len(after) != len(report["pages"]):
        yield "output unreadable"
        return
    for secret in bases.SECRETS:
        if any(secret in page for page in after) or secret.encode() in output:
            yield "secret in the output"
    count = _count(source)
    if before is None or count is None:
        return  # it refuses the source; nothing to compare
    if count != len(after):
        yield "verified although a fourth parser counts other pages"
    elif any(_unknown(text, searched.get(n, {})) > DIFFERENT for n, text in enumerate(before, start=1)):
        yield "verified although a fourth parser reads text that was not searched"


def _pages(data: bytes) -> list[str] | None:
    """The text of every page by pdftotext, None where it refuses."""
    text = _poppler(["/usr/bin/pdftotext", "-q", "-enc", "UTF-8", "-", "-"], data)
    return None if text is None else text.split("\f")[:-1]


def _count(data: bytes) -> int | None:
    found = re.search(r"(?m)^Pages:\s+(\d+)", _poppler(["/usr/bin/pdfinfo", "-"], data) or "")
    return int(found.group(1)) if found else None


def _poppler(line: list[str], data: bytes) -> str | None:
    try:
        said = sandbox.run_program(line, data, sandbox.StepLimits(cpu_s=20, wall_s=60))
    except sandbox.ChildDied:
        return None
    return said.decode("utf-8", "replace")


def _unknown(seen: str, readings: dict[str, str]) -> float:
    """Share of the letters and digits of a page that no other reading of it has."""
    known: Counter[str] = Counter()
    for reader in READERS:
        known |= _letters(readings.get(reader, ""))
    known += _letters(readings.get("elsewhere", ""))
    only = sum((_letters(seen) - known).values())
    return only / sum(_letters(seen).values()) if only > 3 else 0.0


def _letters(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def main() -> int:
    """The command line; exit 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.damaged")
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--samples", type=Path, help="folder of sample documents to damage as well")
    chosen = parser.parse_args()
    began = time.monotonic()
    files = bases.every(chosen.samples)
    tally = run(range(chosen.first, chosen.first + chosen.count), files, chosen.jobs)
    said = {"runs": tally.runs, "outcomes": dict(tally.outcomes.most_common()),
            "died_and_run_again": dict(tally.again), "slowest_s": round(tally.slowest_s, 1),
            "seconds": round(time.monotonic() - began), "wrong": tally.wrong}  # fmt: skip
    print(json.dumps(said, indent=1))
    return int(bool(tally.wrong))


if __name__ == "__main__":
    raise SystemExit(main())
