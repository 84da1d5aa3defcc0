"""The help says something about every state there is, and to every role what its work is."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from gateway.web import guide_words as words
from gateway.web.release_words import HOLDS
from tests import factories
from tests.conftest import ROOT
from tests.gateway.web.conftest import SignedIn
from workflows.flow import gate
from workflows.instruments.states import ENDS, TRANSITIONS
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.policy.roles import CUSTODIAN, STAFF_ROLES
from workflows.records.models import STATES


def test_every_state_of_a_matter_a_paper_and_a_record_is_explained() -> None:
    assert set(words.STAGES) == set(State)
    assert set(words.PAPERS) == {state for pair in TRANSITIONS for state in pair} | set(ENDS)
    assert set(words.RECORDS) == set(STATES)
    assert set(words.ROLES) == {*STAFF_ROLES, CUSTODIAN} and all(
        len(tasks) == 3 for tasks in words.ROLES.values()
    )


def test_terms_stand_in_order_and_once() -> None:
    terms = [term for term, _ in words.TERMS]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("who", ["officer", "verifier", "counsel", "auditor", "admin", "custodian"])
def test_each_role_reads_its_own_work(city: factories.City, as_person: SignedIn, who: str) -> None:
    text = as_person(who).get(reverse("web:guide")).content.decode()
    for task in words.ROLES[city.people[who].role]:
        assert task.title in text
    assert "Digest" in as_person(who).get(reverse("web:terms")).content.decode()


def test_a_matter_its_paper_and_its_record_say_what_their_state_means(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    record = factories.take_in(city, collecting, b"%PDF one")
    officer = as_person("officer")
    for name, key, says in (
        ("matter", collecting.pk, words.STAGES[State.COLLECTING].means),
        ("paper", collecting.instruments.get().pk, words.PAPERS["in_force"]),
        ("record", record.pk, words.RECORDS["received"]),
    ):
        assert says in officer.get(reverse(f"web:{name}", args=[key])).content.decode()


def test_every_guard_of_the_gate_has_a_sentence_for_when_it_holds() -> None:
    assert set(HOLDS) >= {guard.id for guards in gate.PREDICATES.values() for guard in guards}


def test_the_guides_show_pictures_that_are_there() -> None:
    guides = list((ROOT / "docs" / "guides").glob("*.md"))
    assert len(guides) == 8
    for guide in guides:
        for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", guide.read_text()):
            assert (guide.parent / picture).is_file(), (guide.name, picture)
