"""Exports are asked for by people, made by a worker, and handed out; each step is an entry first.

What an export may hold is what its reader may read in the log anyhow: bodies of the closed schema, digests,
counts. Originals, names and free text are in none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Max
from django.utils import timezone

from workflows import jobs, vault
from workflows.audit import log, tree
from workflows.audit.models import Entry
from workflows.audit.queries import BadFilter, Filter, read_filter
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.exports.choosing import Choice, Seen, choice_of
from workflows.exports.models import COURT, ENTRIES, REPORT, Export
from workflows.exports.periods import PUBLIC, SCOPES, Period
from workflows.flow.advance import require_step_up
from workflows.jobs.models import Job
from workflows.matters.access import access_matter, is_sealed
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.policy.roles import AUDITOR, allowed
from workflows.transparency.queries import edition

FORMS = {"csv": "CSV", "jsonl": "JSON Lines", "pdf": "PDF", "all": "All three"}
ACTIONS = {ENTRIES: "export_log", COURT: "make_court_bundle", REPORT: "make_report"}
FILTERS = ("event", "outcome", "role", "matter", "actor", "since", "until", "subject", "digest", "flag",
           "incarnation")  # fmt: skip
MOST_ENTRIES = 10_000
WORK = ("export.make", "export.seal")  # kinds of jobs


def ask_entries(asked: dict[str, str], form: str, *, actor: Any, stepped_up_at: dt.datetime | None) -> Export:
    """The entries of this filter, as they are sealed now, will be made into one file of this form.

    `asked` is a filter as `audit.queries.read_filter` takes it. Raises Forbidden, StepUpNeeded, Invalid (no
    such filter or form, no entry or too many).
    """
    with act("export_log", actor=actor, matter_id=None):
        now = timezone.now()
        _check_role(actor, ENTRIES)
        require_step_up("export_log", stepped_up_at, now)
        if form not in FORMS:
            raise Invalid("Choose a form for the export.", code="unknown_choice")
        given = {name: asked[name].strip() for name in FILTERS if (asked.get(name) or "").strip()}
        try:
            wanted = read_filter(given)
        except BadFilter as bad:
            raise Invalid(f"The log knows no such {bad.field}.", code="bad_filter") from bad
        wanted = _in_present_life(wanted)
        last, seen = _last_entry(), Seen.now() if wanted.subject or wanted.flag else None
        count = Choice(wanted, last, unsealed_only=True, seen=seen).entries().count()
        if not count:
            raise Invalid("No entry fits this filter, so there is nothing to export.", code="empty")
        if count > MOST_ENTRIES:
            raise Invalid(
                f"{count} entries fit. An export holds at most {MOST_ENTRIES}: narrow the filter. "
                "The whole log lies in the export folder, which verify_bundle.py checks as it is.",
                code="too_many",
            )
        what = {"filter": _plain(wanted), "form": form} | ({"seen": asdict(seen)} if seen else {})
        return _asked(ENTRIES, what, last, actor=actor, now=now)


def ask_court(matter_id: UUID | str, *, actor: Any, stepped_up_at: dt.datetime | None) -> Export:
    """A bundle for a court will be made of what the log holds of this matter.

    Counsel makes it of matters they see; an auditor of any that is not sealed. Raises NotVisible, Forbidden,
    StepUpNeeded, Invalid.
    """
    with act("make_court_bundle", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = matter_for(matter_id, actor, now)
        require_step_up("make_court_bundle", stepped_up_at, now)
        last = _last_entry()
        count = Choice(Filter(matter=matter.pk), last, unsealed_only=False).entries().count()
        if not count:
            raise Invalid("No entry of this matter has been sealed yet. Try again in a minute.", code="empty")
        if count > MOST_ENTRIES:
            raise Invalid(f"{count} entries: a bundle holds at most {MOST_ENTRIES}.", code="too_many")
        return _asked(COURT, {}, last, actor=actor, now=now, matter=matter)


def ask_report(period: str, scope: str, *, actor: Any) -> Export:
    """The report of a month (`2026-11`) or quarter (`2026-q4`) will be made.

    `scope` is `internal` (exact counts, for the office) or `public` (what the register has printed of that
    quarter, and nothing else). `actor` None is the gateway itself. Raises Forbidden, Invalid.
    """
    with act("make_report", actor=actor, matter_id=None):
        now = timezone.now()
        if actor is not None:
            _check_role(actor, REPORT)
        wanted = Period.named(period)
        if wanted is None or scope not in SCOPES:
            raise Invalid("Choose a month or a quarter.", code="period")
        if wanted.begins > now:
            raise Invalid("This period has not begun.", code="period")
        if scope == PUBLIC and (not wanted.is_quarter or edition(wanted.name) is None):
            raise Invalid(
                "A public report repeats the register, which is printed once for each quarter that is over. "
                "There is no edition for this period.",
                code="no_edition",
            )
        return _asked(REPORT, {"period": wanted.name, "scope": scope}, _last_entry(), actor=actor, now=now)


def retry(export_id: UUID | str, *, actor: Any) -> Export:
    """Work that stopped is tried again. Raises NotVisible, WrongState."""
    with act("retry_export", actor=actor, matter_id=None):
        export = visible(export_id, actor)
        about = Job.objects.filter(subject=str(export.pk), kind__in=WORK)
        job = about.order_by("-pk").first()
        if job is None:
            raise WrongState("Nothing of this export waits for another try.")
        log.record(
            "export.asked",
            actor=actor,
            matter=export.matter_id,
            reason="again",
            facts={"refs": {"export": export.pk, "job": job.pk}},
        )
        jobs.retry(job)
    return export


def open_export(export_id: UUID | str, *, actor: Any) -> tuple[Export, Iterator[bytes]]:
    """The bundle as parts of at most 1 MiB. That it leaves is an entry, written first.

    Raises NotVisible, WrongState while it is being made, VaultError.
    """
    with act("open_export", actor=actor, matter_id=None):
        export = visible(export_id, actor)
        if not hasattr(export, "sealed"):
            raise WrongState("This export is still being made.", code="not_ready")
        choice = choice_of(export)
        if choice is not None and choice.entries().count() != export.prepared.entries:
            raise WrongState(
                "Since this was made a matter in it was sealed, or a seal has ended. Ask for it anew.",
                code="sealed",
            )
        parts = vault.chunks(export.sealed.bundle)
        log.record(
            "export.read",
            actor=actor,
            matter=export.matter_id,
            obj=("bundle", export.sealed.bundle_sha256),
            facts={
                "refs": {"export": export.pk},
                "counts": {"bytes": export.sealed.size, "entries": export.prepared.entries},
            },
        )
    return export, parts


def visible(export_id: UUID | str, actor: Any) -> Export:
    """The export, if this person may have it. Raises NotVisible."""
    rows = Export.objects.select_related("prepared", "sealed__bundle", "matter", "by", "entry")
    export = rows.filter(pk=export_id).first()
    if export is None or not may_have(export, actor):
        raise NotVisible()
    return export


def may_have(export: Export, actor: Any) -> bool:
    """Tell whether this person may have the export now: by role, and for a court's bundle by matter."""
    if not actor.is_active or not allowed(actor.role, ACTIONS[export.kind]):
        return False
    if export.matter_id is None:
        return True
    try:
        matter_for(export.matter_id, actor, timezone.now())
    except (NotVisible, Forbidden):
        return False
    return True


