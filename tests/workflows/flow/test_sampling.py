"""Samples of releases: nobody chooses what is drawn, a stranger draws the same, and the bound is right."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from workflows.audit import details, log, sampling
from workflows.audit.canonical import parse
from workflows.audit.models import Checkpoint, Drawn, Entry, Incarnation, Leaf, Outcome, Sample
from workflows.audit.tlog.checkpoint import parse_unsigned
from workflows.errors import Forbidden, Invalid, NotVisible, Refused, WrongState
from workflows.flow.sampling import draw_sample, record_outcome
from workflows.policy.review import bounds

WORDS = "The second reviewer compared each page with the order."


@pytest.fixture
def ended(city: factories.City) -> dt.date:
    """A month that has ended with 30 releases, of which three were made before it; more came after it."""
    today = timezone.localdate()
    month = sampling.before(today.replace(day=1))
    factories.seal_log()
    start = timezone.make_aware(dt.datetime.combine(sampling.before(month), dt.time()))
    later = timezone.make_aware(dt.datetime.combine(month, dt.time(0, 30)))
    closing = timezone.make_aware(dt.datetime.combine(sampling.after(month), dt.time(0, 30)))
    for count, at in ((3, later), (27, closing), (4, timezone.now())):
        with transaction.atomic():
            for _ in range(count):
                log.record("release.made", actor=city.officer)
                log.record("release.made", actor=city.officer, outcome="refused")
        factories.seal_log()
        stand_at(Checkpoint.objects.order_by("-id").first(), at)
    stand_at(Checkpoint.objects.order_by("id").first(), start)
    begun(start)
    return month


def stand_at(row: Checkpoint, at: dt.datetime) -> None:
    """The checkpoint was signed at another time; only the owner of the database can do this."""
    with unguarded():
        Checkpoint.objects.filter(pk=row.pk).update(at=at)


def begun(at: dt.datetime) -> None:
    with unguarded():
        Incarnation.objects.update(opened_at=at)


class unguarded:
    """Without the triggers of the log for a moment."""

    def __enter__(self) -> None:
        from tests.workflows.audit.conftest import without_triggers

        without_triggers()

    def __exit__(self, *_: Any) -> None:
        from django.db import connection

        from workflows.audit import triggers

        triggers.install(connection)


def test_a_stranger_draws_the_same_from_the_exported_log(city: factories.City, ended: dt.date) -> None:
    sample = draw_sample(ended, actor=city.auditor)
    assert sample.releases == 27 and sample.drawn.count() == max(6, bounds().sample_least)

    # What a stranger has: checkpoints as signed, and bodies by index.
    heads = [parse_unsigned(row.note) for row in Checkpoint.objects.order_by("id")]
    first, closing = heads[1], heads[2]
    bodies = dict(Leaf.objects.values_list("idx", "entry"))
    releases = []
    for index in range(first.size, closing.size):
        body = bytes(Entry.objects.get(pk=bodies[index]).body)
        fields = parse(body)
        if fields["event"] == "release.made" and fields["outcome"] == "ok":
            releases.append((hashlib.sha256(b"\x00" + body).digest(), fields["id"]))
    text = f"sample\n{closing.origin}\n{closing.size}\n{closing.root.hex()}\n{ended:%Y-%m}\n"
    seed = hashlib.sha256(text.encode()).digest()
    ranked = sorted(releases, key=lambda one: hashlib.sha256(seed + one[0]).digest())
    drawn = sample.drawn.order_by("place").values_list("release__uuid", flat=True)
    assert [str(key) for key in drawn] == [key for _, key in ranked[:6]]

    body = parse(bytes(sample.entry.body))
    assert body["seed"] == sample.seed == seed.hex() and body["obj"]["sha256"] == sample.root


def test_neither_who_draws_nor_when_changes_what_is_drawn(city: factories.City, ended: dt.date) -> None:
    before = sampling.make_draw(ended)
    with transaction.atomic():
        log.record("release.made", actor=city.officer)
    factories.seal_log()
    assert sampling.make_draw(ended) == before
    other = sampling.seed_of("o", 1, "ab", ended)
    assert len({other, sampling.seed_of("o", 2, "ab", ended), sampling.seed_of("o", 1, "ac", ended)}) == 3


def test_each_month_is_drawn_once_by_an_auditor_when_it_has_ended(
    city: factories.City, ended: dt.date
) -> None:
    refused: list[tuple[dt.date, Any, type[Refused]]] = [
        (ended, city.officer, Forbidden),
        (ended, city.admin, Forbidden),
        (sampling.after(ended), city.auditor, WrongState),
        (dt.date(2001, 1, 1), city.auditor, WrongState),
        (ended + dt.timedelta(days=1), city.auditor, WrongState),
    ]
    for month, actor, error in refused:
        with pytest.raises(error):
            draw_sample(month, actor=actor)
    draw_sample(ended, actor=city.auditor)
    with pytest.raises(WrongState):
        draw_sample(ended, actor=city.auditor2)
    assert Sample.objects.count() == 1
    for model in (Sample, Drawn):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_a_month_that_no_checkpoint_has_closed_waits(city: factories.City, ended: dt.date) -> None:
    with unguarded():
        Checkpoint.objects.filter(pk__gt=Checkpoint.objects.order_by("id")[1].pk).delete()
    with pytest.raises(WrongState):
        draw_sample(ended, actor=city.auditor)


def test_outcomes_are_entries_and_the_newest_counts(city: factories.City, ended: dt.date) -> None:
    sample = draw_sample(ended, actor=city.auditor)
    drawn = list(sample.drawn.order_by("place"))
    for one in drawn[:3]:
        record_outcome(one.pk, [], WORDS, actor=city.auditor)
    made = record_outcome(drawn[0].pk, ["status_left", "out_of_scope"], WORDS, actor=city.auditor2)
    assert details.read(made.entry) == {"text": WORDS}
    assert parse(bytes(made.entry.body))["failed"] == ["out_of_scope", "status_left"]
    found = sampling.estimate([sample])
    assert (found.checked, found.faulty, found.complete) == (3, 1, False)
    record_outcome(drawn[0].pk, [], WORDS, actor=city.auditor)  # it was a mistake
    assert sampling.estimate([sample]).faulty == 0
    for faults, words, actor, error in (
        (["x"], WORDS, city.auditor, Invalid), ([], "short", city.auditor, Invalid),
        ([], WORDS, city.counsel, Forbidden), ([], "Undocumented, A 207 331 904.", city.auditor, Invalid),
    ):  # fmt: skip
        with pytest.raises(error):
            record_outcome(drawn[1].pk, faults, words, actor=actor)
    with pytest.raises(NotVisible):
        record_outcome(10**9, [], WORDS, actor=city.auditor)
    assert Outcome.objects.count() == 5


@pytest.mark.parametrize(
    "faulty, checked, upper",
    # Exact one-sided 95 percent bounds: with k = 0 it is 1 - 0.05 ** (1 / n).
    [(0, 1, 0.95), (0, 10, 1 - 0.05**0.1), (0, 59, 1 - 0.05 ** (1 / 59)), (1, 10, 0.3942),
     (2, 20, 0.2826), (5, 5, 1.0)],
)  # fmt: skip
def test_the_bound_is_clopper_and_pearsons(faulty: int, checked: int, upper: float) -> None:
    assert sampling.upper_bound(faulty, checked, 0.95) == pytest.approx(upper, abs=5e-5)
    if faulty == 0 and checked > 30:
        assert math.isclose(
            sampling.upper_bound(0, checked, 0.95), 3 / checked, rel_tol=0.03
        )  # rule of three


def test_nothing_checked_says_nothing() -> None:
    assert sampling.upper_bound(0, 0, 0.95) == 1.0
    assert bounds().sample_size(0) == 0 and bounds().sample_size(3) == 3 and bounds().sample_size(100) == 20


def test_the_checkpoint_that_closes_a_month_is_found_by_an_index_and_is_the_first_by_key(
    city: factories.City, ended: dt.date
) -> None:
    first = sampling.closing(ended)
    last = Checkpoint.objects.order_by("-id").first()
    over = timezone.make_aware(dt.datetime.combine(sampling.after(ended), dt.time()))
    stand_at(last, over)  # the clock was set back: a later one claims an earlier time
    assert sampling.closing(ended) == first != last

    with CaptureQueriesContext(connection) as asked:
        sampling.closing(ended)
    found, row = (query["sql"] for query in asked)
    assert "LIMIT 21" in row and "audit_checkpoint_time" in _plan(found)


def _plan(sql: str) -> str:
    """How the database goes about it; PostgreSQL as it would with many rows."""
    postgresql = connection.vendor == "postgresql"
    with transaction.atomic(), connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'' if postgresql else 'QUERY PLAN '}{sql}")
        return str(cursor.fetchall())
