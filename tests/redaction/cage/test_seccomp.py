"""System calls that reading a document never needs are refused in the child, at every level."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

import pytest

from redaction import sandbox
from redaction.cage import seccomp
from redaction.sandbox import ChildDied, StepLimits

ALONE = StepLimits(cpu_s=10, wall_s=60)
FAMILY = StepLimits(cpu_s=10, wall_s=60, processes=512)
ATTEMPT = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
for number, *arguments in {calls}:
    if libc.syscall(number, *arguments) == 0 and number in {forks}:
        os._exit(0)
    print(ctypes.get_errno(), end=" ", flush=True)
    ctypes.set_errno(0)
"""
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
SIGCHLD = 17

pytestmark = pytest.mark.usefixtures("isolation")


@pytest.fixture(params=["bubblewrap", "without bubblewrap"])
def isolation(request, monkeypatch):
    """The strongest level of this machine, and what is left where bubblewrap is not installed."""
    if request.param == "without bubblewrap":
        monkeypatch.setenv("PATH", "/nonexistent")
    return sandbox.level()


def numbers(*tables: seccomp.Table) -> list[int]:
    """The numbers of all calls of the tables on this machine."""
    machine = seccomp.machine()
    assert machine is not None, "the filter is not written for this machine"
    entries = [entry[seccomp.COLUMN[machine]] for table in tables for entry in table.values()]
    return [number for number in entries if number is not None]


def number(pair: tuple[int, int]) -> int:
    return pair[seccomp.COLUMN[str(seccomp.machine())]]


def errors(calls: list[tuple[int, ...]], limits: StepLimits = ALONE) -> list[str]:
    """The names of the errors of system calls made in the cage."""
    forks = [number(seccomp.CLONE), number(seccomp.CLONE3), *numbers(seccomp.ALONE)[:2]]
    code = ATTEMPT.format(calls=calls, forks=forks)
    said = sandbox.run_program([sys.executable, "-I", "-c", code], b"", limits)
    return [errno.errorcode.get(int(word), "none") for word in said.split()]


def test_what_no_document_needs_is_not_permitted():
    calls = [(n, 0, 0, 0, 0, 0) for n in numbers(seccomp.NEVER, seccomp.ALONE)]

    assert errors(calls) == ["EPERM"] * len(calls)


def test_what_no_converter_needs_is_not_permitted():
    calls = [(n, 0, 0, 0, 0, 0) for n in numbers(seccomp.NEVER)]

    assert errors(calls, FAMILY) == ["EPERM"] * len(calls)


def test_a_child_alone_starts_neither_process_nor_thread():
    calls = [(number(seccomp.CLONE), SIGCHLD, 0, 0, 0, 0), (number(seccomp.CLONE3), 0, 0)]

    assert errors(calls) == ["EAGAIN", "ENOSYS"]


def test_a_converter_starts_processes_but_no_namespace_and_no_network_socket():
    clone, socket = number(seccomp.CLONE), number(seccomp.SOCKET)
    calls = [(clone, flag | SIGCHLD, 0, 0, 0, 0) for flag in (NEW_USER, NEW_NETWORK)]
    calls += [(number(seccomp.CLONE3), 0, 0)]
    calls += [(socket, family, kind, 0) for family, kind in ((2, 1), (16, 3), (1, 1))]

    assert errors(calls, FAMILY) == ["EPERM", "EPERM", "ENOSYS", "EPERM", "EPERM", "none"]
    assert errors([(clone, SIGCHLD, 0, 0, 0, 0)], FAMILY) == ["none"]


def test_signals_and_limits_reach_the_child_alone():
    kill, prlimit = number(seccomp.KILL_ONE), number(seccomp.PRLIMIT)
    calls = [(kill, 1, 0), (kill, -1, 0), (kill, 0, 0), (prlimit, 1, 7, 0, 0), (prlimit, 0, 7, 0, 0)]

    assert errors(calls) == ["EPERM", "EPERM", "EPERM", "EPERM", "none"]


def test_a_call_newer_than_the_list_does_not_exist():
    calls = [(n, 0, 0, 0) for n in (seccomp.NEWEST + 1, 462, 999, 100_000)]

    assert errors(calls) == ["ENOSYS"] * 4


