"""What one person proposes and another one settles: the shape of such a row, and how it is settled.

Who may propose, who may agree and what follows from it is the business of the act; each calls `open_one`
within its transaction and `settle` once everything has been done.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.conf import settings
from django.db import models

from workflows.errors import NotVisible


class Proposal(models.Model):
    """Who proposed it, and what another one said to it; `agreed` is null until then. Only who proposed it
    takes it back, which is settled as not agreed."""

    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    settled_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        abstract = True


AnyProposal = TypeVar("AnyProposal", bound=Proposal)


def two_people(name: str) -> models.CheckConstraint:
    """Nobody agrees to their own proposal."""
    return models.CheckConstraint(
        condition=~models.Q(agreed=True) | ~models.Q(settled_by=models.F("proposed_by")), name=name
    )


def one_open(name: str, *fields: str) -> models.UniqueConstraint:
    """Of rows with the same values in these fields one is open."""
    return models.UniqueConstraint(
        fields=list(fields), condition=models.Q(settled_at__isnull=True), name=name
    )


def open_one(rows: models.QuerySet[AnyProposal], key: int) -> AnyProposal:
    """The proposal, locked until the transaction ends. Raises NotVisible for none that is open."""
    found = rows.select_for_update(of=("self",)).select_related("proposed_by")
    row = found.filter(pk=key, settled_at=None).first()
    if row is None:
        raise NotVisible()
    return row


def settle(row: Proposal, agrees: bool, *, actor: Any, now: dt.datetime) -> None:
    """The proposal is settled, for good."""
    row.settled_by, row.settled_at, row.agreed = actor, now, agrees
    row.save(update_fields=["settled_by", "settled_at", "agreed"])
