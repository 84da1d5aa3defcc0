"""The decision table of policy.md section 14, and what a version of the policy answers to it. Pure.

Each row is asked for every kind of paper and class of requester that it speaks of. A version that answers an
immovable row otherwise cannot be proposed; another row that changes is shown to the lawyer who approves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.policy.bases import CONSENT, EXIGENT_REQUEST
from workflows.policy.codes import REQUESTER_CLASSES
from workflows.policy.document import Policy
from workflows.policy.instrument_types import COUNSEL, SUFFICES, instrument_types

# What the answer to a request is, in words (policy 14, "result").
RESULTS = {
    "refuse": "refuse; nothing is said about records",
    "refuse_task": "refuse; counsel has a task for the same day",
    "finding_first": "counsel's written finding first; then in scope, redacted",
    "release_redacted": "release in scope, redacted, when counsel approves",
    "authorise_first": "counsel's authorisation of the status data first; then those spans only",
    "consent": "counsel's review; only data of the person who signed",
    "exigent": "the lane for emergencies: counsel and a department head, no status data",
    "stop": "stop; a recall where something has been sent",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the table sees it. `kind` is a kind of paper, empty for none."""

    requester: str
    kind: str
    names_status: bool = False  # an item asks for status data in words that can be quoted
    stayed: bool = False  # a court has stayed or quashed the paper


@dataclass(frozen=True, slots=True)
class Row:
    """One row: who asks, with which kinds of paper, and the one result."""

    id: str
    requesters: tuple[str, ...]
    kinds: tuple[str, ...]
    result: str
    immovable: bool
    names_status: bool = False
    stayed: bool = False

    def cases(self) -> Iterator[Asked]:
        """Everything that the row speaks of."""
        for requester in self.requesters:
            for kind in self.kinds:
                yield Asked(requester, kind, self.names_status, self.stayed)


@dataclass(frozen=True, slots=True)
class Differs:
    """A case that a version answers otherwise than the table."""

    row: str
    immovable: bool
    kind: str
    result: str
    instead: str


_CIVIL, _ANY = ("civil_immigration", "unknown"), REQUESTER_CLASSES
_ADMINISTRATIVE = (
    "", "ice_admin_arrest_warrant", "ice_admin_removal_warrant", "ice_detainer",
    "ice_custody_or_charging_document", "eoir_order", "agency_request_letter",
    "interagency_agreement_request", "unknown",
)  # fmt: skip
_JUDGES = ("fed_search_warrant", "fed_production_order", "court_order_enforcing_admin_subpoena")
_AGENCYS = (
    "ig_subpoena", "civil_investigative_demand", "irs_summons", "dea_admin_subpoena",
    "doj_health_fraud_subpoena", "other_agency_subpoena", "i9_notice_of_inspection",
)  # fmt: skip

ROWS = (
    Row("civil.administrative", _CIVIL, _ADMINISTRATIVE, "refuse", immovable=True),
    Row(
        "civil.subpoena", _CIVIL, ("ice_admin_subpoena", "eoir_subpoena", "customs_summons"), "refuse_task",
        immovable=True,
    ),
    Row("civil.judge", _CIVIL, _JUDGES, "release_redacted", immovable=False),
    Row("civil.judge_names_status", _CIVIL, _JUDGES, "authorise_first", immovable=False, names_status=True),
    Row("any.arrest_warrant", _ANY, ("fed_arrest_warrant", "parole_commission_warrant"), "refuse",
        immovable=True),
    Row("criminal.judge", ("federal_criminal",), _JUDGES, "release_redacted", immovable=False),
    Row("criminal.subpoena", ("federal_criminal",),
        ("fed_grand_jury_subpoena", "fed_criminal_trial_subpoena"), "finding_first", immovable=True),
    Row("other.agency_paper", ("federal_other",), _AGENCYS, "finding_first", immovable=False),
    Row("any.stayed", _ANY, tuple(instrument_types()), "stop", immovable=True, stayed=True),
    Row("any.consent", _ANY, (CONSENT,), "consent", immovable=False),
    Row("any.exigent", _ANY, (EXIGENT_REQUEST,), "exigent", immovable=True),
)  # fmt: skip


def answer(policy: Policy, asked: Asked) -> str:
    """What the version makes of the request, as a code of `RESULTS`. Closed where nothing else is said."""
    if asked.stayed:
        return "stop"
    if asked.kind == EXIGENT_REQUEST:
        return "exigent"
    kind = policy.kind(asked.kind or "unknown")
    if kind.verdict == COUNSEL:
        return "consent" if kind.id == CONSENT else "finding_first"
    if kind.verdict == SUFFICES:
        return "authorise_first" if asked.names_status else "release_redacted"
    return "refuse_task" if asked.kind and kind.counsel_deadline else "refuse"


def differences(policy: Policy) -> list[Differs]:
    """Every case of the table that the version answers otherwise; each kind of paper once in a row."""
    found: dict[tuple[str, str], Differs] = {}
    for row in ROWS:
        for asked in row.cases():
            instead = answer(policy, asked)
            if instead != row.result:
                found[row.id, asked.kind] = Differs(row.id, row.immovable, asked.kind, row.result, instead)
    return list(found.values())
