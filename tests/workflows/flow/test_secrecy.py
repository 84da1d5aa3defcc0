"""What is secret is held until it ends, ends by itself or by counsel, and then wakes (policy 7)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from workflows import vault
from workflows.audit.models import Entry
from workflows.clocks.models import Clock
from workflows.errors import Forbidden, Invalid, NotVisible, StepUpNeeded, WrongState
from workflows.flow import papers, secrecy, timing
from workflows.flow.assigning import assign
from workflows.instruments.models import SecrecyOrder
from workflows.instruments.queries import reuse_alarms
from workflows.instruments.secrecy import is_notice_forbidden
from workflows.matters.access import unsealed_matters, visible_matters
from workflows.matters.models import Matter, Seal, Task

REASON = "The court has ordered it under seal."
QUOTE = "shall not notify any other person of the existence of this order"


@pytest.fixture
def paper(city):
    """A court's order on file whose fields a person has confirmed."""
    matter = factories.open_request(city)
    made = papers.file_paper(
        matter.pk, sheets.sheet("An order."), actor=city.client, media_type="application/pdf"
    )
    factories.verify_paper(city, made)
    return made


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def later(days: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


def order(city, paper, *, actor=None, **changes):
    values = {
        "ground": "usc_18_2705b", "quote": QUOTE, "reason": REASON, "stepped_up_at": timezone.now(),
        **changes,
    }  # fmt: skip
    return secrecy.order_secrecy(paper.matter_id, paper.pk, actor=actor or city.counsel, **values)


def seal(city, matter, people=(), *, actor=None, **changes):
    values = {"ground": "court_order", "reason": REASON, "stepped_up_at": timezone.now(), **changes}
    return secrecy.seal(matter.pk, [one.pk for one in people], actor=actor or city.counsel, **values)


def why(matter: Matter, days: int = 0) -> str | None:
    return is_notice_forbidden(matter, later(days))


def test_an_order_holds_notices_for_ninety_days_and_until_counsel_ends_it(city, paper):
    matter = paper.matter
    assert why(matter) is None
    made = order(city, paper)
    assert (made.ends_on, made.review_on) == (None, in_days(90))
    assert why(matter) == why(matter, 400) == "nondisclosure_order"  # an overdue review ends no order
    clock = Clock.objects.get(kind="secrecy_review")
    assert clock.about == str(made.pk) and clock.ends.astimezone(timezone.get_default_timezone()).date() == (
        in_days(90)
    )
    timing.sweep(later(91))
    assert Task.objects.filter(matter=matter, kind="clock_over", role="counsel").exists()
    with pytest.raises(Forbidden):
        secrecy.end_secrecy(made.pk, actor=city.officer, reason=REASON, stepped_up_at=timezone.now())
    secrecy.end_secrecy(made.pk, actor=city.counsel, reason=REASON, stepped_up_at=timezone.now())
    assert why(matter) is None
    assert Task.objects.get(matter=matter, kind="held_notices").role == "officer"
    assert not Clock.objects.filter(kind="secrecy_review", stopped_at__isnull=True).exists()
    with pytest.raises(WrongState):
        secrecy.end_secrecy(made.pk, actor=city.counsel, reason=REASON, stepped_up_at=timezone.now())


def test_an_order_with_a_last_day_ends_with_it_by_itself_after_counsel_was_asked(city, paper):
    matter, made = paper.matter, order(city, paper, ends_on=in_days(10))
    timing.sweep(later(9))
    assert Task.objects.filter(matter=matter, kind="clock_near", role="counsel").exists()
    assert why(matter, 10) == "nondisclosure_order" and why(matter, 11) is None  # before any sweep
    assert secrecy.wake(later(10)) == 0 and secrecy.wake(later(11)) == 1 and secrecy.wake(later(12)) == 0
    made.refresh_from_db()
    assert made.ended_at and made.ended_by is None
    assert Task.objects.filter(matter=matter, kind="held_notices").count() == 1


def test_while_a_second_order_stands_nothing_wakes(city, paper):
    first = order(city, paper)
    order(city, paper, ground="other_order")
    secrecy.end_secrecy(first.pk, actor=city.counsel, reason=REASON, stepped_up_at=timezone.now())
    assert why(paper.matter) == "nondisclosure_order"
    assert not Task.objects.filter(kind="held_notices").exists()


@pytest.mark.parametrize(
    "changes, error",
    [
        ({"ground": "because"}, Invalid), ({"quote": "hush"}, Invalid), ({"reason": ""}, Invalid),
        ({"stepped_up_at": None}, StepUpNeeded), ({"ends_on": in_days(-1)}, Invalid),
        ({"review_on": in_days(120)}, Invalid), ({"review_on": in_days(-1)}, Invalid),
    ],
)  # fmt: skip
def test_an_order_needs_words_a_reason_and_days_to_come(city, paper, changes, error):
    with pytest.raises(error):
        order(city, paper, **changes)
    assert not SecrecyOrder.objects.exists()


def test_a_request_for_secrecy_binds_nobody_and_only_counsel_records_an_order(city, paper):
    for who in ("officer", "verifier", "client"):
        with pytest.raises(Forbidden):
            order(city, paper, actor=city.people[who])
    type(paper).objects.filter(pk=paper.pk).update(type="ice_admin_subpoena")
    with pytest.raises(Invalid) as refused:
        order(city, paper)
    assert refused.value.code == "no_court_order"
    type(paper).objects.filter(pk=paper.pk).update(type="nondisclosure_order", confirmed_by=None)
    with pytest.raises(Invalid):
        order(city, paper)
    other = factories.open_request(city)
    with pytest.raises(NotVisible):
        secrecy.order_secrecy(
            other.pk, paper.pk, actor=city.counsel, ground="other_order", quote=QUOTE, reason=REASON,
            stepped_up_at=timezone.now(),
        )  # fmt: skip


def test_words_are_in_the_vault_alone_and_an_order_only_ends(city, paper):
    made = order(city, paper, ends_on=in_days(10))
    assert QUOTE.encode() in vault.open(made.words)
    assert b"shall not notify" not in b"".join(bytes(entry.body) for entry in Entry.objects.all())
    rows = SecrecyOrder.objects.filter(pk=made.pk)
    for change in (
        {"ends_on": None},
        {"ends_on": in_days(1)},
        {"review_on": in_days(1)},
        {"ground": "other"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    secrecy.end_secrecy(made.pk, actor=city.counsel, reason=REASON, stepped_up_at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(ended_at=None, ended_by=None, ended_entry=None)


def test_a_sealed_matter_is_known_to_counsel_who_have_it_to_named_people_and_to_the_agency(city):
    matter = factories.open_request(city)
    seal(city, matter, [city.officer2])
    sees = {name for name, one in city.people.items() if visible_matters(one).filter(pk=matter.pk).exists()}
    assert sees == {"counsel", "officer2", "client"}
    assert why(matter) == "sealed" and not unsealed_matters(timezone.now()).filter(pk=matter.pk).exists()
    with pytest.raises(Forbidden):
        assign(matter.pk, city.officer.pk, actor=city.officer2)
    with pytest.raises(WrongState):
        seal(city, matter)
    assign(matter.pk, city.verifier.pk, actor=city.counsel)  # counsel names more people
    assert visible_matters(city.verifier).filter(pk=matter.pk).exists()


def test_only_counsel_seals_and_two_of_them_lift_it(city):
    matter = factories.open_request(city)
    with pytest.raises(Forbidden):
        seal(city, matter, actor=city.officer)
    with pytest.raises(Invalid):
        seal(city, matter, [city.auditor])
    with pytest.raises(StepUpNeeded):
        seal(city, matter, stepped_up_at=None)
    seal(city, matter, [city.counsel2])
    now = timezone.now()
    with pytest.raises(Forbidden):
        secrecy.unseal(matter.pk, actor=city.counsel, stepped_up_at=now)
    secrecy.ask_unseal(matter.pk, actor=city.counsel, reason=REASON, stepped_up_at=now)
    with pytest.raises(Forbidden):
        secrecy.unseal(matter.pk, actor=city.counsel, stepped_up_at=now)
    assert why(matter) == "sealed"
    secrecy.unseal(matter.pk, actor=city.counsel2, stepped_up_at=now)
    assert why(matter) is None and unsealed_matters(now).filter(pk=matter.pk).exists()
    assert Task.objects.filter(matter=matter, kind="held_notices").exists()
    events = list(Entry.objects.filter(matter=matter.pk).values_list("event", flat=True))
    assert {"matter.sealed", "matter.unseal_asked", "matter.unsealed", "grant.taken"} <= set(events)


def test_the_database_lets_no_one_lawyer_lift_a_seal_or_move_its_day(city):
    matter = factories.open_request(city)
    seal(city, matter)
    rows = Seal.objects.filter(matter=matter)
    entry = Entry.objects.latest("pk")
    for change in (
        {"lifted_at": timezone.now(), "lifted_entry": entry, "lifted_by": city.counsel},
        {"lifted_at": timezone.now(), "lifted_entry": entry, "lifted_by": city.counsel,
         "lift_asked_by": city.counsel},
        {"ends_on": in_days(-1)}, {"matter": factories.open_request(city)},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_a_seal_with_a_last_day_ends_by_itself_and_can_be_set_again(city):
    matter = factories.open_request(city)
    seal(city, matter, ends_on=in_days(5))
    assert why(matter, 5) == "sealed" and why(matter, 6) is None
    assert secrecy.wake(later(6)) == 1
    seal(city, matter)
    assert why(matter) == "sealed"


def test_a_paper_used_on_a_sealed_matter_raises_no_alarm_that_tells_of_it(city):
    matters = [factories.open_request(city) for _ in range(2)]
    filed = [factories.file_demo_paper(city, matter) for matter in matters]
    assert reuse_alarms(filed[1]) == ["same_file"]
    seal(city, matters[0])
    assert reuse_alarms(filed[1]) == []
