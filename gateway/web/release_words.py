"""What the verifier's assertions and grounds for withholding say, in words. Pure data."""

from __future__ import annotations

ASSERTIONS = {
    "V1": "Three readers open the file without a warning and count the same pages",
    "V2": "Every byte belongs to the file; there is no earlier revision",
    "V3": "The file holds only the kinds of parts that it may hold",
    "V4": "Every page is written in the one allowed form",
    "V5": "Images carry nothing besides their picture",
    "V6": "No removed value is left in any reading, byte or stream",
    "V7": "The detector finds nothing that was not kept by decision",
    "V8": "The words under the picture are surviving words, none of them inside a box",
    "V9": "Every box is opaque and whole",
    "V10": "Ink outside the boxes is neither lost nor new",
    "V11": "Boxes follow the rules that keep their size from telling what they hide",
    "V12": "Pages have the size of the source",
    "V13": "Pages burned again give the same bytes",
    "V14": "The file tells no origin, no program and no date",
    "V15": "No word lies where a reader sees nothing",
    "V16": "Source, plan, file, pictures and texts have the recorded digests",
}
RESULTS = {"pass": "passes", "fail": "fails"}

GROUNDS = {
    "out_of_scope": "No clause of the paper covers it",
    "scope_unknown": "It cannot be told whether a clause covers it",
    "unreadable": "It cannot be read with certainty",
}

CAUSES = {
    "paper": "the paper left force",
    "block": "a block was opened",
    "change": "something changed after the approval",
}

# What is true when a guard of the gate holds.
HOLDS = {
    "gate.legal_basis": "A verified warrant or court order in force covers every record",
    "gate.paper_sound": "Every check of the paper still holds, and no flag stands",
    "gate.scope": "A clause in force covers every record of the manifest",
    "gate.sum": "With what has left under the same paper, this stays within what it allows in sum",
    "gate.status": "Status data stays in sight only where counsel's authorisation in force lets it",
    "gate.withholding": "Counsel has settled what is done about status data that the paper asks for",
    "gate.verifier": "The verifier has passed every file of this manifest",
    "gate.no_block": "No block is open",
    "gate.log": "The log is sound",
    "gate.approver_independent": "You had no part in opening, verifying or marking",
    "gate.approval": "Counsel's approval of exactly this manifest stands",
    "gate.sealed": "The package has its proof in the log",
}
