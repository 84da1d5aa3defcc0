"""Rows of legal bases besides a court's paper: each names one person, kinds of record and status data.

None of them opens more than it names, and each takes two people. `models` makes them known to Django.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from workflows.policy.bases import EXIGENT_GROUNDS, OVERRIDE_BASES
from workflows.policy.codes import RECORD_CLASSES


class Named(models.Model):
    """What a basis names: nothing else leaves under it. `classes` holds the kinds of record between commas,
    so that the database can look for one; `types` are the types of status data that counsel may authorise."""

    subject_name = models.CharField(max_length=160)
    subject_birth_date = models.DateField(null=True, blank=True)
    classes = models.CharField(max_length=400)
    types = models.JSONField(default=list)
    words = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def record_classes(self) -> list[str]:
        """The kinds of record, by id."""
        return self.classes.strip(",").split(",")

    def class_titles(self) -> list[str]:
        """Readable names of the kinds of record."""
        return [RECORD_CLASSES[value] for value in self.record_classes]


class TwoPeople(Named):
    """Written by one person; of no effect until another one has confirmed it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        abstract = True
        ordering = ["proposed_at"]


def _two_people(name: str) -> list[models.BaseConstraint]:
    none = {"confirmed_by__isnull": True, "confirmed_at__isnull": True, "confirmed_entry__isnull": True}
    all_ = dict.fromkeys(none, False)
    return [
        models.CheckConstraint(
            condition=models.Q(**none) | (models.Q(**all_) & ~models.Q(confirmed_by=models.F("proposed_by"))),
            name=f"{name}_takes_two",
        )
    ]


class LegalBasisOverride(TwoPeople):
    """Another basis than a judge's order for a paper whose kind does not suffice. Citation and reason are
    in the vault."""

    instrument = models.ForeignKey(
        "instruments.Instrument", on_delete=models.PROTECT, related_name="overrides"
    )
    basis = models.CharField(max_length=24, choices=list(OVERRIDE_BASES.items()))

    class Meta(TwoPeople.Meta):
        constraints = [
            *_two_people("override"),
            models.UniqueConstraint(
                fields=["instrument"],
                condition=models.Q(confirmed_by__isnull=False),
                name="override_once_for_a_paper",
            ),
        ]


class Determination1373(TwoPeople):
    """Counsel's determination that named status data goes to a named official (policy 5.3). Once a second
    lawyer has confirmed it, its text stands in the place of a paper (`instrument`)."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="determinations_1373")
    agency = models.ForeignKey("matters.Agency", on_delete=models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=160)
    instrument = models.OneToOneField(
        "instruments.Instrument",
        on_delete=models.PROTECT,
        related_name="determination_1373",
        null=True,
        blank=True,
    )

    class Meta(TwoPeople.Meta):
        constraints = [
            *_two_people("determination_1373"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True, instrument__isnull=True)
                | models.Q(confirmed_by__isnull=False, instrument__isnull=False),
                name="determination_1373_stands_once_confirmed",
            ),
        ]


class Consent(Named):
    """A person's consent to the release of their own records: informed, dated, specific, revocable
    (policy 9.4). Counsel records how the person was informed; it is revoked by taking the paper out of
    force."""

    instrument = models.OneToOneField(
        "instruments.Instrument", on_delete=models.PROTECT, related_name="consent"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class ExigentClaim(models.Model):
    """Somebody claims that a person is in imminent danger (policy 8): a named official, called back at the
    number of the city's own directory. What was said of the danger is in the vault."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="exigent_claims")
    ground = models.CharField(max_length=24, choices=list(EXIGENT_GROUNDS.items()))
    official = models.CharField(max_length=120)
    official_title = models.CharField(max_length=120)
    contact = models.ForeignKey("matters.AgencyContact", on_delete=models.PROTECT, related_name="+")
    spoke_with = models.CharField(max_length=120)
    words = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["claimed_at"]


class ExigentDetermination(TwoPeople):
    """Counsel's determination of an emergency, confirmed by a department head (policy 8.1): the least that
    helps, of one person, and no status data. Once confirmed its text stands in the place of a paper.
    Another lawyer reviews it within 24 hours."""

    claim = models.OneToOneField(ExigentClaim, on_delete=models.PROTECT, related_name="determination")
    date_from = models.DateField(null=True, blank=True)
    date_to = models.DateField(null=True, blank=True)
    instrument = models.OneToOneField(
        "instruments.Instrument",
        on_delete=models.PROTECT,
        related_name="exigent_determination",
        null=True,
        blank=True,
    )
    justified = models.BooleanField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    followed_up_at = models.DateTimeField(null=True, blank=True)

    class Meta(TwoPeople.Meta):
        constraints = [
            *_two_people("exigent"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True, instrument__isnull=True)
                | models.Q(confirmed_by__isnull=False, instrument__isnull=False),
                name="exigent_stands_once_confirmed",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(reviewed_by=models.F("proposed_by")),
                name="exigent_reviewed_by_another",
            ),
        ]
