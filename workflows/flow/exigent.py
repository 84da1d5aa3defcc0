"""The emergency lane (policy 8): a claimed imminent danger to a person, decided by a lawyer and a
department head, who let out the least that helps and no status data.

The determination stands in for the paper; all else of the gate holds. Two clocks run from it: a second
lawyer's review within 24 hours, and the request for court process within 48. One that is missed is an
incident in the log and a task for counsel. Each decision writes an entry for the audit reviewer by itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.clocks.models import Clock
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.advance import require_step_up, step
from workflows.flow.bases import Names, file_determination
from workflows.flow.duties import close_tasks, open_task
from workflows.flow.leaving import leave_force
from workflows.flow.moves import MOVES
from workflows.flow.scoping import ClauseDraft, write_clauses
from workflows.flow.timing import settle_dates
from workflows.flow.words import typed
from workflows.instruments.models import ExigentClaim, ExigentDetermination
from workflows.instruments.states import AUTHENTICATING, ENDS
from workflows.instruments.words import seal_words
from workflows.matters import letters
from workflows.matters.access import access_matter, is_active_in, matter_of
from workflows.matters.acts import act, each_matter
from workflows.matters.models import AgencyContact, Matter
from workflows.matters.states import State
from workflows.policy.bases import EXIGENT_DAYS, EXIGENT_GROUNDS, NO_EMERGENCY, NO_EMERGENCY_SAYS
from workflows.policy.guard_text import refuse_status
from workflows.policy.instrument_types import EXIGENT
from workflows.policy.roles import COUNSEL, OFFICER
from workflows.records import people
from workflows.records.scoping import rescope_records

DEPARTMENT_HEADS = "department heads"  # the group of officers who confirm a determination
REVIEW, FOLLOW_UP = "exigent_review", "exigent_follow_up"
CLAIMED, TO_CONFIRM = "exigent_claimed", "exigent_confirm"
QUOTE = "The least that helps against the danger, as determined."


def is_department_head(person: Any) -> bool:
    """True for an active officer of the group that confirms determinations of an emergency."""
    return bool(
        person.role == OFFICER and person.is_active and person.groups.filter(name=DEPARTMENT_HEADS).exists()
    )


def claim_exigent(
    matter_id: UUID | str,
    *,
    actor: Any,
    ground: str,
    official: str,
    official_title: str,
    contact_id: int,
    spoke_with: str,
    danger: str,
) -> ExigentClaim:
    """An officer has taken the claim of a named official and has called the agency back at the number of the
    city's own directory; counsel has a task. Nothing is opened by it.

    Only imminent danger of death or serious physical injury to a person is an emergency: anything else of
    the closed list is refused with the sentence of policy 8.2. Raises NotVisible, Forbidden, Invalid,
    WrongState.
    """
    with act("claim_exigent", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "claim_exigent", lock=True)
        if ground in NO_EMERGENCY:
            raise Invalid(NO_EMERGENCY_SAYS, code="no_emergency")
        if ground not in EXIGENT_GROUNDS:
            raise Invalid("Choose the danger from the list.", code="unknown_choice")
        contact = AgencyContact.objects.filter(pk=contact_id, agency=matter.agency_id).first()
        if contact is None:
            raise Invalid(
                "Call the agency back at its number in the city's own directory. The number that the caller "
                "gives is never used.",
                code="directory_needed",
            )
        named = [refuse_status(text.strip()) for text in (official, official_title, spoke_with)]
        if not all(named) or max(map(len, named)) > 120:
            raise Invalid(
                "Name the official who claims it, the title, and whom you reached when you called back.",
                code="official_needed",
            )
        said = typed(danger, "what the danger is, to whom, and why it cannot wait for a court")
        words = seal_words(matter.pk, danger=refuse_status(said))
        entry = log.record(
            "exigent.claimed", actor=actor, matter=matter, reason=ground, facts={"words": words.sha256}
        )
        claim = ExigentClaim.objects.create(
            matter=matter, ground=ground, official=named[0], official_title=named[1], contact=contact,
            spoke_with=named[2], words=words, claimed_by=actor, claimed_at=now, entry=entry,
        )  # fmt: skip
        step(matter, MOVES["claim_exigent"], actor=actor, now=now)
        open_task(matter, CLAIMED, COUNSEL, now)
        return claim


def determine_exigent(
    claim_id: int,
    names: Names,
    *,
    actor: Any,
    reason: str,
    least: str,
    date_from: dt.date | None = None,
    date_to: dt.date | None = None,
    stepped_up_at: dt.datetime | None,
) -> ExigentDetermination:
    """A lawyer has determined that there is an emergency and what is the least that helps: kinds of record of
    one person. It has no effect until a department head confirms it.

    No status data can be named. Raises NotVisible, Forbidden, StepUpNeeded, Invalid, WrongState.
    """
    with act("determine_exigent", actor=actor, matter_id=matter_of(ExigentClaim, claim_id)):
        now = timezone.now()
        matter, claim = _claim(claim_id, actor, stepped_up_at, now)
        if claim.claimed_by_id == actor.pk:
            raise Forbidden(
                "Who took the claim does not determine it. Another lawyer does.", code="second_person"
            )
        columns = names.columns()
        if columns["types"]:
            raise Invalid("An emergency opens no status data (policy 8.1).", code="exigent_no_status")
        if date_from and date_to and date_from > date_to:
            raise Invalid("The dates run backwards.", code="clause_dates")
        if hasattr(claim, "determination"):
            raise WrongState("This claim has been determined already; a department head confirms it.")
        key = uuid4()
        said = {
            "law": "policy 8", "ground": claim.ground, "subject": columns["subject_name"],
            "classes": columns["classes"], "from": date_from.isoformat() if date_from else "",
            "to": date_to.isoformat() if date_to else "", "reason": typed(reason, "your reason"),
            "least": typed(least, "why this is the least that helps"),
        }  # fmt: skip
        words = seal_words(key, **said)
        entry = log.record(
            "exigent.determined", actor=actor, matter=matter, reason=claim.ground,
            facts={"refs": {"exigent": key}, "words": words.sha256}, people=[names.reference()],
        )  # fmt: skip
        close_tasks(matter, CLAIMED, actor=actor, now=now)
        open_task(matter, TO_CONFIRM, OFFICER, now)
        return ExigentDetermination.objects.create(
            id=key, claim=claim, date_from=date_from, date_to=date_to, words=words, proposed_by=actor,
            proposed_at=now, entry=entry, **columns,
        )  # fmt: skip


def refuse_exigent(
    claim_id: int, *, actor: Any, reason: str, stepped_up_at: dt.datetime | None
) -> ExigentClaim:
    """Counsel has found that this is no emergency: the request waits for a court's paper like any other."""
    with act("decide_exigent", actor=actor, matter_id=matter_of(ExigentClaim, claim_id)):
        now = timezone.now()
        matter, claim = _claim(claim_id, actor, stepped_up_at, now)
        entry = log.record(
            "exigent.refused", actor=actor, matter=matter, reason=claim.ground,
            detail=refuse_status(typed(reason, "your reason")),
        )  # fmt: skip
        claim.refused_by, claim.refused_at, claim.refused_entry = actor, now, entry
        claim.save(update_fields=["refused_by", "refused_at", "refused_entry"])
        step(matter, MOVES["decide_exigent"], actor=actor, now=now)
        _report(matter, "refused", {})
        for kind in (CLAIMED, TO_CONFIRM):
            close_tasks(matter, kind, actor=actor, now=now)
        return claim


