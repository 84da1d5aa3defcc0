"""The decision table of the release policy (section 14): what each kind of paper does, by the data alone."""

from __future__ import annotations

import datetime as dt

import pytest

from workflows.instruments.models import Instrument
from workflows.instruments.queries import is_legal_basis
from workflows.policy.codes import REQUESTER_CLASSES
from workflows.policy.instrument_types import (
    COUNSEL,
    INFORMATIONAL,
    NEVER,
    SUFFICES,
    instrument_type,
    instrument_types,
)

OPENS, FINDING, REFUSED = (SUFFICES,), (COUNSEL,), (NEVER, INFORMATIONAL)
TODAY = dt.date(2026, 3, 10)

# Row of the table -> kinds of paper, what they may do, whether counsel has a task the same day.
ROWS = {
    "civil immigration, administrative paper": (
        "ice_admin_arrest_warrant ice_admin_removal_warrant ice_detainer ice_custody_or_charging_document "
        "eoir_order agency_request_letter interagency_agreement_request", REFUSED, None,
    ),
    "civil immigration, administrative subpoena": (
        "ice_admin_subpoena eoir_subpoena customs_summons", REFUSED, True,
    ),
    "a judge's warrant or order for records": (
        "fed_search_warrant fed_production_order court_order_enforcing_admin_subpoena", OPENS, False,
    ),
    "a judge's paper of a kind that needs a finding": (
        "fed_civil_admin_search_warrant fed_sca_order all_writs_order state_court_order tribal_court_order "
        "foreign_assistance_order", FINDING, False,
    ),
    "arrest warrant only": ("fed_arrest_warrant parole_commission_warrant", REFUSED, None),
    "grand-jury and trial subpoena": ("fed_grand_jury_subpoena fed_criminal_trial_subpoena", FINDING, None),
    "other agency's subpoena": (
        "ig_subpoena civil_investigative_demand irs_summons dea_admin_subpoena doj_health_fraud_subpoena "
        "i9_notice_of_inspection",
        FINDING, None,
    ),
    "consent of the person": ("consent_waiver", FINDING, None),
    "exigent": ("exigent_request", REFUSED, None),
    "no paper, or none that is known": (
        "public_records_request preservation_request application_or_proposed_paper court_notice unknown",
        REFUSED, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_each_kind_of_paper_does_what_its_row_says(row):
    kinds, verdicts, task = ROWS[row]
    for kind in map(instrument_type, kinds.split()):
        assert kind.verdict in verdicts, kind.id
        if task is not None:
            assert kind.counsel_deadline is task, kind.id


def test_no_kind_opens_the_gate_that_no_judge_signs():
    assert [
        kind.id for kind in instrument_types().values() if kind.verdict == SUFFICES and not kind.judicial
    ] == []
    assert {
        kind.id
        for kind in instrument_types().values()
        if kind.verdict == SUFFICES and not kind.compels_records
    } == set()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(instrument_types()))
def test_only_a_kind_that_suffices_is_a_legal_basis_without_counsel(kind):
    law = instrument_type(kind)
    paper = Instrument(type=kind, state="in_force", verdict=law.verdict if law.verdict != COUNSEL else NEVER)
    assert is_legal_basis(paper, TODAY) is (law.verdict == SUFFICES)


def test_a_class_that_is_not_known_is_in_the_list_and_the_list_is_closed():
    assert set(REQUESTER_CLASSES) == {"civil_immigration", "federal_criminal", "federal_other", "unknown"}
