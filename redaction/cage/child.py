"""The program every caged child runs: `python -I -B child.py SETTINGS`.

SETTINGS is a JSON object written by `redaction.sandbox`: where our packages lie, which user to
become, the limits, and either a step of `steps.STEPS` or an outside program to turn into.
The request comes on descriptor 0, the reply goes to descriptor 1, both as `frames`; whatever
libraries print is thrown away. An error that is not one of ours crosses back as its type and
place in the code only: its message could quote the document.
"""

from __future__ import annotations

import json
import mmap
import os
import resource
import sys
import traceback
from typing import Any

STARTS_PROGRAMS = frozenset({"office"})  # steps whose work a program does, in the same cage


def _enter(settings: dict[str, Any]) -> None:
    """All rights are gone when this returns."""
    os.environ.update(settings["environment"])  # bubblewrap starts us with an empty one
    sys.path.insert(0, settings["root"])
    from redaction.cage import confine, landlock, seccomp

    if settings["leave_network"]:
        confine.leave_network()
    if settings["readable"]:
        landlock.restrict(settings["readable"], settings["writable"])
    if settings["become"]:
        confine.become(*settings["become"])
    elif os.geteuid() == 0:
        confine.lose_capabilities()
    confine.limit(**settings["limits"])
    confine.no_new_privileges()
    may_start = settings["limits"]["processes"] > 0
    may_exec = bool(settings["program"]) or settings["step"] in STARTS_PROGRAMS
    seccomp.install(may_start=may_start, may_exec=may_exec)


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{os.path.basename(f.filename)}:{f.lineno}" for f in reversed(frames[-4:]))


def _used_s() -> float:
    """Processor seconds of this process and the programs it started."""
    every = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in every)


def _perform(step: str, frame_caps: dict[str, int]) -> list[bytes]:
    """The reply to the request waiting on descriptor 0."""
    from redaction.cage import frames, steps
    from redaction.errors import DetectorError, Withheld

    try:
        with mmap.mmap(0, 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
            arguments, blobs = frames.unpack(view, **frame_caps)
        value, out = steps.STEPS[step](arguments, blobs)
        return frames.pack({"value": value, "cpu_s": _used_s()}, out)
    except Withheld as withheld:
        body = {"kind": type(withheld).__name__, "code": withheld.code, "page": withheld.page}
        return frames.pack({"withheld": body, "cpu_s": _used_s()})
    except DetectorError as error:
        return frames.pack({"withheld": {"kind": "DetectorError", "code": error.code, "page": None}})
    except Exception as error:  # noqa: BLE001 - the branch means "withheld": the parent turns it into a stated code
        memory = isinstance(error, MemoryError)
        return frames.pack(
            {"error": {"type": type(error).__name__, "where": _where(error), "memory": memory}}
        )


def answer(settings: dict[str, Any]) -> None:
    """Confine this process, then answer the one request, then end without clean-up code. A warm
    cage (`fork_server`) calls it in each child that it forks."""
    _enter(settings)
    program = settings["program"]
    if program:
        os.execve(program[0], program, settings["environment"])
    reply = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    for piece in _perform(settings["step"], settings["frame_caps"]):
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(reply, rest) :]
    os._exit(0)


if __name__ == "__main__":
    answer(json.loads(sys.argv[1]))
