"""The table of moves: every state x move x role ends as the tables say, and the database holds the pairs."""

from __future__ import annotations

from collections import deque

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories
from workflows.audit import log
from workflows.audit.models import Entry
from workflows.errors import Forbidden, GuardFailed, NotVisible, Refused, WrongState
from workflows.flow import moves as table
from workflows.flow.advance import advance
from workflows.flow.moves import GATE_BYTES, MOVES, moves_from, transitions
from workflows.matters.models import Matter
from workflows.matters.states import COARSE, State, coarse
from workflows.policy import guards
from workflows.policy.guards import NOTICE_SETTLED, WITHDRAWN_BY_AGENCY
from workflows.policy.roles import ACTIONS, DESK_ROLES, allowed

ROLES = {
    "officer": "officer", "verifier": "verifier", "counsel": "counsel", "auditor": "auditor",
    "admin": "administrator", "client": "agency",
}  # fmt: skip
GIVEN = {"reason": "Because the table says so.", "missing": ["no_instrument"]}


def path_to(state: State) -> list[str]:
    """States to pass from acknowledged to this one, along the table (`received` is where a row begins)."""
    ways, waiting = {State.ACKNOWLEDGED.value: []}, deque([State.ACKNOWLEDGED.value])
    while waiting:
        here = waiting.popleft()
        for source, target in transitions():
            if source == here and target not in ways:
                ways[target] = [*ways[here], target]
                waiting.append(target)
    return ways[state.value]


def bare_matter(city: factories.City, state: State) -> Matter:
    """A matter in this state with nothing that would satisfy a guard: pushed there along the pairs alone."""
    matter = factories.open_request(city)
    for target in path_to(state):
        with transaction.atomic():
            entry = log.record("matter.viewed", actor=None, matter=matter)
            Matter.objects.filter(pk=matter.pk).update(state=target, state_entry=entry)
    matter.refresh_from_db()
    return matter


STATES = [state for state in State if state is not State.RECEIVED]


def expected(state: State, move: table.Move, role: str) -> type[Refused] | None:
    """What the two tables say of a matter that satisfies no guard."""
    if role not in DESK_ROLES and role != "agency":
        return NotVisible
    if not allowed(role, move.action):
        return Forbidden
    if state not in move.sources:
        return WrongState
    return GuardFailed if set(move.guards) - {WITHDRAWN_BY_AGENCY} else None  # there is no paper to hide


@pytest.mark.t28
@pytest.mark.slow
def test_every_state_move_and_role_ends_as_the_tables_say(city: factories.City) -> None:
    wrong = []
    for state in STATES:
        matter = bare_matter(city, state)
        for move in MOVES.values():
            for who, role in ROLES.items():
                before = Entry.objects.count()
                got = outcome(city, matter, move.name, who)
                if got is not expected(state, move, role):
                    wrong.append((state.value, move.name, who, got))
                if got is None:
                    matter.refresh_from_db()
                    assert matter.state in {target.value for target in move.targets}
                    matter = bare_matter(city, state)
                else:
                    assert_nothing_changed(matter, state, before, got)
    assert wrong == []


def outcome(city: factories.City, matter: Matter, move: str, who: str) -> type[Refused] | None:
    try:
        advance(matter.pk, move, actor=city.people[who], stepped_up_at=timezone.now(), **GIVEN)
    except Refused as refusal:
        return type(refusal)
    return None


def assert_nothing_changed(matter: Matter, state: State, before: int, refusal: type[Refused]) -> None:
    now = Matter.objects.values("state", "version", "state_entry").get(pk=matter.pk)
    assert now == {"state": state.value, "version": matter.version, "state_entry": matter.state_entry_id}
    assert Entry.objects.count() == before + 1
    last = Entry.objects.latest("id")
    assert (last.event, last.outcome, last.matter) == ("move.refused", "refused", matter.pk)


@pytest.mark.t28
def test_the_database_takes_the_pairs_of_the_table_with_a_fresh_entry_and_no_other(
    city: factories.City,
) -> None:
    wrong = []
    for source in STATES:
        matter = bare_matter(city, source)
        for target in State:
            if target is source:
                continue
            fits = (source.value, target.value) in transitions()
            for kind in ("fresh", "none", "refused", "foreign"):
                if taken(matter, target, kind) is not (fits and kind == "fresh"):
                    wrong.append((source.value, target.value, kind))
    assert wrong == []


