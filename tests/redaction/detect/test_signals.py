"""Pages that are about status as a whole are told to the reviewer, span or no span."""

from __future__ import annotations

from dataclasses import replace

import pytest

from redaction.detect import Ruleset
from redaction.detect.engine import RuleSet
from redaction.detect.signals import signals_of
from redaction.errors import DetectorError


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Form I-9, Employment Eligibility Verification", "immigration_form"),
        ("Form I-797C, Notice of Action", "immigration_form"),
        ("NCIC HIT: IMMIGRATION VIOLATOR FILE", "law_enforcement_hit"),
        ("NAM/DOE, JANE POB/MM SEX/F CTZ/MM", "law_enforcement_hit"),
        ("Supplement B, U Nonimmigrant Status Certification", "victim_packet"),
        ("HOME LANGUAGE SURVEY", "school_paper"),
        ("Encuesta del idioma del hogar", "school_paper"),
        ("Refugee Resettlement Intake", "resettlement_paper"),
        ("SAVE response: INSTITUTE ADDITIONAL VERIFICATION", "benefit_screen"),
        ("Matrícula consular, Secretaría de Relaciones Exteriores", "travel_document"),
    ],
)
def test_a_sign_is_met(text: str, code: str, ruleset: Ruleset) -> None:
    assert code in signals_of(text, ruleset)


@pytest.mark.parametrize(
    "text", ["", "Invoice for roof repairs", "I-9 ramp closed near I-40", "Save the file."]
)
def test_other_pages_have_none(text: str, ruleset: Ruleset) -> None:
    assert signals_of(text, ruleset) == ()


def test_a_failure_is_not_taken_for_none(ruleset: Ruleset) -> None:
    silent = RuleSet(ruleset.signals["school_paper"].rules)
    silent._sentinel = 999_999
    with pytest.raises(DetectorError):
        signals_of("home language survey", replace(ruleset, signals={"school_paper": silent}))
