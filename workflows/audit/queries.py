"""Reading the log: pages by key, filters with stable names, the timeline of a matter."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from workflows.audit import schema
from workflows.audit.canonical import parse
from workflows.audit.events import EVENTS
from workflows.audit.models import Entry, Leaf

PAGE = 50
LONGEST_PAGE = 200


@dataclass(frozen=True)
class Filter:
    """What of the log to show; None is "all". `since` is included, `until` is not."""

    event: str | None = None
    outcome: str | None = None
    role: str | None = None
    matter: uuid.UUID | None = None
    actor: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class BadFilter(ValueError):
    """A filter that names nothing the log can hold; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Line:
    """One entry as a page shows it. `index` is None while the entry waits for its leaf."""

    entry: Entry
    body: Mapping[str, Any]
    says: str
    index: int | None


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
    }
    chosen = {
        lookup: getattr(wanted, name) for name, lookup in names.items() if getattr(wanted, name) is not None
    }
    return Entry.objects.filter(**chosen)


def page(wanted: Filter = Filter(), *, before: int | None = None, length: int = PAGE) -> Page:
    """Return one page of entries, newest first, older than the key `before`."""
    length = max(1, min(length, LONGEST_PAGE))
    chosen = select(wanted)
    if before is not None:
        chosen = chosen.filter(id__lt=before)
    entries = list(chosen.order_by("-id")[: length + 1])
    shown = entries[:length]
    return Page(_lines(shown), shown[-1].pk if len(entries) > length else None)


def timeline(matter: uuid.UUID, *, after: int = 0, length: int = LONGEST_PAGE) -> tuple[Line, ...]:
    """Return the entries of a matter in their order, behind `matter_seq` `after`."""
    chosen = Entry.objects.filter(matter=matter, matter_seq__gt=after).order_by("matter_seq")
    return _lines(list(chosen[: max(1, min(length, LONGEST_PAGE))]))


def line(entry: Entry) -> Line:
    """Return one entry as a page shows it."""
    return _lines([entry])[0]


def _lines(entries: list[Entry]) -> tuple[Line, ...]:
    places = dict(Leaf.objects.filter(entry__in=[entry.pk for entry in entries]).values_list("entry", "idx"))
    return tuple(
        Line(entry, parse(bytes(entry.body)), EVENTS.get(entry.event, entry.event), places.get(entry.pk))
        for entry in entries
    )


def _read(name: str, text: str) -> Any:
    closed = {"event": EVENTS, "outcome": schema.OUTCOMES, "role": schema.ROLES}
    if name in closed:
        if text not in closed[name]:
            raise BadFilter(name)
        return text
    try:
        if name in ("matter", "actor"):
            return uuid.UUID(text)
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadFilter(name) from error
    from django.utils import timezone

    return at if timezone.is_aware(at) else timezone.make_aware(at)
