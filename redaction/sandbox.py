"""Every parse of a foreign file happens in here: a child process that lives for one step.

Rules
1. The parent never hands a foreign byte to a parser. It sends bytes in and takes back one
   length-checked message (`cage.frames`): JSON, pixels, arrays of numbers.
2. A child starts without network, without the file system (bubblewrap) or with an empty folder,
   as an unprivileged user, under limits on memory, CPU, file size, descriptors, processes.
3. A wall clock ends what the CPU limit does not. The whole process group dies with the child.
4. A step of WARM_STEPS is done by a child of a warm cage where one works: the same child, with the
   same limits, confined by the same code before it reads a byte, but forked from a process that has
   loaded our libraries instead of started anew. It can write no file, so it leaves nothing behind.
5. All steps of one file share one account of processor time (`cage.budget`): what each may use is its own
   limit, but never more than the file has left.
6. However a child ends, `run` either returns its reply or raises: Withheld when the child said
   so with a code, DetectorError, or ChildDied. There is no partial reply.

`level()` names the strongest isolation whose self-test passed in this process: `bubblewrap`
(namespaces, and a filter on system calls where the machine has one); `landlock` (the kernel shows
the child only the files it needs, and the filter leaves it no socket and no new process);
`rlimits` (limits, an empty folder, no network). With `_root` at the end, our code is unreadable for
the unprivileged user, so the child stays root without capabilities. `is_reduced` says which of
them belong in a health warning.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import math
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from redaction.cage import bubble, budget, frames, seccomp, warm
from redaction.cage.budget import account as account
from redaction.errors import DetectorError, Failed, Quarantined, Rejected, Withheld

log = logging.getLogger(__name__)

MIB = 1024 * 1024
CHILD = bubble.PACKAGE / "cage" / "child.py"
DEVICES_READ = ("/dev/urandom", "/dev/zero", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")
FULL = ("bubblewrap", "landlock")
WALL_TO_CPU = 4.0  # four children to one core, and each still has its processor time
WATCH_S = 0.25  # between two looks at a throw-away folder that no file system bounds
# Each uses only what `fork_server.load` has loaded, writes no file and starts no program.
WARM_STEPS = frozenset(
    {
        "look",
        "readings",
        "normalise",
        "join",
        "places",
        "read_pages",
        "render",
        "render_from",
        "draw_source",
        "detect",
    }
    | {"plan", "burn", "burn_again", "verify", "verify_pixels", "surviving_words"}
)
WITHHELD = {"Rejected": Rejected, "Quarantined": Quarantined, "Failed": Failed}


@dataclass(frozen=True, slots=True)
class StepLimits:
    """What one child may use: bytes, seconds, counts (redaction.md S2)."""

    address_space: int = 1536 * MIB
    cpu_s: int = 22
    wall_s: float = 90.0
    file_bytes: int = 500_000_000
    folder_bytes: int = 512 * MIB  # of its throw-away folder in all
    descriptors: int = 64
    processes: int = 0
    json_bytes: int = 256 * MIB
    reply_bytes: int = 500_000_000

    @classmethod
    def for_pages(cls, pages: int, **changes: Any) -> StepLimits:
        """20 s of CPU and 2 s a page; the wall clock allows for four children to one core."""
        cpu_s = 20 + 2 * max(1, pages)
        return replace(cls(cpu_s=cpu_s, wall_s=WALL_TO_CPU * cpu_s), **changes)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a child answered."""

    value: Any
    blobs: tuple[bytes, ...] = ()


class ChildDied(Exception):
    """A child ended without an answer. `cause`: `timeout`, `cpu`, `memory`, `killed`, `exit`,
    `error`, `garbled`. `detail` names a signal, an exception type, a place in code; never text."""

    def __init__(self, step: str, cause: str, detail: str = "") -> None:
        super().__init__(f"{step}: {cause} {detail}".strip())
        self.step = step
        self.cause = cause
        self.detail = detail


class AccountSpent(Quarantined):
    """A file has used up its account of processor time (`cage.budget`), before a step or in it."""


@dataclass(frozen=True, slots=True)
class _Level:
    name: str
    bubble: bool
    drop_user: bool
    closed: bool  # claims that no file but the child's own can be reached
    filtered: bool  # claims that system calls are filtered


def run(
    step: str,
    arguments: dict[str, Any] | None = None,
    blobs: Sequence[bytes] = (),
    limits: StepLimits | None = None,
) -> Reply:
    """The reply of one step of `cage.steps.STEPS`, done in a fresh child. Raises Withheld,
    DetectorError or ChildDied; Failed("internal") when no isolation works on this machine;
    AccountSpent when the file has used up its account."""
    how, asked = _strongest(), limits or StepLimits()
    granted = _granted(step, asked)
    try:
        return _run_step(how, step, arguments or {}, blobs, granted)
    except ChildDied as died:
        if granted is not asked and died.cause in ("cpu", "timeout"):
            raise AccountSpent("child_failed") from None
        raise


