"""What nobody may be told: a court's order of nondisclosure, and sealed matters (policy 7).

Only a court's order binds; a request for secrecy binds nobody. Each kind of secrecy ends: on the day that
the court has set, by itself, else by counsel, who is asked in time. Then what was held wakes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.advance import require_step_up
from workflows.flow.duties import open_task
from workflows.flow.timing import settle_dates
from workflows.flow.words import typed
from workflows.instruments.models import SECRECY_GROUNDS, SecrecyOrder
from workflows.instruments.secrecy import is_notice_forbidden
from workflows.instruments.states import ENDS
from workflows.instruments.words import seal_words
from workflows.matters.access import (
    access_matter,
    assigned_people,
    grant,
    is_sealed,
    matter_of,
    withdraw_grant,
)
from workflows.matters.acts import act, each_matter
from workflows.matters.models import SEAL_GROUNDS, Matter, Seal
from workflows.policy.guard_text import refuse_status
from workflows.policy.instrument_types import instrument_type
from workflows.policy.roles import COUNSEL, DESK_ROLES, OFFICER

REVIEW = "secrecy_review"
REVIEW_DAYS = 90  # policy 7.3
HELD_NOTICES = "held_notices"


def order_secrecy(
    matter_id: UUID | str,
    paper_id: UUID | str,
    *,
    actor: Any,
    ground: str,
    quote: str,
    reason: str,
    ends_on: dt.date | None = None,
    review_on: dt.date | None = None,
    stepped_up_at: dt.datetime | None,
) -> SecrecyOrder:
    """From now on nobody concerned is told of this matter: until `ends_on`, the last day the order names,
    or until counsel ends it. Counsel is asked again by `review_on`, ninety days from now at the latest.

    The paper must be one of a court, with its fields confirmed. Raises NotVisible, Forbidden, StepUpNeeded,
    Invalid.
    """
    with act("order_secrecy", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "order_secrecy", lock=True)
        require_step_up("order_secrecy", stepped_up_at, now)
        paper = matter.instruments.filter(pk=paper_id).exclude(state__in=ENDS).first()
        if paper is None:
            raise NotVisible("There is no such paper on this matter.")
        if ground not in SECRECY_GROUNDS:
            raise Invalid("Choose on which ground the court orders it.", code="unknown_choice")
        if paper.confirmed_by_id is None or instrument_type(paper.type).judicial is False:
            raise Invalid(
                "Only a court's order forbids telling the people concerned, and its fields must have been "
                "confirmed. A request for secrecy in a letter or a subpoena binds nobody.",
                code="no_court_order",
            )
        words = seal_words(paper.pk, quote=_typed(quote, "the words of the order"), reason=_typed(reason))
        ends_on, review_on = _days(now, ends_on, review_on)
        key = uuid4()
        entry = log.record(
            "secrecy.ordered",
            actor=actor,
            matter=matter,
            obj=("instrument", paper.sha256),
            reason=ground,
            facts={"refs": {"instrument": paper.pk, "secrecy": key}},
        )
        _ask_by(matter, str(key), ends_on, review_on, now)
        return SecrecyOrder.objects.create(
            id=key, matter=matter, instrument=paper, ground=ground, ends_on=ends_on, review_on=review_on,
            words=words, by=actor, at=now, entry=entry,
        )  # fmt: skip


def end_secrecy(
    order_id: UUID | str, *, actor: Any, reason: str, stepped_up_at: dt.datetime | None
) -> SecrecyOrder:
    """The order forbids nothing any more; where no other does, an officer is asked to send what was held."""
    matter_id = matter_of(SecrecyOrder, order_id)
    with act("end_secrecy", actor=actor, matter_id=matter_id):
        if matter_id is None:
            raise NotVisible()
        now = timezone.now()
        matter = access_matter(actor, matter_id, "order_secrecy", lock=True)
        require_step_up("order_secrecy", stepped_up_at, now)
        order = SecrecyOrder.objects.get(pk=order_id)
        if order.ended_at is not None:
            raise WrongState("This order has ended already.")
        _end_order(order, matter, now, actor=actor, reason="counsel", detail=_typed(reason))
        return order


def seal(
    matter_id: UUID | str,
    people: Sequence[UUID | str],
    *,
    actor: Any,
    ground: str,
    reason: str,
    ends_on: dt.date | None = None,
    review_on: dt.date | None = None,
    stepped_up_at: dt.datetime | None,
) -> Seal:
    """Only counsel who have the matter, and these people, know of it from now on: everybody else loses it,
    it is in no list, count, search or export of theirs, and nothing of it is told or counted in public.

    The agency that asks sees its own request as before: it must be able to fetch what a court orders.
    Raises NotVisible, Forbidden, StepUpNeeded, Invalid, WrongState.
    """
    with act("seal", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "seal", lock=True)
        require_step_up("seal", stepped_up_at, now)
        if is_sealed(matter, now):
            raise WrongState("This matter is sealed already. Counsel can name more people under “People”.")
        if ground not in SEAL_GROUNDS:
            raise Invalid("Choose why the matter is sealed.", code="unknown_choice")
        why = _typed(reason)
        ends_on, review_on = _days(now, ends_on, review_on)
        for passed in matter.seals.filter(lifted_at__isnull=True):
            _lift(passed, matter, now, actor=None)
        entry = log.record(
            "matter.sealed", actor=actor, matter=matter, reason=ground, detail=why,
            facts={"counts": {"people": len(people)}},
        )  # fmt: skip
        _name(matter, people, actor)
        row = Seal.objects.create(
            matter=matter, ground=ground, ends_on=ends_on, review_on=review_on, by=actor, at=now, entry=entry
        )
        _ask_by(matter, f"seal-{row.pk}", ends_on, review_on, now)
        return row


def _name(matter: Matter, people: Sequence[UUID | str], actor: Any) -> None:
    """The matter belongs to these people and to the counsel who have it; from all others it is taken."""
    named = get_user_model().objects.filter(pk__in=people, is_active=True, role__in=DESK_ROLES)
    if len(named) != len({str(one) for one in people}):
        raise Invalid("Name active officers, verifiers or counsel.", code="person_unknown")
    before = assigned_people(matter)
    keep = {person.pk for person in named} | {one.pk for one in before if one.role == COUNSEL} | {actor.pk}
    for person in before:
        if person.pk not in keep:
            withdraw_grant(person, matter)
            refs = {"person": person.pseudonym}
            log.record("grant.taken", actor=actor, matter=matter, reason="sealed", facts={"refs": refs})
    for person in set(named) - set(before):
        grant(person, matter)
        refs = {"person": person.pseudonym}
        log.record("grant.given", actor=actor, matter=matter, reason="sealed", facts={"refs": refs})


def ask_unseal(matter_id: UUID | str, *, actor: Any, reason: str, stepped_up_at: dt.datetime | None) -> Seal:
    """One lawyer wants the seal lifted; it holds until a second one lifts it."""
    with act("ask_unseal", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter, row = _sealed(matter_id, actor, stepped_up_at, now)
        if row.lift_asked_by_id is not None:
            raise WrongState("That has been asked for already. Another lawyer can lift the seal.")
        log.record("matter.unseal_asked", actor=actor, matter=matter, detail=_typed(reason))
        row.lift_asked_by, row.lift_asked_at = actor, now
        row.save(update_fields=["lift_asked_by", "lift_asked_at"])
        open_task(matter, "unseal", COUNSEL, now)
        return row


def unseal(matter_id: UUID | str, *, actor: Any, stepped_up_at: dt.datetime | None) -> Seal:
    """A second lawyer lifts the seal: the matter may be given to others and counted again."""
    with act("unseal", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter, row = _sealed(matter_id, actor, stepped_up_at, now)
        if row.lift_asked_by_id is None or row.lift_asked_by_id == actor.pk:
            code = None if row.lift_asked_by_id is None else "second_person"
            raise Forbidden("Two lawyers lift a seal: one asks for it, and another one lifts it.", code=code)
        _lift(row, matter, now, actor=actor)
        return row


def _sealed(
    matter_id: UUID | str, actor: Any, stepped_up_at: dt.datetime | None, now: dt.datetime
) -> tuple[Matter, Seal]:
    matter = access_matter(actor, matter_id, "seal", lock=True)
    require_step_up("seal", stepped_up_at, now)
    row = matter.seals.filter(lifted_at__isnull=True).first()
    if row is None or not is_sealed(matter, now):
        raise WrongState("This matter is not sealed.")
    return matter, row


def wake(now: dt.datetime) -> int:
    """End what its own day has ended, matter by matter. Returns how many ended. The sweep calls this; the
    gate of notices does not wait for it, since it reads the day itself."""
    today = timezone.localdate(now)
    orders = SecrecyOrder.objects.filter(ended_at__isnull=True, ends_on__lt=today)
    seals = Seal.objects.filter(lifted_at__isnull=True, ends_on__lt=today)
    ended = 0

    def end(matter: Matter) -> None:
        nonlocal ended
        for row in seals.filter(matter=matter):
            _lift(row, matter, now, actor=None)
            ended += 1
        for order in orders.filter(matter=matter):
            _end_order(order, matter, now, actor=None, reason="its_day", detail=None)
            ended += 1

    matters = {row for rows in (orders, seals) for row in rows.values_list("matter_id", flat=True)}
    each_matter("secrecy", sorted(matters), end)
    return ended


def _end_order(
    order: SecrecyOrder, matter: Matter, now: dt.datetime, *, actor: Any, reason: str, detail: str | None
) -> None:
    entry = log.record(
        "secrecy.ended", actor=actor, matter=matter, reason=reason, detail=detail,
        facts={"refs": {"secrecy": order.pk}},
    )  # fmt: skip
    order.ended_at, order.ended_by, order.ended_entry = now, actor, entry
    order.save(update_fields=["ended_at", "ended_by", "ended_entry"])
    _settle(matter, str(order.pk), now)


def _lift(row: Seal, matter: Matter, now: dt.datetime, *, actor: Any) -> None:
    entry = log.record(
        "matter.unsealed", actor=actor, matter=matter, reason="counsel" if actor else "its_day",
        facts={"refs": {"seal": row.pk}},
    )  # fmt: skip
    row.lifted_at, row.lifted_by, row.lifted_entry = now, actor, entry
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_entry"])
    _settle(matter, f"seal-{row.pk}", now)


def _settle(matter: Matter, about: str, now: dt.datetime) -> None:
    """Its clock stops, and where nothing forbids it any more, an officer sends what was held."""
    running.stop(matter, REVIEW, now=now, about=about)
    settle_dates(matter)
    asked = matter.tasks.filter(kind=HELD_NOTICES, done_at__isnull=True).exists()
    if is_notice_forbidden(matter, now) is None and not asked:
        open_task(matter, HELD_NOTICES, OFFICER, now)


def _days(
    now: dt.datetime, ends_on: dt.date | None, review_on: dt.date | None
) -> tuple[dt.date | None, dt.date]:
    """The last day and the day of the review. Raises Invalid for days that have passed or are too far."""
    today = timezone.localdate(now)
    latest = today + dt.timedelta(days=REVIEW_DAYS)
    review_on = review_on or min(latest, ends_on or latest)
    if ends_on is not None and ends_on < today:
        raise Invalid("The last day has passed: then nothing is secret any more.", code="day_passed")
    if not today <= review_on <= latest:
        raise Invalid(
            f"Secrecy is looked at again within {REVIEW_DAYS} days. Choose an earlier day, not in the past.",
            code="review_day",
        )
    return ends_on, review_on


def _ask_by(
    matter: Matter, about: str, ends_on: dt.date | None, review_on: dt.date, now: dt.datetime
) -> None:
    """Counsel has a task before the day of the review, or the last day if that comes first."""
    day, by = (ends_on, "court") if ends_on is not None and ends_on <= review_on else (review_on, "counsel")
    running.start(matter, REVIEW, at=now, now=now, about=about, asserted=day, asserted_by=by)
    settle_dates(matter)


def _typed(text: str, what: str = "your reason") -> str:
    text = typed(text, what)
    return refuse_status(text) if what == "your reason" else text
