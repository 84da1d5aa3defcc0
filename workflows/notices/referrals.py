"""Who helps: a list that the oversight office keeps, in versions. Letters and the public page print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils import timezone

from workflows.audit import log
from workflows.errors import Invalid
from workflows.notices.models import ReferralList

MOST_ROWS = 20
LONGEST = 100  # of each part, so that a row is a line or two of a letter


@dataclass(frozen=True, slots=True)
class Referral:
    """One office or group: what it does, in both languages, and how to reach it."""

    name: str
    does_en: str
    does_es: str
    phone: str = ""
    place: str = ""

    def does(self, language: str) -> str:
        """What it does, in this language."""
        return self.does_es if language == "es" else self.does_en


def current() -> list[Referral]:
    """The list in force, empty while there is none."""
    newest = ReferralList.objects.first()
    return [Referral(**row) for row in newest.rows] if newest else []


def lines(language: str) -> list[str]:
    """Each row on one line, for a letter."""
    return [
        ", ".join(part for part in (f"{one.name}: {one.does(language)}", one.phone, one.place) if part)
        for one in current()
    ]


def keep(rows: Sequence[Referral], *, actor: Any) -> ReferralList:
    """The list has a new version with exactly these rows; in the caller's transaction. Raises Invalid."""
    if len(rows) > MOST_ROWS:
        raise Invalid(f"The list takes at most {MOST_ROWS} rows.", code="too_many_referrals")
    for row in rows:
        texts = [" ".join(getattr(row, field.name).split()) for field in fields(row)]
        if not all(texts[:3]) or any(len(text) > LONGEST for text in texts):
            raise Invalid(
                f"Each row needs a name and what is done there in both languages, each in at most {LONGEST} "
                "characters.",
                code="referral_incomplete",
            )
        if not (row.phone or row.place):
            raise Invalid("Say how to reach them: a number or a place.", code="referral_incomplete")
    newest = ReferralList.objects.first()
    version = 1 + (newest.version if newest else 0)
    entry = log.record(
        "referrals.changed", actor=actor, facts={"counts": {"version": version, "rows": len(rows)}}
    )
    return ReferralList.objects.create(
        version=version, rows=[asdict(row) for row in rows], by=actor, at=timezone.now(), entry=entry
    )
