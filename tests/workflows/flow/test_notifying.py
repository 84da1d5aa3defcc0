"""The people concerned are told: in time where a court's date leaves any, never while that is forbidden."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from workflows import vault
from workflows.audit.models import Entry
from workflows.clocks.models import Clock
from workflows.errors import Blocked, Forbidden, GuardFailed, Invalid, WrongState
from workflows.flow import accounting, notice_steps, notifying, secrecy
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.notice_times import is_settled, wait_ends
from workflows.flow.recalling import recall
from workflows.flow.scoping import set_scope
from workflows.flow.timing import assert_date, start_for_request
from workflows.matters.models import Matter
from workflows.notices import machine, referrals
from workflows.notices.models import Letter, Notice, NoticeStep
from workflows.notices.referrals import Referral
from workflows.releases.queries import confirm_letter, letters_for_agency

WHY = "The person has been told in court already."
HELP = [Referral("Mesa Legal Aid", "free legal help", "ayuda legal gratuita", phone="505-555-0140")]
TO = {"language": "es", "channel": "post", "address": "12 Alder Street, Cottonwood Mesa"}


def scoped(city: factories.City) -> Matter:
    """A matter whose scope is set, its paper read by people alone; the court's date is nine days away."""
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    drafts = [draft for draft in factories.clauses() if draft.page == 1]
    return set_scope(matter.pk, paper.pk, drafts, actor=city.counsel)


@pytest.fixture
def matter(city: factories.City) -> Matter:
    notifying.keep_referrals(HELP, actor=city.counsel)
    return scoped(city)


@pytest.fixture
def notice(matter: Matter) -> Notice:
    return matter.notices.get()


def extend(city: factories.City, matter: Matter, days: int) -> dt.date:
    """The court moves its date."""
    day = timezone.localdate() + dt.timedelta(days=days)
    assert_date(matter.pk, "return", day, actor=city.counsel, by="court")
    return day


def forbid(city: factories.City, matter: Matter, **days: object) -> object:
    return secrecy.order_secrecy(
        matter.pk, matter.instruments.get().pk, actor=city.counsel, ground="other_order",
        quote="shall not disclose the existence of this order", reason="The order says so on page two.",
        stepped_up_at=timezone.now(), **days,
    )  # fmt: skip


def test_the_scope_makes_one_notice_for_each_person_and_says_so_in_the_log(matter: Matter) -> None:
    notice = matter.notices.get()
    assert notice.person_name == factories.PAPERS["sound_order"].subject.name and notice.state == machine.DUE
    assert Entry.objects.filter(event="notice.due", matter=matter.pk).count() == 1
    notice_steps.catch_up(timezone.now())
    assert matter.notices.count() == 1


def test_the_day_that_an_agency_wishes_for_takes_nobodys_time_to_go_to_a_judge(
    city: factories.City, matter: Matter
) -> None:
    extend(city, matter, 60)
    with transaction.atomic():
        start_for_request(matter, timezone.localdate() + dt.timedelta(days=1), timezone.now())
    assert not is_settled(matter, timezone.now())
    extend(city, matter, 3)
    assert is_settled(matter, timezone.now())  # a court's day is no wish


def test_where_the_courts_date_leaves_no_time_nobody_waits_and_the_days_count_from_the_release(
    city: factories.City,
) -> None:
    matter = factories.to_approved(city, sheets.sheet())
    assert not Clock.objects.filter(kind="notice_before").exists()
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    clock = Clock.objects.get(kind="notice_after")
    assert clock.about == str(matter.notices.get().pk) and clock.stopped_at is None

    notifying.keep_referrals(HELP, actor=city.admin)
    notice = matter.notices.get()
    notifying.draft_notice(notice.pk, actor=city.officer, **{**TO, "language": "en"})
    notifying.mark_sent(notice.pk, actor=city.officer)
    clock.refresh_from_db()
    assert clock.outcome == "met"
    body = Letter.objects.get(template="notice").body
    assert "handed over 1 page from 1 record about you" in body and city.agency.name in body
    assert "binds the city" in body and "called these pages back" not in body
    assert "Mesa Legal Aid: free legal help, 505-555-0140" in body