def run_program(argv: Sequence[str], stdin: bytes, limits: StepLimits) -> bytes:
    """What an outside program wrote to its standard output, run in the cage.

    `argv[0]` is an absolute path. Raises ChildDied unless it ended with exit code 0;
    AccountSpent when the file has used up its account.
    """
    how, name = _strongest(), os.path.basename(argv[0])
    settings = {"program": list(argv), "step": ""}
    raw, wall_s = _spawn(how, name, settings, [stdin], _granted(name, limits))
    budget.charge(wall_s)  # nobody tells how much of it was processor time
    return raw


def _granted(step: str, limits: StepLimits) -> StepLimits:
    """The limits of a step, cut to what is left of the file's account. Raises AccountSpent."""
    left = budget.grant(limits.cpu_s)
    if left <= 0 < limits.cpu_s:
        log.warning("the file has used up its processor time before: %s", step)
        raise AccountSpent("child_failed")
    cpu_s = math.ceil(left)
    if cpu_s >= limits.cpu_s:
        return limits
    return replace(limits, cpu_s=cpu_s, wall_s=min(limits.wall_s, WALL_TO_CPU * cpu_s))


def level() -> str:
    """Name of the isolation in use, as proved by the self-test. Raises Failed("internal")."""
    return _strongest().name


def is_reduced(name: str) -> bool:
    """True for a level below the two full ones: foreign files are parsed with less isolation."""
    return name not in FULL


def warm_use() -> tuple[float, int]:
    """Processor seconds that the children of the warm cage took so far, and KiB of memory that the
    largest of them held: the kernel counts them to the cage, not to this process."""
    return _cages.use()


def forget_self_test() -> None:
    """The next call tests the levels again (for health checks and tests)."""
    _proved.cache_clear()
    _cages.end()


# --- levels ---------------------------------------------------------------------------------


def _ladder() -> Iterator[_Level]:
    root = os.geteuid() == 0
    ways = [("landlock", False, True, True), ("rlimits", False, False, False)]
    if bubble.program() and sys.platform.startswith("linux"):
        ways.insert(0, ("bubblewrap", True, True, seccomp.machine() is not None))
    for name, bubbled, closed, filtered in ways:
        yield _Level(name, bubble=bubbled, drop_user=root, closed=closed, filtered=filtered)
        if root:
            yield _Level(f"{name}_root", bubble=bubbled, drop_user=False, closed=closed, filtered=filtered)


def _strongest() -> _Level:
    return _proved(bubble.program())


@functools.lru_cache(maxsize=2)
def _proved(bubblewrap: str | None) -> _Level:
    """The strongest level that holds with this bubblewrap. Raises Failed("internal")."""
    for candidate in _ladder():
        problem = _problem_with(candidate)
        if problem is None:
            if is_reduced(candidate.name):
                log.warning("reduced isolation: %s", candidate.name)
            return candidate
        log.warning("isolation %s does not work here: %s", candidate.name, problem)
    raise Failed("internal")


def _problem_with(candidate: _Level, cage: warm.WarmCage | None = None) -> str | None:
    """Why a level's claims are untrue here, or None: a real child tries what it must not. That of a
    warm cage must leave nothing to those after it, either."""
    limits = StepLimits(address_space=1024 * MIB, cpu_s=10, wall_s=60.0)
    try:
        with budget.account():  # no file pays for it
            seen = _run_step(candidate, "self_test", {}, (), limits, cage).value
    except (ChildDied, Withheld, OSError) as error:
        return str(error)
    expected = {"memory_bound": True, "core_bound": True, "no_new_privileges": True, "parsers": True}
    expected["network"] = False
    if candidate.closed:
        expected |= {"root_writable": False, "reads_outside": False}
    if candidate.filtered:
        expected |= {"calls_filtered": True, "can_start_process": False}
    if not candidate.name.endswith("_root"):
        expected |= {"root": False, "can_start_process": False}
    if cage is not None:
        expected["leaves_files"] = False
    wrong = sorted(name for name, value in expected.items() if seen.get(name) is not value)
    return ", ".join(wrong) or None


# --- one child ------------------------------------------------------------------------------


