"""Counsel asks the court, or the government's attorney, what a paper covers, and files the answer
(policy 3.4). Meanwhile the city's own clocks stand still; a court's never do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from workflows import vault
from workflows.audit import log
from workflows.clocks import running
from workflows.errors import Invalid, NotVisible, WrongState
from workflows.flow.advance import step
from workflows.flow.moves import MOVES
from workflows.flow.timing import CLARIFICATION, settle_dates
from workflows.instruments.models import Clarification
from workflows.instruments.words import seal_words
from workflows.matters import letters
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.notices import letters as notices
from workflows.policy.guard_text import refuse_status

LETTER = "clarification"
UNANSWERED = "no_answer"  # why a question was settled, in the log
MOST_WORDS = 2000  # of one letter


def ask_scope(
    matter_id: UUID | str, paper_id: UUID | str, *, actor: Any, question: str, addressee: str = ""
) -> Clarification:
    """The court that issued the paper, or the addressee who is named, has a letter with this question; the
    matter waits for the answer, and counsel is warned when five business days have passed without one.

    The letter goes to nobody else: the agency does not see it. Raises NotVisible, Forbidden, Invalid,
    WrongState.
    """
    with act("ask_scope", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "ask_scope", lock=True)
        paper = matter.instruments.filter(pk=paper_id, state="in_force").first()
        if paper is None:
            raise NotVisible("There is no paper in force with this id on this matter.")
        if State(matter.state) is not State.SCOPE_REVIEW:
            raise WrongState("A question about the scope is asked while the scope is with counsel.")
        text, to = refuse_status(question.strip()), refuse_status(addressee.strip() or paper.court.strip())
        if not 20 <= len(text) <= MOST_WORDS:
            raise Invalid(f"Write the question out: twenty to {MOST_WORDS} characters.", code="reason_needed")
        if not to or len(to) > 160 or "\n" in to:
            raise Invalid("Say in one line to whom the question goes.", code="addressee_needed")
        words = seal_words(paper.pk, question=text)
        letter = notices.issue(
            LETTER, notices.Addressee(matter.pk, matter.number, to, matter.received_at), actor=actor, now=now,
            paper=letters.Paper(paper.court, paper.docket), words=text,
        )  # fmt: skip
        entry = log.record(
            "scope.asked", actor=actor, matter=matter, obj=("instrument", paper.sha256),
            facts={"refs": {"instrument": paper.pk, "letter": letter.pk}},
        )  # fmt: skip
        asked = Clarification.objects.create(
            matter=matter, instrument=paper, addressee=to, words=words, letter=letter, asked_by=actor,
            asked_at=now, entry=entry,
        )  # fmt: skip
        step(matter, MOVES["ask_scope"], actor=actor, now=now)
        running.pause(matter, CLARIFICATION, now=now)
        running.start(matter, CLARIFICATION, at=now, now=now, about=asked.pk)
        settle_dates(matter)
        return asked


def settle_scope(
    matter_id: UUID | str, answer: bytes | Path, *, actor: Any, media_type: str = "application/octet-stream"
) -> Clarification:
    """The answer is filed as it came, the clocks go on, and the scope is with counsel again."""
    with act("settle_scope", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "settle_scope", lock=True)
        asked = _open_question(matter)
        blob = vault.put(
            answer, kind=media_type, record_id=str(asked.instrument_id), ring=vault.Ring.RECEIVED
        )
        if blob.size == 0:
            raise Invalid("The file is empty. File the whole answer.", code="empty_file")
        return _settle(matter, asked, blob, actor=actor, now=now)


def go_on_unanswered(matter_id: UUID | str, *, actor: Any, reason: str) -> Clarification:
    """No answer came, and counsel reads the paper without one: an order is not missed by waiting for what
    nobody sends. What counsel did about it stands where the answer would.

    Raises NotVisible, Forbidden, Invalid, WrongState.
    """
    with act("settle_scope", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "settle_scope", lock=True)
        asked = _open_question(matter)
        text = refuse_status(reason.strip())
        if not 10 <= len(text) <= MOST_WORDS:
            raise Invalid("Say in a few words what was tried: at least ten characters.", code="reason_needed")
        memo = f"No answer came. Counsel on {now:%Y-%m-%d}: {text}\n".encode()
        blob = vault.put(
            memo, kind="text/plain", record_id=str(asked.instrument_id), ring=vault.Ring.RECEIVED
        )
        return _settle(matter, asked, blob, actor=actor, now=now, reason=UNANSWERED)


def _open_question(matter: Matter) -> Clarification:
    asked: Clarification | None = matter.clarifications.filter(answered_at__isnull=True).first()
    if asked is None or State(matter.state) is not State.CLARIFICATION:
        raise WrongState("No question about the scope waits for an answer.")
    return asked


def _settle(
    matter: Matter,
    asked: Clarification,
    blob: Any,
    *,
    actor: Any,
    now: dt.datetime,
    reason: str | None = None,
) -> Clarification:
    asked.answer, asked.answered_by, asked.answered_at = blob, actor, now
    asked.answered_entry = log.record(
        "scope.settled", actor=actor, matter=matter, obj=("instrument", blob.sha256), reason=reason,
        facts={"refs": {"instrument": asked.instrument_id}},
    )  # fmt: skip
    asked.save(update_fields=["answer", "answered_by", "answered_at", "answered_entry"])
    step(matter, MOVES["settle_scope"], actor=actor, now=now)
    running.resume(matter, CLARIFICATION, now=now)
    running.stop(matter, CLARIFICATION, now=now, about=asked.pk)
    settle_dates(matter)
    return asked


def read_answer(clarification_id: int, *, actor: Any) -> bytes:
    """The answer as it was filed; the reading is an entry. Raises NotVisible, Forbidden."""
    found = Clarification.objects.filter(pk=clarification_id).select_related("answer").first()
    with act("see_paper", actor=actor, matter_id=found.matter_id if found else None):
        if found is None:
            raise NotVisible()
        matter: Matter = access_matter(actor, found.matter_id, "see_paper")
        if found.answer is None:
            raise NotVisible()
        log.record(
            "instrument.viewed", actor=actor, matter=matter, obj=("instrument", found.answer.sha256),
            facts={"refs": {"instrument": found.instrument_id}},
        )  # fmt: skip
        return vault.open(found.answer)
