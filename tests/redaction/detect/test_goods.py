"""Records of things are shown to a person; records of people are redacted as ever."""

from __future__ import annotations

import pytest

from redaction import detect
from redaction.types import Action


def actions(text: str) -> set[Action]:
    """What is done with the findings of a text."""
    return {one.action for one in detect.detect_text(text, detect.load())} - {Action.KEEP}


@pytest.mark.parametrize(
    "record",
    [
        "STRAY INTAKE\nBreed: collie mix\nCountry of origin: Ireland\nMicrochip: 985 112",
        "Maquinaria\nMarca: Kubota\nModelo: L3901\nPaís de origen: Japón",
        "CELLAR LIST\nImporter: Vega & Sons\nCountry of origin: Chile\nPort of entry: Houston",
        "BOMBA\nSerie: A 771 402 118\nLote: 44\nInstalada: 9/oct",
    ],
)
def test_the_origin_of_a_thing_is_shown_and_not_redacted(record: str) -> None:
    assert actions(record) <= {Action.REVIEW}


@pytest.mark.parametrize(
    "record",
    [
        "VEHICLE STOP\nMake: Honda\nModel: Civic\nDriver: Rosa Lema\nDOB: 4/2/1980\nPOB: Ecuador",
        "Marca: Nissan\nConductor: Iván Petrov\nLugar de nacimiento: Bulgaria",
        "Name: Omar Haddad\nPlace of birth: Syria\nColor of eyes: brown",
        "Pet: yes, one dog\nTenant: Ana Lux\nCountry of birth: Guatemala",
    ],
)
def test_a_field_about_a_person_makes_it_a_record_of_a_person(record: str) -> None:
    assert Action.REDACT in actions(record)


def test_a_record_ends_at_an_empty_line() -> None:
    text = "Breed: collie mix\nMicrochip: 985 112\n\nName: Omar Haddad\nPlace of birth: Syria"
    assert Action.REDACT in actions(text)


def test_what_was_done_to_somebody_is_no_matter_of_things() -> None:
    text = "ANIMAL CONTROL 17/4\nBreed: goat\nNeighbour: ICE detained the owner on Sunday and he was deported"
    assert Action.REDACT in actions(text)


def test_a_number_with_a_form_of_its_own_is_redacted_in_any_record() -> None:
    assert Action.REDACT in actions("EXHIBIT LIST\nSupplier: none\nReceipt EAC2418150447")
