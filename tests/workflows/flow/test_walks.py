"""Random walks of up to 60 steps: a few here, 10,000 with `just walks 10000` (workflow.md 4.7 and 6)."""

from __future__ import annotations

import datetime as dt
import gc
import os
import time
from collections import Counter
from collections.abc import Callable
from copy import copy
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import factories
from tests.city import drop_triggers
from tests.workflows.flow.judging import Judge
from tests.workflows.flow.statements import Statements
from tests.workflows.flow.walking import Remembered, walk, walk_machine
from workflows.audit import triggers
from workflows.audit.models import Entry
from workflows.holding.models import Recall
from workflows.instruments.models import Check, SecrecyOrder, StatusAuthorisation
from workflows.matters.models import Matter, Seal
from workflows.notices.models import NoticeStep
from workflows.policy.instrument_types import EXIGENT
from workflows.releases.models import GateDecision

FIRST, COUNT = int(os.environ.get("WALKS_FIRST", "0")), int(os.environ.get("WALKS", "0"))
OF_A_CITY = 25  # walks; then the city is built anew, so that the last walk costs what the first did
DILIGENT = 7  # the seed of a walk of people who do what comes next
REMEMBERED = Remembered()
STATEMENTS = Statements()
CITIES = range(FIRST, FIRST + COUNT, OF_A_CITY)


@pytest.mark.t28
@pytest.mark.slow
def test_whatever_anybody_does_the_invariants_hold(
    city: factories.City, monkeypatch: pytest.MonkeyPatch
) -> None:
    REMEMBERED.install(monkeypatch)
    statements = Statements(check=True)  # each one found is held against what Django makes of the query
    statements.install(monkeypatch)
    seen: Counter[str] = Counter()
    machine = walk_machine(city, seen)
    one = walk(machine, DILIGENT, steps=24)
    assert {"review", "releasing", "bytes left", "closed"} <= set(seen), seen
    assert statements.found > statements.compiled
    statements.check = False
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
        *wrongs_of_lanes(matter),
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


def wrongs_of_lanes(matter: Matter) -> list[Callable[[], Any]]:
    """What must not become of a matter on the special lanes either."""
    paper, release = matter.instruments.get(), matter.releases.get()
    made = {"by": matter.opened_by, "at": timezone.now(), "entry": matter.state_entry}
    earlier = {**made, "at": made["at"] - dt.timedelta(hours=1), "review_on": timezone.localdate()}

    def tell() -> None:
        NoticeStep.objects.create(
            notice=matter.notices.earliest("pk"), state="sent", language="en", channel="post",
            letter=matter.letters.earliest("pk"), address=paper.blob, **made,
        )  # fmt: skip

    def under_an_order() -> None:
        SecrecyOrder.objects.create(
            matter=matter, instrument=paper, ground="other_order", words=paper.blob, **earlier
        )
        tell()

    def under_a_seal() -> None:
        Seal.objects.create(matter=matter, ground="court_order", **earlier)
        tell()

    def in_an_emergency() -> None:
        matter.instruments.update(verdict=EXIGENT)
        StatusAuthorisation.objects.create(
            clause=paper.clauses.earliest("pk"), ground="named", types=["A_NUMBER"], words=paper.blob, **made
        )

    return [
        under_an_order,
        under_a_seal,
        in_an_emergency,
        lambda: Recall.objects.create(
            matter=matter, release=release, reason="mistake", letter=matter.letters.earliest("pk"), **made
        ),
    ]


if COUNT:

    @pytest.mark.t28
    @pytest.mark.parametrize("first", CITIES)
    def test_many_walks(
        first: int, city: factories.City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        REMEMBERED.install(monkeypatch)
        STATEMENTS.install(monkeypatch)
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
