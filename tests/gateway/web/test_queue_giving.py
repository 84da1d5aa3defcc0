"""Matters that are ticked in the queue are given to a colleague one by one, and taken back together."""

from __future__ import annotations

import html
from typing import Any

from django.urls import reverse

from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.audit.models import Entry
from workflows.flow.assigning import assign
from workflows.matters.access import visible_matters


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_each_ticked_matter_is_given_with_an_entry_of_its_own_and_all_are_taken_back_at_once(
    city: factories.City, as_person: SignedIn
) -> None:
    new, other, known = (factories.open_request(city) for _ in range(3))
    assign(known.pk, city.officer2.pk, actor=city.officer)
    officer, give, take = as_person("officer"), reverse("web:give_several"), reverse("web:take_several")
    before = Entry.objects.filter(event="grant.given").count()
    form = {"person": str(city.officer2.pk), "matter": [str(one.pk) for one in (new, other, known)]}

    said = text_of(officer.post(give, form))

    assert f"{new.number}, {other.number}. Each is an entry" in said
    assert f"{known.number}: {city.officer2.name} has it already." in said
    assert Entry.objects.filter(event="grant.given").count() == before + 2
    assert visible_matters(city.officer2).count() == 3
    assert str(known.pk) not in said.split(f'action="{take}"')[1].split("</form>")[0]
    form["matter"] = [str(new.pk), str(other.pk)]
    assert "Taken back from" in text_of(officer.post(take, form))
    assert list(visible_matters(city.officer2)) == [known]


def test_nobody_gives_what_they_do_not_see_or_may_not_give(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    form = {"person": str(city.officer2.pk), "matter": [str(matter.pk)]}
    give = reverse("web:give_several")
    assert as_person("officer2").post(give, form).status_code == 404
    assert as_person("auditor").post(give, form).status_code == 404
    assert "Give the ticked" not in text_of(as_person("verifier").get(reverse("web:queue"), {"show": "open"}))
    refused = text_of(as_person("verifier").post(give, form))
    assert "Each is an entry" not in refused and f"{matter.number}: " in refused
    assert as_person("officer").post(give, {"person": form["person"]}).status_code == 422
    assert not visible_matters(city.officer2).exists()
