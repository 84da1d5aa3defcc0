"""The bars of the log, measured side by side in one run on PostgreSQL:

    python -m tests.benchmarks.evidence [--size 1000000] [--rounds 5] [--only writers,requests,log]

A private server that writes as durably as in service is started and ended. One JSON object is printed: the
figures, and for each bar its value and whether it holds. Ratios compare what ran in turn, so that other load
on the machine meets all of it. Rates and times of single processes count processor seconds, theirs and those
of the server process behind their connection; by the clock they stand beside it. What is compared with
django-auditlog and django-simple-history is null unless EVIDENCE_BENCH_PEERS names a folder that holds them:

    pip install --require-hashes --no-deps --target FOLDER -r requirements/bench-peers.txt
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tests.benchmarks import house

if TYPE_CHECKING:  # Django is set up by `house`, once there is a server
    from tests.benchmarks.clients import Rates

PARTS = ("writers", "requests", "log")
CLIENTS = ((8, 0.0), (8, 5.0), (24, 20.0))  # so many at once, so many milliseconds of work after the entry
BACKLOG = 100_000


def writers(person: Any, rounds: int, seconds: float) -> dict[str, Any]:
    """Transactions with one entry each, against a hash chain under its lock."""
    from tests.benchmarks import clients

    found = {}
    for count, work_ms in CLIENTS:
        acts = {way: clients.writes_of(way, person, work_ms) for way in ("logged", "chained")}
        rates = clients.side_by_side(acts, count, rounds, seconds)
        found[f"{count}_clients_{work_ms:g}_ms"] = _compared(rates, "logged", "chained")
    return found


def requests(person: Any, rounds: int, seconds: float) -> dict[str, Any]:
    """Whole API writes with an entry, against the same without and under other logs."""
    from tests.benchmarks import api, clients

    acts = {way: clients.requests_of(way, person, 5.0) for way in ("unlogged", "logged")}
    rates = clients.side_by_side(acts, 8, rounds, seconds)
    alone = {way: clients.requests_of(way, person) for way in api.WAYS if way != "chained"}
    times = clients.in_turn(alone, 200 * rounds)
    bare = times["unlogged"]
    return {
        "8_clients_5_ms": _compared(rates, "logged", "unlogged"),
        "one_client": {
            way: {name: round(value, 3) for name, value in taken.items()}
            | {f"added_{name}": round(value - bare[name], 3) for name, value in taken.items()}
            | {f"share_{name}": round(value / bare[name] - 1, 3) for name, value in taken.items()}
            for way, taken in times.items()
        },
    }


def _compared(rates: dict[str, Rates], over: str, under: str) -> dict[str, Any]:
    """Acts per second of both, best of the rounds; their ratio, of these and of the middle round. And
    what an act took of processors, which other load bends less: where they are the limit, it is the ratio."""
    each = [one / other for one, other in zip(rates[over].per_s, rates[under].per_s, strict=True)]
    best = {way: round(max(found.per_s)) for way, found in rates.items()}
    cpu_ms = {way: statistics.median(found.cpu_ms) for way, found in rates.items()}
    return {
        "per_s": best,
        "ratio": round(max(rates[over].per_s) / max(rates[under].per_s), 3),
        "ratio_in_the_middle": round(statistics.median(each), 3),
        "cpu_ms": {way: round(value, 3) for way, value in cpu_ms.items()},
        "ratio_by_cpu": round(cpu_ms[under] / cpu_ms[over], 3),
    }


def verdicts(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Each bar that was measured: what it asks, what was found, whether it holds."""
    said: list[dict[str, Any]] = []

    def bar(name: str, value: float | None, word: str, wanted: float, goal: float | None = None) -> None:
        holds: Callable[[float, float], bool] = (
            (lambda a, b: a >= b) if word == "at least" else (lambda a, b: a <= b)
        )
        if value is not None:
            reached = None if goal is None else holds(value, goal)
            said.append({"bar": name, "value": value, word: wanted, "holds": holds(value, wanted)})
            said[-1] |= {} if goal is None else {"goal": goal, "goal_reached": reached}

    if "writers" in found:
        for (count, work_ms), wanted in zip(CLIENTS, (4, 5, 12), strict=True):
            place = f"{count}_clients_{work_ms:g}_ms"
            bar(f"over a locked chain, {place}", found["writers"][place]["ratio"], "at least", wanted)
    if "requests" in found:
        asked = found["requests"]
        bar("audited over unaudited", asked["8_clients_5_ms"]["ratio"], "at least", 0.85, 0.95)
        alone = asked["one_client"]
        ours = alone["logged"]
        bar("added to the p50 of an API write", ours["share_p50_ms"], "at most", 0.30)
        bar("milliseconds added to it", ours["added_p50_ms"], "at most", 0.5)
        for peer in ("auditlog", "simple_history"):
            if peer in alone:
                bar(f"added, over what {peer} adds", _over(ours, alone[peer], "added_p50_ms"), "at most", 1.0)
    if "log" in found:
        _log_bars(found["log"], bar)
    return said


