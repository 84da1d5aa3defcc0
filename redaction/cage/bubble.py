"""The bubblewrap command line: new namespaces for everything, and a file system that holds
only the interpreter, our package, system libraries, fonts and OCR language files, all read-only.

Vault, keys, database and other people's files are not there to be read.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
SYSTEM = ("/usr", "/opt")
ALIASES = ("/bin", "/lib", "/lib32", "/lib64", "/sbin")
SMALL = (
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/etc/alternatives",
    "/etc/localtime",
    "/etc/libreoffice",
    "/var/cache/fontconfig",
)


def program() -> str | None:
    """Path of bubblewrap, or None."""
    return shutil.which("bwrap")


def _interpreter_folders() -> list[Path]:
    """Every folder the interpreter is reached through: links on the way, prefix, base prefix."""
    folders = [Path(sys.prefix), Path(sys.base_prefix)]
    link = Path(sys.executable)
    for _ in range(16):
        folders.append(link.parent)
        if not link.is_symlink():
            break
        link = Path(os.path.normpath(link.parent / os.readlink(link)))
    return folders


def needed_folders() -> list[str]:
    """What a child must be able to read: interpreter, libraries, our package, fonts, OCR data."""
    folders = [*_interpreter_folders(), *(Path(s) for s in (*SYSTEM, *ALIASES) if os.path.isdir(s))]
    return [*map(str, _outermost(folders)), str(PACKAGE), *SMALL]


def _outermost(folders: list[Path]) -> list[Path]:
    kept: list[Path] = []
    for folder in sorted(set(folders), key=lambda p: len(p.parts)):
        if not any(folder.is_relative_to(k) for k in kept):
            kept.append(folder)
    return kept


def _parents(paths: list[Path]) -> list[Path]:
    """Every folder above the paths, outermost first, without the root."""
    above = {parent for path in paths for parent in path.parents} - {Path("/"), Path("/tmp")}
    inside_alias = {p for p in above if os.path.islink(str(p))}
    return sorted(above - inside_alias, key=lambda p: (len(p.parts), str(p)))


def command(
    executable: str, *, user_namespace: bool, may_drop: bool, tmp_bytes: int, shared: bool = False
) -> list[str]:
    """bubblewrap and its arguments; the child's own command line follows.

    Started by root, no user namespace is made (the process limit would not bind a mapped root);
    the child may then change its user once (`may_drop`) and loses all else. Its /tmp holds `tmp_bytes`.
    In a `shared` cage one child follows another: nothing in it can be written, so that none leaves
    anything to the next.
    """
    line = [executable, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    line += ["--unshare-cgroup-try", "--die-with-parent", "--clearenv"]
    if user_namespace:
        line += ["--unshare-user"]
    line += ["--cap-drop", "ALL"]
    if may_drop:
        line += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    # First, since the checkout itself may lie below /tmp and is bound on top of it.
    line += ["--perms", "1777", "--size", str(tmp_bytes), "--tmpfs", "/tmp"]
    folders = _interpreter_folders() + [Path(s) for s in SYSTEM if Path(s).is_dir()]
    for alias in ALIASES:
        if os.path.islink(alias):
            line += ["--symlink", os.readlink(alias), alias]
        elif os.path.isdir(alias):
            folders.append(Path(alias))
    binds = [*_outermost(folders), PACKAGE]
    for parent in _parents([*binds, *map(Path, SMALL)]):  # bubblewrap makes them 0700 if left to it
        line += ["--perms", "0755", "--dir", str(parent)]
    for folder in binds:
        line += ["--ro-bind", str(folder), str(folder)]
    for path in SMALL:
        line += ["--ro-bind-try", path, path]
    # No /proc of the host; the child's own process list only.
    line += ["--proc", "/proc", "--dev", "/dev", "--chdir", "/tmp"]
    if shared:
        line += ["--remount-ro", "/tmp", "--remount-ro", "/dev", "--remount-ro", "/"]
    return line
