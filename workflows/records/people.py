"""The reference under which the log speaks of a person concerned (rule E7)."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from workflows import vault
from workflows.policy.scope import folded_name
from workflows.records.models import Record

PURPOSE = "log/person"


def of_record(record: Record) -> list[str | None]:
    """Whom a record is about, as its description names them: for entries of its reading."""
    return [reference(record.subject_name, record.subject_birth_date)]


def reference(name: str, birth_date: dt.date | None) -> str | None:
    """Return 64 hex digits that stand for the person with this name and date of birth; None without a name.

    HMAC-SHA256 under a key of this installation, so that nobody who has the log alone can try names. Case,
    accents and order of the name do not matter; without a date of birth it is another reference, since the
    name alone may be that of somebody else. Raises VaultError `vault.key_missing`.
    """
    words = folded_name(name)
    if not words:
        return None
    said = "\x00".join((*words, birth_date.isoformat() if birth_date else ""))
    return hmac.new(vault.keys.derive(PURPOSE), said.encode(), hashlib.sha256).hexdigest()