def test_whoever_was_told_before_is_told_what_left_and_that_it_was_called_back(city: factories.City) -> None:
    notifying.keep_referrals(HELP, actor=city.counsel)
    matter = factories.to_approved(city, sheets.sheet())
    notice = matter.notices.get()
    notifying.draft_notice(notice.pk, actor=city.officer, **TO)
    notifying.mark_sent(notice.pk, actor=city.officer)
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    assert (notice.state, notice.latest.reason) == (machine.DUE, "left")
    assert Clock.objects.get(kind="notice_after").stopped_at is None

    recall(matter.pk, "mistake", actor=city.counsel, note="A page of another file was among them.")
    assert notice.state == machine.DUE
    step = notifying.draft_notice(notice.pk, actor=city.officer, **TO)
    assert "entregó" in step.letter.body and "reclamó esas páginas" in step.letter.body
    assert (
        accounting.find(notice.person_name, notice.person_birth_date, timezone.now())
        .disclosures[0]
        .recalled_on
    )


def test_where_there_is_time_the_release_waits_ten_business_days_after_the_letter(
    city: factories.City, matter: Matter, notice: Notice
) -> None:
    day, now = extend(city, matter, 60), timezone.now()
    assert notice_steps.follow(now) == 1 and notice_steps.follow(now) == 0
    clock = Clock.objects.get(kind="notice_before")
    assert timezone.localdate(clock.ends) < day - dt.timedelta(days=13)
    assert not is_settled(matter, now)
    notifying.draft_notice(notice.pk, actor=city.officer, **TO)
    assert not is_settled(matter, now)
    sent = notifying.mark_sent(notice.pk, actor=city.officer)
    assert not is_settled(matter, timezone.now())  # nobody has had a day to go to a judge yet
    over = dt.datetime.combine(wait_ends(sent.at), dt.time(18), dt.UTC)
    assert not is_settled(matter, over - dt.timedelta(days=1)) and is_settled(matter, over)
    extend(city, matter, 3)
    assert is_settled(matter, timezone.now())  # a court's date never waits


def test_the_release_itself_asks(city: factories.City) -> None:
    matter = factories.to_approved(city, sheets.sheet())
    extend(city, matter, 60)
    with pytest.raises(GuardFailed) as refused:
        advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    assert dict(refused.value.failed).keys() == {"notice.settled"}
    with pytest.raises(Forbidden):
        notifying.tell_after(matter.pk, actor=city.officer, words="The order says forthwith.")
    notifying.tell_after(matter.pk, actor=city.counsel, words="The order says forthwith.")
    assert advance(
        matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now()
    ).state == "releasing"  # fmt: skip


def test_the_letter_is_in_the_persons_language_and_the_agency_never_sees_it(
    city: factories.City, matter: Matter, notice: Notice
) -> None:
    step = notifying.draft_notice(notice.pk, actor=city.officer, **TO)
    letter = step.letter
    assert letter is not None and "documentos sobre usted" in letter.body and "ayuda legal" in letter.body
    assert "Informe de la policía" in letter.body and "Todavía no se ha entregado nada" in letter.body
    assert not letters_for_agency(matter).filter(template="notice").exists()
    assert not confirm_letter(letter.check_code).genuine  # not before it has left
    notifying.mark_sent(notice.pk, actor=city.officer)
    found = confirm_letter(letter.check_code)
    assert found.genuine and found.titles["es"] == "Una carta sobre sus documentos"
    told = b"".join(bytes(entry.body) for entry in Entry.objects.all())
    assert b"Alder" not in told and step.address is not None
    assert vault.open(step.address).decode() == TO["address"]


