"""Flags: what a person must look at. Raised by machines, closed by two people.

The codes are closed. What the log itself is torn by (CLOSES_GATE) is settled by no pair of auditors:
only a new life of the log ends it (`incarnations.begin`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from workflows.audit.canonical import canonical
from workflows.audit.models import Entry, Flag, FlagStep

SPLIT = "log.split"  # memory and database contradict each other: sealing stops, the gate closes
WITNESS = "log.witness"  # a witness has cosigned what this log does not extend: the gate closes
BRACKET = "entry.time"  # an entry claims a time that its place in the log excludes
MALFORMED = "entry.malformed"  # an entry that `log.record` cannot have written
CLOSES_GATE = frozenset({SPLIT, WITNESS})

OUT_OF_HOURS, NEAR_EXPIRY, QUICK = "release.out_of_hours", "release.near_expiry", "approval.quick"
SECOND_ROLE, MANY_READ, MANY_REFUSED = "person.second_role", "reading.many", "refusals.many"
NEW_RIGHT, LOWERED, CLOCK, LATE = "right.new", "policy.lowered", "clock.step", "log.late"
FAILED, NO_MATTER = "verification.failed", "view.without_matter"

SAYS: Mapping[str, str] = {
    SPLIT: "The log and the memory of its signer contradict each other.",
    WITNESS: "The witness has cosigned a tree that this log does not extend.",
    BRACKET: "An entry claims a time that its place in the log excludes.",
    MALFORMED: "An entry is not as this program writes entries.",
    OUT_OF_HOURS: "A release was opened outside the hours of the office.",
    NEAR_EXPIRY: "A release was opened shortly before its paper ran out.",
    QUICK: "A manifest was approved within a minute of a change to a mark or decision.",
    SECOND_ROLE: "A person tried to be the second person of their own act.",
    MANY_READ: "A person opened unusually many documents within an hour.",
    MANY_REFUSED: "A person was refused again and again within a day.",
    NEW_RIGHT: "A right was given, and used for an act of weight within a day.",
    LOWERED: "A decision names an older version of the policy than those before it.",
    CLOCK: "The clock of this machine was set, or went backwards.",
    LATE: "Entries waited too long for their seal.",
    FAILED: "A verification failed.",
    NO_MATTER: "A document was read that belongs to no matter.",
}
PROPOSED, DECLINED, CLOSED = "proposed", "declined", "closed"


@dataclass(frozen=True, slots=True)
class Raised:
    """One flag to be stored. `actor` is the pseudonym of who is flagged; `counts` says what was counted."""

    code: str
    entry: int | None = None
    leaf: int | None = None
    actor: UUID | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


def raise_flag(code: str, at: datetime, facts: Mapping[str, Any]) -> Flag:
    """Store a flag that no single entry is the cause of. `facts` are codes and integers only."""
    return Flag.objects.create(code=code, at=at, facts=canonical(dict(facts)).decode())


def store(raised: Iterable[Raised], at: datetime) -> None:
    """Store flags; one entry has at most one of each code, however often it is looked at."""
    Flag.objects.bulk_create(
        [
            Flag(
                code=one.code,
                at=at,
                entry=one.entry,
                actor=one.actor,
                facts=canonical({"entry": one.entry, "leaf": one.leaf, **one.counts}).decode(),
            )
            for one in raised
        ],
        ignore_conflicts=True,
    )


def is_open(code: str) -> bool:
    """Say whether a flag of this code waits for its disposition."""
    return Flag.objects.filter(code=code, disposed_at__isnull=True).exists()


def open_count() -> int:
    """How many flags wait."""
    return Flag.objects.filter(disposed_at__isnull=True).count()


def select(
    *,
    state: str = "",
    code: str = "",
    actor: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Flag]:
    """Flags of a filter, newest first. `state` is open, proposed (open, and waits for the second person),
    closed, or empty for all; `since` is included, `until` is not."""
    found = Flag.objects.annotate(last=_last("kind")).order_by("-id")
    if state == "closed":
        found = found.filter(disposed_at__isnull=False)
    elif state:
        found = found.filter(disposed_at__isnull=True)
    if state == "proposed":
        found = found.filter(last=PROPOSED)
    given = {"code": code or None, "actor": actor, "at__gte": since, "at__lt": until}
    return found.filter(**{name: value for name, value in given.items() if value is not None})


def waiting_for(person: UUID) -> int:
    """How many open flags this person may close: somebody else has proposed what becomes of them, and they
    are not on an act of this person's."""
    proposed = select(state="proposed").annotate(last_by=_last("person")).exclude(last_by=person)
    return proposed.exclude(actor__isnull=False, actor=person).count()


def _last(column: str) -> Subquery:
    """A column of the latest step of a flag."""
    return Subquery(FlagStep.objects.filter(flag=OuterRef("pk")).order_by("-id").values(column)[:1])


def pending_proposal(flag: Flag) -> FlagStep | None:
    """The proposal that waits for a second person, if one does."""
    last = flag.steps.order_by("-id").first()
    return last if last is not None and last.kind == PROPOSED else None


def add_step(
    flag: Flag, kind: str, *, person: UUID, at: datetime, entry: Entry, outcome: str = ""
) -> FlagStep:
    """Store one step towards the disposition of a flag, inside the caller's transaction. `closed` closes it.

    The database refuses whoever is flagged, and who closes what they have proposed themselves.
    """
    step = FlagStep.objects.create(flag=flag, kind=kind, outcome=outcome, person=person, at=at, entry=entry)
    if kind == CLOSED:
        flag.disposition, flag.disposed_by, flag.disposed_at = outcome, person, at
        flag.save(update_fields=["disposition", "disposed_by", "disposed_at"])
    return step


def flagged_entries(code: str) -> Exists:
    """A condition on entries: a flag of this code (any, when empty) stands on them."""
    rows = Flag.objects.filter(entry=OuterRef("pk"))
    return Exists(rows.filter(code=code) if code else rows)
