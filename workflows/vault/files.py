"""Files that appear whole or not at all, and the room that must stay free on the disk."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from workflows.vault.errors import VaultError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def require_room(size: int) -> None:
    """Raise VaultError `vault.disk_full` unless `size` more bytes leave the reserve untouched.

    The reserve is the larger of a share of the disk and a number of bytes
    (`VAULT_MIN_FREE_SHARE`, `VAULT_MIN_FREE_BYTES`), measured at the data folder.
    """
    folder = Path(settings.DATA_DIR)
    while not folder.exists():
        folder = folder.parent
    disk = shutil.disk_usage(folder)
    reserve = max(disk.total * settings.VAULT_MIN_FREE_SHARE, settings.VAULT_MIN_FREE_BYTES)
    if disk.free - size < reserve:
        raise VaultError("vault.disk_full")


def write_whole(path: Path, content: bytes | Iterable[bytes], *, replace: bool) -> bool:
    """Put `content` at `path`, durable and with mode 0600; False when it was there and `replace` is false.

    Written under a random temporary name in the same folder, flushed to the disk, then
    renamed; the folder's entry is flushed as well. When anything fails, also in producing
    the content, the temporary file is gone and the error rises: OSError as VaultError.
    """
    temporary = path.with_name(f".{secrets.token_hex(16)}.tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as out:
                for part in (content,) if isinstance(content, bytes) else content:
                    out.write(part)
                out.flush()
                os.fsync(out.fileno())
            if replace:
                os.replace(temporary, path)
            else:
                try:
                    os.link(temporary, path)
                except FileExistsError:
                    return False
        finally:
            temporary.unlink(missing_ok=True)
        flush_folder(path.parent)
    except OSError as failure:
        raise VaultError("vault.disk_full" if failure.errno in FULL else "vault.storage_down")
    return True


def flush_folder(folder: Path) -> None:
    """Make the folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
