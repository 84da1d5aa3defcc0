"""Who may do what: one table, pure data (workflow.md 4.8).

An action that is not listed for a role is refused. `SEE` actions also need the matter to be
assigned to the person (or to belong to the agency); that is `matters.access`' business.
"""

from __future__ import annotations

OFFICER, VERIFIER, COUNSEL = "officer", "verifier", "counsel"
AUDITOR, ADMINISTRATOR, AGENCY = "auditor", "administrator", "agency"
# People of a department: they see the searches that were given to them and nothing else of a matter.
CUSTODIAN = "custodian"

STAFF_ROLES = frozenset({OFFICER, VERIFIER, COUNSEL, AUDITOR, ADMINISTRATOR})
DESK_ROLES = frozenset({OFFICER, VERIFIER, COUNSEL})

ACTIONS: dict[str, frozenset[str]] = {
    "open_matter": frozenset({OFFICER, VERIFIER, COUNSEL, AGENCY}),
    "see_matter": frozenset({OFFICER, VERIFIER, COUNSEL, AGENCY}),
    "assign": frozenset({OFFICER, COUNSEL}),
    "see_pages": frozenset({OFFICER, COUNSEL}),
    "file_paper": frozenset({OFFICER, VERIFIER, COUNSEL, AGENCY}),
    "see_paper": frozenset({OFFICER, VERIFIER, COUNSEL}),
    "check_paper": frozenset({VERIFIER}),
    "call_back": frozenset({OFFICER, VERIFIER}),
    "waive_check": frozenset({COUNSEL}),
    "raise_flag": frozenset({OFFICER, VERIFIER, COUNSEL}),
    "clear_flag": frozenset({COUNSEL}),
    "accept_paper": frozenset({VERIFIER}),
    "ask_paper": frozenset({OFFICER}),
    "preserve": frozenset({OFFICER}),
    "place_hold": frozenset({OFFICER, COUNSEL}),
    "lift_hold": frozenset({COUNSEL}),
    "challenge": frozenset({COUNSEL, AGENCY}),
    "settle_challenge": frozenset({COUNSEL}),
    "recall": frozenset({OFFICER, VERIFIER, COUNSEL}),
    "answer_recall": frozenset({AGENCY}),
    "ask_supplement": frozenset({OFFICER}),
    "supplement": frozenset({COUNSEL}),
    "reopen": frozenset({OFFICER}),
    "record_finding": frozenset({COUNSEL}),
    "end_paper": frozenset({COUNSEL}),
    "set_scope": frozenset({COUNSEL}),
    "authorise_status": frozenset({COUNSEL}),
    "set_basis": frozenset({COUNSEL}),
    "ask_scope": frozenset({COUNSEL}),
    "settle_scope": frozenset({COUNSEL}),
    "claim_exigent": frozenset({OFFICER}),
    "determine_exigent": frozenset({COUNSEL}),
    "decide_exigent": frozenset({OFFICER, COUNSEL}),
    "review_exigent": frozenset({COUNSEL}),
    "follow_up_exigent": frozenset({OFFICER, COUNSEL}),
    "record_consent": frozenset({COUNSEL}),
    "revoke_consent": frozenset({OFFICER, VERIFIER, COUNSEL}),
    "order_secrecy": frozenset({COUNSEL}),
    "seal": frozenset({COUNSEL}),
    "log_contact": STAFF_ROLES | {CUSTODIAN},
    "see_contacts": frozenset({OFFICER, VERIFIER, COUNSEL, AUDITOR}),
    "export_contacts": frozenset({OFFICER, COUNSEL, AUDITOR}),
    "import_requests": frozenset({OFFICER, COUNSEL}),
    "settle_request": frozenset({COUNSEL}),
    "search": frozenset({OFFICER}),
    "attest_search": frozenset({OFFICER, CUSTODIAN}),
    "certify_none": frozenset({OFFICER}),
    "confirm_none": frozenset({COUNSEL}),
    "take_in": frozenset({OFFICER}),
    "finish_search": frozenset({OFFICER}),
    "decide": frozenset({OFFICER, COUNSEL}),
    "confirm_keep": frozenset({OFFICER, COUNSEL}),
    "mark": frozenset({OFFICER, COUNSEL}),
    "freeze": frozenset({OFFICER}),
    "pass_second": frozenset({OFFICER}),
    "send_back": frozenset({OFFICER, COUNSEL}),
    "approve": frozenset({COUNSEL}),
    "release": frozenset({OFFICER}),
    "refuse": frozenset({COUNSEL}),
    "withdraw": frozenset({AGENCY, OFFICER}),
    "close": frozenset({OFFICER}),
    "block": frozenset({OFFICER, VERIFIER, COUNSEL}),
    "lift_block": frozenset({COUNSEL}),
    "finish_task": frozenset({OFFICER, VERIFIER, COUNSEL}),
    "answer_subpoena": frozenset({COUNSEL}),
    "assert_date": frozenset({COUNSEL}),
    "ask_clarification": frozenset({COUNSEL}),
    "change_calendar": frozenset({ADMINISTRATOR}),
    "change_letter": frozenset({ADMINISTRATOR}),
    "settle_letter": frozenset({ADMINISTRATOR, COUNSEL}),
    "change_policy": frozenset({COUNSEL}),
    "see_policy": STAFF_ROLES,
    "keep_directory": frozenset({ADMINISTRATOR}),
    "notify": frozenset({OFFICER, COUNSEL}),
    "excuse_notice": frozenset({COUNSEL}),
    "keep_referrals": frozenset({COUNSEL, ADMINISTRATOR}),
    "make_accounting": frozenset({OFFICER, COUNSEL}),
    "forget_person": frozenset({COUNSEL}),
    "read_compliance": frozenset({AUDITOR}),
    "claim": frozenset({AGENCY}),
    "acknowledge_receipt": frozenset({AGENCY}),
    "see_letters": frozenset({OFFICER, VERIFIER, COUNSEL, AGENCY}),
    "read_log": frozenset({AUDITOR}),
    "export_log": frozenset({AUDITOR}),
    "make_court_bundle": frozenset({COUNSEL, AUDITOR}),
    "make_report": frozenset({COUNSEL, AUDITOR}),
    "verify_log": frozenset({AUDITOR, ADMINISTRATOR}),
    "settle_flag": frozenset({AUDITOR}),
    "sample_releases": frozenset({AUDITOR}),
    "sign_off": frozenset({AUDITOR}),
    "manage_people": frozenset({ADMINISTRATOR}),
}

# Acts of weight need a sign-in younger than five minutes (reliability.md 3.6, workflow.md 3.4).
STEP_UP_ACTIONS = frozenset(
    {
        "approve",
        "release",
        "waive_check",
        "clear_flag",
        "manage_people",
        "change_calendar",
        "change_letter",
        "settle_letter",
        "lift_block",
        "lift_hold",
        "settle_challenge",
        "authorise_status",
        "set_basis",
        "determine_exigent",
        "decide_exigent",
        "order_secrecy",
        "change_policy",
        "seal",
        "forget_person",
        "export_log",
        "make_court_bundle",
    }
)


def allowed(role: str, action: str) -> bool:
    """True when the table lists the role for the action; an unknown action is refused."""
    return role in ACTIONS.get(action, frozenset())