def confirm_exigent(
    determination_id: UUID | str, *, actor: Any, stepped_up_at: dt.datetime | None
) -> ExigentDetermination:
    """A department head has confirmed it: the determination stands in for the paper until the end of the
    second day, records may be collected for exactly what it names, and both clocks run.

    Raises NotVisible, Forbidden, StepUpNeeded, WrongState, GuardFailed.
    """
    found = ExigentDetermination.objects.filter(pk=determination_id).select_related("claim").first()
    matter_id = found.claim.matter_id if found else None
    with act("decide_exigent", actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        now = timezone.now()
        matter = access_matter(actor, matter_id, "decide_exigent", lock=True)
        require_step_up("decide_exigent", stepped_up_at, now)
        row = ExigentDetermination.objects.select_related("claim", "words", "proposed_by").get(
            pk=determination_id
        )
        if not is_department_head(actor):
            raise Forbidden("A department head confirms what counsel has determined.")
        if row.claim.claimed_by_id == actor.pk:
            raise Forbidden(
                "Who took the claim does not confirm it. Another department head does.", code="second_person"
            )
        if row.confirmed_by_id is not None or State(matter.state) is not State.EXIGENT:
            raise WrongState("There is nothing to confirm any more.")
        if not is_active_in(row.proposed_by, COUNSEL):
            raise WrongState(
                "Who determined this is no longer counsel here. Another lawyer refuses it, and an officer "
                "takes the claim anew."
            )
        _stand_in(row, matter, actor, now)
        _start_clocks(matter, row, now)
        _report(matter, "granted", {"exigent": row.pk, "instrument": row.instrument_id})
        close_tasks(matter, TO_CONFIRM, actor=actor, now=now)
        return row


def _stand_in(row: ExigentDetermination, matter: Matter, actor: Any, now: dt.datetime) -> None:
    """The text is filed in the place of a paper, in force, with its one clause."""
    paper = file_determination(matter, EXIGENT, row.words, actor=actor, now=now)
    entry = log.record(
        "exigent.confirmed", actor=actor, matter=matter, obj=("instrument", paper.sha256),
        facts={"refs": {"instrument": paper.pk, "exigent": row.pk}},
        people=[people.reference(row.subject_name, row.subject_birth_date)],
    )  # fmt: skip
    row.instrument, row.confirmed_by, row.confirmed_at, row.confirmed_entry = paper, actor, now, entry
    row.save(update_fields=["instrument", "confirmed_by", "confirmed_at", "confirmed_entry"])
    paper.state, paper.state_entry = AUTHENTICATING, entry
    paper.ends_on = timezone.localdate(now) + dt.timedelta(days=EXIGENT_DAYS)
    paper.save(update_fields=["state", "state_entry", "ends_on"])
    step(matter, MOVES["decide_exigent"], actor=actor, now=now, instrument=paper)
    draft = ClauseDraft(
        item="1", page=1, quote=QUOTE, subject_name=row.subject_name,
        record_classes=tuple(row.record_classes), subject_birth_date=row.subject_birth_date,
        date_from=row.date_from, date_to=row.date_to,
    )  # fmt: skip
    write_clauses(paper, [draft], actor=row.proposed_by, now=now)
    rescope_records(matter)


def _start_clocks(matter: Matter, row: ExigentDetermination, now: dt.datetime) -> None:
    for kind in (REVIEW, FOLLOW_UP):
        running.start(matter, kind, at=now, now=now, about=row.pk)
    settle_dates(matter)


def _report(matter: Matter, result: str, refs: dict[str, Any]) -> None:
    """The entry that the audit reviewer finds without being told (policy 8.1)."""
    log.record("exigent.reported", actor=None, matter=matter, facts={"result": result, "refs": refs})


def review_exigent(
    determination_id: UUID | str, justified: bool, *, actor: Any, reason: str
) -> ExigentDetermination:
    """A second lawyer has looked at the determination. Where it was not justified it ends at once: a block
    stands on the matter, and no approval or link survives.

    Raises NotVisible, Forbidden, Invalid, WrongState.
    """
    matter_id = matter_of(ExigentDetermination, determination_id, "claim__matter_id")
    with act("review_exigent", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter, row = _standing(determination_id, actor, "review_exigent")
        if row.reviewed_by_id is not None:
            raise WrongState("This determination has been reviewed already.")
        if actor.pk in (row.proposed_by_id, row.confirmed_by_id, row.claim.claimed_by_id):
            raise Forbidden(
                "Another lawyer reviews what you have claimed, determined or confirmed.", code="second_person"
            )
        why = refuse_status(typed(reason, "your finding"))
        entry = log.record(
            "exigent.reviewed", actor=actor, matter=matter, detail=why,
            reason="justified" if justified else "not_justified", facts={"refs": {"exigent": row.pk}},
        )  # fmt: skip
        row.justified, row.reviewed_by, row.reviewed_at, row.reviewed_entry = justified, actor, now, entry
        row.save(update_fields=["justified", "reviewed_by", "reviewed_at", "reviewed_entry"])
        _done(matter, REVIEW, row, actor, now)
        paper = row.instrument
        if not justified and paper is not None and paper.state not in ENDS:
            leave_force(matter, paper, "withdrawn", actor=actor, now=now, reason=why)
        return row


def follow_up_exigent(determination_id: UUID | str, *, actor: Any) -> ExigentDetermination:
    """The agency has a letter that asks it for the court process which an emergency could not wait for."""
    matter_id = matter_of(ExigentDetermination, determination_id, "claim__matter_id")
    with act("follow_up_exigent", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter, row = _standing(determination_id, actor, "follow_up_exigent")
        if row.followed_up_at is not None:
            raise WrongState("The agency has been asked already.")
        letter = letters.issue("exigent_follow_up", matter, actor=actor, now=now)
        log.record(
            "exigent.followed_up", actor=actor, matter=matter,
            facts={"refs": {"exigent": row.pk, "letter": letter.pk}},
        )  # fmt: skip
        row.followed_up_at = now
        row.save(update_fields=["followed_up_at"])
        _done(matter, FOLLOW_UP, row, actor, now)
        return row


def _done(matter: Matter, kind: str, row: ExigentDetermination, actor: Any, now: dt.datetime) -> None:
    """The clock stops; a duty that was met too late is an incident like one that was not met at all."""
    clock = Clock.objects.filter(matter=matter, kind=kind, about=str(row.pk), stopped_at__isnull=True).first()
    running.stop(matter, kind, now=now, about=row.pk)
    settle_dates(matter)
    if clock is not None and now > clock.ends:
        _incident(matter, kind, now)


def watch(now: dt.datetime) -> int:
    """Raise an incident for each review and follow-up that has not been met in time, once. Returns how many
    were raised. The sweep calls this."""
    raised = 0
    late = Clock.objects.filter(kind__in=(REVIEW, FOLLOW_UP), stopped_at__isnull=True, ends__lt=now)

    def look(matter: Matter) -> None:
        nonlocal raised
        for kind in sorted(set(late.filter(matter=matter).values_list("kind", flat=True))):
            raised += _incident(matter, kind, now)

    each_matter("exigent.watch", sorted(set(late.values_list("matter_id", flat=True))), look)
    return raised


def _incident(matter: Matter, kind: str, now: dt.datetime) -> bool:
    if matter.tasks.filter(kind=f"incident_{kind}").exists():
        return False
    log.record("incident.raised", actor=None, matter=matter, outcome="failed", reason=kind)
    open_task(matter, f"incident_{kind}", COUNSEL, now)
    return True


def _claim(
    claim_id: int, actor: Any, stepped_up_at: dt.datetime | None, now: dt.datetime
) -> tuple[Matter, ExigentClaim]:
    matter_id = matter_of(ExigentClaim, claim_id)
    if matter_id is None:
        raise NotVisible()
    matter = access_matter(actor, matter_id, "determine_exigent", lock=True)
    require_step_up("determine_exigent", stepped_up_at, now)
    claim = ExigentClaim.objects.get(pk=claim_id)
    if claim.refused_at is not None or State(matter.state) is not State.EXIGENT:
        raise WrongState("There is no claim of an emergency to decide on this matter now.")
    return matter, claim


def _standing(determination_id: UUID | str, actor: Any, action: str) -> tuple[Matter, ExigentDetermination]:
    matter_id = matter_of(ExigentDetermination, determination_id, "claim__matter_id")
    if matter_id is None:
        raise NotVisible()
    matter = access_matter(actor, matter_id, action, lock=True)
    row = ExigentDetermination.objects.select_related("instrument", "claim").get(pk=determination_id)
    if row.confirmed_by_id is None:
        raise WrongState("This determination has not been confirmed.")
    return matter, row
