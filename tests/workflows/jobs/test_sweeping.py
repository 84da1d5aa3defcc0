"""What lies about is taken up again, what failed too often is set aside, and silence is noticed."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.db import transaction

from gateway.celery import app
from workflows import jobs
from workflows.jobs import leases, sending, sweeper
from workflows.jobs.models import Job
from workflows.jobs.registry import Queue
from workflows.jobs.tasks import wake

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_liveness(settings, monkeypatch):
    """Have one liveness job of each queue done already, so that counts speak of the test's jobs."""
    monkeypatch.setattr(sending, "_silent_until", 0.0)
    for queue in Queue:
        jobs.enqueue(sweeper.LIVENESS, queue.value, queue.value, None, queue=queue)
    jobs.drain()
    read_messages()


def read_messages() -> list[tuple[str, dict]]:
    """Take all messages off the broker: queue and decoded body."""
    found = []
    with app.connection_for_read() as connection:
        for queue in Queue:
            with connection.SimpleQueue(queue.value) as simple:
                while simple.qsize():
                    message = simple.get(block=False)
                    found.append(
                        (queue.value, json.loads(message.body), message.headers, message.content_type)
                    )
                    message.ack()
    return found


def due(**change) -> None:
    Job.objects.exclude(kind=sweeper.LIVENESS).update(**change)


def test_the_message_goes_out_on_commit_and_holds_an_id_and_nothing_else(kind, officer):
    with transaction.atomic():
        job = jobs.enqueue(kind(), "subject-of-the-job", "key-of-the-job", officer)
        assert read_messages() == []
    ((queue, body, headers, content_type),) = read_messages()

    assert (queue, body[0], body[1], headers["task"]) == ("read", [job.pk], {}, "jobs.wake")
    assert content_type == "application/json"
    assert "subject-of" not in json.dumps([body, headers]) and "key-of" not in json.dumps([body, headers])


def test_no_message_goes_out_for_an_act_that_was_rolled_back(kind):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.enqueue(kind(), 1, "k", None)
        raise ZeroDivisionError
    assert read_messages() == []


def test_a_dead_broker_never_fails_the_act_and_the_sweep_catches_up(kind, settings):
    settings.CELERY_APP = "tests.workflows.jobs.dead_broker.app"
    job = jobs.enqueue(kind(), 1, "k", None)
    job.refresh_from_db()
    assert (job.state, job.sent_at) == ("queued", None)

    assert jobs.sweep().sent == 0  # still in the pause after a failure
    settings.CELERY_APP = "gateway.celery.app"
    sending._silent_until = 0.0
    assert jobs.sweep().sent == 1
    assert [body[0] for _, body, *_ in read_messages()] == [[job.pk]]


def test_the_sweep_sends_what_is_due_once_and_again_only_after_a_while(kind):
    job = jobs.enqueue(kind(), 1, "k", None)
    assert jobs.sweep().sent == 0  # its message went out a moment ago
    due(sent_at=leases.in_seconds(-31))
    assert jobs.sweep().sent == 1
    assert jobs.sweep().sent == 0

    jobs.claim(job.pk)
    assert jobs.sweep().sent == 0
    due(lease_until=leases.in_seconds(-1))
    assert jobs.sweep().sent == 1


def test_resting_and_parked_jobs_are_left_alone(kind):
    name = kind()
    leases.put_back(jobs.claim(jobs.enqueue(name, 1, "resting", None).pk), "bug", 60)
    jobs.park(jobs.claim(jobs.enqueue(name, 1, "parked", None).pk), "bug")
    due(sent_at=None)
    assert jobs.sweep() == sweeper.Swept(parked=0, sent=0)

    Job.objects.filter(key="resting").update(lease_until=leases.in_seconds(-1))
    assert jobs.sweep().sent == 1


