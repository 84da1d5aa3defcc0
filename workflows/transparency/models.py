"""Editions of the public register: the printed counts of one quarter, and what they were counted from.

A number that is not printed is in no row. Written once; triggers refuse UPDATE and DELETE.
"""

from __future__ import annotations

import uuid

from django.db import models

from workflows.transparency.suppress import Mark


class Edition(models.Model):
    """The counts of one quarter as printed, once and for all, and the checkpoint of the log they stand on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=200)
    size = models.BigIntegerField()  # entries of the log beneath the checkpoint
    root = models.CharField(max_length=64)
    note = models.TextField()  # the checkpoint itself, signed
    policy_version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)  # of the canonical JSON that is published
    published_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-year", "-quarter"]
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter"], name="edition_once_a_quarter"),
            models.CheckConstraint(
                condition=models.Q(quarter__gte=1, quarter__lte=4), name="edition_quarter_of_year"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """`2026-q3`, as addresses name it."""
        return f"{self.year}-q{self.quarter}"


class Cell(models.Model):
    """One printed count: a number, or the mark that stands instead of it."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="cells")
    table = models.CharField(max_length=16)
    row = models.CharField(max_length=32)
    column = models.CharField(max_length=32, blank=True)
    value = models.PositiveIntegerField(null=True, blank=True)
    mark = models.CharField(max_length=8, blank=True, choices=[(one.value, one.value) for one in Mark])

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "table", "row", "column"], name="cell_once"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True, mark__gt="")
                | models.Q(value__isnull=False, mark="")
                & (models.Q(table="days") | ~models.Q(value__gte=1, value__lte=4)),
                name="cell_small_is_hidden",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row} {self.column}".strip()


class Counted(models.Model):
    """An entry of the log that an edition has counted: each is counted once, in the first edition after
    it may be. Never published."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField("audit.Entry", on_delete=models.PROTECT, related_name="+")
