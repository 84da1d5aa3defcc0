"""Pages of the log for auditors, with each filter, at the size that the log has."""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction

from workflows.audit import flags, queries
from workflows.audit.models import About, Entry, Flag, Leaf

TURNS = 20
RARE = 400  # entries about one person, and flagged ones


class _Undo(Exception):
    """What was added for the measuring is taken back."""


def paged() -> dict[str, dict[str, float]]:
    """Milliseconds of a page by filter, each asked for from several places: by the clock the middle one and
    the one that 95 of 100 do not exceed, and the middle one of this process's processor time."""
    found: dict[str, dict[str, float]] = {}
    try:
        with transaction.atomic():
            for name, (wanted, before) in _asked().items():
                found[name] = _timed(wanted, before)
            raise _Undo
    except _Undo:
        return found


def _asked() -> dict[str, tuple[queries.Filter, int | None]]:
    """The filters, with a key from which the page is turned: some name much, some little, some nothing."""
    size = Leaf.objects.count()
    some = [Leaf.objects.get(incarnation=1, idx=size * n // RARE) for n in range(RARE)]
    person = hashlib.sha256(b"somebody").hexdigest()
    About.objects.bulk_create(About(subject=person, entry=leaf.entry) for leaf in some)
    middle = Entry.objects.get(pk=some[RARE // 2].entry)
    Flag.objects.bulk_create(
        Flag(code=flags.MANY_READ, at=middle.at, facts="{}", entry=leaf.entry) for leaf in some
    )
    # The benchmark writes many entries of one moment: a page is turned among them.
    among = Entry.objects.get(pk=some[RARE * 11 // 20].entry)
    digest = Entry.objects.filter(digest__isnull=False, pk__gt=middle.pk).order_by("pk")[:1].get().digest
    asked = {
        "all": queries.Filter(),
        "event": queries.Filter(event="gate.decided"),
        "event, none": queries.Filter(event="log.incarnated"),
        "outcome, none": queries.Filter(outcome="refused"),
        "role": queries.Filter(role="counsel"),
        "role, none": queries.Filter(role="auditor"),
        "matter": queries.Filter(matter=middle.matter),
        "actor": queries.Filter(actor=middle.actor),
        "actor, none": queries.Filter(actor=uuid.uuid4()),
        "since and until": queries.Filter(since=middle.at - timedelta(hours=1), until=middle.at),
        "person": queries.Filter(subject=person),
        "digest": queries.Filter(digest=digest),
        "flag": queries.Filter(flag=flags.MANY_READ),
        "life of the log": queries.Filter(incarnation=1),
        "life of the log, none": queries.Filter(incarnation=2),
        "event and role, none": queries.Filter(event="gate.decided", role="auditor"),
    }
    places = {name: (wanted, None) for name, wanted in asked.items()}
    return places | {
        "all, from the middle": (queries.Filter(), middle.pk),
        "since and until, from the middle": (replace(asked["since and until"], until=None), among.pk),
    }


def _timed(wanted: queries.Filter, before: int | None) -> dict[str, Any]:
    taken = []
    for _ in range(TURNS):
        began, cpu = time.perf_counter(), time.process_time()
        queries.page(wanted, before=before)
        taken.append((time.perf_counter() - began, time.process_time() - cpu))
    wall, own = (sorted(times) for times in zip(*taken, strict=True))
    return {
        "p50_ms": round(wall[TURNS // 2] * 1000, 1),
        "p95_ms": round(wall[-1 - TURNS // 20] * 1000, 1),
        "own_cpu_ms": round(own[TURNS // 2] * 1000, 1),
    }
