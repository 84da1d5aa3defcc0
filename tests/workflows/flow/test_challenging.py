"""A contested paper stops its matter at once, and comes back only once somebody has asked the court."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from workflows.audit.models import Entry
from workflows.clocks import running
from workflows.errors import Forbidden, GuardFailed, Invalid, StepUpNeeded, WrongState
from workflows.flow import challenging, papers, timing
from workflows.flow.advance import advance
from workflows.flow.challenging import Filing, file_challenge, settle_challenge
from workflows.flow.gate import ask
from workflows.flow.leaving import expire_papers
from workflows.flow.scoping import set_scope
from workflows.holding.models import Challenge
from workflows.holding.states import CHALLENGE_STATES, CHALLENGE_TRANSITIONS
from workflows.instruments.models import Instrument
from workflows.instruments.queries import clauses_in_force, failing_checks
from workflows.matters.models import Block, Matter

REASON = "The clerk of the court said so on the phone."


def scoped(city: factories.City, name: str = "sound_order") -> Matter:
    """A matter in collection that people alone have brought there: its paper was read by nobody else."""
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter, name)
    factories.verify_paper(city, paper, name)
    papers.accept_paper(paper.pk, actor=city.verifier)
    drafts = [draft for draft in factories.clauses(name) if draft.page == 1]
    return set_scope(matter.pk, paper.pk, drafts, actor=city.counsel)


def settle(city, challenge, to, outcome="", **changes):
    values = {"actor": city.counsel, "reason": REASON, "stepped_up_at": timezone.now(), **changes}
    return settle_challenge(challenge.pk, to, outcome=outcome, **values)


def blocks(matter: Matter) -> list[str]:
    return sorted(matter.blocks.filter(lifted_at=None).values_list("kind", flat=True))


def renew(city: factories.City, paper: Instrument) -> None:
    """The verifier finds the paper in force, and an officer has called the court."""
    papers.record_check(paper.pk, "V05", "passed", actor=city.verifier)
    papers.call_back(
        paper.pk, actor=city.officer, contact_id=city.court.pk, spoke_with="Deputy clerk", outcome="passed"
    )


def test_filing_blocks_holds_and_gives_counsel_a_task_with_the_date_of_the_court(city) -> None:
    matter = scoped(city)
    court_on = timezone.localdate() + dt.timedelta(days=2)  # before the return date of the paper
    with pytest.raises(Forbidden):
        file_challenge(matter.pk, Filing("motion"), actor=city.officer)
    with pytest.raises(Invalid):
        file_challenge(matter.pk, Filing("complaint"), actor=city.counsel)
    challenge = file_challenge(matter.pk, Filing("motion", "person", court_on=court_on), actor=city.counsel)
    assert (challenge.state, challenge.instrument) == ("filed", matter.instruments.get())
    assert blocks(matter) == ["challenge"] and challenge.block.kind == "challenge"
    task = matter.tasks.get(kind="block_challenge")
    assert (task.role, task.court_date, task.done_at) == ("counsel", court_on, None)
    matter.refresh_from_db()
    assert matter.court_date == court_on  # shown wherever the matter is
    assert matter.holds.get(ground="challenge").about == str(challenge.pk)
    assert ask("bytes", matter, city.counsel, timezone.now())["gate.no_block"] is False

    own = file_challenge(matter.pk, Filing("objection", "city"), actor=city.client)
    assert own.party == "agency"  # an agency speaks for itself only
    assert blocks(matter) == ["challenge", "challenge"]


def test_a_court_that_does_not_stay_the_order_lets_it_go_on_the_same_day(city) -> None:
    matter = scoped(city)
    challenge = file_challenge(matter.pk, Filing("motion", "person"), actor=city.counsel)
    with pytest.raises(StepUpNeeded):
        settle(city, challenge, "pending", stepped_up_at=None)
    with pytest.raises(Invalid):
        settle(city, challenge, "pending", reason="No.")
    with pytest.raises(Forbidden):
        settle(city, challenge, "pending", actor=city.verifier)
    settle(city, challenge, "pending")
    assert blocks(matter) == [] and matter.tasks.get(kind="block_challenge").done_at
    assert matter.instruments.get().state == "in_force"
    with pytest.raises(Invalid):
        settle(city, challenge, "decided")
    settle(city, challenge, "decided", "denied")
    settle(city, challenge, "closed")
    with pytest.raises(WrongState):  # an event that comes out of order
        settle(city, challenge, "stayed")
    assert Entry.objects.filter(matter=matter.pk, event="challenge.settled").count() == 3


def test_a_stayed_order_comes_back_when_no_court_stays_it_and_is_verified_anew(city) -> None:
    matter, paper = scoped(city), Instrument.objects.get()
    first = file_challenge(matter.pk, Filing("stay", "person"), actor=city.counsel)
    second = file_challenge(matter.pk, Filing("stay", "other"), actor=city.counsel)
    settle(city, first, "stayed")
    paper.refresh_from_db()
    assert paper.state == "stayed" and blocks(matter) == ["challenge", "challenge", "stay"]
    settle(city, second, "stayed")
    settle(city, first, "withdrawn")
    paper.refresh_from_db()
    assert paper.state == "stayed"  # the other court still stays it
    settle(city, second, "decided", "denied")
    paper.refresh_from_db()
    assert paper.state == "in_force" and blocks(matter) == ["stay"]
    assert failing_checks(paper) == ["V05", "V11"]
    renew(city, paper)
    assert failing_checks(paper) == []
    papers.lift_block(
        Block.objects.get(kind="stay").pk, actor=city.counsel, reason=REASON, stepped_up_at=timezone.now()
    )
    matter.refresh_from_db()
    assert matter.state == "collecting" and blocks(matter) == []  # nothing of the work is lost


def test_a_stay_that_nobody_contested_here_does_not_end_with_another_challenge(city) -> None:
    matter, paper = scoped(city), Instrument.objects.get()
    papers.end_paper(paper.pk, "stayed", actor=city.counsel, reason=REASON)
    challenge = file_challenge(matter.pk, Filing("objection", "city"), actor=city.counsel)
    settle(city, challenge, "decided", "denied")
    paper.refresh_from_db()
    assert paper.state == "stayed"


def test_what_a_court_decides_follows_at_once(city) -> None:
    upheld, narrowed = scoped(city), scoped(city, "sound_order")
    # The same paper on two matters: a court that quashes it has quashed it for both.
    challenge = file_challenge(upheld.pk, Filing("motion", "city"), actor=city.counsel)
    settle(city, challenge, "stayed")
    assert blocks(narrowed) == ["stay"]
    settle(city, challenge, "decided", "upheld")
    assert upheld.instruments.get().state == "quashed" and blocks(upheld) == ["stay"]
    assert narrowed.instruments.get().state == "in_force"

    challenge = file_challenge(narrowed.pk, Filing("motion", "city"), actor=city.counsel)
    settle(city, challenge, "decided", "narrowed")
    narrowed.refresh_from_db()
    paper = narrowed.instruments.get()
    assert (narrowed.state, paper.state) == ("scope_review", "in_force") and failing_checks(paper)
    assert clauses_in_force(paper) == []  # what counsel had read covers nothing any more

    # Another paper takes the place of the first one while the scope is open.
    papers.end_paper(paper.pk, "superseded", actor=city.counsel, reason=REASON)
    fresh = papers.file_paper(
        narrowed.pk, sheets.sheet("The amended order."), actor=city.client, media_type="application/pdf"
    )
    factories.verify_paper(city, fresh)
    with pytest.raises(GuardFailed):
        papers.accept_paper(fresh.pk, actor=city.verifier)
    for block in narrowed.blocks.filter(lifted_at=None):
        papers.lift_block(block.pk, actor=city.counsel, reason=REASON, stepped_up_at=timezone.now())
    papers.accept_paper(fresh.pk, actor=city.verifier)
    narrowed.refresh_from_db()
    assert narrowed.state == "scope_review" and narrowed.instruments.get(state="in_force") == fresh


def test_a_forged_paper_stops_every_matter_of_its_agency(city) -> None:
    matter, other = scoped(city), factories.open_request(city)
    papers.end_paper(matter.instruments.get().pk, "forged", actor=city.counsel, reason=REASON)
    assert blocks(matter) == blocks(other) == ["forgery"]
    task = other.tasks.get(kind="block_forgery")
    assert task.role == "counsel" and task.done_at is None


def test_the_sweep_ends_a_warrant_whose_day_is_over_and_one_failure_stops_no_other(city) -> None:
    broken, sound = scoped(city), scoped(city)
    past = timezone.localdate() - dt.timedelta(days=1)
    Instrument.objects.update(execute_by=past)
    now = timezone.now()
    for matter in (broken, sound):
        with transaction.atomic():
            running.start(matter, "preservation", at=now - dt.timedelta(days=99), now=now)
    broken.clocks.update(kind="no_such_kind")  # a row that nobody can read
    assert timing.sweep(now) == 1
    assert sound.tasks.filter(kind="clock_over").exists() and not broken.tasks.exists()
    assert expire_papers(now) == 1
    assert sound.instruments.get().state == "expired" and "expiry" in blocks(sound)
    assert broken.instruments.get().state == "in_force"
    entry = Entry.objects.filter(matter=sound.pk, event="instrument.left_force").get()
    assert json.loads(bytes(entry.body))["role"] == "system"
    assert expire_papers(timezone.now()) == 0


def test_the_database_takes_the_steps_of_the_table_and_no_other(city) -> None:
    matter = scoped(city)
    challenge = file_challenge(matter.pk, Filing("motion", "person"), actor=city.counsel)
    for target in CHALLENGE_STATES:
        taken = step_taken(challenge, target)
        assert taken is ((challenge.state, target) in CHALLENGE_TRANSITIONS), target
    for change in ({"party": "city"}, {"matter": factories.open_request(city)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Challenge.objects.filter(pk=challenge.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Challenge.objects.all().delete()


def step_taken(challenge: Challenge, target: str) -> bool:
    if target == challenge.state:
        return False
    try:
        with transaction.atomic():
            entry = challenging.log.record("matter.viewed", actor=None, matter=challenge.matter_id)
            Challenge.objects.filter(pk=challenge.pk).update(
                state=target, state_entry=entry, outcome="denied" if target == "decided" else ""
            )
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def test_a_challenge_of_a_released_package_voids_it_when_the_order_is_stayed(city) -> None:
    matter = factories.to_approved(city, sheets.sheet())
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    challenge = file_challenge(matter.pk, Filing("stay", "person"), actor=city.counsel)
    assert matter.releases.get().links.get().expires_at  # blocked, not dead: the court has not spoken
    settle(city, challenge, "stayed")
    matter.refresh_from_db()
    assert matter.state == "scope_review" and matter.approvals.get().void.cause == "paper"
    assert matter.releases.get().links.get().revoked.cause == "paper"
