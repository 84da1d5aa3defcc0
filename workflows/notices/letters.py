"""Letters from versioned templates with typed placeholders; issued once, checkable by code.

No letter holds text of a record. All but the production letter neither confirm nor deny that
records exist (policy 13.2).
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone

from workflows.audit import log
from workflows.errors import Invalid
from workflows.notices.models import Letter
from workflows.policy.codes import MISSING

TEMPLATES = {"acknowledgement": 1, "needs_paper": 1, "refusal": 1, "production": 1}
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letters that people misread


def missing_sentences(codes: Sequence[str]) -> list[str]:
    """The sentences of the closed list for these codes. Raises Invalid for any other code, or none."""
    if not codes or any(code not in MISSING for code in codes):
        raise Invalid("Say what is missing, with codes of the closed list.", code="missing_codes")
    return [MISSING[code] for code in codes]


@dataclass(frozen=True, slots=True)
class Addressee:
    """The matter a letter belongs to and the agency it goes to."""

    matter_id: UUID
    number: str
    agency: str
    received_at: dt.datetime


def issue(
    template: str,
    to: Addressee,
    *,
    actor: Any,
    now: dt.datetime,
    missing: Sequence[str] = (),
    **facts: Any,
) -> Letter:
    """Write, number and record one letter inside the caller's transaction, and return it."""
    code = "-".join("".join(secrets.choice(_CODE_ALPHABET) for _ in range(4)) for _ in range(3))
    body = render_to_string(
        f"letters/{template}.txt",
        {
            "number": to.number,
            "agency": to.agency,
            "received_on": timezone.localdate(to.received_at),
            "today": timezone.localdate(now),
            "missing": missing_sentences(missing) if missing else [],
            "check_code": code,
            **facts,
        },
    ).strip()
    entry = log.record(
        "letter.issued",
        actor=actor,
        matter=to.matter_id,
        reason=template,
        facts={"counts": {"version": TEMPLATES[template]}},
    )
    return Letter.objects.create(
        matter_id=to.matter_id,
        template=template,
        template_version=TEMPLATES[template],
        body=body,
        missing=list(missing),
        check_code=code,
        issued_at=now,
        entry=entry,
    )