def taken(matter: Matter, target: State, kind: str) -> bool:
    """Whether an UPDATE to this state goes through with that kind of entry; rolled back in any case."""
    try:
        with transaction.atomic():
            entry = matter.state_entry
            if kind == "fresh":
                entry = log.record("matter.viewed", actor=None, matter=matter)
            elif kind == "refused":
                entry = log.record("move.refused", actor=None, matter=matter, outcome="refused", reason="x")
            elif kind == "foreign":
                entry = log.record("system.started", actor=None)
            Matter.objects.filter(pk=matter.pk).update(state=target.value, state_entry=entry)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def test_a_matter_begins_received_and_never_in_the_middle(city: factories.City) -> None:
    matter = factories.open_request(city)
    with pytest.raises(DatabaseError), transaction.atomic():
        matter.pk, matter.number, matter.state = None, "M-2000-00001", "approved"
        matter.state_entry = log.record("matter.opened", actor=None)
        matter.save(force_insert=True)


# The table itself


def test_every_state_can_be_reached_and_a_closed_matter_leads_back_to_its_scope_alone() -> None:
    assert all(path_to(state) is not None for state in STATES)
    assert all(moves_from(state.value) for state in State)
    assert [move.name for move in moves_from(State.CLOSED.value)] == ["reopen"]
    assert MOVES["reopen"].targets == (State.SCOPE_REVIEW,)


def test_every_way_to_the_agency_leads_past_counsel_and_the_whole_gate() -> None:
    into = {
        state: [move for move in MOVES.values() if state in move.targets]
        for state in (State.APPROVED, State.RELEASING, State.DELIVERED)
    }
    assert [move.name for move in into[State.APPROVED]] == ["approve"]
    assert [move.name for move in into[State.RELEASING]] == ["release"]
    assert [move.name for move in into[State.DELIVERED]] == ["complete"]
    assert MOVES["release"].guards == (*GATE_BYTES, NOTICE_SETTLED)
    assert MOVES["release"].sources == {State.APPROVED}
    for guard in (
        guards.LEGAL_BASIS,
        guards.REPORTS_PASSED,
        guards.SCOPE_COVERS,
        guards.NO_BLOCK,
        guards.GATE_OPEN,
    ):
        assert guard in MOVES["approve"].guards and guard in MOVES["release"].guards
    assert ACTIONS["approve"] == {"counsel"} and ACTIONS["release"] == {"officer"}


def test_an_agency_is_told_one_of_six_words() -> None:
    words = {"received", "needs_paper", "under_review", "ready", "answered", "closed"}
    assert {coarse(state.value) for state in State} == words
    # From the first look at a paper to the approval, the word never changes.
    quiet = [state for state in State if state not in COARSE]
    assert {State.INSTRUMENT_REVIEW, State.COLLECTING, State.COUNSEL_REVIEW, State.APPROVED} <= set(quiet)


facts = st.fixed_dictionaries(
    {guard.fact: st.sampled_from([True, False, None, 1, "yes"]) for guard in vars(guards).values()
     if isinstance(guard, guards.Guard)}
)  # fmt: skip


@pytest.mark.t28
@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), facts, st.integers(0, 1)), max_size=60))
def test_no_walk_over_the_table_delivers_what_was_not_frozen_approved_and_sealed(walk) -> None:
    state, frozen, burned, approved = State.ACKNOWLEDGED, False, False, False
    for name, known, choice in walk:
        move = MOVES[name]
        if state not in move.sources or not all(guard.holds(known) for guard in move.guards):
            continue
        assert all(known[guard.fact] is True for guard in move.guards)  # "yes" and 1 are not True
        state = move.targets[choice % len(move.targets)]
        if name == "freeze":
            frozen, burned, approved = True, False, False
        elif name == "burned":
            burned = True
        elif name == "approve":
            approved = True
        elif name in ("void", "send_back", "burn_failed", "file_paper"):
            frozen, burned, approved = False, False, False
        if state in (State.APPROVED, State.RELEASING, State.DELIVERED):
            assert frozen and burned and approved


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_the_table_does_not_name_nobody_may_do(role: str, action: str) -> None:
    assert allowed(role, action) is (role in ACTIONS.get(action, ()))
    assert not allowed("administrator", "release") and not allowed("", "")


@pytest.mark.parametrize("guard", [one for one in vars(guards).values() if isinstance(one, guards.Guard)])
def test_a_guard_fails_for_want_of_its_fact(guard: guards.Guard) -> None:
    assert not guard.holds({}) and not guard.holds({guard.fact: None}) and not guard.holds({guard.fact: 1})
    assert guard.holds({guard.fact: True})
    assert guard.sentence.endswith((".", "cannot approve. ", "can.")) and "." in guard.id
