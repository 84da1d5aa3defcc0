"""Counsel answers an administrative subpoena: never released on, never ignored (policy 2.3).

A draft is there from the moment one is registered. Counsel changes it and sends it; what goes out is a
letter that refuses production, names its grounds, and says nothing about whether records exist. An
order that enforces the subpoena is another paper, filed and checked like any.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.errors import Invalid, NotVisible, Stale, WrongState
from workflows.flow.duties import close_tasks, open_counsel_task
from workflows.flow.timing import OBJECTION, RETURN, settle_dates
from workflows.instruments.models import Instrument, SubpoenaAnswer
from workflows.lawbook import in_force
from workflows.matters import letters
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.notices.places import MOST_WORDS
from workflows.policy.codes import ANSWER_GROUNDS
from workflows.policy.guard_text import refuse_status

TASK, LETTER = "administrative_subpoena", "subpoena_answer"
# What such a paper is by its nature; counsel adds what is true of the one at hand.
_DRAFTED = ["no_judge", "court_enforces"]


def register_subpoena(paper: Instrument, now: dt.datetime) -> None:
    """Counsel has a task due the same business day, and a draft answer; inside the caller's transaction,
    the matter locked. A second registration of the same paper (read by the machine, then confirmed by
    a person) adds nothing while the task is open or the answer has been sent."""
    answer = SubpoenaAnswer.objects.filter(instrument=paper).first()
    if answer is None:
        entry = log.record(
            "answer.drafted",
            actor=None,
            matter=paper.matter,
            obj=("instrument", paper.sha256),
            facts={"refs": {"instrument": paper.pk}},
        )
        SubpoenaAnswer.objects.create(instrument=paper, grounds=_DRAFTED, drafted_at=now, entry=entry)
    elif answer.letter_id is not None or paper.matter.tasks.filter(kind=TASK, done_at=None).exists():
        return
    open_counsel_task(paper, TASK, now)


def edit_answer(
    paper_id: UUID | str,
    *,
    actor: Any,
    grounds: Sequence[str],
    until: dt.date | None = None,
    words: str = "",
    version: int | None = None,
) -> SubpoenaAnswer:
    """The draft says what counsel chose: grounds of the closed list, a day until which the city asks for
    time, and up to 2,000 characters of counsel's own. Nothing has been sent.

    Raises NotVisible, Forbidden, Stale, Invalid, WrongState for one that has been sent.
    """
    with act("edit_answer", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        now = timezone.now()
        matter, answer = _draft(paper_id, actor, version)
        _write(answer, grounds, until, words, now)
        answer.edited_by, answer.edited_at, answer.version = actor, now, answer.version + 1
        log.record(
            "answer.edited",
            actor=actor,
            matter=matter,
            obj=("instrument", answer.instrument.sha256),
            facts={"refs": {"instrument": answer.instrument_id}, "counts": {"version": answer.version}},
        )
        answer.save()
        return answer


def send_answer(paper_id: UUID | str, *, actor: Any, version: int | None = None) -> SubpoenaAnswer:
    """The agency has the answer as it was drafted; counsel's task is done, and the subpoena's own return
    and objection dates are met. Nothing is released, and the matter stands where it stood.

    Raises NotVisible, Forbidden, Stale, WrongState; Invalid while the paper's fields are not confirmed.
    """
    with act("send_answer", actor=actor, matter_id=matter_of(Instrument, paper_id)):
        now = timezone.now()
        matter, answer = _draft(paper_id, actor, version)
        paper = answer.instrument
        if paper.confirmed_by_id is None:
            raise Invalid(
                "The letter names the paper by its office and number: a verifier confirms them first.",
                code="paper_fields",
            )
        if not in_force(now).kind(paper.type).counsel_deadline:
            raise Invalid("A verifier has found this paper to be of another kind.", code="paper_type")
        answer.letter = letters.issue(LETTER, matter, actor=actor, now=now, **_places(answer))
        answer.sent_by, answer.sent_at = actor, now
        answer.entry = log.record(
            "answer.sent",
            actor=actor,
            matter=matter,
            obj=("instrument", paper.sha256),
            facts={"refs": {"instrument": paper.pk, "letter": answer.letter.pk}},
        )
        answer.save()
        close_tasks(matter, TASK, actor=actor, now=now)
        for kind in (RETURN, OBJECTION):
            running.stop(matter, kind, now=now, about=paper.pk)
        settle_dates(matter)
        return answer


def preview(answer: SubpoenaAnswer) -> str:
    """The text that `send_answer` would send now; empty while the paper's fields are not confirmed."""
    if answer.instrument.confirmed_by_id is None:
        return ""
    return letters.preview(LETTER, answer.instrument.matter, now=timezone.now(), **_places(answer))


def _places(answer: SubpoenaAnswer) -> dict[str, Any]:
    paper = answer.instrument
    return {
        "filed_on": timezone.localdate(paper.filed_at),
        "paper": letters.Paper(paper.court, paper.docket),
        "grounds": answer.grounds,
        "until": answer.until,
        "words": answer.words,
    }


def _draft(paper_id: UUID | str, actor: Any, version: int | None) -> tuple[Matter, SubpoenaAnswer]:
    matter_id = matter_of(Instrument, paper_id)
    if matter_id is None:
        raise NotVisible()
    matter = access_matter(actor, matter_id, "answer_subpoena", lock=True)
    answer = (
        SubpoenaAnswer.objects.select_related("instrument__matter").filter(instrument_id=paper_id).first()
    )
    if answer is None:
        raise NotVisible("This paper is no administrative subpoena, so no answer has been drafted.")
    if answer.letter_id is not None:
        raise WrongState("The answer has been sent already.")
    if version is not None and version != answer.version:
        raise Stale("Somebody has changed this draft since you opened the page. Please look again.")
    return matter, answer


def _write(
    answer: SubpoenaAnswer, grounds: Sequence[str], until: dt.date | None, words: str, now: dt.datetime
) -> None:
    if not grounds or not set(grounds) <= ANSWER_GROUNDS.keys():
        raise Invalid("Choose at least one ground of the list.", code="unknown_choice")
    if until is not None and until <= timezone.localdate(now):
        raise Invalid("The day until which you ask for time lies ahead.", code="until_past")
    words = words.replace("\r\n", "\n").strip()
    if len(words) > MOST_WORDS:
        raise Invalid(f"Your own words have at most {MOST_WORDS} characters.", code="too_long")
    answer.grounds = [code for code in ANSWER_GROUNDS if code in set(grounds)]
    answer.until, answer.words = until, refuse_status(words) if words else ""
