"""The weekly sign-off of the log by an auditor."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.utils import timezone

from workflows.audit import flags, log, proofs, weeks
from workflows.audit.models import SignOff
from workflows.audit.tlog.checkpoint import parse_unsigned
from workflows.errors import Forbidden, Invalid, WrongState
from workflows.flow.words import MOST_WORDS
from workflows.matters.acts import act
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import allowed


def sign_off(monday: dt.date, words: str, *, actor: Any) -> SignOff:
    """The week that began on this Monday is reviewed: how many flags were open and closed, how often the log
    was read, and the checkpoint of this moment are kept, and an entry says so. `words` may be empty.

    Raises Forbidden, WrongState for a week that has not ended, lies before the log or is signed already.
    """
    with act("sign_off", actor=actor, matter_id=None):
        if not allowed(actor.role, "sign_off"):
            raise Forbidden("The weekly review is signed by an auditor.")
        now, first = timezone.now(), weeks.first_week()
        if (
            first is None
            or monday.weekday() != 0
            or monday < first
            or weeks.begins(monday + weeks.WEEK) > now
        ):
            raise WrongState("Only a whole week of the log that has ended can be signed.")
        if SignOff.objects.filter(week=monday).exists():
            raise WrongState("This week has been signed already.")
        if len(words) > MOST_WORDS:
            raise Invalid(f"At most {MOST_WORDS} characters.", code="reason_needed")
        row = proofs.latest_checkpoint()
        if row is None:
            raise WrongState("The log has no checkpoint yet.")
        head = parse_unsigned(row.note)
        still, closed, read = flags.open_count(), weeks.closed_flags(monday), weeks.readings(monday)
        entry = log.record(
            "oversight.signed_off", actor=actor,
            obj=("checkpoint", hashlib.sha256(row.note.encode()).hexdigest()),
            facts={"counts": {"size": head.size, "flagged": still, "checks": closed, "requests": read}},
            detail=refuse_status(words.strip()) or None,
        )  # fmt: skip
        return SignOff.objects.create(
            week=monday, open_flags=still, closed_flags=closed, readings=read, incarnation=row.incarnation,
            size=head.size, root=head.root.hex(), person=actor.pseudonym, at=now, entry=entry,
        )  # fmt: skip
