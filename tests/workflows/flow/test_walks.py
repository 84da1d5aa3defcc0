"""Random walks of up to 60 steps: a few here, 10,000 with `just walks 10000` (workflow.md 4.7 and 6)."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import factories
from tests.workflows.flow.walking import Remembered, walk_machine

WALKS = int(os.environ.get("WALKS", "4"))
STEPS = 60 if "WALKS" in os.environ else 30


@pytest.mark.t28
@pytest.mark.slow
def test_whatever_anybody_does_the_invariants_hold(
    city: factories.City, monkeypatch: pytest.MonkeyPatch
) -> None:
    Remembered().install(monkeypatch)
    seen: Counter[str] = Counter()
    run_state_machine_as_test(
        walk_machine(city, seen),
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a walk leaves rows behind, so that a shorter one is another one
            derandomize="WALKS" not in os.environ,
        ),
    )
    assert {"releasing", "bytes left", "review"} <= set(seen), seen
