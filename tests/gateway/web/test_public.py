"""Public pages: both languages, no sign-in, no script, no cookie, and the same figures as the rows."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gateway.web.public_words import WORDS
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.audit import log
from workflows.policy.codes import MISSING
from workflows.transparency.counting import PAPER_KINDS, UNNAMED, cells
from workflows.transparency.models import Cell, Edition
from workflows.transparency.suppress import Mark, suppress

PAGES = ("asking", "asked", "register", "public_rules", "public_help", "letter_form")


@pytest.fixture
def edition(db: None) -> Edition:
    """A quarter of which one cell is small and one withheld."""
    from django.db import transaction

    from workflows.transparency.counting import Answered, Asked

    asked = [Asked("civil_immigration")] * 9 + [Asked("unknown")] * 2
    answered = [Answered("civil_immigration", "refused", "administrative", "not_judicial", 3)] * 8
    arcs = cells(asked, answered)
    shown = suppress(arcs)
    with transaction.atomic():
        entry = log.record("register.published", actor=None)
        made = Edition.objects.create(
            year=2026, quarter=3, origin="gateway.example/log", size=40, root="ab" * 32, note="note",
            policy_version=1, sha256="cd" * 32, published_at=timezone.now(), entry=entry,
        )  # fmt: skip
        for arc in arcs:
            value = shown[arc.key]
            table, row, column = arc.key  # type: ignore[misc]
            mark = value.value if isinstance(value, Mark) else ""
            Cell.objects.create(
                edition=made, table=table, row=row, column=column, mark=mark, value=None if mark else value
            )
        for row in ("released", "refused", "withdrawn"):
            value = 3 if row == "refused" else None
            Cell.objects.create(
                edition=made, table="days", row=row, value=value, mark="" if value else Mark.NOTHING.value
            )
    return made


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_needs_nothing_and_keeps_nothing(client: Client, name: str, language: str) -> None:
    answer = client.get(reverse(f"web:{name}", args=[language]))
    text = answer.content.decode()
    assert answer.status_code == 200 and len(answer.content) < 60_000
    assert not answer.cookies and "<script" not in text and " style=" not in text
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text)
    assert f'<html lang="{language}">' in text
    other = "es" if language == "en" else "en"
    assert reverse(f"web:{name}", args=[other]) in text
    assert "public" in answer["Cache-Control"]


@pytest.mark.django_db
def test_nobody_writes_to_a_page_and_an_unknown_language_or_quarter_is_absent(client: Client) -> None:
    assert client.post(reverse("web:register", args=["en"])).status_code == 405
    assert client.get("/public/de/register/").status_code == 404
    assert client.get("/public/en/register/2026-q9/").status_code == 404
    assert client.get("/public/en/register/2020-q1/register.json").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_prints_what_the_rows_hold_and_no_more(
    client: Client, edition: Edition, language: str
) -> None:
    text = client.get(reverse("web:register", args=[language])).content.decode()
    words = WORDS[language]
    for key in ("requests", "answers", "papers", "reasons", "days", "chart_title"):
        assert words[key] in text
    assert "&lt;5" in text and words["withheld"] in text
    numbers = set(map(int, re.findall(r'<td class="right num">(\d+)</td>', text)))
    assert numbers <= set(edition.cells.exclude(value=None).values_list("value", flat=True))
    assert 2 not in numbers and edition.root in text
    assert '<svg viewBox="0 0 ' in text and "<desc" in text and 'x="20.0"' in text


@pytest.mark.django_db
def test_csv_json_and_api_say_the_same(client: Client, edition: Edition) -> None:
    rows = client.get(reverse("web:register_csv", args=["es"])).content.decode().splitlines()
    assert rows[0] == "period,table,row,column,value" and len(rows) == 1 + edition.cells.count()
    assert "2026-q3,requests,unknown,,<5" in rows
    held = json.loads(client.get(reverse("web:register_json", args=["en", edition.name])).content)
    assert held["period"] == "2026-Q3" and held["checkpoint"]["size"] == 40
    answer = client.get("/api/v1/public/register/")
    assert answer.status_code == 200 and answer.json() == [held] and not answer.cookies


def test_both_languages_have_every_word() -> None:
    assert WORDS["en"].keys() == WORDS["es"].keys()
    for words in WORDS.values():
        assert all(f"reason.{code}" in words for code in (*MISSING, UNNAMED))
        assert all(f"paper.{kind}" in words for kind in PAPER_KINDS)
    same = {key for key in WORDS["en"] if WORDS["en"][key] == WORDS["es"][key]}
    assert same <= {"small"}


def test_a_signed_in_person_sees_the_same_page(
    city: factories.City, as_person: SignedIn, client: Client
) -> None:
    address = reverse("web:public_rules", args=["en"])
    assert as_person("officer").get(address).content == client.get(address).content
    assert as_person("officer", factor_age_s=None).get(address).status_code == 200  # nothing to protect


def test_a_quarter_without_an_edition_says_when_one_comes(db: None, client: Client) -> None:
    text = client.get(reverse("web:register", args=["en"])).content.decode()
    assert WORDS["en"]["none_yet"] in text
