"""The watch (rule E16): what raises a flag and what does not, each with its bound; killed anywhere, no entry
is counted twice or passed over; a flag is closed by two people of whom neither is flagged."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.workflows.audit.conftest import LogUnderTest, Somebody
from workflows.audit import flags, log, queries, watch
from workflows.audit.models import Entry, Flag, FlagStep, Leaf
from workflows.audit.watch_rules import Seen, look

FULL = os.environ.get("GATEWAY_SCALE") == "full"
MATTER = "6f2f4a9e-0b6b-4c38-9f67-0f5d6f0a1c11"
NOON = timezone.make_aware(datetime(2026, 11, 24, 12, 0))  # a Tuesday


class Kept(dict[str, Any]):
    """A memory for one test."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


class Story:
    """Entries one after the other, as the watch sees them; `raised` are the codes so far."""

    def __init__(self) -> None:
        self.memory, self.now, self.raised, self.number = Kept(), NOON, [], 0
        self.actor = str(uuid.uuid4())

    def tell(self, event: str, *, waited_s: int = 0, **body: Any) -> Story:
        fields = {"event": event, "outcome": "ok", "role": "officer", "id": str(uuid.uuid4()),
                  "actor": self.actor, "matter": MATTER, **body}  # fmt: skip
        fields = {key: value for key, value in fields.items() if value is not None}
        self.number += 1
        sealed_at = self.now + timedelta(seconds=waited_s)
        one = Seen(self.number, self.number, fields, self.now, sealed_at, int(self.now.timestamp()))
        self.raised += [flag.code for flag in look(one, self.memory)]
        return self

    def go(self, **by: float) -> Story:
        self.now += timedelta(**by)
        return self

    def refused(self) -> Story:
        return self.tell("access.refused", outcome="refused", reason="status.404")

    def read(self, documents: int, start: int = 0) -> Story:
        for number in range(start, start + documents):
            self.tell("page.viewed", refs={"record": str(uuid.UUID(int=number))}).go(seconds=1)
        return self


def habit(story: Story, hours: int, documents: int) -> Story:
    for hour in range(hours):
        story.read(documents, start=1000 * (hour + 1)).go(hours=1 + hour % 3)
    return story


