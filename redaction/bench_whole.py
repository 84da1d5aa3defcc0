"""What `bench` measures on the whole way: pages a second, two processes against one, a long file.

Processor time counts children too, those of the warm cage included, so that other load on the
machine does not bend it; only what is compared between processes is counted on the wall clock.
"""

from __future__ import annotations

import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redaction import bench_set, pipeline, sandbox
from redaction.errors import Withheld
from redaction.types import Decisions

REQUESTER = "civil_immigration"
LONG_SEED = 5


@dataclass(frozen=True, slots=True)
class Whole:
    """One file all the way: its output's bytes, pages, pages read by OCR, processor seconds."""

    output: bytes
    pages: int
    read_by_ocr: int
    cpu_s: float


def whole(data: bytes, folder: Path, pages: int) -> Whole:
    """The file was redacted, every page of it taken as seen by a person. Raises Withheld."""
    source, out = folder / "in.pdf", folder / "whole.pdf"
    source.write_bytes(data)
    started = cpu_s()
    said = pipeline.redact(
        source,
        out,
        decisions=Decisions(pages_seen=frozenset(range(1, pages + 1))),
        attended=True,
        requester=REQUESTER,
        index_key=secrets.token_bytes(32),
    )
    spent = cpu_s() - started
    read = sum(page["ocr"]["used"] for page in said["pages"])
    return Whole(out.read_bytes(), len(said["pages"]), read, spent)


def cpu_s() -> float:
    """Processor seconds of this process and of every child that has ended."""
    ours, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime + sandbox.warm_use()[0]


def two_over_one(files: Sequence[bytes]) -> float | None:
    """How much more two processes do in the same time than one; None on a machine of one core.

    Each process does all the files once before it is measured, so that its cage is warm.
    """
    if len(os.sched_getaffinity(0)) < 2:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for at, data in enumerate(files):
            (folder / f"{at}.pdf").write_bytes(data)
        alone = _together(folder, 1)
        both = _together(folder, 2)
    return round(2 * alone / both, 3)


def _together(folder: Path, count: int) -> float:
    """Seconds until `count` processes that begin together have each done every file of a folder."""
    line = [sys.executable, "-m", "redaction.bench_whole", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    workers = [
        subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        for _ in range(count)
    ]
    try:
        for worker in workers:
            _expect(worker, b"ready\n")
        started = time.perf_counter()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write(b"go\n")
            worker.stdin.flush()
        for worker in workers:
            _expect(worker, b"done\n")
        return time.perf_counter() - started
    finally:
        for worker in workers:
            worker.communicate()


def _expect(worker: subprocess.Popen[bytes], word: bytes) -> None:
    assert worker.stdout is not None
    if worker.stdout.readline() != word:
        raise RuntimeError("a process of the comparison ended early")


def long_file(pages: int) -> dict[str, Any]:
    """Pages a core second and the largest memory of parent and child on one file of so many pages.

    In a process of its own, as a worker is: this one has loaded the rules and parsers for the other
    figures, which a worker never does, and the most it ever held would be told instead.
    """
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "long.pdf").write_bytes(bench_set.long_paper(LONG_SEED, pages))
        line = [sys.executable, "-m", "redaction.bench_whole", name, str(pages)]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
        ended = subprocess.run(line, stdout=subprocess.PIPE, env=environment, check=True)
    said: dict[str, Any] = json.loads(ended.stdout)
    return said


def _long(folder: Path, pages: int) -> dict[str, Any]:
    done = whole((folder / "long.pdf").read_bytes(), folder, pages)
    mib = 1024  # the kernel counts KiB
    children = max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, sandbox.warm_use()[1])
    return {
        "long_pages": done.pages,
        "long_pages_per_s_core": round(done.pages / done.cpu_s, 3),
        "long_output_bytes": len(done.output),
        "long_peak_mib_parent": round(_most_kib() / mib),
        "long_peak_mib_child": round(children / mib),
    }


def _most_kib() -> int:
    """The most memory this process held, in KiB. What `getrusage` says begins with what its parent held
    when it started this one."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except (FileNotFoundError, StopIteration):  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _worker(folder: Path) -> None:
    """One process of the comparison: warm up, wait, do every file, say so."""
    files = [path.read_bytes() for path in sorted(folder.glob("*.pdf"))]
    with tempfile.TemporaryDirectory() as name:
        for turn in (b"ready\n", b"done\n"):
            for data in files if turn == b"done\n" else files[:1]:
                try:
                    whole(data, Path(name), 2)
                except Withheld:
                    continue  # it took its time all the same
            sys.stdout.buffer.write(turn)
            sys.stdout.buffer.flush()
            if turn == b"ready\n":
                sys.stdin.buffer.readline()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        json.dump(_long(Path(sys.argv[1]), int(sys.argv[2])), sys.stdout)
    else:
        _worker(Path(sys.argv[1]))
