"""When the log closes the release gate, and what pages show of it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.workflows.audit.conftest import LogUnderTest
from workflows.audit import flags, health, proofs
from workflows.audit.models import Flag, Incarnation


def test_a_sealed_log_leaves_the_gate_alone(the_log: LogUnderTest) -> None:
    the_log.write(3)
    the_log.seal()
    seen = health.look(the_log.clock())
    assert (seen.code, seen.size, seen.pending, seen.alarm, seen.level) == (None, 4, 0, False, "local only")
    assert seen.checkpoint_age is not None and seen.checkpoint_age < timedelta(seconds=2)
    assert len(seen.root_short) == 12
    assert health.gate_closed_reason(the_log.clock()) is None


def test_a_log_that_never_started_closes_the_gate(the_log: LogUnderTest) -> None:
    assert health.gate_closed_code() == "log.not_started"


@pytest.mark.parametrize(
    "waited, code, alarm",
    [
        (timedelta(seconds=59), None, False),
        (timedelta(seconds=61), None, True),
        (timedelta(minutes=14, seconds=59), None, True),
        (timedelta(minutes=15, seconds=1), "log.lag", True),
    ],
)
def test_lag_alarms_after_a_minute_and_closes_after_fifteen(
    the_log: LogUnderTest, waited: timedelta, code: str | None, alarm: bool
) -> None:
    the_log.seal()
    entry = the_log.write(1)[0]
    seen = health.look(entry.at + waited)
    assert (seen.code, seen.alarm, seen.pending) == (code, alarm, 1)


@pytest.mark.parametrize(
    "seconds, code", [(-119, None), (-121, "clock.behind"), (3 * 3600 - 5, None), (3 * 3601, "log.stale")]
)
def test_a_clock_behind_the_last_checkpoint_or_a_silent_sequencer_closes_the_gate(
    the_log: LogUnderTest, seconds: int, code: str | None
) -> None:
    the_log.seal()
    at = proofs.latest_checkpoint().at
    assert health.gate_closed_code(at + timedelta(seconds=seconds)) == code
    reason = health.gate_closed_reason(at + timedelta(seconds=seconds))
    assert (reason is None) is (code is None)


def test_a_split_closes_the_gate_until_the_log_is_begun_anew(the_log: LogUnderTest) -> None:
    the_log.seal()
    flags.raise_flag(flags.SPLIT, the_log.clock(), {"size": 1})
    assert health.gate_closed_code(the_log.clock()) == "log.split"
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.update(disposition="explained", disposed_by=uuid.uuid4(), disposed_at=the_log.clock())
    Incarnation.objects.create(number=2, origin="another/2", opened_at=the_log.clock())
    Flag.objects.update(disposition="begun anew", disposed_by=uuid.uuid4(), disposed_at=the_log.clock())
    assert not flags.is_open(flags.SPLIT)


def test_other_flags_close_nothing(the_log: LogUnderTest) -> None:
    the_log.seal()
    flags.raise_flag(flags.BRACKET, the_log.clock(), {"leaf": 1})
    assert health.gate_closed_code(the_log.clock()) is None


def test_every_reason_is_a_sentence_that_says_what_to_wait_for() -> None:
    assert all("Nothing is released until" in sentence for sentence in health.REASONS.values())
