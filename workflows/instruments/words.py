"""What counsel writes at length about a paper: quotes, reasons, citations, kept encrypted in the vault."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from workflows import vault
from workflows.audit.canonical import canonical


def seal_words(about: UUID | str, **words: str) -> Any:
    """The blob that holds these words, under the id of what they are about (the key is shredded with it)."""
    return vault.put(
        canonical(words), kind="application/json", record_id=str(about), ring=vault.Ring.RECEIVED
    )


def words_of(blob: Any) -> dict[str, str]:
    """The words by their names. Who may read them is for the caller to ask. Raises VaultError."""
    found: dict[str, str] = json.loads(vault.open(blob))
    return found
