"""One job from claim to saved outcome, and every way in which it can end badly."""

from __future__ import annotations

import threading
import time

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, connection

from gateway.accounts.models import Person
from workflows import jobs
from workflows.errors import NotRecorded, WrongState
from workflows.jobs import leases, registry
from workflows.jobs.models import Job
from workflows.jobs.running import Context
from workflows.vault import VaultError

pytestmark = pytest.mark.django_db(transaction=True)


def perform(kind: str, actor: Person | None = None, subject: str = "s") -> Job:
    """Enqueue and run one job in this process; return its row."""
    job = jobs.enqueue(kind, subject, "k", actor)
    jobs.run(jobs.claim(job.pk))
    job.refresh_from_db()
    return job


def test_the_outcome_is_saved_in_the_transaction_that_finishes(kind, officer):
    seen = []

    def work(subject, ctx):
        assert not connection.in_atomic_block
        return subject * 2

    def save(subject, outcome, ctx):
        assert connection.in_atomic_block
        seen.append((subject, outcome, ctx.actor, ctx.attempt, ctx.effect_key("letter")))

    job = perform(kind(work=work, save=save), officer)

    assert seen == [("s", "ss", officer, 1, f"{job.pk}:letter")]
    assert (job.state, job.token, job.lease_until, job.error_code) == ("done", None, None, "")
    assert job.ended_at is not None


def raiser(error: Exception):
    """Return work that fails so."""

    def work(subject, ctx):
        raise error

    return work


@pytest.mark.parametrize(
    "error, state, code",
    [
        (jobs.Permanent("malformed"), "parked", "malformed"),
        (jobs.Retry("malformed"), "queued", "malformed"),
        (jobs.Permanent("not declared"), "parked", "bug"),
        (VaultError("vault.key_missing"), "queued", "vault.key_missing"),
        (VaultError("vault.changed"), "queued", "vault.changed"),
        (NotRecorded("The log is full."), "queued", "log"),
        (WrongState("Too late."), "parked", "refused"),
        (SoftTimeLimitExceeded(), "queued", "time_limit"),
        (OperationalError("no disk for Ysolde"), "queued", "database"),
        (KeyError("Ysolde Quarrington"), "queued", "bug"),
        (MemoryError(), "queued", "bug"),
    ],
)
def test_every_failure_ends_as_a_code_and_leaves_no_text(kind, error, state, code, capsys, caplog):
    job = perform(kind(work=raiser(error), codes=frozenset({"malformed"})))

    assert (job.state, job.error_code, job.token) == (state, code, None)
    out = capsys.readouterr()
    assert "Ysolde" not in out.out + out.err + caplog.text


def test_a_failing_save_leaves_nothing_of_itself(kind, officer):
    def save(subject, outcome, ctx):
        Person.objects.filter(pk=officer.pk).update(name="half done")
        raise WrongState("Too late.")

    job = perform(kind(save=save))

    officer.refresh_from_db()
    assert officer.name == "Ada Okonjo"
    assert (job.state, job.error_code) == ("parked", "refused")


def test_a_right_that_was_removed_while_the_work_ran_stops_the_save(kind, officer):
    saved = []

    def work(subject, ctx):
        Person.objects.filter(pk=officer.pk).update(is_active=False)

    job = perform(kind(work=work, save=lambda *_: saved.append(1)), officer)

    assert saved == []
    assert (job.state, job.error_code) == ("parked", "right_removed")


def test_the_right_is_asked_of_the_person_as_they_are_now(kind, officer):
    def work(subject, ctx):
        Person.objects.filter(pk=officer.pk).update(role="auditor")

    job = perform(kind(work=work, may=lambda subject, actor: actor.role == "officer"), officer)
    assert (job.state, job.error_code) == ("parked", "right_removed")


def test_work_that_was_taken_over_drops_its_outcome(kind):
    saved, rival = [], []

    def work(subject, ctx):
        Job.objects.update(lease_until=leases.in_seconds(-1))
        rival.append(jobs.claim(ctx.job.pk))
        return "late"

    job = perform(kind(work=work, save=lambda *_: saved.append(1)))

    assert saved == []
    assert (job.state, job.token, job.attempts) == ("running", rival[0].token, 2)


def test_a_cancelled_job_is_noticed_at_the_next_page_and_saves_nothing(kind):
    pages, saved = [], []

    def work(subject, ctx):
        for page in range(1, 4):
            ctx.progress(page, 3)
            pages.append(page)
            jobs.cancel(Job.objects.get(pk=ctx.job.pk)) if page == 1 else None
            ctx.renew()

    job = perform(kind(work=work, save=lambda *_: saved.append(1)))
    assert (pages, saved, job.state) == ([1], [], "cancelled")


def test_a_kind_nobody_knows_any_more_is_parked(kind):
    name = kind("gone")
    job = jobs.enqueue(name, "s", "k", None)
    kept = registry.HANDLERS.pop(name)
    jobs.run(jobs.claim(job.pk))
    registry.HANDLERS[name] = kept
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("parked", "no_handler")


def test_progress_shows_while_the_work_runs(kind):
    shown = []

    def work(subject, ctx):
        ctx.progress(1, 40)
        shown.append(tuple(Job.objects.values_list("done", "total")[0]))
        ctx.progress(2, 40)  # within half a second: not worth a write
        shown.append(tuple(Job.objects.values_list("done", "total")[0]))
        ctx.progress(40, 40)
        shown.append(tuple(Job.objects.values_list("done", "total")[0]))

    perform(kind(work=work))
    assert shown == [(1, 40), (1, 40), (40, 40)]


def until(condition, seconds: float = 10.0) -> None:
    """Wait until the condition holds, at most so long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        threading.Event().wait(0.02)


def test_the_lease_is_renewed_while_the_work_runs(kind, settings):
    settings.JOB_HEARTBEAT_S = 0.05

    def work(subject, ctx):
        first = Job.objects.get(pk=ctx.job.pk).lease_until
        until(lambda: Job.objects.get(pk=ctx.job.pk).lease_until > first)

    job = perform(kind(work=work))
    assert job.state == "done"
    assert not [thread for thread in threading.enumerate() if thread.name == "lease"]


def test_the_renewing_thread_tells_when_the_lease_is_lost(kind, settings):
    settings.JOB_HEARTBEAT_S = 0.05

    def work(subject, ctx: Context):
        jobs.cancel(Job.objects.get(pk=ctx.job.pk))
        until(ctx.lost.is_set)
        ctx.check()

    assert perform(kind(work=work)).state == "cancelled"


def test_draining_runs_everything_that_is_due(kind):
    order = []
    name = kind(work=lambda subject, ctx: order.append(subject))
    later = kind("later", work=lambda subject, ctx: order.append(subject), queue="pack")
    jobs.enqueue(later, "packed", "k", None)
    for number in range(3):
        jobs.enqueue(name, number, f"k{number}", None)

    assert jobs.drain() == 4
    assert order == ["0", "1", "2", "packed"]
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_a_handler_must_be_whole_and_alone():
    with pytest.raises(TypeError):
        jobs.handler("test.part", queue="read")(type("Part", (), {"work": print, "save": print}))
    with pytest.raises(ValueError):
        jobs.handler("test.queue", queue="other")(type("Q", (), {"work": print, "save": print, "may": print}))
    with pytest.raises(ValueError):
        jobs.handler("jobs.liveness", queue="read")(
            type("Thief", (), {"work": print, "save": print, "may": print})
        )
    assert "test.part" not in registry.HANDLERS and "test.queue" not in registry.HANDLERS
