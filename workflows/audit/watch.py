"""The watch: looks at each sealed entry once, in the order of the log, and raises flags (rule E16).

It runs in the sequencer, behind the checkpoint. Flags, what is remembered and the place up to which leaves
were looked at change in one transaction: killed anywhere, the next start goes on where the last whole batch
ended, and no entry is counted twice or passed over. Nothing is ever looked up over the whole log; what a
rule needs of the past is one small row for each person or matter.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Subquery

from workflows.audit import concerned, flags, schema, watch_rules
from workflows.audit.canonical import NotCanonical, canonical, parse
from workflows.audit.flags import Raised
from workflows.audit.models import About, Checkpoint, Incarnation, Watched
from workflows.audit.reading import read
from workflows.audit.watch_rules import Memory, Seen

BATCH = 4096
PLACE = "place"
MOST_KEPT = 20_000  # rows of memory that a process keeps beside the database


class StoredMemory(Memory):
    """The table of what is remembered. What was read stays in this process: nobody else writes."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}
        self._changed: set[str] = set()

    def get(self, key: str) -> Any:
        """The value under the key; None when there is none."""
        if key not in self._known:
            text = Watched.objects.filter(key=key).values_list("value", flat=True).first()
            self._known[key] = None if text is None else parse(text.encode())
        return self._known[key]

    def load(self, keys: Iterable[str]) -> None:
        """Read what stands under these keys in one go, where it is not known."""
        unknown = set(keys).difference(self._known)
        found = dict(Watched.objects.filter(key__in=unknown).values_list("key", "value"))
        for key in unknown:
            self._known[key] = parse(found[key].encode()) if key in found else None

    def set(self, key: str, value: Any) -> None:
        """Remember the value from now on; None forgets it."""
        self._known[key] = value
        self._changed.add(key)

    def write(self) -> None:
        """Store what has changed, inside the caller's transaction."""
        Watched.objects.bulk_create(
            [Watched(key=key, value=canonical(self._known[key]).decode()) for key in sorted(self._changed)],
            update_conflicts=True, unique_fields=["key"], update_fields=["value"],
        )  # fmt: skip
        self._changed.clear()

    def shrink(self) -> None:
        """Let go of what the table holds too, once it is much."""
        if len(self._known) > MOST_KEPT:
            self.forget()

    def forget(self) -> None:
        """What this process holds may differ from the table: read all of it anew."""
        self._known.clear()
        self._changed.clear()


@dataclass(frozen=True, slots=True)
class Heads:
    """Trees that were signed round a batch, by size; when each was signed first, and last (heartbeats)."""

    sizes: Sequence[int]
    firsts: Sequence[datetime]
    lasts: Sequence[datetime]

    def before(self, index: int) -> datetime | None:
        """When a tree without this leaf was signed last."""
        place = bisect.bisect_right(self.sizes, index)
        return self.lasts[place - 1] if place else None

    def after(self, index: int) -> datetime:
        """When a tree with this leaf was signed first."""
        return self.firsts[bisect.bisect_right(self.sizes, index)]


class Watch:
    """One watch over the database, as there is one sequencer."""

    def __init__(self) -> None:
        self.memory = StoredMemory()

    def catch_up(self, now: datetime, *, batches: int | None = None) -> int:
        """Look at sealed leaves until none is left, or so many batches are done; return how many were seen.

        Raises DatabaseError; then nothing of that batch has happened.
        """
        seen = 0
        while batches is None or batches > 0:
            try:
                with transaction.atomic(durable=True):
                    found = self._batch(now)
                    self.memory.write()
            except BaseException:
                self.memory.forget()
                raise
            if found is None:
                break
            seen += found
            batches = None if batches is None else batches - 1
        self.memory.shrink()
        return seen

    def _batch(self, now: datetime) -> int | None:
        """Look at the next leaves under a checkpoint; None when there are none."""
        place = self.memory.get(PLACE) or {"incarnation": 1, "next": 0}
        number, first = place["incarnation"], place["next"]
        size = _sealed(number)
        if first >= size:
            later = Incarnation.objects.filter(number__gt=number).order_by("number").first()
            if later is None or not _sealed(later.number):
                return None
            number, first, size = later.number, 0, _sealed(later.number)
        end = min(size, first + BATCH)
        rows, heads = _leaves(number, first, end), _heads(number, first, end)
        raised: list[Raised] = []
        about: list[About] = []
        bodies = [(index, entry, _read(body)) for index, entry, body in rows]
        self.memory.load(
            key for _, _, fields in bodies if fields is not None for key in watch_rules.keys(fields)
        )
        for index, entry, fields in bodies:
            if fields is None:
                raised.append(Raised(flags.MALFORMED, entry, index))
                continue
            at = schema.time_of(fields["at"])
            one = Seen(index, entry, fields, at, heads.after(index), int(at.timestamp()))
            raised += watch_rules.bracket(one, heads.before(index))
            raised += watch_rules.look(one, self.memory)
            if (person := concerned.in_version_1(fields)) is not None:
                about.append(About(subject=person, entry=entry))
        flags.store(raised, now)
        About.objects.bulk_create(about)
        self.memory.set(PLACE, {"incarnation": number, "next": first + len(rows)})
        return len(rows)


def behind() -> int:
    """How many sealed leaves of the current life of the log have not been looked at."""
    text = Watched.objects.filter(key=PLACE).values_list("value", flat=True).first()
    place = {"incarnation": 1, "next": 0} if text is None else parse(text.encode())
    lives = Incarnation.objects.filter(number__gte=place["incarnation"]).values_list("number", flat=True)
    return sum(_sealed(number) for number in lives) - place["next"]


def _sealed(incarnation: int) -> int:
    """Leaves of this life under its largest checkpoint."""
    sizes = (
        Checkpoint.objects.filter(incarnation=incarnation).order_by("-size").values_list("size", flat=True)
    )
    return sizes.first() or 0


def _leaves(incarnation: int, start: int, end: int) -> list[tuple[int, int, bytes | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.idx, l.entry, e.body FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry "
            "WHERE l.incarnation = %s AND l.idx >= %s AND l.idx < %s ORDER BY l.idx",
            [incarnation, start, end],
        )
        return [(int(row[0]), int(row[1]), row[2]) for row in cursor.fetchall()]


def _heads(incarnation: int, first: int, end: int) -> Heads:
    """The checkpoints from the last one without leaf `first` to the first one over all leaves below `end`."""
    rows = Checkpoint.objects.filter(incarnation=incarnation)
    before = rows.filter(size__lte=first).order_by("-size", "-id").values_list("size", "at", "at")[:1]
    over = rows.filter(size__gte=end).order_by("size").values_list("size", flat=True)[:1]
    between = rows.filter(size__gt=first, size__lte=Subquery(over)).order_by("size").values("size")
    times = between.annotate(first=Min("at"), last=Max("at")).values_list("size", "first", "last")
    found = [*before, *times]
    return Heads([row[0] for row in found], [row[1] for row in found], [row[2] for row in found])


def _read(body: bytes | None) -> Mapping[str, Any] | None:
    """The fields of a body of our schema, else None: who checks the whole log says what is wrong with it."""
    try:
        return read(bytes(body or b""))
    except (NotCanonical, schema.SchemaError):
        return None
