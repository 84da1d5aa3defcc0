"""A log that grows from ten thousand entries to a million: sealing, proving and checking at each size.

Times are of processor time as well as of the clock: a machine that others use too bends the clock.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.benchmarks.clients import server_cpu_s
from tests.benchmarks.pages import paged
from workflows.audit import keyring, proofs, schema, verify_bundle
from workflows.audit.canonical import canonical
from workflows.audit.memory import SignerMemory
from workflows.audit.models import Entry, Flag, Leaf
from workflows.audit.sequencer import Sequencer, from_settings
from workflows.audit.tlog import cosignature, merkle, note, tiles
from workflows.audit.tlog.proof import parse as parse_proof
from workflows.audit.verification.whole import Asked, verify
from workflows.audit.verify_bundle import split_bundle

MATTER_ENTRIES = 50
EVENTS = (
    ("page.viewed", "officer", {"counts": {"page": 3}}),
    ("finding.decided", "officer", {"result": "redact", "policy": "1"}),
    ("gate.decided", "counsel", {"guards": {"instrument.in_force": True, "approver.independent": True}}),
    ("record.taken_in", "officer", {"counts": {"pages": 12}, "obj": {"kind": "record", "sha256": ""}}),
    ("request.answered", "agency", {"auth": "client", "net": "192.0.2.0/24"}),
)
_COLUMNS = "uuid, body, event, at, actor, role, matter, matter_seq, digest, outcome"


@dataclass
class Taken:
    """Seconds of the clock, and of processors: ours, our children's and the database server's."""

    wall: float = 0.0
    cpu: float = 0.0
    own_cpu: float = 0.0

    def per(self, count: int) -> dict[str, int]:
        """So many things a second of the clock, and a second of one processor."""
        return {"per_s": round(count / self.wall), "per_cpu_s": round(count / max(self.cpu, 1e-9))}


@contextmanager
def clock() -> Iterator[Taken]:
    """Measure the block."""
    taken, server, ours, began = Taken(), server_cpu_s(), _our_cpu_s(), time.perf_counter()
    yield taken
    taken.wall = time.perf_counter() - began
    taken.own_cpu = _our_cpu_s() - ours
    taken.cpu = taken.own_cpu + server_cpu_s() - server


def _our_cpu_s() -> float:
    ended = os.times()
    return time.process_time() + ended.children_user + ended.children_system


class Growing:
    """Writes entries in bulk, matter after matter, through the table's own triggers."""

    def __init__(self) -> None:
        self.written = 0
        self.matter, self.actor, self.session = uuid.uuid4(), uuid.uuid4(), uuid.uuid4().hex

    def write(self, count: int) -> None:
        """Add so many waiting entries, all of now."""
        at = timezone.now()
        with connection.cursor() as cursor, cursor.copy(f"COPY audit_entry ({_COLUMNS}) FROM STDIN") as copy:
            for _ in range(count):
                copy.write_row(self._row(at))

    def _row(self, at: Any) -> tuple[Any, ...]:
        seq = self.written % MATTER_ENTRIES + 1
        if seq == 1:
            self.matter, self.actor, self.session = uuid.uuid4(), uuid.uuid4(), uuid.uuid4().hex
        event, role, facts = EVENTS[self.written % len(EVENTS)]
        self.written += 1
        key = uuid.uuid4()
        body = {
            "v": 1, "id": str(key), "at": schema.time_text(at), "event": event, "outcome": "ok", "role": role,
            "actor": str(self.actor), "matter": str(self.matter), "seq": seq, "refs": {"record": str(key)},
            "session": self.session, **facts,
        }  # fmt: skip
        if "obj" in body:
            body["obj"] = {"kind": "record", "sha256": hashlib.sha256(key.bytes).hexdigest()}
        digest = body["obj"]["sha256"] if "obj" in body else None
        return (key, canonical(body), event, at, self.actor, role, self.matter, seq, digest, "ok")


@dataclass
class Figures:
    """What was measured, by size of the log."""

    sealing: dict[int, dict[str, Any]] = field(default_factory=dict)
    verifying: dict[int, dict[str, Any]] = field(default_factory=dict)
    proving: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, dict[str, float]] = field(default_factory=dict)


