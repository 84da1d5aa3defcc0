"""Takes a child's rights away, before it sees one byte of a foreign file.

Order matters: identity first (the process limit counts by user, and a limit that is already
exceeded would make a later exec fail), then limits, then "no new privileges".
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

PR_SET_NO_NEW_PRIVS = 38
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
# SECBIT_NOROOT and its lock, SECBIT_NO_SETUID_FIXUP and its lock: uid 0 means nothing any more.
SECUREBITS_NOROOT = 0b1111
CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
CAPABILITY_VERSION_3 = 0x20080522


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def leave_network() -> bool:
    """True when this process now sits in an empty network namespace of its own."""
    if not sys.platform.startswith("linux"):
        return False
    libc = _libc()
    if os.geteuid() == 0:
        return bool(libc.unshare(CLONE_NEWNET) == 0)
    return bool(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


def become(uid: int, gid: int) -> None:
    """The process belongs to an unprivileged user for good. Raises OSError if it does not."""
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def lose_capabilities() -> None:
    """uid 0 keeps its files but no capability, now and after any exec. Raises OSError."""
    libc = _libc()
    libc.prctl(PR_SET_SECUREBITS, SECUREBITS_NOROOT, 0, 0, 0)
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if libc.capset(header, nothing) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def no_new_privileges() -> None:
    """No exec from here on can gain rights (set-uid bits, file capabilities)."""
    if sys.platform.startswith("linux"):
        libc = _libc()
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit(*, address_space: int, cpu_s: int, file_bytes: int, descriptors: int, processes: int) -> None:
    """The kernel enforces these from now on (bytes, seconds, counts); none can be raised again.

    Out of CPU time, a process gets SIGXCPU, by which its end is known, and SIGKILL a second later.
    """

    def set_both(which: int, value: int, grace: int = 0) -> None:
        hard = resource.getrlimit(which)[1]
        most = value + grace if hard == resource.RLIM_INFINITY else min(value + grace, hard)
        resource.setrlimit(which, (min(value, most), most))

    set_both(resource.RLIMIT_AS, address_space)
    set_both(resource.RLIMIT_CPU, cpu_s, grace=1)
    set_both(resource.RLIMIT_FSIZE, file_bytes)
    set_both(resource.RLIMIT_NOFILE, descriptors)
    set_both(resource.RLIMIT_CORE, 0)
    set_both(resource.RLIMIT_NPROC, processes)
