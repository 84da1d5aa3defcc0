"""Health says when something is not well, with codes and numbers only."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from gateway.checks import refuse_reduced_isolation
from gateway.process import health
from gateway.process.codes import totp
from redaction import sandbox
from tests import factories
from workflows.audit import flags, log
from workflows.jobs.actions import enqueue
from workflows.jobs.models import Job, JobState
from workflows.jobs.registry import Queue
from workflows.jobs.sweeper import LIVENESS

pytestmark = pytest.mark.django_db


def serve(queue: Queue) -> None:
    """Leave the proof that a worker serves this queue."""
    job = enqueue(LIVENESS, queue.value, queue.value, None, queue=queue)
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE.value, ended_at=timezone.now())


def test_an_installation_without_a_worker_is_not_well() -> None:
    part = health.worker()

    assert not part.well
    assert part.code == "deaf:read,ocr,burn,verify,pack,mail"


def test_every_queue_must_be_served() -> None:
    for queue in Queue:
        if queue is not Queue.PACK:
            serve(queue)
    assert health.worker().code == "deaf:pack"

    serve(Queue.PACK)

    assert health.worker().well


def test_an_old_proof_does_not_count() -> None:
    for queue in Queue:
        serve(queue)
    Job.objects.update(ended_at=timezone.now() - timedelta(minutes=4))

    assert not health.worker().well


def test_a_parked_job_is_shown() -> None:
    job = enqueue(LIVENESS, "mail", "x", None, queue=Queue.MAIL)
    Job.objects.filter(pk=job.pk).update(kind="record.scan", state=JobState.PARKED.value)

    assert (health.parked().well, health.parked().value) == (False, 1)


def test_a_log_that_nobody_seals_is_not_well() -> None:
    with transaction.atomic():
        log.record("system.started", actor=log.SYSTEM)

    assert (health.sequencer().well, health.sequencer().code) == (False, "log.not_started")


def test_a_log_that_contradicts_its_signer_is_not_well(committed_db, own_log) -> None:
    factories.seal_log()
    assert health.sequencer().well

    flags.raise_flag(flags.SPLIT, timezone.now(), {"size": 1})

    assert (health.sequencer().well, health.sequencer().code) == (False, "log.split")


def test_a_full_disk_is_shown(settings) -> None:
    assert health.disk().well
    settings.VAULT_MIN_FREE_SHARE = 1.0

    assert health.disk().code == "full"


@pytest.fixture
def self_test_again():
    """The isolation is proved anew, before and after."""
    sandbox.forget_self_test()
    yield
    sandbox.forget_self_test()


def test_full_isolation_is_well_and_named(self_test_again) -> None:
    assert (health.isolation().well, health.isolation().code) == (True, "bubblewrap")


def test_no_isolation_is_shown(self_test_again, monkeypatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")

    assert (health.isolation().well, health.isolation().code) == (False, "none")


def test_reduced_isolation_is_shown_and_named(self_test_again, monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "FULL", ())

    assert (health.isolation().well, health.isolation().code) == (False, "reduced:bubblewrap")


@pytest.mark.parametrize("accepted, starts", [("bubblewrap", True), ("", False), ("rlimits", False)])
def test_production_reads_no_file_in_reduced_isolation_unless_it_was_accepted_by_name(
    self_test_again, monkeypatch, settings, accepted, starts
) -> None:
    settings.PROFILE, settings.ACCEPT_ISOLATION = "production", accepted
    refuse_reduced_isolation("worker")  # full isolation needs nobody's word
    monkeypatch.setattr(sandbox, "FULL", ())

    refuse_reduced_isolation("web")  # opens no foreign file
    with contextlib.nullcontext() if starts else pytest.raises(ImproperlyConfigured, match="gateway.E016"):
        refuse_reduced_isolation("worker")


def test_the_command_fails_when_a_part_is_not_well(capsys) -> None:
    call_command("health", "database")
    with pytest.raises(SystemExit) as end:
        call_command("health", "database", "worker", "--json")

    assert end.value.code == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(part["name"], part["well"]) for part in told["parts"]] == [("database", True), ("worker", False)]


def test_anybody_may_ask_whether_the_web_process_answers_and_learns_no_more(client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.post("/healthz").status_code == 405


@pytest.mark.parametrize("path", ["/healthz", "/no-such-page"])
def test_every_answer_carries_the_headers(client, path) -> None:
    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy and "style-src 'self'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


# RFC 6238 appendix B, SHA-1, the last six of the eight digits printed there.
@pytest.mark.parametrize("at, code", [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")])
def test_demo_codes_are_those_of_rfc_6238(at, code) -> None:
    assert totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", at) == code
