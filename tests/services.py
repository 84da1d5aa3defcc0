"""Real servers for tests: PostgreSQL, Redis, RabbitMQ and an S3-compatible store.

For each: the URL in the environment; else a server on 127.0.0.1 with its usual port and
account; else a private one from installed binaries, in a temporary folder, as an
unprivileged user. Private servers are shared by all processes of one test run (the first
that asks starts it) and are stopped by their keeper (`tests/keeper.py`) when the run ends,
however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

FOLDER_VARIABLE = "TEST_SERVICES_FOLDER"
URL_VARIABLES = {
    "postgres": "TEST_POSTGRES_URL",
    "redis": "TEST_REDIS_URL",
    "rabbitmq": "TEST_RABBITMQ_URL",
    "s3": "TEST_S3_URL",
}
START_S = 90.0


@dataclass(frozen=True)
class Offer:
    """A server that answers (`url`), or the reason why there is none (`url` empty)."""

    url: str
    how: str


def services_required() -> bool:
    """True where a missing server is a failure and not a skip."""
    return os.environ.get("CI") == "true" or os.environ.get("GATEWAY_REQUIRE_SERVICES") == "all"


def obtain(name: str) -> Offer:
    """Return a working server of that kind for this run, starting a private one if need be."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = folder / f"{name}.json"
        if found.exists():
            return Offer(**json.loads(found.read_text()))
        offer = _from_environment(name) or _from_loopback(name) or _private(name, folder)
        found.write_text(json.dumps(asdict(offer)))
        return offer


def used_and_absent(folder: Path) -> tuple[list[str], list[str]]:
    """Return one line for each server used by this run and one for each that was missing."""
    used, absent = [], []
    for name in URL_VARIABLES:
        found = folder / f"{name}.json"
        if found.exists():
            offer = Offer(**json.loads(found.read_text()))
            (used if offer.url else absent).append(f"{name}: {offer.how}")
    return used, absent


@contextlib.contextmanager
def run_folder() -> Iterator[Path]:
    """Make the folder in which this run's servers are noted; at the end all keepers have ended."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="gw-services-"))
    folder.chmod(0o755)  # servers run as other users and must reach their own subfolder
    os.environ[FOLDER_VARIABLE] = str(folder)
    try:
        yield folder
    finally:
        for note in folder.glob("*.keeper"):
            _end_keeper(int(note.read_text()))
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop(FOLDER_VARIABLE, None)


def postgres_answers(url: str) -> bool:
    """True if a connection can be opened."""
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def redis_answers(url: str) -> bool:
    """True if PING is answered."""
    import redis

    try:
        return bool(redis.Redis.from_url(url, socket_connect_timeout=2).ping())
    except redis.RedisError:
        return False


def rabbitmq_answers(url: str) -> bool:
    """True if the AMQP handshake and the sign-in succeed."""
    import kombu

    try:
        with kombu.Connection(url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except (kombu.exceptions.OperationalError, OSError):
        return False
    return True


def s3_answers(url: str) -> bool:
    """True if something accepts connections at the endpoint."""
    import socket

    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=2).close()
    except OSError:
        return False
    return True


ANSWERS = {
    "postgres": postgres_answers,
    "redis": redis_answers,
    "rabbitmq": rabbitmq_answers,
    "s3": s3_answers,
}


def wait_for(name: str, url: str, seconds: float) -> None:
    """Return once the server answers. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not ANSWERS[name](url):
        if time.monotonic() > end:
            raise TimeoutError(f"{name} does not answer")
        time.sleep(0.05)


def with_path(url: str, name: str) -> str:
    """The URL with another database or virtual host."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextlib.contextmanager
def own_database(server_url: str) -> Iterator[str]:
    """Make a fresh database on a PostgreSQL server and drop it at the end; yields its URL."""
    import psycopg
    from psycopg import sql

    name = f"gw_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield with_path(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _from_environment(name: str) -> Offer | None:
    url = os.environ.get(URL_VARIABLES[name], "")
    if not url:
        return None
    if not ANSWERS[name](url):
        return Offer("", f"{URL_VARIABLES[name]} is set but nothing answers there")
    return Offer(url, "given by the environment")


def _from_loopback(name: str) -> Offer | None:
    usual = {
        "postgres": "postgresql://postgres:postgres@127.0.0.1:5432/postgres",
        "redis": "redis://127.0.0.1:6379/9",
    }.get(name)  # a RabbitMQ virtual host of our own needs its administrator, so that one is always private
    return Offer(usual, "on 127.0.0.1") if usual and ANSWERS[name](usual) else None


def _private(name: str, folder: Path) -> Offer:
    """Start the keeper of a private server and wait for its word."""
    word = folder / f"{name}.word"
    watch = os.environ.get("TEST_SERVICES_OWNER", str(os.getpid()))
    keeper = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("keeper.py")), name, str(folder), watch],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(folder / f"{name}.err").open("w"),
        start_new_session=True,
    )
    (folder / f"{name}.keeper").write_text(str(keeper.pid))
    end = time.monotonic() + START_S
    while not word.exists():
        if keeper.poll() is not None:
            tail = (folder / f"{name}.err").read_text().strip().splitlines()[-1:] or [
                f"exit {keeper.returncode}"
            ]
            return Offer("", f"the private server did not start: {tail[0]}")
        if time.monotonic() > end:
            keeper.terminate()
            return Offer("", f"the private server did not answer within {START_S:.0f} s")
        time.sleep(0.05)
    said = json.loads(word.read_text())
    if said["url"] and not ANSWERS[name](said["url"]):
        return Offer("", "the private server started but does not answer")
    return Offer(said["url"], said["how"])


def _end_keeper(pid: int) -> None:
    """Ask one keeper to stop and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 15)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return
        except ChildProcessError:  # started by another process of this run
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
        time.sleep(0.05)