def _run_step(
    how: _Level,
    step: str,
    arguments: dict[str, Any],
    blobs: Sequence[bytes],
    limits: StepLimits,
    cage: warm.WarmCage | None = None,
) -> Reply:
    caps = {"json_bytes": limits.json_bytes, "total_bytes": 2 * limits.reply_bytes}
    settings = {"program": None, "step": step, "frame_caps": caps}
    if cage is None and step in WARM_STEPS:
        cage = _cages.of(how.name, functools.partial(_warm_cage, how))
    raw, wall_s = _spawn(how, step, settings, frames.pack(arguments, blobs), limits, cage)
    try:
        body, out = frames.unpack(
            memoryview(raw), json_bytes=limits.json_bytes, total_bytes=limits.reply_bytes
        )
    except frames.BadFrame as error:
        raise ChildDied(step, "garbled", str(error)) from None
    said = body.get("cpu_s")
    budget.charge(min(wall_s, said) if isinstance(said, int | float) and said >= 0 else wall_s)
    if "value" in body:
        return Reply(body["value"], out)
    raise _refusal(step, body)


def _refusal(step: str, body: dict[str, Any]) -> Exception:
    """The exception a child's refusal stands for; only codes of the closed lists are believed."""
    said = body.get("withheld")
    if isinstance(said, dict):
        code, page = said.get("code"), said.get("page")
        kind = WITHHELD.get(str(said.get("kind")))
        if kind is not None and code in kind.codes and (page is None or isinstance(page, int)):
            return kind(str(code), page)
        if said.get("kind") == "DetectorError":
            return DetectorError(str(code)[:40])
    error = body.get("error")
    if isinstance(error, dict):
        cause = "memory" if error.get("memory") is True else "error"
        return ChildDied(step, cause, f"{error.get('type')} {error.get('where')}"[:300])
    return ChildDied(step, "garbled", "body")


def _spawn(
    how: _Level,
    step: str,
    settings: dict[str, Any],
    request: Sequence[bytes],
    limits: StepLimits,
    cage: warm.WarmCage | None = None,
) -> tuple[bytes, float]:
    """Everything the child wrote to its standard output, after it ended well within its limits, and
    the seconds it took that the file has not been charged for yet.

    It is a child of the warm cage if that is free, else one of its own."""
    took_s = 0.0
    names = ("address_space", "cpu_s", "file_bytes", "descriptors", "processes")
    every = asdict(limits)
    settings |= {
        "readable": [] if how.bubble else [*bubble.needed_folders(), *DEVICES_READ],
        "writable": [os.devnull],
        "root": str(bubble.PACKAGE.parent),
        "limits": {name: every[name] for name in names},
        "become": _unprivileged() if how.drop_user else None,
        "leave_network": not how.bubble,
        "environment": _environment(),
    }
    with _pipe_file("in") as stdin, _pipe_file("out") as stdout:
        for piece in request:
            _write_all(stdin, piece)
        os.lseek(stdin, 0, os.SEEK_SET)
        if cage is None or not _in_warm_cage(cage, step, settings, stdin, stdout, limits):
            with _throw_away_folder(how) as folder:
                settings["writable"] += [folder] if folder else []
                line = [*_python(how, limits.folder_bytes), str(CHILD), json.dumps(settings)]
                took_s = _await(step, line, stdin, stdout, folder, limits)
        size = os.fstat(stdout).st_size
        if size == 0:
            if settings["program"]:
                return b"", took_s
            raise ChildDied(step, "garbled", "empty")
        if size > limits.reply_bytes:
            raise ChildDied(step, "garbled", "size")
        return _read_whole(stdout, size), took_s


def _python(how: _Level, tmp_bytes: int, *, shared: bool = False) -> list[str]:
    """The command line that starts Python at a level, without its program."""
    line: list[str] = []
    if how.bubble:
        root = os.geteuid() == 0
        line = bubble.command(
            str(bubble.program()),
            user_namespace=not root,
            may_drop=root and how.drop_user,
            tmp_bytes=tmp_bytes,
            shared=shared,
        )
    return [*line, sys.executable, "-I", "-B"]


def _warm_cage(how: _Level) -> warm.WarmCage | None:
    """A warm cage whose children keep to what the level claims, or None where that cannot be had."""
    settings = {"root": str(bubble.PACKAGE.parent), "environment": _environment()}
    try:
        cage = warm.start([*_python(how, MIB, shared=True), str(warm.PROGRAM)], settings)
    except (warm.Gone, OSError) as error:
        log.info("no warm cage here: %s", type(error).__name__)
        return None
    problem = _problem_with(how, cage)
    if problem is None:
        return cage
    log.info("no warm cage here: %s", problem)
    cage.end()
    return None


