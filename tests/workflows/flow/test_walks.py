"""Random walks of up to 60 steps: a few here, 10,000 with `just walks 10000` (workflow.md 4.7 and 6)."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from copy import copy

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import factories
from tests.city import drop_triggers
from tests.workflows.flow.judging import Judge
from tests.workflows.flow.walking import Remembered, walk, walk_machine
from workflows.audit import triggers
from workflows.audit.models import Entry
from workflows.instruments.models import Check
from workflows.matters.models import Matter
from workflows.releases.models import GateDecision

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
    one = walk(machine, DILIGENT, steps=24)
    assert {"review", "releasing", "bytes left", "closed"} <= set(seen), seen
    the_judge_sees(one.judge, one.matter)
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


def the_judge_sees(judge: Judge, matter: Matter) -> None:
    """Each of these, done to a finished matter past every guard, is found at the next look."""
    drop_triggers()
    manifest, release = matter.manifests.get(), matter.releases.get()
    listed, foreign = manifest.records.get(), Entry.objects.filter(matter=None).earliest("pk")
    for n, wrong in enumerate((
        lambda: Matter.objects.filter(pk=matter.pk).update(state="scope_review"),  # without an entry
        lambda: Matter.objects.filter(pk=matter.pk).update(
            state="review", state_entry=Entry.objects.filter(matter=matter.pk).earliest("pk")
        ),  # under a live approval
        lambda: Matter.objects.filter(pk=matter.pk).update(state_entry=foreign),
        lambda: listed.record.pages.all().delete(),
        lambda: Entry.objects.filter(matter=matter.pk, matter_seq=3).update(matter_seq=3000),
        lambda: matter.releases.update(manifest_sha256="0" * 64),
        lambda: matter.approvals.update(approver=matter.opened_by),
        lambda: matter.approvals.update(approver=manifest.mark_makers.first().person),
        lambda: matter.instruments.update(accepted_by=release.approval.approver),
        lambda: Check.objects.filter(check_id="V11").update(by=release.approval.approver),
        lambda: manifest.reports.filter(record=listed.record).update(passed=False),
        lambda: GateDecision.objects.filter(pk=release.decision_id).update(passed=False),
    )):  # fmt: skip
        with transaction.atomic():
            wrong()
            seen = False
            try:
                copy(judge).look()
            except AssertionError:
                seen = True
            assert seen, f"the judge overlooks number {n}"
            transaction.set_rollback(True)
    judge.look()
    triggers.install(connection)


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
        gc.disable()  # and what a walk leaves is looked through once, after it
        try:
            for seed in seeds:
                walk(machine, seed, steps=60)
                gc.collect()
        finally:
            gc.enable()
        with capsys.disabled():
            took = time.monotonic() - began
            print(f"\nwalks {seeds[0]} to {seeds[-1]}: all held, {took:.0f} s, {dict(seen.most_common())}")
