"""What is asked by word of mouth is noted by whoever was asked, and officers with a judge's warrant are
never resisted or delayed: counsel is called, and what was taken is noted (policy 2.6)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.utils import timezone

from workflows.audit import log
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.duties import open_task
from workflows.flow.opening import Submission, open_within
from workflows.matters.access import unsealed_matters, visible_matters
from workflows.matters.acts import act
from workflows.matters.models import Agency, Contact, Matter, Taken
from workflows.policy.codes import CONTACT_CHANNELS, CONTACT_PAPERS, CONTACT_WANTS, TAKEN_KINDS
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import COUNSEL, allowed

WARRANT = "warrant"
MOST_PIECES = 100_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


@dataclass(frozen=True, slots=True)
class Approach:
    """What one of the staff notes. `told`: something was said about what the city holds."""

    channel: str
    happened_at: dt.datetime
    place: str
    wants: str
    paper: str
    told: bool
    agency: Agency | None = None
    agency_said: str = ""
    official_said: str = ""
    note: str = ""


def log_contact(approach: Approach, *, actor: Any) -> Contact:
    """The approach is noted, for good. By anybody of the staff. Raises Forbidden, Invalid."""
    with act("log_contact", actor=actor, matter_id=None):
        now = timezone.now()
        _allowed(actor, "log_contact")
        _check(approach, now)
        words = {
            "place": _typed(approach.place, 120),
            "agency_said": _typed(approach.agency_said, 160),
            "official_said": _typed(approach.official_said, 120),
            "note": _typed(approach.note, 600),
        }
        key = uuid4()
        entry = log.record(
            "contact.logged",
            actor=actor,
            reason=approach.wants,
            facts={"refs": {"contact": key}, "result": "told" if approach.told else "not_told"},
        )
        return Contact.objects.create(
            id=key, channel=approach.channel, happened_at=approach.happened_at, wants=approach.wants,
            paper=approach.paper, told=approach.told, agency=approach.agency, by=actor, logged_at=now,
            entry=entry, **words,
        )  # fmt: skip


def call_counsel(contact_id: UUID | str, *, actor: Any) -> Contact:
    """Counsel was called now, while the warrant was executed. Once."""
    with act("call_counsel", actor=actor, matter_id=None):
        contact = contact_for(actor, contact_id, lock=True)
        if contact.wants != WARRANT or contact.counsel_called_at is not None:
            raise WrongState("The call to counsel is noted once, where a warrant was executed.")
        contact.counsel_called_at = timezone.now()
        log.record("contact.counsel_called", actor=actor, facts={"refs": {"contact": contact.pk}})
        contact.save(update_fields=["counsel_called_at"])
        return contact


def log_taken(
    contact_id: UUID | str, *, actor: Any, what: str, kind: str, pieces: int, receipt: bool
) -> Taken:
    """What the officers took is noted: in the staff's words, without status, and how many pieces."""
    with act("log_taken", actor=actor, matter_id=None):
        contact = contact_for(actor, contact_id, lock=True)
        if contact.wants != WARRANT:
            raise WrongState("What was taken is noted where a warrant was executed in person.")
        if not what.strip() or kind not in TAKEN_KINDS or not 1 <= pieces <= MOST_PIECES:
            raise Invalid("Say what was taken, of which kind, and how many pieces.", code="taken_incomplete")
        entry = log.record(
            "contact.taken",
            actor=actor,
            reason=kind,
            facts={"refs": {"contact": contact.pk}, "counts": {"files": pieces}},
        )
        return Taken.objects.create(
            contact=contact, what=_typed(what, 200), kind=kind, pieces=pieces, receipt=receipt, by=actor,
            at=timezone.now(), entry=entry,
        )  # fmt: skip


def open_from_contact(contact_id: UUID | str, *, actor: Any, agency: Agency | None = None) -> Matter:
    """A matter is open for what was asked by word of mouth, and acknowledged like any other.

    Where the contact names no agency, `agency` does. A warrant that was executed gives counsel a task.
    Raises NotVisible, Forbidden, WrongState where there is a matter already, Invalid.
    """
    with act("open_matter", actor=actor, matter_id=None):
        contact = contact_for(actor, contact_id, lock=True)
        if contact.matter_id is not None:
            raise WrongState("A matter has been opened from this contact already.")
        asks = contact.agency or agency
        if asks is None:
            raise Invalid("Say which agency asks.", code="agency_needed")
        submission = Submission(
            description=_described(contact),
            requester_class=asks.default_class,
            channel="phone" if contact.channel == "phone" else "in_person",
            received_at=contact.happened_at,
        )
        contact.matter = open_within(submission, actor=actor, agency=asks)
        log.record(
            "contact.linked", actor=actor, matter=contact.matter, facts={"refs": {"contact": contact.pk}}
        )
        contact.save(update_fields=["matter"])
        if contact.wants == WARRANT:
            open_task(contact.matter, "warrant_executed", COUNSEL, timezone.now())
        return contact.matter


