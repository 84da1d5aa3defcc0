"""What keeps or stops: holds (nothing is destroyed), challenges (nothing leaves until a court has spoken) and
recalls (what has left is called back); and who is to be forgotten in the log. Policy 12, workflow.md 4.5."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from workflows.holding import states
from workflows.policy.codes import RECALL_REASONS

# A paper was filed; an agency asked to preserve; the paper is challenged; a release is called back; counsel
# sees a dispute coming.
GROUNDS = ("paper", "preservation", "challenge", "recall", "counsel")
# A court orders it; the person asks for it; what the city must keep it for is over; it was another person.
FORGET_GROUNDS = ("court_order", "asked_for", "kept_long_enough", "wrong_person")


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


class Challenge(models.Model):
    """Somebody contests a paper. Filing it blocks the matter at once; counsel says what the court did.

    `court_on` is the day on which the court hears or decides it, as far as it is known.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="challenges")
    instrument = models.ForeignKey(
        "instruments.Instrument", on_delete=models.PROTECT, related_name="challenges", null=True, blank=True
    )
    kind = models.CharField(max_length=12, choices=[(value, value) for value in states.CHALLENGE_KINDS])
    party = models.CharField(max_length=12, choices=[(value, value) for value in states.PARTIES])
    court_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=[(value, value) for value in states.CHALLENGE_STATES])
    state_entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(
        max_length=12, blank=True, choices=[(value, value) for value in states.OUTCOMES]
    )
    block = models.OneToOneField("matters.Block", on_delete=models.PROTECT, related_name="challenge")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["filed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="decided", outcome__in=states.OUTCOMES)
                | Q(state="closed")
                | Q(~Q(state__in=("decided", "closed")), outcome=""),
                name="challenge_decided_has_outcome",
            )
        ]


class Recall(models.Model):
    """A release that was called back: its links are dead, and the agency is asked to destroy or return it.

    `replaced_by` is the release that stands in its place, once there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="recalls")
    release = models.OneToOneField("releases.Release", on_delete=models.PROTECT, related_name="recall")
    reason = models.CharField(max_length=16, choices=[(value, value) for value in RECALL_REASONS])
    letter = models.ForeignKey("notices.Letter", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    replaced_by = models.OneToOneField(
        "releases.Release", on_delete=models.PROTECT, related_name="replaces", null=True, blank=True
    )

    class Meta:
        default_permissions = ()
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("release")),
                name="recall_replaced_by_another",
            )
        ]


class RecallReply(models.Model):
    """What the agency says it did with the bytes it had. Written once."""

    recall = models.OneToOneField(Recall, on_delete=models.PROTECT, related_name="reply")
    outcome = models.CharField(max_length=12, choices=[(value, value) for value in states.REPLIES])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()


class Forgetting(models.Model):
    """One lawyer wants the log to forget a person; another one who names the same person agrees, or declines.

    `subject` is the person's reference while that waits, and nothing afterwards: what is over does not say
    whom it was about. No name is kept at any time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=64, null=True, unique=True)
    ground = models.CharField(max_length=16, choices=[(value, value) for value in FORGET_GROUNDS])
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(
        max_length=9, blank=True, choices=[(value, value) for value in ("forgotten", "declined")]
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    settled_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome="",
                    subject__isnull=False,
                    settled_at__isnull=True,
                    settled_by__isnull=True,
                    settled_entry__isnull=True,
                )
                | Q(
                    outcome__in=("forgotten", "declined"),
                    subject__isnull=True,
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    settled_entry__isnull=False,
                ),
                name="forgetting_settled_names_nobody",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="forgotten") | ~Q(settled_by=F("asked_by")),
                name="forgetting_by_two",
            ),
        ]
