"""The people concerned are told: before the release if the court's date leaves time, else promptly after.

A notice begins with the scope of a paper, one for each person whom its clauses name. Ten business days
lie between sending it and the release, so that somebody can still go to a judge; a date of a court never
waits for that. A court's order, or a seal, holds a notice; it wakes by itself (policy 9).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils import timezone

from workflows import vault
from workflows.audit import log
from workflows.clocks import running
from workflows.errors import Blocked, Forbidden, Invalid, NotVisible, WrongState
from workflows.flow import person_letters
from workflows.flow.duties import close_tasks
from workflows.flow.notice_steps import hold, start_clock, stop_clocks, write
from workflows.flow.notice_times import BEFORE
from workflows.flow.secrecy import HELD_NOTICES
from workflows.flow.timing import settle_dates
from workflows.instruments.secrecy import is_notice_forbidden
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.notices import machine, referrals
from workflows.notices.models import Notice, NoticeStep, ReferralList, ToldAfter
from workflows.notices.referrals import Referral
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import allowed

MOST_ADDRESS = 400
CHOSEN_REASONS = tuple(one for one in machine.REASONS if one != machine.NOTHING_LEFT)


def _notice(notice_id: UUID | str, actor: Any, action: str) -> tuple[Matter, Notice]:
    """The notice and its matter, the matter locked. Raises NotVisible, Forbidden."""
    matter_id = matter_of(Notice, notice_id)
    if matter_id is None:
        raise NotVisible()
    matter = access_matter(actor, matter_id, action, lock=True)
    return matter, Notice.objects.select_related("matter").get(pk=notice_id)


def _check(matter: Matter, notice: Notice, to: str, now: dt.datetime) -> NoticeStep:
    """The latest step, from which `to` is possible. Raises Blocked, WrongState."""
    latest = notice.latest
    if to in (machine.DRAFTED, machine.SENT) and is_notice_forbidden(matter, now) is not None:
        raise Blocked(
            "A court's order or a seal forbids telling the people concerned now. The notice is held and "
            "comes back by itself when that ends."
        )
    if not machine.may_step(latest.state, to):
        raise WrongState("The notice stands elsewhere by now. Please look at the page again.")
    return latest


def draft_notice(
    notice_id: UUID | str, *, actor: Any, language: str, channel: str, address: str
) -> NoticeStep:
    """The letter to the person is written, in the language that the city's records name for them.

    `address` says where it goes: kept encrypted. Raises NotVisible, Forbidden, Blocked, Invalid, WrongState.
    """
    with act("draft_notice", actor=actor, matter_id=matter_of(Notice, notice_id)):
        now = timezone.now()
        matter, notice = _notice(notice_id, actor, "notify")
        _check(matter, notice, machine.DRAFTED, now)
        if language not in machine.LANGUAGES or channel not in machine.CHANNELS:
            raise Invalid("Choose language and way of sending from the lists.", code="unknown_choice")
        where = refuse_status(address.strip())
        if not 3 <= len(where) <= MOST_ADDRESS:
            raise Invalid("Say where the letter goes.", code="address_needed")
        letter = person_letters.write(matter, notice, language=language, actor=actor, now=now)
        blob = vault.put(
            where.encode(), kind="text/plain", record_id=str(notice.pk), ring=vault.Ring.RECEIVED
        )
        return write(
            notice, machine.DRAFTED, now, actor=actor, letter=letter, address=blob, language=language,
            channel=channel,
        )  # fmt: skip


def mark_sent(notice_id: UUID | str, *, actor: Any) -> NoticeStep:
    """The letter as drafted has left the house. Raises NotVisible, Forbidden, Blocked, WrongState."""
    with act("send_notice", actor=actor, matter_id=matter_of(Notice, notice_id)):
        now = timezone.now()
        matter, notice = _notice(notice_id, actor, "notify")
        draft = _check(matter, notice, machine.SENT, now)
        step = write(
            notice, machine.SENT, now, actor=actor, letter=draft.letter, address=draft.address,
            language=draft.language, channel=draft.channel,
        )  # fmt: skip
        stop_clocks(matter, notice, now, void=False)
        _settle(matter, actor, now)
        return step


def mark_returned(notice_id: UUID | str, *, actor: Any) -> NoticeStep:
    """The letter came back: another way has to be found, and the days count anew."""
    with act("return_notice", actor=actor, matter_id=matter_of(Notice, notice_id)):
        now = timezone.now()
        matter, notice = _notice(notice_id, actor, "notify")
        _check(matter, notice, machine.RETURNED, now)
        step = write(notice, machine.RETURNED, now, actor=actor)
        start_clock(matter, notice, now)
        settle_dates(matter)
        return step


def excuse_notice(notice_id: UUID | str, reason: str, *, actor: Any, words: str) -> NoticeStep:
    """Counsel records that this person need not be told, and why."""
    with act("excuse_notice", actor=actor, matter_id=matter_of(Notice, notice_id)):
        now = timezone.now()
        matter, notice = _notice(notice_id, actor, "excuse_notice")
        _check(matter, notice, machine.NOT_REQUIRED, now)
        if reason not in CHOSEN_REASONS:
            raise Invalid("Choose why the person need not be told.", code="unknown_choice")
        step = write(notice, machine.NOT_REQUIRED, now, actor=actor, reason=reason, words=_typed(words))
        stop_clocks(matter, notice, now, void=True)
        _settle(matter, actor, now)
        return step


def take_back(notice_id: UUID | str, *, actor: Any, words: str) -> NoticeStep:
    """The latest step was wrong: the letter has not left after all, or the person must be told.

    A new row says so and names the wrong one, which stays. Raises WrongState for any other step.
    """
    with act("take_back_notice", actor=actor, matter_id=matter_of(Notice, notice_id)):
        now = timezone.now()
        matter, notice = _notice(notice_id, actor, "notify")
        wrong = notice.latest
        target = machine.TAKEN_BACK.get(wrong.state)
        if target is None:
            raise WrongState("Only “sent” and “not required” are taken back; all else goes on from here.")
        if wrong.state == machine.NOT_REQUIRED:
            access_matter(actor, matter.pk, "excuse_notice")
        step = write(
            notice, target, now, actor=actor, reason="taken_back", words=_typed(words), takes_back=wrong,
            letter=wrong.letter, address=wrong.address, language=wrong.language, channel=wrong.channel,
        )  # fmt: skip
        if is_notice_forbidden(matter, now):
            hold(matter, notice, now)
        else:
            start_clock(matter, notice, now)
        settle_dates(matter)
        return step


def tell_after(matter_id: UUID | str, *, actor: Any, words: str) -> ToldAfter:
    """Counsel records that the paper leaves no time: the release need not wait, and the people concerned
    are told within five business days after it."""
    with act("tell_after", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "excuse_notice", lock=True)
        if ToldAfter.objects.filter(matter=matter).exists():
            raise WrongState("That is recorded already.")
        entry = log.record("notice.after", actor=actor, matter=matter, detail=_typed(words))
        for notice in matter.notices.all():
            running.stop(matter, BEFORE, now=now, about=notice.pk, void=True)
        settle_dates(matter)
        return ToldAfter.objects.create(matter=matter, by=actor, at=now, entry=entry)


def _typed(words: str) -> str:
    words = words.strip()
    if not 10 <= len(words) <= 1000:
        raise Invalid("Say why in a few words: ten to 1000 characters.", code="reason_needed")
    return refuse_status(words)


def _settle(matter: Matter, actor: Any, now: dt.datetime) -> None:
    """Once nobody is left to be told, what asked for it is done."""
    settle_dates(matter)
    if not any(notice.state in machine.OPEN for notice in matter.notices.all()):
        close_tasks(matter, HELD_NOTICES, actor=actor, now=now)


def keep_referrals(rows: Sequence[Referral], *, actor: Any) -> ReferralList:
    """The list of those who help has a new version with exactly these rows. Raises Forbidden, Invalid."""
    with act("keep_referrals", actor=actor, matter_id=None):
        if not allowed(actor.role, "keep_referrals"):
            raise Forbidden("Counsel or an administrator keeps this list, for the oversight office.")
        for row in rows:
            for text in asdict(row).values():
                refuse_status(text)
        return referrals.keep(rows, actor=actor)
