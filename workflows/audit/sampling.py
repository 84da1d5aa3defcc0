"""Random samples of releases that a stranger can draw again (rule: nobody chooses what is looked at).

The releases of a month are the leaves `release.made` between two checkpoints: the first one signed after the
month before it had ended, and the first one signed after it has ended. The seed is a digest over the root of
the latter, which nobody knows while the month runs. Each release is ranked by SHA-256(seed || leaf hash); the
lowest are drawn, as many as the policy says. So neither who draws nor when changes what is drawn:

    seed = SHA-256("sample" 0x0a origin 0x0a size 0x0a root in hex 0x0a month as 2026-11 0x0a)
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Min, Q
from django.utils import timezone

from workflows.audit.models import Checkpoint, Drawn, Entry, Incarnation, Leaf, Sample
from workflows.audit.tlog.checkpoint import parse_unsigned
from workflows.policy.review import bounds

RELEASE = "release.made"


@dataclass(frozen=True, slots=True)
class Draw:
    """What a month's draw comes to: its closing checkpoint, the seed, releases, drawn entries."""

    checkpoint: Checkpoint
    root: str
    seed: str
    releases: int
    drawn: tuple[int, ...]


def after(month: dt.date) -> dt.date:
    """The first day of the month behind this one."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def before(month: dt.date) -> dt.date:
    """The first day of the month before this one."""
    return (month - dt.timedelta(days=1)).replace(day=1)


def closing(month: dt.date) -> Checkpoint | None:
    """The first checkpoint signed once the month was over, in the city's time; None before there is one."""
    over = timezone.make_aware(dt.datetime.combine(after(month), dt.time()))
    # The sum keeps PostgreSQL from walking there from the first checkpoint on: it reads what the index of
    # times has behind that moment. The first one by key and not by time, since a clock can be set back.
    found = Checkpoint.objects.filter(at__gte=over).aggregate(first=Min(F("id") + 0))["first"]
    return None if found is None else Checkpoint.objects.get(pk=found)


def months(today: dt.date) -> list[dt.date]:
    """Every month that has ended since the log began, newest first."""
    first = Incarnation.objects.order_by("number").values_list("opened_at", flat=True).first()
    found: list[dt.date] = []
    month = before(today.replace(day=1))
    while first is not None and month >= timezone.localdate(first).replace(day=1):
        found.append(month)
        month = before(month)
    return found


def make_draw(month: dt.date) -> Draw | None:
    """The draw of a month, the same for whoever makes it; None while no checkpoint has closed the month."""
    end = closing(month)
    if end is None:
        return None
    leaves = _releases(closing(before(month)), end)
    head = parse_unsigned(end.note)
    seed = seed_of(head.origin, head.size, head.root.hex(), month)
    chosen = sorted(leaves, key=lambda leaf: rank(seed, bytes(leaf.hash)))[
        : bounds().sample_size(len(leaves))
    ]
    return Draw(end, head.root.hex(), seed, len(leaves), tuple(leaf.entry for leaf in chosen))


def seed_of(origin: str, size: int, root: str, month: dt.date) -> str:
    """The seed in hex, as the head of this module says."""
    return hashlib.sha256(f"sample\n{origin}\n{size}\n{root}\n{month:%Y-%m}\n".encode()).hexdigest()


def rank(seed: str, leaf_hash: bytes) -> bytes:
    """What the releases are sorted by."""
    return hashlib.sha256(bytes.fromhex(seed) + leaf_hash).digest()


def _releases(start: Checkpoint | None, end: Checkpoint) -> list[Leaf]:
    """Leaves of releases behind the one checkpoint and under the other, over all lives of the log."""
    first, last = (1, 0) if start is None else (start.incarnation, start.size), (end.incarnation, end.size)
    entries = Entry.objects.filter(event=RELEASE, outcome="ok").values("pk")
    found = Leaf.objects.filter(entry__in=entries, incarnation__gte=first[0], incarnation__lte=last[0])
    found = found.exclude(
        Q(incarnation=first[0], idx__lt=first[1]) | Q(incarnation=last[0], idx__gte=last[1])
    )
    return list(found.order_by("incarnation", "idx"))


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the checked releases say about all: `upper` bounds the share with a fault at the certainty."""

    checked: int
    faulty: int
    upper: float
    certainty: int
    complete: bool = False  # every release was checked: then the share is known and not estimated

    @property
    def upper_percent(self) -> str:
        """The bound in percent, rounded up to a tenth."""
        return f"{math.ceil(self.upper * 1000) / 10:.1f}"

    @property
    def share_percent(self) -> str:
        """The share that was found, in percent."""
        return f"{100 * self.faulty / self.checked:.1f}" if self.checked else "–"


def estimate(samples: Sequence[Sample]) -> Estimate:
    """The bound over these samples, from the newest outcome of each drawn release."""
    rows = Drawn.objects.filter(sample__in=[one.pk for one in samples]).prefetch_related("outcomes")
    newest = [max(row.outcomes.all(), key=lambda one: one.pk, default=None) for row in rows]
    found = [one.faults for one in newest if one is not None]
    faulty, sure = sum(bool(faults) for faults in found), bounds().certainty_percent
    complete = bool(found) and len(found) == sum(one.releases for one in samples)
    return Estimate(len(found), faulty, upper_bound(faulty, len(found), sure / 100), sure, complete)


def upper_bound(faulty: int, checked: int, certainty: float) -> float:
    """The one-sided Clopper-Pearson bound: the largest share p for which so few faults are still as likely as
    1 - certainty. Without a fault among many it is about 3 / checked (the rule of three, at 0.95)."""
    if checked == 0 or faulty >= checked:
        return 1.0
    low, high = faulty / checked, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(faulty, checked, middle) > 1 - certainty:
            low = middle
        else:
            high = middle
    return high


def _at_most(faulty: int, checked: int, share: float) -> float:
    """The chance of so many faults or fewer among so many checked."""
    return sum(math.comb(checked, k) * share**k * (1 - share) ** (checked - k) for k in range(faulty + 1))
