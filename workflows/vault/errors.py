"""The one error of the vault. Each branch that raises it means: withheld."""

from __future__ import annotations

from workflows.errors import Refused

SENTENCES = {
    "vault.key_missing": "The key that opens stored files is not available. Nothing was released or lost.",
    "vault.key_wrong": "The key at hand does not open this file. The file stays withheld.",
    "vault.changed": "The stored bytes are not the bytes that were put in. The file stays withheld.",
    "vault.file_missing": "The stored file cannot be found. The file stays withheld.",
    "vault.not_stored": "No such file is stored.",
    "vault.shredded": "The key of this file was destroyed; only the note that it existed is left.",
    "vault.disk_full": "Too little disk space is free. Nothing was stored; try again when there is room.",
    "vault.storage_down": "The file store does not answer. Nothing was changed; try again.",
    "vault.source_changed": "The file changed while it was being stored. Nothing was stored; try again.",
}


class VaultError(Refused):
    """Bytes could not be stored or opened, so nothing was. `code` is a key of `SENTENCES`."""

    status = 503

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code], code=code)

    def __reduce__(self) -> tuple[type[VaultError], tuple[str]]:
        return type(self), (self.code,)