def empty() -> None:
    """Take away what other parts have written into the log, as the owner of a database can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE audit_entry, audit_pending CASCADE")
        cursor.execute("SET session_replication_role = origin")


def measure(largest: int, backlog: int) -> Figures:
    """Let the log grow tenfold by tenfold from 10^4 to `largest`; measure at each size."""
    found, growing, one = Figures(), Growing(), from_settings()
    one.start()
    size = 10_000
    _grow(growing, one, size)
    while True:
        found.verifying[size] = _verified(one) | _alone()
        if size >= largest:
            found.proving, found.pages = _proved(one), paged()
        found.sealing[size] = _sealed(growing, one, backlog)
        if size >= largest:
            break
        size *= 10
        _grow(growing, one, size)
    if Flag.objects.exists():
        raise RuntimeError("the benchmark's own log raised a flag")
    return found


def _grow(growing: Growing, one: Sequencer, size: int) -> None:
    while one.sealed_size < size:
        growing.write(min(100_000, size - one.sealed_size))
        while one.step():
            pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _sealed(growing: Growing, one: Sequencer, backlog: int) -> dict[str, Any]:
    """A backlog is sealed batch by batch, each with its checkpoint and its export, as the sequencer does."""
    growing.write(backlog)
    with clock() as taken:
        count = 0
        while placed := one.step():
            count += placed
    own = round(taken.own_cpu / taken.cpu, 2)
    return {"size_before": one.sealed_size - count, "entries": count, "own_share": own, **taken.per(count)}


def _verified(one: Sequencer) -> dict[str, Any]:
    """`verify_audit` over the database, with all that it asks."""
    asked = Asked(
        ring=keyring.parse_keys(keyring.keys_text()),
        memory=SignerMemory(settings.MEMORY_FILE),
        export_dir=Path(settings.EXPORT_DIR),
        now=timezone.now(),
    )
    with clock() as taken:
        result = verify(asked)
    if result.exit or result.size != one.sealed_size:
        raise RuntimeError(f"the benchmark's own log is not good: {result.findings[:1]}")
    return {"verify_audit": taken.per(result.size)}


def _alone() -> dict[str, Any]:
    """`verify_bundle.py` over the export, in a process of its own; then the hashes of its files alone."""
    program, export = Path(verify_bundle.__file__), Path(settings.EXPORT_DIR)
    with clock() as taken:
        ended = subprocess.run(
            [sys.executable, "-I", "-c", _WATCHED, str(program), str(export)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    *_, said, peak = ended.stdout.splitlines()
    told = json.loads(said)
    if told["result"] != "good":
        raise RuntimeError("the benchmark's own export is not good")
    count = told["size"]
    with clock() as hashed:
        frontier = merkle.Frontier()
        for n in range(-(-count // tiles.WIDTH)):
            width = min(tiles.WIDTH, count - n * tiles.WIDTH)
            for body in split_bundle((export / tiles.entries_path(n, width)).read_bytes()):
                frontier.append(merkle.leaf_hash(body))
    if frontier.root().hex() != told["root"]:
        raise RuntimeError("the hashes give another root")
    return {"verify_bundle": taken.per(count) | {"peak_mib": int(peak) // 1024}, "hashes": hashed.per(count)}


# The verifier as it is copied into a package, and the most memory it held.
_WATCHED = """
import resource, runpy, sys
sys.argv = [sys.argv[1], sys.argv[2], "--json"]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as ended:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    sys.exit(ended.code)
"""


def _proved(one: Sequencer) -> dict[str, Any]:
    """Proofs of entries all over the log: path made from stored tiles, everything read anew each time; the
    whole file as a release asks for it; and checked by somebody who has nothing but the file."""
    size = one.sealed_size
    entries = [_entry_at(size * n // 200) for n in range(200)]
    opened = proofs.open_latest()
    witness = cosignature.cosigner(note.new_signer("oversight.example.gov/witness"))
    signed = note.parse(opened.whole)
    line = cosignature.sign(signed.text, witness, int(time.time()))
    whole = note.write(signed.text, (*signed.signatures, line))
    made, filed, checked, longest, most = [], [], [], 0, 0
    for index, entry in entries:
        with clock() as taken:
            path = merkle.inclusion_proof(index, size, proofs.reader(1, index, size))
        made.append(taken)
        with clock() as taken:
            proofs.proof_for(entry)
        filed.append(taken)
        file = proofs.proof.write(index, path, whole)
        longest, most = max(longest, len(file)), max(most, len(path))
        began = time.process_time()
        for _ in range(50):
            told = parse_proof(file)
            leaf = merkle.leaf_hash(bytes(entry.body))
            merkle.verify_inclusion(told.index, size, leaf, told.path, opened.checkpoint.root)
        checked.append((time.process_time() - began) / 50)
    return {
        "size": size,
        "path_made_ms": _middle([one.wall for one in made]),
        "path_made_cpu_ms": _middle([one.cpu for one in made]),
        "file_made_ms": _middle([one.wall for one in filed]),
        "file_made_cpu_ms": _middle([one.cpu for one in filed]),
        "checked_ms": _middle(checked),
        "hashes": most,
        "file_bytes": longest,
    }


def _entry_at(index: int) -> tuple[int, Entry]:
    leaf = Leaf.objects.get(incarnation=1, idx=index)
    return index, Entry.objects.get(pk=leaf.entry)


def _middle(values: list[float]) -> float:
    return round(sorted(values)[len(values) // 2] * 1000, 3)
