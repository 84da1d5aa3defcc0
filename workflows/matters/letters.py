"""Letters about a matter, to the agency that asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from workflows.matters.models import Matter
from workflows.notices import letters
from workflows.notices.letters import missing_sentences
from workflows.notices.models import Letter

__all__ = ["issue", "missing_sentences"]


def issue(
    template: str,
    matter: Matter,
    *,
    actor: Any,
    now: dt.datetime,
    missing: Sequence[str] = (),
    **facts: Any,
) -> Letter:
    """Issue one letter of this template to the matter's agency, inside the caller's transaction."""
    to = letters.Addressee(matter.pk, matter.number, matter.agency.name, matter.received_at)
    return letters.issue(template, to, actor=actor, now=now, missing=missing, **facts)
