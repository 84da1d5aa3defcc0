"""Holds: what belongs to a matter under hold is not destroyed, whatever the schedule says (policy 12.2)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

# A paper was filed; an agency asked to preserve; the paper is challenged; counsel sees a dispute coming.
GROUNDS = ("paper", "preservation", "challenge", "counsel")


class Hold(models.Model):
    """One reason to keep everything of a matter. `about` is the id of what gave it, if one thing did.

    A hold is placed by the act that gives the reason and ends only when one lawyer has asked for it and
    another one has agreed. The database refuses everything else, and keeps what is held (DB7).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="holds")
    ground = models.CharField(max_length=12, choices=[(value, value) for value in GROUNDS])
    about = models.CharField(max_length=36, blank=True)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        default_permissions = ()
        ordering = ["placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "ground", "about"],
                condition=Q(lifted_at__isnull=True),
                name="hold_open_once",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, asked_by__isnull=True)
                | Q(asked_at__isnull=False, asked_by__isnull=False),
                name="hold_asked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_entry__isnull=True)
                | Q(
                    lifted_at__isnull=False,
                    lifted_by__isnull=False,
                    lifted_entry__isnull=False,
                    asked_by__isnull=False,
                ),
                name="hold_lift_is_recorded",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=F("asked_by")),
                name="hold_lifted_by_second",
            ),
        ]
