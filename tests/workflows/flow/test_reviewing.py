"""What becomes of a flag: one auditor proposes, another one closes; each step is an entry with its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests import factories
from workflows.audit import details, flags
from workflows.audit.canonical import parse
from workflows.audit.flags import Raised
from workflows.audit.models import Entry, Flag, FlagStep
from workflows.errors import Forbidden, Invalid, NotVisible, Refused, WrongState
from workflows.flow.reviewing import close_flag, decline_disposition, propose_disposition

WORDS = "The clerk called; the court's hearing was moved."


@pytest.fixture
def flag(city: factories.City) -> Flag:
    """A flag on the officer."""
    factories.open_request(city)
    entry = Entry.objects.filter(actor=city.officer.pseudonym).first() or Entry.objects.first()
    flags.store(
        [Raised(flags.MANY_READ, entry.pk, 3, city.officer.pseudonym, {"number": 31})], timezone.now()
    )
    return Flag.objects.get()


def test_proposed_by_one_and_closed_by_another_with_an_entry_each(city: factories.City, flag: Flag) -> None:
    step = propose_disposition(flag.pk, "explained", WORDS, actor=city.auditor)
    assert details.read(step.entry) == {"text": WORDS} and WORDS.encode() not in bytes(step.entry.body)
    assert [row.pk for row in flags.select(state="proposed")] == [flag.pk] and flags.open_count() == 1
    close_flag(flag.pk, actor=city.auditor2)
    flag.refresh_from_db()
    assert (flag.disposition, flag.disposed_by) == ("explained", city.auditor2.pseudonym)
    told = Entry.objects.filter(event__startswith="oversight.").order_by("id")
    assert [entry.event for entry in told] == ["oversight.proposed", "oversight.closed"]
    assert parse(bytes(told[1].body))["refs"] == {"flag": flag.pk, "entry": flag.entry}
    assert flags.open_count() == 0 and list(flags.select(state="closed")) == [flag]


def test_declined_it_waits_for_another_proposal(city: factories.City, flag: Flag) -> None:
    propose_disposition(flag.pk, "false_alarm", WORDS, actor=city.auditor)
    decline_disposition(flag.pk, "Thirty-one files of six people are no accident.", actor=city.auditor2)
    with pytest.raises(WrongState):
        close_flag(flag.pk, actor=city.auditor2)
    propose_disposition(flag.pk, "referred", WORDS, actor=city.auditor)
    close_flag(flag.pk, actor=city.auditor2)
    assert list(FlagStep.objects.order_by("id").values_list("kind", "outcome")) == [
        ("proposed", "false_alarm"), ("declined", "false_alarm"),
        ("proposed", "referred"), ("closed", "referred"),
    ]  # fmt: skip


Act = Callable[[Flag, Any], Any]
PROPOSE: Act = lambda flag, who: propose_disposition(flag.pk, "explained", WORDS, actor=who)  # noqa: E731
DECLINE: Act = lambda flag, who: decline_disposition(flag.pk, WORDS, actor=who)  # noqa: E731
CLOSE: Act = lambda flag, who: close_flag(flag.pk, actor=who)  # noqa: E731


@pytest.mark.parametrize(
    "act, who, on, error, code",
    [
        (PROPOSE, "officer", "", Forbidden, "forbidden"),
        (PROPOSE, "admin", "", Forbidden, "forbidden"),
        (CLOSE, "counsel", "", Forbidden, "forbidden"),
        (CLOSE, "auditor", "", Forbidden, "second_person"),
        (DECLINE, "auditor", "", Forbidden, "second_person"),
        (PROPOSE, "auditor2", "auditor2", Forbidden, "second_person"),
        (CLOSE, "auditor2", "auditor2", Forbidden, "second_person"),
        (DECLINE, "auditor2", "auditor2", Forbidden, "second_person"),
    ],
)
def test_who_may_not(
    city: factories.City, flag: Flag, act: Act, who: str, on: str, error: type[Refused], code: str
) -> None:
    if on:
        flags.store([Raised(flags.NEW_RIGHT, flag.entry, 3, city.people[on].pseudonym)], timezone.now())
        flag = Flag.objects.get(code=flags.NEW_RIGHT)
    propose_disposition(flag.pk, "explained", WORDS, actor=city.auditor)
    with pytest.raises(error) as refused:
        act(flag, city.people[who])
    assert refused.value.code == code
    assert FlagStep.objects.count() == 1 and flags.open_count() >= 1
    last = Entry.objects.order_by("-id").first()
    assert (last.event, parse(bytes(last.body))["move"]) == ("move.refused", "settle_flag")


def test_words_are_asked_for_and_say_nobodys_status(city: factories.City, flag: Flag) -> None:
    for outcome, words in (
        ("explained", "short"), ("shelved", WORDS), ("explained", "Undocumented alien, A 207 331 904."),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            propose_disposition(flag.pk, outcome, words, actor=city.auditor)
    with pytest.raises(NotVisible):
        propose_disposition(10**9, "explained", WORDS, actor=city.auditor)
    assert not FlagStep.objects.exists()


def test_what_tears_the_log_is_settled_by_no_two_auditors(city: factories.City) -> None:
    torn = flags.raise_flag(flags.SPLIT, timezone.now(), {"size": 1})
    with pytest.raises(WrongState):
        propose_disposition(torn.pk, "explained", WORDS, actor=city.auditor)
    assert flags.is_open(flags.SPLIT)


def test_two_who_close_at_once_close_once(city: factories.City, flag: Flag) -> None:
    propose_disposition(flag.pk, "explained", WORDS, actor=city.auditor)
    close_flag(flag.pk, actor=city.auditor2)
    for again in (CLOSE, PROPOSE):
        with pytest.raises(WrongState):
            again(flag, city.auditor2)
    assert FlagStep.objects.count() == 2
