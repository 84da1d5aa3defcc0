"""Landlock: the kernel lets a process see only the folders it names (Linux 5.13 and later).

Used where bubblewrap is not installed. System calls by number, since no library wraps them;
numbers and bits are those of the kernel's `landlock.h`, the same on every architecture. Each
version of the interface can take more away; an older kernel takes what it knows.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG = 1
PR_SET_NO_NEW_PRIVS = 38
RULE_PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
READING = EXECUTE | READ_FILE | READ_DIR
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many file rights a version knows
BIND_TCP, CONNECT_TCP = 1, 2  # from version 4
ABSTRACT_SOCKETS, SIGNALS = 1, 2  # to processes outside, from version 6


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def restrict(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """True when from now on only these folders and files exist for this process, and no TCP port.

    False where the kernel has no Landlock; then nothing changed. Raises OSError when it has it
    and refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(CREATE_RULESET, None, 0, VERSION_FLAG)
    if version < 1:
        return False
    everything = (1 << RIGHTS[min(version, max(RIGHTS))]) - 1
    handled = _Ruleset(
        everything,
        BIND_TCP | CONNECT_TCP if version >= 4 else 0,
        ABSTRACT_SOCKETS | SIGNALS if version >= 6 else 0,
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(CREATE_RULESET, ctypes.byref(handled), size, 0)
    _must(ruleset >= 0, "landlock_create_ruleset")
    for rights, paths in ((READING, readable), (everything, writable)):
        for path in paths:
            _allow(libc, ruleset, path, rights)
    _must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs")
    _must(libc.syscall(RESTRICT_SELF, ruleset, 0) == 0, "landlock_restrict_self")
    os.close(ruleset)
    return True


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what does not exist needs no permission
    try:
        if not os.path.isdir(path):
            rights &= OF_FILES
        rule = _PathBeneath(rights, parent)
        _must(
            libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0) == 0,
            "landlock_add_rule",
        )
    finally:
        os.close(parent)


def _must(held: bool, what: str) -> None:
    if not held:
        raise OSError(ctypes.get_errno(), what)
