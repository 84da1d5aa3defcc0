"""Looking at a matter is an entry too: who opened which page is part of the accounting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from workflows.audit import log
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.matters.models import Matter


def view_matter(matter_id: UUID | str, *, actor: Any, action: str = "see_matter") -> Matter:
    """The matter, seen by this person, with its entry. Raises NotVisible, Forbidden."""
    with act(action, actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, action)
        log.record("matter.viewed", actor=actor, matter=matter)
        return matter
