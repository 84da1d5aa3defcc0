"""The four programs of an installation on one machine, and how each proves that it works."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction

import workflows.jobs.jobs  # noqa: F401 - registers the liveness job, and only that
from gateway.process.supervisor import Program
from workflows.audit import log
from workflows.audit.models import Checkpoint, Leaf
from workflows.jobs.actions import enqueue
from workflows.jobs.models import Job
from workflows.jobs.registry import Queue
from workflows.jobs.sweeper import LIVENESS

MANAGE = str(settings.BASE_DIR / "manage.py")
WEB_THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)
# Whoever starts a program has run the checks; again, in each worker, they would load every page of the desk.
CELERY = [sys.executable, "-m", "celery", "--skip-checks", "-A", "gateway.celery:app"]


def web(options: Mapping[str, Any]) -> list[str]:
    """Return the command of the web server: `host`, `port`."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options["host"],
        "--port", str(options["port"]), "--workers", "1", "--blocking-threads", str(WEB_THREADS), "--no-ws",
        "--log-level", "warning", "--workers-kill-timeout", "5", "gateway.wsgi:application",
    ]  # fmt: skip


def worker(options: Mapping[str, Any]) -> list[str]:
    """Return the command of a worker: `queues` (all when empty), `concurrency` (by cores when 0)."""
    count = options.get("concurrency") or max(1, min(4, os.cpu_count() or 1))
    queues = ["--queues", options["queues"]] if options.get("queues") else []
    node = f"worker-{uuid.uuid4().hex[:8]}@%h"  # two nodes of one name would lock each other out
    return [
        *CELERY, "worker", "--loglevel", "WARNING", "--hostname", node,
        "--concurrency", str(count), "--without-gossip", "--without-mingle", *queues,
    ]  # fmt: skip


def beat(options: Mapping[str, Any]) -> list[str]:
    """Return the command of the timer. There must be one only."""
    return [*CELERY, "beat", "--loglevel", "WARNING", "--pidfile", ""]


def sequencer(options: Mapping[str, Any]) -> list[str]:
    """Return the command of the log's sequencer. There must be one only."""
    return [sys.executable, MANAGE, "sequencer"]


COMMANDS = {"web": web, "worker": worker, "beat": beat, "sequencer": sequencer}


def programs(port: int) -> list[Program]:
    """Return web, worker, beat and sequencer for this data folder.

    Call it when they are about to start: the proofs ask for work done after this moment.
    """
    return [
        Program("web", web({"host": "127.0.0.1", "port": port}), lambda: web_answers(port)),
        Program("worker", worker({}), _proof_of_worker()),
        Program("beat", beat({}), _proof_of_beat(time.time())),
        Program("sequencer", sequencer({}), _proof_of_sequencer()),
    ]


def web_answers(port: int) -> bool:
    """True if the web server says that it and its database are well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _proof_of_worker() -> Callable[[], bool]:
    """A job is taken up after one was asked for now: not always that one, the worker may have a backlog."""
    asked: list[Job] = []

    def answers() -> bool:
        if not asked:
            with transaction.atomic():
                key = f"start/{uuid.uuid4().hex[:12]}"
                asked.append(enqueue(LIVENESS, Queue.MAIL.value, key, None, queue=Queue.MAIL, priority=0))
            return False
        return Job.objects.filter(started_at__gte=asked[0].created_at).exists()

    return _patient(answers)


def _proof_of_beat(since: float) -> Callable[[], bool]:
    """Its schedule on disk has been opened since we started it."""
    folder = Path(settings.DATA_DIR)
    return lambda: any(path.stat().st_mtime >= since for path in folder.glob("beat-schedule*"))


def _proof_of_sequencer() -> Callable[[], bool]:
    """An entry written now gets its place in the tree, under a signed checkpoint."""
    written: list[int] = []

    def answers() -> bool:
        if not written:
            with transaction.atomic():
                written.append(log.record("system.started", actor=log.SYSTEM).pk)
            return False
        leaf = Leaf.objects.filter(entry=written[0]).first()
        return (
            leaf is not None
            and Checkpoint.objects.filter(incarnation=leaf.incarnation, size__gt=leaf.idx).exists()
        )

    return _patient(answers)


def _patient(answers: Callable[[], bool]) -> Callable[[], bool]:
    """A busy database is not an answer yet; the wait has its own limit."""

    def asked() -> bool:
        try:
            return answers()
        except OperationalError:
            return False

    return asked
