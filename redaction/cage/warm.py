"""The parent's side of a warm cage (`fork_server`): one for each process, started when first needed.

It saves what a fresh child spends on loading libraries and compiling rules. Each step still has a
child of its own, with the same limits, which gives up its rights before it reads a byte. A warm
cage serves one child at a time; who finds it busy, or gone, takes a fresh cage.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from redaction.cage import bubble
from redaction.cage.frames import ENDED, REQUEST_BYTES

PROGRAM = bubble.PACKAGE / "cage" / "fork_server.py"
LOADING_S = 120.0


class Gone(Exception):
    """The warm cage does not answer (any more); nothing came of the step."""


class TooSlow(Exception):
    """The child had not ended in time; it and its cage have been killed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit code, or minus the number of a signal; its processor time."""

    code: int
    cpu_s: float


@dataclass(slots=True)
class WarmCage:
    """One running fork server. `free` is held while a child is under way; `cpu_s` and `peak_kib` are
    the processor time of all its children so far, and the most memory one of them held."""

    process: subprocess.Popen[bytes]
    connection: socket.socket
    owner: int
    cpu_s: float = 0.0
    peak_kib: int = 0
    free: threading.Lock = field(default_factory=threading.Lock)

    def run(self, settings: dict[str, Any], stdin: int, stdout: int, wall_s: float) -> Ended:
        """A child did what the settings say with these two files. Raises Gone, TooSlow."""
        message = json.dumps(settings).encode()
        if len(message) > REQUEST_BYTES:
            raise Gone
        files = array.array("i", [stdin, stdout])
        try:
            self.connection.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
        except OSError:
            raise Gone from None
        return self.answer(wall_s)

    def answer(self, wall_s: float) -> Ended:
        """What the cage says next. Raises Gone, TooSlow; then nothing of it is left."""
        waiting = select.poll()
        waiting.register(self.connection, select.POLLIN)
        if not waiting.poll(wall_s * 1000):
            self.end()
            raise TooSlow
        try:
            answer = self.connection.recv(ENDED.size)
        except OSError:
            answer = b""
        if len(answer) != ENDED.size:
            raise Gone
        status, cpu_s, peak_kib = ENDED.unpack(answer)
        self.cpu_s += cpu_s
        self.peak_kib = max(self.peak_kib, peak_kib)
        return Ended(os.waitstatus_to_exitcode(status), cpu_s)

    def end(self) -> None:
        """Nothing of the cage is left, unless it belongs to the process this one was forked from."""
        self.connection.close()
        if self.owner != os.getpid():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(line: Sequence[str], settings: dict[str, Any]) -> WarmCage:
    """A warm cage that has loaded everything. `line` is the command line up to the settings.
    Raises Gone."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [*line, json.dumps(settings)],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=settings["environment"],
            start_new_session=True,
            close_fds=True,
        )
    cage = WarmCage(process, ours, os.getpid())
    atexit.register(cage.end)
    try:
        cage.answer(LOADING_S)
    except (Gone, TooSlow):
        cage.end()
        raise Gone from None
    return cage


class Cages:
    """The warm cages of this process by the name of their level. None stands for one that does not
    work here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cages: dict[str, WarmCage | None] = {}
        os.register_at_fork(after_in_child=self._let_go)

    def of(self, name: str, make: Callable[[], WarmCage | None]) -> WarmCage | None:
        """The cage of a level, made if there is none yet."""
        with self._lock:
            if name not in self._cages:
                self._cages[name] = make()
            return self._cages[name]

    def use(self) -> tuple[float, int]:
        """Processor seconds of all children of the cages there are, and KiB of the largest."""
        cages = list(filter(None, self._cages.values()))
        return sum(cage.cpu_s for cage in cages), max((cage.peak_kib for cage in cages), default=0)

    def lose(self, cage: WarmCage) -> None:
        """The cage is ended and not used again; who wants one next makes another."""
        with self._lock:
            cage.end()
            self._cages = {name: one for name, one in self._cages.items() if one is not cage}

    def end(self) -> None:
        """None is left."""
        with self._lock:
            for cage in filter(None, self._cages.values()):
                cage.end()
            self._cages = {}

    def _let_go(self) -> None:
        """A process just forked leaves those of its parent alone; only its ends are closed."""
        self._lock = threading.Lock()
        for cage in filter(None, self._cages.values()):
            cage.connection.close()
        self._cages = {}
