"""The thirteen checks of a paper, in the order in which they are made (workflow.md 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

PASSED, FAILED, CANNOT_TELL, WAIVED = "passed", "failed", "cannot_tell", "waived"
OUTCOMES = (PASSED, FAILED, CANNOT_TELL, WAIVED)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what a person looks at, and what a failure is called in a letter."""

    id: str
    title: str
    question: str
    missing: str
    waivable: bool


CHECKS = (
    Check(
        "V01",
        "Readable and complete",
        "Is every page readable, with all pages and attachments it mentions?",
        "unreadable",
        True,
    ),
    Check(
        "V02",
        "Kind of paper known",
        "Do at least two independent signs (title, form number, caption, authority,"
        " signature block) agree on what this paper is?",
        "needs_counsel",
        True,
    ),
    Check(
        "V03",
        "Signed by a judge of a court",
        "Is the signer's printed title that of a judge of a federal, state or"
        " tribal court? An immigration judge or an agency officer is not.",
        "not_judicial",
        False,
    ),
    Check(
        "V04",
        "Signature present",
        "Is the judge's signature there? A blank line, a draft or a proposed order fails.",
        "unsigned",
        False,
    ),
    Check(
        "V05",
        "In force",
        "Is it in effect today: served in time, not quashed, stayed, replaced or used up?",
        "expired",
        False,
    ),
    Check(
        "V06",
        "Addressed here",
        "Is it addressed to this city or to records that this city holds?",
        "not_addressed_here",
        True,
    ),
    Check(
        "V07",
        "Court has power here",
        "Can this court bind the city? Another district or state goes to counsel.",
        "needs_counsel",
        True,
    ),
    Check(
        "V08",
        "Same person",
        "Is the person named the person asked about? Same name with another birth date fails.",
        "wrong_person",
        True,
    ),
    Check(
        "V09",
        "Scope",
        "Does every responsive record fall under a numbered item and its dates? (settled when the"
        " manifest is frozen)",
        "out_of_scope",
        True,
    ),
    Check(
        "V10",
        "Compels records",
        "Does it order the production of records? Arrest, detention, notice or preservation do not.",
        "no_records_effect",
        False,
    ),
    Check(
        "V11",
        "Confirmed with the court",
        "Has a person called the clerk at the number in the city's own directory?"
        " Never the number on the paper.",
        "cannot_verify",
        True,
    ),
    Check(
        "V12",
        "Special records",
        "Do other laws ask for more (treatment, school, health, library, juvenile, victim services)?",
        "needs_counsel",
        True,
    ),
    Check(
        "V13",
        "Secrecy",
        "Is any court-ordered secrecy noted with its end? A mere request for secrecy binds nobody.",
        "needs_counsel",
        True,
    ),
)
BY_ID = {check.id: check for check in CHECKS}

# V09 is settled record by record at freeze, not on the paper desk.
NEEDED_FOR_ACCEPTANCE = tuple(check.id for check in CHECKS if check.id != "V09")
# Whether a paper is still in force is asked anew for each new release (workflow.md 4.3).
ASKED_ANEW = frozenset({"V05", "V11"})
NOT_WAIVABLE = frozenset(check.id for check in CHECKS if not check.waivable)

FLAGS = {
    "UNSIGNED": "V04",
    "PROPOSED_OR_DRAFT": "V04",
    "EXPIRED": "V05",
    "RETURN_DATE_PASSED": "V05",
    "ALREADY_EXECUTED": "V05",
    "NOT_YET_EFFECTIVE": "V05",
    "QUASHED_OR_STAYED": "V05",
    "WRONG_SUBJECT": "V08",
    "WRONG_CUSTODIAN": "V06",
    "FOREIGN_DISTRICT_OR_STATE": "V07",
    "MISSING_ATTACHMENT": "V01",
    "ILLEGIBLE": "V01",
    "TRANSLATION_ONLY": "V01",
    "TITLE_SIGNER_CONFLICT": "V03",
    "DATE_INCONSISTENT": "V05",
    "ALTERED": "V11",
}
# A passed return date never bars anything; it calls counsel.
WARNING_FLAGS = frozenset({"RETURN_DATE_PASSED"})
