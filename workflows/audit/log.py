"""The one place where entries are written. No entry, no act.

`record` runs inside the transaction of the act it speaks of: both are there, or neither.
`record_refusal` runs after the rollback, in a transaction of its own, so that nothing can roll a
refusal back (rule E11).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from workflows.audit import concerned, context, details, schema
from workflows.audit.append_only import ANY_SEQ
from workflows.audit.canonical import canonical
from workflows.audit.models import Detail, Entry
from workflows.errors import NotRecorded


class Actor(Protocol):
    """Whoever acts: a pseudonym that outlives the account, and one role."""

    pseudonym: Any
    role: Any


class _Anonymous:
    """Somebody who has not signed in."""

    pseudonym = None
    role = "anonymous"


ANONYMOUS = _Anonymous()
SYSTEM = None

Obj = Mapping[str, str] | tuple[str, str]


def record(
    event: str,
    *,
    actor: Actor | None,
    matter: Any = None,
    obj: Obj | None = None,
    outcome: str = "ok",
    reason: str | None = None,
    facts: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | str | None = None,
    people: Iterable[str | None] = (),
) -> Entry:
    """Write one entry into the caller's transaction and return it.

    `actor` is a person, ANONYMOUS, or None for the system. `matter` is a UUID or a row with a UUID
    key; its `seq` counts without gaps, so the caller should hold the lock of the matter (lock it
    before the first entry). `obj` is `{kind, sha256}` or the pair. `reason` is a code. `facts` are
    keys of `schema.FACTS`. `detail` is what a person typed: it goes encrypted into `audit_detail`,
    and the body holds only a commitment to it. `people` are the references of those
    whom the act concerns (None: not known who), each behind a commitment of its own.

    Raises NotRecorded when the entry cannot be written, SchemaError when it must not be (a bug).
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an entry belongs into the transaction of its act")
    matter_id = _matter_id(matter)
    body = _body(event, actor, obj, outcome, reason, facts)
    sealed_detail = None if detail is None else details.seal(uuid.UUID(body["id"]), detail)
    if sealed_detail is not None:
        body["commit"] = sealed_detail.commitment
    about = concerned.commit(people)
    if about:
        body["people"] = [one.commitment for one in about]
    try:
        if matter_id is None:
            entry = _insert(body)
        elif connection.vendor == "postgresql":
            entry = _insert_numbered(body, matter_id)
        else:  # SQLite lets one writer in (IMMEDIATE)
            entry = _insert(body | {"matter": str(matter_id), "seq": _last_seq(matter_id) + 1})
        if sealed_detail is not None:
            Detail.objects.create(
                entry=entry,
                salt=sealed_detail.salt,
                wrapped_key=sealed_detail.wrapped_key,
                ciphertext=sealed_detail.ciphertext,
            )
        if about:
            concerned.store(entry, about)
        if (tally := context.current_tally()) is not None:
            transaction.on_commit(tally.add)
    except DatabaseError as error:
        raise NotRecorded("The log could not be written, so nothing was done. Please try again.") from error
    return entry


def record_refusal(
    event: str = "move.refused",
    *,
    actor: Actor | None,
    matter: Any = None,
    obj: Obj | None = None,
    reason: str,
    outcome: str = "refused",
    facts: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | str | None = None,
) -> Entry:
    """Write an entry in a transaction of its own and return it once it is durable.

    To be called after the refused act has been rolled back, never inside its transaction.
    Raises NotRecorded, SchemaError.
    """
    try:
        with transaction.atomic(durable=True):
            return record(
                event,
                actor=actor,
                matter=matter,
                obj=obj,
                outcome=outcome,
                reason=reason,
                facts=facts,
                detail=detail,
            )
    except DatabaseError as error:  # the commit itself failed
        raise NotRecorded("The log could not be written. Please try again.") from error


