"""Anybody may ask, nobody learns anything from asking, and the office answers from a page of its own."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from gateway.web.asking import OWN_WORDS
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.flow import accounting
from workflows.notices.models import Accounting, AccountingRequest

TYPED = {"name": "Ada Mora", "birth_date": "1980-02-01", "address": "care of Mesa Legal Aid"}


@pytest.fixture(autouse=True)
def fresh_counts(db: None) -> None:
    cache.clear()


def test_the_form_says_the_same_to_everybody_and_sets_nothing(city: factories.City, client: Client) -> None:
    known = factories.PAPERS["sound_order"].subject
    factories.open_request(city)
    answers = []
    for typed in (TYPED, {**TYPED, "name": known.name, "birth_date": known.born.isoformat()}):
        answer = client.post(reverse("web:asking", args=["es"]), typed)
        assert answer.status_code == 302 and not answer.cookies
        page = client.get(answer["Location"])
        answers.append((answer["Location"], page.content, not page.cookies))
    assert answers[0] == answers[1]
    assert AccountingRequest.objects.count() == 2


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_form_with_a_fault_is_shown_again_and_nothing_is_kept(
    city: factories.City, client: Client, language: str
) -> None:
    address = reverse("web:asking", args=[language])
    assert not client.get(address).cookies
    answer = client.post(address, {**TYPED, "birth_date": "soon"})
    text = answer.content.decode()
    assert answer.status_code == 422 and OWN_WORDS[language]["wrong"] in text and TYPED["address"] in text
    assert "<script" not in text and " style=" not in text and not AccountingRequest.objects.exists()
    assert OWN_WORDS["en"].keys() == OWN_WORDS["es"].keys()


def test_one_connection_asks_a_few_times_an_hour(city: factories.City, client: Client) -> None:
    address = reverse("web:asking", args=["en"])
    statuses = [client.post(address, TYPED).status_code for _ in range(12)]
    assert statuses == [302] * 10 + [429] * 2
    assert AccountingRequest.objects.count() == 10


def test_the_office_answers_a_question_and_prints_the_list_in_the_askers_language(
    city: factories.City, as_person: SignedIn
) -> None:
    asked = accounting.ask(TYPED["name"], dt.date(1980, 2, 1), TYPED["address"], language="es")
    officer, page = as_person("officer"), reverse("web:accountings")
    assert TYPED["address"] in officer.get(page).content.decode()
    given = {"name": TYPED["name"], "birth_date": TYPED["birth_date"], "proof": "lawyer", "language": "es"}
    prefixed = {f"q{asked.pk.hex}-{name}": value for name, value in given.items()}
    made = officer.post(reverse("web:accounting_answer", args=[asked.pk]), prefixed)
    row = Accounting.objects.get()
    assert made["Location"] == reverse("web:accounting", args=[row.pk])
    text = officer.get(made["Location"]).content.decode()
    assert 'lang="es"' in text and "no ha entregado sobre usted nada" in text
    assert re.search(r"Un tribunal puede prohibir", text)
    assert as_person("auditor").get(made["Location"]).status_code == 404
    assert TYPED["address"] not in officer.get(page).content.decode()