def _in_warm_cage(
    cage: warm.WarmCage, step: str, settings: dict[str, Any], stdin: int, stdout: int, limits: StepLimits
) -> bool:
    """True after a child of the warm cage ended with exit code 0; False where the cage is busy or
    gone, and nothing came of it. Raises ChildDied."""
    if not cage.free.acquire(blocking=False):
        return False
    try:
        ended = cage.run(settings, stdin, stdout, limits.wall_s)
    except warm.Gone:
        _cages.lose(cage)
        os.ftruncate(stdout, 0)
        os.lseek(stdout, 0, os.SEEK_SET)
        return False
    except warm.TooSlow:
        _cages.lose(cage)
        budget.charge(limits.cpu_s)
        raise ChildDied(step, "timeout", f"{limits.wall_s:.0f} s") from None
    finally:
        cage.free.release()
    budget.charge(ended.cpu_s)
    log.debug("step %s ended with %d after %.2f s of CPU", step, ended.code, ended.cpu_s)
    _judge(step, ended.code)
    return True


def _await(
    step: str, line: list[str], stdin: int, stdout: int, folder: str | None, limits: StepLimits
) -> float:
    """Starts the child and returns after how many seconds it ended with exit code 0. Raises ChildDied;
    then the file has been charged."""
    environment = _environment() | ({"TMPDIR": folder, "HOME": folder} if folder else {})
    started = time.monotonic()
    child = subprocess.Popen(
        line,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        cwd=folder or "/",
        env=environment,
        start_new_session=True,
        close_fds=True,
    )
    code = None
    try:
        code = _watched(step, child, folder, limits)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        took_s = time.monotonic() - started
        if code != 0:
            budget.charge(min(took_s, limits.cpu_s))
    log.debug("step %s ended with %d after %.2f s", step, code, took_s)
    _judge(step, code)
    return took_s


def _judge(step: str, code: int) -> None:
    """Raises ChildDied for a child that did not end with exit code 0."""
    if code == 0:
        return
    number = -code if code < 0 else code - 128  # bubblewrap reports a signal as 128 + n
    if number in (signal.SIGXCPU, signal.SIGKILL):
        raise ChildDied(step, "cpu" if number == signal.SIGXCPU else "killed", f"signal {number}")
    if 0 < number < 65:
        raise ChildDied(step, "killed", f"signal {number}")
    raise ChildDied(step, "exit", str(code))


def _watched(step: str, child: subprocess.Popen[bytes], folder: str | None, limits: StepLimits) -> int:
    """The child's exit code. Raises ChildDied when time, or the room in its folder, is used up."""
    end = time.monotonic() + limits.wall_s
    while (left := end - time.monotonic()) > 0:
        try:
            return _wait(child, left if folder is None else min(left, WATCH_S))
        except subprocess.TimeoutExpired:
            if folder is not None and _bytes_in(folder) > limits.folder_bytes:
                raise ChildDied(step, "killed", "folder") from None
    raise ChildDied(step, "timeout", f"{limits.wall_s:.0f} s")


def _wait(child: subprocess.Popen[bytes], seconds: float) -> int:
    """The child's exit code, as soon as there is one: the kernel says so where it can (Linux 5.3),
    the standard library would look again every 50 ms. Raises subprocess.TimeoutExpired."""
    try:
        descriptor = os.pidfd_open(child.pid)
    except (AttributeError, OSError):
        return child.wait(timeout=seconds)
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        if not waiting.poll(max(1, seconds * 1000)):
            raise subprocess.TimeoutExpired(child.args, seconds)
    finally:
        os.close(descriptor)
    return child.wait()


def _bytes_in(folder: str) -> int:
    """What the files below a folder take on the disk; what vanishes meanwhile takes nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
    return total


_cages = warm.Cages()


def _environment() -> dict[str, str]:
    """One thread per library (threads count as processes), a Unicode locale, nothing inherited."""
    single = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return dict.fromkeys(single, "1") | {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}


@functools.lru_cache(maxsize=1)
def _unprivileged() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return entry.pw_uid, entry.pw_gid


@contextlib.contextmanager
def _pipe_file(name: str) -> Iterator[int]:
    """A file without a name that both sides can map; gone when closed."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create(name)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryFile() as file:
            yield file.fileno()


def _read_whole(descriptor: int, size: int) -> bytes:
    """Up to `size` bytes from the start. Not mapped: a file that shrinks must not end the parent."""
    pieces, at = [], 0
    while at < size and (piece := os.pread(descriptor, size - at, at)):
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)


def _write_all(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


@contextlib.contextmanager
def _throw_away_folder(how: _Level) -> Iterator[str | None]:
    """A folder of the child's own where bubblewrap does not already give it an empty /tmp."""
    if how.bubble:
        yield None
        return
    folder = tempfile.mkdtemp(prefix="cage-")
    try:
        if how.drop_user:
            os.chown(folder, *_unprivileged())
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
