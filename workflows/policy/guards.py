"""Guards: named predicates over facts, each with the sentence a person gets when it fails.

Pure. A guard reads one fact by its name; the flow computes the fact, the guard judges it.
A fact that is missing fails its guard: the closed answer is the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """`id` is stable and appears in problem documents and entries; `fact` must be exactly True."""

    id: str
    sentence: str
    fact: str

    def holds(self, facts: Mapping[str, object]) -> bool:
        """True only when the fact was computed and is True."""
        return facts.get(self.fact) is True


CHECKS_COMPLETE = Guard(
    "paper.checks",
    "Not every check of the paper has passed or been waived by counsel.",
    "paper_checks_complete",
)
PAPER_NO_FLAG = Guard(
    "paper.no_flag", "A flag on the paper still stands. Counsel can clear it with a reason.", "paper_no_flag"
)
PAPER_KIND = Guard(
    "paper.kind",
    "A paper of this kind can never open the gate by itself. Ask the agency for a court order.",
    "paper_kind_can_open",
)
PAPER_FINDING = Guard(
    "paper.finding", "A paper of this kind needs counsel's written finding first.", "paper_finding_present"
)
PAPER_FIELDS = Guard(
    "paper.fields",
    "The fields of the paper have not been confirmed against its image yet.",
    "paper_fields_confirmed",
)
ACCEPTER_SECOND = Guard(
    "paper.second_person",
    "The person who accepts a paper must be neither the one who filed it nor the one who called the court.",
    "accepter_is_second_person",
)
BASIS_CONFIRMED = Guard(
    "basis.confirmed",
    "Another legal basis must have been written by one lawyer and confirmed by a second one. This needs "
    "counsel.",
    "basis_confirmed",
)
EXIGENT_CLAIMED = Guard(
    "exigent.claimed",
    "An emergency is claimed by a named official, who has been called back at the number of the city's own "
    "directory.",
    "exigent_claimed",
)
EXIGENT_DECIDED = Guard(
    "exigent.decided",
    "Counsel must have refused the emergency, or determined it with a department head who neither took the "
    "claim nor called back.",
    "exigent_decided",
)
QUESTION_ASKED = Guard(
    "scope.question", "No question to the court has been written and sent.", "question_asked"
)
ANSWER_FILED = Guard("scope.answer", "The answer to the question has not been filed yet.", "answer_filed")
BASIS_CHECKS = Guard(
    "basis.checks",
    "The checks of the paper that the other basis does not stand in for have not all passed or been waived.",
    "basis_checks_complete",
)
BASIS_SECOND = Guard(
    "basis.second_person",
    "Who confirms a basis must be neither the one who wrote it, nor the one who filed the paper or made the "
    "call.",
    "basis_second_person",
)
SCOPE_CITED = Guard(
    "scope.cited", "No clause of a paper in force has been entered with its page and quote.", "clauses_cited"
)
SCOPE_DECIDED = Guard(
    "scope.decided",
    "Of some records it is not certain whether the paper covers them. Describe them further, or let counsel "
    "decide.",
    "scope_decided",
)
SEARCHES_ATTESTED = Guard("search.attested", "A search has not been attested yet.", "searches_attested")
NOTHING_FOUND = Guard(
    "search.nothing_found",
    "It cannot be certified that nothing was found: a department has not attested “none”, a record that the "
    "scope may cover has been taken in, or a manifest was frozen before.",
    "nothing_found",
)
RECORDS_SETTLED = Guard("records.settled", "A record is still being read.", "records_settled")
RECORDS_PRESENT = Guard(
    "records.present", "No record is covered by the scope, so there is nothing to review.", "records_in_scope"
)
PAGES_SEEN = Guard("review.pages_seen", "Some pages have not been looked at yet.", "pages_seen")
FINDINGS_DECIDED = Guard(
    "review.findings_decided", "Some findings are undecided or wait for a second person.", "findings_decided"
)
COUNTS_CONSERVED = Guard(
    "review.counts",
    "Pages of a record are missing from the review: the record must be read again.",
    "counts_conserved",
)
SCOPE_COVERS = Guard(
    "gate.scope",
    "A record in the manifest is not covered by a clause of a paper in force.",
    "manifest_covered",
)
SUM_WITHIN = Guard(
    "gate.sum",
    "With what has left under the same paper already, this goes beyond what the paper allows in sum. Counsel "
    "must decide it.",
    "sum_within",
)
REPORTS_PASSED = Guard(
    "gate.verifier", "The verifier has not passed every file of this manifest.", "reports_passed"
)
LEGAL_BASIS = Guard(
    "gate.legal_basis",
    "No verified warrant or court order in force, of a kind that suffices, covers every record.",
    "legal_basis",
)
PAPER_STILL_SOUND = Guard(
    "gate.paper_sound",
    "A check of the paper no longer holds, or a flag has been raised on it.",
    "paper_still_sound",
)
APPROVER_INDEPENDENT = Guard(
    "gate.approver_independent",
    "Counsel who opened the matter, accepted or confirmed the paper, or made a mark cannot approve. "
    "Another lawyer can.",
    "approver_independent",
)
APPROVAL_LIVE = Guard("gate.approval", "There is no live approval of exactly this manifest.", "approval_live")
PACKAGE_SEALED = Guard(
    "gate.sealed",
    "The package has no proof in the log yet. This takes a few seconds after it was built.",
    "package_sealed",
)
STATUS_AUTHORISED = Guard(
    "gate.status",
    "Status data is kept in sight without an authorisation of counsel that is in force.",
    "kept_status_authorised",
)
WITHHOLDING_CHOSEN = Guard(
    "gate.withholding",
    "An item of the paper asks for status data that would be withheld. Counsel must first authorise it, or "
    "record what is done about the withholding.",
    "withholding_chosen",
)
NO_BLOCK = Guard("gate.no_block", "A block is open on this matter.", "no_block")
GATE_OPEN = Guard(
    "gate.log",
    "The release gate is closed for the whole installation until the log is sound again.",
    "log_sound",
)
NOTICE_SETTLED = Guard(
    "notice.settled",
    "The people concerned have not been told in time. Send the notices and wait ten business days, or ask "
    "counsel to record that the paper leaves no time: then they are told after the release.",
    "notice_settled",
)
SECOND_REVIEWER = Guard(
    "review.second_person",
    "The second reviewer must not have made a decision or a mark in this manifest.",
    "reviewer_made_no_mark",
)
RECEIPTS_IN = Guard("release.receipt", "The agency has not acknowledged the package yet.", "receipts_in")
WITHDRAWN_BY_AGENCY = Guard(
    "withdraw.no_paper",
    "A paper that has not ended is on file, and a request with one is taken back by the agency alone. "
    "Counsel can refuse it, or record that the paper has ended.",
    "agency_withdraws_or_no_paper",
)
SUPPLEMENT_ASKED = Guard(
    "supplement.asked", "An officer has to ask for the further release first.", "supplement_asked"
)
PAPER_IN_FORCE = Guard(
    "reopen.paper",
    "No paper of this matter is in force, so there is nothing to take it up for. Open a new matter for a new "
    "paper.",
    "paper_in_force",
)
