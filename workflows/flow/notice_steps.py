"""Steps of notices that follow from other acts: a scope is set, a package leaves, a secrecy begins or ends.

Each function belongs into the transaction of the act that it follows from, the matter locked.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.clocks.calendar import city_zone
from workflows.flow.notice_times import AFTER, BEFORE, last_day, no_time, people_concerned, who_is
from workflows.flow.timing import settle_dates
from workflows.instruments.secrecy import is_notice_forbidden
from workflows.matters.acts import each_matter
from workflows.matters.models import Matter
from workflows.notices import machine
from workflows.notices.models import Notice, NoticeStep
from workflows.records import people

NOON = dt.time(12)
WITH_SCOPE = ("collecting", "review", "burning", "second_review", "counsel_review", "approved", "releasing")
EVENTS = {
    machine.DUE: "notice.due",
    machine.DRAFTED: "notice.drafted",
    machine.SENT: "notice.sent",
    machine.HELD: "notice.held",
    machine.RETURNED: "notice.returned",
    machine.NOT_REQUIRED: "notice.not_required",
}


def raise_notices(matter: Matter, now: dt.datetime) -> None:
    """Everybody whom the scope names has a notice that is due, or held while telling is forbidden.

    Inside the caller's transaction, the matter locked. One that needed no notice because nothing had left
    is due again.
    """
    known = {who_is(notice): notice for notice in matter.notices.all()}
    for who, (name, born) in people_concerned(matter).items():
        notice = known.get(who)
        if notice is None:
            notice = Notice.objects.create(
                matter=matter, person_name=name, person_birth_date=born, made_at=now
            )
            _begin(matter, notice, now)
        elif notice.latest.reason == machine.NOTHING_LEFT:
            _begin(matter, notice, now, takes_back=notice.latest)
    settle_dates(matter)


def _begin(matter: Matter, notice: Notice, now: dt.datetime, *, takes_back: NoticeStep | None = None) -> None:
    forbidden = is_notice_forbidden(matter, now)
    state = machine.HELD if forbidden else machine.DUE
    write(notice, state, now, actor=None, reason=forbidden or "", takes_back=takes_back)
    if not forbidden:
        start_clock(matter, notice, now)


def write(
    notice: Notice, state: str, now: dt.datetime, *, actor: Any, reason: str = "", **more: Any
) -> NoticeStep:
    """One step and its entry. Whether it may be taken has been asked before."""
    entry = log.record(
        EVENTS[state],
        actor=actor,
        matter=notice.matter_id,
        reason=reason or None,
        facts={"refs": {"notice": notice.pk}},
        detail=more.pop("words", None),
        people=[people.reference(notice.person_name, notice.person_birth_date)],
    )
    return NoticeStep.objects.create(
        notice=notice, state=state, reason=reason, at=now, by=actor, entry=entry, **more
    )


def start_clock(matter: Matter, notice: Notice, now: dt.datetime) -> None:
    """After a release the days since then count; before it, those until the court's date, if any are left."""
    released = matter.releases.order_by("at").values_list("at", flat=True).last()
    if released is not None:
        running.start(matter, AFTER, at=max(released, notice.latest.at), now=now, about=notice.pk)
        return
    day = last_day(matter)
    if day is not None and not no_time(matter, now):
        at = dt.datetime.combine(day, NOON, city_zone())
        running.start(matter, BEFORE, at=at, now=now, about=notice.pk)


def stop_clocks(matter: Matter, notice: Notice, now: dt.datetime, *, void: bool) -> None:
    for kind in (BEFORE, AFTER):
        running.stop(matter, kind, now=now, about=notice.pk, void=void)


def after_release(matter: Matter, now: dt.datetime) -> None:
    """Everybody is told what has left, within the days that policy gives; in the release's transaction.

    Whoever was told before has a second letter: the first could not say what would leave.
    """
    raise_notices(matter, now)
    _tell_again(matter, now, "left")


def after_recall(matter: Matter, now: dt.datetime) -> None:
    """Everybody is told that what had left has been called back; in the recall's transaction."""
    _tell_again(matter, now, "recalled")


