"""For each state of a matter: whose turn it is, and the one act that comes next.

Reads the table of moves and asks its guards beforehand, so that a page can say in sentences why the
button cannot be pressed yet. The move itself asks them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from workflows.flow.facts import Situation, facts_about
from workflows.flow.moves import MOVES
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.policy.guards import NOTHING_FOUND
from workflows.policy.roles import AGENCY, COUNSEL, OFFICER, VERIFIER

SYSTEM = "system"
WAITS_FOR = {
    State.RECEIVED: SYSTEM,
    State.ACKNOWLEDGED: OFFICER,
    State.AWAITING_PAPER: AGENCY,
    State.PRESERVING: AGENCY,
    State.EXIGENT: COUNSEL,
    State.INSTRUMENT_REVIEW: VERIFIER,
    State.SCOPE_REVIEW: COUNSEL,
    State.CLARIFICATION: COUNSEL,
    State.COLLECTING: OFFICER,
    State.REVIEW: OFFICER,
    State.BURNING: SYSTEM,
    State.SECOND_REVIEW: OFFICER,
    State.COUNSEL_REVIEW: COUNSEL,
    State.APPROVED: OFFICER,
    State.RELEASING: AGENCY,
    State.DELIVERED: OFFICER,
    State.REFUSED: OFFICER,
    State.WITHDRAWN: OFFICER,
}
WAIT_WORDS = {
    OFFICER: "a records officer",
    VERIFIER: "a verifier",
    COUNSEL: "counsel",
    AGENCY: "the agency",
    SYSTEM: "the machine",
}


@dataclass(frozen=True, slots=True)
class NextAct:
    """`url` leads to the page of the act, or `move` is posted from here. `failed` says why not yet."""

    title: str
    says: str
    waits_for: str
    mine: bool
    url: str = ""
    move: str = ""
    ask: str = ""
    failed: tuple[tuple[str, str], ...] = ()

    @property
    def ready(self) -> bool:
        """True when this person can take it now."""
        return self.mine and not self.failed


@dataclass(frozen=True, slots=True)
class _Step:
    title: str
    says: str
    page: str = ""
    move: str = ""
    ask: str = ""


_STEPS = {
    State.ACKNOWLEDGED: _Step(
        "File the court's paper, or ask the agency for one",
        "Nothing can be released without a warrant or court order.",
        page="papers",
    ),
    State.AWAITING_PAPER: _Step(
        "File the agency's paper", "The agency has been told what is missing.", page="papers"
    ),
    State.PRESERVING: _Step(
        "File the agency's paper",
        "Everything is kept meanwhile, and nothing is disclosed.",
        page="papers",
    ),
    State.EXIGENT: _Step(
        "Decide the emergency",
        "Counsel says whether there is one and what is the least that helps; a department head confirms it.",
        page="exigent",
    ),
    State.INSTRUMENT_REVIEW: _Step(
        "Check the paper", "Thirteen checks, each answered by a person.", page="desk"
    ),
    State.SCOPE_REVIEW: _Step(
        "Set the scope", "Counsel says item by item what the paper compels.", page="scope"
    ),
    State.CLARIFICATION: _Step(
        "File the answer",
        "A question about the scope waits for its answer. The city's own clocks stand still; a court's do "
        "not.",
        page="scope",
    ),
    State.COLLECTING: _Step(
        "Finish the search",
        "All departments have answered and all records are read: the page review begins.",
        move="finish_search",
    ),
    State.REVIEW: _Step(
        "Freeze the manifest",
        "Every page is looked at and every finding decided: redaction begins.",
        move="freeze",
        ask="Freeze the manifest? Marks and decisions cannot change after this, "
        "unless the matter is sent back.",
    ),
    State.BURNING: _Step("Being redacted", "Each record is rebuilt and verified. You may leave this page."),
    State.SECOND_REVIEW: _Step(
        "Look at the result",
        "An officer who made no mark looks at the result before counsel does.",
        page="release",
    ),
    State.COUNSEL_REVIEW: _Step(
        "Read the brief and decide",
        "Counsel approves exactly this manifest, or sends it back.",
        page="brief",
    ),
    State.APPROVED: _Step("Release the package", "The agency can download it from then on.", page="release"),
    State.RELEASING: _Step(
        "Fetch and acknowledge the package", "The link works once, for one client.", page="release"
    ),
    State.DELIVERED: _Step("Close the matter", "The agency has acknowledged the package.", move="close"),
    State.REFUSED: _Step(
        "Close the matter", "The agency has been told why. A new paper reopens it.", move="close"
    ),
    State.WITHDRAWN: _Step("Close the matter", "The agency has withdrawn its request.", move="close"),
}


# Instead of the step of the state, where all departments attest that there is nothing.
_NOTHING_FOUND = {
    State.COLLECTING: _Step(
        "Certify that nothing was found",
        "All departments attest that they found nothing. Counsel looks at it before the certificate is sent.",
        move="certify_none",
    ),
    State.COUNSEL_REVIEW: _Step(
        "Send the certificate of search",
        "All departments attest that they found nothing. The certificate tells the court and the agency so.",
        move="confirm_none",
        ask="Send the certificate of search? It says that no record was found, and the matter is closed.",
    ),
}


def _step(matter: Matter, state: State) -> _Step | None:
    """What comes next in this state."""
    other = _NOTHING_FOUND.get(state)
    if other is not None and matter.searches.exists() and not _found(matter):
        return other
    return _STEPS.get(state)


def _found(matter: Matter) -> bool:
    """True unless every department says “none”, and nothing says otherwise."""
    facts = facts_about(Situation(matter, None, timezone.now()), (NOTHING_FOUND,))
    return not NOTHING_FOUND.holds(facts)


def waits_for(state: str) -> str:
    """Whose turn it is, in words; empty when nobody's."""
    return WAIT_WORDS.get(WAITS_FOR.get(State(state), ""), "")


