"""A paper is filed, read, confirmed, checked, flagged, accepted; and it can leave force.

The machine's reading only fills in the form. Every field the gate rests on was confirmed by a
person against the page image, and the person who accepts is neither filer nor caller.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from workflows import jobs, vault
from workflows.audit import log
from workflows.errors import Invalid, NotVisible, Stale, WrongState
from workflows.flow.advance import require_step_up, step
from workflows.flow.answering import register_subpoena
from workflows.flow.blocks import write_block, write_lift
from workflows.flow.duties import open_task
from workflows.flow.leaving import leave_force
from workflows.flow.moves import MOVES
from workflows.flow.timing import start_for_paper
from workflows.flow.words import about_paper
from workflows.holding.actions import place
from workflows.instruments.cues import is_signer_title
from workflows.instruments.models import Check, CounselFinding, CourtContact, Flag, Instrument
from workflows.instruments.page_words import words_of_page
from workflows.instruments.states import AUTHENTICATING, ENDS, FORMAT_CHECKED, OFFERED
from workflows.lawbook import in_force
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Block, Matter
from workflows.matters.states import State
from workflows.policy import checks as policy
from workflows.policy.guard_text import refuse_status
from workflows.policy.instrument_types import instrument_types
from workflows.policy.roles import COUNSEL

_OPEN_STATES = (OFFERED, FORMAT_CHECKED, AUTHENTICATING)


@dataclass(frozen=True, slots=True)
class ConfirmedFields:
    """What a person read off the page image. `type` is an id of the list of kinds."""

    type: str
    docket: str
    court: str
    signer: str
    signer_title: str
    issued_on: dt.date | None = None
    execute_by: dt.date | None = None
    return_on: dt.date | None = None
    ends_on: dt.date | None = None


def file_paper(
    matter_id: UUID | str,
    source: bytes | Path,
    *,
    actor: Any,
    media_type: str,
    channel: str = "api",
    declared_type: str = "",
) -> Instrument:
    """The paper is stored as received and will be read; a matter that waits for paper moves on.

    A paper may be filed in every state and is always taken; where it moves nothing it raises a
    task for counsel, so that no order is missed. Raises NotVisible, Forbidden, Invalid.
    """
    with act("file_paper", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "file_paper", lock=True)
        if declared_type and declared_type not in instrument_types():
            declared_type = "unknown"
        paper_id = uuid4()
        blob = vault.put(source, kind=media_type, record_id=str(paper_id), ring=vault.Ring.RECEIVED)
        if blob.size == 0:
            raise Invalid("The file is empty. Please send the whole paper.", code="empty_file")
        if matter.instruments.filter(sha256=blob.sha256).exists():
            raise Invalid("This very file has been filed on this matter already.", code="paper_known")
        moves = State(matter.state) in MOVES["file_paper"].sources
        entry = log.record(
            "instrument.filed",
            actor=actor,
            matter=matter,
            obj=("instrument", blob.sha256),
            facts={"refs": {"instrument": paper_id}},
        )
        paper = Instrument.objects.create(
            id=paper_id,
            matter=matter,
            state=OFFERED,
            state_entry=entry,
            blob=blob,
            sha256=blob.sha256,
            channel=channel,
            filed_by=actor,
            filed_at=now,
            declared_type=declared_type,
        )
        place(matter, "paper", actor=actor, now=now, about=paper.pk)
        if moves:
            step(matter, MOVES["file_paper"], actor=actor, now=now, instrument=paper)
        else:
            open_task(matter, "paper_filed", COUNSEL, now)
        jobs.enqueue("instrument.read", paper.pk, f"read:{paper.pk}", actor, lane=matter.pk)
        return paper


def _paper(
    actor: Any, paper_id: UUID | str, action: str, version: int | None = None
) -> tuple[Matter, Instrument]:
    """The paper and its matter, the matter locked. Raises NotVisible, Forbidden, Stale."""
    found = matter_of(Instrument, paper_id)
    if found is None:
        raise NotVisible()
    matter = access_matter(actor, found, action, lock=True)
    paper = Instrument.objects.select_related("matter").get(pk=paper_id)
    if version is not None and version != paper.version:
        raise Stale("Somebody has changed this paper since you opened the page. Please look again.")
    return matter, paper


def _change_state(paper: Instrument, state: str, entry: Any) -> None:
    if paper.state != state:
        paper.state, paper.state_entry = state, entry
    paper.version += 1


def confirm_fields(
    paper_id: UUID | str, fields: ConfirmedFields, *, actor: Any, version: int | None = None
) -> Instrument:
    """A person has held these values against the page image; from now on the checks speak of them."""
    with act("confirm_fields", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        matter, paper = _paper(actor, paper_id, "check_paper", version)
        if paper.state not in _OPEN_STATES:
            raise WrongState("The fields of a paper can be confirmed only before it is accepted.")
        if fields.type not in instrument_types():
            raise Invalid("Choose the kind of paper from the list.", code="paper_type")
        for text in (fields.docket, fields.court, fields.signer):
            refuse_status(text)
        if not is_signer_title(fields.signer_title):  # "Immigration Judge" says nobody's status
            refuse_status(fields.signer_title)
        entry = log.record(
            "instrument.confirmed",
            actor=actor,
            matter=matter,
            obj=("instrument", paper.sha256),
            facts={"refs": {"instrument": paper.pk}, "result": fields.type},
        )
        for name in ConfirmedFields.__slots__:
            setattr(paper, name, getattr(fields, name))
        paper.confirmed_by = actor
        _change_state(paper, AUTHENTICATING, entry)
        paper.save()
        now = timezone.now()
        start_for_paper(matter, paper, now)
        if in_force(now).kind(fields.type).counsel_deadline:
            register_subpoena(paper, now)
        return paper


def record_check(
    paper_id: UUID | str,
    check_id: str,
    outcome: str,
    *,
    actor: Any,
    note: str = "",
    stepped_up_at: dt.datetime | None = None,
) -> Check:
    """One check has this answer from now on. Waiving is counsel's, with a reason and a step-up.

    V11 is answered by `call_back`, since it needs the number out of the directory.
    """
    action = "waive_check" if outcome == policy.WAIVED else "check_paper"
    with act("record_check", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        now = timezone.now()
        matter, paper = _paper(actor, paper_id, action)
        require_step_up(action, stepped_up_at, now)
        if check_id not in policy.BY_ID or outcome not in policy.OUTCOMES:
            raise Invalid("Unknown check or outcome.", code="unknown_choice")
        if check_id == "V11" and outcome != policy.WAIVED:
            raise Invalid("The call to the court is recorded on its own form.", code="call_back_needed")
        if outcome == policy.WAIVED and (check_id not in in_force(now).waivable or len(note.strip()) < 10):
            raise Invalid("This check cannot be waived, or the reason is missing.", code="not_waivable")
        return _write_check(matter, paper, check_id, outcome, actor=actor, now=now, note=note)


def call_back(
    paper_id: UUID | str, *, actor: Any, contact_id: int, spoke_with: str, outcome: str, note: str = ""
) -> Check:
    """The court was called at the number of the city's own directory, and this is what it said (V11)."""
    with act("call_back", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        matter, paper = _paper(actor, paper_id, "call_back")
        contact = CourtContact.objects.filter(pk=contact_id).first()
        if contact is None:
            raise Invalid(
                "Choose the court from the city's directory. The number on the paper is never used.",
                code="directory_needed",
            )
        if outcome not in (policy.PASSED, policy.FAILED, policy.CANNOT_TELL) or not spoke_with.strip():
            raise Invalid("Say whom you spoke with and what the answer was.", code="call_back_incomplete")
        return _write_check(
            matter,
            paper,
            "V11",
            outcome,
            actor=actor,
            now=timezone.now(),
            note=note,
            contact=contact,
            spoke_with=spoke_with,
        )


def _write_check(
    matter: Matter,
    paper: Instrument,
    check_id: str,
    outcome: str,
    *,
    actor: Any,
    now: dt.datetime,
    note: str,
    contact: CourtContact | None = None,
    spoke_with: str = "",
) -> Check:
    refuse_status(note)
    refuse_status(spoke_with)
    event = "instrument.called_back" if contact else "instrument.checked"
    entry = log.record(
        event,
        actor=actor,
        matter=matter,
        obj=("instrument", paper.sha256),
        facts={"check": check_id, "result": outcome, "refs": {"instrument": paper.pk}},
    )
    check = Check.objects.create(
        instrument=paper,
        check_id=check_id,
        outcome=outcome,
        note=note.strip()[:400],
        directory_entry=contact,
        spoke_with=spoke_with.strip()[:120],
        by=actor,
        at=now,
        entry=entry,
    )
    if paper.state in (OFFERED, FORMAT_CHECKED):
        _change_state(paper, AUTHENTICATING, entry)
    else:
        paper.version += 1
    paper.save(update_fields=["state", "state_entry", "version"])
    return check


def raise_flag(paper_id: UUID | str, flag: str, *, actor: Any) -> Flag:
    """The flag stands on the paper until counsel clears it; the gate stays closed meanwhile."""
    with act("raise_flag", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        _, paper = _paper(actor, paper_id, "raise_flag")
        if flag not in policy.FLAGS:
            raise Invalid("Unknown flag.", code="unknown_choice")
        return write_flag(paper, flag, actor=actor, now=timezone.now())


def write_flag(paper: Instrument, flag: str, *, actor: Any, now: dt.datetime) -> Flag:
    """Write one flag inside the caller's transaction."""
    entry = log.record(
        "flag.raised",
        actor=actor,
        matter=paper.matter_id,
        reason=flag.lower(),
        facts={"refs": {"instrument": paper.pk}},
    )
    return Flag.objects.create(instrument=paper, flag=flag, raised_by=actor, raised_at=now, entry=entry)


def clear_flag(flag_id: int, *, actor: Any, reason: str, stepped_up_at: dt.datetime | None) -> Flag:
    """Counsel has cleared the flag with a reason."""
    flag = Flag.objects.select_related("instrument").filter(pk=flag_id).first()
    with act("clear_flag", actor=actor, matter_id=flag.instrument.matter_id if flag else None):
        if flag is None:
            raise NotVisible()
        now = timezone.now()
        matter, paper = _paper(actor, flag.instrument_id, "clear_flag")
        require_step_up("clear_flag", stepped_up_at, now)
        if len(reason.strip()) < 10:
            raise Invalid("Type your reason: at least ten characters.", code="reason_needed")
        flag.refresh_from_db()
        if flag.cleared_at is not None:
            raise WrongState("This flag has been cleared already.")
        flag.cleared_by, flag.cleared_at = actor, now
        flag.cleared_entry = log.record(
            "flag.cleared",
            actor=actor,
            matter=matter,
            reason=flag.flag.lower(),
            detail=about_paper(reason),
            facts={"refs": {"instrument": paper.pk}},
        )
        flag.save(update_fields=["cleared_by", "cleared_at", "cleared_entry"])
        return flag


def record_finding(paper_id: UUID | str, text: str, *, actor: Any) -> CounselFinding:
    """Counsel's written finding stands; a paper of a kind that needs one can be accepted now."""
    with act("record_finding", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        matter, paper = _paper(actor, paper_id, "record_finding")
        if len(text.strip()) < 20:
            raise Invalid("Write the finding out: at least twenty characters.", code="reason_needed")
        refuse_status(text)
        entry = log.record(
            "instrument.finding_recorded",
            actor=actor,
            matter=matter,
            obj=("instrument", paper.sha256),
            facts={"refs": {"instrument": paper.pk}},
            detail=text,
        )
        return CounselFinding.objects.create(
            instrument=paper, text=text.strip()[:2000], by=actor, at=timezone.now(), entry=entry
        )


def accept_paper(paper_id: UUID | str, *, actor: Any, version: int | None = None) -> Instrument:
    """The paper is in force for the gate, and the matter goes to counsel for its scope."""
    with act("accept_paper", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        now = timezone.now()
        matter, paper = _paper(actor, paper_id, "accept_paper", version)
        if paper.state != AUTHENTICATING:
            raise WrongState(
                "Only a paper whose fields are confirmed and whose checks are made can be accepted."
            )
        step(matter, MOVES["accept_paper"], actor=actor, now=now, instrument=paper)
        return paper


def end_paper(paper_id: UUID | str, how: str, *, actor: Any, reason: str) -> Instrument:
    """The paper is no longer in force; a block stands on the matter, and no approval or link survives."""
    with act("end_paper", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        now = timezone.now()
        matter, paper = _paper(actor, paper_id, "end_paper")
        if how not in ENDS:
            raise Invalid("Unknown way for a paper to end.", code="unknown_choice")
        leave_force(matter, paper, how, actor=actor, now=now, reason=about_paper(reason))
        return paper


def open_block(matter_id: UUID | str, kind: str, *, actor: Any) -> Block:
    """Approve, build and bytes are stopped on this matter until counsel lifts the block."""
    with act("block", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "block", lock=True)
        if kind not in dict(Block._meta.get_field("kind").flatchoices):
            raise Invalid("Unknown kind of block.", code="unknown_choice")
        return write_block(matter, kind, actor=actor, now=timezone.now())


def lift_block(block_id: int, *, actor: Any, reason: str, stepped_up_at: dt.datetime | None) -> Block:
    """Counsel has lifted the block with a reason."""
    block = Block.objects.filter(pk=block_id).first()
    with act("lift_block", actor=actor, matter_id=block.matter_id if block else None):
        if block is None:
            raise NotVisible()
        now = timezone.now()
        matter = access_matter(actor, block.matter_id, "lift_block", lock=True)
        require_step_up("lift_block", stepped_up_at, now)
        if len(reason.strip()) < 10:
            raise Invalid("Type your reason: at least ten characters.", code="reason_needed")
        block.refresh_from_db()
        if block.lifted_at is not None:
            raise WrongState("This block has been lifted already.")
        write_lift(block, matter, actor=actor, now=now, reason=about_paper(reason))
        return block


def read_paper_image(paper_id: UUID | str, n: int, *, actor: Any) -> bytes:
    """PNG of page `n` (from 1) of the paper; the reading is an entry. Raises NotVisible, Forbidden."""
    with act("see_paper", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        paper = _seen_page(paper_id, n, actor)
        return vault.open(paper.page_images[n - 1])


def read_paper_words(paper_id: UUID | str, n: int, *, actor: Any) -> dict[str, Any]:
    """The words of that page with their places (`page_words`); the reading is an entry.

    Raises NotVisible, also where no words were kept, and Forbidden.
    """
    with act("see_paper", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        paper = _seen_page(paper_id, n, actor)
        kept = (paper.reading or {}).get("words")
        words = words_of_page(kept, n) if kept else None
        if words is None:
            raise NotVisible()
        return words


def _seen_page(paper_id: UUID | str, n: int, actor: Any) -> Instrument:
    """The paper, whose page `n` the actor sees from now on, with its entry."""
    found = matter_of(Instrument, paper_id)
    if found is None:
        raise NotVisible()
    matter = access_matter(actor, found, "see_paper")
    paper = Instrument.objects.get(pk=paper_id)
    if not 1 <= n <= len(paper.page_images):
        raise NotVisible()
    log.record(
        "instrument.viewed",
        actor=actor,
        matter=matter,
        obj=("instrument", paper.sha256),
        facts={"counts": {"page": n}, "refs": {"instrument": paper.pk}},
    )
    return paper