def matter_for(matter_id: UUID | str, actor: Any, now: dt.datetime) -> Matter:
    """The matter, if this person may make a bundle of it. Raises NotVisible, Forbidden.

    An auditor reads the log of all matters, and is assigned to none; a sealed one is not for them.
    """
    if actor.role != AUDITOR:
        return access_matter(actor, matter_id, "make_court_bundle")
    matter = Matter.objects.filter(pk=matter_id).first()
    if matter is None or is_sealed(matter, now):
        raise NotVisible()
    return matter


def may_bundle(matter_id: UUID | str, actor: Any, now: dt.datetime) -> bool:
    """Whether this person may make a bundle of the matter, for a page that would lead there."""
    try:
        matter_for(matter_id, actor, now)
    except (NotVisible, Forbidden):
        return False
    return True


def _check_role(actor: Any, kind: str) -> None:
    if not allowed(actor.role, ACTIONS[kind]):
        raise Forbidden("Your role does not make exports of this kind.")


def _in_present_life(wanted: Filter) -> Filter:
    """The filter without the life of the log: an export is of the present one, which alone it proves."""
    current = tree.current_incarnation()
    if wanted.incarnation is not None and (current is None or wanted.incarnation != current.number):
        raise Invalid(
            "Only entries of the present life of the log are exported: no checkpoint of now proves others.",
            code="earlier_life",
        )
    return replace(wanted, incarnation=None)


def _last_entry() -> int:
    return Entry.objects.aggregate(last=Max("pk"))["last"] or 0


def _plain(wanted: Filter) -> dict[str, str]:
    found = {name: getattr(wanted, name) for name in FILTERS}
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else str(value)
        for name, value in found.items()
        if value is not None
    }


def _asked(
    kind: str, asked: dict[str, Any], last: int, *, actor: Any, now: dt.datetime, matter: Matter | None = None
) -> Export:
    key = uuid4()
    entry = log.record(
        "export.asked", actor=actor, matter=matter, reason=kind, facts={"refs": {"export": key}}
    )
    export = Export.objects.create(
        id=key, kind=kind, matter=matter, asked=asked, last=last, by=actor, at=now, entry=entry
    )
    jobs.enqueue("export.make", key, f"export:{key}", actor, lane=matter.pk if matter else "")
    return export