def _log_bars(log: dict[str, Any], bar: Callable[..., None]) -> None:
    sealing, verifying, proving = log["sealing"], log["verifying"], log["proving"]
    small, large = min(sealing), max(sealing)
    rate = sealing[large]["per_cpu_s"]
    bar("sequencer, entries per second", rate, "at least", 15_000)
    if large > small:
        bar(f"its cost at {large} over {small}", round(sealing[small]["per_cpu_s"] / rate, 3), "at most", 1.3)
    for name, wanted, goal in (
        ("verify_audit", 30_000, 100_000), ("verify_bundle", 30_000, 100_000), ("hashes", 100_000, None)
    ):  # fmt: skip
        by_size = {size: found[name]["per_cpu_s"] for size, found in verifying.items()}
        bar(f"{name}, entries per second", by_size[large], "at least", wanted, goal)
        if large > small:
            bar(f"{name}, {large} over {small}", round(by_size[large] / by_size[small], 3), "at least", 0.8)
    bar("verify_bundle, most memory in MiB", verifying[large]["verify_bundle"]["peak_mib"], "at most", 300)
    for name, taken in log.get("pages", {}).items():
        bar(f"page of the log, {name}, p95 in ms", taken["p95_ms"], "at most", 50)
    bar("proof made, ms", proving["path_made_cpu_ms"], "at most", 2.0)
    bar("proof checked, ms", proving["checked_ms"], "at most", 0.1)
    bar("proof, hashes", proving["hashes"], "at most", 20)
    bar("proof with one cosignature, bytes", proving["file_bytes"], "at most", 1536)


def _over(ours: dict[str, float], other: dict[str, float], name: str) -> float | None:
    return round(ours[name] / other[name], 3) if other[name] > 0 else None


def main(argv: Sequence[str]) -> int:
    """Measure, print one JSON object, return 0; 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.evidence", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="largest log, a power of ten from 10000")
    parser.add_argument("--backlog", type=int, default=BACKLOG, help="entries sealed at one time")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each kind of client")
    parser.add_argument("--seconds", type=float, default=1.5, help="of a turn")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas")
    chosen = parser.parse_args(list(argv))
    parts = chosen.only.split(",")
    if not set(parts) <= set(PARTS) or chosen.size not in [10**n for n in range(4, 9)] or chosen.rounds < 1:
        parser.print_usage(sys.stderr)
        return 2
    os.environ["GATEWAY_PROFILE"] = "test"
    found: dict[str, Any] = {}
    before = os.getloadavg()[0]
    with house.opened():
        from django.db import connection

        from gateway.accounts.models import Person
        from tests.benchmarks import backlog

        person = Person.objects.create(email="bench@city.example", name="Bench", role="officer")
        if "writers" in parts:
            found["writers"] = writers(person, chosen.rounds, chosen.seconds)
        if "requests" in parts:
            found["requests"] = requests(person, chosen.rounds, chosen.seconds)
        if "log" in parts:
            backlog.empty()
            found["log"] = dataclasses.asdict(backlog.measure(chosen.size, chosen.backlog))
        version = connection.pg_version
    found["bars"] = verdicts(found)
    found["machine"] = {
        "cores": os.cpu_count(),
        "load_before": round(before, 2),
        "load_after": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "postgresql": version // 10_000,
    }
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