def test_a_step_cannot_become_another_program():
    assert sandbox.run("self_test").value["calls_filtered"] is True


X32_CALL = f"import ctypes; ctypes.CDLL(None).syscall({seccomp.X32 + 39}); print('alive')"
I386_CALL = """
import ctypes, mmap
code = b"\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3"  # mov eax, 20 (getpid); int 0x80; ret
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(code)
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
ctypes.CFUNCTYPE(ctypes.c_int)(address)()
print("alive")
"""
FOREIGN_CALLS = {"x86_64": (X32_CALL, I386_CALL), "aarch64": ()}


def test_a_call_of_another_instruction_set_ends_the_child():
    for code in FOREIGN_CALLS[str(seccomp.machine())]:
        with pytest.raises(ChildDied) as died:
            sandbox.run_program([sys.executable, "-I", "-c", code], b"", ALONE)
        assert died.value.cause == "killed"


@pytest.mark.parametrize("machine", sorted(seccomp.ARCHES))
@pytest.mark.parametrize("may_start", [True, False])
def test_the_program_is_sound_for_every_machine(machine, may_start):
    code = seccomp.program(machine, may_start=may_start, may_exec=False, pid=1)
    steps = list(struct.iter_unpack("<HBBI", code))

    assert 0 < len(steps) < 4096  # BPF_MAXINSNS
    assert steps[-1] == (seccomp.RETURN, 0, 0, seccomp.ALLOW)
    for at, (_, true, false, _) in enumerate(steps[:-1]):
        assert at + 1 + max(true, false) < len(steps)


@pytest.mark.parametrize("machine", sorted(seccomp.ARCHES))
def test_the_program_run_by_hand_says_what_the_tables_say(machine):
    column = seccomp.COLUMN[machine]
    alone = seccomp.program(machine, may_start=False, may_exec=False, pid=77)
    family = seccomp.program(machine, may_start=True, may_exec=True, pid=77)
    refused = seccomp.REFUSE | errno.EPERM

    for name, entry in (seccomp.NEVER | seccomp.ALONE | seccomp.EXEC).items():
        if entry[column] is not None and name != "socket":
            assert verdict(alone, machine, entry[column]) == refused, name
            expected = refused if name in seccomp.NEVER else seccomp.ALLOW
            assert verdict(family, machine, entry[column]) == expected, name
    assert verdict(family, machine, seccomp.CLONE[column], 0x00010000) == seccomp.ALLOW  # a thread
    assert verdict(family, machine, seccomp.CLONE[column], NEW_USER) == refused
    assert verdict(alone, machine, seccomp.KILL_ONE[column], 77) == seccomp.ALLOW
    assert verdict(alone, machine, seccomp.KILL_ONE[column], 78) == refused
    assert verdict(alone, "riscv64", 0) == seccomp.KILL
    assert verdict(alone, machine, 63) == seccomp.ALLOW  # uname, read


def verdict(program: bytes, machine: str, call: int, argument: int = 0) -> int:
    """What the kernel would answer: the program's instructions, followed here one by one."""
    data = struct.pack("<IIQ6Q", call, seccomp.ARCHES.get(machine, 0), 0, argument, 0, 0, 0, 0, 0)
    steps, at, held = list(struct.iter_unpack("<HBBI", program)), 0, 0
    while True:
        operation, true, false, value = steps[at]
        at += 1
        if operation == seccomp.RETURN:
            return int(value)
        if operation == seccomp.LOAD:
            held = int.from_bytes(data[value : value + 4], "little")
            continue
        holds = {
            seccomp.EQUAL: held == value,
            seccomp.ABOVE: held > value,
            seccomp.ANY_BIT: bool(held & value),
        }[operation]
        at += true if holds else false


def test_the_numbers_are_those_of_this_kernel():
    """Calls without an effect, made by number outside the cage, answer as their names do."""
    libc = ctypes.CDLL(None, use_errno=True)

    assert libc.syscall(numbers({"personality": seccomp.NEVER["personality"]})[0], 0xFFFFFFFF) >= 0
    assert libc.syscall(number(seccomp.KILL_ONE), os.getpid(), 0) == 0
    assert libc.syscall(number(seccomp.KILL_ONE), os.getpid(), 65) == -1
    assert ctypes.get_errno() == errno.EINVAL
