"""Filters of the queue that a person keeps under a name: for themselves alone, at an address that stays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from gateway.accounts.models import Person, SavedFilter
from workflows.audit import log
from workflows.errors import Invalid, NotVisible
from workflows.policy.guard_text import refuse_status

MOST = 12  # their counts are in each answer of the queue


def own_filters(person: Any) -> list[SavedFilter]:
    """The filters of this person, the oldest first."""
    return list(SavedFilter.objects.filter(person_id=person.pk)[:MOST])


def own_filter(key: UUID, *, actor: Any) -> SavedFilter:
    """One of them. Raises NotVisible for what is none of theirs."""
    found = SavedFilter.objects.filter(pk=key, person_id=actor.pk).first()
    if found is None:
        raise NotVisible()
    return found


def save_filter(name: str, wanted: str, *, actor: Any) -> SavedFilter:
    """Keep the filter. Raises Invalid for a name that is taken or says somebody's status, or one too many."""
    with transaction.atomic(durable=True):
        _one_at_a_time(actor)
        if SavedFilter.objects.filter(person_id=actor.pk).count() >= MOST:
            raise Invalid(f"At most {MOST} filters can be kept. Remove one first.", code="too_many")
        found = SavedFilter.objects.create(person_id=actor.pk, name=_free(name, actor), wanted=wanted)
        log.record("filter.saved", actor=actor)
    return found


def rename_filter(key: UUID, name: str, *, actor: Any) -> SavedFilter:
    """Give it another name; its address stays. Raises as above, and NotVisible."""
    with transaction.atomic(durable=True):
        _one_at_a_time(actor)
        found = own_filter(key, actor=actor)
        if found.name != name.strip():
            found.name = _free(name, actor)
            found.save(update_fields=["name"])
        log.record("filter.renamed", actor=actor)
    return found


def remove_filter(key: UUID, *, actor: Any) -> None:
    """Remove it. Raises NotVisible."""
    with transaction.atomic(durable=True):
        own_filter(key, actor=actor).delete()
        log.record("filter.removed", actor=actor)


def _one_at_a_time(actor: Any) -> None:
    """The row of the person stays locked to the end of the transaction: of the same form sent twice at once,
    the second one sees what the first has kept."""
    Person.objects.select_for_update().get(pk=actor.pk)


def _free(name: str, actor: Any) -> str:
    name = name.strip()
    refuse_status(name)
    if not name:
        raise Invalid("A name is needed.", code="name")
    if SavedFilter.objects.filter(person_id=actor.pk, name=name).exists():
        raise Invalid("You keep a filter under this name already.", code="name_taken")
    return name
