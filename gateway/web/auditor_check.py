"""The full check of the log from a page: the same as `manage.py verify_audit`, for logs that are small."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings

from workflows.audit import health, keyring
from workflows.audit.keys import KeyMissing
from workflows.audit.memory import SignerMemory
from workflows.audit.timestamping import RootsMissing, trusted_roots
from workflows.audit.tlog.note import NoteError
from workflows.audit.verification.findings import CLASSES
from workflows.audit.verification.whole import Asked, verify
from workflows.errors import Invalid

MOST_ENTRIES = 20_000  # a few seconds
MOST_FAULTS = 20


def whole_log(now: dt.datetime) -> dict[str, Any]:
    """What a check of bodies, order, signatures, signer memory, times and columns found.

    Raises Invalid when the log is too large for a page, or cannot be checked here at all.
    """
    size = health.look(now).size
    if size > MOST_ENTRIES:
        raise Invalid(
            f"The log has {size} entries: too many to check while a page waits. "
            "Run `python manage.py verify_audit` on the machine.",
            code="log_too_large",
        )
    try:
        result = verify(
            Asked(
                ring=keyring.parse_keys(keyring.keys_text()),
                memory=SignerMemory(settings.MEMORY_FILE),
                export_dir=Path(settings.EXPORT_DIR),
                now=now,
                roots=trusted_roots(),
            )
        )
    except (OSError, NoteError, KeyMissing, RootsMissing) as error:
        raise Invalid(
            "The log cannot be checked here: a key, the signer's memory or the export is not readable. "
            "Run `python manage.py verify_audit` on the machine; it says which.",
            code="log_unreadable",
        ) from error
    return {
        "at": now,
        "good": result.exit == 0,
        "exit": result.exit,
        "size": result.size,
        "entries": result.entries,
        "pending": result.pending,
        "last_good_size": result.last_good_size,
        "faults": [
            (code, CLASSES.get(code, "a fault"), count) for code, count in sorted(result.counts.items())
        ],
        "first": [
            {"leaf": one.leaf, "entry": one.entry, "says": one.detail}
            for one in result.findings[:MOST_FAULTS]
        ],
    }
