"""Every move of a matter, as rows. Pure data: the triggers (DB1) are written from this table.

`role` moves are taken by people whose role has the action; `system` moves have action "" and
are taken by the flow itself when work is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflows.matters.states import BEFORE_APPROVAL, State
from workflows.policy import guards as g


@dataclass(frozen=True, slots=True)
class Move:
    """One row. `targets` has more than one state only where policy chooses (`flow.advance`)."""

    name: str
    title: str
    sources: frozenset[State]
    targets: tuple[State, ...]
    action: str
    guards: tuple[g.Guard, ...]
    event: str

    @property
    def is_system(self) -> bool:
        """True when no person takes this move."""
        return self.action == ""


def _move(
    name: str,
    title: str,
    sources: tuple[State, ...],
    targets: tuple[State, ...],
    action: str,
    guards: tuple[g.Guard, ...],
    event: str,
) -> Move:
    return Move(name, title, frozenset(sources), targets, action, guards, event)


GATE_APPROVE = (
    g.LEGAL_BASIS, g.PAPER_STILL_SOUND, g.SCOPE_COVERS, g.SUM_WITHIN, g.REPORTS_PASSED, g.STATUS_AUTHORISED,
    g.NO_BLOCK, g.GATE_OPEN,
)  # fmt: skip
GATE_BUILD = (*GATE_APPROVE, g.APPROVAL_LIVE)
GATE_BYTES = (*GATE_BUILD, g.PACKAGE_SEALED)

S = State
_ROWS = (
    _move("acknowledge", "Acknowledge", (S.RECEIVED,), (S.ACKNOWLEDGED,), "", (), "matter.acknowledged"),
    _move(
        "ask_paper",
        "Ask for a court order",
        (S.ACKNOWLEDGED, S.INSTRUMENT_REVIEW),
        (S.AWAITING_PAPER,),
        "ask_paper",
        (),
        "paper.asked",
    ),
    _move(
        "preserve",
        "Preserve on request",
        (S.RECEIVED, S.ACKNOWLEDGED),
        (S.PRESERVING,),
        "preserve",
        (),
        "matter.preserved",
    ),
    _move(
        "file_paper",
        "File a paper",
        (S.ACKNOWLEDGED, S.AWAITING_PAPER, S.PRESERVING, S.REFUSED),
        (S.INSTRUMENT_REVIEW,),
        "file_paper",
        (),
        "instrument.filed",
    ),
    _move(
        "accept_paper",
        "Accept the paper",
        # A paper that comes in the place of another one is accepted where the scope is open.
        (S.INSTRUMENT_REVIEW, S.SCOPE_REVIEW),
        (S.SCOPE_REVIEW,),
        "accept_paper",
        (
            g.PAPER_FIELDS,
            g.PAPER_KIND,
            g.CHECKS_COMPLETE,
            g.PAPER_NO_FLAG,
            g.PAPER_FINDING,
            g.ACCEPTER_SECOND,
            g.NO_BLOCK,
        ),
        "instrument.verified",
    ),
    _move(
        "set_basis",
        "Rest on another basis",
        (S.ACKNOWLEDGED, S.AWAITING_PAPER, S.INSTRUMENT_REVIEW),
        (S.SCOPE_REVIEW,),
        "set_basis",
        (g.BASIS_CONFIRMED, g.BASIS_CHECKS, g.PAPER_NO_FLAG, g.BASIS_SECOND, g.NO_BLOCK),
        "basis.set",
    ),
    _move(
        "ask_scope",
        "Ask the court what the paper means",
        (S.SCOPE_REVIEW,),
        (S.CLARIFICATION,),
        "ask_scope",
        (g.QUESTION_ASKED,),
        "scope.asked",
    ),
    _move(
        "settle_scope",
        "File the answer",
        (S.CLARIFICATION,),
        (S.SCOPE_REVIEW,),
        "settle_scope",
        (g.ANSWER_FILED,),
        "scope.settled",
    ),
    _move(
        "claim_exigent",
        "Claim an emergency",
        (S.RECEIVED, S.ACKNOWLEDGED),
        (S.EXIGENT,),
        "claim_exigent",
        (g.EXIGENT_CLAIMED,),
        "exigent.claimed",
    ),
    _move(
        "decide_exigent",
        "Decide the emergency",
        (S.EXIGENT,),
        (S.COLLECTING, S.ACKNOWLEDGED),
        "decide_exigent",
        (g.EXIGENT_DECIDED,),
        "exigent.decided",
    ),
    _move(
        "set_scope",
        "Set the scope",
        (S.SCOPE_REVIEW,),
        (S.COLLECTING,),
        "set_scope",
        (g.SCOPE_CITED,),
        "scope.set",
    ),
    _move(
        "rescope",
        "Set the scope anew",
        (S.COLLECTING, S.REVIEW, S.SECOND_REVIEW, S.COUNSEL_REVIEW),
        (S.SCOPE_REVIEW,),
        "set_scope",
        (),
        "scope.reopened",
    ),
    _move(
        "finish_search",
        "Finish the search",
        (S.COLLECTING,),
        (S.REVIEW,),
        "finish_search",
        (g.SEARCHES_ATTESTED, g.RECORDS_SETTLED, g.RECORDS_PRESENT),
        "search.finished",
    ),
    _move(
        "certify_none",
        "Certify that nothing was found",
        (S.COLLECTING,),
        (S.COUNSEL_REVIEW,),
        "certify_none",
        (g.NOTHING_FOUND,),
        "search.certified_none",
    ),
    _move(
        "confirm_none",
        "Send the certificate of search",
        (S.COUNSEL_REVIEW,),
        (S.CLOSED,),
        "confirm_none",
        (g.NOTHING_FOUND, g.NO_BLOCK),
        "search.none_confirmed",
    ),
    _move(
        "freeze",
        "Freeze the manifest",
        (S.REVIEW,),
        (S.BURNING,),
        "freeze",
        (
            g.RECORDS_SETTLED,
            g.RECORDS_PRESENT,
            g.SCOPE_DECIDED,
            g.COUNTS_CONSERVED,
            g.PAGES_SEEN,
            g.FINDINGS_DECIDED,
            g.STATUS_AUTHORISED,
            g.LEGAL_BASIS,
        ),
        "manifest.frozen",
    ),
    _move(
        "burned",
        "Redaction finished",
        (S.BURNING,),
        (S.SECOND_REVIEW, S.COUNSEL_REVIEW),
        "",
        (g.REPORTS_PASSED,),
        "record.burned",
    ),
    _move("burn_failed", "Redaction failed", (S.BURNING,), (S.REVIEW,), "", (), "burn.failed"),
    _move(
        "pass_second",
        "Pass the second review",
        (S.SECOND_REVIEW,),
        (S.COUNSEL_REVIEW,),
        "pass_second",
        (g.SECOND_REVIEWER,),
        "review.second_passed",
    ),
    _move(
        "send_back",
        "Send back to review",
        (S.SECOND_REVIEW, S.COUNSEL_REVIEW),
        (S.REVIEW, S.COLLECTING),  # back to where it came from: a search that found nothing, to the search
        "send_back",
        (),
        "review.sent_back",
    ),
    _move(
        "approve",
        "Approve the manifest",
        (S.COUNSEL_REVIEW,),
        (S.APPROVED,),
        "approve",
        (*GATE_APPROVE, g.WITHHOLDING_CHOSEN, g.APPROVER_INDEPENDENT),
        "release.approved",
    ),
    _move(
        "void",
        "Approval void",
        (S.APPROVED, S.RELEASING),
        (S.REVIEW, S.SCOPE_REVIEW),
        "",
        (),
        "approval.voided",
    ),
    _move(
        "release",
        "Release the package",
        (S.APPROVED,),
        (S.RELEASING,),
        "release",
        (*GATE_BYTES, g.NOTICE_SETTLED),
        "release.made",
    ),
    _move(
        "complete",
        "Delivery complete",
        (S.RELEASING,),
        (S.DELIVERED,),
        "",
        (g.RECEIPTS_IN,),
        "matter.completed",
    ),
    _move(
        "supplement",
        "Release more under the same paper",
        (S.DELIVERED,),
        (S.REVIEW,),
        "supplement",
        (g.SUPPLEMENT_ASKED, g.PAPER_IN_FORCE),
        "matter.supplemented",
    ),
    _move("refuse", "Refuse the request", BEFORE_APPROVAL, (S.REFUSED,), "refuse", (), "matter.refused"),
    _move(
        "withdraw",
        "Withdraw the request",
        (*BEFORE_APPROVAL, S.APPROVED),
        (S.WITHDRAWN,),
        "withdraw",
        (g.WITHDRAWN_BY_AGENCY,),
        "matter.withdrawn",
    ),
    _move(
        "close",
        "Close the matter",
        (S.DELIVERED, S.REFUSED, S.WITHDRAWN),
        (S.CLOSED,),
        "close",
        (),
        "matter.closed",
    ),
    _move(
        "reopen",
        "Take the matter up again",
        (S.CLOSED,),
        (S.SCOPE_REVIEW,),
        "reopen",
        (g.PAPER_IN_FORCE,),
        "matter.reopened",
    ),
)
MOVES: dict[str, Move] = {row.name: row for row in _ROWS}


def transitions() -> frozenset[tuple[str, str]]:
    """Every pair (from, to) that any move allows: what the database enforces."""
    return frozenset(
        (source.value, target.value) for move in _ROWS for source in move.sources for target in move.targets
    )


def moves_from(state: str) -> tuple[Move, ...]:
    """The moves that start in this state, in the order of the table."""
    return tuple(move for move in _ROWS if State(state) in move.sources)
