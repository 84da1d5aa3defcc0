"""Letters about a matter, to the agency that asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from workflows.lawbook import in_force
from workflows.matters.models import Matter
from workflows.notices import letters
from workflows.notices.letters import Paper, Searched, known_codes
from workflows.notices.models import Letter

__all__ = ["Paper", "Searched", "issue", "known_codes", "preview"]


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
    return letters.issue(template, addressee(matter), actor=actor, now=now, missing=missing, **facts)


def preview(template: str, matter: Matter, *, now: dt.datetime, **facts: Any) -> str:
    """The text of a letter that is not issued; where its check code will stand are dashes."""
    row = letters.templates()[template]
    today = timezone.localdate(now)
    source, policy = row.source(letters.ENGLISH), in_force(now)
    return letters.render(
        row, addressee(matter), source, code="----", today=today, policy=policy, given=facts
    )


def addressee(matter: Matter) -> letters.Addressee:
    """Whom the letters of the matter go to."""
    return letters.Addressee(matter.pk, matter.number, matter.agency.name, matter.received_at)
