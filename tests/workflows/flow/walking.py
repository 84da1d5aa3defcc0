"""Random walks through a matter: anybody does anything at any time, and what must always hold still holds.

    just walks 10000 [--first SEED] [--postgres]     (tests/workflows/flow/walks.py)

A walk is made by its seed alone, and has a matter of its own in a city that twenty-five walks share. How
diligent its people are differs from walk to walk: the one does mostly what comes next and reaches the
release, the other mostly acts of any person on any row of the matter. An act ends as written or with
`Refused`; anything else is a defect. What the redaction and the reader made of a file under the same
decisions is remembered for the next walk, since it is the same every time; what is judged after each step
is asked in statements that are made once, and so is the SQL of everything else (`statements.py`).
"""

from __future__ import annotations

import copy
import datetime as dt
import functools
import hashlib
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gateway.demo import papers as demo_papers
from redaction import detect, pipeline
from tests import factories
from tests.gateway import sheets
from tests.workflows.flow.judging import DELIVERING, Judge, state_of
from tests.workflows.flow.lanes import LANES, REASON, Lanes, clauses_of_paper, people_of_lanes
from workflows.audit.models import Pending
from workflows.audit.sequencer import Sequencer, from_settings
from workflows.errors import Refused
from workflows.flow import challenging, delivering, holds, papers, recalling, searching
from workflows.flow.advance import advance
from workflows.flow.moves import MOVES
from workflows.holding.states import CHALLENGE_KINDS, OUTCOMES
from workflows.instruments import reading
from workflows.instruments.models import Flag, Instrument
from workflows.instruments.queries import failing_checks
from workflows.jobs import leases, running
from workflows.jobs.models import Job
from workflows.matters import access
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.policy.checks import NEEDED_FOR_ACCEPTANCE
from workflows.records import review, undoing
from workflows.releases.models import Approval, Link

CLASSES = ("civil_immigration", "federal_criminal", "unknown")
SHEET = sheets.sheet()
# What a walk does in a step, and how often of a hundred times beside what its diligence makes it do.
OTHERWISE = {
    "any_move": 28, "any_act": 34, "any_act_of_a_lane": 18, "somebody_fetches": 12, "workers_work": 8,
}  # fmt: skip
AHEAD = {"go_on": 80, "go_on_further": 14, "go_on_to_the_end": 6}


class Remembered:
    """What the redaction made of a file, by its bytes and what was asked."""

    def __init__(self) -> None:
        self._made: dict[Any, Any] = {}
        self._scan, self._redact = pipeline.scan, pipeline.redact
        self._pages, self._outputs = pipeline.page_images, pipeline.output_images
        self._children, self._classify = pipeline.children, reading.classify
        self._read_ink, self._detect_text = reading.read_ink, detect.detect_text
        self._objects = access.get_objects_for_user

    def install(self, monkeypatch: Any) -> None:
        """The product asks here first."""
        monkeypatch.setattr(pipeline, "scan", self.scan)
        monkeypatch.setattr(pipeline, "redact", self.redact)
        monkeypatch.setattr(pipeline, "page_images", self.page_images)
        monkeypatch.setattr(pipeline, "output_images", self.output_images)
        monkeypatch.setattr(pipeline, "children", self.children)
        monkeypatch.setattr(reading, "classify", self.classify)
        monkeypatch.setattr(reading, "read_ink", self.read_ink)
        monkeypatch.setattr(detect, "detect_text", self.detect_text)
        monkeypatch.setattr(access, "get_objects_for_user", self.objects)
        monkeypatch.setattr(demo_papers, "make", functools.cache(demo_papers.make))
        monkeypatch.setattr(settings, "DETERMINATION_1373", True)  # ships off; then no walk came there
        monkeypatch.setattr(os, "fsync", lambda file: None)  # a power cut is judged elsewhere

    def _once(self, name: str, path: Path, asked: Any, make: Callable[[], Any]) -> Any:
        key = name, hashlib.sha256(path.read_bytes()).hexdigest(), repr(asked)
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def scan(self, path: Path, **asked: Any) -> Any:
        return self._once("scan", path, asked, lambda: self._scan(path, **asked))

    def page_images(self, path: Path, *given: Any, **asked: Any) -> Any:
        return iter(self._once("pages", path, asked, lambda: [*self._pages(path, *given, **asked)]))

    def output_images(self, path: Path, *given: Any) -> Any:
        return iter(self._once("outputs", path, given, lambda: [*self._outputs(path, *given)]))

    def children(self, path: Path, **asked: Any) -> Any:
        return iter(self._once("children", path, asked, lambda: [*self._children(path, **asked)]))

    def classify(self, text: str, *, as_of: dt.datetime, **asked: Any) -> Any:
        key = "classify", text, as_of.date(), repr(asked)
        if key not in self._made:
            self._made[key] = self._classify(text, as_of=as_of, **asked)
        return copy.deepcopy(self._made[key])

    def read_ink(self, document: Any, png: Callable[[int], bytes], signer: str | None) -> Any:
        key = "ink", id(document), signer  # the document of a scan is remembered, and lives as long
        if key not in self._made:
            self._made[key] = document, self._read_ink(document, png, signer)
        return copy.deepcopy(self._made[key][1])

    def detect_text(self, text: str, ruleset: Any, *given: Any, **asked: Any) -> Any:
        key = "text", text, ruleset.sha256, type(ruleset.model), repr((given, asked))
        if key not in self._made:
            self._made[key] = self._detect_text(text, ruleset, *given, **asked)
        return copy.copy(self._made[key])

    def objects(self, person: Any, *given: Any, **asked: Any) -> Any:
        """The question, not its answer: it is asked anew each time."""
        key = "objects", person.pk, repr((given, asked))
        if key not in self._made:
            self._made[key] = self._objects(person, *given, **asked)
        return self._made[key].all()

    def redact(self, path: Path, out: Path, **asked: Any) -> Any:
        def make() -> tuple[dict[str, Any], bytes]:
            return self._redact(path, out, **asked), out.read_bytes()

        own = {name: value for name, value in asked.items() if name not in ("index_key", "extras")}
        said, data = self._once("redact", path, own, make)
        out.write_bytes(data)
        return said


