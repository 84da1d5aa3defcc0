"""Runs a few programs together: all are there, or none is.

Each program gets a session of its own, so that Ctrl-C reaches the supervisor alone and a
program's children can be ended with it. When one program ends, all end. Standard library
only; knows nothing of what the programs do.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

GRACE_S = 20.0  # Celery's orderly stop takes about 5 s
TICK_S = 0.1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOG_LIMIT_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Stopped(BaseException):
    """The person, or whoever started us, asked us to stop. Passes every `except Exception`."""


class Died(Exception):
    """A program ended by itself."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} ended by itself ({_describe(code)})")
        self.name = name


class Late(Exception):
    """Some programs did not answer in time."""


@dataclass(frozen=True)
class Program:
    """One program: its name, its command, and the proof that it works (true once it answers)."""

    name: str
    command: Sequence[str]
    answers: Callable[[], bool]


@dataclass
class Supervisor:
    """Starts programs, waits for their answers, watches them, ends them."""

    log_folder: Path
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, programs: Sequence[Program]) -> None:
        """Start every program; their output goes to one log file each, mode 0600."""
        self.log_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for program in programs:
            with unbroken(), _log(self.log_folder / f"{program.name}.log") as output:
                self.running[program.name] = _open(
                    program.command, self.environment, stdout=output, stderr=subprocess.STDOUT
                )

    def wait_until_all_answer(
        self, programs: Sequence[Program], limit_s: float, say: Callable[[str], None]
    ) -> None:
        """Return when every program has answered. Raises Died, Late."""
        waiting = {program.name: program for program in programs}
        end = time.monotonic() + limit_s
        while waiting:
            self.check()
            for name in [name for name, program in waiting.items() if program.answers()]:
                del waiting[name]
                say(f"{name} answers")
            if time.monotonic() > end:
                raise Late(f"no answer within {limit_s:.0f} s from {', '.join(waiting)}")
            time.sleep(TICK_S)

    def watch(self) -> NoReturn:
        """Watch until a program ends. Raises Died; never returns."""
        while True:
            self.check()
            time.sleep(2 * TICK_S)

    def check(self) -> None:
        """Raise Died if a program has ended."""
        for name, process in self.running.items():
            code = process.poll()
            if code is not None:
                raise Died(name, code)

    def stop(self) -> None:
        """End every program and its children: TERM, then KILL after the grace. None is left afterwards."""
        groups = [process.pid for process in self.running.values()]
        for process in self.running.values():
            # An orderly stop is the program's own: its children must not be told before it has ended.
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + GRACE_S
        told: set[int] = set()
        while time.monotonic() < end and any(self._alive(group) for group in groups):
            orphaned = {p.pid for p in self.running.values() if p.returncode is not None} - told
            for group in orphaned:
                _signal_group(group, signal.SIGTERM)
            told |= orphaned
            time.sleep(TICK_S)
        late = _descendants(groups)  # a worker's caged children have sessions of their own
        for group in groups:
            _signal_group(group, signal.SIGKILL)
        for pid in late:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.running.values():
            process.wait()
        self.running.clear()

    def _alive(self, group: int) -> bool:
        for process in self.running.values():
            process.poll()  # takes the dead child away, else its group would seem alive
        return _signal_group(group, 0)


@contextlib.contextmanager
def stop_on_signal() -> Iterator[None]:
    """Turn the first INT, TERM or HUP into Stopped, wherever we are; later ones change nothing.

    Signals that our starter blocked before handing over arrive here.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        if _start.going:
            _start.asked = True
            return
        raise Stopped

    before = {number: signal.signal(number, handle) for number in STOP_SIGNALS}
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, signal.SIG_IGN if signal.getsignal(number) is signal.SIG_IGN else old)


@dataclass
class _Start:
    """Whether a program is being started right now, and whether a stop was asked for meanwhile."""

    going: bool = False
    asked: bool = False


_start = _Start()


@contextlib.contextmanager
def unbroken() -> Iterator[None]:
    """Hold a stop back until the program that is being started is one that we know.

    A stop that broke into `Popen` between fork and return would leave a child that nobody ends.
    """
    _start.going = True
    try:
        yield
    finally:
        _start.going = False
        if _start.asked:
            _start.asked = False
            raise Stopped


def run_aside(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command to its end in a session of its own; when we are stopped, it is ended too."""
    process: subprocess.Popen[bytes] | None = None
    try:
        with unbroken():
            process = _open(command, environment, stdout=sys.stderr)
        return process.wait()
    finally:
        if process is not None:
            _end(process)


def _open(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    stdout: int | TextIO,
    stderr: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own that ends with us; call it inside `unbroken`."""
    return subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        env=dict(environment),
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End one program and its group: TERM, then KILL after the grace."""
    if process.poll() is None:
        _signal_group(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_group(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS, for a group of which only dead members are left
        return False
    return True


def _descendants(roots: Sequence[int]) -> set[int]:
    """Return every living process below these, as far as the system's list shows; without them."""
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False)
    parent_of = {int(pid): int(parent) for pid, parent in map(str.split, listing.stdout.splitlines())}
    found: set[int] = set()
    fresh = set(roots)
    while fresh:
        fresh = {pid for pid, parent in parent_of.items() if parent in fresh} - found
        found |= fresh
    return found


@contextlib.contextmanager
def _log(path: Path) -> Iterator[int]:
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """In the child: be sent TERM when the supervisor is gone, even if it was killed."""
    assert _libc is not None
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _describe(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-code).name}"
    return f"exit {code}"