def _tell_again(matter: Matter, now: dt.datetime, reason: str) -> None:
    for notice in matter.notices.all():
        state = notice.state
        if state in (machine.HELD, machine.NOT_REQUIRED):
            continue
        stop_clocks(matter, notice, now, void=True)
        if state != machine.DUE:
            write(notice, machine.DUE, now, actor=None, reason=reason)
        running.start(matter, AFTER, at=now, now=now, about=notice.pk)
    settle_dates(matter)


def nothing_leaves(matter: Matter, now: dt.datetime) -> None:
    """The request is refused or taken back before anything has left: nobody has to be told any more."""
    if matter.releases.exists():
        return
    for notice in matter.notices.all():
        if notice.state in machine.OPEN:
            write(notice, machine.NOT_REQUIRED, now, actor=None, reason=machine.NOTHING_LEFT)
            stop_clocks(matter, notice, now, void=True)
    settle_dates(matter)


def hold(matter: Matter, notice: Notice, now: dt.datetime) -> None:
    write(notice, machine.HELD, now, actor=None, reason=is_notice_forbidden(matter, now) or "")
    stop_clocks(matter, notice, now, void=True)


def follow(now: dt.datetime) -> int:
    """Hold what may not be told, wake what may be told again, and count by the court's date as it is now,
    matter by matter. Returns how many notices moved. The sweep calls this; no act waits for it, since
    drafting, sending and the release ask for themselves.
    """
    latest = NoticeStep.objects.filter(notice=OuterRef("pk")).order_by("-pk").values("state")[:1]
    waiting = Notice.objects.annotate(stands=Subquery(latest)).filter(stands__in=machine.OPEN)
    moved, wrong = 0, []
    for matter_id in sorted(set(waiting.values_list("matter_id", flat=True))):
        matter = Matter.objects.get(pk=matter_id)
        forbidden = is_notice_forbidden(matter, now) is not None
        notices = waiting.filter(matter=matter)
        if {notice.state == machine.HELD for notice in notices} == {forbidden} and not any(
            _misdated(matter, notice, now) for notice in notices
        ):
            continue
        wrong.append(matter_id)

    def put_right(matter: Matter) -> None:
        nonlocal moved
        moved += _follow(matter, now)

    each_matter("notices", wrong, put_right)
    return moved


def _misdated(matter: Matter, notice: Notice, now: dt.datetime) -> bool:
    """The clock before the release counts to another day than the court's, or is missing though there is
    time. One that has run out stays as it is: it was missed, and its role knows."""
    if notice.state == machine.HELD or matter.releases.exists():
        return False
    day = last_day(matter)
    clock = matter.clocks.filter(kind=BEFORE, about=str(notice.pk), stopped_at__isnull=True).first()
    if clock is None:
        return day is not None and not no_time(matter, now)
    return timezone.localdate(clock.started_at) != day


def _follow(matter: Matter, now: dt.datetime) -> int:
    forbidden, moved = is_notice_forbidden(matter, now) is not None, 0
    for notice in matter.notices.all():
        state = notice.state
        if forbidden and state in (machine.DUE, machine.DRAFTED, machine.RETURNED):
            hold(matter, notice, now)
        elif not forbidden and state == machine.HELD:
            write(notice, machine.DUE, now, actor=None, reason="woken")
            start_clock(matter, notice, now)
        elif _misdated(matter, notice, now):
            running.stop(matter, BEFORE, now=now, about=notice.pk, void=True)
            start_clock(matter, notice, now)
        else:
            continue
        moved += 1
    settle_dates(matter)
    return moved


def catch_up(now: dt.datetime) -> int:
    """Matters whose scope was set before notices were kept have theirs. Returns how many."""
    found = Matter.objects.filter(
        state__in=WITH_SCOPE, notices__isnull=True, instruments__state="in_force", instruments__clauses__gt=0
    )
    late = sorted(set(found.values_list("pk", flat=True)))
    return each_matter("notices.begin", late, lambda matter: raise_notices(matter, now))
