"""Stored bytes: encrypted, named by digest, opened only when every tag and digest agrees.

    blob = vault.put(path_or_bytes, kind="application/pdf", record_id=str(record.pk))
    data = vault.open(blob)
    vault.open_to(blob, path)
    vault.shred(blob)

The room knows no people: who may open what is decided by the caller. Names are loaded on
first use, because the table cannot be imported while Django still reads the list of rooms.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from workflows.vault.errors import VaultError
from workflows.vault.rings import Ring

if TYPE_CHECKING:
    from workflows.vault import keys
    from workflows.vault.store import chunks, open, open_to, orphans, put, rewrap, shred

__all__ = ["Ring", "VaultError", "chunks", "keys", "open", "open_to", "orphans", "put", "rewrap", "shred"]


def __getattr__(name: str) -> Any:
    if name == "keys":
        return import_module("workflows.vault.keys")
    if name in __all__:
        return getattr(import_module("workflows.vault.store"), name)
    raise AttributeError(name)
