"""Real worker and beat processes, killed without warning: nothing is lost, nothing happens twice.

The processes share this test's database. Leases are shortened to 3 s (worker_settings.py).
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection

from gateway.process.programs import CELERY
from tests import services
from tests.workflows.jobs import effects
from workflows import jobs
from workflows.jobs.models import Job
from workflows.jobs.registry import Queue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.xdist_group("workers")]

ROOT = Path(__file__).resolve().parents[3]
WORKER = [
    *CELERY, "worker", "-Q", "read,ocr,burn,verify,pack,mail", "-c", "2", "-l", "warning",
    "-I", "tests.workflows.jobs.effects", "--without-gossip", "--without-mingle",
]  # fmt: skip
BEAT = [*CELERY, "beat", "-l", "warning"]
SEND = """
import sys, django
django.setup()
from tests import services
from tests.workflows.jobs import effects
from workflows import jobs
for name in sys.argv[1:]:
    jobs.enqueue(effects.KIND, name, name, None)
"""


def until(condition: Callable[[], object], seconds: float = 180.0) -> None:
    """Wait until the condition holds; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


class Site:
    """One installation: its data folder, its broker, and the processes started for it."""

    def __init__(self, folder: Path, broker_url: str) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.workflows.jobs.worker_settings",
            "GATEWAY_DATA_DIR": str(folder / "data"),
            "DATABASE_URL": _database_url(),
            "BROKER_URL": broker_url,
            "PYTHONPATH": str(ROOT),
            "EFFECTS_ROOT": str(folder),
        }
        (folder / "data").mkdir()

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )
        self.running.append(process)
        return process

    def work(self) -> subprocess.Popen[bytes]:
        """Start a worker with a name of its own, as every worker of the product has (gateway/process)."""
        return self.start([*WORKER, "--hostname", f"worker-{uuid.uuid4().hex[:8]}@%h"])

    def send(self, *folders: Path) -> None:
        """Enqueue one job for each folder from a process of its own."""
        command = [sys.executable, "-c", SEND, *(folder.name for folder in folders)]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL a process and all its children at once."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """Kill whatever of it still runs; nothing here needs a gentle end, that is the point."""
        for process in self.running:
            if _group_lives(process.pid):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return services.with_path(os.environ["DATABASE_URL"], database["NAME"])


@pytest.fixture
def effect_table() -> Iterator[Callable[[], list[str]]]:
    """A table for effects; gives a function that lists them."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {effects.TABLE} (name varchar(64))")

    def names() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT name FROM {effects.TABLE} ORDER BY name")
            return [row[0] for row in cursor.fetchall()]

    yield names
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {effects.TABLE}")


def broker_url(request, name: str) -> str:
    """URL of a broker that this process of the run has for itself."""
    if name == "filesystem":
        return "filesystem://"
    return request.getfixturevalue({"redis": "redis_broker_url", "rabbitmq": "rabbitmq_url"}[name])


@pytest.fixture(
    params=[
        "filesystem",
        pytest.param("rabbitmq", marks=pytest.mark.rabbitmq),
        pytest.param("redis", marks=pytest.mark.redis),
    ]
)
def site(request, tmp_path: Path) -> Iterator[Site]:
    """An installation on each broker."""
    made = Site(tmp_path, broker_url(request, request.param))
    yield made
    made.end()
    print((tmp_path / "output").read_text()[-4000:])  # shown when the test failed


def folder_for(tmp_path: Path, name: str, go: bool = False) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    if go:
        (folder / "go").touch()
    return folder


def beginnings(folder: Path) -> list[int]:
    began = folder / "began"
    return [int(line) for line in began.read_text().split()] if began.exists() else []


def states() -> set[str]:
    return set(Job.objects.filter(kind=effects.KIND).values_list("state", flat=True))


def test_killed_mid_job_the_work_resumes_after_restart_and_its_effect_happens_once(
    site, tmp_path, effect_table
):
    held = folder_for(tmp_path, "held")
    others = [folder_for(tmp_path, f"other{number}", go=True) for number in range(6)]
    site.start(BEAT)
    worker = site.work()
    site.send(held, *others)
    until(lambda: beginnings(held))
    site.kill(worker)
    assert "held" not in effect_table()

    (held / "go").touch()
    killed_at = time.monotonic()
    site.work()
    until(lambda: states() == {"done"})

    assert effect_table() == ["held", *sorted(folder.name for folder in others)]
    assert len(beginnings(held)) == 2 and Job.objects.get(key=held.name).attempts == 2
    assert time.monotonic() - killed_at < 30


def test_killed_child_mid_job_the_same_worker_does_the_work_once(site, tmp_path, effect_table):
    held = folder_for(tmp_path, "held")
    site.start(BEAT)
    worker = site.work()
    site.send(held)
    until(lambda: beginnings(held))
    os.kill(beginnings(held)[0], signal.SIGKILL)
    (held / "go").touch()
    until(lambda: states() == {"done"})

    assert effect_table() == ["held"]
    assert worker.poll() is None
    assert len(beginnings(held)) == 2


@pytest.fixture
def lone_site(tmp_path: Path) -> Iterator[Site]:
    """An installation on the filesystem transport."""
    made = Site(tmp_path, "filesystem://")
    yield made
    made.end()


def test_while_a_worker_lives_its_lease_lasts_and_nobody_else_begins(lone_site, tmp_path, effect_table):
    held = folder_for(tmp_path, "held")
    lone_site.start(BEAT)
    lone_site.work()
    lone_site.send(held)
    until(lambda: beginnings(held))
    began = time.monotonic()
    until(lambda: time.monotonic() - began > 7)  # more than two leases
    (held / "go").touch()
    until(lambda: states() == {"done"})

    assert effect_table() == ["held"]
    assert len(beginnings(held)) == 1


