"""The auditors' samples of releases: drawn by a seed that nobody chooses, each release with its outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.utils import timezone

from workflows.audit import log, sampling
from workflows.audit.models import Drawn, Entry, Outcome, Sample
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.words import typed
from workflows.matters.acts import act
from workflows.policy.guard_text import refuse_status
from workflows.policy.review import FAULTS
from workflows.policy.roles import allowed


def draw_sample(month: dt.date, *, actor: Any) -> Sample:
    """The releases of this month (its first day) are drawn from, once; the draw is an entry.

    Raises Forbidden, WrongState for a month that has not ended, is not closed by a checkpoint yet, lies
    before the log, or was drawn from already.
    """
    with act("draw_sample", actor=actor, matter_id=None):
        _may(actor)
        now = timezone.now()
        if month not in sampling.months(timezone.localdate(now)):
            raise WrongState("Only a month of the log that has ended is drawn from.")
        if Sample.objects.filter(month=month).exists():
            raise WrongState("The sample of this month has been drawn already.")
        made = sampling.make_draw(month)
        if made is None:
            raise WrongState(
                "The log has signed no checkpoint since this month ended. Try again in a moment."
            )
        key = uuid4()
        entry = log.record(
            "oversight.sampled", actor=actor, obj=("checkpoint", made.root),
            facts={
                "refs": {"sample": key}, "seed": made.seed,
                "counts": {"size": made.checkpoint.size, "files": made.releases, "checks": len(made.drawn)},
            },
        )  # fmt: skip
        sample = Sample.objects.create(
            id=key, month=month, incarnation=made.checkpoint.incarnation, size=made.checkpoint.size,
            root=made.root, seed=made.seed, releases=made.releases, person=actor.pseudonym,
            at=now, entry=entry,
        )  # fmt: skip
        Drawn.objects.bulk_create(
            Drawn(sample=sample, place=place, release=Entry.objects.get(pk=release))
            for place, release in enumerate(made.drawn, 1)
        )
        return sample


def record_outcome(drawn_id: int, faults: Sequence[str], words: str, *, actor: Any) -> Outcome:
    """What was found in a drawn release: no fault, or these kinds. A later outcome takes its place.

    `words` say how it was checked, and are kept encrypted. Raises NotVisible, Forbidden, Invalid.
    """
    with act("check_sample", actor=actor, matter_id=None):
        _may(actor)
        drawn = Drawn.objects.select_related("release", "sample").filter(pk=drawn_id).first()
        if drawn is None:
            raise NotVisible()
        if not set(faults) <= FAULTS.keys():
            raise Invalid("Choose the kinds of fault from the list.", code="unknown_choice")
        found = sorted(set(faults))
        entry = log.record(
            "oversight.checked", actor=actor, reason="fault" if found else "good",
            facts={
                "refs": {"sample": drawn.sample_id, "entry": drawn.release.uuid}, "failed": found,
                "counts": {"first": drawn.place},
            },
            detail=refuse_status(typed(words, "how it was checked, and what was found")),
        )  # fmt: skip
        return Outcome.objects.create(
            drawn=drawn, faults=found, person=actor.pseudonym, at=timezone.now(), entry=entry
        )


def _may(actor: Any) -> None:
    if not allowed(actor.role, "sample_releases"):
        raise Forbidden("Samples of releases are drawn and checked by auditors.")
