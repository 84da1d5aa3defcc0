"""A filter on system calls, written as the kernel's own small programs (classic BPF).

Rules
1. Refused, not allowed: a list of what reading a document never needs. Libraries differ too much
   between machines for a list of all they need; the file system and the memory are bound elsewhere
   (bubblewrap or Landlock, limits).
2. A call newer than the list (number above NEWEST) does not exist here, so that a kernel of next
   year opens nothing; a call of another instruction set ends the process.
3. A refusal is an error, not a death: libraries that probe for threads or sockets go on without.
4. Whatever the child starts keeps the filter (`no_new_privs` is set before).

Numbers are those of the kernel's tables for x86_64 and for the generic table that aarch64 uses;
`system_calls(2)`, `seccomp(2)`. On any other machine `install` says that it did nothing.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable

PR_SET_SECCOMP, MODE_FILTER = 22, 2
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUAL, ABOVE, ANY_BIT, RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
NUMBER, ARCH, FIRST = 0, 4, 16  # offsets in struct seccomp_data; arguments are 8 bytes each
NEWEST = 450  # set_mempolicy_home_node, Linux 5.17
X32 = 0x40000000
NAMESPACES = 0x7E020080  # every CLONE_NEW*
ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
COLUMN = {"x86_64": 0, "aarch64": 1}
AF_UNIX = 1

# name: (x86_64, aarch64), None where the machine has no such call.
Table = dict[str, tuple[int | None, int | None]]
NEVER: Table = {
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "tkill": (200, 130), "setpriority": (141, 140),
    # out of the process group that is killed at the end
    "setsid": (112, 157), "setpgid": (109, 154),
    # file systems and namespaces
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262), "swapon": (167, 224), "swapoff": (168, 225), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "mknod": (133, None), "mknodat": (259, 33),
    # the kernel itself
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "reboot": (169, 142), "syslog": (103, 116), "vhangup": (153, 58),
    "acct": (163, 89), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "sethostname": (170, 161),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
    "personality": (135, 92), "lookup_dcookie": (212, 18), "nfsservctl": (180, 42),
}  # fmt: skip
ALONE: Table = {  # of a child that may start no process: nor may it speak, or change other files' rights
    "fork": (57, None), "vfork": (58, None),
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206),
    "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "truncate": (76, 45), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "utime": (132, None), "utimes": (235, None),
    "utimensat": (280, 88), "futimesat": (261, None), "link": (86, None), "linkat": (265, 37),
    "symlink": (88, None), "symlinkat": (266, 36), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180),
}  # fmt: skip
EXEC: Table = {"execve": (59, 221), "execveat": (322, 281)}
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
KILL_ONE, KILL_THREAD, PRLIMIT = (62, 129), (234, 131), (302, 261)


def machine() -> str | None:
    """The instruction set whose numbers are known, or None: then there is no filter."""
    name = platform.machine()
    known = sys.platform.startswith("linux") and sys.byteorder == "little" and sys.maxsize > 2**32
    return name if known and name in ARCHES else None


def program(name: str, *, may_start: bool, may_exec: bool, pid: int) -> bytes:
    """The filter for one machine, instruction by instruction.

    `may_start` leaves threads, processes and sockets between them (address family unix);
    `may_exec` leaves execve, for a child that turns into an outside program. Signals reach `pid` only.
    """
    column = COLUMN[name]
    code = [_step(LOAD, ARCH), _step(EQUAL, ARCHES[name], 1, 0), _step(RETURN, KILL), _step(LOAD, NUMBER)]
    if name == "x86_64":
        code += [_step(ABOVE, X32 - 1, 0, 1), _step(RETURN, KILL)]
    code += [_step(ABOVE, NEWEST, 0, 1), _step(RETURN, REFUSE | errno.ENOSYS)]
    refused = [NEVER] if may_start else [NEVER, ALONE]
    refused += [] if may_exec else [EXEC]
    for numbers in (entry[column] for table in refused for entry in table.values()):
        if numbers is not None:
            code += [_step(EQUAL, numbers, 0, 1), _step(RETURN, REFUSE | errno.EPERM)]
    # glibc takes clone where there is no clone3, and its flags can be seen.
    code += [_step(EQUAL, CLONE3[column], 0, 1), _step(RETURN, REFUSE | errno.ENOSYS)]
    if may_start:
        code += _unless(CLONE[column], 0, [_step(ANY_BIT, NAMESPACES, 0, 1)])
        code += _unless(SOCKET[column], 0, [_step(EQUAL, AF_UNIX, 1, 0)])
    else:
        code += [_step(EQUAL, CLONE[column], 0, 1), _step(RETURN, REFUSE | errno.EAGAIN)]
    for call in (KILL_ONE, KILL_THREAD):
        code += _unless(call[column], 0, [_step(EQUAL, pid, 1, 0)])
    code += _unless(PRLIMIT[column], 0, [_step(EQUAL, 0, 1, 0)])
    return b"".join([*code, _step(RETURN, ALLOW)])


def install(*, may_start: bool, may_exec: bool) -> bool:
    """True when the kernel filters this process's calls from now on, and those of its children.

    False where machine or kernel has no such filter. `no_new_privs` must be set.
    """
    name = machine()
    if name is None:
        return False
    code = program(name, may_start=may_start, may_exec=may_exec, pid=os.getpid())
    held = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("@HP", len(code) // 8, ctypes.addressof(held))
    return bool(ctypes.CDLL(None, use_errno=True).prctl(PR_SET_SECCOMP, MODE_FILTER, head, 0, 0) == 0)


def _step(operation: int, value: int, true: int = 0, false: int = 0) -> bytes:
    """One instruction: a comparison skips `true` or `false` instructions."""
    return struct.pack("<HBBI", operation, true, false, value)


def _unless(number: int, argument: int, comparison: Iterable[bytes]) -> list[bytes]:
    """Refuses a call unless the comparison on the low half of one argument skips the refusal.

    Ends by loading the number again, which later comparisons need.
    """
    body = [_step(LOAD, FIRST + 8 * argument), *comparison, _step(RETURN, REFUSE | errno.EPERM)]
    body += [_step(LOAD, NUMBER)]
    return [_step(EQUAL, number, 0, len(body)), *body]
