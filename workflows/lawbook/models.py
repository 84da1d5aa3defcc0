"""Versions of the policy. What a version says never changes; what happens to it is written once.

The triggers of `flow.policy_triggers` hold that in both databases. Version 1 is what the program ships: it
has neither proposer nor approver, and is in force until the first version of the city's own.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models

from workflows.policy.document import Policy, read

PROPOSED, TESTED, APPROVED = "proposed", "tested", "approved"
IN_FORCE, SUPERSEDED, WITHDRAWN = "in_force", "superseded", "withdrawn"


def _person(name: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )


def _entry() -> models.ForeignKey:
    return models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True)


class PolicyVersion(models.Model):
    """One document, from its proposal to the day when the next one takes its place."""

    number = models.PositiveIntegerField(unique=True)
    body = models.TextField()  # the document in canonical JSON
    sha256 = models.CharField(max_length=64)
    base = models.PositiveIntegerField()  # the version it was compared with, and whose place it takes
    reason = models.CharField(max_length=2000, blank=True)
    wanted_from = models.DateTimeField(null=True, blank=True)  # not in force before; null: with its approval
    proposed_by = _person("proposed_by")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_entry = _entry()

    tested_at = models.DateTimeField(null=True, blank=True)
    # Rows of the decision table that it answers otherwise (policy.table.Differs): what the approver reads.
    differences = models.JSONField(null=True, blank=True)
    tested_entry = _entry()

    approved_by = _person("approved_by")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_entry = _entry()
    in_force_from = models.DateTimeField(null=True, blank=True, unique=True)

    withdrawn_by = _person("withdrawn_by")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_entry = _entry()

    class Meta:
        default_permissions = ()
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(in_force_from__isnull=True)
                | models.Q(number=1)
                | models.Q(
                    approved_by__isnull=False, approved_at__isnull=False, approved_entry__isnull=False,
                    tested_at__isnull=False,
                ),
                name="policy_in_force_was_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("proposed_by")),
                name="policy_two_people",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"version {self.number}"

    def read(self) -> Policy:
        """What the version says."""
        return read(self.number, self.body.encode())

    def state(self, now: dt.datetime) -> str:
        """Where it stands now: proposed, tested, approved, in force, superseded or withdrawn."""
        if self.withdrawn_at is not None:
            return WITHDRAWN
        if self.in_force_from is None:
            return PROPOSED if self.tested_at is None else TESTED
        if self.in_force_from > now:
            return APPROVED
        later = PolicyVersion.objects.filter(
            in_force_from__lte=now, in_force_from__gt=self.in_force_from, withdrawn_at__isnull=True
        )
        return SUPERSEDED if later.exists() else IN_FORCE