def test_a_wrong_sent_is_taken_back_by_a_new_row_and_never_by_an_edit(
    city: factories.City, matter: Matter, notice: Notice
) -> None:
    notifying.draft_notice(notice.pk, actor=city.officer, **TO)
    sent = notifying.mark_sent(notice.pk, actor=city.officer)
    back = notifying.take_back(notice.pk, actor=city.officer, words="It still lies on the desk.")
    assert (back.state, back.takes_back) == (machine.DRAFTED, sent) and notice.state == machine.DRAFTED
    assert [step.state for step in notice.steps.all()] == ["due", "drafted", "sent", "drafted"]
    assert not confirm_letter(sent.letter.check_code).genuine
    for change in ({"state": "due"}, {"reason": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            NoticeStep.objects.filter(pk=sent.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        NoticeStep.objects.filter(pk=sent.pk).delete()
    with pytest.raises(WrongState):
        notifying.take_back(notice.pk, actor=city.officer, words="It still lies on the desk.")


def test_a_courts_order_holds_it_and_its_end_wakes_it(
    city: factories.City, matter: Matter, notice: Notice
) -> None:
    notifying.draft_notice(notice.pk, actor=city.officer, **TO)
    last = timezone.localdate() + dt.timedelta(days=20)
    forbid(city, matter, ends_on=last)
    with pytest.raises(Blocked):
        notifying.mark_sent(notice.pk, actor=city.officer)
    now = timezone.now()
    assert notice_steps.follow(now) == 1 and notice_steps.follow(now) == 0
    assert notice.state == machine.HELD and notice.latest.reason == "nondisclosure_order"
    assert is_settled(matter, now)  # held: the release need not wait
    with pytest.raises(Blocked):
        notifying.draft_notice(notice.pk, actor=city.officer, **TO)
    with time_machine.travel(now + dt.timedelta(days=22), tick=False):
        assert notice_steps.follow(timezone.now()) == 1
        assert (notice.state, notice.latest.reason) == (machine.DUE, "woken")


def test_counsel_says_who_need_not_be_told_and_why(
    city: factories.City, matter: Matter, notice: Notice
) -> None:
    with pytest.raises(Forbidden):
        notifying.excuse_notice(notice.pk, "told_already", actor=city.officer, words=WHY)
    with pytest.raises(Invalid):
        notifying.excuse_notice(notice.pk, machine.NOTHING_LEFT, actor=city.counsel, words=WHY)
    extend(city, matter, 60)
    notifying.excuse_notice(notice.pk, "told_already", actor=city.counsel, words=WHY)
    assert is_settled(matter, timezone.now())
    with pytest.raises(Forbidden):
        notifying.take_back(notice.pk, actor=city.officer, words="They were not told at all.")
    notifying.take_back(notice.pk, actor=city.counsel, words="They were not told at all.")
    assert notice.state == machine.DUE and not is_settled(matter, timezone.now())


def test_a_letter_that_comes_back_is_due_again(city: factories.City, matter: Matter, notice: Notice) -> None:
    with pytest.raises(WrongState):
        notifying.mark_returned(notice.pk, actor=city.officer)
    notifying.draft_notice(notice.pk, actor=city.officer, **TO)
    notifying.mark_sent(notice.pk, actor=city.officer)
    notifying.mark_returned(notice.pk, actor=city.officer)
    extend(city, matter, 60)
    assert not is_settled(matter, timezone.now())
    assert notifying.draft_notice(notice.pk, actor=city.officer, **TO).state == machine.DRAFTED


def test_where_nothing_leaves_nobody_is_told_and_a_new_scope_brings_the_notice_back(
    city: factories.City, matter: Matter, notice: Notice
) -> None:
    advance(matter.pk, "refuse", actor=city.counsel, missing=["quashed"], reason="The court has quashed it.")
    assert (notice.state, notice.latest.reason) == (machine.NOT_REQUIRED, machine.NOTHING_LEFT)
    with transaction.atomic():
        notice_steps.raise_notices(Matter.objects.get(pk=matter.pk), timezone.now())
    assert notice.state == machine.DUE and Notice.objects.count() == 1


@pytest.mark.parametrize(
    "change, error",
    [
        ({"language": "fr"}, Invalid), ({"channel": "postcard"}, Invalid), ({"address": ""}, Invalid),
        ({"address": "He is undocumented, 12 Alder Street"}, Invalid),
    ],
)  # fmt: skip
def test_a_letter_goes_in_a_language_and_a_way_of_the_lists_to_a_place(
    city: factories.City, notice: Notice, change: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        notifying.draft_notice(notice.pk, actor=city.officer, **{**TO, **change})
    assert notice.state == machine.DUE and not Letter.objects.filter(template="notice").exists()


def test_no_letter_without_somebody_who_helps_and_the_list_is_kept_in_versions(city: factories.City) -> None:
    notice = scoped(city).notices.get()
    with pytest.raises(Invalid) as refused:
        notifying.draft_notice(notice.pk, actor=city.officer, **TO)
    assert refused.value.code == "no_referrals"
    with pytest.raises(Forbidden):
        notifying.keep_referrals(HELP, actor=city.officer)
    with pytest.raises(Invalid):
        notifying.keep_referrals([Referral("Mesa Legal Aid", "free legal help", "")], actor=city.counsel)
    notifying.keep_referrals(HELP, actor=city.counsel)
    notifying.keep_referrals([*HELP, *HELP], actor=city.admin)
    assert len(referrals.current()) == 2 and Entry.objects.filter(event="referrals.changed").count() == 2