STORIES: dict[str, tuple[Callable[[Story], Any], list[str]]] = {
    "a release in office hours": (lambda s: s.tell("release.made"), []),
    "a release at night": (lambda s: s.go(hours=11).tell("release.made"), [flags.OUT_OF_HOURS]),
    "a release as the office closes": (lambda s: s.go(hours=7).tell("release.made"), [flags.OUT_OF_HOURS]),
    "a release on a Saturday": (lambda s: s.go(days=4).tell("release.made"), [flags.OUT_OF_HOURS]),
    "a release on Christmas Day": (lambda s: s.go(days=31).tell("release.made"), [flags.OUT_OF_HOURS]),
    "a release a day before the end": (lambda s: s.tell("release.made", counts={"seconds": 86400}), []),
    "a release an hour before the end": (
        lambda s: s.tell("release.made", counts={"seconds": 3600}), [flags.NEAR_EXPIRY]),
    "an approval in the minute of a mark": (
        lambda s: s.tell("mark.drawn").go(seconds=59).tell("release.approved"), [flags.QUICK]),
    "an approval a minute after": (
        lambda s: s.tell("mark.drawn").go(seconds=60).tell("release.approved"), []),
    "an approval of another matter": (
        lambda s: s.tell("mark.drawn").tell("release.approved", matter=str(uuid.uuid4())), []),
    "an approval of one's own": (
        lambda s: s.tell("move.refused", outcome="refused", failed=["gate.approver_independent"]),
        [flags.SECOND_ROLE]),
    "the same by its code": (
        lambda s: s.tell("move.refused", outcome="refused", reason="second_person"), [flags.SECOND_ROLE]),
    "another guard": (lambda s: s.tell("move.refused", outcome="refused", failed=["scope.cited"]), []),
    "thirty documents": (lambda s: s.read(30), []),
    "thirty-one documents": (lambda s: s.read(31), [flags.MANY_READ]),
    "the same document a hundred times": (lambda s: [s.read(1) for _ in range(100)], []),
    "thirty-one by two people": (
        lambda s: [s.tell("page.viewed", actor=str(uuid.UUID(int=n % 2)), refs={"record": n + 1})
                   for n in range(31)], []),
    "eighty documents are one flag": (lambda s: s.read(80), [flags.MANY_READ]),
    "and a second one in the next hour": (
        lambda s: s.read(31).go(hours=1).read(31, start=50), [flags.MANY_READ] * 2),
    "thirty-one over two hours": (lambda s: s.read(16).go(hours=1).read(15, start=50), []),
    "five times one's own": (lambda s: habit(s, 20, 2).read(10, start=1), []),
    "more than five times one's own": (lambda s: habit(s, 20, 2).read(11, start=1), [flags.MANY_READ]),
    "a habit of few hours says nothing": (lambda s: habit(s, 19, 2).read(11, start=1), []),
    "a habit older than a month": (lambda s: habit(s, 20, 2).go(days=31).read(11, start=1), []),
    "four refusals": (lambda s: [s.refused() for _ in range(4)], []),
    "five refusals": (
        lambda s: [s.refused() for _ in range(5)],
        [flags.MANY_REFUSED]),
    "five over two days": (
        lambda s: [s.refused().go(hours=7) for _ in range(5)], []),
    "five mistakes of typing": (
        lambda s: [s.tell("move.refused", outcome="refused", reason="reason_needed") for _ in range(5)], []),
    "nine are still one flag": (
        lambda s: [s.refused() for _ in range(9)],
        [flags.MANY_REFUSED]),
    "a right used the same day": (
        lambda s: s.tell("role.changed", refs={"person": s.actor}, result="in_heads", actor=None)
        .go(hours=23).tell("instrument.verified").tell("scope.set"), [flags.NEW_RIGHT]),
    "a right used a day later": (
        lambda s: s.tell("person.created", refs={"person": s.actor}, result="counsel", actor=None)
        .go(hours=24).tell("instrument.verified"), []),
    "a right that was taken": (
        lambda s: s.tell("role.changed", refs={"person": s.actor}, result="out_of_heads", actor=None)
        .tell("instrument.verified"), []),
    "a policy that grows": (
        lambda s: s.tell("gate.decided", policy="1+ab").tell("gate.decided", policy="2+cd"), []),
    "a policy that sinks": (
        lambda s: s.tell("gate.decided", policy="2+cd").go(minutes=3).tell("gate.decided", policy="1+ab")
        .tell("gate.decided", policy="1+ab"), [flags.LOWERED]),
    "an act begun under the older policy": (
        lambda s: s.tell("gate.decided", policy="1+ab").tell("gate.decided", policy="2+cd").go(seconds=90)
        .tell("gate.decided", policy="1+ab"), []),
    "a clock that steps back": (
        lambda s: s.tell("task.done").go(seconds=-121).tell("task.done"), [flags.CLOCK]),
    "acts that overlap": (lambda s: s.tell("task.done").go(seconds=-120).tell("task.done"), []),
    "sixty seconds to the seal": (lambda s: s.tell("task.done", waited_s=60), []),
    "sixty-one seconds to the seal": (lambda s: s.tell("task.done", waited_s=61), [flags.LATE]),
    "a bad check of the log": (lambda s: s.tell("audit.viewed", result="bad", matter=None), [flags.FAILED]),
    "a good check of the log": (lambda s: s.tell("audit.viewed", result="good", matter=None), []),
    "a burn that failed": (lambda s: s.tell("burn.failed", actor=None), [flags.FAILED]),
    "a paper of no matter": (lambda s: s.tell("instrument.viewed", matter=None), [flags.NO_MATTER]),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_each_rule_has_its_bound(name: str) -> None:
    tell, expected = STORIES[name]
    story = Story()
    tell(story)
    assert story.raised == expected


def test_every_code_is_raised_by_some_story_or_by_the_sequencer_and_has_words() -> None:
    told = {code for _, expected in STORIES.values() for code in expected}
    assert told | {flags.SPLIT, flags.WITNESS, flags.BRACKET, flags.MALFORMED} == set(flags.SAYS)


def refused_five_times(the_log: LogUnderTest) -> Somebody:
    """Three refusals under one checkpoint and two under the next."""
    person = Somebody()
    for count in (3, 2):
        the_log.write(count, "move.refused", actor=person, outcome="refused", reason="forbidden")
        the_log.seal()
    return person


def test_flags_stand_behind_the_checkpoint_and_name_entry_and_person(the_log: LogUnderTest) -> None:
    person = refused_five_times(the_log)
    flag = Flag.objects.get()
    last = Entry.objects.filter(actor=person.pseudonym).order_by("-id").first()
    assert (flag.code, flag.entry, flag.actor) == (flags.MANY_REFUSED, last.pk, person.pseudonym)
    assert watch.behind() == 0
    assert [
        line.entry.pk for line in queries.page(queries.read_filter({"flag": flags.MANY_REFUSED})).lines
    ] == [last.pk]


@pytest.mark.parametrize("place", ["bulk_create", "write"])
def test_killed_in_the_middle_of_a_look_it_counts_nothing_twice(
    the_log: LogUnderTest, place: str, monkeypatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    the_log.seal()
    the_log.write(5, "move.refused", actor=Somebody(), outcome="refused", reason="forbidden")
    with monkeypatch.context() as broken:
        broken.setattr(
            *(
                (watch.About.objects, place, die)
                if place == "bulk_create"
                else (watch.StoredMemory, place, die)
            )
        )
        one = the_log.sequencer()
        with pytest.raises(Killed):
            one.step()
    assert Leaf.objects.count() == 6 and not Flag.objects.exists() and watch.behind() == 5
    one.step()  # the same process, after an error of the database
    the_log.seal()  # and a new one
    assert Flag.objects.count() == 1 and watch.behind() == 0


def test_another_process_goes_on_where_the_last_one_ended(the_log: LogUnderTest) -> None:
    refused_five_times(the_log)  # each seal is a process of its own here
    the_log.write(4, "move.refused", actor=Somebody(), outcome="refused", reason="forbidden")
    the_log.seal()
    assert Flag.objects.count() == 1


def test_a_clock_that_is_set_is_seen_by_the_steady_one(the_log: LogUnderTest) -> None:
    one, steady = the_log.sequencer(), [0.0]
    one.steady = lambda: steady[0]
    for wall_s, steady_s in ((0, 0), (100, 100), (60, 60), (200, 60)):
        the_log.clock.go(seconds=wall_s)
        steady[0] += steady_s
        one.step()
    assert [flag.code for flag in Flag.objects.all()] == [flags.CLOCK]


def test_what_cannot_be_read_is_flagged_and_stops_nothing(the_log: LogUnderTest) -> None:
    the_log.seal()
    for body in (b"", b"[]", b'{"event":"x"}', b'{"at":5}'):
        if body:
            Entry.objects.create(body=body, event="x", at=the_log.clock(), role="x", outcome="ok")
    the_log.write(1)
    the_log.seal()
    assert [flag.code for flag in Flag.objects.all()] == [flags.MALFORMED] * 3 and watch.behind() == 0


def settled(flag: Flag, *steps: tuple[str, uuid.UUID]) -> None:
    for kind, person in steps:
        with transaction.atomic():
            entry = log.record("oversight.closed", actor=Somebody("auditor"))
            flags.add_step(flag, kind, person=person, at=timezone.now(), entry=entry, outcome="explained")


A, B = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.mark.parametrize(
    "steps",
    [
        [("closed", B)],
        [("proposed", A), ("closed", A)],
        [("proposed", A), ("declined", A)],
        [("proposed", "flagged")],
        [("proposed", A), ("closed", "flagged")],
        [("proposed", A), ("declined", B), ("closed", B)],
        [("proposed", A), ("proposed", B), ("closed", B)],
        [("proposed", A), ("closed", B), ("proposed", A)],
    ],
)
def test_the_database_itself_asks_for_two_people_of_whom_neither_is_flagged(
    the_log: LogUnderTest, steps: list[tuple[str, Any]]
) -> None:
    flagged = refused_five_times(the_log).pseudonym
    flag = Flag.objects.get()
    named = [(kind, flagged if who == "flagged" else who) for kind, who in steps]
    settled(flag, *named[:-1])
    with pytest.raises(DatabaseError):
        settled(flag, named[-1])
    flag.refresh_from_db()
    assert bool(flag.disposition) is ("closed" in [kind for kind, _ in named[:-1]])


def test_a_closed_flag_stays_as_it_is(the_log: LogUnderTest) -> None:
    refused_five_times(the_log)
    settled(Flag.objects.get(), ("proposed", A), ("declined", B), ("proposed", A), ("closed", B))
    assert FlagStep.objects.count() == 4 and flags.open_count() == 0
    for change in ({"disposition": "corrected"}, {"disposed_at": None}, {"actor": None}, {"entry": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Flag.objects.update(**change)
    for statement in ("DELETE FROM audit_flag_step", "UPDATE audit_flag_step SET kind = 'declined'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_nobody_writes_a_disposition_into_the_row_without_steps(the_log: LogUnderTest) -> None:
    refused_five_times(the_log)
    with pytest.raises(DatabaseError), transaction.atomic():
        Flag.objects.update(disposition="explained", disposed_by=A, disposed_at=timezone.now())


def test_the_cost_does_not_grow_with_the_log(the_log: LogUnderTest) -> None:
    """The same few statements for a batch, however much lies before it; at 10^5 entries the time is told."""
    people = [Somebody() for _ in range(20)]

    def batch(count: int) -> int:
        with transaction.atomic():
            for number in range(count):
                person, matter = people[number % 20], uuid.UUID(int=number % 50 + 1)
                log.record("page.viewed", actor=person, matter=matter, facts={"refs": {"record": number % 7}})
        the_log.seal_without_watch()
        with CaptureQueriesContext(
            connection,
        ) as done:
            watch.Watch().catch_up(timezone.now())
        return len(done)

    first = batch(60)
    for _ in range(3):
        batch(60)
    assert batch(60) <= first + 3


def test_full_size_figures(the_log: LogUnderTest, capsys) -> None:
    size = 100_000 if FULL else 2_000
    people = [Somebody() for _ in range(50)]
    with transaction.atomic():
        for number in range(size):
            event = ("page.viewed", "finding.decided", "gate.decided", "matter.viewed")[number % 4]
            facts = {"policy": "1+abc"} if event == "gate.decided" else {"refs": {"record": number % 300}}
            log.record(event, actor=people[number % 50], matter=uuid.UUID(int=number // 40 + 1), facts=facts)
    the_log.seal_without_watch()
    began, one, parts = time.process_time(), watch.Watch(), []
    while seen := one.catch_up(timezone.now(), batches=1):
        parts.append((time.process_time() - began) / seen)
        began = time.process_time()
    with capsys.disabled():
        figures = [f"{part * 1e6:.0f}" for part in (parts[0], parts[-1], sum(parts) / len(parts))]
        print(
            f"\nwatch, {connection.vendor}, {size} entries: us of CPU for each, first, last, all: {figures}"
        )
    assert watch.behind() == 0
    assert sorted(parts)[len(parts) // 2] < 0.001
