"""What requests have left in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workflows.audit.canonical import parse
from workflows.audit.models import Entry


@contextmanager
def entries() -> Iterator[list[Entry]]:
    """Inside the block nothing; after it, the entries that were written there."""
    before = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found: list[Entry] = []
    yield found
    found += Entry.objects.filter(pk__gt=before).order_by("pk")


def changes_without_an_entry() -> list[str]:
    """Addresses that were asked for a change, said yes, and wrote nothing about it themselves."""
    bodies = Entry.objects.filter(event="request.answered").values_list("body", flat=True)
    return [body["move"] for body in map(parse, map(bytes, bodies)) if body["result"] == "asked"]
