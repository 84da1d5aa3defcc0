"""Legal bases besides a court's order: an override, a determination under 8 U.S.C. 1373, a consent.

Nothing here is made impossible; each needs counsel. What one lawyer writes has no effect until another
one confirms it. The matter then rests on a paper in force like any other, so that all else of the gate
holds, and taking the paper out of force ends the basis at once (`papers.end_paper`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from workflows.audit import log
from workflows.audit.models import Entry
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.advance import require_step_up, step
from workflows.flow.duties import close_tasks, open_task
from workflows.flow.leaving import leave_force
from workflows.flow.moves import MOVES
from workflows.flow.words import typed
from workflows.instruments.bases import TwoPeople
from workflows.instruments.models import (
    Consent,
    CounselFinding,
    Determination1373,
    Instrument,
    LegalBasisOverride,
)
from workflows.instruments.states import AUTHENTICATING, ENDS, OFFERED
from workflows.instruments.words import seal_words
from workflows.lawbook import in_force
from workflows.matters.access import access_matter, is_active_in, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.policy.bases import CONSENT, EXIGENT_REQUEST
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.guard_text import refuse_status
from workflows.policy.instrument_types import DETERMINATION_1373, NEVER
from workflows.policy.roles import COUNSEL
from workflows.policy.status_types import status_types
from workflows.records import people

TO_CONFIRM = "confirm_basis"


@dataclass(frozen=True, slots=True)
class Names:
    """What a basis names: one person, kinds of record, and types of status data, which may be none."""

    subject_name: str
    record_classes: Sequence[str]
    subject_birth_date: dt.date | None = None
    types: Sequence[str] = ()

    def columns(self) -> dict[str, Any]:
        """The values of the row. Raises Invalid for what is not of the lists, or missing."""
        name = refuse_status(self.subject_name.strip())
        if not name or len(name) > 160:
            raise Invalid("Name the person whose records may leave.", code="subject_name")
        if not self.record_classes or not set(self.record_classes) <= RECORD_CLASSES.keys():
            raise Invalid("Name at least one kind of record of the list.", code="clause_classes")
        if not set(self.types) <= status_types().keys():
            raise Invalid("Choose types of the list.", code="unknown_choice")
        return {
            "subject_name": name,
            "subject_birth_date": self.subject_birth_date,
            "classes": f",{','.join(sorted(set(self.record_classes)))},",
            "types": sorted(set(self.types)),
        }

    def reference(self) -> str | None:
        """Under which reference the log speaks of the person."""
        return people.reference(self.subject_name, self.subject_birth_date)


def propose_override(
    paper_id: UUID | str,
    names: Names,
    *,
    actor: Any,
    basis: str,
    citation: str,
    reason: str,
    stepped_up_at: dt.datetime | None,
) -> LegalBasisOverride:
    """A lawyer has written on which other basis the records may leave under a paper that no judge signed.
    It has no effect until a second lawyer confirms it.

    Only for a paper under review whose confirmed kind does not suffice; an emergency has a lane of its
    own. Citation and reason are kept encrypted. Raises NotVisible, Forbidden, StepUpNeeded, Invalid.
    """
    matter_id = matter_of(Instrument, paper_id)
    with act("propose_override", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter, paper = _paper(actor, paper_id, matter_id, "set_basis")
        require_step_up("set_basis", stepped_up_at, now)
        _overridable(paper)
        if paper.overrides.filter(confirmed_by__isnull=False).exists():
            raise WrongState("This paper has another basis already.")
        if basis not in in_force(now).override_bases:
            raise Invalid("Choose the other basis from the list.", code="unknown_choice")
        columns = names.columns()
        words = seal_words(paper.pk, citation=typed(citation, "where the other basis is written"),
                        reason=typed(reason, "your reason"))  # fmt: skip
        key = uuid4()
        entry = log.record(
            "override.recorded", actor=actor, matter=matter, obj=("instrument", paper.sha256), reason=basis,
            facts={"refs": {"instrument": paper.pk, "override": key}}, people=[names.reference()],
        )  # fmt: skip
        open_task(matter, TO_CONFIRM, COUNSEL, now)
        return LegalBasisOverride.objects.create(
            id=key, instrument=paper, basis=basis, words=words, proposed_by=actor, proposed_at=now,
            entry=entry, **columns,
        )  # fmt: skip


def confirm_override(
    override_id: UUID | str, *, actor: Any, stepped_up_at: dt.datetime | None
) -> LegalBasisOverride:
    """A second lawyer has confirmed it: the paper is in force for what the override names, and counsel sets
    its scope. Every check must hold but those that only a judge's order can pass.

    Raises NotVisible, Forbidden, StepUpNeeded, WrongState, GuardFailed.
    """
    found = LegalBasisOverride.objects.filter(pk=override_id).select_related("instrument").first()
    matter_id = found.instrument.matter_id if found else None
    with act("set_basis", actor=actor, matter_id=matter_id):
        if found is None or matter_id is None:
            raise NotVisible()
        now = timezone.now()
        matter = _locked(matter_id, actor, stepped_up_at, now)
        row = LegalBasisOverride.objects.select_related("instrument").get(pk=override_id)
        paper = Instrument.objects.select_related("matter").get(pk=row.instrument_id)
        if paper.state != AUTHENTICATING:
            raise WrongState("This paper is no longer under review.")
        _overridable(paper)  # its kind may have been confirmed anew since
        refs = {"instrument": paper.pk, "override": row.pk}
        _confirm(row, "override.confirmed", matter, actor, now, refs)
        row.save(update_fields=["confirmed_by", "confirmed_at", "confirmed_entry"])
        step(matter, MOVES["set_basis"], actor=actor, now=now, instrument=paper)
        return row


def _overridable(paper: Instrument) -> None:
    kind = in_force(timezone.now()).kind(paper.type)
    fits = paper.confirmed_by_id and kind.verdict == NEVER and kind.id not in (EXIGENT_REQUEST, "unknown")
    if paper.state != AUTHENTICATING or not fits:
        raise Invalid(
            "Another basis is written for a paper under review whose confirmed kind does not suffice by "
            "itself. Confirm the fields of the paper first.",
            code="override_not_here",
        )


def propose_1373(
    matter_id: UUID | str,
    names: Names,
    *,
    actor: Any,
    recipient: str,
    reason: str,
    stepped_up_at: dt.datetime | None,
) -> Determination1373:
    """A lawyer has determined, for this matter alone, that the named status data of one person goes to a
    named official of the agency that asks. It has no effect until a second lawyer confirms it.

    The city decides whether such determinations are written at all (setting, ships off). Raises
    NotVisible, Forbidden, StepUpNeeded, Invalid.
    """
    with act("propose_1373", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = _locked(matter_id, actor, stepped_up_at, now)
        if not settings.DETERMINATION_1373:
            raise Invalid(
                "Determinations under 8 U.S.C. 1373 are available and not switched on in this installation. "
                "That needs counsel: the city attorney decides whether they are.",
                code="determination_off",
            )
        columns = names.columns()
        if not columns["types"]:
            raise Invalid("Name the data that the determination is about.", code="types_needed")
        if not 3 <= len(recipient.strip()) <= 160:
            raise Invalid("Name the official who receives it.", code="recipient_needed")
        to = refuse_status(recipient.strip())
        key = uuid4()
        words = seal_words(
            key, law="8 U.S.C. 1373", recipient=to, agency=str(matter.agency_id),
            subject=columns["subject_name"], classes=columns["classes"], types=",".join(columns["types"]),
            reason=typed(reason, "your reason"),
        )  # fmt: skip
        entry = log.record(
            "determination_1373.recorded", actor=actor, matter=matter,
            facts={"refs": {"determination": key, "agency": matter.agency_id}, "words": words.sha256},
            people=[names.reference()],
        )  # fmt: skip
        open_task(matter, TO_CONFIRM, COUNSEL, now)
        return Determination1373.objects.create(
            id=key, matter=matter, agency=matter.agency, recipient=to, words=words, proposed_by=actor,
            proposed_at=now, entry=entry, **columns,
        )  # fmt: skip


def confirm_1373(
    determination_id: UUID | str, *, actor: Any, stepped_up_at: dt.datetime | None
) -> Determination1373:
    """A second lawyer has confirmed it: its text is filed in the place of a paper and is in force for what
    it names; counsel sets the scope, and authorises each type before anything stays in sight.

    Raises NotVisible, Forbidden, StepUpNeeded, WrongState, GuardFailed, and Invalid while switched off.
    """
    found = Determination1373.objects.filter(pk=determination_id).first()
    with act("set_basis", actor=actor, matter_id=found.matter_id if found else None):
        if found is None:
            raise NotVisible()
        now = timezone.now()
        matter = _locked(found.matter_id, actor, stepped_up_at, now)
        row = Determination1373.objects.select_related("words").get(pk=determination_id)
        if not settings.DETERMINATION_1373:
            raise Invalid("Determinations under 8 U.S.C. 1373 are not switched on here. That needs counsel.",
                          code="determination_off")  # fmt: skip
        paper = file_determination(matter, DETERMINATION_1373, row.words, actor=actor, now=now)
        refs = {"instrument": paper.pk, "determination": row.pk}
        entry = _confirm(row, "determination_1373.confirmed", matter, actor, now, refs)
        row.instrument = paper
        row.save(update_fields=["confirmed_by", "confirmed_at", "confirmed_entry", "instrument"])
        paper.state, paper.state_entry = AUTHENTICATING, entry
        paper.save(update_fields=["state", "state_entry"])
        step(matter, MOVES["set_basis"], actor=actor, now=now, instrument=paper)
        return row


def file_determination(matter: Matter, kind: str, words: Any, *, actor: Any, now: dt.datetime) -> Instrument:
    """What counsel has written is on file in the place of a paper, not yet in force. Inside the caller's
    transaction, the matter locked."""
    key = uuid4()
    entry = log.record(
        "instrument.filed", actor=actor, matter=matter, obj=("instrument", words.sha256), reason=kind,
        facts={"refs": {"instrument": key}},
    )  # fmt: skip
    return Instrument.objects.create(
        id=key, matter=matter, state=OFFERED, state_entry=entry, blob=words, sha256=words.sha256,
        channel="portal", filed_by=actor, filed_at=now, pages=1, type=kind,
        issued_on=timezone.localdate(now),
    )  # fmt: skip


def record_consent(paper_id: UUID | str, names: Names, *, actor: Any, informed: str, reason: str) -> Consent:
    """Counsel has found that the person who signed this paper was informed and names what may leave: their
    own records, of these kinds. A verifier can accept it then like any other paper.

    `informed` says how, in which language and by whom; kept encrypted. The signer and the day must have
    been confirmed. Raises NotVisible, Forbidden, Invalid, WrongState.
    """
    matter_id = matter_of(Instrument, paper_id)
    with act("record_consent", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter, paper = _paper(actor, paper_id, matter_id, "record_consent")
        today = timezone.localdate(now)
        if paper.type != CONSENT or paper.state != AUTHENTICATING or not paper.signer or not paper.issued_on:
            raise Invalid(
                "A consent is a paper under review whose kind, signer and date have been confirmed.",
                code="consent_not_here",
            )
        if Consent.objects.filter(instrument=paper).exists():
            raise WrongState("This consent has been recorded already. A new one is a new paper.")
        columns = names.columns()
        if columns["subject_name"] != paper.signer.strip() or paper.issued_on > today:
            raise Invalid(
                "A person consents to the release of their own records alone, on a day that has come: the "
                "name must be the signer's, as confirmed.",
                code="consent_of_another",
            )
        words = seal_words(paper.pk, informed=typed(informed, "how the person was informed"))
        entry = log.record(
            "consent.recorded", actor=actor, matter=matter, obj=("instrument", paper.sha256),
            detail=typed(reason, "your finding"), facts={"refs": {"instrument": paper.pk}},
            people=[names.reference()],
        )  # fmt: skip
        CounselFinding.objects.create(
            instrument=paper, text=refuse_status(reason.strip()), by=actor, at=now, entry=entry
        )
        return Consent.objects.create(instrument=paper, words=words, by=actor, at=now, entry=entry, **columns)


def revoke_consent(paper_id: UUID | str, *, actor: Any, reason: str) -> Instrument:
    """The person has taken their consent back: nothing leaves under it any more, from this moment. Whoever
    of the desk hears it first records it."""
    matter_id = matter_of(Instrument, paper_id)
    with act("revoke_consent", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter, paper = _paper(actor, paper_id, matter_id, "revoke_consent")
        if paper.type != CONSENT or paper.state in ENDS:
            raise WrongState("There is no consent here that stands.")
        said = refuse_status(typed(reason, "how the person said so"))
        log.record(
            "consent.revoked", actor=actor, matter=matter, obj=("instrument", paper.sha256),
            facts={"refs": {"instrument": paper.pk}},
        )  # fmt: skip
        leave_force(matter, paper, "withdrawn", actor=actor, now=now, reason=said)
        return paper


def _confirm(
    row: TwoPeople, event: str, matter: Matter, actor: Any, now: dt.datetime, refs: dict[str, Any]
) -> Entry:
    if row.confirmed_by_id is not None:
        raise WrongState("Another lawyer has confirmed this already.")
    if row.proposed_by_id == actor.pk:
        raise Forbidden("A second lawyer confirms what you have written.", code="second_person")
    if not is_active_in(row.proposed_by, COUNSEL):
        raise WrongState("Who wrote this is no longer counsel here. Another lawyer writes it anew.")
    entry = log.record(event, actor=actor, matter=matter, facts={"refs": refs})
    row.confirmed_by, row.confirmed_at, row.confirmed_entry = actor, now, entry
    close_tasks(matter, TO_CONFIRM, actor=actor, now=now)
    return entry


def _locked(matter_id: UUID | str, actor: Any, stepped_up_at: dt.datetime | None, now: dt.datetime) -> Matter:
    matter = access_matter(actor, matter_id, "set_basis", lock=True)
    require_step_up("set_basis", stepped_up_at, now)
    return matter


def _paper(
    actor: Any, paper_id: UUID | str, matter_id: UUID | None, action: str
) -> tuple[Matter, Instrument]:
    if matter_id is None:
        raise NotVisible()
    matter = access_matter(actor, matter_id, action, lock=True)
    return matter, Instrument.objects.select_related("matter").get(pk=paper_id)
