"""A matter: one agency request and all that follows, its parties, its blocks."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from workflows.matters.states import TITLES, State
from workflows.policy.codes import (
    BLOCK_KINDS,
    CHANNELS,
    CONTACT_CHANNELS,
    CONTACT_PAPERS,
    CONTACT_WANTS,
    REQUESTER_CLASSES,
    SIDE_DOOR_OUTCOMES,
    SIDE_DOOR_REASONS,
    TAKEN_KINDS,
)


class Agency(models.Model):
    """A requesting agency. Its class is a default only: each matter has its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=160, unique=True)
    default_class = models.CharField(
        max_length=24, default="unknown", choices=[(value, value) for value in REQUESTER_CLASSES]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class Official(models.Model):
    """Somebody, or a client program, who acts for an agency. `person` is the account used."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="officials")
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="official", null=True, blank=True
    )
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class AgencyContact(models.Model):
    """The city's own directory of agencies: the only numbers at which an official is called back."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="contacts")
    office = models.CharField(max_length=120)
    phone = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "office"], name="agency_contact_once")]

    def __str__(self) -> str:
        return f"{self.agency}, {self.office}, {self.phone}"


class MatterNumber(models.Model):
    """The last number given in a year; locked while the next is taken."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Matter(models.Model):
    """One request and all that follows. `state` changes only through `flow.advance`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=24, choices=[(state.value, TITLES[state]) for state in State])
    # The entry that recorded the last change of state: never null, and new at each change (DB1).
    state_entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="matters")
    official = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, blank=True)
    requester_class = models.CharField(max_length=24, choices=[(value, value) for value in REQUESTER_CLASSES])
    channel = models.CharField(max_length=12, choices=[(value, value) for value in CHANNELS])
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    court_date = models.DateField(null=True, blank=True)  # nearest date set by a court
    due_on = models.DateField(null=True, blank=True)  # nearest date of our own

    class Meta:
        permissions = [("see", "Is assigned to this matter")]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in State]), name="matter_state_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Request(models.Model):
    """What was asked, verbatim, as an immutable version. The text itself is in the vault."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="requests")
    version = models.PositiveIntegerField(default=1)
    blob = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    description_masked = models.TextField(blank=True)
    authority_masked = models.CharField(max_length=400, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "version"], name="request_version_once")]


class Party(models.Model):
    """A person the request is about, as printed by the agency."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="parties")
    name = models.CharField(max_length=160)
    birth_date = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return self.name


class Block(models.Model):
    """Something that stops approve, build and bytes in any state, and loses no state."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="blocks")
    kind = models.CharField(max_length=16, choices=[(value, value) for value in BLOCK_KINDS])
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    opened_entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_entry__isnull=True)
                | models.Q(lifted_at__isnull=False, lifted_entry__isnull=False),
                name="block_lift_is_recorded",
            )
        ]


SEAL_GROUNDS = ("court_order", "grand_jury", "counsel")


class Seal(models.Model):
    """A matter that only counsel and named people may know of (policy 7.2). It ends on a day that a court
    has set, or when two lawyers lift it; `review_on` is when counsel is asked. The named people are those
    who have the matter: sealing takes it from everybody else."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="seals")
    ground = models.CharField(max_length=12, choices=[(value, value) for value in SEAL_GROUNDS])
    ends_on = models.DateField(null=True, blank=True)  # the last day, set by a court
    review_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    lift_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=models.Q(lifted_at__isnull=True), name="seal_once"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_entry__isnull=True)
                | models.Q(lifted_at__isnull=False, lifted_entry__isnull=False),
                name="seal_lift_is_recorded",
            ),
            # Two lawyers lift a seal; nobody does where its day has passed (workflow.md 4.8).
            models.CheckConstraint(
                condition=models.Q(lifted_by__isnull=True)
                | (models.Q(lift_asked_by__isnull=False) & ~models.Q(lifted_by=models.F("lift_asked_by"))),
                name="seal_lift_takes_two",
            ),
        ]


class Task(models.Model):
    """Something a role must do by a date, for one matter (counsel's same-day tasks, above all)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=32)
    role = models.CharField(max_length=16)
    due_on = models.DateField()
    court_date = models.DateField(null=True, blank=True)
    # The clock that raised it, if one did.
    clock = models.ForeignKey(
        "clocks.Clock", on_delete=models.PROTECT, related_name="tasks", null=True, blank=True
    )
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )


class Contact(models.Model):
    """Somebody who came or called for an agency (policy 2.6), as one of the staff noted it.

    It holds no record knowledge. Written once; a matter may be opened from it later, and counsel called.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=12, choices=list(CONTACT_CHANNELS.items()))
    happened_at = models.DateTimeField()
    place = models.CharField(max_length=120)  # department or counter
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="approaches"
    )
    agency_said = models.CharField(max_length=160, blank=True)  # as they called themselves
    official_said = models.CharField(max_length=120, blank=True)
    wants = models.CharField(max_length=12, choices=list(CONTACT_WANTS.items()))
    paper = models.CharField(max_length=16, choices=list(CONTACT_PAPERS.items()))
    note = models.CharField(max_length=600, blank=True)
    # Whether anything was said about what the city holds; counsel looks at every yes.
    told = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    counsel_called_at = models.DateTimeField(null=True, blank=True)
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )

    class Meta:
        default_permissions = ()
        ordering = ["-happened_at"]
        indexes = [models.Index(fields=["happened_at"], name="contact_when")]


class Taken(models.Model):
    """What officers took while they executed a judge's warrant in person. Written once."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="taken")
    what = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=list(TAKEN_KINDS.items()))
    pieces = models.PositiveIntegerField()
    receipt = models.BooleanField()  # they left a receipt for it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["id"]


class ListedRequest(models.Model):
    """One request of the public-records list, masked (policy 6.5): the side door is watched, no more.

    `digest` is a keyed hash of the row as it came, so that the same list can be read again. A request
    whose words changed is another row.
    """

    reference = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    received_on = models.DateField(null=True, blank=True)
    requester = models.CharField(max_length=200)
    text = models.TextField()
    reasons = models.JSONField(default=list)  # codes of SIDE_DOOR_REASONS; empty: nothing for counsel
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, null=True, blank=True, choices=list(SIDE_DOOR_OUTCOMES.items()))
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-imported_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["reference", "digest"], name="listed_request_once"),
        ]

    def reason_sentences(self) -> list[str]:
        """Why counsel is shown it, in sentences."""
        return [SIDE_DOOR_REASONS[code] for code in self.reasons]