def contacts_for(
    person: Any,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    agency: Agency | None = None,
    words: str = "",
) -> QuerySet[Contact]:
    """The contacts that this person may read, newest first: all for the desk and the auditor, their own
    for everybody else; that of a sealed matter only for those who have the matter.

    Days are the city's, both included; `words` are looked for in what was noted."""
    if person is None or not person.is_active or not allowed(person.role, "log_contact"):
        return Contact.objects.none()
    known = Q(matter__isnull=True) | Q(matter__in=unsealed_matters(timezone.now()))
    found = Contact.objects.select_related("agency", "by", "matter").filter(
        known | Q(matter__in=visible_matters(person).values("pk"))
    )
    if not allowed(person.role, "see_contacts"):
        found = found.filter(by_id=person.pk)
    if since is not None:
        found = found.filter(happened_at__gte=_midnight(since))
    if until is not None:
        found = found.filter(happened_at__lt=_midnight(until + dt.timedelta(days=1)))
    if agency is not None:
        found = found.filter(agency=agency)
    for word in words.split()[:6]:
        found = found.filter(
            Q(agency_said__icontains=word) | Q(official_said__icontains=word) | Q(place__icontains=word)
            | Q(note__icontains=word) | Q(agency__name__icontains=word)
        )  # fmt: skip
    return found


def contact_for(person: Any, contact_id: UUID | str, *, lock: bool = False) -> Contact:
    """One contact that this person may read. Raises NotVisible."""
    found = contacts_for(person).filter(pk=contact_id).first()
    if found is None:
        raise NotVisible()
    if not lock:
        return found
    return Contact.objects.select_for_update(of=("self",)).get(pk=found.pk)


def export_contacts(rows: QuerySet[Contact], *, actor: Any) -> bytes:
    """These contacts as CSV (UTF-8). A cell that a spreadsheet would run begins with an apostrophe. A
    matter is named only to those who see it. The export is an entry. Raises Forbidden."""
    with act("export_contacts", actor=actor, matter_id=None):
        _allowed(actor, "export_contacts")
        found = list(rows)
        visible = set(visible_matters(actor).values_list("pk", flat=True))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(
            ["when", "how", "place", "agency", "as_they_said", "official", "wanted", "paper", "told", "note",
             "noted_by", "matter"]
        )  # fmt: skip
        for one in found:
            number = one.matter.number if one.matter is not None and one.matter_id in visible else ""
            writer.writerow(
                quoted(
                    [timezone.localtime(one.happened_at).isoformat(timespec="minutes"),
                     CONTACT_CHANNELS[one.channel], one.place, one.agency.name if one.agency else "",
                     one.agency_said, one.official_said, CONTACT_WANTS[one.wants], CONTACT_PAPERS[one.paper],
                     "yes" if one.told else "no", one.note, one.by.name, number]
                )
            )  # fmt: skip
        log.record("export.made", actor=actor, reason="contacts", facts={"counts": {"rows": len(found)}})
        return out.getvalue().encode()


def quoted(cells: Iterable[str]) -> list[str]:
    """The cells, none of which a spreadsheet takes for a formula."""
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def _described(contact: Contact) -> str:
    """What is asked for, in words of ours around what was noted."""
    when = timezone.localtime(contact.happened_at)
    lines = [
        f"{CONTACT_CHANNELS[contact.channel]}, {contact.place}, {when:%Y-%m-%d %H:%M}.",
        f"Asked for: {CONTACT_WANTS[contact.wants]}. Shown: {CONTACT_PAPERS[contact.paper]}.",
    ]
    lines += [f"Official: {contact.official_said}."] if contact.official_said else []
    return "\n".join([*lines, contact.note]).strip()


def _check(approach: Approach, now: dt.datetime) -> None:
    known = (
        approach.channel in CONTACT_CHANNELS
        and approach.wants in CONTACT_WANTS
        and approach.paper in CONTACT_PAPERS
    )
    if not known:
        raise Invalid("Choose from the lists.", code="unknown_choice")
    if not approach.place.strip():
        raise Invalid("Say where it was: the department or the counter.", code="place_needed")
    if approach.happened_at > now + dt.timedelta(minutes=2):
        raise Invalid("This cannot have happened in the future.", code="received_in_future")
    if approach.happened_at < now - dt.timedelta(days=365):
        raise Invalid("Note approaches of the last year only.", code="received_too_early")


def _typed(text: str, longest: int) -> str:
    text = " ".join(text.split())
    if len(text) > longest:
        raise Invalid(f"At most {longest} characters.", code="too_long")
    return refuse_status(text) if text else ""


def _allowed(actor: Any, action: str) -> None:
    if not allowed(actor.role, action):
        raise Forbidden(f"Your role ({actor.role}) does not do this.")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())
