"""Which entries are in an export: those of its filter that were written before it was asked for, in the
order of the log. Only the present life of the log can be proved under its checkpoint; what a restore has
left of an earlier one is counted and said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from workflows.audit import tree
from workflows.audit.canonical import parse
from workflows.audit.models import About, Entry, Flag, Leaf, Pending
from workflows.audit.queries import Filter, read_filter, select
from workflows.exports.models import COURT, ENTRIES, Export
from workflows.matters.access import seals_in_force


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place in the log, and its body as read."""

    index: int
    entry: Entry
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the watch had come when an export was asked for, as the newest keys of what it writes: a flag
    that is raised later, or a person found later, changes no export of before."""

    flag: int
    about: int

    @classmethod
    def now(cls) -> Seen:
        """As it stands."""
        newest = [
            model.objects.order_by("-pk").values_list("pk", flat=True).first() for model in (Flag, About)
        ]
        return cls(newest[0] or 0, newest[1] or 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter, the newest key that may be in it, and whether sealed matters are left out.

    They are, for whoever reads the whole log (policy 7.2); a court's bundle is of a matter its maker sees.
    """

    wanted: Filter
    last: int
    unsealed_only: bool
    seen: Seen | None = None

    def entries(self) -> QuerySet[Entry]:
        """The chosen entries in the present life of the log, with a leaf or not yet."""
        rows = self._all().order_by("pk")
        earlier = _earlier()
        return rows.exclude(pk__in=earlier.values("entry")) if earlier is not None else rows

    def placed(self) -> list[Placed]:
        """The chosen entries by their place. Those without a leaf are not in it: ask `waits` first."""
        entries = {entry.pk: entry for entry in self.entries()}
        places = Leaf.objects.filter(entry__in=self.entries().values("pk")).order_by("idx")
        return [
            Placed(idx, entries[key], parse(bytes(entries[key].body)))
            for key, idx in places.values_list("entry", "idx")
            if key in entries
        ]

    def waits(self) -> bool:
        """True while one of the chosen entries waits for its leaf."""
        return Pending.objects.filter(entry__in=self.entries().values("pk")).exists()

    def of_earlier_lives(self) -> int:
        """How many entries of the filter a restore has left in an earlier life of the log."""
        earlier = _earlier()
        return 0 if earlier is None else self._all().filter(pk__in=earlier.values("entry")).count()

    def _all(self) -> QuerySet[Entry]:
        rows = select(replace(self.wanted, subject=None, flag=None) if self.seen else self.wanted)
        rows = rows.filter(pk__lte=self.last)
        if self.seen is not None and self.wanted.subject is not None:
            about = About.objects.filter(subject=self.wanted.subject, pk__lte=self.seen.about)
            rows = rows.filter(pk__in=about.values("entry"))
        if self.seen is not None and self.wanted.flag is not None:
            raised = Flag.objects.filter(code=self.wanted.flag, pk__lte=self.seen.flag, entry__isnull=False)
            rows = rows.filter(pk__in=raised.values("entry"))
        if not self.unsealed_only:
            return rows
        sealed = seals_in_force(timezone.now()).values("matter")
        return rows.filter(Q(matter__isnull=True) | ~Q(matter__in=sealed))


def choice_of(export: Export) -> Choice | None:
    """What an export is made of; None where it is not made of entries."""
    if export.kind == ENTRIES:
        seen = Seen(**export.asked["seen"]) if "seen" in export.asked else None
        return Choice(read_filter(export.asked["filter"]), export.last, unsealed_only=True, seen=seen)
    if export.kind == COURT:
        return Choice(Filter(matter=export.matter_id), export.last, unsealed_only=False)
    return None


def _earlier() -> QuerySet[Leaf] | None:
    current = tree.current_incarnation()
    if current is None or current.number == 1:
        return None
    return Leaf.objects.filter(incarnation__lt=current.number)
