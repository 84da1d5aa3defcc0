"""Records are taken in and described."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from workflows import jobs, vault
from workflows.audit import log
from workflows.errors import Invalid, NotVisible, Stale, WrongState
from workflows.instruments.queries import clauses_of
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.guard_text import refuse_status
from workflows.policy.scope import name_key, number_key
from workflows.policy.scope_words import DATA_CATEGORIES
from workflows.records import people
from workflows.records.models import Enclosure, Record
from workflows.records.scoping import rescope_record
from workflows.vault.models import Blob

# While a matter is in one of these states its records may still be added to or described anew.
COLLECTING = ("collecting", "review")
MAX_RECORDS = 2000
AS_RECEIVED = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Description:
    """What an officer states about a record; the scope test reads nothing else. None is unknown."""

    record_class: str = ""
    subject_name: str = ""
    subject_birth_date: dt.date | None = None
    dated_on: dt.date | None = None
    dated_to: dt.date | None = None
    subject_number: str = ""
    categories: tuple[str, ...] = ()
    document_number: str = ""

    def columns(self) -> dict[str, Any]:
        """The values of the columns that say this, and of those by which the database compares it."""
        name = self.subject_name.strip()
        return {
            "record_class": self.record_class,
            "subject_name": name,
            "subject_key": name_key(name),
            "subject_birth_date": self.subject_birth_date,
            "subject_number": number_key(self.subject_number),
            "dated_on": self.dated_on,
            "dated_to": self.dated_to,
            "categories": f",{','.join(sorted(set(self.categories)))}," if self.categories else "",
            "document_number": self.document_number.strip(),
            "document_key": number_key(self.document_number),
        }


@dataclass(frozen=True, slots=True)
class Found:
    """A file found inside a record, stored under the id it will have as a record; `blob` is None for
    one that the matter holds already."""

    place: int
    sha256: str
    record_id: UUID
    blob: Blob | None


def take_in(
    matter_id: UUID | str, source: bytes | Path, *, actor: Any, custodian: str, description: Description
) -> Record:
    """The file is stored as received, encrypted, and will be read. Its own name is not kept.

    Raises NotVisible, Forbidden, WrongState, Invalid (`record_known` for the same file twice).
    """
    with act("take_in", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "take_in", lock=True)
        if matter.state not in COLLECTING:
            raise WrongState("Records are taken in while the matter is being collected or reviewed.")
        _validate(description)
        if not custodian.strip():
            raise Invalid("Name the department that holds the record.", code="custodian_needed")
        if matter.records.count() >= MAX_RECORDS:
            raise Invalid("This matter holds as many records as it can.", code="over_limits")
        record_id = uuid4()
        blob = vault.put(source, kind=AS_RECEIVED, record_id=str(record_id))
        if blob.size == 0:
            raise Invalid("The file is empty.", code="empty_file")
        if matter.records.filter(sha256=blob.sha256).exists():
            raise Invalid("This very file has been taken in on this matter already.", code="record_known")
        return _enter(
            matter, record_id, blob, actor=actor, custodian=refuse_status(custodian.strip()[:120]),
            description=description,
        )  # fmt: skip


def take_in_enclosed(parent: Record, found: Sequence[Found]) -> bool:
    """Every file found inside a record is a record of its own on the same matter; False, and nothing
    is taken in, where the matter no longer collects or would hold too many.

    For the job that read `parent`, in its transaction and under the lock of the matter. The custodian
    is the parent's; person, kind and date are unknown until an officer states them, so no clause
    covers such a record by itself. A file that the matter holds already is not taken in twice.
    """
    matter = parent.matter
    known = {record.sha256: record for record in matter.records.all()}
    new = {one.sha256 for one in found} - known.keys()
    if found and (matter.state not in COLLECTING or len(known) + len(new) > MAX_RECORDS):
        return False
    parent.enclosures.all().delete()
    for one in found:
        child = known.get(one.sha256)
        if child is None:
            if one.blob is None:
                return False
            child = known[one.sha256] = _enter(
                matter, one.record_id, one.blob, actor=parent.taken_in_by, custodian=parent.custodian,
                description=Description(), depth=parent.depth + 1, reason="enclosed",
            )  # fmt: skip
        if child.pk != parent.pk:
            Enclosure.objects.create(parent=parent, place=one.place, child=child)
    return True


def _enter(
    matter: Matter,
    record_id: UUID,
    blob: Blob,
    *,
    actor: Any,
    custodian: str,
    description: Description,
    depth: int = 0,
    reason: str | None = None,
) -> Record:
    """The one way in: a stored file becomes a record, with its entry, its scope and its scan."""
    entry = log.record(
        "record.taken_in",
        actor=actor,
        matter=matter,
        obj=("record", blob.sha256),
        reason=reason,
        facts={
            "refs": {"record": record_id},
            "counts": {"bytes": blob.size},
        },
        people=[people.reference(description.subject_name, description.subject_birth_date)],
    )
    record = Record.objects.create(
        id=record_id,
        matter=matter,
        number=matter.records.count() + 1,
        custodian=custodian,
        custodian_key=name_key(custodian),
        blob=blob,
        sha256=blob.sha256,
        depth=depth,
        taken_in_by=actor,
        taken_in_at=timezone.now(),
        entry=entry,
        **description.columns(),
    )
    rescope_record(record, clauses_of(matter))
    jobs.enqueue("record.scan", record.pk, f"scan:{record.pk}:{record.version}", actor, lane=matter.pk)
    return record


def describe(
    record_id: UUID | str, description: Description, *, actor: Any, version: int | None = None
) -> Record:
    """The record is described anew and held against the scope again."""
    matter_id = matter_of(Record, record_id)
    with act("describe", actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        matter = access_matter(actor, matter_id, "take_in", lock=True)
        record = Record.objects.get(pk=record_id)
        if version is not None and version != record.version:
            raise Stale("Somebody has changed this record since you opened it. Please look again.")
        if matter.state not in COLLECTING:
            raise WrongState("A record is described before its manifest is frozen.")
        _validate(description)
        columns = description.columns()
        for name, value in columns.items():
            setattr(record, name, value)
        record.version, record.described = record.version + 1, record.described + 1
        record.save(update_fields=[*columns, "version", "described"])
        rescope_record(record, clauses_of(matter))
        log.record(
            "record.described",
            actor=actor,
            matter=matter,
            obj=("record", record.sha256),
            facts={
                "result": f"scope_{record.scope}",
                "refs": {"record": record.pk},
            },
            people=people.of_record(record),
        )
        return record


def retry_scan(record_id: UUID | str, *, actor: Any) -> Record:
    """The record will be read once more: it was unreadable, or the rules have changed since.

    Marks, pages seen, and decisions on claims that come out the same are kept.
    """
    matter_id = matter_of(Record, record_id)
    with act("retry_scan", actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        matter = access_matter(actor, matter_id, "take_in", lock=True)
        record = Record.objects.get(pk=record_id)
        if matter.state not in COLLECTING or record.state not in ("unreadable", "readable", "reviewed"):
            raise WrongState(
                "A record is read again before its manifest is frozen, and not while it is read."
            )
        record.state, record.reasons, record.version = "received", [], record.version + 1
        record.save(update_fields=["state", "reasons", "version"])
        log.record(
            "record.taken_in", actor=actor, matter=matter, obj=("record", record.sha256), reason="retry",
            people=people.of_record(record),
        )  # fmt: skip
        jobs.enqueue("record.scan", record.pk, f"scan:{record.pk}:{record.version}", actor, lane=matter.pk)
        return record


def _validate(description: Description) -> None:
    if description.record_class and description.record_class not in RECORD_CLASSES:
        raise Invalid("Choose the kind of record from the list.", code="record_class")
    if any(code not in DATA_CATEGORIES for code in description.categories):
        raise Invalid("Choose what the record holds from the list.", code="categories")
    last, first = description.dated_to, description.dated_on
    if last is not None and (first is None or last < first):
        raise Invalid("A record that spans some days has a first one, and the last follows it.", code="dates")
    for text, most in (
        (description.subject_name, 160), (description.subject_number, 60), (description.document_number, 60),
    ):  # fmt: skip
        refuse_status(text)
        if len(text) > most:
            raise Invalid(f"A name has at most 160 characters, a number {most}.", code="too_long")
