"""The months and quarters of which reports are made."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils import timezone

from workflows.clocks.calendar import city_zone

INTERNAL, PUBLIC = "internal", "public"
SCOPES = {INTERNAL: "For the office: exact counts", PUBLIC: "For the public: as the register printed them"}
_NAME = re.compile(r"(20[0-9]{2})-(?:(0[1-9]|1[0-2])|q([1-4]))\Z")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole months of the city's calendar: one, or the three of a quarter."""

    year: int
    month: int  # the first of them
    months: int = 1

    @classmethod
    def named(cls, name: str) -> Period | None:
        """The period of `2026-11` or `2026-q4`; None for all other text."""
        found = _NAME.match(name)
        if found is None:
            return None
        year, month, quarter = found.groups()
        return cls(int(year), int(month)) if month else cls(int(year), 3 * int(quarter) - 2, 3)

    @property
    def is_quarter(self) -> bool:
        """True for three months."""
        return self.months == 3

    @property
    def name(self) -> str:
        """As addresses name it."""
        if self.is_quarter:
            return f"{self.year}-q{(self.month + 2) // 3}"
        return f"{self.year}-{self.month:02d}"

    @property
    def title(self) -> str:
        """As people read it."""
        if self.is_quarter:
            return f"{('First', 'Second', 'Third', 'Fourth')[self.month // 3]} quarter of {self.year}"
        return f"{dt.date(self.year, self.month, 1):%B %Y}"

    @property
    def begins(self) -> dt.datetime:
        """Its first moment in the city."""
        return _midnight(self.year, self.month)

    @property
    def ends(self) -> dt.datetime:
        """The first moment after it."""
        month = self.month + self.months
        return _midnight(self.year + (month > 12), month - 12 if month > 12 else month)

    def before(self) -> Period:
        """The one of the same length that ends where this one begins."""
        month = self.month - self.months
        return Period(self.year - (month < 1), month + 12 if month < 1 else month, self.months)


def recent(now: dt.datetime, since: dt.datetime | None) -> list[Period]:
    """The months and quarters that have begun and end after `since`, newest first; at most two years."""
    today = timezone.localdate(now)
    found = []
    for one in (Period(today.year, today.month), Period(today.year, 3 * ((today.month - 1) // 3) + 1, 3)):
        for _ in range(24 // one.months):
            if since is not None and one.ends > since:
                found.append(one)
            one = one.before()
    return sorted(found, key=lambda one: (one.ends, one.months), reverse=True)


def _midnight(year: int, month: int) -> dt.datetime:
    return dt.datetime(year, month, 1, tzinfo=city_zone()).astimezone(dt.UTC)
