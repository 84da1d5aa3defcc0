"""Sentences for codes of closed lists, in the product's own words. Pure data."""

from __future__ import annotations

WORDS = {
    # requester classes
    "civil_immigration": "Civil immigration enforcement",
    "federal_criminal": "Federal criminal enforcement",
    "federal_other": "Other federal agency",
    "unknown": "Not known yet",
    # channels
    "api": "API",
    "portal": "Portal",
    "letter": "Letter",
    "email": "E-mail",
    "phone": "Phone",
    "in_person": "In person",
    # states of a paper
    "offered": "Being read",
    "format_checked": "Read, not confirmed",
    "authenticating": "Being checked",
    "in_force": "In force",
    "stayed": "Stayed",
    "quashed": "Quashed",
    "expired": "Expired",
    "executed": "Used up",
    "superseded": "Replaced",
    "withdrawn": "Withdrawn",
    "forged": "Forged",
    # outcomes of a flag
    "explained": "Explained",
    "corrected": "Put right",
    "referred": "Goes on elsewhere",
    "false_alarm": "False alarm",
    "begun anew": "The log was begun anew",
    # outcomes of a check
    "passed": "Passed",
    "failed": "Failed",
    "cannot_tell": "Cannot tell",
    "waived": "Waived by counsel",
    # records
    "received": "Being read",
    "readable": "Read",
    "unreadable": "Unreadable",
    "reviewed": "Reviewed",
    "frozen": "In the manifest",
    "in": "Covered",
    "out": "Not covered",
    # blocks
    "challenge": "Challenge",
    "stay": "Stay",
    "quash": "Paper quashed",
    "expiry": "Paper expired",
    "recall": "Recall",
    "forgery": "Forged paper",
    "clock": "Clock",
    "log_lag": "Log behind",
    "sum": "Requests together go beyond the paper",
    "counsel": "Held by counsel",
    # letters
    "acknowledgement": "Acknowledgement",
    "needs_paper": "Court order needed",
    "refusal": "Refusal",
    "production": "Production",
    "subpoena_answer": "Answer to a subpoena",
    "search_certificate": "Certificate of search",
    # tasks
    "supplement_asked": "Agree or not: a further release is asked for",
    "recall_kept": "The agency keeps what was called back",
    "paper_filed": "A paper was filed late in the matter",
    "block_stay": "Say what follows from the stay",
    "block_quash": "Say what follows from the quashed paper",
    "block_expiry": "Say what follows from the expired paper",
    "block_challenge": "Say whether the challenge stays the order",
    "block_recall": "Settle the recall",
    "block_forgery": "Settle the forged paper",
    "block_clock": "Settle the clock",
    "block_log_lag": "Settle the log",
    "hold_lift": "Agree or decline: a hold is to be lifted",
    "paper_used_up": "Records have left under this paper on another matter: ask the court anew",
    "block_sum": "Decide: requests together go beyond the paper",
    "block_counsel": "Settle what counsel holds",
    "administrative_subpoena": "Administrative subpoena: object or comply in time",
    "exigent_claimed": "An emergency is claimed: decide it",
    "exigent_confirm": "An emergency waits for a department head",
    "incident_exigent_review": "Incident: the 24-hour review of an emergency was missed",
    "incident_exigent_follow_up": "Incident: court process was not asked for within 48 hours",
    "scope_unknown": "Decide of which records the paper covers is not certain",
    "confirm_basis": "Another legal basis waits for a second lawyer",
    "held_notices": "Nothing is secret any more: send the notices that were held",
    "unseal": "A lawyer asks you to lift the seal",
    "warrant_executed": "A judge's warrant was executed in person",
    "clock_near": "A date is near",
    "clock_over": "A date has run out",
    # secrecy
    "usc_18_2705b": "Nondisclosure order, 18 U.S.C. 2705(b)",
    "grand_jury_ordered": "Secrecy of a grand jury, ordered by the court",
    "sealing_order": "Sealing order",
    "other_order": "Another order of a court",
    "court_order": "A court has sealed it",
    "grand_jury": "A grand jury is at work",
    # how a clock ended
    "met": "in time",
    "missed": "too late",
    "void": "without effect",
    # work
    "instrument.read": "Reading the paper",
    "record.scan": "Reading",
    "record.burn": "Redacting",
    "package.build": "Building the package",
    "package.seal": "Sealing the package",
    "queued": "waiting",
    "running": "running",
    "parked": "stopped",
    # outcomes of an entry
    "ok": "done",
    "refused": "refused",
    # coarse states, for the agency
    "under_review": "Under review",
    "ready": "Ready for you",
    "answered": "Answered",
    "closed": "Closed",
    "system": "the gateway",
}

