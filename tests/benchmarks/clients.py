"""Clients: processes that do what a worker of the web server does, one request or one act after the other."""

from __future__ import annotations

import io
import json
import multiprocessing
import statistics
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections, transaction
from django.test import RequestFactory

from tests.benchmarks import api

Act = Callable[[], None]
Taken = tuple[float, float]  # seconds of the clock, and of processors
forked = multiprocessing.get_context("fork")


def requests_of(way: str, person: Any, work_ms: float = 0.0) -> Act:
    """Return the act "one POST through the whole handler" of one way of keeping a log."""
    handler = WSGIHandler()
    environ = RequestFactory().post(f"/{way}/", data=b"{}", content_type="application/json").environ
    environ |= {"HTTP_X_PERSON": str(person.pk), "QUERY_STRING": f"work_ms={work_ms}"}

    def act() -> None:
        sent = json.dumps(api.body()).encode()
        said: list[str] = []
        own = environ | {"wsgi.input": io.BytesIO(sent), "CONTENT_LENGTH": str(len(sent))}
        answer = handler(own, lambda status, headers: said.append(status))
        b"".join(answer)
        answer.close()
        if not said[0].startswith("201"):
            raise RuntimeError(f"{way}: {said[0]}")

    return act


def writes_of(way: str, person: Any, work_ms: float = 0.0) -> Act:
    """Return the act "one transaction with one entry", and nothing else in it but work after the entry."""
    write = {"logged": api.logged, "chained": api.chained}[way]
    row = api.Plain(matter=uuid.uuid4(), kind="incident_report", digest="ab" * 32, pages=12)

    def act() -> None:
        row.pk = row.matter = uuid.uuid4()
        with api.request_context(api.CONTEXT), transaction.atomic(durable=True):
            write(row, person)
            if work_ms:
                time.sleep(work_ms / 1000)

    return act


def in_turn(acts: Mapping[str, Act], count: int) -> dict[str, dict[str, float]]:
    """Milliseconds of one act by name, each kind done once in turn, `count` times: in the middle (p50), at
    the end of the quickest tenth (p10), and of processors, ours and the server's."""
    taken: dict[str, list[Taken]] = {name: [] for name in acts}
    for _ in range(20):
        for act in acts.values():
            act()
    for _ in range(count):
        for name, act in acts.items():
            began, cpu = time.perf_counter(), cpu_s()
            act()
            taken[name].append((time.perf_counter() - began, cpu_s() - cpu))
    return {name: _quantiles(each) for name, each in taken.items()}


def _quantiles(taken: Sequence[Taken]) -> dict[str, float]:
    wall = sorted(one for one, _ in taken)
    return {
        "p50_ms": statistics.median(wall) * 1000,
        "p10_ms": wall[len(wall) // 10] * 1000,
        "cpu_ms": statistics.median(cpu for _, cpu in taken) * 1000,
    }


def cpu_s() -> float:
    """Processor seconds of this process and of the server process behind its connection."""
    return time.process_time() + server_cpu_s()


def server_cpu_s() -> float:
    """Processor seconds of the server process behind our connection."""
    connection.ensure_connection()
    key = connection.connection.info.backend_pid
    return int(Path(f"/proc/{key}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


@dataclass
class Rates:
    """Of one kind of act: how many a second all clients did in each round, and what one took of processors,
    the client's and its server process's."""

    per_s: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)


def side_by_side(acts: Mapping[str, Act], clients: int, rounds: int, seconds: float) -> dict[str, Rates]:
    """Let so many processes do the acts, one kind after the other, `rounds` times; return the rates by
    name. Every kind follows every other in turn, so that a change of the machine meets all."""
    names = list(acts)
    turns = [(name, turn) for turn in range(rounds) for name in (names if turn % 2 == 0 else names[::-1])]
    connections.close_all()
    connection.close_pool()  # its threads would not be in the children
    line, told = forked.Barrier(clients), forked.SimpleQueue()
    processes = [
        forked.Process(target=_client, args=(acts, turns, seconds, line, told)) for _ in range(clients)
    ]
    for process in processes:
        process.start()
    done: dict[tuple[str, int], list[Taken]] = {one: [] for one in turns}
    for _ in range(clients * len(turns)):
        name, turn, rate, cpu = told.get()
        done[name, turn].append((rate, cpu))
    for process in processes:
        process.join()
    found = {name: Rates() for name in names}
    for (name, _), each in done.items():
        found[name].per_s.append(sum(rate for rate, _ in each))
        found[name].cpu_ms.append(statistics.mean(cpu for _, cpu in each) * 1000)
    return found


def _client(
    acts: Mapping[str, Act], turns: Sequence[tuple[str, int]], seconds: float, line: Any, told: Any
) -> None:
    connections.close_all()
    for act in acts.values():
        act()
    for name, turn in turns:
        act, count = acts[name], 0
        line.wait()
        began, cpu = time.perf_counter(), cpu_s()
        while count == 0 or time.perf_counter() - began < seconds:
            act()
            count += 1
        told.put((name, turn, count / (time.perf_counter() - began), (cpu_s() - cpu) / count))
    connections.close_all()
