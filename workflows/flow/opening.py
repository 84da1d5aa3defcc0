"""A request arrives: it is stored as received, numbered, acknowledged and given to the intake desk."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from workflows import vault
from workflows.audit import log
from workflows.audit.canonical import canonical
from workflows.errors import Forbidden, Invalid
from workflows.flow.advance import step
from workflows.flow.moves import MOVES
from workflows.flow.timing import start_for_request
from workflows.matters.access import agency_of, grant
from workflows.matters.acts import act
from workflows.matters.models import Agency, Matter, MatterNumber, Official, Party, Request
from workflows.policy.codes import CHANNELS, REQUESTER_CLASSES
from workflows.policy.guard_text import mask, mask_numbers
from workflows.policy.roles import AGENCY, DESK_ROLES, allowed

INTAKE_GROUP = "intake"
MAX_TEXT = 20_000
MAX_SUBJECTS = 100
LONGEST_AGO = dt.timedelta(days=3650)  # what lies in a drawer for longer is entered as of today


@dataclass(frozen=True, slots=True)
class Subject:
    """A person the request is about, as the agency printed it."""

    name: str
    birth_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody asks for. `requester_class` follows the authority cited, never the logo."""

    description: str
    authority: str = ""
    subjects: tuple[Subject, ...] = ()
    requester_class: str = "unknown"
    channel: str = "api"
    received_at: dt.datetime | None = None
    return_on: dt.date | None = None
    extra: dict[str, str] = field(default_factory=dict)


def open_matter(submission: Submission, *, actor: Any, agency: Agency | None = None) -> Matter:
    """A matter exists for this request, in state acknowledged, with its letter, and the intake desk sees it.

    An agency opens for itself only; staff name the agency. Raises Forbidden, Invalid.
    """
    with act("open_matter", actor=actor, matter_id=None):
        return open_within(submission, actor=actor, agency=agency)


def open_within(submission: Submission, *, actor: Any, agency: Agency | None = None) -> Matter:
    """As `open_matter`, in the transaction of an act that is more than that."""
    with transaction.atomic():
        now = timezone.now()
        _validate(submission, now)
        agency, official = _who_asks(actor, agency)
        matter_id = uuid.uuid4()
        blob = vault.put(
            _as_received(submission),
            kind="application/json",
            record_id=str(matter_id),
            ring=vault.Ring.RECEIVED,
        )
        entry = log.record("matter.opened", actor=actor, matter=matter_id, obj=("request", blob.sha256))
        matter = Matter.objects.create(
            id=matter_id,
            number=_next_number(timezone.localdate(now).year),
            state="received",
            state_entry=entry,
            agency=agency,
            official=official,
            requester_class=submission.requester_class,
            channel=submission.channel,
            received_at=submission.received_at or now,
            opened_at=now,
            opened_by=actor,
        )
        Request.objects.create(
            matter=matter,
            blob=blob,
            sha256=blob.sha256,
            description_masked=mask(submission.description),
            authority_masked=mask(submission.authority)[:400],
            received_at=matter.received_at,
        )
        for subject in submission.subjects:
            name = mask_numbers(subject.name.strip())[:160]
            Party.objects.create(matter=matter, name=name, birth_date=subject.birth_date)
        start_for_request(matter, submission.return_on, now)
        _give_to_desk(matter, actor)
        return step(matter, MOVES["acknowledge"], actor=None, now=now)


def _validate(submission: Submission, now: dt.datetime) -> None:
    if not submission.description.strip():
        raise Invalid("Say what is asked for.", code="description_needed")
    if len(submission.description) > MAX_TEXT or len(submission.authority) > 2000:
        raise Invalid("The text is too long; file it as a paper.", code="too_long")
    if submission.requester_class not in REQUESTER_CLASSES or submission.channel not in CHANNELS:
        raise Invalid("Unknown class of requester or channel.", code="unknown_choice")
    if submission.received_at is not None and submission.received_at > now + dt.timedelta(minutes=2):
        raise Invalid("A request cannot have arrived in the future.", code="received_in_future")
    if submission.received_at is not None and submission.received_at < now - LONGEST_AGO:
        raise Invalid("A request cannot have arrived that long ago.", code="received_too_early")
    if len(submission.subjects) > MAX_SUBJECTS:
        raise Invalid("One request names at most a hundred people.", code="too_many_subjects")
    if any(not subject.name.strip() or len(subject.name) > 160 for subject in submission.subjects):
        raise Invalid("Each person needs a name of at most 160 characters.", code="subject_name")


def _who_asks(actor: Any, agency: Agency | None) -> tuple[Agency, Official | None]:
    if not allowed(actor.role, "open_matter"):
        raise Forbidden("Your role does not register requests.")
    if actor.role == AGENCY:
        own = agency_of(actor)
        if own is None or (agency is not None and agency.pk != own.pk):
            raise Forbidden("A client opens matters for its own agency only.")
        return own, Official.objects.filter(person_id=actor.pk).first()
    if agency is None:
        raise Invalid("Say which agency asks.", code="agency_needed")
    return agency, None


def _as_received(submission: Submission) -> bytes:
    return canonical(
        {
            "description": submission.description,
            "authority": submission.authority,
            "subjects": [
                {"name": s.name, "birth_date": s.birth_date.isoformat() if s.birth_date else None}
                for s in submission.subjects
            ],
            "requester_class": submission.requester_class,
            "channel": submission.channel,
            "return_on": submission.return_on.isoformat() if submission.return_on else None,
            "extra": submission.extra,
        }
    )


def _next_number(year: int) -> str:
    counter, _ = MatterNumber.objects.get_or_create(year=year)
    counter = MatterNumber.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"M-{year}-{counter.last:05d}"


def _give_to_desk(matter: Matter, actor: Any) -> None:
    """The intake desk is given the matter; staff who open one are given it as well."""
    desk = get_user_model().objects.filter(is_active=True, role__in=DESK_ROLES)
    people = set(desk.filter(groups__name=INTAKE_GROUP))
    if actor.role in DESK_ROLES:
        people.add(actor)
    for person in sorted(people, key=lambda one: one.email):
        grant(person, matter)
        log.record("grant.given", actor=None, matter=matter, facts={"refs": {"person": person.pseudonym}})
