"""Texts of letters in the database: what one says never changes, and it is settled once (DB5)."""

from __future__ import annotations

from workflows.audit.triggers import Trigger
from workflows.flow.ruling_triggers import settles

LETTER_TRIGGERS: tuple[Trigger, ...] = settles(
    "notices_lettertext",
    ("id", "template", "language", "number", "base", "shipped", "text", "sha256", "proposed_by_id",
     "proposed_at", "entry_id"),
    ("settled_by_id", "settled_at", "agreed"),
    "DB5: a text of a letter never changes, and is settled once.",
)  # fmt: skip
