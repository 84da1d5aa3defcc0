"""Asking for work, claiming it, keeping it, finishing it: every step is one decision of the database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.deletion import ProtectedError

from workflows import jobs
from workflows.errors import WrongState
from workflows.jobs import leases
from workflows.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db(transaction=True)


def ask(kind: str, key: str = "k", **more) -> Job:
    """Enqueue work of the system."""
    return jobs.enqueue(kind, "subject", key, None, **more)


def lapse(job: Job) -> None:
    """Let the lease of a job run out."""
    Job.objects.filter(pk=job.pk).update(lease_until=leases.in_seconds(-1))


def test_a_job_is_written_with_the_act_that_causes_it_or_not_at_all(kind, officer):
    name = kind()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.enqueue(name, 17, "k", officer)
        raise ZeroDivisionError
    assert not Job.objects.exists()

    job = jobs.enqueue(name, 17, "k", officer, priority=2, lane="matter-1")
    row = Job.objects.get()
    assert (row.pk, row.kind, row.subject, row.key, row.actor, row.lane) == (
        job.pk, name, "17", "k", officer, "matter-1",
    )  # fmt: skip
    assert (row.queue, row.priority, row.state, row.attempts) == ("read", 2, "queued", 0)


@pytest.mark.parametrize("state", ["queued", "running", "parked"])
def test_while_a_job_is_open_the_same_key_gives_the_same_job(kind, state):
    name = kind()
    job = ask(name)
    if state != "queued":
        claimed = jobs.claim(job.pk)
        if state == "parked":
            jobs.park(claimed, "bug")

    assert ask(name).pk == job.pk
    assert ask(name, "other").pk != job.pk
    assert ask(kind("second")).pk != job.pk
    assert Job.objects.get(pk=job.pk).state == state


def test_when_a_job_is_over_the_key_is_free(kind):
    name = kind()
    done, cancelled = ask(name), None
    claimed = jobs.claim(done.pk)
    with transaction.atomic():
        assert jobs.finish(claimed)
    cancelled = ask(name)
    assert cancelled.pk != done.pk
    jobs.cancel(cancelled)

    assert ask(name).pk not in (done.pk, cancelled.pk)


def test_unknown_kinds_queues_and_priorities_are_refused_at_once(kind):
    name = kind()
    for wrong in (
        lambda: ask("test.unknown"),
        lambda: ask(name, queue="celery"),
        lambda: ask(name, priority=10),
        lambda: ask(name, priority=-1),
        lambda: ask(name, lane="l" * 65),
        lambda: ask(name, key="k" * 161),
        lambda: jobs.enqueue(name, "s" * 65, "k", None),
    ):
        with pytest.raises(ValueError):
            wrong()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"queue": "celery"},
        {"priority": 10},
        {"state": "running"},
        {"token": "7c8ff1f2-58b4-4bb3-9b5d-6a8ff4a9e1f0"},
    ],
)
def test_the_database_refuses_rows_that_cannot_be(kind, change):
    ask(kind())
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(**change)


def test_whoever_asked_for_work_cannot_vanish(kind, officer):
    jobs.enqueue(kind(), 1, "k", officer)
    with pytest.raises(ProtectedError):
        officer.delete()


def test_a_claim_takes_the_job_for_thirty_seconds_and_counts(kind):
    job = ask(kind())
    claimed = jobs.claim(job.pk)
    now = Job.objects.filter(pk=job.pk).values_list(leases.in_seconds(0), flat=True).get()

    assert (claimed.state, claimed.attempts) == ("running", 1)
    assert timedelta(seconds=28) < claimed.lease_until - now <= timedelta(seconds=30)
    assert jobs.claim(job.pk) is None


def test_of_many_workers_exactly_one_gets_the_job(kind):
    job = ask(kind())
    start, won = threading.Barrier(8), []

    def worker() -> None:
        start.wait()
        try:
            won.append(jobs.claim(job.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 8
    assert len([claim for claim in won if claim]) == 1
    assert Job.objects.get().attempts == 1


def test_of_many_askers_exactly_one_makes_the_job(kind):
    name, start, got = kind(), threading.Barrier(8), []

    def asker() -> None:
        start.wait()
        try:
            with transaction.atomic():
                got.append(ask(name).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=asker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 8
    assert set(got) == {Job.objects.get().pk}


def test_a_renewed_lease_lasts_and_a_lapsed_one_is_taken_over(kind):
    job = ask(kind())
    first = jobs.claim(job.pk)
    lapse(job)
    assert jobs.renew(first)
    assert jobs.claim(job.pk) is None

    lapse(job)
    second = jobs.claim(job.pk)
    assert (second.attempts, second.token == first.token) == (2, False)


def test_whoever_lost_the_job_can_no_longer_touch_it(kind):
    job = ask(kind())
    first = jobs.claim(job.pk)
    lapse(job)
    second = jobs.claim(job.pk)

    with transaction.atomic():
        outcomes = (
            jobs.renew(first), jobs.progress(first, 1, 2), jobs.finish(first), jobs.park(first, "bug"),
            leases.put_back(first, "bug", 0),
        )  # fmt: skip
    row = Job.objects.get()
    assert outcomes == (False,) * 5
    assert (row.state, row.token, row.done) == ("running", second.token, 0)
    with transaction.atomic():
        assert jobs.finish(second)
    assert Job.objects.get().state == "done"


def test_finishing_outside_the_transaction_that_saves_is_a_bug(kind):
    job = jobs.claim(ask(kind()).pk)
    with pytest.raises(transaction.TransactionManagementError):
        jobs.finish(job)


def test_a_job_put_back_rests_and_the_fifth_failure_parks_it(kind):
    job = ask(kind())
    for attempt in range(1, 5):
        assert leases.put_back(jobs.claim(job.pk), "database", 60)
        row = Job.objects.get()
        assert (row.state, row.attempts, row.error_code) == ("queued", attempt, "database")
        assert jobs.claim(job.pk) is None
        lapse(job)
    leases.put_back(jobs.claim(job.pk), "database", 60)

    row = Job.objects.get()
    assert (row.state, row.attempts, row.error_code, row.token) == ("parked", 5, "database", None)
    assert jobs.claim(job.pk) is None


def test_only_a_person_frees_a_parked_job(kind):
    job = ask(kind())
    with pytest.raises(WrongState):
        jobs.retry(job)
    jobs.park(jobs.claim(job.pk), "bug")
    jobs.retry(job)

    assert (job.state, job.attempts, job.error_code) == ("queued", 0, "")
    assert jobs.claim(job.pk).attempts == 1


@pytest.mark.parametrize("state", ["queued", "running", "parked"])
def test_any_open_job_can_be_cancelled_once(kind, state):
    job = ask(kind())
    if state != "queued":
        claimed = jobs.claim(job.pk)
        if state == "parked":
            jobs.park(claimed, "bug")
    jobs.cancel(job)

    assert job.state == JobState.CANCELLED
    assert jobs.claim(job.pk) is None
    with pytest.raises(WrongState):
        jobs.cancel(job)


def test_the_most_urgent_goes_first_and_matters_take_turns(kind):
    name = kind()
    order = [
        ask(name, "long 1", lane="long"), ask(name, "long 2", lane="long"), ask(name, "long 3", lane="long"),
        ask(name, "short 1", lane="short"), ask(name, "urgent", lane="long", priority=0),
        ask(name, "late", lane="short", priority=9), ask(name, "elsewhere", queue="mail", priority=0),
    ]  # fmt: skip
    taken = []
    while job := leases.claim_next("read"):
        taken.append(job.key)

    assert taken == ["urgent", "long 1", "short 1", "long 2", "long 3", "late"]
    assert len(order) == 7 and leases.claim_next("mail").key == "elsewhere"


def test_a_lapsed_job_is_as_free_as_a_queued_one(kind):
    job = ask(kind())
    jobs.claim(job.pk)
    assert leases.claim_next("read") is None
    lapse(job)
    assert leases.claim_next("read").attempts == 2


NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "left, priority",
    [
        (timedelta(hours=-5), 0), (timedelta(hours=4), 0), (timedelta(hours=5), 1), (timedelta(days=2), 2),
        (timedelta(days=6), 3), (timedelta(days=60), 4), (None, 5),
    ],
)  # fmt: skip
def test_the_nearer_the_court_date_the_smaller_the_number(left, priority):
    assert jobs.priority_for(None if left is None else NOON + left, NOON) == priority
