"""Keeps one private server for a test run: `python keeper.py NAME FOLDER OWNER_PID`.

Starts the server, writes FOLDER/NAME.word once it answers, and stops it when it is told to
(TERM) or when the owner is gone, so that a killed test run leaves nothing behind.
Exit 3 with a sentence on standard error: the server's programs are not installed.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.services import ANSWERS

RABBITMQ_HOSTS = 8  # processes of one run that may use it at once


class NotInstalled(Exception):
    """The programs of this server are not on this machine."""


class Server:
    """One running server: its process, URL, description and what must be done after its end."""

    def __init__(
        self,
        command: list[str],
        url: str,
        how: str,
        *,
        user: str | None,
        folder: Path,
        environment: dict[str, str] | None = None,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        self.url, self.how, self.after = url, how, after
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=(folder / "out").open("w"),
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            **as_user(user),
        )

    def stop(self) -> None:
        """End the process group. Nothing it holds is wanted any more."""
        if "PostgreSQL" in self.how:  # gives its shared memory back
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.after()


def as_user(user: str | None) -> dict[str, object]:
    """Return the arguments of Popen that drop root; none when we are not root."""
    if os.getuid() != 0 or user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def someone(*names: str) -> str:
    """Return the first of these accounts that exists; `nobody` always does."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in names if name in known), "nobody")


def free_port() -> int:
    """Return a port of the loopback address that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def own_folder(folder: Path, name: str, user: str) -> Path:
    """Make the server's own folder, which only its user may read."""
    path = folder / f"{name}.d"
    path.mkdir(mode=0o700)
    if os.getuid() == 0:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
    return path


def program(name: str, *folders: str) -> str:
    """Return the path of an installed program, looking first into these folders (patterns; highest wins)."""
    for pattern in folders:
        for candidate in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (candidate / name).exists():
                return str(candidate / name)
    found = shutil.which(name)
    if found is None:
        raise NotInstalled(f"{name} is not installed")
    return found


def start_postgres(folder: Path, **other: str) -> Server:
    """Make a cluster with `initdb` and serve it on a free port. `other` are options that differ from a
    test's: benchmarks write as durably as in service."""
    places = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin")
    server, init = program("postgres", *places), program("initdb", *places)
    user = someone("postgres")
    home = own_folder(folder, "postgres", user)
    made = subprocess.run(
        [
            init,
            "-D",
            str(home / "data"),
            "-U",
            "gateway",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        ],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        **as_user(user),
    )
    if made.returncode:
        raise RuntimeError(f"initdb: {made.stderr.strip().splitlines()[-1]}")
    port = free_port()
    # No fsync: these tests kill processes, not the machine.
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": str(home),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": 120,
        "shared_buffers": "64MB",
        **other,
    }
    command = [server, "-D", str(home / "data")]
    for key, value in options.items():
        command += ["-c", f"{key}={value}"]
    version = Path(server).parent.parent.name
    return Server(
        command,
        f"postgresql://gateway@127.0.0.1:{port}/postgres",
        f"private PostgreSQL {version}",
        user=user,
        folder=home,
    )


def start_redis(folder: Path) -> Server:
    """Serve from memory on a free port."""
    server, user = program("redis-server"), someone("redis")
    home, port = own_folder(folder, "redis", user), free_port()
    command = [
        server,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(home),
    ]
    return Server(command, f"redis://127.0.0.1:{port}/0", "private Redis", user=user, folder=home)


def start_rabbitmq(folder: Path) -> Server:
    """Serve a node with its own name, port mapper, cookie and database on free ports."""
    server = program("rabbitmq-server", "/usr/lib/rabbitmq/bin", "/opt/homebrew/sbin")
    mapper, user = program("epmd"), someone("rabbitmq")
    home = own_folder(folder, "rabbitmq", user)
    port, dist_port, mapper_port = free_port(), free_port(), free_port()
    for name in ("plugins", "env.conf", "rabbitmq.conf"):
        (home / name).touch()
    (home / "plugins").write_text("[].\n")
    (home / "definitions.json").write_text(json.dumps(rabbitmq_definitions()))
    (home / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\nloopback_users.guest = true\n"
        f"load_definitions = {home}/definitions.json\n"
        "vm_memory_high_watermark.absolute = 512MB\ndisk_free_limit.absolute = 50MB\n"
    )
    environment = {
        "HOME": str(home),
        "RABBITMQ_NODENAME": f"gw{port}@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_DIST_PORT": str(dist_port),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "env.conf"),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "ERL_EPMD_PORT": str(mapper_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}",
    }

    def end_mapper() -> None:
        subprocess.run(
            [mapper, "-port", str(mapper_port), "-kill"],
            check=False,
            timeout=10,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    return Server(
        [server],
        f"amqp://guest:guest@127.0.0.1:{port}//",
        "private RabbitMQ",
        user=user,
        folder=home,
        environment=environment,
        after=end_mapper,
    )


def rabbitmq_definitions() -> dict[str, object]:
    """The user, and a virtual host for each process of a test run beside the usual one.

    An installation takes all messages of its queues: two in one virtual host would rob each other.
    """
    salt = os.urandom(4)
    digest = base64.b64encode(salt + hashlib.sha256(salt + b"guest").digest()).decode()
    hosts = ["/", *(f"gw{number}" for number in range(RABBITMQ_HOSTS))]
    every = {"user": "guest", "configure": ".*", "write": ".*", "read": ".*"}
    return {
        "users": [
            {
                "name": "guest",
                "password_hash": digest,
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "administrator",
            }
        ],
        "vhosts": [{"name": name} for name in hosts],
        "permissions": [{**every, "vhost": name} for name in hosts],
    }


def start_s3(folder: Path) -> Server:
    """Serve an S3-compatible store from memory on a free port."""
    home, port = own_folder(folder, "s3", someone()), free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    return Server(command, f"http://127.0.0.1:{port}", "private moto server", user=None, folder=home)


STARTERS = {"postgres": start_postgres, "redis": start_redis, "rabbitmq": start_rabbitmq, "s3": start_s3}


def alive(pid: int) -> bool:
    """True while that process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(name: str, folder: Path, owner: int) -> int:
    """Keep the server until told to stop or the owner is gone."""
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    try:
        server = STARTERS[name](folder)
    except NotInstalled as absent:
        print(absent, file=sys.stderr)
        return 3
    try:
        while not stopping and alive(owner):
            if server.process.poll() is not None:
                print(f"{name} ended by itself with exit {server.process.returncode}", file=sys.stderr)
                return 1
            if ANSWERS[name](server.url):
                break
            time.sleep(0.1)
        word = folder / f"{name}.word"
        word.with_suffix(".part").write_text(json.dumps({"url": server.url, "how": server.how}))
        word.with_suffix(".part").rename(word)
        while not stopping and alive(owner):
            time.sleep(0.3)
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
