"""Clocks of a matter, the pauses in them, and the versions of the calendars by which they count."""

from __future__ import annotations

from django.db import models

from workflows.clocks.kinds import CITY, COURT, clock_kinds
from workflows.proposals import Proposal, one_open, two_people

OUTCOMES = ("met", "missed", "void")


class CalendarVersion(models.Model):
    """All changes to a calendar's table of holidays, as of one day. Never edited: a change is a new row."""

    calendar = models.CharField(max_length=8, choices=[(name, name) for name in (CITY, COURT)])
    version = models.PositiveIntegerField()
    closed = models.JSONField(default=list)  # ISO dates that count as holidays besides the table's
    opened = models.JSONField(default=list)  # ISO dates of the table that do not
    made_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "version"], name="calendar_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} {self.version}"


class CalendarProposal(Proposal):
    """A next version of a calendar that one administrator proposed, and what another one said to it."""

    calendar = models.CharField(max_length=8, choices=[(name, name) for name in (CITY, COURT)])
    base = models.PositiveIntegerField()  # the version that it was compared with; 0: the table alone
    closed = models.JSONField(default=list)
    opened = models.JSONField(default=list)

    class Meta:
        constraints = [
            two_people("calendar_proposal_two_people"),
            one_open("calendar_proposal_one_open", "calendar"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} after {self.base}"


class Clock(models.Model):
    """One running or stopped clock. What it reckons and what somebody asserts are both kept; the
    earlier of the two warns (workflow.md 4.4)."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=24)
    # The paper, link or disclosure that the clock is about, by its own id; empty: the matter itself.
    about = models.CharField(max_length=36, blank=True)
    started_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    amount = models.SmallIntegerField(
        null=True, blank=True
    )  # in the unit of the kind's mode; null: asserted only
    reckoned = models.DateTimeField(null=True, blank=True)
    calendar_version = models.PositiveIntegerField(default=0)  # 0: the tables of holidays alone
    policy_version = models.PositiveIntegerField(default=1)  # by which it lasts and warns
    asserted = models.DateTimeField(null=True, blank=True)
    asserted_by = models.CharField(max_length=8, blank=True)  # paper, agency, court, counsel
    ends = models.DateTimeField()  # the earlier of the two
    warn_at = models.DateTimeField(null=True, blank=True)  # of the next warning; null: none is left
    warned = models.PositiveSmallIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, blank=True, choices=[(one, one) for one in OUTCOMES])

    class Meta:
        ordering = ["ends", "pk"]
        indexes = [models.Index(fields=["stopped_at", "warn_at"], name="clock_next_warning")]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "kind", "about"],
                condition=models.Q(stopped_at__isnull=True),
                name="clock_runs_once",
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_at__isnull=True, outcome="")
                | models.Q(stopped_at__isnull=False, outcome__in=OUTCOMES),
                name="clock_stop_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def title(self) -> str:
        """What the clock is for, in words."""
        return clock_kinds()[self.kind].title

    @property
    def of_court(self) -> bool:
        """True for a date of a court, False for one of the city."""
        return clock_kinds()[self.kind].of_court


class ClockPause(models.Model):
    """A time in which a clock stood still, and why."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    cause = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.cause
