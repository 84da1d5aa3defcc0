"""Reads about holds."""

from __future__ import annotations

from django.db.models import QuerySet

from workflows.holding.models import Hold
from workflows.matters.models import Matter


def open_holds(matter: Matter) -> QuerySet[Hold]:
    """The holds that nobody has lifted."""
    return Hold.objects.filter(matter=matter, lifted_at__isnull=True)
