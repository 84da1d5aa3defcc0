"""The closed list of events, as data: what each name says happened. Past tense, never removed.

A new event is a line here. An entry with any other name cannot be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        # matters
        "matter.opened": "A request arrived and a matter was opened.",
        "matter.acknowledged": "The requesting agency got its receipt.",
        "matter.viewed": "The page of a matter was read.",
        "matter.refused": "Counsel refused the request.",
        "matter.withdrawn": "The requesting agency withdrew its request.",
        "matter.closed": "The matter was closed.",
        "matter.completed": "All that was to be delivered has been delivered.",
        # instruments
        "paper.asked": "The requesting agency was told which paper is missing.",
        "instrument.filed": "A paper was filed.",
        "instrument.viewed": "A filed paper was read.",
        "instrument.checked": "One check of the verification list was answered.",
        "instrument.called_back": "The court was called back on the number of the city's directory.",
        "instrument.verified": "A paper was accepted as verified and in force.",
        "instrument.finding_recorded": "Counsel recorded a finding on a paper.",
        "instrument.left_force": "A paper is no longer in force.",
        "status.authorised": "Counsel authorised the release of status data that a paper compels.",
        "status.authorisation_ended": "An authorisation to release status data was ended.",
        "status.withholding_chosen": "Counsel recorded what is done about status data that is withheld.",
        "scope.set": "Counsel turned the paper into scope clauses.",
        # records
        "record.taken_in": "A record was taken in.",
        "record.scanned": "A record was scanned for status-related data.",
        "record.unreadable": "A record could not be read with certainty and is withheld.",
        "record.original_read": "The original bytes of a record were read.",
        "page.viewed": "A page image was shown.",
        "page.seen": "A reviewer marked a page as seen.",
        "finding.decided": "A finding was decided.",
        "finding.authorised": "A finding stays in sight under counsel's authorisation.",
        "finding.confirmed": "A second person confirmed the decision on a finding.",
        "mark.drawn": "A mark was drawn.",
        "mark.removed": "A mark was taken away.",
        "mark.undone": "The last act on a mark was undone.",
        "search.finished": "The search for responsive records was attested.",
        # releases
        "manifest.frozen": "A manifest was frozen.",
        "record.burned": "A record was burned and the result verified.",
        "burn.failed": "A burn or its verification failed; nothing is released.",
        "review.second_passed": "The second reviewer passed the manifest.",
        "review.sent_back": "The matter was sent back to review.",
        "release.approved": "Counsel approved one manifest.",
        "approval.voided": "An approval lost its force.",
        "package.built": "A package was built from the approved manifest.",
        "release.made": "The release of a package was opened to the requesting agency.",
        "link.offered": "A single-use link was offered.",
        "link.claimed": "A link was claimed by its client.",
        "package.read": "Bytes of a package were sent to its client.",
        "link.completed": "A download was completed.",
        "receipt.acknowledged": "The requesting agency acknowledged the receipt.",
        # the desk's further acts
        "instrument.read": "The machine read a paper and made suggestions.",
        "instrument.confirmed": "A person confirmed the fields of a paper against its image.",
        "flag.raised": "A flag was raised on a paper.",
        "flag.cleared": "Counsel cleared a flag on a paper.",
        "search.opened": "A department was asked to search.",
        "search.attested": "A department attested where it searched and whether it found anything.",
        "record.described": "Person, kind and date of a record were stated for the scope test.",
        "gate.decided": "The gate was asked, and answered predicate by predicate.",
        "package.sealed": "The signed bundle with the proof of its package was made.",
        "link.revoked": "A link died before its time.",
        "task.opened": "A task was opened.",
        "task.done": "A task was done.",
        "clock.started": "A clock was started.",
        "clock.changed": "The end of a clock was moved.",
        "clock.paused": "The city's own clocks of a matter stand still.",
        "clock.resumed": "Clocks that stood still go on.",
        "clock.warned": "A clock is near its end, or has run out.",
        "clock.stopped": "A clock was stopped.",
        "calendar.changed": "A calendar has a new version.",
        # blocks, overrides, letters
        "block.opened": "A block was opened: nothing is approved, built or sent until it is lifted.",
        "block.lifted": "A block was lifted.",
        "override.recorded": "Counsel recorded another legal basis.",
        "override.confirmed": "A second lawyer confirmed another legal basis.",
        "letter.issued": "A letter was issued.",
        # people
        "person.signed_in": "A person signed in.",
        "person.sign_in_failed": "A sign-in failed.",
        "person.signed_out": "A person signed out.",
        "person.stepped_up": "A person proved again who they are.",
        "person.created": "An account was made.",
        "role.changed": "The role of a person was changed.",
        "grant.given": "A person got access to a matter.",
        "grant.taken": "A person lost access to a matter.",
        "agency.created": "A requesting agency was entered.",
        "client.created": "A client of a requesting agency was entered.",
        # the house
        "system.started": "The programs of the gateway were started.",
        "job.parked": "A job failed too often and waits for a person.",
        "export.made": "An export was made.",
        "audit.viewed": "The log was read.",
        "log.started": "The log was started.",
        "log.incarnated": "The log goes on under a new origin after a restore.",
        "key.rotated": "A signing key was replaced.",
        "detail.shredded": "The encrypted detail of an entry was destroyed.",
        "move.refused": "A move of a matter was refused.",
        "access.refused": "Access was refused.",
        "input.refused": "An input was refused.",
        "demo.seeded": "The demonstration city was built.",
    }
)
