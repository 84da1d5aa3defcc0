"""Whom an entry is about (`people` of the body): one commitment for each person, and rows that open them.

A body holds HMAC-SHA256(salt, reference) with a random 32-byte salt for each person, so who has the log alone
cannot tell that two entries are about one person. The rows of `audit_about` hold reference and salt: an
auditor who asks by the reference finds the entries, and reference and salt together show a stranger that an
entry is about that person. Forgetting one person empties their rows alone: those of everybody else in the
same entries stay, and so does every proof (rule E8).

Entries of version 1 name at most one person, by the reference itself, under `subject`; in some of their
events the same key held the digest of a text, which is nobody.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from workflows.audit.details import commitment
from workflows.audit.models import About, Entry

# The events of version 1 whose `subject` is a person. In all others it was the digest of a text.
ABOUT_SOMEBODY_IN_1 = frozenset(
    {"record.taken_in", "record.described", "scope.set", "accounting.made", "accounting.viewed"}
)


@dataclass(frozen=True, slots=True)
class Concerned:
    """One person of one entry: the reference, the salt, and what the body says (64 hex digits)."""

    reference: str
    salt: bytes
    commitment: str


def commit(references: Iterable[str | None]) -> list[Concerned]:
    """Commit to each of these people once, under a fresh salt, in the order in which the body lists them."""
    made = []
    for reference in {one for one in references if one is not None}:
        salt = secrets.token_bytes(32)
        made.append(Concerned(reference, salt, commitment(salt, reference.encode())))
    return sorted(made, key=lambda one: one.commitment)


def store(entry: Entry, people: Iterable[Concerned]) -> None:
    """Write the rows that open an entry's commitments, in the transaction of the entry."""
    About.objects.bulk_create(About(subject=one.reference, entry=entry.pk, salt=one.salt) for one in people)


def in_version_1(body: Mapping[str, Any]) -> str | None:
    """The reference of the one person whom an entry of version 1 names; None for all other entries."""
    reference = body.get("subject")
    if reference is None or body["v"] != 1 or body["event"] not in ABOUT_SOMEBODY_IN_1:
        return None
    return str(reference)


def opens(body: Mapping[str, Any], reference: str, salt: bytes | None) -> bool:
    """Whether the entry says that it is about this person."""
    if salt is None:
        return in_version_1(body) == reference
    told = commitment(salt, reference.encode())
    return any(hmac.compare_digest(told, one) for one in body.get("people", ()))


def people_of(entry: Entry, body: Mapping[str, Any]) -> tuple[str, ...]:
    """References of those whom an entry is about, as the body bears out; without who has been forgotten."""
    rows = About.objects.filter(entry=entry.pk).order_by("subject").values_list("subject", "salt")
    return tuple(
        reference
        for reference, salt in rows
        if reference is not None and opens(body, reference, None if salt is None else bytes(salt))
    )


def rows_about(reference: str) -> dict[int, int]:
    """The rows by which entries are found to be about this person: keys of rows, each with its entry's."""
    return dict(About.objects.filter(subject=reference).values_list("pk", "entry"))


def forget(
    reference: str,
    *,
    actor: Any,
    reason: str,
    rows: Iterable[int] | None = None,
    refs: Mapping[str, Any] | None = None,
) -> Entry:
    """No entry can be found by this person any more, for good; that is recorded, and the new entry returned.

    `rows` are the ones that were looked through beforehand: what has been written since stays (None: all).
    Every proof stays valid. The body of an entry of version 1 keeps the reference: nobody can try names
    without the installation's key, but it can be told that two such entries are about one person. Whether a
    hold forbids it is the caller's to ask.
    """
    from workflows.audit import log

    with transaction.atomic():
        known = About.objects.filter(subject=reference)
        chosen = known if rows is None else known.filter(pk__in=list(rows))
        emptied = chosen.update(subject=None, salt=None)
        facts: dict[str, Any] = {"counts": {"entries": emptied}, **({"refs": refs} if refs else {})}
        return log.record("person.forgotten", actor=actor, reason=reason, facts=facts)
