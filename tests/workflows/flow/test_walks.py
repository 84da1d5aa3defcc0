"""Random walks of up to 60 steps: a few here, 10,000 with `just walks 10000` (workflow.md 4.7 and 6)."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import factories
from tests.workflows.flow.walking import Remembered, walk, walk_machine

FIRST, COUNT = int(os.environ.get("WALKS_FIRST", "0")), int(os.environ.get("WALKS", "0"))
OF_A_CITY = 25  # walks; then the city is built anew, so that the last walk costs what the first did
DILIGENT = 7  # the seed of a walk of people who do what comes next
REMEMBERED = Remembered()
CITIES = range(FIRST, FIRST + COUNT, OF_A_CITY)


@pytest.mark.t28
@pytest.mark.slow
def test_whatever_anybody_does_the_invariants_hold(
    city: factories.City, monkeypatch: pytest.MonkeyPatch
) -> None:
    REMEMBERED.install(monkeypatch)
    seen: Counter[str] = Counter()
    machine = walk_machine(city, seen)
    walk(machine, DILIGENT, steps=24)
    assert {"review", "releasing", "bytes left"} <= set(seen), seen
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=3,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # a walk leaves rows behind, so that a shorter one is another one
            derandomize=True,
        ),
    )


if COUNT:

    @pytest.mark.t28
    @pytest.mark.parametrize("first", CITIES)
    def test_many_walks(
        first: int, city: factories.City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        REMEMBERED.install(monkeypatch)
        gc.freeze()  # what is there now stays: nobody needs to look through it again
        seen: Counter[str] = Counter()
        machine, began = walk_machine(city, seen), time.monotonic()
        seeds = range(first, min(first + OF_A_CITY, FIRST + COUNT))
        for seed in seeds:
            walk(machine, seed, steps=60)
        with capsys.disabled():
            took = time.monotonic() - began
            print(f"\nwalks {seeds[0]} to {seeds[-1]}: all held, {took:.0f} s, {dict(seen.most_common())}")
