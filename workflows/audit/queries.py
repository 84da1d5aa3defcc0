"""Reading the log: pages by key, filters with stable names, the timeline of a matter."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from workflows.audit import flags, schema
from workflows.audit.canonical import parse
from workflows.audit.events import EVENTS
from workflows.audit.models import About, Entry, Flag, Leaf

PAGE = 50
LONGEST_PAGE = 200
MOST_COUNTED = 1000
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class Filter:
    """What of the log to show; None is "all". `since` is included, `until` is not.

    `subject` is the reference of a person concerned, `digest` that of a document, `flag` the code of a flag
    that stands on the entry, `incarnation` the life of the log in which it was sealed.
    """

    event: str | None = None
    outcome: str | None = None
    role: str | None = None
    matter: uuid.UUID | None = None
    actor: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    subject: str | None = None
    digest: str | None = None
    flag: str | None = None
    incarnation: int | None = None


class BadFilter(ValueError):
    """A filter that names nothing the log can hold; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Line:
    """One entry as a page shows it. `index` is None while the entry waits for its leaf; `forgotten` is how
    many of the people it is about have been forgotten."""

    entry: Entry
    body: Mapping[str, Any]
    says: str
    index: int | None
    forgotten: int = 0


@dataclass(frozen=True)
class Page:
    """Entries from new to old. `older` is the key of the next page, None at the end."""

    lines: tuple[Line, ...]
    older: int | None


def read_filter(asked: Mapping[str, str]) -> Filter:
    """Return the filter that a query string asks for; unknown names are left alone. Raises BadFilter."""
    found: dict[str, Any] = {}
    for field in fields(Filter):
        text = (asked.get(field.name) or "").strip()
        if text:
            found[field.name] = _read(field.name, text)
    return Filter(**found)


def select(wanted: Filter) -> QuerySet[Entry]:
    """Return the entries of a filter, in no order."""
    names = {
        "event": "event",
        "outcome": "outcome",
        "role": "role",
        "matter": "matter",
        "actor": "actor",
        "since": "at__gte",
        "until": "at__lt",
        "digest": "digest",
    }
    chosen = {
        lookup: getattr(wanted, name) for name, lookup in names.items() if getattr(wanted, name) is not None
    }
    found = Entry.objects.filter(**chosen)
    if wanted.outcome not in (None, "ok"):
        found = found.exclude(outcome="ok")  # in the words of the partial index: SQLite infers nothing
    if wanted.subject is not None:
        found = found.filter(pk__in=About.objects.filter(subject=wanted.subject).values("entry"))
    if wanted.flag is not None:
        found = found.filter(
            pk__in=Flag.objects.filter(code=wanted.flag, entry__isnull=False).values("entry")
        )
    if wanted.incarnation is not None:
        found = found.filter(pk__in=Leaf.objects.filter(incarnation=wanted.incarnation).values("entry"))
    return found


def count(wanted: Filter) -> int:
    """How many entries a filter has; MOST_COUNTED and one where there are more: counting on takes seconds."""
    return select(wanted).order_by()[: MOST_COUNTED + 1].count()


def page(wanted: Filter = Filter(), *, before: int | None = None, length: int = PAGE) -> Page:
    """Return one page of entries, newest first, older than the key `before`.

    Where days are asked for, the order is that of the times entries claim, so that days long past are found
    by the index of times and not by walking there.
    """
    length = max(1, min(length, LONGEST_PAGE))
    chosen, by_time = select(wanted), wanted.since is not None or wanted.until is not None
    if by_time:
        entries = _by_time(chosen, before, length + 1)
    else:
        older = chosen if before is None else chosen.filter(id__lt=before)
        entries = list(older.order_by("-id")[: length + 1])
    shown = entries[:length]
    return Page(_lines(shown), shown[-1].pk if len(entries) > length else None)


def _by_time(chosen: QuerySet[Entry], before: int | None, number: int) -> list[Entry]:
    """The newest of these entries, or the next ones before the entry with this key; none where there is none.

    Those of the same moment are asked for by themselves: however many a moment has, the index of times leads
    to each place among them.
    """
    if before is None:
        return list(chosen.order_by("-at", "-id")[:number])
    at = Entry.objects.filter(pk=before).values_list("at", flat=True).first()
    if at is None:
        return []
    same = list(chosen.filter(at=at, id__lt=before).order_by("-id")[:number])
    return same + list(chosen.filter(at__lt=at).order_by("-at", "-id")[: number - len(same)])


def timeline(matter: uuid.UUID, *, after: int = 0, length: int = LONGEST_PAGE) -> tuple[Line, ...]:
    """Return the entries of a matter in their order, behind `matter_seq` `after`."""
    chosen = Entry.objects.filter(matter=matter, matter_seq__gt=after).order_by("matter_seq")
    return _lines(list(chosen[: max(1, min(length, LONGEST_PAGE))]))


def line(entry: Entry) -> Line:
    """Return one entry as a page shows it."""
    return _lines([entry])[0]


def _lines(entries: list[Entry]) -> tuple[Line, ...]:
    keys = [entry.pk for entry in entries]
    places = dict(Leaf.objects.filter(entry__in=keys).values_list("entry", "idx"))
    emptied = Counter(About.objects.filter(entry__in=keys, subject=None).values_list("entry", flat=True))
    return tuple(
        Line(
            entry, parse(bytes(entry.body)), EVENTS.get(entry.event, entry.event), places.get(entry.pk),
            emptied[entry.pk],
        )
        for entry in entries
    )  # fmt: skip


def _read(name: str, text: str) -> Any:
    closed = {"event": EVENTS, "outcome": schema.OUTCOMES, "role": schema.ROLES, "flag": flags.SAYS}
    if name in closed:
        if text not in closed[name]:
            raise BadFilter(name)
        return text
    if name in ("digest", "subject"):
        if not _DIGEST.match(text.lower()):
            raise BadFilter(name)
        return text.lower()
    if name == "incarnation":
        if not (text.isascii() and text.isdigit() and len(text) < 9):
            raise BadFilter(name)
        return int(text)
    try:
        if name in ("matter", "actor"):
            return uuid.UUID(text)
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadFilter(name) from error
    from django.utils import timezone

    return at if timezone.is_aware(at) else timezone.make_aware(at)