def states_waiting_for(role: str) -> list[str]:
    """The states in which it is this role's turn."""
    return [state.value for state, who in WAITS_FOR.items() if who == role]


def next_act(matter: Matter, actor: Any) -> NextAct | None:
    """The act that comes next for the matter, as this person meets it; None when the matter is over."""
    state = State(matter.state)
    step = _step(matter, state)
    if step is None:
        return None
    turn = WAITS_FOR[state]
    taken_here = state in (State.AWAITING_PAPER, State.PRESERVING) and actor.role != AGENCY
    mine = actor.role == turn or taken_here
    return NextAct(
        title=step.title,
        says=step.says,
        waits_for=WAIT_WORDS[turn],
        mine=mine,
        url=_address(step.page, matter),
        move=step.move,
        ask=step.ask,
        failed=unmet(matter, actor, step.move) if step.move else (),
    )


def unmet(matter: Matter, actor: Any, move_name: str, instrument: Any = None) -> tuple[tuple[str, str], ...]:
    """The guards of the move that do not hold for this person now, with their sentences."""
    guards = MOVES[move_name].guards
    facts = facts_about(Situation(matter, actor, timezone.now(), instrument), guards)
    return tuple((guard.id, guard.sentence) for guard in guards if not guard.holds(facts))


def _address(page: str, matter: Matter) -> str:
    if not page:
        return ""
    if page == "desk":
        paper = open_paper(matter)
        return reverse("web:paper", args=[paper.pk]) if paper else reverse("web:papers", args=[matter.pk])
    try:
        return reverse(f"web:{page}", args=[matter.pk])
    except NoReverseMatch:  # the page is not part of this surface
        return ""


def open_paper(matter: Matter) -> Any:
    """The newest paper that has been neither accepted nor ended, or None."""
    return (
        matter.instruments.filter(state__in=("offered", "format_checked", "authenticating"))
        .order_by("-filed_at")
        .first()
    )