def test_a_message_alone_wakes_the_worker_within_a_second(lone_site, tmp_path, effect_table):
    lone_site.work()
    first, second = (folder_for(tmp_path, name, go=True) for name in ("first", "second"))
    lone_site.send(first)
    until(lambda: states() == {"done"})  # the worker is up; there is no beat, hence no sweep
    lone_site.send(second)
    sent = time.monotonic()
    until(lambda: states() == {"done"} and len(effect_table()) == 2)

    assert time.monotonic() - sent < 1


def test_a_second_worker_node_on_the_filesystem_transport_refuses_to_start(lone_site, tmp_path, effect_table):
    first = lone_site.work()
    go = folder_for(tmp_path, "go-at-once", go=True)
    lone_site.send(go)
    until(lambda: states() == {"done"})
    second = subprocess.run(WORKER, cwd=ROOT, env=lone_site.environment, capture_output=True, timeout=60)

    assert second.returncode != 0
    assert b"A worker already serves this data folder" in second.stderr + second.stdout
    assert first.poll() is None
    lone_site.kill(first)
    third = lone_site.work()
    again = folder_for(tmp_path, "again", go=True)
    lone_site.send(again)
    until(lambda: len(effect_table()) == 2)
    assert third.poll() is None


def test_torn_and_foreign_messages_do_not_stop_the_worker(lone_site, tmp_path, effect_table):
    messages = lone_site.folder / "data" / "broker" / "messages"
    messages.mkdir(parents=True)
    (messages / "1_torn.read.msg").write_bytes(b"")
    (messages / "2_torn.read.msg").write_bytes(b'{"body": "W1sxXSwge')
    control = lone_site.folder / "data" / "broker" / "control"
    control.mkdir()
    (control / "celery.pidbox.exchange").write_bytes(b"")
    (control / "jobs.exchange").write_bytes(b"[[")
    (messages / "3_old.worker-dead@host.celery.pidbox.msg").write_bytes(b"{}")
    half_written, being_written = messages / ".4_half.read.msg", messages / ".5_now.read.msg"
    for path, age_s in ((half_written, 3600), (being_written, 0)):
        path.touch()
        os.utime(path, (time.time() - age_s,) * 2)
    worker = lone_site.work()
    go = folder_for(tmp_path, "go-at-once", go=True)
    lone_site.send(go)
    until(lambda: states() == {"done"})

    assert worker.poll() is None
    assert list(messages.iterdir()) == [being_written]


def test_term_ends_worker_and_beat_with_nothing_left(lone_site):
    processes = [lone_site.work(), lone_site.start(BEAT)]
    # Each queue is seen to work; two sweeps at once may ask one of them twice.
    alive = Job.objects.filter(kind="jobs.liveness", state="done").values_list("subject", flat=True)
    until(lambda: set(alive.all()) == {queue.value for queue in Queue})
    for process in processes:
        process.terminate()
    for process in processes:
        assert process.wait(20) == 0
        assert not _group_lives(process.pid)


RESENDER = """
import sys, time, django
django.setup()
from tests import services
from tests.workflows.jobs import effects
from workflows import jobs
from workflows.jobs import sending
sending.PAUSE_S = 0
for number, _ in enumerate(sys.stdin):
    before = time.monotonic()
    job = jobs.enqueue(effects.KIND, "s", f"k{number}", None)
    took = time.monotonic() - before
    job.refresh_from_db()
    print(job.sent_at is not None, took, flush=True)
"""


class Line:
    """A forwarder in front of a broker that can be cut and mended."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target, self.pairs = target, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near = listener.accept()[0]
            except OSError:  # cut
                return
            far = socket.create_connection(self.target)
            self.pairs += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:  # cut
            return

    def cut(self) -> None:
        for end in [self.listener, *self.pairs]:
            with contextlib.suppress(OSError):  # the other side was quicker
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.pairs.clear()

    def mend(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()


@pytest.mark.parametrize(
    "broker",
    [
        pytest.param("rabbitmq", marks=pytest.mark.rabbitmq),
        pytest.param("redis", marks=pytest.mark.redis),
    ],
)
def test_a_broker_that_went_away_delays_no_act_and_is_used_again_when_it_is_back(broker, request, tmp_path):
    url = urlsplit(broker_url(request, broker))
    line = Line((url.hostname, url.port or {"rabbitmq": 5672, "redis": 6379}[broker]))
    account = f"{url.username or ''}:{url.password or ''}@" if url.password else ""
    site = Site(tmp_path, f"{url.scheme}://{account}127.0.0.1:{line.port}{url.path}")
    command = [sys.executable, "-c", RESENDER]
    sender = subprocess.Popen(
        command, cwd=ROOT, env=site.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def enqueue() -> tuple[bool, float]:
        sender.stdin.write("go\n")
        sender.stdin.flush()
        sent, took = sender.stdout.readline().split()
        return sent == "True", float(took)

    with sender:
        assert enqueue()[0] is True
        line.cut()
        for _ in range(2):
            sent, took = enqueue()
            assert (sent, took < 6) == (False, True)
        line.mend()
        assert enqueue()[0] is True
        sender.stdin.close()
    line.cut()
    assert Job.objects.count() == 4


def test_job_settings_of_the_product_keep_their_bars():
    """Worker recovery within 60 s (reliability.md 5): a lease, a sweep and a start."""
    base = django_settings
    assert (base.JOB_LEASE_S, base.JOB_HEARTBEAT_S, base.JOB_SWEEP_S, base.JOB_ATTEMPTS) == (30, 10, 5, 5)
    assert jobs.Queue("read") in list(jobs.Queue)