def derived(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of `audit_entry` that repeat the body, as the model holds them."""
    return {
        "uuid": uuid.UUID(body["id"]),
        "event": body["event"],
        "at": schema.time_of(body["at"]),
        "actor": uuid.UUID(body["actor"]) if "actor" in body else None,
        "role": body["role"],
        "matter": uuid.UUID(body["matter"]) if "matter" in body else None,
        "matter_seq": body.get("seq"),
        "digest": body["obj"]["sha256"] if "obj" in body else None,
        "outcome": body["outcome"],
    }


def _body(
    event: str,
    actor: Actor | None,
    obj: Obj | None,
    outcome: str,
    reason: str | None,
    facts: Mapping[str, Any] | None,
) -> dict[str, Any]:
    where = context.current()
    body: dict[str, Any] = {
        "v": schema.VERSION,
        "id": str(uuid.uuid4()),
        "at": schema.time_text(timezone.now()),
        "event": event,
        "outcome": outcome,
        "role": "system" if actor is None else str(actor.role),
    }
    optional = {
        "reason": reason,
        "actor": None if actor is None or actor.pseudonym is None else str(actor.pseudonym),
        "auth": where.auth,
        "session": where.session,
        "net": where.net,
        "obj": _object(obj),
    }
    body.update((key, value) for key, value in optional.items() if value is not None)
    for key, value in (facts or {}).items():
        if key not in schema.FACTS:
            raise schema.SchemaError(f"{key!r:.60} is not a fact of the schema")
        if value is not None:
            body[key] = _plain(value)
    return body


def _plain(value: Any) -> Any:
    """Return ids as text, states as their value, tuples as lists; leave the rest for the schema to judge."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {_plain(key): _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value


def _object(obj: Obj | None) -> dict[str, str] | None:
    if obj is None:
        return None
    kind, sha256 = (obj["kind"], obj["sha256"]) if isinstance(obj, Mapping) else obj
    return {"kind": kind, "sha256": sha256}


def _matter_id(matter: Any) -> uuid.UUID | None:
    if matter is None or isinstance(matter, uuid.UUID):
        return matter
    key = getattr(matter, "pk", matter)
    return key if isinstance(key, uuid.UUID) else uuid.UUID(str(key))


def _insert(body: Mapping[str, Any]) -> Entry:
    schema.validate(body)
    entry = Entry(body=canonical(body), **derived(body))
    entry.save(force_insert=True)
    return entry


def _last_seq(matter: uuid.UUID) -> int:
    """Return the last number of this matter, 0 where it has none."""
    key = matter if connection.features.has_native_uuid_field else matter.hex
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(matter_seq) FROM audit_entry WHERE matter = %s", [key])
        return cursor.fetchone()[0] or 0


_COLUMNS = ("uuid", "body", "event", "at", "actor", "role", "matter", "matter_seq", "digest", "outcome")
_SEQ = b'"seq":%d' % ANY_SEQ  # no string of a body can look like the pair
_NUMBERED = (
    f"INSERT INTO audit_entry ({', '.join(_COLUMNS)}) "  # noqa: S608 (constant)
    f"VALUES ({', '.join(['%s'] * len(_COLUMNS))}) RETURNING id, matter_seq"
)


def _insert_numbered(body: dict[str, Any], matter: uuid.UUID) -> Entry:
    """Write the entry with the next number of its matter, which a trigger puts into body and column."""
    body |= {"matter": str(matter), "seq": ANY_SEQ}
    schema.validate(body)
    written = canonical(body)
    parts = written.split(_SEQ)
    if len(parts) != 2:
        raise schema.SchemaError("the number of an entry stands in one place")
    row = derived(body) | {"body": written}
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(_NUMBERED, [row[name] for name in _COLUMNS])
        key, seq = cursor.fetchone()
    if seq == ANY_SEQ:
        raise DatabaseError("the trigger that numbers entries is not there")
    row |= {"id": key, "body": (b'"seq":%d' % seq).join(parts), "matter_seq": seq}
    names = [field.attname for field in Entry._meta.concrete_fields]
    return Entry.from_db(connection.alias, names, [row[name] for name in names])
