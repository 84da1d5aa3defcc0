"""Closed vocabularies of the law as this city applies it. Pure data.

The codes are closed. The sentences beside missing elements, exemptions, grounds and recalls are those of
version 1 of the policy; a later version may say them otherwise (policy.document)."""

from __future__ import annotations

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

# Why the city does not produce on an administrative subpoena (policy 2.2, 2.3), as its answer says it.
ANSWER_GROUNDS = {
    "no_judge": "The subpoena was issued by an agency official and was not signed by a judge of a court.",
    "court_enforces": "Under the law that the subpoena rests on, only a court can enforce it (for an "
    "immigration subpoena 8 U.S.C. 1225(d)(4)(B)). No order of a court that enforces it has been served on "
    "the city.",
    "too_broad": "The subpoena does not describe what it asks for with the particularity that the law "
    "requires.",
    "too_little_time": "The time that the subpoena allows is too short for what it asks.",
    "not_served": "The subpoena was not served on the city in the manner that the law requires.",
    "other_law": "What the subpoena asks for may be protected by other laws, some of which call for an order "
    "of a court.",
}

# Why a production is taken back, as the recall letter says it.
RECALL_REASONS = {
    "stayed": "The order on which the production rested has been stayed.",
    "quashed": "The order on which the production rested has been quashed or withdrawn.",
    "narrowed": "The order on which the production rested has been narrowed.",
    "beyond_paper": "The production held more than the paper compels.",
    "wrong_person": "The production was made under a paper that concerns another person.",
    "forged": "The paper on which the production rested has been found not to be genuine.",
    "incomplete": "The production was damaged or incomplete.",
    "mistake": "The production was made by mistake.",
}

# By word of mouth (policy 2.6): how somebody came, what they wanted, what they showed.
CONTACT_CHANNELS = {"in_person": "In person", "phone": "By phone", "counter": "At a counter"}
CONTACT_WANTS = {
    "records": "Records or information from records",
    "whereabouts": "Where somebody is, works or lives",
    "entry": "To come into a part that is not open to the public",
    "other": "Something else",
    "warrant": "They executed a judge's warrant",
}
CONTACT_PAPERS = {
    "none": "No paper",
    "administrative": "A paper of the agency itself",
    "court": "A paper signed by a judge",
    "not_seen": "A paper that I could not read",
}
TAKEN_KINDS = {"original": "Originals", "copy": "Copies", "device": "A device or a disk"}

# Why a request in the public-records list is shown to counsel.
SIDE_DOOR_REASONS = {
    "federal_address": "The address belongs to a federal office.",
    "federal_name": "The requester is named like a federal office.",
    "known_agency": "The requester is an agency that this gateway knows.",
    "immigration_purpose": "The request speaks of immigration enforcement.",
    "status_words": "The request states somebody's status; the words are masked.",
}
SIDE_DOOR_OUTCOMES = {
    "belongs_here": "It belongs to this gateway, and is entered as a request",
    "stays": "It stays with public records",
}

BLOCK_KINDS = (
    "challenge", "stay", "quash", "expiry", "recall", "forgery", "clock", "log_lag", "counsel", "sum",
)  # fmt: skip