class Workers:
    """Worker and sequencer of a city: what waits is done when a walk says so, as `factories.work` does it."""

    def __init__(self) -> None:
        self._sequencer: Sequencer | None = None

    def seal(self) -> None:
        """Every waiting entry has its leaf."""
        if self._sequencer is None:
            self._sequencer = from_settings()
            self._sequencer.start()
        if Pending.objects.exists():
            self._sequencer.step()

    def work(self) -> None:
        """Nothing waits any more, or it has been tried six times."""
        for _ in range(6):
            due = Job.objects.filter(state="queued", lease_until=None).order_by("priority", "pk")
            ran = False
            while (job := due.first()) is not None:
                if job.kind == "package.seal":
                    self.seal()
                ran = running.run(leases.claim(job.pk)) or True
            if not ran:
                return
            Job.objects.filter(state="queued").update(lease_until=None)  # no waiting between two tries


def walk_machine(city: factories.City, seen: Counter[str]) -> type[RuleBasedStateMachine]:
    """The machine of walks in this city; `seen` counts the states that they come to."""
    workers, contact = Workers(), people_of_lanes(city)
    people = sorted(city.people)

    class Walk(RuleBasedStateMachine):
        """One matter, and what was seen of it so far. The seed says all that happens."""

        matter: Matter
        judge: Judge
        state: str
        trail: list[str]

        @initialize(seed=st.integers(0, 2**32))
        def begin(self, seed: int) -> None:
            self.chance = random.Random(seed)
            self.diligence = self.chance.uniform(0.2, 0.95)
            self.matter = factories.open_request(city, requester_class=self.chance.choice(CLASSES))
            self.lane = self.chance.choices([*LANES], [*LANES.values()])[0]
            self.lanes = Lanes(city, self.matter, contact)
            self.lanes.assign()
            # Sometimes the lawyer reviews who would approve: then another one has to.
            self.reviewer = city.counsel if self.chance.random() < 0.2 else city.officer
            workers.seal()  # a log that nobody seals closes the gate, and no walk would come far
            self.judge, self.state = Judge(self.matter), self.matter.state
            self.trail = []

        @rule()
        def step(self) -> None:
            """One of the steps below, and what must hold afterwards."""
            kinds = AHEAD if self.chance.random() < self.diligence else OTHERWISE
            (name,) = self.chance.choices([*kinds], [*kinds.values()])
            self.trail.append(name)
            getattr(self, name)()

        @invariant()
        def everything_holds(self) -> None:
            self.judge.look()

        # ----- what comes next

        def go_on(self) -> None:
            self._try(self._next)

        def go_on_further(self) -> None:
            for _ in range(3):
                self._try(self._next)

        def go_on_to_the_end(self) -> None:
            for _ in range(4):
                self._try(self._next)
                self._try(workers.work)

        def workers_work(self) -> None:
            workers.seal()
            workers.work()

        # ----- what anybody does at any time

        def any_move(self) -> None:
            given = {"reason": REASON, "missing": ["no_instrument"]}
            at = timezone.now() if self.chance.random() < 0.6 else None
            who, move = self.chance.choice(people), self.chance.choice(sorted(MOVES))
            self.trail[-1] += f" {move} by {who}"
            person = city.people[who]
            self._try(lambda: advance(self.matter.pk, move, actor=person, stepped_up_at=at, **given))

        def any_act(self) -> None:
            who = self.chance.choice(people)
            acts = self._acts(city.people[who], self.chance)
            what = self.chance.randrange(len(acts))
            self.trail[-1] += f" {what} by {who}"
            self._try(acts[what])

        def any_act_of_a_lane(self) -> None:
            who = self.chance.choice(people)
            acts = self.lanes.acts(city.people[who], self.chance)
            what = self.chance.randrange(len(acts))
            self.trail[-1] += f" {what} by {who}"
            self._try(acts[what])

        def somebody_fetches(self) -> None:
            who = self.chance.choice(["client", "client", "other_client", "officer", "counsel"])
            whole = self.chance.random() < 0.5
            self.trail[-1] += f" {'whole' if whole else 'begun'} by {who}"
            link = Link.objects.filter(release__matter=self.matter).order_by("offered_at").last()
            if link is not None:
                self._try(lambda: delivering.claim(link.pk, actor=city.people[who]))
                self._try(lambda: self._fetch(link, city.people[who], whole))

        def _fetch(self, link: Link, person: Any, whole: bool) -> None:
            _, size, pieces = delivering.open_release(link.pk, actor=person)
            data = b"".join(pieces) if whole else next(pieces)
            # I10 and I15: bytes leave only while everything beneath them stands.
            assert person == city.client and state_of(self.matter.pk) in DELIVERING
            assert not self.matter.blocks.filter(lifted_at__isnull=True).exists()
            assert link.release.approval == live_approval(self.matter)
            seen["bytes left"] += 1
            if whole:
                assert len(data) == size
                digest = hashlib.sha256(data).hexdigest()
                self._try(lambda: delivering.acknowledge(link.pk, digest, actor=person))

        def _try(self, act: Callable[[], Any]) -> None:
            outcome = "done"
            try:
                act()
            except Refused as refused:  # means that nothing happened, which the invariants judge
                outcome = " ".join([refused.code, *(guard for guard, _ in refused.failed)])
            self.matter.state = state_of(self.matter.pk)  # of the row at hand, nothing else is looked at
            self.trail[-1] += f" ({outcome}, {self.matter.state})"
            if self.matter.state != self.state:
                self.state = self.matter.state
                seen[self.state] += 1

        # ----- the acts

        def _next(self) -> None:
            """The act that a diligent city does next."""
            matter, state = self.matter, State(self.matter.state)
            now = timezone.now()
            if self.lanes.begin(self.lane, state):
                return
            if state in (State.ACKNOWLEDGED, State.AWAITING_PAPER, State.PRESERVING):
                factories.file_demo_paper(city, matter)
                workers.work()
            elif state is State.INSTRUMENT_REVIEW:
                paper = matter.instruments.order_by("filed_at").last()
                if paper is None:  # somebody took the move alone: the paper still comes
                    paper = factories.file_demo_paper(city, matter)
                    workers.work()
                verify(city, paper)
                papers.accept_paper(paper.pk, actor=city.verifier)
            elif state is State.SCOPE_REVIEW:
                paper = matter.instruments.filter(state="in_force").order_by("filed_at").last()
                if paper is not None:
                    factories.set_scope(matter.pk, paper.pk, clauses_of_paper(paper), actor=city.counsel)
            elif state is State.COLLECTING:
                factories.attest(city, matter)
                if not matter.records.exists():
                    factories.take_in(city, matter, SHEET)
                    workers.work()
                advance(matter.pk, "finish_search", actor=city.officer)
            elif state is State.REVIEW:
                factories.review_all(city, matter, self.reviewer)
                advance(matter.pk, "freeze", actor=city.officer)
            elif state is State.BURNING:
                workers.work()
            elif state is State.SECOND_REVIEW:
                advance(matter.pk, "pass_second", actor=city.officer2)
            elif state is State.COUNSEL_REVIEW:
                try:
                    advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=now, reason=REASON)
                except Refused:
                    advance(matter.pk, "approve", actor=city.counsel2, stepped_up_at=now, reason=REASON)
            elif state is State.APPROVED:
                workers.work()
                advance(matter.pk, "release", actor=city.officer, stepped_up_at=now)
            elif state is State.RELEASING:
                link = Link.objects.filter(release__matter=matter).latest("offered_at")
                delivering.claim(link.pk, actor=city.client)
                self._fetch(link, city.client, whole=True)
            elif state in (State.REFUSED, State.WITHDRAWN, State.DELIVERED):
                advance(matter.pk, "close", actor=city.officer)

        def _acts(self, person: Any, chance: random.Random) -> list[Callable[[], Any]]:
            """Acts on some row of the matter, each by its number."""
            matter, now = self.matter, timezone.now()

            def some(rows: Any) -> Any:
                found = [*rows]
                if not found:
                    raise Refused("Nothing of the kind is there.")
                return chance.choice(found)

            def paper() -> Any:
                return some(matter.instruments.order_by("filed_at")).pk

            def record() -> Any:
                return some(matter.records.order_by("taken_in_at"))

            def decide() -> Any:
                one = record()
                kind, finding = chance.choice(["redact", "keep"]), some(one.findings.all())
                return review.decide(one.pk, finding.pk, kind, actor=person, reason=REASON)

            def settle() -> Any:
                to, outcome = chance.choice(
                    [("pending", ""), ("stayed", ""), ("withdrawn", ""), ("closed", ""),
                     *(("decided", one) for one in OUTCOMES)]
                )  # fmt: skip
                contest = some(matter.challenges.all())
                return challenging.settle_challenge(
                    contest.pk, to, outcome=outcome, actor=person, reason=REASON, stepped_up_at=now
                )

            return [
                lambda: factories.file_demo_paper(city, matter, actor=person),
                lambda: papers.accept_paper(paper(), actor=person),
                lambda: papers.end_paper(
                    paper(), chance.choice(["quashed", "stayed", "expired", "withdrawn"]), actor=person,
                    reason=REASON),
                lambda: papers.raise_flag(paper(), chance.choice(["WRONG_SUBJECT", "EXPIRED"]), actor=person),
                lambda: papers.clear_flag(
                    some(Flag.objects.filter(instrument__matter=matter)).pk, actor=person, reason=REASON,
                    stepped_up_at=now),
                lambda: papers.open_block(
                    matter.pk, chance.choice(["stay", "recall", "challenge"]), actor=person),
                lambda: papers.lift_block(some(matter.blocks.all()).pk, actor=person, reason=REASON,
                                          stepped_up_at=now),
                lambda: factories.set_scope(matter.pk, paper(), factories.clauses(), actor=person),
                lambda: searching.open_search(matter.pk, "Housing Department", actor=person),
                decide,
                lambda: undoing.undo(record().pk, actor=person),
                lambda: review.see_page(record().pk, 1, actor=person),
                lambda: holds.place_hold(matter.pk, actor=person, reason=REASON),
                lambda: holds.ask_lift(
                    some(matter.holds.all()).pk, actor=person, reason=REASON, stepped_up_at=now),
                lambda: holds.confirm_lift(some(matter.holds.all()).pk, actor=person, stepped_up_at=now),
                lambda: challenging.file_challenge(
                    matter.pk, challenging.Filing(chance.choice(CHALLENGE_KINDS)), actor=person),
                settle,
                lambda: recalling.recall(matter.pk, "mistake", actor=person, note=REASON),
                lambda: recalling.answer_recall(some(matter.recalls.all()).pk, "destroyed", actor=person),
                lambda: recalling.ask_supplement(matter.pk, actor=person, reason=REASON),
            ]  # fmt: skip

    return Walk


def walk(machine: Any, seed: int, steps: int) -> Any:
    """One walk of so many steps, where it has come to. What does not hold says how the walk came there."""
    one = machine()
    one.begin(seed)
    try:
        one.everything_holds()
        for _ in range(steps):
            one.step()
            one.everything_holds()
    except BaseException as error:
        error.add_note(f"walk {seed}, step {len(one.trail)}: " + "; ".join(one.trail))
        raise
    return one


def verify(city: factories.City, paper: Instrument) -> None:
    """What is still missing before the paper can be accepted is done."""
    failing = set(failing_checks(paper))
    if paper.confirmed_by_id is None or failing >= set(NEEDED_FOR_ACCEPTANCE):
        factories.verify_paper(city, paper)
        return
    for check_id in sorted(failing - {"V11"}):
        papers.record_check(paper.pk, check_id, "passed", actor=city.verifier)
    if "V11" in failing:
        factories.call_back(city, paper)


def live_approval(matter: Matter) -> Approval | None:
    """The approval that nothing has voided."""
    return matter.approvals.filter(void__isnull=True).last()