COARSE = {
    "received": ("Received", "We have your request. File the court's paper to go on."),
    "needs_paper": (
        "Court paper needed",
        "A warrant or court order signed by a judge of a court is missing.",
    ),
    "under_review": (
        "Under review",
        "The records office is examining the request. There is nothing to do now.",
    ),
    "ready": ("Ready for you", "A package can be fetched through the API by your client."),
    "answered": ("Answered", "The request has been answered. See the letters."),
    "closed": ("Closed", "The request is closed. A new paper under the same number is still taken."),
}

# Codes of `redaction.errors`: what was met, and what a person can do. The record stays withheld.
REASONS = {
    "unsupported_type": "This is no kind of file the gateway can read. Ask the department for a PDF.",
    "no_converter": "This kind of file cannot be converted here. Install LibreOffice, or ask for a PDF.",
    "malformed": "The file is damaged. Ask the department to export it again.",
    "encrypted": "The file is locked with a password. Ask the department for an unlocked copy.",
    "xfa_dynamic": "The form draws its pages by program. Ask the department to print it to PDF.",
    "no_pages": "The file has no page. Ask the department whether something is missing.",
    "over_limits": "The file is larger, or nested deeper, than can be handled at once. Ask for it in parts.",
    "scanned_page": "A page is a picture. Its words were read by machine; look at the whole page yourself.",
    "parsers_disagree": "Two readers saw different words on a page. Look at the whole page yourself.",
    "page_count_mismatch": "Two readers count different pages. Ask the department to print it to PDF.",
    "unmapped_font": "A font hides which letters it shows. Look at the whole page yourself.",
    "ocr_unavailable": "A page is a picture and this machine cannot read pictures. Look at it yourself.",
    "tracked_changes": "The file holds tracked changes. Ask the department for the final text as PDF.",
    "portfolio": "The file is a folder of other files. Each of them is a record of its own.",
    "child_failed": "A part of the file could not be read. Try again, or ask for its parts one by one.",
    "page_failed": "A page could not be read or drawn. Try again, or ask for a new copy.",
    "disposed": "Its working copies were destroyed after the matter was closed. Read it again.",
    "detector_failed": "The detector stopped. Try again; tell the administrator if it stops again.",
    "ruleset_mismatch": "The rules changed while the file was read. Read it again.",
    "internal": "The reader broke. Try again; tell the administrator if it breaks again.",
}

# Signals of a page that are no reason by themselves (redaction/types.py, PageFacts).
SIGNALS = {
    "hidden_text": "There are words that a reader cannot see. They were searched like the others.",
    "ocr_low": "The picture could hardly be read by machine.",
    "text_layer_differs": "The words stored with the page are not the words the picture shows.",
}

# Redactions that somebody tried before us and that left the words in the file.
EARLIER = {
    "text_under_box": "Words lie under a dark box",
    "covered_text": "Words are covered by a white patch or a picture, or cut off",
    "white_text": "Words are written in white on white",
    "unapplied_redaction": "A box marked for redaction was never applied",
    "dark_highlight": "A dark highlight lies over words",
}

JOB_ERRORS = {
    "": "",
    "not_sealed": "waits for the log's proof",
    "bug": "the program broke on it; an administrator must look",
}


def reason(code: str) -> str:
    """The sentence for a code; a code that is not listed is said to need a person."""
    if code in REASONS:
        return REASONS[code]
    if code.startswith("verifier_"):
        return "The verifier did not pass the redacted file, so it is withheld. The marks must be looked at."
    return "A person must look at this record. It is withheld until then."


# Flags of a paper: what is wrong with it.
FLAGS = {
    "UNSIGNED": "It bears no signature",
    "PROPOSED_OR_DRAFT": "It is a draft or a proposed order",
    "EXPIRED": "The time in which it could be served is over",
    "RETURN_DATE_PASSED": "Its return date has passed (a warning; counsel is told)",
    "ALREADY_EXECUTED": "It has been used up",
    "NOT_YET_EFFECTIVE": "It is not in effect yet",
    "QUASHED_OR_STAYED": "It has been quashed or stayed",
    "WRONG_SUBJECT": "It names another person than the request",
    "WRONG_CUSTODIAN": "It is not addressed to this city",
    "FOREIGN_DISTRICT_OR_STATE": "It comes from another district or state",
    "MISSING_ATTACHMENT": "An attachment that it mentions is missing",
    "ILLEGIBLE": "It cannot be read",
    "TRANSLATION_ONLY": "Only a translation was filed",
    "TITLE_SIGNER_CONFLICT": "Its title and its signer do not fit together",
    "DATE_INCONSISTENT": "Its dates contradict each other",
    "ALTERED": "It looks altered",
}
