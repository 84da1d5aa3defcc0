"""Closed vocabularies of the law as this city applies it. Pure data."""

from __future__ import annotations

POLICY_VERSION = 1

REQUESTER_CLASSES = ("civil_immigration", "federal_criminal", "federal_other", "unknown")
CHANNELS = ("api", "portal", "letter", "email", "phone", "in_person")

# Kinds of record a clause may name. A record of no listed class is Unknown, never covered.
RECORD_CLASSES = {
    "police_report": "Police report",
    "dispatch_log": "Dispatch log",
    "housing_file": "Housing file",
    "social_services": "Social services file",
    "library_record": "Library record",
    "employment_record": "Employment record",
    "correspondence": "Correspondence",
    "municipal_court": "Municipal court file",
    "minutes": "Minutes and bulletins",
    "other": "Other record",
}

RECORD_CLASS_CHOICES = tuple(RECORD_CLASSES.items())

# One neutral code for all status-related types (P2); others name their own ground.
EXEMPTION_CODES = {
    "W-1": "Withheld by law or policy",
    "W-2": "Not covered by the instrument",
    "W-3": "Privileged",
}

# policy.md 13.1: every refusal names an element of this closed list.
MISSING = {
    "no_instrument": "No warrant or court order has been filed.",
    "not_judicial": "The paper was issued by an agency official, not by a judge of a court.",
    "unsigned": "The paper does not bear a judge's signature.",
    "expired": "The time in which the paper could be served is over.",
    "not_yet_effective": "The paper is not in effect yet.",
    "not_addressed_here": "The paper is not addressed to this city or one of its departments.",
    "out_of_scope": "What is asked for goes beyond what the paper names.",
    "wrong_person": "The person named in the paper is not the person asked about.",
    "cannot_verify": "The issuing court could not confirm the paper.",
    "quashed": "The paper has been quashed, stayed or withdrawn.",
    "no_records_effect": "The paper does not compel the production of records.",
    "needs_counsel": "The paper is of a kind that the city's counsel must examine first.",
    "unreadable": "The paper could not be read in full.",
}

BLOCK_KINDS = ("challenge", "stay", "quash", "expiry", "recall", "forgery", "clock", "log_lag", "counsel")

# When somebody who made no mark must look before counsel does: always, risk, never.
REVIEW_POLICY = "risk"
