"""Random walks through a matter: anybody does anything at any time, and what must always hold still holds.

    WALKS=10000 python -m pytest tests/workflows/flow/test_walks.py     (`just walks 10000`)

A walk has a matter of its own in a city that all walks share. Half of its steps are what comes next, so
that walks reach the release; the others are acts of any person on any row of the matter. An act ends as
written or with `Refused`; anything else is a defect. What the redaction made of a file under the same
decisions is remembered for the next walk, since it is the same bytes every time.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from redaction import pipeline
from tests import factories
from tests.gateway import sheets
from workflows.audit.models import Entry
from workflows.errors import Refused
from workflows.flow import challenging, delivering, holds, papers, recalling, searching
from workflows.flow.advance import advance
from workflows.flow.moves import MOVES, transitions
from workflows.holding.states import CHALLENGE_KINDS, OUTCOMES
from workflows.instruments.models import Flag, Instrument
from workflows.matters.models import Block, Matter, Task
from workflows.matters.states import State
from workflows.records import review, undoing
from workflows.records.models import Finding, Mark, Page, Record
from workflows.releases.models import Approval, Claim, GateDecision, Link, Manifest, Package, Receipt, Release

REASON = "Because this walk came by here."
DELIVERING = {State.RELEASING, State.DELIVERED, State.CLOSED}
# Rows that are never taken away again, by how a matter reaches them.
KEPT = {
    Entry: "matter", Record: "matter", Page: "record__matter", Finding: "record__matter",
    Mark: "record__matter", Manifest: "matter", Approval: "matter", GateDecision: "matter",
    Package: "matter", Release: "matter", Link: "release__matter", Claim: "link__release__matter",
    Receipt: "link__release__matter", Instrument: "matter", Block: "matter", Task: "matter",
}  # fmt: skip


class Remembered:
    """What the redaction made of a file, by its bytes and what was asked."""

    def __init__(self) -> None:
        self._made: dict[Any, Any] = {}
        self._scan, self._redact = pipeline.scan, pipeline.redact
        self._pages, self._outputs = pipeline.page_images, pipeline.output_images

    def install(self, monkeypatch: Any) -> None:
        """The product asks here first."""
        monkeypatch.setattr(pipeline, "scan", self.scan)
        monkeypatch.setattr(pipeline, "redact", self.redact)
        monkeypatch.setattr(pipeline, "page_images", self.page_images)
        monkeypatch.setattr(pipeline, "output_images", self.output_images)

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

    def redact(self, path: Path, out: Path, **asked: Any) -> Any:
        def make() -> tuple[dict[str, Any], bytes]:
            return self._redact(path, out, **asked), out.read_bytes()

        own = {name: value for name, value in asked.items() if name not in ("index_key", "extras")}
        said, data = self._once("redact", path, own, make)
        out.write_bytes(data)
        return said


def walk_machine(city: factories.City, seen: Counter[str]) -> type[RuleBasedStateMachine]:
    """The machine of walks in this city; `seen` counts the states that they come to."""

    class Walk(RuleBasedStateMachine):
        """One matter, and what was seen of it so far."""

        matter: Matter
        counts: dict[Any, int]
        state: str

        @initialize(class_=st.sampled_from(["civil_immigration", "federal_criminal", "unknown"]))
        def begin(self, class_: str) -> None:
            self.matter = factories.open_request(city, requester_class=class_)
            self.counts, self.state = {}, self.matter.state

        # ----- what comes next

        @rule()
        def go_on(self) -> None:
            self._try(self._next)

        @rule()
        def go_on_further(self) -> None:
            for _ in range(3):
                self._try(self._next)

        @precondition(lambda self: State(self.matter.state) in (State.REVIEW, State.APPROVED, State.BURNING))
        @rule()
        def go_on_to_the_end(self) -> None:
            for _ in range(4):
                self._try(self._next)
                self._try(factories.work)

        @rule()
        def workers_work(self) -> None:
            factories.work()

        # ----- what anybody does at any time

        @rule(who=st.sampled_from(sorted(city.people)), move=st.sampled_from(sorted(MOVES)),
              stepped=st.booleans())  # fmt: skip
        def any_move(self, who: str, move: str, stepped: bool) -> None:
            given = {"reason": REASON, "missing": ["no_instrument"]}
            at = timezone.now() if stepped else None
            person = city.people[who]
            self._try(lambda: advance(self.matter.pk, move, actor=person, stepped_up_at=at, **given))

        @rule(who=st.sampled_from(sorted(city.people)), what=st.integers(0, 19), seed=st.integers(0, 9))
        def any_act(self, who: str, what: int, seed: int) -> None:
            self._try(lambda: self._acts(city.people[who], random.Random(seed))[what]())

        @rule(who=st.sampled_from(["client", "other_client", "officer", "counsel"]), whole=st.booleans())
        def somebody_fetches(self, who: str, whole: bool) -> None:
            link = Link.objects.filter(release__matter=self.matter).last()
            if link is not None:
                self._try(lambda: delivering.claim(link.pk, actor=city.people[who]))
                self._try(lambda: self._fetch(link, city.people[who], whole))

        def _fetch(self, link: Link, person: Any, whole: bool) -> None:
            _, size, pieces = delivering.open_release(link.pk, actor=person)
            data = b"".join(pieces) if whole else next(pieces)
            # I10 and I15: bytes leave only while everything beneath them stands.
            self.matter.refresh_from_db()
            assert person == city.client and self.matter.state in DELIVERING
            assert not self.matter.blocks.filter(lifted_at__isnull=True).exists()
            assert link.release.approval == live_approval(self.matter)
            seen["bytes left"] += 1
            if whole:
                assert len(data) == size
                digest = hashlib.sha256(data).hexdigest()
                self._try(lambda: delivering.acknowledge(link.pk, digest, actor=person))

        def _try(self, act: Callable[[], Any]) -> None:
            with contextlib.suppress(Refused):  # means that nothing happened, which the invariants judge
                act()
            self.matter.refresh_from_db()

        # ----- what must always hold

        @invariant()
        def states_change_along_the_table_with_an_entry(self) -> None:
            self.matter.refresh_from_db()
            entry = self.matter.state_entry
            assert entry is not None and entry.matter == self.matter.pk and entry.outcome == "ok"
            if self.state != self.matter.state:
                assert reachable(self.state, self.matter.state)
                seen[self.matter.state] += 1
            self.state = self.matter.state

        @invariant()
        def nothing_is_lost_and_the_sequence_has_no_gap(self) -> None:
            for model, path in KEPT.items():
                of_matter = self.matter.pk if model is Entry else self.matter
                count = model.objects.filter(**{path: of_matter}).count()
                assert count >= self.counts.get(model, 0), model.__name__  # I6
                self.counts[model] = count
            numbers = (
                Entry.objects.filter(matter=self.matter.pk)
                .order_by("id")
                .values_list("matter_seq", flat=True)
            )
            assert [*numbers] == [*range(1, len(numbers) + 1)]  # I8

        @invariant()
        def a_release_rests_on_one_manifest_that_others_approved(self) -> None:
            for release in self.matter.releases.select_related("manifest", "approval", "package", "decision"):
                manifest = release.manifest
                one = {release.manifest_sha256, manifest.sha256, release.approval.manifest_sha256,
                       release.decision.manifest_sha256}  # fmt: skip
                assert len(one) == 1 and release.package.manifest_id == manifest.pk  # I1
                assert release.decision.passed and release.package.seal is not None
                passed = manifest.reports.filter(passed=True).values_list("record_id", flat=True)
                assert {row.record_id for row in manifest.records.all()} == set(passed)
                approver = release.approval.approver_id  # I2
                assert approver != self.matter.opened_by_id
                assert approver not in set(manifest.mark_makers.values_list("person_id", flat=True))
                for row in manifest.records.select_related("clause__instrument"):
                    paper = row.clause.instrument
                    callers = paper.checks.filter(check_id="V11").values_list("by_id", flat=True)
                    assert paper.matter_id == self.matter.pk and approver not in {
                        paper.accepted_by_id,
                        *callers,
                    }

        @invariant()
        def no_approval_stands_where_none_may(self) -> None:
            live = live_approval(self.matter)
            if State(self.matter.state) not in {State.APPROVED, *DELIVERING}:
                assert live is None, self.matter.state  # I3, I16
            if self.matter.state == State.RELEASING:
                assert self.matter.releases.exists()  # I18: nothing else leads there

        @invariant()
        def a_recalled_release_yields_no_byte(self) -> None:
            for called in self.matter.recalls.select_related("release__approval"):
                assert hasattr(called.release.approval, "void")
                assert not called.release.links.filter(revoked=None, receipt=None).exists()

        @invariant()
        def nothing_counts_under_a_narrowed_or_stayed_paper(self) -> None:
            for contest in self.matter.challenges.filter(state="stayed", instrument__isnull=False):
                assert contest.instrument.state != "in_force"

        # ----- the acts

        def _next(self) -> None:
            """The act that a diligent city does next."""
            matter, state = self.matter, State(self.matter.state)
            now = timezone.now()
            if state in (State.ACKNOWLEDGED, State.AWAITING_PAPER, State.PRESERVING):
                factories.file_demo_paper(city, matter)
                factories.work()
            elif state is State.INSTRUMENT_REVIEW:
                paper = matter.instruments.last()
                factories.verify_paper(city, paper)
                papers.accept_paper(paper.pk, actor=city.verifier)
            elif state is State.SCOPE_REVIEW:
                paper = matter.instruments.filter(state="in_force").last()
                if paper is not None:
                    factories.set_scope(matter.pk, paper.pk, factories.clauses(), actor=city.counsel)
            elif state is State.COLLECTING:
                factories.attest(city, matter)
                if not matter.records.exists():
                    factories.take_in(city, matter, SHEET)
                    factories.work()
                advance(matter.pk, "finish_search", actor=city.officer)
            elif state is State.REVIEW:
                factories.review_all(city, matter)
                advance(matter.pk, "freeze", actor=city.officer)
            elif state is State.BURNING:
                factories.work()
            elif state is State.SECOND_REVIEW:
                advance(matter.pk, "pass_second", actor=city.officer2)
            elif state is State.COUNSEL_REVIEW:
                advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=now, reason=REASON)
            elif state is State.APPROVED:
                factories.work()
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
                return some(matter.instruments.all()).pk

            def record() -> Any:
                return some(matter.records.all())

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


SHEET = sheets.sheet()
_PAIRS = transitions()


def live_approval(matter: Matter) -> Approval | None:
    """The approval that nothing has voided."""
    return matter.approvals.filter(void__isnull=True).last()


def reachable(source: str, target: str) -> bool:
    """True when moves of the table lead from one state to the other, several in one step at the most."""
    seen, here = {source}, {source}
    while here:
        here = {after for before, after in _PAIRS if before in here} - seen
        seen |= here
    return target in seen