def test_a_queue_at_work_is_not_flooded(kind, monkeypatch):
    monkeypatch.setattr(sweeper, "BATCH_BUSY", 2)
    name = kind()
    for number in range(5):
        jobs.enqueue(name, number, f"k{number}", None)
    due(sent_at=None)
    jobs.claim(Job.objects.get(key="k0").pk)

    assert jobs.sweep().sent == 2
    Job.objects.filter(key="k0").update(lease_until=leases.in_seconds(-1))
    assert jobs.sweep().sent == 3


def test_a_queue_that_nobody_serves_does_not_fill_the_broker(kind, monkeypatch):
    monkeypatch.setattr(sweeper, "BATCH_DEAF", 2)
    name = kind()
    for number in range(5):
        jobs.enqueue(name, number, f"k{number}", None)
    due(sent_at=None)
    Job.objects.filter(kind=sweeper.LIVENESS, queue="read").update(ended_at=leases.in_seconds(-181))
    assert jobs.sweep().sent == 2

    Job.objects.filter(kind=sweeper.LIVENESS, queue="read").update(ended_at=leases.in_seconds(-179))
    assert jobs.sweep().sent == 3


def test_a_job_whose_workers_died_five_times_is_parked(kind):
    job = jobs.enqueue(kind(), 1, "k", None)
    for _ in range(5):
        assert jobs.claim(job.pk)
        assert jobs.sweep().parked == 0  # the fifth attempt, too, may take its time
        due(lease_until=leases.in_seconds(-1))
    assert jobs.claim(job.pk) is None
    assert jobs.sweep().parked == 1

    job.refresh_from_db()
    assert (job.state, job.error_code, job.token) == ("parked", "worker_lost", None)


def test_a_message_wakes_one_job_of_its_queue_the_most_urgent_first(kind):
    ran = []
    name = kind(work=lambda subject, ctx: ran.append(subject))
    first = jobs.enqueue(name, "first", "k1", None)
    jobs.enqueue(name, "urgent", "k2", None, priority=0)
    elsewhere = jobs.enqueue(name, "elsewhere", "k3", None, queue="mail", priority=0)

    for message in (first.pk, first.pk, first.pk, 10**9):
        wake(message)
    assert ran == ["urgent", "first"]
    wake(elsewhere.pk)
    assert ran == ["urgent", "first", "elsewhere"]


def test_each_queue_proves_itself_once_a_minute():
    def alive() -> Counter:
        return Counter(Job.objects.filter(kind=sweeper.LIVENESS).values_list("queue", "state"))

    assert alive() == {(queue.value, "done"): 1 for queue in Queue}
    jobs.sweep()
    assert sum(alive().values()) == 6
    Job.objects.update(created_at=leases.in_seconds(-61))
    jobs.sweep()
    jobs.sweep()
    assert alive() == {(queue.value, state): 1 for queue in Queue for state in ("done", "queued")}
    Job.objects.update(created_at=leases.in_seconds(-90_000))
    jobs.sweep()
    assert alive() == {(queue.value, "queued"): 1 for queue in Queue}


def test_health_counts_work_and_notices_a_deaf_queue(kind):
    name = kind()
    for number in range(4):
        jobs.enqueue(name, number, f"k{number}", None)
    jobs.claim(Job.objects.get(key="k0").pk)
    jobs.park(jobs.claim(Job.objects.get(key="k1").pk), "bug")
    Job.objects.filter(kind=sweeper.LIVENESS, queue="ocr").update(ended_at=leases.in_seconds(-181))
    state = {row.queue: row for row in jobs.health()}

    assert list(state) == [queue.value for queue in Queue]
    assert (state["read"].waiting, state["read"].running, state["read"].parked) == (2, 1, 1)
    assert [queue for queue, row in state.items() if not row.served] == ["ocr"]
    assert all(row.last_served for row in state.values())
    assert [job.key for job in jobs.open_jobs(range(9), [name])] == ["k0", "k1", "k2", "k3"]
    assert not jobs.open_jobs([77])
