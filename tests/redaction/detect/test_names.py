"""Names of fields put together from words (names.py), in forms that no list of names foresees."""

from __future__ import annotations

import pytest

from redaction.detect import Ruleset, detect_text
from redaction.detect.lexicon import FOLDER, read_yaml
from redaction.detect.names import NameBook
from redaction.errors import DetectorError
from redaction.types import Action


@pytest.fixture(scope="module")
def names() -> NameBook:
    return NameBook(read_yaml(FOLDER / "names.yaml"))


@pytest.mark.parametrize(
    ("form", "label"),
    [
        ("Birth Cntry", "label.birthplace"),
        ("Hospital of Birth", "label.birthplace"),
        ("Mother's Country of Birth", "label.birthplace"),
        ("País donde nació la madre", "label.birthplace"),
        ("Nation of Origin", "label.birthplace"),
        ("Citizenship Status Code", "label.citizenship"),
        ("Nacionalidad del padre", "label.citizenship"),
        ("Proof of U.S. Citizenship", "label.citizenship"),
        ("Immigrant Category", "label.status"),
        ("Situación migratoria actual", "label.status"),
        ("Status in the U.S.", "label.status"),
        ("Lawful Presence Verified", "label.status"),
        ("Visa Exp. Date", "label.document"),
        ("Forma de ingreso a EE.UU.", "label.entry"),
        ("Years in US", "label.entry"),
        ("Consul Notified By", "label.consular_contact"),
        ("ICE Detainer Lodged", "label.enforcement"),
        ("Abogado de inmigración", "label.enforcement"),
        ("Asylum Filing Date", "label.humanitarian"),
        ("Work Eligibility", "label.eligibility"),
        ("Nati0nality at birth", "label.citizenship"),
    ],
)
def test_one_question_has_many_names(names: NameBook, form: str, label: str) -> None:
    found = names.named(form)
    assert found is not None and found.label == label


@pytest.mark.parametrize(
    "form",
    [
        "Birth date", "Date of birth", "Country club", "Visa card ending", "ICE contact phone", "Entry fee",
        "Order date", "Status", "Type", "Senior citizen discount", "Hold music", "19", "Place of service",
        "Removal of trees", "Razón social", "Asunto", "Work order", "Permanent address", "Legal description",
    ],
)  # fmt: skip
def test_names_of_other_fields_stay_other(names: NameBook, form: str) -> None:
    assert names.named(form) is None


def test_what_stands_behind_such_a_name_is_found(ruleset: Ruleset) -> None:
    text = "Name: A. Ruiz\nBirth Nation: Zeta\nEmbassy notified: Vqr 4 pm\nPhone: 505-555-0101"
    found = {text[f.start : f.end]: f for f in detect_text(text, ruleset)}
    assert found["Zeta"].type == "COUNTRY_OF_BIRTH" and found["Zeta"].action is Action.REDACT
    assert any(f.type == "CONSULAR_CONTACT" for f in found.values())
    assert not any("505" in value for value in found)


def test_a_name_that_is_not_well_formed_is_refused() -> None:
    with pytest.raises(DetectorError):
        NameBook({"neutral": [], "people": [], "names": [{"label": "label.x", "all": [["a"]], "any": []}]})
